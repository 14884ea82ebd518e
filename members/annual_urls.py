"""Addresses of annual forms."""

from django.urls import path

from members.views import annual_forms

urlpatterns = [
    path("", annual_forms.annual_form_list, name="annual-form-list"),
    path("start/", annual_forms.annual_form_start, name="annual-form-start"),
    path("file/", annual_forms.annual_forms_file, name="annual-forms-file"),
    path("<uuid:uid>/", annual_forms.annual_form_detail, name="annual-form-detail"),
    path("<uuid:uid>/sign/", annual_forms.annual_form_sign, name="annual-form-sign"),
    path("<uuid:uid>/return/", annual_forms.annual_form_return, name="annual-form-return"),
    path("<uuid:uid>/withdraw/", annual_forms.annual_form_withdraw, name="annual-form-withdraw"),
]
