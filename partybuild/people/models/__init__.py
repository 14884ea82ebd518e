"""Person, NoticeSeen, Consent, Erasure."""

from partybuild.people.models.person import Person
from partybuild.people.models.privacy import Consent, Erasure, NoticeSeen

__all__ = ("Consent", "Erasure", "NoticeSeen", "Person")
