"""Finds names of persons in short texts: given names, surnames, roles, against names of organisations.

Nothing here is certain.  What is found is therefore *sure* or only likely: sure where a usual given name stands with a
surname, a role or a title, and no word for an organisation, street or place is near; likely where one of them is
missing.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final, NamedTuple

from integrated_services._person_words import (
    AMBIGUOUS,
    GIVEN,
    LIKELY_ENDINGS,
    NO_NAMES,
    OFFICES,
    ROLES,
    SAINTS,
    SURE_ENDINGS,
    SURNAMES,
    TITLES,
)

_PIECE = re.compile(r"(?:[^,;:|/\n\r\t()\[\]{}<>\"'„“”«»–—•=+]|(?<=\w)'(?=\w))+")  # O'Brien, but not 'O'
_WORD = re.compile(r"(?<![\w%])[^\W\d_]+(?:['’`-][^\W\d_]+)*(?![\w@]|-\d)")
_TURNED = re.compile(r"\s*([^\W\d_][\w'’-]{2,})\s*,\s*([^\W\d_][\w'’-]+)\s*")
_TURNED_WITHIN = re.compile(r"(?<!\w)(?<!\w['’-])([^\W\d_]\w{2,}(?:['’-]\w+)*),[ ]([^\W\d_]\w+(?:['’-]\w+)*)")
_LONG_STEM: Final = 5
_LONGEST: Final = 20_000
_PARTICLES: Final = frozenset({"van", "von", "de", "der", "da", "di", "del", "la", "bin", "al"})


class Name(NamedTuple):
    """A name of a person in a text."""

    start: int
    """Where it begins."""
    end: int
    """Where it ends."""
    is_sure: bool
    """False where it may be something else."""


class _Word(NamedTuple):
    start: int
    end: int
    folded: str
    is_capital: bool
    is_initial: bool


@lru_cache(maxsize=8192)
def folded(word: str) -> str:
    """Give a word without case and diacritics.

    Parameters
    ----------
    word
        Word.

    Returns
    -------
    str
        Lower case.
    """
    return "".join(c for c in unicodedata.normalize("NFKD", word.casefold()) if not unicodedata.combining(c))


def person_names(text: str) -> tuple[Name, ...]:
    """Find names of persons.

    Parameters
    ----------
    text
        A short text, such as a field for contacts.

    Returns
    -------
    tuple[Name, ...]
        From left to right, without overlap.

    Examples
    --------
    >>> from integrated_services._person_names import person_names
    >>> [(text[n.start : n.end], n.is_sure) for text in ("Jaana Tamm, juhataja",) for n in person_names(text)]
    [('Jaana Tamm', True)]
    >>> person_names("Tamme kool"), person_names("Petraičio gimnazija"), person_names("Vaikų globos namai")
    ((), (), ())
    """
    if len(text) > _LONGEST:
        return tuple(
            Name(name.start + begin, name.end + begin, name.is_sure)
            for begin in range(0, len(text), _LONGEST)
            for name in person_names(text[begin : begin + _LONGEST])
        )
    turned = _TURNED.fullmatch(text)
    if turned and _is_given(folded(turned[2])) and _is_surname(folded(turned[1])):
        return (Name(turned.start(1), turned.end(2), True),)
    has_role = any(_is_role(folded(match[0])) for match in _WORD.finditer(text))
    found: list[Name] = []
    for piece in _PIECE.finditer(text):
        words = [_word(text, match) for match in _WORD.finditer(text, piece.start(), piece.end())]
        if any(word.is_capital for word in words):
            found += _in_piece(words, has_role=has_role)
    return tuple(found)


def turned_names(text: str) -> tuple[Name, ...]:
    """Find names that stand as "Surname, Given name" anywhere in a text.

    Parameters
    ----------
    text
        Text.

    Returns
    -------
    tuple[Name, ...]
        From left to right, without overlap.

    Examples
    --------
    >>> from integrated_services._person_names import turned_names
    >>> text = "There is no 'Tamm, Jaana' here, nor in Vinni, Tapa and Kadrina."
    >>> [text[name.start : name.end] for name in turned_names(text)]
    ['Tamm, Jaana']
    """
    return tuple(
        Name(match.start(1), match.end(2), True)
        for match in _TURNED_WITHIN.finditer(text)
        if match[1][0].isupper()
        and match[2][0].isupper()
        and _is_given(folded(match[2]))
        and folded(match[2]) not in AMBIGUOUS
        and _is_surname(folded(match[1]))
    )


def _word(text: str, match: re.Match[str]) -> _Word:
    word = match[0]
    initial = len(word) == 1 and word.isupper() and text[match.end() : match.end() + 1] in (".", " ")
    return _Word(match.start(), match.end(), folded(word), word[0].isupper() and not initial, initial)


def _in_piece(words: list[_Word], *, has_role: bool) -> list[Name]:
    """Find the names between two separators."""
    found: list[Name] = []
    number = 0
    while number < len(words):
        length = _length(words, number)
        if length:
            verdict = _verdict(words, number, length, has_role=has_role)
            if verdict is not None:
                found.append(Name(words[number].start, words[number + length - 1].end, verdict))
                number += length
                continue
        number += 1
    return found


def _length(words: list[_Word], number: int) -> int:
    """Tell how many words from here on may be one name; 0: none."""
    first = words[number]
    if not (first.is_capital or first.is_initial) or (number and words[number - 1].folded in SAINTS):
        return 0
    if first.is_capital and (_is_office(first.folded) or _is_role(first.folded) or first.folded in TITLES):
        return 0
    after_title = bool(number) and words[number - 1].folded in TITLES
    if first.folded in SAINTS:
        return 0
    if not (first.is_initial or _is_given(first.folded) or after_title or _has_turned(words, number)):
        return 1 if _is_lone_surname(first.folded) else 0
    last = number
    for position in range(number + 1, min(number + 5, len(words))):
        word = words[position]
        if word.is_initial or word.folded in _PARTICLES:
            continue
        if not word.is_capital or word.folded in SAINTS or _is_role(word.folded) or _is_office(word.folded):
            break
        last = position
        if not _is_given(word.folded):
            break
    if first.is_initial and last == number:
        return 0
    return last - number + 1


def _has_turned(words: list[_Word], number: int) -> bool:
    """Tell whether a surname stands before a given name, or before another surname that only persons have."""
    if number + 1 >= len(words) or not words[number + 1].is_capital:
        return False
    second = words[number + 1].folded
    return _is_given(second) or (second.endswith(SURE_ENDINGS) and second not in NO_NAMES) or second in SURNAMES


def _verdict(words: list[_Word], number: int, length: int, *, has_role: bool) -> bool | None:
    """Tell whether a name is sure; None: it is none."""
    name = words[number : number + length]
    before, after = words[:number], words[number + length :]
    offices = [word for word in (*before, *after) if _is_office(word.folded)]
    title = bool(before) and before[-1].folded in TITLES
    if after and (_is_office(after[0].folded) or after[0].folded in SAINTS):
        return None  # Jaan Poska gümnaasium, Howard St.
    strong = title or _strength(name, is_alone=not before and not after, has_role=has_role)
    if strong is None or not offices:
        return strong
    ends = not after and length > 1 and name[0].folded not in AMBIGUOUS and _is_given(name[0].folded)
    return strong and (title or ends or (has_role and length > 1))


def _strength(name: list[_Word], *, is_alone: bool, has_role: bool) -> bool | None:
    """Tell how much the words themselves look like a name, as if no organisation were near."""
    first, last = name[0].folded, name[-1].folded
    ordinary = _is_given(first) and first not in AMBIGUOUS
    surname = _is_surname(last)
    if len(name) == 1:
        if _is_lone_surname(last):
            return True if has_role else (False if is_alone else None)
        if has_role and (ordinary or not _is_given(first)):
            return is_alone or None if not ordinary else True
        return False if is_alone and _is_given(first) else None
    if name[0].is_initial:
        return True if has_role or last.endswith(SURE_ENDINGS) else (False if surname or is_alone else None)
    if ordinary or (_is_given(first) and (surname or has_role)):
        return True
    if _is_given(last) and not _is_given(first):
        return True if _is_surname(first) and last not in AMBIGUOUS else (False if is_alone else None)
    if last.endswith(SURE_ENDINGS) or has_role:
        return last.endswith(SURE_ENDINGS) or surname
    return False if is_alone else None


def _is_given(word: str) -> bool:
    return word in GIVEN or ("-" in word and word.partition("-")[0] in GIVEN)


def _is_surname(word: str) -> bool:
    return any(
        part in SURNAMES or (len(part) > 4 and part.endswith((*SURE_ENDINGS, *LIKELY_ENDINGS)))
        for part in word.split("-")
    )


def _is_lone_surname(word: str) -> bool:
    return len(word) > 6 and word.endswith(SURE_ENDINGS) and word not in NO_NAMES and not _is_given(word)


@lru_cache(maxsize=8192)
def _is_role(word: str) -> bool:
    return any(word.startswith(role) if len(role) >= _LONG_STEM else word == role for role in ROLES)


@lru_cache(maxsize=8192)
def _is_office(word: str) -> bool:
    parts = {word, *word.split("-")}
    if parts & OFFICES:
        return True
    stems = [stem for stem in OFFICES if len(stem) >= _LONG_STEM]
    return any(
        part.startswith(stem) or part.endswith(stem) or (len(stem) > _LONG_STEM and stem in part)
        for part in parts
        for stem in stems
    )
