"""Text files: which encoding they are in, and whether they break off."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from tianping.births.findings import FindingLog

_BLOCK = 8 << 20
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
#: Tried in this order where no mark tells the encoding.
_ENCODINGS = ("utf-8", "gb18030")


@dataclass(frozen=True)
class TextBytes:
    """A text file's bytes, without the mark at its beginning.

    Attributes:
        buffer: the bytes, mapped into memory.
        encoding: the encoding they are in.
        ends_open: whether the last line has no line end.
        has_odd_quotes: whether a quotation mark is opened and never closed.
    """

    buffer: pa.Buffer
    encoding: str
    ends_open: bool
    has_odd_quotes: bool

    def head(self, size: int) -> str:
        """Decode the first bytes, as far as they make whole characters."""
        return codecs.getincrementaldecoder(self.encoding)().decode(self.buffer[:size].to_pybytes())


@dataclass(frozen=True)
class _Pass:
    """What decoding the whole file once has shown."""

    n_quotes: int
    is_whole: bool


def open_text(path: Path, log: FindingLog) -> TextBytes:
    """Map a text file into memory, find its encoding, and cut off a character that breaks off at its end.

    Raises:
        InputRefusedError: `file_binary` or `encoding_unreadable`.
    """
    with pa.memory_map(str(path)) as file:
        return _whole_lines(*_decoded(file.read_buffer(), log), log)


def open_head(head: bytes, log: FindingLog) -> TextBytes:
    """Find the encoding of a text of which only the first lines are at hand.

    Raises:
        InputRefusedError: `file_binary` or `encoding_unreadable`.
    """
    buffer, encoding, _ = _decoded(pa.py_buffer(head), log)
    return TextBytes(buffer, encoding, ends_open=False, has_odd_quotes=False)


def _decoded(buffer: pa.Buffer, log: FindingLog) -> tuple[pa.Buffer, str, _Pass]:
    """Give the text without its mark, its encoding, and what decoding it has shown."""
    encoding, start = _marked_encoding(buffer, log)
    if not encoding and b"\0" in buffer[:_BLOCK].to_pybytes():
        log.refuse("file_binary")
    buffer = buffer.slice(start)
    candidates = (encoding,) if encoding else _ENCODINGS
    decoded = ((candidate, _decode(buffer, candidate)) for candidate in candidates)
    fitting = next(((candidate, found) for candidate, found in decoded if found is not None), None)
    if fitting is None:
        log.refuse("encoding_unreadable", tried=", ".join(candidates).upper())
    if fitting[0] not in ("utf-8", encoding):
        log.add("encoding_guessed", encoding=fitting[0].upper())
    return buffer, *fitting


def _marked_encoding(buffer: pa.Buffer, log: FindingLog) -> tuple[str, int]:
    for mark, encoding in _MARKS:
        if buffer[: len(mark)].to_pybytes() == mark:
            log.add("encoding_bom", encoding=encoding.removesuffix("-le").removesuffix("-be").upper())
            return encoding, len(mark)
    return "", 0


def _decode(buffer: pa.Buffer, encoding: str) -> _Pass | None:
    decoder = codecs.getincrementaldecoder(encoding)()
    n_quotes = 0
    try:
        for at in range(0, buffer.size, _BLOCK):
            n_quotes += decoder.decode(buffer[at : at + _BLOCK].to_pybytes()).count('"')
    except UnicodeDecodeError:
        return None
    return _Pass(n_quotes, is_whole=not decoder.getstate()[0])


def _whole_lines(buffer: pa.Buffer, encoding: str, found: _Pass, log: FindingLog) -> TextBytes:
    line_ends = tuple(sign.encode(encoding) for sign in "\n\r")
    if found.is_whole:
        last = buffer[max(0, buffer.size - len(line_ends[0])) :].to_pybytes()
        return TextBytes(buffer, encoding, last not in line_ends, found.n_quotes % 2 == 1)
    log.add("file_cut_off")
    whole = buffer.slice(0, _end_of_last_line(buffer, line_ends[0]))
    again = _decode(whole, encoding)
    return TextBytes(whole, encoding, ends_open=False, has_odd_quotes=again is not None and again.n_quotes % 2 == 1)


def _end_of_last_line(buffer: pa.Buffer, line_end: bytes) -> int:
    """Give the position behind the last line end; one that stands across two characters is none."""
    start = max(0, buffer.size - _BLOCK) // len(line_end) * len(line_end)
    tail = buffer[start:].to_pybytes()
    at = tail.rfind(line_end)
    while at > 0 and at % len(line_end):
        at = tail.rfind(line_end, 0, at + len(line_end) - 1)
    return start + at + len(line_end) if at >= 0 else 0
