"""Addresses of units and their reports."""

from django.urls import path

from units.views import reports, units

app_name = "units"
urlpatterns = [
    path("", units.unit_list, name="unit-list"),
    path("new/", units.unit_create, name="unit-create"),
    path("reports/", reports.report_list, name="report-list"),
    path("reports/fill/<str:period>/", reports.report_form, name="report-form"),
    path("reports/fill/<str:period>/draft/", reports.report_draft, name="report-draft"),
    path("reports/<uuid:uid>/", reports.report_detail, name="report-detail"),
    path("reports/<uuid:uid>/receipt/", reports.report_receipt, name="report-receipt"),
    path("reports/<uuid:uid>/accept/", reports.report_accept, name="report-accept"),
    path("reports/<uuid:uid>/return/", reports.report_return, name="report-return"),
    path("<uuid:uid>/", units.unit_detail, name="unit-detail"),
    path("<uuid:uid>/edit/", units.unit_change, name="unit-change"),
    path("<uuid:uid>/contacts/", units.unit_contacts, name="unit-contacts"),
    path("<uuid:uid>/end/", units.unit_end, name="unit-end"),
    path("<uuid:uid>/branches/new/", units.branch_tie, name="branch-tie"),
    path("branches/<uuid:uid>/end/", units.branch_untie, name="branch-untie"),
    path("<uuid:uid>/reports/<str:period>/", reports.report_proxy, name="report-proxy"),
]
