"""Minutes: written by two, signed by a person in a post, issued with their paper, corrected."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from meetings.enums import MeetingState, MinutesState, PresenceState
from meetings.exceptions import (
    IssuedOnAnotherDay,
    MinutesAreUnfinished,
    SignerIsMissing,
    SignerNotInPost,
    TextChangedMeanwhile,
)
from meetings.models import MinutesRevision
from meetings.queries.minutes import (
    minutes_draft,
    resolved_sentences,
    signers_of,
    unfinished_lines,
    without_unfinished,
)
from meetings.services import (
    AgendaLine,
    PresenceLine,
    combine_minutes,
    enter_held_meeting,
    issue_minutes,
    record_presence,
    reopen_minutes,
    save_minutes,
)
from meetings.services.minuting import KEPT_REVISIONS
from partybuild.audit.models import Event
from partybuild.calendar import add_working_days, now, today
from partybuild.documents.models import OfficialDocument
from partybuild.documents.queries import verify
from partybuild.notices.models import Notice
from partybuild.obligations.models import Obligation
from tests.factories.core import SYSTEM
from tests.factories.meetings import make_accepted_topic, make_held, make_resolution

pytestmark = pytest.mark.django_db

TEXT = "一、通报情况\n会议认为，进展顺利。\n\n二、充电桩\n会议决定，先建20个。"


def _saved(meeting, text=TEXT, by=SYSTEM):
    return save_minutes(meeting, text=text, version=0, by=by)


def test_changes_of_different_paragraphs_are_put_together_and_told(council, secretary):
    meeting = make_held(council)
    _saved(meeting)
    save_minutes(meeting, text=TEXT.replace("20", "30"), version=1, by=SYSTEM)
    done = combine_minutes(meeting, text=TEXT.replace("顺利", "总体顺利"), version=1, by=secretary)
    assert done.is_merged
    assert done.minutes.text == TEXT.replace("20", "30").replace("顺利", "总体顺利")
    event = Event.objects.get(kind="minutes.merged", object_uid=meeting.uid)
    assert event.changes["versions"] == [1, 2]


def test_one_paragraph_changed_by_both_is_left_to_a_person(council, secretary):
    meeting = make_held(council)
    _saved(meeting)
    save_minutes(meeting, text=TEXT.replace("20", "30"), version=1, by=SYSTEM)
    with pytest.raises(TextChangedMeanwhile):
        combine_minutes(meeting, text=TEXT.replace("20", "15"), version=1, by=secretary)
    assert meeting.minutes.text == TEXT.replace("20", "30")


def test_two_who_begin_from_the_frame_are_put_together(council, secretary):
    meeting = make_held(council, agenda=[AgendaLine(text="通报"), AgendaLine(text="其他")])
    frame = minutes_draft(meeting, [], today())
    save_minutes(meeting, text=frame.replace("通报", "通报情况"), version=0, by=SYSTEM)
    done = combine_minutes(meeting, text=frame.replace("其他", "其他事项"), version=0, by=secretary)
    assert done.minutes.text == frame.replace("通报", "通报情况").replace("其他", "其他事项")


def test_old_versions_go_while_one_writes_and_all_of_them_with_the_signature(council):
    meeting = make_held(council)
    minutes = _saved(meeting, "0")
    for number in range(1, 4):
        minutes = save_minutes(meeting, text=str(number), version=number, by=SYSTEM)
    kept = MinutesRevision.objects.filter(minutes=minutes)
    assert sorted(kept.values_list("version", flat=True)) == [0, 1, 2, 3, 4]
    minutes.version = KEPT_REVISIONS + 2
    minutes.save(update_fields=["version"])
    save_minutes(meeting, text="后", version=minutes.version, by=SYSTEM)
    assert min(kept.values_list("version", flat=True)) == 4
    minutes.refresh_from_db()
    issue_minutes(minutes, signer_name="王五", version=minutes.version, by=SYSTEM)
    assert not kept.exists()


def test_the_frame_names_day_place_and_chair_and_every_item(council, cast):
    topic = make_accepted_topic(council, cast.unit, title="增设充电桩")
    meeting = make_held(
        council, agenda=[AgendaLine(topic=topic)], chair_name="王书记", place="二楼会议室"
    )
    frame = minutes_draft(meeting, [], today())
    assert "在二楼会议室召开2026年第1次会议。会议由王书记主持。" in frame
    assert "一、增设充电桩" in frame
    assert unfinished_lines(frame) == ["会议认为，", "会议决定，"]
    assert unfinished_lines(without_unfinished(frame)) == []


def test_an_empty_frame_is_not_issued(council):
    meeting = make_held(council)
    minutes = _saved(meeting, "一、通报\n会议认为，\n会议决定，建。")
    with pytest.raises(MinutesAreUnfinished, match="“会议认为，”"):
        issue_minutes(minutes, signer_name="王五", version=1, by=SYSTEM)


def test_a_resolution_is_listed_by_itself_with_its_units_and_day(council, cast):
    meeting = make_held(council)
    make_resolution(meeting, cast.unit, cast.second_unit, text="修路灯3盏")
    (sentence,) = resolved_sentences(meeting, TEXT)
    due = today() + timedelta(days=21)
    assert sentence == (
        f"修路灯3盏（主办：{cast.unit.name}；协办：{cast.second_unit.name}；"
        f"{due.year}年{due.month}月{due.day}日前完成）。"
    )
    assert resolved_sentences(meeting, TEXT + "修路灯3盏。") == []


# -- Signing ---------------------------------------------------------------------------------------


def test_who_signs_is_a_person_in_a_post(council, cast):
    meeting = make_held(council)
    minutes = issue_minutes(_saved(meeting), signer=cast.secretary, version=1, by=SYSTEM)
    assert (minutes.signer_name, minutes.signer_post) == (
        cast.secretary.person.name,
        cast.secretary.post,
    )


def test_the_chair_comes_first_among_those_who_may_sign(council, cast):
    assert signers_of(council, cast.worker.person.name, today())[0] == cast.worker
    assert signers_of(council, "", today())[0] == cast.secretary


def test_nobody_from_elsewhere_and_nobody_out_of_office_signs(council, cast):
    minutes = _saved(make_held(council))
    with pytest.raises(SignerNotInPost):
        issue_minutes(minutes, signer=cast.outsider, version=1, by=SYSTEM)
    with pytest.raises(SignerIsMissing):
        issue_minutes(minutes, version=1, by=SYSTEM)
    minutes.refresh_from_db()
    assert minutes.state == MinutesState.DRAFT


# -- Issuing ---------------------------------------------------------------------------------------


def test_issuing_makes_the_paper_and_tells_the_units_where(council, cast):
    meeting = make_held(council)
    minutes = issue_minutes(_saved(meeting), signer=cast.secretary, version=1, by=SYSTEM)
    paper = OfficialDocument.objects.get(kind="meeting.minutes", subject_uid=minutes.uid)
    assert (paper.number_text, paper.edition) == ("〔2026〕1号", 1)
    assert verify(paper.code).is_valid
    notice = Notice.objects.filter(kind="minutes.issued", organization=cast.unit).first()
    assert notice.path == minutes.get_absolute_url()
    debt = Obligation.objects.get(duty="minutes.issue", subject_uid=meeting.uid)
    assert (debt.state, debt.paid_with_uid) == ("filed", minutes.uid)


def test_without_the_paper_nothing_is_issued(council, cast, monkeypatch):
    from meetings.services import issuing_minutes

    minutes = _saved(make_held(council))

    def broken(*args, **kwargs):
        raise RuntimeError("no paper")

    monkeypatch.setattr(issuing_minutes, "issue_document", broken)
    with pytest.raises(RuntimeError):
        issue_minutes(minutes, signer=cast.secretary, version=1, by=SYSTEM)
    minutes.refresh_from_db()
    assert (minutes.state, minutes.number) == (MinutesState.DRAFT, None)
    assert not Notice.objects.filter(kind="minutes.issued").exists()


def test_minutes_that_went_out_on_paper_keep_their_day(council, cast):
    day = today()
    meeting = enter_held_meeting(
        council,
        theme="已开的会",
        starts_at=now() - timedelta(days=10),
        place="二楼",
        presences=[PresenceLine(organization=cast.unit, state=PresenceState.PRESENT)],
        minutes_text=TEXT,
        by=SYSTEM,
    )
    with pytest.raises(IssuedOnAnotherDay):
        issue_minutes(
            meeting.minutes, signer_name="王五", version=1, issued_on=day + timedelta(1), by=SYSTEM
        )
    wished = add_working_days(meeting.held_on, 2)
    minutes = issue_minutes(
        meeting.minutes, signer_name="王五", version=1, issued_on=wished, by=SYSTEM
    )
    debt = Obligation.objects.get(duty="minutes.issue", subject_uid=meeting.uid)
    assert (minutes.issued_on, debt.paid_on) == (wished, wished)


# -- Correcting ------------------------------------------------------------------------------------


def test_a_correction_is_edition_2_of_the_same_number_and_says_what_changed(council, cast):
    meeting = make_held(council)
    minutes = issue_minutes(_saved(meeting), signer=cast.secretary, version=1, by=SYSTEM)
    first = OfficialDocument.objects.get(subject_uid=minutes.uid)
    reopen_minutes(minutes, reason="数量有误", by=SYSTEM)
    assert verify(first.code).is_valid
    minutes = save_minutes(
        meeting, text=TEXT.replace("20", "30"), version=minutes.version, by=SYSTEM
    )
    minutes = issue_minutes(minutes, signer=cast.secretary, version=minutes.version, by=SYSTEM)
    assert minutes.number_label == "〔2026〕1号"
    second = OfficialDocument.objects.get(subject_uid=minutes.uid, edition=2)
    assert second.number_text == "〔2026〕1号"
    assert not verify(first.code).is_valid
    notice = Notice.objects.filter(kind="minutes.issued", round=2).first()
    assert "原：会议决定，先建20个。\n改为：会议决定，先建30个。" in notice.body
    meeting.refresh_from_db()
    assert meeting.state == MeetingState.ISSUED


def test_presence_is_closed_with_the_issued_minutes(council, cast):
    meeting = make_held(council)
    issue_minutes(_saved(meeting), signer=cast.secretary, version=1, by=SYSTEM)
    line = PresenceLine(organization=cast.unit, state=PresenceState.ABSENT)
    with pytest.raises(ValidationError):
        record_presence(meeting, lines=[line], by=SYSTEM)
