"""Who may stand on the roster twice, within one's own sight."""

from __future__ import annotations

from collections import defaultdict

from django.db.models import Count, Q, Sum
from django.utils.translation import gettext as _

from members.enums import MemberState
from members.models import DoubleCase, Employment, PartyMember, ReportIn, ServiceRecord
from partybuild.access import Actor
from partybuild.calendar.words import hours_cn


def open_cases(by: Actor) -> list[DoubleCase]:
    """Return the cases that this post can settle."""
    rows = (
        DoubleCase.objects.reached(by.scope, "member.merge")
        .open()
        .select_related("member__person", "double__person", "organization")
    )
    return list(rows.order_by("opened_at", "id")[:200])


def suspects(by: Actor, *, most: int = 50) -> list[tuple[PartyMember, PartyMember]]:
    """Return pairs of members in sight with the same phone, or the same name and birthday.

    Only rows that the post sees: what lies elsewhere is told by nothing here.
    """
    seen = PartyMember.objects.reached(by.scope, "member.merge").exclude(state=MemberState.ENDED)
    rows = list(
        seen.filter(~Q(person__phone_hash="") | Q(person__birth_date__isnull=False))
        .values_list("pk", "person__phone_hash", "person__name", "person__birth_date")
        .order_by("pk")
    )
    groups: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for pk, phone, name, born in rows:
        if phone:
            groups["phone", phone, name].append(pk)
        if born:
            groups["name", name, born].append(pk)
    pairs = sorted({(found[0], other) for found in groups.values() for other in found[1:]})
    known = set(
        DoubleCase.objects.filter(double__in={pair[1] for pair in pairs}).values_list(
            "member", "double"
        )
    )
    pairs = [pair for pair in pairs if pair not in known][:most]
    members = (
        PartyMember.objects.filter(pk__in={pk for pair in pairs for pk in pair})
        .select_related("person")
        .in_bulk()
    )
    return [(members[one], members[two]) for one, two in pairs]


def side_of(member: PartyMember, by: Actor) -> list[tuple[str, str]]:
    """Return what tells one of the two from the other: no numbers, only what settles the case."""
    work = Employment.objects.current().filter(member=member).select_related("unit").first()
    standing = ReportIn.objects.active().filter(member=member).select_related("community")
    services = (
        ServiceRecord.objects.certified()
        .filter(member=member)
        .aggregate(count=Count("pk"), hours=Sum("hours"))
    )
    lines = [
        (_("姓名"), member.person.name),
        (_("性别"), str(member.person.get_gender_display())),
        (_("状态"), str(member.get_state_display())),
        (
            _("工作单位"),
            f"{work.unit.called}（{work.get_state_display()}）" if work else _("没有登记"),
        ),
        (
            _("报到社区"),
            "、".join(f"{each.community.name}（{each.get_state_display()}）" for each in standing)
            or _("没有报到"),
        ),
        (
            _("已认证服务"),
            _("%(count)d人次，%(hours)s")
            % {"count": services["count"], "hours": hours_cn(services["hours"] or 0)},
        ),
    ]
    seen = PartyMember.objects.visible_to(by.scope).filter(pk=member.pk).exists()
    return [*lines, (_("电话"), member.person.masked_phone)] if seen else lines
