"""Addresses of the ledger."""

from django.urls import path

from partybuild.obligations.views import chases, obligations, periods, rules

app_name = "obligations"
urlpatterns = [
    path("", obligations.ObligationListView.as_view(), name="obligation-list"),
    path("chase/", obligations.obligation_chase, name="obligation-chase"),
    path("chase/preview/", chases.preview, name="chase-preview"),
    path("chases/", chases.chase_list, name="chase-list"),
    path("chases/<uuid:uid>/", chases.chase_detail, name="chase-detail"),
    path("sent/<uuid:uid>/resend/", chases.resend, name="delivery-resend"),
    path("sent/<uuid:uid>/<str:kind>/", chases.delivery, name="delivery"),
    path("rules/", rules.reminder_rules, name="reminder-rules"),
    path("periods/", periods.PeriodListView.as_view(), name="period-list"),
    path(
        "periods/<uuid:uid>/<str:period>/", periods.PeriodDetailView.as_view(), name="period-detail"
    ),
    path("periods/<uuid:uid>/<str:period>/close/", periods.period_close, name="period-close"),
    path("periods/<uuid:uid>/<str:period>/reopen/", periods.period_reopen, name="period-reopen"),
    path("<uuid:uid>/", obligations.ObligationDetailView.as_view(), name="obligation-detail"),
    path("<uuid:uid>/exempt/", obligations.obligation_exempt, name="obligation-exempt"),
    path("<uuid:uid>/link/", obligations.obligation_link, name="obligation-link"),
]
