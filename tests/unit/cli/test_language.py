"""Which language is spoken: what was asked for wins, then the environment."""

from __future__ import annotations

import pytest

from tianping.cli.language import choose_language, language_of
from tianping.terms import RuleError

#: given LC_ALL, LC_MESSAGES, LANG and the command line, the language
CASES = [
    ("", "", "", [], "en"),
    ("", "", "zh_CN.UTF-8", [], "zh_Hans"),
    ("", "", "zh_TW", [], "zh_Hans"),
    ("C", "", "zh_CN.UTF-8", [], "en"),
    ("", "zh_CN", "de_DE", [], "zh_Hans"),
    ("zh_CN.GBK", "", "en_US", [], "zh_Hans"),
    ("", "", "zh_CN", ["check", "--lang", "en"], "en"),
    ("", "", "", ["check", "--lang=zh-CN"], "zh_Hans"),
    ("", "", "", ["--lang", "zh_Hans", "--help"], "zh_Hans"),
    ("", "", "zh_CN", ["check", "--lang", "tlh"], "zh_Hans"),
    ("", "", "zh_CN", ["check", "--lang"], "zh_Hans"),
]


@pytest.mark.parametrize(("all_", "messages", "lang", "arguments", "expected"), CASES)
def test_the_language_of_a_command_line(
    monkeypatch: pytest.MonkeyPatch, all_: str, messages: str, lang: str, arguments: list[str], expected: str
) -> None:
    for name, value in (("LC_ALL", all_), ("LC_MESSAGES", messages), ("LANG", lang)):
        monkeypatch.setenv(name, value)
    assert language_of(arguments) == expected


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(RuleError, match="language_unknown"):
        choose_language("tlh")
