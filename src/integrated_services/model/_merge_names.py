"""What tells whether two records of different documents are one thing: their names, official codes and surroundings."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from integrated_services.model._base import Label, Record
from integrated_services.model._checks import ancestors
from integrated_services.model._framework import Framework
from integrated_services.model._personal import without_personal
from integrated_services.model._values import Identifier

Code = tuple[str, str, str, str | None]
"""Scheme, country (or empty), value and version of a code that names one thing only."""

_NATIONAL = frozenset({"lau"})
"""Code lists that begin anew in each country."""

_OWN_NUMBERS = frozenset({"id", "nr", "no", "number", "code", "local", "internal", "row", "key", "ref"})
"""Schemes of which every file has its own."""

_COUNTRY_SCHEMES = ("iso-3166-1", "iso-3166-2", "iso-3166", "iso", "nuts")
_QUOTES = re.compile("[\"'`´‘’‚“”„«»]")  # noqa: RUF001 - these are the marks that are meant
SUFFIX_MARK = "--"
"""Stands between an id and what was added to it to tell two things apart."""


def folded(text: str) -> str:
    """Give a name without what does not distinguish names: case, quotation marks, blanks.

    Parameters
    ----------
    text
        Name.

    Returns
    -------
    str
        Letters keep their diacritics.
    """
    bare = _QUOTES.sub("", unicodedata.normalize("NFKC", text)).casefold()
    return " ".join(bare.split())


def slug(text: str, most: int = 40) -> str:
    """Make a part of an id from a name.

    Parameters
    ----------
    text
        Name.
    most
        Greatest length.

    Returns
    -------
    str
        Letters a to z, digits and single hyphens; empty where the name has none of them.
    """
    said = without_personal(text, in_contact=True) or ""
    plain = "".join(c for c in unicodedata.normalize("NFKD", said.casefold()) if not unicodedata.combining(c))
    return re.sub("[^a-z0-9]+", "-", plain)[:most].strip("-")


def label_of(record: Record) -> Label | None:
    """Give the name (or title) of a record.

    Parameters
    ----------
    record
        Record.

    Returns
    -------
    Label | None
        None where it has none.
    """
    values = record.__dict__
    found = values.get("name") or values.get("title")
    return found if isinstance(found, Label) else None


def names_of(record: Record, main: str | None) -> dict[str | None, str]:
    """Give the folded names of a record by language.

    Parameters
    ----------
    record
        Record.
    main
        Language of a name that states none.

    Returns
    -------
    dict[str | None, str]
        Empty where the record has no name.
    """
    label = label_of(record)
    return {} if label is None else {code or main: folded(text) for code, text in label._texts}


def names_contradict(one: Mapping[str | None, str], other: Mapping[str | None, str]) -> bool:
    """Tell whether two records have different names.

    Parameters
    ----------
    one, other
        Folded names by language.

    Returns
    -------
    bool
        True where they have names that can be compared and none of them agrees.
    """
    common = [code for code in one if code in other]
    if common:
        return all(one[code] != other[code] for code in common)
    if one and other and (None in one) != (None in other):  # a name of an unknown language is compared with all
        return not set(one.values()) & set(other.values())
    return False


# codes -------------------------------------------------------------------------------------------------------------


def codes_of(record: Record, country: str) -> tuple[Code, ...]:
    """Give the codes of a record that name one thing only.

    Parameters
    ----------
    record
        Record.
    country
        Country of a territory, empty where it is unknown.

    Returns
    -------
    tuple[Code, ...]
        Numbers that each file counts for itself are left out, as are national codes without a country.
    """
    found: list[Code] = []
    listed: tuple[Identifier, ...] = record.__dict__.get("codes") or record.__dict__.get("identifiers") or ()
    for code in listed:
        scheme = code.scheme.strip().casefold()
        if scheme in _OWN_NUMBERS or (scheme in _NATIONAL and not country):
            continue
        found.append((scheme, country if scheme in _NATIONAL else "", code.value.strip(), code.version))
    return tuple(found)


def codes_contradict(one: Iterable[Code], other: Iterable[Code]) -> bool:
    """Tell whether two records have different codes in one code list.

    Parameters
    ----------
    one, other
        Their codes.

    Returns
    -------
    bool
        True where some code list (of one edition) has codes of both and no code in common.
    """
    others = list(other)
    comparable: dict[str, bool] = {}
    for scheme, country, value, version in one:
        for scheme2, country2, value2, version2 in others:
            if (scheme, country) == (scheme2, country2) and (version == version2 or None in (version, version2)):
                comparable[scheme] = comparable.get(scheme, False) or value == value2
    return not all(comparable.values())


def countries(framework: Framework) -> dict[str, str]:
    """Find the country of each territory.

    Parameters
    ----------
    framework
        The framework.

    Returns
    -------
    dict[str, str]
        Country code (or id of the territory that is the country) by territory; empty where nothing tells it.
    """
    parents = {territory.id: territory.part_of for territory in framework.territories}
    found = {}
    for territory in framework.territories:
        chain = [territory.id, *ancestors(territory.id, parents)]
        found[territory.id] = next((c for key in chain if (c := _country(framework, key))), "")
    return found


def _country(framework: Framework, key: str) -> str:
    territory = framework.territories.get(key)
    if territory is None:
        return ""
    for code in territory.codes:
        if code.scheme.strip().casefold() in _COUNTRY_SCHEMES:
            letters = re.match("[A-Za-z]{2}", code.value.strip())
            if letters:
                return letters[0].upper()
    return key.upper() if territory.level == "country" else ""


# what is added to an id --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Marks:
    """What distinguishes a thing from others of its id."""

    texts: tuple[str, ...]
    """Names, or what a record without a name is about."""
    places: tuple[str, ...] = ()
    """Ids of what it belongs to."""
    more: tuple[str, ...] = ()
    """Codes."""

    def endings(self, base: str) -> tuple[str, str, str, str]:
        """Give what may be added to the id, from the most readable to the safest.

        Parameters
        ----------
        base
            The id.

        Returns
        -------
        tuple[str, str, str, str]
            Made from the name (empty where the id says the same), from what it belongs to, from both, and from a hash
            of all.
        """
        named = min((made for text in self.texts if (made := slug(text))), default="")
        named = "" if named == slug(base) else named
        placed = min((made for one in self.places if (made := slug(one, 60))), default="")
        text = json.dumps([sorted(set(self.texts)), sorted(set(self.places)), sorted(set(self.more))])
        digest = hashlib.sha256(text.encode()).hexdigest()[:10]
        return named, placed, "-".join(filter(None, (named, placed))), digest


def base_of(key: str, marks: Marks) -> tuple[str, int]:
    """Split an id that an earlier merge has lengthened.

    Parameters
    ----------
    key
        Id.
    marks
        What distinguishes this very record.

    Returns
    -------
    tuple[str, int]
        The id as it was before, and which of the endings it bears (from 1); 0 where it bears none.
    """
    base, mark, rest = key.partition(SUFFIX_MARK)
    if base and mark:
        for number, ending in enumerate(marks.endings(base), start=1):
            if ending and rest == ending:
                return base, number
    return key, 0


def shortened(base: str, ending: str) -> str:
    """Join an id and an ending within the length that ids may have.

    Parameters
    ----------
    base
        Id.
    ending
        What is added.

    Returns
    -------
    str
        At most 200 characters.
    """
    room = 200 - len(SUFFIX_MARK) - len(ending)
    return f"{base[:room]}{SUFFIX_MARK}{ending}"


def texts_of(record: Record, main: str | None) -> Iterator[str]:
    """Give the name that endings are made from: in the main language, else the first.

    Parameters
    ----------
    record
        Record.
    main
        Main language of the merged document.

    Yields
    ------
    str
        One text, or none.
    """
    label = label_of(record)
    if label is not None:
        yield label.text(main)
