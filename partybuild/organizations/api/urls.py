"""Addresses of bodies."""

from django.urls import path

from partybuild.organizations.api import views

urlpatterns = [
    path("organizations/", views.OrganizationListView.as_view(), name="organization-list"),
    path("organizations/<uuid:uid>/", views.OrganizationView.as_view(), name="organization-detail"),
]
