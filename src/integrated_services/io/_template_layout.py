"""The layout of the mapping workbook: its sheets and columns, each declared once for the writer and the reader."""

from __future__ import annotations

from typing import Final

import attrs

HEADING_ROW: Final = 1
NOTE_ROW: Final = 2
EXAMPLE_ROW: Final = 3
FIRST_ROW: Final = 4
"""Rows of a sheet; people write from the last one on."""


@attrs.frozen
class ColumnSpec:
    """One column of a sheet.

    Attributes
    ----------
    key
        Name of the column in the texts.
    kind
        ``name``, ``text``, ``code``, ``choice``, ``ref``, ``number``, ``age``, ``date``, ``posts`` or ``id``.
    of
        The list of a choice, or the sheets that a reference leads to (several with a blank between).
    required
        Whether a row that says anything has to fill it.
    several
        Whether several words may stand in a cell, divided by semicolons.
    width
        Width in characters.
    """

    key: str
    kind: str = "text"
    of: str = ""
    required: bool = False
    several: bool = False
    width: int = 18


@attrs.frozen
class SheetSpec:
    """One sheet.

    Attributes
    ----------
    key
        Name of the sheet in the texts.
    collection
        Collection of the framework that its rows go to.
    columns
        Its columns, in the order of the template.
    optional
        Whether many workbooks leave it empty.
    """

    key: str
    collection: str
    columns: tuple[ColumnSpec, ...]
    optional: bool = False

    def column(self, key: str) -> ColumnSpec:
        """Give a column by its key.

        Parameters
        ----------
        key
            Key.

        Returns
        -------
        ColumnSpec
            The column.
        """
        return next(column for column in self.columns if column.key == key)

    @property
    def keys(self) -> tuple[str, ...]:
        """Keys of the columns."""
        return tuple(column.key for column in self.columns)


def _column(
    key: str, kind: str = "text", of: str = "", *, must: bool = False, several: bool = False, width: int = 18
) -> ColumnSpec:
    return ColumnSpec(key, kind, of, must, several, width)


_NAME = _column("name", "name", must=True, width=34)
_DESCRIPTION = _column("description", width=40)
_SOURCES = _column("sources", "ref", "sources", several=True, width=24)
_ID = _column("id", "id", width=16)
_BASIS = _column("basis", "choice", "basis", width=16)
_WHY = _column("why", width=34)
_CODES = (_column("code", "code", several=True, width=14), _column("code_list", several=True, width=14))
_POINT = (_column("latitude", "number", width=11), _column("longitude", "number", width=11))
_AGES = (_column("age_from", "age", width=10), _column("age_to", "age", width=10))
_CONSENT = _column("consent", "choice", "consent", width=22)

FRAMEWORK: Final = SheetSpec(
    "framework",
    "",
    (
        _column("title", "name", must=True),
        _column("reference_date", "date", must=True),
        _column("organisation", "ref", "agencies"),
        _column("description"),
        _column("languages", "choice", "language", several=True),
        _column("basis", "choice", "basis"),
        _column("licence"),
        _column("id", "id"),
    ),
)
"""The first sheet to fill in: a field a row, the answers in column B."""

SHEETS: Final[tuple[SheetSpec, ...]] = (
    SheetSpec(
        "territories",
        "territories",
        (
            _NAME,
            _column("level", "choice", "level", width=16),
            _column("part_of", "ref", "territories", width=26),
            *_CODES,
            _column("degurba", "choice", "degurba", width=20),
            *_POINT,
            _DESCRIPTION,
            _SOURCES,
            _ID,
        ),
    ),
    SheetSpec(
        "groups",
        "target_groups",
        (
            _NAME,
            *_AGES,
            _column("broader", "ref", "groups", width=26),
            _column("kind", "choice", "group_kind", width=16),
            _DESCRIPTION,
            _SOURCES,
            _ID,
        ),
    ),
    SheetSpec("needs", "needs", (_NAME, _column("broader", "ref", "needs", width=28), _DESCRIPTION, _SOURCES, _ID)),
    SheetSpec(
        "agencies",
        "agencies",
        (
            _NAME,
            _column("kind", "choice", "agency_kind", width=20),
            _column("sector", "choice", "sector", width=20),
            _column("territory", "ref", "territories", width=22),
            _column("part_of", "ref", "agencies", width=26),
            _column("level", "choice", "agency_level", width=14),
            _column("ownership", "choice", "ownership", width=12),
            _column("collective", "choice", "yesno", width=12),
            _column("members", "number", width=10),
            *_CODES,
            _column("email", width=24),
            _column("phone", "code", width=18),
            _column("web", width=26),
            _column("address", width=28),
            _DESCRIPTION,
            _SOURCES,
            _ID,
        ),
    ),
    SheetSpec(
        "sites",
        "sites",
        (
            _NAME,
            _column("agency", "ref", "agencies", width=28),
            _column("territory", "ref", "territories", width=22),
            _column("address", width=30),
            *_POINT,
            *_CODES,
            _DESCRIPTION,
            _SOURCES,
            _ID,
        ),
        optional=True,
    ),
    SheetSpec(
        "services",
        "services",
        (
            _NAME,
            _column("providers", "ref", "agencies", several=True, width=28),
            _column("needs", "ref", "needs", several=True, width=28),
            _column("groups", "ref", "groups", several=True, width=24),
            _column("area", "ref", "territories", several=True, width=24),
            _column("site", "ref", "sites", width=22),
            _column("channel", "choice", "channel", width=14),
            _column("capacity", "number", width=12),
            _column("unit", "choice", "unit", width=12),
            _column("per", "choice", "per", width=12),
            _column("capacity_basis", "choice", "basis", width=16),
            _column("capacity_why", width=34),
            _column("wait", "number", width=12),
            _column("wait_basis", "choice", "basis", width=16),
            _column("wait_why", width=34),
            _column("access", "choice", "access", width=22),
            _CONSENT,
            _column("referred_by", "ref", "services agencies", several=True, width=24),
            *_AGES,
            _column("condition", width=30),
            _column("languages", "choice", "language", several=True, width=20),
            _column("posts", "posts", several=True, width=28),
            _column("posts_until", "date", width=14),
            _column("posts_basis", "choice", "basis", width=16),
            _column("posts_why", width=34),
            _column("status", "choice", "status", width=14),
            _column("start", "date", width=14),
            _column("end", "date", width=14),
            _column("duration", "number", width=14),
            _column("per_person", "number", width=14),
            _column("cost", "number", width=14),
            _column("legal_basis", several=True, width=28),
            _DESCRIPTION,
            _column("note", width=30),
            _SOURCES,
            _column("place_sources", "ref", "sources", several=True, width=24),
            _ID,
            _column("place_id", "id", width=16),
        ),
    ),
    SheetSpec(
        "population",
        "populations",
        (
            _column("group", "ref", "groups", must=True, width=26),
            _column("territory", "ref", "territories", must=True, width=26),
            _column("persons", "number", must=True, width=14),
            _column("date", "date", width=14),
            _BASIS,
            _WHY,
            _ID,
        ),
    ),
    SheetSpec(
        "demand",
        "demands",
        (
            _column("need", "ref", "needs", must=True, width=28),
            _column("group", "ref", "groups", must=True, width=26),
            _column("territory", "ref", "territories", must=True, width=26),
            _column("persons", "number", width=14),
            _column("per", "choice", "per", width=12),
            _column("share", "number", width=14),
            _column("each", "choice", "level", width=16),
            _BASIS,
            _WHY,
            _ID,
        ),
    ),
    SheetSpec(
        "cooperation",
        "cooperations",
        (
            _column("first", "ref", "agencies", must=True, width=30),
            _column("second", "ref", "agencies", must=True, width=30),
            _column("kind", "choice", "tie", width=22),
            _column("level", "number", width=12),
            _BASIS,
            _WHY,
            _column("directed", "choice", "yesno", width=12),
            _column("reported_by", "ref", "agencies", width=26),
            _column("data_sharing", width=28),
            _column("scale", width=14),
            _SOURCES,
            _ID,
        ),
    ),
    SheetSpec(
        "referrals",
        "referrals",
        (
            _column("sender", "ref", "services", must=True, width=30),
            _column("receiver", "ref", "services", must=True, width=30),
            _column("days", "number", width=14),
            _column("acceptance", "number", width=12),
            _column("share", "number", width=14),
            _BASIS,
            _WHY,
            _CONSENT,
            _column("note", width=30),
            _SOURCES,
            _ID,
        ),
    ),
    SheetSpec(
        "surveys",
        "surveys",
        (
            _column("territories", "ref", "territories", must=True, several=True, width=30),
            _column("status", "choice", "mapped", width=18),
            _column("needs", "ref", "needs", several=True, width=30),
            _column("sectors", "choice", "sector", several=True, width=24),
            _column("date", "date", width=14),
            _column("by", "ref", "agencies", width=28),
            _column("note", width=34),
            _SOURCES,
            _ID,
        ),
    ),
    SheetSpec(
        "sources",
        "sources",
        (
            _NAME,
            _column("kind", "choice", "source_kind", must=True, width=16),
            _column("reason", width=44),
            _column("publisher", width=26),
            _column("date", "date", width=14),
            _column("url", width=34),
            _column("licence", width=26),
            _ID,
        ),
    ),
)
"""The sheets that hold a record a row, in the order of the template."""


def sheet_spec(key: str) -> SheetSpec:
    """Give a sheet by its key.

    Parameters
    ----------
    key
        Key.

    Returns
    -------
    SheetSpec
        The sheet.
    """
    return next(sheet for sheet in SHEETS if sheet.key == key)
