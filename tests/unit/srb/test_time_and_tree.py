"""Knots over time, and the model's tree made of the areas' tree."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from drawing import costly
from tianping.srb.basis import make_basis
from tianping.srb.layout import LEAF, LOWER, ROOT, UPPER, group_starts, lay_out
from unit.srb import small


@costly(25)
@given(st.integers(1, 200), st.booleans())
def test_hats_add_to_one_and_knots_stay_few(n, monthly):
    basis = make_basis(small.periods("2001-03" if monthly else "1850", n))
    assert basis.hats.shape == (n, basis.n_knots)
    assert basis.n_knots <= 12
    assert (basis.hats >= 0).all()
    np.testing.assert_allclose(basis.hats.sum(1), 1)
    assert ((basis.hats > 0).sum(1) <= 2).all()
    assert (basis.hats.max(0) > 0).all()  # no knot without a period


@pytest.mark.parametrize(
    ("first", "n", "knots", "months_apart"),
    [("2024-01", 1, 1, 12), ("2024-01", 7, 2, 6), ("2024-01", 13, 3, 6), ("2024-01", 25, 3, 12), ("2010", 5, 5, 12)],
)
def test_knots(first, n, knots, months_apart):
    basis = make_basis(small.periods(first, n))
    assert (basis.n_knots, basis.months_apart) == (knots, months_apart)


def test_a_line_passes_through_the_hats():
    basis = make_basis(small.periods("2020-01", 31))
    knots_at = np.arange(basis.n_knots) * basis.months_apart
    np.testing.assert_allclose(basis.hats @ knots_at, np.arange(31))


def test_drifts_forget_themselves_exponentially():
    root = make_basis(small.periods("2015", 6)).decay_root(36.0)
    correlation = root @ root.T
    np.testing.assert_allclose(correlation[0], np.exp(-np.arange(6) / 3), atol=1e-8)


def test_layout_of_an_irregular_tree():
    counts = small.counts(small.TREES["irregular"], n=2, own=("P", "C2"))
    layout, tree = lay_out(counts), counts.tree
    at = tree.positions
    hidden = range(len(tree), layout.root)
    assert sorted(tree.codes[i] for i in layout.leaf_areas[layout.leaves >= len(tree)]) == ["C2", "P"]
    assert sorted(layout.parent[list(hidden)].tolist()) == sorted([at["P"], at["C2"]])
    assert [layout.parent[at[code]] for code in ("P", "X", "Z")] == [layout.root] * 3
    kinds = {code: int(layout.kind[at[code]]) for code in tree.codes}
    leaves = {"T1", "T2", "T3", "D", "Y", "Z"}
    assert {code for code, kind in kinds.items() if kind == LEAF} == leaves
    assert {code for code, kind in kinds.items() if kind == LOWER} == {"P", "C1", "C2", "X"}
    assert layout.kind[layout.root] == ROOT


def test_parents_of_parents_are_a_class_of_their_own():
    counts = small.counts({"N": "", "P": "N", "C": "P", "T": "C"}, n=1)
    assert lay_out(counts).kind.tolist() == [UPPER, UPPER, LOWER, LEAF, ROOT]


@pytest.mark.parametrize("name", small.TREES)
def test_every_node_stands_below_its_parent_and_in_one_place(name):
    counts = small.counts(small.TREES[name], n=1, own=("C2",))
    layout = lay_out(counts)
    inner = [int(node) for nodes in layout.tiers for node in nodes]
    assert sorted([*inner, *layout.leaves.tolist(), layout.root]) == list(range(layout.root + 1))
    place = {node: i for i, node in enumerate([*inner, layout.root])}
    assert all(place[node] < place[int(layout.parent[node])] for node in inner)
    assert sorted(layout.slots[layout.slots >= 0].tolist()) == list(range(layout.n_slots))
    assert layout.slots[layout.root] == layout.n_slots - 1
    for nodes in (layout.leaves, *layout.tiers):
        parents = layout.parent[nodes]
        to, starts = group_starts(parents)
        assert len(set(to.tolist())) == len(to) == len(set(parents.tolist()))
        assert parents[starts].tolist() == to.tolist()
