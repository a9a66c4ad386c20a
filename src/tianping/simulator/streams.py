"""Random streams, one for each part of a world, so that what is added to one part never moves another."""

from __future__ import annotations

from dataclasses import dataclass
from zlib import crc32

import numpy as np


@dataclass(frozen=True)
class Streams:
    """Streams of random numbers by name, all made from one seed."""

    seed: int

    def of(self, *names: str | int) -> np.random.Generator:
        """Give the stream of a part, told by words and numbers; the same names give the same stream from its start."""
        key = tuple(name if isinstance(name, int) else crc32(name.encode()) for name in names)
        return np.random.Generator(np.random.PCG64(np.random.SeedSequence(self.seed, spawn_key=key)))
