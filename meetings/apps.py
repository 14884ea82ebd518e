"""Application of joint meetings."""

from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    """meetings."""

    name = "meetings"
    verbose_name = "联席会议"
