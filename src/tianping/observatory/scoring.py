"""Score a run against a truth table: how near, how honest, how much found and how much of it false."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from pathlib import Path

import pyarrow as pa

from tianping.locale import text
from tianping.observatory.score_figures import ALL, Figure, Question, figures, history_figures
from tianping.observatory.score_forensics import forensic_figures
from tianping.observatory.score_inputs import Estimated, Truth, courses_of, estimated_of, truth_of
from tianping.observatory.score_sheet import Sheet
from tianping.terms import InputError, Period

#: Measures of each block of the table for people, by the block's name; a subject belongs to the first that fits it.
_BLOCKS = {
    "accuracy": ("rmse", "bias", "coverage", "width"),
    "lists": ("n_true", "n_flagged", "precision", "recall", "false_discovery_proportion", "recall_at_fdp"),
    "claims": ("brier", "calibration_error", "purity", "claimed", "periods_off"),
}
_LABELS = ("level", "order_group", "subject", "n")
#: Columns of `Score.rows`.
COLUMNS = ("as_of", "level", "order_group", "subject", "measure", "value", "n")


@dataclass(frozen=True)
class Block:
    """A table for people: one row per level, order group and subject, its measures side by side.

    Attributes:
        name: `accuracy` (estimates), `lists` (signals) or `claims` (probabilities).
        title: title in the language asked for.
        headings: headings of the columns.
        rows: cells as text; a dash where a figure is not defined.
    """

    name: str
    title: str
    headings: list[str]
    rows: list[list[str]]


@dataclass(frozen=True)
class Score:
    """A run's score.

    Attributes:
        question: the limits that the truth was held against.
        interval: probability that the run's intervals claim.
        window_months: length of the run's window in months, the longest of its evaluations.
        n_areas: areas of the run.
        n_areas_with_truth: those that the truth table names.
        n_areas_fabricated: those left out because their reports are invented.
        difference_scored: whether the run tells parents, without which no difference has a truth.
        figures: all figures.
    """

    question: Question
    interval: float
    window_months: int
    n_areas: int
    n_areas_with_truth: int
    n_areas_fabricated: int
    difference_scored: bool
    figures: tuple[Figure, ...]

    def value(self, subject: str, measure: str, order_group: str, level: str = ALL, as_of: str = ALL) -> float:
        """Give one figure, NaN where it was not scored."""
        wanted = (as_of, level, order_group, subject, measure)
        for figure in self.figures:
            if (figure.as_of, figure.level, figure.order_group, figure.subject, figure.measure) == wanted:
                return figure.value
        return math.nan

    def to_dict(self) -> dict[str, object]:
        """Give the score as plain values for JSON; what is not defined is None."""
        plain = asdict(self)
        for figure in plain["figures"]:
            figure["value"] = None if math.isnan(figure["value"]) else round(figure["value"], 6)
        return plain

    def blocks(self, language: str) -> list[Block]:
        """Give the figures of all evaluations together as three tables for people.

        Lists on which nothing stood and nothing was true are left out; `to_dict` has them.
        """
        return [
            Block(
                name,
                text(f"scoring.block.{name}", language),
                [
                    *(
                        text(f"scoring.column.{column}", language)
                        for column in ("level", "order_group", "subject", "n")
                    ),
                    *(text(f"scoring.short.{measure}", language) for measure in measures),
                ],
                [
                    [*_labels(figure, language), str(figure.n), *(_told(found.get(measure)) for measure in measures)]
                    for figure, found in self._subjects(name)
                ],
            )
            for name, measures in _BLOCKS.items()
        ]

    def _subjects(self, block: str) -> list[tuple[Figure, dict[str, Figure]]]:
        """Give each subject of a block that has something to tell: one of its figures, and all by measure."""
        by_subject: dict[tuple[str, str, str], dict[str, Figure]] = {}
        for figure in self.figures:
            if figure.as_of == ALL and _block_of(figure.subject) == block:
                key = (figure.level, figure.order_group, figure.subject)
                by_subject.setdefault(key, {})[figure.measure] = figure
        return [
            (next(iter(found.values())), found)
            for found in by_subject.values()
            if block != "lists" or any(found[name].value > 0 for name in ("n_true", "n_flagged") if name in found)
        ]

    def headings(self, language: str) -> list[str]:
        """Give the headings of `rows` in a language."""
        return [text(f"scoring.column.{column}", language) for column in COLUMNS]

    def rows(self, language: str, *, each_as_of: bool = False) -> list[list[str]]:
        """Give the figures as rows of a table for people, evaluations pooled unless asked otherwise."""
        return [
            [
                text("scoring.all", language) if figure.as_of == ALL else figure.as_of,
                *_labels(figure, language),
                text(f"scoring.measure.{figure.measure}", language),
                _told(figure),
                str(figure.n),
            ]
            for figure in self.figures
            if each_as_of or figure.as_of == ALL
        ]


def score(
    run_folder: str | Path,
    truth_file: str | Path,
    *,
    areas: str | Path | None = None,
    alert_at: float = 115.0,
    margin: float = 1.05,
    normal_upper: float = 107.0,
    fdp_limit: float = 0.10,
) -> Score:
    """Score the files of a run against a truth file (`area_code, period, order_group, srb`).

    The truth may cover only some areas, periods and order groups; what it does not tell is not scored. Areas
    marked `fabricated` are left out: their reports say nothing of their births; whether the forensic tests found them
    is scored apart. The truth of a window is the
    mean of log SRB over its periods. A difference is scored where the run tells parents: in `areas.csv` of the
    run's folder, or in the areas file given.

    Args:
        run_folder: folder with `estimates.csv` and `signals.csv`, and `ranking.csv`, `history.csv`, `forensics.csv`
            where made.
        truth_file: CSV; optional columns `fabricated` and `changed_period`.
        areas: areas file with `area_code, parent_code`.
        alert_at: SRB of the level criterion, boys per 100 girls.
        margin: ratio of the difference criterion.
        normal_upper: upper end of the normal band, also the null of the guaranteed tier.
        fdp_limit: realised false-discovery proportion at which recall is read.

    Raises:
        InputError: a file or column is missing, a cell is unreadable, or truth and run have nothing in common.
    """
    folder = Path(run_folder)
    areas_file = Path(areas) if areas is not None else folder / "areas.csv"
    tables = {name: _optional(folder / f"{name}.csv") for name in ("ranking", "history", "forensics")}
    return _scored(
        estimates=Sheet.read(folder / "estimates.csv"),
        signals=Sheet.read(folder / "signals.csv"),
        ranking=tables["ranking"],
        history=tables["history"],
        forensics=tables["forensics"],
        areas=Sheet.read(areas_file) if areas is not None else _optional(areas_file),
        truth=Sheet.read(Path(truth_file)),
        question=Question(alert_at, margin, normal_upper, fdp_limit),
    )


def score_tables(
    estimates: pa.Table,
    signals: pa.Table,
    truth: pa.Table,
    *,
    ranking: pa.Table | None = None,
    history: pa.Table | None = None,
    forensics: pa.Table | None = None,
    areas: pa.Table | None = None,
    alert_at: float = 115.0,
    margin: float = 1.05,
    normal_upper: float = 107.0,
    fdp_limit: float = 0.10,
) -> Score:
    """Score tables in memory; columns, options and errors as in `score`."""
    return _scored(
        estimates=Sheet(estimates, "estimates.csv"),
        signals=Sheet(signals, "signals.csv"),
        ranking=None if ranking is None else Sheet(ranking, "ranking.csv"),
        history=None if history is None else Sheet(history, "history.csv"),
        forensics=None if forensics is None else Sheet(forensics, "forensics.csv"),
        areas=None if areas is None else Sheet(areas, "areas.csv"),
        truth=Sheet(truth, "truth.csv"),
        question=Question(alert_at, margin, normal_upper, fdp_limit),
    )


def _scored(
    *,
    estimates: Sheet,
    signals: Sheet,
    ranking: Sheet | None,
    history: Sheet | None,
    forensics: Sheet | None,
    areas: Sheet | None,
    truth: Sheet,
    question: Question,
) -> Score:
    fact = truth_of(truth)
    run = estimated_of(estimates, signals, ranking, areas)
    _check_overlap(run, fact, truth.file)
    found = list(figures(run, fact, question))
    if history is not None:
        found.extend(history_figures(run, fact, courses_of(history, run.codes)))
    if forensics is not None and "fabricated" in truth:
        found.extend(forensic_figures(forensics, fact))
    position = {code: i for i, code in enumerate(fact.codes)}
    rows = [position[code] for code in run.codes if code in position]
    return Score(
        question=question,
        interval=run.interval,
        window_months=max(run.window_months),
        n_areas=len(run.codes),
        n_areas_with_truth=len(rows),
        n_areas_fabricated=int(fact.fabricated[rows].sum()),
        difference_scored=run.parent is not None,
        figures=tuple(found),
    )


def _check_overlap(run: Estimated, truth: Truth, file: str) -> None:
    if run.is_month != truth.is_month:
        raise InputError("score_periods_of_other_kind", file=file)
    n_periods = truth.log_srb.shape[1]
    in_time = [k for k in run.as_of if 0 <= k - truth.first < n_periods]
    if not in_time:
        first, last = (Period.from_ordinal(truth.first + k, is_month=truth.is_month) for k in (0, n_periods - 1))
        raise InputError("score_no_common_period", file=file, first=str(first), last=str(last))
    if not set(run.codes) & set(truth.codes):
        raise InputError("score_no_common_area", file=file, n=len(truth.codes))


def _optional(path: Path) -> Sheet | None:
    return Sheet.read(path) if path.is_file() else None


def _block_of(subject: str) -> str:
    if subject.startswith("p_"):
        return "claims"
    return "lists" if "." in subject else "accuracy"


def _labels(figure: Figure, language: str) -> list[str]:
    return [
        text("scoring.all", language) if figure.level == ALL else figure.level,
        text(f"scoring.order_group.{figure.order_group.replace('+', '_plus')}", language),
        text(f"scoring.subject.{figure.subject.replace('.', '_')}", language),
    ]


def _told(figure: Figure | None) -> str:
    if figure is None or math.isnan(figure.value):
        return "–"
    return f"{figure.value:.0f}" if figure.measure.startswith("n_") else f"{figure.value:.3f}"
