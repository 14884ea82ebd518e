"""Small wishes of the demo: every state that a page shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from config.demo.services.people import Staff
from config.demo.services.places import Places
from members.models import PartyMember
from partybuild.access import Actor, Role
from partybuild.accounts.actors import actor_in
from partybuild.accounts.models import Appointment
from partybuild.areas.models import Area
from partybuild.calendar import today
from partybuild.evaluations.enums import Satisfaction
from partybuild.organizations.models import Organization
from wishes.enums import VisitMeans
from wishes.models import Wish, WishClaim
from wishes.services import (
    accept_claim,
    decline_claim,
    decline_wish,
    enter_wish,
    fulfil_claim,
    propose_claim,
    publish_wish,
    revisit_wish,
    verify_wish,
    withdraw_wish,
)


@dataclass(frozen=True)
class _Said:
    """One wish: what hangs in public, and how far it has come."""

    title: str
    content: str
    category: str
    # Surname of the made-up wisher, and how they are called in public.
    surname: str
    called: str
    circumstances: str
    fate: str
    channel: str = "visit"


_WISHES = (
    _Said("想要一台收音机", "平时爱听越剧，旧收音机坏了。", "goods", "孙", "孙奶奶", "独居，行动不便",
          "closed"),
    _Said("帮忙换厨房的水龙头", "水龙头滴水，自己拧不动。", "repair", "周", "周大爷", "老伴卧床",
          "again"),
    _Said("想请人教视频通话", "儿子在外地，想学会用手机看看孙女。", "company", "李", "李阿姨",
          "子女在外地", "fulfilled", "grid"),
    _Said("需要一张学习书桌", "上初中了，一直在饭桌上写作业。", "study", "陈", "小陈同学",
          "单亲家庭，低保", "claimed-unit"),
    _Said("每月有人陪着去一次医院", "每月要去医院配药，上下车不方便。", "health", "吴", "吴大爷",
          "视力残疾", "claimed", "self"),
    _Said("想找一份家门口的钟点工", "孩子上学后上午有空，想就近做点活。", "job", "郑", "郑女士",
          "下岗，孩子上小学", "proposed", "phone"),
    _Said("楼道口装一个扶手", "三级台阶没有扶手，下雨天怕滑。", "repair", "钱", "钱奶奶",
          "股骨手术后", "open", "grid"),
    _Said("想要一套棋子和棋盘", "几位老伙计在凉亭下棋，缺一副好棋。", "culture", "冯", "冯大爷",
          "退休职工", "open"),
    _Said("周末有人辅导数学", "小学五年级，家里老人辅导不了。", "study", "韩", "小韩同学",
          "由祖父母照顾", "open", "self"),
    _Said("修一修阳台的纱窗", "纱窗破了几处，蚊子多。", "repair", "杨", "杨阿姨", "独居", "verified"),
    _Said("想要一辆助行车", "出门走不远，想要带座位的助行车。", "goods", "朱", "朱奶奶",
          "低保，关节病", "entered", "grid"),
    _Said("希望有人陪着聊聊天", "老伴走后一个人在家，想有人来坐坐。", "company", "许", "许大爷",
          "丧偶独居", "entered", "phone"),
    _Said("重新装修卫生间", "卫生间漏水，想全部重做。", "repair", "何", "何先生", "自有住房",
          "declined", "self"),
    _Said("想要一床厚棉被", "冬天冷，想要一床厚一点的被子。", "goods", "吕", "吕奶奶", "独居",
          "withdrawn"),
)  # fmt: skip

_FIRST = next(turn for turn, each in enumerate(_WISHES) if each.fate == "claimed")


def make_wishes(places: Places, staff: Staff) -> None:
    """Let the first community hear of wishes and live through them; others have some that hang out."""
    for number, community in enumerate(places.communities[:4]):
        said = _WISHES if number == 0 else _WISHES[6 + number : 8 + number]
        members = _with_account_first(staff.members.get(community.pk, []))
        unit = next(
            (
                each.organization
                for each in places.units
                if each.organization.area_id == community.pk
            ),
            None,
        )
        desk = _Desk(
            community,
            worker=actor_in(staff.workers[number]),
            secretary=actor_in(staff.secretaries[number]),
            contact=staff.workers[number].person.name,
            members=members,
            unit=unit,
        )
        for turn, each in enumerate(said):
            desk.live_through(each, turn)


def _with_account_first(members: list[PartyMember]) -> list[PartyMember]:
    """Whoever signs in as a member finds a wish in hand."""
    rows = Appointment.objects.filter(
        role=Role.MEMBER, person__in=[each.person_id for each in members]
    )
    posts = dict(rows.order_by("-pk").values_list("person", "pk"))
    return sorted(members, key=lambda each: posts.get(each.person_id, float("inf")))


@dataclass
class _Desk:
    """Where one community's wishes are heard and dealt with."""

    community: Area
    worker: Actor
    secretary: Actor
    contact: str
    members: list[PartyMember]
    unit: Organization | None

    def live_through(self, said: _Said, turn: int) -> None:
        """Enter a wish and take it as far as it has come."""
        wish = self._enter(said, turn)
        if said.fate == "entered":
            return
        if said.fate == "declined":
            decline_wish(wish, reason="金额较大，已转房屋维修基金渠道办理", by=self.secretary)
            return
        wish = verify_wish(
            wish,
            phoned_on=today() - timedelta(days=2),
            visited_on=today() - timedelta(days=1),
            agreed_to_show=True,
            verification="情况属实，本人同意公示。",
            by=self.worker,
        )
        if said.fate == "verified":
            return
        wish = publish_wish(wish, by=self.secretary)
        if said.fate == "withdrawn":
            withdraw_wish(wish, reason="子女已经买好", by=self.worker)
        elif said.fate != "open" and self.members:
            self._claim(wish, said.fate, turn)

    def _enter(self, said: _Said, turn: int) -> Wish:
        return enter_wish(
            community=self.community,
            wisher={
                # Made up: nobody is called so or lives there.
                "name": f"{said.surname}某某",
                "phone": f"1990007{self.community.pk % 10}{turn:03d}",
                "address": f"江南苑{turn + 1}幢1单元{turn + 2}02室",
                "circumstances": said.circumstances,
            },
            category=said.category,
            title=said.title,
            content=said.content,
            shown_name=said.called,
            contact=self.contact,
            contact_phone="0999-88000000",
            heard_on=today() - timedelta(days=4 + turn % 3),
            channel=said.channel,
            by=self.worker,
        )

    def _claim(self, wish: Wish, fate: str, turn: int) -> None:
        # The one that is in hand is the first member's.
        member = self.members[(turn - _FIRST) % len(self.members)]
        if fate == "claimed-unit" and self.unit is not None:
            claim = propose_claim(
                wish, unit=self.unit, channel="phone", note="工会可以出一张新书桌", by=self.worker
            )
        else:
            claim = propose_claim(
                wish, member=member, channel="wechat", note="这周末就可以上门", by=self.worker
            )
        if fate == "proposed":
            other = self.members[(turn - _FIRST + 1) % len(self.members)]
            if other != member:
                second = propose_claim(wish, member=other, channel="phone", by=self.worker)
                decline_claim(second, reason="已有邻近单位愿意提供岗位", by=self.secretary)
            return
        claim = accept_claim(claim, by=self.secretary)
        if fate in {"fulfilled", "closed", "again"}:
            self._fulfil(wish, claim, fate)

    def _fulfil(self, wish: Wish, claim: WishClaim, fate: str) -> None:
        done = "已送到家中，当面试用过。" if wish.category == "goods" else "已上门办好，本人确认。"
        fulfil_claim(claim, fulfilled_on=today(), result=done, channel="wechat", by=self.worker)
        if fate == "fulfilled":
            return
        if fate == "again":
            revisit_wish(
                wish,
                visited_on=today(),
                means=VisitMeans.PHONE,
                grade=Satisfaction.DISSATISFIED,
                words="换上以后还有一点滴水",
                by=self.worker,
            )
            fulfil_claim(
                claim,
                fulfilled_on=today(),
                result="又上门换了密封圈，不滴水了。",
                channel="phone",
                by=self.worker,
            )
        revisit_wish(
            wish,
            visited_on=today(),
            means=VisitMeans.HOME,
            grade=Satisfaction.SATISFIED,
            words="用得很好，谢谢大家",
            by=self.worker,
        )
