"""The settings area: places, parameters, words, working days."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_GET, require_http_methods

from partybuild.access import Actor, may, require
from partybuild.accounts.actors import actor_of
from partybuild.areas.dictionaries import DICTIONARIES
from partybuild.areas.models import Area, DictionaryEntry, Parameter
from partybuild.areas.parameters import PARAMETERS
from partybuild.areas.queries import dictionary, origins_of, parameters_of
from partybuild.areas.services import set_dictionary_entry, set_parameter
from partybuild.audit.queries import history_of
from partybuild.calendar import today
from partybuild.calendar.models import WorkingDay
from partybuild.fields.keyset import keyset_page
from partybuild.fields.refusals import put_on
from partybuild.portal.forms.settings import ParameterForm, WordForm

DICTIONARY_NAMES = {
    "council.kind": lazy("议事机构名称"),
    "unit.kind": lazy("单位性质"),
    "topic.category": lazy("议题类别"),
    "report_in.end_reason": lazy("注销报到原因"),
    "service.kind": lazy("服务类别"),
    "service_post.class": lazy("岗位类别"),
    "team.kind": lazy("志愿服务队类别"),
    "activity.kind": lazy("活动类别"),
    "activity.theme": lazy("活动主题"),
    "contribution.unit": lazy("投入的计量单位"),
    "feedback.use": lazy("反馈结果运用"),
    "wish.class": lazy("心愿类别"),
    "wish.source": lazy("微心愿征集方式"),
    "proxy.channel": lazy("代录方式"),
}


def _area(request: HttpRequest, by: Actor) -> Area:
    """Return the area whose settings are shown: the one asked for, else one's own, else the top."""
    rows = Area.objects.visible_to(by.scope)
    asked = request.GET.get("area", "")
    if asked:
        try:
            found = rows.filter(uid=UUID(asked)).first()
        except ValueError:
            found = None
        if found is None:
            raise Http404
        return found
    own = rows.filter(pk=by.scope.area_id).first() if by.scope.is_area else None
    area = own or rows.order_by("level", "path").first()
    if area is None:
        raise Http404
    return area


@require_GET
def area_list(request: HttpRequest) -> HttpResponse:
    """Show an area and what lies in it, one step at a time."""
    by = actor_of(request)
    require(by, "area.view")
    area = _area(request, by)
    rows = Area.objects.visible_to(by.scope)
    inside = rows.filter(parent=area).annotate(
        number=Count("children", filter=Q(children__valid_to=None))
    )
    page = keyset_page(inside, order=("sort", "code", "id"), params=request.GET)
    above = rows.above(area).exclude(pk=area.pk)
    return render(
        request,
        "areas/area_list.html",
        {
            "area": area,
            "above": above,
            "page": page,
            "rows": page.rows,
            "count": inside.count(),
            "may_import": may(by, "import.areas"),
            "history": [line.entry() for line in history_of(area, by.scope, limit=20)],
        },
    )


@require_GET
def parameter_list(request: HttpRequest) -> HttpResponse:
    """Show what holds in an area, and where each value comes from."""
    by = actor_of(request)
    require(by, "parameter.view")
    area = _area(request, by)
    values = parameters_of(area, tuple(PARAMETERS))
    origins = origins_of(area)
    rows = [
        {
            "key": key,
            "label": kind.label,
            "value": kind.say(values[key]),
            "origin": origins[key][0] if key in origins else "",
            "is_own": key in origins and origins[key][1] == area.pk,
        }
        for key, kind in PARAMETERS.items()
    ]
    return render(
        request,
        "areas/parameter_list.html",
        {
            "area": area,
            "rows": rows,
            "dictionaries": [
                {
                    "name": name,
                    "label": DICTIONARY_NAMES.get(name, name),
                    "words": "、".join(word for _code, word in dictionary(area, name)),
                }
                for name in DICTIONARIES
            ],
            "may_edit": may(by, "parameter.edit", area),
        },
    )


def _of(area: Area, name: str, *args: str) -> str:
    """Return the address of a page about this area: whoever set something for another stays with it."""
    return f"{reverse(name, args=args)}?area={area.uid}"


@require_http_methods(["GET", "POST"])
def parameter_change(request: HttpRequest, key: str) -> HttpResponse:
    """Set one parameter for an area and below."""
    by = actor_of(request)
    if key not in PARAMETERS:
        raise Http404
    area = _area(request, by)
    require(by, "parameter.edit", area)
    kind = PARAMETERS[key]
    value = parameters_of(area, (key,))[key]
    shown = " ".join(str(each) for each in value) if isinstance(value, list) else value
    form = ParameterForm(request.POST or None, kind=kind, initial={"value": shown})
    if form.is_valid():
        try:
            set_parameter(area, key=key, value=form.cleaned_data["value"], by=by)
        except ValidationError as refused:
            put_on(form, refused)
        else:
            messages.success(
                request, _("已修改，%(area)s及以下从现在起按新的规定。") % {"area": area.name}
            )
            return redirect(_of(area, "areas:parameter-list"))
    return render(
        request,
        "areas/parameter_change.html",
        {"area": area, "kind": kind, "form": form, "history": _history(area, key, by)},
        status=422 if form.is_bound else 200,
    )


def _history(area: Area, key: str, by: Actor) -> list[dict[str, Any]]:
    """Return what was set here before; what is inherited has its history where it was set."""
    own = Parameter.objects.visible_to(by.scope).filter(area=area, key=key).first()
    return [line.entry() for line in history_of(own, by.scope, limit=20)] if own else []


def _history_of_words(area: Area, name: str, by: Actor) -> list[dict[str, Any]]:
    """Return what was renamed, added or hidden here, all words of the list together."""
    own = list(DictionaryEntry.objects.visible_to(by.scope).filter(area=area, dictionary=name))
    if not own:
        return []
    lines = history_of(own[0], by.scope, limit=20, also=own[1:])
    return [line.entry() for line in lines]


@require_http_methods(["GET", "POST"])
def dictionary_change(request: HttpRequest, name: str) -> HttpResponse:
    """Rename, add or hide a word for an area and below."""
    by = actor_of(request)
    if name not in DICTIONARIES:
        raise Http404
    area = _area(request, by)
    require(by, "parameter.edit", area)
    words = dictionary(area, name)
    code = request.POST.get("code", "")
    form = WordForm(request.POST or None)
    if form.is_valid():
        known = {each for each, _label in words}
        if code not in known:
            # A word of one's own: its code is never shown and never changes.
            code = f"own_{uuid4().hex[:12]}"
        try:
            set_dictionary_entry(area, dictionary=name, code=code, by=by, **form.cleaned_data)
        except ValidationError as refused:
            put_on(form, refused)
        else:
            messages.success(
                request, _("已保存，%(area)s及以下使用新的名称。") % {"area": area.name}
            )
            return redirect(_of(area, "areas:dictionary-change", name))
    return render(
        request,
        "areas/dictionary_change.html",
        {
            "area": area,
            "name": name,
            "label": DICTIONARY_NAMES.get(name, name),
            "words": words,
            "form": form,
            "history": _history_of_words(area, name, by),
        },
        status=422 if form.is_bound else 200,
    )


@require_GET
def working_day_list(request: HttpRequest) -> HttpResponse:
    """Show which days differ from their weekday this year and the next."""
    by = actor_of(request)
    require(by, "parameter.view")
    year = today().year
    days = WorkingDay.objects.visible_to(by.scope).filter(day__year__in=(year, year + 1))
    return render(request, "areas/working_day_list.html", {"days": days, "year": year})
