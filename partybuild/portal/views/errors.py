"""Refusals in plain words: what happened and what would make it possible."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _


def _answer(request: HttpRequest, template: str, status: int, detail: str) -> HttpResponse:
    if request.path.startswith("/api/"):
        return JsonResponse({"detail": detail}, status=status)
    return render(
        request, template, {"request_id": getattr(request, "request_id", "")}, status=status
    )


def bad_request(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """400."""
    return _answer(request, "400.html", 400, _("请求格式不对。"))


def permission_denied(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """403: inside the scope without the right."""
    return _answer(request, "403.html", 403, _("当前岗位没有这项权限。"))


def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """404: no such thing, or outside the scope; the answer does not tell which."""
    return _answer(request, "404.html", 404, _("没有找到。"))


def server_error(request: HttpRequest) -> HttpResponse:
    """500: a fault of ours, with the number under which it is found."""
    return _answer(request, "500.html", 500, _("系统出错，请稍后再试。"))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose page is too old, or that came from elsewhere."""
    return _answer(request, "403_csrf.html", 403, _("页面已过期，请刷新后重试。"))
