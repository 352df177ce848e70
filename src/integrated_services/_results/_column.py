"""What a column of a result means."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

import attrs

__all__ = ["Column"]


def _texts(value: str | Iterable[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


@attrs.frozen
class Column:
    """The meaning of one column of a result.

    Parameters
    ----------
    name
        The key in :meth:`Result.to_columns`, and the header in a CSV file.
    title
        Heading for readers, in plain English.
    unit
        Unit of a measure (``persons``, ``days``), ``None`` where there is none.
    role
        ``key`` (the keys of a row together are unique), ``label`` (text for readers that follows
        from the keys) or ``measure``.
    persons
        Whether the column counts observed persons and must be protected on publication.
    basis
        Name of the column that says, row by row, whether the number is stated, derived,
        estimated or assumed.
    reveals
        Names of the person counts that could be worked out from this measure, as from a share.
    """

    name: str
    title: str
    unit: str | None = None
    role: Literal["key", "label", "measure"] = attrs.field(
        default="measure", validator=attrs.validators.in_(("key", "label", "measure"))
    )
    persons: bool = False
    basis: str | None = None
    reveals: tuple[str, ...] = attrs.field(default=(), converter=_texts)

    @property
    def heading(self) -> str:
        """The title with the unit in parentheses."""
        return f"{self.title} ({self.unit})" if self.unit else self.title

    def as_dict(self) -> dict[str, Any]:
        """Give the column's meaning as a dictionary for JSON."""
        return {
            "name": self.name,
            "title": self.title,
            "unit": self.unit,
            "role": self.role,
            "persons": self.persons,
            "basis": self.basis,
            "reveals": list(self.reveals),
        }
