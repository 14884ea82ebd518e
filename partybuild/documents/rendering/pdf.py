"""A composition as PDF, in the same layout; nothing but the text itself is fetched or embedded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string

from partybuild.documents.composition import (
    Block,
    Code,
    Composition,
    Table,
    date_on_paper,
    height_of,
    lines_of,
)
from partybuild.documents.rendering import layout
from partybuild.documents.rendering.seal import Seal, picture_uri
from partybuild.documents.rendering.titles import title_lines


@dataclass(frozen=True)
class _Cell:
    # (words, whether they stand at the right)
    lines: list[tuple[str, bool]]
    span: int
    is_label: bool
    in_middle: bool


@dataclass(frozen=True)
class _Laid:
    """A table with its cells laid out: covered ones left away, widths in whole percent."""

    head: tuple[str, ...]
    # (height in whole millimetres, cells)
    laid: list[tuple[int, list[_Cell]]]
    shares: list[int]
    is_form: bool
    # In tenths of a point; 0: as tables are.
    size: int
    kind: str = "table"


@dataclass(frozen=True)
class _Pictured:
    uri: str
    lines: tuple[str, ...]
    kind: str = "code"


Drawn = tuple[Composition, Seal | None]


def as_pdf(composition: Composition, seal: Seal | None = None) -> bytes:
    """Return the document as PDF; the colophon stands at the foot of its last page."""
    return as_one_pdf([(composition, seal)])


def as_one_pdf(papers: Sequence[Drawn]) -> bytes:
    """Return papers of one kind as one PDF, each beginning on a page of its own.

    They are laid out together: a branch's letters take little longer than one.
    """
    from weasyprint import CSS, HTML
    from weasyprint.urls import URLFetcher

    composition = papers[0][0]
    sheet = CSS(string=_sheet([paper for paper, _seal in papers]))
    # Nothing from the disk or the network: the QR picture is a data address.
    fetcher = URLFetcher(allowed_protocols=["data"])
    html = HTML(string=_html(papers), url_fetcher=fetcher)
    if composition.is_letter:
        letter: bytes = html.write_pdf(stylesheets=[sheet, CSS(string=_letter_sheet())])
        return letter
    made = html.render(stylesheets=[sheet])
    room = _room_above_colophon(made, composition) if len(papers) == 1 else 0
    if room > 0:
        lift = CSS(string=f".colophon {{ margin-top: {room:.2f}px }}")
        lifted = html.render(stylesheets=[sheet, lift])
        # Rounding must not push it onto a page of its own.
        if len(lifted.pages) == len(made.pages):
            made = lifted
    data: bytes = made.write_pdf()
    return data


def _html(papers: Sequence[Drawn]) -> str:
    return render_to_string(
        "documents/paper.html",
        {
            "papers": [
                {
                    "paper": _Paper(paper),
                    "title_lines": title_lines(paper.title, _title_characters(paper)),
                    "day": date_on_paper(paper.issued_on) if paper.issued_on else "",
                    "copies_to": paper.copies_to.rstrip("。"),
                    "printed_on": date_on_paper(paper.printed_on) if paper.printed_on else "",
                    "seal": seal,
                }
                for paper, seal in papers
            ]
        },
    )


def _title_characters(composition: Composition) -> int:
    size = layout.FORM_TITLE_PT if composition.is_form else layout.TITLE_PT
    if composition.is_letter:
        size = layout.LETTER_TITLE_PT
    width = layout.TYPE_AREA_MM[0]
    if composition.landscape or composition.is_letter:
        margins = layout.LETTER_MM if composition.is_letter else layout.LYING_MM
        width = layout.PAGE_MM[1] - margins[1] - margins[3]
    return int(width * layout.POINTS_PER_MM / size)


class _Paper:
    """The composition with its tables laid out."""

    def __init__(self, composition: Composition) -> None:
        self._composition = composition
        self.blocks = [_laid(block) for block in composition.blocks]
        self.annexes = [_laid(block) for block in composition.annexes]

    def __getattr__(self, name: str) -> Any:
        return getattr(self._composition, name)


def _laid(block: Block) -> Any:
    if isinstance(block, Code):
        return _Pictured(picture_uri(block.address), block.lines)
    if not isinstance(block, Table):
        return block
    columns = max(
        (len(row) for row in ((block.head,) if block.head else ()) + block.rows), default=1
    )
    shares = block.widths or (1.0,) * columns
    laid: list[tuple[int, list[_Cell]]] = []
    for number, row in enumerate(block.rows):
        cells: list[_Cell] = []
        covered = 0
        for column, text in enumerate(row):
            if covered:
                covered -= 1
                continue
            span = block.spans.get(f"{number},{column}", 1)
            covered = span - 1
            is_label = block.is_form and column % 2 == 0 and span == 1
            cells.append(_Cell(lines_of(text), span, is_label, column in block.centered))
        laid.append((round(height_of(block, number)), cells))
    return _Laid(
        head=block.head,
        laid=laid,
        shares=_percents(shares),
        is_form=block.is_form,
        size=round(block.text_pt * 10),
    )


def _percents(shares: tuple[float, ...]) -> list[int]:
    """Return whole percents that make a hundred: one more and the table is wider than its text."""
    exact = [100 * share / sum(shares) for share in shares]
    found = [int(each) for each in exact]
    rest = sorted(range(len(exact)), key=lambda at: found[at] - exact[at])
    for at in rest[: 100 - sum(found)]:
        found[at] += 1
    return found


def _room_above_colophon(made: Any, composition: Composition) -> float:
    """Return by how many CSS pixels the colophon may sink to reach the foot of its page."""
    last = made.pages[-1]
    if "after-colophon" not in last.anchors:
        return 0.0
    end = last.anchors["after-colophon"][1]
    foot = last.height - layout.BOTTOM_MM / 25.4 * 96
    return float(foot - end - 2)


def _sheet(papers: Sequence[Composition]) -> str:
    """Return the style of papers of one kind; what differs are their rows and their signatures."""
    composition = papers[0]
    width, height = layout.PAGE_MM
    top, right, bottom, left = (
        layout.TOP_MM,
        layout.RIGHT_MM,
        layout.BOTTOM_MM,
        layout.LEFT_MM,
    )
    if composition.landscape:
        width, height = height, width
        top, right, bottom, left = layout.LYING_MM
    elif composition.is_form:
        top, bottom = layout.DENSE_MM if composition.is_dense else (25.0, 20.0)
    mark = layout.mark_points(composition.mark)
    stacks = {
        name: f"'{font}', '{layout.STAND_INS.get(font, font)}', "
        + ("'Noto Sans CJK SC'" if name == "heading" else "'Noto Serif CJK SC'")
        + ", serif"
        for name, font in layout.FONTS.items()
    }
    tables = [
        block
        for paper in papers
        for block in paper.blocks + paper.annexes
        if isinstance(block, Table)
    ]
    heights = {
        round(height_of(table, row)) for table in tables for row in range(-1, len(table.rows))
    }
    rows = "".join(f".h{height} td {{ height: {height}mm }}" for height in heights)
    sizes = "".join(
        f"table.s{size} {{ font-size: {size / 10}pt }}"
        for size in {round(table.text_pt * 10) for table in tables if table.text_pt}
    )
    widths = "".join(f".w{share} {{ width: {share}% }}" for share in range(1, 101))
    rolls = "".join(
        f".roll-{count} {{ padding-left: {3 + count}em; text-indent: -{1 + count}em }}"
        for count in range(1, 9)
    )
    number_top = layout.PAGE_NUMBER_MM
    signatures = "".join(_signature(number, paper) for number, paper in enumerate(papers, start=1))
    return f"""
@page {{ size: {width}mm {height}mm; margin: {top}mm {right}mm {bottom}mm {left}mm }}
@page :right {{ @bottom-right {{ content: "— " counter(page) " —"; font: {layout.SMALL_PT}pt {stacks["number"]};
  vertical-align: top; padding: {number_top}mm {layout.SMALL_PT}pt 0 0 }} }}
@page :left {{ @bottom-left {{ content: "— " counter(page) " —"; font: {layout.SMALL_PT}pt {stacks["number"]};
  vertical-align: top; padding: {number_top}mm 0 0 {layout.SMALL_PT}pt }} }}
body {{ font: {layout.TEXT_PT}pt/{layout.LINE_PT:.2f}pt {stacks["text"]}; margin: 0; text-align: justify;
  letter-spacing: {layout.SPACING_PT}pt; orphans: 1; widows: 1 }}
p, h1 {{ margin: 0; font-weight: normal }}
p.empty {{ height: {layout.LINE_PT:.2f}pt }}
h1 {{ font: {layout.TITLE_PT}pt/{layout.TITLE_PT * 1.5}pt {stacks["title"]}; text-align: center; letter-spacing: 0; break-after: avoid }}
.form h1 {{ font-size: {layout.FORM_TITLE_PT}pt; margin-bottom: 6pt }}
.form-number {{ text-align: right; font-size: {layout.TABLE_PT}pt }}
.number-below {{ text-align: center }} td.middle {{ text-align: center }}
.draft {{ text-align: center; font-family: {stacks["second"]} }}
.mark {{ margin-top: {layout.MARK_DROP_MM}mm; font: {mark}pt/{mark * 1.15}pt {stacks["title"]}; color: #{layout.RED};
  text-align: center; letter-spacing: 0; margin-bottom: {2 * layout.LINE_PT:.2f}pt; white-space: nowrap }}
.number {{ text-align: center; border-bottom: 1.5pt solid #{layout.RED}; padding-bottom: {layout.RED_LINE_MM}mm; margin-bottom: {2 * layout.LINE_PT:.2f}pt }}
.number.upward {{ display: flex; justify-content: space-between; padding-left: 1em; padding-right: 1em }}
.number em {{ font-family: {stacks["second"]}; font-style: normal }}
.addressee {{ margin-top: {layout.LINE_PT:.2f}pt }}
.form .addressee {{ margin-top: 0 }}
.indent {{ text-indent: 2em }}
p {{ min-height: {layout.LINE_PT:.2f}pt }}
.level-1, .level-2, .level-3, .level-4 {{ break-after: avoid }}
.level-1, b {{ font-family: {stacks["heading"]}; font-weight: normal }}
.level-2 {{ font-family: {stacks["second"]} }}
.center {{ text-align: center }} .right {{ text-align: right }}
.roll {{ text-align: left }} {rolls}
.attachment {{ break-before: page }}
.attachment-label {{ font-family: {stacks["heading"]}; margin-bottom: {layout.LINE_PT:.2f}pt }}
.attachment h1 {{ margin-bottom: {layout.LINE_PT:.2f}pt }}
.form .attachment h1 {{ margin-bottom: 6pt }}
.cut {{ border-top: 1pt dashed #000; margin-top: 14pt; break-inside: avoid; break-after: avoid }}
.cut p {{ text-align: right; font-size: {layout.NOTE_PT}pt; line-height: 1.6; min-height: 0; letter-spacing: 0 }}
.cut h1 {{ margin-bottom: 2pt }}
.attached {{ padding-left: 5em; text-align: left; break-before: avoid }}
.attached.first {{ margin-top: {layout.LINE_PT:.2f}pt; text-indent: -3em }}
.signature {{ margin-top: {layout.LINE_PT * (2 if composition.sealed else 1):.2f}pt; break-inside: avoid; break-before: avoid }}
.signature p {{ text-align: right; white-space: nowrap }} {signatures}
.sheet + .sheet {{ break-before: page }}
table {{ width: 100%; border-collapse: collapse; table-layout: fixed; font-size: {layout.TABLE_PT}pt; line-height: 1.5;
  letter-spacing: 0; text-align: left; margin: 4pt 0 }}
td, th {{ border: .5pt solid #000; padding: 2pt 4pt; vertical-align: middle; overflow-wrap: anywhere }}
th, td.label {{ font-family: {stacks["heading"]}; font-weight: normal; text-align: center }}
tr {{ break-inside: avoid }} {rows} {widths} {sizes}
td p {{ min-height: 1.5em }} td p.end {{ text-align: right }}
.seal {{ display: flex; align-items: center; margin-top: 8pt; font-size: {layout.NOTE_PT}pt; line-height: 1.4; letter-spacing: 0; break-inside: avoid }}
.seal p, .colophon p {{ min-height: 0 }}
.seal img {{ width: 16mm; height: 16mm }} .seal p {{ margin-left: 1em }}
.code {{ display: flex; align-items: center; break-inside: avoid }} .code img {{ width: 24mm; height: 24mm }} .code div {{ margin-left: 1em }}
.code p {{ min-height: 0; font-size: {layout.NOTE_PT}pt; line-height: 1.5; letter-spacing: 0 }}
.colophon {{ font-size: {layout.SMALL_PT}pt; line-height: 1.6; letter-spacing: 0; break-inside: avoid; border: solid #000; border-width: .35mm 0 }}
.colophon p {{ padding: 0 1em; display: flex; justify-content: space-between }}
.colophon p + p {{ border-top: .25mm solid #000 }}
{_DENSE if composition.is_dense else ""}"""


def _signature(number: int, paper: Composition) -> str:
    """Return how far the signature of one paper stands in."""
    day = date_on_paper(paper.issued_on) if paper.issued_on else ""
    name_in, day_in = layout.indents_of_signature(paper.issuer, day, sealed=paper.sealed)
    return (
        f".sheet-{number} .signature p {{ margin-right: {name_in}em }}"
        f".sheet-{number} .signature p.day {{ margin-right: {day_in}em }}"
    )


_DENSE = f"""
@page :right {{ @bottom-right {{ content: none }} }}
@page :left {{ @bottom-left {{ content: none }} }}
body {{ font-size: {layout.DENSE_TEXT_PT}pt; line-height: {layout.DENSE_LINE_PT}pt }}
p {{ min-height: {layout.DENSE_LINE_PT}pt }}
h1 {{ line-height: {layout.FORM_TITLE_PT * 1.4}pt }} .form h1 {{ margin-bottom: 2pt }} .cut {{ margin-top: 8pt }}
table {{ font-size: {layout.DENSE_TABLE_PT}pt }} .code img {{ width: {layout.DENSE_CODE_MM}mm; height: {layout.DENSE_CODE_MM}mm }}
"""


def _letter_sheet() -> str:
    """Return what a framed letter has otherwise than a paper."""
    top, right, bottom, left = layout.LETTER_MM
    frame = layout.LETTER_FRAME_MM
    height, width = layout.PAGE_MM
    return f"""
@page {{ size: {width}mm {height}mm; margin: {frame}mm; border: 3pt double #{layout.RED};
  padding: {top - frame}mm {right - frame}mm {bottom - frame}mm {left - frame}mm }}
@page :right {{ @bottom-right {{ content: none }} }}
@page :left {{ @bottom-left {{ content: none }} }}
body {{ font-size: {layout.LETTER_TEXT_PT}pt; line-height: {layout.LETTER_LINE_PT}pt; letter-spacing: 0 }}
h1 {{ font-size: {layout.LETTER_TITLE_PT}pt; line-height: {layout.LETTER_TITLE_PT * 1.4}pt; color: #{layout.RED} }}
.number-below {{ font-size: {layout.SMALL_PT}pt; line-height: 24pt; min-height: 0 }}
.addressee {{ margin-top: 8pt }}
.signature {{ margin-top: {layout.LETTER_LINE_PT}pt }}
.seal {{ position: absolute; bottom: 6mm; left: 0; margin: 0 }}
"""
