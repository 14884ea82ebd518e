"""The gallery in a real browser: accessible, quiet, within its width."""

import os
from pathlib import Path

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
GALLERY = "/ui/gallery/"


def shoot(page, name):
    """Keep a picture where somebody wants to look: SHOTS=folder."""
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("text", ["", "large"])
def test_gallery_has_no_violation_and_fits(cast, visit, width, text):
    visitor = visit(cast.secretary, width=width)
    visitor.context.add_cookies([{"name": "text", "value": text, "url": visitor.address}])
    page = visitor.open(GALLERY)
    page.wait_for_selector("[data-drawn]")
    shoot(page, f"gallery-{width}{text and '-' + text}")
    # Several filters and pages under one name stand on no page but this one.
    assert visitor.violations(but=("landmark-unique",)) == []
    assert visitor.overflows() == []
    assert visitor.troubles == []
    assert visitor.elsewhere == []
