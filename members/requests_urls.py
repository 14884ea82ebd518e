"""Addresses of requests for an opinion."""

from django.urls import path

from members.views import requests

urlpatterns = [
    path("", requests.request_list, name="request-list"),
    path("new/", requests.request_who, name="request-who"),
    path("new/<uuid:uid>/", requests.request_ask, name="request-ask"),
    path("<uuid:uid>/", requests.request_detail, name="request-detail"),
    path("<uuid:uid>/draft/", requests.request_draft, name="request-draft"),
    path("<uuid:uid>/answer/", requests.request_answer, name="request-answer"),
    path("<uuid:uid>/decline/", requests.request_decline, name="request-decline"),
    path("<uuid:uid>/withdraw/", requests.request_withdraw, name="request-withdraw"),
    path("<uuid:uid>/acknowledge/", requests.request_acknowledge, name="request-acknowledge"),
    path(
        "<uuid:uid>/acknowledge/proxy/",
        requests.request_acknowledge_proxy,
        name="request-acknowledge-proxy",
    ),
    path("<uuid:uid>/use/", requests.request_use, name="request-use"),
]
