"""Part-time members through the pages: who may take which step; each test looks at the row."""

from datetime import timedelta

import pytest
from django.urls import reverse

from meetings.models import PartTimeMember, PartTimeObjection, PartTimeReport
from meetings.services import account_for_year, record_objection
from partybuild.access import Role
from partybuild.approvals.models import Approval
from partybuild.calendar import today
from tests.factories.core import SYSTEM, make_post
from tests.factories.meetings import make_part_time

pytestmark = pytest.mark.django_db


def _url(name, target):
    return reverse(f"meetings:{name}", args=(target.uid,))


# step: (state before, data, state after, who may; all others of the cast may not)
STEPS = {
    "part-time-change": (
        "proposed",
        {"unit_post": "馆长", "title": "兼职委员", "version": "1"},
        "proposed",
        {"secretary", "street_staff"},
    ),
    "part-time-select": (
        "proposed",
        {"selected_on": "2026-03-04", "selection": "党委会研究同意"},
        "selected",
        {"secretary", "street_staff"},
    ),
    "part-time-submit": ("selected", {}, "reported", {"secretary", "street_staff"}),
    "part-time-approve": ("reported", {"number": "望〔2026〕5号"}, "approved", {"district_staff"}),
    "part-time-return": (
        "reported",
        {"reason": "材料不全"},
        "selected",
        {"district_staff", "street_staff"},
    ),
    "part-time-publish": (
        "approved",
        {"published_on": "2026-03-05", "published_at": "公示栏"},
        "published",
        {"secretary", "street_staff", "district_staff"},
    ),
    "part-time-object": (
        "published",
        {"said_on": "2026-03-05", "text": "长期不在本地"},
        "published",
        {"secretary", "street_staff", "district_staff"},
    ),
    "part-time-appoint": (
        "published",
        {"term_from": "2026-03-05", "term_to": "2029-03-04", "division": "联系小区"},
        "appointed",
        {"secretary", "street_staff", "district_staff"},
    ),
    "part-time-drop": (
        "published",
        {"reason": "本人不愿意"},
        "dropped",
        {"secretary", "street_staff", "district_staff"},
    ),
    "part-time-renew": (
        "appointed",
        {"term_to": "2033-03-04", "division": "联系小区"},
        "renewed",
        {"secretary", "street_staff", "district_staff"},
    ),
    "part-time-end": (
        "appointed",
        {"kind": "transferred", "reason": "调离"},
        "ended",
        {"secretary", "street_staff", "district_staff"},
    ),
}
OTHERS = ("outsider", "other_street_staff", "worker", "unit_secretary", "liaison", "member")


@pytest.mark.parametrize("step", STEPS)
def test_step_is_taken_by_those_who_may_and_by_nobody_else(cast, council, client_of, step):
    before, data, after, allowed = STEPS[step]
    member = make_part_time(council, cast.unit, state=before)
    version = member.version
    for who in OTHERS:
        response = client_of(getattr(cast, who)).act(_url(step, member), data)
        assert response.status_code in {403, 404}, who
        member.refresh_from_db()
        assert (member.state, member.version) == (before, version), who
    for number, who in enumerate(sorted(allowed)):
        row = member if not number else make_part_time(council, cast.second_unit, state=before)
        client = client_of(getattr(cast, who))
        if step != "part-time-submit":
            assert client.get(_url(step, row)).status_code == 200, who
        version = {"version": str(row.version)} if "version" in data else {}
        response = client.act(_url(step, row), {**data, **version})
        assert response.status_code == 302, (who, response.content.decode()[:3000])
        row.refresh_from_db()
        assert row.state == after, who


def test_renewing_leads_to_the_new_term(cast, council, client_of):
    member = make_part_time(council, cast.unit, state="appointed")
    data = {"term_to": "2033-03-04", "division": "联系小区"}
    response = client_of(cast.secretary).act(_url("part-time-renew", member), data)
    assert response.url == PartTimeMember.objects.get(earlier=member).get_absolute_url()


def test_proposing_through_the_pages(cast, council, client_of):
    url = reverse("meetings:part-time-create", args=(council.uid,)) + f"?unit={cast.unit.uid}"
    data = {"name": "孙新", "unit_post": "馆长", "title": "兼职委员", "person": ""}
    for who, status in (("outsider", 404), ("worker", 403), ("liaison", 403), ("secretary", 302)):
        assert not PartTimeMember.objects.exists()
        assert client_of(getattr(cast, who)).act(url, data).status_code == status
    member = PartTimeMember.objects.get()
    assert (member.person.name, member.organization_id) == ("孙新", cast.unit.pk)


def test_known_people_of_the_unit_are_offered_and_nobody_elses(cast, council, client_of):
    url = reverse("meetings:part-time-create", args=(council.uid,)) + f"?unit={cast.unit.uid}"
    client = client_of(cast.secretary)
    page = client.get(url).content.decode()
    assert cast.liaison.person.name in page
    assert cast.second_liaison.person.name not in page
    stranger = {"person": str(cast.other_liaison.person.uid), "unit_post": "x", "title": "委员"}
    assert client.act(url, stranger).status_code == 422
    known = {**stranger, "person": str(cast.liaison.person.uid)}
    assert client.act(url, known).status_code == 302
    assert PartTimeMember.objects.get().person == cast.liaison.person
    elsewhere = reverse("meetings:part-time-create", args=(council.uid,))
    assert client.get(f"{elsewhere}?unit={cast.other_unit.uid}").status_code == 200
    assert client.act(f"{elsewhere}?unit={cast.other_unit.uid}", known).status_code != 302


def test_street_approves_with_a_second_person(cast, council, client_of):
    member = make_part_time(council, cast.unit, state="reported")
    data = {"number": "望江党工委〔2026〕5号", "reason": "符合条件"}
    assert (
        client_of(cast.street_staff).act(_url("part-time-approve", member), data).status_code == 302
    )
    member.refresh_from_db()
    assert member.state == "reported"
    approval = Approval.objects.get()
    own = client_of(cast.street_staff).act(
        reverse("approvals:approval-decide", args=(approval.uid,)), {"decision": "approve"}
    )
    assert own.status_code in {403, 404, 422}
    second = make_post(Role.COMMITTEE, cast.street_committee, name="街道工作人员丙")
    page = client_of(second).get(approval.get_absolute_url()).content.decode()
    assert "钱兼职" in page
    client_of(second).act(
        reverse("approvals:approval-decide", args=(approval.uid,)),
        {"decision": "approve", "opinion": "同意"},
    )
    member.refresh_from_db()
    assert (member.state, member.approval_number) == ("approved", "望江党工委〔2026〕5号")


def test_member_reports_on_the_own_work_and_nobody_for_them_but_the_committee(
    cast, council, client_of
):
    member = make_part_time(council, cast.unit, person=cast.liaison.person)
    url = _url("part-time-account", member)
    for who in ("unit_secretary", "second_liaison", "worker", "outsider", "member"):
        assert client_of(getattr(cast, who)).act(
            url, {"year": "2026", "text": "替人写"}
        ).status_code in {403, 404}
        assert not PartTimeReport.objects.exists()
    assert client_of(cast.liaison).act(url, {"year": "2026", "text": "参会四次"}).status_code == 302
    report = PartTimeReport.objects.get()
    assert (report.text, report.via) == ("参会四次", "post")
    evaluate = reverse("meetings:report-evaluate", args=(report.uid,))
    for who, status in (("liaison", 403), ("worker", 403), ("outsider", 404), ("secretary", 302)):
        report.refresh_from_db()
        assert report.evaluated_on is None
        assert (
            client_of(getattr(cast, who)).act(evaluate, {"evaluation": "履职认真"}).status_code
            == status
        )
    report.refresh_from_db()
    assert report.evaluation == "履职认真"


def test_committee_enters_a_paper_report(cast, council, client_of):
    member = make_part_time(council, cast.unit)
    data = {"year": "2026", "text": "纸质述职", "channel": "paper"}
    assert client_of(cast.secretary).act(_url("part-time-account", member), data).status_code == 302
    assert PartTimeReport.objects.get().via == "proxy"


def test_objections_are_the_committees_alone(cast, council, client_of):
    member = make_part_time(council, cast.unit, state="published", person=cast.liaison.person)
    objection = record_objection(
        member, said_on=today(), text="长期不在本地", sayer_name="李群众", by=SYSTEM
    )
    detail = member.get_absolute_url()
    assert "李群众" in client_of(cast.secretary).get(detail).content.decode()
    for who in ("liaison", "unit_secretary", "second_liaison"):
        page = client_of(getattr(cast, who)).get(detail)
        assert page.status_code == 200
        assert "李群众" not in page.content.decode()
        assert "长期不在本地" not in page.content.decode()
    settle = reverse("meetings:objection-settle", args=(objection.uid,))
    data = {"is_upheld": "no", "finding": "已核实"}
    for who, status in (("liaison", 404), ("worker", 403), ("outsider", 404), ("secretary", 302)):
        assert PartTimeObjection.objects.get().settled_on is None
        assert client_of(getattr(cast, who)).act(settle, data).status_code == status
    assert PartTimeObjection.objects.get().settled_on == today()


def test_fellow_members_see_who_is_published_and_not_who_is_proposed(cast, council, client_of):
    proposed = make_part_time(council, cast.unit, state="reported")
    appointed = make_part_time(council, cast.unit)
    client = client_of(cast.second_liaison)
    assert client.get(proposed.get_absolute_url()).status_code == 404
    assert client.get(appointed.get_absolute_url()).status_code == 200
    listed = client.get(reverse("meetings:part-time-list", args=(council.uid,))).content.decode()
    assert appointed.get_absolute_url() in listed
    assert proposed.get_absolute_url() not in listed
    assert client_of(cast.other_liaison).get(appointed.get_absolute_url()).status_code == 404
    own = client_of(cast.liaison)
    assert own.get(proposed.get_absolute_url()).status_code == 200


def test_person_sees_the_own_term_as_a_member(cast, council, client_of):
    member = make_part_time(council, cast.unit, person=cast.member.person)
    account_for_year(member, year=2026, text="参会", by=SYSTEM, channel="paper")
    assert client_of(cast.member).get(member.get_absolute_url()).status_code == 200
    assert (
        client_of(cast.member)
        .act(_url("part-time-account", member), {"year": "2026", "text": "补充"})
        .status_code
        == 302
    )
    assert PartTimeReport.objects.get().text == "补充"


def test_city_is_sent_no_name(cast, council, client_of):
    member = make_part_time(council, cast.unit)
    for path in (
        member.get_absolute_url(),
        reverse("meetings:part-time-list", args=(council.uid,)),
    ):
        page = client_of(cast.city_staff).get(path)
        assert page.status_code == 200
        assert "钱兼职" not in page.content.decode()
        assert cast.unit.name in page.content.decode()


@pytest.mark.parametrize(
    "state", ["proposed", "selected", "reported", "approved", "published", "appointed"]
)
@pytest.mark.parametrize("who", ["secretary", "street_staff", "district_staff", "liaison"])
def test_page_is_drawn_at_every_step(cast, council, client_of, state, who):
    member = make_part_time(council, cast.unit, state=state)
    page = client_of(getattr(cast, who)).get(member.get_absolute_url())
    assert page.status_code == 200


def test_list_costs_the_same_for_one_and_three(cast, council, client_of, django_assert_num_queries):
    client = client_of(cast.secretary)
    url = reverse("meetings:part-time-list", args=(council.uid,))
    make_part_time(council, cast.unit)
    client.get(url)
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as one:
        client.get(url)
    make_part_time(council, cast.unit)
    make_part_time(council, cast.unit, state="reported")
    with CaptureQueriesContext(connection) as three:
        client.get(url)
    assert len(one) == len(three)


def test_term_that_is_over_is_shown_ahead(cast, council, client_of):
    soon = make_part_time(
        council, cast.unit, term_from=today() - timedelta(days=700), term_to=today() + timedelta(30)
    )
    page = client_of(cast.secretary).get(reverse("meetings:part-time-list", args=(council.uid,)))
    assert "还有30天届满" in page.content.decode()
    PartTimeMember.objects.filter(pk=soon.pk).update(term_to=today() - timedelta(days=1))
    page = client_of(cast.secretary).get(soon.get_absolute_url()).content.decode()
    assert "届满，请办理续聘或离任" in page
