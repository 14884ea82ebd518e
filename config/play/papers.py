"""What is asked for now and then: annual forms, opinions of a member, certificates of service."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from config.play.city import PlayCity, PlayCommunity, PlayUnit
from config.play.days import BY_PHONE, LATE, NEVER, PROMPT, REMINDED, Days
from members.enums import AnnualFormState, MemberCategory, RequestPurpose
from members.models import (
    AnnualForm,
    FeedbackRequest,
    PartyMember,
    ReportIn,
    ServiceCertificate,
    ServiceRecord,
)
from members.queries.certificates import span_of_service
from members.queries.replies import RECEIVE_DUTY, REPLY_DUTY
from members.queries.year_records import FORM_DUTY, needs_explanation, work_of, year_record
from members.services import (
    acknowledge_reply,
    answer_request,
    ask_opinion,
    decline_request,
    draft_reply,
    file_annual_forms,
    record_reply_use,
    return_annual_form,
    sign_annual_form,
    start_annual_forms,
    withdraw_annual_form,
)
from members.services.certificates import (
    ask_certificate,
    decline_certificate,
    issue_certificate,
    prepare_certificate,
)
from partybuild import calendar
from partybuild.access import require
from partybuild.calendar import Period
from partybuild.calendar.periods import YEAR

# What happens, by the unit's place on the list.
ASKS_FOR_FORMS, FORMS_AT_YEARS_END = {2, 9, 16}, 4
MEMBERS_ASKED = 4
ASKS_FOR_AN_OPINION = 10
CERTIFICATES = 3


@dataclass
class Papers:
    """Annual forms, requests for an opinion, certificates."""

    city: PlayCity
    days: Days
    dice: Random = field(init=False)

    def __post_init__(self) -> None:
        self.dice = self.days.dice("papers")

    def write(self) -> None:
        """Put on the calendar who asks for what."""
        is_last = self.days.period.number == 4
        for number, unit in enumerate(self.city.units):
            if number in ASKS_FOR_FORMS or (is_last and number % FORMS_AT_YEARS_END == 2):
                most = len(unit.members) if is_last else MEMBERS_ASKED
                self.days.on(
                    self.days.start(34),
                    lambda unit=unit, most=most: self._start(unit, most),  # type: ignore[misc]
                )
            if number % ASKS_FOR_AN_OPINION == 3:
                self.days.on(
                    self.days.start(36),
                    lambda unit=unit, number=number: self._ask(unit, number),  # type: ignore[misc]
                )
        for number, community in enumerate(self.city.communities[:CERTIFICATES]):
            self.days.on(
                self.days.start(48),
                lambda community=community, number=number: self._wish(community, number),  # type: ignore[misc]
            )

    # -- Annual forms ------------------------------------------------------------------------------------
    def _start(self, unit: PlayUnit, most: int) -> None:
        require(unit.liaison, "annual_form.file")
        here = [
            each
            for each in unit.members
            if each.category == MemberCategory.IN_SERVICE and work_of(each, unit.organization.pk)
        ]
        members = here[:most]
        forms = start_annual_forms(
            unit=unit.organization,
            members=members,
            period=Period.of(calendar.today(), YEAR),
            due_on=self.days.after(calendar.today(), 10),
            by=unit.liaison,
        )
        self.days.done["annual forms asked for"] += len(forms)
        for place, form in enumerate(forms):
            if place == len(members) - 1:
                # Asked by mistake.
                self.days.on(
                    self.days.after(calendar.today(), 2),
                    lambda form=form: self._take_back(form, unit),  # type: ignore[misc]
                )
                continue
            habit = self.days.habit(self.dice)
            if habit == NEVER:
                self.days.leave(FORM_DUTY, form.member.person, "does not sign", subject=form)
                continue
            wait = {PROMPT: 2, REMINDED: 8, BY_PHONE: 6, LATE: 12}[habit]
            is_returned = place == 1
            self.days.on(
                self.days.after(calendar.today(), wait),
                lambda form=form, is_returned=is_returned: self._sign(form, unit, is_returned),  # type: ignore[misc]
            )
        self.days.on(self.days.after(calendar.today(), 16), lambda: self._file(unit))

    def _take_back(self, form: AnnualForm, unit: PlayUnit) -> None:
        withdraw_annual_form(form, reason="本人已调离，不用填写", by=unit.liaison)
        self.days.done["annual forms taken back"] += 1

    def _sign(self, form: AnnualForm, unit: PlayUnit, is_returned: bool = False) -> None:
        form.refresh_from_db()
        if form.state != AnnualFormState.OPEN:
            return
        voice = self.city.voice(form.member_id)
        by = voice or unit.liaison
        require(by, "annual_form.file")
        facts = year_record(form.member, Period.parse(form.period))
        form = sign_annual_form(
            form,
            account="参加社区志愿服务，走访群众。",
            conduct="遵纪守法，邻里和睦。",
            explanation="因工作轮班，尚未参加，下一步补上。" if needs_explanation(facts) else "",
            channel="" if voice else "paper",
            by=by,
        )
        self.days.done["annual forms signed"] += 1
        if is_returned:
            return_annual_form(form, reason="请补充联系群众的情况", by=unit.secretary)
            self.days.done["annual forms returned"] += 1
            again = self.days.after(calendar.today(), 2)
            self.days.on(again, lambda: self._sign(form, unit))

    def _file(self, unit: PlayUnit) -> None:
        require(unit.secretary, "annual_form.file")
        signed = AnnualForm.objects.signed().filter(unit=unit.organization).order_by("pk")
        filed = file_annual_forms(
            signed.select_related("member__person"), opinion="情况属实。", by=unit.secretary
        )
        self.days.done["annual forms filed"] += filed

    # -- A unit asks for an opinion ------------------------------------------------------------------------
    def _ask(self, unit: PlayUnit, number: int) -> None:
        standing = (
            ReportIn.objects.standing()
            .filter(unit=unit.organization)
            .select_related("community", "member__person")
            .order_by("pk")
            .first()
        )
        if standing is None:
            return
        require(unit.secretary, "feedback.request")
        [request] = ask_opinion(
            standing.member,
            communities=[standing.community],
            asker=unit.organization,
            purpose=RequestPurpose.PROMOTION if number % 20 == 3 else RequestPurpose.AWARD,
            since=standing.decided_on or standing.submitted_on,
            due_on=self.days.after(calendar.today(), 10),
            question="在社区参加活动、遵守公德的情况",
            by=unit.secretary,
        )
        self.days.done["opinions asked for"] += 1
        fate = number // ASKS_FOR_AN_OPINION % 4
        community = self.city.at(standing.community_id)
        if fate == 3:
            self.days.leave(REPLY_DUTY, community.committee, "does not answer", subject=request)
            return
        self.days.on(
            self.days.after(calendar.today(), (4, 6, 13)[fate]),
            lambda: self._reply(request, community, unit, is_declined=fate == 1),
        )

    def _reply(
        self,
        request: FeedbackRequest,
        community: PlayCommunity,
        unit: PlayUnit,
        *,
        is_declined: bool,
    ) -> None:
        if is_declined:
            decline_request(request, reason="该同志报到不久，社区尚不了解", by=community.secretary)
            self.days.done["opinions declined"] += 1
            return
        words = {"conduct": "遵守社区公约", "problems": "无", "opinion": "表现良好，同意推荐。"}
        request = draft_reply(request, version=request.version, by=community.worker, **words)
        answer_request(request, version=request.version, by=community.secretary, **words)
        self.days.done["opinions answered"] += 1
        habit = self.days.habit(self.dice)
        if habit == NEVER:
            self.days.leave(
                RECEIVE_DUTY, unit.organization, "does not acknowledge", subject=request
            )
            return
        self.days.on(self.days.after(calendar.today(), 3), lambda: self._receive(request, unit))

    def _receive(self, request: FeedbackRequest, unit: PlayUnit) -> None:
        require(unit.secretary, "feedback.acknowledge")
        acknowledge_reply(request, by=unit.secretary)
        record_reply_use(request, use="inspection", on=calendar.today(), by=unit.secretary)
        self.days.done["opinions received and used"] += 1

    # -- Certificates ----------------------------------------------------------------------------------------
    def _wish(self, community: PlayCommunity, number: int) -> None:
        served = (
            ServiceRecord.objects.certified()
            .filter(community=community.area)
            .order_by("pk")
            .values_list("member", flat=True)
            .first()
        )
        if served is None:
            return
        member = PartyMember.objects.select_related("person").get(pk=served)
        span = span_of_service(member, community.area)
        assert span is not None
        voice = self.city.voice(member.pk)
        by = voice or community.worker
        require(by, "certificate.ask" if voice else "certificate.ask_proxy")
        certificate = ask_certificate(
            member,
            community=community.area,
            since=span[0],
            until=span[1],
            purpose="志愿服务星级认定",
            channel="" if voice else "phone",
            by=by,
        )
        self.days.done["certificates asked for"] += 1
        self.days.on(
            self.days.after(calendar.today(), 2),
            lambda: self._certificate(certificate, community, is_declined=number == 2),
        )

    def _certificate(
        self, certificate: ServiceCertificate, community: PlayCommunity, *, is_declined: bool
    ) -> None:
        if is_declined:
            decline_certificate(
                certificate, reason="服务时间与本人申请不符，请核对", by=community.worker
            )
            self.days.done["certificates declined"] += 1
            return
        require(community.worker, "certificate.prepare")
        prepare_certificate(
            certificate,
            handler_name=community.worker.name,
            handler_phone="0399-8700 0000",
            by=community.worker,
        )
        require(community.secretary, "certificate.issue")
        issue_certificate(
            certificate, responsible_name=community.secretary.name, by=community.secretary
        )
        self.days.done["certificates issued"] += 1
