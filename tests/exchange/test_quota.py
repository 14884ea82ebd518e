"""A person uploads so much a day, in whichever post, and no more."""

from __future__ import annotations

import pytest
from django.db.models import F
from django.urls import reverse

from partybuild.accounts.actors import actor_in
from partybuild.areas.services.settings import set_parameter
from partybuild.exchange.exceptions import QuotaReached
from partybuild.exchange.models import ImportBatch, ImportFile
from partybuild.exchange.services.uploads import KEPT_DAYS
from tests.factories.core import SYSTEM
from tests.factories.sheets import uploaded, workbook

pytestmark = pytest.mark.django_db
GOOD = workbook(["单位名称"], ["某厂"])


def test_number_of_files_a_day_is_limited_per_person(cast):
    set_parameter(cast.city, key="upload.files_per_day", value=2, by=SYSTEM)
    for _number in range(2):
        uploaded("units", GOOD, by=actor_in(cast.secretary))
    with pytest.raises(QuotaReached):
        uploaded("units", GOOD, by=actor_in(cast.secretary))
    assert ImportBatch.objects.count() == ImportFile.objects.count() == 2
    # Others are not kept from uploading by it.
    uploaded("units", GOOD, by=actor_in(cast.worker))
    ImportBatch.objects.update(created_at=F("created_at") - KEPT_DAYS * _day())
    uploaded("units", GOOD, by=actor_in(cast.secretary))


def test_size_of_files_a_day_is_limited(cast):
    set_parameter(cast.city, key="upload.megabytes_per_day", value=1, by=SYSTEM)
    uploaded("units", GOOD, by=actor_in(cast.secretary))
    ImportBatch.objects.update(file_size=1024 * 1024 - 10)
    with pytest.raises(QuotaReached):
        uploaded("units", GOOD, by=actor_in(cast.secretary))


def test_page_says_in_words_that_the_day_is_full(cast, client_of):
    from django.core.files.uploadedfile import SimpleUploadedFile

    set_parameter(cast.city, key="upload.files_per_day", value=1, by=SYSTEM)
    uploaded("units", GOOD, by=actor_in(cast.secretary))
    response = client_of(cast.secretary).act(
        reverse("exchange:import-upload", args=("units",)),
        {"file": SimpleUploadedFile("a.xlsx", GOOD)},
    )
    assert response.status_code == 422
    assert "24小时内最多上传1个文件" in response.content.decode()
    assert ImportBatch.objects.count() == 1


def _day():
    from datetime import timedelta

    return timedelta(days=1)
