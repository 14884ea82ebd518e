"""Dashboards: every figure is the count of the list that it opens."""

from __future__ import annotations

import re
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from partybuild.access import Level
from partybuild.areas.models import Area
from partybuild.obligations.models import Obligation
from tests.factories.core import make_area

LINK = re.compile(r'<a[^>]*href="(/dashboard/[a-z_.]+/[^"]+)"[^>]*>(.*?)</a>', re.DOTALL)
TOTAL = re.compile(r"共([\d,.]+)")
PATH = "/dashboard/?period=2026Q1"
VIEWERS = (
    "secretary",
    "worker",
    "sibling_secretary",
    "street_staff",
    "district_staff",
    "city_staff",
    "liaison",
    "unit_secretary",
)


def text_of(html: str) -> str:
    """Return what is read, without tags."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html))).strip()


def figures_on(html: str) -> list[tuple[str, str]]:
    """Return (address, number shown) of every figure that is a link."""
    return [
        (unescape(url), text)
        for url, inner in LINK.findall(html)
        if (text := text_of(inner)) and re.fullmatch(r"[\d,]+(\.5)?", text)
    ]


def assert_counts(response: Any, shown: str, url: str) -> None:
    """The list says the same number, hides no row, and its rows are as many or add up to it."""
    number = Decimal(shown.replace(",", ""))
    found = text_of(response.content.decode())
    assert Decimal(TOTAL.search(found)[1].replace(",", "")) == number, url
    assert response.context["hidden"] == 0, url
    lines = response.context["lines"]
    if response.context["is_sum"]:
        values = [Decimal(str(line["cells"][-1]["value"])) for line in lines]
        assert sum(values) == number, url
    else:
        assert len(lines) == number, url


@pytest.mark.parametrize("viewer", VIEWERS)
def test_every_figure_equals_the_count_of_its_list(world, client_of, viewer):
    client = client_of(getattr(world.cast, viewer))
    pages = ["/dashboard/?period=2026Q1", "/dashboard/"]
    page = client.get(pages[0]).content.decode()
    # Down to the areas below, as far as they are offered.
    pages += [unescape(url) for url in re.findall(r'href="(/dashboard/\?area=[^"]+)"', page)]
    walked = 0
    for path in pages:
        for url, shown in figures_on(client.get(path).content.decode()):
            response = client.get(url)
            assert response.status_code == 200, url
            assert_counts(response, shown, url)
            walked += 1
    assert walked >= (4 if viewer in {"liaison", "unit_secretary"} else 10)


def line_of(client: Any, path: str, name: str) -> dict[str, str]:
    """Return {column: text} of a line of the table."""
    found = {}
    for part in client.get(path).context["parts"]:
        lines = [*part["lines"], part["total_line"]]
        (line,) = [each for each in lines if each and each["name"] == name]
        for cell in line["cells"]:
            found[str(cell["label"])] = " ".join(
                f"{figure['word']}{figure['numerator']}"
                + (f"/{figure['denominator']}" if figure["denominator"] is not None else "")
                for figure in (*cell["mains"], *cell["details"])
                if not figure.get("is_empty")
            )
    return found


def names_on(response: Any) -> list[str]:
    """Return the names of the lines; every table of the page has the same."""
    first, *others = [
        [line["name"] for line in part["lines"]] for part in response.context["parts"]
    ]
    assert all(names == first for names in others)
    return first


def test_street_reads_its_quarter(world, client_of):
    client = client_of(world.cast.street_staff)
    path = "/dashboard/?period=2026Q1"
    assert line_of(client, path, "和平社区") == {
        "联席会议": "已召开1/1 按期1",
        "会议回执": "已回执2/2",
        "季度填报": "已报2/2 逾期报送1 无事项2",
        "议定事项": "已办结1/2 未办结1 实质性办结1 按期办结1/1 已超期限1",
        "应办事项": "已办11/14 未办3 逾期未办3",
        "单位报到": "已报到0/2 未报到2",
        "党员报到": "已报到3",
        "岗位认领": "认领党员0/3",
        "参加服务": "已参加2/3 尚未参加1 服务人次2 服务小时5 服务小时5/3",
        "社区活动": "",
        "微心愿": "",
        "群众评价": "",
        "服务情况汇总": "已签发1/1 已签收1/1",
        "党员反馈": "",
    }
    sibling = line_of(client, path, "新桥社区")
    assert sibling["联席会议"] == "已召开0/1 未召开1"
    assert sibling["会议回执"] == "已回执1/2 未回执1"
    assert sibling["季度填报"] == "已报0/1 未报1 免报1"
    assert sibling["党员报到"] == "已报到1"
    own = line_of(client, path, "望江街道本级")
    assert own["联席会议"] == "已召开0/1 未召开1"
    total = line_of(client, path, "望江街道")
    assert total["联席会议"] == "已召开1/3 未召开2 按期1"
    assert total["季度填报"] == "已报2/3 未报1 逾期报送1 无事项2 免报1"
    assert total["党员报到"] == "已报到4 辖区单位党员已报到4/5"


def test_sentences_say_what_needs_attention(world, client_of):
    response = client_of(world.cast.street_staff).get("/dashboard/?period=2026Q1")
    words = text_of(response.content.decode())
    assert "2个联席会尚未召开本期会议 ：新桥社区、望江街道本级" in words
    assert "1家单位未报送季度填报 ：新桥社区" in words
    # Late things stand first.
    tones = [need["tone"] for need in response.context["needs"]]
    assert tones == sorted(tones, key=lambda tone: tone != "bad")


def test_chart_compares_the_share_done_lowest_first(world, client_of):
    work = client_of(world.cast.street_staff).get(PATH).context["parts"][0]
    (chart,) = work["charts"]
    (series,) = chart["series"]
    assert series["values"] == sorted(series["values"])
    assert set(chart["categories"]) == {"和平社区", "新桥社区", "望江街道本级"}
    assert all(url.startswith("/dashboard/duty.done/") for url in series["urls"])


def test_community_sees_its_own_line_only(world, client_of):
    page = client_of(world.cast.secretary).get("/dashboard/?period=2026Q1")
    assert names_on(page) == ["和平社区"]
    assert "新桥社区" not in text_of(page.content.decode())


def test_district_and_city_see_the_level_below(world, client_of):
    names = {
        viewer: names_on(client_of(getattr(world.cast, viewer)).get(PATH))
        for viewer in ("district_staff", "city_staff")
    }
    assert names == {"district_staff": ["望江街道", "临湖街道"], "city_staff": ["江湾区"]}


def test_liaison_sees_the_own_units_figures(world, client_of):
    page = client_of(world.cast.liaison).get("/dashboard/?period=2026Q1")
    assert names_on(page) == ["江湾区图书馆"]
    line = line_of(client_of(world.cast.liaison), "/dashboard/?period=2026Q1", "江湾区图书馆")
    assert line["季度填报"] == "已报1/1 无事项1"
    assert line["党员报到"] == "已报到4 辖区单位党员已报到4/4"
    # Of meetings only what the unit itself proposed is the unit's: nothing yet.
    assert line["联席会议"] == ""


def test_figures_about_persons_stop_at_totals_for_the_city(world, client_of):
    client = client_of(world.cast.city_staff)
    page = client.get("/dashboard/?period=2026Q1")
    assert "/dashboard/member." not in page.content.decode()
    for key in ("member.reported_in", "member.rate"):
        response = client.get(f"/dashboard/{key}/{world.cast.city.uid}/2026Q1/")
        assert response.status_code == 403
    # One member reported in at the sibling: a group under three.
    street = client.get(f"/dashboard/?period=2026Q1&area={world.cast.street.uid}")
    people = next(part for part in street.context["parts"] if part["key"] == "reporting_in")
    words = {line["name"]: line["cells"] for line in people["lines"]}
    (cell,) = [cell for cell in words["新桥社区"] if str(cell["label"]) == "党员报到"]
    assert cell["mains"][0]["is_suppressed"] is True
    # And the other community with it: one gap beside a total is no gap.
    (cell,) = [cell for cell in words["和平社区"] if str(cell["label"]) == "党员报到"]
    assert cell["mains"][0]["is_suppressed"] is True


def test_district_opens_persons_down_to_rows(world, client_of):
    client = client_of(world.cast.district_staff)
    response = client.get(f"/dashboard/member.reported_in/{world.cast.district.uid}/2026Q1/")
    assert response.status_code == 200
    assert response.context["count"] == 4


@pytest.mark.parametrize("viewer", ["outsider", "other_street_staff", "other_liaison"])
def test_outsiders_open_nothing(world, client_of, viewer):
    client = client_of(getattr(world.cast, viewer))
    for place in (world.cast.street, world.cast.community, world.cast.unit, world.cast.district):
        for key in ("report.filed", "meeting.held", "member.reported_in"):
            response = client.get(f"/dashboard/{key}/{place.uid}/2026Q1/")
            assert response.status_code == 404
    assert client.get(f"/dashboard/?area={world.cast.community.uid}").status_code in {200, 404}
    assert "和平社区" not in text_of(client.get("/dashboard/").content.decode())


def test_liaison_does_not_open_the_communitys_list(world, client_of):
    client = client_of(world.cast.liaison)
    path = f"/dashboard/report.filed/{world.cast.community.uid}/2026Q1/"
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "nonsense/{street}/2026Q1/",
        "report.filed/{street}/2026/",
        "report.filed/{street}/x/",
        "report.filed/{street}/2026Q1/?part=x",
        "report.late/{street}/2026Q1/?part=missing",
        "report.filed/{street}/2026Q1/?under=x",
        "report.filed/{street}/2026Q1/?under={community}",
        "report.filed/00000000-0000-4000-8000-000000000000/2026Q1/",
        "member.rate/{community}/2026Q1/",
    ],
)
def test_addresses_that_no_page_makes_are_not_found(world, client_of, path):
    client = client_of(world.cast.street_staff)
    uids = {"street": world.cast.street.uid, "community": world.cast.community.uid}
    assert client.get(f"/dashboard/{path.format(**uids)}").status_code == 404


def test_posts_without_a_dashboard_are_told_so(world, client_of):
    response = client_of(world.cast.member).get("/dashboard/")
    assert response.status_code == 200
    assert "当前岗位没有看板" in text_of(response.content.decode())


def test_quarter_that_does_not_exist_shows_this_one(world, client_of):
    page = client_of(world.cast.street_staff).get("/dashboard/?period=1999Q9")
    assert str(page.context["period"]) == "2026Q2"


def test_empty_street_says_so(cast, client_of):
    page = client_of(cast.street_staff).get("/dashboard/")
    assert "2026年第一季度还没有应办事项。" in text_of(page.content.decode())
    assert page.context["needs"] == []
    assert [part["charts"] for part in page.context["parts"]] == [[], [], []]


def test_queries_do_not_grow_with_communities(world, client_of):
    client = client_of(world.cast.street_staff)
    path = "/dashboard/?period=2026Q1"
    client.get(path)
    with CaptureQueriesContext(connection) as two:
        client.get(path)
    for number in range(3):
        make_area(
            f"新社区{number}", Level.COMMUNITY, world.cast.street, code=f"33990100109{number}"
        )
    with CaptureQueriesContext(connection) as five:
        client.get(path)
    assert len(five) == len(two)


def test_list_has_a_constant_number_of_queries(world, client_of):
    client = client_of(world.cast.street_staff)

    def queries(area: Area) -> int:
        path = f"/dashboard/report.filed/{area.uid}/2026Q1/?part=denominator"
        client.get(path)
        with CaptureQueriesContext(connection) as captured:
            client.get(path)
        return len(captured)

    # One row and three.
    assert queries(world.cast.sibling) == queries(world.cast.street)


def test_closed_figures_stay_where_they_were_counted(world, client_of):
    """A community moves to another street; what was closed stays with the old one."""
    cast = world.cast
    Obligation.objects.filter(period="2026Q1", area=cast.sibling).update(
        is_closed=True,
        closed_state=F("state"),
        closed_paid_on=F("paid_on"),
        frozen_community=cast.sibling,
        frozen_street=cast.street,
        frozen_district=cast.district,
        frozen_city=cast.city,
    )
    path = "/dashboard/?period=2026Q1"
    before = line_of(client_of(cast.street_staff), path, "望江街道")
    Area.objects.filter(pk=cast.sibling.pk).update(
        parent=cast.other_street, path=cast.other_street.path + Area.step(cast.sibling.pk)
    )
    after = line_of(client_of(cast.street_staff), path, "望江街道")
    for column in ("季度填报", "服务情况汇总"):
        assert after[column] == before[column]
    # The new street has none of its past, but all of what is to come.
    there = line_of(client_of(cast.other_street_staff), path, "新桥社区")
    assert there["季度填报"] == ""
    # The old street still sees the number, and is told that the rows are elsewhere.
    rest = client_of(cast.street_staff).get(
        f"/dashboard/report.filed/{cast.street.uid}/2026Q1/?part=denominator"
    )
    assert (rest.context["count"], rest.context["hidden"]) == (3, 1)
    assert "不在当前岗位的可见范围内" in text_of(rest.content.decode())


def test_who_has_not_can_be_chased_from_the_list(world, client_of):
    client = client_of(world.cast.sibling_secretary)
    path = f"/dashboard/report.filed/{world.cast.sibling.uid}/2026Q1/?part=missing"
    page = client.get(path)
    assert [line["first"]["value"] for line in page.context["lines"]] == ["新桥粮店"]
    assert "新桥粮店" in page.context["text"]
    (uid,) = [line["row"].uid for line in page.context["lines"]]
    answer = client.act("/obligations/chase/", {"selected": str(uid), "next": path})
    assert answer.status_code == 302
    assert answer.url == path
