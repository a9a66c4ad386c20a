"""Settings of a run: what is asked, against which reference, with which precision."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Reference:
    """A natural sex ratio at birth with its uncertainty, boys per girl.

    Attributes:
        name: pack name, for instance `eastern-asia`.
        ratio: point.
        lower: lower end of the 95 % interval.
        upper: upper end.
    """

    name: str
    ratio: float
    lower: float
    upper: float


@dataclass(frozen=True)
class Settings:
    """What a run is asked.

    Attributes:
        reference: natural SRB, boys per girl, with its 95 % interval.
        normal_upper: upper end of the normal band, boys per 100 girls.
        alert_at: SRB of the level criterion, boys per 100 girls.
        margin: ratio of the difference criterion.
        interval: probability of the model's intervals.
        window_months: months of the window of births that support an estimate.
        fdr_watch: expected false share of tier `watch`.
        fdr_alert: of tier `alert`.
        fdr_strong: of tier `strong`.
        guaranteed_null: SRB of the guaranteed tier's null, boys per 100 girls.
        guaranteed_alpha: its false-discovery rate.
        orders_from: lowest birth order on which a step acts: selection rarely touches first births, so 2; with 1 a
            step acts on all births.
        delays: whether the newest periods are corrected for late registration where reported periods tell of it.
        n_draws: joint posterior draws for ranks and sums.
        seed: seed of the draws.
    """

    reference: Reference = Reference("eastern-asia", 1.063, 1.054, 1.072)
    normal_upper: float = 107.0
    alert_at: float = 115.0
    margin: float = 1.05
    interval: float = 0.9
    window_months: int = 24
    fdr_watch: float = 0.20
    fdr_alert: float = 0.10
    fdr_strong: float = 0.05
    guaranteed_null: float = 107.0
    guaranteed_alpha: float = 0.10
    orders_from: int = 2
    delays: bool = True
    n_draws: int = 1000
    seed: int = 20250101
