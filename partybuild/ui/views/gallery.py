"""The gallery: every component in every state, in development only."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_http_methods

from partybuild.access.rotating import drawing_of
from partybuild.calendar import now
from partybuild.ui.components.library import COMPONENTS
from partybuild.ui.forms.samples import SampleFilters, SampleForm
from partybuild.ui.htmx import announce, wants_fragment

LONG = (
    "江湾区望江街道和平社区区域化党建联席会议成员单位中国某某建设集团有限公司华东区域分公司"
    "第三工程管理部机关第二联合党支部委员会"
)

WRONG = {"phone": "1380013800", "people": "-1"}


class SamplePage:
    """A keyset page as lists have it."""

    def __init__(self, newer: str, older: str) -> None:
        self.newer = newer
        self.older = older


class SignForm(forms.Form):
    """The smallest form that can be wrong."""

    name = forms.CharField(label=_lazy("姓名"), error_messages={"required": _lazy("请填写姓名。")})


@require_http_methods(["GET", "HEAD", "POST"])
def gallery(request: HttpRequest) -> HttpResponse:
    """Show every component; a POST shows what forms answer."""
    if "X-Autosave" in request.headers:
        return JsonResponse({"version": 2})
    if wants_fragment(request):
        return _fragment(request)
    form = SampleForm(request.POST or None, request.FILES or None)
    status = 200
    if request.method == "POST":
        if form.is_valid():
            messages.success(request, _("已保存：示例表单。"))
            return redirect("ui:gallery")
        status = 422
    return render(request, "ui/gallery.html", _samples(request, form), status=status)


def _fragment(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        form = SignForm(request.POST)
        status = 200 if form.is_valid() else 422
        response = render(
            request,
            "ui/gallery.html#hx_form",
            {"hx_form": form, "here": reverse("ui:gallery")},
            status=status,
        )
        return announce(response, _("已签到。")) if status == 200 else response
    if request.GET.get("part") == "live":
        return announce(HttpResponse(_("刚刚更新。")), _("签到名单已更新。"))
    if request.GET.get("state") == "open" and request.GET.get("q") == "403":
        raise PermissionDenied
    return render(request, "ui/gallery.html#filtered", {"filter_words": _filter_words(request)})


def _filter_words(request: HttpRequest) -> str:
    return "、".join(f"{name}={value}" for name, value in request.GET.items())


def _samples(request: HttpRequest, form: SampleForm) -> dict[str, Any]:
    today = now().date()
    return {
        "components": COMPONENTS,
        "form": form,
        "wrong": SampleForm(WRONG, auto_id="summary_%s"),
        "wrong_form": SampleForm(WRONG, auto_id="wrong_%s"),
        "single": SampleForm(auto_id="single_%s"),
        "sections": SampleForm(auto_id="sections_%s"),
        "none": [],
        "answered": SampleForm(
            {
                "theme": "2026年第一季度联席会议",
                "phone": "13800138000",
                "people": "12",
                "channel": "wechat",
                "topics": ["greening", "elders"],
                "on": "2026-03-12",
                "consent": "on",
            }
        ),
        "hx_form": SignForm(),
        "filter_words": _filter_words(request),
        "filter_form": SampleFilters(request.GET or None),
        "plain_filter_form": SampleFilters(request.GET or None, is_sentence=False),
        "here": reverse("ui:gallery"),
        "long": LONG,
        "today": today,
        "soon": today + timedelta(days=2),
        "later": today + timedelta(days=20),
        "past": today - timedelta(days=9),
        "moment": now(),
        "first_page": SamplePage("", "b2xkZXI"),
        "middle_page": SamplePage("bmV3ZXI", "b2xkZXI"),
        "only_page": SamplePage("", ""),
        "rows": _rows(),
        "steps": _steps(),
        "entries": _entries(),
        "chase": _(
            "【和平社区党委】请以下单位在3月10日前回执第一季度联席会议：江湾区图书馆、江湾供水公司。"
            "\n点此回执：https://example.org/l/abc"
        ),
        "drawing": drawing_of("https://example.org/l/abc"),
        "charts": _charts(),
    }


def _rows() -> list[dict[str, Any]]:
    return [
        {
            "uid": f"row-{number}",
            "name": name,
            "contact": contact,
            "members": members,
            "state": state,
            "tone": tone,
        }
        for number, (name, contact, members, state, tone) in enumerate(
            [
                ("江湾区图书馆", "周敏 138****8001", 23, _("已回执：参加"), "good"),
                ("江湾供水公司", "李志强 139****2210", 1204, _("未回执"), "warn"),
                ("江湾中学", "王芳 137****0932", 86, _("逾期未回执"), "bad"),
                (LONG, "欧阳建国 136****7719", 5, _("请假：区里同日有会"), "info"),
            ]
        )
    ]


def _steps() -> list[dict[str, str]]:
    return [
        {"label": _("征集议题"), "state": "done", "note": _("8个议题")},
        {"label": _("定会期"), "state": "done", "note": _("3月12日14:30")},
        {"label": _("发通知"), "state": "skipped", "note": _("电话通知，补录")},
        {"label": _("回执"), "state": "current", "note": _("8家中5家已回执")},
        {"label": _("开会签到"), "state": "todo", "note": ""},
        {"label": _("纪要"), "state": "todo", "note": ""},
    ]


def _entries() -> list[dict[str, Any]]:
    moment = now()
    return [
        {
            "at": moment,
            "text": _("改期"),
            "who": _("和平社区党委 书记"),
            "reason": _("会议室停电"),
            "changes": [(_("会期"), "2026年3月10日", "2026年3月12日")],
        },
        {
            "at": moment - timedelta(days=1),
            "text": _("发出通知，8家单位"),
            "who": _("和平社区党委 党务工作者"),
        },
        {"at": moment - timedelta(days=9), "text": LONG, "who": _("系统")},
    ]


def _charts() -> dict[str, dict[str, Any]]:
    communities = ["和平社区", "新桥社区", "湖畔社区", "望江社区", "滨河社区"]
    return {
        "bar": {
            "title": _("第一季度填报情况"),
            "type": "stacked",
            "unit": _("家"),
            "categories": communities,
            "series": [
                {
                    "name": _("按时"),
                    "values": [31, 28, 22, 40, 12],
                    "urls": ["#a"] * 5,
                    "tone": "good",
                },
                {"name": _("逾期补报"), "values": [3, 0, 6, 2, 1], "tone": "warn"},
                {"name": _("未报"), "values": [1, 2, 5, 0, 9], "tone": "bad"},
            ],
        },
        "line": {
            "title": _("报到党员"),
            "type": "line",
            "unit": _("人"),
            "categories": ["2025年第二季度", "2025年第三季度", "2025年第四季度", "2026年第一季度"],
            "series": [{"name": _("报到党员"), "values": [812, 960, 1102, 1433]}],
        },
        "empty": {
            "title": _("还没有开始的季度"),
            "type": "bar",
            "unit": _("家"),
            "categories": [],
            "series": [{"name": _("按时"), "values": []}],
        },
    }
