"""What the forensic tests are asked with: dated rules elsewhere, plain numbers here."""

from __future__ import annotations

from dataclasses import dataclass, fields


@dataclass(frozen=True)
class Limits:
    """The limits in force; shares and probabilities lie between 0 and 1.

    The names that end in `_of_note` are effects that a unit's births should be able to show. Where the smallest
    effect they would show is further out, silence says nothing.

    Attributes:
        false_discovery_rate: of the list of units that are asked to check, Benjamini–Hochberg.
        error: one-sided error of the statements on power.
        power: power of these statements.
        least_births: births of a unit below which it is asked nothing.
        least_periods: periods with births below which no test over periods is asked.
        dispersion_of_note: ratio of the observed to the binomial variance, below 1.
        variation_of_note: the same ratio above 1.
        threshold: SRB under which figures might be kept, boys per 100 girls.
        threshold_width: width of the two strips beside it, boys per 100 girls.
        heaping_of_note: share of the months in the strip below less that in the strip above.
        simulations: paths simulated at most for one unit.
        assessment_months: months of the year in which units are assessed.
        deadline_of_note: SRB of these months divided by that of the others, below 1.
        close_of_note: odds of a boy among births of these months reported late, divided by those reported in time.
        least_late: late births below which their sexes are not compared.
        revision_of_note: share of girls among late births less that among births in time.
        source_completeness: share of all births that each of two sources holds at least.
        least_girls: girls in each of two sources below which they are not compared.
        gap_of_note: log ratio of two sources' sex ratios.
        digit_least_count: least count whose last digit is looked at.
        digit_least_cells: how many such counts it takes.
        digit_of_note: Cohen's w of the last digits.
        repeats_ordinary: equal months expected by chance above which they mean nothing.
        repeats_of_note: pairs of equal months.
        copies_of_note: cells equal to the month before, divided by those expected.
        order_window: months in which shifted orders are looked for, and at least as many before them.
        natural_order_ratio: largest natural ratio of the SRB of first births to that of later ones.
        order_of_note: ratio of the SRB of first births to that of later ones.
        runs_of_note: runs of the leading sex, divided by those expected.
        perfect_least_births: births from which reports without any late one are looked at.
        perfect_least_peers: other units needed for that.
        moved_baseline: periods on either side that tell what is usual.
        moved_remainder: largest share of a spike that its neighbours may leave unbalanced.
        moved_of_note: births of one sex moved into a period, divided by its births.
    """

    false_discovery_rate: float
    error: float
    power: float
    least_births: int
    least_periods: int
    dispersion_of_note: float
    variation_of_note: float
    threshold: float
    threshold_width: float
    heaping_of_note: float
    simulations: int
    assessment_months: tuple[int, ...]
    deadline_of_note: float
    close_of_note: float
    least_late: int
    revision_of_note: float
    source_completeness: float
    least_girls: int
    gap_of_note: float
    digit_least_count: int
    digit_least_cells: int
    digit_of_note: float
    repeats_ordinary: float
    repeats_of_note: float
    copies_of_note: float
    order_window: int
    natural_order_ratio: float
    order_of_note: float
    runs_of_note: float
    perfect_least_births: int
    perfect_least_peers: int
    moved_baseline: int
    moved_remainder: float
    moved_of_note: float


#: Names of all limits, as rule files write them.
LIMIT_NAMES = tuple(field.name for field in fields(Limits))
