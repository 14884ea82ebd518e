"""What the REST feeds of this app watch."""

from partybuild.feeds.registry import watch
from partybuild.obligations.models import Obligation

watch(Obligation)
