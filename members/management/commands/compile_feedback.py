"""Compile the feedback forms that are due, without Celery."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from members.services import compile_due_feedback
from partybuild.access import Actor
from partybuild.calendar import today


class Command(BaseCommand):
    """Compile the feedback forms that are due; a second run changes nothing."""

    help = "Compile the feedback forms that are due."

    def handle(self, *args: Any, **options: Any) -> None:
        """Call the service and report."""
        done = compile_due_feedback(on=today(), by=Actor.system("compile_feedback"))
        self.stdout.write(f"{done} forms begun or brought up to date")
