"""Refusals in plain words: what happened and what would make it possible."""

from __future__ import annotations

import sys
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _

from partybuild.notices.faults import is_database_away, is_disk_full

# How addresses of pages are named: one record, one list.
_PAGES = ("-detail", "-list")


def _answer(
    request: HttpRequest, template: str, status: int, detail: str, **more: str
) -> HttpResponse:
    if request.path.startswith("/api/"):
        return JsonResponse({"detail": detail}, status=status)
    context = {"request_id": getattr(request, "request_id", ""), **more}
    return render(request, template, context, status=status)


def _page_above(path: str) -> str:
    """Return the nearest page above an address: the record whose button it is, or its list; else ""."""
    parts = path.strip("/").split("/")
    for end in range(len(parts) - 1, 0, -1):
        above = f"/{'/'.join(parts[:end])}/"
        try:
            name = resolve(above).url_name or ""
        except Resolver404:
            continue
        if name.endswith(_PAGES):
            return above
    return ""


def bad_request(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """400."""
    return _answer(request, "400.html", 400, _("请求格式不对。"))


def permission_denied(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """403: inside the scope without the right."""
    return _answer(request, "403.html", 403, _("当前岗位没有这项权限。"))


def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """404: no such thing, or outside the scope; the answer does not tell which."""
    return _answer(request, "404.html", 404, _("没有找到。"))


def not_allowed(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """405: an address that takes forms only was opened as a page; what it allows stays said."""
    words = _("这个地址不能用这种方式访问。")
    answer = _answer(request, "405.html", 405, words, way_back=_page_above(request.path))
    answer["Allow"] = response.get("Allow", "")
    return answer


def server_error(request: HttpRequest) -> HttpResponse:
    """500: a fault of ours, with the number under which it is found; 503 while the database is away or a disk full."""
    fault = sys.exc_info()[1]
    if fault is not None and is_disk_full(fault):
        return _answer(request, "503_disk.html", 503, _("服务器存储空间不足，这次没有保存。"))
    if fault is not None and is_database_away(fault):
        words = _("系统正在维护或重启，请过一两分钟再试。")
        answer = _answer(request, "503.html", 503, words)
        answer["Retry-After"] = "60"
        return answer
    return _answer(request, "500.html", 500, _("系统出错，请稍后再试。"))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose page is too old, or that came from elsewhere."""
    return _answer(request, "403_csrf.html", 403, _("页面已过期，请刷新后重试。"))
