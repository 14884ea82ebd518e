"""Loading the demo by the services that the pages use."""

from config.demo.services.load import load_demo
from config.demo.services.signins import (
    SignIn,
    ask_no_factor,
    known_sign_ins,
    renew_sign_ins,
)

__all__ = ("SignIn", "ask_no_factor", "known_sign_ins", "load_demo", "renew_sign_ins")
