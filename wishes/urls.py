"""Addresses of wishes."""

from django.urls import path

from wishes.views import wishes

app_name = "wishes"
urlpatterns = [
    path("", wishes.wish_list, name="wish-list"),
    path("claims/", wishes.claim_list, name="claim-list"),
    path("<uuid:uid>/", wishes.wish_detail, name="wish-detail"),
]
