"""Addresses of approvals."""

from django.urls import path

from partybuild.approvals.views import approvals

app_name = "approvals"
urlpatterns = [
    path("", approvals.ApprovalListView.as_view(), name="approval-list"),
    path("<uuid:uid>/", approvals.ApprovalDetailView.as_view(), name="approval-detail"),
    path("<uuid:uid>/decide/", approvals.approval_decide, name="approval-decide"),
    path("<uuid:uid>/withdraw/", approvals.approval_withdraw, name="approval-withdraw"),
]
