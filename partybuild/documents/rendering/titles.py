"""Long titles: broken by meaning, in the shape of a trapezoid or a diamond."""

from __future__ import annotations

from functools import cache

from partybuild.documents.rendering.layout import width_in_characters

# After these a reader takes breath; the first word of a line that may follow anything.
_AFTER = [
    "关于",
    "召开",
    "开展",
    "做好",
    "进一步",
    "印发",
    "公布",
    "对",
    "与",
    "和",
    "及",
    "、",
    "，",
    "：",
    "”",
    "》",
    "）",
    "的",
    "省",
    "市",
    "区",
    "县",
    "街道",
    "镇",
    "乡",
    "社区",
    "村",
    "党委",
    "党工委",
    "委员会",
    "工作委员会",
    "总支",
    "支部",
    "联席会",
    "大工委",
    "大党委",
    "议事会",
    "季度",
    "年度",
    "年",
    "会议",
    "工作",
    "活动",
    "事项",
    "方案",
    "办法",
    "情况",
]
_BEFORE = [
    "关于",
    "会议",
    "工作",
    "议定事项",
    "的通知",
    "通知",
    "的通报",
    "的函",
    "的意见",
    "的决定",
    "纪要",
    "签到表",
    "清单",
    "交办单",
    "回复表",
]
# Never parted.
_WHOLE = [
    "区域化",
    "联席会议",
    "联席会",
    "党建",
    "社区",
    "街道",
    "委员会",
    "工作委员会",
    "大工委",
    "大党委",
    "议事会",
    "季度",
    "议定事项",
    "在职党员",
    "驻区单位",
    "共建",
    "共驻",
    "会议",
    "通知",
    "单位",
    "党员",
    "工作",
    "活动",
    "事项",
    "服务",
    "群众",
    "进一步",
    "有关",
    "中共",
    "兼职委员",
    "责任",
    "交办单",
    "回复表",
    "签到表",
]
# No line ends with the first or begins with the second.
_NO_END = set("“《（〔关于")
_NO_BEGIN = set("”》）〕、，：。的")


def title_lines(title: str, most: float) -> list[str]:
    """Return the lines of a title of which none is wider than `most` characters; breaks that were set stay."""
    lines: list[str] = []
    for given in title.splitlines() or [""]:
        lines += _broken(given, most)
    return lines


def _broken(text: str, most: float) -> list[str]:
    width = width_in_characters(text)
    if width <= most:
        return [text]
    count = int(-(-width // most))
    for lines in range(count, len(text) + 1):
        found = _best(text, lines, most)
        if found:
            return found
    return [text]


def _best(text: str, lines: int, most: float) -> list[str]:
    """Return the cheapest way to part a text into so many lines, [] where none fits."""
    even = width_in_characters(text) / lines

    @cache
    def part(start: int, left: int) -> tuple[float, tuple[str, ...]]:
        if left == 1:
            rest = text[start:]
            width = width_in_characters(rest)
            return (abs(width - even), (rest,)) if 0 < width <= most else (float("inf"), ())
        best: tuple[float, tuple[str, ...]] = (float("inf"), ())
        for end in range(start + 1, len(text)):
            line = text[start:end]
            width = width_in_characters(line)
            if width > most:
                break
            cost, after = part(end, left - 1)
            cost += abs(width - even) + _badness(text, end)
            if cost < best[0]:
                best = (cost, (line, *after))
        return best

    return list(part(0, lines)[1])


def _badness(text: str, place: int) -> float:
    """Return how bad it is to break before a place, in characters of raggedness."""
    before, after = text[:place], text[place:]
    if after[0] in _NO_BEGIN or before[-1] in _NO_END:
        return 60
    if before[-1].isascii() and after[0].isascii():
        return 60
    # A figure stays with what it counts: 2026|年, 第|二.
    if (before[-1].isdigit() and not after[0].isdigit()) or before[-1] == "第":
        return 60
    if any(_parts(text, place, word) for word in _WHOLE):
        return 40
    if any(after.startswith(word) for word in _BEFORE) and after not in _BEFORE:
        return 0
    if any(before.endswith(word) for word in _AFTER):
        return 1
    return 12


def _parts(text: str, place: int, word: str) -> bool:
    """Tell whether breaking before a place would part a word that stands around it."""
    begin = text.find(word, max(0, place - len(word) + 1))
    return 0 <= begin < place < begin + len(word)
