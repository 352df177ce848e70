"""How much a heading, a sheet name or a value is like the words that are known for a meaning."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from difflib import SequenceMatcher
from functools import cache, lru_cache

import attrs

from integrated_services.io._mapping_words import choice_phrases, heading_phrases, noun_phrases

_SMALL = frozenset(("of", "the", "a", "an", "for", "to", "in", "di", "del", "della", "il", "la", "has", "is", "and"))
_EXACT, _WITHIN, _LIKE = 0.95, 0.5, 0.84
_SHORT = {
    "org": "organization", "svc": "service", "serv": "service", "desc": "description", "descr": "description",
    "addr": "address", "loc": "location", "elig": "eligibility", "lang": "language", "langs": "languages",
    "cat": "category", "prov": "provider", "muni": "municipality", "cap": "capacity",
}  # fmt: skip
_DOUBTFUL = 0.6
"""Weight of phrases that may well mean something else; they are marked with ``~``."""
_MOST = 200


@lru_cache(maxsize=20_000)
def fold(text: str) -> str:
    """Bring a text into the form in which texts are compared.

    Parameters
    ----------
    text
        Any text.

    Returns
    -------
    str
        Small letters and digits without accents, words parted by one blank.

    Examples
    --------
    >>> from integrated_services.io._mapping_match import fold
    >>> fold("Sihtrühm (kellele?)"), fold("providerName"), fold("E-post:")
    ('sihtruhm kellele', 'provider name', 'e post')
    """
    text = re.sub(r"(?<=[a-z0-9])(?=[A-Z][a-z])", " ", text[:2000])
    bare = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    return " ".join(re.findall(r"[^\W_]+", bare.replace("ß", "ss")))


def same_word(one: str, other: str) -> bool:
    """Tell whether two words differ in their endings only (Estonian and Lithuanian decline).

    Parameters
    ----------
    one, other
        Folded words.

    Returns
    -------
    bool
        True where at least four letters, and all but three at the end, are equal.

    Examples
    --------
    >>> from integrated_services.io._mapping_match import same_word
    >>> same_word("teenuse", "teenused"), same_word("kool", "koolitus")
    (True, False)
    """
    if one == other:
        return True
    shared = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        shared += 1
    return shared >= 4 and max(len(one), len(other)) - shared <= 2


@attrs.frozen
class _Said:
    """A text taken apart once, since it is compared with a thousand phrases."""

    words: tuple[str, ...]
    joined: str
    heads: frozenset[str]

    @classmethod
    def of(cls, folded: str) -> _Said:
        words = tuple(folded.split()[:20])
        return cls(words, "".join(words), frozenset(word[:4] for word in words))


def likeness(text: str, phrase: str) -> float:
    """Measure how much a text says what a phrase says.

    Parameters
    ----------
    text, phrase
        Folded texts.

    Returns
    -------
    float
        0 to 1: 0.95 for the same words, less for a phrase within a longer text, or for misspellings.

    Examples
    --------
    >>> from integrated_services.io._mapping_match import likeness
    >>> likeness("teenuse nimetus", "teenuse nimetus"), likeness("color", "phone")
    (0.95, 0.0)
    >>> 0.6 < likeness("nimi teenuse ametlik", "teenuse nimi") < 0.95
    True
    """
    return _alike(_Said.of(text), _Said.of(phrase))


def _alike(text: _Said, phrase: _Said) -> float:
    if not text.joined or not phrase.joined:
        return 0.0
    if text.joined == phrase.joined:
        return _EXACT
    return _within(text, phrase) or _nearly(text.joined, phrase.joined)


def _within(text: _Said, phrase: _Said) -> float:
    said = [word for word in phrase.words if word not in _SMALL] or list(phrase.words)
    if any(word[:4] not in text.heads for word in said):
        return _compound(text, said)
    found = [next((word for word in text.words if same_word(word, part)), None) for part in said]
    if not all(found):
        return 0.0
    held = sum(len(word) for word in set(found) if word)
    whole = sum(len(word) for word in text.words if word not in _SMALL or word in found) or 1
    return min(_WITHIN + 0.42 * held / whole, 0.92)


def _compound(text: _Said, said: Sequence[str]) -> float:
    """The last part of a compound says what it is: Tegevusvaldkond is a Valdkond."""
    if len(said) != 1 or len(said[0]) < 6:
        return 0.0
    is_last = any(word.endswith(said[0]) and len(word) > len(said[0]) + 2 for word in text.words)
    return _WITHIN + 0.42 * len(said[0]) / len(text.joined) if is_last else 0.0


def _nearly(text: str, phrase: str) -> float:
    shorter, longer = sorted((len(text), len(phrase)))
    if shorter < 5 or 2 * shorter < _LIKE * (shorter + longer):
        return 0.0  # too unlike in length
    ratio = SequenceMatcher(None, text, phrase, autojunk=False)
    return 0.9 * ratio.ratio() if ratio.quick_ratio() >= _LIKE and ratio.ratio() >= _LIKE else 0.0


@cache
def _folded(which: str) -> tuple[tuple[str, tuple[tuple[_Said, float], ...]], ...]:
    source = {"headings": heading_phrases, "nouns": noun_phrases}.get(which)
    table = source() if source else choice_phrases(which)
    return tuple(
        (name, tuple((_Said.of(fold(phrase)), _DOUBTFUL if phrase.startswith("~") else 1.0) for phrase in phrases))
        for name, phrases in table
    )


def _written_out(folded: str) -> str:
    """Write out the abbreviations of databases: ``org_name``, ``addr1``."""
    words = re.sub(r"(?<=[a-z]{3})(?=\d)", " ", folded).split()
    return " ".join(_SHORT.get(word, word) for word in words)


@lru_cache(maxsize=20_000)
def best(text: str, which: str) -> tuple[tuple[str, float], ...]:
    """Rank what a text may mean.

    Parameters
    ----------
    text
        Heading, name of a sheet, or value, as found.
    which
        ``headings``, ``nouns``, or the path of a field with choices.

    Returns
    -------
    tuple[tuple[str, float], ...]
        Meanings with their scores above 0, the best first.

    Examples
    --------
    >>> from integrated_services.io._mapping_match import best
    >>> best("Sihtrühm", "headings")[0], best("kohapeal", "delivery.channel")[0]
    (('target_group.name', 0.95), ('on_site', 0.95))
    """
    said = _Said.of(_written_out(fold(text[:_MOST])))
    found = (
        (name, max(_alike(said, phrase) * weight for phrase, weight in phrases)) for name, phrases in _folded(which)
    )
    return tuple(sorted(((name, score) for name, score in found if score > 0), key=lambda pair: (-pair[1], pair[0])))
