"""How each line of access.csv is exercised: an address, a method, a valid payload, what must change.

A new page that shows something needs only its line in tests/architecture/test_routes.py (PAGES). A
new action stands here: a `Deed` in POSTS under its address's name.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from partybuild.access.api.views import MOST
from tests.architecture.test_routes import MEMBER, PAGES, Route
from tests.factories import core, sheets, wishes
from tests.matrix.law import AREA_COLUMNS, UNIT_COLUMNS
from tests.matrix.world import Thing, Who, World

Payload = Callable[[World, Thing | None, Who], Mapping[str, Any]]
_serial = itertools.count(7000)


def uid(thing: Thing | None) -> tuple[Any, ...]:
    """Return the address of most rows."""
    assert thing is not None
    return (thing.row.uid,)


def nothing(world: World, thing: Thing | None, who: Who) -> Mapping[str, Any]:
    """A press without words."""
    return {}


def says(**values: Any) -> Payload:
    """Return a payload of fixed words."""
    return lambda world, thing, who: values


def always(thing: Thing, who: Who) -> bool:
    """Every thing is tried by everybody."""
    return True


@dataclass(frozen=True)
class Deed:
    """One thing that a request does, on the lines that allow it."""

    route: str
    keys: tuple[str, ...]
    # Of which kind the row is; "" where the address is about no row.
    thing: str = ""
    method: str = "POST"
    args: Callable[[Thing | None], tuple[Any, ...]] | tuple[Any, ...] = ()
    query: str | Callable[[World, Thing | None], str] = ""
    data: Payload = nothing
    # Tables that an allowed deed changes; () for looking.
    writes: tuple[str, ...] = ()
    # What it answers where it refuses a row outside by its form, a chooser or a plain sentence.
    outside: frozenset[int] = frozenset()
    # Columns that hold the line and have nothing there, each reviewed in the law's own words.
    without: frozenset[str] = frozenset()
    # The law's "own committee as that party": only the body itself.
    as_body: bool = False
    # The row is found first: whoever does not see it does not get so far.
    sees: bool = False
    # Only the post whose own it is: "undo own".
    own_post: bool = False
    # Units on whose own the line runs here, where that is not the thing's.
    units: frozenset[str] | None = None
    # Which things a post tries.
    tries: Callable[[Thing, Who], bool] = always
    # What the database must show afterwards besides the tables.
    check: Callable[[World, Thing], bool] | None = None
    # Whose member's post does it.
    member: str = "111a1"
    # The field that carries the reason a cell marked r asks for.
    reason: str = ""
    # Sees as the law's reading does: with what one takes part in.
    reading: bool = False
    # Kinds of things of which the answer holds those in sight and no other.
    lists: tuple[str, ...] = ()
    files: Callable[[], Mapping[str, Any]] | None = None
    name: str = field(default="")

    def __str__(self) -> str:
        return f"{self.method} {self.route}" + (f" ({self.name})" if self.name else "")


def deed(route: str, *keys: str, thing: str = "", **more: Any) -> Deed:
    """Return an action."""
    if thing and "args" not in more:
        more["args"] = uid
    return Deed(route=route, keys=keys, thing=thing, **more)


# -- Looking: the pages of test_routes.PAGES ------------------------------------------------------

# What PAGES calls a row, here: the kinds tried.
KINDS: dict[str, tuple[str, ...]] = {
    "committee": ("committee", "party_organization"),
    "debt": ("debt", "debt_of_person", "debt_of_office"),
    "report": ("report", "report_draft"),
    "unit": ("unit", "guest_unit"),
    "report_in": ("report_in_confirmed", "report_in_submitted"),
    "letter": ("letter_used", "letter_open"),
    "unit_report_in": ("unit_report_in_submitted", "unit_report_in_confirmed"),
    "sheet": ("sheet_certified", "sheet_waiting"),
    "due": ("due_summary",),
    "summary": ("summary", "summary_received"),
    "member": ("member",),
    "request": ("request_asked", "request_answered"),
    "service_post": ("service_post", "service_post_draft"),
    "post_claim": ("claim_proposed", "claim_accepted", "claim_pledged"),
    "team": ("team",),
    "wish": ("wish_open", "wish_entered"),
    "annual_form": ("annual_form_open", "annual_form_signed"),
    "council": ("council", "council_inviting"),
    "council_of": ("council",),
    "membership": ("membership",),
    "call": ("topic_call",),
    "topic": ("topic_submitted", "topic_draft", "topic_accepted"),
    "resolution": ("resolution_pending", "resolution_assigned", "resolution_reported"),
    "receipt": ("receipt",),
    "meeting": ("meeting_planned", "meeting_notified", "meeting_held"),
    "meeting_of": ("meeting_notified",),
    "minutes": ("minutes_draft", "minutes_issued"),
    "circulation": ("circulation",),
    "countersignature": ("countersignature",),
    "figure": ("figure",),
    "activity": ("activity", "activity_draft", "activity_of_unit"),
    "suggestion": ("suggestion", "suggestion_underway"),
}
_ARGS: dict[str, Callable[[Thing | None], tuple[Any, ...]]] = {
    "sheet": lambda thing: (thing.row.sheet,),  # type: ignore[union-attr]
    "due": lambda thing: ("2025Q4", thing.row.uid),  # type: ignore[union-attr]
    "figure": lambda thing: ("duty.done", thing.row.uid, "2026Q1"),  # type: ignore[union-attr]
}
# A page that needs a row in another state than the others of its noun.
_ONLY: dict[str, tuple[str, ...]] = {
    "obligations:obligation-exempt": ("debt",),
    "meetings:presence-edit": ("meeting_notified", "meeting_held"),
    "meetings:attendance-sheet": ("meeting_notified",),
    "meetings:minutes-edit": ("meeting_held", "meeting_drafted"),
    "meetings:minutes-open": ("meeting_held", "meeting_drafted"),
    "meetings:minutes-resolve": ("meeting_held",),
    "meetings:resolution-create": ("meeting_held",),
    "meetings:meeting-notify": ("meeting_planned",),
    "meetings:member-answer": ("invitation",),
    "units:report-receipt": ("report",),
    "units:report-proxy": ("unit",),
    "units:unit-change": ("unit", "guest_unit"),
    "api:obligation-detail": ("debt",),
    "api:wish-detail": ("wish_open",),
    "members:member-change": ("member",),
    "members:post-claim-proxy": ("service_post",),
    "wishes:wish-change": ("wish_open",),
    "wishes:wish-claim-proxy": ("wish_open",),
    "activities:sign-up-proxy": ("activity",),
    "activities:activity-change": ("activity",),
    "activities:activity-helpers": ("activity",),
    "activities:code-screen": ("activity",),
    "activities:code-now": ("activity",),
    "activities:check-in": ("activity",),
    "activities:check-in-scan": ("activity",),
    "activities:attendance-edit": ("activity",),
    "activities:activity-hold": ("activity",),
    "activities:evaluation": ("activity",),
}
# Debts of persons stand on a line of their own.
_KEYS: dict[tuple[str, str], tuple[str, ...]] = {
    ("obligations:obligation-detail", "debt"): ("obligation.view",),
    ("obligations:obligation-detail", "debt_of_office"): ("obligation.view",),
    ("obligations:obligation-detail", "debt_of_person"): ("obligation.view_person",),
}
# What a list shows.
LISTS: dict[str, tuple[str, ...]] = {
    "api:unit-list": ("unit", "guest_unit"),
    "api:council-list": ("council", "council_inviting"),
    "api:meeting-list": ("meeting_planned", "meeting_notified", "meeting_held"),
    "api:resolution-list": ("resolution_pending", "resolution_assigned"),
    "api:obligation-list": ("debt", "debt_of_office"),
    "members:report-in-list": ("report_in_submitted",),
    "members:service-list": (),
    "meetings:topic-list": ("topic_submitted", "topic_draft", "topic_accepted"),
    "meetings:council-list": ("council", "council_inviting"),
    "obligations:obligation-list": (),
    "units:unit-list": (),
    "portal:suggestion-list": ("suggestion",),
}


def _query_of(name: str, route: Route) -> Any:
    if name.startswith("api:") and name in LISTS:
        # All at once: the city sees more than one page of them.
        return f"?limit={MOST}"
    if not route.query:
        return ""
    return lambda world, thing: route.query.format(community=world.areas[thing.site].uid)


# Kinds whose pages lead to 谁能看到.
EXPLAINED = ("activity", "guest_unit", "member", "topic_draft", "resolution_assigned", "debt", "batch")  # fmt: skip


def explained(thing: Thing | None) -> tuple[Any, ...]:
    """Return the address of 谁能看到 for a row."""
    assert thing is not None
    return (thing.row._meta.label_lower.replace(".", "-"), thing.row.uid)


def _explanations() -> list[Deed]:
    return [
        Deed(
            route="portal:explain",
            keys=("access.explain",),
            thing=kind,
            method="GET",
            args=explained,
            reading=True,
            sees=True,
            name=kind,
        )
        for kind in EXPLAINED
    ]


def looks() -> list[Deed]:
    """Return every page that shows something, from the one table of pages."""
    found = _explanations()
    for name, route in PAGES.items():
        kinds = (
            _ONLY.get(name, KINDS.get(route.thing, (f"?{route.thing}",))) if route.thing else ("",)
        )
        lists = LISTS.get(name, ())
        for kind in kinds:
            extra = route.args
            make = _ARGS.get(route.thing, uid)
            args: Any = extra
            if kind:
                args = lambda thing, make=make, extra=extra: make(thing) + extra  # noqa: E731
            found.append(
                Deed(
                    route=name,
                    keys=_KEYS.get((name, kind), route.keys),
                    thing=kind,
                    method="GET",
                    args=args,
                    query=_query_of(name, route),
                    without=route.without,
                    reading=any(
                        key.split(".")[1].startswith(("view", "list")) for key in route.keys
                    ),
                    lists=lists,
                    name=kind,
                )
            )
    return found


# -- Doing ----------------------------------------------------------------------------------------


def _activity(world: World, thing: Thing | None, who: Who) -> Mapping[str, Any]:
    return {
        "title": f"清洁家园{next(_serial)}",
        "kind": "service",
        "community": str(world.areas[f"{who.node or '11'}1"[:3]].uid),
        "day": "2026-03-25",
        "starts": "09:00",
        "ends": "11:00",
        "place": "广场",
        "audience": "community",
    }


def _of_the_audience(world: World, thing: Thing | None, who: Who) -> Mapping[str, Any]:
    """One of the audience: of a unit's own where a unit does it."""
    assert thing is not None
    people = sorted(each for each in thing.people if each.startswith(who.body or thing.site))
    chosen = people or sorted(thing.people)
    return {"members": [str(world.members[chosen[0]].uid)], "channel": "phone"}


def _code(world: World, thing: Thing | None, who: Who) -> Mapping[str, Any]:
    """What stands on the activity's screen now."""
    from activities.queries.codes import code_of

    assert thing is not None
    return {"code": code_of(thing.row).token, "deed": "in"}


def _came(world: World, thing: Thing | None, who: Who) -> Mapping[str, Any]:
    """One of the audience was there who had not signed up."""
    chosen = _of_the_audience(world, thing, who)
    return {"others": chosen["members"], "reason": "纸质签到表"}


def _helping(world: World, thing: Thing | None, who: Who) -> Mapping[str, Any]:
    assert thing is not None
    return {"helpers": [str(world.units[f"{thing.site}b"].uid)], "reason": "又有一家单位参加"}


def _given(world: World, thing: Thing | None, who: Who) -> Mapping[str, Any]:
    assert thing is not None
    return {
        "organization": str(thing.row.organizer.uid),
        "item": "矿泉水",
        "amount": "3",
        "measure": "box",
    }


def _paper(world: World, thing: Thing | None, who: Who) -> Mapping[str, Any]:
    sides, grades = ("resident", "served"), ("satisfied", "mostly", "dissatisfied")
    return {f"{side}-{grade}": "1" for side in sides for grade in grades}


def _service_post(world: World, thing: Thing | None, who: Who) -> Mapping[str, Any]:
    return {
        "kind": "post",
        "category": "law",
        "title": f"法律服务岗{next(_serial)}",
        "content": "解答居民法律问题",
        "wanted": "6",
        "starts_on": "2026-03-01",
        "contact": "王书记",
        "contact_phone": "0574-88880001",
    }


def _here(world: World, thing: Thing | None) -> str:
    """Return somebody who has reported in at a thing's place and stands on no list there yet."""
    assert thing is not None
    return str(world.members[f"{thing.site}b1"].uid)


def _somebody_here(world: World, thing: Thing | None, who: Who) -> Mapping[str, Any]:
    return {"selected": [_here(world, thing)]}


def _claiming(world: World, thing: Thing | None, who: Who) -> Mapping[str, Any]:
    return {"members": [_here(world, thing)], "channel": "phone"}


def _claiming_a_wish(world: World, thing: Thing | None, who: Who) -> Mapping[str, Any]:
    return {"member": _here(world, thing), "promised_on": "2026-03-20", "channel": "phone"}


def _where_they_reported_in(thing: Thing, who: Who) -> bool:
    return who.column != "member" or thing.site == "111"


def _unit(world: World, thing: Thing | None, who: Who) -> Mapping[str, Any]:
    assert thing is not None
    body = thing.row.organization
    return {
        "name": body.name,
        "area": str(body.area.uid),
        "kind": "institution",
        "address": "江边路9号",
        "short_name": "新简称",
    }


def _new_unit(world: World, thing: Thing | None, who: Who) -> Mapping[str, Any]:
    return {**_unit(world, thing, who), "name": f"新单位{next(_serial)}"}


def _contacts(world: World, thing: Thing | None, who: Who) -> Mapping[str, Any]:
    return {"contact_name": "周联络", "contact_phone": core.phone()}


def _tie(world: World, thing: Thing | None, who: Who) -> Mapping[str, Any]:
    assert thing is not None
    return {"party": str(thing.more["party"].uid), "valid_from": "2026-03-01"}


def _new_member(world: World, thing: Thing | None, who: Who) -> Mapping[str, Any]:
    assert thing is not None
    number = next(_serial)
    return {
        "name": "新党员",
        "id_number": core.id_number(number, born="19770707"),
        "unit": str(thing.row.organization.uid),
        "kind": "full",
        "category": "in_service",
    }


def _desk(world: World, thing: Thing | None, who: Who) -> Mapping[str, Any]:
    return {
        "id_number": core.id_number(next(_serial), born="19780808"),
        "name": "来人",
        "channel": "in_person",
        "community": str(world.areas["111"].uid),
    }


def _council(world: World, thing: Thing | None, who: Who) -> Mapping[str, Any]:
    assert thing is not None
    return {
        "area": str(thing.more["area"].uid),
        "kind": "joint_meeting",
        "name": f"议事会{next(_serial)}",
        "version": thing.row.version,
    }


def _invite(world: World, thing: Thing | None, who: Who) -> Mapping[str, Any]:
    assert thing is not None
    own = f"{thing.site}a" if len(thing.site) == 3 else f"{thing.site}1a"
    return {"organizations": [str(world.units[own].uid)], "agreed": "no"}


def _places(world: World, thing: Thing | None, who: Who) -> Mapping[str, Any]:
    assert thing is not None
    members = thing.row.members.order_by("pk").values_list("organization__uid", flat=True)
    return {f"place-{uid.hex}": number for number, uid in enumerate(members, 1)}


def _plan(world: World, thing: Thing | None, who: Who) -> Mapping[str, Any]:
    values = {
        "theme": "另一个主题",
        "day": "2026-03-25",
        "starts": "14:30",
        "place": "三楼",
        "items": "通报情况",
    }
    if thing is not None and thing.kind.startswith("meeting"):
        values["version"] = str(thing.row.version)
    return values


def _sheet(world: World, thing: Thing | None, who: Who, *, state: str = "leave") -> dict[str, Any]:
    assert thing is not None
    bodies = (f"{thing.site}a", f"{thing.site}b")
    if len(thing.site) == 2:
        bodies = (f"{thing.site}1a", f"{thing.site}1b")
    first, second = (world.units[code].uid.hex for code in bodies)
    return {
        f"state-{first}": "present",
        f"state-{second}": state,
        f"reason-{second}": "出差" if state == "leave" else "",
        "guests": "王五 组织委员",
    }


def _one_answer(world: World, thing: Thing | None, who: Who) -> Mapping[str, Any]:
    assert thing is not None
    receipt = thing.row.receipts.of_this_round().first()
    return {"channel": "phone", f"answer-{receipt.uid.hex}": "attend"}


def _held(world: World, thing: Thing | None, who: Who) -> Mapping[str, Any]:
    assert thing is not None
    return {
        "theme": "补录的会",
        "day": "2026-03-03",
        "starts": "14:30",
        "place": "二楼",
        **_sheet(world, thing, who),
    }


def _topic(world: World, thing: Thing | None, who: Who) -> Mapping[str, Any]:
    return {"title": "充电桩", "category": "service"}


def _reviewed(world: World, thing: Thing | None, who: Who) -> Mapping[str, Any]:
    assert thing is not None
    waiting = thing.row.topics.waiting().first()
    return {f"decision-{waiting.uid.hex}": "accepted"} if waiting else {}


def _newest_topic() -> Any:
    from meetings.models import Topic

    return Topic.objects.latest("pk")


def _minutes(**more: Any) -> Payload:
    def payload(world: World, thing: Thing | None, who: Who) -> Mapping[str, Any]:
        assert thing is not None
        return {"text": "一、改过的。", "version": thing.more.get("version", 0), **more}

    return payload


def _resolution(world: World, thing: Thing | None, who: Who) -> Mapping[str, Any]:
    assert thing is not None
    code = f"{thing.site}a" if len(thing.site) == 3 else f"{thing.site}1a"
    values = {"text": "修路灯三盏", "lead": str(world.units[code].uid), "due_on": "2026-04-01"}
    if thing.kind.startswith("resolution"):
        values["version"] = str(thing.row.version)
    return values


def _helpers(world: World, thing: Thing | None, who: Who) -> Mapping[str, Any]:
    assert thing is not None
    code = f"{thing.site}b" if len(thing.site) == 3 else f"{thing.site}1b"
    return {"helpers": [str(world.units[code].uid)]}


def _progress(world: World, thing: Thing | None, who: Who) -> Mapping[str, Any]:
    assert thing is not None
    return {f"text-{thing.row.uid}": "已进场施工"}


def _selected(world: World, thing: Thing | None, who: Who) -> Mapping[str, Any]:
    assert thing is not None
    return {"selected": [str(thing.row.uid)]}


def _seen(world: World, thing: Thing | None, who: Who) -> Mapping[str, Any]:
    assert thing is not None
    thing.row.refresh_from_db()
    return {"selected": [str(thing.row.uid)], "seen": f"{thing.row.uid}:{thing.row.mark}"}


def _graded(world: World, thing: Thing | None, who: Who) -> Mapping[str, Any]:
    return {**_selected(world, thing, who), "grade": "qualified"}


def _used(world: World, thing: Thing | None, who: Who) -> Mapping[str, Any]:
    return {**_selected(world, thing, who), "kind": "review", "used_on": "2026-03-01"}


def _renewed(world: World, thing: Thing | None, who: Who) -> Mapping[str, Any]:
    return {**_selected(world, thing, who), "channel": "phone"}


def _services(world: World, thing: Thing | None, who: Who) -> Mapping[str, Any]:
    assert thing is not None
    return {
        "date": "2026-03-01",
        "content": "清扫",
        "kind": "governance",
        "hours": "2",
        "selected": [str(thing.row.uid)],
    }


def _opinion(world: World, thing: Thing | None, who: Who) -> Mapping[str, Any]:
    assert thing is not None
    return {
        "purpose": "promotion",
        "since": "2024-01-01",
        "communities": [str(thing.row.community.uid)],
        "due_on": "2026-03-31",
    }


def _reply(world: World, thing: Thing | None, who: Who) -> Mapping[str, Any]:
    assert thing is not None
    return {"conduct": "遵守", "opinion": "同意", "version": str(thing.row.version)}


def _annual_forms(world: World, thing: Thing | None, who: Who) -> Mapping[str, Any]:
    people = [member.uid for member in world.members.values()]
    return {"period": "2026", "due_on": "2026-03-31", "selected": [str(uid) for uid in people]}


def _of_site(world: World, thing: Thing | None) -> str:
    assert thing is not None
    return f"?community={world.areas[thing.more.get('at', thing.site)].uid}"


def _of_area(world: World, thing: Thing | None) -> str:
    assert thing is not None
    return f"?area={thing.row.uid}"


def _party(world: World, thing: Thing | None, who: Who) -> Mapping[str, Any]:
    assert thing is not None
    return {
        "name": f"新支部{next(_serial)}",
        "kind": "branch",
        "area": str(thing.row.uid),
    }


def _body(world: World, thing: Thing | None, who: Who) -> Mapping[str, Any]:
    assert thing is not None
    return {"name": thing.row.name, "address": "江边路10号", "short_name": "简"}


def _elsewhere(world: World, thing: Thing | None, who: Who) -> Mapping[str, Any]:
    """To the street that the community belongs to."""
    assert thing is not None
    return {"area": str(world.areas[thing.site[:2]].uid), "reason": "归街道办"}


def _own_report_in(world: World, thing: Thing | None, who: Who) -> Mapping[str, Any]:
    return {"community": str(world.areas["121"].uid), "building": "3幢"}


def _for_letters(world: World, thing: Thing | None, who: Who) -> Mapping[str, Any]:
    assert thing is not None
    return {"selected": [str(thing.row.uid)], "valid_until": "2026-03-30"}


def _needs_a_letter(thing: Thing, who: Who) -> bool:
    """Who holds an open letter keeps it; who waits for the community has no use for one."""
    return not thing.site.endswith(("b2", "a2"))


def _letter_at_desk(world: World, thing: Thing | None, who: Who) -> Mapping[str, Any]:
    """The paper is the proof: any desk may take it."""
    letter = next(each for each in world.things["letter_open"] if each.site == "111")
    return {
        "code": letter.row.code_shown,
        "channel": "paper",
        "community": str(world.areas["111"].uid),
    }


def _to_another_community(world: World, thing: Thing | None, who: Who) -> Mapping[str, Any]:
    assert thing is not None
    return {"community": str(world.areas["222"].uid), "channel": "phone"}


def _unit_report_in(world: World, thing: Thing | None, who: Who) -> Mapping[str, Any]:
    return {
        "community": str(world.areas[thing.site[:3] if thing else "222"].uid),
        "kind": "office",
        "address": "望江路1号",
        "head_name": "王负责",
        "contact_name": "李联络",
        "contact_phone": "0571-88886666",
        "members_total": "12",
        "members_in_service": "10",
        "members_reported_in": "3",
        "channel": "paper",
    }


def _file(world: World, thing: Thing | None, who: Who) -> Mapping[str, Any]:
    book = sheets.workbook(["单位名称", "所属社区", "住所"], [f"表里{next(_serial)}", "", "一号"])
    return {"file": SimpleUploadedFile("单位.xlsx", book)}


def _roster(world: World, thing: Thing | None, who: Who) -> Mapping[str, Any]:
    return {"file": SimpleUploadedFile("党员.xlsx", sheets.roster(["x"] * 7))}


def _token(world: World, thing: Thing | None, who: Who) -> Mapping[str, Any]:
    return {
        "appointment": str(world.posts["community_secretary:122"].uid),
        "name": "取数",
        "column": "api_read",
        "operations": ["unit.view"],
        "days": "30",
        "reason": "市平台对接",
    }


def _first_reported_in(thing: Thing, who: Who) -> bool:
    return thing.site.endswith("1")


def _own_or_area(thing: Thing, who: Who) -> bool:
    """A unit's form has no chooser of units: it writes for itself, whatever is sent."""
    return who.column not in UNIT_COLUMNS or who.body in thing.units


def _whose_report(thing: Thing, who: Who) -> bool:
    return who.column != "member" or who.person in thing.people or thing.site != "111"


AREA = frozenset(AREA_COLUMNS)
WISH = {name: text for name, text in wishes.TEXTS.items() if name != "title"}
COME_TRUE = {"fulfilled_on": "2026-03-05", "result": "已送到家中。"}
REFUSED_BY_FORM = frozenset({422})
DID_NOTHING = frozenset({302})

POSTS: tuple[Deed, ...] = (
    # units
    deed("units:unit-create", "unit.change", thing="unit", args=(), data=_new_unit,
         writes=("units.ResidentUnit", "organizations.Organization"), outside=REFUSED_BY_FORM),
    deed("units:unit-change", "unit.change", thing="unit", data=_unit,
         writes=("organizations.Organization",)),
    deed("units:unit-change", "unit.change", thing="guest_unit", data=_unit, name="guest_unit",
         writes=("organizations.Organization",)),
    deed("units:unit-contacts", "unit.contacts", thing="unit", data=_contacts,
         writes=("organizations.Organization",)),
    deed("units:unit-contacts", "unit.contacts", thing="guest_unit", data=_contacts,
         name="guest_unit", writes=("organizations.Organization",)),
    deed("units:unit-end", "unit.change", thing="unit_idle", writes=("units.ResidentUnit",),
         data=says(on="2026-03-05", reason="迁出")),
    deed("units:branch-tie", "unit.change", thing="unit", data=_tie, writes=("units.UnitBranch",)),
    deed("units:branch-untie", "unit.change", thing="branch", writes=("units.UnitBranch",)),
    deed("units:report-form", "report.file", args=("2026Q1",), data=says(nil="1"),
         writes=("units.UnitReport",)),
    deed("units:report-draft", "report.file", args=("2026Q1",), data=says(v_members="3"),
         writes=("units.UnitReport",)),
    deed("units:report-proxy", "report.file_proxy", thing="unit", reason="channel",
         args=lambda thing: (thing.row.uid, "2026Q1"), writes=("units.UnitReport",),
         data=says(nil="1", channel="phone", on="2026-03-04")),
    deed("units:report-accept", "report.decide", thing="report", writes=("units.UnitReport",)),
    deed("units:report-return", "report.decide", thing="report", writes=("units.UnitReport",),
         data=says(reason="请补充")),
    # members
    deed("members:member-create", "member.change", thing="unit", args=(), data=_new_member,
         writes=("members.PartyMember", "members.Employment"), outside=REFUSED_BY_FORM,
         tries=_own_or_area),
    deed("members:member-change", "member.change", thing="member", writes=("members.PartyMember",),
         data=lambda world, thing, who: {"name": thing.row.person.name, "kind": "full",
                                         "category": "in_service", "skills": "会修灯",
                                         "unit": str(world.units[thing.more["unit"]].uid)}),
    deed("members:member-end", "member.end", thing="member", writes=("members.PartyMember",),
         data=says(on="2026-03-05", reason="retired"), reason="reason"),
    deed("members:member-erase", "member.erase", thing="member", reason="reason",
         data=says(reason="本人书面要求删除"), writes=("members.PartyMember",)),
    deed("members:member-phone", "member.phone", thing="member", writes=("audit.Event",)),
    deed("members:member-id-number", "member.id_number", thing="member", writes=("audit.Event",),
         data=says(reason="核对身份"), reason="reason"),
    deed("members:employment-confirm", "member.change", thing="stated", without=AREA,
         writes=("members.Employment",)),
    deed("members:employment-refuse", "member.change", thing="stated", without=AREA,
         writes=("members.Employment",), data=says(reason="不是本单位职工")),
    deed("members:my-report-in-submit", "report_in.submit", data=_own_report_in, member="111b2",
         writes=("members.ReportIn",)),
    deed("members:my-report-in-withdraw", "report_in.submit", thing="report_in_submitted",
         member="111a2", writes=("members.ReportIn",)),
    deed("members:my-data", "member.change_own", data=says(phone="19900001234", skills="会唱歌"),
         writes=("members.PartyMember",)),
    deed("members:report-in-desk", "report_in.submit_proxy", data=_desk, reason="channel",
         writes=("members.ReportIn",)),
    deed("members:report-ins-confirm", "report_in.decide", thing="report_in_submitted", args=(),
         data=_selected, writes=("members.ReportIn",), outside=DID_NOTHING),
    deed("members:report-in-confirm", "report_in.decide", thing="report_in_submitted",
         writes=("members.ReportIn", "members.MemberPlace")),
    deed("members:report-in-return", "report_in.decide", thing="report_in_submitted",
         writes=("members.ReportIn",), data=says(reason="不住在本社区")),
    deed("members:report-in-end", "report_in.end", thing="report_in_confirmed", reason="reason",
         writes=("members.ReportIn",), data=says(reason="moved")),
    deed("members:letter-issue", "report_in.letter", thing="member",
         data=says(valid_until="2026-03-30"), writes=("members.RecommendationLetter",)),
    deed("members:letters-issue", "report_in.letter", thing="member", args=(), data=_for_letters,
         tries=_needs_a_letter, writes=("members.RecommendationLetter",), outside=REFUSED_BY_FORM),
    deed("members:letter-revoke", "report_in.letter", thing="letter_open",
         writes=("members.RecommendationLetter",), data=says(reason="信息有误")),
    deed("members:desk-letter", "report_in.submit_proxy", data=_letter_at_desk, reason="channel",
         writes=("members.ReportIn", "members.RecommendationLetter")),
    deed("members:my-report-in-renew", "report_in.renew", thing="report_in_due", without=AREA,
         writes=("members.Renewal",)),
    deed("members:report-in-renew", "report_in.renew", thing="report_in_due", without=MEMBER,
         writes=("members.Renewal",), data=says(channel="phone")),
    deed("members:renewals-enter", "report_in.renew", thing="report_in_due", args=(),
         without=MEMBER, writes=("members.Renewal",), outside=REFUSED_BY_FORM,
         data=_renewed),
    deed("members:report-in-phone", "member.phone", thing="report_in_submitted",
         writes=("audit.Event",)),
    deed("members:report-in-pass-on", "report_in.decide", thing="report_in_submitted",
         writes=("members.ReportIn",), data=_to_another_community),
    deed("members:report-in-move", "report_in.end", thing="report_in_confirmed", reason="channel",
         writes=("members.ReportIn",), data=_to_another_community),
    deed("members:unit-report-in-create", "unit_report_in.submit", thing="unit_idle", args=(),
         query=lambda world, thing: f"?unit={thing.row.uid}" if thing else "",
         tries=lambda thing, who: who.column not in UNIT_COLUMNS, data=_unit_report_in,
         reason="channel", writes=("members.UnitReportIn",), outside=REFUSED_BY_FORM),
    deed("members:unit-report-in-create", "unit_report_in.submit", data=_unit_report_in,
         without=AREA, writes=("members.UnitReportIn",), name="own"),
    deed("members:unit-report-in-confirm", "unit_report_in.decide",
         thing="unit_report_in_submitted", writes=("members.UnitReportIn",),
         data=says(opinion="同意接收")),
    deed("members:unit-report-in-return", "unit_report_in.decide",
         thing="unit_report_in_submitted", writes=("members.UnitReportIn",),
         data=says(reason="电话有误")),
    deed("members:unit-report-in-withdraw", "unit_report_in.submit",
         thing="unit_report_in_submitted", without=AREA, writes=("members.UnitReportIn",)),
    deed("members:unit-report-in-end", "unit_report_in.decide", thing="unit_report_in_confirmed",
         writes=("members.UnitReportIn",), data=says(reason="moved")),
    deed("members:service-create", "service.enter", thing="member", args=(), data=_services,
         query=_of_site, writes=("members.ServiceRecord",), tries=_first_reported_in,
         outside=frozenset({200, 422})),
    deed("members:service-certify", "service.certify", thing="sheet_waiting",
         args=lambda thing: (thing.row.sheet,), writes=("members.ServiceRecord",)),
    deed("members:services-certify", "service.certify", thing="sheet_waiting", args=(),
         data=lambda world, thing, who: {"selected": [str(thing.row.sheet)]},
         writes=("members.ServiceRecord",), outside=DID_NOTHING),
    deed("members:service-withdraw", "service.enter", thing="sheet_waiting",
         args=lambda thing: (thing.row.sheet,), writes=("members.ServiceRecord",),
         data=says(reason="登记有误")),
    # wishes
    deed("wishes:wish-change", "wish.change", thing="wish_open", writes=("wishes.Wish",),
         data=says(**WISH, title="想换一台收音机", heard_on="2026-03-05")),
    deed("wishes:wisher-show", "wish.wisher", thing="wish_open", writes=("audit.Event",)),
    deed("wishes:wisher-change", "wish.wisher", thing="wish_open", writes=("wishes.Wisher",),
         data=says(name="孙桂英", phone="13900005679", address="望江苑3幢2单元501室")),
    deed("wishes:wish-verify", "wish.change", thing="wish_entered", writes=("wishes.Wish",),
         data=says(phoned_on="2026-03-05", visited_on="2026-03-05", agreed_to_show="on")),
    deed("wishes:wish-publish", "wish.change", thing="wish_verified", writes=("wishes.Wish",)),
    deed("wishes:wishes-publish", "wish.change", thing="wish_verified", args=(),
         data=_selected, writes=("wishes.Wish",), outside=DID_NOTHING),
    deed("wishes:wish-decline", "wish.change", thing="wish_entered", writes=("wishes.Wish",),
         data=says(reason="不属于微心愿范围")),
    deed("wishes:wish-withdraw", "wish.change", thing="wish_open", writes=("wishes.Wish",),
         data=says(reason="家人已买")),
    deed("wishes:wish-revisit", "wish.decide", thing="wish_fulfilled",
         data=says(visited_on="2026-03-05", means="home", grade="satisfied"),
         writes=("wishes.WishRevisit", "wishes.Wish")),
    deed("wishes:wish-claim", "wish.claim", thing="wish_open", writes=("wishes.WishClaim",),
         data=says(promised_on="2026-03-20"), tries=_where_they_reported_in),
    deed("wishes:wish-claim-proxy", "wish.claim_proxy", thing="wish_open", reason="channel",
         data=_claiming_a_wish, writes=("wishes.WishClaim",)),
    deed("wishes:claim-accept", "wish.decide", thing="wish_offered",
         writes=("wishes.WishClaim", "wishes.Wish", "obligations.Obligation")),
    deed("wishes:claim-decline", "wish.decide", thing="wish_offered",
         writes=("wishes.WishClaim",), data=says(reason="已请别人")),
    *(
        deed(route, key, thing=thing, name=thing, data=says(**data), reason=reason,
             writes=("wishes.WishClaim", "wishes.Wish"))
        for thing in ("wish_in_hand", "wish_in_hand_of_unit")
        for route, key, data, reason in (
            ("wishes:claim-leave", "wish.claim", {"reason": "出差"}, ""),
            ("wishes:claim-leave-proxy", "wish.claim_proxy",
             {"reason": "出差", "channel": "phone"}, "channel"),
            ("wishes:claim-fulfil", "wish.claim", COME_TRUE, ""),
            ("wishes:claim-fulfil-proxy", "wish.claim_proxy",
             {**COME_TRUE, "channel": "phone"}, "channel"),
        )
    ),
    # posts and teams
    deed("members:post-change", "service_post.change", thing="service_post",
         data=_service_post, writes=("members.ServicePost",)),
    deed("members:post-publish", "service_post.change", thing="service_post_draft",
         writes=("members.ServicePost",)),
    deed("members:post-close", "service_post.change", thing="service_post",
         writes=("members.ServicePost",), data=says(reason="已招满")),
    deed("members:post-offer", "service_post.change", thing="service_post",
         writes=("notices.Notice",), data=_somebody_here),
    deed("members:post-claim", "service_post.claim", thing="service_post",
         writes=("members.PostClaim",), tries=_where_they_reported_in),
    deed("members:post-claim-proxy", "service_post.claim_proxy", thing="service_post",
         data=_claiming, reason="channel", writes=("members.PostClaim",)),
    deed("members:claims-accept", "service_post.decide", thing="claim_proposed", args=(),
         data=_selected, writes=("members.PostClaim",), outside=DID_NOTHING),
    deed("members:claim-accept", "service_post.decide", thing="claim_proposed",
         writes=("members.PostClaim", "obligations.Obligation")),
    deed("members:claim-decline", "service_post.decide", thing="claim_proposed",
         writes=("members.PostClaim",), data=says(reason="人数已够")),
    deed("members:claim-leave", "service_post.claim", thing="claim_accepted",
         writes=("members.PostClaim",)),
    deed("members:claim-leave-proxy", "service_post.claim_proxy", thing="claim_accepted",
         writes=("members.PostClaim",), data=says(channel="phone"), reason="channel"),
    deed("members:claim-absent", "service_post.decide", thing="claim_accepted",
         writes=("members.PostClaim",), data=says(reason="出差")),
    deed("members:claim-finish", "service_post.decide", thing="claim_served",
         writes=("members.PostClaim",)),
    deed("members:post-evaluation-open", "service_post.decide", thing="post_served",
         writes=("accounts.SignedLink",)),
    deed("members:post-evaluation-close", "service_post.decide", thing="post_served"),
    deed("members:claim-evaluation-asked", "service_post.decide", thing="claim_served",
         data=says(asked="30"), writes=("members.PostClaim",)),
    deed("members:claim-evaluation-paper", "service_post.decide", thing="claim_served",
         data=_paper, writes=("members.ClaimEvaluation",)),
    deed("members:pledge-sign", "service_post.claim", thing="claim_accepted",
         writes=("members.Pledge",),
         data=says(text="每月两次到岗", due_on="2026-12-31", is_public="on")),
    deed("members:pledge-sign-proxy", "service_post.claim_proxy", thing="claim_accepted",
         writes=("members.Pledge",), reason="channel",
         data=says(text="每月两次到岗", due_on="2026-12-31", on="2026-03-05", channel="paper")),
    deed("members:pledge-show", "service_post.claim", thing="claim_pledged",
         writes=("members.Pledge",), data=says(show="no")),
    deed("members:team-change", "team.change", thing="team", writes=("members.Team",),
         data=says(name="平安巡逻队", kind="patrol", content="夜间巡逻")),
    deed("members:team-join", "team.change", thing="team", writes=("members.TeamMember",),
         data=_somebody_here),
    deed("members:team-lead", "team.change", thing="team_member",
         writes=("members.TeamMember",)),
    deed("members:team-leave", "team.change", thing="team_member",
         writes=("members.TeamMember",)),
    deed("members:team-end", "team.change", thing="team", writes=("members.Team",),
         data=says(reason="合并")),
    # activities
    deed("activities:activity-create", "activity.change", "activity.draft_unit", data=_activity,
         writes=("activities.Activity", "activities.Host")),
    deed("activities:activity-change", "activity.change", thing="activity", data=_activity,
         writes=("activities.Activity",)),
    deed("activities:activity-change", "activity.change", "activity.draft_unit",
         thing="activity_of_unit", data=_activity, writes=("activities.Activity",), name="own"),
    deed("activities:activity-change", "activity.change", thing="activity_of_unit_open",
         data=_activity, writes=("activities.Activity",), name="open"),
    deed("activities:activity-helpers", "activity.change", thing="activity", data=_helping,
         writes=("activities.Host",)),
    deed("activities:activity-publish", "activity.publish", thing="activity_draft",
         writes=("activities.Activity",)),
    deed("activities:activity-cancel", "activity.publish", thing="activity_of_unit_open",
         data=says(reason="台风"), writes=("activities.Activity",), name="own"),
    deed("activities:activity-cancel", "activity.publish", thing="activity",
         data=says(reason="台风"), writes=("activities.Activity",)),
    deed("activities:activity-places", "activity.change", thing="activity",
         data=says(places="5"), writes=("activities.Activity", "activities.Seat")),
    deed("activities:sign-up", "activity.sign_up", thing="activity",
         writes=("activities.SignUp",)),
    deed("activities:withdraw", "activity.sign_up", thing="activity_joined",
         tries=lambda thing, who: who.column != "member" or thing.site == "111",
         writes=("activities.SignUp",)),
    deed("activities:sign-up-proxy", "activity.sign_up_proxy", thing="activity",
         data=_of_the_audience, reason="channel", writes=("activities.SignUp",)),
    deed("activities:withdraw-proxy", "activity.sign_up_proxy", thing="sign_up",
         data=says(channel="phone"), reason="channel",
         writes=("activities.SignUp",)),
    deed("activities:activity-submit", "activity.draft_unit", thing="activity_of_unit",
         writes=("activities.Activity",)),
    deed("activities:activity-return", "activity.publish", thing="activity_submitted",
         data=says(reason="请写明集合地点"), writes=("activities.Activity",)),
    deed("activities:check-in", "activity.check_in", thing="activity_running", data=_code,
         writes=("activities.Attendance",)),
    deed("activities:check-in-kept", "activity.check_in", thing="activity_running", data=_code,
         writes=("activities.Attendance",)),
    deed("activities:attendance-edit", "activity.attendance", thing="activity_running",
         data=_came, reason="reason", writes=("activities.Attendance",)),
    deed("activities:activity-hold", "activity.change", thing="activity_attended",
         data=says(others_count="20"), writes=("activities.Activity",)),
    deed("activities:services-enter", "activity.change", thing="activity_ended",
         writes=("members.ServiceRecord",)),
    deed("activities:contribution-enter", "activity.change", thing="activity_running",
         data=_given, writes=("activities.Contribution",)),
    deed("activities:contribution-enter", "activity.change", "activity.draft_unit",
         thing="activity_of_unit", data=_given, writes=("activities.Contribution",), name="own"),
    deed("activities:contribution-withdraw", "activity.change", thing="contribution",
         writes=("activities.Contribution",)),
    deed("activities:evaluation-open", "activity.change", thing="activity_running",
         writes=("accounts.SignedLink",)),
    deed("activities:evaluation-close", "activity.change", thing="activity_running"),
    deed("activities:evaluation-asked", "activity.change", thing="activity_running",
         data=says(asked="30"), writes=("activities.Activity",)),
    deed("activities:evaluation-paper", "activity.change", thing="activity_running",
         data=_paper, writes=("activities.Evaluation",)),
    deed("members:summary-sign", "summary.sign", thing="due_summary", args=("2025Q4",),
         query=_of_site, data=_selected, writes=("members.ServiceSummary",),
         outside=frozenset({200, 302})),
    deed("members:summary-acknowledge", "summary.acknowledge", thing="summary",
         writes=("members.ServiceSummary",)),
    deed("members:summary-acknowledge-proxy", "summary.acknowledge_proxy", thing="summary",
         writes=("members.ServiceSummary",), data=says(channel="phone", on="2026-03-05"),
         reason="channel"),
    deed("members:request-ask", "feedback.request", thing="report_in_confirmed",
         args=lambda thing: (thing.row.member.uid,), writes=("members.FeedbackRequest",),
         data=_opinion, outside=REFUSED_BY_FORM,
         tries=lambda thing, who: min(thing.people).endswith("3")),
    deed("members:request-draft", "feedback.draft", thing="request_asked", data=_reply,
         writes=("members.FeedbackRequest",)),
    deed("members:request-answer", "feedback.sign", thing="request_asked", data=_reply,
         writes=("members.FeedbackRequest",)),
    deed("members:request-decline", "feedback.sign", thing="request_asked",
         data=says(reason="已搬离"), writes=("members.FeedbackRequest",)),
    deed("members:request-withdraw", "feedback.request", thing="request_asked",
         without=frozenset({"district"}), data=says(reason="不需要了"),
         writes=("members.FeedbackRequest",)),
    deed("members:request-acknowledge", "feedback.acknowledge", thing="request_answered",
         sees=True, writes=("members.FeedbackRequest",)),
    deed("members:request-acknowledge-proxy", "feedback.acknowledge_proxy",
         thing="request_answered", data=says(channel="phone", on="2026-03-05"),
         reason="channel", writes=("members.FeedbackRequest",)),
    deed("members:request-use", "feedback.use", thing="request_answered",
         data=says(use="inspection", on="2026-03-05"), writes=("members.FeedbackRequest",)),
    deed("members:summary-answer", "summary.acknowledge", thing="summary_received",
         writes=("members.ServiceSummary",), data=says(answer="已通报")),
    deed("members:summary-answer-proxy", "summary.acknowledge_proxy", thing="summary_received",
         writes=("members.ServiceSummary",), data=says(answer="已通报", channel="phone"),
         reason="channel"),
    deed("members:annual-form-start", "annual_form.file", without=MEMBER, data=_annual_forms,
         writes=("members.AnnualForm", "obligations.Obligation")),
    deed("members:annual-form-sign", "annual_form.file", thing="annual_form_open",
         writes=("members.AnnualForm",),
         data=says(account="维修", conduct="遵守公约", explanation="外派", channel="paper",
                   on="2026-03-05")),
    deed("members:annual-form-return", "annual_form.file", thing="annual_form_signed",
         without=MEMBER, writes=("members.AnnualForm",), data=says(reason="请补充")),
    deed("members:annual-form-withdraw", "annual_form.file", thing="annual_form_open",
         without=MEMBER, writes=("members.AnnualForm",), data=says(reason="已调离")),
    deed("members:annual-forms-file", "annual_form.file", thing="annual_form_signed", args=(),
         without=MEMBER, writes=("members.AnnualForm",), outside=DID_NOTHING,
         data=lambda world, thing, who: {"selected": [str(thing.row.uid)], "opinion": "属实"}),
    # feedback
    deed("members:feedback-compile", "feedback.draft", args=("2025Q4",),
         writes=("members.Feedback",)),
    deed("members:feedback-grade", "feedback.draft", thing="feedback_draft", args=("2025",),
         data=_graded, writes=("members.Feedback",), outside=DID_NOTHING),
    deed("members:feedback-evaluate", "feedback.draft", thing="feedback_draft",
         data=says(grade="qualified"), writes=("members.Feedback",)),
    deed("members:feedback-sign", "feedback.sign", thing="feedback_draft", args=("2025",),
         data=_seen, writes=("members.Feedback", "members.FeedbackDelivery"),
         outside=DID_NOTHING),
    # Residents' voices are the community's; the unit and the street give other parts.
    deed("members:feedback-part", "feedback.comment", thing="feedback_masses",
         data=says(satisfied="3", basically="0", dissatisfied="0", unanswered="0"),
         writes=("members.FeedbackPart",), without=frozenset({"street", "unit_secretary"})),
    deed("members:feedback-self", "feedback.self_evaluate", thing="feedback_self",
         data=says(text="参加义诊"), writes=("members.FeedbackPart",)),
    deed("members:feedback-self-proxy", "feedback.self_evaluate_proxy", thing="feedback_self",
         data=says(text="参加义诊", channel="phone", on="2026-03-05"), reason="channel",
         writes=("members.FeedbackPart",)),
    deed("members:feedback-acknowledge", "feedback.acknowledge", thing="feedback_sent",
         writes=("members.Feedback",)),
    deed("members:feedback-acknowledge-proxy", "feedback.acknowledge_proxy",
         thing="feedback_sent", data=says(channel="phone", on="2026-03-05"), reason="channel",
         writes=("members.Feedback",)),
    deed("members:feedback-delivery-acknowledge", "feedback.acknowledge",
         thing="feedback_delivery", writes=("members.Feedback",)),
    deed("members:feedback-delivery-acknowledge-proxy", "feedback.acknowledge_proxy",
         thing="feedback_delivery", data=says(channel="phone", on="2026-03-05"),
         reason="channel", writes=("members.Feedback",)),
    deed("members:feedback-use", "feedback.use", thing="feedback_received",
         data=says(kind="review", used_on="2026-03-01"), writes=("members.FeedbackUse",)),
    deed("members:feedbacks-use", "feedback.use", thing="feedback_received", args=(),
         data=_used, writes=("members.FeedbackUse",), outside=REFUSED_BY_FORM),
    deed("members:feedback-object", "feedback.object", thing="feedback_sent",
         data=says(text="漏记一次义诊"), writes=("members.Objection",)),
    deed("members:feedback-use-proxy", "feedback.use_proxy", thing="feedback_received",
         data=says(kind="review", used_on="2026-03-01", channel="phone"), reason="channel",
         writes=("members.FeedbackUse",)),
    deed("members:feedback-object-proxy", "feedback.object_proxy", thing="feedback_sent",
         data=says(text="漏记一次义诊", channel="phone", on="2026-03-05"), reason="channel",
         writes=("members.Objection",)),
    deed("members:feedback-review", "feedback.review", thing="feedback_objected",
         data=says(decision="reject", review="记录属实"), writes=("members.Objection",)),
    # joint meetings
    deed("meetings:council-create", "council.change", thing="council", args=(), data=_council,
         writes=("meetings.Council",), outside=REFUSED_BY_FORM),
    deed("meetings:council-change", "council.change", thing="council", data=_council,
         writes=("meetings.Council",)),
    deed("meetings:council-invite", "council.invite", thing="council_inviting", data=_invite,
         writes=("meetings.CouncilMember",)),
    deed("meetings:charter-change", "council.change", thing="council", writes=("meetings.Council",),
         data=lambda world, thing, who: {"version": thing.row.version, "notice_lead_days": "4"}),
    deed("meetings:member-order", "council.invite", thing="council",
         writes=("meetings.CouncilMember",), data=_places),
    deed("meetings:rotation-change", "council.change", thing="council",
         writes=("meetings.CouncilRotation",), data=_places),
    deed("meetings:member-answer", "council.answer", "council.answer_proxy", thing="invitation",
         writes=("meetings.CouncilMember",), reason="channel",
         data=says(decision="accept", representative_name="李四", channel="phone")),
    deed("meetings:member-change", "council.answer", "council.answer_proxy", thing="membership",
         writes=("meetings.CouncilMember",), reason="channel",
         data=says(representative_name="王五", channel="phone")),
    deed("meetings:member-end", "council.answer", "council.answer_proxy", thing="membership_idle",
         writes=("meetings.CouncilMember",), data=says(reason="搬迁", channel="phone"),
         reason="reason"),
    deed("meetings:meeting-plan", "meeting.plan", thing="council", data=_plan,
         writes=("meetings.Meeting",)),
    deed("meetings:year-plan", "meeting.plan", thing="council", data=says(
         starts="14:30", place="四楼", **{"with-2026Q3": "on", "theme-2026Q3": "第三季度会议",
         "day-2026Q3": "2026-09-10"}), writes=("meetings.Meeting",)),
    deed("meetings:meeting-invite", "meeting.notify", thing="meeting_planned",
         data=says(invited_as="guest", person_name="居民代表甲"), writes=("meetings.Invitee",)),
    deed("meetings:receipts-proxy", "meeting.answer_proxy", thing="meeting_notified",
         data=_one_answer, reason="channel", writes=("meetings.Receipt",)),
    deed("meetings:meeting-enter", "meeting.plan", thing="council", data=_held,
         writes=("meetings.Meeting", "meetings.Presence")),
    deed("meetings:topic-create", "topic.propose", thing="council", data=_topic, as_body=True,
         writes=("meetings.Topic",), outside=REFUSED_BY_FORM),
    deed("meetings:topic-create", "topic.propose_proxy", thing="council", reason="",
         data=lambda world, thing, who: {**_topic(world, thing, who), "channel": "phone",
                                         "organization": str(thing.more["lead"].uid)},
         name="by proxy", writes=("meetings.Topic",), outside=REFUSED_BY_FORM,
         check=lambda world, thing: _newest_topic().organization_id == thing.more["lead"].pk,
         tries=lambda thing, who: who.column not in (*UNIT_COLUMNS, "street", "district")),
    deed("meetings:topic-submit", "topic.propose", thing="topic_draft", data=_topic,
         writes=("meetings.Topic",)),
    deed("meetings:topic-decide", "topic.decide", thing="topic_submitted",
         data=says(decision="accepted"), writes=("meetings.Topic",)),
    deed("meetings:topic-carry", "topic.decide", thing="topic_deferred",
         writes=("meetings.Topic",)),
    deed("meetings:topics-carry", "topic.decide", thing="topic_deferred", args=(),
         data=_selected, writes=("meetings.Topic",), outside=DID_NOTHING),
    deed("meetings:topic-chair", "topic.decide", thing="topic_submitted",
         data=says(opinion="同意列入", name="张三"), writes=("meetings.Topic",)),
    deed("meetings:topic-review", "topic.decide", thing="council", data=_reviewed,
         writes=("meetings.Topic",)),
    deed("meetings:call-change", "topic.call", thing="topic_call",
         data=says(due_on="2026-03-25", note="安全"), writes=("meetings.TopicCall",)),
    deed("meetings:call-close", "topic.call", thing="topic_call",
         writes=("meetings.TopicCall",)),
    deed("meetings:agenda-edit", "meeting.plan", thing="meeting_planned",
         data=lambda world, thing, who: {"version": thing.row.version, "more": "通报安全情况"},
         writes=("meetings.AgendaItem",)),
    deed("meetings:topic-call", "topic.call", thing="council",
         # Another quarter's: this one's stands.
         data=says(due_on="2026-05-20", meeting_on="2026-06-10"),
         writes=("meetings.TopicCall",)),
    deed("meetings:meeting-change", "meeting.plan", thing="meeting_planned", data=_plan,
         writes=("meetings.Meeting",)),
    deed("meetings:meeting-notify", "meeting.notify", thing="meeting_planned",
         writes=("meetings.Meeting", "meetings.Receipt", "notices.Notice")),
    deed("meetings:meeting-take-back", "meeting.notify", thing="meeting_notified",
         writes=("meetings.Meeting",)),
    deed("meetings:meeting-postpone", "meeting.cancel", thing="meeting_planned",
         data=says(reason="台风", day="2026-04-01", starts="09:00"), reason="reason",
         writes=("meetings.Meeting",)),
    deed("meetings:meeting-cancel", "meeting.cancel", thing="meeting_notified",
         data=says(reason="台风"), reason="reason", writes=("meetings.Meeting",)),
    deed("meetings:meeting-archive", "meeting.plan", thing="meeting_issued",
         writes=("meetings.Meeting",)),
    deed("meetings:receipt-answer", "meeting.answer", thing="meeting_notified",
         data=says(answer="attend", attendee_name="李四", people="1"),
         writes=("meetings.Receipt",)),
    deed("meetings:receipt-proxy", "meeting.answer_proxy", thing="receipt", reason="channel",
         data=says(answer="attend", attendee_name="李四", channel="phone", seen="waiting"),
         writes=("meetings.Receipt",)),
    deed("meetings:presence-edit", "meeting.presence", thing="meeting_held", data=_sheet,
         writes=("meetings.Presence",)),
    deed("meetings:minutes-edit", "minutes.draft", thing="meeting_drafted", data=_minutes(),
         writes=("meetings.Minutes",)),
    deed("meetings:minutes-autosave", "minutes.draft", thing="meeting_drafted", data=_minutes(),
         writes=("meetings.Minutes",)),
    deed("meetings:minutes-issue", "minutes.issue", thing="meeting_drafted",
         data=_minutes(signer="other", signer_name="张三"), writes=("meetings.Minutes", "meetings.Meeting")),
    deed("meetings:minutes-merge", "minutes.draft", thing="meeting_drafted",
         data=_minutes(other="1"), writes=("meetings.Minutes",)),
    deed("meetings:minutes-resolve", "minutes.draft", thing="meeting_held", data=_resolution,
         writes=("meetings.Resolution",)),
    deed("meetings:minutes-circulate", "minutes.draft", thing="meeting_drafted",
         data=_minutes(audience="present"),
         writes=("meetings.Minutes", "meetings.MinutesCirculation")),
    deed("meetings:minutes-countersign", "minutes.countersign", thing="circulation",
         data=says(answer="agreed"), as_body=True, writes=("meetings.Countersignature",)),
    deed("meetings:minutes-countersign-proxy", "minutes.countersign_proxy", reason="channel",
         thing="countersignature", data=says(answer="agreed", channel="phone"),
         writes=("meetings.Countersignature",)),
    deed("meetings:minutes-recall", "minutes.draft", thing="circulation",
         data=says(reason="数量有误"), writes=("meetings.MinutesCirculation",)),
    deed("meetings:minutes-reopen", "minutes.reopen", thing="minutes_issued", reason="reason",
         data=says(reason="出席名单有误"), writes=("meetings.Minutes",)),
    deed("meetings:resolution-create", "minutes.draft", thing="meeting_held", data=_resolution,
         writes=("meetings.Resolution",)),
    deed("meetings:resolution-change", "resolution.assign", thing="resolution_pending",
         data=_resolution, writes=("meetings.Resolution",)),
    deed("meetings:resolution-assign", "resolution.assign", thing="resolution_pending",
         writes=("meetings.Resolution",)),
    deed("meetings:meeting-assign", "resolution.assign", thing="meeting_drafted",
         writes=("meetings.Resolution",)),
    deed("meetings:resolution-work", "resolution.work", thing="party", data=says(deed="accept"),
         as_body=True, writes=("meetings.ResolutionParty",), outside=DID_NOTHING),
    deed("meetings:resolution-work", "resolution.work", thing="party_own", name="own committee",
         data=says(deed="progress", text="已联系"), as_body=True, writes=("meetings.Progress",),
         outside=DID_NOTHING),
    deed("meetings:resolution-proxy", "resolution.work_proxy", thing="party", reason="channel",
         data=says(deed="accept", channel="phone"), writes=("meetings.ResolutionParty",),
         outside=DID_NOTHING),
    deed("meetings:resolution-close", "resolution.verify", thing="resolution_reported",
         data=says(closing="substantial"), writes=("meetings.Resolution",)),
    deed("meetings:resolution-refuse", "resolution.verify", thing="resolution_reported",
         data=says(reason="没有修好"), writes=("meetings.Resolution",)),
    deed("meetings:resolution-stop", "resolution.verify", thing="resolution_assigned",
         data=says(reason="不再需要"), writes=("meetings.Resolution",)),
    deed("meetings:resolution-deadline", "resolution.verify", thing="resolution_assigned",
         data=says(due_on="2026-06-30", reason="电话商定"), writes=("meetings.Extension",)),
    deed("meetings:resolution-reopen", "resolution.verify", thing="resolution_closed",
         data=says(due_on="2026-06-30", reason="没有通电"), writes=("meetings.Resolution",)),
    deed("meetings:resolution-review", "resolution.verify", thing="resolution_stage",
         data=says(outcome="done", text="二期已完成"), writes=("meetings.Resolution",)),
    deed("meetings:resolution-discuss", "resolution.assign", thing="resolution_returned",
         data=says(reason="两家意见不一"), writes=("meetings.Topic",)),
    deed("meetings:resolution-helpers", "resolution.assign", thing="resolution_assigned",
         data=_helpers, writes=("meetings.ResolutionParty",)),
    deed("meetings:resolution-card", "resolution.card", thing="resolution_assigned",
         data=says(color="yellow", reason="居民反映"), writes=("meetings.Card",)),
    deed("meetings:card-lift", "resolution.card", thing="card",
         data=says(reason="已有进展"), writes=("meetings.Card",)),
    deed("meetings:extension-decide", "resolution.verify", thing="extension",
         data=says(decision="grant", opinion="同意"), writes=("meetings.Extension",)),
    deed("meetings:own-list", "resolution.work", thing="party_at_work", args=(),
         data=_progress, as_body=True, writes=("meetings.Progress",), outside=REFUSED_BY_FORM),
    # the ledger
    deed("obligations:obligation-chase", "obligation.chase", thing="debt", args=(),
         data=_selected, writes=("notices.Notice",), units=frozenset(), outside=DID_NOTHING),
    deed("obligations:obligation-exempt", "obligation.exempt", thing="debt", reason="reason",
         data=says(reason="本季度停业装修"), writes=("obligations.Obligation",)),
    deed("obligations:obligation-exempt", "obligation.exempt_office", thing="debt_of_office",
         data=says(reason="社区合并"), reason="reason", name="office",
         writes=("obligations.Obligation",),
         # Nobody lets off their own body.
         tries=lambda thing, who: who.body != f"c{thing.site}"),
    deed("obligations:obligation-link", "obligation.chase", thing="debt_of_meeting",
         writes=("accounts.SignedLink",), units=frozenset()),
    deed("obligations:period-close", "period.close", thing="street", reason="reason",
         args=lambda thing: (thing.row.uid, "2025Q4"), data=says(reason="数据已核对"),
         writes=("obligations.ClosedPeriod",)),
    # places, words, bodies
    deed("areas:parameter-change", "parameter.edit", thing="area", args=("link.days",),
         query=_of_area, data=says(value="21"), writes=("areas.Parameter",)),
    deed("areas:dictionary-change", "parameter.edit", thing="area", args=("council.kind",),
         query=_of_area, data=says(label="圆桌会"), writes=("areas.DictionaryEntry",)),
    deed("organizations:organization-create", "organization.change", thing="area", args=(),
         data=_party, writes=("organizations.Organization",), outside=REFUSED_BY_FORM,
         without=frozenset(UNIT_COLUMNS)),
    deed("organizations:organization-change", "organization.change", thing="committee",
         data=_body, writes=("organizations.Organization",)),
    # desk work
    deed("portal:suggestion-create", "suggestion.send", data=says(text="字再大一点"),
         writes=("portal.Suggestion",)),
    deed("portal:suggestion-note", "suggestion.answer",
         data=says(text="路灯不亮", channel="phone"), writes=("portal.Suggestion",)),
    deed("portal:suggestion-answer", "suggestion.answer", thing="suggestion",
         data=says(answer="已改。", outcome="answered"), writes=("portal.Suggestion",)),
    deed("portal:suggestion-pass-on", "suggestion.answer", thing="suggestion",
         data=_elsewhere, writes=("portal.Suggestion",)),
    deed("portal:suggestion-conclude", "suggestion.answer", thing="suggestion_underway",
         data=says(result="已换成大字。"), writes=("portal.Suggestion",)),
    deed("notices:outbox-settle", "notice.reconcile", thing="mail_unknown",
         data=says(accepted="yes"), writes=("notices.Notice",)),
    deed("exchange:import-upload", "unit.change", args=("units",), data=_file,
         writes=("exchange.ImportBatch",)),
    deed("exchange:import-apply", "import.rows", own_post=True, thing="batch", writes=("exchange.ImportBatch",)),
    deed("exchange:import-discard", "import.rows", own_post=True, thing="batch",
         writes=("exchange.ImportBatch",)),
    deed("exchange:import-undo", "import.rows", own_post=True, thing="batch_applied",
         data=says(reason="传错了"), writes=("exchange.ImportBatch",)),
    # accounts
    deed("accounts:token-issue", "token.issue", data=_token, reason="reason",
         writes=("accounts.ApiToken",)),
    deed("accounts:token-revoke", "token.revoke", thing="token", writes=("accounts.ApiToken",)),
)  # fmt: skip

# Actions bound to a line whose own tests try them role by role: {name: (line, file of tests)}.
# A new action belongs into POSTS above; here only what needs more than one request to be tried.
BOUND_ELSEWHERE: dict[str, tuple[str, str]] = {
    "meetings:topic-autosave": ("topic.propose", "tests/meetings/views/test_topics.py"),
    "meetings:topic-results": ("minutes.draft", "tests/meetings/views/test_topics.py"),
    "meetings:call-nothing": ("topic.propose_proxy", "tests/meetings/views/test_topics.py"),
    "meetings:proposal-create": ("topic.propose", "tests/meetings/views/test_proposals.py"),
    "meetings:proposal-answer": ("topic.propose", "tests/meetings/views/test_proposals.py"),
    "meetings:proposal-withdraw": ("topic.propose", "tests/meetings/views/test_proposals.py"),
    "accounts:policy-edit": ("policy.edit", "tests/accounts/test_step_up.py"),
    "meetings:sign-in": ("meeting.sign_in", "tests/meetings/views/test_signing.py"),
    "meetings:sign-in-hand": ("meeting.presence", "tests/meetings/views/test_signing.py"),
    "meetings:meeting-invite-late": ("meeting.notify", "tests/meetings/views/test_inviting.py"),
    "meetings:invitee-remove": ("meeting.notify", "tests/meetings/views/test_inviting.py"),
    "accounts:factor-reset": ("account.reset_factor", "tests/accounts/test_factors.py"),
    "accounts:user-create": ("account.create", "tests/accounts/views/test_users.py"),
    "accounts:users-invite": ("account.create", "tests/accounts/views/test_users.py"),
    "accounts:member-invite": ("account.create", "tests/accounts/views/test_users.py"),
    "accounts:user-invite": ("account.create", "tests/accounts/views/test_users.py"),
    "accounts:user-send": ("account.create", "tests/accounts/views/test_users.py"),
    "accounts:user-disable": ("account.disable", "tests/accounts/views/test_users.py"),
    "accounts:user-change": ("account.create", "tests/accounts/views/test_users.py"),
    "accounts:appointment-create": (
        "appointment.grant",
        "tests/accounts/views/test_appointments.py",
    ),
    "accounts:appointment-open": ("account.create", "tests/accounts/views/test_appointments.py"),
    "accounts:appointment-end": ("appointment.grant", "tests/accounts/views/test_appointments.py"),
    "accounts:appointment-renew": (
        "appointment.grant",
        "tests/accounts/views/test_appointments.py",
    ),
    "accounts:appointment-hand-over": (
        "appointment.grant",
        "tests/accounts/views/test_appointments.py",
    ),
    "accounts:appointment-preview": (
        "access.preview",
        "tests/accounts/views/test_appointments.py",
    ),
    "approvals:approval-decide": ("approval.decide", "tests/approvals/test_four_eyes.py"),
    "approvals:approval-withdraw": ("approval.withdraw", "tests/approvals/test_four_eyes.py"),
    "documents:attachment-add": ("attachment.add", "tests/documents/test_attachment_pages.py"),
    "documents:attachment-end": ("attachment.add", "tests/documents/test_attachment_pages.py"),
    "documents:document-issue": ("document.make", "tests/documents/test_pages.py"),
    "documents:document-sign": ("document.receive", "tests/documents/test_deliveries.py"),
    "documents:document-sign-proxy": (
        "document.receive_proxy",
        "tests/documents/test_deliveries.py",
    ),
    "members:feedback-comments-give": ("feedback.comment", "tests/members/views/test_feedback.py"),
    "documents:document-withdraw": ("document.make", "tests/documents/test_pages.py"),
    "documents:style-preview": ("document.template", "tests/documents/test_styles.py"),
    "documents:style-reset": ("document.template", "tests/documents/test_styles.py"),
    "documents:style-change": ("document.template", "tests/documents/test_pages.py"),
    "notices:robot-create": ("robot.edit", "tests/notices/test_robots.py"),
    "notices:robot-test": ("robot.edit", "tests/notices/test_robots.py"),
    "notices:robot-end": ("robot.edit", "tests/notices/test_robots.py"),
    "notices:preferences": ("session.own", "tests/notices/test_wishes.py"),
    "notices:delegation-create": ("notice.delegate", "tests/notices/test_wishes.py"),
    "notices:delegation-end": ("notice.delegate", "tests/notices/test_wishes.py"),
    "notices:calendar": ("notice.inbox", "tests/notices/test_calendars.py"),
    "exports:export-new": ("export.masked", "tests/exchange/test_exports.py"),
    "meetings:part-time-create": (
        "part_time_member.propose",
        "tests/meetings/views/test_part_time.py",
    ),
    "meetings:part-time-change": (
        "part_time_member.propose",
        "tests/meetings/views/test_part_time.py",
    ),
    "meetings:part-time-select": (
        "part_time_member.propose",
        "tests/meetings/views/test_part_time.py",
    ),
    "meetings:part-time-submit": (
        "part_time_member.propose",
        "tests/meetings/views/test_part_time.py",
    ),
    "meetings:part-time-approve": (
        "part_time_member.approve",
        "tests/meetings/views/test_part_time.py",
    ),
    "meetings:part-time-return": (
        "part_time_member.approve",
        "tests/meetings/views/test_part_time.py",
    ),
    "meetings:part-time-publish": (
        "part_time_member.appoint",
        "tests/meetings/views/test_part_time.py",
    ),
    "meetings:part-time-object": (
        "part_time_member.appoint",
        "tests/meetings/views/test_part_time.py",
    ),
    "meetings:part-time-appoint": (
        "part_time_member.appoint",
        "tests/meetings/views/test_part_time.py",
    ),
    "meetings:part-time-drop": (
        "part_time_member.appoint",
        "tests/meetings/views/test_part_time.py",
    ),
    "meetings:part-time-account": (
        "part_time_member.report",
        "tests/meetings/views/test_part_time.py",
    ),
    "meetings:part-time-renew": (
        "part_time_member.appoint",
        "tests/meetings/views/test_part_time.py",
    ),
    "meetings:part-time-end": (
        "part_time_member.appoint",
        "tests/meetings/views/test_part_time.py",
    ),
    "meetings:objection-settle": (
        "part_time_member.appoint",
        "tests/meetings/views/test_part_time.py",
    ),
    "meetings:report-evaluate": (
        "part_time_member.appoint",
        "tests/meetings/views/test_part_time.py",
    ),
    "meetings:council-end": ("council.change", "tests/meetings/views/test_councils.py"),
    "meetings:turn-move": ("council.change", "tests/meetings/views/test_councils.py"),
    "members:certificate-ask": ("certificate.ask", "tests/members/views/test_certificates.py"),
    "members:certificate-ask-proxy": (
        "certificate.ask_proxy",
        "tests/members/views/test_certificates.py",
    ),
    "members:certificate-cancel": ("certificate.ask", "tests/members/views/test_certificates.py"),
    "members:certificate-prepare": (
        "certificate.prepare",
        "tests/members/views/test_certificates.py",
    ),
    "members:certificate-return": ("certificate.issue", "tests/members/views/test_certificates.py"),
    "members:certificate-decline": (
        "certificate.prepare",
        "tests/members/views/test_certificates.py",
    ),
    "members:certificate-issue": ("certificate.issue", "tests/members/views/test_certificates.py"),
    "wishes:wish-create": ("wish.change", "tests/wishes/views/test_wishes.py"),
    "members:post-service": ("service.enter", "tests/members/views/test_services.py"),
    "members:post-create": ("service_post.change", "tests/members/views/test_posts.py"),
    "members:post-board-link": ("service_post.board", "tests/members/views/test_posts.py"),
    "wishes:board-link": ("wish.board", "tests/wishes/views/test_board.py"),
    "members:team-create": ("team.change", "tests/members/views/test_posts.py"),
    "members:double-detail": ("member.merge", "tests/approvals/test_members.py"),
    "members:double-open": ("member.merge", "tests/approvals/test_members.py"),
    "members:member-call-list": ("member.phone", "tests/personal/test_reveals.py"),
    "members:service-correct": ("service.correct", "tests/approvals/test_members.py"),
    "notices:notice-read-all": ("notice.inbox", "tests/notices/views/test_notices.py"),
    "obligations:chase-preview": ("obligation.chase", "tests/obligations/views/test_chases.py"),
    "obligations:delivery-resend": ("obligation.chase", "tests/obligations/views/test_chases.py"),
    "obligations:period-reopen": ("period.reopen", "tests/approvals/test_periods.py"),
    "ops:audit-verify": ("audit.verify", "tests/audit/test_pages.py"),
    "ops:channel-pause": ("channel.edit", "tests/ops/test_system.py"),
    "ops:channel-resume": ("channel.edit", "tests/ops/test_system.py"),
    "ops:channel-test": ("channel.edit", "tests/ops/test_system.py"),
    "ops:event-export": ("audit.export", "tests/audit/test_pages.py"),
    "ops:parked-retry": ("notice.reconcile", "tests/ops/test_system.py"),
    "portal:consent-change": ("privacy.own", "tests/personal/test_own_data.py"),
    "portal:correction-answer": ("privacy.correct", "tests/personal/test_own_data.py"),
    "portal:correction-create": ("privacy.own", "tests/personal/test_own_data.py"),
    "portal:my-data-copy": ("privacy.own", "tests/personal/test_own_data.py"),
    "portal:privacy-seen": ("privacy.own", "tests/personal/test_own_data.py"),
}
