"""Pages that only say something."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.utils.decorators import method_decorator
from django.views.generic import TemplateView


@method_decorator(login_not_required, name="dispatch")
class HelpView(TemplateView):
    """How the daily things are done, in a page."""

    template_name = "portal/help.html"


@method_decorator(login_not_required, name="dispatch")
class PrivacyView(TemplateView):
    """What is kept about whom, why, how long, and whom to ask."""

    template_name = "portal/privacy.html"
