"""Addresses of notices."""

from django.urls import path

from partybuild.notices.views import calendars, inbox, log, outbox, robots, settings

app_name = "notices"
urlpatterns = [
    path("", inbox.NoticeListView.as_view(), name="notice-list"),
    path("read/", inbox.notice_read_all, name="notice-read-all"),
    path("calendar/", calendars.calendar_address, name="calendar"),
    path("settings/", settings.preferences, name="preferences"),
    path("settings/leave/", settings.delegation_create, name="delegation-create"),
    path("settings/leave/<uuid:uid>/end/", settings.delegation_end, name="delegation-end"),
    path("robots/", robots.robot_list, name="robot-list"),
    path("robots/new/", robots.robot_create, name="robot-create"),
    path("robots/<uuid:uid>/test/", robots.robot_test, name="robot-test"),
    path("robots/<uuid:uid>/end/", robots.robot_end, name="robot-end"),
    path("log/", log.NoticeLogView.as_view(), name="notice-log"),
    path("outbox/", outbox.OutboxView.as_view(), name="outbox"),
    path("outbox/<uuid:uid>/", outbox.outbox_settle, name="outbox-settle"),
    path("<uuid:uid>/", inbox.NoticeDetailView.as_view(), name="notice-detail"),
]
