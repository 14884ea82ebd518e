"""Notice, ChannelPause, ChannelPreference, Delegation, GroupRobot."""

from partybuild.notices.models.delegation import Delegation
from partybuild.notices.models.notice import Notice
from partybuild.notices.models.pause import ChannelPause
from partybuild.notices.models.preference import ChannelPreference
from partybuild.notices.models.robot import GroupRobot

__all__ = ("ChannelPause", "ChannelPreference", "Delegation", "GroupRobot", "Notice")
