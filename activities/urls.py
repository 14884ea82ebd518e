"""Addresses of activities."""

from django.urls import path

from activities.views import activities, attendance, check_in, evaluations, sign_ups

app_name = "activities"
urlpatterns = [
    path("", activities.activity_list, name="activity-list"),
    path("new/", activities.activity_create, name="activity-create"),
    path("<uuid:uid>/", activities.activity_detail, name="activity-detail"),
    path("<uuid:uid>/change/", activities.activity_change, name="activity-change"),
    path("<uuid:uid>/publish/", activities.activity_publish, name="activity-publish"),
    path("<uuid:uid>/cancel/", activities.activity_cancel, name="activity-cancel"),
    path("<uuid:uid>/places/", activities.activity_places, name="activity-places"),
    path("<uuid:uid>/helpers/", activities.activity_helpers, name="activity-helpers"),
    path("<uuid:uid>/submit/", activities.activity_submit, name="activity-submit"),
    path("<uuid:uid>/return/", activities.activity_return, name="activity-return"),
    path("<uuid:uid>/code/", check_in.code_screen, name="code-screen"),
    path("<uuid:uid>/code/now/", check_in.code_now, name="code-now"),
    path("<uuid:uid>/check-in/", check_in.check_in_own, name="check-in"),
    path("<uuid:uid>/check-in/kept/", check_in.check_in_kept, name="check-in-kept"),
    path("<uuid:uid>/check-in/<str:token>/", check_in.check_in_scan, name="check-in-scan"),
    path("offline/", check_in.check_in_offline, name="check-in-offline"),
    path("worker.js", check_in.check_in_worker, name="check-in-worker"),
    path("<uuid:uid>/attendance/", attendance.attendance_edit, name="attendance-edit"),
    path("<uuid:uid>/services/", attendance.services_enter, name="services-enter"),
    path("<uuid:uid>/hold/", attendance.activity_hold, name="activity-hold"),
    path("<uuid:uid>/contributions/", attendance.contribution_enter, name="contribution-enter"),
    path(
        "contributions/<uuid:uid>/withdraw/",
        attendance.contribution_withdraw,
        name="contribution-withdraw",
    ),
    path("<uuid:uid>/evaluation/", evaluations.evaluation_detail, name="evaluation"),
    path("<uuid:uid>/evaluation/open/", evaluations.evaluation_open, name="evaluation-open"),
    path("<uuid:uid>/evaluation/close/", evaluations.evaluation_close, name="evaluation-close"),
    path("<uuid:uid>/evaluation/asked/", evaluations.evaluation_asked, name="evaluation-asked"),
    path("<uuid:uid>/evaluation/paper/", evaluations.evaluation_paper, name="evaluation-paper"),
    path("<uuid:uid>/activity.ics", activities.activity_calendar, name="activity-calendar"),
    path("<uuid:uid>/sign-up/", sign_ups.sign_up_own, name="sign-up"),
    path("<uuid:uid>/withdraw/", sign_ups.withdraw_own, name="withdraw"),
    path("<uuid:uid>/proxy/", sign_ups.sign_up_proxy, name="sign-up-proxy"),
    path("sign-ups/<uuid:uid>/withdraw/", sign_ups.withdraw_proxy, name="withdraw-proxy"),
]
