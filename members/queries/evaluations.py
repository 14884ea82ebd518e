"""How posts were evaluated, and what higher floors know of what stands behind a service record."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from django.db.models import Exists, OuterRef, QuerySet

from members.enums import HOLDING, ServiceState
from members.models import ClaimEvaluation, PostClaim, ServicePost, ServiceRecord
from partybuild.calendar import SHANGHAI, today
from partybuild.evaluations.queries import Verdict, verdict, verdicts
from partybuild.fields.codes import mask_name

# What was served longer ago is not asked about any more behind the QR picture; paper is still counted.
ASKED_DAYS = 90


@dataclass(frozen=True)
class Evaluated:
    """What stands behind a service record and what was said of it; `of` is the same for the same thing."""

    of: str
    verdict: Verdict


Evaluations = Callable[[Iterable[ServiceRecord]], dict[int, Evaluated]]
_sources: list[Evaluations] = []


def evaluates(source: Evaluations) -> Evaluations:
    """Let an app of a higher floor say what residents answered: {record key: Evaluated} (decorator)."""
    _sources.append(source)
    return source


def said_elsewhere(records: Iterable[ServiceRecord]) -> dict[int, Evaluated]:
    """Return what higher floors know that residents said of what each record stands for."""
    rows = list(records)
    said: dict[int, Evaluated] = {}
    for source in _sources:
        said |= source(rows)
    return said


def given_between(since: date, until: date) -> QuerySet[ClaimEvaluation]:
    """Return the answers about posts that came in from one day to another."""
    return ClaimEvaluation.objects.filter(
        given_at__gte=datetime.combine(since, time(), SHANGHAI),
        given_at__lt=datetime.combine(until + timedelta(days=1), time(), SHANGHAI),
    )


def said_of_records(
    records: Iterable[ServiceRecord], since: date, until: date
) -> dict[int, Verdict]:
    """Return what was said of what each record stands for.

    Answers about a post are of the claim and no single record's: they stand once, at its last record.
    """
    rows = sorted(records, key=lambda each: (each.date, each.pk))
    said = {record: each.verdict for record, each in said_elsewhere(rows).items()}
    last = {each.claim_id: each.pk for each in rows if each.claim_id is not None}
    given = verdicts(given_between(since, until).filter(claim__in=last), "claim")
    return said | {last[claim]: each for claim, each in given.items()}


def verdict_of_claim(claim: PostClaim) -> Verdict:
    """Return the answers about one member's service in a post."""
    return verdict(ClaimEvaluation.objects.filter(claim=claim), asked=claim.evaluation_asked)


def verdicts_of_claims(claims: Iterable[PostClaim]) -> dict[int, Verdict]:
    """Return {key: verdict} of those about whom anybody answered or was asked, in one query."""
    rows = list(claims)
    given = verdicts(ClaimEvaluation.objects.filter(claim__in=[each.pk for each in rows]), "claim")
    found = {}
    for claim in rows:
        said = given.get(claim.pk, Verdict())
        if said.answers or claim.evaluation_asked:
            found[claim.pk] = replace(said, asked=claim.evaluation_asked)
    return found


def evaluable_claims(post: ServicePost) -> QuerySet[PostClaim]:
    """Return the claims of a post that those served may be asked about: served of late."""
    served = ServiceRecord.objects.filter(
        claim=OuterRef("pk"), date__gte=today() - timedelta(days=ASKED_DAYS)
    ).exclude(state=ServiceState.WITHDRAWN)
    rows: QuerySet[PostClaim] = (
        PostClaim.objects.filter(Exists(served), post=post, state__in=HOLDING)
        .select_related("pledge")
        .order_by("place_number", "id")
    )
    return rows


def called_in_public(claim: PostClaim) -> str:
    """Return how residents read who served: shortened as on the public board, or by the place alone."""
    pledge = getattr(claim, "pledge", None)
    if pledge is None or not pledge.is_public:
        return f"{claim.place_number}号岗在职党员"
    return f"{claim.place_number}号岗 {mask_name(claim.member_name)}"


__all__ = (
    "ASKED_DAYS",
    "Evaluated",
    "called_in_public",
    "evaluable_claims",
    "evaluates",
    "given_between",
    "said_elsewhere",
    "said_of_records",
    "verdict_of_claim",
    "verdicts_of_claims",
)
