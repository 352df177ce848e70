"""Ids on both sides: HSDS asks for UUIDs, the model for short readable ids; both stay what they are on every run."""

from __future__ import annotations

import re
from typing import Final
from uuid import NAMESPACE_DNS, UUID, uuid5

from integrated_services.io._ids import slug
from integrated_services.model._base import ID_PATTERN
from integrated_services.model._personal import personal_in

_NAMESPACE: Final[UUID] = uuid5(NAMESPACE_DNS, "integrated-services")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_ID = re.compile(ID_PATTERN)


class Uuids:
    """Makes the UUIDs of one file.

    Parameters
    ----------
    framework
        Id of the framework: two frameworks may each have a service "advice".

    Examples
    --------
    >>> from integrated_services.io.hsds._ids import Uuids
    >>> Uuids("a").of("service", "advice") == Uuids("a").of("service", "advice")
    True
    >>> Uuids("a").of("service", "advice") == Uuids("b").of("service", "advice")
    False
    """

    def __init__(self, framework: str) -> None:
        self._space = uuid5(_NAMESPACE, framework)
        self._taken: dict[tuple[str, str], tuple[str, ...]] = {}

    def of(self, table: str, *names: str) -> str:
        r"""Give the UUID of a record.

        Parameters
        ----------
        table
            HSDS table of the record.
        names
            What names it in that table, the innermost id last.

        Returns
        -------
        str
            The innermost id itself where it is a UUID (such as one that was read from HSDS), else a UUID of version 5
            made from the framework, the table and the names.
        """
        own = names[-1]
        if _UUID.fullmatch(own) and self._taken.setdefault((table, own), names) == names:
            return own
        return str(uuid5(self._space, "\x1f".join((table, *names))))


class ModelIds:
    """Gives rows of HSDS the ids that their records bear in the model.

    Parameters
    ----------
    carried
        The ids that a file states for rows in our own attributes: table, id of the row, id of the record.

    Examples
    --------
    >>> from integrated_services.io.hsds._ids import ModelIds
    >>> ids = ModelIds({("service", "1"): "advice"})
    >>> ids.of("service", "1"), ids.of("service", "2"), ids.of("service", "a/b"), ids.of("service", "a b")
    ('advice', '2', 'a-b', 'a-b-2')
    """

    def __init__(self, carried: dict[tuple[str, str], str]) -> None:
        self._known = dict(carried)
        self._taken = {(table, own) for (table, _), own in carried.items()}

    def of(self, table: str, row: str) -> str:
        """Give the id of a record.

        Parameters
        ----------
        table
            HSDS table.
        row
            Id of the row.

        Returns
        -------
        str
            The id that the file carries, else the id of the row, with what an id cannot hold replaced by hyphens.
        """
        found = self._known.get((table, row))
        if found is None:
            found = self._known[table, row] = self._free(table, row)
        return found

    def _free(self, table: str, row: str) -> str:
        if table == "taxonomy_term" and _UUID.fullmatch(row):
            return row  # a need and a group may bear one id, of which one is carried: no two rows do
        wished = row
        if not _ID.fullmatch(row) and personal_in(row, in_contact=True) is None:
            wished = re.sub(r"[^A-Za-z0-9._-]+", "-", row).strip("-._")[:190]
        if not _ID.fullmatch(wished):
            wished = slug(row)
        found, number = wished, 1
        while (table, found) in self._taken:
            number += 1
            found = f"{wished}-{number}"
        self._taken.add((table, found))
        return found
