"""Requests for an opinion: asked by a unit or a district, answered by the community from its record."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from members.enums import EventKind, RequestPurpose, RequestState
from members.exceptions import (
    AsksAboutOneself,
    CommunityWithoutCommittee,
    DecidesOnOneself,
    NotReportedInThere,
    ReplyChangedMeanwhile,
    RequestAlreadyDecided,
    RequestAlreadyWaiting,
    RequestNotOfAUnit,
    UseAlreadyRecorded,
)
from members.models import FeedbackRequest, PartyMember
from members.queries.members import current_employment
from members.queries.replies import RECEIVE_DUTY, REPLY_DUTY, communities_to_ask, reply_record
from partybuild.access import Actor, Role
from partybuild.areas.models import Area
from partybuild.areas.queries import channel_word, parameter
from partybuild.audit.services import record_event
from partybuild.calendar import add_working_days, now, today
from partybuild.documents.composition import number_on_paper
from partybuild.documents.services.numbering import receipt_number, take_number
from partybuild.notices.services import Recipient, notify
from partybuild.obligations.models import Obligation
from partybuild.obligations.registry import Debt
from partybuild.obligations.services import owe, pay, void
from partybuild.organizations.models import Organization
from units.queries import committees_of

# Who asks and who reads the answer: a liaison does neither.
_ASKERS = frozenset({Role.UNIT_SECRETARY, Role.COMMITTEE})
# 答复〔2026〕3号.
PREFIX = "答复"
_ANSWERERS = frozenset({Role.COMMUNITY_SECRETARY, Role.COMMUNITY_WORKER})


@transaction.atomic
def ask_opinion(
    member: PartyMember,
    *,
    communities: Iterable[Area],
    asker: Organization,
    purpose: RequestPurpose | str,
    since: date,
    due_on: date,
    by: Actor,
    question: str = "",
) -> list[FeedbackRequest]:
    """Ask each community at which the member stood reported in; each answers for itself."""
    if by.person_id is not None and member.person_id == by.person_id:
        raise AsksAboutOneself
    asked = list(communities)
    until = today()
    known = set(communities_to_ask(member, since, until).values_list("pk", flat=True))
    if not asked or {community.pk for community in asked} - known:
        raise NotReportedInThere
    committees = committees_of(asked)
    work = current_employment(member)
    requests = []
    for community in asked:
        committee = committees.get(community.pk)
        if committee is None:
            raise CommunityWithoutCommittee(community.name)
        request = FeedbackRequest(
            community=community,
            committee=committee,
            member=member,
            asker=asker,
            purpose=purpose,
            question=question,
            since=since,
            until=until,
            asked_on=until,
            asked_by=by.post,
            asking_person_id=by.person_id,
            due_on=due_on,
            member_name=member.person.name,
            unit_name=work.unit.name if work else "",
            post=work.post if work else "",
            asker_name=asker.name,
            community_name=community.name,
            committee_name=committee.name,
        )
        request.freeze_areas(community)
        try:
            # The unique key is the lock: one question of an asker about a member waits at a time.
            with transaction.atomic():
                request.save()
        except IntegrityError as clash:
            raise RequestAlreadyWaiting(community.name) from clash
        record_event(EventKind.REQUEST_ASKED, target=request, by=by)
        requests.append(request)
    owe([_debt(request) for request in requests], by=by)
    for request in requests:
        _tell_community(request, by=by)
    return requests


def _debt(request: FeedbackRequest) -> Debt:
    return Debt(
        duty=REPLY_DUTY,
        bearer_organization=request.committee,
        owed_to=request.asker,
        subject=request,
        due_on=request.due_on,
        area=request.community,
    )


def _day(day: date) -> str:
    return _("%(month)d月%(day)d日") % {"month": day.month, "day": day.day}


def _tell_community(request: FeedbackRequest, *, by: Actor) -> None:
    # Whom it is about stands on the page alone: mails and lists of debts are read by others too.
    notify(
        kind="feedback_request.asked",
        subject=request,
        recipients=[Recipient(organization=request.committee, roles=_ANSWERERS)],
        title=_("%(asker)s就一名党员的社区表现征求意见") % {"asker": request.asker_name},
        body=_(
            "%(asker)s因%(purpose)s，就在贵社区报到的一名党员征求意见，请在%(due)s前答复。"
            "服务和认领情况已按记录汇总好，登录后核对、写明意见即可签发。"
        )
        % {
            "asker": request.asker_name,
            "purpose": request.get_purpose_display(),
            "due": _day(request.due_on),
        },
        by=by,
        path=request.get_absolute_url(),
        obligation=Obligation.objects.filter(duty=REPLY_DUTY, subject_uid=request.uid).first(),
    )


@transaction.atomic
def withdraw_request(request: FeedbackRequest, *, reason: str, by: Actor) -> FeedbackRequest:
    """Whoever asked takes the question back; nothing is owed any more."""
    _decide(request, RequestState.WITHDRAWN, withdrawn_reason=reason)
    void(duty=REPLY_DUTY, subject=request, reason=reason, by=by)
    record_event(EventKind.REQUEST_WITHDRAWN, target=request, by=by, reason=reason)
    notify(
        kind="feedback_request.withdrawn",
        subject=request,
        recipients=[Recipient(organization=request.committee, roles=_ANSWERERS)],
        title=_("%(asker)s撤回了征求意见，不用答复") % {"asker": request.asker_name},
        body=reason,
        by=by,
        path=request.get_absolute_url(),
    )
    return request


@transaction.atomic
def decline_request(request: FeedbackRequest, *, reason: str, by: Actor) -> FeedbackRequest:
    """The community cannot say: consultation, not command; whoever asked reads why."""
    _refuse_own(request, by)
    _decide(request, RequestState.DECLINED, decline_reason=reason)
    void(duty=REPLY_DUTY, subject=request, reason=reason, by=by)
    record_event(EventKind.REQUEST_DECLINED, target=request, by=by, reason=reason)
    _tell_asker(
        request,
        kind="feedback_request.declined",
        title=_("%(community)s退回了征求意见") % {"community": request.community_name},
        body=reason,
        by=by,
    )
    return request


def _decide(request: FeedbackRequest, state: RequestState, **values: str) -> None:
    # The filter is the lock: withdrawn and answered at once, one of them holds.
    if (
        not FeedbackRequest.objects.waiting()
        .filter(pk=request.pk)
        .update(state=state, version=F("version") + 1, **values)
    ):
        raise RequestAlreadyDecided
    request.refresh_from_db()


def _refuse_own(request: FeedbackRequest, by: Actor) -> None:
    """Nobody answers what is about themselves or what they asked themselves."""
    if by.person_id is not None and by.person_id in {
        request.member.person_id,
        request.asking_person_id,
    }:
        raise DecidesOnOneself


@transaction.atomic
def draft_reply(
    request: FeedbackRequest,
    *,
    conduct: str,
    problems: str,
    opinion: str,
    version: int,
    by: Actor,
) -> FeedbackRequest:
    """Keep what a worker prepares for the secretary's signature; nobody's words are overwritten."""
    _refuse_own(request, by)
    if (
        not FeedbackRequest.objects.waiting()
        .filter(pk=request.pk, version=version)
        .update(
            conduct=conduct,
            problems=problems,
            opinion=opinion,
            drafted_by=by.post,
            version=F("version") + 1,
        )
    ):
        raise _why_not(request)
    request.refresh_from_db()
    record_event(EventKind.REQUEST_DRAFTED, target=request, by=by)
    return request


def _why_not(request: FeedbackRequest) -> Exception:
    waits = FeedbackRequest.objects.waiting().filter(pk=request.pk).exists()
    return ReplyChangedMeanwhile() if waits else RequestAlreadyDecided()


def _reply_number(request: FeedbackRequest) -> str:
    year = today().year
    return number_on_paper(PREFIX, year, take_number(request.committee, prefix=PREFIX, year=year))


@transaction.atomic
def answer_request(
    request: FeedbackRequest,
    *,
    conduct: str,
    problems: str,
    opinion: str,
    version: int,
    by: Actor,
) -> FeedbackRequest:
    """Freeze the record beside the opinion, sign and send; the unit acknowledges."""
    _refuse_own(request, by)
    is_shown = bool(parameter(request.community, "request.is_shown"))
    if (
        not FeedbackRequest.objects.waiting()
        .filter(pk=request.pk, version=version)
        .update(
            state=RequestState.ANSWERED,
            facts=reply_record(request),
            conduct=conduct,
            problems=problems,
            opinion=opinion,
            number=_reply_number(request),
            signed_at=now(),
            signed_by=by.post,
            is_shown=is_shown,
            version=F("version") + 1,
        )
    ):
        raise _why_not(request)
    request.refresh_from_db()
    pay(duty=REPLY_DUTY, bearer=request.committee, subject=request, paid_with=request, by=by)
    record_event(EventKind.REQUEST_ANSWERED, target=request, by=by)
    obligation = _owe_receipt(request, by=by) if request.is_from_unit else None
    _tell_asker(
        request,
        kind="feedback_request.answered",
        title=_("%(community)s已答复征求的意见") % {"community": request.community_name},
        body=_("%(committee)s已签发答复（编号%(number)s），请登录查看。")
        % {"committee": request.committee_name, "number": request.number},
        obligation=obligation,
        by=by,
    )
    if is_shown:
        _tell_member(request, by=by)
    return request


def _owe_receipt(request: FeedbackRequest, *, by: Actor) -> Obligation | None:
    days = parameter(request.community, "acknowledge.due_days")
    owe(
        [
            Debt(
                duty=RECEIVE_DUTY,
                bearer_organization=request.asker,
                owed_to=request.committee,
                unit=request.asker,
                subject=request,
                due_on=add_working_days(today(), days),
                area=request.community,
            )
        ],
        by=by,
    )
    return Obligation.objects.filter(duty=RECEIVE_DUTY, subject_uid=request.uid).first()


def _tell_asker(
    request: FeedbackRequest,
    *,
    kind: str,
    title: str,
    body: str,
    by: Actor,
    obligation: Obligation | None = None,
) -> None:
    notify(
        kind=kind,
        subject=request,
        recipients=[Recipient(organization=request.asker, roles=_ASKERS)],
        title=title,
        body=body,
        by=by,
        path=request.get_absolute_url(),
        obligation=obligation,
    )


def _tell_member(request: FeedbackRequest, *, by: Actor) -> None:
    notify(
        kind="feedback_request.about_you",
        subject=request,
        recipients=[Recipient(person=request.member.person)],
        title=_("%(community)s答复了关于您的征求意见") % {"community": request.community_name},
        body=_("答复的内容可以查看；认为与事实不符的，可以申请更正。"),
        by=by,
        path=request.get_absolute_url(),
    )


@transaction.atomic
def acknowledge_reply(
    request: FeedbackRequest, *, by: Actor, channel: str = "", on: date | None = None
) -> FeedbackRequest:
    """The unit has received the answer; `channel` says how the community heard so."""
    if not request.is_from_unit:
        raise RequestNotOfAUnit
    if (
        not FeedbackRequest.objects.unacknowledged()
        .filter(pk=request.pk)
        .update(
            state=RequestState.ACKNOWLEDGED,
            acknowledged_at=now(),
            acknowledged_by=by.post,
            acknowledge_channel=channel,
            receipt_number=receipt_number(request.committee, today().year),
        )
    ):
        raise RequestAlreadyDecided
    request.refresh_from_db()
    pay(
        duty=RECEIVE_DUTY,
        bearer=request.asker,
        subject=request,
        paid_with=request,
        on=on,
        by=by,
    )
    record_event(
        EventKind.REQUEST_ACKNOWLEDGED,
        target=request,
        by=by,
        reason=channel_word(request.community, channel),
    )
    return request


@transaction.atomic
def record_reply_use(
    request: FeedbackRequest, *, use: str, on: date, by: Actor, note: str = ""
) -> FeedbackRequest:
    """Note what the unit used the answer for, once; the community hears it: two-way."""
    if (
        not FeedbackRequest.objects.replied()
        .filter(pk=request.pk, use="")
        .update(use=use, use_note=note, used_on=on, used_by=by.post)
    ):
        raise UseAlreadyRecorded
    request.refresh_from_db()
    record_event(EventKind.REQUEST_USED, target=request, by=by)
    notify(
        kind="feedback_request.used",
        subject=request,
        recipients=[Recipient(organization=request.committee, roles=_ANSWERERS)],
        title=_("%(asker)s登记了答复的运用情况") % {"asker": request.asker_name},
        body=_("贵社区答复的意见已在%(purpose)s中运用。")
        % {"purpose": request.get_purpose_display()},
        by=by,
        path=request.get_absolute_url(),
    )
    return request
