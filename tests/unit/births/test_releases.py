"""Releases are what their names say, whole, and never change."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from tianping.births import BirthTable, difference, list_releases, read_births, read_release, releases, write_release
from tianping.terms import Area, AreaTree, Period, StoreError

TREE = AreaTree.of(
    [
        Area("c", "County", "county"),
        Area("t1", "\u00c9", "township", "c", Period(2024), Period(2025, 6)),
        Area("t2", "T2", "township", "c"),
    ]
)


def table(girls: int = 9, **columns: list[object]) -> BirthTable:
    rows: dict[str, list[object]] = {
        "area_code": ["t1", "t2"],
        "period": ["2024-01", "2024-02"],
        "boys": [10, 3],
        "girls": [girls, 4],
        "reported_period": ["2024-01", "2024-05"],
    }
    return read_births(pa.table({**rows, **columns}), areas=TREE)


def test_a_release_reads_back_as_it_was_written(tmp_path: Path) -> None:
    births = table()
    release = write_release(births, tmp_path / "new" / "folder")
    again = read_release(tmp_path / "new" / "folder", release.digest)
    assert again.digest == births.digest == release.digest
    assert again.tree == births.tree
    assert again.cells.equals(births.cells)
    assert (release.n_cells, release.n_births) == (4, 26)
    assert list_releases(tmp_path / "new" / "folder") == (release.digest,)


def test_weighted_and_yearly_tables_too(tmp_path: Path) -> None:
    births = table(period=["2023", "2024"], weight=[0.5, 1.25])
    release = write_release(births, tmp_path)
    again = read_release(tmp_path, release.digest)
    assert (again.is_weighted, again.is_monthly) == (True, False)
    assert (again.counts().boys == births.counts().boys).all()


def test_counts_known_at_any_date_come_from_the_release(tmp_path: Path) -> None:
    release = write_release(table(), tmp_path)
    again = read_release(tmp_path, release.digest)
    assert again.counts(Period(2024, 2), Period(2024, 4)).boys.sum() == 10
    assert again.counts(Period(2024, 2), Period(2024, 5)).boys.sum() == 13
    late = again.known(Period(2024, 2), Period(2024, 4))
    assert late.births_after_known_on == 7
    assert [(found.code, found.values["births"]) for found in late.findings] == [("after_known_on", 7)]


def test_writing_twice_leaves_one_file_untouched(tmp_path: Path) -> None:
    first = write_release(table(), tmp_path)
    before = first.path.stat()
    second = write_release(table(), tmp_path)
    assert second == first
    assert first.path.stat().st_mtime_ns == before.st_mtime_ns
    assert first.path.stat().st_mode & 0o222 == 0
    assert len(list(tmp_path.iterdir())) == 1


def test_another_content_is_another_release(tmp_path: Path) -> None:
    digests = {write_release(table(girls), tmp_path).digest for girls in (9, 8)}
    assert len(digests) == 2
    assert set(list_releases(tmp_path)) == digests


def test_the_digest_covers_areas_periods_and_sources() -> None:
    renamed = AreaTree.of(Area(area.code, area.name + "!", area.level, area.parent_code) for area in TREE.areas)
    others = [
        table(source=["a", "b"]),
        table(reported_period=["2024-01", "2024-06"]),
        table(period=["2023-12", "2024-02"]),
        BirthTable(renamed, table().cells, is_monthly=True),
    ]
    assert len({table().digest, *(other.digest for other in others)}) == 5


def test_a_changed_byte_never_changes_what_is_read(tmp_path: Path) -> None:
    births = table()
    release = write_release(births, tmp_path)
    whole = release.path.read_bytes()
    release.path.chmod(0o644)
    changed = []
    for at in range(0, len(whole), 17):
        release.path.write_bytes(whole[:at] + bytes([whole[at] ^ 0x5A]) + whole[at + 1 :])
        try:
            again = read_release(tmp_path, release.digest)
        except StoreError:
            continue
        changed += [] if again.cells.equals(births.cells) and again.tree == births.tree else [at]
    assert changed == []


def test_a_release_under_the_name_of_another_is_refused(tmp_path: Path) -> None:
    first, second = write_release(table(9), tmp_path), write_release(table(8), tmp_path)
    first.path.chmod(0o644)
    first.path.write_bytes(second.path.read_bytes())
    with pytest.raises(StoreError, match="release_damaged"):
        read_release(tmp_path, first.digest)
    with pytest.raises(StoreError, match="release_damaged"):
        write_release(table(9), tmp_path)


def test_an_unknown_release(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="release_unknown"):
        read_release(tmp_path, "0" * 64)


def test_a_broken_write_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full_disk(handle: int) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(releases.os, "fsync", full_disk)
    with pytest.raises(OSError, match="no space"):
        write_release(table(), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_late_report_shows_as_the_difference() -> None:
    changed = difference(table(9), table(11))
    assert changed.cells.to_pylist() == [
        {"area_code": "t1", "period": "2024-01", "birth_order": 3, "sex": "f", "births_before": 9, "births_after": 11}
    ]
    assert (changed.births_before, changed.births_after) == (26, 28)
