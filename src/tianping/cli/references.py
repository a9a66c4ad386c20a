"""`tianping references`: the natural sex ratios at birth that can be chosen."""

from __future__ import annotations

from dataclasses import asdict

from tianping.cli.layout import aligned, paragraph
from tianping.cli.options import Json, Language
from tianping.cli.outcome import ExitCode
from tianping.cli.speaking import say, say_json
from tianping.locale import text
from tianping.rulebook.references import ReferencePack, reference, reference_names


def references(json: Json = False, lang: Language = "") -> int:
    """List the reference packs."""
    packs = [reference(name) for name in reference_names()]
    if json:
        say_json({"default": reference().name, "references": [_record(pack, lang) for pack in packs]})
        return ExitCode.FINE
    headings = [text(f"cli.references.column.{name}", lang) for name in ("name", "title", "ratio", "interval")]
    rows = [
        [
            pack.name,
            text(pack.title_key, lang),
            f"{100 * pack.ratio:.1f}",
            f"{100 * pack.lower:.1f}–{100 * pack.upper:.1f}",
        ]
        for pack in packs
    ]
    say(aligned(headings, rows, numbers=(2, 3)))
    say()
    say(paragraph(text("cli.references.note", lang, default=reference().name, percent=round(100 * packs[0].level))))
    for source in dict.fromkeys(pack.source for pack in packs):
        say(paragraph(text("cli.references.source", lang, source=source)))
    return ExitCode.FINE


def _record(pack: ReferencePack, language: str) -> dict[str, object]:
    plain = asdict(pack)
    plain["title"] = text(plain.pop("title_key"), language)
    plain["valid_from"] = None if pack.valid_from is None else str(pack.valid_from)
    return plain
