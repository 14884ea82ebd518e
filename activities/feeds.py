"""What the REST feeds of this app watch; units read the whole list, it follows their people."""

from activities.models import Activity
from partybuild.feeds.registry import watch

watch(Activity, columns=("state",))
