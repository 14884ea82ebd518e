"""What the REST feeds of this app watch: beside the area, what reach.py lets those see who take part."""

from meetings.models import Council, Meeting, Resolution, Topic
from partybuild.feeds.registry import watch
from partybuild.organizations.models import Organization
from units.models import ResidentUnit

_INVITED = "meeting__minutes__meeting__receipts__organization"

watch(Council, organizations=("members__organization",))
watch(Meeting)
watch(
    Topic,
    areas=("council__area",),
    organizations=("council__members__organization",),
    columns=("state",),
)
watch(Resolution, organizations=("parties__organization", _INVITED))
# A body from elsewhere is seen by the areas in whose councils it is.
watch(Organization, areas=("council_memberships__council__area",))
watch(ResidentUnit, areas=("organization__council_memberships__council__area",))
