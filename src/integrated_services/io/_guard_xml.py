"""How much a file may ask for, and XML that asks for no more."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

# Nothing is loaded from elsewhere by expat itself, and document types, in which entities are declared, are refused.
from xml.parsers import expat

import attrs

from integrated_services.errors import FormatError

__all__ = ["LIMITS", "Limits", "check_xml", "read_xml"]

_MIB = 1024 * 1024
_LONGEST_TAG = 4 * _MIB


@attrs.frozen
class Limits:
    """How much a file may ask for before it is refused.

    Attributes
    ----------
    max_bytes
        Size of the file.
    max_unpacked
        Bytes of all entries of an archive together, unpacked; also characters of all cells of a sheet.
    max_ratio
        Unpacked by packed size of one entry, looked at above 1 MiB.
    max_entries
        Entries of an archive; also sheets of a book.
    max_cells
        Cells of the rectangle that a sheet fills, blank ones included.
    max_columns, max_rows
        Sides of that rectangle.
    max_text
        Characters of one cell.
    max_depth
        Levels of lists and objects in JSON and of elements in XML.

    Examples
    --------
    >>> import attrs
    >>> from integrated_services.io._guard import LIMITS
    >>> attrs.evolve(LIMITS, max_rows=1000).max_rows
    1000
    """

    max_bytes: int = 256 * _MIB
    max_unpacked: int = 256 * _MIB
    max_ratio: int = 200
    max_entries: int = 10_000
    max_cells: int = 5_000_000
    max_columns: int = 16_384
    max_rows: int = 1_048_576
    max_text: int = 131_072
    max_depth: int = 100


LIMITS: Final = Limits()
"""What is allowed where nothing else is said: as large as a spreadsheet program allows, or what a laptop bears."""

Start = Callable[[str, Mapping[str, str]], None]
End = Callable[[str], None]
Text = Callable[[str], None]


def read_xml(
    chunks: Iterator[bytes],
    start: Start,
    end: End | None = None,
    text: Text | None = None,
    *,
    limits: Limits = LIMITS,
    file: str | None = None,
) -> None:
    """Read XML bit by bit; nothing is kept but what the functions keep.

    Parameters
    ----------
    chunks
        The bytes.
    start
        Gets each element that begins, as ``namespace name`` and its attributes.
    end
        Gets each element that ends.
    text
        Gets characters.
    limits
        ``max_depth``.
    file
        Name for messages.

    Raises
    ------
    FormatError
        Where it is not well-formed XML, has a document type (and could declare entities), or is nested too deeply.
    """
    reader = expat.ParserCreate(namespace_separator=" ")
    depth = 0

    def begin(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > limits.max_depth:
            raise FormatError("The XML is nested too deeply.", file)
        start(name, attributes)

    def finish(name: str) -> None:
        nonlocal depth
        depth -= 1
        if end is not None:
            end(name)

    def refuse(*_: object) -> None:
        raise FormatError("The XML has a document type; such a file is refused.", file)

    reader.buffer_text = True
    reader.StartElementHandler = begin
    reader.EndElementHandler = finish
    reader.CharacterDataHandler = text
    reader.StartDoctypeDeclHandler = refuse
    reader.EntityDeclHandler = refuse
    reader.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    try:
        fed = 0
        for chunk in chunks:
            reader.Parse(chunk, False)
            fed += len(chunk)
            # Older expat reads a tag that never ends from its beginning each time, in quadratic time.
            if fed - max(reader.CurrentByteIndex, 0) > _LONGEST_TAG:
                raise FormatError("The XML has a tag that does not end.", file)
        reader.Parse(b"", True)
    except (expat.ExpatError, LookupError, ValueError, RecursionError) as error:
        if isinstance(error, FormatError):
            raise
        raise FormatError("The XML inside is damaged; save the file again.", file) from None


def check_xml(data: bytes, limits: Limits = LIMITS, file: str | None = None) -> None:
    """Refuse XML that is not well-formed or has a document type, before another reader gets it.

    Parameters
    ----------
    data
        The XML.
    limits
        ``max_depth``.
    file
        Name for messages.

    Raises
    ------
    FormatError
        Where the XML is refused.

    Examples
    --------
    >>> from integrated_services.io._guard import check_xml
    >>> check_xml(b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>")
    Traceback (most recent call last):
    ...
    integrated_services.errors.FormatError: The XML has a document type; such a file is refused.
    """
    read_xml(iter((data,)), lambda _name, _attributes: None, limits=limits, file=file)
