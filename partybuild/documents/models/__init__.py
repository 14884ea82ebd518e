"""Models of the documents."""

from partybuild.documents.models.attachment import Attachment
from partybuild.documents.models.delivery import Delivery
from partybuild.documents.models.document import OfficialDocument
from partybuild.documents.models.series import NumberSeries
from partybuild.documents.models.style import DocumentStyle

__all__ = ("Attachment", "Delivery", "DocumentStyle", "NumberSeries", "OfficialDocument")
