"""The watch over every form that tests send can fail."""

import pytest

from partybuild.audit.services import record_event
from partybuild.portal.models import Suggestion


def silence(monkeypatch):
    """Take away the event of the deed, and that of the debt which follows it."""
    for name in ("record_event", "owe"):
        monkeypatch.setattr(f"partybuild.portal.services.suggestions.{name}", lambda *a, **k: None)


@pytest.mark.django_db(transaction=True)
def test_a_change_without_an_event_is_found(cast, client_of, monkeypatch):
    silence(monkeypatch)
    with pytest.raises(AssertionError, match=r"portal.Suggestion.*without an event"):
        client_of(cast.liaison).act("/suggestions/new/", {"text": "字再大一点"})
    assert Suggestion.objects.count() == 1


@pytest.mark.django_db
def test_so_it_is_where_the_test_is_one_transaction(cast, client_of, monkeypatch):
    client = client_of(cast.liaison)
    client.act("/suggestions/new/", {"text": "字再大一点"})
    silence(monkeypatch)
    with pytest.raises(AssertionError, match="without an event"):
        client.act("/suggestions/new/", {"text": "再大一点"})


@pytest.mark.django_db(transaction=True)
def test_a_deed_told_twice_is_found(cast, client_of, monkeypatch):
    def twice(*args, **kwargs):
        record_event(*args, **kwargs)
        return record_event(*args, **kwargs)

    monkeypatch.setattr("partybuild.portal.services.suggestions.record_event", twice)
    with pytest.raises(AssertionError, match="told twice"):
        client_of(cast.liaison).act("/suggestions/new/", {"text": "字再大一点"})
