"""Celery doors of accounts."""

from celery import shared_task


@shared_task
def sweep_sign_ins() -> None:
    """Delete what is over: sessions, old tries. A second run finds nothing."""
    from partybuild.accounts.services.sessions import sweep_sessions
    from partybuild.accounts.services.tries import forget_old_tries

    sweep_sessions()
    forget_old_tries()
