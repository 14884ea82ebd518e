"""One request, one post; one form, one effect."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from partybuild.accounts.actors import actor_in, actor_of, posts_of
from partybuild.accounts.models import FormNonce, User
from partybuild.accounts.step_up import StepUpNeeded

GetResponse = Callable[[HttpRequest], HttpResponse]
SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


class ActorMiddleware:
    """Make sure that no actor outlives its request; who is asking is looked up when first needed.

    What only another post of the same person may open says so, with one button to switch.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = None  # type: ignore[attr-defined]
        response = self.get_response(request)
        if (
            response.status_code in {403, 404}
            and request.method == "GET"
            and not request.path.startswith("/api/")
            and isinstance(getattr(request, "user", None), User)
        ):
            return self._by_another_post(request) or response
        return response

    def _by_another_post(self, request: HttpRequest) -> HttpResponse | None:
        match = request.resolver_match
        if match is None:
            return None
        mine = actor_of(request)
        for post in posts_of(request):
            if post.pk == mine.appointment_id:
                continue
            request.actor = actor_in(post, request=request)  # type: ignore[attr-defined]
            try:
                # Nothing of the try stays: no notice is marked as seen, no download written down.
                with transaction.atomic():
                    opens = match.func(request, *match.args, **match.kwargs).status_code == 200
                    transaction.set_rollback(True)
            except StepUpNeeded:
                # The right was asked first.
                opens = True
            except (Http404, PermissionDenied):
                opens = False
            finally:
                request.actor = mine  # type: ignore[attr-defined]
            if opens:
                context = {"wanted": post, "here": request.get_full_path()}
                answer = render(request, "accounts/post_needed.html", context, status=403)
                answer.opens_in_another_post = True  # type: ignore[attr-defined]
                return answer
        return None


class OnePostOneFormMiddleware:
    """Refuse kindly a form begun in another post, and answer a form sent twice with its first result."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method in SAFE or request.path.startswith("/api/"):
            return self.get_response(request)
        # The first one is the form's own, at its head: a field of the form may be called post too (职务).
        post = next(iter(request.POST.getlist("post")), "")
        if post and isinstance(request.user, User):
            actor = actor_of(request)
            if post != actor.appointment_uid:
                return render(
                    request,
                    "accounts/other_post.html",
                    {"wanted": post, "current": actor.post, "back": _came_from(request)},
                    status=409,
                )
        nonce = _nonce(request)
        if nonce is None:
            return self.get_response(request)
        return self._once(request, nonce)

    def _once(self, request: HttpRequest, nonce: uuid.UUID) -> HttpResponse:
        user_id = request.user.pk if request.user.is_authenticated else None
        # The primary key is the lock: of two sendings at once, one inserts and one does not.
        if not _claimed(nonce, user_id, request.path):
            first = FormNonce.objects.filter(nonce=nonce).first()
            return self._again(request, first, user_id)
        try:
            response = self.get_response(request)
        except BaseException:
            FormNonce.objects.filter(nonce=nonce).delete()
            raise
        if response.status_code in {301, 302, 303}:
            FormNonce.objects.filter(nonce=nonce).update(location=response["Location"][:2000])
        elif response.status_code >= 400:
            # Nothing happened: the same form may be sent again, corrected.
            FormNonce.objects.filter(nonce=nonce).delete()
        return response

    @staticmethod
    def _again(request: HttpRequest, first: FormNonce | None, user_id: int | None) -> HttpResponse:
        if first and first.user_id == user_id and first.location:
            messages.info(request, _("这份表单此前已提交成功，没有重复办理。"))
            return HttpResponseRedirect(first.location)
        return render(request, "accounts/form_sent.html", {"back": _came_from(request)}, status=409)


def _came_from(request: HttpRequest) -> str:
    """Return the page of ours that a form stood on; "" where the browser names none of ours."""
    page = request.headers.get("Referer", "")
    ours = url_has_allowed_host_and_scheme(
        page, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return page if ours else ""


def _nonce(request: HttpRequest) -> uuid.UUID | None:
    try:
        return uuid.UUID(request.POST.get("nonce", ""))
    except ValueError:
        return None


def _claimed(nonce: uuid.UUID, user_id: int | None, path: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO accounts_formnonce (nonce, user_id, path, location) "
            "VALUES (%s, %s, %s, '') ON CONFLICT DO NOTHING",
            [str(nonce), user_id, path[:500]],
        )
        return cursor.rowcount == 1
