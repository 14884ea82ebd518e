"""Addresses of accounts."""

from django.urls import path

from partybuild.accounts.views import links, sessions, tokens

app_name = "accounts"
urlpatterns = [
    path("sign-in/", sessions.sign_in, name="sign-in"),
    path("sign-out/", sessions.sign_out, name="sign-out"),
    path("post/", sessions.post_switch, name="post-switch"),
    path("tokens/", tokens.TokenListView.as_view(), name="token-list"),
    path("tokens/issue/", tokens.TokenIssueView.as_view(), name="token-issue"),
    path("tokens/<uuid:uid>/revoke/", tokens.token_revoke, name="token-revoke"),
    path("l/<str:token>/", links.link_open, name="link-open"),
]
