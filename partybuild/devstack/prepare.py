"""Brings a database up to date, and the demo's data in; one process, so Django starts once.

Run as `python -m partybuild.devstack.prepare [--demo]` with the environment set.
"""

import sys

import django
from django.contrib.auth import get_user_model
from django.core.management import call_command, get_commands


def migrate() -> None:
    """Make the tables that are missing, as the role that owns them."""
    call_command("migrate", database="owner", verbosity=0, interactive=False)


def load_demo_if_empty() -> None:
    """Load the demo's data where nobody could sign in yet, and print the sign-ins."""
    commands = get_commands()
    users = get_user_model()._default_manager
    if "load_demo" in commands and not users.exists():
        call_command("load_demo")
    if "demo_signins" in commands:
        call_command("demo_signins")


if __name__ == "__main__":
    django.setup()
    migrate()
    if "--demo" in sys.argv[1:]:
        load_demo_if_empty()
