"""Areas as a tree: parents, depths, levels and sums, whatever the order of the rows."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from drawing import costly
from tianping.terms import Area, AreaTree, InputError

few = costly(25)


@st.composite
def trees(draw):
    """Draw a forest whose rows come in any order, and each area's parent by code."""
    n = draw(st.integers(1, 12))
    parents = {str(i): "" if i == 0 else draw(st.sampled_from(["", *map(str, range(i))])) for i in range(n)}
    codes = draw(st.permutations(list(parents)))
    return AreaTree.of(Area(code, code, "level", parents[code]) for code in codes), parents


def line(parents, code):
    above = []
    while parents[code]:
        code = parents[code]
        above.append(code)
    return above


@few
@given(trees())
def test_parents_depths_and_ancestors(drawn):
    tree, parents = drawn
    for i, code in enumerate(tree.codes):
        above = line(parents, code)
        assert tree.positions[code] == i
        assert tree.depth[i] == len(above)
        assert [tree.codes[j] for j in tree.ancestors(i)] == above
        assert tree.is_leaf[i] == (code not in parents.values())
        assert tree.parent[i] == (tree.positions[parents[code]] if parents[code] else -1)


@few
@given(trees(), st.integers(0, 2**32 - 1))
def test_sums_hold_an_area_and_all_below_it(drawn, seed):
    tree, parents = drawn
    values = np.random.default_rng(seed).integers(0, 100, (len(tree), 2))
    before = values.copy()
    total = tree.sum_up(values)
    for i, code in enumerate(tree.codes):
        below = [j for j, other in enumerate(tree.codes) if other == code or code in line(parents, other)]
        np.testing.assert_array_equal(total[i], values[below].sum(0))
    np.testing.assert_array_equal(values, before)


def test_levels_run_from_the_top_down():
    areas = [Area("t", "", "township", "c"), Area("c", "", "county", "p"), Area("p", "", "province")]
    assert AreaTree.of(areas).levels == ("province", "county", "township")


@pytest.mark.parametrize(
    ("areas", "key", "values"),
    [
        ([], "areas_empty", {}),
        ([("a", ""), ("b", "a"), ("a", "")], "area_code_twice", {"code": "a"}),
        ([("a", "z")], "area_parent_unknown", {"code": "a", "parent_code": "z"}),
        ([("a", ""), ("b", "c"), ("c", "b")], "area_parent_cycle", {"code": "b"}),
        ([("a", "a")], "area_parent_cycle", {"code": "a"}),
    ],
)
def test_what_is_no_tree_is_refused(areas, key, values):
    with pytest.raises(InputError) as refused:
        AreaTree.of(Area(code, code, "level", parent) for code, parent in areas)
    assert (refused.value.key, refused.value.values) == (key, values)
