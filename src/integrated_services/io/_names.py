"""Names by which people refer to records, and the ids that are made from them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

from integrated_services.io._ids import slug
from integrated_services.io._template_words import fold

_DIGEST = 6


def ids_for(names: Iterable[str], taken: Iterable[str] = ()) -> Mapping[str, str]:
    """Make an id for each name; the order of the names does not matter.

    Parameters
    ----------
    names
        Names; those that differ only in case, accents or blanks are one.
    taken
        Ids that are given already.

    Returns
    -------
    Mapping
        Id by folded name. Where several names make the same id, the one that comes first in the alphabet keeps it, the
        others get a short digest of the name behind it.

    Examples
    --------
    >>> from integrated_services.io._names import ids_for
    >>> dict(ids_for(["Elektrėnų savivaldybė", "Школа", "A & B"]))
    {'a & b': 'a-b', 'elektrenu savivaldybe': 'elektrenu-savivaldybe', 'школа': 'shkola'}
    """
    used = set(taken)
    found: dict[str, str] = {}
    for name in sorted({fold(name) for name in names}):
        wanted = slug(name)
        if wanted in used:
            digest = hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()
            wanted = f"{wanted}-{digest[:_DIGEST]}" if f"{wanted}-{digest[:_DIGEST]}" not in used else digest
        used.add(wanted)
        found[name] = wanted
    return found


class Names:
    """The names of one sheet.

    Parameters
    ----------
    sheet
        Key of the sheet.
    """

    def __init__(self, sheet: str) -> None:
        self.sheet = sheet
        self.ids: dict[str, dict[str, int]] = {}
        self.shown: dict[str, str] = {}
        self.own: dict[str, int] = {}

    def add(self, name: str | None, id_: str, row: int) -> None:
        """Enter a record.

        Parameters
        ----------
        name
            Its name, where it has one.
        id_
            Its id.
        row
            Where it stands.
        """
        if name is not None:
            self.ids.setdefault(fold(name), {}).setdefault(id_, row)
            self.shown.setdefault(fold(name), " ".join(name.split()))
        self.own.setdefault(id_, row)

    def find(self, text: str) -> Mapping[str, int]:
        """Find the records that a text names.

        Parameters
        ----------
        text
            Name, or id where no record has that name.

        Returns
        -------
        Mapping
            Row by id: none, one, or several where the name is ambiguous.
        """
        found = self.ids.get(fold(text))
        if found:
            return found
        return {text.strip(): self.own[text.strip()]} if text.strip() in self.own else {}
