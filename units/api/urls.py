"""Addresses of units."""

from django.urls import path

from units.api import views

urlpatterns = [
    path("units/", views.UnitListView.as_view(), name="unit-list"),
    path("units/<uuid:uid>/", views.UnitView.as_view(), name="unit-detail"),
]
