"""The atlas: a census's children aged 0 by county, what can be told apart and what cannot."""

from tianping.observatory.atlas.document import write_atlas
from tianping.observatory.atlas.survey import Survey, take_survey

__all__ = ["Survey", "take_survey", "write_atlas"]
