"""Addresses of joint meetings."""

from django.urls import path

from meetings.views import (
    calendars,
    councils,
    countersigning,
    links,  # noqa: F401  registers what signed links open
    meetings,
    minutes,
    minutes_editor,
    minutes_signing,
    presence,
    receipts,
    resolution_drafts,
    resolution_verdicts,
    resolution_work,
    resolutions,
    topics,
)

app_name = "meetings"
urlpatterns = [
    path("", meetings.meeting_list, name="meeting-list"),
    path("councils/", councils.council_list, name="council-list"),
    path("councils/new/", councils.council_create, name="council-create"),
    path("councils/<uuid:uid>/", councils.council_detail, name="council-detail"),
    path("councils/<uuid:uid>/change/", councils.council_change, name="council-change"),
    path("councils/<uuid:uid>/invite/", councils.council_invite, name="council-invite"),
    path("councils/<uuid:uid>/plan/", meetings.meeting_plan, name="meeting-plan"),
    path("councils/<uuid:uid>/enter/", meetings.meeting_enter, name="meeting-enter"),
    path("councils/<uuid:uid>/topics/new/", topics.topic_create, name="topic-create"),
    path("councils/<uuid:uid>/topics/call/", topics.topic_call, name="topic-call"),
    path("members/<uuid:uid>/answer/", councils.member_answer, name="member-answer"),
    path("members/<uuid:uid>/change/", councils.member_change, name="member-change"),
    path("members/<uuid:uid>/end/", councils.member_end, name="member-end"),
    path("topics/", topics.topic_list, name="topic-list"),
    path("topics/<uuid:uid>/", topics.topic_detail, name="topic-detail"),
    path("topics/<uuid:uid>/submit/", topics.topic_submit, name="topic-submit"),
    path("topics/<uuid:uid>/decide/", topics.topic_decide, name="topic-decide"),
    path("topics/<uuid:uid>/carry/", topics.topic_carry, name="topic-carry"),
    path("resolutions/", resolutions.resolution_list, name="resolution-list"),
    path("resolutions/<uuid:uid>/", resolutions.resolution_detail, name="resolution-detail"),
    path(
        "resolutions/<uuid:uid>/change/",
        resolution_drafts.resolution_change,
        name="resolution-change",
    ),
    path(
        "resolutions/<uuid:uid>/assign/",
        resolution_drafts.resolution_assign,
        name="resolution-assign",
    ),
    path(
        "resolutions/<uuid:uid>/close/",
        resolution_verdicts.resolution_close,
        name="resolution-close",
    ),
    path(
        "resolutions/<uuid:uid>/refuse/",
        resolution_verdicts.resolution_refuse,
        name="resolution-refuse",
    ),
    path(
        "resolutions/<uuid:uid>/stop/", resolution_verdicts.resolution_stop, name="resolution-stop"
    ),
    path("parties/<uuid:uid>/work/", resolution_work.resolution_work, name="resolution-work"),
    path("parties/<uuid:uid>/proxy/", resolution_work.resolution_proxy, name="resolution-proxy"),
    path("receipts/<uuid:uid>/proxy/", receipts.receipt_proxy, name="receipt-proxy"),
    path("<uuid:uid>/", meetings.meeting_detail, name="meeting-detail"),
    path("<uuid:uid>/change/", meetings.meeting_change, name="meeting-change"),
    path("<uuid:uid>/notify/", meetings.meeting_notify, name="meeting-notify"),
    path("<uuid:uid>/take-back/", meetings.meeting_take_back, name="meeting-take-back"),
    path("<uuid:uid>/postpone/", meetings.meeting_postpone, name="meeting-postpone"),
    path("<uuid:uid>/cancel/", meetings.meeting_cancel, name="meeting-cancel"),
    path("<uuid:uid>/archive/", meetings.meeting_archive, name="meeting-archive"),
    path("<uuid:uid>/answer/", receipts.receipt_answer, name="receipt-answer"),
    path("<uuid:uid>/presence/", presence.presence_edit, name="presence-edit"),
    path("<uuid:uid>/meeting.ics", calendars.meeting_calendar, name="meeting-calendar"),
    path("<uuid:uid>/sheet/", presence.attendance_sheet, name="attendance-sheet"),
    path("<uuid:uid>/minutes/", minutes.minutes_detail, name="minutes-detail"),
    path("<uuid:uid>/minutes/edit/", minutes_editor.minutes_edit, name="minutes-edit"),
    path("<uuid:uid>/minutes/save/", minutes_editor.minutes_autosave, name="minutes-autosave"),
    path("<uuid:uid>/minutes/open/", minutes_editor.minutes_open, name="minutes-open"),
    path("<uuid:uid>/minutes/merge/", minutes_editor.minutes_merge, name="minutes-merge"),
    path("<uuid:uid>/minutes/resolve/", minutes_editor.minutes_resolve, name="minutes-resolve"),
    path(
        "<uuid:uid>/minutes/circulate/",
        minutes_signing.minutes_circulate,
        name="minutes-circulate",
    ),
    path(
        "circulations/<uuid:uid>/", countersigning.minutes_countersign, name="minutes-countersign"
    ),
    path("circulations/<uuid:uid>/recall/", countersigning.minutes_recall, name="minutes-recall"),
    path(
        "countersignatures/<uuid:uid>/proxy/",
        countersigning.minutes_countersign_proxy,
        name="minutes-countersign-proxy",
    ),
    path("<uuid:uid>/minutes/reopen/", minutes.minutes_reopen, name="minutes-reopen"),
    path("<uuid:uid>/minutes/issue/", minutes_signing.minutes_issue, name="minutes-issue"),
    path(
        "<uuid:uid>/resolutions/new/", resolution_drafts.resolution_create, name="resolution-create"
    ),
    path("<uuid:uid>/resolutions/assign/", resolution_drafts.meeting_assign, name="meeting-assign"),
]
