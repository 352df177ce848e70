"""`likely_duplicates`: records that may be one thing, with a score, for a person to confirm. Nothing is joined."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any

import attrs

from integrated_services.errors import mask
from integrated_services.io._likeness import likeness, words
from integrated_services.model import Framework, Label, Match, Record
from integrated_services.model._checks import ancestors
from integrated_services.model._merge import things
from integrated_services.model._merge_match import matches
from integrated_services.model._merge_names import codes_contradict, codes_of

_MOST_IN_A_BLOCK = 40
"""A word that more records share does not select; such records meet through other words or as neighbours."""
_WINDOW = 8
"""So many neighbours in the order of the alphabet are compared in any case."""
_HELPS = 0.2
"""Share of what is missing to certainty that each agreeing fact adds."""
_SAME_FIELDS = ("territory", "kind", "sector", "level", "address")
_MOST_HELP = 1 - (1 - _HELPS) ** 6
"""What all facts together can add."""
_OTHER_PLACE = 0.8
_OTHER_KIND = 0.9
_FAR_KM = 5.0
_NEAR_KM = 0.3


@attrs.frozen
class Suggestion:
    """Records that may be one thing.

    Attributes
    ----------
    collection
        Collection of the records.
    ids
        Their ids; with the file (else the document) before them where there are several documents: ``rakvere:police``.
    names
        Their names.
    files
        Files, sheets and rows that they were read from, else the documents.
    score
        From 0 to 1: how much they look like one thing.
    why
        What speaks for it and against it.

    Examples
    --------
    >>> from integrated_services.io import likely_duplicates
    >>> from integrated_services.model import loads
    >>> text = '{"framework": "f", "title": "F", "reference_date": "2022-06-01", "agencies": [%s]}'
    >>> fw = loads(text % '{"id": "a", "name": "MTÜ Päikesekiir"}, {"id": "b", "name": "Paikesekiir"}')
    >>> print(likely_duplicates(fw)[0])
    agencies: a (MTÜ Päikesekiir), b (Paikesekiir): 1.00, the same name
    """

    collection: str
    ids: tuple[str, ...]
    names: tuple[str, ...]
    files: tuple[str, ...]
    score: float
    why: str

    def as_match(self) -> dict[str, Any]:
        """Give an entry for a list of matches, which `merge` passes over until somebody has confirmed it.

        Returns
        -------
        dict[str, Any]
            Plain values.
        """
        return {
            "collection": self.collection,
            "same": list(self.ids),
            "confirmed": False,
            "score": round(self.score, 3),
            "names": [mask(name) for name in self.names],
            "files": [mask(file) for file in self.files],
            "why": self.why,
        }

    def __str__(self) -> str:
        shown = ", ".join(f"{key} ({mask(name)})" for key, name in zip(self.ids, self.names, strict=True))
        return f"{self.collection}: {shown}: {self.score:.2f}, {self.why}"


@attrs.frozen(eq=False)
class _Thing:
    """What is compared: one record, or several that merging joins."""

    members: tuple[tuple[str, Record, Framework], ...]
    words: tuple[tuple[str, ...], ...]
    codes: tuple[Any, ...]
    above: frozenset[str]

    @property
    def first(self) -> Record:
        return self.members[0][1]


def likely_duplicates(
    frameworks: Framework | Iterable[Framework],
    *,
    threshold: float = 0.85,
    match: Iterable[Match | Mapping[str, Any]] = (),
) -> tuple[Suggestion, ...]:
    """Find records that may be one thing, for a person to confirm.

    Parameters
    ----------
    frameworks
        One framework, or several that are to be merged.
    threshold
        Least score, from 0 to 1.
    match
        What a person has confirmed already; that is not suggested again.

    Returns
    -------
    tuple[Suggestion, ...]
        The likeliest first. What `merge` would join anyhow is not among them.

    Raises
    ------
    MissingDependencyError
        Where RapidFuzz is not installed.

    Notes
    -----
    Names are compared word by word without case, diacritics, order and legal forms; a word may differ by a slip of the
    pen (one letter from four letters on, two from eight on; numbers must be equal). Where each name has a word of its
    own (*Tartu linn*, *Tartu vald*), the score is 0.55 at most. Each fact that agrees (territory, kind, sector, level,
    address, a place nearby) adds a fifth of what is missing to 1; another territory, another kind or a place more than
    5 km away lowers the score. Records with different official codes, and a record and what contains it, are never
    suggested.

    Only records that share a word (its first or last four letters) that fewer than 40 share, and neighbours in the
    order of the alphabet, are compared, so the time grows little faster than the number of records.

    Examples
    --------
    >>> from integrated_services import samples
    >>> from integrated_services.io import likely_duplicates
    >>> likely_duplicates(samples.load("elektrenai"), threshold=0.95)
    ()
    """
    given = [frameworks] if isinstance(frameworks, Framework) else list(frameworks)
    confirmed = matches(match)
    several = len({one.digest for one in given}) > 1
    found: list[Suggestion] = []
    for collection, listed in things(given, confirmed).items():
        compared = [_thing(collection, members) for members in listed]
        settled = _settled(collection, confirmed)
        for one, other in sorted(_candidates(compared)):
            suggestion = _compared(collection, compared[one], compared[other], several, threshold)
            if suggestion is not None and suggestion.ids not in settled:
                found.append(suggestion)
    return tuple(sorted(found, key=lambda one: (-one.score, one.collection, one.ids)))


def _settled(collection: str, confirmed: Iterable[Match]) -> set[tuple[str, ...]]:
    """Give the pairs of which a person has said that they are two things."""
    pairs = (pair for one in confirmed if one.collection == collection for pair in combinations(one.different, 2))
    return {tuple(sorted(pair)) for pair in pairs}


def _parents(framework: Framework, collection: str, field: str) -> dict[str, str | None]:
    def made() -> dict[str, str | None]:
        return {one.key: one.__dict__[field] for one in getattr(framework, collection)}

    return framework.remember(f"likely duplicates: {collection}", made)


def _thing(collection: str, members: tuple[tuple[str, Record, Framework], ...]) -> _Thing:
    names = {text for _, record, _ in members for text in _names(record)}
    codes = tuple(code for _, record, _ in members for code in codes_of(record, "")) if collection != "needs" else ()
    above: set[str] = set()
    for label, record, framework in members:
        for field in ("part_of", "broader"):
            if field in record.__dict__:
                parents = _parents(framework, collection, field)
                above |= {f"{label}:{key}" for key in ancestors(record.key, parents)}
    return _Thing(members, tuple(sorted({words(name) for name in names})), codes, frozenset(above))


def _names(record: Record) -> Iterator[str]:
    label = record.__dict__.get("name") or record.__dict__.get("title")
    if isinstance(label, Label):
        yield from (label.text(code) for code in label.languages or (None,))


# which are compared ------------------------------------------------------------------------------------------------


def _candidates(compared: Sequence[_Thing]) -> set[tuple[int, int]]:
    blocks: dict[str, set[int]] = defaultdict(set)
    order: list[tuple[str, int]] = []
    for number, thing in enumerate(compared):
        for name in thing.words:
            order.append(("".join(name), number))
            for word in name:
                blocks[word[:4]].add(number)
                blocks[f"-{word[-4:]}"].add(number)
    pairs: set[tuple[int, int]] = set()
    for numbers in blocks.values():
        if len(numbers) <= _MOST_IN_A_BLOCK:
            pairs.update(combinations(sorted(numbers), 2))
    order.sort()
    for place, (_, number) in enumerate(order):
        for _, other in order[place + 1 : place + 1 + _WINDOW]:
            if number != other:
                pairs.add((min(number, other), max(number, other)))
    return pairs


# how alike they are ------------------------------------------------------------------------------------------------


def _compared(collection: str, one: _Thing, other: _Thing, several: bool, threshold: float) -> Suggestion | None:
    alike = max((likeness(a, b) for a in one.words for b in other.words), default=0.0)
    if alike <= 0.5 or alike + (1 - alike) * _MOST_HELP < threshold:
        return None
    if codes_contradict(one.codes, other.codes) or _contains(one, other):
        return None
    score, reasons = _weighed(alike, one, other)
    if score < threshold:
        return None
    members = sorted((*one.members, *other.members), key=lambda member: (member[0], member[1].key))
    firsts = sorted((min(_ids(one, several)), min(_ids(other, several))))
    shown = {min(_ids(thing, several)): thing for thing in (one, other)}
    names = tuple(next(_names(shown[key].first), key) for key in firsts)
    files = tuple(
        dict.fromkeys(str(place) for label, record, _ in members for place in (record.__dict__["origins"] or (label,)))
    )
    return Suggestion(collection, tuple(firsts), names, files, score, "; ".join(reasons))


def _ids(thing: _Thing, several: bool) -> list[str]:
    found = []
    for label, record, _ in thing.members:
        origins = record.__dict__["origins"]
        found.append(f"{origins[0].file if origins else label}:{record.key}" if several else record.key)
    return found


def _contains(one: _Thing, other: _Thing) -> bool:
    """Tell whether one of the two is a part of the other: a school and its unit bear one name and are two."""
    keys = [{f"{label}:{record.key}" for label, record, _ in thing.members} for thing in (one, other)]
    return bool(one.above & keys[1] or other.above & keys[0])


def _weighed(alike: float, one: _Thing, other: _Thing) -> tuple[float, list[str]]:
    """Raise the score by what agrees, lower it by what does not."""
    score = alike
    reasons = ["the same name" if alike == 1 else f"names {alike:.0%} alike"]
    a, b = one.first.__dict__, other.first.__dict__
    for field in _SAME_FIELDS:
        left, right = a.get(field), b.get(field)
        if left is None or right is None:
            continue
        if left == right:
            score += (1 - score) * _HELPS if alike > 0.6 else 0
            reasons.append(f"the same {field}")
        elif field != "address":
            score *= _OTHER_PLACE if field == "territory" else _OTHER_KIND
            reasons.append(f"another {field}")
    distance = _kilometres(a.get("point"), b.get("point"))
    if distance is not None and distance <= _NEAR_KM:
        score += (1 - score) * _HELPS if alike > 0.6 else 0
        reasons.append("the same place")
    elif distance is not None and distance > _FAR_KM:
        score *= _OTHER_PLACE
        reasons.append(f"{distance:.0f} km apart")
    return score, reasons


def _kilometres(one: Any, other: Any) -> float | None:
    """Give the distance of two points along the surface (haversine)."""
    if one is None or other is None:
        return None
    lat, lat2 = math.radians(one.lat), math.radians(other.lat)
    half = math.sin((lat2 - lat) / 2) ** 2
    half += math.cos(lat) * math.cos(lat2) * math.sin(math.radians(other.lon - one.lon) / 2) ** 2
    return 2 * 6371.0 * math.asin(math.sqrt(min(1.0, half)))
