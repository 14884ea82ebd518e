"""Addresses of activities."""

from django.urls import path

from activities.api import views

urlpatterns = [
    path("activities/", views.ActivityListView.as_view(), name="activity-list"),
    path("activities/<uuid:uid>/", views.ActivityView.as_view(), name="activity-detail"),
]
