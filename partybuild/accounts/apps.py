"""Application of accounts."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """partybuild.accounts."""

    name = "partybuild.accounts"

    def ready(self) -> None:
        """Let every sign-in leave its time in the session."""
        from django.contrib.auth.signals import user_logged_in

        from partybuild.accounts.signing_in import stamp_session

        user_logged_in.connect(stamp_session, dispatch_uid="partybuild.accounts.stamp_session")
