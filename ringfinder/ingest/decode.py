"""Bytes of a text file to text: UTF-8, GB18030 (with GBK), UTF-16 and UTF-32, each with or without its mark.

In:  bytes.   Out: text, the encoding's name, notes.   Never guesses past these: a file that is none of them is an
error that names the cure.
"""

from __future__ import annotations

import codecs

import numpy as np

from ringfinder.errors import TableError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_MAGIC = (
    (b"PK\x03\x04", "an Excel workbook or a zip archive", "rename it to .xlsx if it is a workbook"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook", "rename it to .xls"),
    (b"PAR1", "a Parquet file", "rename it to .parquet"),
    (b"\x1f\x8b", "compressed with gzip", "rename it to .csv.gz"),
    (b"%PDF", "a PDF", "export the table as CSV"),
    (b"\x89PNG", "a picture", "export the table as CSV"),
    (b"SQLite format 3", "an SQLite database", "export its tables as CSV"),
)
_CURE = "save it as CSV UTF-8 (in Excel: Save as, CSV UTF-8), or name its encoding"
_SAMPLE = 1 << 16


def decode(data: bytes, *, file: str, encoding: str = "") -> tuple[str, str, tuple[str, ...]]:
    """Text, encoding and notes of one file's bytes.

    Raises
    ------
    TableError : empty, not text, or in none of the known encodings.

    Examples
    --------
    >>> decode("姓名\\n".encode("gbk"), file="a.csv")
    ('姓名\\n', 'gb18030', ())
    """
    if not data.strip(b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise TableError("the file is empty (空文件)", file=file, hint="export it again, or leave the file out")
    for magic, what, cure in _MAGIC:
        if data.startswith(magic):
            raise TableError(f"this is {what}, not text (不是文本表格)", file=file, hint=cure)
    text, name, notes = _named(data, encoding, file) if encoding else _detected(data, file)
    if "\x00" in text:
        count = text.count("\x00")
        if count > len(text) // 100:
            raise TableError("not a text table: full of NUL bytes (不是文本表格)", file=file, hint=_CURE)
        notes += (f"{file}: {count} NUL bytes left out (已略去空字节)",)
        text = text.replace("\x00", "")
    sample = text[:_SAMPLE]
    control = sum(ord(c) < 32 and c not in "\t\r\n\x0b\x0c" for c in sample)
    if control > len(sample) // 100:
        raise TableError("not a text table: binary content (不是文本表格)", file=file, hint=_CURE)
    return text.removeprefix("\ufeff"), name, notes


def _named(data: bytes, encoding: str, file: str) -> tuple[str, str, tuple[str, ...]]:
    try:
        return data.decode(encoding), encoding, ()
    except LookupError:
        raise TableError(f"no encoding named {encoding!r}", file=file, hint="known: utf-8, gb18030, utf-16") from None
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise TableError(f"not {encoding} (编码不符)", file=file, line=line, hint=_CURE) from None


def _detected(data: bytes, file: str) -> tuple[str, str, tuple[str, ...]]:
    for mark, name in _MARKS:
        if data.startswith(mark):
            return _named(data, name, file)
    wide = _without_mark(data)
    if wide:
        return _named(data, wide, file)
    try:
        return data.decode("utf-8"), "utf-8", ()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
    mended = data.decode("utf-8", errors="replace")
    damaged = mended.count("\ufffd")
    if damaged * 20 < sum(c > "\x7f" for c in mended):
        return mended, "utf-8", (f"{file}: {damaged} damaged UTF-8 bytes, first in line {line} (有损坏字节)",)
    try:
        return data.decode("gb18030"), "gb18030", ()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise TableError("neither UTF-8, UTF-16 nor GB18030 (编码无法识别)", file=file, line=line, hint=_CURE) from None


def _without_mark(data: bytes) -> str:
    """UTF-16 without its mark shows in NULs on one side of nearly every comma, digit and line end."""
    sample = np.frombuffer(data[: _SAMPLE - _SAMPLE % 2], dtype=np.uint8)
    if len(sample) < 4:
        return ""
    even, odd = float((sample[::2] == 0).mean()), float((sample[1::2] == 0).mean())
    if max(even, odd) < 0.05 or min(even, odd) * 4 > max(even, odd):
        return ""
    return "utf-16-le" if odd > even else "utf-16-be"
