"""What the REST feeds of this app watch."""

from partybuild.feeds.registry import watch
from wishes.models import Wish

watch(Wish, columns=("published_on",))
