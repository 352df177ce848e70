"""Cells of HSDS: texts are cleaned, the rest is read as what its column asks for."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable
from typing import Any, Final

from integrated_services.io.hsds._normal import COLUMNS
from integrated_services.io.hsds._run import Row, Run

MARKERS: Final = frozenset(
    (
        *("null", "(null)", "<null>", "\\n", "none", "(none)", "nil", "nan", "na", "n/a", "n.a.", "n.a", "unknown"),
        *("#n/a", "#null!", "#ref!", "#value!", "#name?", "#div/0!", "#num!", "undefined", "tbd", "tba", "tbc", "todo"),
        *("-", "--", "---", "\u2013", "\u2014", ".", "..", "...", "?", "??", "???", "xx", "xxx", "to be determined"),
        *(
            "to be confirmed",
            "not available",
            "not applicable",
            "not specified",
            "puudub",
            "teadmata",
            "andmed puuduvad",
        ),
        *("nėra", "nera", "nežinoma", "nėra duomenų"),
    )
)
"""Words that stand for 'no value' (casefolded)."""

_ANSWERS: Final = frozenset(
    (
        *("eligibility", "eligibility_description", "fees", "fees_description", "wait_time", "required_documents"),
        *("interpretation_services", "application_process", "accreditations", "licenses"),
    )
)  # here "none" is an answer: nobody is excluded, it costs nothing, no papers are asked for
_CODES: Final = frozenset(("country", "state_province", "postal_code", "code", "identifier", "value"))
# where "NA" is Namibia or a code of somebody
_SAID: Final = frozenset(("none", "unknown", "puudub", "nėra"))

# how the bytes 80 to BF look in the Windows encodings
_LATIN_80_BF: Final = "\u0080-\u00bf" + "".join(bytes([byte]).decode("cp1252", "ignore") for byte in range(0x80, 0xA0))
_BALTIC_80_BF: Final = re.sub("[ŠšŽžœŸƒ]", "", _LATIN_80_BF)  # letters are no rubbish after another letter
_GARBLED: Final = re.compile(f"â€[{_LATIN_80_BF}]|[ÂÃĆ][{_LATIN_80_BF}Æ]|[ÄÅ][{_BALTIC_80_BF}Æ]|\ufffd")
_MARKUP: Final = re.compile(
    r"</?(?:p|br|b|i|u|em|strong|span|div|ul|ol|li|a|h[1-6]|font|table|tr|td)\b[^<>]*>|&(?:\w{2,8}|#\d+);",
    re.IGNORECASE,
)
_NUMBERS: Final = (int, float)
_DASHES: Final = "\u2013\u2014"
_ODD: Final = re.compile("[<&ÂÃĆÄÅâ\ufffd]")


def clean(rows: Iterable[Row], run: Run) -> None:
    """Clean the texts of rows in place: blanks around them, words for 'no value', wrong encodings, left-over markup.

    Parameters
    ----------
    rows
        Rows as read.
    run
        Takes the defects.
    """
    odd = _ODD.search
    for row in rows:
        doubtful: list[str] | None = None
        for name, value in row.items():
            if value.__class__ is str and (
                (len(value) < 20 and value.casefold() in MARKERS) or value[:1] <= " " or value[-1:] <= " " or odd(value)
            ):
                doubtful = [*doubtful, name] if doubtful else [name]
            elif value.__class__ in _NUMBERS and name[-2:] == "id":  # spreadsheets hold ids as numbers
                row[name] = _number_text(value)
        for name in doubtful or ():
            if name[0] != "_":
                _clean_cell(row, name, run)


def _clean_cell(row: Row, name: str, run: Run) -> None:
    text = row[name].strip()
    low = text.casefold()
    if not text:
        del row[name]
        return
    if low in MARKERS and not (low in _SAID and name in _ANSWERS) and not (low == "na" and name in _CODES):
        run.add("text-marker", "a word stands for 'no value'; it is read as blank", row, name, text)
        del row[name]
        return
    garbled = _GARBLED.search(text)
    if garbled:
        mended = _GARBLED.sub(_ungarbled, text)
        if mended != text or "\ufffd" in text:
            run.add(
                "garbled-text",
                "letters were lost by a wrong encoding" + ("" if mended == text else "; mended"),
                row,
                name,
                text,
            )
        text = mended
    if _MARKUP.search(text):
        run.add("markup-in-text", "the text holds markup; it is kept as it stands", row, name, text)
    row[name] = text


def _ungarbled(found: re.Match[str]) -> str:
    text, whole, start, end = found.group(), found.string, found.start(), found.end()
    before, after = whole[start - 1 : start], whole[end : end + 1]
    # a capital letter with dots, followed by punctuation, is common in Estonian: there the neighbours must speak for it
    if text[0] in "ÄÅ" and not (before.islower() or (after.islower() if text[1] in _DASHES else after.isalpha())):
        return text
    for codec in ("cp1252", "latin-1", "cp1257"):
        try:
            return text.encode(codec).decode("utf-8")
        except UnicodeError:
            continue
    return text


_BAD: Final = object()
Reader = Callable[[str], Any]


def read_number(text: str) -> Any:
    """Read a number as people write it.

    Parameters
    ----------
    text
        Such as ``12``, ``12.5``, ``1 234,5``.

    Returns
    -------
    object
        ``int`` or ``float``; the text's own marker of failure else.

    Examples
    --------
    >>> from integrated_services.io.hsds._values import read_number
    >>> read_number("1 234,5"), read_number("12.0"), isinstance(read_number("many"), float)
    (1234.5, 12, False)
    """
    plain = re.sub(r"[\s\u00a0\u202f]", "", text)
    if re.fullmatch(r"[+-]?\d+,\d+", plain):
        plain = plain.replace(",", ".")
    elif re.fullmatch(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?", plain):
        plain = plain.replace(",", "")
    if not re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?", plain) or len(plain) > 40:
        return _BAD
    value = float(plain)
    if value in (float("inf"), float("-inf")):
        return _BAD
    return int(value) if value.is_integer() and abs(value) < 2**53 else value


def _integer(text: str) -> Any:
    value = read_number(text)
    return value if isinstance(value, int) else _BAD


_MONTHS: Final = {
    name: number
    for number, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1
    )
}


def _date(text: str) -> Any:
    found = re.match(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?$", text)
    if found:
        return _day(*map(int, found.groups()))
    found = re.match(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})$", text)
    if found:
        day, month, year = map(int, found.groups())
        return _day(year, month, day)
    found = re.match(r"(\d{1,2})/(\d{1,2})/(\d{4}|\d\d)$", text)
    if found:
        first, second, year = map(int, found.groups())
        year += 2000 if year < 100 else 0
        # with slashes the month stands first where that is possible, as in the data of the format's home country
        return _day(year, first, second) if first <= 12 else _day(year, second, first)
    found = re.match(r"([a-z]{3})[a-z]*\.?\s+(\d{1,2}),?\s+(\d{4})$", text.casefold())
    if found and found[1] in _MONTHS:
        return _day(int(found[3]), _MONTHS[found[1]], int(found[2]))
    found = re.match(r"(\d{1,2})\s+([a-z]{3})[a-z]*\.?,?\s+(\d{4})$", text.casefold())
    if found and found[2] in _MONTHS:
        return _day(int(found[3]), _MONTHS[found[2]], int(found[1]))
    return _BAD


def _day(year: int, month: int, day: int) -> Any:
    try:
        return dt.date(year, month, day).isoformat()
    except ValueError:
        return _BAD


def _time(text: str) -> Any:
    low = (
        text.casefold().replace(".", ":")
        if not re.search("[ap]\\.?m", text.casefold())
        else text.casefold().replace(".", "")
    )
    if low in ("noon", "midnight"):
        return "12:00" if low == "noon" else "00:00"
    found = re.match(r"t?(\d{1,2})(?::?(\d\d))?(?::(\d\d)(?::\d+)?)?\s*([ap])?m?\s*(z|[+-]\d\d:?(?:\d\d)?)?$", low)
    if not found or (found[2] is None and found[4] is None):
        return _BAD
    hour, minute, second = int(found[1]), int(found[2] or 0), int(found[3] or 0)
    if found[4]:
        if not 1 <= hour <= 12:
            return _BAD
        hour = hour % 12 + (12 if found[4] == "p" else 0)
    if hour == 24 and minute == second == 0:
        return "24:00"
    if hour > 23 or minute > 59 or second > 59:
        return _BAD
    return f"{hour:02}:{minute:02}" + (f":{second:02}" if second else "")


def _moment(text: str) -> Any:
    try:
        dt.datetime.fromisoformat(text)
    except ValueError:
        return _date(text)
    return text


def _url(text: str) -> Any:
    if re.search(r"\s", text) or not re.match(
        r"(?:[a-z][a-z0-9+.-]*:)?(?://)?[^\s/]+\.[^\s]{2,}|[a-z]+:\S+", text, re.IGNORECASE
    ):
        return _BAD
    return text


def _email(text: str) -> Any:
    return text if re.fullmatch(r"[^@\s,;<>()]+@[^@\s,;<>()]+\.[^@\s,;<>().]{2,}", text) else _BAD


_DAYS: Final = {
    **dict.fromkeys(["mo", "mon", "monday", "1", "esmaspäev", "e", "pirmadienis"], "MO"),
    **dict.fromkeys(["tu", "tue", "tues", "tuesday", "2", "teisipäev", "t", "antradienis"], "TU"),
    **dict.fromkeys(["we", "wed", "wednesday", "3", "kolmapäev", "k", "trečiadienis"], "WE"),
    **dict.fromkeys(["th", "thu", "thur", "thurs", "thursday", "4", "neljapäev", "n", "ketvirtadienis"], "TH"),
    **dict.fromkeys(["fr", "fri", "friday", "5", "reede", "r", "penktadienis"], "FR"),
    **dict.fromkeys(["sa", "sat", "saturday", "6", "laupäev", "l", "šeštadienis"], "SA"),
    **dict.fromkeys(["su", "sun", "sunday", "7", "pühapäev", "p", "sekmadienis"], "SU"),
}


def weekdays(text: str) -> Any:
    """Read weekdays in words, numbers (1 is Monday) or as HSDS writes them.

    Parameters
    ----------
    text
        Such as ``MO,TU``, ``Monday``, ``3``, ``1MO``.

    Returns
    -------
    object
        ``MO,TU``; a marker of failure else.

    Examples
    --------
    >>> from integrated_services.io.hsds._values import weekdays
    >>> weekdays("Monday"), weekdays("mo, TU"), weekdays("-1FR"), weekdays("3")
    ('MO', 'MO,TU', '-1FR', 'WE')
    """
    found = []
    for part in re.split(r"[,;\s]+", text.casefold().strip(" ,;")):
        match = re.fullmatch(r"([+-]?[1-5])?([^\W\d_]+|[1-7])\.?", part)
        if match is None or match[2] not in _DAYS:
            return _BAD
        found.append((match[1] or "").lstrip("+") + _DAYS[match[2]])
    return ",".join(found)


_WORDS: Final[dict[tuple[str, str], dict[str, str]]] = {
    ("service", "status"): {
        **{word: word for word in ("active", "inactive", "defunct", "temporarily closed")},
        "open": "active",
        "closed": "defunct",
        "temporarily_closed": "temporarily closed",
        "temporarily-closed": "temporarily closed",
        "suspended": "temporarily closed",
        "true": "active",
        "false": "inactive",
    },
    ("location", "location_type"): {word: word for word in ("physical", "postal", "virtual")},
    ("address", "address_type"): {
        **{word: word for word in ("physical", "postal", "virtual")},
        "mail": "postal",
        "mailing": "postal",
    },
    ("schedule", "freq"): {word.casefold(): word for word in ("WEEKLY", "MONTHLY", "DAILY", "YEARLY")},
}


def _reader(table: str, column: str, kind: str) -> tuple[str, Reader] | None:
    if kind == "code":
        if column in ("byday", "wkst"):
            return "unreadable-weekday", weekdays
        words = _WORDS[(table, column)]
        return "unknown-word", lambda text: words.get(text.casefold(), _BAD)
    return {
        "number": ("unreadable-cell", read_number),
        "integer": ("unreadable-cell", _integer),
        "date": ("unreadable-date", _date),
        "moment": ("unreadable-date", _moment),
        "time": ("unreadable-time", _time),
        "url": ("bad-url", _url),
        "email": ("bad-email", _email),
    }.get(kind)


_ASKED: Final = {
    "unreadable-cell": "this is no number",
    "unreadable-date": "this is no day of the calendar",
    "unreadable-time": "this is no time of day",
    "unreadable-weekday": "this is no weekday",
    "unknown-word": "this word is not in the list of the column",
    "bad-url": "this is no web address",
    "bad-email": "this is no e-mail address",
}


def typed(tables: dict[str, list[Row]], run: Run) -> None:
    """Read the cells of all tables in place as what their columns ask for.

    Parameters
    ----------
    tables
        Rows by table of HSDS 3.1.
    run
        Takes a defect for every cell that is left out.
    """
    for table, rows in tables.items():
        for column, kind in COLUMNS[table].items():
            found = _reader(table, column, kind)
            if found is None:
                _as_text(rows, column, run)
            else:
                _read_column(rows, column, *found, run)


def _as_text(rows: list[Row], column: str, run: Run) -> None:
    for row in rows:
        value = row.get(column)
        if value is None or value.__class__ is str:
            continue
        if isinstance(value, bool):
            row[column] = "true" if value else "false"
        elif isinstance(value, (int, float)):
            row[column] = _number_text(value)
        elif isinstance(value, (dt.date, dt.time)):
            row[column] = value.isoformat()
        else:
            run.add("unreadable-cell", "this is no text", row, column, value)
            del row[column]


def _number_text(value: int | float) -> str:
    return str(int(value)) if abs(value) < 2**53 and float(value).is_integer() else str(value)


def _read_column(rows: list[Row], column: str, code: str, reader: Reader, run: Run) -> None:
    known: dict[str, Any] = {}
    numeric = reader is read_number or reader is _integer
    for row in rows:
        value = row.get(column)
        if value is None:
            continue
        if numeric and value.__class__ in (int, float) and (reader is read_number or float(value).is_integer()):
            continue
        text = value if value.__class__ is str else _shown(value)
        read = known.get(text, known)
        if read is known:
            read = known[text] = _BAD if text is None else reader(text)
        if read is _BAD:
            run.add(code, f"{_ASKED[code]}; it is left out", row, column, value)
            del row[column]
            row.setdefault("_lost", []).append(column)
        else:
            row[column] = read


def _shown(value: Any) -> Any:
    if isinstance(value, bool):
        return str(value).casefold()
    return value.isoformat() if isinstance(value, (dt.date, dt.time)) else str(value)
