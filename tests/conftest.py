"""What holds for every test: how many examples are drawn."""

from __future__ import annotations

from drawing import register_profiles

register_profiles()
