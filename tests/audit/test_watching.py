"""The watch over every form that tests send can fail."""

import pytest
from django.db import transaction

from partybuild.audit.models import Event
from partybuild.portal.models import Suggestion
from tests.audit.watching import one_event_each


@pytest.mark.django_db(transaction=True)
def test_a_change_without_an_event_is_found(cast, client_of, monkeypatch):
    monkeypatch.setattr("partybuild.portal.services.suggestions.record_event", lambda *a, **k: None)
    with pytest.raises(AssertionError, match=r"portal.Suggestion.*without an event"):
        client_of(cast.liaison).act("/suggestions/new/", {"text": "字再大一点"})
    assert Suggestion.objects.count() == 1


@pytest.mark.django_db
def test_so_it_is_where_the_test_is_one_transaction(cast, client_of, monkeypatch):
    client = client_of(cast.liaison)
    client.act("/suggestions/new/", {"text": "字再大一点"})
    monkeypatch.setattr("partybuild.portal.services.suggestions.record_event", lambda *a, **k: None)
    with pytest.raises(AssertionError, match="without an event"):
        client.act("/suggestions/new/", {"text": "再大一点"})


@pytest.mark.django_db(transaction=True)
def test_two_that_lead_one_deed_are_found(cast, client_of):
    client = client_of(cast.liaison)
    answer = client.act("/suggestions/new/", {"text": "字再大一点"})
    event = Event.objects.get(kind="suggestion.sent")
    with pytest.raises(AssertionError, match="two events"), one_event_each() as answers:
        with transaction.atomic():
            for _again in range(2):
                Event.objects.create(
                    kind=event.kind, actor_kind="system", request_id=answer["X-Request-Id"]
                )
        answers.append(answer)
