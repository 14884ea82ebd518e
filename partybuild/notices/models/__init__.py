"""Notice, ChannelPause."""

from partybuild.notices.models.notice import Notice
from partybuild.notices.models.pause import ChannelPause

__all__ = ("ChannelPause", "Notice")
