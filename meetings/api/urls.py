"""Addresses of joint meetings."""

from django.urls import path

from meetings.api import views

urlpatterns = [
    path("councils/", views.CouncilListView.as_view(), name="council-list"),
    path("councils/<uuid:uid>/", views.CouncilView.as_view(), name="council-detail"),
    path("topics/", views.TopicListView.as_view(), name="topic-list"),
    path("topics/<uuid:uid>/", views.TopicView.as_view(), name="topic-detail"),
    path("meetings/", views.MeetingListView.as_view(), name="meeting-list"),
    path("meetings/<uuid:uid>/", views.MeetingView.as_view(), name="meeting-detail"),
    path("resolutions/", views.ResolutionListView.as_view(), name="resolution-list"),
    path("resolutions/<uuid:uid>/", views.ResolutionView.as_view(), name="resolution-detail"),
]
