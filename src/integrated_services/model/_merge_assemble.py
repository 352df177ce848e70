"""From matched records to the merged document: ids are given, references follow, records are joined and checked."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pydantic import ValidationError

from integrated_services.errors import DocumentError, Problem
from integrated_services.model._assemble import unchecked
from integrated_services.model._base import Origin, Record, canonical
from integrated_services.model._checks import cross_record_errors
from integrated_services.model._framework import Framework
from integrated_services.model._known import Known
from integrated_services.model._merge_blocks import Node
from integrated_services.model._merge_conflicts import Joiner, Said
from integrated_services.model._merge_ids import Thing, given_base, keys_of
from integrated_services.model._merge_match import KEYED, Document, Match, Matching, marks_of
from integrated_services.model._merge_names import Marks, base_of, texts_of
from integrated_services.model._merge_rewrite import Rewriter
from integrated_services.model._places import Place
from integrated_services.model._structure import structure_problems

UNKEYED = ("populations", "demands", "cooperations", "referrals", "observations", "surveys")
"""Collections whose records are named by what they are about."""

_APART: dict[str, tuple[str, ...]] = {
    "populations": ("date",),
    "demands": ("each",),
    "cooperations": ("reported_by", "valid"),
    "referrals": ("valid",),
    "surveys": ("by",),
}
"""What tells two records apart that are about the same: another day, another witness."""


@dataclass(frozen=True, slots=True)
class Joined:
    """Records of several documents that are one in the merged document.

    Attributes
    ----------
    collection
        Collection.
    key
        Key in the merged document.
    members
        Document and key of each record.
    why
        Reasons: ``id and name``, ``id``, a code such as ``ehak 0141``, ``confirmed``, or ``what it is about``.

    Examples
    --------
    >>> from integrated_services.model import loads, merge
    >>> text = '{"framework": "%s", "title": "F", "reference_date": "2022-06-01", "needs": [{"id": "advice"}]}'
    >>> joined = merge(loads(text % "a"), loads(text % "b")).joined[0]
    >>> joined.collection, joined.key, joined.members
    ('needs', 'advice', (('a', 'advice'), ('b', 'advice')))
    """

    collection: str
    key: str
    members: tuple[tuple[str, str], ...]
    why: tuple[str, ...]

    def __str__(self) -> str:
        listed = ", ".join(f"{document}:{key}" for document, key in self.members)
        return f"{self.collection}[{self.key}]: {listed} ({', '.join(self.why)})"


@dataclass(frozen=True, slots=True)
class Renamed:
    """A record that has another key in the merged document.

    Attributes
    ----------
    collection
        Collection.
    document
        Document that it comes from.
    before
        Key there.
    after
        Key in the merged document.

    Examples
    --------
    >>> from integrated_services.model import loads, merge
    >>> head = '"title": "F", "reference_date": "2022-06-01"'
    >>> one = loads('{"framework": "a", %s, "agencies": [{"id": "school", "name": "Vinni school"}]}' % head)
    >>> two = loads('{"framework": "b", %s, "agencies": [{"id": "school", "name": "Tapa school"}]}' % head)
    >>> merged = merge(one, two)
    >>> [(one.document, one.before, one.after) for one in merged.renamed]
    [('a', 'school', 'school--vinni-school'), ('b', 'school', 'school--tapa-school')]
    """

    collection: str
    document: str
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.collection}[{self.before}] of {self.document} is now {self.after}"


@dataclass(frozen=True, slots=True, eq=False)
class Member:
    """One record on its way into the merged document."""

    document: int
    """Number of its document."""
    record: Record
    """The record, its references already those of the merged document where it has no id of its own."""
    before: str
    """Its key in its document."""
    base: str | None = None
    """Its id without what an earlier merge added; None where it has none, or all of it was given by a merge."""
    level: int = 0
    """Which ending an earlier merge gave it."""


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """Records that become one."""

    members: tuple[Member, ...]
    """One or more."""
    why: tuple[str, ...]
    """Reasons."""
    thing: Thing
    """What its key is made from."""


def matched(
    documents: Sequence[Document], confirmed: Sequence[Match], main: str | None
) -> tuple[Matching, dict[str, list[tuple[Group, str]]]]:
    """Find what is one thing, and give each thing its key.

    Parameters
    ----------
    documents
        The documents.
    confirmed
        Confirmed matches.
    main
        Main language of the merged document.

    Returns
    -------
    tuple[Matching, dict[str, list[tuple[Group, str]]]]
        New ids by document, and the things of each collection with their keys.

    Raises
    ------
    DocumentError
        Where the list of matches names what is not there.
    """
    matching = Matching(documents, confirmed, main)
    labels = [document.label for document in documents]
    groups: dict[str, list[tuple[Group, str]]] = {}
    for collection in KEYED:
        blocks = matching.blocks(collection)
        found = []
        for numbers, why in blocks.classes():
            nodes = [blocks.nodes[number] for number in numbers]
            members = tuple(Member(node.document, node.record, node.record.key) for node in nodes)
            found.append(Group(members, why, _thing(nodes, main, labels)))
        groups[collection] = _named(found)
        for group, key in groups[collection]:
            for one in group.members:
                if one.before != key:
                    matching.ids[one.document].setdefault(collection, {})[one.before] = key
    matching.raise_unknown()
    return matching, groups


@dataclass(slots=True)
class Assembly:
    """The merged document in the making."""

    documents: Sequence[Document]
    head: dict[str, Any]
    joiner: Joiner
    keys: list[dict[tuple[str, str], str]]
    """New key by collection and key, for each document."""
    joined: list[Joined] = field(default_factory=list)
    renamed: list[Renamed] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    records: dict[str, list[Record]] = field(default_factory=dict)
    known: Known = field(default_factory=Known)
    places: dict[str, Origin] = field(default_factory=dict)

    def run(self, confirmed: Sequence[Match]) -> list[str]:
        """Match, rewrite and join everything.

        Parameters
        ----------
        confirmed
            Confirmed matches.

        Returns
        -------
        list[str]
            Remarks for readers.

        Raises
        ------
        DocumentError
            Where the list of matches names what is not there.
        """
        main = self.head["languages"][0] if self.head["languages"] else None
        matching, groups = matched(self.documents, confirmed, main)
        writers = [
            Rewriter(
                matching.ids[number],
                (document.framework.basis, self.joiner.basis),
                document.main,
                self.joiner.languages,
                {name: frozenset(getattr(document.framework, name).keys()) for name in KEYED},
            )
            for number, document in enumerate(self.documents)
        ]
        for collection in KEYED:
            self._join(collection, groups[collection], writers)
        for collection in UNKEYED:
            self._join(collection, _named(self._unkeyed_groups(collection, writers)), None)
        return matching.notes

    def _unkeyed_groups(self, collection: str, writers: Sequence[Rewriter]) -> list[Group]:
        about: dict[tuple[str, str], list[Member]] = defaultdict(list)
        for number, document in enumerate(self.documents):
            for record in getattr(document.framework, collection):
                new = self._rewritten(record, writers[number], f"{collection}[{record.key}]")
                if new is not None:
                    base, level = _own_id(collection, record)
                    member = Member(number, new, record.key, base, level)
                    about[new._derived_key(), _apart(collection, new)].append(member)
        found = []
        for (derived, apart), members in sorted(about.items(), key=lambda pair: pair[0]):
            for same in _told_apart(members):
                base = min((member.base for member in same if member.base is not None), default=None)
                level = max((member.level for member in same if member.base == base), default=0)
                labels = tuple(sorted({self.documents[member.document].label for member in same}))
                thing = Thing(base, derived, level, _about(derived, apart), labels)
                found.append(Group(tuple(same), ("what it is about",), thing))
        return found

    def _rewritten(self, record: Record, writer: Rewriter, path: str) -> Record | None:
        try:
            return writer.record(record)
        except ValidationError as error:
            self._broken(error, record, path)
            return None

    def _broken(self, error: ValidationError, record: Record, path: str) -> None:
        raw = record.plain()
        found = structure_problems(error, type(record), raw if isinstance(raw, dict) else {}, path, _no_line, ())
        self.problems += [_placed(problem, record.__dict__.get("origins") or ()) for problem in found]
        self.known.add_broken(path.partition("[")[0], {"id": record.key})

    def _join(self, collection: str, groups: Sequence[tuple[Group, str]], writers: Sequence[Rewriter] | None) -> None:
        kept: list[Record] = []
        for group, key in sorted(groups, key=lambda pair: pair[1]):
            path = f"{collection}[{key}]"
            self._report(collection, group, key)
            said = []
            for member in group.members:
                new = (
                    member.record if writers is None else self._rewritten(member.record, writers[member.document], path)
                )
                if new is not None:
                    of = self.documents[member.document]
                    said.append(Said(new, of.label, of.position, member.record.__dict__["origins"]))
            if not said:
                continue
            try:
                unnamed = group.thing.base is None and key == group.thing.derived
                joined = self._one(said, path, None if unnamed else key)
            except ValidationError as error:
                self._broken(error, said[0].value, path)
                continue
            if joined.__dict__["origins"]:
                self.places[path] = joined.__dict__["origins"][0]
            kept.append(joined)
        self.records[collection] = kept

    def _one(self, said: Sequence[Said], path: str, own: str | None) -> Record:
        first: Record = said[0].value
        if all(one.value == first for one in said[1:]) or len(said) == 1:
            return first if first.__dict__["id"] == own else first.model_copy(update={"id": own})
        return type(first).model_validate(self.joiner.record(said, path, {"id": own}))

    def _report(self, collection: str, group: Group, key: str) -> None:
        members = []
        for member in group.members:
            label = self.documents[member.document].label
            members.append((label, member.before))
            self.keys[member.document][collection, member.before] = key
            if member.record.key != key:
                self.renamed.append(Renamed(collection, label, member.before, key))
        if len(members) > 1:
            self.joined.append(Joined(collection, key, tuple(sorted(members)), group.why))

    def framework(self) -> Framework:
        """Check the whole.

        Returns
        -------
        Framework
            The merged document.

        Raises
        ------
        DocumentError
            With everything that is wrong across the records.
        """
        keep = any(document.framework.keeps_personal for document in self.documents)
        made = unchecked(self.head, self.records, personal="keep" if keep else "refuse")
        self.known.seen(made)
        self.problems += [self._with_place(problem) for problem in cross_record_errors(made, self.known)]
        if self.problems:
            raise DocumentError(dict.fromkeys(self.problems), f"the merged framework {self.head['framework']!r}")
        made.remember("errors", tuple)
        return made

    def _with_place(self, problem: Problem) -> Problem:
        head, bracket, _ = problem.path.partition("]")
        origin = self.places.get(head + bracket)
        return _placed(problem, (origin,) if origin else ())


def _placed(problem: Problem, origins: Sequence[Origin]) -> Problem:
    if not origins:
        return problem
    return replace(problem, file=origins[0].file, sheet=origins[0].sheet, row=origins[0].row)


def _named(groups: Sequence[Group]) -> list[tuple[Group, str]]:
    return list(zip(groups, keys_of([group.thing for group in groups]), strict=True))


def _thing(nodes: Sequence[Node], main: str | None, labels: Sequence[str]) -> Thing:
    base = min(node.base or node.record.key for node in nodes)
    level = max(node.level for node in nodes if node.base == base)
    texts = [text for node in nodes for text in texts_of(node.record, main)]
    return Thing(base, "", level, marks_of(texts, nodes), tuple(sorted({labels[node.document] for node in nodes})))


def _apart(collection: str, record: Record) -> str:
    values = {name: record.__dict__[name] for name in _APART.get(collection, ())}
    if collection == "demands":  # persons at a time and persons per year are never one number
        persons = record.__dict__["persons"]
        values["per"] = "flow" if persons is not None and persons.per else None
    said = [canonical(value) for value in values.values() if value is not None]
    return " ".join(one if isinstance(one, str) else str(one) for one in said)


def _about(derived: str, apart: str) -> Marks:
    return Marks((apart,) if apart else (), (derived,))


def _own_id(collection: str, record: Record) -> tuple[str | None, int]:
    """Split the id of a record that needs none; what a merge made of its derived key is no id of its own."""
    key: str | None = record.__dict__["id"]
    if key is None:
        return None, 0
    derived = record._derived_key()
    base, level = base_of(key, _about(derived, _apart(collection, record)))
    return (None, level) if level and base == given_base(derived) else (base, level)


def _told_apart(members: Sequence[Member]) -> list[list[Member]]:
    """Join what is about the same; where one document has several of them, only those of one id."""
    if max(Counter(member.document for member in members).values()) == 1:
        return [list(members)]
    by_id: dict[str | None, list[Member]] = defaultdict(list)
    for member in members:
        by_id[member.base].append(member)
    return [by_id[key] for key in sorted(by_id, key=lambda key: key or "")]


def _no_line(place: Place) -> None:  # noqa: ARG001 - the records stand in several files
    return None
