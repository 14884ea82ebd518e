"""The box for complaints and suggestions."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.http import require_http_methods, require_POST

from partybuild.access import require
from partybuild.accounts.actors import actor_of, source_of
from partybuild.fields.keyset import keyset_page
from partybuild.portal.forms import AnswerForm, SuggestionForm
from partybuild.portal.models import Suggestion
from partybuild.portal.services import answer_suggestion, send_suggestion

# An office shares one address; a machine that fills the box does not stop at twenty.
_MOST_AN_HOUR = 20


@login_not_required
@require_http_methods(["GET", "POST"])
def suggestion_create(request: HttpRequest) -> HttpResponse:
    """Take a suggestion, from anybody."""
    by = actor_of(request)
    require(by, "suggestion.send")
    initial = {"page": request.GET.get("page", "")}
    form = SuggestionForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        if _is_too_much(request):
            form.add_error(None, _("提交过于频繁，请一小时后再试，或直接联系社区。"))
        else:
            send_suggestion(by=by, **form.cleaned_data)
            messages.success(request, _("已收到，谢谢。留有联系方式的，我们会答复您。"))
            return redirect("portal:suggestion-create")
    status = 422 if form.is_bound else 200
    return render(request, "portal/suggestion_form.html", {"form": form}, status=status)


def _is_too_much(request: HttpRequest) -> bool:
    key = f"suggestion:{source_of(request)}"
    cache.add(key, 0, 3600)
    return bool(cache.incr(key) > _MOST_AN_HOUR)


class SuggestionListView(View):
    """What people said, for those who answer."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show one page, the unanswered ones with a form."""
        by = actor_of(request)
        require(by, "suggestion.answer")
        rows = Suggestion.objects.visible_to(by.scope).select_related("person")
        page = keyset_page(rows, order=("-id",), params=request.GET, size=20)
        context = {"page": page, "form": AnswerForm()}
        return render(request, "portal/suggestion_list.html", context)


@require_POST
def suggestion_answer(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Answer one."""
    by = actor_of(request)
    suggestion = get_object_or_404(Suggestion.objects.visible_to(by.scope), uid=uid)
    require(by, "suggestion.answer", target=suggestion)
    form = AnswerForm(request.POST)
    if form.is_valid():
        try:
            answer_suggestion(suggestion, by=by, **form.cleaned_data)
        except ValidationError as refused:
            messages.error(request, refused.messages[0])
        else:
            messages.success(request, _("已答复。"))
    else:
        messages.error(request, _("没有答复：请填写答复内容。"))
    return redirect("portal:suggestion-list")
