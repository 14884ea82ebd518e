"""Addresses of exports."""

from django.urls import path

from partybuild.exchange.views import exports

app_name = "exports"
urlpatterns = [
    path("", exports.export_list, name="export-list"),
    path("new/<slug:key>/", exports.export_new, name="export-new"),
    path("<uuid:uid>/", exports.export_detail, name="export-detail"),
    path("<uuid:uid>/progress/", exports.export_progress, name="export-progress"),
    path("<uuid:uid>/file/", exports.export_download, name="export-download"),
]
