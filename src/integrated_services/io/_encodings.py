"""Text of unknown encoding, and rows of unknown separators."""

from __future__ import annotations

import codecs
import csv
import io
import itertools
import math
import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from integrated_services.errors import FormatError
from integrated_services.io._guard import LIMITS, Limits
from integrated_services.io._letters import score

__all__ = ["csv_rows", "decode", "separator_of"]

SEPARATORS: Final = (";", ",", "\t", "|")
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SINGLE_BYTE: Final = ("cp1257", "cp1252", "mac_roman", "cp1251")
_SAMPLE = 200_000
_END = "\x1f\x1e\x1f"


def decode(data: bytes, *, encoding: str | None = None) -> tuple[str, str, tuple[str, ...]]:
    """Turn bytes into text; where the encoding is not given, it is told by content.

    Parameters
    ----------
    data
        Content of a text file.
    encoding
        Encoding, if it is known.

    Returns
    -------
    text : str
        Without a byte order mark.
    encoding : str
        The encoding that was used: ``utf-8``, ``utf-8-sig``, ``utf-16``, ``utf-16-le``, ``utf-16-be``, ``cp1257``,
        ``cp1252``, ``mac_roman``, ...
    notes : tuple of str
        What a person should look at, above all where encodings could not be told apart.

    Raises
    ------
    FormatError
        Where the bytes are not of the encoding, or there is no such encoding.

    Notes
    -----
    UTF-8 is unmistakable in practice. Of the encodings with one byte per letter, that one is taken whose letters
    fit one of the languages Estonian, Lithuanian, Latvian, German, English, Finnish, Swedish, French, Italian or
    Russian best, by the frequency of letters in that language.

    Examples
    --------
    >>> from integrated_services.io._encodings import decode
    >>> decode("savivaldybė; paslaugų skaičius; šeimos".encode("cp1257"))[:2]
    ('savivaldybė; paslaugų skaičius; šeimos', 'cp1257')
    """
    if encoding is not None:
        return _as_told(data, encoding)
    for mark, name in _MARKS:
        if data.startswith(mark):
            return _strictly(data, name), name, ()
    wide = _wide(data[:_SAMPLE])
    if wide:
        return _strictly(data, wide), wide, (f"Read as {wide.upper()}, which the file does not state.",)
    try:
        return data.decode("utf-8"), "utf-8", ()
    except UnicodeDecodeError as error:
        # A file that is cut off in the middle of a letter is UTF-8 all the same.
        if error.start > 0 and error.start >= len(data) - 3 and not data[: error.start].isascii():
            raise FormatError("The file is UTF-8 but ends in the middle of a letter; it is cut off.") from None
    return _by_letters(data)


def _as_told(data: bytes, encoding: str) -> tuple[str, str, tuple[str, ...]]:
    try:
        known = codecs.lookup(encoding).name
        text = data.decode(known)
    except LookupError:
        raise FormatError(f"There is no encoding {encoding[:40]!r}; name utf-8, cp1257, cp1252 or utf-16.") from None
    except ValueError as error:
        place = f" (byte {error.start})" if isinstance(error, UnicodeDecodeError) else ""
        raise FormatError(f"The file is not in the encoding {encoding[:40]!r}{place}; name another one.") from None
    return text.removeprefix("\ufeff"), known, ()


def _strictly(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise FormatError(f"The file is damaged: byte {error.start} does not belong into {encoding.upper()}.") from None


def _wide(data: bytes) -> str | None:
    """Recognise UTF-16 without a mark: in texts with blanks and digits, every other byte is often NUL."""
    even, odd = data[0::2].count(0), data[1::2].count(0)
    half = len(data) // 2
    if not half or max(even, odd) < max(1, half // 20):
        return None
    name = "utf-16-le" if odd > even else "utf-16-be"
    text = data[: half * 2].decode(name, "ignore")
    # up to Cyrillic, and the signs of typography and of money
    usual = sum(sign < "\u0530" or "\u2000" <= sign < "\u2200" for sign in text)
    return name if usual > 0.9 * half and text.count("\0") < half // 20 + 1 else None


def _by_letters(data: bytes) -> tuple[str, str, tuple[str, ...]]:
    found = []
    # Whole lines, so that a sample of a long file does not begin with half a letter; the encodings have one byte each.
    sample = _telling(data)
    for rank, name in enumerate(_SINGLE_BYTE):
        try:
            data.decode(name)
            points, language = score(sample.decode(name))
        except UnicodeDecodeError:
            continue
        found.append((points, -rank, name, language))
    found.sort(reverse=True)
    points, _, name, language = found[0]
    text = data.decode(name)
    doubt = [other for other in found[1:] if points - other[0] < 3.0 and data.decode(other[2]) != text]
    note = f"Read as {name} ({language}), which the file does not state."
    if doubt:
        others = " or ".join(other for _, _, other, _ in doubt)
        note = f"Read as {name}, but it could also be {others}; look at the letters and name the encoding."
    return text, name, (note,)


def _telling(data: bytes) -> bytes:
    """Give the lines with letters beyond ASCII, up to a limit."""
    if len(data) <= _SAMPLE:
        return data
    lines = (line for line in re.split(rb"[\r\n]+", data) if not line.isascii())
    kept = list(itertools.takewhile(lambda line: len(line) < _SAMPLE, itertools.islice(lines, 5000)))
    return b"\n".join(kept)[:_SAMPLE] or data[:_SAMPLE]


# --------------------------------------------------------------------------------------------------- rows of text


def csv_rows(text: str, *, separator: str | None = None, limits: Limits = LIMITS) -> tuple[list[list[str]], str]:
    r"""Divide text into rows of cells.

    Parameters
    ----------
    text
        Content of a text table.
    separator
        What separates cells; else found out of ``;``, ``,``, tab and ``|``, and from a first line ``sep=;``.
    limits
        Number of cells.

    Returns
    -------
    rows : list of list of str
        As long as they are.
    separator : str
        What was used.

    Raises
    ------
    FormatError
        Where a quotation mark is never closed, a cell is too long, or there are too many cells.

    Examples
    --------
    >>> from integrated_services.io._encodings import csv_rows
    >>> csv_rows('teenus;tasu\n"nõu; abi";1,5\n')
    ([['teenus', 'tasu'], ['nõu; abi', '1,5']], ';')
    """
    text = text.removeprefix("\ufeff")
    stated = re.match(r"\"?sep=([;,\t|])\"?(?:\r\n|\r|\n|$)", text, re.IGNORECASE)
    if stated:
        text = text[stated.end() :]
        separator = separator or stated[1]
    used = separator or separator_of(text)
    if len(used) != 1 or used in '\r\n"':
        raise FormatError(f"{used[:10]!r} cannot separate cells; name ';', ',', tab or '|'.")
    if text.count(used) > 4 * limits.max_cells:
        raise FormatError(f"The table has more than {limits.max_cells:,} cells; divide it.")
    return _rows(text, used, limits), used


def _rows(text: str, separator: str, limits: Limits) -> list[list[str]]:
    rows: list[list[str]] = []
    # The last line comes back as a row of its own only if every quotation mark before it is closed.
    lines = itertools.chain(_lines(text), (_END,))
    try:
        for row in csv.reader(lines, delimiter=separator):
            rows.append(row)
            if len(rows) > limits.max_rows + 1:
                raise FormatError(f"The table has more than {limits.max_rows:,} rows; divide it.")
    except csv.Error:
        raise FormatError(
            "A cell is too long; probably a quotation mark is opened and not closed.", row=len(rows) + 1
        ) from None
    if not rows or rows.pop() != [_END]:
        raise FormatError("A quotation mark is opened and not closed.", row=len(rows) + 1)
    return rows


def _lines(text: str) -> Iterator[str]:
    yield from io.StringIO(text if text.endswith(("\n", "\r")) or not text else f"{text}\n", newline="")


def separator_of(text: str) -> str:
    r"""Find out what separates the cells of a table.

    Parameters
    ----------
    text
        Content of the table; the beginning is looked at.

    Returns
    -------
    str
        ``;``, ``,``, tab or ``|``; ``,`` where there is a single column.

    Examples
    --------
    >>> from integrated_services.io._encodings import separator_of
    >>> separator_of("name;price\nDay care;1,5\nHome care;2,5\n")
    ';'
    """
    sample = list(itertools.islice(_lines(text[:_SAMPLE]), 300))
    if len(text) > _SAMPLE and len(sample) > 1:
        sample.pop()
    best = max(((_fit(sample, separator), -rank) for rank, separator in enumerate(SEPARATORS)), default=(0.0, 0))
    return SEPARATORS[-best[1]] if best[0] > 0 else ","


def _fit(lines: list[str], separator: str) -> float:
    """Say how well a separator fits: rows should be equally long, and cells should not begin like a clause."""
    try:
        rows = [row for row in csv.reader(lines, delimiter=separator) if any(cell.strip() for cell in row)]
    except csv.Error:
        return 0.0
    widths = Counter(len(row) for row in rows if len(row) > 1)
    if not widths:
        return 0.0
    width, number = max(widths.items(), key=lambda item: (item[1], item[0]))
    cells = [cell for row in rows for cell in row[1:]]
    clauses = sum(bool(re.match(r" [^\W\d]", cell)) for cell in cells) / max(len(cells), 1)
    return number / len(rows) * (1 + math.log(width)) * (1 - 0.7 * clauses)
