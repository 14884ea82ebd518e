"""Every write on activities and sign-ups."""

from activities.services.planning import (
    cancel_activity,
    change_activity,
    change_places,
    plan_activity,
    publish_activity,
)
from activities.services.signing_up import fill_places, sign_up, sweep_places, withdraw_sign_up

__all__ = (
    "cancel_activity",
    "change_activity",
    "change_places",
    "fill_places",
    "plan_activity",
    "publish_activity",
    "sign_up",
    "sweep_places",
    "withdraw_sign_up",
)
