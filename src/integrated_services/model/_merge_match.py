"""Matching: the same thing in several documents, by official code, by a confirmed list, by id and name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

from integrated_services.errors import DocumentError, Problem, nearest
from integrated_services.model._base import Record
from integrated_services.model._checks import ancestors
from integrated_services.model._framework import Framework
from integrated_services.model._merge_blocks import Blocks, Node, separated
from integrated_services.model._merge_names import (
    Code,
    Marks,
    base_of,
    codes_contradict,
    codes_of,
    countries,
    names_contradict,
    names_of,
    texts_of,
)

KEYED = (
    "sources",
    "territories",
    "target_groups",
    "needs",
    "projects",
    "agencies",
    "sites",
    "services",
    "risk_factors",
    "indicators",
)
"""Collections whose records have an id, each after those that it belongs to."""

_BELONGS: dict[str, dict[str, str]] = {
    "territories": {"part_of": "territories"},
    "agencies": {"territory": "territories", "part_of": "agencies"},
    "sites": {"territory": "territories"},
    "services": {"providers": "agencies"},
    "indicators": {"project": "projects"},
}
"""Fields that name what a record belongs to: one id in two surroundings is two things."""

_FACTS: dict[str, tuple[str, ...]] = {
    "sources": ("kind", "date"),
    "territories": ("level",),
    "target_groups": ("kind",),
}
_BY_CODE = frozenset({"territories", "agencies", "sites", "services", "projects", "indicators"})
"""Where a code names one thing; a class of a classification of needs may hold several."""


@dataclass(frozen=True, slots=True)
class Match:
    """What a person has confirmed: these records are one thing, or these are not.

    Attributes
    ----------
    collection
        Collection of the records, such as ``agencies``.
    same
        Ids of one thing; ``rakvere:police`` names the record of one document (by its id, or by the file that the
        record was read from), ``police`` that of each.
    different
        Ids of things that are different although their ids and names agree.

    Examples
    --------
    >>> from integrated_services.model import Match
    >>> Match("agencies", same=("rakvere:police", "vinni:politsei")).collection
    'agencies'
    """

    collection: str
    same: tuple[str, ...] = ()
    different: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """One of the documents that are merged."""

    framework: Framework
    """The document."""
    label: str
    """Its id, made unique."""
    main: str | None
    """Its main language."""
    position: int
    """Where it stands among the arguments."""


def matches(given: Iterable[Match | Mapping[str, Any]]) -> tuple[Match, ...]:
    """Read a list of confirmed matches.

    Parameters
    ----------
    given
        `Match` objects, or mappings with ``collection`` and ``same`` or ``different``; those that say
        ``confirmed: false`` are passed over.

    Returns
    -------
    tuple[Match, ...]
        Each once, sorted.

    Raises
    ------
    DocumentError
        With every entry that cannot be read.
    """
    found: list[Match] = []
    problems: list[Problem] = []
    for number, one in enumerate(given):
        try:
            match = one if isinstance(one, Match) else _read(one)
        except (TypeError, ValueError) as error:
            mend = "Write {collection: agencies, same: [police, politsei]}."
            problems.append(Problem("wrong-type", "error", f"match[{number}]", str(error), mend))
            continue
        if match is not None:
            found.append(match)
    if problems:
        raise DocumentError(problems, "the list of matches")
    return tuple(sorted(set(found), key=lambda match: (match.collection, match.same, match.different)))


def _read(one: Any) -> Match | None:
    if not isinstance(one, Mapping):
        raise TypeError("an entry is not a mapping")
    if one.get("confirmed", True) is not True:
        return None
    collection = one.get("collection")
    if collection not in KEYED:
        near = nearest(str(collection), KEYED)
        meant = f", did you mean {near[0]!r}?" if near else ""
        raise ValueError(f"{str(collection)[:40]!r} is no collection of records with ids{meant}")
    lists = []
    for name in ("same", "different"):
        ids = one.get(name, ())
        if isinstance(ids, str) or not isinstance(ids, Sequence) or not all(isinstance(key, str) for key in ids):
            raise TypeError(f"{name!r} is not a list of ids")
        lists.append(tuple(sorted(set(ids))))
    if not any(lists):
        raise ValueError("the entry names no records")
    return Match(collection, *lists)


# nodes -------------------------------------------------------------------------------------------------------------


class Matching:
    """Finds the blocks of each collection, one collection after the other.

    Parameters
    ----------
    documents
        The documents, in an order that does not depend on that of the arguments.
    confirmed
        Confirmed matches.
    main
        Main language of the merged document.
    """

    def __init__(self, documents: Sequence[Document], confirmed: Sequence[Match], main: str | None) -> None:
        self.documents = documents
        self.main = main
        self.notes: list[str] = []
        self.ids: list[dict[str, dict[str, str]]] = [{} for _ in documents]
        self._confirmed: dict[str, list[Match]] = defaultdict(list)
        for match in confirmed:
            self._confirmed[match.collection].append(match)
        self._parents: dict[tuple[int, str], dict[str, str | None]] = {}
        self._countries = [countries(document.framework) for document in documents]
        self._unknown: list[Problem] = []

    def blocks(self, collection: str) -> Blocks:
        """Find what is one thing in a collection; what it belongs to must have been matched before.

        Parameters
        ----------
        collection
            Name of the collection.

        Returns
        -------
        Blocks
            Of all records of the collection.
        """
        nodes = [
            self._node(number, collection, record)
            for number, document in enumerate(self.documents)
            for record in getattr(document.framework, collection)
        ]
        blocks = Blocks(nodes)
        self._by_list(blocks, collection)
        if collection in _BY_CODE:
            self._by_code(blocks, collection)
        self._by_id(blocks, collection)
        return blocks

    def raise_unknown(self) -> None:
        """Refuse confirmed matches that name records which are not there.

        Raises
        ------
        DocumentError
            With all of them.
        """
        if self._unknown:
            raise DocumentError(self._unknown, "the list of matches")

    def _node(self, number: int, collection: str, record: Record) -> Node:
        document = self.documents[number]
        country = self._countries[number].get(record.key, "") if collection == "territories" else ""
        codes = codes_of(record, country) if collection != "needs" else ()
        around, above = self._around(number, collection, record)
        texts = tuple(texts_of(record, document.main))
        facts = {name: record.__dict__[name] for name in _FACTS.get(collection, ()) if record.__dict__[name]}
        if facts.get("kind") == "assumption":
            facts["note"] = record.__dict__["note"]
        names = names_of(record, document.main)
        node = Node(number, record, record.key, 0, names, codes, facts, around, above)
        own = {  # an earlier merge knew the ids that stand in this document
            field: frozenset(self._known_as(number, "", _ids(record, field), own=target == collection))
            for field, target in _BELONGS.get(collection, {}).items()
        }
        base, level = base_of(record.key, marks_of(texts, (replace(node, around=own),)))
        return replace(node, base=base, level=level)

    def _around(self, number: int, collection: str, record: Record) -> tuple[dict[str, Any], dict[str, Any]]:
        around: dict[str, frozenset[str]] = {}
        above: dict[str, frozenset[str]] = {}
        for field, target in _BELONGS.get(collection, {}).items():
            keys = _ids(record, field)
            if keys:
                chain = {up for key in keys for up in self._upwards(number, target, key)}
                same = self._known_as(number, target, keys, own=target == collection)
                around[field] = same
                above[field] = same | self._known_as(number, target, chain, own=target == collection)
        return around, above

    def _upwards(self, number: int, target: str, key: str) -> Iterator[str]:
        if target not in ("territories", "agencies"):
            return
        parents = self._parents.get((number, target))
        if parents is None:
            records = getattr(self.documents[number].framework, target)
            parents = self._parents[number, target] = {one.id: one.part_of for one in records}
        yield from ancestors(key, parents)

    def _known_as(self, number: int, target: str, keys: Iterable[str], *, own: bool) -> frozenset[str]:
        """Give the ids that records have in the merged document; within one collection their names, not known yet."""
        if not own:
            return frozenset(self.ids[number].get(target, {}).get(key, key) for key in keys)
        return frozenset(key.split("--")[0] for key in keys)

    # why two records are one -----------------------------------------------------------------------------------

    def _by_list(self, blocks: Blocks, collection: str) -> None:
        where: dict[str, list[int]] = defaultdict(list)
        for number, node in enumerate(blocks.nodes):
            where[node.record.key].append(number)
        for match in self._confirmed[collection]:
            same = [self._named(blocks, where, match, text) for text in match.same]
            listed = [number for numbers in same for number in numbers]
            for number in listed[1:]:
                blocks.join(listed[0], number, "confirmed")
            different = [self._named(blocks, where, match, text) for text in match.different]
            for one, other in combinations([n for numbers in different for n in numbers], 2):
                blocks.keep_apart(one, other)

    def _named(self, blocks: Blocks, where: Mapping[str, list[int]], match: Match, text: str) -> list[int]:
        document, _, key = text.rpartition(":")
        found = []
        for number in where.get(key, ()):
            node = blocks.nodes[number]
            of = self.documents[node.document]
            files = {origin.file for origin in node.record.__dict__["origins"]}
            if not document or document in {of.label, of.framework.id, *files}:
                found.append(number)
        if not found:
            near = nearest(key, where)
            mend = f"Did you mean {' or '.join(map(repr, near))}?" if near else "Correct the id."
            message = f"there is no record {text!r} in {match.collection}"
            self._unknown.append(Problem("unknown-reference", "error", "match", message, mend, value=text))
        return found

    def _by_code(self, blocks: Blocks, collection: str) -> None:
        bearers = _bearers(blocks.nodes)
        for code in sorted(bearers, key=lambda code: (code[:3], code[3] or "")):
            numbers = bearers[code]
            documents = [blocks.nodes[number].document for number in numbers]
            scheme, _, value, _ = code
            if len(set(documents)) < len(documents):
                keys = sorted({blocks.nodes[number].record.key for number in numbers})
                if len(set(documents)) > 1:
                    self.notes.append(
                        f"{collection}: {scheme} {value} is the code of several records of one document "
                        f"({', '.join(keys[:5])}), so nothing was joined by it"
                    )
                continue
            for one, other in combinations(numbers, 2):
                if blocks.root(one) == blocks.root(other):
                    continue
                if self._one_project(blocks, one, other) and blocks.may(one, other):
                    blocks.join(one, other, f"{scheme} {value}")

    @staticmethod
    def _one_project(blocks: Blocks, one: int, other: int) -> bool:
        """Tell whether two indicators are of one project: each project reports the same official codes."""
        projects = [blocks.nodes[number].around.get("project") for number in (one, other)]
        return projects[0] == projects[1]

    def _by_id(self, blocks: Blocks, collection: str) -> None:
        bases: dict[str, list[int]] = defaultdict(list)
        for number, node in enumerate(blocks.nodes):
            bases[node.base or ""].append(number)
        for base in sorted(base for base, numbers in bases.items() if len(numbers) > 1):
            roots = sorted({blocks.root(number) for number in bases[base]})
            groups, between = separated(roots, lambda a, b: self._fit(blocks, a, b))
            for group in groups:
                _join_all(blocks, group)
            alike: dict[Any, list[int]] = defaultdict(list)
            for root in between:
                node = blocks.nodes[root]
                alike[str(sorted(node.names.items(), key=str)), str(sorted(node.codes, key=str))].append(root)
                labels = sorted({self.documents[blocks.nodes[n].document].label for n in blocks.members(root)})
                self.notes.append(
                    f"{collection}[{base}] of {', '.join(labels)} may be any of several things of that id; it was "
                    "kept apart (confirm what it is in the list of matches)"
                )
            for group in alike.values():
                _join_all(blocks, [one for one in group if one == group[0] or self._fit(blocks, group[0], one)])

    def _fit(self, blocks: Blocks, one: int, other: int) -> bool:
        if not blocks.may(one, other):
            return False
        for a in blocks.members(one):
            for b in blocks.members(other):
                left, right = blocks.nodes[a], blocks.nodes[b]
                # what was joined by code or by hand may have two names, but not two codes of one list
                if contradict(left, right) if left.base == right.base else codes_contradict(left.codes, right.codes):
                    return False
        return True


def _ids(record: Record, field: str) -> tuple[str, ...]:
    value = record.__dict__[field]
    return (value,) if isinstance(value, str) else value or ()


def _join_all(blocks: Blocks, roots: Sequence[int]) -> None:
    for other in roots[1:]:
        if blocks.may(roots[0], other):
            named = all(blocks.nodes[number].names for number in (roots[0], other))
            blocks.join(roots[0], other, "id and name" if named else "id")


def _bearers(nodes: Sequence[Node]) -> dict[Code, list[int]]:
    """Give the nodes of each code; a code without an edition is that of the only edition there is."""
    editions: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    for node in nodes:
        for scheme, country, value, version in node.codes:
            if version is not None:
                editions[scheme, country, value].add(version)
    bearers: dict[Code, list[int]] = defaultdict(list)
    for number, node in enumerate(nodes):
        for scheme, country, value, version in dict.fromkeys(node.codes):
            known = editions[scheme, country, value]
            edition = min(known) if version is None and len(known) == 1 else version
            if number not in bearers[scheme, country, value, edition]:
                bearers[scheme, country, value, edition].append(number)
    return bearers


def contradict(one: Node, other: Node) -> bool:
    """Tell whether two records of one id are two things.

    Parameters
    ----------
    one, other
        Records of one collection.

    Returns
    -------
    bool
        True where their names, official codes, or what they belong to say so.
    """
    if names_contradict(one.names, other.names) or codes_contradict(one.codes, other.codes):
        return True
    if any(other.facts[name] != fact for name, fact in one.facts.items() if name in other.facts):
        return True
    return any(
        not (here & other.above[field] or one.above[field] & other.around[field])
        for field, here in one.around.items()
        if field in other.around
    )


def marks_of(texts: Iterable[str], nodes: Iterable[Node]) -> Marks:
    """Give what distinguishes a thing from others of its id.

    Parameters
    ----------
    texts
        Its names.
    nodes
        Its records.

    Returns
    -------
    Marks
        The same in whatever order they are given.
    """
    places: set[str] = set()
    more: set[str] = set()
    for node in nodes:
        places.update(key for keys in node.around.values() for key in keys)
        more.update(str(one) for one in (*node.codes, *node.names.items(), *node.facts.items()))
    return Marks(tuple(sorted(set(texts))), tuple(sorted(places)), tuple(sorted(more)))
