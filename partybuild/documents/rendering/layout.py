"""The measures of GB/T 9704-2012, shared by both renderings (millimetres and points)."""

from __future__ import annotations

PAGE_MM = (210.0, 297.0)
# 天头 37, 订口 28; the type area of 156 × 225 leaves 26 and 35.
TOP_MM, RIGHT_MM, BOTTOM_MM, LEFT_MM = 37.0, 26.0, 35.0, 28.0
TYPE_AREA_MM = (156.0, 225.0)
LINES, CHARACTERS = 22, 28

POINTS_PER_MM = 72 / 25.4
# 三号 for the text, 二号 for the title, 四号 for page numbers and the colophon, 小四 in tables.
TEXT_PT, TITLE_PT, SMALL_PT, TABLE_PT, NOTE_PT = 16.0, 22.0, 14.0, 12.0, 9.0
FORM_TITLE_PT = 18.0
# A sheet that is cut into parts: its text, lines, tables, pictures, and its margins (top, bottom).
DENSE_TEXT_PT, DENSE_LINE_PT, DENSE_TABLE_PT, DENSE_CODE_MM = 12.0, 17.0, 10.5, 20.0
DENSE_MM = (14.0, 11.0)
# A letter to hand over: title, text, its lines, and the margins inside the frame (top, right, bottom, left).
LETTER_TITLE_PT, LETTER_TEXT_PT, LETTER_LINE_PT = 48.0, 20.0, 34.0
LETTER_MM = (26.0, 36.0, 18.0, 36.0)
# A lying form or list: as much of the sheet for its columns as a printer reaches, and a file's punch (top, right, bottom, left).
LYING_MM = (20.0, 15.0, 16.0, 15.0)
LETTER_FRAME_MM = 12.0
LINE_PT = TYPE_AREA_MM[1] * POINTS_PER_MM / LINES
# In whole twentieths of a point, as .docx has them, and rather less than more: the 28th must not fall into the next line.
SPACING_PT = -0.25
CHARACTER_PT = TEXT_PT + SPACING_PT
# The mark stands 35 mm below the top of the type area, the red line 4 mm below the number.
MARK_DROP_MM, RED_LINE_MM = 35.0, 4.0
PAGE_NUMBER_MM = 7.0
MARK_PT = 42.0
# As many characters of a title stand in a line.
TITLE_CHARACTERS = int(TYPE_AREA_MM[0] * POINTS_PER_MM / TITLE_PT)


def indents_of_signature(issuer: str, day: str, *, sealed: bool) -> tuple[float, float]:
    """Return how many characters issuer and date stand in from the right.

    Sealed: the date 4, the issuer centred above it. Unsealed: the issuer 2, the date beginning two
    characters right of the issuer's beginning.
    """
    name, across = width_in_characters(issuer), width_in_characters(day)
    if not day:
        return 2.0, 0.0
    if sealed:
        # A name too long to be centred above a date four characters in pushes the date further in.
        right = 4 + (across - name) / 2
        return max(right, 0.0), 4.0 + max(-right, 0.0)
    right = 2 + name - 2 - across
    return (2.0, right) if right >= 0 else (2.0 - right, 0.0)


def width_in_characters(text: str) -> float:
    """Count characters as wide as a Chinese one; Latin letters and figures are half."""
    return sum(0.5 if each.isascii() else 1.0 for each in text)


RED = "E60012"
FONTS = {
    "text": "仿宋_GB2312",
    "heading": "黑体",
    "second": "楷体_GB2312",
    "title": "方正小标宋简体",
    "number": "宋体",
}
# What an office without the licensed fonts has instead.
STAND_INS = {
    "仿宋_GB2312": "仿宋",
    "楷体_GB2312": "楷体",
    "方正小标宋简体": "华文中宋",
}
LATIN = "Times New Roman"


def mark_points(mark: str) -> float:
    """Return the size at which a mark fills its line without breaking."""
    width = TYPE_AREA_MM[0] * POINTS_PER_MM
    return min(MARK_PT, width / max(len(mark), 1) * 0.96)
