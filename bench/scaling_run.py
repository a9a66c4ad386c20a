"""One size of the series: `python -m bench.scaling_run TOWNSHIPS OUT` draws a world and estimates it twice."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import tianping
from bench.engine import make_counts
from bench.world import Size, simulate

_MONTHS = 60
_PER_COUNTY = 12
_COUNTIES_PER_PREFECTURE = 10


def main(townships: int, out: Path) -> None:
    """Estimate from scratch and then once more at the scales found; write CPU seconds of both."""
    counties = max(2, townships // _PER_COUNTY)
    births, _ = simulate(Size(max(1, counties // _COUNTIES_PER_PREFECTURE), counties, townships, _MONTHS), seed=1)
    counts = make_counts(births)
    del births
    started = time.process_time()
    warm = tianping.estimate(counts).last.fitted.warm
    scratch = time.process_time() - started
    tianping.estimate(counts, warm=warm)
    told = {"scratch": scratch, "monthly": time.process_time() - started - scratch}
    out.write_text(json.dumps(told), encoding="utf-8")


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
