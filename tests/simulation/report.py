"""The report of a study: tables and pictures in two languages, every shortfall by its size."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

import tianping
from simulation import targets
from simulation.measures import ENGINE
from simulation.pictures import Dot, draw_claims, draw_dots
from simulation.pooling import Pool
from simulation.tables import (
    CLAIMS,
    by_family,
    checks_table,
    claim_bins,
    comparison,
    coverage_by_shape,
    lists_by_shape,
    markdown,
    method_name,
    steps_table,
    tellings,
)
from simulation.targets import Row, Standing, Verdict
from simulation.wording import DASH, LANGUAGES, say, told, told_interval
from tianping.documents.charts.inputs import Head


@dataclass(frozen=True)
class Provenance:
    """What identifies a study.

    Attributes:
        engine: digest of the engine's code.
        study: digest of worlds and measures.
        cores: cores of the machine.
        processes: worlds run at the same time, one thread each.
        command: what repeats it.
    """

    engine: str
    study: str
    cores: int
    processes: int
    command: str


def write(pool: Pool, provenance: Provenance, folder: Path) -> None:
    """Write the report in both languages and its pictures below a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    images = folder / "validation-report"
    images.mkdir(exist_ok=True)
    for language in LANGUAGES:
        for name, svg in pictures(pool, language).items():
            (images / _image(name, language)).write_text(svg + "\n", encoding="utf-8")
        name = "validation-report.md" if language == "en" else f"validation-report.{language.replace('_', '-')}.md"
        (folder / name).write_text(report(pool, provenance, language), encoding="utf-8")


def report(pool: Pool, provenance: Provenance, language: str) -> str:
    """Write the report in one language."""
    rows = targets.rows(pool)
    parts = [
        f"# {say('title', language)}",
        say("about", language),
        _provenance(pool, provenance, language),
        *_section("targets", language, _targets(rows, language)),
        *_section("shortfalls", language, _shortfalls(rows, language)),
        *_section("coverage", language, _picture("coverage", language), coverage_by_shape(pool, language)),
        *_section("lists", language, lists_by_shape(pool, language)),
        *_section(
            "comparison", language, _picture("recall", language), comparison(pool, language), _absent(pool, language)
        ),
        *_section("claims", language, _picture("claims", language), tellings(pool, language)),
        *_section("steps", language, _picture("steps", language), steps_table(pool, language)),
        *_section("checks", language, checks_table(pool, language)),
        *_section("elsewhere", language),
        *_section("failures", language, _failures(pool, language)),
        *_section("methods", language),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _section(key: str, language: str, *parts: str) -> list[str]:
    return [f"## {say(f'{key}.title', language)}", say(f"{key}.text", language), *parts]


def _provenance(pool: Pool, provenance: Provenance, language: str) -> str:
    seeds = [record["seed"] for record in pool.records]
    seconds = sum(record["seconds"] for record in [*pool.records, *pool.failed])
    by_shape = [int((pool.shape_of == shape).sum()) for shape in pool.shapes]
    pairs = {
        "engine": f"{tianping.__version__} ({provenance.engine})",
        "study": provenance.study,
        "worlds": say(
            "provenance.counted",
            language,
            worlds=len(pool.records),
            shapes=len(pool.shapes),
            fewest=min(by_shape),
            most=max(by_shape),
        ),
        "seeds": f"{min(seeds)}{DASH}{max(seeds)}",
        "cores": str(provenance.cores),
        "processes": str(provenance.processes),
        "cpu": f"{seconds:.0f}",
        "engine_cpu": told(pool.averaged(f"cpu/{ENGINE}").value, 2),
        "command": f"`{provenance.command}`",
    }
    body = [[say(f"provenance.{key}", language), value] for key, value in pairs.items()]
    return markdown([say("provenance.what", language), say("provenance.value", language)], body)


def _targets(rows: Sequence[Row], language: str) -> str:
    heads = [say(f"targets.{key}", language) for key in ("quantity", "reach", "stretch", "measured", "worlds", "said")]
    return markdown(heads, [_target(row, language) for row in rows])


def _target(row: Row, language: str) -> list[str]:
    figure = row.figure
    measured = f"{told(figure.value, row.decimals)} {told_interval(figure.interval, row.decimals)}"
    limits = [_limit(limit) for limit in (row.reach, row.stretch)]
    return [_quantity(row, language), *limits, measured, str(figure.n_worlds), _said(row, language)]


def _quantity(row: Row, language: str) -> str:
    """Name a row; what fills its text is put into words where there are words for it."""
    words = {key: _word(key, value, language) for key, value in row.values}
    return say(f"row.{row.key}", language, **words)


def _word(key: str, value: str, language: str) -> str:
    if key == "peer":
        return method_name(value, language) if value else DASH
    if key in ("inside", "unclear"):
        return value
    return value if key == "group" and value not in ("all", "asked") else say(f"{key}.{value}", language)


def _limit(limit: targets.Limit | None) -> str:
    if limit is None:
        return told(np.nan)
    if np.isinf(limit.lowest):
        return f"\N{LESS-THAN OR EQUAL TO} {limit.highest:g}"
    if np.isinf(limit.highest):
        return f"\N{GREATER-THAN OR EQUAL TO} {limit.lowest:g}"
    return f"{limit.lowest:g}{DASH}{limit.highest:g}"


def _said(row: Row, language: str) -> str:
    if row.reach is None:
        return say("verdict.told", language)
    by = told(row.reach.missed_by(row.figure.value), row.decimals)
    return say(f"verdict.{row.verdict}", language, by=by)


def _shortfalls(rows: Sequence[Row], language: str) -> str:
    """List what falls short and what was not measured, and nothing else."""
    lines = [
        f"- {_quantity(row, language)}: {told(row.figure.value, row.decimals)}; {_said(row, language)}"
        for row in rows
        if row.reach is not None and row.verdict not in (Verdict.REACHED, Verdict.REACHED_WITHIN_ERROR)
    ]
    return "\n".join(lines) or say("shortfalls.none", language)


def _absent(pool: Pool, language: str) -> str:
    missing = targets.peers_not_run(pool)
    return say("comparison.not_run", language, names=", ".join(missing)) if missing else ""


def _failures(pool: Pool, language: str) -> str:
    lines = [f"- {record['shape']}-{record['seed']}: `{record['failed']}`" for record in pool.failed]
    return "\n".join(lines) or say("failures.none", language)


# --- pictures ----------------------------------------------------------------------------------------------------


def pictures(pool: Pool, language: str) -> dict[str, str]:
    """Draw the report's pictures."""
    return {
        "coverage": _draw_coverage(pool, language),
        "recall": draw_dots(
            _head("recall", language), list(_recalls(pool, language)), (0, 1), say("picture.recall.axis", language)
        ),
        "claims": draw_claims(
            _head("claims", language),
            [(say(f"claim.{name}", language), points) for name, points in _claims(pool)],
            say("picture.claims.axis", language),
            say("picture.claims.upward", language),
        ),
        "steps": draw_dots(
            _head("steps", language), list(_steps(pool, language)), (0, 1), say("picture.steps.axis", language)
        ),
    }


def _head(key: str, language: str) -> Head:
    return Head(f"validation-{key}", language, say(f"picture.{key}.title", language))


def _draw_coverage(pool: Pool, language: str) -> str:
    dots = []
    for shape in by_family(pool):
        found = pool.of_shape(f"inside/{ENGINE}/now/asked/lowest", shape)
        out = targets.standing(found) is Standing.OUTSIDE
        dots.append(Dot(shape, found.value, found.lower, found.upper, out))
    axis = say("picture.coverage.axis", language)
    return draw_dots(_head("coverage", language), dots, (0.5, 1.0), axis, targets.BAND)


def _recalls(pool: Pool, language: str) -> Iterator[Dot]:
    for name in (ENGINE, *targets.comparators_of(pool)):
        figure = pool.averaged(f"recall/level/{name}/lowest")
        yield Dot(method_name(name, language), figure.value, *figure.interval, stands_out=name == ENGINE)


def _steps(pool: Pool, language: str) -> Iterator[Dot]:
    names = [name.removeprefix("steps/") for name in pool.names("steps/")]
    if not names:
        yield Dot(say("steps.none", language), np.nan, np.nan, np.nan)
    for name in sorted(names, key=lambda name: -pool.pooled(f"steps/{name}").value):
        figure = pool.pooled(f"steps/{name}")
        yield Dot(method_name(name, language), figure.value, *figure.interval, stands_out=name.startswith(ENGINE))


def _claims(pool: Pool) -> Iterator[tuple[str, list[tuple[float, float]]]]:
    for name in CLAIMS:
        points = [(claimed.value, happened.value) for claimed, happened, _ in claim_bins(pool, name)]
        yield name, points


def _picture(key: str, language: str) -> str:
    return f"![{say(f'picture.{key}.title', language)}](validation-report/{_image(key, language)})"


def _image(key: str, language: str) -> str:
    return f"{key}.{language.replace('_', '-')}.svg"
