"""Writes on accounts, appointments, links and tokens."""

from partybuild.accounts.services.appointments import (
    end_appointment,
    grant_appointment,
    hand_over_appointment,
    postpone_end,
)
from partybuild.accounts.services.links import issue_link, revoke_links
from partybuild.accounts.services.one_time import (
    invite,
    issue_one_time_link,
    revoke_one_time_links,
    send_invitation,
    send_way_in,
    use_one_time_link,
)
from partybuild.accounts.services.sessions import (
    keep_elder_mode,
    note_sign_in,
    note_sign_out,
    switch_post,
)
from partybuild.accounts.services.tokens import issue_token, revoke_token
from partybuild.accounts.services.users import (
    appoint,
    change_sign_in,
    create_user,
    disable_user,
    enable_user,
    hand_over_to,
    open_account,
    open_holders_account,
    open_member_account,
)

__all__ = (
    "appoint",
    "change_sign_in",
    "create_user",
    "disable_user",
    "enable_user",
    "end_appointment",
    "grant_appointment",
    "hand_over_appointment",
    "hand_over_to",
    "invite",
    "issue_link",
    "issue_one_time_link",
    "issue_token",
    "keep_elder_mode",
    "note_sign_in",
    "note_sign_out",
    "open_account",
    "open_holders_account",
    "open_member_account",
    "postpone_end",
    "revoke_links",
    "revoke_one_time_links",
    "revoke_token",
    "send_invitation",
    "send_way_in",
    "switch_post",
    "use_one_time_link",
)
