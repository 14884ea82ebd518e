"""Tokens of the REST interface: issued, listed, taken back by the security administrator."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST

from partybuild.access import require
from partybuild.accounts.actors import actor_of
from partybuild.accounts.forms.tokens import COLUMN, OPERATIONS, TokenForm, TokenSearchForm
from partybuild.accounts.models import ApiToken, Appointment
from partybuild.accounts.services import issue_token, revoke_token
from partybuild.accounts.services.tokens import TOKEN_ROLES
from partybuild.accounts.step_up import require_step_up
from partybuild.calendar import today
from partybuild.fields.keyset import keyset_page
from partybuild.fields.refusals import put_on

# A chooser is searched, not scrolled.
MOST_FOUND = 30


class TokenListView(View):
    """Which tokens there are, for what, until when."""

    http_method_names = ("get", "head")

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show one page, the newest first."""
        by = actor_of(request)
        require(by, "token.revoke")
        rows = ApiToken.objects.visible_to(by.scope).select_related(
            "appointment__organization", "appointment__person"
        )
        page = keyset_page(rows, order=("-created", "-digest"), params=request.GET)
        return render(
            request,
            "accounts/token_list.html",
            {
                "page": page,
                "lines": [_line(token) for token in page.rows],
                "may_issue": by.scope.cell("token.issue").allows,
            },
        )


def _line(token: ApiToken) -> dict[str, Any]:
    words = dict(OPERATIONS)
    if token.revoked_at is not None:
        state = (_("已收回"), "plain")
    elif token.expiry is None or token.expiry < timezone.now():
        state = (_("已过期"), "plain")
    else:
        state = (_("有效"), "good")
    return {
        "token": token,
        "operations": "、".join(str(words.get(key, key)) for key in token.operations),
        "state": state,
        "is_open": state[1] == "good",
    }


def _appointments(request: HttpRequest) -> Any:
    by = actor_of(request)
    return (
        Appointment.objects.visible_to(by.scope)
        .current(today())
        .filter(role__in=TOKEN_ROLES, person__user__is_active=True)
        .select_related("organization", "person")
    )


class TokenIssueView(View):
    """First whose post, then what for; the token's text is on the answer to the form and nowhere else."""

    http_method_names = ("get", "head", "post")

    def get(self, request: HttpRequest) -> HttpResponse:
        """Search a post, or show the form for the one chosen."""
        require(actor_of(request), "token.issue")
        require_step_up(request)
        if request.GET.get("appointment"):
            appointment = _chosen(request, request.GET["appointment"])
            return self._form(request, appointment, TokenForm())
        form = TokenSearchForm(request.GET)
        found = None
        if form.is_valid() and form.cleaned_data["words"]:
            words = form.cleaned_data["words"]
            found = list(
                _appointments(request)
                .filter(
                    Q(organization__name__contains=words)
                    | Q(organization__short_name__contains=words)
                    | Q(person__name__contains=words)
                )
                .order_by("organization__sort", "organization_id", "sort", "id")[: MOST_FOUND + 1]
            )
        return render(
            request,
            "accounts/token_choose.html",
            {
                "form": form,
                "found": found[:MOST_FOUND] if found is not None else None,
                "has_more": found is not None and len(found) > MOST_FOUND,
                "most": MOST_FOUND,
            },
        )

    @sensitive_variables("text")
    def post(self, request: HttpRequest) -> HttpResponse:
        """Issue the token and show it this once."""
        by = actor_of(request)
        require(by, "token.issue")
        require_step_up(request)
        appointment = _chosen(request, request.POST.get("appointment", ""))
        form = TokenForm(request.POST)
        if form.is_valid():
            try:
                token, text = issue_token(appointment, by=by, column=COLUMN, **form.cleaned_data)
            except ValidationError as refused:
                put_on(form, refused)
            else:
                response = render(
                    request,
                    "accounts/token_issued.html",
                    {"token": token, "text": text, "appointment": appointment},
                )
                response["Cache-Control"] = "no-store"
                return response
        return self._form(request, appointment, form, status=422)

    @staticmethod
    def _form(
        request: HttpRequest, appointment: Appointment, form: TokenForm, status: int = 200
    ) -> HttpResponse:
        return render(
            request,
            "accounts/token_issue.html",
            {"form": form, "appointment": appointment},
            status=status,
        )


def _chosen(request: HttpRequest, text: str) -> Appointment:
    try:
        uid = uuid.UUID(text)
    except ValueError:
        raise Http404 from None
    found: Appointment = get_object_or_404(_appointments(request), uid=uid)
    return found


@never_cache
@require_POST
def token_revoke(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Take a token back."""
    by = actor_of(request)
    token = get_object_or_404(ApiToken.objects.visible_to(by.scope), uid=uid)
    require(by, "token.revoke", target=token)
    revoke_token(token, by=by)
    messages.success(request, _("令牌“%(name)s”已收回，下一次调用即失效。") % {"name": token.name})
    return redirect("accounts:token-list")
