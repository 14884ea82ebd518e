"""Addresses of dashboards and of the lists behind their figures."""

from django.urls import path

from partybuild.indicators.views import boards, lists

app_name = "indicators"
urlpatterns = [
    path("", boards.DashboardView.as_view(), name="dashboard"),
    path(
        "<str:key>/<uuid:place>/<str:period>/",
        lists.FigureListView.as_view(),
        name="figure-list",
    ),
]
