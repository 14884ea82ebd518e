"""The two ways onto paper: .docx for offices that go on writing, PDF for everybody else."""

from partybuild.documents.rendering.pdf import as_one_pdf, as_pdf
from partybuild.documents.rendering.word import as_word

__all__ = ("as_one_pdf", "as_pdf", "as_word")
