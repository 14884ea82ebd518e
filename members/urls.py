"""Addresses of members, report-ins, service records and summaries."""

from django.urls import path

from members.views import (
    corrections,
    doubles,
    erasures,
    me,
    members,
    report_ins,
    service,
    summaries,
)

app_name = "members"
urlpatterns = [
    path("", members.member_list, name="member-list"),
    path("new/", members.member_create, name="member-create"),
    path("call-list/", members.member_call_list, name="member-call-list"),
    path("me/", me.my_report_in, name="my-report-in"),
    path("me/report-in/", me.my_report_in_submit, name="my-report-in-submit"),
    path("me/data/", me.my_data, name="my-data"),
    path("me/<uuid:uid>/withdraw/", me.my_report_in_withdraw, name="my-report-in-withdraw"),
    path("desk/", report_ins.report_in_desk, name="report-in-desk"),
    path("report-ins/", report_ins.report_in_list, name="report-in-list"),
    path("report-ins/confirm/", report_ins.report_ins_confirm, name="report-ins-confirm"),
    path("report-ins/<uuid:uid>/", report_ins.report_in_detail, name="report-in-detail"),
    path("report-ins/<uuid:uid>/confirm/", report_ins.report_in_confirm, name="report-in-confirm"),
    path("report-ins/<uuid:uid>/return/", report_ins.report_in_return, name="report-in-return"),
    path("report-ins/<uuid:uid>/end/", report_ins.report_in_end, name="report-in-end"),
    path("employments/<uuid:uid>/confirm/", members.employment_confirm, name="employment-confirm"),
    path("employments/<uuid:uid>/refuse/", members.employment_refuse, name="employment-refuse"),
    path("services/", service.service_list, name="service-list"),
    path("services/new/", service.service_create, name="service-create"),
    path("services/<uuid:sheet>/", service.service_sheet, name="service-sheet"),
    path("services/<uuid:sheet>/certify/", service.service_certify, name="service-certify"),
    path("services/<uuid:sheet>/withdraw/", service.service_withdraw, name="service-withdraw"),
    path("services/records/<uuid:uid>/", corrections.service_correct, name="service-correct"),
    path("doubles/", doubles.double_list, name="double-list"),
    path("doubles/open/", doubles.double_open, name="double-open"),
    path("doubles/<uuid:uid>/", doubles.double_detail, name="double-detail"),
    path("summaries/", summaries.summary_list, name="summary-list"),
    path("summaries/sign/<str:period>/", summaries.summary_sign, name="summary-sign"),
    path(
        "summaries/sign/<str:period>/<uuid:uid>/",
        summaries.summary_preview,
        name="summary-preview",
    ),
    path("summaries/<uuid:uid>/", summaries.summary_detail, name="summary-detail"),
    path(
        "summaries/<uuid:uid>/acknowledge/",
        summaries.summary_acknowledge,
        name="summary-acknowledge",
    ),
    path(
        "summaries/<uuid:uid>/acknowledge/proxy/",
        summaries.summary_acknowledge_proxy,
        name="summary-acknowledge-proxy",
    ),
    path("<uuid:uid>/", members.member_detail, name="member-detail"),
    path("<uuid:uid>/edit/", members.member_change, name="member-change"),
    path("<uuid:uid>/erase/", erasures.member_erase, name="member-erase"),
    path("<uuid:uid>/end/", members.member_end, name="member-end"),
    path("<uuid:uid>/phone/", members.member_phone, name="member-phone"),
    path("<uuid:uid>/id-number/", members.member_id_number, name="member-id-number"),
]
