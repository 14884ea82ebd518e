"""Addresses of the user interface."""

from django.conf import settings
from django.urls import path

from partybuild.ui.views import gallery, preferences

app_name = "ui"
urlpatterns = [path("preferences/", preferences.preference_save, name="preference-save")]
if settings.IN_DEVELOPMENT:
    urlpatterns.append(path("gallery/", gallery.gallery, name="gallery"))
