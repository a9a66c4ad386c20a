"""Drawing a world in a process of its own: `python -m bench.prepare SIZE SEED FOLDER [tables]`."""

from __future__ import annotations

import sys
from pathlib import Path

from bench.sharing import write_tables
from bench.world import SIZES, simulate


def main(size: str, seed: int, folder: Path, *, with_tables: bool) -> None:
    """Draw the world and write births and truth, and tables for those who read text."""
    folder.mkdir(parents=True, exist_ok=True)
    births, truth = simulate(SIZES[size], seed)
    births.save(folder)
    truth.save(folder)
    if with_tables:
        write_tables(births, folder)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]), with_tables="tables" in sys.argv[4:])
