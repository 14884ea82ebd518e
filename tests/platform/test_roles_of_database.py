"""Two database roles: the owner migrates, the app runs and may not touch what is written down."""

import pytest
from django.db import DatabaseError, connection, transaction

from partybuild.audit.models import Event
from partybuild.audit.services import record_event

pytestmark = pytest.mark.django_db


def test_app_runs_as_the_app_role(settings):
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone()[0] == settings.APP_DATABASE_ROLE
    assert settings.DATABASES["owner"]["USER"] != settings.APP_DATABASE_ROLE


def test_app_cannot_change_or_delete_an_event(cast, system):
    event = record_event("test", target=cast.unit, by=system)
    for change in (
        lambda: Event.objects.filter(pk=event.pk).update(reason="x"),
        lambda: Event.objects.filter(pk=event.pk).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


@pytest.mark.django_db(transaction=True)
def test_changed_at_follows_bulk_updates(cast):
    organizations = type(cast.unit).objects.filter(pk=cast.unit.pk)
    before = organizations.get().changed_at
    organizations.update(sort=5)
    assert organizations.get().changed_at > before
