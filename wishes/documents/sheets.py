"""微心愿公示, 微心愿台账 and 微心愿认领单: none of them names a wisher otherwise than in public."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from partybuild.access import Actor, Level, may
from partybuild.accounts.links import link_url, standing_link
from partybuild.areas.models import Area
from partybuild.areas.queries import dictionary, word
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
from partybuild.organizations.models import Organization
from partybuild.ui.filters import short_date_cn
from units.queries import committee_of
from wishes.enums import HOLDING
from wishes.models import Wish, WishClaim
from wishes.queries.papers import ledger_wishes, open_wishes


def _committee(community: Area) -> Organization:
    found = committee_of(community)
    assert found is not None
    return found


class _OfCommunity(DocumentKind):
    """A list of a community's wishes whose columns an office chooses."""

    subject = "areas.Area"
    is_form = True
    # Shares of the columns' widths; those that stand in the middle.
    _WIDTHS: dict[str, float] = {}
    _MIDDLE: frozenset[str] = frozenset()

    def issuer(self, subject: Area) -> Organization:
        """The community's committee."""
        return _committee(subject)

    def area(self, subject: Area) -> Area:
        """The community itself."""
        return subject

    def is_for(self, subject: Area, by: Actor) -> bool:
        """Communities that have a committee, for those who keep wishes there."""
        return (
            subject.level == Level.COMMUNITY
            and committee_of(subject) is not None
            and may(by, "wish.change", subject)
        )

    def table(self, rows: list[dict[str, str]], style: Style, *, text_pt: float) -> Table:
        """Lay the chosen columns out; one empty line where there is no wish."""
        keys = self.chosen(style)
        names = {part.key: str(part.name) for part in self.parts}
        return Table(
            head=tuple(names[key] for key in keys),
            rows=tuple(tuple(row.get(key, "") for key in keys) for row in rows or [{}]),
            widths=tuple(self._WIDTHS[key] for key in keys),
            centered=tuple(at for at, key in enumerate(keys) if key in self._MIDDLE),
            row_height_mm=10,
            text_pt=text_pt,
        )


@register
class WishPoster(_OfCommunity):
    """微心愿公示: the wishes that may be claimed today, to hang up; the QR picture where the board is open."""

    key = "wish.poster"
    name = _("微心愿公示")
    fields = ("opening", "closing", "note")
    style = Style(
        opening="{社区}党组织经电话和上门核实，征得本人同意，现公示居民微心愿，请党员和单位量力认领：",
        closing="愿意认领的，请在手机上打开“微心愿”认领，或打电话、到社区登记。许愿人的姓名、电话和住址不公开。",
    )
    words = {"社区": _("社区名称")}
    parts = (
        Part("number", _("序号")),
        Part("name", _("许愿人"), is_required=True),
        Part("title", _("微心愿"), is_required=True),
        Part("content", _("内容")),
        Part("category", _("类别"), is_default=False),
        Part("wanted", _("希望实现日期"), is_default=False),
        Part("contact", _("社区联系人")),
    )
    _WIDTHS = {
        "number": 1.5, "name": 2, "title": 3.2, "content": 4.6, "category": 2, "wanted": 2.6,
        "contact": 3.4,
    }  # fmt: skip
    _MIDDLE = frozenset({"number", "name"})

    def compose(self, subject: Area, *, style: Style, issue: Issue) -> Composition:
        """One line for each wish, in letters for a wall."""
        values = {"社区": subject.name}
        words = dict(dictionary(subject, "wish.class"))
        rows = [
            {
                "number": str(number),
                "name": wish.shown_name,
                "title": wish.title,
                "content": wish.content,
                "category": str(words.get(wish.category, wish.category)),
                "wanted": date_on_paper(wish.wanted_by) if wish.wanted_by else "",
                "contact": f"{wish.contact}\n{wish.contact_phone}",
            }
            for number, wish in enumerate(open_wishes(subject), start=1)
        ]
        return Composition(
            title=f"{subject.name}微心愿公示",
            blocks=(
                Text(filled(style.opening, values)),
                self.table(rows, style, text_pt=14),
                Text(filled(style.closing, values)),
                *self._code(subject),
            ),
            issuer=_committee(subject).name,
            issued_on=issue.day or today(),
            note=style.note,
        )

    @staticmethod
    def _code(community: Area) -> tuple[Code, ...]:
        link = standing_link(community, "wish.board")
        if link is None:
            return ()
        lines = ("手机扫码看本社区的微心愿公示栏，", "不用登录。")
        return (Code(address=link_url(link), lines=lines),)


@register
class WishLedger(_OfCommunity):
    """微心愿台账 of the year: from the day it was heard to the return visit, without what is confidential."""

    key = "wish.ledger"
    name = _("微心愿台账")
    fields = ("note",)
    parts = (
        Part("number", _("序号"), is_required=True),
        Part("name", _("许愿人"), is_required=True),
        Part("content", _("微心愿"), is_required=True),
        Part("category", _("类别")),
        Part("heard", _("征集日期")),
        Part("phoned", _("电话核实")),
        Part("visited", _("上门核实")),
        Part("published", _("公示日期")),
        Part("claimer", _("认领人"), is_required=True),
        Part("fulfilled", _("兑现日期")),
        Part("visit", _("回访满意度")),
        Part("state", _("状态")),
    )
    _WIDTHS = {
        "number": 1.1, "name": 1.7, "content": 3.6, "category": 2.3, "heard": 2.1, "phoned": 2.1,
        "visited": 2.1, "published": 2.1, "claimer": 3, "fulfilled": 2.1, "visit": 2.2, "state": 1.7,
    }  # fmt: skip
    _MIDDLE = frozenset({"number", "name"})

    def compose(self, subject: Area, *, style: Style, issue: Issue) -> Composition:
        """One line for each wish heard this year or not over when it began, and the sums."""
        words = dict(dictionary(subject, "wish.class"))
        wishes = list(ledger_wishes(subject))
        rows = [self._row(number, wish, words) for number, wish in enumerate(wishes, start=1)]
        day = issue.day or today()
        claimed = sum(bool(wish.held) for wish in wishes)  # type: ignore[attr-defined]
        came_true = sum(bool(row["fulfilled"]) for row in rows)
        return Composition(
            title=f"{subject.name}{today().year}年微心愿台账",
            blocks=(
                Text(
                    f"截至{date_on_paper(day)}：征集{len(wishes)}条，公示"
                    f"{sum(wish.published_on is not None for wish in wishes)}条，"
                    f"认领{claimed}条，兑现{came_true}条。含上年未办结的。",
                    indent=False,
                ),
                self.table(rows, style, text_pt=LIST_PT),
                Text("社区党组织（盖章）：　　　　　　　　　　年　　月　　日", align="right"),
            ),
            note=style.note,
            is_form=True,
            landscape=True,
        )

    @staticmethod
    def _row(number: int, wish: Any, words: dict[str, Any]) -> dict[str, str]:
        def day(value: Any) -> str:
            return f"{value.month}月{value.day}日" if value else ""

        claim = wish.held[0] if wish.held else None
        # What stands in the year before carries its year.
        heard = day(wish.heard_on)
        if wish.heard_on.year != today().year:
            heard = short_date_cn(wish.heard_on)
        return {
            "number": str(number),
            "name": wish.shown_name,
            "content": wish.title,
            "category": str(words.get(wish.category, wish.category)),
            "heard": heard,
            "phoned": day(wish.phoned_on),
            "visited": day(wish.visited_on),
            "published": day(wish.published_on),
            "claimer": claim.claimer if claim else "",
            # A wish that is served again has a claim in hand that came true once.
            "fulfilled": day(claim.fulfilled_on) if claim and claim.state == "fulfilled" else "",
            "visit": "；".join(str(each.get_grade_display()) for each in wish.visits),
            "state": str(wish.get_state_display()),
        }


@register
class WishClaimSheet(DocumentKind):
    """微心愿认领单: who claims which wish and by when, for claimer and community to sign."""

    key = "wish.claim"
    name = _("微心愿认领单")
    subject = "wishes.WishClaim"
    is_form = True
    fields = ("closing", "note")
    style = Style(closing="许愿人的姓名、电话和住址由社区当面告知，不写在单上，请注意保密。")
    select_related = ("wish__community", "member")

    def issuer(self, subject: WishClaim) -> Organization:
        """The community's committee, which countersigns."""
        return _committee(subject.wish.community)

    def area(self, subject: WishClaim) -> Area:
        """The community."""
        community: Area = subject.wish.community
        return community

    def is_for(self, subject: WishClaim, by: Actor) -> bool:
        """For the claimer, their unit, and the community, once it is accepted."""
        return subject.state in HOLDING and committee_of(subject.wish.community) is not None

    def compose(self, subject: WishClaim, *, style: Style, issue: Issue) -> Composition:
        """What, for whom as they are called, by when, whom to ask; and where both sign."""
        wish: Wish = subject.wish
        community = wish.community
        is_unit = subject.member_id is None
        days = (
            f"{date_on_paper(subject.proposed_on)}认领，"
            f"计划{date_on_paper(subject.promised_on)}前兑现"
        )
        rows = [
            ("微 心 愿", f"{wish.title}（{word(community, 'wish.class', wish.category)}）"),
            ("内　　容", wish.content or "—"),
            ("许 愿 人", wish.shown_name),
            ("认领单位" if is_unit else "认 领 人", subject.claimer),
            ("打算怎样帮", subject.note),
            ("认领和兑现", days),
            ("社区联系人", f"{wish.contact}　{wish.contact_phone}"),
            (
                "认领人签字",
                f"\n\n\t{'（盖章）' if is_unit else '签名：　　　　　　'}　　　年　　月　　日",
            ),
            ("社区党组织", "\n\n\t（盖章）　　　年　　月　　日"),
            ("兑现情况", self._done(subject)),
        ]
        return Composition(
            title="微心愿认领单",
            blocks=(
                Text(f"社区：{community.name}", indent=False),
                Table(rows=tuple(rows), widths=(2.6, 10), is_form=True, row_height_mm=13),
                Text(style.closing),
            ),
            note=style.note,
            is_form=True,
        )

    @staticmethod
    def _done(claim: WishClaim) -> str:
        if claim.fulfilled_on is None:
            return "\n\n\t　　　　年　　月　　日"
        return f"{claim.result}\n\t{date_on_paper(claim.fulfilled_on)}"
