"""Import batches, their staged rows, what they changed; exports."""

from partybuild.exchange.models.batch import BatchChange, ImportBatch, ImportFile, StagedRow
from partybuild.exchange.models.export import ExportJob

__all__ = ("BatchChange", "ExportJob", "ImportBatch", "ImportFile", "StagedRow")
