"""What the REST feeds of this app watch."""

from partybuild.areas.models import Area
from partybuild.feeds.registry import watch

watch(Area)
