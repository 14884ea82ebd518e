"""What the community does with a wish: entering, checking, showing, dropping, asking again."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from members.views.members import uids_of
from partybuild.access import Actor, require
from partybuild.accounts.actors import actor_of
from partybuild.calendar import today
from partybuild.evaluations.enums import Satisfaction
from partybuild.fields.refusals import goes_through, put_on
from partybuild.organizations.models import Organization
from wishes.enums import WishState
from wishes.forms.wishes import (
    DeclineWishForm,
    NewWishForm,
    RevisitForm,
    VerifyForm,
    WisherForm,
    WishForm,
    WithdrawWishForm,
    wish_initial,
    wisher_initial,
)
from wishes.models import Wish
from wishes.services import (
    change_wish,
    change_wisher,
    decline_wish,
    enter_wish,
    publish_wish,
    publish_wishes,
    revisit_wish,
    show_wisher,
    verify_wish,
    withdraw_wish,
)
from wishes.views.wishes import community_of_post, find_wish, wish_page


def _phone_of(by: Actor) -> str:
    body = Organization.objects.visible_to(by.scope).filter(pk=by.organization_id).first()
    return body.contact_phone if body is not None else ""


@require_http_methods(["GET", "POST"])
def wish_create(request: HttpRequest) -> HttpResponse:
    """Enter a wish that was heard; nothing of it is shown yet."""
    by = actor_of(request)
    require(by, "wish.change")
    community = community_of_post(by)
    if community is None:
        raise Http404
    initial = {"heard_on": today(), "contact": by.name, "contact_phone": _phone_of(by)}
    form = NewWishForm(request.POST or None, by=by, community=community, initial=initial)
    if form.is_valid():
        try:
            wish = enter_wish(community=community, wisher=form.of_wisher(), by=by, **form.of_wish())
        except ValidationError as refused:
            put_on(form, refused)
        else:
            messages.success(request, _("已登记。请电话核实、上门核实后再公示。"))
            return redirect(wish)
    return render(
        request,
        "wishes/wish_form.html",
        {"form": form, "community": community},
        status=422 if form.is_bound else 200,
    )


@require_http_methods(["GET", "POST"])
def wish_change(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Correct the words of a wish that nobody has in hand yet."""
    by = actor_of(request)
    wish = find_wish(by, uid)
    require(by, "wish.change", wish)
    form = WishForm(
        request.POST or None, by=by, community=wish.community, initial=wish_initial(wish)
    )
    if goes_through(form, change_wish, wish, by=by):
        messages.success(request, _("已保存。"))
        return redirect(wish)
    return render(
        request,
        "wishes/wish_form.html",
        {"form": form, "community": wish.community, "wish": wish},
        status=422 if form.is_bound else 200,
    )


@require_POST
def wisher_show(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Show who made a wish, this once; who looked is written down."""
    by = actor_of(request)
    wish = find_wish(by, uid)
    require(by, "wish.wisher", wish)
    wisher = show_wisher(wish, by=by)
    form = WisherForm(initial=wisher_initial(wisher), auto_id="wisher_%s")
    return wish_page(request, by, wish, wisher=wisher, wisher_form=form)


@require_POST
def wisher_change(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Correct what is kept about whoever made a wish."""
    by = actor_of(request)
    wish = find_wish(by, uid)
    require(by, "wish.wisher", wish)
    form = WisherForm(request.POST, auto_id="wisher_%s")
    if goes_through(form, change_wisher, wish, by=by):
        messages.success(request, _("已更正许愿人信息。"))
        return redirect(wish)
    return wish_page(request, by, wish, wisher_form=form)


@require_POST
def wish_verify(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Note the call and the visit, and that the wisher agreed to be shown."""
    by = actor_of(request)
    wish = find_wish(by, uid)
    require(by, "wish.change", wish)
    form = VerifyForm(request.POST, auto_id="verify_%s")
    if goes_through(form, verify_wish, wish, by=by):
        messages.success(request, _("已登记核实。按“公示”后，党员和单位才看得到。"))
        return redirect(wish)
    return wish_page(request, by, wish, verify_form=form)


@require_POST
def wish_publish(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Show a wish to members and units."""
    by = actor_of(request)
    wish = find_wish(by, uid)
    require(by, "wish.change", wish)
    try:
        publish_wish(wish, by=by)
    except ValidationError as refused:
        messages.warning(request, " ".join(refused.messages))
    else:
        messages.success(request, _("已公示，只显示称呼和心愿，等党员和单位认领。"))
    return redirect(wish)


@require_POST
def wishes_publish(request: HttpRequest) -> HttpResponse:
    """Show all that have been picked."""
    by = actor_of(request)
    require(by, "wish.change")
    picked = list(
        Wish.objects.reached(by.scope, "wish.change").filter(
            uid__in=uids_of(request.POST.getlist("selected")), state=WishState.VERIFIED
        )
    )
    if not picked:
        messages.warning(request, _("请先勾选待公示的微心愿。"))
        return redirect("wishes:wish-list")
    count = publish_wishes(picked, by=by)
    messages.success(request, _("已公示%(count)d条微心愿，等党员和单位认领。") % {"count": count})
    return redirect("wishes:wish-list")


@require_POST
def wish_decline(request: HttpRequest, uid: UUID) -> HttpResponse:
    """A wish cannot be taken up, for a reason."""
    by = actor_of(request)
    wish = find_wish(by, uid)
    require(by, "wish.change", wish)
    form = DeclineWishForm(request.POST, auto_id="decline_%s")
    if goes_through(form, decline_wish, wish, by=by):
        messages.success(request, _("已登记未通过和原因，请向许愿人说明。"))
        return redirect(wish)
    return wish_page(request, by, wish, decline_wish_form=form)


@require_POST
def wish_withdraw(request: HttpRequest, uid: UUID) -> HttpResponse:
    """A wish is taken back, for a reason that claimers read."""
    by = actor_of(request)
    wish = find_wish(by, uid)
    require(by, "wish.change", wish)
    form = WithdrawWishForm(request.POST, auto_id="withdraw_%s")
    if goes_through(form, withdraw_wish, wish, by=by):
        messages.success(request, _("已撤回；认领过的已收到原因和感谢。"))
        return redirect(wish)
    return wish_page(request, by, wish, withdraw_form=form)


@require_POST
def wish_revisit(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Note what the wisher said when asked again."""
    by = actor_of(request)
    wish = find_wish(by, uid)
    require(by, "wish.decide", wish)
    form = RevisitForm(request.POST, auto_id="revisit_%s")
    if goes_through(form, revisit_wish, wish, by=by):
        if form.cleaned_data["grade"] == Satisfaction.DISSATISFIED:
            messages.success(request, _("已登记回访，并请认领人继续兑现。"))
        else:
            messages.success(request, _("已登记回访，这条微心愿已办结。"))
        return redirect(wish)
    return wish_page(request, by, wish, revisit_form=form)
