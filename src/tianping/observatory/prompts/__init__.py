"""Data-quality prompts as a document: which units are asked to check their reports, and what could not be asked."""

from tianping.observatory.prompts.document import write_prompts
from tianping.observatory.prompts.sentences import told_of

__all__ = ["told_of", "write_prompts"]
