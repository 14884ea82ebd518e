"""Members in and out: our own template, and rosters whose headers we know."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from members.enums import (
    ACTIVE_REPORT_IN,
    EmploymentState,
    MemberKind,
    MemberState,
)
from members.models import Employment, MemberPlace, PartyMember, ReportIn
from members.services.doubles import must_double
from members.services.roster import RosterEntry, record_roster, refresh_many_places
from partybuild.access import Actor, Level
from partybuild.areas.models import Area
from partybuild.calendar import today
from partybuild.exchange import cells
from partybuild.exchange.enums import RowState
from partybuild.exchange.sheets import Column, Context, Sheet, SheetRow, Written, register
from partybuild.fields import keyed_hash
from partybuild.fields.codes import id_number_birth_date, id_number_gender
from partybuild.obligations.enums import ObligationState
from partybuild.obligations.models import Obligation
from partybuild.organizations.models import Organization
from partybuild.people.enums import Gender
from partybuild.people.models import Person
from units.models import ResidentUnit, UnitBranch

KINDS: dict[str, Any] = dict(MemberKind.choices)
GENDERS: dict[str, Any] = dict(Gender.choices)
_PERSON = ("name", "phone", "id_number")
_MEMBER = ("kind", "joined_on", "home_building", "home_address", "skills")
_COMPARED = ("phone", *_MEMBER, "post")


def _birth(value: Any) -> str:
    """出生年月 as it is written: the ID number says it better."""
    return cells.plain(value)


@register
class MemberSheet(Sheet):
    """在职党员花名册."""

    key = "members"
    label = lazy("在职党员")
    about = lazy(
        "社区上传的党员直接登记为已在本社区报到；单位上传的列入本单位花名册。按身份证号认人，重复上传不会重复登记。"
    )
    rights = ("import.rows", "member.change")
    holds_personal_data = True
    key_columns = ("name",)

    name = Column(
        lazy("姓名"),
        read=cells.person_name,
        required=True,
        unique=True,
        aliases=("党员姓名",),
        personal=False,
    )
    id_number = Column(
        lazy("身份证号"),
        read=cells.id_number,
        aliases=("身份证", "身份证号码", "公民身份号码", "证件号码"),
        required=True,
        unique=True,
        personal=True,
        hint=lazy("18位，文本格式"),
    )
    phone = Column(
        lazy("联系电话"),
        read=cells.phone,
        aliases=("手机", "手机号", "手机号码", "电话", "联系方式"),
        unique=True,
        personal=True,
        hint=lazy("只填一个"),
    )
    gender = Column(
        lazy("性别"),
        read=cells.one_of(GENDERS, {"未知的性别": "", "未说明的性别": ""}),
        choices=GENDERS,
        in_template=False,
    )
    birth_date = Column(
        lazy("出生日期"),
        read=_birth,
        aliases=("出生年月", "出生年月日"),
        personal=True,
        in_template=False,
    )
    kind = Column(
        lazy("党员类别"),
        read=cells.one_of(KINDS, {"正式": "full", "预备": "probationary"}),
        choices=KINDS,
        aliases=("人员类别",),
        hint=lazy("从下拉列表选"),
    )
    joined_on = Column(
        lazy("入党日期"),
        read=cells.day,
        aliases=("入党时间",),
        personal=True,
        hint=lazy("如2019-10-24"),
    )
    unit = Column(
        lazy("工作单位"),
        aliases=("单位", "单位名称", "所在单位", "工作单位名称"),
        limit=200,
        hint=lazy("单位全称；单位账号可不填"),
    )
    post = Column(lazy("职务"), aliases=("单位职务", "职务或职业"), limit=100)
    branch = Column(
        lazy("所在党支部"), aliases=("所在组织", "所在党组织", "党支部", "所属党支部"), limit=200
    )
    community = Column(
        lazy("社区"),
        aliases=("报到社区", "居住社区", "所属社区", "所在社区"),
        hint=lazy("社区账号可不填"),
    )
    home_building = Column(lazy("小区、楼栋"), aliases=("小区楼栋", "小区", "楼栋"), limit=100)
    home_address = Column(
        lazy("居住地址"),
        aliases=("家庭住址", "现居地址", "详细地址", "住址"),
        limit=200,
        personal=True,
    )
    skills = Column(lazy("特长"), aliases=("专长", "个人特长", "兴趣爱好"), limit=200)
    reported_on = Column(lazy("报到日期"), read=cells.day, aliases=("报到时间",))

    def option_fields(self, by: Actor) -> dict[str, Any]:
        """What rosters do not say: which community, which unit."""
        fields: dict[str, Any] = {}
        if by.scope.is_unit:
            return fields
        places = (
            Area.objects.current().filter(level=Level.COMMUNITY).reached(by.scope, "member.change")
        )
        choices = [(str(area.uid), area.name) for area in places.order_by("path")[:500]]
        if len(choices) > 1:
            fields["community"] = forms.ChoiceField(
                label=_("表中没有写社区的，登记到"),
                choices=[("", _("不指定")), *choices],
                required=False,
            )
        units = ResidentUnit.objects.current().visible_to(by.scope).select_related("organization")
        fields["unit"] = forms.ChoiceField(
            label=_("表中没有写工作单位的，按"),
            choices=[("", _("不指定")), *((str(unit.uid), unit.name) for unit in units[:500])],
            required=False,
        )
        return fields

    def check(self, rows: list[SheetRow], context: Context) -> None:
        """Find each row's person, unit and community, and what it would change."""
        known = _Known(rows, context)
        seen: dict[str, SheetRow] = {}
        names: dict[str, SheetRow] = {}
        for row in rows:
            _agree(row)
            known.place(row)
            known.employer(row)
            number = row.values.get("id_number")
            if number:
                first = seen.setdefault(number, row)
                if first is not row:
                    row.faults["id_number"] = _double(row, first)
            name = row.values.get("name", "")
            namesake = names.setdefault(name, row) if name else row
            if namesake is not row and not row.faults and not row.note:
                row.note = _("本表第%(line)d行也叫“%(name)s”，身份证号不同，请确认不是同一人。") % {
                    "line": namesake.line,
                    "name": name,
                }
            if not row.faults:
                known.compare(row)

    def apply(self, rows: list[SheetRow], context: Context) -> Iterable[Written]:
        """Write the roster."""
        known = _Known(rows, context)
        entries = [known.entry(row) for row in rows]
        order = ("people.Person", "members.PartyMember", "members.Employment", "members.ReportIn")
        changes = record_roster(entries, by=context.by, batch_uid=context.batch_uid)
        for change in sorted(changes, key=lambda change: order.index(change.label)):
            yield Written(
                rows[change.entry].line, change.label, change.pk, change.is_created, change.before
            )

    def dissolve(self, changes: list[Any], *, by: Actor) -> None:
        """Places follow from facts, and debts that nobody touched from the calendar: both go first."""
        members = {change.object_id for change in changes if change.label == "members.PartyMember"}
        for label, model in (("members.Employment", Employment), ("members.ReportIn", ReportIn)):
            held = [change.object_id for change in changes if change.label == label]
            members |= set(model.objects.filter(pk__in=held).values_list("member_id", flat=True))
        people = [
            change.object_id
            for change in changes
            if change.label == "people.Person" and not change.is_created
        ]
        members |= set(PartyMember.objects.filter(person__in=people).values_list("pk", flat=True))
        created = [
            change.object_id
            for change in changes
            if change.label == "people.Person" and change.is_created
        ]
        Obligation.objects.filter(
            bearer_person__in=created, state=ObligationState.OPEN, is_closed=False
        ).delete()
        MemberPlace.objects.filter(member__in=members).delete()
        self._touched = members

    def after_undo(self, *, by: Actor) -> None:
        """Members who stay are seen again where they were."""
        refresh_many_places(self._touched)


def _agree(row: SheetRow) -> None:
    """Gender and birth date follow from the ID number; where the sheet says otherwise, one is wrong."""
    number = row.values.get("id_number")
    if not number:
        return
    gender = row.values.get("gender")
    if gender and gender != id_number_gender(number):
        row.faults["gender"] = _("性别与身份证号（倒数第二位）不符，请核对。")
    written = _date_parts(row.values.get("birth_date") or "")
    born = id_number_birth_date(number)
    if written and born and written != [born.year, born.month, born.day][: len(written)]:
        row.faults["birth_date"] = _("出生日期与身份证号不符，请核对。")


def _date_parts(text: str) -> list[int]:
    """Return year, month and day as far as somebody wrote them; [] for anything else, as an age."""
    parts = re.findall(r"[0-9]+", text)[:3]
    if len(parts) == 1 and len(parts[0]) in {6, 8}:
        (together,) = parts
        parts = [together[:4], together[4:6], together[6:]]
    numbers = [int(part) for part in parts if part]
    return numbers if len(numbers) > 1 and numbers[0] > 1900 else []


def _double(row: SheetRow, first: SheetRow) -> str:
    if row.values.get("name") != first.values.get("name"):
        return _("身份证号与第%(line)d行相同，但姓名不同，请核对。") % {"line": first.line}
    return _("与第%(line)d行是同一个人，请保留一行。") % {"line": first.line}


class _Known:
    """The places, units and people that rows may meet, read once."""

    def __init__(self, rows: list[SheetRow], context: Context) -> None:
        self.by = context.by
        scope = self.by.scope
        self.today = today()
        self.own_unit = (
            Organization.objects.select_related("area").get(pk=scope.organization_id)
            if scope.is_unit
            else None
        )
        self._load_places(context)
        self._load_units(context)
        hashes = {
            keyed_hash(row.values["id_number"], "id_number")
            for row in rows
            if row.values.get("id_number")
        }
        self.people = {
            person.id_number_hash: person
            for person in Person.objects.filter(id_number_hash__in=hashes)
        }
        doubles = PartyMember.objects.filter(person__double_hash__in=hashes).select_related(
            "person"
        )
        # Whom this post entered before, out of sight of the first, is whom it means now.
        self.people |= {
            each.person.double_hash: each.person
            for each in (doubles if scope.is_system else doubles.visible_to(scope))
        }
        members = PartyMember.objects.filter(person__in=[p.pk for p in self.people.values()])
        self.members = {member.person_id: member for member in members}
        self.seen = set(members.visible_to(scope).values_list("pk", flat=True))
        keys = [member.pk for member in self.members.values()]
        self.employments = {
            employment.member_id: employment
            for employment in Employment.objects.current().filter(member__in=keys)
        }
        self.reported = set(
            ReportIn.objects.filter(member__in=keys, state__in=ACTIVE_REPORT_IN).values_list(
                "member_id", "community_id"
            )
        )

    def _load_places(self, context: Context) -> None:
        scope = self.by.scope
        areas = Area.objects.current().filter(level=Level.COMMUNITY)
        if self.own_unit is None:
            areas = areas.reached(scope, "member.change")
        elif self.own_unit.area is not None:
            # A unit names where its people live: communities of the city are no secret.
            line = self.own_unit.area.path.split(".")
            areas = areas.filter(path__startswith=".".join(line[:2]))
        self.places: dict[str, list[Area]] = defaultdict(list)
        self.default_place: Area | None = None
        chosen = str(context.options.get("community") or "")
        for area in areas:
            self.places[area.name].append(area)
            if area.pk == scope.area_id or str(area.uid) == chosen:
                self.default_place = area
        if self.own_unit is not None:
            self.default_place = None

    def _load_units(self, context: Context) -> None:
        self.units: dict[str, Organization] = {}
        self.default_unit: Organization | None = self.own_unit
        chosen = str(context.options.get("unit") or "")
        if self.own_unit is None:
            for unit in (
                ResidentUnit.objects.current()
                .visible_to(self.by.scope)
                .select_related("organization__area")
            ):
                self.units[unit.name] = unit.organization
                if unit.credit_code:
                    self.units[unit.credit_code] = unit.organization
                if unit.organization.short_name:
                    self.units.setdefault(unit.organization.short_name, unit.organization)
                if str(unit.uid) == chosen:
                    self.default_unit = unit.organization
        ties = UnitBranch.objects.current().select_related("party__organization")
        if self.own_unit is not None:
            ties = ties.filter(unit=self.own_unit.pk)
        else:
            ties = ties.filter(unit__in=[unit.pk for unit in self.units.values()])
        self.branches = {(tie.unit_id, tie.party.organization.name): tie.party for tie in ties}

    def place(self, row: SheetRow) -> None:
        """Find the community of a row."""
        name = row.values.get("community", "")
        if not name:
            if (
                self.default_place is None
                and self.own_unit is None
                and "community" not in row.faults
            ):
                row.faults["community"] = _(
                    "不知道登记到哪个社区：请在表中加一列“社区”，或重新上传时在页面上选择。"
                )
            row.values["_community"] = self.default_place
            return
        found = self.places.get(name) or self.places.get(f"{name}社区") or []
        if len(found) == 1:
            row.values["_community"] = found[0]
        elif found:
            row.faults["community"] = _("有%(count)d个社区叫“%(name)s”，请分街道导入。") % {
                "count": len(found),
                "name": name,
            }
        else:
            row.faults["community"] = _(
                "“%(name)s”不在您负责的范围内，或名称与系统里的不一致，请核对。"
            ) % {"name": name[:50]}

    def employer(self, row: SheetRow) -> None:
        """Find the unit of a row; a unit that is not registered here stays as text."""
        name = row.values.get("unit", "")
        if self.own_unit is not None:
            if name and name not in {self.own_unit.name, self.own_unit.short_name}:
                row.faults["unit"] = _("只能导入本单位（%(unit)s）的党员。") % {
                    "unit": self.own_unit.called
                }
            row.values["_unit"] = self.own_unit
            return
        row.values["_unit"] = self.units.get(name) if name else self.default_unit

    def compare(self, row: SheetRow) -> None:
        """Tell what the row would change; who is out of sight is as if they were not there."""
        person = self.people.get(keyed_hash(row.values["id_number"], "id_number"))
        member = self.members.get(person.pk) if person is not None else None
        held = self.employments.get(member.pk) if member is not None else None
        if member is None or person is None or member.pk not in self.seen:
            # Whoever stands on a roster out of sight is as new as everybody else.
            row.state = RowState.NEW
            return
        row.target = member
        if member.state == MemberState.ENDED:
            row.state = RowState.AMBIGUOUS
            row.note = _("这位党员此前已从花名册减少。如需恢复，请在党员页办理。")
            return
        if person.name != row.values["name"]:
            row.state = RowState.AMBIGUOUS
            row.note = _(
                "这个身份证号登记的姓名与表中不同。请核对身份证号；确需改名的，请在党员页修改。"
            )
            return
        community = row.values.get("_community")
        if (
            self.own_unit is None
            and community is not None
            and (member.pk, community.pk) not in self.reported
        ):
            row.state = RowState.NEW
            return
        self._differences(row, person, member, held)
        row.state = RowState.CHANGED if row.before else RowState.SAME

    def _differences(
        self, row: SheetRow, person: Person, member: PartyMember, held: Employment | None
    ) -> None:
        for name in _COMPARED:
            value = row.values.get(name)
            if value in (None, ""):
                continue
            if name == "phone":
                if keyed_hash(value, "phone") != person.phone_hash:
                    row.before[name] = person.phone
            elif name == "post":
                if held is not None and held.post != value:
                    row.before[name] = held.post
            elif getattr(member, name) != value:
                row.before[name] = getattr(member, name)

    def _is_hidden(self, member: PartyMember | None) -> bool:
        return not self.by.scope.is_system and (member is None or member.pk not in self.seen)

    def _of_others(self, held: Employment | None) -> Employment | None:
        """A community reports in whoever works anywhere; a unit may not take from another's roster."""
        return held if self.own_unit is not None else None

    def entry(self, row: SheetRow) -> RosterEntry:
        """Return what the services take."""
        person = self.people.get(keyed_hash(row.values["id_number"], "id_number"))
        member = self.members.get(person.pk) if person is not None else None
        first, is_double = None, False
        if person is not None and self._is_hidden(member):
            held = self.employments.get(member.pk) if member is not None else None
            if must_double(person, member, name=row.values["name"], held=self._of_others(held)):
                first, is_double, person, member = member, True, None, None
        by_unit = self.own_unit is not None
        trusted = by_unit or self.by.scope.is_system
        unit = row.values.get("_unit")
        community = row.values.get("_community")
        values = {
            name: row.values[name] for name in _MEMBER if row.values.get(name) not in (None, "")
        }
        if community is not None:
            values["home_area"] = community
        branch = row.values.get("branch", "")
        return RosterEntry(
            person_values={name: row.values.get(name) or "" for name in _PERSON},
            member_values=values,
            person=person,
            member=member,
            is_double=is_double,
            first=first,
            corrections=frozenset(row.before),
            member_state=MemberState.ACTIVE if trusted else MemberState.PENDING,
            unit=unit,
            unit_name=row.values.get("unit", ""),
            branch=self.branches.get((unit.pk, branch)) if unit is not None else None,
            branch_name=branch,
            post=row.values.get("post", ""),
            employment_state=EmploymentState.CONFIRMED if trusted else EmploymentState.STATED,
            # A unit cannot report its people in; it says where they live.
            community=None if by_unit else community,
            reported_on=min(row.values.get("reported_on") or self.today, self.today),
            channel="" if by_unit else "paper",
        )
