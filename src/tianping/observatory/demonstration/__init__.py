"""The demonstration county: reports with a known truth behind them, bundled or made anew from a seed."""

from tianping.observatory.demonstration.county import Demonstration, bundled_county, generated_county

__all__ = ["Demonstration", "bundled_county", "generated_county"]
