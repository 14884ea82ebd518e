"""The papers of reporting in, posts and service (domain §16e); each file declares the kinds of one activity.

The order of the imports is the order on the panel of a record's page.
"""

from members.documents import reporting_in as _reporting_in  # isort: skip
from members.documents import lists as _lists  # isort: skip
from members.documents import annual_forms as _annual_forms  # isort: skip
from members.documents import certificates as _certificates  # isort: skip
from members.documents import posts as _posts  # isort: skip
from members.documents import replies as _replies  # isort: skip
from members.documents import summaries as _summaries  # isort: skip
from members.documents import feedback as _feedback  # isort: skip
from members.documents import records as _records  # isort: skip

__all__ = (
    "_annual_forms",
    "_certificates",
    "_feedback",
    "_lists",
    "_posts",
    "_records",
    "_replies",
    "_reporting_in",
    "_summaries",
)
