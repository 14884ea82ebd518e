"""Addresses of wishes."""

from django.urls import path

from wishes.api import views

urlpatterns = [
    path("wishes/", views.WishListView.as_view(), name="wish-list"),
    path("wishes/<uuid:uid>/", views.WishView.as_view(), name="wish-detail"),
]
