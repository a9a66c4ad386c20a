"""How many examples Hypothesis draws: few in the fast suite, ten times as many in the slow one."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

_FAST, _THOROUGH = 25, 250


def register_profiles() -> None:
    """Make the profiles known and take the fast one; `--hypothesis-profile thorough` takes the other."""
    settings.register_profile("fast", max_examples=_FAST, deadline=None)
    settings.register_profile("thorough", max_examples=_THOROUGH, deadline=None)
    settings.load_profile("fast")


def costly(n_examples: int) -> settings:
    """Settings of a test whose every example is costly: so many in the fast suite, ten times as many in the slow."""
    return settings(
        max_examples=n_examples * settings().max_examples // _FAST,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
