"""Feedback of the community: compiled, evaluated, signed; and its page for everybody who may read it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from members.enums import ClaimState, FeedbackException, FeedbackPartKind, FeedbackState, Grade
from members.exceptions import NothingPicked
from members.forms.feedback import (
    BulkGradeForm,
    EvaluateForm,
    FeedbackFilterForm,
    ObjectForm,
    ObjectProxyForm,
    ReceiptProxyForm,
    SignForm,
    UseForm,
    UseProxyForm,
)
from members.models import Feedback, FeedbackPart, FeedbackUse, Objection
from members.queries.feedback import (
    cycle_of,
    excellent_count,
    last_period,
    rules_of,
    send_due_on,
    subjects_of,
)
from members.services import (
    Signed,
    compile_feedback,
    evaluate_feedback,
    grade_feedbacks,
    sign_feedback,
)
from members.views.members import uids_of
from partybuild.access import Actor, Level, may, require
from partybuild.accounts.actors import actor_of
from partybuild.areas.models import Area
from partybuild.areas.queries import dictionary, word
from partybuild.audit.queries import history_of
from partybuild.calendar import Period, today
from partybuild.fields.keyset import keyset_page
from partybuild.fields.queries import query_of
from partybuild.fields.refusals import goes_through, put_on
from units.views.scope import area_of


def find_feedback(by: Actor, uid: UUID) -> Feedback:
    """Return a form in sight."""
    feedback: Feedback = get_object_or_404(
        Feedback.objects.visible_to(by.scope).select_related(
            "community", "committee", "unit", "member__person", "delivery", "replaces"
        ),
        uid=uid,
    )
    return feedback


def narrowed_feedbacks(form: FeedbackFilterForm, by: Actor) -> Any:
    """Return the forms that the sentence names; what a revision replaced only where it is asked for."""
    values = form.cleaned_data if form.is_valid() else {}
    rows = Feedback.objects.visible_to(by.scope)
    for name in ("period", "state", "grade"):
        if values.get(name):
            rows = rows.filter(**{name: values[name]})
    if not values.get("state"):
        rows = rows.exclude(state=FeedbackState.REPLACED)
    if values.get("q"):
        words = values["q"].strip()
        rows = rows.filter(Q(member_name__icontains=words) | Q(unit_name__icontains=words))
    return rows


@require_GET
def feedback_list(request: HttpRequest) -> HttpResponse:
    """List forms; the community is led to what waits for its signature, the unit to what waits for use."""
    by = actor_of(request)
    require(by, "feedback.view")
    return list_page(request, by)


def list_page(
    request: HttpRequest, by: Actor, *, use_form: UseForm | None = None, picked: Iterable[UUID] = ()
) -> HttpResponse:
    """Return the list, with a refused form as it came: what was picked and what was written."""
    form = FeedbackFilterForm(request.GET, by=by)
    rows = narrowed_feedbacks(form, by)
    if picked:
        rows = rows.filter(uid__in=picked)
    page = keyset_page(rows, order=("-period", "-id"), params=request.GET)
    area = area_of(by)
    is_community = area is not None and area.level == Level.COMMUNITY
    last = last_period(area, today()) if area is not None and is_community else None
    waiting = (
        Feedback.objects.visible_to(by.scope).drafts().filter(period=str(last)).count()
        if last
        else 0
    )
    may_use = by.scope.is_unit and may(by, "feedback.use")
    return render(
        request,
        "members/feedback_list.html",
        {
            "form": form,
            "page": page,
            "rows": page.rows,
            "count": rows.count(),
            "to_print": rows.exclude(state=FeedbackState.DRAFT).count()
            if may(by, "document.make")
            else 0,
            "query": query_of(request, FeedbackFilterForm),
            "last": last,
            "waiting": waiting,
            "is_area": by.scope.is_area,
            "is_narrowed": any(request.GET.get(name) for name in form.fields),
            "use_form": (use_form or UseForm(area=area)) if may_use else None,
            "picked": set(picked),
            "objections": Objection.objects.visible_to(by.scope)
            .open()
            .select_related("feedback")[:10]
            if by.scope.is_area
            else (),
        },
        status=422 if use_form is not None else 200,
    )


def _community(by: Actor) -> Area:
    area = area_of(by)
    if area is None or area.level != Level.COMMUNITY:
        raise Http404
    return area


def _period(text: str, community: Area) -> Period:
    try:
        period = Period.parse(text)
    except ValueError:
        raise Http404 from None
    if period.kind not in {"year", "half", "quarter"}:
        raise Http404
    return period


def _drafts(community: Area, by: Actor, period: Period) -> Any:
    rows = Feedback.objects.visible_to(by.scope).drafts()
    return (
        rows.filter(community=community, period=str(period))
        .select_related("member__person")
        .prefetch_related("parts")
        .order_by("unit__sort", "unit_id", "member__person__sort", "member_name", "pk")
    )


def reasons(feedback: Feedback) -> list[str]:
    """Return why a form should be opened, in words."""
    names = dict(FeedbackException.choices)
    return [str(names[each]) for each in feedback.exceptions if each in names]


def _is_ready(feedback: Feedback) -> bool:
    return bool(feedback.grade or (feedback.proposed and not feedback.exceptions))


@require_http_methods(["GET", "POST"])
def feedback_sign(request: HttpRequest, period: str) -> HttpResponse:
    """Look at the exceptions, sign all the others in one press."""
    by = actor_of(request)
    require(by, "feedback.draft")
    community = _community(by)
    span = _period(period, community)
    if request.method != "POST":
        return _sign_page(request, by, community, span)
    require(by, "feedback.sign")
    form = SignForm(request.POST)
    picked = _as_seen(request)
    if form.is_valid():
        try:
            done = sign_feedback(
                community=community, period=span, picked=picked, by=by, **form.cleaned_data
            )
        except ValidationError as refused:
            put_on(form, refused)
        else:
            _say(request, done)
            return redirect("members:feedback-sign", str(span))
    return _sign_page(request, by, community, span, form=form, picked=picked)


def _sign_page(
    request: HttpRequest,
    by: Actor,
    community: Area,
    span: Period,
    *,
    form: SignForm | None = None,
    picked: Iterable[UUID] = (),
) -> HttpResponse:
    """Draw the list to sign, with a refused signature as it came: who was picked, what was written."""
    forms = list(_drafts(community, by, span))
    may_sign = may(by, "feedback.sign")
    chosen = set(picked)
    taken, of = excellent_count(community, str(span))
    rules = rules_of(community)
    ready = [each for each in forms if _is_ready(each)]
    proposed = sum(1 for each in ready if not each.grade and each.proposed == Grade.EXCELLENT)
    _subjects, without_unit = subjects_of(community, span)
    return render(
        request,
        "members/feedback_sign.html",
        {
            "period": span,
            "community": community,
            "exceptions": len(forms) - len(ready),
            "groups": _alike([each for each in forms if not _is_ready(each)], community),
            "ready": [
                (each, reasons(each), each.uid in chosen if chosen else may_sign) for each in ready
            ],
            "sign_form": form or SignForm(),
            "seen": " ".join(f"{each.uid}:{each.mark}" for each in ready),
            "due_on": send_due_on(community, span),
            "is_over": span.end < today(),
            "is_cycle": span.kind == cycle_of(community),
            "may_sign": may_sign,
            "excellent": taken + proposed,
            "places": rules.places_among(of),
            "is_capped": rules.cap < 1,
            "without_unit": without_unit,
            "grade_form": BulkGradeForm(community=community, auto_id="ready_%s"),
            "sent": Feedback.objects.visible_to(by.scope)
            .sent()
            .filter(community=community, period=str(span))
            .count(),
        },
        status=422 if form is not None else 200,
    )


# Fewer with the same reasons are judged one by one.
_FEW = 3


def _alike(forms: Iterable[Feedback], community: Area) -> list[dict[str, Any]]:
    """Return what must be looked at, by reason: those alike are judged together, the most first."""
    by_reason: dict[str, list[Feedback]] = {}
    for each in forms:
        by_reason.setdefault("；".join(reasons(each)), []).append(each)
    several = {title: found for title, found in by_reason.items() if len(found) >= _FEW}
    rest = [each for found in by_reason.values() if len(found) < _FEW for each in found]
    groups = [*sorted(several.items(), key=lambda item: -len(item[1]))]
    if rest:
        groups.append((_("其他原因") if groups else "", rest))
    return [
        {
            "title": title,
            "lines": [(each, reasons(each), False) for each in found],
            "form": BulkGradeForm(community=community, auto_id=f"open{number}_%s", is_alone=True),
            "id": f"open-form-{number}",
        }
        for number, (title, found) in enumerate(groups)
    ]


def _as_seen(request: HttpRequest) -> dict[UUID, str]:
    """Return the picked forms with the state in which they were shown."""
    shown = dict(pair.split(":", 1) for pair in request.POST.get("seen", "").split() if ":" in pair)
    return {uid: shown.get(str(uid), "") for uid in uids_of(request.POST.getlist("selected"))}


def _say(request: HttpRequest, done: Signed) -> None:
    if done.sent:
        messages.success(
            request,
            _("已签发%(count)d份，送达%(units)d家单位；单位会收到签收提醒，党员本人会收到通知。")
            % {"count": len(done.sent), "units": len(done.deliveries)},
        )
    for forms, sentence in (
        (done.stale, _("%(names)s：在您查看后有新的记录或评价，没有签发，请再看一遍。")),
        (done.unopened, _("%(names)s：需要先评价，没有签发。")),
        (done.own, _("%(names)s：涉及您本人，请由另一位书记签发。")),
    ):
        if forms:
            names = "、".join(form.member_name for form in forms[:8])
            if len(forms) > 8:
                names += _("等%(count)d人") % {"count": len(forms)}
            messages.warning(request, sentence % {"names": names})
    if not (done.sent or done.stale or done.unopened or done.own):
        messages.warning(request, _("所选反馈表已由其他人签发，没有重复签发。"))


@require_POST
def feedback_compile(request: HttpRequest, period: str) -> HttpResponse:
    """Compile now what is missing or has changed."""
    by = actor_of(request)
    require(by, "feedback.draft")
    community = _community(by)
    span = _period(period, community)
    try:
        done = compile_feedback(community, span, by=by)
    except ValidationError as refused:
        messages.warning(request, " ".join(refused.messages))
    else:
        messages.success(
            request,
            _("已汇总：新增%(begun)d份，更新%(renewed)d份。")
            % {"begun": done.begun, "renewed": done.renewed},
        )
    return redirect("members:feedback-sign", str(span))


@require_POST
def feedback_grade(request: HttpRequest, period: str) -> HttpResponse:
    """Give those that are picked one grade."""
    by = actor_of(request)
    require(by, "feedback.draft")
    community = _community(by)
    span = _period(period, community)
    form = BulkGradeForm(request.POST, community=community)
    picked = (
        Feedback.objects.reached(by.scope, "feedback.draft")
        .drafts()
        .filter(
            community=community,
            period=str(span),
            uid__in=uids_of(request.POST.getlist("selected")),
        )
    )
    try:
        if not form.is_valid():
            raise ValidationError(_("请选择一个等次，再按“评为所选等次”。"))
        if not picked.exists():
            raise NothingPicked
        count = grade_feedbacks(picked, grade=form.cleaned_data["grade"], by=by)
    except ValidationError as refused:
        messages.warning(request, " ".join(refused.messages))
    else:
        messages.success(request, _("已评价%(count)d份。") % {"count": count})
    return redirect("members:feedback-sign", str(span))


@require_http_methods(["GET", "POST"])
def feedback_evaluate(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Evaluate one form, then go on to the next that nobody has opened."""
    by = actor_of(request)
    feedback = find_feedback(by, uid)
    require(by, "feedback.draft", feedback)
    form = EvaluateForm(
        request.POST or None,
        community=feedback.community,
        initial={
            "grade": feedback.result,
            "conduct": feedback.conduct,
            "problems": feedback.problems,
            "opinion": feedback.opinion,
        },
    )
    following = (
        _drafts(feedback.community, by, Period.parse(feedback.period))
        .filter(evaluated_at=None)
        .exclude(pk=feedback.pk)
    )
    waiting = [each for each in following if not _is_ready(each)]
    if goes_through(form, evaluate_feedback, feedback, by=by):
        messages.success(request, _("%(name)s：已评价。") % {"name": feedback.member_name})
        if waiting and "next" in request.POST:
            return redirect("members:feedback-evaluate", waiting[0].uid)
        return redirect("members:feedback-sign", feedback.period)
    if not feedback.is_draft:
        return redirect(feedback)
    return render(
        request,
        "members/feedback_evaluate.html",
        {
            "feedback": feedback,
            "form": form,
            "reasons": reasons(feedback),
            "parts": [
                (part, parts_url(part, by))
                for part in FeedbackPart.objects.visible_to(by.scope).filter(feedback=feedback)
            ],
            "waiting": len(waiting),
            "posts": posts_in_words(feedback),
        },
        status=422 if form.is_bound else 200,
    )


def posts_in_words(feedback: Feedback) -> list[dict[str, str]]:
    """Return the posts of the snapshot with their state in words."""
    names = dict(ClaimState.choices)
    return [
        {"title": each["title"], "state": str(names.get(each["state"], each["state"]))}
        for each in feedback.facts.get("posts", [])
    ]


@require_GET
def feedback_detail(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Show one form as far as it is the reader's."""
    by = actor_of(request)
    return feedback_page(request, by, find_feedback(by, uid))


def feedback_page(
    request: HttpRequest, by: Actor, feedback: Feedback, **forms: Any
) -> HttpResponse:
    """Draw a form's page, with refused forms filled in."""
    is_member = by.scope.column == "member"
    objection = Objection.objects.visible_to(by.scope).filter(feedback=feedback).first()
    is_sent = feedback.state == FeedbackState.SENT
    can_object = (
        feedback.stands
        and objection is None
        and feedback.object_until is not None
        and today() <= feedback.object_until
    )
    uses = FeedbackUse.objects.visible_to(by.scope).filter(feedback=feedback)
    use_words = dict(dictionary(feedback.community, "feedback.use"))
    is_received = feedback.state in {FeedbackState.ACKNOWLEDGED, FeedbackState.USED}
    newer = Feedback.objects.visible_to(by.scope).filter(replaces=feedback).first()
    context = {
        "feedback": feedback,
        "is_member": is_member,
        "parts": FeedbackPart.objects.visible_to(by.scope).filter(feedback=feedback),
        "posts": posts_in_words(feedback),
        "reasons": reasons(feedback),
        "objection": objection,
        "objection_channel": _channel(feedback, objection.channel) if objection else "",
        "newer": newer,
        "older": Feedback.objects.visible_to(by.scope).filter(pk=feedback.replaces_id).first(),
        "uses": [(use_words.get(use.kind, use.kind), use) for use in uses],
        "channel": _channel(feedback, feedback.acknowledge_channel),
        "may_evaluate": feedback.is_draft and may(by, "feedback.draft", feedback),
        "may_acknowledge": is_sent and may(by, "feedback.acknowledge", feedback),
        "receipt_form": ReceiptProxyForm(area=feedback.community)
        if is_sent and by.scope.is_area and may(by, "feedback.acknowledge_proxy", feedback)
        else None,
        "use_form": UseForm(area=feedback.community)
        if is_received and may(by, "feedback.use", feedback) and not _is_open(objection)
        else None,
        "use_proxy_form": UseProxyForm(area=feedback.community, auto_id="use_%s")
        if is_received
        and by.scope.is_area
        and may(by, "feedback.use_proxy", feedback)
        and not _is_open(objection)
        else None,
        "object_form": ObjectForm()
        if can_object and is_member and may(by, "feedback.object", feedback)
        else None,
        "object_proxy_form": ObjectProxyForm(area=feedback.community)
        if can_object and by.scope.is_area and may(by, "feedback.object_proxy", feedback)
        else None,
        "may_review": _is_open(objection)
        and may(by, "feedback.review", feedback)
        # Who signed hears from the alert that somebody else decides.
        and not (feedback.signer_id and feedback.signer_id == by.person_id),
        "steps": _steps(feedback),
        "history": []
        if is_member
        else [
            line.entry() for line in history_of(feedback, by.scope) if line.kind != "notice.created"
        ],
        **forms,
    }
    return render(request, "members/feedback_detail.html", context, status=422 if forms else 200)


def _is_open(objection: Objection | None) -> bool:
    return objection is not None and objection.is_open


def _channel(feedback: Feedback, code: str) -> str:
    return word(feedback.community, "proxy.channel", code) if code else ""


_ORDER = (
    FeedbackState.DRAFT,
    FeedbackState.SENT,
    FeedbackState.ACKNOWLEDGED,
    FeedbackState.USED,
)


def _steps(feedback: Feedback) -> list[dict[str, str]]:
    labels = (_("社区评价签发"), _("单位签收"), _("单位阅处运用"))
    at = _ORDER.index(FeedbackState(feedback.state)) if feedback.state in _ORDER else 1
    return [
        {
            "label": label,
            "state": "done" if number < at else "current" if number == at else "todo",
            "note": "",
        }
        for number, label in enumerate(labels)
    ]


def is_theirs(part: FeedbackPart, by: Actor) -> bool:
    """Whether others wrote a part themselves, so that the community changes nothing in it."""
    return part.is_in_own_words and by.scope.column in {"community_secretary", "community_worker"}


def parts_url(part: FeedbackPart, by: Actor) -> str:
    """Return the page on which this post may give a part, "" where it may not."""
    if part.part == FeedbackPartKind.COMMUNITY or is_theirs(part, by):
        return ""
    if part.part == FeedbackPartKind.SELF:
        if by.scope.column == "member":
            return reverse("members:feedback-self", args=(part.uid,))
        return reverse("members:feedback-self-proxy", args=(part.uid,))
    return reverse("members:feedback-part", args=(part.uid,))
