"""Letters of recommendation: issued, used to report in, answered with a receipt, taken back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from members.enums import EventKind, LetterState, MemberState
from members.exceptions import (
    LetterNotUsable,
    LetterNotValidLong,
    MemberHasEnded,
    NotOnOwnRoster,
)
from members.models import Employment, PartyMember, RecommendationLetter, ReportIn
from members.models.letter import code_hash, new_code
from members.queries.letters import LINK, PREFIX, letter_to_use
from partybuild.access import Actor
from partybuild.accounts.models import SignedLink
from partybuild.accounts.services.links import issue_link, revoke_links
from partybuild.areas.models import Area
from partybuild.areas.queries import parameter
from partybuild.audit.services import record_event
from partybuild.calendar import today
from partybuild.calendar.words import short_date_cn
from partybuild.documents.composition import number_on_paper
from partybuild.documents.services.numbering import receipt_number, take_number
from partybuild.notices.services import Recipient, notify
from partybuild.organizations.models import Organization
from units.queries import committee_of


@dataclass
class Letters:
    """What issuing for a whole branch did: the letters, and the sentences about those left out."""

    issued: list[RecommendationLetter] = field(default_factory=list)
    left: list[str] = field(default_factory=list)


@transaction.atomic
def issue_letter(
    member: PartyMember,
    *,
    unit: Organization,
    by: Actor,
    community: Area | None = None,
    valid_until: date | None = None,
) -> RecommendationLetter:
    """Write a unit's letter for one of its people; one that is still open is replaced by it."""
    member = PartyMember.objects.select_for_update().get(pk=member.pk)
    if member.state == MemberState.ENDED:
        raise MemberHasEnded
    employment = (
        Employment.objects.current()
        .confirmed()
        .filter(member=member, unit=unit)
        .select_related("branch__organization", "unit__area")
        .first()
    )
    if employment is None:
        raise NotOnOwnRoster(member.person.name)
    day = today()
    days = parameter(unit.area, "letter.valid_days")
    until = valid_until or day + timedelta(days=days)
    if not day <= until <= day + timedelta(days=366):
        raise LetterNotValidLong
    for former in RecommendationLetter.objects.issued().filter(member=member):
        _close(former, on=day, by=by)
    code = new_code()
    letter = RecommendationLetter.objects.create(
        member=member,
        unit=unit,
        branch=employment.branch,
        community=community,
        number=number_on_paper(PREFIX, day.year, take_number(unit, prefix=PREFIX, year=day.year)),
        code=code,
        code_hash=code_hash(code),
        issued_on=day,
        issued_by=by.post,
        valid_until=until,
        member_name=member.person.name,
        unit_name=unit.name,
        post=employment.post,
        branch_name=str(employment.branch) if employment.branch else "",
    )
    record_event(EventKind.LETTER_ISSUED, target=letter, by=by)
    link_of(letter, by=by)
    notify(
        kind="letter.issued",
        subject=letter,
        recipients=[Recipient(person=member.person)],
        title=_("单位已开具组织推荐信，请到居住地社区报到"),
        body=_(
            "%(unit)s已为您开具组织推荐信（%(number)s），%(until)s前有效。"
            "点开链接核对后即可报到，不用再填单位和姓名；也可以带着推荐信到社区办理。"
        )
        % {"unit": unit.name, "number": letter.number, "until": short_date_cn(until)},
        by=by,
        path="/members/me/",
        link_action=LINK,
    )
    return letter


def link_of(letter: RecommendationLetter, *, by: Actor) -> SignedLink:
    """Return the link that stands on the letter as a QR code; it lives as long as the letter."""
    days = max(1, (letter.valid_until - today()).days + 1)
    return issue_link(letter, action=LINK, days=days, by=by, person=letter.member.person)


@transaction.atomic
def issue_letters(
    members: Iterable[PartyMember],
    *,
    unit: Organization,
    by: Actor,
    community: Area | None = None,
    valid_until: date | None = None,
) -> Letters:
    """Write letters for a whole branch; those for whom an open letter stands keep it.

    Whoever has reported in and waits for the community needs none.
    """
    done = Letters()
    day = today()
    picked = list(members)
    waiting = {
        row.member_id: row
        for row in ReportIn.objects.waiting()
        .filter(member__in=[member.pk for member in picked])
        .select_related("community")
    }
    for member in picked:
        if (report_in := waiting.get(member.pk)) is not None:
            done.left.append(
                _("%(name)s：已提交报到，等%(community)s确认")
                % {"name": member.person.name, "community": report_in.community.name}
            )
            continue
        if letter_to_use(member.pk, day) is not None:
            done.left.append(_("%(name)s：已有未用的推荐信") % {"name": member.person.name})
            continue
        done.issued.append(
            issue_letter(member, unit=unit, community=community, valid_until=valid_until, by=by)
        )
    return done


def _close(letter: RecommendationLetter, *, on: date, by: Actor) -> None:
    """A new letter takes the place of one that nobody used."""
    is_late = letter.valid_until < on
    state = LetterState.EXPIRED if is_late else LetterState.REVOKED
    reason = "" if is_late else _("另开了新的推荐信")
    RecommendationLetter.objects.issued().filter(pk=letter.pk).update(
        state=state, ended_on=on, end_reason=reason
    )
    letter.refresh_from_db()
    revoke_links(letter, action=LINK, by=by)
    kind = EventKind.LETTER_EXPIRED if is_late else EventKind.LETTER_REVOKED
    record_event(kind, target=letter, by=by, reason=reason)


@transaction.atomic
def revoke_letter(letter: RecommendationLetter, *, reason: str, by: Actor) -> RecommendationLetter:
    """Take back a letter that nobody has used."""
    open_one = RecommendationLetter.objects.issued().filter(pk=letter.pk)
    # The filter is the lock: of taking back and using at once, one happens.
    if not open_one.update(state=LetterState.REVOKED, ended_on=today(), end_reason=reason):
        raise LetterNotUsable
    letter.refresh_from_db()
    revoke_links(letter, action=LINK, by=by)
    record_event(EventKind.LETTER_REVOKED, target=letter, by=by, reason=reason)
    return letter


def claim_letter(letter: RecommendationLetter, *, report_in: ReportIn, by: Actor) -> None:
    """Use a letter for a report-in, inside its transaction; once, and only in its time."""
    usable = RecommendationLetter.objects.usable(today()).filter(
        pk=letter.pk, member=report_in.member_id
    )
    # The filter is the lock: of two reporting in with it at once, one does.
    if not usable.update(state=LetterState.USED, report_in=report_in):
        raise LetterNotUsable
    letter.refresh_from_db()
    record_event(EventKind.LETTER_USED, target=letter, by=by)


def letter_of(report_in: ReportIn) -> RecommendationLetter | None:
    """Return the letter with which somebody reported in."""
    return RecommendationLetter.objects.filter(report_in=report_in.pk).first()


def free_letter(report_in: ReportIn, *, by: Actor) -> None:
    """Let a letter be used again whose report-in came to nothing."""
    letter = letter_of(report_in)
    if letter is None:
        return
    if RecommendationLetter.objects.issued().filter(member=letter.member_id).exists():
        # A newer one is there: this one has had its use.
        return
    RecommendationLetter.objects.filter(pk=letter.pk).update(
        state=LetterState.ISSUED, report_in=None
    )
    letter.refresh_from_db()
    record_event(EventKind.LETTER_FREED, target=letter, by=by)


def hand_on_letter(report_in: ReportIn, *, to: ReportIn) -> None:
    """Let a letter go with the report-in that is passed on to the right community."""
    RecommendationLetter.objects.filter(report_in=report_in.pk).update(report_in=to)


def give_receipt(report_in: ReportIn, *, by: Actor) -> RecommendationLetter | None:
    """Send the letter's receipt (回执) to the unit: taken in, on which day, in which grid and team."""
    letter = letter_of(report_in)
    if letter is None:
        return None
    day = report_in.decided_on or today()
    if not letter.receipt_number:
        keeper = committee_of(report_in.community) or letter.unit
        letter.receipt_number = receipt_number(keeper, day.year)
        letter.receipt_on = day
        letter.save(update_fields=("receipt_number", "receipt_on"))
    record_event(EventKind.LETTER_RECEIPT, target=letter, by=by)
    where = "、".join(
        str(part.name) for part in (report_in.grid, report_in.team) if part is not None
    )
    notify(
        kind="letter.receipt",
        subject=letter,
        recipients=[Recipient(organization=letter.unit)],
        title=_("组织推荐信回执：党员已到社区报到"),
        body=_("%(number)s推荐的党员已于%(day)s到%(community)s报到%(where)s，回执编号%(receipt)s。")
        % {
            "number": letter.number,
            "day": short_date_cn(day),
            "community": report_in.community.name,
            "where": _("，编入%(places)s") % {"places": where} if where else "",
            "receipt": letter.receipt_number,
        },
        by=by,
        path=letter.get_absolute_url(),
    )
    return letter


__all__ = (
    "Letters",
    "claim_letter",
    "free_letter",
    "give_receipt",
    "hand_on_letter",
    "issue_letter",
    "issue_letters",
    "letter_of",
    "link_of",
    "revoke_letter",
)
