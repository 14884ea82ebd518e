"""Every address of the product."""

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = []


def _mount(prefix: str, module: str) -> None:
    app = module.rsplit(".", 1)[0]
    if find_spec(app) is not None and find_spec(module) is not None:
        urlpatterns.append(path(prefix, include(module)))


_mount("", "partybuild.portal.urls")
_mount("", "partybuild.accounts.urls")
_mount("my/", "partybuild.ui.my_urls")
_mount("areas/", "partybuild.portal.areas_urls")
_mount("organizations/", "partybuild.portal.organizations_urls")
_mount("notices/", "partybuild.notices.urls")
_mount("obligations/", "partybuild.obligations.urls")
_mount("approvals/", "partybuild.approvals.urls")
_mount("ops/", "partybuild.ops.urls")
_mount("dashboard/", "partybuild.indicators.urls")
_mount("imports/", "partybuild.exchange.urls")
_mount("documents/", "partybuild.documents.urls")
_mount("exports/", "partybuild.exchange.export_urls")
_mount("units/", "units.urls")
_mount("members/", "members.urls")
_mount("wishes/", "wishes.urls")
_mount("activities/", "activities.urls")
_mount("meetings/", "meetings.urls")
_mount("api/", "config.api")
_mount("ui/", "partybuild.ui.urls")

handler400 = "partybuild.portal.views.errors.bad_request"
handler403 = "partybuild.portal.views.errors.permission_denied"
handler404 = "partybuild.portal.views.errors.not_found"
handler500 = "partybuild.portal.views.errors.server_error"
