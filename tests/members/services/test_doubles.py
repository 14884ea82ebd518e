"""What entering a member costs: most have no double, and nobody is asked who sees one."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from members.services.doubles import known_under
from partybuild.accounts.actors import actor_in
from tests.factories.core import id_number

pytestmark = pytest.mark.django_db


def test_who_is_new_is_looked_for_by_the_number_alone(cast):
    by = actor_in(cast.secretary)
    with CaptureQueriesContext(connection) as asked:
        assert known_under(id_number(555), name="来人甲", by=by).person is None
    asks = [query["sql"] for query in asked]
    assert len(asks) == 2
    # Who sees whom is a question to all rows; an import would ask it once for each of its own.
    assert [sql.count("SELECT") for sql in asks] == [1, 1], asks
