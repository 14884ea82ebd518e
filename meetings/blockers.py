"""What a unit settles before it leaves."""

from __future__ import annotations

from django.utils.translation import gettext as _

from meetings.queries.membership import open_tasks
from partybuild.organizations.models import Organization
from units.registry import blocks_ending


@blocks_ending
def open_resolutions(unit: Organization) -> list[str]:
    """A unit with open resolutions cannot be closed: they are finished or handed over first."""
    count = open_tasks(unit)
    if not count:
        return []
    return [
        _("还有%(count)d项议定事项未办结，请先办结，或由召集单位另行确定责任单位。")
        % {"count": count}
    ]
