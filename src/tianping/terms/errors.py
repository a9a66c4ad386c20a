"""Errors are part of the public interface: what, where, why and what to do."""

from __future__ import annotations


class TianpingError(Exception):
    """An error of this product, told by a catalogue key and its values.

    `key` names the text in the catalogues (`errors.<key>`); `values` fill it. `str()` gives the key and
    the values, so that a log stays readable without a catalogue; the doors give the sentence.
    """

    def __init__(self, key: str, **values: object) -> None:
        self.key = key
        self.values = values
        super().__init__(key)

    def __str__(self) -> str:
        """Give the key and the values that fill its text."""
        told = ", ".join(f"{name}={value!r}" for name, value in self.values.items())
        return f"{self.key} ({told})" if told else self.key


class InputError(TianpingError):
    """The input cannot be used as it stands."""


class RedLineError(InputError):
    """The input carries something this product must never hold; it is refused whole."""


class RuleError(TianpingError):
    """A dated rule or pack is missing, malformed or not allowed."""


class StoreError(TianpingError):
    """A stored release is missing or does not match its digest."""
