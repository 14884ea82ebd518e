"""Addresses of units."""

from django.urls import path

from units.api import views

urlpatterns = [
    path("units/", views.UnitListView.as_view(), name="unit-list"),
    path("units/<uuid:uid>/", views.UnitView.as_view(), name="unit-detail"),
    path("report-forms/", views.ReportFormListView.as_view(), name="report-form-list"),
    path("report-forms/<uuid:uid>/", views.ReportFormView.as_view(), name="report-form-detail"),
    path("reports/", views.ReportListView.as_view(), name="report-list"),
    path("reports/<uuid:uid>/", views.ReportView.as_view(), name="report-detail"),
]
