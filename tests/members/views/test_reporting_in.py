"""Letters, codes, links, moves, renewals, units' report-ins and registers on their pages."""

from __future__ import annotations

import re
from datetime import date
from html import unescape
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from members.models import (
    PartyMember,
    RecommendationLetter,
    Renewal,
    ReportIn,
    UnitReportIn,
)
from members.queries.letters import standing_link
from members.services import issue_letter, renew_report_in, submit_report_in
from partybuild.access import Role
from partybuild.accounts.actors import actor_in
from partybuild.accounts.links import link_url
from partybuild.accounts.models import SignInTry
from partybuild.areas.services import set_parameter
from partybuild.audit.models import Event
from partybuild.obligations.models import Obligation
from partybuild.obligations.services import exempt, open_duties
from tests.factories.core import SYSTEM, make_post
from tests.factories.members import make_member, make_report_in, make_unit_report_in

pytestmark = pytest.mark.django_db


def _url(name: str, *args: Any) -> str:
    return reverse(f"members:{name}", args=args)


def _path_of(letter: RecommendationLetter) -> str:
    link = standing_link(letter)
    assert link is not None
    return link_url(link).removeprefix(settings.BASE_URL)


@pytest.fixture
def letter(world, clock):
    """An open letter for the member who has not reported in."""
    clock(2026, 3, 5, 9)
    return issue_letter(world.d, unit=world.cast.unit, by=actor_in(world.cast.liaison))


def test_who_may_write_letters(world, client_of):
    """The unit may; the unit's neighbor sees nobody of it; a community writes none."""
    picked = {"selected": [str(world.d.uid)], "valid_until": "2026-03-30"}
    answers = {
        post: client_of(getattr(world.cast, post)).act(_url("letters-issue"), picked).status_code
        for post in ("other_liaison", "secretary")
    }
    assert answers == {"other_liaison": 422, "secretary": 403}
    assert not RecommendationLetter.objects.exists()
    client_of(world.cast.liaison).act(_url("letters-issue"), picked)
    letter = RecommendationLetter.objects.get()
    assert (letter.member, letter.valid_until) == (world.d, date(2026, 3, 30))


def test_a_letter_is_seen_by_unit_and_member_and_by_the_community_once_it_is_used(
    world, letter, client_of
):
    own = make_post(Role.MEMBER, person=world.d.person)
    posts = [world.cast.liaison, own, world.cast.secretary, world.cast.other_liaison]

    def seen():
        page = _url("letter-detail", letter.uid)
        return [client_of(post).get(page).status_code for post in posts]

    assert seen() == [200, 200, 404, 404]
    make_report_in(world.d, world.cast.community)
    assert seen() == [200, 200, 200, 404]


def test_the_code_stands_for_unit_and_member_alone_while_it_can_be_used(world, letter, client_of):
    page = _url("letter-detail", letter.uid)
    assert letter.code_shown in client_of(world.cast.liaison).get(page).content.decode()
    make_report_in(world.d, world.cast.community)
    for post in (world.cast.liaison, world.cast.secretary):
        text = client_of(post).get(page).content.decode()
        assert letter.code_shown not in text
        assert letter.code not in text


def test_a_refused_letter_form_comes_back_filled_in(world, clock, client_of):
    clock(2026, 3, 5, 9)
    page = client_of(world.cast.liaison).act(
        _url("letter-issue", world.d.uid), {"valid_until": "2026-02-01"}
    )
    assert page.status_code == 422
    assert page.context["form"].errors["valid_until"] == ["有效期请填今天到一年以内的日期。"]
    assert page.context["form"]["valid_until"].value() == "2026-02-01"


def test_the_list_of_who_has_not_reported_in_is_the_units_alone(world, client_of):
    page = client_of(world.cast.liaison).get(_url("unreported-list"))
    assert [row["job"].member for row in page.context["rows"]] == [world.d]
    assert client_of(world.cast.secretary).get(_url("unreported-list")).status_code == 403
    assert client_of(world.cast.street_staff).get(_url("unreported-list")).status_code == 403


def test_a_code_leads_to_the_letters_page_however_it_is_typed(letter):
    answer = Client().post(_url("letter-open"), {"code": f"{letter.code_shown.lower()} "})
    assert answer.status_code == 302
    assert answer["Location"].endswith(_path_of(letter))
    assert not SignInTry.objects.exists()


def test_codes_cannot_be_guessed(letter):
    client = Client()
    for _each in range(40):
        answer = client.post(_url("letter-open"), {"code": "AAAA-2222"})
        assert answer.status_code == 422
        if "次数太多" in answer.content.decode():
            break
    else:
        pytest.fail("forty wrong codes were looked up")
    locked = client.post(_url("letter-open"), {"code": letter.code})
    assert locked.status_code == 422


def test_the_link_shows_masks_and_reports_in_with_one_choice(world, letter):
    PartyMember.objects.filter(pk=world.d.pk).update(home_building="望江苑9幢", skills="律师")
    client, path = Client(), _path_of(letter)
    text = client.get(path).content.decode()
    for secret in ("戴四", world.d.person.phone, "望江苑9幢", "律师", world.d.person.id_number):
        assert secret not in text
    assert "戴**" in text or "戴*" in text
    answer = client.post(path, {"community": str(world.cast.community.uid)})
    assert answer.status_code == 302
    report_in = ReportIn.objects.get(member=world.d)
    assert (report_in.state, report_in.building, report_in.skills, report_in.channel) == (
        "submitted",
        "望江苑9幢",
        "律师",
        "",
    )
    letter.refresh_from_db()
    assert letter.report_in == report_in
    assert "已提交报到" in client.get(path).content.decode()


def test_the_link_keeps_what_is_new(world, letter):
    words = {"community": str(world.cast.community.uid), "phone": "13900009999"}
    Client().post(_path_of(letter), words)
    world.d.refresh_from_db()
    assert world.d.person.phone == "13900009999"
    assert world.d.home_area == world.cast.community


def test_the_desk_enters_from_the_code(world, letter, client_of):
    desk = client_of(world.cast.worker)
    shown = desk.act(_url("desk-letter"), {"code": letter.code_shown})
    assert shown.status_code == 200
    assert not ReportIn.objects.filter(member=world.d).exists()
    desk.act(_url("desk-letter"), {"code": letter.code_shown, "channel": "paper"})
    report_in = ReportIn.objects.get(member=world.d)
    assert (report_in.channel, report_in.community) == ("paper", world.cast.community)


def test_the_desk_learns_nothing_of_a_wrong_code(world, letter, client_of):
    answer = client_of(world.cast.worker).act(_url("desk-letter"), {"code": "ZZZZ-9999"})
    assert answer.status_code == 422
    assert "戴四" not in answer.content.decode()


def test_who_may_pass_on(world, client_of):
    member = make_member(world.cast.unit)
    from members.services import submit_report_in
    from tests.factories.core import SYSTEM

    report_in = submit_report_in(member, community=world.cast.community, by=SYSTEM)
    words = {"community": str(world.cast.sibling.uid), "note": "住在那里"}
    answers = {
        post: client_of(getattr(world.cast, post))
        .act(_url("report-in-pass-on", report_in.uid), words)
        .status_code
        for post in ("outsider", "liaison")
    }
    assert answers == {"outsider": 404, "liaison": 403}
    report_in.refresh_from_db()
    assert report_in.state == "submitted"
    client_of(world.cast.secretary).act(_url("report-in-pass-on", report_in.uid), words)
    assert ReportIn.objects.get(passed_from=report_in).community == world.cast.sibling


def test_a_member_moves_and_renews_on_their_own_page(world, clock, client_of):
    clock(2026, 3, 5, 9)
    ReportIn.objects.filter(pk=world.report_in.pk).update(
        submitted_on=date(2025, 5, 1), decided_on=date(2025, 5, 1)
    )
    member = client_of(world.member_post)
    member.act(_url("my-report-in-renew", world.report_in.uid), {})
    assert Renewal.objects.get().period == "2026"
    member.act(
        _url("report-in-move", world.report_in.uid), {"community": str(world.cast.sibling.uid)}
    )
    moved = ReportIn.objects.get(replaces=world.report_in)
    assert (moved.community, moved.channel) == (world.cast.sibling, "")
    assert "正在转到" in member.get(_url("my-report-in")).content.decode()


def test_nobody_says_of_themselves_that_they_have_died(world, client_of):
    def reasons(post):
        page = client_of(post).get(world.report_in.get_absolute_url())
        return {key for key, _word in page.context["end_form"].fields["reason"].choices}

    assert reasons(world.cast.secretary) - reasons(world.member_post) == {"died"}
    client_of(world.member_post).act(
        _url("report-in-end", world.report_in.uid), {"reason": "died", "note": ""}
    )
    world.report_in.refresh_from_db()
    assert world.report_in.state == "confirmed"


def test_the_community_renews_by_proxy_and_says_how_it_heard(world, clock, client_of):
    clock(2026, 3, 5, 9)
    ReportIn.objects.filter(pk=world.report_in.pk).update(
        submitted_on=date(2025, 5, 1), decided_on=date(2025, 5, 1)
    )
    path = _url("report-in-renew", world.report_in.uid)
    assert client_of(world.cast.outsider).act(path, {"channel": "phone"}).status_code == 404
    assert client_of(world.cast.worker).act(path, {}).status_code == 422
    assert not Renewal.objects.exists()
    client_of(world.cast.worker).act(path, {"channel": "phone"})
    assert Renewal.objects.get().channel == "phone"


def test_a_unit_reports_in_and_the_community_takes_it_in(world, client_of):
    cast = world.cast
    liaison = client_of(cast.liaison)
    form = liaison.get(_url("unit-report-in-create")).context["form"]
    words = {
        name: form.initial.get(name, "")
        for name in form.fields
        if name not in {"community", "services"}
    }
    words |= {
        "community": str(cast.community.uid),
        "address": "望江路1号",
        "head_name": "王负责",
        "contact_name": "李联络",
        "contact_phone": "0571-88886666",
        "members_total": "12",
    }
    assert liaison.act(_url("unit-report-in-create"), words).status_code == 302
    report_in = UnitReportIn.objects.get()
    page = _url("unit-report-in-detail", report_in.uid)
    seen = [client_of(post).get(page).status_code for post in (cast.liaison, cast.secretary)]
    hidden = [client_of(post).get(page).status_code for post in (cast.outsider, cast.other_liaison)]
    assert (seen, hidden) == ([200, 200], [404, 404])
    confirm = _url("unit-report-in-confirm", report_in.uid)
    assert client_of(cast.liaison).act(confirm, {"opinion": "同意"}).status_code == 403
    client_of(cast.secretary).act(confirm, {"opinion": "同意"})
    report_in.refresh_from_db()
    assert report_in.state == "confirmed"
    assert report_in.receipt_number in liaison.get(page).content.decode()


def test_a_refused_unit_form_comes_back_filled_in(world, client_of):
    answer = client_of(world.cast.liaison).act(
        _url("unit-report-in-create"), {"head_name": "王负责", "contact_phone": "1"}
    )
    assert answer.status_code == 422
    assert answer.context["form"]["head_name"].value() == "王负责"
    assert "contact_phone" in answer.context["form"].errors


def test_registers_count_what_their_lists_show(world, client_of):
    from members.enums import MemberCategory

    PartyMember.objects.filter(pk=world.b.pk).update(category=MemberCategory.RETIRED, skills="书法")
    client = client_of(world.cast.secretary)
    registers = client.get(_url("register-list")).context["registers"]
    counts = {register.key: register.count for register in registers}
    assert counts == {
        "in_service": 2,
        "retired": 1,
        "floating": 0,
        "direct": 0,
        "skilled": 1,
    }
    for key, count in counts.items():
        page = client.get(_url("member-list"), {"register": key})
        assert (key, page.context["count"]) == (key, count)


@pytest.mark.parametrize("name", ["letter-list", "unreported-list", "unit-report-in-list"])
def test_lists_cost_the_same_with_one_row_and_with_three(
    world, clock, client_of, name, django_assert_max_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    cast = world.cast
    client = client_of(cast.liaison)
    issue_letter(world.d, unit=cast.unit, by=actor_in(cast.liaison))
    make_unit_report_in(cast.unit, cast.community)
    client.get(_url(name))
    with CaptureQueriesContext(connection) as one:
        client.get(_url(name))
    for _each in range(2):
        member = make_member(cast.unit)
        issue_letter(member, unit=cast.unit, by=actor_in(cast.liaison))
    make_unit_report_in(cast.unit, cast.sibling)
    make_unit_report_in(cast.unit, cast.other_community)
    with CaptureQueriesContext(connection) as three:
        client.get(_url(name))
    assert len(three) == len(one)


@pytest.fixture
def renewing(cast, clock):
    """Three who reported in last year and are to say so again this year; one did so by themselves."""
    clock(2025, 6, 2)
    members = [make_member(cast.unit, name=name) for name in ("甲一", "乙二", "丙三")]
    rows = [make_report_in(each, cast.community, on=date(2025, 6, 2)) for each in members]
    clock(2026, 3, 5)
    set_parameter(cast.street, key="report_in.renewal", value="yearly", by=SYSTEM)
    renew_report_in(rows[2], by=SYSTEM)
    return rows


def test_a_list_of_renewals_is_entered_in_one_press_with_how_it_was_heard(
    cast, client_of, renewing
):
    desk = client_of(cast.secretary)
    page = desk.get("/members/renewals/").content.decode()
    assert [name in page for name in ("甲一", "乙二", "丙三")] == [True, True, False]
    assert "丙三" not in desk.get("/members/renewals/?q=乙").content.decode()
    # Nobody picked: the page comes back and says so; nothing is entered.
    refused = desk.act("/members/renewals/enter/", {"channel": "paper", "note": "支部名单"})
    assert refused.status_code == 422
    assert "请先勾选" in refused.content.decode()
    assert "支部名单" in refused.content.decode()
    refused = desk.act("/members/renewals/enter/", {"selected": [str(renewing[0].uid)]})
    assert refused.status_code == 422
    assert Renewal.objects.count() == 1
    picked = [str(each.uid) for each in renewing]
    said = {"selected": picked, "channel": "paper", "note": "支部名单"}
    answer = desk.act("/members/renewals/enter/", said, follow=True).content.decode()
    assert "已代录2人续报" in answer
    assert "丙三：" in answer
    assert set(Renewal.objects.values_list("report_in", "channel")) == {
        (renewing[0].pk, "paper"),
        (renewing[1].pk, "paper"),
        (renewing[2].pk, ""),
    }
    assert "都已续报" in desk.get("/members/renewals/").content.decode()


def test_the_list_of_renewals_says_by_when_and_whom_to_call(cast, client_of, renewing):
    desk = client_of(cast.secretary)
    page = desk.get("/members/renewals/").content.decode()
    assert "2026年的续报，2026年12月31日（星期四）截止" in page
    # Going back must not leave the picks of another list on these rows.
    assert page.count('name="selected"') == page.count('autocomplete="off" data-row') + 2
    called = desk.act(
        "/members/call-list/",
        {"title": "联系续报", "selected": [str(each.member.uid) for each in renewing[:2]]},
    ).content.decode()
    assert [name in called for name in ("甲一", "乙二", "丙三")] == [True, True, False]


def test_looking_for_a_community_says_what_was_found(world, client_of):
    client = client_of(world.cast.liaison)
    page = client.get(_url("unit-report-in-create"), {"find": "没有这个"}).content.decode()
    assert "没有名称含“没有这个”的社区或街道" in page
    name = world.cast.other_community.name
    page = client.get(_url("unit-report-in-create"), {"find": name}).content.decode()
    assert "找到下面这些" in page
    assert f"{world.cast.other_community.parent.name} {name}" in page


def test_others_enter_no_renewals_here(cast, client_of, renewing):
    said = {"selected": [str(renewing[0].uid)], "channel": "paper"}
    assert client_of(cast.outsider).act("/members/renewals/enter/", said).status_code == 422
    for post in (cast.liaison, cast.street_staff):
        assert client_of(post).get("/members/renewals/").status_code == 403
        assert client_of(post).act("/members/renewals/enter/", said).status_code == 403
    own = client_of(make_post(Role.MEMBER, person=renewing[0].member.person))
    assert own.act("/members/renewals/enter/", said).status_code == 404
    assert Renewal.objects.count() == 1


def test_the_list_of_renewals_asks_as_much_for_three_as_for_one(cast, client_of, renewing):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    desk = client_of(cast.secretary)
    desk.get("/members/renewals/")

    def count():
        with CaptureQueriesContext(connection) as queries:
            desk.get("/members/renewals/")
        return len(queries)

    several = count()
    renew_report_in(renewing[0], by=SYSTEM)
    assert count() == several


def test_who_is_exempted_is_counted_apart_and_found_in_the_ledger(world, clock, client_of, system):
    clock(2026, 3, 5, 9)
    open_duties(on=date(2026, 3, 5), by=system)
    exempt(Obligation.objects.get(duty="report_in.first"), reason="长期病休", by=system)
    page = client_of(world.cast.liaison).get(_url("unreported-list"))
    assert (page.context["count"], page.context["exempted"]) == (0, 1)
    assert "另有1人已免除报到" in page.text
    link = re.search(r'href="(/obligations/\?[^"]*state=exempt[^"]*)"', page.text)
    assert link is not None
    listed = client_of(world.cast.liaison).get(unescape(link[1]))
    assert world.d.person.name in listed.text


def test_where_a_second_community_is_allowed_the_member_reports_in_there_too(world, client_of):
    own = client_of(world.member_post)
    text = own.get(_url("my-report-in")).content.decode()
    assert "再到一个社区报到" not in text
    set_parameter(world.cast.street, key="report_in.max_communities", value=2, by=SYSTEM)
    text = own.get(_url("my-report-in")).content.decode()
    assert "再到一个社区报到" in text
    assert f'value="{world.cast.community.uid}"' not in text
    words = {"community": str(world.cast.sibling.uid)}
    assert own.act(_url("my-report-in-submit"), words).status_code == 302
    rows = ReportIn.objects.filter(member=world.a).order_by("pk")
    assert list(rows.values_list("community", "state")) == [
        (world.cast.community.pk, "confirmed"),
        (world.cast.sibling.pk, "submitted"),
    ]
    text = own.get(_url("my-report-in")).content.decode()
    assert "再到一个社区报到" not in text


def test_where_one_lives_stays_where_one_works_as_well(world, client_of):
    PartyMember.objects.filter(pk=world.a.pk).update(home_area=world.cast.community)
    set_parameter(world.cast.street, key="report_in.max_communities", value=2, by=SYSTEM)
    words = {"community": str(world.cast.sibling.uid)}
    client_of(world.member_post).act(_url("my-report-in-submit"), words)
    world.a.refresh_from_db()
    assert world.a.home_area == world.cast.community


def test_a_second_letter_leads_to_the_second_community(world, clock):
    clock(2026, 3, 5, 9)
    letter = issue_letter(world.a, unit=world.cast.unit, by=actor_in(world.cast.liaison))
    client, path = Client(), _path_of(letter)
    assert 'name="community"' not in client.get(path).content.decode()
    set_parameter(world.cast.street, key="report_in.max_communities", value=2, by=SYSTEM)
    assert 'name="community"' in client.get(path).content.decode()
    client.post(path, {"community": str(world.cast.sibling.uid)})
    assert ReportIn.objects.active().filter(member=world.a).count() == 2


def test_a_refused_list_of_letters_comes_back_with_its_ticks(world, clock, client_of):
    clock(2026, 3, 5, 9)
    liaison = client_of(world.cast.liaison)
    words = {"selected": [str(world.d.uid)], "valid_until": "2026-01-01"}
    answer = liaison.act(_url("letters-issue"), words)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert re.search(rf'value="{world.d.uid}"[^>]*checked', text)
    assert "有效期请填今天到一年以内的日期。" in text
    answer = liaison.act(_url("letters-issue"), {"valid_until": "2026-03-30"})
    assert (answer.status_code, "请先勾选" in answer.content.decode()) == (422, True)
    assert not RecommendationLetter.objects.exists()


def test_who_was_sent_back_reads_why_and_chooses_anew(world, letter, client_of):
    client, path = Client(), _path_of(letter)
    client.post(path, {"community": str(world.cast.community.uid)})
    report_in = ReportIn.objects.get(member=world.d)
    words = {"reason": "居住地不在本社区"}
    client_of(world.cast.secretary).act(_url("report-in-return", report_in.uid), words)
    own = client_of(make_post(Role.MEMBER, person=world.d.person))
    for text in (
        client.get(path).content.decode(),
        own.get(_url("my-report-in")).content.decode(),
    ):
        assert "居住地不在本社区" in text
        assert not re.search(rf'value="{world.cast.community.uid}"[^>]*selected', text)
    unit = client_of(world.cast.liaison).get(_url("unreported-list")).content.decode()
    assert f"{world.cast.community.name}退回：居住地不在本社区" in unit


def test_the_number_of_who_reported_in_is_shown_to_who_decides_and_noted(world, letter, client_of):
    Client().post(_path_of(letter), {"community": str(world.cast.community.uid)})
    report_in = ReportIn.objects.get(member=world.d)
    phone, url = world.d.person.phone, _url("report-in-phone", report_in.uid)
    page = client_of(world.cast.secretary).get(report_in.get_absolute_url()).content.decode()
    assert (phone in page, world.d.person.masked_phone in page) == (False, True)
    answers = {
        who: client_of(getattr(world.cast, who)).act(url).status_code
        for who in ("outsider", "other_liaison")
    }
    assert answers == {"outsider": 404, "other_liaison": 404}
    assert not Event.objects.filter(kind="member.phone_shown").exists()
    assert phone in client_of(world.cast.secretary).act(url).content.decode()
    assert Event.objects.get(kind="member.phone_shown").about == [world.d.person_id]


def test_the_desk_learns_no_number_of_whom_it_entered(world, client_of):
    report_in = submit_report_in(
        world.d, community=world.cast.community, channel="in_person", by=SYSTEM
    )
    secretary = client_of(world.cast.secretary)
    assert "显示号码" not in secretary.get(report_in.get_absolute_url()).content.decode()
    assert secretary.act(_url("report-in-phone", report_in.uid)).status_code == 404
