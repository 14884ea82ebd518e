"""Addresses of activities."""

from django.urls import path

from activities.views import activities, sign_ups

app_name = "activities"
urlpatterns = [
    path("", activities.activity_list, name="activity-list"),
    path("new/", activities.activity_create, name="activity-create"),
    path("<uuid:uid>/", activities.activity_detail, name="activity-detail"),
    path("<uuid:uid>/change/", activities.activity_change, name="activity-change"),
    path("<uuid:uid>/publish/", activities.activity_publish, name="activity-publish"),
    path("<uuid:uid>/cancel/", activities.activity_cancel, name="activity-cancel"),
    path("<uuid:uid>/places/", activities.activity_places, name="activity-places"),
    path("<uuid:uid>/activity.ics", activities.activity_calendar, name="activity-calendar"),
    path("<uuid:uid>/sign-up/", sign_ups.sign_up_own, name="sign-up"),
    path("<uuid:uid>/withdraw/", sign_ups.withdraw_own, name="withdraw"),
    path("<uuid:uid>/proxy/", sign_ups.sign_up_proxy, name="sign-up-proxy"),
    path("sign-ups/<uuid:uid>/withdraw/", sign_ups.withdraw_proxy, name="withdraw-proxy"),
]
