"""What the REST feeds of this app watch."""

from partybuild.feeds.registry import watch
from units.models import ResidentUnit, UnitReport

watch(ResidentUnit)
watch(UnitReport)
