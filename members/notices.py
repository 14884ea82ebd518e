"""What posts put into calendars."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.conf import settings
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from members.models import PostClaim, ServicePost
from partybuild.access import Scope
from partybuild.notices.calendars import CalendarEntry, calendar_source, earliest


@calendar_source
def own_posts(scope: Scope) -> Iterable[CalendarEntry]:
    """When the posts begin and end that a member serves in, or in which a unit's people do.

    When exactly one serves in between is agreed in words: it stands in the text, not as hours.
    """
    if scope.is_area:
        return
    accepted = (
        PostClaim.objects.visible_to(scope)
        if scope.is_unit
        else PostClaim.objects.reached(scope, "service_post.claim")
    ).accepted()
    numbers = dict(
        accepted.order_by()
        .values_list("post")
        .annotate(number=Count("member", distinct=True))
        .values_list("post", "number")
    )
    since = earliest().date()
    rows = (
        ServicePost.objects.visible_to(scope)
        .filter(Q(starts_on__gte=since) | Q(ends_on__gte=since), pk__in=numbers)
        .select_related("community")
    )
    for post in rows:
        who = _("（本单位%d人）") % numbers[post.pk] if scope.is_unit else ""
        if post.ends_on == post.starts_on:
            yield _day(post, post.starts_on, _("岗位服务：%s") % post.title + who, "day")
            continue
        yield _day(post, post.starts_on, _("岗位服务开始：%s") % post.title + who, "start")
        if post.ends_on is not None:
            yield _day(post, post.ends_on, _("岗位服务到期：%s") % post.title + who, "end")


def _day(post: ServicePost, day: date, title: str, which: str) -> CalendarEntry:
    return CalendarEntry(
        uid=f"{post.uid}@post-{which}",
        title=title,
        starts=day,
        place=f"{post.community.name} {post.place}".strip(),
        text="；".join(filter(None, (post.times_words, post.schedule, post.content))),
        url=settings.BASE_URL + post.get_absolute_url(),
        sequence=post.version,
    )
