"""What the rows of a table are, and which columns hold keys of other tables."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from collections.abc import Mapping as Map
from typing import Final

import attrs

from integrated_services.io._cells import items
from integrated_services.io._mapping import SECTION, SHEET
from integrated_services.io._mapping_evidence import Evidence
from integrated_services.io._mapping_headers import Block
from integrated_services.io._mapping_match import best, fold

_SIGNS: Final = {
    "demand": ("demand.persons", "demand.share"),
    "population": ("population.persons",),
    "cooperation": ("cooperation.second",),
    "referral": ("referral.receiver",),
    "survey": ("survey.status",),
}
_OF_SERVICE: Final = ("service.", "delivery.")
_SHARED: Final = ("email", "phone", "web", "contact", "code", "description", "project")


@attrs.frozen
class Noun:
    """What the rows of a table are.

    Attributes
    ----------
    noun
        The best guess.
    score
        0 to 1.
    alternatives
        Other nouns with their scores.
    """

    noun: str
    score: float
    alternatives: tuple[tuple[str, float], ...] = ()


def parent_of(block: Block, sheets: Collection[str] | None = None) -> str | None:
    """Name the sheet to whose rows the rows of a nested list belong.

    Parameters
    ----------
    block
        Table.
    sheets
        Names of the sheets, where it must be one of them.

    Returns
    -------
    str | None
        Name of the sheet; None for a table of its own.
    """
    if ("_parent_row", 1) not in block.headings:
        return None
    name = block.sheet.rpartition(".")[0]
    while sheets is not None and name and name not in sheets:
        name = name.rpartition(".")[0]
    return name or None


def noun_of(block: Block, looks: Sequence[Evidence], blocks: Sequence[Block], links: Map[tuple[str, str], str]) -> Noun:
    """Guess what the rows of a table are.

    Parameters
    ----------
    block
        Table.
    looks
        What its columns look like.
    blocks
        All tables of the file.
    links
        Which columns hold keys of which sheet.

    Returns
    -------
    Noun
        With alternatives.
    """
    scores: dict[str, float] = {"service": 0.35}
    name = block.sheet.rpartition(".")[2] if parent_of(block) else block.sheet
    for noun, score in best(name, "nouns"):
        scores[noun] = max(scores.get(noun, 0.0), 0.85 * score)
    for noun, score in _by_columns(block, looks).items():
        scores[noun] = 1 - (1 - scores.get(noun, 0.0)) * (1 - score)
    sheets = {other.sheet for other in blocks}
    if any(parent_of(other, sheets) == block.sheet and _is_named(other, "service") for other in blocks):
        scores["agency"] = max(scores.get("agency", 0.0), 0.75)
        scores["service"] = min(scores["service"], 0.6)
    is_target = block.sheet in links.values()
    if is_target and (scores.get("lookup") or max(scores.values()) < 0.6):
        scores["lookup"] = max(1 - (1 - scores.get("lookup", 0.0)) * 0.6, 0.65)
    elif not is_target and not parent_of(block):
        scores["lookup"] = scores.get("lookup", 0.0) * 0.7
    if parent_of(block):
        scores = _nested(block, scores, name)
    ranked = sorted(((min(score, 0.97), noun) for noun, score in scores.items()), key=lambda pair: (-pair[0], pair[1]))
    rest = tuple((noun, score) for score, noun in ranked[1:4] if score >= 0.3)
    return Noun(ranked[0][1], round(ranked[0][0], 2), rest)


def _is_named(block: Block, noun: str) -> bool:
    ranked = best(block.sheet.rpartition(".")[2], "nouns")
    return bool(ranked) and ranked[0][0] == noun and ranked[0][1] >= 0.8


def _nested(block: Block, scores: dict[str, float], name: str) -> dict[str, float]:
    """Rows of a nested list say more about the record that they belong to, unless they have a noun of their own."""
    fields = [path for path, score in best(name, "headings") if score >= 0.6]
    if fields and fields[0].startswith(_OF_SERVICE) and not _is_named(block, "service"):
        scores = {noun: score for noun, score in scores.items() if noun != "lookup"}
        scores["service"] = max(scores["service"], 0.7)
    elif fields and fields[0].startswith(("target_group.", "need.", "territory.")):
        noun = fields[0].partition(".")[0]
        scores[noun] = max(scores.get(noun, 0.0), 0.8)
    scores.pop("lookup", None)
    return scores


def _by_columns(block: Block, looks: Sequence[Evidence]) -> dict[str, float]:
    """What the headings say about the rows."""
    scores: dict[str, float] = {}
    seen: set[str] = set()
    for (heading, _), look in zip(block.headings, looks, strict=True):
        if heading in (SHEET, SECTION) or not look.filled:
            continue
        ranked = best(heading, "headings")
        if ranked and ranked[0][1] >= 0.75:
            seen.add(ranked[0][0])
    for noun, signs in _SIGNS.items():
        if seen & set(signs):
            scores[noun] = 0.75
    if {"cooperation.first", "cooperation.second"} <= seen or {"referral.sender", "referral.receiver"} <= seen:
        return {noun: 0.9 for noun in ("cooperation", "referral") if scores.get(noun)}
    if "need.name" in seen and {"population.persons", "demand.persons"} & seen and "service.name" not in seen:
        return {"demand": 0.9}
    own = {path for path in seen if path.startswith(_OF_SERVICE) and path.partition(".")[2] not in _SHARED}
    if "service.name" in seen:
        return {noun: 0.5 * score for noun, score in scores.items()} | {"service": 0.85}
    return scores | ({"service": 0.6} if len(own) >= 2 else {}) | _named(seen, is_service=bool(own))


def _named(seen: set[str], *, is_service: bool) -> dict[str, float]:
    """Nouns that have a column for their name, in a table without a column for the name of a service."""
    if is_service or ({"target_group.name", "need.name"} & seen and "agency.name" in seen):
        return {"agency": 0.4, "service": 0.5} if "agency.name" in seen else {}
    strengths = {"agency": 0.6, "site": 0.45, "target_group": 0.3, "need": 0.3, "territory": 0.3}
    return {noun: strength for noun, strength in strengths.items() if f"{noun}.name" in seen}


def link_to(blocks: Sequence[Block], seen: Sequence[Sequence[Evidence]]) -> dict[tuple[str, str], str]:
    """Find the columns that hold keys of another table.

    Parameters
    ----------
    blocks
        Tables.
    seen
        What their columns look like.

    Returns
    -------
    dict[tuple[str, str], str]
        Sheet with the keys, by sheet and heading of the column that holds them.
    """
    keys: list[tuple[str, frozenset[str]]] = []
    for block, looks in zip(blocks, seen, strict=True):
        found = _keys(block, looks)
        if found:
            keys.append((block.sheet, found))
    links = {}
    for block, looks in zip(blocks, seen, strict=True):
        for number, look in enumerate(looks):
            values = {part for text, _ in look.values for part in (items(text) or [text])}
            if not values or number == 0 or block.headings[number][0] in (SHEET, SECTION, "_parent", "_parent_row"):
                continue
            shares = [
                (len(values & known) / len(values), -place, sheet)
                for place, (sheet, known) in enumerate(keys)
                if sheet != block.sheet
            ]
            share, _, sheet = max(shares, default=(0.0, 0, ""))
            if share >= 0.5:
                links[block.sheet, block.headings[number][0]] = sheet
    return links


def _keys(block: Block, looks: Sequence[Evidence]) -> frozenset[str]:
    """The keys of a table: a first column of distinct short values that are not just counted."""
    if len(block.headings) < 3 or parent_of(block):
        return frozenset()
    look = looks[0]
    is_counted = look.whole > 0.9 and not fold(block.headings[0][0]).endswith(("id", "kood", "kodas", "code"))
    if not look.filled or look.distinct < 1 or look.length > 100 or is_counted:
        return frozenset()
    return frozenset(text for text, _ in look.values)
