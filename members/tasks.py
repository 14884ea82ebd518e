"""Celery doors of members."""

from __future__ import annotations

from celery import shared_task


@shared_task
def compile_feedback() -> int:
    """Compile the feedback forms that are due; a second run changes nothing."""
    from members.services import compile_due_feedback  # tasks stand below services
    from partybuild.access import Actor
    from partybuild.calendar import today

    return compile_due_feedback(on=today(), by=Actor.system("compile_feedback"))
