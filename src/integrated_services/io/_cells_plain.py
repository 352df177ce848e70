"""What a cell says as plain text, whatever blanks and cases it is written with."""

from __future__ import annotations

import re
import unicodedata

from integrated_services.io._sheets_grid import Cell, CellError

__all__ = ["plain"]

_LONGEST = 200
_SPACES = "\u00a0\u2007\u2009\u202f"


def plain(cell: Cell) -> str | None:
    """Give a short text in small letters with single blanks.

    Parameters
    ----------
    cell
        The cell.

    Returns
    -------
    str | None
        None for what is no text, an error, or too long for a value.

    Examples
    --------
    >>> from integrated_services.io._cells_plain import plain
    >>> plain("  Ei   tea "), plain(3)
    ('ei tea', None)
    """
    if not isinstance(cell, str) or isinstance(cell, CellError) or len(cell) > _LONGEST:
        return None
    text = unicodedata.normalize("NFC", cell)
    return re.sub(r"\s+", " ", text.translate({ord(sign): " " for sign in _SPACES})).strip().lower()
