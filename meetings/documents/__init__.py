"""The papers of councils and meetings (domain §16e); each file declares the kinds of one activity.

The order of the imports is the order on the panel of a record's page.
"""

from meetings.documents import notice as _notice  # isort: skip
from meetings.documents import sheets as _sheets  # isort: skip
from meetings.documents import minutes as _minutes  # isort: skip
from meetings.documents import filing as _filing  # isort: skip
from meetings.documents import resolutions as _resolutions  # isort: skip
from meetings.documents import part_time as _part_time  # isort: skip
from meetings.documents import topics as _topics  # isort: skip

__all__ = (
    "_filing",
    "_minutes",
    "_notice",
    "_part_time",
    "_resolutions",
    "_sheets",
    "_topics",
)
