"""The measures of GB/T 9704-2012, looked up in the files themselves."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date

import pytest
from docx import Document
from docx.oxml.ns import qn

from partybuild.documents.composition import Break, Composition, Roll, Table, Text
from partybuild.documents.rendering import as_pdf, as_word, layout
from partybuild.documents.rendering.seal import Seal

SEAL = Seal("ABCDEFGHJKLM", "https://example.test/documents/verify/")
PAPER = Composition(
    title="关于召开和平社区党建联席会的通知",
    mark="和平社区党建联席会文件",
    number="和平党委〔2026〕5号",
    addressee="各成员单位",
    blocks=(
        Text("一、时间", level=1),
        Text("（一）上午", level=2),
        Text("正文" * 40),
        Roll("出席", ("甲某某（图书馆）", "乙某某（供水公司）")),
    ),
    attached=("会议回执",),
    issuer="和平社区党委",
    issued_on=date(2026, 3, 5),
    sealed=True,
    copies_to="望江街道党工委",
    printed_by="和平社区党委",
    printed_on=date(2026, 3, 5),
    annexes=(Break("附件", "会议回执"), Table(rows=(("单位", ""),), is_form=True)),
)


def word(paper: Composition = PAPER):
    return Document(io.BytesIO(as_word(paper, SEAL)))


def text_of_pdf(data: bytes) -> list[str]:
    """Return the text of each page, by the program that offices' archives use."""
    import shutil
    import subprocess

    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext (poppler-utils) is not installed")
    done = subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=data, capture_output=True, check=True
    )
    return done.stdout.decode().split("\f")[:-1]


def test_page_and_type_area():
    section = word().sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    measures = (
        section.top_margin,
        section.right_margin,
        section.bottom_margin,
        section.left_margin,
    )
    assert [round(each.mm) for each in measures] == [37, 26, 35, 28]
    grid = section._sectPr.find(qn("w:docGrid"))
    # 22 lines in 225 mm, in twentieths of a point.
    assert int(grid.get(qn("w:linePitch"))) * 22 == pytest.approx(225 / 25.4 * 1440, rel=0.002)


def test_twenty_eight_characters_fill_a_line():
    run = next(run for p in word().paragraphs for run in p.runs if run.text.startswith("正文"))
    spacing = int(run._r.rPr.find(qn("w:spacing")).get(qn("w:val"))) / 20
    assert (run.font.size.pt + spacing) * 28 == pytest.approx(156 / 25.4 * 72, rel=0.003)


def test_fonts_of_the_levels():
    fonts = {}
    for paragraph in word().paragraphs:
        for run in paragraph.runs:
            east = run._r.rPr.find(qn("w:rFonts")).get(qn("w:eastAsia"))
            fonts[run.text[:4]] = (east, run.font.size.pt)
    assert fonts["一、时间"] == ("黑体", 16)
    assert fonts["（一）上"] == ("楷体_GB2312", 16)
    assert fonts["正文正文"] == ("仿宋_GB2312", 16)
    assert fonts["关于召开"] == ("方正小标宋简体", 22)
    assert fonts["出席"] == ("黑体", 16)


def test_the_mark_is_red_and_never_breaks():
    mark = next(p for p in word().paragraphs if p.text == PAPER.mark)
    assert str(mark.runs[0].font.color.rgb) == layout.RED
    assert round(mark.paragraph_format.space_before.mm) == 35
    for length in (6, 16, 30):
        assert layout.mark_points("字" * length) * length <= 156 / 25.4 * 72


def test_date_without_zeros_four_characters_in_below_a_centered_issuer():
    date_line = next(p for p in word().paragraphs if p.text == "2026年3月5日")
    assert date_line._p.pPr.find(qn("w:ind")).get(qn("w:rightChars")) == "400"
    name_in, day_in = layout.indents_of_signature("和平社区党委", "2026年3月5日", sealed=True)
    # Both centers stand at the same distance from the right edge.
    assert name_in + 6 / 2 == pytest.approx(day_in + 6 / 2)
    long_in, day_in = layout.indents_of_signature("字" * 20, "2026年3月5日", sealed=True)
    assert long_in == 0
    assert day_in + 3 == pytest.approx(20 / 2)


def test_an_unsealed_date_begins_two_characters_right_of_its_issuer():
    name_in, day_in = layout.indents_of_signature(
        "江湾区图书馆党支部", "2026年3月5日", sealed=False
    )
    assert name_in == 2
    assert (2 + 9) - (day_in + 6) == 2


def test_page_numbers_stand_outside():
    document = word()
    section = document.sections[0]
    assert document.settings.element.find(qn("w:evenAndOddHeaders")) is not None
    assert section.footer.paragraphs[0].alignment == 2
    assert section.even_page_footer.paragraphs[0].alignment == 0
    assert section.footer.paragraphs[0].text.startswith("— ")


def test_offices_without_the_licensed_fonts_have_a_stand_in():
    with zipfile.ZipFile(io.BytesIO(as_word(PAPER))) as package:
        table = package.read("word/fontTable.xml").decode()
    assert '<w:font w:name="仿宋_GB2312"><w:altName w:val="仿宋"/></w:font>' in table


def test_a_table_keeps_its_shares_and_spans():
    paper = Composition(
        title="表",
        is_form=True,
        blocks=(
            Table(
                rows=(("单位", "甲", "联系人", "乙"), ("意见", "无", "", "")),
                widths=(1, 3, 1, 3),
                spans={"1,1": 3},
                is_form=True,
            ),
        ),
    )
    table = word(paper).tables[0]
    widths = [column.width.mm for column in table.columns]
    assert widths[1] == pytest.approx(3 * widths[0], rel=0.02)
    assert table.cell(1, 1)._tc is table.cell(1, 3)._tc
    assert table.cell(1, 1).text == "无"


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "a & b < c", "{{ 7 }}", "]]>"])
def test_typed_text_stays_text(text):
    paper = Composition(title=text, blocks=(Text(text), Table(rows=((text,),))))
    document = word(paper)
    assert [p.text for p in document.paragraphs].count(text) == 2
    assert document.tables[0].cell(0, 0).text == text
    if text != "]]>":
        said = "".join(text_of_pdf(as_pdf(paper))).replace(" ", "")
        assert text.replace(" ", "") in said


def test_the_pdf_has_the_colophon_at_the_foot_of_its_last_page():
    pages = text_of_pdf(as_pdf(PAPER, SEAL))
    assert len(pages) == 3 or len(pages) == 2
    lines = [line.strip() for line in pages[-1].splitlines() if line.strip()]
    assert re.fullmatch(r"—\s?\d\s?—", lines[-1])
    assert lines[-2].startswith("和平社区党委")
    assert lines[-2].endswith("2026年3月5日印发")
    assert lines[-3] == "抄送：望江街道党工委。"
    assert "ABCD-EFGH-JKLM" in "".join(pages)


def test_twenty_two_lines_stand_on_a_page():
    paper = Composition(title="标题", blocks=tuple(Text(f"第{n}行") for n in range(1, 80)))
    pages = text_of_pdf(as_pdf(paper))
    second = [line for line in pages[1].splitlines() if "行" in line]
    assert len(second) == layout.LINES


def test_the_pdf_fetches_nothing(tmp_path):
    """Local files and addresses in a typed text stay words."""
    secret = tmp_path / "secret.txt"
    secret.write_text("canary-4711", encoding="utf-8")
    paper = Composition(
        title="t",
        blocks=(Text(f'<img src="file://{secret}"><link rel=attachment href="{secret}">'),),
    )
    assert b"canary-4711" not in as_pdf(paper)
