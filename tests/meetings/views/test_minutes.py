"""The editor: two at once, what is kept, what is decided beside the agenda, sent round and signed."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from meetings.enums import Countersigned, MeetingState, MinutesState
from meetings.models import Countersignature, Meeting, Minutes, MinutesCirculation, Resolution
from meetings.queries.filing import papers_of
from meetings.services import AgendaLine, circulate_minutes, issue_minutes, save_minutes
from partybuild.documents.models import Attachment, OfficialDocument
from partybuild.documents.services import attach_file
from tests.factories.core import SYSTEM
from tests.factories.meetings import make_accepted_topic, make_held, make_resolution

pytestmark = pytest.mark.django_db

TEXT = "一、通报情况\n会议认为，进展顺利。\n\n二、充电桩\n会议决定，先建20个。"


def _url(name, target):
    return reverse(f"meetings:{name}", args=(target.uid,))


@pytest.fixture
def meeting(council):
    """A meeting whose minutes are written."""
    held = make_held(council, agenda=[AgendaLine(text="通报情况")])
    save_minutes(held, text=TEXT, version=0, by=SYSTEM)
    return held


@pytest.fixture
def asking(council):
    """The council's charter asks for countersigning."""
    council.rules = {**council.rules, "minutes.countersign": True}
    council.save(update_fields=["rules"])


# -- Two at once -----------------------------------------------------------------------------------


def test_other_paragraphs_are_put_together_and_told(meeting, cast, client_of):
    url = _url("minutes-edit", meeting)
    one, two = TEXT.replace("20", "30"), TEXT.replace("顺利", "总体顺利")
    client_of(cast.secretary).act(url, {"text": one, "version": 1})
    client = client_of(cast.worker)
    answer = client.act(url, {"text": two, "version": 1, "draft": "abc123"})
    assert answer.status_code == 302
    assert answer["Location"] == f"{url}?took=abc123"
    assert "已经合在一起" in client.get(answer["Location"]).content.decode()
    assert meeting.minutes.text == TEXT.replace("20", "30").replace("顺利", "总体顺利")


def test_one_paragraph_of_both_is_shown_side_by_side_and_decided(meeting, cast, client_of):
    url = _url("minutes-edit", meeting)
    client_of(cast.secretary).act(url, {"text": TEXT.replace("20", "30"), "version": 1})
    client = client_of(cast.worker)
    mine = TEXT.replace("先建20个", "不建")
    page = client.act(url, {"text": mine, "version": 1})
    assert page.status_code == 409
    said = page.content.decode()
    assert "两人都改了这一处" in said
    assert meeting.minutes.text == TEXT.replace("20", "30")
    data = {"text": mine, "version": 1, "other": 2, "choice-0": "edited"}
    merge = _url("minutes-merge", meeting)
    chosen = {**data, "edited-0": "会议决定，先建25个。"}
    assert client.act(merge, chosen).status_code == 302
    meeting.minutes.refresh_from_db()
    assert meeting.minutes.text == TEXT.replace("20", "25")


def test_decided_while_a_third_has_saved_it_is_compared_once_more(meeting, cast, client_of):
    save_minutes(meeting, text=TEXT.replace("20", "30"), version=1, by=SYSTEM)
    save_minutes(meeting, text=TEXT.replace("20", "40"), version=2, by=SYSTEM)
    mine = TEXT.replace("20", "10")
    data = {"text": mine, "version": 1, "other": 2, "choice-0": "mine", "edited-0": ""}
    page = client_of(cast.worker).act(_url("minutes-merge", meeting), data)
    assert page.status_code == 409
    assert "先建" in page.content.decode()
    assert meeting.minutes.text == TEXT.replace("20", "40")


def test_a_refused_choice_comes_back_filled_in(meeting, cast, client_of):
    save_minutes(meeting, text=TEXT.replace("20", "30"), version=1, by=SYSTEM)
    data = {"text": TEXT.replace("20", "10"), "version": 1, "other": 2, "edited-0": "我改的"}
    page = client_of(cast.worker).act(_url("minutes-merge", meeting), data)
    assert page.status_code == 422
    assert "我改的" in page.content.decode()


def test_saved_as_one_types_the_text_of_both_comes_back(meeting, cast, client_of):
    url = _url("minutes-autosave", meeting)
    client = client_of(cast.secretary)
    one = TEXT.replace("20", "30")
    assert client.act(url, {"text": one, "version": 1}).json() == {"version": 2}
    other = client_of(cast.worker)
    answer = other.act(url, {"text": TEXT.replace("顺利", "总体顺利"), "version": 1}).json()
    both = one.replace("顺利", "总体顺利")
    assert (answer["merge"]["text"], answer["merge"]["version"]) == (both, 2)
    assert answer["merge"]["is_new"]
    # Nothing is written before the page has put it in place.
    meeting.minutes.refresh_from_db()
    assert meeting.minutes.text == one
    assert other.act(url, {"text": both, "version": 2}).json() == {"version": 3}
    refused = client.act(url, {"text": TEXT.replace("20", "50"), "version": 1})
    assert (refused.status_code, refused.json()["conflict"]) == (409, True)


def test_who_only_looks_gets_what_the_other_saved(meeting, cast, client_of):
    url = _url("minutes-autosave", meeting)
    save_minutes(meeting, text=TEXT + "\n三、其他", version=1, by=SYSTEM)
    answer = client_of(cast.worker).act(url, {"text": TEXT, "version": 1}).json()["merge"]
    assert (answer["text"], answer["is_new"]) == (TEXT + "\n三、其他", False)


@pytest.mark.parametrize("name", ["minutes-autosave", "minutes-merge", "minutes-resolve"])
def test_units_and_outsiders_write_nothing(meeting, cast, client_of, name):
    data = {"text": "改", "version": 1, "other": 1}
    assert client_of(cast.outsider).act(_url(name, meeting), data).status_code == 404
    assert client_of(cast.liaison).act(_url(name, meeting), data).status_code == 403
    assert meeting.minutes.text == TEXT
    assert not Resolution.objects.exists()


def test_both_see_that_the_other_has_it_open(meeting, cast, client_of):
    url = _url("minutes-open", meeting)
    one, two = client_of(cast.secretary), client_of(cast.worker)
    assert "也打开着" not in one.get(url).content.decode()
    said = two.get(url).content.decode()
    assert f"{cast.secretary.person.name}也打开着这份纪要" in said
    assert 'data-latest="1"' in said
    assert f"{cast.worker.person.name}也打开着" in one.get(url).content.decode()
    assert client_of(cast.outsider).get(url).status_code == 404
    assert client_of(cast.liaison).get(url).status_code == 403


# -- Beside the agenda -----------------------------------------------------------------------------


def test_what_was_decided_is_entered_beside_its_item_and_listed(meeting, cast, client_of):
    item = meeting.agenda_items.get(text="通报情况")
    client = client_of(cast.worker)
    url = _url("minutes-resolve", meeting)
    form = client.get(url, {"item": str(item.uid)}, headers={"HX-Request": "true"})
    assert 'name="lead"' in form.content.decode()
    data = {
        "item": str(item.uid),
        "text": "修路灯3盏",
        "lead": str(cast.unit.uid),
        "helpers": [str(cast.second_unit.uid)],
        "due_on": "2026-04-30",
    }
    answer = client.act(url, data, headers={"HX-Request": "true"})
    said = answer.content.decode()
    assert "修路灯3盏" in said
    assert f"主办：{cast.unit.name}" in said
    resolution = Resolution.objects.get()
    assert (resolution.agenda_item, resolution.state) == (item, "pending")
    assert sorted(p.role for p in resolution.parties.all()) == ["helper", "lead"]
    page = client.get(_url("minutes-edit", meeting)).content.decode()
    assert page.count("修路灯3盏") >= 2


def test_an_entry_that_is_refused_stays_filled_in(meeting, cast, client_of):
    data = {"text": "", "lead": str(cast.unit.uid), "item": ""}
    answer = client_of(cast.worker).act(
        _url("minutes-resolve", meeting), data, headers={"HX-Request": "true"}
    )
    assert answer.status_code == 422
    said = answer.content.decode()
    assert 'id="resolved-none"' in said
    assert f'value="{cast.unit.uid}" selected' in said


def test_an_item_of_another_meeting_is_not_found(meeting, council, cast, client_of):
    other = make_held(council, agenda=[AgendaLine(text="别的")]).agenda_items.get(text="别的")
    data = {"text": "某事", "item": str(other.uid)}
    assert client_of(cast.worker).act(_url("minutes-resolve", meeting), data).status_code == 404


def test_the_editor_shows_each_topic_with_what_was_proposed(council, cast, client_of):
    topic = make_accepted_topic(council, cast.unit, situation="充电难", proposal="建桩")
    held = make_held(council, agenda=[AgendaLine(topic=topic)])
    page = client_of(cast.worker).get(_url("minutes-edit", held)).content.decode()
    for words in ("充电难", "建桩", "会议认为，", "召开2026年第1次会议"):
        assert words in page


@pytest.mark.parametrize("count", [1, 3])
def test_the_editor_asks_the_same_however_long_the_agenda(
    council, cast, client_of, count, django_assert_max_num_queries
):
    topics = [make_accepted_topic(council, cast.unit, title=f"议题{n}") for n in range(count)]
    held = make_held(council, agenda=[AgendaLine(topic=topic) for topic in topics])
    items = list(held.agenda_items.filter(topic__isnull=False))
    for item in items:
        row = make_resolution(held, cast.unit, cast.second_unit, text=f"事项{item.pk}")
        Resolution.objects.filter(pk=row.pk).update(agenda_item=item)
    client = client_of(cast.worker)
    client.get(_url("minutes-edit", held))
    with django_assert_max_num_queries(45) as asked:
        client.get(_url("minutes-edit", held))
    counts = _COUNTS.setdefault("editor", set())
    counts.add(len(asked))
    assert len(counts) == 1


_COUNTS: dict[str, set[int]] = {}


# -- Signed ----------------------------------------------------------------------------------------


def test_signed_by_post_issued_and_assigned_in_one_press(meeting, cast, client_of):
    whole = make_resolution(meeting, cast.unit)
    make_resolution(meeting, cast.unit, text="期限未定", due_on=None)
    data = {
        "text": TEXT,
        "version": 1,
        "signer": str(cast.secretary.uid),
        "signer_name": "不算",
        "assigns": "on",
        "deed": "issue",
    }
    client = client_of(cast.secretary)
    answer = client.act(_url("minutes-issue", meeting), data)
    assert answer["Location"] == _url("minutes-detail", meeting)
    minutes = Minutes.objects.get()
    assert (minutes.signer_name, minutes.signer_post) == (
        cast.secretary.person.name,
        cast.secretary.post,
    )
    whole.refresh_from_db()
    assert whole.state == "assigned"
    assert OfficialDocument.objects.filter(subject_uid=minutes.uid).count() == 1
    page = client.get(answer["Location"]).content.decode()
    assert "议定事项已下达1项。还有1项没有主办单位或期限" in page


def test_without_the_wish_nothing_is_assigned(meeting, cast, client_of):
    row = make_resolution(meeting, cast.unit)
    data = {"text": TEXT, "version": 1, "signer": str(cast.secretary.uid), "deed": "issue"}
    client_of(cast.secretary).act(_url("minutes-issue", meeting), data)
    row.refresh_from_db()
    assert row.state == "pending"


def test_a_signer_who_is_none_is_asked_for(meeting, cast, client_of):
    for signer in ("", "other", str(cast.outsider.uid)):
        data = {"text": TEXT, "version": 1, "signer": signer}
        page = client_of(cast.secretary).act(_url("minutes-issue", meeting), data)
        assert page.status_code == 422
    assert Minutes.objects.get().state == MinutesState.DRAFT


def test_an_empty_frame_is_told_and_taken_out_with_one_button(meeting, cast, client_of):
    client = client_of(cast.secretary)
    text = TEXT + "\n会议强调，"
    data = {"text": text, "version": 1, "signer": str(cast.secretary.uid), "deed": "issue"}
    page = client.act(_url("minutes-issue", meeting), data)
    assert page.status_code == 422
    assert "删去空着的提纲" in page.content.decode()
    data = {"text": text, "version": 2, "tidy": "1", "signer": str(cast.secretary.uid)}
    assert client.act(_url("minutes-issue", meeting), data).status_code == 302
    minutes = Minutes.objects.get()
    assert (minutes.text, minutes.state) == (TEXT, MinutesState.ISSUED)


def test_what_another_has_changed_is_read_before_it_is_signed(meeting, cast, client_of):
    save_minutes(meeting, text=TEXT.replace("20", "30"), version=1, by=SYSTEM)
    data = {
        "text": TEXT.replace("顺利", "总体顺利"),
        "version": 1,
        "signer": str(cast.secretary.uid),
        "deed": "issue",
    }
    answer = client_of(cast.secretary).act(_url("minutes-issue", meeting), data)
    assert answer["Location"].startswith(_url("minutes-edit", meeting))
    assert Minutes.objects.get().state == MinutesState.DRAFT


# -- Sent round ------------------------------------------------------------------------------------


@pytest.fixture
def circulation(asking, meeting, secretary):
    """The minutes, sent to the two units."""
    minutes = meeting.minutes
    return circulate_minutes(minutes, audience="present", version=minutes.version, by=secretary)


def test_where_the_charter_asks_they_are_sent_round_first(asking, meeting, cast, client_of):
    client = client_of(cast.worker)
    page = client.get(_url("minutes-edit", meeting)).content.decode()
    assert "送会签" in page
    assert "签发并印发" not in page
    data = {
        "text": TEXT,
        "version": 1,
        "audience": "all",
        "note": "请看第二条",
        "deed": "circulate",
    }
    url = _url("minutes-circulate", meeting)
    for post, status in ((cast.outsider, 404), (cast.liaison, 403), (cast.worker, 302)):
        assert client_of(post).act(url, data).status_code == status
    circulation = MinutesCirculation.objects.get()
    assert circulation.signatures.count() == 2
    # The editor leads to how it stands; a text that comes late is told about.
    assert client.get(_url("minutes-edit", meeting)).status_code == 302
    late = client.act(_url("minutes-autosave", meeting), {"text": "改", "version": 3})
    assert (late.status_code, "会签" in late.json()["refused"]) == (409, True)


def test_a_unit_reads_and_answers_by_signing_in(circulation, cast, client_of):
    url = circulation.get_absolute_url()
    client = client_of(cast.liaison)
    page = client.get(url).content.decode()
    assert "先建20个" in page
    assert "提交会签" in page
    opinion = {"answer": "opinion", "opinion": "应为30个"}
    assert client_of(cast.outsider).act(url, opinion).status_code == 404
    # The convener does not answer for a unit here: that is a proxy's line.
    assert client_of(cast.secretary).act(url, opinion).status_code == 403
    assert client.act(url, {"answer": "opinion", "opinion": ""}).status_code == 422
    assert client.act(url, opinion).status_code == 302
    own = Countersignature.objects.get(circulation=circulation, organization=cast.unit)
    assert (own.answer, own.opinion) == (Countersigned.OPINION, "应为30个")
    # Others do not read what one unit says to the convener.
    assert "应为30个" not in client_of(cast.second_liaison).get(url).content.decode()
    assert "应为30个" in client_of(cast.secretary).get(url).content.decode()


def test_a_unit_never_sees_the_draft_as_it_goes_on(circulation, meeting, cast, client_of):
    liaison = client_of(cast.liaison)
    assert liaison.get(_url("minutes-detail", meeting)).status_code == 404
    recall = _url("minutes-recall", circulation)
    client = client_of(cast.secretary)
    assert client_of(cast.liaison).act(recall, {"reason": "改"}).status_code == 403
    assert client.act(recall, {"reason": ""}).status_code == 422
    assert client.act(recall, {"reason": "数量有误"}).status_code == 302
    minutes = Minutes.objects.get()
    save_minutes(meeting, text=TEXT.replace("20", "秘密"), version=minutes.version, by=SYSTEM)
    page = liaison.get(circulation.get_absolute_url()).content.decode()
    assert "秘密" not in page
    assert "数量有误" in page


def test_a_proxy_needs_to_say_from_where_it_is_known(circulation, cast, client_of):
    signature = circulation.signatures.get(organization=cast.unit)
    url = _url("minutes-countersign-proxy", signature)
    data = {"answer": "agreed", "channel": "phone"}
    for post, status in (
        (cast.outsider, 404),
        (cast.liaison, 403),
        (cast.worker, 302),
    ):
        assert client_of(post).act(url, data).status_code == status
        if status != 302:
            signature.refresh_from_db()
            assert signature.answer == Countersigned.WAITING
    signature.refresh_from_db()
    assert (signature.answer, signature.channel) == (Countersigned.AGREED, "phone")
    missing = client_of(cast.secretary).act(url, {"answer": "agreed"})
    assert missing.status_code == 422


def test_the_second_round_shows_what_changed(circulation, meeting, cast, client_of, secretary):
    client_of(cast.secretary).act(_url("minutes-recall", circulation), {"reason": "数量有误"})
    minutes = Minutes.objects.get()
    minutes = save_minutes(
        meeting, text=TEXT.replace("20", "30"), version=minutes.version, by=SYSTEM
    )
    again = circulate_minutes(minutes, audience="all", version=minutes.version, by=secretary)
    page = client_of(cast.liaison).get(again.get_absolute_url()).content.decode()
    assert "与上一轮相比的改动" in page
    assert "<ins>3</ins>" in page


# -- Read ------------------------------------------------------------------------------------------


def test_who_corrects_sees_what_the_next_edition_changed(meeting, cast, client_of):
    from meetings.services import reopen_minutes

    minutes = issue_minutes(meeting.minutes, signer=cast.secretary, version=1, by=SYSTEM)
    reopen_minutes(minutes, reason="数量有误", by=SYSTEM)
    save_minutes(meeting, text=TEXT.replace("20", "30"), version=minutes.version, by=SYSTEM)
    page = client_of(cast.secretary).get(_url("minutes-detail", meeting)).content.decode()
    assert "<del>2</del>" in page
    assert "先建30个" not in (
        client_of(cast.liaison).get(_url("minutes-detail", meeting)).content.decode()
    )


def test_the_whole_meeting_is_filed_from_the_minutes(meeting, cast, client_of):
    issue_minutes(meeting.minutes, signer=cast.secretary, version=1, by=SYSTEM)
    client = client_of(cast.secretary)
    assert "归档" in client.get(_url("minutes-detail", meeting)).content.decode()
    client.act(_url("meeting-archive", meeting))
    meeting.refresh_from_db()
    assert meeting.state == MeetingState.ARCHIVED


# -- Entered afterwards ----------------------------------------------------------------------------


def _held(cast, **more):
    return {
        "theme": "第一季度会议",
        "day": "2026-03-03",
        "starts": "14:30",
        "place": "二楼会议室",
        f"state-{cast.unit.uid.hex}": "present",
        f"state-{cast.second_unit.uid.hex}": "leave",
        "items": "",
        **more,
    }


def _scan(name="纪要.png"):
    image = BytesIO()
    Image.new("RGB", (40, 40), "white").save(image, "PNG")
    return SimpleUploadedFile(name, image.getvalue(), content_type="image/png")


def test_a_meeting_on_paper_is_entered_whole_in_one_form(council, cast, client_of):
    data = _held(
        cast,
        minutes_text="一、听取情况。",
        scans=[_scan()],
        is_signed="on",
        signer=str(cast.secretary.uid),
        issued_on="2026-03-04",
        **{
            "text-1": "修路灯",
            "lead-1": str(cast.unit.uid),
            "helpers-1": [str(cast.second_unit.uid)],
            "due-1": "2026-04-01",
            "text-7": "清楼道",
            "lead-7": str(cast.committee.uid),
        },
    )
    answer = client_of(cast.secretary).act(_url("meeting-enter", council), data)
    assert answer.status_code == 302
    minutes = Minutes.objects.get()
    assert (minutes.number_label, minutes.issued_on, minutes.signer_post) == (
        "〔2026〕1号",
        date(2026, 3, 4),
        cast.secretary.post,
    )
    assert OfficialDocument.objects.filter(subject_uid=minutes.uid).count() == 1
    scan = Attachment.objects.get()
    assert (scan.kind, scan.subject_uid) == ("meeting.minutes_scan", minutes.meeting.uid)
    rows = Resolution.objects.order_by("number").prefetch_related("parties")
    assert [(row.text, row.parties.count()) for row in rows] == [("修路灯", 2), ("清楼道", 1)]
    page = client_of(cast.liaison).get(_url("minutes-detail", minutes.meeting)).content.decode()
    assert "纪要.png" in page


def test_a_scan_alone_will_do(council, cast, client_of):
    data = _held(
        cast,
        scans=[_scan()],
        is_signed="on",
        signer="other",
        signer_name="老书记",
        issued_on="2026-03-04",
    )
    assert client_of(cast.secretary).act(_url("meeting-enter", council), data).status_code == 302
    minutes = Minutes.objects.get()
    assert (minutes.text, minutes.signer_name) == ("纪要正文见所附扫描件。", "老书记")


def test_a_refused_form_comes_back_filled_in_and_leaves_nothing(council, cast, client_of):
    client = client_of(cast.secretary)
    wrong = _held(
        cast,
        minutes_text="一、听取情况。",
        is_signed="on",
        signer=str(cast.secretary.uid),
        # Before the meeting.
        issued_on="2026-03-01",
        **{"text-5": "第五项", "helpers-5": [str(cast.unit.uid)], "lead-5": str(cast.unit.uid)},
        **{f"arrived-{cast.unit.uid.hex}": "14:07", f"left-{cast.unit.uid.hex}": "四点"},
    )
    page = client.act(_url("meeting-enter", council), wrong)
    assert page.status_code == 422
    said = page.content.decode()
    for words in (
        "一、听取情况。",
        "第五项",
        "14:07—四点",
        "主办单位不必再列为协办单位",
        'value="2026-03-01"',
    ):
        assert words in said
    del wrong["helpers-5"]
    del wrong[f"left-{cast.unit.uid.hex}"]
    page = client.act(_url("meeting-enter", council), wrong)
    assert (page.status_code, "印发日期应在会议召开之后" in page.content.decode()) == (422, True)
    bad = SimpleUploadedFile("纪要.pdf", b"not a paper", content_type="application/pdf")
    page = client.act(
        _url("meeting-enter", council), {**wrong, "issued_on": "2026-03-04", "scans": [bad]}
    )
    assert page.status_code == 422
    assert not Meeting.objects.filter(council=council).exists()
    assert not Attachment.objects.exists()


def test_who_may_not_sign_enters_without_signing(council, cast, client_of):
    data = _held(cast, minutes_text="一、听取情况。", is_signed="on", issued_on="2026-03-04")
    client = client_of(cast.worker)
    assert "纪要已经签发" not in client.get(_url("meeting-enter", council)).content.decode()
    assert client.act(_url("meeting-enter", council), data).status_code == 302
    assert Minutes.objects.get().state == MinutesState.DRAFT


# -- On paper --------------------------------------------------------------------------------------


def test_who_holds_the_first_edition_is_told_that_there_is_a_newer_one(meeting, cast):
    from meetings.services import reopen_minutes

    minutes = issue_minutes(meeting.minutes, signer=cast.secretary, version=1, by=SYSTEM)
    first = OfficialDocument.objects.get(subject_uid=minutes.uid)
    address = reverse("documents:verify") + f"?code={first.code}"
    assert "文书有效" in Client().get(address).content.decode()
    reopen_minutes(minutes, reason="数量有误", by=SYSTEM)
    again = save_minutes(meeting, text=TEXT + "\n三、其他", version=minutes.version, by=SYSTEM)
    issue_minutes(again, signer=cast.secretary, version=again.version, by=SYSTEM)
    said = Client().get(address).content.decode()
    assert "已被新的版本替代" in said
    assert "现行有效的是第2版" in said


def test_the_file_of_a_meeting_lists_its_papers(meeting, cast, client_of):
    minutes = issue_minutes(meeting.minutes, signer=cast.secretary, version=1, by=SYSTEM)
    attach_file(meeting, upload=_scan("签到.png"), kind="meeting.signed_sheet", by=SYSTEM)
    papers = papers_of(meeting)
    assert {paper.title for paper in papers} >= {"签到"}
    assert minutes.number_label in {paper.number for paper in papers}
    address = reverse("documents:document-draft", args=("meeting.filing", meeting.uid, "docx"))
    assert client_of(cast.secretary).get(address).status_code == 200
    assert client_of(cast.liaison).get(address).status_code == 404


def test_what_stands_in_the_text_is_not_said_to_be_missing(meeting, cast, client_of):
    """Minutes that are reopened have their resolutions in the text already."""
    client = client_of(cast.worker)
    page = client.get(_url("minutes-edit", meeting)).content.decode()
    assert "还没有登记议定事项" in page
    resolution = make_resolution(meeting, cast.unit, text="修路灯3盏")
    assert resolution.text in client.get(_url("minutes-edit", meeting)).content.decode()
    save_minutes(meeting, text=TEXT + "\n三、修路灯3盏。", version=1, by=SYSTEM)
    page = client.get(_url("minutes-edit", meeting)).content.decode()
    assert "议定事项都已写在正文里，文末不再重复。" in page
    assert "还没有登记议定事项" not in page
