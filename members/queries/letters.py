"""Reads about letters of recommendation."""

from __future__ import annotations

from datetime import date

from members.models import RecommendationLetter
from members.models.letter import RecommendationLetterQuerySet, code_hash
from partybuild.access import Level
from partybuild.accounts.models import SignedLink
from partybuild.areas.models import Area
from partybuild.areas.models.area import AreaQuerySet

# The prefix of the numbers: 组荐〔2026〕3号, counted per unit and year.
PREFIX = "组荐"
# The line of access.csv that the letter's link and code stand for.
LINK = "report_in.submit"


def letter_with_code(code: str) -> RecommendationLetter | None:
    """Return the letter that carries a code, whatever has become of it; the code is the proof."""
    return (
        RecommendationLetter.objects.filter(code_hash=code_hash(code))
        .select_related("member__person", "unit", "community", "report_in__community")
        .first()
    )


def open_letters() -> RecommendationLetterQuerySet:
    """Return the letters that nobody has used."""
    rows: RecommendationLetterQuerySet = RecommendationLetter.objects.issued()
    return rows


def standing_link(letter: RecommendationLetter) -> SignedLink | None:
    """Return the link that stands on a letter as a QR code, while it can be used."""
    return SignedLink.objects.filter(
        action=LINK, target_uid=letter.uid, person=letter.member.person_id, revoked_at=None
    ).first()


def letter_to_use(member_id: int, day: date) -> RecommendationLetter | None:
    """Return the letter with which a member may report in on a day."""
    return RecommendationLetter.objects.usable(day).filter(member=member_id).first()


def communities_to_choose_from() -> AreaQuerySet:
    """Return every community: their names are public, and any may be where somebody lives."""
    rows: AreaQuerySet = Area.objects.filter(level=Level.COMMUNITY, valid_to=None)
    return rows.select_related("parent").order_by("path")
