"""Pages that only say something."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.utils.decorators import method_decorator
from django.views.generic import TemplateView

from partybuild.people.privacy import CURRENT_NOTICE, NOTICES, USES
from partybuild.people.retention import words


@method_decorator(login_not_required, name="dispatch")
class HelpView(TemplateView):
    """How the daily things are done, in a page."""

    template_name = "portal/help.html"


@method_decorator(login_not_required, name="dispatch")
class PrivacyView(TemplateView):
    """What is kept about whom, why, how long, and whom to ask: the version in force, or an older one."""

    template_name = "portal/privacy.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Choose the version; an unknown one is the version in force."""
        wanted = self.request.GET.get("version", "")
        notice = next((each for each in NOTICES if each.version == wanted), CURRENT_NOTICE)
        return super().get_context_data(
            notice=notice, current=CURRENT_NOTICE, older=NOTICES, uses=USES, kept=words(), **kwargs
        )
