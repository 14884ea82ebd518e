"""Addresses of notices."""

from django.urls import path

from partybuild.notices.views import calendars, inbox, log, outbox

app_name = "notices"
urlpatterns = [
    path("", inbox.NoticeListView.as_view(), name="notice-list"),
    path("read/", inbox.notice_read_all, name="notice-read-all"),
    path("calendar/", calendars.calendar_address, name="calendar"),
    path("log/", log.NoticeLogView.as_view(), name="notice-log"),
    path("outbox/", outbox.OutboxView.as_view(), name="outbox"),
    path("outbox/<uuid:uid>/", outbox.outbox_settle, name="outbox-settle"),
    path("<uuid:uid>/", inbox.NoticeDetailView.as_view(), name="notice-detail"),
]
