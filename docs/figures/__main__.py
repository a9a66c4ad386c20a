"""Draw the figures of the explanation pages and compute the numbers that they quote.

    python docs/figures [FOLDER]

Without a folder the figures go to docs/images/explanation and the numbers to docs/figures/numbers.json. Worlds come
from the product's own simulator, counts from data that come with it; every seed is fixed, so the same version of the
product draws the same figures. Half a minute on one core. What changed since is told: the pages have to be put right.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import few_births
import months
import signals
from telling import LANGUAGES, Page, Words

HERE = Path(__file__).parent
PAGES = {
    "why-months-are-not-ranked": months.page,
    "what-47-births-can-tell": few_births.page,
    "how-a-signal-comes-about": signals.page,
}


def main(images: Path, numbers: Path) -> None:
    """Write every figure in both languages, and the numbers of each page by name."""
    images.mkdir(parents=True, exist_ok=True)
    told: dict[str, dict[str, str]] = {}
    for name, make in PAGES.items():
        page: Page = make()
        told[name] = dict(page.numbers)
        for suffix, language in LANGUAGES.items():
            for chart in page.charts(Words(language)):
                (images / f"{chart.key}.{suffix}.svg").write_text(chart.svg + "\n", encoding="utf-8")
    for line in changes(json.loads(numbers.read_text(encoding="utf-8")) if numbers.exists() else told, told):
        sys.stdout.write(line + "\n")
    numbers.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def changes(before: dict[str, dict[str, str]], now: dict[str, dict[str, str]]) -> list[str]:
    """Say which numbers are no longer what the pages quote."""
    return [
        f"{page}: {name} was {before.get(page, {}).get(name)}, is {value}"
        for page, numbers in now.items()
        for name, value in numbers.items()
        if before.get(page, {}).get(name) != value
    ]


if __name__ == "__main__":
    if len(sys.argv) > 1:
        main(Path(sys.argv[1]), Path(sys.argv[1]) / "numbers.json")
    else:
        main(HERE.parent / "images" / "explanation", HERE / "numbers.json")
