"""PartyMember, Employment, DoubleCase, ServiceCorrection, MemberPlace, ReportIn, ServiceRecord, ServiceSummary."""

from members.models.correction import ServiceCorrection
from members.models.double import DoubleCase
from members.models.member import Employment, PartyMember
from members.models.place import MemberPlace
from members.models.report_in import ReportIn
from members.models.service_record import ServiceRecord
from members.models.summary import ServiceSummary

__all__ = (
    "DoubleCase",
    "Employment",
    "MemberPlace",
    "PartyMember",
    "ReportIn",
    "ServiceCorrection",
    "ServiceRecord",
    "ServiceSummary",
)
