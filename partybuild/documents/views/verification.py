"""The page for everybody who holds a paper."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from partybuild.access import require
from partybuild.accounts.actors import actor_of, source_of
from partybuild.documents.forms import VerifyForm
from partybuild.documents.queries import verify

# A code has 31^12 values; this keeps a machine from trying many all the same.
MOST_PER_HOUR = 60


@login_not_required
@require_GET
def document_verify(request: HttpRequest) -> HttpResponse:
    """Tell whether a code belongs to a document in force, and to which."""
    require(actor_of(request), "document.verify")
    # Other parameters do nothing: only a code is a question.
    form = VerifyForm(request.GET if "code" in request.GET else None)
    found, asked, status = None, False, 200
    if form.is_valid():
        if _too_often(request):
            form.add_error(None, _("核验次数过多，请一小时后再试。"))
            status = 429
        else:
            asked = True
            found = verify(form.cleaned_data["code"])
    return render(
        request,
        "documents/verify.html",
        {"form": form, "found": found, "asked": asked},
        status=status,
    )


def _too_often(request: HttpRequest) -> bool:
    key = f"document-verify:{source_of(request)}"
    cache.add(key, 0, 3600)
    try:
        return int(cache.incr(key)) > MOST_PER_HOUR
    except ValueError:
        return False
