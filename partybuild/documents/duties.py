"""What papers that were sent out make their receivers owe."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from partybuild.access import Role
from partybuild.documents.services.receiving import SIGN
from partybuild.obligations.models import Obligation
from partybuild.obligations.registry import Duty, register


@register
class SignForDocument(Duty):
    """Each body that a paper went to signs for it (签收)."""

    key = SIGN
    name = lazy("文书签收")
    action = lazy("签收")
    bearer_roles = frozenset(
        {
            Role.COMMITTEE,
            Role.COMMUNITY_SECRETARY,
            Role.COMMUNITY_WORKER,
            Role.UNIT_SECRETARY,
            Role.UNIT_LIAISON,
        }
    )

    def title(self, obligation: Obligation) -> str:
        """签收《关于……的通知》（和平党委〔2026〕3号）."""
        document: Any = obligation.subject
        if document is None:
            return str(super().title(obligation))
        number = f"（{document.number_text}）" if document.number_text else ""
        return _("签收《%(title)s》%(number)s") % {"title": document.title, "number": number}
