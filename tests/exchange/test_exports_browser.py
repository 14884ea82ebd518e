"""Taking a list away in a real browser, on a desk and on a phone."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.factories.members import make_member, make_report_in
from tests.ui.test_gallery_browser import shoot

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("width", [1440, 390])
def test_secretary_takes_the_list_of_members_away(cast, visit, settings, tmp_path, width):
    settings.MEDIA_ROOT = tmp_path
    member = make_member(cast.unit, name="欧阳静", phone="19912345678")
    make_report_in(member, cast.community)
    visitor = visit(cast.secretary, width=width)
    page = visitor.open("/members/")
    shoot(page, f"export-list-{width}")
    page.get_by_role("link", name="导出").click()
    page.get_by_text("共1行").wait_for()
    shoot(page, f"export-new-{width}")
    assert visitor.violations() == []
    assert visitor.overflows() == []
    page.get_by_role("button", name="导出").click()
    page.get_by_text("文件已备好").wait_for()
    shoot(page, f"export-ready-{width}")
    assert visitor.violations() == []
    assert visitor.overflows() == []
    with page.expect_download() as waiting:
        page.get_by_role("link", name="下载文件").click()
    path = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(path)
    assert Path(path).suffix == ".xlsx"
    text = str([[cell.value for cell in row] for row in load_workbook(path).worksheets[0].rows])
    assert "199****5678" in text
    visitor.open("/exports/")
    shoot(visitor.page, f"exports-{width}")
    assert visitor.violations() == []
    assert visitor.overflows() == []
    assert visitor.troubles == []
    assert visitor.elsewhere == []
