"""Addresses of members, their posts and service, summaries and totals of feedback."""

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
    path(
        "service-statistics/",
        views.ServiceStatisticsView.as_view(),
        name="service-statistics",
    ),
    path("service-posts/", views.ServicePostListView.as_view(), name="service-post-list"),
    path("service-posts/<uuid:uid>/", views.ServicePostView.as_view(), name="service-post-detail"),
    path("teams/", views.TeamListView.as_view(), name="team-list"),
    path("teams/<uuid:uid>/", views.TeamView.as_view(), name="team-detail"),
    path(
        "service-certificates/",
        views.ServiceCertificateListView.as_view(),
        name="service-certificate-list",
    ),
    path(
        "service-certificates/<uuid:uid>/",
        views.ServiceCertificateView.as_view(),
        name="service-certificate-detail",
    ),
    path("summaries/", views.SummaryListView.as_view(), name="summary-list"),
    path("summaries/<uuid:uid>/", views.SummaryView.as_view(), name="summary-detail"),
    path("feedback-totals/", views.FeedbackTotalsView.as_view(), name="feedback-totals"),
]
