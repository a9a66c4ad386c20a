"""The smallest parts of a document: figures, gaps and pieces of text."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from string import Formatter

from tianping.terms import InputError


class NumberStyle(StrEnum):
    """How a number is written."""

    PLAIN = "plain"
    PERCENT = "percent"
    SIGNED = "signed"


@dataclass(frozen=True)
class Number:
    """One figure.

    Attributes:
        value: the value, unrounded; a share 0–1 when the style is `PERCENT`.
        decimals: digits after the point that are shown.
        unit: unit in the reader's language, written after the figure in sentences (in tables it stands in the head).
        style: plain, percent (shown times 100 with %) or signed (a plus sign where positive).
    """

    value: float
    decimals: int = 0
    unit: str = ""
    style: NumberStyle = NumberStyle.PLAIN

    def __post_init__(self) -> None:
        """Refuse what is no number; a figure that is not there is an `Empty`.

        Raises:
            InputError: `number_not_finite`.
        """
        if not math.isfinite(self.value):
            raise InputError("number_not_finite", value=self.value)


@dataclass(frozen=True)
class NumberRange:
    """Two ends of an interval, written and stored together; fields as in `Number`."""

    lower: float
    upper: float
    decimals: int = 0
    unit: str = ""
    style: NumberStyle = NumberStyle.PLAIN

    def __post_init__(self) -> None:
        """Refuse ends that are no numbers or stand the wrong way round.

        Raises:
            InputError: `number_not_finite` or `range_reversed`.
        """
        for value in (self.lower, self.upper):
            if not math.isfinite(value):
                raise InputError("number_not_finite", value=value)
        if self.lower > self.upper:
            raise InputError("range_reversed", lower=self.lower, upper=self.upper)

    @property
    def ends(self) -> tuple[Number, Number]:
        """Both ends as numbers."""
        return (
            Number(self.lower, self.decimals, self.unit, self.style),
            Number(self.upper, self.decimals, self.unit, self.style),
        )


class Absence(StrEnum):
    """Why a cell holds no figure."""

    SUPPRESSED = "suppressed"
    NO_DATA = "no_data"
    TOO_FEW = "too_few"
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True)
class Empty:
    """A cell without a figure; it shows a mark, and the table explains each mark it uses."""

    reason: Absence


@dataclass(frozen=True)
class Text:
    """A piece of text.

    Attributes:
        text: the words.
        strong: set apart as important.
        href: where it leads, inside the document (`#anchor`); empty when nowhere.
        footnote: key of the footnote it carries; empty when none.
    """

    text: str
    strong: bool = False
    href: str = ""
    footnote: str = ""


#: What a sentence is made of.
Inline = Text | Number | NumberRange


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of text and figures; `sentence` builds one from a catalogue text."""

    parts: tuple[Inline, ...]


def sentence(template: str, **values: Inline | str) -> Paragraph:
    """Build a paragraph from a catalogue text with `{named}` fields and `**strong**` words.

    Fields filled with a `Number` or `NumberRange` stay typed.

    Raises:
        InputError: `sentence_field_missing` when a field has no value.
    """
    parts: list[Inline] = []
    strong = False
    for literal, name, _, _ in Formatter().parse(template):
        for position, piece in enumerate(literal.split("**")):
            strong ^= position > 0
            if piece:
                parts.append(Text(piece, strong=strong))
        if name is None:
            continue
        if name not in values:
            raise InputError("sentence_field_missing", field=name, template=template)
        value = values[name]
        parts.append(Text(value, strong=strong) if isinstance(value, str) else value)
    return Paragraph(tuple(parts))
