"""Lists of this app that may be taken away, masked as each post sees the page."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from members.enums import ReportInState, ServiceState, Side
from members.forms.members import MemberFilterForm
from members.forms.service import ServiceFilterForm
from members.models import ReportIn, ServiceRecord
from members.personal import BUILDING, FULL, MASKED, REVEAL, TAP, YEAR, treatment
from members.views.members import ORDER, narrowed_members
from partybuild.access import Actor
from partybuild.areas.queries import dictionary
from partybuild.exchange.lists import ListColumn, ListExport, register_list
from partybuild.fields.codes import mask_id_number, mask_name, mask_phone
from partybuild.fields.encryption import decrypt
from partybuild.people.enums import Gender
from units.views.scope import area_of


def _opened(sealed: Any, uid: Any, column: str) -> str:
    """Return the text of an encrypted column read by its value."""
    return decrypt(bytes(sealed), associated=f"{uid}:{column}") if sealed else ""


def _phone(sealed: Any, uid: Any) -> str:
    return _opened(sealed, uid, "phone")


def _masked_phone(sealed: Any, uid: Any) -> str:
    return mask_phone(_phone(sealed, uid))


def _id_number(sealed: Any, uid: Any) -> str:
    return _opened(sealed, uid, "id_number")


def _masked_id_number(sealed: Any, uid: Any) -> str:
    return mask_id_number(_id_number(sealed, uid))


def _registered(hashed: str) -> str:
    return _("已登记") if hashed else ""


def _year(day: date | None) -> Any:
    return day.year if day else ""


def _gender(code: str) -> str:
    return str(dict(Gender.choices).get(code, ""))


def _building(community: str | None, building: str) -> str:
    return f"{community or ''} {building}".strip()


def _home(sealed: Any, uid: Any, community: str | None, building: str) -> str:
    return _opened(sealed, uid, "home_address") or _building(community, building)


def _number_column(by: Actor, *, unmasked: bool) -> ListColumn | None:
    how = treatment(by, "id_number")
    if not how:
        return None
    label = lazy("公民身份号码")
    paths = ("member__person__id_number", "member__person__uid")
    if how == FULL or (how == REVEAL and unmasked):
        return ListColumn(label, paths, _id_number, width=22)
    if treatment(by, "birth_date") == FULL:
        # Beside a birth date four last digits would give the number away.
        return ListColumn(label, ("member__person__id_number_hash",), _registered, is_masked=True)
    return ListColumn(label, paths, _masked_id_number, width=22, is_masked=True)


def personal_columns(by: Actor, *, unmasked: bool) -> list[ListColumn]:
    """Return the personal columns of a member that this post may have, and no other."""
    found: list[ListColumn | None] = []
    person, member = "member__person__", "member__"
    if treatment(by, "name"):
        masked = treatment(by, "name") == MASKED
        found.append(ListColumn(lazy("姓名"), (f"{person}name",), mask_name if masked else None))
    if treatment(by, "gender"):
        found.append(ListColumn(lazy("性别"), (f"{person}gender",), _gender, width=8))
    if how := treatment(by, "birth_date"):
        label = lazy("出生年份") if how == YEAR else lazy("出生日期")
        found.append(ListColumn(label, (f"{person}birth_date",), _year if how == YEAR else None))
    found.append(_number_column(by, unmasked=unmasked))
    if how := treatment(by, "phone"):
        shown = how == FULL or (how == TAP and unmasked)
        paths = (f"{person}phone", f"{person}uid")
        read = _phone if shown else _masked_phone
        found.append(ListColumn(lazy("联系电话"), paths, read, is_masked=not shown))
    if how := treatment(by, "home_address"):
        community, building = f"{member}home_area__name", f"{member}home_building"
        sealed = (f"{member}home_address", f"{member}uid", community, building)
        found.append(
            ListColumn(lazy("居住地"), sealed, _home, width=28)
            if how == FULL
            else ListColumn(lazy("居住地"), (community, building), _building, width=24)
            if how == BUILDING
            else ListColumn(lazy("居住社区"), (community,))
        )
    return [column for column in found if column is not None]


@register_list
class MemberExport(ListExport):
    """在职党员名单: a unit its roster, a community those reported in, a street both."""

    key = "members"
    name = lazy("党员名单")
    line = "member.list"
    about_persons = True
    person = "member__person_id"
    has_masks = True

    def rows(self, by: Actor, query: QueryDict) -> QuerySet[Any]:
        """As the page lists them."""
        area = area_of(by)
        form = MemberFilterForm(query, by=by, area=area)
        return narrowed_members(form, by, area).order_by(*ORDER)

    def columns(self, by: Actor, *, unmasked: bool) -> list[ListColumn]:
        """The post's personal columns, then work and where they reported in."""
        sides = {
            Side.UNIT: str(_("单位花名册")),
            Side.COMMUNITY: str(_("社区报到")),
        }
        return [
            *personal_columns(by, unmasked=unmasked),
            *(
                [
                    ListColumn(lazy("工作单位"), ("unit_name",), width=28),
                    ListColumn(lazy("职务"), ("post",)),
                ]
                if treatment(by, "work")
                else []
            ),
            ListColumn(lazy("来源"), ("side",), lambda side: sides.get(side, side)),
            ListColumn(lazy("报到社区"), ("community__name",)),
            ListColumn(lazy("网格"), ("grid__name",)),
            ListColumn(lazy("起始日期"), ("since",)),
        ]


@register_list
class ServiceExport(ListExport):
    """服务记录: one line per member and day."""

    key = "services"
    name = lazy("服务记录")
    line = "service.view"
    about_persons = True
    person = "member__person_id"

    def rows(self, by: Actor, query: QueryDict) -> QuerySet[Any]:
        """The records of the lists that the page shows."""
        form = ServiceFilterForm(query)
        form.is_valid()
        values = form.cleaned_data
        rows = ServiceRecord.objects.visible_to(by.scope).exclude(state=ServiceState.WITHDRAWN)
        if values.get("state"):
            rows = rows.filter(state=values["state"])
        if values.get("q"):
            rows = rows.filter(content__icontains=values["q"].strip())
        return rows.order_by("-date", "-id")

    def columns(self, by: Actor, *, unmasked: bool) -> list[ListColumn]:
        """Who, what, how long."""
        words = {key: str(label) for key, label in dictionary(area_of(by), "service.kind")}
        states = {key: str(label) for key, label in ServiceState.choices}
        masked = treatment(by, "name") == MASKED
        return [
            ListColumn(lazy("日期"), ("date",)),
            ListColumn(lazy("姓名"), ("member_name",), mask_name if masked else None),
            ListColumn(lazy("单位"), ("unit_name",), width=28),
            ListColumn(lazy("服务内容"), ("content",), width=36),
            ListColumn(lazy("类别"), ("kind",), lambda kind: words.get(kind, kind)),
            ListColumn(lazy("时长（小时）"), ("hours",)),
            ListColumn(lazy("社区"), ("community__name",)),
            ListColumn(lazy("状态"), ("state",), lambda state: states.get(state, state)),
        ]


@register_list
class ReportInExport(ListExport):
    """待确认报到: who waits for the community."""

    key = "report-ins"
    name = lazy("待确认报到")
    line = "report_in.decide"
    about_persons = True
    person = "member__person_id"

    def rows(self, by: Actor, query: QueryDict) -> QuerySet[Any]:
        """As the page lists them."""
        rows = ReportIn.objects.visible_to(by.scope).filter(state=ReportInState.SUBMITTED)
        return rows.order_by("submitted_on", "id")

    def columns(self, by: Actor, *, unmasked: bool) -> list[ListColumn]:
        """What was said when reporting in."""
        return [
            ListColumn(lazy("姓名"), ("stated_name",)),
            ListColumn(lazy("工作单位"), ("unit_name",), width=28),
            ListColumn(lazy("职务"), ("post",)),
            ListColumn(lazy("所在党支部"), ("branch_name",), width=24),
            ListColumn(lazy("报到社区"), ("community__name",)),
            ListColumn(lazy("小区、楼栋"), ("building",), width=20),
            ListColumn(lazy("报到日期"), ("submitted_on",)),
        ]
