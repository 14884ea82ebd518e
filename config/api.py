"""Every address of the REST interface; mounted at api/."""

from __future__ import annotations

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

from config.api_pages import SchemaView, documentation

RESOURCES = (
    "partybuild.areas.api.urls",
    "partybuild.organizations.api.urls",
    "units.api.urls",
    "members.api.urls",
    "wishes.api.urls",
    "activities.api.urls",
    "meetings.api.urls",
    "partybuild.obligations.api.urls",
    "partybuild.indicators.api.urls",
)

v1: list[URLPattern | URLResolver] = [
    path("", include(module))
    for module in RESOURCES
    # A floor that is not built yet has no folder.
    if find_spec(module.split(".")[0]) and find_spec(module.rsplit(".", 1)[0])
]

app_name = "api"
urlpatterns: list[URLPattern | URLResolver] = [
    path("v1/", include(v1)),
    path("schema/", SchemaView.as_view(), name="schema"),
    path("docs/", documentation, name="docs"),
]
