"""Documents as files: a page in each language, and a workbook where its tables are meant for further work."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from tianping.documents.content import Document
from tianping.documents.html import render_html
from tianping.documents.xlsx import render_xlsx
from tianping.observatory.whole_files import StagedFiles, unusable

#: How file names tell the language.
ENDINGS = {"zh_Hans": "zh", "en": "en"}


def write_documents(
    documents: Sequence[Document], folder: Path, stem: str, *, workbooks: bool = False
) -> tuple[Path, ...]:
    """Write each document as a page, and as a workbook too where asked; give the files.

    Files of the same names are replaced; each appears whole or not at all.

    Raises:
        InputError: `out_folder_not_a_folder`, `out_folder_not_writable`, `out_folder_full` or `out_folder_unusable`.
    """
    try:
        with StagedFiles(folder) as staged:
            names = []
            for name, content in _files(documents, stem, workbooks=workbooks):
                staged.add(name, [content])
                names.append(name)
            staged.publish()
    except OSError as error:
        raise unusable(folder, error) from error
    return tuple(folder / name for name in names)


def _files(documents: Sequence[Document], stem: str, *, workbooks: bool) -> Iterator[tuple[str, bytes]]:
    for document in documents:
        name = f"{stem}.{ENDINGS[document.language]}"
        yield f"{name}.html", render_html(document).encode()
        if workbooks:
            yield f"{name}.xlsx", render_xlsx(document)
