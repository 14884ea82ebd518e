"""The servers together, from inside the process that looks after them."""

import gc
import smtplib
from urllib.parse import urlsplit

from partybuild.devstack import places
from partybuild.devstack.stack import Stack
from tests.devstack.machine import eventually


def test_crashed_mail_sink_comes_back_on_its_port() -> None:
    account = places.server_account()
    place = places.TemporaryPlace(account)
    stack = Stack(
        account=account,
        programs=places.find_programs(account),
        place=place,
        data=place.path,
        logs=place.path,
        mailbox=place.path / "mailbox",
        kept={},
        throw_away=True,
        inherited=[place.lock.descriptor],
        variables={"DEPLOYMENT": "demo"},
        # Only the mail is started here.
        outside={"REDIS_URL": "redis://elsewhere", "DATABASE_URL": "postgresql://elsewhere"},
    )
    try:
        with stack.running():
            gc.collect()
            [sink] = stack.children
            address = urlsplit(stack.variables["EMAIL_URL"])
            assert eventually(lambda: _greets(address.hostname, address.port))
            assert sink.process
            sink.process.kill()
            sink.process.wait()

            def comes_back() -> bool:
                sink.look_after()
                return sink.running and _greets(address.hostname, address.port)

            assert eventually(comes_back, within=60), sink.last_words()
    finally:
        place.remove()


def _greets(host: str | None, port: int | None) -> bool:
    try:
        with smtplib.SMTP(host or "", port or 0, timeout=20) as client:
            return client.noop()[0] == 250
    except (OSError, smtplib.SMTPException):
        return False
