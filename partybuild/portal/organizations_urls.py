"""Addresses of Party organizations."""

from django.urls import path

from partybuild.portal.views import organizations

app_name = "organizations"
urlpatterns = [
    path("", organizations.organization_list, name="organization-list"),
    path("new/", organizations.organization_create, name="organization-create"),
    path("<uuid:uid>/", organizations.organization_detail, name="organization-detail"),
    path("<uuid:uid>/edit/", organizations.organization_change, name="organization-change"),
]
