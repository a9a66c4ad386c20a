"""Dated rules as YAML and the pure functions that decide from them."""
