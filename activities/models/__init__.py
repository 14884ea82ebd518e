"""Activity, Attendance, Contribution, Evaluation, Host, Seat, SignUp."""

from activities.models.activity import Activity
from activities.models.attendance import Attendance
from activities.models.contribution import Contribution
from activities.models.evaluation import Evaluation
from activities.models.host import Host
from activities.models.seat import Seat
from activities.models.sign_up import SignUp

__all__ = ("Activity", "Attendance", "Contribution", "Evaluation", "Host", "Seat", "SignUp")
