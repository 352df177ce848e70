"""Proposals: what the sheets, columns and values of a foreign spreadsheet probably mean."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping as Map
from collections.abc import Sequence, Set
from datetime import date
from pathlib import PurePath
from typing import Final

import attrs

from integrated_services._person_names import person_names
from integrated_services.errors import mask
from integrated_services.io._cells import items
from integrated_services.io._ids import slug
from integrated_services.io._mapping import SECTION, SHEET, MappedColumn, MappedTable, MappedValue, Mapping
from integrated_services.io._mapping_evidence import YES_NO, Evidence, ages_of, evidence, support
from integrated_services.io._mapping_fields import FIELDS_OF, FieldTarget, targets
from integrated_services.io._mapping_headers import Block, Layout, layouts
from integrated_services.io._mapping_match import best, fold
from integrated_services.io._mapping_nouns import Noun, link_to, noun_of, parent_of
from integrated_services.io._mapping_words import GROUP_WORDS, TERRITORY_WORDS, THOUSANDS, unit_of
from integrated_services.io._sheets import Book, open_book
from integrated_services.model._personal import worth_a_look

_LEAST = 0.25
_MOST_VALUES = 60
_MOST_COLUMNS = 1000
"""Columns further to the right are left to the person."""
_ALTERNATIVES = 3
_CONTACT_FIELDS: Final = frozenset(("email", "phone", "web", "contact"))
_PERIODS: Final = {
    "year": "year annual yearly aastas aasta aastane metus metams metines metai anno annua",
    "month": "monthly kuus menesi mese",
    "week": "weekly nadalas savaite",
}
_NAMED_IN_HEADINGS: Final = ("service", "agency", "site")
_OWNERS: Final = ("service", "agency")
_DATES: Final = re.compile(r"(?<!\d)(\d{4})-(\d{2})-(\d{2})(?!\d)|(?<!\d)(\d{1,2})\.(\d{1,2})\.(\d{4})(?!\d)")
_PLACE: Final = re.compile(
    r"((?:[^\W\d_][\w'-]{1,30} ){1,3})(?i:(val(?:d|la|las))|(linn(?:a|as)?)|(maakon(?:d|na|nas))"
    r"|(savivaldyb(?:ė|ės|ėje))|(seniūnij(?:a|os|oje))|(parish|municipality|county|district))\b"
    r"|\b(?i:comune di|municipality of|town of|city of) ([^\W\d_][\w'-]+)"
)
_PLACE_WORDS: Final = ("vald", "linn", "maakond", "savivaldybė", "seniūnija", "")


def propose_mapping(
    path: str | os.PathLike[str], *, encoding: str | None = None, separator: str | None = None
) -> Mapping:
    r"""Propose what a foreign spreadsheet means; a person confirms it, and `read_mapped` applies it.

    Parameters
    ----------
    path
        Spreadsheet, text table or JSON list.
    encoding
        Encoding of a text file; else it is found out.
    separator
        What separates the cells of a text file; else it is found out.

    Returns
    -------
    Mapping
        Every table, column and value of a choice with a score and alternatives, nothing confirmed. The title and the
        reference date are proposed only where the file states them.

    Raises
    ------
    FormatError
        Where the file cannot be read.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from integrated_services.io import propose_mapping
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "teenused.csv")
    ...     _ = path.write_text("Teenuse nimi;Osutaja;Kohti\nPäevahoid;Päevakeskus;12\n", encoding="utf-8")
    ...     mapping = propose_mapping(path)
    >>> [(column.heading, column.field) for column in mapping.tables[0].columns]
    [('Teenuse nimi', 'service.name'), ('Osutaja', 'agency.name'), ('Kohti', 'delivery.capacity')]
    """
    return proposed(open_book(path, encoding=encoding, separator=separator))


def proposed(book: Book) -> Mapping:
    """Propose what an opened spreadsheet means; see `propose_mapping`.

    Parameters
    ----------
    book
        Opened spreadsheet.

    Returns
    -------
    Mapping
        Proposals.
    """
    found = layouts(book)
    blocks = [block for layout in found for block in layout.blocks if block.rows]
    seen = [tuple(evidence(block.column(number)) for number in range(len(block.headings))) for block in blocks]
    links = link_to(blocks, seen)
    nouns = [noun_of(block, looks, blocks, links) for block, looks in zip(blocks, seen, strict=True)]
    nouns = _inherited(blocks, nouns)
    tables: list[MappedTable] = []
    names: list[tuple[tuple[str, int], ...]] = []
    for number, block in enumerate(blocks):
        alike = next((old for old, headings in enumerate(names) if _alike(headings, block.headings)), None)
        if alike is not None and not parent_of(block) and nouns[number].noun == tables[alike].noun:
            tables[alike] = _joined(tables[alike], block)
            continue
        named = sum(_alike(block.headings, other.headings) for other in blocks) > 1
        own = book.kind not in ("csv", "json")  # there a sheet is called like the file
        proposer = _Proposer(block, seen[number], nouns[number], links, has_sheet_value=named, is_own_name=own)
        tables.append(proposer.table())
        names.append(block.headings)
    lookups = {name for table in tables if table.noun == "lookup" for name in table.sheets}
    return _head(book, found, tuple(_without_links(table, lookups) for table in tables))


def _without_links(table: MappedTable, lookups: Set[str]) -> MappedTable:
    """Records are found by their keys anyway; only texts have to be looked up."""
    columns = (
        column if column.refers_to in lookups else attrs.evolve(column, refers_to=None) for column in table.columns
    )
    return attrs.evolve(table, columns=tuple(columns))


def _alike(one: Sequence[tuple[str, int]], other: Sequence[tuple[str, int]]) -> bool:
    ours, theirs = ({fold(text) for text, _ in headings if text not in (SHEET, SECTION)} for headings in (one, other))
    return ours == theirs and len(ours) > 1


def _inherited(blocks: Sequence[Block], nouns: Sequence[Noun]) -> list[Noun]:
    """Rows of a nested list without a noun of their own say more about the record that they belong to."""
    owners = {block.sheet: noun for block, noun in zip(blocks, nouns, strict=True)}
    found = []
    for block, noun in zip(blocks, nouns, strict=True):
        parent = parent_of(block, owners)
        if parent is not None and noun.score < 0.6:
            owners[block.sheet] = attrs.evolve(owners[parent], score=min(0.7, owners[parent].score))
        found.append(noun if parent is None else owners[block.sheet])
    return found


def _joined(table: MappedTable, block: Block) -> MappedTable:
    """Add a sheet that is like another one."""
    return attrs.evolve(table, sheets=tuple(dict.fromkeys((*table.sheets, block.sheet))))


@attrs.frozen
class _Candidate:
    score: float
    path: str
    flag: str | None = None

    @property
    def order(self) -> tuple[float, str]:
        return -self.score, self.path


class _Proposer:
    """Proposes the columns of one table."""

    def __init__(
        self,
        block: Block,
        looks: Sequence[Evidence],
        noun: Noun,
        links: Map[tuple[str, str], str],
        *,
        has_sheet_value: bool,
        is_own_name: bool,
    ) -> None:
        self.block = block
        self.looks = looks
        self.noun = noun
        self.links = links
        self.has_sheet_value = has_sheet_value
        groups = ((text.rpartition(" / ")[0], look) for (text, _), look in zip(block.headings, looks, strict=True))
        self.ticked = {group for group, look in groups if group and look.filled and look.ticks >= 0.9}
        self.is_own_name = is_own_name
        self.prefix = block.sheet.rpartition(".")[2] if parent_of(block) else ""
        self.is_named = noun.noun in [name for name, score in best(self.prefix, "nouns")[:1] if score > 0.8]

    def table(self) -> MappedTable:
        count = min(len(self.block.headings), _MOST_COLUMNS)
        ranked = [self._candidates(number) for number in range(count)]
        chosen = self._assigned(ranked)
        columns = [
            self._column(number, ranked[number], chosen.get(number))
            for number in range(len(ranked))
            if not self._is_silent(number, chosen.get(number))
        ]
        rest = tuple((name, round(score, 2)) for name, score in self.noun.alternatives)
        return MappedTable((self.block.sheet,), self.noun.noun, self.noun.score, False, rest, tuple(columns))

    def _is_silent(self, number: int, chosen: _Candidate | None) -> bool:
        """The sheet name is only a column where it says something; blank columns that nobody knows say nothing."""
        return chosen is None and (self.block.headings[number][0] == SHEET or not self.looks[number].filled)

    def _candidates(self, number: int) -> list[_Candidate]:
        heading, _ = self.block.headings[number]
        look = self.looks[number]
        if heading == SHEET:
            return self._sheet_candidates()
        if heading == SECTION:
            return self._section_candidates(look)
        if heading in ("_parent", "_parent_row", "_key"):
            return [_Candidate(0.95, "ignore")] if heading != "_key" else [_Candidate(0.7, f"{self.noun.noun}.key")]
        flag = _flag(heading, look, is_ticked=heading.rpartition(" / ")[0] in self.ticked)
        if flag is not None:
            return [flag]
        scores = self._of_owner(number, self._by_heading(heading))
        for path, base in self._of_owner(number, dict(_by_content(look, self.noun.noun))).items():
            scores[path] = max(scores.get(path, 0.0), base)
        if number == 0 and self.block.sheet in self.links.values() and f"{self.noun.noun}.key" in targets():
            scores[f"{self.noun.noun}.key"] = 0.85
        known = targets()
        weighed = (
            _Candidate(_weighed(score, known[path], look, refers=self._refers(heading, known[path])), path)
            for path, score in scores.items()
        )
        return sorted((one for one in weighed if one.score >= _LEAST), key=lambda one: one.order)

    def _refers(self, heading: str, target: FieldTarget) -> bool:
        """Whether the cells hold keys of other rows."""
        is_foreign = target.kind == "key" and target.noun != self.noun.noun
        return is_foreign or ((self.block.sheet, heading) in self.links and _may_refer(target))

    def _by_heading(self, heading: str) -> dict[str, float]:
        scores: dict[str, float] = {}
        said = [(heading, 1.0)]
        is_id = fold(heading).split()[-1:] in (["id"], ["ids"], ["uri"], ["uuid"], ["key"])
        if " / " in heading:
            parts = heading.split(" / ")
            said += [(part, 0.85) for part in parts] + [(f"{parts[-1]} {parts[0]}", 0.97)]
        if "(" in heading:
            said.append((re.sub(r"\([^)]*\)?", " ", heading), 0.98))
        for text, weight in said:
            for path, score in best(text, "headings"):
                field = self._own(self._of_other_noun(heading, path))
                if is_id and field is not None and field.endswith(".name"):
                    continue
                if field is not None and (field != "ignore" or score >= 0.85):
                    scores[field] = max(scores.get(field, 0.0), score * weight)
        return self._with_prefix(heading, scores)

    def _of_other_noun(self, heading: str, path: str) -> str:
        """In a list of services ``org.title`` is the title of an organisation."""
        noun, _, field = path.partition(".")
        if noun != "*" or len(fold(heading).split()) == 1:
            return path
        named = [noun for noun, score in best(heading, "nouns") if score >= 0.6 and noun in _NAMED_IN_HEADINGS]
        return f"{named[0]}.{field}" if named and named[0] != self.noun.noun else path

    def _with_prefix(self, heading: str, scores: dict[str, float]) -> dict[str, float]:
        """The name of a nested list is part of its headings: the title of a legal basis."""
        if heading.rpartition(".")[2].startswith(("__", "@")):
            return {"ignore": 0.7}
        if not self.prefix or self.is_named:
            return scores
        alone = dict(best(self.prefix, "headings"))
        generic = {path for path, score in scores.items() if path in _own_names(self.noun.noun)}
        says_little = not scores or max(scores, key=lambda path: scores[path]) in generic
        for path, score in best(f"{self.prefix} {heading}", "headings"):
            field = self._own(path)
            if field is None or (field in _own_names(self.noun.noun) and self.noun.noun in _OWNERS):
                continue
            if score > alone.get(path, 0.0) or (says_little and alone[path] > 0.6):
                scores[field] = max(scores.get(field, 0.0), score if generic else 0.85 * score)
        # the rows are no records of their own, so they have no name, key or address of their own either
        dropped = generic if self.noun.noun in _OWNERS else set()
        return {path: score for path, score in scores.items() if path not in dropped or alone.get(path, 0.0) > 0.85}

    def _own(self, path: str) -> str | None:
        """The field that a heading means in a table of this noun; None where such rows have no such field."""
        found = self._renamed(path)
        return found if found is not None and found.partition(".")[0] in FIELDS_OF[self.noun.noun] else None

    def _renamed(self, path: str) -> str | None:
        noun, _, field = path.partition(".")
        ours = self.noun.noun
        known = targets()
        if noun == "*":
            wanted = f"{ours}.{'text' if ours == 'lookup' and field in ('name', 'description') else field}"
            return wanted if wanted in known else None
        if field in _CONTACT_FIELDS and noun in ("agency", "service"):
            owner = ours if ours in ("agency", "service", "lookup") else "agency"
            return f"{owner}.{field}" if f"{owner}.{field}" in known else None
        if path == "delivery.note" and ours != "service":
            return f"{ours}.description" if f"{ours}.description" in known else None
        if path in ("population.persons", "demand.persons") and ours in ("population", "demand"):
            return f"{ours}.persons"
        if noun in ("service", "delivery") and ours == "target_group" and field.startswith("age"):
            return f"target_group.{field}"
        if ours == "lookup" and noun == "service" and field in ("description", "condition", "access_note"):
            return "lookup.text"
        return path if path in known else None

    def _of_owner(self, number: int, scores: dict[str, float]) -> dict[str, float]:
        """In a list of services a contact is that of the provider where it stands behind the provider."""
        if self.noun.noun != "service":
            return scores
        owner = "service"
        for heading, _ in self.block.headings[:number]:
            ranked = best(heading.rpartition(" / ")[2], "headings")[:1] + best(heading, "headings")[:1]
            names = [path for path, score in ranked if score >= 0.8 and path in ("service.name", "agency.name")]
            owner = names[0].partition(".")[0] if names else owner
        if owner == "service":
            return scores
        renamed = {f"service.{field}": f"agency.{field}" for field in _CONTACT_FIELDS}
        return {renamed.get(path, path): score for path, score in scores.items()}

    def _sheet_candidates(self) -> list[_Candidate]:
        words = set(fold(self.block.sheet).split())
        if not self.has_sheet_value or parent_of(self.block):
            return [_Candidate(0.75, "territory.name")] if words & TERRITORY_WORDS and self.is_own_name else []
        place = 0.75 if words & TERRITORY_WORDS else 0.45
        rest = [_Candidate(place, "territory.name"), _Candidate(0.5, "need.name"), _Candidate(0.35, "agency.name")]
        return sorted(rest, key=lambda one: one.order)

    def _section_candidates(self, look: Evidence) -> list[_Candidate]:
        names = [targets()[path] for path in ("territory.name", "target_group.name", "agency.sector")]
        scored = [_Candidate(round(0.35 + 0.4 * max(support(one, look), 0), 3), one.path) for one in names]
        return sorted([*scored, _Candidate(0.5, "need.name")], key=lambda one: one.order)

    def _assigned(self, ranked: Sequence[Sequence[_Candidate]]) -> dict[int, _Candidate]:
        """Give each column its best field; a field that holds one value goes to the column that fits it best."""
        taken: set[str] = set()
        chosen: dict[int, _Candidate] = {}
        known = targets()
        pairs = [(one, number) for number, found in enumerate(ranked) for one in found]
        for one, number in sorted(pairs, key=lambda pair: (-pair[0].score, pair[1], pair[0].path)):
            if number in chosen or (one.path in taken and one.flag is None and not known[one.path].repeats):
                continue
            top = ranked[number][0].score
            if one.score < 0.6 * top:
                continue
            chosen[number] = one
            if one.flag is None:
                taken.add(one.path)
        return chosen

    def _column(self, number: int, ranked: Sequence[_Candidate], chosen: _Candidate | None) -> MappedColumn:
        heading, nth = self.block.headings[number]
        look = self.looks[number]
        rest = [(one.path, round(one.score, 2)) for one in ranked if chosen is None or one.path != chosen.path]
        target = targets()[chosen.path] if chosen else None
        is_shown = target is None or target.kind not in ("person", "email", "phone", "contact", "address")
        unit, per = _unit(heading, target)
        return MappedColumn(
            heading,
            nth,
            chosen.path if chosen else None,
            round(min(chosen.score, 0.99), 2) if chosen else 0.0,
            alternatives=tuple(rest[:_ALTERNATIVES]),
            flag=chosen.flag if chosen else None,
            refers_to=self.links.get((self.block.sheet, heading)) if target and _may_refer(target) else None,
            unit=unit,
            per=per,
            split=_split(target, look) if chosen and chosen.flag is None else None,
            values=_values(target, look) if target and chosen and chosen.flag is None else (),
            examples=_examples(look) if is_shown else (),
        )


def _own_names(noun: str) -> tuple[str, ...]:
    return tuple(f"{noun}.{field}" for field in ("name", "key", "code", "web", "description"))


def _may_refer(target: FieldTarget) -> bool:
    return target.kind in ("text", "name", "contact", "web", "money", "address") and target.noun != "lookup"


def _weighed(score: float, target: FieldTarget, look: Evidence, *, refers: bool) -> float:
    """Weigh the heading with the cells; keys of another table say nothing about what stands there."""
    fit = support(target, look)
    fit = max(fit, 0.0) if refers else fit
    return round(score + (0.98 - score) * 0.3 * fit if fit > 0 else score * (1 + 0.75 * fit), 4)


def _by_content(look: Evidence, noun: str) -> list[tuple[str, float]]:
    """What the cells say even under a heading that says nothing."""
    owner = noun if noun in ("service", "agency", "lookup") else "agency"
    found = []
    for share, field, score in (
        (look.email, f"{owner}.email", 0.68),
        (look.web, f"{owner}.web", 0.42),
        (look.phone if look.whole < 0.5 else 0.0, f"{owner}.phone", 0.4),
        (look.ages if look.whole < 0.5 else 0.0, "service.ages", 0.38),
    ):
        if share > 0.6:
            found.append((field, score))
    if look.values and look.length < 40:
        for path, words in (("territory.name", TERRITORY_WORDS), ("target_group.name", GROUP_WORDS)):
            hits = sum(count for text, count in look.values if words & set(fold(text).split()))
            if hits > 0.6 * look.filled:
                found.append((path, 0.5))
    return found


def _flag(heading: str, look: Evidence, *, is_ticked: bool) -> _Candidate | None:
    """A column of ticks (or a blank one beside such): the heading says the value that a tick stands for."""
    if (look.filled and look.ticks < 0.9) or not (look.filled or is_ticked):
        return None
    group, _, part = re.sub(r"\s*:\s+", " / ", heading).rpartition(" / ")
    part = re.sub(r"\s*\([^)]*\)", "", part).strip() or part
    language = [pair for pair in best(part, "service.language") if pair[1] >= 0.9]
    grouped = [pair for pair in best(group, "headings") if pair[0] in _FLAG_FIELDS] if group else []
    top = grouped[0] if grouped else ("", 0.0)
    if language and (not group or top[0] == "service.language" or top[1] < 0.7):
        return _Candidate(0.9 if top[0] == "service.language" else 0.8, "service.language", language[0][0])
    if ages_of(part) is not None:
        return _Candidate(0.9 if top[0] == "service.ages" else 0.8, "service.ages", part)
    words = set(fold(part).split())
    if top[1] >= 0.7:
        return _Candidate(round(0.9 * top[1], 3), top[0], part)
    known = [score for path, score in best(heading, "headings") if score >= 0.8 and path in YES_NO]
    if known or len(heading) > 60:
        return None
    if words & TERRITORY_WORDS:
        return _Candidate(0.7, "territory.name", part)
    if any(_is_group_word(word) for word in words):
        return _Candidate(0.7, "target_group.name", part)
    return None


def _is_group_word(word: str) -> bool:
    return word in GROUP_WORDS or any(len(known) > 5 and word.startswith(known[:5]) for known in GROUP_WORDS)


_FLAG_FIELDS: Final = frozenset(
    ("service.language", "service.ages", "target_group.name", "need.name", "territory.name")
)


def _unit(heading: str, target: FieldTarget | None) -> tuple[str | None, str | None]:
    if target is None or target.kind not in ("figure", "money", "share"):
        return None, None
    words = set(fold(heading).split())
    unit = unit_of(fold(heading).split())
    per = next((name for name, said in _PERIODS.items() if words & set(said.split())), None)
    if "%" in heading:
        unit = "percent"
    elif "€" in heading:
        unit = "EUR"
    if target.field in ("wait", "duration", "days"):
        return (unit if unit in ("days", "weeks", "months") else "days"), None  # said, so that a person sees it
    if target.path == "delivery.capacity":
        flow = unit or ("persons" if per else None)
        return (flow if flow in ("places", "persons", "sessions", "hours") else None), per if flow != "places" else None
    if target.kind == "money":
        return ("thousand EUR" if words & THOUSANDS else "EUR" if unit == "EUR" else None), per
    return (unit if unit == "percent" and target.kind == "share" else None), None


def _split(target: FieldTarget | None, look: Evidence) -> str | None:
    """Commas divide where a part stands in several cells: in "Load, tõendid" that always stand together they do not."""
    if target is None or target.kind != "name" or not target.many or target.path == "agency.name":
        return None
    cells = [set(items(text)) for text, _ in look.values[:200] if not re.search(r"[;\n|]", text)]
    for number, parts in enumerate(cells):
        others = [other for place, other in enumerate(cells) if place != number]
        if len(parts) > 1 and any(parts & other for other in others):
            return "commas"
    return None


def _values(target: FieldTarget, look: Evidence) -> tuple[MappedValue, ...]:
    """What each value of a choice means."""
    if target.kind not in ("choice", "language"):
        return ()
    said: dict[str, int] = {}
    for text, count in look.values[: 2 * _MOST_VALUES]:
        for part in (items(text) if target.many else None) or [text]:
            said[part] = said.get(part, 0) + count
    return tuple(_value(text, target) for text in sorted(said)[:_MOST_VALUES] if len(text) <= 200)


def _value(text: str, target: FieldTarget) -> MappedValue:
    from integrated_services.io._cells import yes_no

    said = yes_no(text) if target.path in YES_NO else None
    ranked = [pair for pair in best(text, target.path) if pair[1] >= 0.5]
    if said in ("yes", "no") and (not ranked or ranked[0][1] < 0.9):
        means = YES_NO[target.path][0 if said == "yes" else 1]
        return MappedValue(text, means, 0.65, alternatives=tuple(name for name, _ in ranked[:2] if name != means))
    if not ranked:
        return MappedValue(text)
    alternatives = tuple(name for name, _ in ranked[1 : 1 + _ALTERNATIVES])
    return MappedValue(text, ranked[0][0], round(ranked[0][1], 2), alternatives=alternatives)


def _examples(look: Evidence) -> tuple[str, ...]:
    return tuple(text for text, _ in look.values[:12] if not worth_a_look(text) and mask(text) == text)[:3]


# the head -----------------------------------------------------------------------------------------------------------


def _head(book: Book, found: Sequence[Layout], tables: tuple[MappedTable, ...]) -> Mapping:
    stem = PurePath(book.file).stem
    texts = [text for layout in found for text in layout.texts]
    titles = [layout.texts[0] for layout in found if layout.texts and layout.kinds and "title" in layout.kinds]
    usable = [text for text in titles if 8 <= len(text) <= 150 and not worth_a_look(text) and not person_names(text)]
    title = usable[0] if usable else " ".join(re.split(r"[_\s]+", stem)).strip() or "framework"
    has_place = any(column.field == "territory.name" for table in tables for column in table.columns)
    places = () if has_place else _places([*texts, stem.replace("_", " ")])
    day = _day([*texts, stem])
    constants = (("territory.name", places[0]),) if places else ()
    return Mapping(book.file, slug(stem), title, day, constants=constants, tables=tables)


def _places(texts: Sequence[str]) -> tuple[str, ...]:
    """Names of places in titles, whatever their case: "teenused Rakvere vallas" names Rakvere vald."""
    found = [place for text in texts for match in _PLACE.finditer(text[:300]) if (place := _place(match))]
    return tuple(dict.fromkeys(found))


def _place(match: re.Match[str]) -> str | None:
    if match[8]:
        return match[8].title() if match[8].isupper() else match[8]
    words = match[1].split()
    named: list[str] = []
    while words and words[-1][0].isupper():
        named.insert(0, words.pop())
    if len(named) > 1 and len(named) == len(match[1].split()) and _is_common(named[0]):
        named.pop(0)  # the first word of a title has a capital in any case
    kind, said = next((number, text) for number, text in enumerate(match.groups()[1:7]) if text)
    name = " ".join(word.title() if word.isupper() else word for word in named)
    return f"{name} {_PLACE_WORDS[kind] or said.lower()}" if name else None


def _is_common(word: str) -> bool:
    return any(score >= 0.8 for which in ("nouns", "headings") for _, score in best(word, which)[:1])


def _day(texts: Sequence[str]) -> str | None:
    """A full date that the file states."""
    for text in texts:
        for match in _DATES.finditer(text[:300]):
            year, month, number, number2, month2, year2 = match.groups()
            try:
                return date(int(year or year2), int(month or month2), int(number or number2)).isoformat()
            except ValueError:
                continue
    return None
