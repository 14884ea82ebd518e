"""Lists of this app that may be taken away, masked as each post sees the page."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from members.enums import (
    Availability,
    ClaimState,
    FeedbackState,
    Grade,
    LetterState,
    MemberCategory,
    PostKind,
    PostState,
    ReportInState,
    ServiceState,
    Side,
    UnitReportInState,
)
from members.forms.feedback import FeedbackFilterForm
from members.forms.letters import LetterFilterForm, UnreportedFilterForm
from members.forms.members import MemberFilterForm
from members.forms.posts import ClaimFilter, PostFilter
from members.forms.service import ServiceFilterForm
from members.forms.unit_report_ins import UnitReportInFilterForm
from members.models import PostClaim, ReportIn, ServicePost, ServiceRecord
from members.personal import BUILDING, FULL, MASKED, REVEAL, TAP, YEAR, treatment
from members.views.claims import narrowed_claims
from members.views.feedback import narrowed_feedbacks
from members.views.letters import narrowed_letters, narrowed_unreported
from members.views.members import ORDER, narrowed_members
from members.views.posts import narrowed_posts
from members.views.unit_report_ins import narrowed_unit_report_ins
from partybuild.access import Actor
from partybuild.areas.queries import dictionary
from partybuild.calendar import Period
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
        categories = {key: str(label) for key, label in MemberCategory.choices}
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
            ListColumn(lazy("信息库"), ("member__category",), lambda key: categories.get(key, key)),
            *(
                [ListColumn(lazy("特长"), ("member__skills",), width=24)]
                if treatment(by, "skills")
                else []
            ),
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


@register_list
class ServicePostExport(ListExport):
    """岗位设置表 as a file: one line per post."""

    key = "service-posts"
    name = lazy("服务岗位")
    line = "service_post.view"

    def rows(self, by: Actor, query: QueryDict) -> QuerySet[Any]:
        """As the page lists them."""
        form = PostFilter(query, area=area_of(by), drafts=by.scope.is_area)
        rows: QuerySet[Any] = narrowed_posts(ServicePost.objects.visible_to(by.scope), form)
        held = PostClaim.objects.holding().filter(post=OuterRef("pk")).order_by().values("post")
        return rows.annotate(
            held=Coalesce(Subquery(held.annotate(number=Count("pk")).values("number")), 0)
        ).order_by("-starts_on", "-id")

    def columns(self, by: Actor, *, unmasked: bool) -> list[ListColumn]:
        """What is wanted and how far it is taken."""
        words = {key: str(text) for key, text in dictionary(area_of(by), "service_post.class")}
        kinds = {key: str(text) for key, text in PostKind.choices}
        states = {key: str(text) for key, text in PostState.choices}
        times = {key: str(text) for key, text in Availability.choices}
        return [
            ListColumn(lazy("岗位名称"), ("title",), width=24),
            ListColumn(lazy("形式"), ("kind",), lambda kind: kinds.get(kind, kind)),
            ListColumn(lazy("类别"), ("category",), lambda key: words.get(key, key)),
            ListColumn(lazy("社区"), ("community__name",)),
            ListColumn(lazy("网格"), ("grid__name",)),
            ListColumn(lazy("服务内容"), ("content",), width=40),
            ListColumn(lazy("专长要求"), ("skills",)),
            ListColumn(
                lazy("服务时间"),
                ("times",),
                lambda keys: "、".join(times.get(key, key) for key in keys or ()),
            ),
            ListColumn(lazy("具体时间"), ("schedule",)),
            ListColumn(lazy("地点"), ("place",)),
            ListColumn(lazy("拟认领数"), ("wanted",)),
            ListColumn(lazy("已认领数"), ("held",)),
            ListColumn(lazy("联系人"), ("contact",)),
            ListColumn(lazy("联系电话"), ("contact_phone",)),
            ListColumn(lazy("备注"), ("note",)),
            ListColumn(lazy("状态"), ("state",), lambda state: states.get(state, state)),
        ]


@register_list
class PostClaimExport(ListExport):
    """认领表 as a file: one line per claim."""

    key = "post-claims"
    name = lazy("岗位认领")
    line = "member.view"
    about_persons = True
    person = "member__person_id"

    def rows(self, by: Actor, query: QueryDict) -> QuerySet[Any]:
        """As the page lists them."""
        rows: QuerySet[Any] = narrowed_claims(
            PostClaim.objects.visible_to(by.scope), ClaimFilter(query)
        )
        return rows.order_by("-proposed_on", "-id")

    def columns(self, by: Actor, *, unmasked: bool) -> list[ListColumn]:
        """Who, of where, what, how far."""
        states = {key: str(text) for key, text in ClaimState.choices}
        masked = treatment(by, "name") == MASKED
        return [
            ListColumn(lazy("姓名"), ("member_name",), mask_name if masked else None),
            ListColumn(lazy("单位"), ("unit_name",), width=28),
            ListColumn(lazy("岗位"), ("post__title",), width=24),
            ListColumn(lazy("社区"), ("post__community__name",)),
            ListColumn(lazy("认领日期"), ("proposed_on",)),
            ListColumn(lazy("状态"), ("state",), lambda state: states.get(state, state)),
            ListColumn(lazy("承诺日期"), ("pledge__signed_on",)),
            ListColumn(lazy("完成时限"), ("pledge__due_on",)),
        ]


@register_list
class LetterExport(ListExport):
    """组织推荐信登记: the stubs of a unit's letters (存根), without their codes."""

    key = "letters"
    name = lazy("组织推荐信登记")
    line = "report_in.letter"
    about_persons = True
    person = "member__person_id"

    def rows(self, by: Actor, query: QueryDict) -> QuerySet[Any]:
        """As the page lists them."""
        form = LetterFilterForm(query, by=by)
        return narrowed_letters(form, by).order_by("-issued_on", "-id")

    def columns(self, by: Actor, *, unmasked: bool) -> list[ListColumn]:
        """What the stub says, and what became of it."""
        states = {key: str(label) for key, label in LetterState.choices}
        return [
            ListColumn(lazy("编号"), ("number",)),
            ListColumn(lazy("姓名"), ("member_name",)),
            ListColumn(lazy("职务"), ("post",)),
            ListColumn(lazy("所在党支部"), ("branch_name",), width=24),
            ListColumn(lazy("致送社区"), ("community__name",)),
            ListColumn(lazy("开具日期"), ("issued_on",)),
            ListColumn(lazy("有效期至"), ("valid_until",)),
            ListColumn(lazy("状态"), ("state",), lambda state: states.get(state, state)),
            ListColumn(lazy("报到社区"), ("report_in__community__name",)),
            ListColumn(lazy("回执日期"), ("receipt_on",)),
            ListColumn(lazy("回执编号"), ("receipt_number",), width=24),
        ]


@register_list
class UnreportedExport(ListExport):
    """未报到党员名单: whom the unit has to tell; in the order of lists of people, no ranking."""

    key = "unreported"
    name = lazy("未报到党员名单")
    line = "report_in.letter"
    about_persons = True
    person = "member__person_id"

    def rows(self, by: Actor, query: QueryDict) -> QuerySet[Any]:
        """As the page lists them."""
        return narrowed_unreported(UnreportedFilterForm(query, by=by), by)

    def columns(self, by: Actor, *, unmasked: bool) -> list[ListColumn]:
        """Who, in which branch."""
        return [
            ListColumn(lazy("姓名"), ("member__person__name",)),
            ListColumn(lazy("职务"), ("post",)),
            ListColumn(lazy("所在党支部"), ("branch__organization__name",), width=24),
        ]


@register_list
class UnitReportInExport(ListExport):
    """单位报到一览表: which units reported in."""

    key = "unit-report-ins"
    name = lazy("单位报到一览表")
    line = "unit.view"

    def rows(self, by: Actor, query: QueryDict) -> QuerySet[Any]:
        """As the page lists them."""
        return narrowed_unit_report_ins(UnitReportInFilterForm(query), by).order_by(
            "-submitted_on", "-id"
        )

    def columns(self, by: Actor, *, unmasked: bool) -> list[ListColumn]:
        """The form's own columns."""
        states = {key: str(label) for key, label in UnitReportInState.choices}
        return [
            ListColumn(lazy("单位名称"), ("unit_name",), width=28),
            ListColumn(lazy("单位党组织"), ("party_name",), width=28),
            ListColumn(lazy("报到社区"), ("community__name",)),
            ListColumn(lazy("网格"), ("grid__name",)),
            ListColumn(lazy("负责人"), ("head_name",)),
            ListColumn(lazy("联系人"), ("contact_name",)),
            ListColumn(lazy("联系电话"), ("contact_phone",)),
            ListColumn(lazy("党员总数（人）"), ("members_total",)),
            ListColumn(lazy("在职党员（人）"), ("members_in_service",)),
            ListColumn(lazy("已报到党员（人）"), ("members_reported_in",)),
            ListColumn(lazy("报到日期"), ("submitted_on",)),
            ListColumn(lazy("状态"), ("state",), lambda state: states.get(state, state)),
            ListColumn(lazy("回执编号"), ("receipt_number",), width=24),
        ]


@register_list
class FeedbackExport(ListExport):
    """反馈表一览: one line per form, for those who may read each of them."""

    key = "feedbacks"
    name = lazy("党员活动情况反馈")
    line = "feedback.view"
    about_persons = True
    person = "member__person_id"

    def rows(self, by: Actor, query: QueryDict) -> QuerySet[Any]:
        """As the page lists them."""
        rows: QuerySet[Any] = narrowed_feedbacks(FeedbackFilterForm(query, by=by), by)
        return rows.order_by("-period", "-id")

    def columns(self, by: Actor, *, unmasked: bool) -> list[ListColumn]:
        """Whom it is about, what the record says, how it stands; the grade where one may read feedback."""
        states = {key: str(text) for key, text in FeedbackState.choices}
        grades = {key: str(text) for key, text in Grade.choices}
        masked = treatment(by, "name") == MASKED
        return [
            ListColumn(lazy("周期"), ("period",), lambda text: Period.parse(text).label),
            ListColumn(lazy("姓名"), ("member_name",), mask_name if masked else None),
            ListColumn(lazy("单位"), ("unit_name",), width=28),
            ListColumn(lazy("社区"), ("community_name",)),
            ListColumn(lazy("服务次数（次）"), ("facts__times",)),
            ListColumn(
                lazy("服务时长（小时）"), ("facts__hours",), lambda said: Decimal(said or 0)
            ),
            ListColumn(lazy("认领岗位（个）"), ("facts__claims",)),
            ListColumn(lazy("完成岗位（个）"), ("facts__completed",)),
            *(
                [
                    ListColumn(lazy("评价等次"), ("grade",), lambda key: grades.get(key, "")),
                    ListColumn(lazy("社区党组织意见"), ("opinion",), width=36),
                ]
                if treatment(by, "feedback")
                else []
            ),
            ListColumn(lazy("状态"), ("state",), lambda state: states.get(state, state)),
            ListColumn(lazy("回执编号"), ("receipt_number",), width=24),
            ListColumn(lazy("单位阅处意见"), ("answer",), width=36),
        ]
