"""The Celery application; it only wakes work that PostgreSQL owns."""

import os
from typing import Any

from celery import Celery
from celery.signals import beat_init, worker_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("partybuild")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_init.connect(weak=False)
@beat_init.connect(weak=False)
def _refuse_unsafe_start(**kwargs: Any) -> None:
    from django.conf import settings

    from config.safety import refuse_unsafe_start

    refuse_unsafe_start(settings)
