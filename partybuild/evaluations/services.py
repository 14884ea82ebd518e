"""Taking answers: behind the QR picture, or counted from paper."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import models, transaction

from partybuild.access import Actor
from partybuild.accounts.models import SignedLink
from partybuild.accounts.services.links import issue_link, revoke_links
from partybuild.audit.services import record_event
from partybuild.calendar import now
from partybuild.evaluations.enums import EvaluatedBy, EvaluatedVia, Satisfaction
from partybuild.evaluations.exceptions import MoreAnswersThanAsked
from partybuild.evaluations.models import Answer
from partybuild.evaluations.queries import on_paper

# So long may somebody answer who was there.
DAYS = 7


@dataclass(frozen=True)
class Evaluating:
    """How one kind of thing is evaluated; an app's own services ask its rules first, then this.

    What is evaluated carries `evaluation_asked`; events are kinds of the app.
    """

    answers: type[Answer]
    # The answers' foreign key.
    of: str
    # The line of access.csv for who has the address.
    action: str
    linked: Any
    closed: Any
    answered: Any
    entered: Any
    asked: Any

    @transaction.atomic
    def open(self, target: models.Model, *, by: Actor) -> SignedLink:
        """Open the page behind the QR picture for a week; asking twice gives the same address."""
        link = issue_link(target, action=self.action, days=DAYS, by=by)
        record_event(self.linked, target=target, by=by)
        return link

    @transaction.atomic
    def close(self, target: models.Model, *, by: Actor) -> int:
        """Take no more answers."""
        count = revoke_links(target, action=self.action, by=by)
        if count:
            record_event(self.closed, target=target, by=by)
        return count

    @transaction.atomic
    def answer(
        self, about: models.Model, *, side: str, grade: str, ballot: UUID, by: Actor, comment: str
    ) -> Any:
        """Write down one answer; the same form sent twice is one."""
        row, is_new = self.answers._default_manager.get_or_create(
            ballot=ballot,
            defaults={
                self.of: about,
                "side": EvaluatedBy(side),
                "grade": Satisfaction(grade),
                "comment": comment.strip()[:500],
                "via": EvaluatedVia.LINK,
                "given_at": now(),
            },
        )
        if is_new:
            record_event(self.answered, target=row, by=by)
        return row

    @transaction.atomic
    def enter(
        self, about: models.Model, *, counts: Mapping[tuple[str, str], int], by: Actor
    ) -> int:
        """Enter paper forms as counted: {(side, grade): how many}; what was entered before is replaced."""
        type(about)._default_manager.select_for_update(of=("self",)).get(pk=about.pk)
        moment = now()
        rows = [
            self.answers(
                **{self.of: about},
                side=EvaluatedBy(side),
                grade=Satisfaction(grade),
                via=EvaluatedVia.PAPER,
                given_at=moment,
            )
            for (side, grade), count in counts.items()
            for _each in range(count)
        ]
        given = self._given(about)
        before = on_paper(given)
        given.filter(via=EvaluatedVia.PAPER).delete()
        self.answers._default_manager.bulk_create(rows)
        self._check_asked(about)
        record_event(
            self.entered,
            target=about,
            by=by,
            changes={
                f"{side} {grade}": [before.get((side, grade), 0), count]
                for (side, grade), count in counts.items()
            },
        )
        return len(rows)

    @transaction.atomic
    def say_asked(self, about: Any, *, asked: int | None, by: Actor) -> Any:
        """Say how many were asked, so that who did not answer is known apart."""
        before = about.evaluation_asked
        about.evaluation_asked = asked
        about.save(update_fields=["evaluation_asked"])
        self._check_asked(about)
        record_event(self.asked, target=about, by=by, changes={"evaluation_asked": [before, asked]})
        return about

    def _given(self, about: models.Model) -> models.QuerySet[Any]:
        return self.answers._default_manager.filter(**{self.of: about})

    def _check_asked(self, about: Any) -> None:
        answers = self._given(about).count()
        if about.evaluation_asked is not None and about.evaluation_asked < answers:
            raise MoreAnswersThanAsked(answers=answers)
