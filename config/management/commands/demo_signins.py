"""manage.py demo_signins: one sign-in per role."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.demo.services import ask_no_factor, known_sign_ins, renew_sign_ins
from partybuild.access import Actor
from partybuild.accounts.policy import policy


class Command(BaseCommand):
    """Print the list, making it first where there is none."""

    help = "Print one sign-in per role of the demo. The passwords are random per installation."

    def add_arguments(self, parser: CommandParser) -> None:
        """--renew gives everybody a new password."""
        parser.add_argument("--renew", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print user name, password and post."""
        if not settings.IN_DEVELOPMENT:
            raise CommandError("Demo sign-ins are not for production (DEPLOYMENT=production).")
        lines = [] if options["renew"] else known_sign_ins()
        if not lines:
            lines = renew_sign_ins(by=Actor.system("demo_signins"))
        ask_no_factor(by=Actor.system("demo_signins"))
        for line in lines:
            self.stdout.write(f"{line.username:<16}{line.password:<18}{line.post}")
        if not policy().factor_columns:
            self.stdout.write(
                "In this demonstration no post needs a second factor (安全策略 of the security "
                "administrator says which do); in use the administrators, street and above need one."
            )
