"""Sentences keep their figures typed; what is no figure is refused."""

import math

import pytest

from tianping.documents.cells import Number, NumberRange, Text, sentence
from tianping.terms import InputError


def test_a_sentence_keeps_its_figures_typed_and_its_emphasis() -> None:
    births = Number(3290, 0, "births")
    told = sentence("There were {births} in **{place}, no {more}** now.", births=births, place="A", more="B")
    assert told.parts == (
        Text("There were "),
        births,
        Text(" in "),
        Text("A", strong=True),
        Text(", no ", strong=True),
        Text("B", strong=True),
        Text(" now."),
    )


def test_a_sentence_with_a_gap_is_refused() -> None:
    with pytest.raises(InputError, match="sentence_field_missing"):
        sentence("There were {births}.")


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_a_figure_is_finite(value: float) -> None:
    with pytest.raises(InputError, match="number_not_finite"):
        Number(value)
    with pytest.raises(InputError, match="number_not_finite"):
        NumberRange(0, value)


def test_the_ends_of_a_range_stand_the_right_way_round() -> None:
    with pytest.raises(InputError, match="range_reversed"):
        NumberRange(2, 1)
