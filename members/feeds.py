"""What the REST feeds of this app watch."""

from members.models import PartyMember, ServiceRecord, ServiceSummary
from partybuild.feeds.registry import watch

watch(PartyMember)
watch(ServiceRecord)
watch(ServiceSummary)
