"""Addresses of accounts."""

from django.urls import path

from partybuild.accounts import holder_urls
from partybuild.accounts.views import links, policy, security, sessions, tokens

app_name = "accounts"
urlpatterns = [
    path("sign-in/", sessions.sign_in, name="sign-in"),
    path("sign-in/code/", sessions.factor_ask, name="factor-ask"),
    path("sign-out/", sessions.sign_out, name="sign-out"),
    path("post/", sessions.post_switch, name="post-switch"),
    path("security/", security.security, name="security"),
    path("security/password/", security.password_change, name="password-change"),
    path("security/check/", security.step_up, name="step-up"),
    path("security/factor/", security.factor_set_up, name="factor-set-up"),
    path("security/factor/codes/", security.factor_codes, name="factor-codes"),
    path("security/factor/remove/", security.factor_remove, name="factor-remove"),
    path("security/sessions/end/", security.sessions_end, name="sessions-end"),
    path("security/sessions/<uuid:uid>/end/", security.session_end, name="session-end"),
    path("security/devices/<uuid:uid>/forget/", security.device_forget, name="device-forget"),
    path("policy/", policy.PolicyView.as_view(), name="policy-detail"),
    path("policy/edit/", policy.PolicyEditView.as_view(), name="policy-edit"),
    path("users/<uuid:uid>/factor/reset/", policy.FactorResetView.as_view(), name="factor-reset"),
    path("tokens/", tokens.TokenListView.as_view(), name="token-list"),
    path("tokens/issue/", tokens.TokenIssueView.as_view(), name="token-issue"),
    path("tokens/<uuid:uid>/revoke/", tokens.token_revoke, name="token-revoke"),
    *holder_urls.urlpatterns,
    path("l/<str:token>/", links.link_open, name="link-open"),
]
