"""What an office sets for its papers without a programmer: words, head, parts; tried before it is saved."""

from __future__ import annotations

import pytest
from django.urls import reverse

from meetings.services import assign_resolutions
from partybuild.audit.models import Event
from partybuild.documents.exceptions import UnknownWord
from partybuild.documents.models import DocumentStyle, OfficialDocument
from partybuild.documents.queries import origins_of, style_of
from partybuild.documents.registry import kind_of, unknown_words
from partybuild.documents.services import draft_of, issue_document, reset_style, set_style
from tests.factories.core import SYSTEM
from tests.factories.meetings import make_meeting, make_notified

NOTICE = "meeting.notice"
SHEET = "meeting.sign_in"


def page(key: str, action: str = "change") -> str:
    """Return the address of a kind's style."""
    return reverse(f"documents:style-{action}", args=(key,))


def heads(paper) -> list[str]:
    """Return the headings of a paper."""
    return [block.text for block in paper.blocks if block.kind == "text" and block.level == 1]


# -- a head and a number belong to one body -------------------------------------------------


def test_a_streets_own_head_is_not_put_on_a_communitys_paper(council, cast):
    kind = kind_of(NOTICE)
    set_style(kind, area=cast.street, by=SYSTEM, mark="望江街道党工委文件", prefix="望江党工委")
    paper = issue_document(kind, make_notified(council), by=SYSTEM)
    # Two communities under one prefix would both issue number 1.
    assert (paper.number_text, paper.composition.mark) == ("", "")


def test_the_streets_own_paper_bears_it(held, cast, clock):
    kind = kind_of("resolution.supervision")
    set_style(kind, area=cast.street, by=SYSTEM, mark="望江街道党工委文件", prefix="望江督办")
    assign_resolutions(held.resolutions.all(), by=SYSTEM)
    clock(2026, 6, 1, 9)
    paper = issue_document(kind, held.resolutions.get(), by=SYSTEM)
    assert paper.issuer == cast.street_committee
    assert (paper.number_text, paper.composition.mark) == (
        "望江督办〔2026〕1号",
        "望江街道党工委文件",
    )
    assert "已逾期" in paper.composition.blocks[0].text
    assert "{" not in paper.composition.blocks[0].text


def test_the_red_head_is_switched_off(minutes, cast):
    kind = kind_of("meeting.minutes")
    assert draft_of(kind, minutes).mark
    set_style(kind, area=cast.community, by=SYSTEM, has_head=False)
    assert draft_of(kind, minutes).mark == ""


# -- parts ----------------------------------------------------------------------------------


def test_columns_are_left_out_and_moved(council, cast):
    kind = kind_of(SHEET)
    meeting = make_notified(council)
    assert draft_of(kind, meeting).blocks[1].head == (
        "序号",
        "单位",
        "姓名",
        "职务",
        "联系电话",
        "签到",
    )
    set_style(kind, area=cast.street, by=SYSTEM, parts=["unit", "signature", "name", "remark"])
    table = draft_of(kind, meeting).blocks[1]
    assert table.head == ("单位", "签到", "姓名", "备注")
    assert {len(row) for row in table.rows} == {4}
    # What makes the paper cannot be left out, whatever the row says.
    set_style(kind, area=cast.community, by=SYSTEM, parts=["name"])
    assert draft_of(kind, meeting).blocks[1].head == ("姓名", "单位", "签到")


def test_sections_of_the_notice_and_lines_of_its_receipt(council, cast):
    kind = kind_of(NOTICE)
    meeting = make_meeting(council)
    assert heads(draft_of(kind, meeting))[:2] == ["一、会议时间", "二、会议地点"]
    set_style(
        kind,
        area=cast.community,
        by=SYSTEM,
        parts=["place", "time", "asked", "r_unit", "r_answer", "r_attendee", "r_car", "r_phone"],
    )
    paper = draft_of(kind, meeting)
    assert heads(paper) == ["一、会议地点", "二、会议时间", "三、有关要求"]
    receipt = paper.annexes[1]
    assert receipt.rows[2] == ("参会人员", "", "车牌号", "")
    assert receipt.rows[3] == ("联系电话", "", "", "")
    assert receipt.spans["3,1"] == 3


def test_what_was_issued_stays_as_it_is(council, cast):
    kind = kind_of(NOTICE)
    paper = issue_document(kind, make_notified(council), by=SYSTEM)
    set_style(kind, area=cast.community, by=SYSTEM, opening="另一种开头")
    paper.refresh_from_db()
    assert "另一种开头" not in str(paper.content)


# -- placeholders ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("定于{时间}召开", []),
        ("定于{日期}召开", ["{日期}"]),
        ("定于{时间召开", ["{"]),
        ("定于时间}召开", ["}"]),
        ("{{ settings.SECRET_KEY }}", ["{ settings.SECRET_KEY }", "{", "}"]),
    ],
)
def test_unknown_placeholders_are_found(text, wrong):
    assert unknown_words(text, ["时间"]) == wrong


def test_an_unknown_placeholder_is_refused_at_its_field(cast, client_of):
    client = client_of(cast.street_staff)
    answer = client.act(page(NOTICE), {"opening": "定于{日期}召开", "prefix": "{单位}"})
    assert answer.status_code == 422
    said = answer.content.decode()
    assert "“{日期}”不是可用的占位。这里可以用：{时间}、{会议}、{回执截止}" in said
    assert "“{单位}”不是可用的占位。这里可以用：{发文机关}、{简称}" in said
    assert not DocumentStyle.objects.exists()
    with pytest.raises(UnknownWord):
        set_style(kind_of(NOTICE), area=cast.street, by=SYSTEM, closing="{不知道}")


# -- the page -------------------------------------------------------------------------------


def test_the_page_says_what_holds_and_from_where(cast, client_of, council):
    set_style(kind_of(NOTICE), area=cast.city, by=SYSTEM, note="市里的附注")
    client = client_of(cast.street_staff)
    said = client.get(page(NOTICE)).content.decode()
    assert "市里的附注" in said
    assert f"（{cast.city.name}）" in said
    assert "（平台默认）" in said
    assert "恢复默认" not in said
    assert client.act(page(NOTICE), {"note": "街道的附注"}).status_code == 302
    said = client.get(page(NOTICE)).content.decode()
    assert "恢复默认" in said
    assert "修改文书格式" in said
    assert style_of(kind_of(NOTICE), cast.community).note == "街道的附注"
    assert client.act(page(NOTICE, "reset")).status_code == 302
    assert style_of(kind_of(NOTICE), cast.community).note == "市里的附注"
    assert Event.objects.filter(kind="document.style_changed").count() == 3


def test_a_form_left_alone_sets_nothing(cast, client_of):
    client = client_of(cast.street_staff)
    sheet = kind_of(SHEET)
    places = {f"at_{part.key}": place for place, part in enumerate(sheet.parts, start=1)}
    ticks = {f"on_{part.key}": "on" for part in sheet.parts if part.is_default}
    assert client.act(page(SHEET), {**places, **ticks}).status_code == 302
    assert origins_of(sheet, cast.street)["parts"].area is None
    # One column less is set, the others stay in their order.
    del ticks["on_phone"]
    client.act(page(SHEET), {**places, **ticks, "at_name": "90"})
    assert style_of(sheet, cast.street).parts == ("number", "unit", "post", "signature", "name")


def test_trying_saves_nothing(cast, client_of, council):
    make_notified(council)
    client = client_of(cast.street_staff)
    answer = client.act(page(NOTICE, "preview"), {"opening": "试一试{时间}"})
    assert answer.status_code == 200
    assert answer.content.startswith(b"%PDF")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert not DocumentStyle.objects.exists()
    assert not OfficialDocument.objects.exists()
    assert client.act(page(NOTICE, "preview"), {"opening": "{错}"}).status_code == 422


def test_nothing_to_try_it_on_is_said(cast, client_of):
    answer = client_of(cast.street_staff).act(page(NOTICE, "preview"), {})
    assert answer.status_code == 422
    assert "还没有可以用来预览的记录" in answer.content.decode()


@pytest.mark.parametrize("post", ["secretary", "liaison", "outsider"])
def test_styles_are_the_streets(cast, client_of, post, council):
    client = client_of(getattr(cast, post))
    assert client.get(page(NOTICE)).status_code in {403, 404}
    for action in ("change", "reset", "preview"):
        assert client.act(page(NOTICE, action), {"note": "x"}).status_code in {403, 404}
    assert not DocumentStyle.objects.exists()


def test_a_kind_without_anything_to_set_has_no_page(cast, client_of):
    client = client_of(cast.street_staff)
    assert client.get(page("meeting.agenda")).status_code == 404
    assert client.get(page("no.such")).status_code == 404
    reset_style(kind_of(NOTICE), area=cast.street, by=SYSTEM)
    assert "会议签到表" in client.get(reverse("documents:style-list")).content.decode()
