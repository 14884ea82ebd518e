"""Addresses of members, service records, summaries and totals of feedback."""

from django.urls import path

from members.api import views

urlpatterns = [
    path("members/", views.MemberListView.as_view(), name="member-list"),
    path("members/<uuid:uid>/", views.MemberView.as_view(), name="member-detail"),
    path("service-records/", views.ServiceRecordListView.as_view(), name="service-record-list"),
    path(
        "service-records/<uuid:uid>/",
        views.ServiceRecordView.as_view(),
        name="service-record-detail",
    ),
    path("summaries/", views.SummaryListView.as_view(), name="summary-list"),
    path("summaries/<uuid:uid>/", views.SummaryView.as_view(), name="summary-detail"),
    path("feedback-totals/", views.FeedbackTotalsView.as_view(), name="feedback-totals"),
]
