"""What responsible units do on their resolutions, themselves or by proxy."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from meetings.exceptions import DateNotLater, ReasonIsMissing
from meetings.forms.resolutions import (
    AcceptForm,
    ExtendForm,
    ProxyWorkForm,
    WorkForm,
)
from meetings.models import ResolutionParty
from meetings.services import (
    accept_resolution,
    ask_extension,
    report_completion,
    report_progress,
    return_resolution,
)
from meetings.views.answering import form_page
from meetings.views.resolutions import find_party, resolution_page
from meetings.views.rights import speaks_for
from partybuild.access import Actor, require
from partybuild.accounts.actors import actor_of
from partybuild.fields.refusals import put_on


@require_POST
def resolution_work(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Accept, return, note progress or report completion, for one's own body."""
    by = actor_of(request)
    party = find_party(by, uid)
    require(by, "resolution.work")
    # Area posts work on what their own committee answers for; the rest is a proxy's.
    if party.organization_id != by.organization_id:
        require(by, "resolution.work_proxy", target=party)
        return redirect("meetings:resolution-proxy", party.uid)
    deed = request.POST.get("deed", "")
    name, form = work_form(deed, request.POST, request.FILES)
    if form.is_valid():
        if form.cleaned_data.get("files"):
            require(by, "attachment.add")
        try:
            said = do_work(party, deed, by=by, **form.cleaned_data)
        except ValidationError as refused:
            put_on(form, refused)
        else:
            messages.success(request, said)
            return redirect(party.resolution)
    return resolution_page(request, by, party.resolution, status=422, **{name: form})


def work_form(deed: str, data: Any, files: Any = None) -> tuple[str, Any]:
    """Return the form of a deed and its name on the pages."""
    if deed == "accept":
        return "accept_form", AcceptForm(data, auto_id="accept_%s")
    if deed == "extend":
        return "extend_form", ExtendForm(data, files, auto_id="extend_%s")
    return "work_form", WorkForm(data, files, auto_id="work_%s")


def do_work(
    party: ResolutionParty,
    deed: str,
    *,
    by: Actor,
    text: str = "",
    channel: str = "",
    due_on: date | None = None,
    files: Sequence[UploadedFile] = (),
    **more: str,
) -> str:
    """Do one of the five deeds of a responsible unit; returns what to say about it."""
    if deed == "accept":
        accept_resolution(party, by=by, channel=channel, **more)
        return _("已接件，请在期限前申报办结。")
    if deed == "return":
        return_resolution(party, reason=text, by=by, channel=channel, files=files)
        return _("已退回协商，召集单位会联系贵单位。")
    if deed == "extend":
        if due_on is None:
            raise DateNotLater(_("请填写申请延至哪一天。"))
        ask_extension(party, due_on=due_on, reason=text, by=by, channel=channel, files=files)
        return _("延期申请已提交，批准前仍按原期限办理。")
    if not text.strip():
        raise ReasonIsMissing(_("请写明办理情况。"))
    if deed == "report":
        report_completion(party, text=text, by=by, channel=channel, files=files)
        return _("已申报办结，等召集单位验收。")
    report_progress(party, text=text, by=by, channel=channel, files=files)
    return _("进展已记下。")


@require_http_methods(["GET", "POST"])
def resolution_proxy(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Enter what a unit said by telephone, chat or on paper."""
    by = actor_of(request)
    party = find_party(by, uid)
    if speaks_for(
        by, party.organization, "resolution.work", "resolution.work_proxy", party.resolution
    ):
        return redirect(party.resolution)
    form = ProxyWorkForm(
        request.POST or None, request.FILES or None, area=party.resolution.council.area
    )
    if form.is_valid():
        if form.cleaned_data["files"]:
            require(by, "attachment.add")
        try:
            do_work(party, request.POST.get("deed", ""), by=by, **form.cleaned_data)
        except ValidationError as refused:
            put_on(form, refused)
        else:
            messages.success(
                request, _("已代录%(unit)s的办理情况。") % {"unit": party.organization.called}
            )
            return redirect(party.resolution)
    return form_page(request, "meetings/resolution_proxy.html", form, {"party": party})
