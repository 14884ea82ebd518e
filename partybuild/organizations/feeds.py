"""What the REST feeds of this app watch."""

from partybuild.feeds.registry import watch
from partybuild.organizations.models import Organization

watch(Organization)
