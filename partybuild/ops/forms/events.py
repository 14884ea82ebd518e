"""Which events a list shows."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.apps import apps
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from partybuild.audit.enums import Result
from partybuild.audit.models import Event
from partybuild.audit.queries.history import kinds_in_words
from partybuild.calendar import SHANGHAI, today
from partybuild.fields.models import Row

# What a list begins with: the whole log is years.
USUAL_DAYS = 30
_HEX = re.compile(r"[0-9a-f]{32}")


class EventFilterForm(forms.Form):
    """From when to when, what, who, on what, how it came out."""

    since = forms.DateField(label=_("开始日期"), required=False)
    until = forms.DateField(label=_("结束日期"), required=False)
    kind = forms.ChoiceField(label=_("操作"), required=False)
    who = forms.CharField(label=_("人员或岗位"), required=False, max_length=50)
    label = forms.ChoiceField(label=_("对象类型"), required=False)
    result = forms.ChoiceField(
        label=_("结果"), required=False, choices=(("", _("全部")), *Result.choices)
    )
    q = forms.CharField(label=_("对象名称或请求编号"), required=False, max_length=100)
    object = forms.UUIDField(required=False, widget=forms.HiddenInput)
    touches = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "filter_%s")
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", _("全部")), *kinds_in_words()]  # type: ignore[attr-defined]
        self.fields["label"].choices = [("", _("全部")), *_labels()]  # type: ignore[attr-defined]

    def found_in(self, rows: QuerySet[Event]) -> QuerySet[Event]:
        """Narrow events; a form that cannot be read finds nothing."""
        if not self.is_valid():
            return rows.none()
        given = self.cleaned_data
        rows = rows.filter(at__gte=_begin(self.first_day()))
        if given["until"]:
            rows = rows.filter(at__lt=_begin(given["until"] + timedelta(days=1)))
        for name, column in (
            ("kind", "kind"),
            ("label", "object_label"),
            ("result", "result"),
            ("object", "object_uid"),
        ):
            if given[name]:
                rows = rows.filter(**{column: given[name]})
        if given["who"]:
            rows = rows.filter(
                Q(actor_name__icontains=given["who"]) | Q(actor_post__icontains=given["who"])
            )
        if given["touches"]:
            rows = rows.exclude(about=[])
        text = given["q"].strip()
        if _HEX.fullmatch(text):
            return rows.filter(request_id=text)
        if text:
            rows = rows.filter(object_text__icontains=text)
        # Consequences stand on the page of what caused them, and in an object's own list.
        return rows if given["object"] or given["kind"] else rows.filter(is_follow_up=False)

    def first_day(self) -> Any:
        """Return the first day: as given, else a month ago; one object or one request is looked up in all time."""
        given = self.cleaned_data
        if given.get("since"):
            return given["since"]
        is_exact = given.get("object") or _HEX.fullmatch(given.get("q", "").strip())
        return today() - timedelta(days=3660 if is_exact else USUAL_DAYS)


def _begin(day: Any) -> datetime:
    return datetime.combine(day, time.min, tzinfo=SHANGHAI)


def _labels() -> list[tuple[str, str]]:
    return sorted(
        (
            (model._meta.label, str(model._meta.verbose_name))
            for model in apps.get_models()
            if issubclass(model, Row) and not str(model._meta.verbose_name).isascii()
        ),
        key=lambda pair: pair[1],
    )


class ExportForm(forms.Form):
    """Why the events are taken away, and as what."""

    reason = forms.CharField(
        label=_("导出理由"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("例如：季度审计、配合检查（注明文号）。理由会记入操作记录。"),
        error_messages={"required": _("请写明导出理由。")},
    )
    form = forms.ChoiceField(
        label=_("文件格式"),
        choices=(("xlsx", _("Excel 工作簿")), ("csv", _("CSV 文本"))),
        widget=forms.RadioSelect,
        initial="xlsx",
    )
