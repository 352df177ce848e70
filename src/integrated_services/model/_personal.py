"""Finds persons' contact data: named mailboxes, personal codes, mobile telephone numbers."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import date

from integrated_services.errors import Problem, mask
from integrated_services.model._base import Label

# Possessive, and only from the beginning of a word, so that the search stays linear in long texts.
_EMAIL = re.compile(
    r"(?<![\w.!#$%&'*+/=?^`{|}~-])([\w.!#$%&'*+/=?^`{|}~-]++)(?:@|\s?[(\[]\s?(?:at|ät|eta)\s?[)\]]\s?)([\w-]++(?:\.[\w-]++)+)"
)
_CODE = re.compile(r"(?<![\d.,/-])([1-8])(\d{2})[ -]?(\d{2})(\d{2})[ -]?(\d{3})(\d)(?![\d/]|[.,-]\d)", re.ASCII)
_SEP = r"[ .\-/()]{0,2}"
_NO_SUM = r"(?![\w/]|[.,-]\d|\s?(?:EUR|eur|€|%))"
# Estonian mobiles begin with 5, Lithuanian ones with 6 (behind 8 or 0 inside the country).
_PHONE = re.compile(
    rf"""(?<![\w.])(?:\+|00)372{_SEP}5(?:{_SEP}\d){{6,7}}(?!\d)
       | (?<![\w.])(?:\+|00)370{_SEP}6(?:{_SEP}\d){{7}}(?!\d)
       | (?<![\w.,/=+-])5(?:\d{{3}}[ ]\d{{3,4}}|\d{{2}}[ ]\d{{2}}[ ]\d{{2,3}}|(?!\d{{3,4}}000\b)\d{{6,7}}){_NO_SUM}
       | (?<![\w.,/=+-])\(?[80][ -]?\(?6(?:[ -]?\d){{2}}\)?(?:[ -]?\d){{5}}{_NO_SUM}""",
    re.VERBOSE | re.ASCII,
)
_MAYBE = re.compile(r"@|\((?:at|ät|eta)\)|\[(?:at|ät|eta)\]|\d(?:[ .\-/()]{0,2}\d){6}")
_ADDRESS = re.compile(r"\b(?:https?://|www\.)\S+", re.IGNORECASE)
_CENTURIES = {"1": 1800, "2": 1800, "3": 1900, "4": 1900, "5": 2000, "6": 2000, "7": 2100, "8": 2100}
_ENGLISH = """
admin appointments booking center centre clinic community contact data dpo director enquiries family
feedback hello help helpdesk hospital hotline hr info inform inquiries it library mail mailbox media
no-reply noreply office police post press privacy projects reception registry school secretariat
secretary service services shelter support team town webmaster welcome youth
"""
_ESTONIAN = """
abi andmekaitse arendus avaldused direktor haigla haridus hoolekanne hooldekodu info infopunkt juht
juhataja juhtkond kantselei keskus klient kool koda lapsed lasteabi lasteaed lastekaitse liit linn
linnavalitsus maja noored noorte noortekeskus paevakeskus pere perearst perekeskus politsei post
postkast pressiesindaja projekt raamatukogu register registratuur rehabilitatsioon selts sotsiaal
sotsiaalkeskus tervis toetus tugi tugikeskus turvakodu vald vallavalitsus valitsus vastuvott virol
"""
_LITHUANIAN = """
administracija bendras bendruomene biblioteka biuras buhalterija centras darzelis direktorius
direktore dienos duomenys gimnazija globa globos informacija kontaktai konsultacijos ligonine meno
mokykla pagalba paslaugos pastas poliklinika ppt priimamasis progimnazija projektai rastine
registratura rugute savivaldybe seimos sekretore sekretoriatas seniunija skyrius socialinis spc
sveikata tarnyba vaikai vaiku vaikoteises
"""
_COMMON = frozenset((_ENGLISH + _ESTONIAN + _LITHUANIAN).split())
"""Words that name an office and not a person."""
_SHORTEST_BEGINNING = 5
_MEND = "Take it out, or give a contact of the organisation (a reception, a common mailbox)."


def _bare(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))


def is_personal_mailbox(address: str) -> bool:
    """Tell whether an e-mail address looks like a person's own.

    Parameters
    ----------
    address
        E-mail address.

    Returns
    -------
    bool
        False where a word of the mailbox is a usual name of an office (info, reception, school ...), or where the
        mailbox is called like its domain.

    Examples
    --------
    >>> from integrated_services.model._personal import is_personal_mailbox
    >>> is_personal_mailbox("jaana.tamm@example.org"), is_personal_mailbox("kool@example.org")
    (True, False)
    """
    mailbox, _, domain = _bare(address).partition("@")
    words = [mailbox, *re.split(r"[^a-z]+", mailbox)]
    if re.sub(r"[^a-z0-9]+", "", mailbox) in {re.sub(r"[^a-z0-9]+", "", part) for part in domain.split(".")[:-1]}:
        return False
    long = [word for word in _COMMON if len(word) >= _SHORTEST_BEGINNING]
    return not any(word in _COMMON or any(word.startswith(common) for common in long) for word in words)


def is_personal_code(text: str) -> bool:
    """Tell whether eleven digits are a valid Estonian or Lithuanian personal code.

    Parameters
    ----------
    text
        Eleven digits.

    Returns
    -------
    bool
        True where the date exists and the check digit fits.

    Notes
    -----
    Both countries use one scheme (EVS 585:2007; Lithuanian law on the population register): century and sex, date of
    birth, serial number, and a check digit modulo 11 with the weights 1 2 3 4 5 6 7 8 9 1, then 3 4 5 6 7 8 9 1 2 3.

    Examples
    --------
    >>> from integrated_services.model._personal import is_personal_code
    >>> is_personal_code("37605030299"), is_personal_code("37605030298")
    (True, False)
    """
    match = _CODE.fullmatch(text)
    if match is None:
        return False
    try:
        date(_CENTURIES[match[1]] + int(match[2]), int(match[3]), int(match[4]))
    except ValueError:
        return False
    digits = [int(character) for character in text if character.isdigit()]
    for weights in ((1, 2, 3, 4, 5, 6, 7, 8, 9, 1), (3, 4, 5, 6, 7, 8, 9, 1, 2, 3)):
        rest = sum(digit * weight for digit, weight in zip(digits[:10], weights, strict=True)) % 11
        if rest < 10:
            return rest == digits[10]
    return digits[10] == 0


def worth_a_look(text: str) -> bool:
    """Tell quickly whether a text may hold contact data; most hold neither an address nor seven digits.

    Parameters
    ----------
    text
        Any text.

    Returns
    -------
    bool
        False where there is none for sure.
    """
    return _MAYBE.search(text) is not None


def personal_in(text: str, *, is_code: bool = False) -> str | None:
    """Say what contact data of a person a text holds.

    Parameters
    ----------
    text
        Any text.
    is_code
        True for the value of an identifier, in which seven digits are no telephone number.

    Returns
    -------
    str | None
        A noun for what was found, or None.

    Examples
    --------
    >>> from integrated_services.model._personal import personal_in
    >>> personal_in("write to jaana.tamm@example.org")
    "a person's mailbox"
    >>> personal_in("08.4.1-ESFA-V-405-02-0001, 18,624,926.05 EUR, register code 70000740") is None
    True
    """
    if any(is_personal_mailbox(f"{match[1]}@{match[2]}") for match in _EMAIL.finditer(text)):
        return "a person's mailbox"
    text = _ADDRESS.sub(" ", text)  # the numbers of web pages are nobody's
    if any(is_personal_code(match[0]) for match in _CODE.finditer(text)):
        return "a personal code"
    if not is_code and _PHONE.search(text):
        return "a mobile telephone number"
    return None


def text_problem(path: str, text: str, *, is_code: bool = False) -> Problem | None:
    """Make the problem of a text that holds contact data of a person.

    Parameters
    ----------
    path
        Path of the text.
    text
        The text.
    is_code
        True for the value of an identifier.

    Returns
    -------
    Problem | None
        With the value masked; None where there is nothing.
    """
    found = personal_in(text, is_code=is_code) if worth_a_look(text) else None
    if found is None:
        return None
    masked = mask(text)
    value = masked if masked != text else "***"
    return Problem("personal-data", "error", path, f"the text holds {found}", _MEND, value=value)


def texts_in(value: object) -> Iterator[str]:
    """Give the texts in a value, however they are nested.

    Parameters
    ----------
    value
        Text, label, list or mapping; anything else holds none.

    Yields
    ------
    str
        Text.
    """
    if isinstance(value, str):
        yield value
    elif isinstance(value, Label):
        yield from texts_in(value.plain())
    elif isinstance(value, (list, tuple, Mapping)):
        for item in value.values() if isinstance(value, Mapping) else value:
            yield from texts_in(item)
