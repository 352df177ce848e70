"""Hides persons' data in whatever is shown: addresses, personal codes, telephone numbers, names."""

from __future__ import annotations

import re

from integrated_services._person_names import person_names, turned_names

# Possessive quantifiers and word boundaries keep the search linear in texts of any length.
_EMAIL = re.compile(
    r"""(?P<local>(?<![\w.!#$%&'*+/=?^`{|}~-])[\w.!#$%&'*+/=?^`{|}~-]++|"[^"\n]{0,64}")
        (?:@|\s?[(\[]\s?(?:at|ät|eta)\s?[)\]]\s?)
        (?:\[[\w.:]+\]|[\w-]+(?:\.[\w-]+)*)""",
    re.VERBOSE | re.IGNORECASE,
)
# Eleven digits in a row are a personal code in Estonia and in Lithuania.  Written with blanks or
# dashes, or right after "digit.", the date inside must make sense, so that 0.12345678901 stays.
_DATE_INSIDE = r"\d\d[\s-]?(?:0\d|1[0-2])[\s-]?(?:[0-2]\d|3[01])"
_PERSONAL_CODE = re.compile(
    rf"""(?<!\d)(?<!\d\.)\d{{11}}(?!\d)
       | (?<!\d)[1-9][\s-]?{_DATE_INSIDE}[\s-]?\d{{3}}[\s-]?\d(?!\d)
       | (?<!\d)(?:(?:[0-2]\d|3[01])(?:0\d|1[0-2])|32\d\d)\d\d-\d{{5}}(?!\d)""",
    re.VERBOSE,
)
# International, Lithuanian with the trunk 8 or 0, Estonian mobiles (round sums excepted) and grouped
# numbers, and whatever digits follow the word telephone.
_SEP = r"[\s.\-/()]{0,2}"
_NO_SUM = r"(?!\w|[.,]\d|\s?(?:EUR|€))"
_PHONE = re.compile(
    rf"""(?:(?<!\d)\+|(?<!\w)00)(?P<country>37[012]|[1-9]\d{{0,2}}?){_SEP}(?:\d{_SEP}){{5,11}}\d(?!\d)
       | (?<![\w.,])\(?[08](?:[\s\-/()]{{0,2}}[3-7])(?:[\s\-/()]{{0,2}}\d){{7}}{_NO_SUM}
       | (?<![\w.,+-])5(?!\d{{3,4}}000\b)\d{{6,7}}{_NO_SUM}
       | (?<![\w.,+-])(?:5\d{{3}}\s\d{{3,4}}|[34567]\d\d\s\d{{4}}){_NO_SUM}
       | (?P<word>\b(?:tel|phone|telephone|mob|mobile|telefon|telefonas|mobiil|gsm)\b[.:-]{{0,2}}\s*)
         \d(?:{_SEP}\d){{5,11}}(?!\d)""",
    re.VERBOSE | re.IGNORECASE,
)

_UUID = re.compile(
    r"((?<![\w.@-])[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?![\w@-]))", re.IGNORECASE
)
_TWO_CAPITALS = re.compile(r"[^\W\d_a-z][^\W\d_]*[.,]?\s\s?(?:[a-z]{2,3}\s)?[^\W\d_a-z]")


def _mask_email(match: re.Match[str]) -> str:
    local = match["local"]
    initial = next((letter for letter in local if letter.isalnum()), "")
    lead = local[: len(local) - len(local.lstrip("'`"))]
    return f"{lead}{initial}***@***"


def _mask_phone(match: re.Match[str]) -> str:
    if match["word"]:
        return f"{match['word']}***"
    if match["country"] in {"370", "371", "372"}:
        return f"+{match['country']} ***"
    return "***"


def mask(text: str) -> str:
    """Hide e-mail addresses, personal codes, telephone numbers and names of persons in free text.

    Parameters
    ----------
    text
        Any text, for instance the value that was found in a cell.

    Returns
    -------
    str
        The text with each address as ``j***@***``, each personal code (Estonian, Lithuanian,
        Latvian) as its first digit and ten asterisks, and each telephone number as ``***``,
        preceded by the country code where it was one of the three Baltic ones.  A given name with
        a surname becomes its initial and three asterisks.

    Notes
    -----
    Register codes of organisations (eight digits in Estonia, nine in Lithuania) and amounts stay,
    and so does a name beside a word for an organisation, street or place (Jaan Poska gümnaasium).
    Names are found by lists of usual given names, so a rare one may pass.
    When in doubt the text is masked: a hidden amount costs a look into the file, a shown personal
    code cannot be taken back.

    Examples
    --------
    >>> mask("write to jaana.tamm@example.ee or call +372 5123 4567")
    'write to j***@*** or call +372 ***'
    >>> mask("38001010000 is in the column of the register code 70000740")
    '3********** is in the column of the register code 70000740'
    """
    if "-" in text and _UUID.search(text):  # the digits of an id are nobody's number
        return "".join(part if _UUID.fullmatch(part) else mask(part) for part in _UUID.split(text) if part)
    text = _EMAIL.sub(_mask_email, text)
    text = _PERSONAL_CODE.sub(lambda match: f"{match[0][0]}**********", text)
    text = _PHONE.sub(_mask_phone, text)
    return _mask_names(text) if _TWO_CAPITALS.search(text) else text


def _mask_names(text: str) -> str:
    for name in reversed(turned_names(text)):
        text = f"{text[: name.start]}{text[name.start]}***{text[name.end :]}"
    for name in reversed(person_names(text)):
        if name.is_sure and " " in text[name.start : name.end]:
            text = f"{text[: name.start]}{text[name.start]}***{text[name.end :]}"
    return text
