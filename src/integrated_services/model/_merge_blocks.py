"""Which records of several documents are one thing: sets that grow, and pairs that must stay apart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from integrated_services.model._base import Record
from integrated_services.model._merge_names import Code

N = TypeVar("N")


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """One record of one document."""

    document: int
    """Number of the document."""
    record: Record
    """The record as that document writes it."""
    base: str | None
    """Its id without what an earlier merge added; None for a record that is named by what it is about."""
    level: int
    """Which ending an earlier merge gave it; 0 for none."""
    names: Mapping[str | None, str]
    """Folded names by language."""
    codes: tuple[Code, ...]
    """Codes that name one thing only."""
    facts: Mapping[str, Hashable]
    """What else must agree where both records state it."""
    around: Mapping[str, frozenset[str]]
    """Ids of what it belongs to, by field."""
    above: Mapping[str, frozenset[str]]
    """The same with everything that contains it."""


class Blocks:
    """Nodes that are one thing.

    Parameters
    ----------
    nodes
        All nodes of one collection.
    """

    def __init__(self, nodes: Sequence[Node]) -> None:
        self.nodes = nodes
        self._parent = list(range(len(nodes)))
        self._members = {number: [number] for number in range(len(nodes))}
        self._apart: set[tuple[int, int]] = set()
        self._why: list[tuple[int, str]] = []

    def root(self, number: int) -> int:
        """Give the number that stands for the block of a node.

        Parameters
        ----------
        number
            Node.

        Returns
        -------
        int
            The same for all nodes of the block.
        """
        while self._parent[number] != number:
            self._parent[number] = self._parent[self._parent[number]]
            number = self._parent[number]
        return number

    def members(self, number: int) -> list[int]:
        """Give the nodes of a block.

        Parameters
        ----------
        number
            Any of them.

        Returns
        -------
        list[int]
            In order.
        """
        return self._members[self.root(number)]

    def keep_apart(self, one: int, other: int) -> None:
        """Say that two nodes are not one thing.

        Parameters
        ----------
        one, other
            Nodes.
        """
        self._apart |= {(one, other), (other, one)}

    def may(self, one: int, other: int) -> bool:
        """Tell whether two blocks may be joined: two records of one document are two things.

        Parameters
        ----------
        one, other
            Nodes.

        Returns
        -------
        bool
            False also where somebody said that they are two.
        """
        a, b = self.members(one), self.members(other)
        if {self.nodes[n].document for n in a} & {self.nodes[n].document for n in b}:
            return False
        return not self._apart or not any((x, y) in self._apart for x in a for y in b)

    def join(self, one: int, other: int, why: str) -> None:
        """Join two blocks.

        Parameters
        ----------
        one, other
            Nodes.
        why
            Reason, for readers.
        """
        a, b = sorted((self.root(one), self.root(other)))
        self._why.append((a, why))
        if a != b:
            self._parent[b] = a
            self._members[a] = sorted(self._members[a] + self._members.pop(b))

    def classes(self) -> list[tuple[tuple[int, ...], tuple[str, ...]]]:
        """Give the blocks with the reasons for which they were joined.

        Returns
        -------
        list[tuple[tuple[int, ...], tuple[str, ...]]]
            Nodes and reasons of each block.
        """
        reasons: dict[int, set[str]] = defaultdict(set)
        for number, why in self._why:
            reasons[self.root(number)].add(why)
        return [(tuple(members), tuple(sorted(reasons[root]))) for root, members in sorted(self._members.items())]


def separated(items: Iterable[N], fit: Callable[[N, N], bool]) -> tuple[list[list[N]], list[N]]:
    """Group what fits together, where everything in a group must fit everything else in it.

    What fits two things that do not fit each other belongs to neither.

    Parameters
    ----------
    items
        What is to be grouped; the result does not depend on its order, apart from the order of the groups.
    fit
        Whether two of them fit.

    Returns
    -------
    tuple[list[list[N]], list[N]]
        The groups, and what fits several of them.
    """
    listed = list(items)
    fits = {i: {j for j in range(len(listed)) if j != i and fit(listed[i], listed[j])} for i in range(len(listed))}
    between = {i for i, near in fits.items() if any(k not in fits[j] for j in near for k in near if k != j)}
    groups: list[list[N]] = []
    done = set(between)
    for i, near in fits.items():
        if i not in done:
            group = [i, *sorted(near - between - {i})]
            done |= set(group)
            groups.append([listed[j] for j in group])
    return groups, [listed[i] for i in sorted(between)]
