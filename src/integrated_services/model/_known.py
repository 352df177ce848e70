"""The ids of a document, and what is said about one that is not among them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container
from typing import TYPE_CHECKING, Any

from integrated_services.errors import Problem, nearest
from integrated_services.model._fields import FieldSpec

if TYPE_CHECKING:
    from integrated_services.model._framework import Framework

NOUNS = {
    "sources": "source",
    "territories": "territory",
    "target_groups": "target group",
    "needs": "need",
    "agencies": "agency",
    "sites": "site",
    "services": "service",
    "projects": "project",
    "indicators": "indicator",
}
"""The collections that references name, and what one of their records is called."""


class Known:
    """The ids of a document by collection, those of broken records included (so that one fault has no echo)."""

    def __init__(self) -> None:
        self.ids: dict[str, set[str]] = defaultdict(set)
        self.broken: dict[str, list[str]] = defaultdict(list)
        self.unreadable: set[str] = set()

    @classmethod
    def of(cls, framework: Framework) -> Known:
        """Collect the ids of a framework.

        Parameters
        ----------
        framework
            The framework.

        Returns
        -------
        Known
            Its ids.
        """
        return cls().seen(framework)

    def seen(self, framework: Framework) -> Known:
        """Add the ids of the records that could be read.

        Parameters
        ----------
        framework
            The framework.

        Returns
        -------
        Known
            This object.
        """
        for name in NOUNS:
            self.ids[name].update([record.key for record in getattr(framework, name)])
        return self

    def add_broken(self, collection: str, raw: Any) -> None:
        """Add the id of a record that could not be read.

        Parameters
        ----------
        collection
            Its collection.
        raw
            The record as it was read.
        """
        if isinstance(raw, dict) and isinstance(raw.get("id"), str):
            self.ids[collection].add(raw["id"])
            self.broken[collection].append(raw["id"])

    def add_unreadable(self, collection: str) -> None:
        """Note that a whole collection could not be read, so that nobody knows its ids.

        Parameters
        ----------
        collection
            Its name.
        """
        self.unreadable.add(collection)

    def among(self, collections: tuple[str, ...]) -> Container[str]:
        """Give the ids that a reference may name.

        Parameters
        ----------
        collections
            Collections that it may refer to.

        Returns
        -------
        Container[str]
            Their ids; anything where one of them could not be read.
        """
        if self.unreadable.intersection(collections):
            return _Anything()
        if len(collections) == 1:
            return self.ids[collections[0]]
        return set().union(*(self.ids[name] for name in collections))


class _Anything:
    """Holds everything."""

    def __contains__(self, item: object) -> bool:
        return True


def unknown_reference(path: str, one: str, spec: FieldSpec, known: Known) -> Problem:
    """Make the problem of a reference that leads nowhere.

    Parameters
    ----------
    path
        Path of the field.
    one
        The id that it names.
    spec
        The field.
    known
        Ids that it may name.

    Returns
    -------
    Problem
        Names the nearest ids, and the kind of record that bears the id where one does.
    """
    near = nearest(one, [key for collection in spec.refs for key in known.ids[collection]])
    nouns = " or ".join(NOUNS[collection] for collection in spec.refs)
    elsewhere = sorted(noun for name, noun in NOUNS.items() if one in known.ids[name])
    message = f"there is no {nouns} {one!r}" + (f" (there is a {elsewhere[0]} of that id)" if elsewhere else "")
    mend = f"Did you mean {' or '.join(map(repr, near))}? " if near else ""
    return Problem("unknown-reference", "error", path, message, f"{mend}Correct the id, or add the {nouns}.", value=one)
