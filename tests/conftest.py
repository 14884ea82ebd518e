"""Fixtures of every test: the clock, the cast, the clients."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import get_resolver
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from kombu import pools
from pytest_django.plugin import blocking_manager_key

from config.celery import app as celery_app
from partybuild.access import Actor
from partybuild.accounts.actors import POST_KEY
from partybuild.accounts.models import Appointment
from partybuild.accounts.signing_in import FACTOR, PASSED
from partybuild.calendar import SHANGHAI
from partybuild.calendar.clock import set_play_clock
from tests import flushing
from tests.factories.cast import Cast, cast_again
from tests.sharing import parted, run_all
from tests.tables import kept_tables, leave_unmeasured

# One browser for the whole run: two of them would be two loops in one thread.
from tests.ui.browser import chromium, visit  # noqa: F401

# How long an example takes says what else the machine does, not what it found.
hypothesis_settings.register_profile(
    "patient",
    hypothesis_settings.default,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
hypothesis_settings.load_profile("patient")

BOTH = ("default", "owner")
# These walk every page as everybody for minutes; another make of the database does not change what they find.
LONG = (
    "tests/matrix/",
    "tests/probes/",
    "tests/threads/",
    "tests/architecture/test_routes.py",
    "tests/accounts/services/test_escalation.py",
    "tests/ui/",
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let runs at the same time share the files, and a run on other servers leave out what needs none."""
    parser.addoption(
        "--share", type=Path, help="a folder that runs at the same time have in common"
    )
    parser.addoption(
        "--on-database",
        action="store_true",
        help="leave out what never asks the database: other servers do not change what it finds",
    )


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> bool | None:
    """Run the files in the order of tests/sharing.py, and of several runs each file in one."""
    config = session.config
    if config.option.collectonly or session.testsfailed:
        return None

    def between() -> None:
        with config.stash[blocking_manager_key].unblock():
            flushing.clear_away()

    run_all(session, config.getoption("--share"), between)
    return True


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Every database test may use both connections: the owner flushes, the app runs."""
    for item in items:
        if item.path.relative_to(item.config.rootpath).as_posix().startswith(LONG):
            item.add_marker("long")
            if item.get_closest_marker("timeout") is None:
                # The first of them builds the fixture tree: minutes on a machine that does other things.
                item.add_marker(pytest.mark.timeout(900))
        marker = item.get_closest_marker("django_db")
        # Without the mark the owner's test database is not made, and the test runs in the real one.
        if marker is None and "db" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.django_db(databases=list(BOTH)))
        if marker is not None and "databases" not in marker.kwargs:
            marker.kwargs["databases"] = list(BOTH)
    if config.getoption("--on-database"):
        items[:], apart = parted(items)
        config.hook.pytest_deselected(items=apart)


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> Iterator[ExitStack]:
    """Keep the mirror: the app role sees the database that the owner made. Make its tables fast."""
    with ExitStack() as until_made:
        until_made.enter_context(kept_tables())
        yield until_made


@pytest.fixture(scope="session")
def django_db_setup(
    django_db_modify_db_settings: ExitStack, django_db_setup: None, django_db_blocker: Any
) -> None:
    """Let the app role move the clock: this is a test database."""
    django_db_modify_db_settings.close()
    from django.apps import apps
    from django.db import connections
    from django.db.models.signals import post_migrate

    from partybuild.audit.furniture import let_app_move_clock, let_owner_flush

    def grant_again(using: str, **kwargs: Any) -> None:
        if using == "owner":
            let_app_move_clock()
            let_owner_flush()

    # The flush after a transactional test furnishes anew, and takes the right away again.
    post_migrate.connect(
        grant_again, sender=apps.get_app_config("audit"), weak=False, dispatch_uid="test-clock"
    )
    with django_db_blocker.unblock():
        let_app_move_clock()
        let_owner_flush()
        leave_unmeasured(connections["owner"])
    flushing.install()


@pytest.fixture(autouse=True)
def _undefined_variables_fail(settings: Any) -> None:
    """A template that reads what nobody gave is a fault."""
    settings.TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = _Undefined()


class _Undefined(str):
    """Fails where a template writes it; `if` and `default` may still ask."""

    __slots__ = ()

    def __contains__(self, item: object) -> bool:
        return item == "%s"

    def __mod__(self, name: object) -> str:
        raise AssertionError(f"undefined template variable: {name}")


@pytest.fixture
def clock(db: None) -> Callable[..., None]:
    """Set the business time: clock(2026, 3, 5, 9) in Shanghai."""

    def set_to(year: int, month: int, day: int, hour: int = 9, minute: int = 0) -> None:
        set_play_clock(datetime(year, month, day, hour, minute, tzinfo=SHANGHAI))

    set_to(2026, 3, 5)
    return set_to


@pytest.fixture
def cast(clock: Any) -> Cast:
    """The people of house-style.md: secretary may, liaison looks, outsider is of another community."""
    return cast_again()


@pytest.fixture(scope="session", autouse=True)
def _pages_loaded() -> None:
    """Import every page before a test patches a name: who imports a patched one would keep it."""
    assert get_resolver().url_patterns


@pytest.fixture(scope="session", autouse=True)
def _broker_let_go() -> Iterator[None]:
    """Close what woke Celery, so that no connection outlives the run."""
    yield
    celery_app.pool.force_close_all()
    pools.reset()


class ActingClient(Client):
    """A signed-in browser acting in one post; `act` sends a form as the pages do."""

    appointment: Appointment | None = None

    def act(self, path: str, data: dict[str, Any] | None = None, **extra: Any) -> Any:
        """POST with the hidden fields of a form: post and a fresh nonce; every change leaves its event."""
        import uuid

        from tests.audit.watching import one_event_each

        hidden = {"nonce": str(uuid.uuid4())}
        if self.appointment is not None:
            hidden["post"] = str(self.appointment.uid)
        with one_event_each() as answers:
            answer = self.post(path, {**hidden, **(data or {})}, **extra)
            answers.append(answer)
        return answer

    def step_up(self) -> None:
        """Be in a session that has just proved again who it is."""
        import time

        from allauth.account.internal.flows import login

        assert self.appointment is not None
        session = self.session
        session[login._AUTHENTICATION_METHODS_USER_SESSION_KEY] = str(
            self.appointment.person.user.pk
        )
        record = {"method": "password", "at": time.time(), "reauthenticated": True}
        session[login.AUTHENTICATION_METHODS_SESSION_KEY] = [record]
        session.save()


@pytest.fixture
def client_of(db: None) -> Callable[[Appointment], ActingClient]:
    """Return a browser signed in as the holder of an appointment, acting in it."""

    def sign_in(appointment: Appointment) -> ActingClient:
        client = ActingClient()
        client.force_login(appointment.person.user)
        session = client.session
        session[POST_KEY] = str(appointment.uid)
        # Signed in with everything that the policy asks for.
        session[FACTOR] = PASSED
        session.save()
        client.appointment = appointment
        return client

    return sign_in


@pytest.fixture
def system() -> Actor:
    """The actor of sweeps and commands."""
    return Actor.system("test")


@pytest.fixture(autouse=True)
def _empty_limits() -> None:
    """Limits of one test must not lock the next one out."""
    cache.clear()
