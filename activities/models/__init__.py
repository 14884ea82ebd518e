"""Activity, Host, Seat, SignUp."""

from activities.models.activity import Activity
from activities.models.host import Host
from activities.models.seat import Seat
from activities.models.sign_up import SignUp

__all__ = ("Activity", "Host", "Seat", "SignUp")
