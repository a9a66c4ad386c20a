"""What came out of a run, in plain words."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from tianping import srb
from tianping.cli.layout import aligned, paragraph
from tianping.locale import text
from tianping.observatory.results import Result
from tianping.observatory.run_document import late_registration, share_of_unknown_order
from tianping.rulebook.min_births import minimum_births

#: More areas at the top than this are not told one by one.
_FEW = 3
#: No more areas than this are named.
_NAMED = 12
_TIERS = ("watch", "alert", "strong")


def summary(result: Result, language: str) -> str:
    """Tell a run's last evaluation: what it rests on, the areas at the top, the lists, what ranks are worth."""
    group = "2+" if result.last.fitted.problem.counts.has_orders else "all"
    parts = [
        "\n".join(map(paragraph, [*_basis(result, language), *_tops(result, language)])),
        _lists(result, group, language),
        "\n".join(map(paragraph, _ranks(result, group, language))),
    ]
    return "\n\n".join(part for part in parts if part)


def _basis(result: Result, language: str) -> Iterator[str]:
    run, counts = result.last.run, result.last.fitted.problem.counts
    if len(result.evaluations) > 1:
        earliest = str(result.evaluations[0].run.as_of)
        yield text("cli.summary.walk", language, n=len(result.evaluations), first=earliest, last=str(run.as_of))
    births, first = run.diagnostics.n_births, str(counts.periods[0])
    yield text("cli.summary.basis", language, areas=len(run.tree), births=births, first=first, last=str(run.as_of))
    unknown = share_of_unknown_order(counts)
    if counts.has_orders and unknown:
        yield text("cli.summary.order_unknown", language, share=unknown)
    late = late_registration(counts, result.settings)
    if late != "not_reported":
        yield text(f"cli.summary.late_registration.{late}", language)


def _tops(result: Result, language: str) -> Iterator[str]:
    """Tell the estimate of each area at the top."""
    tree = result.last.run.tree
    tops = np.flatnonzero(tree.depth == 0)
    if len(tops) > _FEW:
        yield text("cli.summary.many_tops", language, n=len(tops))
        return
    groups = ("all", "2+") if result.last.fitted.problem.counts.has_orders else ("all",)
    for area in tops:
        for group in groups:
            yield _estimate(result, int(area), group, language)


def _estimate(result: Result, area: int, group: str, language: str) -> str:
    estimates = result.last.run.estimates
    logs = (estimates.column(name, group)[area] for name in ("log_mean", "log_lower", "log_upper"))
    srb_, lower, upper = (100.0 * float(np.exp(value)) for value in logs)
    return text(
        "cli.summary.estimate",
        language,
        name=result.last.run.tree.areas[area].name,
        group=_group_name(group, language),
        srb=srb_,
        percent=round(100 * result.settings.interval),
        lower=lower,
        upper=upper,
    )


def _group_name(group: str, language: str) -> str:
    return text(f"explain.order_group.{group.replace('+', '_plus')}", language)


def _lists(result: Result, group: str, language: str) -> str:
    """Tell how many areas are on each list and how many of them are expected to be there by chance."""
    run = result.last.run
    rows = [
        [level, text(f"cli.summary.criterion.{criterion}", language), *_numbers(run, group, level, criterion)]
        for level in run.tree.levels
        if result.level in ("all", level)
        for criterion in ("level", "difference")
        if any(s.order_group == group and _is(run, s, level, criterion) for s in run.signals)
    ]
    name = _group_name(group, language)
    if not rows:
        return paragraph(text("cli.summary.no_lists", language, group=name))
    headings = [text(f"cli.summary.column.{column}", language) for column in ("level", "criterion")]
    headings += [text(f"explain.tier.{tier}", language) for tier in _TIERS]
    headings.append(text("cli.summary.column.guaranteed", language))
    told = paragraph(text("cli.summary.lists", language, group=name))
    table = aligned(headings, rows, numbers=range(2, len(headings)))
    return "\n".join(part for part in (told, table, _named(result, group, language)) if part)


def _named(result: Result, group: str, language: str) -> str:
    """Name the areas that stand on the list of tier `alert` or higher."""
    tree = result.last.run.tree
    areas = dict.fromkeys(
        tree.areas[s.area].name
        for s in result.last.run.signals
        if s.order_group == group and s.tier in _TIERS[1:] and result.level in ("all", tree.areas[s.area].level)
    )
    shown, n_more = list(areas)[:_NAMED], max(len(areas) - _NAMED, 0)
    if not shown:
        return ""
    names = text("cli.summary.between_names", language).join(shown)
    if n_more:
        return paragraph(text("cli.summary.named_many", language, names=names, n=n_more))
    return paragraph(text("cli.summary.named", language, names=names))


def _numbers(run: srb.Run, group: str, level: str, criterion: str) -> Iterator[str]:
    listed = [s for s in run.signals if s.order_group == group and _is(run, s, level, criterion)]
    for at in range(len(_TIERS)):
        p = [s.p for s in listed if s.tier in _TIERS[at:]]
        yield f"{len(p)} ({sum(1.0 - one for one in p):.1f})" if p else "0"
    yield str(sum(s.tier == "guaranteed" for s in listed))


def _is(run: srb.Run, signal: srb.Signal, level: str, criterion: str) -> bool:
    return run.tree.areas[signal.area].level == level and signal.criterion == criterion


def _ranks(result: Result, group: str, language: str) -> Iterator[str]:
    """Tell for each level whether its areas can be put in order."""
    for ranking in result.last.run.rankings:
        if ranking.order_group != group or result.level not in ("all", ranking.level):
            continue
        form = minimum_births().ranking_form(ranking.rankability)
        yield text(
            f"cli.summary.ranks.{form}",
            language,
            level=ranking.level,
            n=len(ranking.areas),
            rankability=ranking.rankability,
            high=ranking.group.count("high"),
            low=ranking.group.count("low"),
            unclear=ranking.group.count("indistinguishable"),
        )
