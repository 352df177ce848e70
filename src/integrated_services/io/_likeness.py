"""How much two names look like names of one thing: word by word, so that one other word tells two places apart."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import cache, lru_cache

from integrated_services import _optional

# Estonian, Lithuanian, Latvian, and what is met in English texts; without diacritics
_FORMS = frozenset(
    (
        *("ou", "as", "mtu", "sa", "tu", "fie", "uu", "uhing"),
        *("uab", "vsi", "ab", "mb", "ii", "vi"),
        *("sia", "biedriba", "ik"),
        *("ltd", "limited", "inc", "ngo", "foundation"),
    )
)
_LONG_FORMS = (
    "viesoji istaiga",
    "uzdaroji akcine bendrove",
    "osauhing",
    "mittetulundusuhing",
    "aktsiaselts",
    "sihtasutus",
)
_SMALL_WORDS = frozenset(("ja", "ning", "ir", "un", "and", "the", "of", "for"))
_WORDS = re.compile(r"[^\W_]+")
BOTH_DIFFER = 0.55
"""No two names that each have a word of their own are more alike than this."""


def plain(text: str) -> str:
    """Give a text without case and diacritics.

    Parameters
    ----------
    text
        Text.

    Returns
    -------
    str
        Folded text.
    """
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def words(name: str) -> tuple[str, ...]:
    """Give the words of a name that distinguish it, sorted.

    Parameters
    ----------
    name
        Name.

    Returns
    -------
    tuple[str, ...]
        Without case, diacritics, legal forms and small words; all words where nothing else is left.

    Examples
    --------
    >>> from integrated_services.io._likeness import words
    >>> words("MTÜ Päikesekiir"), words("VšĮ „Elektrėnų ligoninė“"), words("OÜ")
    (('paikesekiir',), ('elektrenu', 'ligonine'), ('ou',))
    """
    text = plain(name)
    for form in _LONG_FORMS:
        text = text.replace(form, " ")
    found = _WORDS.findall(text)
    kept = [word for word in found if word not in _FORMS and word not in _SMALL_WORDS]
    return tuple(sorted(kept or _WORDS.findall(plain(name))))


@cache
def _distance() -> Callable[..., int]:
    """Give RapidFuzz's optimal string alignment, which counts two letters that changed places as one slip."""
    _optional.rapidfuzz("finding likely duplicates")
    module = _optional.require("rapidfuzz.distance.OSA", extra="desk", purpose="finding likely duplicates")
    found: Callable[..., int] = module.distance
    return found


@lru_cache(maxsize=100_000)
def _slips(word: str) -> int:
    """Give how many slips of the pen a word may have: none in numbers and short words."""
    if len(word) < 4 or any(c.isdigit() for c in word):
        return 0
    return 1 if len(word) < 8 else 2


def likeness(one: Sequence[str], other: Sequence[str]) -> float:
    """Compare two names.

    Parameters
    ----------
    one, other
        Their words, as `words` gives them.

    Returns
    -------
    float
        1 for equal words in any order; the share of letters in words that agree (up to a slip of the pen in a word of
        four letters, two from eight on); at most 0.55 where each name has a word that the other has not.

    Examples
    --------
    >>> from integrated_services.io._likeness import likeness, words
    >>> round(likeness(words("Rakvere Perearstikeskus OÜ"), words("perearstikeskus, rakvere")), 2)
    1.0
    >>> likeness(words("Tartu linn"), words("Tartu vald")) <= 0.55
    True
    """
    left, right = list(one), list(other)
    total = sum(map(len, left)) + sum(map(len, right))
    if not total:
        return 0.0
    agreed = 0.0
    for word in one:
        if word in right:
            left.remove(word)
            right.remove(word)
            agreed += 2 * len(word)
    compare = _distance()
    slips = []
    for word in set(left):
        for candidate in set(right):
            most = min(_slips(word), _slips(candidate))
            if most and (found := compare(word, candidate, score_cutoff=most)) <= most:
                slips.append((found, word, candidate))
    for found, word, candidate in sorted(slips):
        if word in left and candidate in right:
            left.remove(word)
            right.remove(candidate)
            agreed += len(word) + len(candidate) - 2 * found
    if not (left and right):
        return agreed / total
    if sorted("".join(left)) == sorted("".join(right)):  # words run together or torn apart
        return 1 - 2 / total
    return min(agreed / total, BOTH_DIFFER)
