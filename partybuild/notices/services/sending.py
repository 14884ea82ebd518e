"""The outbox."""

from partybuild.access import Actor


def send_notices(*, by: Actor) -> int:
    """Send what is queued."""
    raise NotImplementedError
