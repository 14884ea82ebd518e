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
    AnnualFormState,
    CertificateState,
    ClaimState,
    DoubleState,
    FeedbackPartKind,
    LetterState,
    MemberEndReason,
    MemberState,
    ReportInState,
    RequestState,
    Side,
)
from members.models import (
    AnnualForm,
    DoubleCase,
    Employment,
    Feedback,
    FeedbackPart,
    FeedbackRequest,
    FeedbackUse,
    MemberPlace,
    Objection,
    PartyMember,
    Pledge,
    PostClaim,
    RecommendationLetter,
    ReportIn,
    ServiceCertificate,
    ServiceRecord,
    ServiceSummary,
    TeamMember,
)
from members.models.place import phone_tail_hash
from partybuild.access import Actor
from partybuild.calendar import SHANGHAI, today
from partybuild.calendar.clock import Now
from partybuild.calendar.words import hours_number
from partybuild.documents.composition import Composition
from partybuild.documents.models import OfficialDocument
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
        rows += [
            {
                _("事项"): _("组织推荐信"),
                _("内容"): f"{each.unit_name}，{each.number}，{each.get_state_display()}",
                _("开始"): _day(each.issued_on),
                _("结束"): _day(each.ended_on or each.valid_until),
                _("说明"): "；".join(part for part in (each.post, each.branch_name) if part),
            }
            for each in RecommendationLetter.objects.filter(member=member).order_by("pk")
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
        letters = RecommendationLetter.objects.filter(member=member)
        letters.filter(state=LetterState.ISSUED).update(
            state=LetterState.REVOKED, ended_on=day, end_reason=_("应本人要求删除个人信息")
        )
        letters.update(member_name=ERASED_NAME, post="", code=b"")
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
                _("时长（小时）"): hours_number(each.hours),
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


@register
class Certificates(PersonalData):
    """Certificates of volunteer service, and the wishes for them."""

    key = "members.certificate"
    order = 32
    title = lazy("志愿服务记录证明")
    purpose = lazy("应本人申请，如实出具志愿服务记录证明")
    kept = lazy("按志愿服务记录和档案管理规定保存；删除个人信息后不再显示姓名和身份号码")

    def copy(self, person: Person) -> list[Row]:
        """Each that was asked for, with what became of it."""
        return [
            {
                _("申请日期"): each.asked_at.date().isoformat(),
                _("社区"): each.community.name,
                _("服务开始日期"): each.since.isoformat(),
                _("服务截止日期"): each.until.isoformat(),
                _("用途"): each.purpose,
                _("志愿者编号"): each.volunteer_number,
                _("时长（小时）"): hours_number(each.hours),
                _("状态"): str(each.get_state_display()),
                _("证明编号"): each.number,
            }
            for each in ServiceCertificate.objects.filter(member__person=person)
            .select_related("community")
            .order_by("pk")
        ]

    def erase(self, person: Person, *, by: Actor) -> int:
        """That one was issued stays, with its number; whom it was about goes."""
        rows = ServiceCertificate.objects.filter(member__person=person)
        rows.open().update(state=CertificateState.CANCELLED)
        paper = Composition(title=_("（个人信息已删除）"), is_form=True).plain()
        for row in rows:
            documents = OfficialDocument.objects.filter(
                subject_label=row._meta.label, subject_uid=row.uid
            )
            documents.update(content=paper, title=row._meta.verbose_name)
        ServiceCertificate.objects.filter(handler=person).update(handler=None)
        return rows.update(
            member_name=ERASED_NAME,
            masked_number="",
            volunteer_number="",
            purpose="",
            lines=[],
        )


@register
class Posts(PersonalData):
    """Claims of posts, pledges and places in teams."""

    key = "members.post"
    order = 32
    title = lazy("岗位认领、承诺书和志愿服务队")
    purpose = lazy("组织党员按自愿认领岗位、参加队伍")
    kept = lazy("作为服务档案保存；删除个人信息后不再显示姓名和本人写的内容")

    def copy(self, person: Person) -> list[Row]:
        """Each claim with its pledge, then each team."""
        claims = PostClaim.objects.filter(member__person=person).select_related(
            "post__community", "pledge"
        )
        rows: list[Row] = []
        for each in claims.order_by("proposed_on", "pk"):
            pledge = getattr(each, "pledge", None)
            rows.append(
                {
                    _("事项"): _("岗位认领"),
                    _("名称"): f"{each.post.community.name}，{each.post.title}",
                    _("开始"): each.proposed_on.isoformat(),
                    _("结束"): _day(each.ended_on),
                    _("说明"): "；".join(
                        part
                        for part in (
                            str(each.get_state_display()),
                            each.note,
                            each.end_reason,
                            pledge.text if pledge else "",
                        )
                        if part
                    ),
                }
            )
        rows += [
            {
                _("事项"): _("志愿服务队"),
                _("名称"): f"{each.team.community.name}，{each.team.name}",
                _("开始"): each.valid_from.isoformat(),
                _("结束"): _day(each.valid_to),
                _("说明"): "；".join(
                    part for part in (str(each.get_role_display()), each.end_reason) if part
                ),
            }
            for each in TeamMember.objects.filter(member__person=person)
            .select_related("team__community")
            .order_by("valid_from", "pk")
        ]
        return rows

    def erase(self, person: Person, *, by: Actor) -> int:
        """What waits or stands ends; that a place was served stays, without a name."""
        day = today()
        claims = PostClaim.objects.filter(member__person=person)
        for each in claims.standing():
            is_waiting = each.state == ClaimState.PROPOSED
            claims.filter(pk=each.pk).update(
                state=ClaimState.WITHDRAWN if is_waiting else ClaimState.LEFT,
                ended_on=max(day, each.proposed_on),
            )
        for row in TeamMember.objects.current().filter(member__person=person):
            TeamMember.objects.filter(pk=row.pk).update(valid_to=max(day, row.valid_from))
        TeamMember.objects.filter(member__person=person).update(
            member_name=ERASED_NAME, unit_name="", end_reason=""
        )
        Pledge.objects.filter(claim__member__person=person).update(
            signed_name=ERASED_NAME, unit_name="", text=_("（已删除）"), is_public=False
        )
        about = list(claims.values_list("uid", flat=True))
        Notice.objects.filter(subject_uid__in=about).update(title=_("（已删除）"), body="")
        claims.filter(state__in=(ClaimState.DECLINED, ClaimState.ABSENT)).update(
            end_reason=_("（已删除）")
        )
        claims.exclude(state__in=(ClaimState.DECLINED, ClaimState.ABSENT)).update(end_reason="")
        return claims.update(member_name=ERASED_NAME, unit_name="", note="")


@register
class AnnualForms(PersonalData):
    """The annual forms, with what the member wrote on them."""

    key = "members.annual_form"
    order = 34
    title = lazy("年度情况表")
    purpose = lazy("年底由单位组织填写，作为了解党员联系服务群众情况的依据")
    kept = lazy("由单位存档；删除个人信息后不再显示姓名和本人填写的内容")

    def copy(self, person: Person) -> list[Row]:
        """Each form with what it says."""
        return [
            {
                _("年度"): each.period_label,
                _("单位"): each.unit_name,
                _("状态"): str(each.get_state_display()),
                _("联系服务群众情况"): each.account,
                _("公德、公约和作风"): each.conduct,
                _("情况说明"): each.explanation,
                _("单位意见"): each.opinion,
            }
            for each in AnnualForm.objects.filter(member__person=person).order_by("period", "pk")
        ]

    def erase(self, person: Person, *, by: Actor) -> int:
        """The year's figures stay; the name and every word go."""
        forms = AnnualForm.objects.filter(member__person=person)
        for form in forms.select_for_update():
            form.facts = {
                **form.facts,
                "places": [
                    {**place, "services": [], "posts": []} for place in form.frozen("places")
                ],
            }
            form.save(update_fields=("facts",))
        forms.open().update(state=AnnualFormState.WITHDRAWN)
        return forms.update(
            member_name=ERASED_NAME,
            post="",
            branch_name="",
            account="",
            conduct="",
            explanation="",
            opinion="",
            return_reason="",
        )


@register
class Opinions(PersonalData):
    """What communities answered when they were asked for their opinion."""

    key = "members.opinion"
    order = 36
    title = lazy("征求意见的答复")
    purpose = lazy("单位或上级了解党员在社区的表现")
    kept = lazy("由征求单位和社区存档；删除个人信息后不再显示姓名和意见内容")

    def copy(self, person: Person) -> list[Row]:
        """Each answer; what is being asked and not answered is not about the member yet."""
        return [
            {
                _("日期"): _day(each.signed_at.astimezone(SHANGHAI).date()),
                _("征求单位"): each.asker_name,
                _("事由"): str(each.get_purpose_display()),
                _("社区"): each.community_name,
                _("公德公约情况"): each.conduct,
                _("存在问题"): each.problems,
                _("社区党组织意见"): each.opinion,
            }
            for each in FeedbackRequest.objects.replied()
            .filter(member__person=person, is_shown=True)
            .order_by("pk")
        ]

    def erase(self, person: Person, *, by: Actor) -> int:
        """That somebody was asked about stays; who and what was said goes."""
        requests = FeedbackRequest.objects.filter(member__person=person)
        requests.waiting().update(state=RequestState.WITHDRAWN)
        requests.replied().update(opinion=ERASED_NAME)
        requests.exclude(pk__in=requests.replied().values("pk")).update(opinion="")
        return requests.update(
            member_name=ERASED_NAME,
            post="",
            question="",
            conduct="",
            problems="",
            use_note="",
            facts={},
        )


@register
class FeedbackForms(PersonalData):
    """What communities said of a member to the unit, what the member and others said, what came of it."""

    key = "members.feedback"
    order = 34
    title = lazy("活动情况反馈表、评议和异议")
    purpose = lazy("社区向单位反馈党员参加活动的情况，本人可以提出异议")
    kept = lazy("按党员档案管理规定保存；删除个人信息后不再显示姓名和评语")

    def copy(self, person: Person) -> list[Row]:
        """Each form that was sent, every version, with what the member objected and what was answered."""
        rows: list[Row] = []
        forms = Feedback.objects.filter(member__person=person, delivery__isnull=False)
        for form in forms.prefetch_related("objections", "uses", "parts").order_by("pk"):
            objections = [
                f"{each.text}（{each.get_state_display()}{each.review and '：' + each.review}）"
                for each in form.objections.all()
            ]
            own = [part.text for part in form.parts.all() if part.part == FeedbackPartKind.SELF]
            rows.append(
                {
                    _("周期"): form.period_label,
                    _("社区"): form.community_name,
                    _("等次"): str(form.get_grade_display()),
                    _("意见"): "；".join(
                        each for each in (form.opinion, form.conduct, form.problems) if each
                    ),
                    _("自评"): "；".join(each for each in own if each),
                    _("异议"): "；".join(objections),
                    _("结果运用"): "；".join(use.kind for use in form.uses.all()),
                    _("状态"): str(form.get_state_display()),
                }
            )
        return rows

    def erase(self, person: Person, *, by: Actor) -> int:
        """Figures and grades stay as facts that name nobody; what was said of a person goes."""
        forms = Feedback.objects.filter(member__person=person)
        keys = list(forms.values_list("pk", flat=True))
        for form in forms.select_for_update(of=("self",)):
            form.facts = {**form.facts, "services": [], "posts": []}
            form.save(update_fields=("facts",))
        FeedbackPart.objects.filter(feedback__in=keys).update(text="")
        FeedbackUse.objects.filter(feedback__in=keys).update(note="")
        objections = Objection.objects.filter(feedback__in=keys)
        about = list(objections.values_list("uid", flat=True))
        Notice.objects.filter(subject_uid__in=about).update(title=_("（已删除）"), body="")
        objections.update(text="", review="")
        return forms.update(
            member_name=ERASED_NAME, post="", conduct="", problems="", opinion="", answer=""
        )


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
