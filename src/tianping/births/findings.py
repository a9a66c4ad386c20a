"""What is noted while a file is read: findings, how much each weighs, and the refusal that carries them."""

from __future__ import annotations

from dataclasses import replace
from typing import NoReturn

from tianping.terms import Finding, InputError, Severity

_ERRORS = """
    file_empty file_damaged file_binary file_cut_off zip_not_workbook old_or_locked_workbook workbook_too_large
    html_table encoding_unreadable csv_unreadable quote_unclosed header_missing header_merged header_twice
    layout_unclear count_column_missing nothing_usable row_ragged
    area_missing area_unknown area_outside_tree area_ambiguous area_not_valid
    period_missing period_unreadable period_future periods_mixed reported_impossible sex_unreadable
    count_missing count_negative count_fractional count_unreadable count_too_large count_formula weight_unreadable
    duplicate_cell parts_do_not_add_up
    areas_code_missing areas_code_twice areas_parent_unknown areas_parent_cycle
    births_all_nought line_list_kind line_list_counts line_list_weighted line_list_columns line_list_unreadable
    row_encoding spark_parquet_only
"""
_WARNINGS = """
    wrong_extension encoding_guessed formulas merged_cells_filled area_code_completed
    reported_unreadable order_unreadable order_unknown_above_limit sex_unknown weighted half_cell period_gap
    sources_overlap areas_validity_unreadable as_of_after_data area_absent file_meant_twice last_line_open
"""
_REMARKS = """
    encoding_bom delimiter_other lines_above_header sheets_unread columns_unread facility_column_unread
    blank_rows note_rows header_repeated totals_rows inner_totals area_by_name areas_from_file
    order_absent order_unknown area_gap areas_without_rows line_list_counted after_as_of after_known_on
    areas_level_missing files_passed_over codes_named
"""

#: Every code this package can find, with its weight.
SEVERITIES: dict[str, Severity] = {
    **dict.fromkeys(_ERRORS.split(), Severity.ERROR),
    **dict.fromkeys(_WARNINGS.split(), Severity.WARNING),
    **dict.fromkeys(_REMARKS.split(), Severity.INFO),
}


class InputRefusedError(InputError):
    """A file was not used; `findings` say why, all that were made until then.

    Attributes:
        findings: the findings, at least one of them at error level.
    """

    def __init__(self, file: str, findings: tuple[Finding, ...]) -> None:
        self.findings = findings
        errors = list(dict.fromkeys(found.code for found in findings if found.severity is Severity.ERROR))
        super().__init__("input_refused", file=file, codes=", ".join(errors))


class FindingLog:
    """Collects the findings about one file, one for each code and column, in the order in which they are made."""

    def __init__(self, file: str) -> None:
        self.file = file
        self._found: dict[tuple[str, str, str], Finding] = {}

    def add(self, code: str, *, row: int = 0, column: str = "", count: int = 1, **values: object) -> None:
        """Note one finding, or that an earlier one concerns `count` more rows.

        `values` fill its sentences and never hold a refused value.
        """
        found = Finding(code, SEVERITIES[code], self.file, row, column, count, values)
        before = self._found.get((self.file, code, column))
        if before is not None:
            first = min(filter(None, (row, before.row)), default=0)
            found = replace(before, row=first, count=before.count + count)
        self._found[self.file, code, column] = found

    def extend(self, findings: tuple[Finding, ...]) -> None:
        """Take over findings made elsewhere."""
        self._found.update({(found.file, found.code, found.column): found for found in findings})

    def refuse(self, code: str, *, row: int = 0, column: str = "", **values: object) -> NoReturn:
        """Note a finding after which the file cannot be used.

        Raises:
            InputRefusedError: always.
        """
        self.add(code, row=row, column=column, count=1, **values)
        raise InputRefusedError(self.file, self.findings)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Give what was found so far."""
        return tuple(self._found.values())

    def close(self, *, strict: bool) -> tuple[Finding, ...]:
        """Give all findings, the heaviest first.

        Raises:
            InputRefusedError: when `strict` and a finding is at error level.
        """
        weights = list(Severity)
        ordered = tuple(sorted(self._found.values(), key=lambda found: -weights.index(found.severity)))
        if strict and any(found.severity is Severity.ERROR for found in ordered):
            raise InputRefusedError(self.file, ordered)
        return ordered
