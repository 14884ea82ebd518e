"""The gallery in a real browser: accessible, quiet, within its width, usable by keyboard."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
GALLERY = "/ui/gallery/"


def shoot(page, name, *, whole=True):
    """Keep a picture where somebody wants to look: SHOTS=folder."""
    if folder := os.environ.get("SHOTS"):
        page.evaluate("window.scrollTo(0, 0)")
        page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=whole)


# 720 is a desk screen of 1440 at 200 % zoom.
@pytest.mark.parametrize(
    ("width", "text"), [(1440, ""), (720, ""), (390, ""), (1440, "large"), (390, "large")]
)
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


def test_targets_are_large_enough_on_a_phone(cast, visit):
    page = visit(cast.secretary, width=390).open(GALLERY)
    small = page.evaluate(
        """() => [...document.querySelectorAll('.btn, .form-control, .form-select, .topbar-tool, .bottombar a, summary')]
            .filter((each) => each.checkVisibility())
            .map((each) => [each.textContent.trim(), each.getBoundingClientRect().height])
            .filter(([, height]) => height > 0 && height < 43.5)"""
    )
    assert small == []


def test_slash_goes_to_the_search_box_but_not_while_typing(cast, visit):
    page = visit(cast.secretary).open(GALLERY)
    box = page.locator("#single_people")
    box.focus()
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "single_people"
    if page.locator("[data-search]").count():
        page.locator("h1").first.click()
        page.keyboard.press("/")
        assert page.evaluate("document.activeElement.matches('[data-search]')")


def test_link_in_error_summary_goes_to_the_control(cast, visit):
    page = visit(cast.secretary).open(GALLERY)
    summary = page.locator("#component-render_form .error-summary")
    summary.get_by_role("link", name="联系电话").click()
    assert page.evaluate("document.activeElement.id") == "wrong_phone"
    summary.get_by_role("link", name="关心的议题").click()
    assert page.evaluate("document.activeElement.id") == "wrong_topics_0"


def test_wrong_form_comes_back_with_its_summary_focused(cast, visit):
    page = visit(cast.secretary).open(GALLERY)
    page.locator("#sample #id_phone").fill("138")
    page.locator("#sample").get_by_role("button", name="保存").click()
    page.wait_for_load_state("networkidle")
    assert page.evaluate("document.activeElement.className") == "error-summary"
    assert page.locator("#sample #id_phone").input_value() == "138"


def test_picked_rows_are_counted(cast, visit):
    page = visit(cast.secretary).open(GALLERY)
    bulk = page.locator("#bulk-sample")
    bulk.get_by_label("选择江湾供水公司").check()
    assert bulk.get_by_role("status").inner_text() == "已选 1 家"
    bulk.get_by_label("全选本页").check()
    assert bulk.get_by_role("status").inner_text() == "已选 4 家"


def test_rows_are_picked_by_keyboard_and_enter_presses_no_button(cast, visit):
    page = visit(cast.secretary).open(GALLERY)
    sent = []
    page.on("request", lambda request: request.method == "POST" and sent.append(request.url))
    bulk = page.locator("#bulk-sample")
    picked = bulk.get_by_role("status")
    bulk.get_by_label("全选本页").focus()
    page.keyboard.press("Enter")
    assert picked.inner_text() == "已选 4 家"
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    page.keyboard.press("Shift+ArrowDown")
    assert picked.inner_text() == "已选 2 家"
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Space")
    assert picked.inner_text() == "已选 1 家"
    assert sent == []


def test_ready_text_is_copied(cast, visit):
    visitor = visit(cast.secretary, permissions=["clipboard-read", "clipboard-write"])
    page = visitor.open(GALLERY)
    page.get_by_role("button", name="复制文字").click()
    page.get_by_text("已复制，可以粘贴到群里").wait_for()
    assert "江湾供水公司" in page.evaluate("navigator.clipboard.readText()")


def test_form_is_sent_once(cast, visit):
    page = visit(cast.secretary).open(GALLERY)
    sent = []
    page.on("request", lambda request: request.method == "POST" and sent.append(request.url))
    # 204: the browser stays where it is, as on a slow line.
    page.route(
        "**/ui/gallery/",
        lambda route: (
            route.fulfill(status=204) if route.request.method == "POST" else route.continue_()
        ),
    )
    button = page.locator("#component-action_form form button").first
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        button.evaluate("button => { button.click(); button.click(); }")
    page.wait_for_function(
        "document.querySelector('#component-action_form form').dataset.sent !== undefined"
    )
    expect(button).to_have_text("正在办理…")
    assert len(sent) == 1


def test_form_sent_offline_stays_on_the_page(cast, visit):
    visitor = visit(cast.secretary)
    page = visitor.open(GALLERY)
    visitor.context.set_offline(True)
    page.locator("#sample #id_theme").fill("第一季度联席会议")
    page.locator("#sample").get_by_role("button", name="保存").click()
    page.get_by_text("网络中断，内容仍保留在本页").wait_for()
    assert page.locator("#sample #id_theme").input_value() == "第一季度联席会议"


def test_page_is_whole_without_scripts(cast, visit):
    page = visit(cast.secretary, java_script_enabled=False).open(GALLERY)
    assert page.get_by_role("button", name="复制文字").count() == 0
    assert page.get_by_text("请选中上面的文字复制。").is_visible()
    page.get_by_text("取消会议", exact=True).click()
    assert page.get_by_role("button", name="确定取消会议").is_visible()


def test_wrong_htmx_form_is_swapped_and_its_summary_focused(cast, visit):
    page = visit(cast.secretary).open(GALLERY)
    page.locator("#hx-form").get_by_role("button", name="签到").click()
    page.locator("#hx-form .error-summary").wait_for()
    # The focus moves once the swap has settled.
    page.wait_for_function("document.activeElement.className === 'error-summary'")


def test_htmx_form_announces_what_it_did_and_can_be_sent_again(cast, visit):
    page = visit(cast.secretary).open(GALLERY)
    for name in ("王芳", "周敏"):
        page.locator("#hx-form #id_name").fill(name)
        page.locator("#hx-form").get_by_role("button", name="签到").click()
        page.locator("#messages").get_by_text("已签到。").wait_for()
        page.evaluate("document.getElementById('messages').replaceChildren()")


def test_choice_in_filters_changes_list_and_address_and_keeps_the_focus(cast, visit):
    page = visit(cast.secretary).open(GALLERY)
    choice = page.locator("#filter_state")
    choice.focus()
    choice.select_option("filed")
    page.get_by_text("state=filed").wait_for()
    assert "state=filed" in page.url
    assert "q=" not in page.url
    assert page.evaluate("document.activeElement.id") == "filter_state"


def test_refusal_in_htmx_is_said_and_the_page_stays(cast, visit):
    page = visit(cast.secretary).open(GALLERY)
    page.locator("#filter_q").fill("403")
    page.locator("#filter_state").select_option("open")
    page.locator("#messages").get_by_text("没有办理这件事的权限").wait_for()
    assert page.locator("#filtered").is_visible()


def test_lost_network_in_htmx_is_said(cast, visit):
    visitor = visit(cast.secretary)
    page = visitor.open(GALLERY)
    visitor.context.set_offline(True)
    page.locator("#filter_state").select_option("open")
    page.locator("#messages").get_by_text("网络中断，内容仍保留在本页").wait_for()


def test_form_is_saved_as_one_types(cast, visit):
    page = visit(cast.secretary).open(GALLERY)
    page.locator("#hx-form #id_name").press_sequentially("王")
    page.get_by_text("已保存").wait_for()


def test_leaving_an_unsaved_form_asks_first(cast, visit):
    page = visit(cast.secretary).open(GALLERY)
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.locator("#sample #id_theme").press_sequentially("第一季度")
    with page.expect_event("dialog"):
        page.get_by_role("link", name="重新打开").click(no_wait_after=True)
    assert asked == ["beforeunload"]


def test_file_over_its_limit_is_refused_before_the_wait(cast, visit):
    page = visit(cast.secretary).open(GALLERY)
    sheet = page.locator("#sample #id_sheet")
    heavy = {
        "name": "名册.xlsx",
        "mimeType": "application/octet-stream",
        "buffer": b"x" * 21_000_000,
    }
    sheet.set_input_files(heavy)
    said = page.locator("#sample [data-file-list]")
    assert "超过 20 MB" in said.inner_text()
    assert sheet.evaluate("input => input.files.length") == 0
    sheet.set_input_files({**heavy, "buffer": b"x" * 2048})
    assert said.inner_text() == "名册.xlsx（2 kB）"


def test_paper_carries_no_navigation_and_repeats_heads(cast, visit):
    page = visit(cast.secretary).open(GALLERY)
    page.emulate_media(media="print")
    assert not page.locator(".topbar").is_visible()
    assert not page.locator(".sidenav").is_visible()
    assert page.locator(".print-footer").is_visible()
    heads = page.locator("#component-table thead").first
    assert heads.evaluate("head => getComputedStyle(head).display") == "table-header-group"
