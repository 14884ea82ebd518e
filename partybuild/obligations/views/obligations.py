"""The ledger: list, chase, one debt, exemption."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.http import require_http_methods, require_POST

from partybuild.access import Actor, Refused, cell, may, require
from partybuild.accounts.actors import actor_of
from partybuild.accounts.links import link_url
from partybuild.accounts.services import issue_link
from partybuild.approvals.models import Approval
from partybuild.approvals.queries import approvals_about
from partybuild.approvals.registry import approvable_of, needs_approval
from partybuild.approvals.services import request_approval
from partybuild.areas.queries import parameter
from partybuild.audit.queries import history_of
from partybuild.calendar import today
from partybuild.calendar.working_days import WorkingDays
from partybuild.fields.keyset import keyset_page
from partybuild.fields.refusals import put_on
from partybuild.notices.models import Notice
from partybuild.obligations.enums import ObligationState
from partybuild.obligations.forms import ExemptForm, ObligationFilter
from partybuild.obligations.models import Obligation
from partybuild.obligations.models.obligation import ObligationQuerySet
from partybuild.obligations.queries import ChaseLine, chase_lines, chase_text, read_subjects
from partybuild.obligations.queries.chase import days_words, group_link, shared_target
from partybuild.obligations.queries.schedule import reminder_schedule
from partybuild.obligations.services import chase, exempt
from partybuild.organizations.enums import OrganizationKind

MOST_AT_ONCE = 500


def _require_view(by: Actor) -> None:
    if not may(by, "obligation.view") and not may(by, "obligation.view_person"):
        raise Refused("obligation.view")


def chasable_by(rows: ObligationQuerySet, by: Actor) -> ObligationQuerySet:
    """Keep what this actor may ask for: unpaid, within the right to chase, not one's own."""
    reached = Obligation.objects.reached(by.scope, "obligation.chase").values("pk")
    kept: ObligationQuerySet = rows.unpaid().filter(pk__in=reached)
    if by.organization_id is not None:
        kept = kept.exclude(bearer_organization=by.organization_id)
    return kept


class ObligationListView(View):
    """Who has done what is owed and who has not; the address is the view."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show one page of the debts that the sentence names."""
        by = actor_of(request)
        _require_view(by)
        rows = Obligation.objects.visible_to(by.scope)
        form = ObligationFilter(request.GET, rows=rows, by=by)
        day = today()
        found = form.narrow(rows, day=day)
        page = keyset_page(found.with_bodies(), order=("due_on", "id"), params=request.GET)
        lines = chase_lines(page.rows)
        pks = [line.debt.pk for line in lines]
        chasable = set(
            chasable_by(Obligation.objects.visible_to(by.scope).filter(pk__in=pks), by).values_list(
                "pk", flat=True
            )
        )
        context = {
            "form": form,
            "count": found.count(),
            "page": page,
            "lines": lines,
            "chasable": chasable,
            "chasable_count": chasable_by(found, by).count() if chasable else 0,
            "day": day,
            "may_close": may(by, "period.close"),
            "may_rules": may(by, "parameter.view"),
            "may_log": by.organization_id is not None and may(by, "notice.log"),
            "query": request.GET.urlencode(),
            **words_for_the_group(
                [line for line in lines if line.debt.pk in chasable], title=_title_of(form)
            ),
        }
        return render(request, "obligations/obligation_list.html", context)


def words_for_the_group(lines: list[ChaseLine], *, title: str) -> dict[str, Any]:
    """Return the text to copy, and the debt for whose subject a group's link can still be made."""
    debts = [line.debt for line in lines]
    target = shared_target(debts) if debts else None
    link = group_link(target, debts[0].kind.link_action or "") if target is not None else None
    url = link_url(link) if link is not None else settings.BASE_URL + reverse("portal:home")
    return {
        "text": chase_text(lines, title=title, url=url),
        "linkable": debts[0] if target is not None and link is None else None,
    }


def _title_of(form: ObligationFilter) -> str:
    """Name what a list is about in the words of its choices."""
    chosen = [
        dict(form.fields[name].choices)[form.cleaned_data[name]]  # type: ignore[attr-defined]
        for name in ("period", "duty")
        if form.is_valid() and form.cleaned_data[name]
    ]
    return "".join(str(word) for word in chosen) or _("应办事项")


@require_POST
def obligation_chase(request: HttpRequest) -> HttpResponse:
    """Send a reminder for each debt picked, or for all that the list shows."""
    by = actor_of(request)
    require(by, "obligation.chase")
    rows = Obligation.objects.visible_to(by.scope)
    if request.POST.get("all"):
        found = ObligationFilter(request.GET, rows=rows, by=by).narrow(rows, day=today())
    else:
        found = rows.filter(uid__in=uids_of(request.POST.getlist("selected")))
    wanted = list(chasable_by(found, by).order_by("due_on", "id")[:MOST_AT_ONCE])
    done = chase(
        wanted,
        by=by,
        again=bool(request.POST.get("again")),
        to_group=bool(request.POST.get("to_group")),
    )
    if done.round is not None:
        messages.success(
            request,
            _(
                "%(round)s已发出，共%(count)d项（站内消息立即送达；邮件在免打扰时段会等到时段结束）。"
            )
            % {"round": done.round, "count": done.asked},
        )
    if done.asked_today:
        messages.info(
            request,
            _("有%(count)d项刚催办过不久，没有重复发送，免得打扰。确需再催，请选“也再催”。")
            % {"count": done.asked_today},
        )
    if not wanted:
        messages.info(request, _("没有发出催办：请先勾选还没有办的事项。"))
    if done.round is not None and request.POST.get("show"):
        return redirect(done.round)
    return redirect(_back(request))


@require_POST
def obligation_link(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Make the link for the chat group: one object, one action, its page asks which unit answers."""
    by = actor_of(request)
    debt = _found(by, uid)
    require(by, "obligation.chase", target=debt)
    target = shared_target([debt])
    if target is None:
        messages.info(request, _("这件事没有可以发到群里的办理链接，请对方登录办理。"))
        return redirect(debt)
    issue_link(
        target,
        action=str(debt.kind.link_action),
        days=parameter(debt.owed_to.area, "link.days"),
        by=by,
    )
    messages.success(request, _("已生成群内办理链接，见下面的文字，复制后发到工作群即可。"))
    query = urlencode({"duty": debt.duty, "subject": str(debt.subject_uid), "whose": "all"})
    return redirect(f"{reverse('obligations:obligation-list')}?{query}")


def uids_of(texts: Iterable[str]) -> list[uuid.UUID]:
    found = []
    for text in texts:
        try:
            found.append(uuid.UUID(text))
        except ValueError:
            continue
    return found


def _back(request: HttpRequest) -> str:
    wanted = request.POST.get("next", "")
    if wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None):
        return wanted
    query = request.GET.urlencode()
    return reverse("obligations:obligation-list") + (f"?{query}" if query else "")


class ObligationDetailView(View):
    """One debt: how it stands, what to do next, what was sent about it, what was done."""

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        """Show the debt."""
        by = actor_of(request)
        _require_view(by)
        debt = _found(by, uid)
        days = WorkingDays.around_today().until(debt.due_on)
        is_own = _is_own(debt, by)
        context = {
            "debt": debt,
            "state": _sentence(debt, days),
            "steps": _steps(debt),
            "is_own": is_own and debt.is_unpaid,
            "pay_url": debt.kind.safe_url(debt),
            "pay_action": debt.kind.action_for(debt),
            "subject_url": _subject_url(debt),
            "may_chase": chasable_by(
                Obligation.objects.visible_to(by.scope).filter(pk=debt.pk), by
            ).exists(),
            "may_exempt": debt.is_unpaid and not is_own and may_exempt(by, debt),
            "may_ask": debt.is_unpaid and may_ask_exemption(by, debt),
            "asked": approvals_about(debt, by, "obligation.exempt"),
            "schedule": reminder_schedule(debt, by.scope),
            "rules_url": reverse("obligations:reminder-rules")
            + (f"?area={debt.area.uid}" if debt.area is not None else ""),
            "may_rules": may(by, "parameter.view"),
            "notices": list(
                Notice.objects.visible_to(by.scope)
                .filter(Q(debt_uid=debt.uid) | Q(debt_uids__contains=[debt.uid]), is_reminder=False)
                .select_related("organization", "person", "carrier")
                .order_by("-id")[:50]
            ),
            "history": [line.entry() for line in history_of(debt, by.scope)]
            + [{"at": debt.created_at, "text": _("产生应办事项"), "who": "", "reason": ""}],
        }
        return render(request, "obligations/obligation_detail.html", context)


def _found(by: Actor, uid: uuid.UUID) -> Obligation:
    debt = get_object_or_404(Obligation.objects.visible_to(by.scope).with_bodies(), uid=uid)
    read_subjects([debt])
    return debt


def _subject_url(debt: Obligation) -> str:
    """Return the page of what it is about: the page where it is paid is the bearer's own."""
    get_url = getattr(debt.subject, "get_absolute_url", None)
    try:
        return str(get_url()) if get_url is not None else ""
    except NoReverseMatch:
        return ""


def _is_own(debt: Obligation, by: Actor) -> bool:
    if debt.bearer_organization_id is not None:
        return debt.bearer_organization_id == by.organization_id
    return debt.bearer_person_id == by.person_id


def _sentence(debt: Obligation, days: int) -> str:
    who = debt.bearer_name
    match debt.state:
        case ObligationState.EXEMPT:
            return _("%(who)s已免除，不计入应办") % {"who": who}
        case ObligationState.NOT_APPLICABLE:
            return _("%(who)s不再需要办理") % {"who": who}
        case ObligationState.FILED | ObligationState.NIL:
            what = debt.get_state_display()
            late = _("，晚于期限") if debt.is_late else ""
            return f"{who}{what}{late}"
        case _:
            return _("%(who)s%(when)s") % {"who": who, "when": days_words(days, debt)}


def _steps(debt: Obligation) -> list[dict[str, Any]]:
    is_open = debt.is_unpaid
    ended = {
        ObligationState.EXEMPT: _("已免除"),
        ObligationState.NOT_APPLICABLE: _("不再需要"),
        ObligationState.NIL: _("已报无事项"),
    }.get(ObligationState(debt.state), _("办结"))
    middle = _("退回重办") if debt.state == ObligationState.RETURNED else _("办理")
    return [
        {"label": _("产生"), "state": "done"},
        {"label": middle, "state": "current" if is_open else "done"},
        {"label": ended, "state": "todo" if is_open else "done"},
    ]


def exempt_key(debt: Obligation) -> str:
    """Return the line of access.csv on which letting this bearer off stands."""
    body = debt.bearer_organization
    is_office = body is not None and body.kind == OrganizationKind.PARTY
    return "obligation.exempt_office" if is_office else "obligation.exempt"


def may_exempt(by: Actor, debt: Obligation) -> bool:
    """Tell whether this post alone may let the bearer off; a cell marked 2 needs the street."""
    key = exempt_key(debt)
    if by.scope.is_system or cell(key, by.scope.column).needs_second_person:
        return by.scope.is_system
    return may(by, key, debt)


def may_ask_exemption(by: Actor, debt: Obligation) -> bool:
    """Tell whether this post may ask its street to let the bearer off."""
    key = exempt_key(debt)
    return needs_approval(by, key) and approvable_of(key).holds(by, debt)


@require_http_methods(["GET", "POST"])
def obligation_exempt(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Let the bearer off, with a reason; a unit asks its street to."""
    by = actor_of(request)
    debt = _found(by, uid)
    asks = may_ask_exemption(by, debt)
    if not asks and not may_exempt(by, debt):
        raise Refused(exempt_key(debt))
    form = ExemptForm(request.POST or None, about_person=debt.bearer_person_id is not None)
    if request.method == "POST" and form.is_valid():
        try:
            if asks:
                answer: Obligation | Approval = request_approval(
                    exempt_key(debt), target=debt, payload={}, by=by, **form.cleaned_data
                )
                messages.success(request, _("已提出免除申请，上级审批后会通知您。"))
            else:
                answer = exempt(debt, by=by, **form.cleaned_data)
                messages.success(request, _("已免除。这件事不再催办，也不计入应办。"))
        except ValidationError as refused:
            put_on(form, refused)
        else:
            return redirect(answer)
    context = {"debt": debt, "form": form, "asks": asks}
    status = 422 if form.is_bound else 200
    return render(request, "obligations/obligation_exempt.html", context, status=status)
