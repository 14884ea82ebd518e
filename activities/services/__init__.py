"""Every write on activities, sign-ups, attendance and evaluations."""

from activities.services.attending import (
    AttendanceLine,
    Kept,
    check_in,
    check_out,
    excuse,
    record_attendance,
)
from activities.services.closing import (
    enter_contribution,
    hold_activity,
    withdraw_contribution,
)
from activities.services.evaluating import (
    close_evaluation,
    enter_evaluations,
    evaluate,
    open_evaluation,
    say_asked,
)
from activities.services.planning import (
    cancel_activity,
    change_activity,
    change_helpers,
    change_places,
    plan_activity,
    publish_activity,
    return_activity,
    submit_activity,
)
from activities.services.recording import enter_from_attendance
from activities.services.reminding import remind_of_activities
from activities.services.signing_up import fill_places, sign_up, sweep_places, withdraw_sign_up

__all__ = (
    "AttendanceLine",
    "Kept",
    "cancel_activity",
    "change_activity",
    "change_helpers",
    "change_places",
    "check_in",
    "check_out",
    "close_evaluation",
    "enter_contribution",
    "enter_evaluations",
    "enter_from_attendance",
    "evaluate",
    "excuse",
    "fill_places",
    "hold_activity",
    "open_evaluation",
    "plan_activity",
    "publish_activity",
    "record_attendance",
    "remind_of_activities",
    "return_activity",
    "say_asked",
    "sign_up",
    "submit_activity",
    "sweep_places",
    "withdraw_contribution",
    "withdraw_sign_up",
)
