"""Pages of the frame itself in a real browser: signing in, refusals, the post, preferences."""

import pytest
from playwright.sync_api import Error as PlaywrightError

from partybuild.access import Role
from partybuild.accounts.actors import actor_in
from partybuild.portal.services import send_suggestion
from tests.factories.core import PASSWORD, make_post
from tests.ui.test_gallery_browser import GALLERY, shoot

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def assert_well_made(visitor):
    assert visitor.violations() == []
    assert visitor.overflows() == []
    assert visitor.elsewhere == []


@pytest.mark.parametrize("width", [1440, 390])
def test_sign_in_page_is_well_made_and_works(cast, visit, width):
    user = cast.secretary.person.user
    user.username = "hp-shuji"
    user.set_password(PASSWORD)
    user.save()
    visitor = visit(width=width)
    page = visitor.open("/sign-in/")
    shoot(page, f"sign-in-{width}")
    assert_well_made(visitor)
    page.get_by_role("button", name="登录").click()
    page.wait_for_load_state("networkidle")
    shoot(page, f"sign-in-wrong-{width}")
    assert_well_made(visitor)
    page.get_by_label("手机号或用户名").fill("hp-shuji")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.wait_for_load_state("networkidle")
    assert "/sign-in/" not in page.url


@pytest.mark.parametrize("width", [1440, 390])
def test_refusals_are_well_made(cast, visit, width):
    visitor = visit(cast.secretary, width=width)
    page = visitor.open("/no-such-page/")
    shoot(page, f"404-{width}")
    assert page.locator("[data-refusal]").is_visible()
    assert_well_made(visitor)


def test_form_of_another_post_is_refused_with_a_way_back(cast, visit):
    other = make_post(Role.MEMBER, person=cast.secretary.person)
    visitor = visit(cast.secretary)
    page = visitor.open(GALLERY)
    second = visitor.context.new_page()
    second.goto(page.url)
    second.locator(".menu-post summary").click()
    second.get_by_role("button", name=other.post).click()
    second.wait_for_load_state("networkidle")
    page.locator("#component-form_head").get_by_role("button").click()
    page.wait_for_load_state("networkidle")
    shoot(page, "other-post", whole=False)
    assert "没有提交" in page.locator("[data-refusal]").inner_text()
    assert_well_made(visitor)
    page.get_by_role("button", name="切换到该岗位").click()
    page.wait_for_load_state("networkidle")
    assert page.url.endswith(GALLERY)
    assert cast.secretary.post in page.locator(".menu-post summary").inner_text()


def test_large_letters_are_chosen_in_the_menu(cast, visit):
    page = visit(cast.secretary, width=390).open(GALLERY)
    page.locator(".topbar-tools .menu summary").click()
    shoot(page, "menu-390", whole=False)
    page.get_by_role("button", name="改用大字").click()
    page.wait_for_load_state("networkidle")
    assert page.evaluate("getComputedStyle(document.body).fontSize") == "20px"


def test_escape_closes_a_menu_and_gives_the_focus_back(cast, visit):
    page = visit(cast.secretary).open(GALLERY)
    summary = page.locator(".topbar-tools .menu summary")
    summary.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    assert page.locator(".topbar-tools .menu[open]").count() == 0
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"


def test_skip_link_leads_to_the_content(cast, visit):
    page = visit(cast.secretary).open("/no-such-page/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip-link"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def _refused_answer(cast, visit):
    """Return the page of a suggestion whose answer was refused: it was sent to an address that only takes forms."""
    said = send_suggestion(text="楼道灯不亮", area=cast.community, by=actor_in(cast.secretary))
    visitor = visit(cast.secretary)
    page = visitor.context.new_page()
    page.on("dialog", lambda dialog: dialog.accept())
    return said, page


def _send_empty_answer(page, address):
    page.goto(address)
    form = page.locator("form[action$='/answer/']")
    form.evaluate("form => { form.noValidate = true }")
    form.get_by_role("button", name="答复").click()
    page.locator(".error-summary").wait_for()


def test_back_to_a_refused_form_is_its_page_again(cast, visit, live_server):
    said, page = _refused_answer(cast, visit)
    address = f"{live_server.url}{said.get_absolute_url()}"
    _send_empty_answer(page, address)
    # Refreshed or come back to, it is the page that the form was on.
    assert page.url == address
    page.goto(f"{live_server.url}/help/")
    page.go_back()
    assert page.url == address
    assert page.locator(".error-summary").count() == 0
    assert page.reload().request.method == "GET"
    # And the refused page itself can be filled in and sent.
    _send_empty_answer(page, address)
    page.get_by_role("textbox", name="答复").fill("三天内派人维修")
    page.locator("form[action$='/answer/']").get_by_role("button", name="答复").click()
    page.wait_for_load_state("networkidle")
    said.refresh_from_db()
    assert said.answer == "三天内派人维修"


def test_without_that_the_browser_asks_to_send_again(cast, visit, live_server):
    said, page = _refused_answer(cast, visit)
    page.add_init_script("History.prototype.replaceState = () => {}")
    _send_empty_answer(page, f"{live_server.url}{said.get_absolute_url()}")
    page.goto(f"{live_server.url}/help/")
    with pytest.raises(PlaywrightError, match="ERR_CACHE_MISS"):
        page.go_back()
