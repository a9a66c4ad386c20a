"""The model's tree: areas, a hidden leaf where an inner area counts for itself, one root above all."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from tianping.srb.results import BoolArray, IntArray
from tianping.terms import Counts

#: Classes of nodes that share their scales.
LEAF, LOWER, UPPER, ROOT = range(4)


@dataclass(frozen=True)
class Layout:
    """Nodes of the model: first the tree's areas, then hidden leaves, the root last.

    Attributes:
        n_areas: number of areas; node `i < n_areas` is area `i`.
        parent: parent of each node, −1 for the root, shape (nodes,).
        kind: LEAF, LOWER (a parent of leaves), UPPER or ROOT, shape (nodes,).
        leaves: nodes that carry births, grouped by parent, shape (leaves,).
        leaf_areas: area whose counts each leaf carries, shape (leaves,).
        tiers: inner nodes except the root by depth, deepest first; each grouped by parent.
        slots: place of each inner node and of the root in arrays that hold no leaves, −1 at leaves, shape (nodes,).
    """

    n_areas: int
    parent: IntArray
    kind: IntArray
    leaves: IntArray
    leaf_areas: IntArray
    tiers: tuple[IntArray, ...]
    slots: IntArray

    @property
    def root(self) -> int:
        """The root's node number."""
        return len(self.parent) - 1

    @property
    def n_slots(self) -> int:
        """Number of inner nodes, the root included; the root's slot is the last."""
        return int(self.slots[-1]) + 1

    @property
    def places(self) -> IntArray:
        """Places of the areas where the leaves come first and then the inner nodes by slot, shape (areas,)."""
        place = len(self.leaves) + self.slots
        place[self.leaves] = np.arange(len(self.leaves))
        return place[: self.n_areas]

    @cached_property
    def is_only_child(self) -> BoolArray:
        """Whether a node is all there is below its parent and so nothing but its parent, shape (nodes,)."""
        children = np.bincount(self.parent[:-1], minlength=len(self.parent))
        return np.append(children[self.parent[:-1]] == 1, False)

    def parent_slots(self, nodes: IntArray) -> IntArray:
        """Give the slots of the nodes' parents."""
        return self.slots[self.parent[nodes]]


def lay_out(counts: Counts) -> Layout:
    """Build the model's tree for these counts."""
    tree = counts.tree
    n = len(tree)
    births = (counts.boys.sum((1, 2)) + counts.girls.sum((1, 2))) > 0
    hidden = np.flatnonzero(births & ~tree.is_leaf)
    root = n + len(hidden)
    parent = np.concatenate([np.where(tree.parent < 0, root, tree.parent), hidden, [-1]])
    leaf_nodes = np.concatenate([np.flatnonzero(tree.is_leaf), np.arange(n, root)])
    leaf_areas = np.concatenate([np.flatnonzero(tree.is_leaf), hidden])
    by_parent = np.argsort(parent[leaf_nodes], kind="stable")
    kind = np.full(root + 1, UPPER)
    kind[parent[leaf_nodes]] = LOWER
    kind[leaf_nodes] = LEAF
    kind[root] = ROOT
    tiers = []
    for depth in range(int(tree.depth.max()), -1, -1):
        inner = np.flatnonzero((tree.depth == depth) & ~tree.is_leaf)
        if len(inner):
            tiers.append(inner[np.argsort(parent[inner], kind="stable")])
    slots = np.where(kind == LEAF, -1, np.cumsum(kind != LEAF) - 1)
    return Layout(n, parent, kind, leaf_nodes[by_parent], leaf_areas[by_parent], tuple(tiers), slots)


def group_starts(parents: IntArray) -> tuple[IntArray, IntArray]:
    """Give the distinct parents of a list grouped by parent, and where each group starts."""
    starts = np.flatnonzero(np.diff(parents, prepend=-2) != 0)
    return parents[starts], starts
