"""Addresses of imports."""

from django.urls import path

from partybuild.exchange.views import imports, workbooks

app_name = "exchange"
urlpatterns = [
    path("", imports.import_list, name="import-list"),
    path("new/", imports.import_new, name="import-new"),
    path("new/<slug:key>/", imports.import_upload, name="import-upload"),
    path("template/<slug:key>/", workbooks.import_template, name="import-template"),
    path("<uuid:uid>/", imports.import_preview, name="import-preview"),
    path("<uuid:uid>/progress/", imports.import_progress, name="import-progress"),
    path("<uuid:uid>/apply/", imports.import_apply, name="import-apply"),
    path("<uuid:uid>/discard/", imports.import_discard, name="import-discard"),
    path("<uuid:uid>/result/", imports.import_result, name="import-result"),
    path("<uuid:uid>/undo/", imports.import_undo, name="import-undo"),
    path("<uuid:uid>/rows/", workbooks.import_rows, name="import-rows"),
]
