"""The red line over fields, columns, data files, rule files and texts, each search proved by what is planted.

Every entry of the vocabulary is proved apart (unit/rulebook/test_redline.py): taken out, its header gets through.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

import pytest
import yaml

from conventions import redline_checks as checks
from conventions.sources import PACKAGE, ROOT, library, planted
from tianping.locale import LANGUAGES, catalogue
from tianping.rulebook.loading import load_rules, rule_names
from tianping.rulebook.packs import lint_pack
from tianping.rulebook.redline import shipped

HERE = Path(__file__).parent
ALLOWED = yaml.safe_load((HERE / "allowed.yaml").read_text(encoding="utf-8"))
PLANTED = yaml.safe_load((HERE / "data" / "planted.yaml").read_text(encoding="utf-8"))


Names = Mapping[str, str]


def field_problems() -> list[str]:
    return [
        problem for source in library() for problem in checks.forbidden_fields(source, shipped(), ALLOWED["fields"])
    ]


def text_problems(states_the_ban: Names, other_matters: Names, about: Callable[[str, str], bool]) -> list[str]:
    """Problems of the texts of both catalogues, those whose key and text `about` picks."""
    return [
        problem
        for language in LANGUAGES
        for problem in checks.forbidden_texts(
            {key: told for key, told in catalogue(language).items() if about(key, told)},
            shipped(),
            states_the_ban=states_the_ban,
            other_matters=other_matters,
        )
    ]


@cache
def data_files() -> tuple[tuple[str, object], ...]:
    paths = [path for path in sorted(PACKAGE.rglob("*.yaml")) if "locale" not in path.parts]
    return tuple(
        (path.name, yaml.safe_load(path.read_text(encoding="utf-8"))) for path in paths if path.name != "redline.yaml"
    )


def data_problems(allowed: dict[str, str]) -> list[str]:
    return [
        problem for name, tree in data_files() for problem in checks.forbidden_words(name, tree, shipped(), allowed)
    ]


def test_no_field_or_column_is_about_an_individual() -> None:
    assert field_problems() == []


def test_no_text_is_about_an_individual() -> None:
    assert text_problems(ALLOWED["states_the_ban"], ALLOWED["other_matters"], lambda _key, _told: True) == []


def test_no_data_file_is_about_an_individual() -> None:
    assert data_problems(ALLOWED["data_words"]) == []


def test_no_bundled_table_is_about_an_individual() -> None:
    tables = [*PACKAGE.rglob("*.csv"), *(ROOT / "examples").rglob("*.csv")]
    found = [checks.forbidden_headers(path.name, path.read_text(encoding="utf-8-sig"), shipped()) for path in tables]
    assert [problem for problems in found for problem in problems] == []


def test_every_rule_file_passes_the_linter() -> None:
    assert [str(problem) for name in rule_names() for problem in lint_pack(name, load_rules(name))] == []


def test_natural_persons_appear_only_where_they_are_listed() -> None:
    """The library holds none; a field that names one is refused above unless it is listed with its reason."""
    assert load_rules("redline")["natural_persons"] == []


def test_no_allowance_is_idle() -> None:
    names = {name for source in library() for _, name in checks.named_fields(source)}
    words = {word for _, tree in data_files() for _, word in checks.words_of(tree)}
    assert set(ALLOWED["fields"]) <= names
    assert set(ALLOWED["data_words"]) <= words
    for name in (*ALLOWED["fields"], *ALLOWED["data_words"]):
        assert shipped().refused_columns([name]), name
    for pattern in ALLOWED["states_the_ban"]:
        assert text_problems({}, ALLOWED["other_matters"], lambda key, _, pattern=pattern: fnmatchcase(key, pattern)), (
            pattern
        )
    for phrase in ALLOWED["other_matters"]:
        assert text_problems(ALLOWED["states_the_ban"], {}, lambda _, told, phrase=phrase: phrase in told), phrase


# --- planted -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "code",
    [
        "@dataclass\nclass Row:\n    fetal_sex: str\n",
        "class Row:\n    mother_name: str = ''\n",
        "COLUMNS = ('area_code', 'pregnancies')\n",
        "row['id_number']\n",
        "schema = {'contraception': 'str'}\n",
    ],
)
def test_a_planted_field_is_found(code: str) -> None:
    assert len(list(checks.forbidden_fields(planted(code), shipped(), {}))) == 1


def test_a_field_of_counts_is_let_pass() -> None:
    code = "class Row:\n    area_code: str\n    birth_order: str\n    n_boys: int\nNAMES = ('period', 'name')\n"
    assert list(checks.forbidden_fields(planted(code), shipped(), {})) == []


@pytest.mark.parametrize("told", PLANTED["texts"]["individual"])
def test_a_planted_text_is_found(told: str) -> None:
    assert list(checks.forbidden_texts({"a.b": told}, shipped(), states_the_ban={}, other_matters={}))
    assert not list(
        checks.forbidden_texts({"a.b": told}, shipped(), states_the_ban={"a.*": "it does"}, other_matters={})
    )


def test_sound_texts_pass() -> None:
    texts = PLANTED["texts"]["sound"] | {"c": "With {n} births we cannot tell this area from {name}."}
    assert list(checks.forbidden_texts(texts, shipped(), states_the_ban={}, other_matters={})) == []


def test_a_planted_header_or_word_is_found() -> None:
    assert len(list(checks.forbidden_headers("x.csv", ",".join(PLANTED["headers"]), shipped()))) == 1
    assert len(list(checks.forbidden_words("x.yaml", PLANTED["words"], shipped(), {}))) == 2
