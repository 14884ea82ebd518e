"""A million events are verified within a minute (T31): measured on fewer, in one stream."""

from __future__ import annotations

import json
import resource
import sys
import time

import pytest
from django.db import connections, transaction

from partybuild.audit.queries.verifying import verify_chain
from partybuild.audit.services import seal_events

ROWS = 200_000

FILL = """
INSERT INTO audit_event (uid, kind, actor_kind, actor_name, actor_post, user_id, person_id, appointment_id,
    organization_id, role, area_path, object_label, object_uid, object_text, changes, reason, result, about,
    is_follow_up, request_id, source)
SELECT gen_random_uuid(), 'organization.changed', 'appointment', '社区书记甲', '和平社区党委 社区党组织书记', n, n, n,
    n, 'community_secretary', '00000001.00000002.00000003.', 'organizations.Organization', gen_random_uuid(),
    '江湾区图书馆', jsonb_build_object('address', jsonb_build_array('江边路1号', '江边路' || n || '号')), '', 'done',
    '{}', false, md5(n::text), '10.1.2.3'
FROM generate_series(1, %s) n
"""


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_verifying_keeps_its_promise(capsys):
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute(FILL, [ROWS])
    began = time.monotonic()
    assert seal_events() == ROWS
    sealing = time.monotonic() - began
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    found = verify_chain()
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    assert (found.ok, found.events) == (True, ROWS)
    per_million = found.seconds * 1_000_000 / ROWS
    with capsys.disabled():
        sys.stdout.write(
            json.dumps(
                {
                    "rows": ROWS,
                    "seal_seconds": round(sealing, 1),
                    "verify_seconds": found.seconds,
                    "verify_seconds_per_million": round(per_million, 1),
                    "grown_mb": round(grown),
                }
            )
            + "\n"
        )
    assert per_million <= 60
    assert grown < 60
