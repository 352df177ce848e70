"""What the cells of a column look like: addresses, numbers, dates, ticks, known words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Final

import attrs

from integrated_services.io._cells import day, is_blank, items, number, yes_no
from integrated_services.io._mapping_fields import FieldTarget
from integrated_services.io._mapping_match import best, fold
from integrated_services.io._mapping_words import GROUP_WORDS, TERRITORY_WORDS, unit_of
from integrated_services.io._sheets import Cell

_SAMPLE = 400
_UNITS: Final = frozenset(
    ["day", "week", "month", "year", "hour", "minute", "percent", "EUR", "person", "place", "piece", "time"]
)
_EMAIL: Final = re.compile(r"^\S+@[\w-]+\.[\w.-]+$")
_WEB: Final = re.compile(r"^(https?://|www\.)\S+$", re.IGNORECASE)
_PHONE: Final = re.compile(r"^[+(]?\d[\d\s()./-]{4,18}\d$")
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d|\d{1,2}\.\d{1,2}\.\d{4}")
_ADDRESS: Final = re.compile(r"[^\W\d]{3,}.*\d|\b(tn|mnt|pst|tee|g|pr|al|str|street|ave|via|st)\b", re.IGNORECASE)
_AGES: Final = re.compile(
    r"""(?:vanuses?|aged?|ages|amžius|nuo|alates|from|eta|eta'|anni|da)?\s*
        (?:(\d{1,3})\s*(?:-|–|—|to|kuni|iki|a)\s*(\d{1,3})|(\d{1,3})\s*(\+|a\+)|
           (?P<up>kuni|iki|up\s+to|under|<|≤|alla|fino\s+a)\s*(\d{1,3})|
           (?P<from>alates|nuo|from|over|>|≥|üle|vanuses|virš|vyresni\s+nei|da)\s*(\d{1,3}))
        \s*(?:a|a\.|aastat|aastased|aastane|aastaste|aastani|m|m\.|metų|metai|years?|yrs?|y|olds?|years?\s+old|anni)?\s*\+?""",
    re.VERBOSE | re.IGNORECASE,
)


@attrs.frozen
class Evidence:
    """What the cells of a column look like; shares are of the filled cells.

    Attributes
    ----------
    filled
        Number of filled cells.
    email, phone, web, numbers, dates, ages, ticks, address, whole
        Share of cells that are an address, a number, a range of ages, a tick ...
    distinct
        Distinct values by filled cells.
    length
        Mean length.
    values
        Distinct values with their counts, the most frequent first.
    """

    filled: int
    email: float = 0.0
    phone: float = 0.0
    web: float = 0.0
    numbers: float = 0.0
    dates: float = 0.0
    ages: float = 0.0
    ticks: float = 0.0
    address: float = 0.0
    whole: float = 0.0
    distinct: float = 0.0
    length: float = 0.0
    values: tuple[tuple[str, int], ...] = ()


@lru_cache(maxsize=4096)
def ages_of(text: str) -> tuple[int | None, int | None] | None:
    """Read a range of ages.

    Parameters
    ----------
    text
        As people write it.

    Returns
    -------
    tuple[int | None, int | None] | None
        Both ends included, None for an open end; None where it is no range of ages.

    Examples
    --------
    >>> from integrated_services.io._mapping_evidence import ages_of
    >>> ages_of("7–18 a"), ages_of("65+"), ages_of("kuni 3 aastat"), ages_of("nuo 18 metų"), ages_of("eakad")
    ((7, 18), (65, None), (None, 3), (18, None), None)
    """
    match = _AGES.fullmatch(text.strip()[:60])
    if match is None:
        return None
    low, high, plus, _, up, upper, above, lower = match.groups()
    if low is not None:
        found: tuple[int | None, int | None] = (int(low), int(high))
    elif plus is not None:
        found = (int(plus), None)
    elif up is not None:
        found = (None, int(upper) - (1 if up.casefold() in ("<", "under", "alla") else 0))
    elif above is not None:
        found = (int(lower) + (1 if above.casefold() in (">", "over", "üle", "virš", "vyresni nei") else 0), None)
    else:
        return None
    ends = [end for end in found if end is not None]
    return found if all(0 <= end <= 120 for end in ends) and ends == sorted(ends) else None


def evidence(cells: Sequence[Cell]) -> Evidence:
    """Look at the cells of a column.

    Parameters
    ----------
    cells
        From top to bottom.

    Returns
    -------
    Evidence
        Of the first few hundred filled cells.
    """
    filled = [cell for cell in cells if not is_blank(cell)][:_SAMPLE]
    if not filled:
        return Evidence(0)
    texts = [" ".join(str(cell).split()) for cell in filled]
    parts = [part for text in texts for part in (items(text) or [text])][: 2 * _SAMPLE]

    def share(flags: Sequence[bool]) -> float:
        return sum(flags) / max(len(flags), 1)

    counts = Counter(texts)
    return Evidence(
        filled=len(filled),
        email=share([_EMAIL.match(part) is not None for part in parts]),
        phone=share([_is_phone(part) for part in parts]),
        web=share([_WEB.match(part) is not None for part in parts]),
        numbers=share([_is_number(cell) for cell in filled]),
        dates=share([_is_date(cell) for cell in filled]),
        ages=share([ages_of(text) is not None for text in texts]),
        ticks=share([yes_no(cell) is not None for cell in filled]),
        address=share([_ADDRESS.search(text) is not None for text in texts]),
        whole=share([isinstance(cell, int) and not isinstance(cell, bool) for cell in filled]),
        distinct=len(counts) / len(filled),
        length=sum(map(len, texts)) / len(texts),
        values=tuple(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))),
    )


def _is_phone(text: str) -> bool:
    return not _DAY.match(text) and _PHONE.match(text) is not None and sum(c.isdigit() for c in text) >= 5


def _is_number(cell: Cell) -> bool:
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return True
    if not isinstance(cell, str) or len(cell) > 40:
        return False
    read = number(cell)
    hint = None if read is None else read.unit_hint
    return read is not None and (hint is None or hint in _UNITS or unit_of(fold(hint).split()) is not None)


def _is_date(cell: Cell) -> bool:
    if isinstance(cell, (date, datetime)):
        return True
    return isinstance(cell, str) and len(cell) < 40 and any(c in cell for c in ".-/") and day(cell) is not None


def support(target: FieldTarget, found: Evidence) -> float:
    """Say how well the cells fit a field.

    Parameters
    ----------
    target
        Field.
    found
        What the cells look like.

    Returns
    -------
    float
        1 for a sure sign, 0 for none, -1 where they can hardly mean it.
    """
    if not found.filled:
        return 0.0
    kind = target.kind
    shares = {"email": found.email, "phone": found.phone, "web": found.web, "date": found.dates, "ages": found.ages}
    if kind in shares:
        share = shares[kind]
        return share if share > 0.4 else share - 0.8
    if kind in ("figure", "money", "share", "age", "latitude", "longitude"):
        return _number_support(target, found)
    if kind == "choice":
        return _choice_support(target, found)
    if kind == "language":
        return 2 * _share_of(found, lambda text: _is_choice(text, target.path)) - 1
    return _text_support(target, found)


def _number_support(target: FieldTarget, found: Evidence) -> float:
    if found.numbers < 0.4:
        return 0.1 if _share_of(found, is_duration) > 0.6 else -0.8
    if target.kind in ("latitude", "longitude"):
        limit = 90 if target.kind == "latitude" else 180
        sure = _share_of(found, lambda text: _in_degrees(text, limit))
        return 0.5 if sure > 0.9 else -0.9
    if found.phone > 0.8 and found.length > 6 and target.kind != "money":
        return -0.5
    return 0.4 * found.numbers


def is_duration(text: str) -> bool:
    """Tell whether a text is a length of time as ISO 8601 writes it.

    Parameters
    ----------
    text
        Text.

    Returns
    -------
    bool
        True for ``P2M``.

    Examples
    --------
    >>> from integrated_services.io._mapping_evidence import is_duration
    >>> is_duration("P30D"), is_duration("30 d")
    (True, False)
    """
    return re.fullmatch(r"P(?=\d)(?:\d{1,3}Y)?(?:\d{1,3}M)?(?:\d{1,3}W)?(?:\d{1,4}D)?", text.strip()) is not None


def _in_degrees(text: str, limit: int) -> bool:
    read = number(text)
    return read is not None and read.value is not None and abs(read.value) <= limit


def _choice_support(target: FieldTarget, found: Evidence) -> float:
    if found.ticks > 0.8:
        return 0.2 if target.path in YES_NO else -0.6
    sure = _share_of(found, lambda text: _is_choice(text, target.path))
    return max(2 * sure - 1, -0.7) if found.length < 60 else -0.9


YES_NO: Final[dict[str, tuple[str, str]]] = {
    "service.access": ("referral", "open"),
    "service.status": ("active", "closed"),
    "service.consent": ("guardian", "none"),
    "referral.consent": ("guardian", "none"),
    "survey.status": ("complete", "not_asked"),
}
"""What yes and no mean in a column of a choice."""


def _is_choice(text: str, path: str) -> bool:
    ranked = best(text, path)
    return bool(ranked) and ranked[0][1] >= 0.75


def _share_of(found: Evidence, test: object) -> float:
    check = test if callable(test) else bool
    good = total = 0
    for text, count in found.values[:60]:
        parts = items(text) or [text]
        total += count * len(parts)
        good += count * sum(bool(check(part)) for part in parts)
    return good / total if total else 0.0


def _text_support(target: FieldTarget, found: Evidence) -> float:
    contact = max(found.email, found.web)
    if target.kind == "key":
        if found.length > 80:
            return -0.7
        return 0.5 if found.distinct == 1 else 0.1 if found.distinct > 0.9 else -0.7
    if target.kind == "code":
        return 0.2 if found.distinct > 0.9 and found.length < 60 else -0.4
    if target.kind == "address":
        return -0.7 if contact > 0.3 else 0.6 * found.address if found.numbers < 0.5 else -0.2
    if target.kind == "contact":
        return 0.4 if max(contact, found.phone) > 0.3 else 0.0
    if target.kind in ("person", "ignore"):
        return 0.0
    if target.kind == "name":
        if found.numbers > 0.5 or contact > 0.5 or found.dates > 0.5:
            return -0.8
        return -0.5 if found.length > 120 else _name_support(target, found)
    return -0.6 if found.numbers > 0.7 or found.ticks > 0.9 else 0.1


def _name_support(target: FieldTarget, found: Evidence) -> float:
    if target.path in ("service.name", "agency.name") and found.filled > 4 and len(found.values) == 1:
        return -0.4  # the same in every row: it names the file rather than what is in the row
    words = {"territory": TERRITORY_WORDS, "target_group": GROUP_WORDS}.get(target.noun)
    if words is None or target.field != "name":
        return 0.2
    sure = _share_of(found, lambda text: bool(words & set(fold(text).split())))
    return 0.1 + 0.7 * sure
