"""Addresses of ops."""

from django.urls import URLPattern, path

from partybuild.ops.views import audit

app_name = "ops"

urlpatterns: list[URLPattern] = [
    path("audit/", audit.audit_home, name="audit-home"),
    path("audit/verify/", audit.audit_verify, name="audit-verify"),
    path("events/", audit.event_list, name="event-list"),
    path("events/export/", audit.event_export, name="event-export"),
    path("events/<uuid:uid>/", audit.event_detail, name="event-detail"),
]
