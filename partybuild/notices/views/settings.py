"""One's own settings: ways, quiet hours, leave."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from partybuild.access import Actor, may, require
from partybuild.accounts.actors import actor_of
from partybuild.accounts.models import Appointment
from partybuild.areas.queries import parameters_of
from partybuild.calendar import today
from partybuild.fields.refusals import put_on
from partybuild.notices.enums import MailWish
from partybuild.notices.forms import DelegationForm, PreferenceForm
from partybuild.notices.models import ChannelPreference, Delegation
from partybuild.notices.services.wishes import (
    day_words,
    delegate_notices,
    end_delegation,
    possible_delegates,
    set_preference,
)


def _post_of(by: Actor) -> Appointment:
    return get_object_or_404(
        Appointment.objects.visible_to(by.scope).select_related("person", "organization__area"),
        pk=by.appointment_id,
    )


@require_http_methods(["GET", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    """Show and keep by which ways one is told, and when not."""
    by = actor_of(request)
    require(by, "session.own")
    post = _post_of(by)
    found = ChannelPreference.objects.visible_to(by.scope).filter(person=post.person).first()
    initial = (
        {
            "mail": found.mail,
            "sms": found.sms,
            "quiet_from": "" if found.quiet_from is None else str(found.quiet_from),
            "quiet_to": "" if found.quiet_to is None else str(found.quiet_to),
        }
        if found is not None
        else None
    )
    area = post.organization.area if post.organization is not None else None
    place = parameters_of(area, ("quiet.from", "quiet.to", "digest.hour", "reminder.sms"))
    form = PreferenceForm(request.POST or None, initial=initial, place=place)
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data
        set_preference(
            post.person,
            mail=MailWish(chosen["mail"]),
            sms=chosen["sms"],
            quiet_from=chosen["quiet_from"],
            quiet_to=chosen["quiet_to"],
            by=by,
        )
        messages.success(request, _("已保存，从下一条通知起生效。"))
        return redirect("notices:preferences")
    leaves = Delegation.objects.visible_to(by.scope).select_related(
        "person", "delegate", "organization"
    )
    context = {
        "form": form,
        "mail": post.person.mail,
        "leaves": list(leaves.open(today()).order_by("starts_on")),
        "person": post.person,
        "may_delegate": may(by, "notice.delegate") and post.organization is not None,
    }
    return render(
        request, "notices/preferences.html", context, status=422 if form.is_bound else 200
    )


@require_http_methods(["GET", "POST"])
def delegation_create(request: HttpRequest) -> HttpResponse:
    """Say who is told during leave."""
    by = actor_of(request)
    require(by, "notice.delegate")
    post = _post_of(by)
    people = possible_delegates(post)
    form = DelegationForm(request.POST or None, people=people)
    if request.method == "POST" and form.is_valid():
        try:
            leave = delegate_notices(post, by=by, **form.cleaned_data)
        except ValidationError as refused:
            put_on(form, refused)
        else:
            messages.success(
                request,
                _("已安排。%(who)s会收到一条说明，%(day)s以后自动结束。")
                % {"who": leave.delegate.name, "day": day_words(leave.ends_on)},
            )
            return redirect("notices:preferences")
    context = {"form": form, "people": people, "body": post.organization}
    return render(
        request, "notices/delegation_form.html", context, status=422 if form.is_bound else 200
    )


@require_POST
def delegation_end(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Be back before the day."""
    by = actor_of(request)
    leave = get_object_or_404(
        Delegation.objects.visible_to(by.scope).filter(person=by.person_id), uid=uid
    )
    require(by, "notice.delegate", target=leave)
    if end_delegation(leave, by=by):
        messages.success(request, _("代收已结束，通知重新只发给您。"))
    else:
        messages.info(request, _("代收已经结束过了。"))
    return redirect("notices:preferences")
