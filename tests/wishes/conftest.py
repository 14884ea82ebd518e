"""The members' world, where wishes are made and claimed."""

from tests.members.conftest import *  # noqa: F403
