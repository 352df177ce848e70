"""Finds persons' contact data: named mailboxes, personal codes, mobile telephone numbers, names in contact fields."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Literal, NamedTuple

from integrated_services._person_names import person_names
from integrated_services.errors import Problem, mask
from integrated_services.model._base import Label

if TYPE_CHECKING:
    from integrated_services.model._framework import Framework

# Possessive, and only from the beginning of a word, so that the search stays linear in long texts.
_EMAIL = re.compile(
    r"(?<![\w.!#$%&'*+/=?^`{|}~-])([\w.!#$%&'*+/=?^`{|}~-]++)(?:@|\s?[(\[]\s?(?:at|ät|eta)\s?[)\]]\s?)([\w-]++(?:\.[\w-]++)+)"
)
_CODE = re.compile(r"(?<![\d.,/-])([1-8])(\d{2})[ -]?(\d{2})(\d{2})[ -]?(\d{3})(\d)(?![\d/]|[.,-]\d)", re.ASCII)
_SEP = r"[ .\-/()]{0,2}"
_NO_SUM = r"(?![\w/]|[.,-]\d|\s?(?:EUR|eur|€|%))"
# Estonian mobiles begin with 5, Latvian ones with 2, Lithuanian ones with 6 (behind 8 or 0 inside the country).
_PHONE = re.compile(
    rf"""(?<![\w.])(?:\+|00)372{_SEP}5(?:{_SEP}\d){{6,7}}(?!\d)
       | (?<![\w.])(?:\+|00)370{_SEP}6(?:{_SEP}\d){{7}}(?!\d)
       | (?<![\w.])(?:\+|00)371{_SEP}2(?:{_SEP}\d){{7}}(?!\d)
       | (?<![\w.,/=+-])5(?:\d{{3}}[ ]\d{{3,4}}|\d{{2}}[ ]\d{{2}}[ ]\d{{2,3}}|(?!\d{{3,4}}000\b)\d{{6,7}}){_NO_SUM}
       | (?<![\w.,/=+-])\(?[80][ -]?\(?6(?:[ -]?\d){{2}}\)?(?:[ -]?\d){{5}}{_NO_SUM}""",
    re.VERBOSE | re.ASCII,
)
_MAYBE = re.compile(r"@|\((?:at|ät|eta)\)|\[(?:at|ät|eta)\]|\d(?:[ .\-/()]{0,2}\d){6}")
# What looks like a telephone number in the middle of an address of the web or of a UUID is nobody's.
_ADDRESS = re.compile(
    r"\b(?:https?://|www\.)\S+|\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b", re.IGNORECASE
)
_CENTURIES = {"1": 1800, "2": 1800, "3": 1900, "4": 1900, "5": 2000, "6": 2000, "7": 2100, "8": 2100}
_ENGLISH = """
access admin advice advocacy apply appointments ask booking business campus care center centre children church city
clients clinic college community contact counseling county customer data director donate donations dpo education
emergency employment enquiries events family feedback food foundation frontdesk general headquarters health hello
help helpdesk helpline hospital hotline housing hr human info inform inquiries intake it jobs legal library mail
mailbox main marketing meals media membership navigation no-reply noreply office operations outreach parent parks
police post press privacy program programs projects public questions rec reception recreation referral registration
registry rentals reservations resource school secretariat secretary seniors service services shelter staff support
team town training transport tutoring university veterans visit volunteer web webmaster welcome wellness women youth
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
_LONG = tuple(sorted(word for word in _COMMON if len(word) >= 5))
_ROUNDS = 5
_GAP = "\x00"
_AND = r"\b(?:or|and|ja|või|ning|ir|arba)\b"
_BEFORE_GAP = re.compile(
    r"""\b(?:e-?\s?(?:mail|post|paštas)|el\.?\s?p(?:aštas|\.)?|mail|tel|telefon(?:as|ai)?|phone|mob(?:iil|iltelefon|ile|ilus)?
        |gsm|isikukood|ik|asmens\s(?:kodas|k\.)|a\.?\s?k\.?|kontakt|contact)\b[.:\s-]{0,4}\x00""",
    re.VERBOSE | re.IGNORECASE,
)
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
    return not any(word in _COMMON or word.startswith(_LONG) or word.endswith(_LONG) for word in words)


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
        False where there is none for sure (names aside).
    """
    return _MAYBE.search(text) is not None


class Piece(NamedTuple):
    """Contact data of a person in a text."""

    start: int
    """Where it begins."""
    end: int
    """Where it ends."""
    noun: str
    """What it is."""


def personal_pieces(text: str, *, is_code: bool = False, in_contact: bool = False) -> list[Piece]:
    """Find the contact data of persons in a text.

    Parameters
    ----------
    text
        Any text.
    is_code
        True for the value of an identifier, in which seven digits are no telephone number.
    in_contact
        True for a field for contacts, in which names of persons are looked for too; elsewhere only names in a text that
        holds other contact data are.

    Returns
    -------
    list[Piece]
        Mailboxes, then codes, telephone numbers and names.

    Examples
    --------
    >>> from integrated_services.model._personal import personal_pieces
    >>> text = "Jaana Tamm, jaana.tamm@example.org"
    >>> [(text[piece.start : piece.end], piece.noun) for piece in personal_pieces(text, in_contact=True)]
    [('jaana.tamm@example.org', "a person's mailbox"), ('Jaana Tamm', "a person's name")]
    """
    found: list[Piece] = []
    if worth_a_look(text):
        mailboxes = (match for match in _EMAIL.finditer(text) if is_personal_mailbox(f"{match[1]}@{match[2]}"))
        found += [Piece(*match.span(), "a person's mailbox") for match in mailboxes]
        bare = _ADDRESS.sub(lambda match: " " * len(match[0]), text)  # the numbers of web pages are nobody's
        codes = (match for match in _CODE.finditer(bare) if is_personal_code(match[0]))
        found += [Piece(*match.span(), "a personal code") for match in codes]
        if not is_code:
            found += [Piece(*match.span(), "a mobile telephone number") for match in _PHONE.finditer(bare)]
    if (in_contact or found) and not is_code:
        found += [Piece(name.start, name.end, "a person's name") for name in person_names(text) if name.is_sure]
    return found


def personal_in(text: str, *, is_code: bool = False, in_contact: bool = False) -> str | None:
    """Say what contact data of a person a text holds.

    Parameters
    ----------
    text
        Any text.
    is_code
        True for the value of an identifier, in which seven digits are no telephone number.
    in_contact
        True for a field for contacts, in which names of persons are looked for too.

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
    pieces = personal_pieces(text, is_code=is_code, in_contact=in_contact)
    return pieces[0].noun if pieces else None


def without_personal(text: str, *, is_code: bool = False, in_contact: bool = False) -> str | None:
    """Take the contact data of persons out of a text; the rest stays.

    Parameters
    ----------
    text
        Any text.
    is_code
        True for the value of an identifier.
    in_contact
        True for a field for contacts, in which names of persons are looked for too.

    Returns
    -------
    str | None
        The text as it was where there is none; None where nothing else is left.

    Examples
    --------
    >>> from integrated_services.model._personal import without_personal
    >>> without_personal("Open on weekdays; ask Jaana, tel. 5123 4567 (or jaana.tamm@example.org).")
    'Open on weekdays; ask Jaana.'
    >>> without_personal("Mari-Liis Kask, juhataja", in_contact=True)
    'juhataja'
    >>> without_personal("tel. 5123 4567") is None
    True
    """
    left = text
    for _ in range(_ROUNDS):
        pieces = personal_pieces(left, is_code=is_code, in_contact=in_contact)
        if not pieces:
            return left
        for start, end, _noun in sorted(pieces, reverse=True):
            left = f"{left[:start]}{_GAP}{left[end:]}"
        left = _tidied(left)
        if not re.search(r"\w", left):
            return None
    return None  # what is left keeps reading like contact data


def _tidied(text: str) -> str:
    """Close the gaps, with what announced them (tel., e-mail) and what stood between them."""
    text = re.sub(r"(\s)\s{8,}", r"\1", text)  # else the search would not be linear
    text = _BEFORE_GAP.sub(_GAP, text)
    between = rf"{_GAP}(?:(?:[\s,;/|]|{_AND})*{_GAP})+"
    text = re.sub(rf"\(\s*(?:{_AND}\s+)?{_GAP}\s*\)", _GAP, re.sub(between, _GAP, text))
    text = re.sub(between, _GAP, text)
    text = re.sub(rf"(?:\s+{_AND})?\s*[,;:/|–-]?\s*{_GAP}(?=\s*(?:[,;.!?/|)]|$))", "", text)
    text = re.sub(rf"(^|[(\n])\s*{_GAP}\s*[,;:/|–-]*\s*(?:{_AND}\s+)?", r"\1", text)
    text = re.sub(rf"\s*{_GAP}\s*", " ", text)
    return text.strip(" \t\n,;:/|")


def is_person_name(text: str, *, context: Literal["contact", "text"] = "contact") -> bool:
    """Tell whether a text holds the name of a person.

    Parameters
    ----------
    text
        A short text.
    context
        ``contact``: the field is meant for contacts, and a given name with a surname, a role or a title is enough.
        ``text``: any other text; only a given name with a surname counts, and nothing else may stand there.

    Returns
    -------
    bool
        True where it surely does; doubtful names (``Jaana`` alone, ``Torn Maria``) are left to people.

    Examples
    --------
    >>> from integrated_services.model._personal import is_person_name
    >>> is_person_name("Jonas Petraitis direktorius"), is_person_name("Petraičio gimnazija")
    (True, False)
    >>> is_person_name("named after Jaan Poska", context="text")
    False
    """
    sure = [name for name in person_names(text) if name.is_sure]
    if context == "contact":
        return bool(sure)
    return any(text[name.start : name.end] == text.strip() and " " in text.strip() for name in sure)


def is_maybe_person_name(text: str) -> bool:
    """Tell whether a text may hold the name of a person, without being sure.

    Parameters
    ----------
    text
        A field for contacts.

    Returns
    -------
    bool
        True for what people should look at.

    Examples
    --------
    >>> from integrated_services.model._personal import is_maybe_person_name
    >>> is_maybe_person_name("Jaana"), is_maybe_person_name("Jaana Tamm"), is_maybe_person_name("reception")
    (True, False, False)
    """
    names = person_names(text)
    return bool(names) and not any(name.is_sure for name in names)


def may_name_persons(field: str, kind: object, value: object) -> bool:
    """Tell whether names of persons are looked for in a field of a contact.

    Parameters
    ----------
    field
        ``value`` or ``label``.
    kind
        Kind of contact.
    value
        Its value.

    Returns
    -------
    bool
        False for web pages and for addresses with a number, since streets are named after persons.

    Examples
    --------
    >>> from integrated_services.model._personal import may_name_persons
    >>> may_name_persons("value", "phone", "435 0190"), may_name_persons("value", "address", "Lydia Koidula 5")
    (True, False)
    """
    if field == "label" or kind in ("email", "phone"):
        return True
    return kind == "address" and isinstance(value, str) and not any(character.isdigit() for character in value)


def text_problem(
    path: str,
    text: str,
    *,
    is_code: bool = False,
    in_contact: bool = False,
) -> Problem | None:
    """Make the problem of a text that holds contact data of a person.

    Parameters
    ----------
    path
        Path of the text.
    text
        The text.
    is_code
        True for the value of an identifier.
    in_contact
        True for a field for contacts.

    Returns
    -------
    Problem | None
        With the value masked; None where there is nothing.
    """
    found = personal_in(text, is_code=is_code, in_contact=in_contact)
    if found is None:
        return None
    return Problem("personal-data", "error", path, f"the text holds {found}", _MEND, value=hidden(text))


def hidden(text: str) -> str:
    """Mask a text that holds contact data of a person, whatever it is.

    Parameters
    ----------
    text
        The text.

    Returns
    -------
    str
        Never the text itself.

    Examples
    --------
    >>> from integrated_services.model._personal import hidden
    >>> hidden("jaana.tamm@example.org"), hidden("Jaana")
    ('j***@***', '***')
    """
    masked = mask(text)
    return masked if masked != text and personal_in(masked, in_contact=True) is None else "***"


def as_warning(problem: Problem, done: str) -> Problem:
    """Turn the refusal of contact data into a remark on what was done about it.

    Parameters
    ----------
    problem
        Problem with the code ``personal-data``.
    done
        What was done.

    Returns
    -------
    Problem
        Severity *warning*.
    """
    return replace(problem, severity="warning", message=f"{problem.message}, {done}")


def kept_as_warnings(framework: Framework, errors: list[Problem]) -> list[Problem]:
    """Set the contact data of persons apart in a framework that was read to keep it.

    Parameters
    ----------
    framework
        The framework; it remembers what was found as warnings.
    errors
        What is wrong with it.

    Returns
    -------
    list[Problem]
        The errors; without contact data where the framework may hold it.
    """
    if not framework.keeps_personal:
        return errors
    kept = tuple(as_warning(problem, "which is kept as asked") for problem in errors if problem.code == "personal-data")
    framework.remember("personal data", lambda: kept)
    return [problem for problem in errors if problem.code != "personal-data"]


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
