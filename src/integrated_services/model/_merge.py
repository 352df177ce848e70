"""`merge`: one framework from the documents of several municipalities."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pydantic import ValidationError

from integrated_services.errors import DocumentError, mask
from integrated_services.model._base import Label, Record, canonical
from integrated_services.model._framework import Framework
from integrated_services.model._merge_assemble import Assembly, Joined, Renamed, matched
from integrated_services.model._merge_conflicts import Conflict, Joiner, OnConflict, iter_conflicts
from integrated_services.model._merge_match import Document, Match, matches
from integrated_services.model._merge_rewrite import Rewriter
from integrated_services.model._structure import structure_problems
from integrated_services.model._values import Basis

_BASES: tuple[Basis, ...] = ("stated", "derived", "estimated", "assumed")


@dataclass(frozen=True, slots=True, repr=False)
class Merged:
    """What merging several frameworks gave.

    Attributes
    ----------
    framework
        The merged framework.
    conflicts
        Where the documents disagree: the value that was kept and the others, each with who states it.
    joined
        What was joined with what, and why.
    renamed
        Records that have another key than in their own document.
    notes
        What else is worth knowing: codes that name several things, titles that were passed over.
    keys
        For each input in the order of `inputs`: the key in the merged framework by collection and own key.
    inputs
        The frameworks that were merged, each once.
    match
        The confirmed matches that were used.

    Examples
    --------
    >>> from integrated_services import samples
    >>> from integrated_services.model import merge
    >>> fw = samples.load("elektrenai")
    >>> merged = merge(fw, fw)
    >>> merged.framework == fw, merged.summary()
    (True, '1 document merged: nothing joined, nothing renamed, no conflicts.')
    """

    framework: Framework
    conflicts: tuple[Conflict, ...] = ()
    joined: tuple[Joined, ...] = ()
    renamed: tuple[Renamed, ...] = ()
    notes: tuple[str, ...] = ()
    keys: tuple[Mapping[tuple[str, str], str], ...] = ()
    inputs: tuple[Framework, ...] = field(default=())
    match: tuple[Match, ...] = ()

    def summary(self) -> str:
        """Say in one line what happened.

        Returns
        -------
        str
            Without personal data.
        """
        number = len(self.inputs)
        things = len(self.joined)
        parts = (
            f"{things:,} {'thing' if things == 1 else 'things'} joined" if things else "nothing joined",
            f"{len(self.renamed):,} renamed" if self.renamed else "nothing renamed",
            f"{len(self.conflicts):,} {'conflict' if len(self.conflicts) == 1 else 'conflicts'}"
            if self.conflicts
            else "no conflicts",
        )
        return f"{number} document{'s' * (number != 1)} merged: {', '.join(parts)}."

    def as_dict(self) -> dict[str, Any]:
        """Give everything but the framework as plain values, without personal data.

        Returns
        -------
        dict[str, Any]
            JSON types only.
        """
        return {
            "summary": self.summary(),
            "conflicts": [conflict.as_dict() for conflict in self.conflicts],
            "joined": [
                {
                    "collection": one.collection,
                    "key": mask(one.key),
                    "members": [mask(f"{document}:{key}") for document, key in one.members],
                    "why": list(one.why),
                }
                for one in self.joined
            ],
            "renamed": [
                {
                    "collection": one.collection,
                    "document": one.document,
                    "before": mask(one.before),
                    "after": mask(one.after),
                }
                for one in self.renamed
            ],
            "notes": [mask(note) for note in self.notes],
        }

    def __repr__(self) -> str:
        return f"<Merged: {self.summary()}>"

    __str__ = summary


def merge(
    *frameworks: Framework | Merged,
    match: Iterable[Match | Mapping[str, Any]] = (),
    on_conflict: OnConflict = "report",
    framework: str | None = None,
    title: str | Mapping[str, str] | Label | None = None,
    reference_date: date | None = None,
    languages: Sequence[str] | None = None,
) -> Merged:
    """Merge frameworks into one; the same thing in several of them becomes one record.

    Parameters
    ----------
    frameworks
        One or more frameworks, or what an earlier `merge` gave: then the frameworks that went into it are merged anew,
        with the matches that were confirmed for them.
    match
        What a person has confirmed to be one thing, or to be two: see `Match`. ``integrated_services.io`` proposes
        such a list (`likely_duplicates`); nothing is ever joined for being alike.
    on_conflict
        Where the documents disagree: ``report`` keeps one value by a rule that does not depend on the order of the
        arguments (better founded first, then what says more, then in alphabetical order); ``first`` keeps that of the
        first document that states one; ``error`` refuses.
    framework, title, reference_date, languages
        Head of the merged document. Missing: id, title and description of the document whose id comes first in the
        alphabet, the latest reference date, and all languages, the alphabetically first main language first. The
        licence names those of all documents.

    Returns
    -------
    Merged
        The framework, and all that a person should look at.

    Raises
    ------
    DocumentError
        With all problems at once: conflicts where they are refused, a list of matches that names what is not there,
        records that contradict each other across documents (a hierarchy in a circle, demand stated twice).
    ValueError
        Where no framework is given.

    Notes
    -----
    Records are one thing where they bear the same official code (territories, agencies, sites, services, projects and
    the indicators of one project; national codes only within a country, never a code that one document gives to several
    records), where `match` says so, or where id and name agree and nothing contradicts it: two schools that both have
    the id ``school`` but other names, codes, territories or providers are two schools. Those get longer ids,
    ``school--vinni``, which depend on what they are and not on the order. Records without an id are one where they are
    about the same. A missing value is filled from the other document and is no conflict; lists are united; figures keep
    their basis, which is written out where the documents have different default bases. A field that has its default
    (a service that is ``active``) counts as not stated.

    The result does not depend on the order of the arguments (but for ``first``) nor on their repetition, and merging
    one framework gives it back unchanged: otherwise the records are in the order of their keys.
    ``merge(merge(a, b), c)`` and ``merge(a, merge(b, c))`` equal ``merge(a, b, c)``. The same holds for
    ``merge(merge(a, b).framework, c)`` as long as what joins two records can still be seen in the merged document: an
    id that was given up for another one, or a record without a name that might be either of two, cannot.

    Examples
    --------
    >>> from integrated_services.model import loads, merge
    >>> text = '{"framework": "%s", "title": "F", "reference_date": "2022-06-01", "agencies": [{"id": "police", %s}]}'
    >>> rakvere = loads(text % ("rakvere", '"name": "Police", "identifiers": {"registry": "70008747"}'))
    >>> vinni = loads(text % ("vinni", '"name": "Police", "sector": "police"'))
    >>> merged = merge(rakvere, vinni, framework="county", title="County")
    >>> print(merged.joined[0])
    agencies[police]: rakvere:police, vinni:police (id and name)
    >>> merged.framework.agencies["police"].sector
    'police'
    """
    confirmed = matches(match)
    inputs: list[Framework] = []
    for one in frameworks:
        if isinstance(one, Merged):
            confirmed = matches((*confirmed, *one.match))
        inputs += one.inputs if isinstance(one, Merged) else [one]
    inputs = list({one.digest: one for one in reversed(inputs)}.values())[::-1]
    if not inputs:
        raise ValueError("merge needs at least one framework")
    given: dict[str, Any] = {
        name: value
        for name, value in (
            ("framework", framework),
            ("title", title),
            ("reference_date", reference_date),
            ("languages", None if languages is None else tuple(languages)),
        )
        if value is not None
    }
    if len(inputs) == 1 and not confirmed:
        only = inputs[0]
        keys = {(name, record.key): record.key for name, record in only.records()}
        made = only if not given else _with_head(only, given)
        return Merged(made, keys=(keys,), inputs=(only,))
    return _merged(inputs, confirmed, on_conflict, given)


def _merged(
    inputs: Sequence[Framework], confirmed: tuple[Match, ...], on_conflict: OnConflict, given: Mapping[str, Any]
) -> Merged:
    documents = _documents(inputs)
    languages = _languages(documents, given)
    basis = min((one.basis for one in inputs), key=_BASES.index)
    joiner = Joiner(basis, languages, first=on_conflict == "first")
    head, notes = _head(documents, languages, basis, given, first=on_conflict == "first")
    assembly = Assembly(documents, head, joiner, [{} for _ in documents])
    notes += assembly.run(confirmed)
    framework = assembly.framework()
    conflicts = tuple(iter_conflicts(joiner.conflicts))
    if conflicts and on_conflict == "error":
        raise DocumentError([conflict.problem() for conflict in conflicts], "the documents to merge")
    keys = {document.position: one for document, one in zip(documents, assembly.keys, strict=True)}
    return Merged(
        framework,
        conflicts,
        tuple(sorted(assembly.joined, key=lambda one: (one.collection, one.key))),
        tuple(sorted(assembly.renamed, key=lambda one: (one.collection, one.document, one.before))),
        tuple(notes),
        tuple(keys[number] for number in range(len(inputs))),
        tuple(inputs),
        confirmed,
    )


def things(
    frameworks: Iterable[Framework], match: Iterable[Match | Mapping[str, Any]] = ()
) -> dict[str, list[tuple[tuple[str, Record, Framework], ...]]]:
    """Find what merging would join, without joining it.

    Parameters
    ----------
    frameworks
        Frameworks.
    match
        What a person has confirmed.

    Returns
    -------
    dict[str, list[tuple[tuple[str, Record, Framework], ...]]]
        By collection: for each thing its records, each with the name of its document, and the document.
    """
    documents = _documents(list({one.digest: one for one in frameworks}.values()))
    languages = _languages(documents, {})
    _, groups = matched(documents, matches(match), languages[0] if languages else None)
    return {
        collection: [
            tuple((documents[m.document].label, m.record, documents[m.document].framework) for m in group.members)
            for group, _ in listed
        ]
        for collection, listed in groups.items()
    }


def _documents(inputs: Sequence[Framework]) -> list[Document]:
    """Put the documents into an order that is not that of the arguments, and give each a name of its own."""
    order = sorted(range(len(inputs)), key=lambda number: (inputs[number].id, inputs[number].digest))
    counts = Counter(one.id for one in inputs)
    seen: Counter[str] = Counter()
    found = []
    for number in order:
        one = inputs[number]
        seen[one.id] += 1
        label = one.id if counts[one.id] == 1 else f"{one.id} ({seen[one.id]})"
        found.append(Document(one, label, one.languages[0] if one.languages else None, number))
    return found


# the head ----------------------------------------------------------------------------------------------------------


def _languages(documents: Sequence[Document], given: Mapping[str, Any]) -> tuple[str, ...]:
    if "languages" in given:
        return tuple(given["languages"])
    main = min((document.main for document in documents if document.main is not None), default=None)
    rest = {code for document in documents for code in document.framework.languages} - {main}
    return (*((main,) if main is not None else ()), *sorted(rest))


def _head(
    documents: Sequence[Document],
    languages: tuple[str, ...],
    basis: Basis,
    given: Mapping[str, Any],
    *,
    first: bool,
) -> tuple[dict[str, Any], list[str]]:
    """Make the fields of the merged document itself, and say what was passed over."""
    heads: list[tuple[Any, str, Label | None, Label | None]] = []
    for document in documents:
        write = Rewriter({}, (basis, basis), document.main, languages).label
        fw = document.framework
        description = None if fw.description is None else write(fw.description)
        rank = (fw.id, *(_sayings(label, document.main) for label in (fw.title, fw.description)))
        heads.append(((document.position if first else 0, *rank), fw.id, write(fw.title), description))
    _, own, title, description = min(heads, key=lambda one: one[0])
    head: dict[str, Any] = {
        "framework": own,
        "title": title,
        "description": description,
        "languages": languages,
        "reference_date": max(document.framework.reference_date for document in documents),
        "basis": basis,
        "licence": _licence(documents),
        **given,
    }
    notes = []
    titles = {str(one[2]) for one in heads} - {str(head["title"])}
    if titles and "title" not in given:
        notes.append(f"title {str(head['title'])!r}: the documents also say {', '.join(map(repr, sorted(titles)))}")
    dates = sorted({document.framework.reference_date.isoformat() for document in documents})
    if len(dates) > 1 and "reference_date" not in given:
        notes.append(f"reference date {dates[-1]}: the latest of {', '.join(dates)}")
    if len({document.framework.basis for document in documents}) > 1:
        notes.append(f"the documents have different default bases; each figure that is not {basis} says its own")
    return _checked(head), notes


def _sayings(label: Label | None, main: str | None) -> list[tuple[str, str]]:
    """Give the texts of a label by language, alike whether the main language is written or goes without saying."""
    return [] if label is None else sorted((code or main or "", text) for code, text in label._texts)


def _licence(documents: Sequence[Document]) -> str | None:
    """Name all licences: what comes from several documents may be used as all of them allow."""
    named = {
        part.strip() for one in documents if one.framework.licence for part in one.framework.licence.split("; ")
    } - {""}
    return "; ".join(sorted(named)) or None


def _checked(head: dict[str, Any]) -> dict[str, Any]:
    plain = {name: canonical(value) for name, value in head.items() if value is not None}
    try:
        Framework.model_validate(plain, context={"unchecked": True})
    except ValidationError as error:
        found = structure_problems(error, Framework, plain, "", lambda _: None, ())
        raise DocumentError(found, "the merged framework") from None
    return {**plain, "languages": tuple(plain.get("languages", ()))}


def _with_head(framework: Framework, given: Mapping[str, Any]) -> Framework:
    head = {name: value for name, value in framework.__dict__.items() if name not in framework.COLLECTIONS}
    checked = _checked({**head, **given})
    return framework.model_copy(update={name: checked[name] for name in given})
