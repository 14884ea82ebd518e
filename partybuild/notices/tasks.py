"""Doors of Celery: they only wake work that PostgreSQL owns."""

from __future__ import annotations

from celery import shared_task

from partybuild.access import Actor


@shared_task
def plan_reminders() -> None:
    """Write the reminders that have fallen due; a second run finds them written."""
    from partybuild.notices.services.planning import plan_reminders as plan

    plan(by=Actor.system("plan_reminders"))


@shared_task
def send_notices() -> None:
    """Send what is queued; a second run, at the same time too, takes other rows or none."""
    from partybuild.notices.services.sending import send_notices as send

    send(by=Actor.system("send_notices"))


@shared_task
def sweep_idle_accounts() -> None:
    """Tell owners of idle accounts, and disable those told long enough ago; a second run finds both done."""
    from partybuild.notices.services.idle import sweep_idle_accounts as sweep

    sweep(by=Actor.system("sweep_idle_accounts"))
