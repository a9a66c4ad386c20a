"""The report's tables, as Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from simulation import targets, worlds
from simulation.measures import ENGINE
from simulation.pooling import Figure, OfShape, Pool
from simulation.tallies import N_PROBABILITY_BINS
from simulation.targets import Standing
from simulation.truth import GROUPS
from simulation.walks import ORACLE
from simulation.wording import DASH, say, texts, told, told_interval

#: Probabilities whose claims are held against what happened.
CLAIMS = ("p_above_alert", "p_difference", "p_worst_decile", "p_changed")
_MARKS = {
    Standing.INSIDE: " \N{CHECK MARK}",
    Standing.OUTSIDE: " \N{BALLOT X}",
    Standing.CANNOT_TELL: " ?",
    Standing.NOT_MEASURED: "",
}
#: Columns of the table of coverage: kind, order group, place.
COVERED = (
    *(("now", group, "lowest") for group in GROUPS),
    ("now", "asked", "above"),
    ("filtered", "asked", "lowest"),
    *(("smoothed", group, "lowest") for group in ("1", "2", "3+", "asked")),
    ("smoothed", "asked", "stepped"),
)


def markdown(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Write a table."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def method_name(name: str, language: str) -> str:
    """Name a method in the reader's language; a peer from a file by its own name."""
    known = texts(language).get(f"method.{name}")
    return known if known is not None else f"{name} (R)"


def by_family(pool: Pool) -> list[str]:
    """Give the shapes family by family."""
    return sorted(pool.shapes, key=lambda shape: worlds.FAMILIES.index(worlds.family(shape)))


def coverage_by_shape(pool: Pool, language: str) -> str:
    """Tell the coverage of every shape with its Monte-Carlo error, and whether it lies in the band."""
    heads = [say("column.shape", language), say("column.worlds", language)]
    heads += [_covered_head(kind, group, place, language) for kind, group, place in COVERED]
    body, counts = [], [dict.fromkeys(Standing, 0) for _ in COVERED]
    for shape in by_family(pool):
        cells = [shape, str(int((pool.shape_of == shape).sum()))]
        for column, (kind, group, place) in enumerate(COVERED):
            found = pool.of_shape(f"inside/{ENGINE}/{kind}/{group}/{place}", shape)
            judged = _judged(found, place)
            counts[column][judged] += 1
            cells.append(_with_error(found) + _MARKS[judged])
        body.append(cells)
    body.extend(
        [say(f"standing.{standing}", language), "", *(str(count[standing]) for count in counts)]
        for standing in (Standing.INSIDE, Standing.OUTSIDE, Standing.CANNOT_TELL)
    )
    return markdown(heads, body)


def _judged(found: OfShape, place: str) -> Standing:
    """Judge by the band; smoothed intervals where townships change need only hold the truth in eight of ten."""
    return targets.standing(found, (0.80, 1.0) if place == "stepped" else targets.BAND)


def _covered_head(kind: str, group: str, place: str, language: str) -> str:
    words = [say(f"kind.{kind}", language), say(f"group.{group}", language) if group in ("all", "asked") else group]
    return " ".join([*words, *([say(f"place.{place}", language)] if place != "lowest" else [])])


def _with_error(found: OfShape) -> str:
    if np.isnan(found.value):
        return DASH
    half = (found.upper - found.lower) / 2
    return f"{found.value:.3f}" if np.isnan(half) else f"{found.value:.3f} \N{PLUS-MINUS SIGN}{half:.3f}"


def lists_by_shape(pool: Pool, language: str) -> str:
    """Tell the lists of every shape, and of every family."""
    names = ("shape", "worlds", "flagged", "fdp", "alarms", "recall", "peer", "purity", "claimed", "rmse")
    body = [_lists_row(pool, shape, [shape], language) for shape in by_family(pool)]
    for family in worlds.FAMILIES:
        members = [shape for shape in pool.shapes if worlds.family(shape) == family]
        if members:
            body.append(_lists_row(pool, f"**{say(f'family.{family}', language)}**", members, language))
    return markdown([say(f"column.{name}", language) for name in names], body)


def _lists_row(pool: Pool, name: str, shapes: list[str], language: str) -> list[str]:
    listed = f"level/alert/{ENGINE}/lowest"
    alarms = pool.pooled(f"alarms/{listed}", shapes).map(lambda share: 1000 * share)
    peer = targets.best_peer(pool, "lowest", shapes)
    finder = {
        other: pool.averaged(f"recall/level/{other}/lowest", shapes).value for other in targets.comparators_of(pool)
    }
    best = max((value for value in finder.values() if not np.isnan(value)), default=np.nan)
    relative = told(pool.relative_error(ENGINE, peer, "lowest", shapes).value, 2) if peer else DASH
    return [
        name,
        str(int(np.isin(pool.shape_of, shapes).sum())),
        told(1000 * pool.pooled(f"flagged/{listed}", shapes).value, 1),
        _figure(pool.pooled(f"false/{listed}", shapes)),
        told(alarms.value, 2),
        _figure(pool.averaged(f"recall/level/{ENGINE}/lowest", shapes)),
        told(best),
        _figure(pool.averaged(f"purity/{ENGINE}", shapes)),
        told(pool.averaged(f"claimed/{ENGINE}", shapes).value),
        f"{relative} ({method_name(peer, language)})" if peer else relative,
    ]


def _figure(figure: Figure) -> str:
    return f"{told(figure.value)} {told_interval(figure.interval)}"


def comparison(pool: Pool, language: str) -> str:
    """Compare the engine with every method on the same worlds."""
    names = ("method", "recall", "common", "fdp", "alarms", "purity", "relative", "cover", "crps")
    body = [_method_row(pool, name, language) for name in (ENGINE, *targets.comparators_of(pool))]
    return markdown([say(f"column.{name}", language) for name in names], body)


def _method_row(pool: Pool, name: str, language: str) -> list[str]:
    listed = f"level/alert/{name}/lowest"
    relative = pool.relative_error(name, ENGINE, "lowest")
    return [
        method_name(name, language),
        _figure(pool.averaged(f"recall/level/{name}/lowest")),
        _figure(pool.common_threshold(name)),
        _figure(pool.pooled(f"false/{listed}")),
        told(1000 * pool.pooled(f"alarms/{listed}").value, 2),
        told(pool.averaged(f"purity/{name}").value),
        told(relative.value, 2),
        told(pool.averaged(f"inside/{name}/now/asked/lowest").value),
        told(pool.averaged(f"crps/{name}/now/asked/lowest").value, 4),
    ]


def claim_bins(pool: Pool, name: str) -> Iterator[tuple[Figure, Figure, int]]:
    """Give what was claimed, what happened and the number of probabilities of each bin that has some."""
    for k in range(N_PROBABILITY_BINS):
        happened = pool.pooled(f"{name}/lowest/happened/{k}")
        if not np.isnan(happened.value):
            n = sum(record["sums"].get(f"{name}/lowest/happened/{k}", (0, 0))[1] for record in pool.records)
            yield pool.pooled(f"{name}/lowest/claimed/{k}"), happened, int(n)


def tellings(pool: Pool, language: str) -> str:
    """Tell what probabilities claimed and what happened, bin by bin."""
    names = ("claim", "claimed_mean", "happened", "entries")
    body = [
        [say(f"claim.{name}", language), told(claimed.value), _figure(happened), f"{n:,}"]
        for name in CLAIMS
        for claimed, happened, n in claim_bins(pool, name)
    ]
    return markdown([say(f"column.{name}", language) for name in names], body)


def steps_table(pool: Pool, language: str) -> str:
    """Tell the steps found by every method at the same number of false alarms."""
    names = [name.removeprefix("steps/") for name in pool.names("steps/")]
    if not names:
        return say("steps.none", language)
    bound = pool.pooled(f"steps/{ORACLE}")
    body = []
    for name in sorted(names, key=lambda name: -pool.pooled(f"steps/{name}").value):
        found = pool.pooled(f"steps/{name}")
        ratio = found.map(lambda a, b: a / b, bound)
        body.append([method_name(name, language), _figure(found), _figure(ratio)])
    return markdown([say(f"column.{name}", language) for name in ("method", "found", "of_bound")], body)


def checks_table(pool: Pool, language: str) -> str:
    """Tell, for every shape in which reporters invent, how many were asked to check, and of the honest ones."""
    inventing = [shape for shape in by_family(pool) if pool.of_shape("checked/fabricated", shape).n_worlds]
    body = [
        [shape, *(_figure(pool.pooled(f"checked/{who}", [shape])) for who in ("fabricated", "honest"))]
        for shape in inventing
    ]
    body.append([say("column.every_shape", language), DASH, _figure(pool.pooled("checked/honest"))])
    return markdown([say(f"column.{name}", language) for name in ("shape", "fabricated", "honest")], body)
