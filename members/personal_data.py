"""What the register of members holds about somebody, and what stays when they go."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from members.enums import (
    ACTIVE_REPORT_IN,
    DoubleState,
    MemberEndReason,
    MemberState,
    ReportInState,
    Side,
)
from members.models import (
    DoubleCase,
    Employment,
    MemberPlace,
    PartyMember,
    ReportIn,
    ServiceRecord,
    ServiceSummary,
)
from members.models.place import phone_tail_hash
from partybuild.access import Actor
from partybuild.calendar import today
from partybuild.calendar.clock import Now
from partybuild.exchange.models import BatchChange
from partybuild.notices.models import Notice
from partybuild.organizations.models import PartyOrganization
from partybuild.people.models import Person
from partybuild.people.registry import PersonalData, Row, register
from partybuild.people.retention import keeps_for
from partybuild.people.services.erasure import ERASED_NAME
from partybuild.people.services.hashes import rehash


def _day(value: Any) -> str:
    return value.isoformat() if value else ""


@register
class Membership(PersonalData):
    """The member on the roster, where they work, where they reported in."""

    key = "members.member"
    order = 20
    title = lazy("党员登记、工作单位和报到")
    purpose = lazy("组织在职党员到社区报到、参加服务")
    kept = lazy("在册期间；减少后联系方式和身份号码按参数清理，报到记录保留")

    def copy(self, person: Person) -> list[Row]:
        """The member's row, employments and report-ins."""
        member = PartyMember.objects.filter(person=person).select_related("home_area").first()
        if member is None:
            return []
        rows: list[Row] = [
            {
                _("事项"): _("党员登记"),
                _(
                    "内容"
                ): f"{member.get_kind_display()}，{member.get_category_display()}，{member.get_state_display()}",
                _("开始"): _day(member.joined_on),
                _("结束"): _day(member.ended_on),
                _("说明"): "；".join(
                    part
                    for part in (
                        member.home_area.name if member.home_area else "",
                        member.home_building,
                        member.home_address,
                        member.skills,
                        "、".join(member.availability),
                    )
                    if part
                ),
            }
        ]
        rows += [
            {
                _("事项"): _("工作单位"),
                _("内容"): str(each),
                _("开始"): _day(each.valid_from),
                _("结束"): _day(each.valid_to),
                _("说明"): str(each.branch) if each.branch else "",
            }
            for each in Employment.objects.filter(member=member)
            .select_related("unit", "branch__organization")
            .order_by("pk")
        ]
        rows += [
            {
                _("事项"): _("报到"),
                _("内容"): f"{each.community.name}，{each.get_state_display()}",
                _("开始"): _day(each.submitted_on),
                _("结束"): _day(each.ended_on),
                _("说明"): "；".join(
                    part
                    for part in (each.unit_name, each.post, each.building, each.address, each.note)
                    if part
                ),
            }
            for each in ReportIn.objects.filter(member=member)
            .select_related("community")
            .order_by("pk")
        ]
        return rows

    def erase(self, person: Person, *, by: Actor) -> int:
        """The member ends; report-ins and employments stay as facts that name nobody."""
        member = PartyMember.objects.select_for_update().filter(person=person).first()
        if member is None:
            return 0
        day = today()
        report_ins = ReportIn.objects.filter(member=member)
        report_ins.filter(state=ReportInState.SUBMITTED).update(state=ReportInState.WITHDRAWN)
        for each in report_ins.filter(state__in=ACTIVE_REPORT_IN):
            report_ins.filter(pk=each.pk).update(
                state=ReportInState.ENDED,
                ended_on=max(day, each.submitted_on),
                end_reason="other",
            )
        report_ins.update(
            stated_name=ERASED_NAME,
            post="",
            building="",
            address=b"",
            skills="",
            note="",
            end_note="",
        )
        for job in Employment.objects.current().filter(member=member):
            Employment.objects.filter(pk=job.pk).update(
                valid_to=max(day, job.valid_from), end_reason=_("应本人要求删除个人信息")
            )
        Employment.objects.filter(member=member).update(post="")
        MemberPlace.objects.filter(member=member).delete()
        DoubleCase.objects.open().filter(Q(member=member) | Q(double=member)).update(
            state=DoubleState.KEPT, settled_at=Now()
        )
        ended = {} if member.state == MemberState.ENDED else {"ended_on": day}
        PartyMember.objects.filter(pk=member.pk).update(
            state=MemberState.ENDED,
            end_reason=member.end_reason or MemberEndReason.OTHER,
            end_note="",
            joined_on=None,
            home_area=None,
            home_building="",
            home_address=b"",
            skills="",
            availability=[],
            **ended,
        )
        held = Q(label="members.PartyMember", object_id=member.pk) | Q(
            label="members.ReportIn", object_id__in=report_ins.values("pk")
        )
        BatchChange.objects.filter(held).exclude(before={}).update(before={})
        about = [member.uid, *report_ins.values_list("uid", flat=True)]
        Notice.objects.filter(subject_uid__in=about).update(title=_("（已删除）"), body="")
        return 1

    def erase_url(self, person: Person) -> str:
        """A member asks for it; somebody else decides."""
        member = PartyMember.objects.filter(person=person).first()
        return reverse("members:member-erase", args=(member.uid,)) if member else ""

    def holders(self, person: Person) -> list[tuple[int, str]]:
        """The unit keeps the register right, the community the report-in."""
        places = MemberPlace.objects.filter(member__person=person).order_by("-side", "pk")
        units = [
            (place.unit_id, _("姓名、身份号码、手机号、职务、入党日期"))
            for place in places
            if place.side == Side.UNIT and place.unit_id
        ]
        areas = [place.community_id for place in places if place.side == Side.COMMUNITY]
        committees = PartyOrganization.objects.filter(
            leads_area__in=areas, organization__valid_to=None
        ).values_list("organization", flat=True)
        return units + [(key, _("报到、居住地、服务记录")) for key in committees]


@register
class Service(PersonalData):
    """Service records and the summaries that carry them."""

    key = "members.service"
    order = 30
    title = lazy("服务记录和汇总")
    purpose = lazy("如实记录志愿服务，向单位反映")
    kept = lazy("按志愿服务记录和档案管理规定保存；删除个人信息后不再显示姓名")

    def copy(self, person: Person) -> list[Row]:
        """Each record, whoever entered it."""
        return [
            {
                _("日期"): each.date.isoformat(),
                _("社区"): each.community.name,
                _("内容"): each.content,
                _("时长（小时）"): str(each.hours),
                _("状态"): str(each.get_state_display()),
            }
            for each in ServiceRecord.objects.filter(member__person=person)
            .select_related("community")
            .order_by("date", "pk")
        ]

    def erase(self, person: Person, *, by: Actor) -> int:
        """Hours stay as figures; the names in records and summaries go."""
        uids = {
            str(uid)
            for uid in PartyMember.objects.filter(person=person).values_list("uid", flat=True)
        }
        records = ServiceRecord.objects.filter(member__person=person)
        summaries = ServiceSummary.objects.filter(
            pk__in=records.exclude(summary=None).values("summary")
        )
        for summary in summaries.select_for_update():
            summary.lines = [
                {**line, "name": ERASED_NAME} if str(line.get("member")) in uids else line
                for line in summary.lines
            ]
            summary.save(update_fields=("lines",))
        return records.update(member_name=ERASED_NAME)


@keeps_for("retention.ended_member_days")
def ended_members(days: int, by: Actor) -> int:
    """Whoever left the roster long ago and holds no post keeps a name, and no way to be reached."""
    before = today() - timedelta(days=days)
    people = (
        Person.objects.filter(
            party_member__state=MemberState.ENDED, party_member__ended_on__lt=before
        )
        .exclude(
            pk__in=Person.objects.filter(
                Q(appointments__ends_on=None) | Q(appointments__ends_on__gte=before),
                appointments__isnull=False,
            ).values("pk")
        )
        .exclude(phone_hash="", id_number_hash="", double_hash="", birth_date=None)
    )
    keys = list(people.values_list("pk", flat=True))
    members = PartyMember.objects.filter(person__in=keys)
    members.update(home_area=None, home_building="", home_address=b"", skills="", availability=[])
    ReportIn.objects.filter(member__in=members).update(building="", address=b"", skills="", note="")
    return Person.objects.filter(pk__in=keys).update(
        phone=b"",
        phone_hash="",
        id_number=b"",
        id_number_hash="",
        is_double=False,
        double_hash="",
        birth_date=None,
        mail="",
    )


@rehash
def tails_of_places(people: dict[int, Person]) -> None:
    """Members are searched by the last four digits of their phone."""
    for place in MemberPlace.objects.filter(member__person__in=people).select_related("member"):
        hashed = phone_tail_hash(people[place.member.person_id].phone)
        MemberPlace.objects.filter(pk=place.pk).update(phone_tail_hash=hashed)
