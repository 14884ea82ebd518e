"""What the REST feeds of this app watch."""

from members.models import (
    PartyMember,
    ServiceCertificate,
    ServicePost,
    ServiceRecord,
    ServiceSummary,
    Team,
)
from partybuild.feeds.registry import watch

watch(PartyMember)
watch(ServiceCertificate)
watch(ServicePost, columns=("state",))
watch(ServiceRecord)
watch(ServiceSummary)
watch(Team)
