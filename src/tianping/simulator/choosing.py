"""The choice of areas in which something happens."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tianping.simulator.draws import FloatArray
from tianping.simulator.forest import Forest, Homes, IntArray
from tianping.simulator.where import EVERYWHERE, Clustered, Where
from tianping.terms import InputError

BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Chosen:
    """An area that was chosen.

    Attributes:
        position: its position in the tree; −1 for all areas as one.
        leaves: the leaves in it or that it is, shape (n,).
    """

    position: int
    leaves: IntArray


def choose(
    where: Where, forest: Forest, size: FloatArray, rng: np.random.Generator, able: BoolArray | None = None
) -> tuple[Chosen, ...]:
    """Choose areas, in the order of the tree; those without a leaf that is `able`, shape (leaves,), are passed over.

    Raises:
        InputError: `scenario_too_few_areas` or `scenario_code_unknown`.
    """
    able = np.ones(len(forest.leaves), dtype=bool) if able is None else able
    if where.codes:
        return tuple(_named(code, forest, able) for code in where.codes)
    homes = forest.homes(where.level)
    inside = (homes.home >= 0) & able
    births = np.bincount(homes.home[homes.home >= 0], weights=size[homes.home >= 0], minlength=homes.n)
    sound = np.bincount(homes.home[inside], minlength=homes.n) > 0
    candidates = np.flatnonzero(sound & (births >= where.min_births) & (births <= where.max_births))
    wanted = round(where.share * len(candidates)) if where.n is None else where.n
    if wanted > len(candidates):
        level = where.level or forest.tree.levels[-1]
        raise InputError("scenario_too_few_areas", place=level, n=wanted, found=len(candidates))
    shuffled = rng.permutation(candidates)
    if where.clustered and homes.areas.size:
        shuffled = _clustered_first(where.clustered, wanted, shuffled, forest, homes, rng)
    members = _members(homes, able)
    return tuple(
        Chosen(int(homes.areas[place]) if where.level != EVERYWHERE else -1, members[place])
        for place in np.sort(shuffled[:wanted])
    )


def _named(code: str, forest: Forest, able: BoolArray) -> Chosen:
    if code not in forest.tree.positions:
        raise InputError("scenario_code_unknown", code=code)
    position = forest.tree.positions[code]
    inside = forest.place_above(forest.leaves, np.array([position])) == 0
    return Chosen(position, np.flatnonzero(inside & able))


def _members(homes: Homes, able: BoolArray) -> list[IntArray]:
    """Give the leaves of each area of a level."""
    leaves = np.flatnonzero((homes.home >= 0) & able)
    order = leaves[np.argsort(homes.home[leaves], kind="stable")]
    bounds = np.searchsorted(homes.home[order], np.arange(homes.n + 1))
    return [order[bounds[i] : bounds[i + 1]] for i in range(homes.n)]


def _clustered_first(
    clustered: Clustered, wanted: int, shuffled: IntArray, forest: Forest, homes: Homes, rng: np.random.Generator
) -> IntArray:
    """Bring areas of a few clusters to the front, as many as are to lie in them, and areas of no cluster after."""
    clusters = forest.homes(clustered.level)
    if clusters.n < clustered.n:
        raise InputError("scenario_too_few_areas", place=clustered.level, n=clustered.n, found=clusters.n)
    picked = rng.permutation(clusters.n)[: clustered.n]
    within = np.isin(forest.place_above(homes.areas[shuffled], clusters.areas[picked]), np.arange(clustered.n))
    first = shuffled[within][: round(clustered.share * wanted)]
    return np.concatenate([first, shuffled[~within], shuffled[within][len(first) :]])
