# Letters of other alphabets look alike; here they are meant.
# ruff: noqa: RUF001
"""How well a text fits a language, by the frequencies of its letters; tells encodings apart."""

from __future__ import annotations

import math
from collections import Counter
from typing import Final

__all__ = ["LANGUAGES", "score"]

# Per mille of all letters, rounded, from counts over running text; letters that are not named are foreign.
LANGUAGES: Final[dict[str, dict[str, float]]] = {
    "Estonian": {"ä": 10, "õ": 10, "ü": 7, "ö": 2, "š": 0.3, "ž": 0.3},
    "Lithuanian": {"ė": 17, "š": 13, "ų": 14, "ž": 9, "ą": 6, "č": 4, "ū": 5, "į": 6, "ę": 2},
    "Latvian": {
        "ā": 40,
        "ī": 20,
        "ē": 17,
        "š": 11,
        "ņ": 5,
        "ū": 5,
        "ļ": 5,
        "ž": 3,
        "č": 1.5,
        "ķ": 1.5,
        "ģ": 1.5,
    },
    "German": {"ü": 6.5, "ä": 5.5, "ö": 3, "ß": 3},
    "English": {"é": 0.1, "ï": 0.02, "ñ": 0.02},
    "Finnish": {"ä": 35, "ö": 5, "å": 0.1, "š": 0.05, "ž": 0.05},
    "Swedish": {"ä": 18, "å": 13, "ö": 13, "é": 0.3},
    "French": {
        "é": 19,
        "à": 5,
        "è": 3,
        "ê": 2,
        "ç": 0.9,
        "â": 0.5,
        "î": 0.5,
        "û": 0.5,
        "ù": 0.6,
        "ô": 0.3,
        "ë": 0.1,
        "ï": 0.1,
        "œ": 0.2,
    },
    "Italian": {"à": 6, "è": 5, "ù": 2, "ò": 2, "ì": 1, "é": 1},
    "Polish": {"ą": 10, "ć": 4, "ę": 11, "ł": 18, "ń": 2, "ó": 9, "ś": 7, "ź": 0.6, "ż": 8},
    "Russian": {
        "о": 110,
        "е": 85,
        "а": 80,
        "и": 74,
        "н": 67,
        "т": 63,
        "с": 55,
        "р": 47,
        "в": 45,
        "л": 44,
        "к": 35,
        "м": 32,
        "д": 30,
        "п": 28,
        "у": 26,
        "я": 20,
        "ы": 19,
        "ь": 17,
        "г": 17,
        "з": 16,
        "б": 16,
        "ч": 14,
        "й": 12,
        "х": 10,
        "ж": 9,
        "ш": 7,
        "ю": 6,
        "ц": 5,
        "щ": 4,
        "э": 3,
        "ф": 3,
        "ъ": 0.4,
        "ё": 0.4,
    },
}
# Letters that are rare in a language, as far as they tell it from its neighbours.
_RARE: Final[dict[str, str]] = {
    "Estonian": "cqwxyzf",
    "Lithuanian": "qwxfh",
    "Latvian": "qwxyhf",
    "German": "qxy",
    "English": "",
    "Finnish": "bcfgqwxz",
    "Swedish": "qwz",
    "French": "kw",
    "Italian": "jkwxy",
    "Polish": "qvx",
    "Russian": "abcdefghijklmnopqrstuvwxyz",
}
_NOWHERE: Final = frozenset("ðþý")
_TYPOGRAPHY: Final = frozenset("’‘“”„–—…€§°«»•№\u00a0")
_FOREIGN = -10.0
_SYMBOL = -6.0
_SYMBOL_IN_WORD = -14.0
_CAPITAL_IN_WORD = -8.0


def score(text: str) -> tuple[float, str]:
    """Say how well a text fits the best of some languages.

    Parameters
    ----------
    text
        The text, decoded in one way.

    Returns
    -------
    points : float
        Logarithm of a likelihood, up to a constant that depends on the bytes only.
    language : str
        The language that fits best.

    Examples
    --------
    >>> from integrated_services.io._letters import score
    >>> data = "Lääne-Viru maakonna õpetajad".encode("cp1252")
    >>> score(data.decode("cp1252"))[0] > score(data.decode("mac_roman"))[0]
    True
    """
    letters = Counter(text)
    beyond = {sign: number for sign, number in letters.items() if not sign.isascii()}
    plain = sum(number for sign, number in letters.items() if sign.isascii() and sign.isalpha())
    total = plain + sum(number for sign, number in beyond.items() if sign.isalpha())
    shape = _shape(text)
    points = {name: _fit(name, letters, beyond, plain, total) for name in LANGUAGES}
    best = max(points, key=points.__getitem__)
    return points[best] + shape, best


def _fit(language: str, letters: Counter[str], beyond: dict[str, int], plain: int, total: int) -> float:
    frequencies = LANGUAGES[language]
    points = 0.0
    for sign, number in beyond.items():
        small = sign.lower()
        if small in frequencies:
            points += number * math.log(frequencies[small] / 1000)
        elif sign.isalpha():
            points += number * (_FOREIGN * 1.5 if small in _NOWHERE else _FOREIGN)
        elif sign in _TYPOGRAPHY:
            points += number * -4.0
        else:
            points += number * _SYMBOL
    # What is usual in a language should be there: all letters that are not beyond ASCII had the rest of the chance.
    rest = max(1 - sum(frequencies.values()) / 1000, 0.01)
    points += plain * math.log(rest)
    rare = sum(letters[sign] + letters[sign.upper()] for sign in _RARE[language])
    return points - 1.5 * min(rare, 0.05 * total + 3)


def _shape(text: str) -> float:
    """Punish symbols and capitals inside of words: they come from the letters of another encoding."""
    points = 0.0
    before = " "
    for sign, after in zip(text, text[1:] + " ", strict=True):
        if not sign.isascii():
            in_word = before.isalpha() and before.islower()
            if sign.isalpha():
                points += _CAPITAL_IN_WORD if sign.isupper() and in_word else 0.0
            elif sign not in "’-–\u00ad" and in_word and after.isalpha():
                points += _SYMBOL_IN_WORD
            elif sign in "‚ƒˆ˜¸¨˛ˇ˘˙˚¯´" or (after.isalpha() and not before.isalpha() and sign in "–—…”’"):
                points += _SYMBOL_IN_WORD / 2
        before = sign
    return points
