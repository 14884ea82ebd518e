"""GB/T 9704-2012, measured on the page that comes out: the PDF, and the .docx as LibreOffice draws it."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass, replace
from datetime import date
from html import unescape
from pathlib import Path

import pytest

from partybuild.documents.composition import Break, Composition, Roll, Table, Text
from partybuild.documents.rendering import as_pdf, as_word
from partybuild.documents.rendering.layout import CHARACTER_PT, LINE_PT, POINTS_PER_MM
from partybuild.documents.rendering.titles import title_lines

pytestmark = pytest.mark.skipif(not shutil.which("pdftotext"), reason="poppler measures the pages")
needs_office = pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not here")
TOP, RIGHT, BOTTOM, LEFT = (side * POINTS_PER_MM for side in (37, 26, 35, 28))
WIDTH, HEIGHT = 210 * POINTS_PER_MM, 297 * POINTS_PER_MM

PAPER = Composition(
    title="关于召开和平社区党建联席会\n2026年第一季度会议的通知",
    mark="中共望江街道工作委员会文件",
    number="望江党工委〔2026〕3号",
    addressee="各成员单位",
    blocks=(
        Text("党" * 100),
        Text("一、会议时间", level=1),
        *(Text("会" * 60) for _line in range(20)),
    ),
    issuer="中共望江街道工作委员会",
    issued_on=date(2026, 3, 5),
    sealed=True,
    copies_to="各成员单位",
    printed_by="中共望江街道工作委员会",
    printed_on=date(2026, 3, 5),
)


@dataclass(frozen=True)
class Word:
    """A run of letters without a space: its page from 1, its box in points from the upper left."""

    page: int
    left: float
    top: float
    right: float
    bottom: float
    text: str

    @property
    def middle(self) -> float:
        """Return the height of its middle: letters of different fonts hang differently in their boxes."""
        return (self.top + self.bottom) / 2


_BOX = re.compile(
    r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*?)</word>'
)


def measured(pdf: bytes, folder: Path) -> list[Word]:
    """Return every word of a PDF with its box."""
    path = folder / "measured.pdf"
    path.write_bytes(pdf)
    said = subprocess.run(
        ["pdftotext", "-bbox", str(path), "-"], check=True, capture_output=True, text=True
    ).stdout
    sizes = re.findall(r'<page width="([\d.]+)" height="([\d.]+)"', said)
    assert {(round(float(w)), round(float(h))) for w, h in sizes} <= {(595, 842), (842, 595)}
    found = []
    for page, part in enumerate(said.split("<page ")[1:], start=1):
        for left, top, right, bottom, text in _BOX.findall(part):
            box = map(float, (left, top, right, bottom))
            found.append(Word(page, *box, unescape(text)))
    return found


def through_office(docx: bytes, folder: Path) -> bytes:
    """Return a .docx as LibreOffice draws it."""
    (folder / "paper.docx").write_bytes(docx)
    profile = f"-env:UserInstallation=file://{folder}/profile"
    subprocess.run(
        ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", folder, "paper.docx"],
        cwd=folder,
        check=True,
        capture_output=True,
        timeout=120,
    )
    return (folder / "paper.pdf").read_bytes()


def line_of(words: list[Word], text: str) -> Word:
    """Return the first word that holds a text."""
    return next(word for word in words if text in word.text)


def near(found: float, wanted: float, *, mm: float) -> bool:
    """Tell whether two places are within some millimetres of each other."""
    return abs(found - wanted) <= mm * POINTS_PER_MM


class Measuring:
    """Looks where the parts of PAPER stand; `faults` tells what stands elsewhere."""

    def __init__(self, words: list[Word], *, mm: float) -> None:
        self.words, self.mm = words, mm
        self.faults: list[str] = []
        for look in (self.type_area, self.lines, self.head, self.page_numbers, self.end):
            look()

    def ask(self, name: str, found: float, wanted: float, within: float | None = None) -> None:
        """Note a place that is further away than it may be."""
        if not near(found, wanted, mm=self.mm if within is None else within):
            self.faults.append(
                f"{name}: {found / POINTS_PER_MM:.1f} not {wanted / POINTS_PER_MM:.1f} mm"
            )

    def type_area(self) -> None:
        """28 characters from the left edge to the right one."""
        body = [w for w in self.words if set(w.text) <= {"党", "会"} and len(w.text) > 10]
        self.ask("left edge", min(word.left for word in body), LEFT)
        self.ask("right edge", max(word.right for word in body), WIDTH - RIGHT)
        if max(len(word.text) for word in body) != 28:
            self.faults.append(f"{max(len(word.text) for word in body)} characters in a line")
        if len(next(word for word in body if "党" in word.text).text) != 26:
            self.faults.append("the first line is not two characters in")

    def lines(self) -> None:
        """22 lines of the same height from the upper edge."""
        second = [w for w in self.words if w.page == 2 and HEIGHT - BOTTOM > w.middle > TOP]
        self.ask("first line", min(word.middle for word in second), TOP + LINE_PT / 2)
        steps = sorted({round(word.middle) for word in second})
        self.ask("pitch of the lines", steps[1] - steps[0], LINE_PT, 0.4)
        if len(steps) > 22:
            self.faults.append(f"{len(steps)} lines on a page")

    def head(self) -> None:
        """The mark 35 mm below the type area's top, all of it in the middle."""
        middle = LEFT + 78 * POINTS_PER_MM
        mark, title = line_of(self.words, "工作委员会文件"), line_of(self.words, "关于召开")
        self.ask("mark from the page's top", mark.middle, 72 * POINTS_PER_MM + 17, 2 + self.mm)
        self.ask("mark in the middle", (mark.left + mark.right) / 2, middle)
        self.ask("title in the middle", (title.left + title.right) / 2, middle)

    def page_numbers(self) -> None:
        """7 mm below the type area, outside, one character in."""
        for page, side in ((1, "right"), (2, "left")):
            foot = [w for w in self.words if w.page == page and w.middle > HEIGHT - BOTTOM + 4]
            if not foot:
                self.faults.append(f"no number on page {page}")
                continue
            below = HEIGHT - BOTTOM + 7 * POINTS_PER_MM
            self.ask(f"number of page {page}", min(w.top for w in foot), below, 3.5)
            if side == "right":
                self.ask("odd", max(w.right for w in foot), WIDTH - RIGHT - 14, self.mm + 1)
            else:
                self.ask("even", min(w.left for w in foot), LEFT + 14, self.mm + 1)

    def end(self) -> None:
        """The date four characters in, without zeros; the colophon at the foot of the last page."""
        last = max(word.page for word in self.words)
        printed = line_of([w for w in self.words if w.page == last], "印发")
        self.ask("colophon at the foot", printed.bottom, HEIGHT - BOTTOM, 3)
        dates = [w for w in self.words if w.text.endswith("日") and w.middle < printed.middle - 20]
        self.ask("date four in", dates[-1].right, WIDTH - RIGHT - 4 * CHARACTER_PT, 3)
        if "3月5日" not in "".join(w.text for w in self.words):
            self.faults.append("the date has zeros")


def faults_of(words: list[Word], *, mm: float) -> list[str]:
    """Return what of PAPER stands elsewhere than the standard says, within a tolerance."""
    return Measuring(words, mm=mm).faults


def test_the_pdf_stands_where_the_standard_says(tmp_path):
    assert faults_of(measured(as_pdf(PAPER), tmp_path), mm=1) == []


@needs_office
def test_the_word_file_does_as_libreoffice_draws_it(tmp_path):
    assert faults_of(measured(through_office(as_word(PAPER), tmp_path), tmp_path), mm=1.5) == []


def test_the_measure_sees_a_page_that_is_wrong(tmp_path, monkeypatch):
    """The control: other margins, other letters."""
    from partybuild.documents.rendering import layout

    monkeypatch.setattr(layout, "LEFT_MM", 33.0)
    monkeypatch.setattr(layout, "TOP_MM", 30.0)
    monkeypatch.setattr(layout, "MARK_DROP_MM", 25.0)
    faults = faults_of(measured(as_pdf(PAPER), tmp_path), mm=1)
    assert any(fault.startswith("left edge") for fault in faults)
    assert any(fault.startswith("mark from") for fault in faults)


def test_thirty_attachments_hang_below_each_other(tmp_path):
    names = tuple(f"第{number}家单位共驻共建项目清单" + "及说明" * 5 for number in range(1, 31))
    words = measured(as_pdf(replace(PAPER, attached=names)), tmp_path)
    heads = [
        match[1] for word in words if (match := re.fullmatch(r"(?:附件：)?(\d+)\.", word.text))
    ]
    assert heads == [str(number) for number in range(1, 31)]
    # What does not fit goes on below the name, not below the number.
    rest = [word for word in words if word.text.startswith("说明") or word.text.startswith("明")]
    assert all(word.left >= LEFT + 4.9 * CHARACTER_PT for word in rest)
    assert max(word.right for word in words) <= WIDTH - RIGHT + 3


def _alone(draw, tmp_path, lines: int) -> bool:
    """Tell whether the page of the signature holds nothing of a text of so many lines."""
    text = tuple(Text("共驻共建事项") for _line in range(lines))
    words = measured(
        draw(replace(PAPER, mark="", attached=("会议回执",), blocks=text), tmp_path), tmp_path
    )
    page = line_of(words, PAPER.issuer).page
    return not any(word.page == page and word.text == "共驻共建事项" for word in words)


def test_the_signature_never_stands_alone_on_a_page(tmp_path):
    """However long the text: the page that is sealed holds some of it."""
    pdfs = [_alone(lambda paper, _to: as_pdf(paper), tmp_path, lines) for lines in range(12, 24)]
    assert not any(pdfs)


@needs_office
@pytest.mark.parametrize("lines", [16, 18])
def test_the_word_files_signature_neither(tmp_path, lines):
    assert not _alone(lambda paper, to: through_office(as_word(paper), to), tmp_path, lines)


def test_the_rolls_hang_after_their_colon(tmp_path):
    roll = Roll("出席", tuple(f"张三{n}（和平社区第{n}家驻区单位书记）" for n in range(12)))
    paper = replace(PAPER, blocks=(Text("会" * 30), roll, Roll("列席", ("李四（区委组织部）",))))
    # Without a signature, which would take lines of it along to its page.
    words = measured(as_pdf(replace(paper, mark="", issuer="", issued_on=None)), tmp_path)
    first = line_of(words, "出席")
    lines = [w for w in words if w.page == first.page and w.middle > first.middle + 5]
    below = [w for w in lines if w.middle < line_of(words, "列席").middle - 5]
    assert near(first.left, LEFT + 2 * CHARACTER_PT, mm=1)
    assert below
    assert all(near(w.left, LEFT + 5 * CHARACTER_PT, mm=2) for w in below if w.left < WIDTH / 3)


def test_a_table_of_a_form_leaves_room_to_write(tmp_path):
    table = Table(rows=(("甲", "乙"), ("丙", "丁")), heights_mm=(60, 0), row_height_mm=13)
    words = measured(as_pdf(Composition(title="表", blocks=(table,), is_form=True)), tmp_path)
    gap = line_of(words, "丙").middle - line_of(words, "甲").middle
    assert near(gap, (60 + 13) / 2 * POINTS_PER_MM, mm=3)


def test_a_number_without_a_head_stands_below_the_title(tmp_path):
    words = measured(as_pdf(replace(PAPER, mark="", title="督办通知")), tmp_path)
    title, number = line_of(words, "督办通知"), line_of(words, "〔2026〕3号")
    assert title.bottom <= number.bottom
    assert near((number.left + number.right) / 2, LEFT + 78 * POINTS_PER_MM, mm=1)


def test_an_attachment_begins_a_page_and_a_heading_never_ends_one(tmp_path):
    for lines in range(8, 14):
        blocks = (
            *(Text("会") for _each in range(lines)),
            Text("二、有关要求", level=1),
            Text("请"),
        )
        paper = replace(PAPER, blocks=blocks, annexes=(Break("附件", "回执"), Text("回执内容")))
        words = measured(as_pdf(paper), tmp_path)
        heading, after = line_of(words, "有关要求"), next(w for w in words if w.text == "请")
        assert heading.page == after.page
        annex = line_of(words, "附件")
        assert not [w for w in words if w.page == annex.page and w.middle < annex.middle - 1]


# 䶮 (extension A), 𠮷 and 𤋮 (B), 𬭎 (E): names of people who exist.
@pytest.mark.parametrize("rare", ["䶮", "𠮷", "𤋮", "𬭎"])
def test_rare_characters_are_drawn(rare, tmp_path):
    def drawn(sign: str) -> bytes:
        pdf = as_pdf(Composition(title="名单", blocks=(Text(f"出席：张{sign}"),), is_form=True))
        (tmp_path / "rare.pdf").write_bytes(pdf)
        subprocess.run(
            ["pdftoppm", "-r", "60", "-png", "-singlefile", "rare.pdf", "rare"],
            cwd=tmp_path,
            check=True,
        )
        return (tmp_path / "rare.png").read_bytes()

    code = f"{ord(rare):x}"
    fonts = subprocess.run(
        ["fc-list", f":charset={code}"], check=True, capture_output=True, text=True
    ).stdout
    if not fonts.strip():
        pytest.skip(f"no font of this machine has {rare}")
    # Neither a box (a sign that no font can have) nor nothing.
    assert drawn(rare) not in {drawn("\U0010fffd"), drawn(" "), drawn("")}
    said = "".join(
        w.text
        for w in measured(
            as_pdf(Composition(title="表", blocks=(Text(f"张{rare}同志"),), is_form=True)), tmp_path
        )
    )
    assert f"张{rare}同志" in said


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        (
            "关于召开江湾区望江街道和平社区区域化党建联席会2026年第一季度会议的通知",
            ["关于召开江湾区望江街道和平社区", "区域化党建联席会2026年第一季度会议的通知"],
        ),
        (
            "关于进一步做好驻区单位在职党员到社区报到为群众服务工作有关事项的通知",
            ["关于进一步做好驻区单位在职党员到社区", "报到为群众服务工作有关事项的通知"],
        ),
        ("督办通知", ["督办通知"]),
        ("第一行\n第二行", ["第一行", "第二行"]),
        ("关" * 45, ["关" * 15] * 3),
    ],
)
def test_long_titles_break_by_meaning(title, lines):
    assert title_lines(title, 20) == lines


def test_the_word_file_says_the_same_in_its_xml():
    import io
    import zipfile

    parts = zipfile.ZipFile(io.BytesIO(as_word(PAPER)))
    body = parts.read("word/document.xml").decode()
    styles = parts.read("word/styles.xml").decode()
    margins = dict(
        re.findall(r'w:(top|right|bottom|left)="(\d+)"', re.search(r"<w:pgMar[^>]*>", body)[0])
    )
    assert {side: round(int(value) / 20 / POINTS_PER_MM) for side, value in margins.items()} == {
        "top": 37,
        "right": 26,
        "bottom": 35,
        "left": 28,
    }
    pitch = int(re.search(r'<w:docGrid[^>]*w:linePitch="(\d+)"', body)[1])
    assert round(pitch / 20 * 22 / POINTS_PER_MM) == 225
    # The language decides how signs are drawn; the air between figures and characters is off.
    assert 'w:eastAsia="zh-CN"' in styles
    assert '<w:autoSpaceDN w:val="0"/>' in styles
    assert "<w:framePr " in body
    assert 'w:yAlign="bottom"' in body
    assert "w:evenAndOddHeaders" in parts.read("word/settings.xml").decode()
