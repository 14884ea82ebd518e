"""Lists of a place: 党员报到情况一览表 (F4), 社区联系方式一览表 (F14)."""

from __future__ import annotations

from collections import defaultdict

from django.utils.translation import gettext_lazy as _

from members.enums import HOLDING, Side
from members.models import MemberPlace, PostClaim
from partybuild.access import Actor, Level, Role, may
from partybuild.accounts.models import Appointment
from partybuild.areas.models import Area
from partybuild.calendar import today
from partybuild.documents.composition import LIST_PT, Composition, Table, Text, date_on_paper
from partybuild.documents.registry import DocumentKind, Issue, Part, Style, register
from partybuild.organizations.models import Organization
from units.queries import committee_of, committees_of


def _lead(area: Area) -> Organization:
    committee = committee_of(area)
    assert committee is not None
    return committee


class _List(DocumentKind):
    """A list about a place whose columns an office chooses."""

    subject = "areas.Area"
    is_form = True
    fields = ("note",)
    # Shares of the columns' widths; those that stand in the middle.
    _WIDTHS: dict[str, float] = {}
    _MIDDLE: frozenset[str] = frozenset()

    def issuer(self, subject: Area) -> Organization:
        """The committee that leads the place."""
        return _lead(subject)

    def area(self, subject: Area) -> Area:
        """The place itself."""
        return subject

    def table(self, rows: list[dict[str, str]], style: Style) -> Table:
        """Lay the chosen columns out; one empty line where nobody stands on the list."""
        keys = self.chosen(style)
        names = {part.key: str(part.name) for part in self.parts}
        return Table(
            head=tuple(names[key] for key in keys),
            rows=tuple(tuple(row.get(key, "") for key in keys) for row in rows or [{}]),
            widths=tuple(self._WIDTHS[key] for key in keys),
            centered=tuple(at for at, key in enumerate(keys) if key in self._MIDDLE),
            row_height_mm=8,
            text_pt=LIST_PT,
        )


@register
class ReportInRegister(_List):
    """在职党员报到情况一览表 (F4): everybody who stands reported in at a community, in the order of lists of people."""

    key = "report_in.register"
    name = _("党员报到情况一览表")
    parts = (
        Part("number", _("序号")),
        Part("name", _("姓名"), is_required=True),
        Part("gender", _("性别")),
        Part("work", _("单位及职务"), is_required=True),
        Part("phone", _("联系电话")),
        Part("home", _("居住地址")),
        Part("since", _("报到时间")),
        Part("skills", _("特长")),
        Part("claims", _("认领岗位")),
        Part("grid", _("网格")),
        Part("category", _("信息库"), is_default=False),
        Part("note", _("备注")),
    )
    _WIDTHS = {
        "number": 1.2, "name": 1.8, "gender": 1.2, "work": 4.4, "phone": 2.6, "home": 2.8,
        "since": 3.5, "skills": 2.2, "claims": 2.5, "grid": 1.9, "category": 2, "note": 1.2,
    }  # fmt: skip
    _MIDDLE = frozenset({"number", "name", "gender"})

    def is_for(self, subject: Area, by: Actor) -> bool:
        """For those who read the members of this community one by one."""
        return (
            subject.level == Level.COMMUNITY
            and committee_of(subject) is not None
            and by.scope.is_area
            and bool(by.scope.area_path)
            and subject.path.startswith(str(by.scope.area_path))
            and may(by, "member.view")
        )

    def compose(self, subject: Area, *, style: Style, issue: Issue) -> Composition:
        """One line each."""
        places = list(
            MemberPlace.objects.filter(side=Side.COMMUNITY, community=subject)
            .select_related("member__person", "grid", "report_in")
            .order_by("sort", "name", "id")
        )
        claims: dict[int, list[str]] = defaultdict(list)
        for member, title in (
            PostClaim.objects.filter(post__community=subject, state__in=HOLDING)
            .order_by("decided_on", "pk")
            .values_list("member", "post__title")
        ):
            claims[member].append(title)
        rows = [
            {
                "number": str(number),
                "name": place.name,
                "gender": str(place.member.person.get_gender_display()),
                "work": f"{place.unit_name} {place.post}".strip(),
                "phone": place.member.person.masked_phone,
                "home": place.report_in.building if place.report_in else "",
                "since": date_on_paper(place.since) if place.since else "",
                "skills": place.member.skills,
                "claims": "、".join(claims[place.member_id]),
                "grid": place.grid.name if place.grid else "",
                "category": str(place.member.get_category_display()),
            }
            for number, place in enumerate(places, start=1)
        ]
        return Composition(
            title=f"{subject.name}党员报到情况一览表",
            blocks=(
                Text(f"截至{date_on_paper(today())}，共{len(rows)}人", align="right"),
                self.table(rows, style),
            ),
            is_form=True,
            landscape=True,
            note=style.note,
        )


@register
class ContactList(_List):
    """社区联系方式一览表 (F14): whom a unit or a member asks in each community of the street."""

    key = "contacts.communities"
    name = _("社区联系方式一览表")
    parts = (
        Part("number", _("序号")),
        Part("street", _("街道"), is_default=False),
        Part("name", _("社区名称"), is_required=True),
        Part("committee", _("党组织")),
        Part("address", _("地址")),
        Part("secretary", _("书记")),
        Part("contact", _("联系人"), is_default=False),
        Part("phone", _("联系电话"), is_required=True),
        Part("note", _("备注"), is_default=False),
    )
    _WIDTHS = {
        "number": 1.2, "street": 2, "name": 2.6, "committee": 4, "address": 4.4, "secretary": 2,
        "contact": 2, "phone": 3, "note": 2,
    }  # fmt: skip
    _MIDDLE = frozenset({"number", "secretary", "contact"})

    def is_for(self, subject: Area, by: Actor) -> bool:
        """For everybody: it is hung up and handed to units and members."""
        return subject.level >= Level.DISTRICT and committee_of(subject) is not None

    def compose(self, subject: Area, *, style: Style, issue: Issue) -> Composition:
        """The communities of the street in which the place lies, of a district all of them."""
        place = _street_of(subject)
        communities = list(
            Area.objects.current()
            .below(place)
            .filter(level=Level.COMMUNITY)
            .select_related("parent")
            .order_by("path")
        )
        committees = committees_of(communities)
        secretaries = {
            post.organization_id: post.person.name
            for post in Appointment.objects.current(today())
            .filter(role=Role.COMMUNITY_SECRETARY, organization__in=committees.values())
            .select_related("person")
            # The first in the order of posts stands on the list.
            .order_by("-sort", "-id")
        }
        rows = []
        for number, community in enumerate(communities, start=1):
            committee = committees.get(community.pk)
            # A community without a committee of its own is led from above: the phone is not its own.
            own = committee if committee is not None and committee.area == community else None
            rows.append(
                {
                    "number": str(number),
                    "street": community.parent.name if community.parent else "",
                    "name": community.name,
                    "committee": committee.name if committee else "",
                    "address": own.address if own else "",
                    "secretary": secretaries.get(own.pk, "") if own else "",
                    "contact": own.contact_name if own else "",
                    "phone": own.contact_phone if own else "",
                }
            )
        return Composition(
            title=f"{place.name}社区联系方式一览表",
            blocks=(
                Text(f"截至{date_on_paper(today())}，共{len(rows)}个社区", align="right"),
                self.table(rows, style),
            ),
            is_form=True,
            landscape=True,
            note=style.note,
        )


def _street_of(area: Area) -> Area:
    if area.level <= Level.STREET:
        return area
    return Area.objects.above(area).filter(level=Level.STREET).first() or area
