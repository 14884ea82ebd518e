"""Addresses of ops."""

from django.urls import URLPattern, path

from partybuild.ops.views import audit, security, system

app_name = "ops"

urlpatterns: list[URLPattern] = [
    path("", system.system_home, name="system-home"),
    path("health/", system.health, name="health"),
    path("health/table/", system.health_table, name="health-table"),
    path("parked/", system.parked_list, name="parked-list"),
    path("parked/retry/", system.parked_retry, name="parked-retry"),
    path("channels/", system.channel_list, name="channel-list"),
    path("channels/test/", system.channel_test, name="channel-test"),
    path("channels/pause/", system.channel_pause, name="channel-pause"),
    path("channels/resume/", system.channel_resume, name="channel-resume"),
    path("security/", security.security_home, name="security-home"),
    path("audit/", audit.audit_home, name="audit-home"),
    path("audit/verify/", audit.audit_verify, name="audit-verify"),
    path("events/", audit.event_list, name="event-list"),
    path("events/export/", audit.event_export, name="event-export"),
    path("events/<uuid:uid>/", audit.event_detail, name="event-detail"),
]
