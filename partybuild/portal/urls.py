"""Addresses of the shared pages."""

from django.conf import settings
from django.urls import path

from partybuild.portal.views import home, mailbox, pages, search, suggestions

app_name = "portal"
urlpatterns = [
    path("", home.HomeView.as_view(), name="home"),
    path("search/", search.SearchView.as_view(), name="search"),
    path("help/", pages.HelpView.as_view(), name="help"),
    path("privacy/", pages.PrivacyView.as_view(), name="privacy"),
    path("suggestions/", suggestions.SuggestionListView.as_view(), name="suggestion-list"),
    path("suggestions/new/", suggestions.suggestion_create, name="suggestion-create"),
    path("suggestions/<uuid:uid>/answer/", suggestions.suggestion_answer, name="suggestion-answer"),
]
if settings.IN_DEVELOPMENT:
    urlpatterns += [
        path("mailbox/", mailbox.MailboxView.as_view(), name="mailbox"),
        path("mailbox/<str:name>/", mailbox.MailView.as_view(), name="mail"),
    ]
