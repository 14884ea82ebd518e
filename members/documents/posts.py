"""The papers of posts: 岗位设置表 and poster (F5), 认领表 (F6), 承诺书 (F7)."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from members.enums import PostState, ServiceState
from members.models import Pledge, PostClaim, ServicePost
from members.queries.evaluations import called_in_public, verdicts_of_claims
from members.queries.posts import claims_on_paper, open_posts, post_figures
from members.services.claim_evaluations import ACTION
from partybuild.access import Actor, Level, may
from partybuild.accounts.links import link_url, standing_link
from partybuild.areas.models import Area
from partybuild.areas.queries import word
from partybuild.calendar import today
from partybuild.documents.composition import (
    LIST_PT,
    Code,
    Composition,
    Table,
    Text,
    date_on_paper,
)
from partybuild.documents.registry import DocumentKind, Issue, Part, Style, filled, register
from partybuild.evaluations.papers import blank_form, tally_sheet
from partybuild.evaluations.queries import Verdict, sum_of
from partybuild.organizations.models import Organization
from partybuild.ui.filters import hours_cn, short_date_cn
from units.queries import committee_of


def _committee(community: Area) -> Organization:
    found = committee_of(community)
    assert found is not None
    return found


def _when(post: ServicePost) -> str:
    return "，".join(part for part in (post.times_words, post.schedule) if part)


def _where(post: ServicePost) -> str:
    return "　".join(part for part in (post.grid.name if post.grid else "", post.place) if part)


@register
class PostTable(DocumentKind):
    """社区志愿服务需求表（岗位设置表）: every post that a community has open today."""

    key = "service_post.table"
    name = _("社区志愿服务岗位设置表")
    subject = "areas.Area"
    is_form = True
    fields = ("note",)
    parts = (
        Part("number", _("序号")),
        Part("title", _("岗位名称"), is_required=True),
        Part("category", _("岗位类别")),
        Part("content", _("服务内容")),
        Part("skills", _("专长要求")),
        Part("when", _("服务时间")),
        Part("where", _("服务地点"), is_default=False),
        Part("wanted", _("拟认领数"), is_required=True),
        Part("held", _("已认领数")),
        Part("contact", _("联系人")),
        Part("phone", _("联系电话")),
        Part("note", _("备注")),
    )
    _WIDTHS = {
        "number": 1.3, "title": 2.8, "category": 2.4, "content": 5.4, "skills": 2.4, "when": 2.8,
        "where": 2.6, "wanted": 1.4, "held": 1.4, "contact": 1.8, "phone": 3.3, "note": 2,
    }  # fmt: skip

    def issuer(self, subject: Area) -> Organization:
        """The community's committee."""
        return _committee(subject)

    def area(self, subject: Area) -> Area:
        """The community itself."""
        return subject

    def is_for(self, subject: Area, by: Actor) -> bool:
        """Communities that have a committee, for those who set posts there."""
        return (
            subject.level == Level.COMMUNITY
            and committee_of(subject) is not None
            and may(by, "service_post.change", subject)
        )

    def compose(self, subject: Area, *, style: Style, issue: Issue) -> Composition:
        """One line for each open post."""
        posts = open_posts(subject)
        figures = post_figures(posts)
        rows = [
            {
                "number": str(number),
                "title": post.title,
                "category": str(word(subject, "service_post.class", post.category)),
                "content": post.content,
                "skills": post.skills or "不限",
                "when": _when(post),
                "where": _where(post),
                "wanted": str(post.wanted),
                "held": str(figures[post.pk].held if post.pk in figures else 0),
                "contact": post.contact,
                "phone": post.contact_phone,
                "note": post.note,
            }
            for number, post in enumerate(posts, start=1)
        ]
        keys = self.chosen(style)
        names = {part.key: str(part.name) for part in self.parts}
        return Composition(
            title=f"{subject.name}志愿服务岗位设置表",
            blocks=(
                Text(
                    f"{_committee(subject).name}　　{date_on_paper(issue.day or today())}",
                    align="right",
                ),
                Table(
                    head=tuple(names[key] for key in keys),
                    rows=tuple(tuple(row.get(key, "") for key in keys) for row in rows or [{}]),
                    widths=tuple(self._WIDTHS[key] for key in keys),
                    centered=tuple(
                        place
                        for place, key in enumerate(keys)
                        if key in {"number", "wanted", "held"}
                    ),
                    text_pt=LIST_PT,
                ),
            ),
            note=style.note,
            is_form=True,
            landscape=True,
        )


class OfPost(DocumentKind):
    """A paper about one post."""

    subject = "members.ServicePost"
    is_form = True
    fields: tuple[str, ...] = ("note",)
    select_related = ("community", "grid")

    def issuer(self, subject: ServicePost) -> Organization:
        """The community's committee."""
        return _committee(subject.community)

    def area(self, subject: ServicePost) -> Area:
        """The community."""
        return subject.community

    def is_for(self, subject: ServicePost, by: Actor) -> bool:
        """For those who set posts here; a draft is not hung up."""
        return (
            subject.state != PostState.DRAFT
            and committee_of(subject.community) is not None
            and may(by, "service_post.change", subject)
        )


@register
class PostPoster(OfPost):
    """岗位招募 of one post, to hang up."""

    key = "service_post.poster"
    name = _("岗位招募海报")
    fields = ("opening", "closing", "note")
    style = Style(
        opening="{社区}党组织面向报到党员招募：",
        closing="愿意承担的党员，请在手机上打开“服务岗位”自荐，或打电话、到社区报名。由本人自愿提出，社区确定。",
    )
    words = {"社区": _("社区名称"), "岗位": _("岗位名称")}

    def compose(self, subject: ServicePost, *, style: Style, issue: Issue) -> Composition:
        """What, when, where, how many, whom to ask: in large lines."""
        values = {"社区": subject.community.name, "岗位": subject.title}
        lines = [
            ("服务内容", subject.content),
            ("服务时间", _when(subject) or "与社区商定"),
            ("服务地点", _where(subject) or subject.community.name),
            ("专长要求", subject.skills or "不限"),
            ("需要人数", f"{subject.wanted}人"),
            (
                "起止日期",
                date_on_paper(subject.starts_on)
                + (f"至{date_on_paper(subject.ends_on)}" if subject.ends_on else "起，长期有效"),
            ),
            ("联系方式", f"{subject.contact}　{subject.contact_phone}"),
        ]
        if subject.note:
            lines.append(("备　　注", subject.note))
        return Composition(
            title=f"{subject.title}　招募",
            blocks=(
                Text(filled(style.opening, values)),
                Table(
                    rows=tuple(lines),
                    widths=(2.4, 7.6),
                    is_form=True,
                    row_height_mm=16,
                    text_pt=16,
                ),
                Text(filled(style.closing, values)),
                *self._code(subject.community),
            ),
            issuer=_committee(subject.community).name,
            issued_on=subject.published_on or today(),
            note=style.note,
        )

    @staticmethod
    def _code(community: Area) -> tuple[Code, ...]:
        """The community's board behind the address that everybody may open, where it has made one."""
        link = standing_link(community, "service_post.board")
        if link is None:
            return ()
        lines = ("手机扫码看本社区的全部岗位和承诺，", "不用登录。")
        return (Code(address=link_url(link), lines=lines),)


@register
class ClaimSheet(OfPost):
    """服务岗位认领表 of one post, with room to sign by hand."""

    key = "service_post.claims"
    name = _("服务岗位认领表")
    parts = (
        Part("number", _("序号")),
        Part("name", _("姓名"), is_required=True),
        Part("unit", _("工作单位"), is_required=True),
        Part("day", _("认领日期")),
        Part("state", _("社区确认意见")),
        Part("pledge", _("签订承诺书")),
        Part("service", _("服务、认证情况")),
        Part("signature", _("认领人签名"), is_required=True),
    )
    _WIDTHS = {
        "number": 1.1, "name": 1.8, "unit": 4.2, "day": 3, "state": 2.5, "pledge": 3, "service": 3.2,
        "signature": 2.8,
    }  # fmt: skip

    def compose(self, subject: ServicePost, *, style: Style, issue: Issue) -> Composition:
        """Who has claimed it, what the community said, and empty lines for those who come by."""
        claims = claims_on_paper(subject)
        rows: list[dict[str, str]] = [
            self._row(number, claim) for number, claim in enumerate(claims, start=1)
        ]
        rows += [{"number": str(number)} for number in range(len(rows) + 1, len(rows) + 5)]
        keys = self.chosen(style)
        names = {part.key: str(part.name) for part in self.parts}
        return Composition(
            title=f"“{subject.title}”服务岗位认领表",
            blocks=(
                Text(
                    f"设岗社区：{subject.community.name}　　需要人数：{subject.wanted}人　　"
                    f"联系人：{subject.contact}　{subject.contact_phone}",
                    indent=False,
                ),
                Table(
                    head=tuple(names[key] for key in keys),
                    rows=tuple(tuple(row.get(key, "") for key in keys) for row in rows),
                    widths=tuple(self._WIDTHS[key] for key in keys),
                    centered=tuple(
                        place
                        for place, key in enumerate(keys)
                        if key in {"number", "name", "state"}
                    ),
                    row_height_mm=10,
                    text_pt=LIST_PT,
                ),
                Text("社区党组织（盖章）：　　　　　　　　　　年　　月　　日", align="right"),
            ),
            note=style.note,
            is_form=True,
            landscape=True,
        )

    @staticmethod
    def _row(number: int, claim: Any) -> dict[str, str]:
        pledge = getattr(claim, "pledge", None)
        records = list(claim.service_records.all())
        certified = [each.hours for each in records if each.state == ServiceState.CERTIFIED]
        waiting = sum(each.state == ServiceState.ENTERED for each in records)
        said = [f"已认证{len(certified)}次，{hours_cn(sum(certified))}"] if certified else []
        said += [f"待认证{waiting}次"] if waiting else []
        return {
            "number": str(number),
            "name": claim.member_name,
            "unit": claim.unit_name,
            "day": short_date_cn(claim.proposed_on),
            "state": str(claim.get_state_display()),
            "pledge": short_date_cn(pledge.signed_on) if pledge else "",
            "service": "；".join(said),
        }


class _Evaluated(OfPost):
    """A paper about those who serve or served in a post."""

    fields = ()

    def is_for(self, subject: ServicePost, by: Actor) -> bool:
        """Once somebody serves in it."""
        return super().is_for(subject, by) and self._claims(subject).exists()

    @staticmethod
    def _claims(subject: ServicePost) -> Any:
        rows = PostClaim.objects.holding().filter(post=subject).select_related("pledge")
        return rows.order_by("place_number", "id")


@register
class PostEvaluationForm(_Evaluated):
    """服务情况评价表 (F12) of a post: filled in by residents and those served."""

    key = "service_post.evaluation"
    name = _("服务情况评价表")

    def compose(self, subject: ServicePost, *, style: Style, issue: Issue) -> Composition:
        """What is done and by whom, names shortened as on the public board; the QR picture where it is open."""
        served = [called_in_public(each) for each in self._claims(subject)]
        link = standing_link(subject, ACTION)
        lines = ("不填纸质表的，可以扫码评价，", "不用登录，不写姓名。")
        return blank_form(
            (
                ("岗位名称", subject.title),
                ("岗位类别", str(word(subject.community, "service_post.class", subject.category))),
                ("服务时间", _when(subject) or "与社区商定"),
                ("服务地点", _where(subject) or subject.community.name),
                (
                    "服务人员",
                    served[0] if len(served) == 1 else "　　".join(f"□ {each}" for each in served),
                ),
            ),
            content=subject.content,
            below=(Code(address=link_url(link), lines=lines),) if link else (),
        )


@register
class PostEvaluationTally(_Evaluated):
    """服务情况评价汇总表 (F12, counted) of a post: three grades for each who serves, unanswered apart."""

    key = "service_post.tally"
    name = _("服务情况评价汇总表")

    def is_for(self, subject: ServicePost, by: Actor) -> bool:
        """Once somebody has answered."""
        return super().is_for(subject, by) and any(
            each.answers for each in verdicts_of_claims(self._claims(subject)).values()
        )

    def compose(self, subject: ServicePost, *, style: Style, issue: Issue) -> Composition:
        """A line for each member and the sum."""
        claims = list(self._claims(subject))
        verdicts = verdicts_of_claims(claims)
        return tally_sheet(
            (f"岗位：{subject.title}", f"设岗社区：{subject.community.name}"),
            [(each.member_name, verdicts.get(each.pk, Verdict())) for each in claims],
            total=sum_of(verdicts.values()),
            who="服务人员",
        )


@register
class PledgeLetter(DocumentKind):
    """承诺书: what the member promises, signed and with the community's seal."""

    key = "service_post.pledge"
    name = _("承诺书")
    subject = "members.Pledge"
    is_numbered = True
    is_signed_first = True
    issue_key = "service_post.decide"
    fields = ("prefix", "opening", "closing", "note", "is_sealed")
    style = Style(
        prefix="承诺",
        opening="我是{单位}党员{姓名}，已到{社区}报到，自愿认领“{岗位}”，现承诺：",
        closing="以上承诺，请社区党组织和居民群众监督。",
    )
    words = {
        "姓名": _("承诺人"),
        "单位": _("承诺人所在单位"),
        "社区": _("社区名称"),
        "岗位": _("岗位名称"),
    }
    select_related = ("claim__post__community", "claim__member")

    def issuer(self, subject: Pledge) -> Organization:
        """The committee to which it is promised, and which countersigns."""
        return _committee(subject.claim.post.community)

    def area(self, subject: Pledge) -> Area:
        """The community."""
        community: Area = subject.claim.post.community
        return community

    def is_for(self, subject: Pledge, by: Actor) -> bool:
        """For the member, their unit, and the community."""
        return committee_of(subject.claim.post.community) is not None

    def compose(self, subject: Pledge, *, style: Style, issue: Issue) -> Composition:
        """Who, what, by when, and where both sign."""
        community = subject.claim.post.community
        values = {
            "姓名": subject.signed_name,
            "单位": subject.unit_name,
            "社区": community.name,
            "岗位": subject.claim.post.title,
        }
        return Composition(
            title="承 诺 书",
            number=issue.number,
            blocks=(
                Text(filled(style.opening, values)),
                *(Text(line) for line in subject.text.splitlines() if line.strip()),
                Text(f"完成时限：{date_on_paper(subject.due_on)}。"),
                Text(filled(style.closing, values)),
                Text(""),
                Text(f"承诺人：{subject.signed_name}（签名）＿＿＿＿＿＿＿＿", align="right"),
                Text(date_on_paper(subject.signed_on), align="right"),
                Text(""),
            ),
            issuer=_committee(community).name,
            issued_on=issue.day or subject.claim.decided_on or today(),
            sealed=style.is_sealed,
            note=style.note,
            is_draft=issue.is_draft,
        )
