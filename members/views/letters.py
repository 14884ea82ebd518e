"""Letters of recommendation, who has not reported in, and reporting in by link or code."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from members.enums import ACTIVE_REPORT_IN, LetterState, ReportInState
from members.forms.letters import LetterFilterForm, LetterForm, RevokeForm, UnreportedFilterForm
from members.forms.report_ins import CodeForm, LinkReportInForm, OwnRenewForm
from members.models import Employment, PartyMember, RecommendationLetter, ReportIn
from members.queries.communities import communities_for, community_to_offer
from members.queries.letters import (
    letter_to_use,
    letter_with_code,
    open_letters,
    standing_link,
)
from members.queries.members import current_employment
from members.queries.report_ins import (
    LEAVING,
    exempted,
    exemptions_asked,
    last_returned,
    renewal_due,
    room_for_another,
    said_to_have_left,
    unreported,
)
from members.services import (
    issue_letter,
    issue_letters,
    renew_report_in,
    revoke_letter,
    submit_report_in,
)
from members.services.letters import link_of
from members.views.finding import found_communities
from members.views.members import find_member, uids_of
from partybuild.access import Actor, Level, may, require
from partybuild.access.rotating import drawing_of
from partybuild.accounts.actors import actor_of, actor_of_link, source_of
from partybuild.accounts.links import link_page, link_url
from partybuild.accounts.models import SignedLink
from partybuild.accounts.services.tries import give_back, take_seat
from partybuild.areas.queries import dictionary, parameter
from partybuild.audit.queries import history_of
from partybuild.calendar import today
from partybuild.fields.codes import mask_name
from partybuild.fields.keyset import keyset_page
from partybuild.fields.queries import query_of
from partybuild.fields.refusals import goes_through, put_on
from partybuild.organizations.models import Organization
from units.views.scope import own_unit

# Whoever types a code of a letter is counted with everybody behind the same address.
_COUNTED = "letter-code"


def _letter_form(request: HttpRequest, unit: Organization, member: Any = None) -> LetterForm:
    days = parameter(unit.area, "letter.valid_days")
    home = member.home_area if member is not None else None
    return LetterForm(
        request.POST or None,
        communities=communities_for(
            member,
            near=(unit.area,),
            text=request.GET.get("find", ""),
            chosen=request.POST.get("community", ""),
        ),
        initial={
            "community": home if home is not None and home.level == Level.COMMUNITY else None,
            "valid_until": today() + timedelta(days=days),
        },
    )


# -- The unit's lists -----------------------------------------------------------------------------


def narrowed_unreported(form: UnreportedFilterForm, by: Actor) -> QuerySet[Employment]:
    """Return one's own people who have not reported in, of one branch if that is chosen."""
    rows = unreported(own_unit(by).pk)
    form.is_valid()
    branch = form.cleaned_data.get("branch")
    return rows.filter(branch=branch) if branch is not None else rows


def _gone(by: Actor, unit: Organization) -> list[dict[str, Any]]:
    """Return whom communities have let go as no longer here, with the day and the word they gave."""
    jobs = list(said_to_have_left(unit.pk))
    ends = {
        row.member_id: row
        for row in ReportIn.objects.visible_to(by.scope)
        .filter(
            member__in=[job.member_id for job in jobs],
            state=ReportInState.ENDED,
            end_reason__in=LEAVING,
        )
        .select_related("community__parent")
        .order_by("ended_on", "pk")
    }
    words = {
        area.pk: dict(dictionary(area, "report_in.end_reason"))
        for area in {row.community for row in ends.values()}
    }
    return [
        {
            "job": job,
            "end": (end := ends.get(job.member_id)),
            "reason": words[end.community_id].get(end.end_reason, end.end_reason) if end else "",
        }
        for job in jobs
    ]


@require_GET
def unreported_list(request: HttpRequest) -> HttpResponse:
    """List who of the unit has not reported in, to be told and given a letter; no ranking."""
    by = actor_of(request)
    require(by, "report_in.letter")
    unit = own_unit(by)
    return _unreported(request, by, unit, _letter_form(request, unit))


def _unreported(
    request: HttpRequest, by: Actor, unit: Organization, letter_form: LetterForm
) -> HttpResponse:
    form = UnreportedFilterForm(request.GET, by=by, auto_id="filter_%s")
    jobs = list(narrowed_unreported(form, by))
    keys = [job.member_id for job in jobs]
    letters = {letter.member_id: letter for letter in open_letters().filter(member__in=keys)}
    waiting = {
        row.member_id: row
        for row in ReportIn.objects.visible_to(by.scope)
        .waiting()
        .filter(member__in=keys)
        .select_related("community")
    }
    sent_back: dict[int, ReportIn] = {}
    for row in (
        ReportIn.objects.visible_to(by.scope)
        .filter(member__in=keys)
        .select_related("community")
        .order_by("submitted_on", "id")
    ):
        # The last one of each stands; only where it was sent back the unit may have to help.
        sent_back.pop(row.member_id, None)
        if row.state == ReportInState.RETURNED:
            sent_back[row.member_id] = row
    asked = exemptions_asked(unit.pk, jobs)
    day, picked = today(), set(request.POST.getlist("selected"))
    rows = [
        {
            "job": job,
            "letter": letters.get(job.member_id),
            "is_late": job.member_id in letters and letters[job.member_id].is_expired(day),
            "waiting": waiting.get(job.member_id),
            "returned": sent_back.get(job.member_id),
            "is_picked": str(job.member.uid) in picked,
            "exemption_asked_on": asked.get(job.pk),
        }
        for job in jobs
    ]
    return render(
        request,
        "members/unreported_list.html",
        {
            "form": form,
            "letter_form": letter_form,
            "rows": rows,
            "count": len(rows),
            "exempted": exempted(unit.pk).count(),
            "gone": _gone(by, unit),
            "is_narrowed": bool(request.GET.get("branch")),
            "may_open": may(by, "member.view"),
            "may_chase": may(by, "obligation.chase"),
        },
        status=422 if letter_form.is_bound else 200,
    )


@require_POST
def letters_issue(request: HttpRequest) -> HttpResponse:
    """Write letters for all that have been picked."""
    by = actor_of(request)
    require(by, "report_in.letter")
    unit = own_unit(by)
    form = _letter_form(request, unit)
    # Only one's own people: the list's rows, whatever else was sent.
    picked = PartyMember.objects.reached(by.scope, "report_in.letter").filter(
        uid__in=uids_of(request.POST.getlist("selected"))
    )
    members = list(picked.select_related("person", "home_area").order_by("person__sort", "pk"))
    if not members:
        form.add_error(None, _("请先勾选要开具推荐信的党员。"))
    if not form.is_valid():
        return _unreported(request, by, unit, form)
    try:
        done = issue_letters(members, unit=unit, by=by, **form.cleaned_data)
    except ValidationError as refused:
        put_on(form, refused)
        return _unreported(request, by, unit, form)
    if done.issued:
        messages.success(
            request,
            _("已开具%(count)d封推荐信，本人会收到报到链接；也可以打印交给本人。")
            % {"count": len(done.issued)},
        )
    for sentence in done.left[:5]:
        messages.info(request, sentence)
    return redirect("members:letter-list")


def narrowed_letters(form: LetterFilterForm, by: Actor) -> QuerySet[RecommendationLetter]:
    """Return the letters that the page's filters leave; an open one past its time has expired."""
    form.is_valid()
    values = form.cleaned_data
    rows = RecommendationLetter.objects.visible_to(by.scope)
    state, late = values.get("state"), Q(state=LetterState.ISSUED, valid_until__lt=today())
    if state == LetterState.EXPIRED:
        rows = rows.filter(late | Q(state=LetterState.EXPIRED))
    elif state == LetterState.ISSUED:
        rows = rows.issued().exclude(late)
    elif state:
        rows = rows.filter(state=state)
    if values.get("branch"):
        rows = rows.filter(branch=values["branch"])
    if values.get("q"):
        rows = rows.filter(member_name__contains=values["q"].strip())
    return rows


def letters_to_print(
    rows: QuerySet[RecommendationLetter], form: LetterFilterForm
) -> QuerySet[RecommendationLetter]:
    """Return those of a list that are printed together: where no state is chosen, what can still be used."""
    if form.is_valid() and form.cleaned_data.get("state"):
        return rows
    return rows.filter(state=LetterState.ISSUED, valid_until__gte=today())


@require_GET
def letter_list(request: HttpRequest) -> HttpResponse:
    """List a unit's letters."""
    by = actor_of(request)
    require(by, "report_in.letter")
    own_unit(by)
    form = LetterFilterForm(request.GET, by=by, auto_id="filter_%s")
    rows = narrowed_letters(form, by)
    day = today()
    page = keyset_page(
        rows.select_related("community", "report_in__community"),
        order=("-issued_on", "-id"),
        params=request.GET,
    )
    return render(
        request,
        "members/letter_list.html",
        {
            "form": form,
            "page": page,
            "rows": [(letter, letter.is_expired(day)) for letter in page.rows],
            "count": rows.count(),
            "to_print": letters_to_print(rows, form).count() if may(by, "document.make") else 0,
            "query": query_of(request, LetterFilterForm),
            "is_narrowed": any(request.GET.get(name) for name in form.fields),
        },
    )


@require_http_methods(["GET", "POST"])
def letter_issue(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Write a letter for one member."""
    by = actor_of(request)
    member = find_member(by, uid)
    require(by, "report_in.letter", member)
    unit = own_unit(by)
    form = _letter_form(request, unit, member)
    if form.is_valid():
        try:
            letter = issue_letter(member, unit=unit, by=by, **form.cleaned_data)
        except ValidationError as refused:
            put_on(form, refused)
        else:
            messages.success(
                request,
                _("已开具推荐信%(number)s，本人会收到报到链接。") % {"number": letter.number},
            )
            return redirect(letter)
    return render(
        request,
        "members/letter_form.html",
        {
            "form": form,
            "member": member,
            "employment": current_employment(member),
            "standing": letter_to_use(member.pk, today()),
            **found_communities(request),
        },
        status=422 if form.is_bound else 200,
    )


def _find_letter(by: Actor, uid: UUID) -> RecommendationLetter:
    letter: RecommendationLetter = get_object_or_404(
        RecommendationLetter.objects.visible_to(by.scope).select_related(
            "member__person", "unit", "community", "report_in__community", "report_in__grid"
        ),
        uid=uid,
    )
    return letter


def _letter_page(
    request: HttpRequest,
    by: Actor,
    letter: RecommendationLetter,
    revoke_form: RevokeForm | None = None,
) -> HttpResponse:
    day = today()
    usable = letter.is_usable(day)
    # The code is the unit's and the member's: a community gets it on paper, from the member.
    link = standing_link(letter) if usable and not by.scope.is_area else None
    shows_code = link is not None
    address = link_url(link) if link is not None else ""
    return render(
        request,
        "members/letter_detail.html",
        {
            "letter": letter,
            "is_usable": usable,
            "is_expired": letter.is_expired(day),
            "shows_code": shows_code,
            "drawing": drawing_of(address) if address else None,
            "share": share_text(letter, address) if address else "",
            "code_address": settings.BASE_URL + reverse("members:letter-open"),
            "may_revoke": letter.state == LetterState.ISSUED
            and by.scope.is_unit
            and may(by, "report_in.letter", letter),
            "revoke_form": revoke_form or RevokeForm(),
            "history": [
                line.entry()
                for line in history_of(letter, by.scope)
                if line.kind != "notice.created"  # issuing tells the member: one act, one line
            ],
        },
        status=422 if revoke_form is not None else 200,
    )


def share_text(letter: RecommendationLetter, address: str) -> str:
    """Return the words for a chat with the member: nothing about them stands in it but the name."""
    return _(
        "%(name)s同志：%(unit)s已为您开具组织推荐信（%(number)s），请在%(until)s前点开下面的链接到社区报到，"
        "不用下载、不用注册：%(link)s"
    ) % {
        "name": letter.member_name,
        "unit": letter.unit_name,
        "number": letter.number,
        "until": _("%(month)d月%(day)d日")
        % {"month": letter.valid_until.month, "day": letter.valid_until.day},
        "link": address,
    }


@require_GET
def letter_detail(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Show one letter: its code, its paper, what became of it."""
    by = actor_of(request)
    letter = _find_letter(by, uid)
    require(by, "member.view", letter)
    return _letter_page(request, by, letter)


@require_POST
def letter_revoke(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Take a letter back that nobody has used."""
    by = actor_of(request)
    letter = _find_letter(by, uid)
    require(by, "report_in.letter", letter)
    form = RevokeForm(request.POST)
    if goes_through(form, revoke_letter, letter, by=by):
        messages.success(request, _("已作废，报到码和链接不能再用。"))
        return redirect(letter)
    return _letter_page(request, by, letter, form)


# -- Reporting in without an account -------------------------------------------------------------


def opened_letter(form: CodeForm, request: HttpRequest) -> RecommendationLetter | None:
    """Return the usable letter of a code that was typed; the form says why there is none.

    Tries are counted by address, so that codes cannot be guessed.
    """
    source = source_of(request)
    seat = take_seat(account=f"{_COUNTED}:{source}", source=source)
    if seat.is_refused:
        minutes = -(-seat.wait_seconds // 60)
        form.add_error(
            "code", _("输错的次数太多，请%(minutes)d分钟后再试。") % {"minutes": minutes}
        )
        return None
    letter = letter_with_code(form.cleaned_data["code"])
    if letter is None:
        form.add_error("code", _("没有这个报到码，请对照推荐信核对。字母不分大小写。"))
        return None
    give_back(seat)
    if not letter.is_usable(today()):
        form.add_error(
            "code", _("这封推荐信已经用过、已作废或已过有效期，请联系单位联络员重新开具。")
        )
        return None
    return letter


@never_cache
@login_not_required
@require_http_methods(["GET", "POST"])
def letter_open(request: HttpRequest) -> HttpResponse:
    """Take the code of a letter and lead to its page; open to everybody, for those without an account."""
    form = CodeForm(request.POST or None)
    if form.is_valid():
        letter = opened_letter(form, request)
        if letter is not None:
            address = link_url(link_of(letter, by=Actor.system("letter code")))
            # Stay with the host that was asked: a form may lead to no other.
            return redirect(address.removeprefix(settings.BASE_URL))
    return render(
        request,
        "members/letter_open.html",
        {"form": form},
        status=422 if form.is_bound else 200,
    )


def _about(link: SignedLink, by: Actor) -> tuple[PartyMember, RecommendationLetter | None]:
    """Return the member a link speaks for, and the letter it stands on if it stands on one."""
    if link.target_label == RecommendationLetter._meta.label:
        letter: Any = get_object_or_404(
            RecommendationLetter.objects.reached(by.scope, "report_in.submit").select_related(
                "member__person", "member__home_area", "community", "unit__area"
            )
        )
        return letter.member, letter
    job: Any = get_object_or_404(
        Employment.objects.reached(by.scope, "report_in.submit").select_related(
            "member__person", "member__home_area"
        )
    )
    return job.member, letter_to_use(job.member_id, today())


@link_page("report_in.submit")
def report_in_link(request: HttpRequest, link: SignedLink) -> HttpResponse:
    """Report in from a letter's QR code or a reminder: everything known is there, one press does it."""
    by = actor_of_link(link, request=request)
    member, letter = _about(link, by)
    if link.person_id is None or link.person_id != member.person_id:
        raise Http404
    employment = current_employment(member)
    registered = employment.unit.area if employment is not None else None
    addressed = letter.community if letter is not None else None
    rows = report_ins_by_link(member)
    active = [each for each in rows if each.state in ACTIVE_REPORT_IN]
    known = {
        name
        for name, value in (
            ("building", member.home_building),
            ("address", member.home_address),
            ("phone", member.person.phone),
            ("skills", member.skills),
        )
        if value
    }
    form = LinkReportInForm(
        request.POST or None,
        known=known,
        communities=communities_for(
            member,
            near=(addressed, registered),
            text=request.GET.get("find", ""),
            chosen=request.POST.get("community", ""),
        ).exclude(pk__in=[each.community_id for each in active]),
        initial={"community": community_to_offer(member, addressed, rows)},
    )
    is_usable = letter is None or letter.is_usable(today())
    # Who stands in one community already needs another letter for the second.
    room = room_for_another(active) if letter is not None and is_usable else None
    if request.method == "POST" and goes_through(
        form, submit_report_in, member, letter=_usable(letter), by=by
    ):
        return redirect(request.path)
    return render(
        request,
        "members/report_in_link.html",
        {
            "form": form,
            "letter": letter,
            "is_usable": is_usable,
            "room": room,
            "returned": last_returned(rows),
            "name": mask_name(member.person.name),
            "employment": employment,
            "active": active,
            "known": known,
            **found_communities(request),
            "phone": member.person.masked_phone,
        },
        status=422 if form.is_bound else 200,
    )


def _usable(letter: RecommendationLetter | None) -> RecommendationLetter | None:
    return letter if letter is not None and letter.state != LetterState.USED else None


def report_ins_by_link(member: PartyMember) -> list[ReportIn]:
    """Return the report-ins of the member whom a link speaks for, newest first."""
    return list(member.report_ins.select_related("community"))


@link_page("report_in.renew")
def renew_link(request: HttpRequest, link: SignedLink) -> HttpResponse:
    """Renew from a reminder's link: one press, and a new phone or building if there is one."""
    by = actor_of_link(link, request=request)
    report_in: Any = get_object_or_404(
        ReportIn.objects.reached(by.scope, "report_in.renew").select_related(
            "member__person", "community"
        )
    )
    if link.person_id != report_in.member.person_id:
        raise Http404
    form = OwnRenewForm(request.POST or None)
    if request.method == "POST" and goes_through(form, renew_report_in, report_in, by=by):
        return redirect(request.path)
    return render(
        request,
        "members/renew_link.html",
        {
            "form": form,
            "report_in": report_in,
            "name": mask_name(report_in.member.person.name),
            "renews": renewal_due(report_in, today()),
            "is_standing": report_in.state == ReportInState.CONFIRMED,
            "last": report_in.renewals.first(),
        },
        status=422 if form.is_bound else 200,
    )
