"""Addresses of areas."""

from django.urls import path

from partybuild.areas.api import views

urlpatterns = [
    path("areas/", views.AreaListView.as_view(), name="area-list"),
    path("areas/<uuid:uid>/", views.AreaView.as_view(), name="area-detail"),
]
