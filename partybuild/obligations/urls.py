"""Addresses of the ledger."""

from django.urls import path

from partybuild.obligations.views import obligations

app_name = "obligations"
urlpatterns = [
    path("", obligations.ObligationListView.as_view(), name="obligation-list"),
    path("chase/", obligations.obligation_chase, name="obligation-chase"),
    path("<uuid:uid>/", obligations.ObligationDetailView.as_view(), name="obligation-detail"),
    path("<uuid:uid>/exempt/", obligations.obligation_exempt, name="obligation-exempt"),
    path("<uuid:uid>/link/", obligations.obligation_link, name="obligation-link"),
]
