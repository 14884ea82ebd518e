"""Writes on accounts, appointments, links and tokens."""

from partybuild.accounts.services.appointments import end_appointment, grant_appointment
from partybuild.accounts.services.links import issue_link, revoke_links
from partybuild.accounts.services.sessions import note_sign_in, note_sign_out, switch_post
from partybuild.accounts.services.tokens import issue_token, revoke_token
from partybuild.accounts.services.users import create_user

__all__ = (
    "create_user",
    "end_appointment",
    "grant_appointment",
    "issue_link",
    "issue_token",
    "note_sign_in",
    "note_sign_out",
    "revoke_links",
    "revoke_token",
    "switch_post",
)
