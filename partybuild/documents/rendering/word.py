"""A composition as .docx, in the layout of GB/T 9704-2012."""

from __future__ import annotations

import io
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from partybuild.documents.composition import (
    Break,
    Composition,
    Roll,
    Table,
    Text,
    date_on_paper,
)
from partybuild.documents.rendering import layout
from partybuild.documents.rendering.seal import Seal

_ALIGN = {
    "": None,
    "center": WD_ALIGN_PARAGRAPH.CENTER,
    "right": WD_ALIGN_PARAGRAPH.RIGHT,
}
_HEADING_FONT = {1: "heading", 2: "second", 3: "text", 4: "text"}


def as_word(composition: Composition, seal: Seal | None = None) -> bytes:
    """Return the document as .docx; `seal` adds the verification code and its QR picture."""
    return _Writer(composition, seal).bytes()


class _Writer:
    def __init__(self, composition: Composition, seal: Seal | None) -> None:
        self.composition = composition
        self.seal = seal
        self.document: Any = Document()
        self._set_up()

    def bytes(self) -> bytes:
        """Write the three parts and return the file."""
        paper = self.composition
        if paper.mark:
            self._mark()
        self._title()
        if paper.addressee:
            # One empty line below the title, then flush left.
            if not paper.is_form:
                self._empty()
            self._paragraph(f"{paper.addressee}：", indent=False)
        elif not paper.is_form:
            self._empty()
        for block in paper.blocks:
            self._block(block)
        if paper.attached:
            self._attached()
        if paper.issuer or paper.issued_on:
            self._signature()
        if paper.note:
            self._paragraph(f"（{paper.note}）")
        for block in paper.annexes:
            self._block(block)
        if self.seal is not None:
            self._verification(self.seal)
        if paper.copies_to or paper.printed_by:
            self._colophon()
        stream = io.BytesIO()
        self.document.core_properties.title = paper.title
        self.document.core_properties.author = paper.issuer
        self.document.core_properties.comments = ""
        self.document.save(stream)
        return stream.getvalue()

    # -- the page ---------------------------------------------------------------------------

    def _set_up(self) -> None:
        section = self.document.sections[0]
        width, height = layout.PAGE_MM
        margins = (layout.TOP_MM, layout.RIGHT_MM, layout.BOTTOM_MM, layout.LEFT_MM)
        if self.composition.landscape:
            section.orientation = WD_ORIENT.LANDSCAPE
            width, height = height, width
            # Bound at its top: the sheet is the standing one, turned.
            margins = (layout.LEFT_MM, layout.TOP_MM - 12, layout.RIGHT_MM, layout.BOTTOM_MM - 12)
        elif self.composition.is_form:
            margins = (25.0, layout.RIGHT_MM, 20.0, layout.LEFT_MM)
        section.page_width, section.page_height = Mm(width), Mm(height)
        top, right, bottom, left = margins
        section.top_margin, section.bottom_margin = Mm(top), Mm(bottom)
        section.left_margin, section.right_margin = Mm(left), Mm(right)
        section.header_distance = Mm(15)
        # The number's own height is about 5 mm: its top then stands 7 mm below the type area.
        section.footer_distance = Mm(max(bottom - layout.PAGE_NUMBER_MM - 5, 8))
        self.width_mm = width - left - right
        if not self.composition.is_form:
            self._grid(section)
        self._styles()
        self._page_numbers(section)
        self._stand_ins()

    def _grid(self, section: Any) -> None:
        grid = section._sectPr.find(qn("w:docGrid"))
        if grid is None:
            grid = OxmlElement("w:docGrid")
            section._sectPr.append(grid)
        # Lines only: the 28 characters come from each run's spacing, which every program reads alike.
        grid.set(qn("w:type"), "lines")
        grid.set(qn("w:linePitch"), str(round(layout.LINE_PT * 20)))

    def _styles(self) -> None:
        normal = self.document.styles["Normal"]
        self._font(normal.element.get_or_add_rPr(), "text")
        normal.font.size = Pt(layout.TEXT_PT)
        spacing = normal.paragraph_format
        spacing.space_before = spacing.space_after = Pt(0)
        spacing.line_spacing_rule = WD_LINE_SPACING.EXACTLY
        spacing.line_spacing = Pt(layout.LINE_PT)
        spacing.widow_control = False

    def _stand_ins(self) -> None:
        for part in self.document.part.package.iter_parts():
            if str(part.partname) != "/word/fontTable.xml":
                continue
            fonts = "".join(
                f'<w:font w:name="{name}"><w:altName w:val="{other}"/></w:font>'
                for name, other in layout.STAND_INS.items()
            )
            part._blob = part.blob.replace(b"</w:fonts>", f"{fonts}</w:fonts>".encode())

    def _page_numbers(self, section: Any) -> None:
        settings = self.document.settings.element
        if settings.find(qn("w:evenAndOddHeaders")) is None:
            settings.insert(0, OxmlElement("w:evenAndOddHeaders"))
        # Odd pages: right, one character in; even pages: left, one character in.
        for footer, align, side in (
            (section.footer, WD_ALIGN_PARAGRAPH.RIGHT, "right"),
            (section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT, "left"),
        ):
            footer.is_linked_to_previous = False
            paragraph = footer.paragraphs[0]
            paragraph.alignment = align
            _indent(paragraph, **{f"{side}Chars": 100})
            self._run(paragraph, "— ", "number", layout.SMALL_PT)
            self._field(paragraph, "PAGE")
            self._run(paragraph, " —", "number", layout.SMALL_PT)

    def _field(self, paragraph: Any, code: str) -> None:
        for kind, text in (("begin", ""), ("", code), ("end", "")):
            run = self._run(paragraph, "", "number", layout.SMALL_PT)
            if kind:
                mark = OxmlElement("w:fldChar")
                mark.set(qn("w:fldCharType"), kind)
            else:
                mark = OxmlElement("w:instrText")
                mark.set(qn("xml:space"), "preserve")
                mark.text = text
            run._r.append(mark)

    # -- letters ----------------------------------------------------------------------------

    @staticmethod
    def _font(properties: Any, font: str) -> None:
        fonts = properties.find(qn("w:rFonts"))
        if fonts is None:
            fonts = OxmlElement("w:rFonts")
            properties.insert(0, fonts)
        fonts.set(qn("w:eastAsia"), layout.FONTS[font])
        latin = layout.FONTS["number"] if font == "number" else layout.LATIN
        for name in ("w:ascii", "w:hAnsi", "w:cs"):
            fonts.set(qn(name), latin)
        # Quotation marks and dashes are Chinese here, not Latin.
        fonts.set(qn("w:hint"), "eastAsia")

    def _run(
        self,
        paragraph: Any,
        text: str,
        font: str = "text",
        size: float = layout.TEXT_PT,
        color: str = "",
    ) -> Any:
        run = paragraph.add_run(text)
        self._font(run._r.get_or_add_rPr(), font)
        run.font.size = Pt(size)
        if size == layout.TEXT_PT and not self.composition.is_form:
            spacing = OxmlElement("w:spacing")
            spacing.set(qn("w:val"), str(round((layout.CHARACTER_PT - layout.TEXT_PT) * 20)))
            run._r.get_or_add_rPr().append(spacing)
        if color:
            run.font.color.rgb = RGBColor.from_string(color)
        return run

    def _empty(self, lines: int = 1) -> None:
        for _line in range(lines):
            self.document.add_paragraph()

    def _paragraph(
        self,
        text: str,
        *,
        font: str = "text",
        lead: str = "",
        indent: bool = True,
        align: str = "",
    ) -> Any:
        paragraph = self.document.add_paragraph()
        paragraph.alignment = _ALIGN[align]
        if indent and not align:
            _indent(paragraph, firstLineChars=200, firstLine=round(layout.TEXT_PT * 40))
        if lead:
            self._run(paragraph, lead, "heading")
        self._run(paragraph, text, font)
        return paragraph

    # -- the parts --------------------------------------------------------------------------

    def _mark(self) -> None:
        paper = self.composition
        mark = self.document.add_paragraph()
        mark.alignment = WD_ALIGN_PARAGRAPH.CENTER
        size = layout.mark_points(paper.mark)
        format_ = mark.paragraph_format
        format_.space_before = Mm(layout.MARK_DROP_MM)
        format_.line_spacing = Pt(size * 1.15)
        self._run(mark, paper.mark, "title", size, layout.RED)
        self._empty(2)
        number = self.document.add_paragraph()
        if paper.signer:
            # Upwards: the number left, the signer right, one character in from each side.
            _indent(number, leftChars=100, rightChars=100)
            number.paragraph_format.tab_stops.add_tab_stop(
                Mm(self.width_mm) - Pt(layout.TEXT_PT), alignment=2
            )
            self._run(number, f"{paper.number}\t签发人：")
            self._run(number, paper.signer, "second")
        else:
            number.alignment = WD_ALIGN_PARAGRAPH.CENTER
            self._run(number, paper.number)
        _border(
            number,
            "bottom",
            size=12,
            space=round(layout.RED_LINE_MM * layout.POINTS_PER_MM),
            color=layout.RED,
        )
        self._empty(2)

    def _title(self) -> None:
        size = layout.FORM_TITLE_PT if self.composition.is_form else layout.TITLE_PT
        for line in self.composition.title.splitlines() or [""]:
            title = self.document.add_paragraph()
            title.alignment = WD_ALIGN_PARAGRAPH.CENTER
            title.paragraph_format.line_spacing = Pt(max(layout.LINE_PT, size * 1.4))
            title.paragraph_format.keep_with_next = True
            self._run(title, line, "title", size)
        if self.composition.is_draft:
            draft = self.document.add_paragraph()
            draft.alignment = WD_ALIGN_PARAGRAPH.CENTER
            self._run(draft, "（草稿）", "second")
        if self.composition.is_form and self.composition.number:
            number = self.document.add_paragraph()
            number.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            self._run(number, f"编号：{self.composition.number}", "text", layout.TABLE_PT)

    def _block(self, block: Any) -> None:
        match block:
            case Text():
                self._paragraph(
                    block.text,
                    font=_HEADING_FONT.get(block.level, "text"),
                    lead=block.lead,
                    indent=block.indent,
                    align=block.align,
                )
            case Roll():
                self._roll(block)
            case Table():
                self._table(block)
            case Break():
                self._break(block)

    def _roll(self, roll: Roll) -> None:
        paragraph = self.document.add_paragraph()
        # Two characters in; the names hang after the label and its colon.
        hang = len(roll.label) + 1
        size = round(layout.TEXT_PT * 20)
        _indent(
            paragraph,
            leftChars=(2 + hang) * 100,
            left=(2 + hang) * size,
            hangingChars=hang * 100,
            hanging=hang * size,
        )
        self._run(paragraph, roll.label, "heading")
        self._run(paragraph, "：" + "、".join(roll.names))

    def _break(self, block: Break) -> None:
        first = self.document.add_paragraph()
        first.paragraph_format.page_break_before = True
        if block.label:
            self._run(first, block.label, "heading")
            self._empty()
        if block.title:
            title = self.document.add_paragraph()
            title.alignment = WD_ALIGN_PARAGRAPH.CENTER
            self._run(title, block.title, "title", layout.TITLE_PT)
            self._empty()

    def _table(self, block: Table) -> None:
        rows = ((block.head,) if block.head else ()) + block.rows
        columns = max((len(row) for row in rows), default=0)
        if not columns:
            return
        table = self.document.add_table(rows=len(rows), cols=columns)
        table.style = "Table Grid"
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        table.autofit = False
        shares = block.widths or (1.0,) * columns
        widths = [self.width_mm * share / sum(shares) for share in shares]
        for column, width in enumerate(widths):
            table.columns[column].width = Mm(width)
        for number, row in enumerate(rows):
            is_head = bool(block.head) and number == 0
            properties = table.rows[number]._tr.get_or_add_trPr()
            properties.append(OxmlElement("w:cantSplit"))
            if is_head:
                properties.append(OxmlElement("w:tblHeader"))
            if block.row_height_mm:
                table.rows[number].height = Mm(block.row_height_mm)
            body = number - (1 if block.head else 0)
            for column, text in enumerate(row):
                cell = table.cell(number, column)
                cell.width = Mm(widths[column])
                span = block.spans.get(f"{body},{column}", 1) if not is_head else 1
                if span > 1:
                    cell = cell.merge(table.cell(number, min(column + span, columns) - 1))
                if not text and span == 1 and self._covered(block, body, column):
                    continue
                self._cell(cell, text, is_head or (block.is_form and column % 2 == 0 and span == 1))
        # Without this Word glues the next table to this one.
        after = self.document.add_paragraph()
        after.paragraph_format.line_spacing = Pt(6)

    @staticmethod
    def _covered(block: Table, row: int, column: int) -> bool:
        return any(
            before + span > column
            for place, span in block.spans.items()
            for at, before in [map(int, place.split(","))]
            if at == row and before < column
        )

    def _cell(self, cell: Any, text: str, is_label: bool) -> None:
        cell.vertical_alignment = 1
        lines = text.splitlines() or [""]
        for number, line in enumerate(lines):
            paragraph = cell.paragraphs[0] if number == 0 else cell.add_paragraph()
            paragraph.paragraph_format.line_spacing = Pt(layout.TABLE_PT * 1.5)
            if is_label:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
            self._run(paragraph, line, "heading" if is_label else "text", layout.TABLE_PT)

    def _attached(self) -> None:
        self._empty()
        names = self.composition.attached
        size = round(layout.TEXT_PT * 20)
        for number, name in enumerate(names, start=1):
            paragraph = self.document.add_paragraph()
            lead = "附件：" if number == 1 else "　　　"
            order = f"{number}. " if len(names) > 1 else ""
            _indent(paragraph, leftChars=500, left=5 * size, hangingChars=300, hanging=3 * size)
            self._run(paragraph, f"{lead}{order}{name}")

    def _signature(self) -> None:
        paper = self.composition
        # Room for the seal, whose top stands within a line of the text.
        self._empty(2 if paper.sealed else 1)
        day = date_on_paper(paper.issued_on) if paper.issued_on else ""
        issuer = self.document.add_paragraph()
        issuer.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        date = self.document.add_paragraph()
        date.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        issuer.paragraph_format.keep_with_next = True
        name_in, day_in = layout.indents_of_signature(paper.issuer, day, sealed=paper.sealed)
        _indent(issuer, rightChars=round(name_in * 100))
        _indent(date, rightChars=round(day_in * 100))
        self._run(issuer, paper.issuer)
        self._run(date, day)

    def _colophon(self) -> None:
        """版记 at the foot of the last page: a table that the page's bottom holds."""
        paper = self.composition
        lines: list[tuple[str, str]] = []
        if paper.copies_to:
            lines.append((f"抄送：{paper.copies_to.rstrip('。')}。", ""))
        if paper.printed_by:
            printed = f"{date_on_paper(paper.printed_on)}印发" if paper.printed_on else ""
            lines.append((paper.printed_by, printed))
        table = self.document.add_table(rows=len(lines), cols=1)
        table.autofit = False
        properties = table._tbl.tblPr
        place = OxmlElement("w:tblpPr")
        for name, value in (
            ("vertAnchor", "margin"),
            ("horzAnchor", "margin"),
            ("tblpXSpec", "left"),
            ("tblpYSpec", "bottom"),
        ):
            place.set(qn(f"w:{name}"), value)
        properties.insert(1, place)
        borders = OxmlElement("w:tblBorders")
        # First and last line 0.35 mm, between them 0.25 mm: eighths of a point.
        for side, size in (("top", 8), ("bottom", 8), ("insideH", 6)):
            line = OxmlElement(f"w:{side}")
            for name, value in (("val", "single"), ("sz", str(size)), ("color", "000000")):
                line.set(qn(f"w:{name}"), value)
            borders.append(line)
        properties.append(borders)
        for number, (left, right) in enumerate(lines):
            cell = table.cell(number, 0)
            cell.width = Mm(self.width_mm)
            paragraph = cell.paragraphs[0]
            _indent(paragraph, left=280, right=280)
            paragraph.paragraph_format.line_spacing = Pt(layout.SMALL_PT * 1.6)
            paragraph.paragraph_format.tab_stops.add_tab_stop(
                Mm(self.width_mm) - Pt(layout.SMALL_PT * 2), alignment=2
            )
            self._run(paragraph, left + (f"\t{right}" if right else ""), "text", layout.SMALL_PT)
        last = self.document.add_paragraph()
        last.paragraph_format.line_spacing = Pt(1)

    def _verification(self, seal: Seal) -> None:
        paragraph = self.document.add_paragraph()
        paragraph.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
        paragraph.paragraph_format.space_before = Pt(12)
        run = self._run(paragraph, "", "text", layout.NOTE_PT)
        run.add_picture(io.BytesIO(seal.png()), width=Mm(16))
        self._run(
            paragraph, f"　核验码：{seal.spelled}　核验地址：{seal.url}", "text", layout.NOTE_PT
        )


def _indent(paragraph: Any, **values: int) -> None:
    properties = paragraph._p.get_or_add_pPr()
    indent = properties.find(qn("w:ind"))
    if indent is None:
        indent = properties._add_ind()
    for name, value in values.items():
        indent.set(qn(f"w:{name}"), str(value))


def _border(paragraph: Any, side: str, *, size: int, space: int, color: str = "000000") -> None:
    """Draw a line beside a paragraph; size in eighths of a point, space in points."""
    properties = paragraph._p.get_or_add_pPr()
    borders = properties.find(qn("w:pBdr"))
    if borders is None:
        borders = OxmlElement("w:pBdr")
        # pBdr stands before spacing, ind and jc in the schema's order.
        for after in ("w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr"):
            place = properties.find(qn(after))
            if place is not None:
                place.addprevious(borders)
                break
        else:
            properties.append(borders)
    line = OxmlElement(f"w:{side}")
    for name, value in (("val", "single"), ("sz", size), ("space", space), ("color", color)):
        line.set(qn(f"w:{name}"), str(value))
    borders.append(line)
