"""The words of the mapping workbook in English, Estonian and Lithuanian, and how words are compared."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final, Literal, get_args

from integrated_services.errors import nearest

WorkbookLanguage = Literal["en", "et", "lt"]
"""Languages in which the workbook is written and read."""
LANGUAGES: Final[tuple[WorkbookLanguage, ...]] = get_args(WorkbookLanguage)

_QUOTES: Final = re.compile("[\"'`\u00b4\u00ab\u00bb\u2018-\u201f]")
_CLOSEST = 0.86
"""A heading that is spelt a little differently is taken for the one it resembles so much."""


@cache
def _texts(name: str) -> Mapping[str, Any]:
    path = files("integrated_services.io") / "texts" / name
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def say(key: str, language: str, /, **values: object) -> str:
    """Say a fixed text.

    Parameters
    ----------
    key
        Key of the text.
    language
        One of `LANGUAGES`.
    values
        What stands in the places of the text.

    Returns
    -------
    str
        The text.

    Examples
    --------
    >>> from integrated_services.io._template_words import say
    >>> say("sheet.needs", "et"), say("mistakes.row", "lt", row=4)
    ('Vajadused', '4 eilutė')
    """
    text: str = _texts("workbook.json")[key][LANGUAGES.index(language)]
    return text.format(**values) if values else text


def _column_text(sheet: str, column: str, part: str, language: str) -> Any:
    texts = _texts("workbook-columns.json")
    for key in (f"{sheet}.{column}", column):
        if part in texts.get(key, {}):
            return texts[key][part][LANGUAGES.index(language)]
    return None


def heading(sheet: str, column: str, language: str) -> str:
    """Give the heading of a column.

    Parameters
    ----------
    sheet
        Key of the sheet.
    column
        Key of the column.
    language
        One of `LANGUAGES`.

    Returns
    -------
    str
        The heading, without the mark of required columns.
    """
    return str(_column_text(sheet, column, "h", language))


def note(sheet: str, column: str, language: str) -> str:
    """Give the explanation of a column.

    Parameters
    ----------
    sheet
        Key of the sheet.
    column
        Key of the column.
    language
        One of `LANGUAGES`.

    Returns
    -------
    str
        What belongs there.
    """
    return str(_column_text(sheet, column, "n", language))


def example(sheet: str, column: str, language: str) -> Any:
    """Give the example of a column.

    Parameters
    ----------
    sheet
        Key of the sheet.
    column
        Key of the column.
    language
        One of `LANGUAGES`.

    Returns
    -------
    str or int or None
        What the example row shows there; None for an empty cell.
    """
    return _column_text(sheet, column, "x", language)


def fold(text: object) -> str:
    """Reduce a text to what two spellings of it share: no case, no accents, single blanks, no quotation marks.

    Parameters
    ----------
    text
        Any text or number.

    Returns
    -------
    str
        For comparison only.

    Examples
    --------
    >>> from integrated_services.io._template_words import fold
    >>> fold("  Elektrėnų  SAVIVALDYBĖ ") == fold("elektrenu savivaldybe")
    True
    """
    plain = unicodedata.normalize("NFKD", str(text).casefold())
    bare = "".join(c for c in plain if not unicodedata.combining(c))
    return " ".join(_QUOTES.sub("", bare).split())


def fold_heading(text: object) -> str:
    """Reduce a heading further: letters and digits only.

    Parameters
    ----------
    text
        Heading or name of a sheet.

    Returns
    -------
    str
        For comparison only.
    """
    return " ".join(re.findall(r"\w+", fold(text)))


@cache
def choice_words(choice: str) -> Mapping[str, str]:
    """Give the words by which each value of a choice may be named, in all languages.

    Parameters
    ----------
    choice
        Key of the list.

    Returns
    -------
    Mapping
        Value by folded word; the values themselves are words too.
    """
    found: dict[str, str] = {}
    for kind in ("choice", "also"):
        for key, words in _texts("workbook.json").items():
            if key.startswith(f"{kind}.{choice}."):
                value = key.rpartition(".")[2]
                spelt = [word for text in words for word in (text.split(";") if kind == "also" else [text])]
                for word in (*spelt, value, value.replace("_", " ")):
                    found.setdefault(fold(word), value)
    return found


@cache
def choice_list(choice: str, language: str) -> Mapping[str, str]:
    """Give the words of a choice in one language.

    Parameters
    ----------
    choice
        Key of the list.
    language
        One of `LANGUAGES`.

    Returns
    -------
    Mapping
        Word by value, in the order of the list.
    """
    start = f"choice.{choice}."
    texts = _texts("workbook.json")
    return {key[len(start) :]: say(key, language) for key in texts if key.startswith(start)}


@cache
def keys_of_heading(sheet: str, columns: tuple[str, ...]) -> Mapping[str, str]:
    """Give the column that each heading means, in all languages.

    Parameters
    ----------
    sheet
        Key of the sheet.
    columns
        Keys of its columns.

    Returns
    -------
    Mapping
        Key of the column by folded heading.
    """
    found: dict[str, str] = {}
    for language in LANGUAGES:
        for column in columns:
            found.setdefault(fold_heading(heading(sheet, column, language)), column)
    return found


@cache
def marks(kind: str) -> frozenset[str]:
    """Give the folded words that mark a row as something else than data.

    Parameters
    ----------
    kind
        ``example``, ``note`` or ``heading``.

    Returns
    -------
    frozenset of str
        In all languages.
    """
    return frozenset(fold_heading(say(f"mark.{kind}", language)) for language in LANGUAGES)


def closest(text: str, candidates: Mapping[str, str]) -> str | None:
    """Find what a slightly changed heading meant.

    Parameters
    ----------
    text
        Folded heading.
    candidates
        Key by folded heading.

    Returns
    -------
    str or None
        The key, where one heading is very much alike.
    """
    from difflib import SequenceMatcher

    near = nearest(text, candidates, n=2)
    good = {candidates[word] for word in near if SequenceMatcher(None, text, word).ratio() >= _CLOSEST}
    return good.pop() if len(good) == 1 else None


def near_words(text: str, words: Mapping[str, str], language: str, *, n: int = 2) -> str:
    """Say which words may have been meant.

    Parameters
    ----------
    text
        What was written.
    words
        Words as they are to be shown, by folded word.
    language
        One of `LANGUAGES`.
    n
        How many at most.

    Returns
    -------
    str
        A question with a blank behind it, or nothing.
    """
    near = list(dict.fromkeys(words[word] for word in nearest(fold(text), words, n=n)))
    if not near:
        return ""
    opening = "“" if language == "en" else "„"
    closing = "“" if language != "en" else "”"
    shown = f" {say('or', language)} ".join(f"{opening}{word}{closing}" for word in near)
    return say("did-you-mean", language, near=shown)
