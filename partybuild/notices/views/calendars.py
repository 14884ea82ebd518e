"""The address to which a person's own calendar program subscribes."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from partybuild.access import Actor, require
from partybuild.accounts.actors import actor_of, actor_of_link, scopes_of_person
from partybuild.accounts.links import link_page, link_url, own_link
from partybuild.accounts.models import SignedLink
from partybuild.accounts.services import issue_link, revoke_links
from partybuild.notices.calendars import calendar_file, entries_of
from partybuild.people.models import Person

# A liaison who comes once a quarter still has it a year later.
DAYS = 400


@link_page("notice.inbox")
def calendar_feed(request: HttpRequest, link: SignedLink) -> HttpResponse:
    """The calendar itself: meetings and deadlines of the person's posts of today."""
    by = actor_of_link(link, request=request)
    require(by, "notice.inbox")
    if link.person_id is None or request.method == "POST":
        raise Http404
    entries = entries_of(scopes_of_person(link.person_id))
    response = HttpResponse(
        calendar_file(entries, name=_("区域化党建")), content_type="text/calendar; charset=utf-8"
    )
    response["Content-Disposition"] = 'attachment; filename="calendar.ics"'
    return response


@require_http_methods(["GET", "POST"])
def calendar_address(request: HttpRequest) -> HttpResponse:
    """Show one's own address, make one, take it back."""
    by = actor_of(request)
    require(by, "notice.inbox")
    person = get_object_or_404(Person.objects.visible_to(by.scope), pk=by.person_id)
    if request.method == "POST":
        if request.POST.get("do") == "stop":
            revoke_links(person, action="notice.inbox", by=by)
            messages.success(request, _("订阅地址已停用，日历程序下次更新时不再显示。"))
        elif request.POST.get("do") == "renew":
            _renew(person, by)
            messages.success(request, _("已换成新地址，原来的地址不再有效，请在日历程序里更换。"))
        else:
            issue_link(person, action="notice.inbox", days=DAYS, by=by, person=person)
        return redirect("notices:calendar")
    link = own_link(person, "notice.inbox")
    address = link_url(link) if link else ""
    return render(
        request,
        "notices/calendar.html",
        {
            "address": address,
            # A calendar program that knows the word asks at once whether to subscribe.
            "subscribe": f"webcal://{address.partition('://')[2]}" if address else "",
            "expires_at": link.expires_at if link else None,
        },
    )


@transaction.atomic
def _renew(person: Person, by: Actor) -> None:
    """Take the old address back and make another: whoever was given the old one sees nothing more."""
    revoke_links(person, action="notice.inbox", by=by)
    issue_link(person, action="notice.inbox", days=DAYS, by=by, person=person)
