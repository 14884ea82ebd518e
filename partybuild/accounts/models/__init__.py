"""User, Appointment, SignedLink, OneTimeLink, ApiToken, FormNonce, SecurityPolicy, sessions, devices."""

from partybuild.accounts.models.appointment import Appointment
from partybuild.accounts.models.link import SignedLink
from partybuild.accounts.models.nonce import FormNonce
from partybuild.accounts.models.one_time import OneTimeLink
from partybuild.accounts.models.policy import SecurityPolicy
from partybuild.accounts.models.session import (
    KnownDevice,
    PastPassword,
    SignInSession,
    SignInTry,
)
from partybuild.accounts.models.token import ApiToken
from partybuild.accounts.models.user import User

__all__ = (
    "ApiToken",
    "Appointment",
    "FormNonce",
    "KnownDevice",
    "OneTimeLink",
    "PastPassword",
    "SecurityPolicy",
    "SignInSession",
    "SignInTry",
    "SignedLink",
    "User",
)
