"""Addresses of figures."""

from django.urls import path

from partybuild.indicators.api import views

urlpatterns = [
    path("indicators/", views.IndicatorListView.as_view(), name="indicator-list"),
    path("figures/", views.FigureListView.as_view(), name="figure-list"),
]
