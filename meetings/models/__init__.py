"""Council, CouncilMember, Topic, Meeting, AgendaItem, Receipt, Presence, Minutes, Resolution."""

from meetings.models.agenda_item import AgendaItem
from meetings.models.call_answer import CallAnswer
from meetings.models.card import Card, CardQuerySet
from meetings.models.council import Council
from meetings.models.council_member import CouncilMember
from meetings.models.extension import Extension
from meetings.models.invitee import Invitee
from meetings.models.meeting import Meeting
from meetings.models.member_proposal import MemberProposal
from meetings.models.minutes import Minutes
from meetings.models.minutes_circulation import Countersignature, MinutesCirculation
from meetings.models.minutes_edition import MinutesEdition
from meetings.models.minutes_revision import MinutesRevision
from meetings.models.part_time_member import (
    PartTimeMember,
    PartTimeObjection,
    PartTimeReport,
)
from meetings.models.presence import Presence
from meetings.models.progress import Progress
from meetings.models.receipt import Receipt
from meetings.models.resolution import Resolution
from meetings.models.resolution_party import ResolutionParty
from meetings.models.rotation import CouncilRotation, CouncilTurn
from meetings.models.sign_in import SignIn
from meetings.models.topic import Topic
from meetings.models.topic_call import TopicCall

__all__ = (
    "AgendaItem",
    "CallAnswer",
    "Card",
    "CardQuerySet",
    "Council",
    "CouncilMember",
    "CouncilRotation",
    "CouncilTurn",
    "Countersignature",
    "Extension",
    "Invitee",
    "Meeting",
    "MemberProposal",
    "Minutes",
    "MinutesCirculation",
    "MinutesEdition",
    "MinutesRevision",
    "PartTimeMember",
    "PartTimeObjection",
    "PartTimeReport",
    "Presence",
    "Progress",
    "Receipt",
    "Resolution",
    "ResolutionParty",
    "SignIn",
    "Topic",
    "TopicCall",
)
