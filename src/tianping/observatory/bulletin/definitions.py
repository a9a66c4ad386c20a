"""Appendix: what the words mean and how the figures are made."""

from __future__ import annotations

from tianping.documents.cells import Number
from tianping.documents.content import Block, DefinitionList
from tianping.observatory.bulletin.issue import Issue
from tianping.observatory.bulletin.overall import missing
from tianping.rulebook.min_births import minimum_births
from tianping.srb.direct import births_needed


def definitions(issue: Issue) -> tuple[Block, ...]:
    """Define the terms, one entry each."""
    snapshot, words = issue.snapshot, issue.words
    rules, s5 = snapshot.rules, snapshot.signal_rules
    reference = snapshot.result.settings.reference
    fields = {
        "direct": words.level(rules.direct_interval),
        "model": words.level(rules.model_interval),
        "least": str(minimum_births(snapshot.month).point),
        "margin": f"{100 * (s5.margin - 1):g}",
        "alert_at": f"{s5.alert_at:g}",
        "false_share": words.percent(s5.difference_false_share),
        "persistence": str(s5.persistence),
        "needed": Number(births_needed(s5.alert_at, reference.ratio)),
        "county_detectable": Number(_detectable(issue), 1),
        **issue.against(),
    }
    keys = ("interval", "model", "no_ranking", "minimum", "reference", "difference", "detectable", "bands")
    entries = [
        (words.text(f"bulletin.terms.{key}.term"), words.sentence(f"bulletin.terms.{key}.meaning", **fields))
        for key in keys
    ]
    entries.insert(5, (words.text("bulletin.terms.missing.term"), missing(issue)))
    return (DefinitionList(tuple(entries)),)


def _detectable(issue: Issue) -> float:
    snapshot = issue.snapshot
    return float(snapshot.estimates.column("min_detectable_srb", snapshot.group)[snapshot.county])
