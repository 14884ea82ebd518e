"""Writes on members, report-ins, service records and summaries."""

from members.services.corrections import correct_service
from members.services.members import (
    add_member,
    change_member,
    confirm_employment,
    employ,
    end_employment,
    end_member,
    refuse_employment,
)
from members.services.merging import merge_members, settle_double
from members.services.places import refresh_places
from members.services.report_ins import (
    confirm_report_in,
    end_report_in,
    place_in_grid,
    return_report_in,
    submit_at_desk,
    submit_report_in,
    withdraw_report_in,
)
from members.services.reveals import CallLine, call_list, reveal_id_number, reveal_phone
from members.services.service_records import (
    certify_records,
    enter_services,
    withdraw_records,
)
from members.services.summaries import acknowledge_summary, sign_summaries, sign_summary

__all__ = (
    "CallLine",
    "acknowledge_summary",
    "add_member",
    "call_list",
    "certify_records",
    "change_member",
    "confirm_employment",
    "confirm_report_in",
    "correct_service",
    "employ",
    "end_employment",
    "end_member",
    "end_report_in",
    "enter_services",
    "merge_members",
    "place_in_grid",
    "refresh_places",
    "refuse_employment",
    "return_report_in",
    "reveal_id_number",
    "reveal_phone",
    "settle_double",
    "sign_summaries",
    "sign_summary",
    "submit_at_desk",
    "submit_report_in",
    "withdraw_records",
    "withdraw_report_in",
)
