"""Addresses of everybody's own place."""

from django.urls import path

from partybuild.ui.views import mine

app_name = "my"
urlpatterns = [path("", mine.my_home, name="home")]
