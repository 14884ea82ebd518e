"""Addresses of accounts, offices and one-time links."""

from django.urls import path

from partybuild.accounts.views import appointments, one_time, preview, users

urlpatterns = [
    path("accounts/", users.user_list, name="user-list"),
    path("accounts/new/", users.user_create, name="user-create"),
    path("accounts/invite/", users.users_invite, name="users-invite"),
    path("accounts/members/<uuid:uid>/invite/", users.member_invite, name="member-invite"),
    path("accounts/<uuid:uid>/", users.user_detail, name="user-detail"),
    path("accounts/<uuid:uid>/invite/", users.user_invite, name="user-invite"),
    path("accounts/<uuid:uid>/send/", users.user_send, name="user-send"),
    path("accounts/<uuid:uid>/disable/", users.user_disable, name="user-disable"),
    path("accounts/<uuid:uid>/contact/", users.user_change, name="user-change"),
    path("appointments/", appointments.appointment_list, name="appointment-list"),
    path("appointments/new/", appointments.appointment_create, name="appointment-create"),
    path("appointments/<uuid:uid>/", appointments.appointment_detail, name="appointment-detail"),
    path("appointments/<uuid:uid>/open/", appointments.appointment_open, name="appointment-open"),
    path("appointments/<uuid:uid>/end/", appointments.appointment_end, name="appointment-end"),
    path("appointments/<uuid:uid>/term/", appointments.appointment_renew, name="appointment-renew"),
    path(
        "appointments/<uuid:uid>/hand-over/",
        appointments.appointment_hand_over,
        name="appointment-hand-over",
    ),
    path(
        "appointments/<uuid:uid>/preview/",
        preview.appointment_preview,
        name="appointment-preview",
    ),
    path("enter/", one_time.way_in, name="way-in"),
    path("enter/<str:token>/", one_time.one_time_open, name="one-time-open"),
]
