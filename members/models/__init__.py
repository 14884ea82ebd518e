"""What members are, where they stand, what they did, and the papers about it."""

from members.models.annual_form import AnnualForm
from members.models.certificate import ServiceCertificate
from members.models.correction import ServiceCorrection
from members.models.double import DoubleCase
from members.models.feedback import (
    Feedback,
    FeedbackDelivery,
    FeedbackPart,
    FeedbackUse,
    Objection,
)
from members.models.feedback_request import FeedbackRequest
from members.models.letter import RecommendationLetter
from members.models.member import Employment, PartyMember
from members.models.place import MemberPlace
from members.models.post import ClaimEvaluation, Pledge, PostClaim, ServicePost
from members.models.renewal import Renewal
from members.models.report_in import ReportIn
from members.models.service_record import ServiceRecord
from members.models.summary import ServiceSummary
from members.models.team import Team, TeamMember
from members.models.unit_report_in import UnitReportIn

__all__ = (
    "AnnualForm",
    "ClaimEvaluation",
    "DoubleCase",
    "Employment",
    "Feedback",
    "FeedbackDelivery",
    "FeedbackPart",
    "FeedbackRequest",
    "FeedbackUse",
    "MemberPlace",
    "Objection",
    "PartyMember",
    "Pledge",
    "PostClaim",
    "RecommendationLetter",
    "Renewal",
    "ReportIn",
    "ServiceCertificate",
    "ServiceCorrection",
    "ServicePost",
    "ServiceRecord",
    "ServiceSummary",
    "Team",
    "TeamMember",
    "UnitReportIn",
)
