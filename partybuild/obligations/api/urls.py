"""Addresses of the ledger."""

from django.urls import path

from partybuild.obligations.api import views

urlpatterns = [
    path("obligations/", views.ObligationListView.as_view(), name="obligation-list"),
    path("obligations/<uuid:uid>/", views.ObligationView.as_view(), name="obligation-detail"),
]
