"""The ledger's pages: who sees which rows, who may chase and exempt, counts that equal their lists."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from partybuild.accounts.actors import actor_in
from partybuild.accounts.models import SignedLink
from partybuild.calendar import today
from partybuild.notices.models import Notice
from partybuild.obligations.forms import ObligationFilter
from partybuild.obligations.models import Obligation
from partybuild.obligations.queries import owed_to_me
from partybuild.obligations.services import exempt, pay
from tests.factories.core import SYSTEM, make_unit_organization
from tests.factories.obligations import make_debt

pytestmark = pytest.mark.django_db
LIST = "/obligations/"
CHASE = "/obligations/chase/"


@pytest.fixture
def debts(cast):
    """One debt in each place: the unit's, the sibling community's, the other street's, a person's."""
    sibling_unit = make_unit_organization("新桥小学", cast.sibling)
    return {
        "unit": make_debt(cast.unit, cast.committee, period="2026Q1", due_on=date(2026, 3, 3)),
        "second": make_debt(cast.second_unit, cast.committee, period="2026Q1"),
        "sibling": make_debt(sibling_unit, cast.sibling_committee, period="2026Q1"),
        "other": make_debt(cast.other_unit, cast.other_committee, period="2026Q1"),
        "office": make_debt(cast.committee, cast.street_committee, period="2026Q1"),
        "person": make_debt(
            cast.member.person, cast.committee, duty="test.personal", unit=cast.unit
        ),
    }


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("secretary", {"unit", "second", "office", "person"}),
        ("worker", {"unit", "second", "office", "person"}),
        ("liaison", {"unit", "person"}),
        ("unit_secretary", {"unit", "person"}),
        ("second_liaison", {"second"}),
        ("outsider", {"other"}),
        ("street_staff", {"unit", "second", "sibling", "office", "person"}),
        ("district_staff", {"unit", "second", "sibling", "other", "office", "person"}),
        # Figures about persons stop at totals for the city.
        ("city_staff", {"unit", "second", "sibling", "other", "office"}),
        ("member", {"person"}),
    ],
)
def test_who_sees_which_debts(cast, debts, who, seen):
    rows = Obligation.objects.visible_to(actor_in(getattr(cast, who)).scope)
    assert {name for name, debt in debts.items() if debt in rows} == seen


@pytest.mark.parametrize(
    ("who", "status"), [("secretary", 200), ("liaison", 200), ("outsider", 404)]
)
def test_one_debt_is_found_only_inside_the_scope(cast, debts, client_of, who, status):
    response = client_of(getattr(cast, who)).get(debts["unit"].get_absolute_url())
    assert response.status_code == status


@pytest.mark.parametrize(
    ("who", "status", "asked"),
    [("secretary", 302, 1), ("liaison", 302, 0), ("outsider", 302, 0), ("member", 403, 0)],
)
def test_who_may_chase(cast, debts, client_of, who, status, asked):
    client = client_of(getattr(cast, who))
    response = client.act(CHASE, {"selected": [str(debts["unit"].uid)]})
    assert response.status_code == status
    assert Notice.objects.filter(kind="chase", channel="mail").count() == asked


def test_chasing_all_chases_what_the_list_shows(cast, debts, client_of):
    client = client_of(cast.street_staff)
    client.act(f"{CHASE}?period=2026Q1&whose=all", {"all": "1"})
    chased = set(Notice.objects.filter(kind="chase").values_list("subject_uid", flat=True))
    assert chased == {debts[name].uid for name in ("unit", "second", "sibling", "office")}


def test_a_chase_of_a_foreign_uid_changes_nothing(cast, debts, client_of):
    client = client_of(cast.secretary)
    client.act(CHASE, {"selected": [str(debts["other"].uid), "no uid at all", str(cast.unit.uid)]})
    assert not Notice.objects.exists()


def test_a_chase_sent_twice_is_one_chase(cast, debts, client_of):
    client = client_of(cast.secretary)
    client.act(CHASE, {"selected": [str(debts["unit"].uid)]})
    first = Notice.objects.count()
    client.act(CHASE, {"selected": [str(debts["unit"].uid)]})
    assert Notice.objects.count() == first
    client.act(CHASE, {"selected": [str(debts["unit"].uid)], "again": "1"})
    assert Notice.objects.count() == 2 * first


def test_a_chase_leads_back_here_and_nowhere_else(cast, debts, client_of):
    client = client_of(cast.secretary)
    data = {"selected": [str(debts["unit"].uid)]}
    here = debts["unit"].get_absolute_url()
    assert client.act(CHASE, {**data, "next": here})["Location"] == here
    away = client.act(CHASE, {**data, "next": "https://example.org/"})
    assert away["Location"] == LIST


@pytest.mark.parametrize(
    ("who", "what", "status", "state"),
    [
        ("secretary", "unit", 302, "exempt"),
        ("street_staff", "unit", 302, "exempt"),
        ("worker", "unit", 403, "open"),
        ("liaison", "unit", 403, "open"),
        # A cell marked 2: it asks, its street decides.
        ("unit_secretary", "unit", 302, "open"),
        ("outsider", "unit", 404, "open"),
        ("secretary", "office", 403, "open"),
        ("street_staff", "office", 302, "exempt"),
    ],
)
def test_who_may_exempt(cast, debts, client_of, who, what, status, state):
    client = client_of(getattr(cast, who))
    address = reverse("obligations:obligation-exempt", args=(debts[what].uid,))
    response = client.act(address, {"reason": "停业整顿"})
    debts[what].refresh_from_db()
    assert (response.status_code, debts[what].state) == (status, state)


def test_an_exemption_without_a_reason_is_not_made(cast, debts, client_of):
    client = client_of(cast.secretary)
    address = reverse("obligations:obligation-exempt", args=(debts["unit"].uid,))
    assert client.act(address, {"reason": " "}).status_code == 422
    debts["unit"].refresh_from_db()
    assert debts["unit"].state == "open"


def test_the_worker_sees_no_button_that_would_be_refused(cast, debts, client_of):
    page = client_of(cast.worker).get(debts["unit"].get_absolute_url()).content.decode()
    assert "催办" in page
    assert reverse("obligations:obligation-exempt", args=(debts["unit"].uid,)) not in page


def test_each_state_lists_what_it_counts(cast, debts, clock):
    pay(duty="test.report", bearer=cast.unit, period="2026Q1", by=SYSTEM)
    exempt(debts["second"], reason="停业", by=SYSTEM)
    by = actor_in(cast.street_staff)
    rows = Obligation.objects.visible_to(by.scope)

    def found(state):
        from django.http import QueryDict

        form = ObligationFilter(QueryDict(f"state={state}&period=2026Q1"), rows=rows, by=by)
        return set(form.narrow(rows, day=today()))

    # The unit's was due on the 3rd and filed on the 5th.
    assert found("late") == found("complete") == {debts["unit"]}
    assert found("exempt") == {debts["second"]}
    assert found("") == {debts["sibling"], debts["office"]}
    assert found("expected") == {debts["unit"], debts["sibling"], debts["office"]}
    assert found("all") == found("expected") | found("exempt")
    assert found("nonsense") == set()


def test_a_figure_of_home_equals_its_list(cast, debts, client_of):
    client = client_of(cast.secretary)
    for claim in owed_to_me(actor_in(cast.secretary)):
        query = f"?whose=to_us&duty={claim.duty.key}&period={claim.period}"
        for state, figure in [
            ("", claim.unpaid),
            ("overdue", claim.overdue),
            ("complete", claim.done),
            ("expected", claim.expected),
        ]:
            response = client.get(f"{LIST}{query}&state={state}")
            assert response.context["count"] == figure, (claim, state)


def test_the_copied_text_names_who_still_owes(cast, debts, client_of):
    pay(duty="test.report", bearer=cast.second_unit, period="2026Q1", by=SYSTEM)
    response = client_of(cast.secretary).get(f"{LIST}?duty=test.report&state=expected")
    text = response.context["text"]
    assert "江湾区图书馆：2026年第一季度填报（应于3月3日前办理，已逾期2个工作日）" in text
    assert "江湾供水公司" not in text


def test_what_is_done_on_one_page_is_one_line_of_the_copied_text(cast, client_of):
    for unit in (cast.unit, cast.second_unit):
        make_debt(
            cast.committee,
            cast.street_committee,
            duty="test.together",
            period="2026Q1",
            unit=unit,
            subject=unit,
        )
    text = client_of(cast.street_staff).get(f"{LIST}?duty=test.together").context["text"]
    assert text.count(cast.committee.called) == 1
    assert "2026年第一季度汇总，共2项" in text


def test_a_link_for_the_chat_group_stands_in_the_copied_text(cast, client_of, settings):
    debts = [
        make_debt(unit, cast.committee, duty="test.answer", subject=cast.committee)
        for unit in (cast.unit, cast.second_unit)
    ]
    client, address = client_of(cast.secretary), f"{LIST}?duty=test.answer"
    before = client.get(address)
    assert before.context["linkable"] == debts[0]
    make = reverse("obligations:obligation-link", args=(debts[0].uid,))
    assert client_of(cast.outsider).act(make).status_code == 404
    assert client_of(cast.liaison).act(make).status_code == 403
    assert SignedLink.objects.count() == 0
    client.act(make)
    client.act(make)
    assert SignedLink.objects.get().organization is None
    after = client.get(address)
    assert f"{settings.BASE_URL}/l/" in after.context["text"]
    assert after.context["linkable"] is None


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_as_much_for_three_rows_as_for_one(
    cast, client_of, rows, django_assert_num_queries
):
    for number in range(rows):
        unit = make_unit_organization(f"单位{number}", cast.community, contact_phone="057400000000")
        make_debt(unit, cast.committee, duty="test.answer", subject=cast.committee, period="2026Q1")
    client = client_of(cast.secretary)
    client.get(LIST)
    with django_assert_num_queries(20):
        response = client.get(LIST)
    assert len(response.context["lines"]) == rows


@pytest.mark.parametrize("rows", [1, 3])
def test_one_debt_with_three_reminders_asks_as_much_as_with_one(
    cast, debts, client_of, rows, django_assert_num_queries
):
    client = client_of(cast.secretary)
    for _each in range(rows):
        client.act(CHASE, {"selected": [str(debts["unit"].uid)], "again": "1"})
    with django_assert_num_queries(19):
        client.get(debts["unit"].get_absolute_url())


def test_nobody_signed_in_is_sent_to_sign_in(client, debts):
    assert client.get(LIST).status_code == 302
    assert client.get(debts["unit"].get_absolute_url()).status_code == 302


def test_an_administrator_sees_no_ledger(cast, debts, client_of):
    from partybuild.access import Role
    from tests.factories.core import make_post

    client = client_of(make_post(Role.SYSTEM_ADMIN, name="系统甲"))
    assert client.get(LIST).status_code == 403
    assert client.get(debts["unit"].get_absolute_url()).status_code == 403


def test_the_page_says_what_was_sent_and_what_comes_next(cast, debts, client_of):
    client = client_of(cast.secretary)
    client.act(CHASE, {"selected": [str(debts["unit"].uid)]})
    page = client.get(debts["unit"].get_absolute_url()).content.decode()
    for word in ("提醒安排", "人工催办", "下一次", "逾期第1次", "报上级党组织"):
        assert word in page


@pytest.mark.parametrize(
    ("who", "status"), [("secretary", 200), ("liaison", 403), ("outsider", 200)]
)
def test_the_rules_are_read_by_those_who_see_parameters(cast, client_of, who, status):
    page = client_of(getattr(cast, who)).get("/obligations/rules/")
    assert page.status_code == status
    assert ("逾期后每3个工作日一次，最多3次" in page.content.decode()) == (status == 200)


def test_an_exemption_of_a_person_asks_for_no_private_matter(cast, client_of, debts):
    own = make_debt(cast.member.person, cast.unit, duty="report_in.first", area=cast.community)
    client = client_of(cast.street_staff)
    asked = [
        client.get(reverse("obligations:obligation-exempt", args=(debt.uid,))).content.decode()
        for debt in (own, debts["unit"])
    ]
    assert ["个人隐私" in page for page in asked] == [True, False]
