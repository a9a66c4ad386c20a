"""Telling how far a query is while it runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

from tianping.births.counting.engines import Progress

#: Seconds between two looks.
_LOOK = 0.2


@contextmanager
def watched(look: Callable[[], float], progress: Progress) -> Iterator[None]:
    """Look again and again, from a thread of its own, which share is done, and tell it; it never goes back."""
    done = Event()

    def watch() -> None:
        share = 0.0
        while not done.wait(_LOOK):
            share = max(share, min(1.0, look()))
            progress(share)

    watcher = Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        done.set()
        watcher.join()
