"""F1 to F14: every field of the form stands on it, on as many pages as the paper has, in the right panel."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest
from django.urls import reverse
from docx import Document

from members.documents.records import card_paper
from members.enums import FeedbackState
from members.models import Feedback, Pledge, RecommendationLetter
from members.queries.cards import cards_of
from members.queries.statistics import Cut
from members.services import issue_letter, sign_pledge
from partybuild.access import Actor
from partybuild.accounts.actors import actor_in
from partybuild.audit.models import Event
from partybuild.calendar import Period
from partybuild.documents.composition import Composition, Table
from partybuild.documents.composition import Cut as CutLine
from partybuild.documents.registry import kind_of
from partybuild.documents.rendering import as_one_pdf, as_pdf, as_word
from partybuild.documents.services import draft_of
from tests.documents.test_rendering import text_of_pdf
from tests.factories.members import (
    make_claim,
    make_feedback,
    make_member,
    make_post_of,
    make_report_in,
    make_unit_report_in,
)

pytestmark = pytest.mark.django_db
BY = Actor.system("test")


def _draft(key: str, subject: Any) -> Composition:
    kind = kind_of(key)
    return draft_of(kind, kind.find(type(subject)._base_manager.all(), subject.uid))


def _cells(paper: Composition) -> list[str]:
    tables = [block for block in paper.blocks + paper.annexes if isinstance(block, Table)]
    return [cell for table in tables for row in (table.head, *table.rows) for cell in row]


def _labels(paper: Composition) -> set[str]:
    """Return what stands on the paper as the name of a box or column, without the air between letters."""
    return {cell.replace("　", "").replace(" ", "") for cell in _cells(paper)}


def _beside(paper: Composition, label: str) -> str:
    cells = _cells(paper)
    names = [cell.replace("　", "").replace(" ", "") for cell in cells]
    return cells[names.index(label) + 1]


@pytest.fixture
def letter(world, clock):
    """An open letter."""
    clock(2026, 3, 5, 9)
    return issue_letter(world.d, unit=world.cast.unit, by=actor_in(world.cast.liaison))


def test_f1_has_every_box_and_the_receipt(world):
    paper = _draft(
        "unit_report_in.sheet", make_unit_report_in(world.cast.unit, world.cast.community)
    )
    assert {
        "单位名称", "单位党组织", "党组织类别", "单位性质", "统一社会信用代码", "隶属关系、上级党组织",
        "地址", "负责人", "联系人", "联系电话", "党员人数", "报到社区、网格", "报到日期", "认领服务项目",
        "可提供的资源", "希望社区支持的事项", "拟共建项目", "备注", "社区党组织接收意见",
    } <= _labels(paper)  # fmt: skip
    assert "市级单位＿＿人，区级及以下＿＿人" in _beside(paper, "党员人数")
    pages = text_of_pdf(as_pdf(paper))
    assert len(pages) == 2
    assert "回执编号" in pages[1]
    assert "机关工委" in pages[1]


def test_f2_is_one_sheet_of_three_parts_with_every_box(letter):
    paper = _draft("letter.paper", letter)
    cuts = [block for block in paper.blocks if isinstance(block, CutLine)]
    assert [cut.title for cut in cuts] == ["组织推荐信", "组织推荐信（回执）"]
    # The seal across the line is put over the number.
    assert all(letter.number in cut.label for cut in cuts)
    assert {
        "编号", "姓名", "性别", "民族", "出生年月", "身份证号", "入党时间", "党员类别", "单位及职务",
        "居住地址", "联系电话", "特长", "所在党支部", "有效期至", "经办人", "回执情况", "致送社区",
    } <= _labels(paper)  # fmt: skip
    # What the platform does not hold is written by hand.
    assert _beside(paper, "民族").strip("　") == ""
    assert len(text_of_pdf(as_pdf(paper))) == 1


def test_f2_with_the_longest_names_is_still_one_sheet(world, letter):
    body = world.cast.unit
    RecommendationLetter.objects.filter(pk=letter.pk).update(
        member_name="阿卜杜热合曼·买买提江·吐尔逊",
        unit_name="临江市滨河区住房和城乡建设局建筑工程质量安全监督管理站（区人民防空办公室）",
        post="建筑工程质量安全监督管理科副科长、一级主任科员",
        branch_name="中共临江市滨河区住房和城乡建设局建筑工程质量安全监督管理站第一支部委员会",
    )
    world.d.home_building = "望江街道和平社区沿江东路一千二百八十八弄书香名邸二期十六幢"
    world.d.skills = "法律咨询、心理辅导、家电维修、书法、摄影、太极拳、合唱指挥"
    world.d.save()
    letter.refresh_from_db()
    letter.community = world.cast.community
    letter.save()
    pages = text_of_pdf(as_pdf(_draft("letter.paper", letter)))
    assert len(pages) == 1
    assert "回执" in pages[0]
    assert body.name


def test_f3_has_every_box_and_what_the_member_holds(world):
    make_claim(make_post_of(world.cast.community, title="法律咨询岗"), world.a)
    paper = _draft("report_in.sheet", world.report_in)
    assert {
        "姓名", "性别", "出生年月", "民族", "学历、学位", "专业技术职务", "身份证号", "联系电话", "党员类别",
        "入党时间", "工作单位", "职务", "所在党支部", "党内职务", "居住地址", "报到社区", "报到日期",
        "推荐信编号", "特长、爱好", "可服务时间", "服务意向", "认领岗位", "编入网格、队伍", "家庭情况、说明",
        "本人签名", "单位党组织意见", "社区党组织意见",
    } <= _labels(paper)  # fmt: skip
    assert _beside(paper, "认领岗位") == "法律咨询岗"
    for by_hand in ("民族", "学历、学位", "专业技术职务", "党内职务"):
        assert _beside(paper, by_hand).strip("　") == "", by_hand
    [page] = text_of_pdf(as_pdf(paper))
    # The day stands beside the seal, in one line.
    assert "2026年1月5日" in next(line for line in page.splitlines() if "经办人" in line)


def test_f3_of_a_returned_report_says_nothing_of_taking_in(world):
    from members.services import return_report_in, submit_report_in

    waiting = submit_report_in(world.d, community=world.cast.community, on=date(2026, 3, 2), by=BY)
    return_report_in(waiting, reason="不住在本社区", by=BY)
    said = _beside(_draft("report_in.sheet", waiting), "社区党组织意见")
    assert "同意接收" not in said
    assert "2026年" not in said


def test_f4_of_forty_names_repeats_its_head_on_every_page(world):
    make_claim(make_post_of(world.cast.community, title="法律咨询岗"), world.a)
    for number in range(37):
        make_report_in(make_member(world.cast.unit, f"党员{number}"), world.cast.community)
    paper = _draft("report_in.register", world.cast.community)
    [table] = [block for block in paper.blocks if isinstance(block, Table)]
    assert table.head == (
        "序号", "姓名", "性别", "单位及职务", "联系电话", "居住地址", "报到时间", "特长", "认领岗位", "网格", "备注",
    )  # fmt: skip
    assert [row[0] for row in table.rows] == [str(number) for number in range(1, 41)]
    own = next(row for row in table.rows if row[1] == "安一")
    assert own[8] == "法律咨询岗"
    pages = text_of_pdf(as_pdf(paper))
    assert 2 <= len(pages) <= 5
    assert all("序号" in page and "认领岗位" in page for page in pages)
    word = Document(io.BytesIO(as_word(paper)))
    head = word.tables[0].rows[0]._tr
    assert head.trPr.find(".//{*}tblHeader") is not None


def test_f5_without_posts_is_still_a_table(world):
    paper = _draft("service_post.table", world.cast.community)
    assert {
        "岗位名称", "拟认领数", "已认领数", "专长要求", "联系人", "联系电话", "备注", "岗位类别",
    } <= _labels(paper)  # fmt: skip
    [table] = [block for block in paper.blocks if isinstance(block, Table)]
    assert len(table.rows) == 1
    assert len(text_of_pdf(as_pdf(paper))) == 1


def test_f6_says_what_was_served_and_certified(world):
    from decimal import Decimal

    from members.services.service_records import enter_claim_services

    claim = make_claim(make_post_of(world.cast.community), world.a)
    enter_claim_services(
        [claim],
        date=date(2026, 3, 1),
        hours=Decimal("2.0"),
        content="法律咨询",
        by=actor_in(world.cast.worker),
    )
    paper = _draft("service_post.claims", claim.post)
    assert {
        "姓名",
        "工作单位",
        "认领日期",
        "社区确认意见",
        "服务、认证情况",
        "认领人签名",
    } <= _labels(paper)
    own = next(row for row in paper.blocks[1].rows if row[1] == "安一")
    assert "待认证1次" in own
    claim.service_records.update(state="certified", certified_at=claim.post.changed_at)
    own = next(
        row for row in _draft("service_post.claims", claim.post).blocks[1].rows if row[1] == "安一"
    )
    assert "已认证1次，2小时" in own


def test_f7_has_a_number_and_both_signatures(world):
    claim = make_claim(make_post_of(world.cast.community), world.a)
    sign_pledge(claim, text="按时到岗", due_on=date(2026, 12, 31), by=actor_in(world.member_post))
    pledge = Pledge.objects.get(claim=claim)
    kind = kind_of("service_post.pledge")
    assert (kind.is_numbered, kind.is_form) == (True, False)
    [page] = text_of_pdf(as_pdf(_draft("service_post.pledge", pledge)))
    for word in ("安一", "按时到岗", "完成时限：2026年12月31日", "（签名）"):
        assert word in page


def test_f8_of_a_member_with_forty_services(world, clock):
    clock(2026, 3, 31, 18)
    from tests.factories.members import make_services

    for day in range(1, 20):
        for content in ("清洁楼道", "看望老人"):
            make_services(world.cast.community, [world.a], date=date(2026, 3, day), content=content)
    [card] = cards_of(Cut(BY.scope, Period.parse("2026Q1"), member=world.a))
    paper = card_paper([card], name="安一")
    assert {"服务日期", "服务内容", "地点", "小时", "群众评价", "证明人"} <= _labels(paper)
    pages = text_of_pdf(as_pdf(paper))
    assert len(pages) >= 2
    assert all("服务日期" in page for page in pages[:2])
    assert "40次" in "".join(pages)


def test_f10_says_its_receipt_in_words(world):
    feedback = make_feedback(
        world.a, world.cast.unit, world.cast.community, "qualified",
        state=FeedbackState.ACKNOWLEDGED, facts={"times": 2, "hours": "5.0", "services": []},
    )  # fmt: skip
    Feedback.objects.filter(pk=feedback.pk).update(receipt_number="回执〔2026〕7号")
    feedback.refresh_from_db()
    paper = _draft("feedback.sheet", feedback)
    [page] = text_of_pdf(as_pdf(paper))
    assert "签收回执：回执〔2026〕7号" in page
    assert "Text(" not in page
    assert "共5小时" in page
    assert {
        "姓名", "单位及职务", "报到时间", "所在网格", "反馈周期", "参加活动次数、时长", "认领及完成事项",
        "遵守公德公约情况", "评价等次", "存在问题", "社区党组织意见", "单位党组织阅处意见（结果运用）",
    } <= _labels(paper)  # fmt: skip


def test_f14_names_each_community_with_its_secretary_and_phone(world):
    committee = world.cast.secretary.organization
    committee.contact_phone, committee.address = "0574-88880000", "望江路1号"
    committee.save()
    paper = _draft("contacts.communities", world.cast.community)
    [table] = [block for block in paper.blocks if isinstance(block, Table)]
    own = next(row for row in table.rows if row[1] == world.cast.community.name)
    assert own[2:] == (
        committee.name, "望江路1号", world.cast.secretary.person.name, "0574-88880000",
    )  # fmt: skip
    assert world.cast.community.parent.name in paper.title


def test_every_reader_has_the_contacts_of_the_communities_around(world, client_of):
    path = reverse(
        "documents:document-draft", args=("contacts.communities", world.cast.community.uid, "pdf")
    )
    cast = world.cast
    posts = (cast.secretary, cast.street_staff, cast.liaison, world.member_post)
    assert [client_of(post).get(path).status_code for post in posts] == [200, 200, 200, 200]
    assert (
        client_of(cast.liaison)
        .get("/members/unit-report-ins/")
        .content.decode()
        .count("社区联系方式一览表")
    )


def _panel(client: Any, path: str) -> str:
    page = client.get(path).content.decode()
    at = page.find('id="documents"')
    return page[at:] if at >= 0 else ""


def test_each_page_offers_its_own_papers(world, client_of):
    secretary = client_of(world.cast.secretary)
    board = _panel(secretary, reverse("members:post-board", args=(world.cast.community.uid,)))
    assert "社区志愿服务岗位设置表" in board
    assert "报到情况一览表" not in board
    registers = _panel(secretary, reverse("members:register-list"))
    for name in ("党员报到情况一览表", "活动情况统计表"):
        assert name in registers
    assert "岗位设置表" not in registers
    unit = _panel(client_of(world.cast.liaison), reverse("members:register-list"))
    for name in ("活动情况统计表", "全部党员的服务记录卡"):
        assert name in unit
    member = _panel(secretary, reverse("members:member-detail", args=(world.a.uid,)))
    assert "服务记录卡" in member


def test_counted_forms_are_drawn_where_the_right_is_asked(world, client_of):
    path = reverse("documents:document-draft", args=("service.card", world.a.uid, "pdf"))
    for post, status in (
        (world.cast.secretary, 302), (world.cast.liaison, 302), (world.member_post, 302),
        (world.cast.outsider, 404), (world.cast.other_liaison, 404),
    ):  # fmt: skip
        answer = client_of(post).get(path)
        assert answer.status_code == status, post
    followed = client_of(world.cast.secretary).get(path, follow=True)
    assert followed["Content-Type"] == "application/pdf"
    unit = reverse(
        "documents:document-draft", args=("service.unit_cards", world.cast.unit.uid, "docx")
    )
    posts = (world.cast.liaison, world.cast.other_liaison, world.cast.secretary)
    assert [client_of(post).get(unit).status_code for post in posts] == [302, 404, 404]


# -- A whole list as one file ---------------------------------------------------------------------


def _pages(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer
    return text_of_pdf(b"".join(answer))


def test_a_branchs_letters_are_one_file(world, letter, client_of):
    other = make_member(world.cast.unit, "戴六")
    issue_letter(other, unit=world.cast.unit, by=actor_in(world.cast.liaison))
    client = client_of(world.cast.liaison)
    assert "打印推荐信（2封" in client.get("/members/letters/").content.decode()
    pages = _pages(client.get(reverse("members:letters-print")))
    assert len(pages) == 2
    assert sum("戴四" in page for page in pages) == 1
    assert sum("戴六" in page for page in pages) == 1
    taken = Event.objects.filter(kind="data.downloaded", object_uid=letter.uid)
    assert taken.count() == 1
    narrowed = client.get(reverse("members:letters-print"), {"q": "戴六"})
    assert len(_pages(narrowed)) == 1


def test_letters_of_others_are_not_printed(world, letter, client_of):
    path = reverse("members:letters-print")
    cast = world.cast
    answers = [client_of(post).get(path) for post in (cast.secretary, world.member_post)]
    assert [answer.status_code for answer in answers] == [403, 403]
    # Another unit has none: it is told so on its list.
    answer = client_of(cast.other_liaison).get(path, follow=True)
    assert "没有可以打印的" in answer.content.decode()


def test_more_letters_than_one_waits_for_are_refused_with_a_way_on(
    world, letter, client_of, monkeypatch
):
    from members.views import papers

    monkeypatch.setattr(papers, "MOST", 1)
    issue_letter(
        make_member(world.cast.unit, "戴六"), unit=world.cast.unit, by=actor_in(world.cast.liaison)
    )
    answer = client_of(world.cast.liaison).get(reverse("members:letters-print"), follow=True)
    assert "一次最多打印1份" in answer.content.decode()


def test_feedback_of_a_list_is_one_file_without_drafts(world, client_of):
    cast = world.cast
    for member in (world.a, world.b):
        make_feedback(
            member, cast.unit, cast.community, "qualified", facts={"times": 1, "hours": "2.0"}
        )
    Feedback.objects.filter(member=world.b).update(
        state=FeedbackState.DRAFT, signed_at=None, delivery=None, grade=""
    )
    path = reverse("members:feedbacks-print")
    [page] = _pages(client_of(cast.secretary).get(path))
    assert "安一" in page
    [own] = _pages(client_of(cast.unit_secretary).get(path))
    assert "安一" in own
    outside = client_of(cast.outsider).get(path, follow=True)
    assert "没有可以打印的" in outside.content.decode()


def test_papers_in_one_file_look_as_they_do_alone(letter):
    paper = _draft("letter.paper", letter)
    alone = text_of_pdf(as_pdf(paper))
    assert text_of_pdf(as_one_pdf([(paper, None), (paper, None)])) == alone * 2


def test_an_office_sets_the_words_of_the_letter(world, letter, client_of):
    client = client_of(world.cast.street_staff)
    assert "组织推荐信（三联）" in client.get(reverse("documents:style-list")).content.decode()
    page = client.get(reverse("documents:style-change", args=("letter.paper",)))
    assert "兹推荐我单位{姓名}同志" in page.content.decode()


def test_f1_is_printed_blank_before_a_unit_reports_in(world, client_of):
    """The same boxes as the filled one, the community's services to tick, and nothing invented."""
    blank = _draft("unit_report_in.blank", world.cast.community)
    filled = _draft(
        "unit_report_in.sheet", make_unit_report_in(world.cast.unit, world.cast.community)
    )
    names = {"单位名称", "单位党组织", "党员人数", "认领服务项目", "社区党组织接收意见"}
    assert names <= _labels(blank) & _labels(filled)
    assert _beside(blank, "单位名称") == ""
    assert _beside(blank, "认领服务项目").startswith("□")
    assert "党员总数＿＿＿人" in _beside(blank, "党员人数")
    assert world.cast.community.name in _beside(blank, "报到社区、网格")
    client = client_of(world.cast.liaison)
    address = reverse(
        "documents:document-draft", args=("unit_report_in.blank", world.cast.community.uid, "pdf")
    )
    assert address in client.get(reverse("members:unit-report-in-list")).content.decode()
    assert client.get(address)["Content-Type"] == "application/pdf"
    assert not kind_of("unit_report_in.blank").is_for(world.cast.street, BY)


def test_lying_lists_use_the_width_of_the_sheet(world):
    paper = _draft("report_in.register", world.cast.community)
    assert paper.landscape
    section = Document(io.BytesIO(as_word(paper))).sections[0]
    margins = section.left_margin.mm + section.right_margin.mm
    assert round(margins) == 30
    assert round(section.page_width.mm) == 297
