"""The papers of reporting in: what they say, for whom they are, and that no secret stands where it should not."""

from __future__ import annotations

import json
import zipfile
from io import BytesIO
from typing import Any

import pytest
from django.urls import reverse

from members.enums import FeedbackPartKind, FeedbackState
from members.models import Feedback, FeedbackPart
from members.queries.letters import standing_link
from members.services import issue_letter
from partybuild.accounts.actors import actor_in
from partybuild.accounts.links import link_url
from partybuild.documents.composition import Code, Composition
from partybuild.documents.registry import kind_of
from partybuild.documents.rendering import as_pdf, as_word
from partybuild.documents.services import draft_of
from tests.documents.test_rendering import text_of_pdf
from tests.factories.members import make_feedback, make_member, make_report_in, make_unit_report_in

pytestmark = pytest.mark.django_db


def _draft(key: str, subject: Any) -> tuple[Composition, str]:
    kind = kind_of(key)
    found = kind.find(type(subject)._base_manager.all(), subject.uid)
    paper = draft_of(kind, found)
    return paper, json.dumps(paper.plain(), ensure_ascii=False)


@pytest.fixture
def letter(world, clock):
    """An open letter for who has not reported in."""
    clock(2026, 3, 5, 9)
    return issue_letter(world.d, unit=world.cast.unit, by=actor_in(world.cast.liaison))


def test_the_letter_has_three_parts_and_a_code_to_scan(letter):
    paper, text = _draft("letter.paper", letter)
    for part in (
        "组织推荐信（存根）",
        "组织推荐信",
        "组织推荐信（回执）",
        "组荐〔2026〕1号",
        "戴四",
    ):
        assert part in text
    [code] = [block for block in paper.blocks if isinstance(block, Code)]
    link = standing_link(letter)
    assert link is not None
    assert code.address == link_url(link)
    assert letter.code_shown in code.lines[0]
    assert Composition.of_plain(paper.plain()) == paper
    assert as_pdf(paper).startswith(b"%PDF")
    with zipfile.ZipFile(BytesIO(as_word(paper))) as word:
        assert any(name.startswith("word/media/") for name in word.namelist())


def test_a_used_letter_carries_its_receipt_and_no_code(world, letter):
    make_report_in(world.d, world.cast.community)
    letter.refresh_from_db()
    paper, text = _draft("letter.paper", letter)
    assert not [block for block in paper.blocks if isinstance(block, Code)]
    assert letter.receipt_number in text
    assert world.cast.community.name in text
    assert letter.code_shown not in text


def test_no_paper_of_reporting_in_carries_numbers_of_the_person(world, letter):
    report_in = make_report_in(world.d, world.cast.community)
    person = world.d.person
    subjects = (
        ("letter.paper", letter),
        ("report_in.sheet", report_in),
        ("report_in.receipt", report_in),
        ("report_in.register", world.cast.community),
        ("member.basic_facts", world.d),
    )
    for key, subject in subjects:
        _paper, text = _draft(key, subject)
        assert "戴四" in text, key
        assert person.id_number not in text, key
        assert person.phone not in text, key


def test_the_members_own_form_is_filled_in_completely(world):
    _paper, text = _draft("member.own_basic_facts", world.a)
    person = world.a.person
    assert person.id_number in text
    assert person.phone in text
    assert "望江苑1幢" in text


def test_the_own_form_is_for_nobody_else(world, client_of):
    path = reverse("documents:document-draft", args=("member.own_basic_facts", world.a.uid, "pdf"))
    posts = (world.member_post, world.cast.unit_secretary, world.cast.secretary)
    assert [client_of(post).get(path).status_code for post in posts] == [200, 404, 404]


def test_the_letters_paper_is_for_unit_and_member(world, letter, client_of):
    path = reverse("documents:document-draft", args=("letter.paper", letter.uid, "pdf"))
    posts = (world.cast.liaison, world.cast.other_liaison, world.cast.secretary)
    assert [client_of(post).get(path).status_code for post in posts] == [200, 404, 404]


def test_the_list_of_a_community_is_for_its_side_of_the_tree(world, client_of):
    path = reverse(
        "documents:document-draft",
        args=("report_in.register", world.cast.community.uid, "docx"),
    )
    cast = world.cast
    posts = (cast.secretary, cast.street_staff, cast.outsider, cast.liaison, world.member_post)
    assert [client_of(post).get(path).status_code for post in posts] == [200, 200, 404, 404, 404]


def test_a_units_form_shows_both_seals_and_the_receipt(world):
    report_in = make_unit_report_in(world.cast.unit, world.cast.community)
    paper, text = _draft("unit_report_in.sheet", report_in)
    for word in (
        "单位党组织到社区报到登记表",
        "同意接收",
        report_in.receipt_number,
        "在职党员10人",
    ):
        assert word in text
    assert as_pdf(paper).startswith(b"%PDF")


@pytest.mark.parametrize(("services", "posts"), [(0, 0), (3, 2), (30, 9)])
def test_a_feedback_form_is_one_sheet_with_room_for_both_seals(cast, services, posts):
    member = make_member(cast.unit, "何长青")
    make_report_in(member, cast.community)
    form = make_feedback(
        member, cast.unit, cast.community, "qualified", state=FeedbackState.USED, facts={}
    )
    facts = {
        **form.facts,
        "times": services,
        "services": [
            {"date": "2026-03-01", "content": "沿江步道清洁志愿服务", "hours": "2.5", "kind": "x"}
        ]
        * services,
        "posts": [{"title": "楼栋党员责任区", "state": "done"}] * posts,
        "said": {"satisfied": 8, "mostly": 1, "dissatisfied": 0},
    }
    Feedback.objects.filter(pk=form.pk).update(
        facts=facts,
        conduct="没有收到违反社会公德、居民公约的反映",
        problems="工作日参加较少",
        opinion="该同志积极参加社区服务，热心帮助邻里。" * 5,
        answer="已在支部党员大会上通报，感谢社区。",
        receipt_number="回执〔2026〕12号",
    )
    for part in FeedbackPartKind:
        FeedbackPart.objects.update_or_create(
            feedback=form, part=part, defaults={"text": "工作积极，服务群众有热情。" * 3}
        )
    paper, text = _draft("feedback.sheet", form)
    assert "单位党组织阅处意见" in text
    assert min(services, 3) <= text.count("沿江步道") <= 8
    assert len(text_of_pdf(as_pdf(paper))) == 1
