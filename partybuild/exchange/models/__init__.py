"""Import batches, their staged rows, what they changed."""

from partybuild.exchange.models.batch import BatchChange, ImportBatch, ImportFile, StagedRow

__all__ = ("BatchChange", "ImportBatch", "ImportFile", "StagedRow")
