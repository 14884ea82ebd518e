"""Celery's doors to the sweeps of joint meetings."""

from celery import shared_task

from partybuild.access import Actor


@shared_task
def sweep_cards() -> None:
    """Raise and lift yellow and red cards by the clock; a second run finds them standing."""
    from meetings.services import sweep_cards as sweep

    sweep(by=Actor.system("sweep_cards"))


@shared_task
def close_circulations() -> None:
    """End rounds of countersigning whose date has passed; a second run finds them ended."""
    from meetings.services import close_circulations as close

    close(by=Actor.system("close_circulations"))
