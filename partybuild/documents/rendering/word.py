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
from docx.text.paragraph import Paragraph

from partybuild.documents.composition import (
    Break,
    Code,
    Composition,
    Cut,
    Roll,
    Table,
    Text,
    date_on_paper,
    height_of,
    lines_of,
)
from partybuild.documents.rendering import layout
from partybuild.documents.rendering.seal import Seal, picture_png
from partybuild.documents.rendering.titles import title_lines

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
        self.text_pt, self.line_pt = layout.TEXT_PT, layout.LINE_PT
        if composition.is_letter:
            self.text_pt, self.line_pt = layout.LETTER_TEXT_PT, layout.LETTER_LINE_PT
        elif composition.is_dense:
            self.text_pt, self.line_pt = layout.DENSE_TEXT_PT, layout.DENSE_LINE_PT
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
            if not paper.is_form and not paper.is_letter:
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
            margins = layout.LYING_MM
        elif self.composition.is_letter:
            section.orientation = WD_ORIENT.LANDSCAPE
            width, height = height, width
            margins = layout.LETTER_MM
            self._frame(section)
        elif self.composition.is_form:
            top, bottom = layout.DENSE_MM if self.composition.is_dense else (25.0, 20.0)
            margins = (top, layout.RIGHT_MM, bottom, layout.LEFT_MM)
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
        if not (self.composition.is_letter or self.composition.is_dense):
            self._page_numbers(section)
        self._stand_ins()

    def _frame(self, section: Any) -> None:
        """Draw a red double line around the page of a letter."""
        borders = OxmlElement("w:pgBorders")
        borders.set(qn("w:offsetFrom"), "page")
        for side in ("top", "left", "bottom", "right"):
            line = OxmlElement(f"w:{side}")
            line.set(qn("w:val"), "double")
            line.set(qn("w:sz"), "12")
            # In points, at most 31: as near to the frame of the PDF as the format allows.
            line.set(qn("w:space"), "31")
            line.set(qn("w:color"), layout.RED)
            borders.append(line)
        section._sectPr.find(qn("w:pgMar")).addnext(borders)

    def _grid(self, section: Any) -> None:
        grid = section._sectPr.find(qn("w:docGrid"))
        if grid is None:
            grid = OxmlElement("w:docGrid")
            section._sectPr.append(grid)
        # Noted, not laid: each line has its exact height and each run its spacing, which every program reads
        # alike; snapped to a grid as well, LibreOffice moves all of the text down by 5 mm.
        grid.set(qn("w:type"), "default")
        grid.set(qn("w:linePitch"), str(round(layout.LINE_PT * 20)))

    def _styles(self) -> None:
        normal = self.document.styles["Normal"]
        self._font(normal.element.get_or_add_rPr(), "text")
        normal.font.size = Pt(self.text_pt)
        spacing = normal.paragraph_format
        spacing.space_before = spacing.space_after = Pt(0)
        spacing.line_spacing_rule = WD_LINE_SPACING.EXACTLY
        spacing.line_spacing = Pt(self.line_pt)
        spacing.widow_control = False
        properties = normal.element.get_or_add_pPr()
        # 28 characters to a line: no air between Chinese and figures.
        for name in ("autoSpaceDE", "autoSpaceDN"):
            mark = OxmlElement(f"w:{name}")
            mark.set(qn("w:val"), "0")
            properties.insert_element_before(mark, "w:spacing", "w:ind", "w:jc", "w:rPr")
        # Without it a program takes the signs of another language: 。 in the middle of its square.
        for language in self.document.styles.element.iter(qn("w:lang")):
            language.set(qn("w:val"), "zh-CN")
            language.set(qn("w:eastAsia"), "zh-CN")

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
            _indent(paragraph, **{f"{side}Chars": 100, side: round(layout.SMALL_PT * 20)})
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
        size: float | None = None,
        color: str = "",
    ) -> Any:
        size = self.text_pt if size is None else size
        run = paragraph.add_run(text)
        self._font(run._r.get_or_add_rPr(), font)
        run.font.size = Pt(size)
        if size == layout.TEXT_PT and not self.composition.is_form:
            # A letter's text has another size: it keeps no grid.
            spacing = OxmlElement("w:spacing")
            spacing.set(qn("w:val"), str(round(layout.SPACING_PT * 20)))
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
            _indent(paragraph, firstLineChars=200, firstLine=round(self.text_pt * 40))
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
        color = ""
        if self.composition.is_letter:
            size, color = layout.LETTER_TITLE_PT, layout.RED
        most = self.width_mm * layout.POINTS_PER_MM / size
        for line in title_lines(self.composition.title, int(most)):
            title = self.document.add_paragraph()
            title.alignment = WD_ALIGN_PARAGRAPH.CENTER
            title.paragraph_format.line_spacing = Pt(max(self.line_pt, size * 1.4))
            title.paragraph_format.keep_with_next = True
            self._run(title, line, "title", size, color)
        if self.composition.is_form:
            title.paragraph_format.space_after = Pt(6)
        if self.composition.is_draft:
            draft = self.document.add_paragraph()
            draft.alignment = WD_ALIGN_PARAGRAPH.CENTER
            self._run(draft, "（草稿）", "second")
        if self.composition.number and not self.composition.mark and not self.composition.is_form:
            # No red head: the number stands below the title.
            number = self.document.add_paragraph()
            number.alignment = WD_ALIGN_PARAGRAPH.CENTER
            if self.composition.is_letter:
                number.paragraph_format.line_spacing = Pt(layout.LETTER_LINE_PT * 0.7)
                self._run(number, self.composition.number, size=layout.SMALL_PT)
            else:
                self._run(number, self.composition.number)
        if self.composition.is_form and self.composition.number:
            number = self.document.add_paragraph()
            number.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            self._run(number, f"编号：{self.composition.number}", "text", layout.TABLE_PT)

    def _block(self, block: Any) -> None:
        match block:
            case Text():
                paragraph = self._paragraph(
                    block.text,
                    font=_HEADING_FONT.get(block.level, "text"),
                    lead=block.lead,
                    indent=block.indent,
                    align=block.align,
                )
                # A heading never stands alone at the foot of a page.
                paragraph.paragraph_format.keep_with_next = block.level > 0
            case Roll():
                self._roll(block)
            case Table():
                self._table(block)
            case Break():
                self._break(block)
            case Cut():
                self._cut(block)
            case Code():
                self._code(block)

    def _code(self, code: Code) -> None:
        # A table without lines: the words stand beside the picture.
        table = self.document.add_table(rows=1, cols=2)
        table.autofit = False
        picture, words = table.rows[0].cells
        size = layout.DENSE_CODE_MM if self.composition.is_dense else code.size_mm
        room = size + 4
        for cell, width in ((picture, room), (words, self.width_mm - room)):
            cell.width = Mm(width)
            cell.vertical_alignment = 1
        for column, width in enumerate((room, self.width_mm - room)):
            table.columns[column].width = Mm(width)
        paragraph = picture.paragraphs[0]
        paragraph.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
        run = self._run(paragraph, "", "text", layout.NOTE_PT)
        run.add_picture(io.BytesIO(picture_png(code.address)), width=Mm(size))
        for number, line in enumerate(code.lines):
            beside = words.paragraphs[0] if number == 0 else words.add_paragraph()
            beside.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
            self._run(beside, line, "text", layout.NOTE_PT)

    def _cut(self, cut: Cut) -> None:
        line = self.document.add_paragraph()
        line.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        line.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
        line.paragraph_format.space_before = Pt(8)
        line.paragraph_format.keep_with_next = True
        _border(line, "top", size=8, space=2, style="dashed")
        self._run(line, cut.label, "text", layout.NOTE_PT)
        self._heading(cut.title)

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
            self._heading(block.title)
            if not self.composition.is_form:
                self._empty()

    def _heading(self, words: str) -> None:
        """The title of a further part of the paper, as large as the first."""
        title = self.document.add_paragraph()
        title.alignment = WD_ALIGN_PARAGRAPH.CENTER
        title.paragraph_format.keep_with_next = True
        size = layout.FORM_TITLE_PT if self.composition.is_form else layout.TITLE_PT
        title.paragraph_format.line_spacing = Pt(max(self.line_pt, size * 1.4))
        self._run(title, words, "title", size)

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
            body = number - (1 if block.head else 0)
            height = height_of(block, body)
            if height:
                table.rows[number].height = Mm(height)
            for column, text in enumerate(row):
                cell = table.cell(number, column)
                cell.width = Mm(widths[column])
                span = block.spans.get(f"{body},{column}", 1) if not is_head else 1
                if span > 1:
                    cell = cell.merge(table.cell(number, min(column + span, columns) - 1))
                if not text and span == 1 and self._covered(block, body, column):
                    continue
                is_label = is_head or (block.is_form and column % 2 == 0 and span == 1)
                in_middle = is_label or column in block.centered
                self._cell(cell, text, is_label, in_middle=in_middle, size=block.text_pt)
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

    def _cell(
        self, cell: Any, text: str, is_label: bool, *, in_middle: bool, size: float = 0
    ) -> None:
        cell.vertical_alignment = 1
        size = size or (layout.DENSE_TABLE_PT if self.composition.is_dense else layout.TABLE_PT)
        lines = lines_of(text)
        for number, (line, is_end) in enumerate(lines):
            paragraph = cell.paragraphs[0] if number == 0 else cell.add_paragraph()
            form = paragraph.paragraph_format
            form.line_spacing = Pt(size * 1.5)
            # As much air above and below as in the PDF.
            form.space_before = Pt(2 if number == 0 else 0)
            form.space_after = Pt(2 if number == len(lines) - 1 else 0)
            if is_end:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            elif in_middle:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
            self._run(paragraph, line, "heading" if is_label else "text", size)

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
        self._empty(2 if paper.sealed and not paper.is_letter else 1)
        day = date_on_paper(paper.issued_on) if paper.issued_on else ""
        issuer = self.document.add_paragraph()
        self._keep_text_above(issuer)
        issuer.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        date = self.document.add_paragraph()
        date.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        issuer.paragraph_format.keep_with_next = True
        name_in, day_in = layout.indents_of_signature(paper.issuer, day, sealed=paper.sealed)
        # Once in characters, once in twentieths of a point for programs that count no characters.
        _indent(issuer, rightChars=round(name_in * 100), right=round(name_in * layout.TEXT_PT * 20))
        _indent(date, rightChars=round(day_in * 100), right=round(day_in * layout.TEXT_PT * 20))
        self._run(issuer, paper.issuer)
        self._run(date, day)

    def _keep_text_above(self, issuer: Any) -> None:
        """A page never holds the signature alone: what stands above it, up to the last text, goes along."""
        above = issuer._p.getprevious()
        while above is not None and above.tag == qn("w:p"):
            paragraph = Paragraph(above, issuer._parent)
            paragraph.paragraph_format.keep_with_next = True
            if paragraph.text.strip() and not paragraph.text.startswith(("附件：", "　　　")):
                break
            above = above.getprevious()

    def _colophon(self) -> None:
        """版记 at the foot of the last page: paragraphs in a frame that the page's bottom holds."""
        paper = self.composition
        lines: list[tuple[str, str]] = []
        if paper.copies_to:
            lines.append((f"抄送：{paper.copies_to.rstrip('。')}。", ""))
        if paper.printed_by:
            printed = f"{date_on_paper(paper.printed_on)}印发" if paper.printed_on else ""
            lines.append((paper.printed_by, printed))
        # One paragraph: LibreOffice gives several paragraphs no frame in common.
        paragraph = self.document.add_paragraph()
        _frame_at_the_foot(paragraph, self.width_mm)
        paragraph.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
        for place in (Mm(self.width_mm) - Pt(layout.SMALL_PT), Mm(self.width_mm)):
            paragraph.paragraph_format.tab_stops.add_tab_stop(place, alignment=2)
        # First and last line 0.35 mm, in eighths of a point.
        _border(paragraph, "top", size=8, space=2)
        _border(paragraph, "bottom", size=8, space=2)
        for number, (left, right) in enumerate(lines):
            if number:
                # The line between: underlined tabs, as low as letters go.
                rule = self._run(paragraph, "\n\t\t\n", "text", 2)
                rule.font.underline = True
            said = f"　{left}" + (f"\t{right}" if right else "")
            self._run(paragraph, said, "text", layout.SMALL_PT)

    def _verification(self, seal: Seal) -> None:
        paragraph = self.document.add_paragraph()
        paragraph.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
        paragraph.paragraph_format.space_before = Pt(0 if self.composition.is_letter else 12)
        run = self._run(paragraph, "", "text", layout.NOTE_PT)
        run.add_picture(io.BytesIO(seal.png()), width=Mm(16))
        self._run(
            paragraph, f"　核验码：{seal.spelled}　核验地址：{seal.url}", "text", layout.NOTE_PT
        )


def _frame_at_the_foot(paragraph: Any, width_mm: float) -> None:
    """Put a paragraph into the frame at the bottom of the type area; neighbours share one frame."""
    frame = OxmlElement("w:framePr")
    for name, value in (
        ("w", str(round(width_mm * layout.POINTS_PER_MM * 20))),
        ("hSpace", "0"),
        ("wrap", "around"),
        ("vAnchor", "margin"),
        ("hAnchor", "margin"),
        ("xAlign", "left"),
        ("yAlign", "bottom"),
    ):
        frame.set(qn(f"w:{name}"), value)
    properties = paragraph._p.get_or_add_pPr()
    # framePr stands near the beginning in the schema's order, after keepNext and its like.
    properties.insert_element_before(
        frame,
        "w:widowControl",
        "w:numPr",
        "w:pBdr",
        "w:tabs",
        "w:spacing",
        "w:ind",
        "w:jc",
        "w:rPr",
    )


def _indent(paragraph: Any, **values: int) -> None:
    properties = paragraph._p.get_or_add_pPr()
    indent = properties.find(qn("w:ind"))
    if indent is None:
        indent = properties._add_ind()
    for name, value in values.items():
        indent.set(qn(f"w:{name}"), str(value))


def _border(
    paragraph: Any,
    side: str,
    *,
    size: int,
    space: int,
    color: str = "000000",
    style: str = "single",
) -> None:
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
    for name, value in (("val", style), ("sz", size), ("space", space), ("color", color)):
        line.set(qn(f"w:{name}"), str(value))
    borders.append(line)
