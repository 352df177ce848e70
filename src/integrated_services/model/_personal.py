"""Finds persons' contact data: named mailboxes, personal codes, private telephone numbers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

from integrated_services.errors import Problem, mask
from integrated_services.model._base import Label, Model
from integrated_services.model._fields import FieldSpec, fields_of

if TYPE_CHECKING:
    from integrated_services.model._framework import Framework

_EMAIL = re.compile(r"([A-Za-z0-9._%+'-]+)@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_CODE = re.compile(r"(?<!\d)([1-8])(\d{2})(\d{2})(\d{2})(\d{3})(\d)(?!\d)")
_PHONE = re.compile(r"(?<![\w+.-])(?:\+37[02]\s?)?(?:5\d{3}\s?\d{3,4}|6\d{2}\s?\d{5})(?![\w-]|\.\d)")
_MAYBE = re.compile(r"@|\d[\d ]{6}")  # most texts hold neither an address nor seven digits
_COMMON = frozenset(
    [
        "admin",
        "administracija",
        "avaldused",
        "bendras",
        "biuras",
        "contact",
        "education",
        "haridus",
        "help",
        "hotline",
        "info",
        "inform",
        "juht",
        "juhtkond",
        "kantselei",
        "kontakt",
        "kool",
        "lasteaed",
        "linn",
        "mail",
        "meno",
        "mokykla",
        "no-reply",
        "noreply",
        "office",
        "paslaugos",
        "pastas",
        "post",
        "postkast",
        "raamatukogu",
        "rastine",
        "reception",
        "registratuur",
        "rugute",
        "savivaldybe",
        "sekretariaat",
        "sekretore",
        "service",
        "services",
        "sotsiaal",
        "socialinis",
        "support",
        "tugi",
        "vald",
        "vallavalitsus",
        "linnavalitsus",
        "virol",
        "webmaster",
        "biblioteka",
        "globa",
        "centras",
        "keskus",
        "noorte",
        "noored",
        "police",
        "politsei",
        "sveikata",
        "tervis",
        "lastekaitse",
        "vaikoteises",
    ]
)
_MEND = "Take it out, or give a contact of the organisation (a reception, a common mailbox)."


def is_personal_mailbox(address: str) -> bool:
    """Tell whether an e-mail address looks like a person's own.

    Parameters
    ----------
    address
        E-mail address.

    Returns
    -------
    bool
        False where a word of the mailbox is a usual name of an office (info, reception, school ...).
    """
    words = [word for word in re.split(r"[._+'-]", address.partition("@")[0].lower()) if word]
    return not any(word in _COMMON or any(word.startswith(c) for c in _COMMON if len(c) > 4) for word in words)


def is_personal_code(text: str) -> bool:
    """Tell whether eleven digits are a valid Estonian or Lithuanian personal code.

    Parameters
    ----------
    text
        Eleven digits.

    Returns
    -------
    bool
        True where date and check digit fit (Estonia: EVS 585; Lithuania: the same scheme).
    """
    match = _CODE.fullmatch(text)
    if match is None or not 1 <= int(match[3]) <= 12 or not 1 <= int(match[4]) <= 31:
        return False
    digits = [int(digit) for digit in text]
    for weights in ((1, 2, 3, 4, 5, 6, 7, 8, 9, 1), (3, 4, 5, 6, 7, 8, 9, 1, 2, 3)):
        rest = sum(d * w for d, w in zip(digits[:10], weights, strict=True)) % 11
        if rest < 10:
            return rest == digits[10]
    return digits[10] == 0


def personal_in(text: str) -> str | None:
    """Say what contact data of a person a text holds.

    Parameters
    ----------
    text
        Any text.

    Returns
    -------
    str | None
        A noun for what was found, or None.
    """
    if any(is_personal_mailbox(match[0]) for match in _EMAIL.finditer(text)):
        return "a person's mailbox"
    if any(is_personal_code(match[0]) for match in _CODE.finditer(text)):
        return "a personal code"
    if _PHONE.search(text):
        return "a mobile telephone number"
    return None


def personal_problems(framework: Framework) -> Iterator[Problem]:
    """List the places where a document holds contact data of persons.

    Parameters
    ----------
    framework
        The framework.

    Yields
    ------
    Problem
        With the value masked.
    """
    for name in ("framework", "title", "description", "licence"):
        yield from _in_text(framework.__dict__[name], lambda n=name: n)  # type: ignore[misc]
    for name in framework.COLLECTIONS:
        for record in getattr(framework, name):
            yield from _in_record(record, lambda r=record, n=name: f"{n}[{r.key}]")  # type: ignore[misc]


@cache
def _plan(cls: type[Model]) -> tuple[tuple[str, ...], tuple[FieldSpec, ...]]:
    """The fields of a class that hold text of people's own, and the nested values that do."""
    texts = tuple(spec.name for spec in fields_of(cls) if spec.holds_text)
    nested = tuple(
        spec for spec in fields_of(cls) if spec.model is not None and (spec.model is cls or any(_plan(spec.model)))
    )
    return texts, nested


def _in_record(record: Model, path: Callable[[], str]) -> Iterator[Problem]:
    texts, nested = _plan(type(record))
    values = record.__dict__
    for name in texts:
        value = values[name]
        if value:
            yield from _in_text(value, lambda n=name: f"{path()}.{n}")  # type: ignore[misc]
    for spec in nested:
        value = values[spec.name]
        if not value:
            continue
        if spec.kind == "model":
            yield from _in_record(value, lambda s=spec: f"{path()}.{s.name}")  # type: ignore[misc]
            continue
        for number, item in enumerate(value):
            yield from _in_record(
                item,
                lambda s=spec, i=item, n=number: (  # type: ignore[misc]
                    f"{path()}.{s.name}[{getattr(i, 'key', n)}]"
                ),
            )


def _in_text(value: Any, path: Callable[[], str]) -> Iterator[Problem]:
    if isinstance(value, Label):
        texts: tuple[str, ...] = tuple(text for _, text in value._texts)
    else:
        texts = (value,) if isinstance(value, str) else tuple(str(item) for item in value or ())
    for text in texts:
        if _MAYBE.search(text) and (found := personal_in(text)):
            yield Problem("personal-data", "error", path(), f"the text holds {found}", _MEND, value=mask(text))
