"""Numbers without gaps or doubles, texts that stay, papers that can be checked."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from django.db import connection, transaction

from meetings.services import assign_resolutions
from partybuild.documents.composition import Composition, Table, Text, number_on_paper
from partybuild.documents.exceptions import (
    AlreadyWithdrawn,
    NotReadyToIssue,
    WithdrawalNeedsAReason,
)
from partybuild.documents.models import DocumentStyle, NumberSeries, OfficialDocument
from partybuild.documents.queries import style_of, verify
from partybuild.documents.registry import kind_of, kinds, kinds_about
from partybuild.documents.services import (
    draft_of,
    issue_document,
    set_style,
    withdraw_document,
)
from partybuild.documents.services.issuing import digest_of
from partybuild.documents.services.numbering import receipt_number, take_number
from tests.factories.core import SYSTEM
from tests.factories.meetings import make_meeting, make_notified

MINUTES = "meeting.minutes"


def test_minutes_carry_their_own_number_and_the_three_rolls(minutes):
    document = issue_document(kind_of(MINUTES), minutes, by=SYSTEM)
    paper = document.composition
    assert document.number_text == "〔2026〕1号" == paper.number
    assert [block.label for block in paper.blocks if block.kind == "roll"] == ["出席"]
    said = "".join(getattr(block, "text", "") for block in paper.blocks)
    assert (
        "在小区西门增设充电桩20个（主办：江湾区图书馆；协办：江湾供水公司；2026年3月26日前完成）"
        in said
    )
    assert document.digest == digest_of(document.content)


def test_unsigned_minutes_are_a_draft_only(held):
    from meetings.services import save_minutes

    draft = save_minutes(held, text="正文", version=0, by=SYSTEM)
    assert draft_of(kind_of(MINUTES), draft).is_draft
    with pytest.raises(NotReadyToIssue):
        issue_document(kind_of(MINUTES), draft, by=SYSTEM)
    assert not OfficialDocument.objects.exists()


def test_issued_twice_is_the_same_paper(minutes):
    first = issue_document(kind_of(MINUTES), minutes, by=SYSTEM)
    again = issue_document(kind_of(MINUTES), minutes, by=SYSTEM)
    assert again == first


def test_a_changed_text_is_a_new_edition_and_the_old_one_says_so(council, cast):
    meeting = make_notified(council)
    set_style(kind_of("meeting.notice"), area=cast.community, by=SYSTEM, prefix="和平党委")
    first = issue_document(kind_of("meeting.notice"), meeting, by=SYSTEM)
    assert first.number_text == "和平党委〔2026〕1号"
    meeting.place = "图书馆报告厅"
    meeting.save()
    second = issue_document(kind_of("meeting.notice"), meeting, by=SYSTEM)
    first.refresh_from_db()
    assert (second.edition, second.number_text) == (2, first.number_text)
    assert first.state == "withdrawn"
    assert "第2版" in first.state_reason
    # What was printed then prints the same now.
    assert "社区二楼会议室" in str(first.content)
    assert "图书馆报告厅" in str(second.content)
    assert not verify(first.code).is_valid
    assert verify(second.code).is_valid


def test_the_nearest_style_wins_and_empty_fields_inherit(council, cast):
    kind = kind_of("meeting.notice")
    set_style(kind, area=cast.street, by=SYSTEM, mark="{发文机关}文件", prefix="{简称}", note="甲")
    set_style(kind, area=cast.community, by=SYSTEM, prefix="和平党委")
    style = style_of(kind, cast.community, cast.committee)
    assert (style.mark, style.prefix) == (f"{cast.committee.name}文件", "和平党委")
    assert style.note == "甲"
    assert style_of(kind, cast.other_community).prefix == ""


def test_words_of_an_office_are_filled_in_and_never_run(council, cast):
    kind = kind_of("meeting.notice")
    set_style(
        kind,
        area=cast.community,
        by=SYSTEM,
        opening="兹定于{时间}7|add:7%(x)s$SECRET_KEY",
    )
    meeting = make_meeting(council)
    said = draft_of(kind, meeting).blocks[0].text
    assert said.startswith("兹定于2026年3月12日")
    assert said.endswith("7|add:7%(x)s$SECRET_KEY")
    # Were a template of another language kept all the same, it would stay as it was typed.
    DocumentStyle.objects.update(opening="{{ 7|add:7 }}{settings.SECRET_KEY}")
    assert draft_of(kind, meeting).blocks[0].text == "{{ 7|add:7 }}{settings.SECRET_KEY}"


def test_a_withdrawn_paper_keeps_its_number(minutes):
    document = issue_document(kind_of(MINUTES), minutes, by=SYSTEM)
    with pytest.raises(WithdrawalNeedsAReason):
        withdraw_document(document, reason=" ", by=SYSTEM)
    withdraw_document(document, reason="印错", by=SYSTEM)
    with pytest.raises(AlreadyWithdrawn):
        withdraw_document(document, reason="再次", by=SYSTEM)
    document.refresh_from_db()
    assert (document.state, document.number_text) == ("withdrawn", "〔2026〕1号")
    assert not verify(document.code).is_valid


def test_a_code_is_read_however_it_is_typed(minutes):
    document = issue_document(kind_of(MINUTES), minutes, by=SYSTEM)
    spelled = "-".join((document.code[:4], document.code[4:8], document.code[8:]))
    for typed in (document.code, spelled.lower(), f" {spelled} "):
        assert verify(typed).number == document.number_text
    assert verify("") is None
    assert verify("ABCD") is None


def test_every_kind_composes_and_survives_the_table(held, minutes, council):
    assign_resolutions(held.resolutions.all(), by=SYSTEM)
    resolution = held.resolutions.get()
    subjects = {
        "meetings.Meeting": held,
        "meetings.Minutes": minutes,
        "meetings.Resolution": resolution,
    }
    seen = set()
    for kind in kinds():
        subject = subjects.get(kind.subject)
        if subject is None:
            continue
        paper = draft_of(kind, subject)
        assert Composition.of_plain(paper.plain()) == paper
        assert paper.title
        seen.add(kind.key)
    assert {"meeting.notice", "meeting.sign_in", MINUTES, "resolution.assignment"} <= seen
    assert [kind.key for kind in kinds_about("meetings.Minutes")] == [MINUTES]


@pytest.mark.django_db(transaction=True)
def test_sixty_numbers_at_once_have_no_gap_and_no_double(cast):
    """Every third transaction fails after taking its number: the number comes back."""

    def take(turn: int) -> int | None:
        try:
            with transaction.atomic():
                number = take_number(cast.committee, prefix="和平党委", year=2026)
                if turn % 3 == 0:
                    raise ZeroDivisionError
                return number
        except ZeroDivisionError:
            return None
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        found = [number for number in pool.map(take, range(60)) if number is not None]
    assert sorted(found) == list(range(1, 41))
    assert NumberSeries.objects.get().last_number == 40


@pytest.mark.django_db
def test_many_numbers_in_a_row_are_taken_at_once(cast):
    taken = [
        take_number(cast.committee, prefix="反馈", year=2026, count=count) for count in (3, 1, 2)
    ]
    assert taken == [1, 4, 5]
    assert NumberSeries.objects.get().last_number == 6


@pytest.mark.django_db
def test_receipts_of_a_body_are_numbered_in_one_row(cast):
    said = [receipt_number(cast.committee, 2026) for _turn in range(2)]
    assert said == ["回执〔2026〕1号", "回执〔2026〕2号"]
    assert receipt_number(cast.street_committee, 2026) == "回执〔2026〕1号"


@pytest.mark.django_db(transaction=True)
def test_reading_the_last_number_first_would_give_doubles(cast):
    """The control: eight who read the same last number, add one and write it."""
    take_number(cast.committee, prefix="和平党委", year=2026)
    gate = Barrier(8)

    def take(_turn: int) -> int:
        try:
            series = NumberSeries.objects.get()
            gate.wait(60)
            NumberSeries.objects.update(last_number=series.last_number + 1)
            return series.last_number + 1
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(take, range(8)))
    assert len(set(found)) == 1


@pytest.mark.django_db(transaction=True)
def test_two_pressing_at_once_issue_one_paper(minutes):
    def press(_turn: int) -> int:
        try:
            return issue_document(kind_of(MINUTES), minutes, by=SYSTEM).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(press, range(8)))) == 1
    assert OfficialDocument.objects.count() == 1


def test_numbers_on_paper_are_not_filled_up():
    assert number_on_paper("望江党工委", 2026, 3) == "望江党工委〔2026〕3号"


def test_plain_values_come_back_as_they_were():
    paper = Composition(
        title="甲\n乙",
        blocks=(Text("一、首先", level=1), Table(rows=(("a", "b"),), spans={"0,1": 2})),
        issued_on=date(2026, 3, 5),
        attached=("回执",),
    )
    assert Composition.of_plain(paper.plain()) == paper
