"""Addresses of the shared pages."""

from django.conf import settings
from django.urls import path

from partybuild.portal.views import (
    alive,
    explain,
    home,
    mailbox,
    pages,
    privacy,
    search,
    suggestions,
)

app_name = "portal"
urlpatterns = [
    path("", home.HomeView.as_view(), name="home"),
    path("healthz", alive.alive, name="health"),
    path("search/", search.SearchView.as_view(), name="search"),
    path("help/", pages.HelpView.as_view(), name="help"),
    path("privacy/", pages.PrivacyView.as_view(), name="privacy"),
    path("privacy/first/", privacy.privacy_first, name="privacy-first"),
    path("privacy/seen/", privacy.privacy_seen, name="privacy-seen"),
    path("my/data/", privacy.my_data, name="my-data"),
    path("my/data/copy/", privacy.my_data_copy, name="my-data-copy"),
    path("my/data/consent/", privacy.consent_change, name="consent-change"),
    path("my/data/correction/", privacy.correction_create, name="correction-create"),
    path("corrections/<uuid:uid>/", privacy.correction_answer, name="correction-answer"),
    path("suggestions/", suggestions.SuggestionListView.as_view(), name="suggestion-list"),
    path("suggestions/new/", suggestions.suggestion_create, name="suggestion-create"),
    path("suggestions/answer/", suggestions.suggestion_track, name="suggestion-track"),
    path("suggestions/note/", suggestions.suggestion_note, name="suggestion-note"),
    path("suggestions/<uuid:uid>/", suggestions.suggestion_detail, name="suggestion-detail"),
    path(
        "suggestions/<uuid:uid>/conclude/",
        suggestions.suggestion_conclude,
        name="suggestion-conclude",
    ),
    path(
        "suggestions/<uuid:uid>/pass-on/", suggestions.suggestion_pass_on, name="suggestion-pass-on"
    ),
    path("my/suggestions/", suggestions.my_suggestion_list, name="my-suggestion-list"),
    path("suggestions/<uuid:uid>/answer/", suggestions.suggestion_answer, name="suggestion-answer"),
    path("access/explain/<slug:kind>/<uuid:uid>/", explain.explain, name="explain"),
]
if settings.IN_DEVELOPMENT:
    urlpatterns += [
        path("mailbox/", mailbox.MailboxView.as_view(), name="mailbox"),
        path("mailbox/<str:name>/", mailbox.MailView.as_view(), name="mail"),
    ]
