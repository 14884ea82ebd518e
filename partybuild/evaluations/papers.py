"""The two papers of an evaluation (F12): the form to fill in, and the answers counted."""

from __future__ import annotations

from collections.abc import Sequence

from partybuild.documents.composition import Block, Composition, Table, Text
from partybuild.evaluations.enums import EvaluatedBy, Satisfaction
from partybuild.evaluations.queries import Verdict
from partybuild.ui.filters import percent

# Room to write in: a line, what was done, what one has to say; less where something stands below.
_ROOM_MM = (14, 30, 50)
_TIGHT_MM = (10, 16, 24)


def blank_form(
    rows: Sequence[tuple[str, str]], *, content: str, below: Sequence[Block] = ()
) -> Composition:
    """在职党员服务情况评价表: what was done and by whom, a box for each grade, no name."""
    line_mm, content_mm, comment_mm = _TIGHT_MM if below else _ROOM_MM
    lines = (
        *rows,
        ("服务内容", content),
        ("评价人", "　　".join(f"□ {side.label}" for side in EvaluatedBy)),
        ("总体评价", "　　".join(f"□ {grade.label}" for grade in Satisfaction)),
        ("意见建议", ""),
    )
    return Composition(
        title="在职党员服务情况评价表",
        blocks=(
            Table(
                rows=lines,
                widths=(2, 8),
                row_height_mm=line_mm,
                heights_mm=(*(0 for _row in rows), content_mm, 0, 0, comment_mm),
                is_form=True,
            ),
            Text(
                "本表不记姓名，请在相应的方框内打“√”，交现场工作人员或投入意见箱。",
                indent=False,
            ),
            *below,
        ),
        is_form=True,
    )


def tally_sheet(
    head: Sequence[str], lines: Sequence[tuple[str, Verdict]], *, total: Verdict, who: str
) -> Composition:
    """在职党员服务情况评价汇总表: a line for each of `lines` and the sum; `who` heads the first column."""
    rows = tuple(
        (
            name,
            f"{each.satisfied}份",
            f"{each.mostly}份",
            f"{each.dissatisfied}份",
            f"{each.answers}份",
        )
        for name, each in [*lines, ("合计", total)]
    )
    said = f"有效评价{total.answers}份，满意率（满意、基本满意占有效评价）{percent(total.rate)}。"
    if total.unanswered is not None:
        said = f"发出{total.asked}份，未评价{total.unanswered}份。{said}"
    return Composition(
        title="在职党员服务情况评价汇总表",
        blocks=(
            *(Text(line, indent=False) for line in head),
            Table(
                head=(who, "满意", "基本满意", "不满意", "有效评价"),
                rows=rows,
                widths=(3, 2, 2, 2, 2),
                centered=(1, 2, 3, 4),
                row_height_mm=12,
            ),
            Text(said, indent=False),
            Text("社区党组织（盖章）：　　　　　日期：　　年　月　日", indent=False),
        ),
        is_form=True,
    )
