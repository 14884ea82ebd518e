"""The pages, for the one who may, the one who looks and the one from elsewhere."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from partybuild.access import Role
from partybuild.accounts.actors import actor_in
from partybuild.exchange.enums import BatchState
from partybuild.exchange.models import ImportBatch
from partybuild.exchange.services import confirm_batch
from partybuild.exchange.services.running import run_apply, run_read
from tests.factories.core import make_post
from tests.factories.sheets import (
    applied,
    register,
    roster,
    small_register,
    staged,
    uploaded,
    workbook,
)
from units.models import ResidentUnit

pytestmark = pytest.mark.django_db
HEAD = ["单位名称", "所属社区", "住所"]
GOOD = workbook(HEAD, ["某厂", "", "一号"], ["某店", "湖畔社区", ""])


def file(content: bytes = GOOD, name: str = "单位.xlsx") -> SimpleUploadedFile:
    """Return an upload."""
    return SimpleUploadedFile(name, content)


def at(name: str, batch: ImportBatch) -> str:
    """Return the address of a batch's page."""
    return reverse(f"exchange:{name}", args=(batch.uid,))


def test_secretary_goes_from_the_file_to_the_result_and_back(cast, client_of):
    client = client_of(cast.secretary)
    sent = client.act(reverse("exchange:import-upload", args=("units",)), {"file": file()})
    batch = ImportBatch.objects.get()
    assert (sent.status_code, sent["Location"]) == (302, at("import-preview", batch))
    assert "正在读取" in client.get(at("import-preview", batch)).content.decode()
    run_read(batch.pk)
    page = client.get(at("import-preview", batch)).content.decode()
    assert "写入1行" in page
    assert "“湖畔社区”不在您负责的范围内" in page
    client.act(at("import-apply", batch))
    assert "正在写入" in client.get(at("import-preview", batch)).content.decode()
    run_apply(batch.pk)
    assert ResidentUnit.objects.count() == 1
    done = client.get(at("import-preview", batch), follow=True)
    assert "写入1行" in done.content.decode()
    undone = client.act(at("import-undo", batch), {"reason": "传错了"})
    assert undone.status_code == 302
    assert ResidentUnit.objects.count() == 0


@pytest.mark.parametrize(
    "name", ["import-preview", "import-result", "import-progress", "import-rows"]
)
def test_batch_of_another_community_is_not_there(cast, client_of, name):
    batch = staged("units", GOOD, by=actor_in(cast.secretary))
    assert client_of(cast.outsider).get(at(name, batch)).status_code == 404
    assert client_of(cast.liaison).get(at(name, batch)).status_code == 404


@pytest.mark.parametrize("name", ["import-apply", "import-discard", "import-undo"])
def test_outsider_moves_nothing(cast, client_of, name):
    batch = staged("units", GOOD, by=actor_in(cast.secretary))
    answer = client_of(cast.outsider).act(at(name, batch), {"reason": "x"})
    batch.refresh_from_db()
    assert (answer.status_code, batch.state) == (404, BatchState.STAGED)


def test_street_sees_its_communities_batches_but_does_not_confirm_them(cast, client_of):
    batch = staged("units", GOOD, by=actor_in(cast.secretary))
    client = client_of(cast.street_staff)
    assert client.get(at("import-preview", batch)).status_code == 200
    assert client.act(at("import-apply", batch)).status_code == 403
    batch.refresh_from_db()
    assert batch.state == BatchState.STAGED


def test_community_does_not_see_what_a_unit_uploads(cast, client_of):
    batch = staged(
        "members", roster(["1", "张三", "1", "", "", "", "", "", ""]), by=actor_in(cast.liaison)
    )
    assert client_of(cast.secretary).get(at("import-preview", batch)).status_code == 404
    assert client_of(cast.unit_secretary).get(at("import-preview", batch)).status_code == 200


def test_secretary_undoes_a_worker_s_batch_and_not_the_other_way(cast, client_of):
    by_worker = applied("units", GOOD, by=actor_in(cast.worker))
    by_secretary = applied("units", workbook(HEAD, ["另一厂", "", ""]), by=actor_in(cast.secretary))
    refused = client_of(cast.worker).act(at("import-undo", by_secretary), {"reason": "x"})
    done = client_of(cast.secretary).act(at("import-undo", by_worker), {"reason": "传错了"})
    assert (refused.status_code, done.status_code) == (403, 302)
    assert list(ResidentUnit.objects.values_list("organization__name", flat=True)) == ["另一厂"]


@pytest.mark.parametrize(
    ("post", "key", "status"),
    [
        ("secretary", "units", 200),
        ("secretary", "members", 200),
        ("secretary", "areas", 403),
        ("street_staff", "units", 200),
        ("street_staff", "members", 403),
        ("city_staff", "units", 403),
        ("liaison", "members", 200),
        ("liaison", "units", 403),
        ("member", "members", 403),
        ("secretary", "nonsense", 404),
    ],
)
def test_upload_needs_import_and_the_object_s_own_line(cast, client_of, post, key, status):
    client = client_of(getattr(cast, post))
    assert client.get(reverse("exchange:import-upload", args=(key,))).status_code == status


def test_member_has_no_imports(cast, client_of):
    assert client_of(cast.member).get(reverse("exchange:import-list")).status_code == 403


def test_administrator_imports_areas_with_a_reason_and_nothing_else(cast, client_of):
    client = client_of(make_post(Role.SYSTEM_ADMIN, name="管理员甲"))
    url = reverse("exchange:import-upload", args=("areas",))
    content = register(*small_register())
    assert client.act(url, {"file": file(content)}).status_code == 422
    client.act(url, {"file": file(content), "reason": "首次导入"})
    batch = ImportBatch.objects.get()
    run_read(batch.pk)
    assert "澄浪社区" in client.get(at("import-preview", batch)).content.decode()
    client.act(at("import-apply", batch))
    run_apply(batch.pk)
    batch.refresh_from_db()
    assert (batch.state, batch.reason) == (BatchState.APPLIED, "首次导入")
    other = staged("units", GOOD, by=actor_in(cast.secretary))
    assert client.get(at("import-preview", other)).status_code == 404


@pytest.mark.parametrize(
    ("content", "name", "told"),
    [
        (b"MZ\x90\0\0", "花名册.xlsx", "这不是表格文件"),
        (b"<html><table>", "花名册.xls", "其实是网页"),
        (GOOD[:-100], "花名册.xlsx", "文件已损坏"),
    ],
)
def test_foreign_file_is_told_at_its_field_and_nothing_is_kept(
    cast, client_of, content, name, told
):
    url = reverse("exchange:import-upload", args=("units",))
    answer = client_of(cast.secretary).act(url, {"file": file(content, name)})
    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert not ImportBatch.objects.exists()


def test_refused_file_says_why_and_what_to_do(cast, client_of):
    batch = uploaded("units", workbook(["甲", "乙"], [1, 2]), by=actor_in(cast.secretary))
    run_read(batch.pk)
    page = client_of(cast.secretary).get(at("import-preview", batch)).content.decode()
    assert "至少要有：单位名称" in page
    assert "重新上传" in page


def test_progress_leads_on_when_reading_is_done(cast, client_of):
    batch = uploaded("units", GOOD, by=actor_in(cast.secretary))
    client = client_of(cast.secretary)
    waiting = client.get(at("import-progress", batch), headers={"HX-Request": "true"})
    assert (waiting.status_code, "HX-Redirect" in waiting) == (200, False)
    run_read(batch.pk)
    done = client.get(at("import-progress", batch), headers={"HX-Request": "true"})
    assert done["HX-Redirect"] == at("import-preview", batch)


def test_same_file_again_is_warned(cast, client_of):
    applied("units", GOOD, by=actor_in(cast.secretary))
    batch = staged("units", GOOD, by=actor_in(cast.secretary))
    assert (
        "同一个文件已在"
        in client_of(cast.secretary).get(at("import-preview", batch)).content.decode()
    )


def test_undo_that_is_refused_says_what_stands_in_the_way(cast, client_of):
    from members.services import add_member
    from tests.factories.core import SYSTEM, id_number

    batch = applied("units", GOOD, by=actor_in(cast.secretary))
    unit = ResidentUnit.objects.get()
    add_member(name="张三", id_number=id_number(1), unit=unit.organization, by=SYSTEM)
    answer = client_of(cast.secretary).act(at("import-undo", batch), {"reason": "传错了"})
    assert answer.status_code == 422
    assert "第2行已有工作单位" in answer.content.decode()
    batch.refresh_from_db()
    assert batch.state == BatchState.APPLIED


@pytest.mark.parametrize("key", ["units", "members"])
def test_template_is_a_workbook(cast, client_of, key):
    answer = client_of(cast.secretary).get(reverse("exchange:import-template", args=(key,)))
    assert (answer.status_code, answer.content[:2]) == (200, b"PK")


def test_rows_to_correct_are_downloaded_by_the_one_who_sent_them(cast, client_of):
    batch = staged("units", GOOD, by=actor_in(cast.worker))
    assert client_of(cast.worker).get(at("import-rows", batch)).content[:2] == b"PK"
    assert client_of(cast.secretary).get(at("import-rows", batch)).status_code == 403


@pytest.mark.parametrize("count", [1, 3])
def test_list_costs_the_same_for_one_and_three(
    cast, client_of, django_assert_max_num_queries, count
):
    for number in range(count):
        staged("units", workbook(HEAD, [f"某厂{number}", "", ""]), by=actor_in(cast.secretary))
    client = client_of(cast.secretary)
    client.get(reverse("exchange:import-list"))
    with django_assert_max_num_queries(16):
        assert client.get(reverse("exchange:import-list")).status_code == 200


def test_preview_pages_by_line(cast, client_of):
    by = actor_in(cast.secretary)
    rows: list[list[Any]] = [[f"第{number}厂", "", ""] for number in range(120)]
    batch = staged("units", workbook(HEAD, *rows), by=by)
    client = client_of(cast.secretary)
    first = client.get(at("import-preview", batch)).content.decode()
    assert "第0厂" in first
    assert "第50厂" not in first
    second = client.get(at("import-preview", batch) + "?state=&older=51").content.decode()
    assert "第50厂" in second
    assert "第99厂" in second
    assert "第100厂" not in second
    back = client.get(at("import-preview", batch) + "?state=&newer=52").content.decode()
    assert "第0厂" in back


def test_form_sent_twice_makes_one_batch(cast, client_of):
    client = client_of(cast.secretary)
    url = reverse("exchange:import-upload", args=("units",))
    nonce = "11111111-2222-3333-4444-555555555555"
    first = client.act(url, {"file": file(), "nonce": nonce})
    second = client.act(url, {"file": file(), "nonce": nonce})
    assert (first["Location"], second["Location"]) == (first["Location"], first["Location"])
    assert ImportBatch.objects.count() == 1


def test_confirm_pressed_twice_is_told_kindly(cast, client_of):
    batch = staged("units", GOOD, by=actor_in(cast.secretary))
    confirm_batch(batch, by=actor_in(cast.secretary))
    answer = client_of(cast.secretary).act(at("import-apply", batch), follow=True)
    assert "状态已经变化" in answer.content.decode()
