"""Addresses of accounts."""

from django.urls import path

from partybuild.accounts.views import links, sessions

app_name = "accounts"
urlpatterns = [
    path("sign-in/", sessions.sign_in, name="sign-in"),
    path("sign-out/", sessions.sign_out, name="sign-out"),
    path("post/", sessions.post_switch, name="post-switch"),
    path("l/<str:token>/", links.link_open, name="link-open"),
]
