"""Lists that leave as files: what stands in them, who may fetch them, what is written down."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from django.db import connection
from django.utils import timezone
from openpyxl import load_workbook

from activities.enums import AttendanceState
from activities.services import AttendanceLine, record_attendance, sign_up
from members.services import issue_letter
from partybuild.accounts.models import Appointment
from partybuild.accounts.services import end_appointment
from partybuild.areas.models import Area
from partybuild.audit.models import Event
from partybuild.calendar import today
from partybuild.exchange import kept_files
from partybuild.exchange.enums import ExportState
from partybuild.exchange.models import ExportJob
from partybuild.exchange.services import exporting
from partybuild.exchange.services.exporting import run_export, run_waiting_exports, wipe_exports
from partybuild.exchange.writer import letter, safe_text, write_csv, write_workbook
from tests.factories.activities import make_activity, make_reported_in
from tests.factories.core import SYSTEM
from tests.factories.members import (
    make_claim,
    make_feedback,
    make_member,
    make_post_of,
    make_report_in,
    make_services,
    make_unit_report_in,
)
from tests.factories.units import make_unit
from tests.factories.wishes import make_fulfilled, make_wish

PREFIXES = ("=", "+", "-", "@", "\t=", "\r=", "\n=", "\x00=", "＝", "＋", "－", "＠", '"=', " ;=")


@pytest.fixture(autouse=True)
def _kept_here(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def take(client: Any, key: str, query: str = "", **data: str) -> ExportJob:
    """Press 导出 with the usual choices; return the job."""
    values = {"file_format": "xlsx", "unmasked": "False", "reason": "日常工作使用", **data}
    response = client.act(f"/exports/new/{key}/?{query}", values)
    assert response.status_code == 302, response.content.decode()[:2000]
    return ExportJob.objects.get(uid=response["Location"].split("/")[2])


def fetch(client: Any, job: ExportJob) -> bytes:
    """Download the file."""
    response = client.get(f"/exports/{job.uid}/file/")
    assert response.status_code == 200
    assert response["Content-Disposition"].startswith("attachment")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in response["Cache-Control"]
    return b"".join(response.streaming_content)


def sheet(content: bytes) -> list[list[Any]]:
    """Return the cells of a workbook's one sheet."""
    page = load_workbook(io.BytesIO(content)).worksheets[0]
    return [[cell.value for cell in row] for row in page.iter_rows()]


def table(content: bytes) -> tuple[list[Any], list[list[Any]]]:
    """Return the headers and rows below the notes."""
    lines = sheet(content)
    return lines[3], lines[4:]


def test_list_leaves_as_the_page_shows_it(cast, client_of):
    make_unit(cast.community, "甲厂", kind="enterprise", contact_phone="0574-1234567")
    make_unit(cast.community, "乙馆", kind="institution")
    make_unit(cast.sibling, "丙厂", kind="enterprise")
    client = client_of(cast.secretary)
    job = take(client, "units", "kind=enterprise")
    assert (job.state, job.row_count) == (ExportState.READY, 1)
    content = fetch(client, job)
    headers, rows = table(content)
    assert headers[0] == "单位全称"
    assert [row[0] for row in rows] == ["甲厂"]
    notes = [line[0] for line in sheet(content)[:3]]
    assert notes[0] == "驻区单位名单"
    assert "和平社区党委" in notes[1]
    assert "社区书记甲" in notes[1]
    assert "2026年3月5日" in notes[1]
    assert "用途：日常工作使用" in notes[1]


def members_of(cast: Any) -> Any:
    """Return a member of the unit, reported in at the community."""
    member = make_member(cast.unit, name="欧阳静", phone="19912345678", home_building="月湖苑3幢")
    make_report_in(member, cast.community)
    return member


@pytest.mark.parametrize("post", ["secretary", "worker", "street_staff", "district_staff"])
@pytest.mark.parametrize("file_format", ["xlsx", "csv"])
def test_masked_values_are_in_no_byte(cast, client_of, post, file_format):
    member = members_of(cast)
    client = client_of(getattr(cast, post))
    job = take(client, "members", file_format=file_format)
    content = fetch(client, job)
    text = content.decode() if file_format == "csv" else str(sheet(content))
    assert "欧阳静" in text
    assert "199****5678" in text
    assert "19912345678" not in text
    assert member.person.id_number not in text
    assert member.person.id_number[-4:] not in text
    assert ("月湖苑" in text) == (post in {"secretary", "worker"})


def test_page_names_what_an_unmasked_file_would_show(cast, client_of):
    members_of(cast)
    page = client_of(cast.secretary).get("/exports/new/members/").content.decode()
    assert "不遮盖时给出完整的联系电话：" in page
    assert "另一个人同意" in page
    page = client_of(cast.unit_secretary).get("/exports/new/members/").content.decode()
    assert "不遮盖时给出完整的公民身份号码、联系电话：" in page
    assert "另一个人同意" not in page
    assert "不遮盖" not in client_of(cast.worker).get("/exports/new/members/").content.decode()


def test_city_and_members_take_no_list_of_persons(cast, client_of):
    members_of(cast)
    assert client_of(cast.city_staff).get("/exports/new/members/").status_code == 403
    assert client_of(cast.member).get("/exports/new/members/").status_code == 403
    # Bodies stand by name at the city.
    make_unit(cast.community, "甲厂")
    client = client_of(cast.city_staff)
    assert [row[0] for row in table(fetch(client, take(client, "units")))[1]] == ["甲厂"]


def test_export_and_each_download_are_one_event_about_everybody_in_it(cast, client_of):
    people = {members_of(cast).person_id for _ in range(2)}
    client = client_of(cast.secretary)
    job = take(client, "members", reason="走访慰问名单")
    for kind in ("data.exported",):
        (event,) = Event.objects.filter(kind=kind)
        assert (set(event.about), event.reason) == (people, "走访慰问名单")
    fetch(client, job)
    fetch(client, job)
    events = Event.objects.filter(kind="data.downloaded")
    assert [set(event.about) for event in events] == [people, people]
    job.refresh_from_db()
    assert job.downloads == 2


def test_nothing_is_sent_when_the_event_cannot_be_written(cast, client_of, monkeypatch):
    members_of(cast)
    client = client_of(cast.secretary)
    job = take(client, "members")

    def fails(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("no event")

    monkeypatch.setattr(exporting, "record_event", fails)
    with pytest.raises(RuntimeError):
        client.get(f"/exports/{job.uid}/file/")
    job.refresh_from_db()
    assert job.downloads == 0


def test_only_who_asked_fetches_it(cast, client_of):
    members_of(cast)
    job = take(client_of(cast.secretary), "members")
    for other in (cast.worker, cast.street_staff, cast.outsider, cast.unit_secretary, cast.member):
        assert client_of(other).get(f"/exports/{job.uid}/file/").status_code == 404
        assert client_of(other).get(f"/exports/{job.uid}/").status_code == 404


def refused(client: Any, job: ExportJob) -> bool:
    """Tell whether the file is not sent."""
    response = client.get(f"/exports/{job.uid}/file/")
    return not response.streaming and response.status_code in {302, 403, 404}


def test_file_is_not_delivered_after_the_term_has_ended(cast, client_of):
    members_of(cast)
    client = client_of(cast.secretary)
    job = take(client, "members")
    end_appointment(cast.secretary, on=today() - timedelta(days=1), reason="任期届满", by=SYSTEM)
    assert refused(client, job)


def test_file_is_not_delivered_to_a_disabled_account(cast, client_of):
    members_of(cast)
    client = client_of(cast.secretary)
    job = take(client, "members")
    user = cast.secretary.person.user
    type(user).objects.filter(pk=user.pk).update(is_active=False)
    assert refused(client, job)


def test_file_is_not_delivered_after_the_area_has_moved(cast, client_of):
    members_of(cast)
    client = client_of(cast.secretary)
    job = take(client, "members")
    Area.objects.filter(pk=cast.community.pk).update(path=cast.other_street.path + "0000ffff.")
    assert refused(client, job)


@pytest.mark.parametrize("loss", ["term", "account"])
def test_queued_export_of_who_lost_the_right_is_not_built(cast, client_of, monkeypatch, loss):
    from partybuild.exchange.views import exports

    members_of(cast)
    monkeypatch.setattr(exports, "AT_ONCE", 0)
    job = take(client_of(cast.secretary), "members")
    assert job.state == ExportState.WAITING
    if loss == "term":
        Appointment.objects.filter(pk=cast.secretary.pk).update(ends_on=today() - timedelta(days=1))
    else:
        user = cast.secretary.person.user
        type(user).objects.filter(pk=user.pk).update(is_active=False)
    run_export(job.pk)
    job.refresh_from_db()
    assert (job.state, job.place) == (ExportState.FAILED, "")
    assert not Event.objects.filter(kind="data.exported").exists()


def test_long_export_is_built_by_the_worker_and_told(cast, client_of, monkeypatch):
    from partybuild.exchange.views import exports
    from partybuild.notices.models import Notice

    members_of(cast)
    monkeypatch.setattr(exports, "AT_ONCE", 0)
    client = client_of(cast.secretary)
    job = take(client, "members")
    page = client.get(f"/exports/{job.uid}/").content.decode()
    assert "已经排上队" in page
    run_export(job.pk)
    run_export(job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempts) == (ExportState.READY, 1)
    assert Notice.objects.filter(kind="export.ready", subject_uid=job.uid).exists()
    progress = client.get(f"/exports/{job.uid}/progress/", headers={"HX-Request": "true"})
    assert progress["HX-Redirect"] == f"/exports/{job.uid}/"


def test_dead_workers_export_is_taken_up_by_the_sweep_and_given_up_after_three(
    cast, client_of, monkeypatch
):
    from partybuild.exchange.views import exports

    members_of(cast)
    monkeypatch.setattr(exports, "AT_ONCE", 0)
    job = take(client_of(cast.secretary), "members")
    past = timezone.now() - timedelta(minutes=1)
    ExportJob.objects.filter(pk=job.pk).update(
        state=ExportState.RUNNING, attempts=1, claimed_until=past
    )
    run_waiting_exports()
    job.refresh_from_db()
    assert (job.state, job.attempts) == (ExportState.READY, 2)
    ExportJob.objects.filter(pk=job.pk).update(
        state=ExportState.RUNNING, attempts=3, claimed_until=past
    )
    run_waiting_exports()
    job.refresh_from_db()
    assert job.state == ExportState.FAILED


def test_file_is_wiped_after_a_day(cast, client_of, tmp_path):
    members_of(cast)
    client = client_of(cast.secretary)
    job = take(client, "members")
    (kept,) = (tmp_path / "exports").iterdir()
    # At rest it is sealed: neither the names nor the workbook can be read.
    assert not kept.read_bytes().startswith(b"PK")
    ExportJob.objects.filter(pk=job.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    assert refused(client, job)
    assert wipe_exports(by=SYSTEM) == 1
    job.refresh_from_db()
    assert (job.state, job.people, list((tmp_path / "exports").iterdir())) == (
        ExportState.EXPIRED,
        [],
        [],
    )
    assert "重新导出" in client.get(f"/exports/{job.uid}/").content.decode()


def test_cut_or_swapped_file_is_noticed(cast, client_of, tmp_path):
    members_of(cast)
    client = client_of(cast.secretary)
    job = take(client, "members")
    (kept,) = (tmp_path / "exports").iterdir()
    whole = kept.read_bytes()
    kept.write_bytes(whole[:-33])
    with pytest.raises((kept_files.FileIncomplete, InvalidTag)):
        list(kept_files.pieces(job.place, job.uid))
    kept.write_bytes(whole)
    with pytest.raises(InvalidTag):
        list(kept_files.pieces(job.place, ExportJob().uid))


def test_unmasked_list_of_a_unit_asks_who_one_is_again(cast, client_of):
    member = members_of(cast)
    client = client_of(cast.unit_secretary)
    values = {"file_format": "xlsx", "reason": "党费收缴核对", "unmasked": "True"}
    response = client.act("/exports/new/members/", values)
    assert response.status_code in {401, 403}
    assert not ExportJob.objects.exists()
    assert member.person.id_number not in response.content.decode()


@pytest.fixture
def proven(monkeypatch: Any) -> None:
    """The session has just proved again who it is."""
    from partybuild.exchange.views import exports

    monkeypatch.setattr(exports, "ask_step_up", lambda request: None)


@pytest.mark.usefixtures("proven")
def test_unmasked_list_of_a_unit_has_everything_for_a_reason_of_its_own(cast, client_of):
    member = members_of(cast)
    client = client_of(cast.unit_secretary)
    usual = client.act(
        "/exports/new/members/",
        {"file_format": "xlsx", "reason": "日常工作使用", "unmasked": "True"},
    )
    assert usual.status_code == 422
    job = take(client, "members", unmasked="True", reason="党费收缴核对")
    text = str(sheet(fetch(client, job)))
    assert "19912345678" in text
    assert member.person.id_number in text
    assert "未遮盖" in text


@pytest.mark.usefixtures("proven")
def test_unmasked_list_of_a_community_waits_for_a_second_person(cast, client_of):
    from partybuild.accounts.actors import actor_in
    from partybuild.approvals.models import Approval
    from partybuild.approvals.services import decide_approval

    member = members_of(cast)
    client = client_of(cast.secretary)
    job = take(client, "members", unmasked="True", reason="防汛转移通知")
    assert job.state == ExportState.ASKED
    assert refused(client, job)
    run_export(job.pk)
    job.refresh_from_db()
    assert job.state == ExportState.ASKED
    approval = Approval.objects.get(target_uid=job.uid)
    decide_approval(approval, approve=True, opinion="同意", by=actor_in(cast.street_staff))
    run_export(job.pk)
    job.refresh_from_db()
    text = str(sheet(fetch(client, job)))
    assert "19912345678" in text
    # A community sees no ID number, by any way.
    assert member.person.id_number not in text


@pytest.mark.usefixtures("proven")
@pytest.mark.parametrize("post", ["worker", "liaison", "district_staff"])
def test_who_may_not_unmask_is_not_asked_and_not_believed(cast, client_of, post):
    members_of(cast)
    client = client_of(getattr(cast, post))
    job = take(client, "members", unmasked="True", reason="防汛转移通知")
    assert not job.is_unmasked
    assert "19912345678" not in str(sheet(fetch(client, job)))


def test_every_list_has_as_many_queries_for_three_rows_as_for_one(
    cast, client_of, django_assert_max_num_queries
):
    from django.http import QueryDict
    from django.test.utils import CaptureQueriesContext

    from partybuild.accounts.actors import actor_in
    from partybuild.exchange.lists import cells, list_of, lists

    assert {each.key for each in lists()} == {
        "units",
        "reports",
        "members",
        "services",
        "report-ins",
        "meetings",
        "resolutions",
        "topics",
        "council-members",
        "council-rotation",
        "obligations",
        "service-posts",
        "post-claims",
        "letters",
        "unreported",
        "unit-report-ins",
        "feedbacks",
        "activities",
        "sign-ups",
        "attendance",
        "wishes",
    }

    def count(key: str) -> int:
        export = list_of(key)
        by = actor_in(cast.unit_secretary if export.line == "report_in.letter" else cast.secretary)
        with CaptureQueriesContext(connection) as queries:
            columns = export.columns(by, unmasked=False)
            list(cells(export, export.rows(by, QueryDict("")), columns, set()))
        return len(queries)

    def grow(number: int) -> None:
        for _each in range(number):
            member = members_of(cast)
            make_services(cast.community, [member])
            make_claim(make_post_of(cast.community), member)
            make_fulfilled(make_wish(cast.community), member=member)
            make_feedback(member, cast.unit, cast.community, "good")
            sign_up(make_activity(cast.community, cast.committee), member=member, by=SYSTEM)
            issue_letter(make_member(cast.unit), unit=cast.unit, by=SYSTEM)

    grow(1)
    make_unit_report_in(cast.unit, cast.community)
    one = {each.key: count(each.key) for each in lists()}
    grow(2)
    assert {each.key: count(each.key) for each in lists()} == one


@pytest.mark.parametrize("prefix", PREFIXES)
def test_text_that_looks_like_a_formula_stays_text(prefix):
    text = f"{prefix}1+1"
    book, lines = io.BytesIO(), io.BytesIO()
    write_workbook(book, name="表", notes=[text], headers=[text], widths=[9], rows=[[text]])
    for row in load_workbook(io.BytesIO(book.getvalue())).worksheets[0].iter_rows():
        for cell in row:
            assert cell.data_type == "s"
    write_csv(lines, notes=[text], headers=[text], rows=[[text]])
    for (cell,) in csv.reader(io.StringIO(lines.getvalue().decode("utf-8-sig"))):
        assert cell.startswith("'")


def test_writer_keeps_text_and_numbers_as_they_are():
    book = io.BytesIO()
    odd = "a<b>&\"'_x000D_\x01中\ud800"
    rows = [["007", 12, 2.5, None, "x" * 40_000, odd]]
    count = write_workbook(
        book, name="[名]:单/*?" * 9, notes=[], headers=list("abcdef"), widths=[9] * 6, rows=rows
    )
    assert count == 1
    values = sheet(book.getvalue())[1]
    assert values[:4] == ["007", 12, 2.5, None]
    assert len(values[4]) == 32_000
    # The underscore is escaped for Excel, which would read a carriage return; openpyxl does not unescape.
    assert values[5].replace("_x005F_", "_") == "a<b>&\"'_x000D_中"
    assert (letter(1), letter(26), letter(27), letter(703)) == ("A", "Z", "AA", "AAA")
    assert safe_text(-5) == -5


def test_memory_of_a_long_list_is_flat():
    import tracemalloc

    class Nowhere:
        def write(self, data: bytes, /) -> int:
            return len(data)

        def flush(self) -> None:
            pass

    tracemalloc.start()
    rows = ([number, f"单位{number}", "地址" * 10] for number in range(60_000))
    write_workbook(
        Nowhere(), name="表", notes=[], headers=["a", "b", "c"], widths=[9] * 3, rows=rows
    )
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 8 * 1024 * 1024


def test_who_was_at_one_activity_leaves_with_times_and_nobody_as_absent(cast, client_of, clock):
    clock(2026, 3, 10, 9)
    came, excused, silent = make_reported_in(cast.unit, cast.community, 3)
    activity = make_activity(cast.community, cast.committee)
    other = make_activity(cast.community, cast.committee, title="义诊")
    for each in (came, excused, silent):
        sign_up(activity, member=each, by=SYSTEM)
        sign_up(other, member=each, by=SYSTEM)
    clock(2026, 3, 14, 9, 30)
    lines = [
        AttendanceLine(came, AttendanceState.PRESENT, arrived_at=activity.starts_at),
        AttendanceLine(excused, AttendanceState.EXCUSED),
    ]
    for each in (activity, other):
        record_attendance(each, lines=lines, reason="纸质签到表", by=SYSTEM)
    client = client_of(cast.secretary)
    headers, rows = table(fetch(client, take(client, "attendance", f"activity={activity.uid}")))
    found = [dict(zip(headers, row, strict=True)) for row in rows]
    assert {(row["姓名"], row["到场情况"], row["签到时间"]) for row in found} == {
        (came.person.name, "到场", "2026年3月14日（星期六）09:00"),
        (excused.person.name, "请假", None),
    }
    assert {row["活动"] for row in found} == {activity.title}
    _headers, rows = table(fetch(client, take(client, "sign-ups", f"activity={activity.uid}")))
    assert {row[1] for row in rows} == {each.person.name for each in (came, excused, silent)}
    assert take(client, "sign-ups", "activity=nonsense").row_count == 0
    outside = client_of(cast.outsider)
    assert take(outside, "attendance", f"activity={activity.uid}").row_count == 0
    assert client_of(cast.city_staff).get("/exports/new/attendance/").status_code == 403
    assert client_of(cast.member).get("/exports/new/attendance/").status_code == 403


def test_activities_leave_with_people_and_times_apart(cast, client_of):
    make_activity(cast.community, cast.committee, themes=["elderly"])
    make_activity(cast.sibling, cast.sibling_committee, title="别处的")
    client = client_of(cast.secretary)
    headers, rows = table(fetch(client, take(client, "activities")))
    row = dict(zip(headers, rows[0], strict=True))
    assert len(rows) == 1
    assert (row["活动名称"], row["报名人数（人）"], row["到场党员（人）"]) == ("清洁家园", 0, 0)


def test_grades_leave_only_with_those_who_may_read_each_form(cast, client_of):
    member = members_of(cast)
    make_feedback(
        member, cast.unit, cast.community, "excellent", facts={"times": 3, "hours": "4.5"}
    )
    client = client_of(cast.unit_secretary)
    headers, rows = table(fetch(client, take(client, "feedbacks")))
    row = dict(zip(headers, rows[0], strict=True))
    assert (row["姓名"], row["评价等次"], row["服务时长（小时）"]) == ("欧阳静", "优秀", 4.5)
    # The liaison acknowledges the delivery and reads no form; totals are all that a city has.
    for post in (cast.liaison, cast.city_staff, cast.member):
        assert client_of(post).get("/exports/new/feedbacks/").status_code == 403
    outside = client_of(cast.outsider)
    assert take(outside, "feedbacks").row_count == 0
