"""Reading the cells of one row of a mapping workbook; every mistake is reported with its cell."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any, Final

import attrs

from integrated_services.io._cells import Parsed, day, is_blank, number, yes_no
from integrated_services.io._ids import slug
from integrated_services.io._names import Names
from integrated_services.io._sheets import Cell, CellError
from integrated_services.io._template_words import choice_list, choice_words, fold, heading, near_words, say
from integrated_services.io._workbook_sheets import Mistakes, Place, Table
from integrated_services.model._base import ID_PATTERN
from integrated_services.model._personal import hidden, personal_in, without_personal, worth_a_look

Raw = dict[str, Any]
_RANGE: Final = re.compile(r"(.*?)\s*[(\[]([^()\[\]]*\d[^()\[\]]*)[)\]]")
_LONGEST: Final = 200
_HINTS: Final = 500
_NO_COUNT: Final = frozenset({"percent", "EUR", "day", "week", "month", "year", "hour", "minute"})
_DAYS: Final[Mapping[str | None, float]] = {None: 1, "day": 1, "week": 7}
_GUESSED: Final = ("assumed", "estimated")
_POST: Final = re.compile(
    r"(?P<role>[^\d\[\]]+?)[\s:,–-]*(?P<fte>\d[\d.,]*(?:\s*\([^()]*\))?)?\s*(?:\[(?P<end>[^\[\]]+)\])?"
)


@attrs.define
class Context:
    """What the rows of all sheets share."""

    mistakes: Mistakes
    names: dict[str, Names]
    titles: dict[str, str]
    written: str = "en"
    """Language of the workbook, in which words to choose from are offered."""
    personal: str = "refuse"
    assumptions: dict[str, Raw] = attrs.Factory(dict)
    """Sources that were made from reasons, by id."""
    assumption_places: dict[str, Place] = attrs.Factory(dict)
    dropped: int = 0
    hints: int = 0

    def near(self, text: str, words: Mapping[str, str], *, n: int = 2) -> str:
        """Say which words may have been meant; in a workbook with hundreds of mistakes only for the first ones."""
        self.hints += 1
        return near_words(text, words, self.mistakes.language, n=n) if self.hints <= _HINTS else ""

    def title(self, sheet: str) -> str:
        """Name a sheet as the workbook does."""
        return self.titles.get(sheet) or say(f"sheet.{sheet}", self.mistakes.language)


class Row:
    """One row and what is read from it.

    Parameters
    ----------
    table
        Its sheet.
    number
        Row, from 1.
    cells
        Its cells by column.
    context
        What all rows share.
    """

    def __init__(self, table: Table, number: int, cells: Mapping[str, Cell], context: Context) -> None:
        self.table = table
        self.number = number
        self.cells = cells
        self.context = context
        self.path = ""
        self.wrong: set[str] = set()

    # mistakes ---------------------------------------------------------------------------------------------------

    def place(self, key: str | None = None) -> Place:
        """Give the place of a cell."""
        return self.table.place(self.number, key)

    def mistake(self, code: str, key: str, *, text: str | None = None, **words: Any) -> None:
        """Report a mistake in a cell; the row counts as wrong."""
        self.wrong.add(key)
        cell = self.cells.get(key)
        words.setdefault("value", None if isinstance(cell, CellError) and cell == "=" else cell)
        path = f"{self.path}.{key}" if self.path else ""
        self.context.mistakes.add(code, self.place(key), text=text, path=path, **words)

    def heading(self, key: str) -> str:
        """Give the heading of a column without its letter, as the workbook has it."""
        shown = self.table.shown.get(key, "").rpartition(" (")[0]
        return shown or heading(self.table.spec.key, key, self.context.written)

    # texts ------------------------------------------------------------------------------------------------------

    def text(self, key: str, *, code: bool = False, contact: bool = False) -> str | None:
        """Read a text."""
        cell = self.cells.get(key)
        if cell is None:
            return None
        if isinstance(cell, CellError):
            self.mistake("formula-error", key)
            return None
        text = str(cell)
        if code and isinstance(cell, float) and cell.is_integer():
            text = str(int(cell))
        return self.safe(key, text, code=code, contact=contact)

    def safe(self, key: str, text: str, *, code: bool = False, contact: bool = False) -> str | None:
        """Refuse contact data of persons, or take them out, or keep them, as was asked."""
        if self.context.personal == "keep" or not (contact or worth_a_look(text)):
            return text
        if personal_in(text, is_code=code, in_contact=contact) is None:
            return text
        if self.context.personal == "drop":
            self.context.dropped += 1
            place = self.place(key)
            self.context.mistakes.add(
                "personal-data-dropped", place, text="personal-data", value=hidden(text), severity="warning"
            )
            return without_personal(text, is_code=code, in_contact=contact)
        self.mistake("personal-data", key, value=hidden(text))
        return None

    def texts(self, key: str, *, code: bool = False, contact: bool = False) -> list[str]:
        """Read several texts, divided by semicolons or line breaks."""
        text = self.text(key, code=code, contact=contact)
        return [] if text is None else divided(text)

    def identifier(self, key: str = "id") -> str | None:
        """Read an id."""
        text = self.text(key, code=True)
        if text is None:
            return None
        if not re.fullmatch(ID_PATTERN, text):
            self.mistake("bad-id", key)
            return None
        return text

    def required(self, key: str, value: Any) -> Any:
        """Report an empty cell that has to be filled."""
        if value in (None, [], ()) and key not in self.wrong:
            self.mistake("missing-cell", key, column=self.heading(key))
        return value

    # choices and names ------------------------------------------------------------------------------------------

    def choice(self, key: str) -> str | None:
        """Read one word of a list."""
        cell = self.cells.get(key)
        if cell is None or (is_blank(cell) and not isinstance(cell, CellError)):
            return None
        return self._word(key, cell)

    def _word(self, key: str, cell: Cell) -> str | None:
        choice = self.table.spec.column(key).of
        value = choice_words(choice).get(fold(cell))
        if value is None and choice == "yesno":
            said = yes_no(cell)
            value = said if said in ("yes", "no") else None
        if value is None and choice == "language" and re.fullmatch("[a-z]{2,3}", str(cell).strip().casefold()):
            value = str(cell).strip().casefold()
        if value is None:
            shown = choice_list(choice, self.context.written)
            near = self.context.near(str(cell), {fold(word): word for word in shown.values()}, n=1)
            choices = ", ".join(shown.values())
            self.mistake("unknown-choice", key, value=cell, choices=choices, near=near, column=self.heading(key))
        return value

    def choices(self, key: str) -> list[str]:
        """Read several words of a list."""
        cell = self.cells.get(key)
        if cell is None or (is_blank(cell) and not isinstance(cell, CellError)):
            return []
        words = divided(str(cell))
        known = choice_words(self.table.spec.column(key).of)
        if len(words) == 1 and fold(words[0]) not in known and "," in words[0]:
            words = [word.strip() for word in words[0].split(",") if word.strip()]
        values = [self._word(key, word) for word in words]
        return list(dict.fromkeys(value for value in values if value is not None))

    def one(self, key: str) -> str | None:
        """Read the name of one record; gives its id."""
        text = self._name(key)
        return None if text is None else self._find(key, text)

    def many(self, key: str) -> list[str]:
        """Read the names of several records; gives their ids."""
        text = self._name(key)
        if text is None:
            return []
        if self._known(key, text):
            parts = [text]
        else:
            parts = divided(text)
            by_comma = [part.strip() for part in text.split(",") if part.strip()]
            if len(parts) == 1 and len(by_comma) > 1 and all(self._known(key, part) for part in by_comma):
                parts = by_comma
        found = [self._find(key, part) for part in parts]
        return list(dict.fromkeys(id_ for id_ in found if id_ is not None))

    def _name(self, key: str) -> str | None:
        cell = self.cells.get(key)
        if cell is None or (is_blank(cell) and not isinstance(cell, CellError) and not self._known(key, str(cell))):
            return None
        return self.text(key)

    def _sheets(self, key: str) -> list[str]:
        return self.table.spec.column(key).of.split()

    def _known(self, key: str, text: str) -> bool:
        return any(self.context.names[sheet].find(text) for sheet in self._sheets(key))

    def _find(self, key: str, text: str) -> str | None:
        found: dict[str, int] = {}
        sheets = self._sheets(key)
        for sheet in sheets:
            found |= self.context.names[sheet].find(text)
        if len(found) == 1:
            return next(iter(found))
        title = f" {say('or', self.context.mistakes.language)} ".join(map(self.context.title, sheets))
        if found:
            rows = ", ".join(map(str, sorted(found.values())))
            self.mistake("ambiguous-name", key, value=text, other=title, rows=rows)
            return None
        words = {folded: word for sheet in sheets for folded, word in self.context.names[sheet].shown.items()}
        near = self.context.near(text, words)
        self.mistake("unknown-name", key, value=text, other=title, near=near)
        return None

    # numbers and dates ------------------------------------------------------------------------------------------

    def date(self, key: str) -> str | None:
        """Read a date as precise as it is written."""
        cell = self.cells.get(key)
        if cell is None or (is_blank(cell) and not isinstance(cell, CellError)):
            return None
        if isinstance(cell, str) and re.fullmatch(r"--\d\d(-\d\d)?", cell):
            return cell  # the year is not known
        found = day(cell)
        if found is None:
            self.mistake("bad-date", key)
            return None
        return str(found)

    def period(self, start: str, end: str) -> Raw | None:
        """Read a period from two columns."""
        first, last = self.date(start), self.date(end)
        if first and last and "--" not in first + last and last < first[: len(last)]:
            self.mistake("period-reversed", end)
            return None
        return {name: value for name, value in (("start", first), ("end", last)) if value} or None

    def age(self, key: str) -> int | None:
        """Read an age in completed years."""
        cell = self.cells.get(key)
        if cell is None or (is_blank(cell) and not isinstance(cell, CellError)):
            return None
        found = number(cell)
        value = found.value if found is not None and found.unit_hint in (None, "year") else None
        if value is None or value != int(value) or not 0 <= value <= 150:
            self.mistake("whole-number", key)
            return None
        return int(value)

    def ages(self) -> list[int | None] | None:
        """Read the two ends of a range of ages."""
        low, high = self.age("age_from"), self.age("age_to")
        if low is not None and high is not None and low > high:
            self.mistake("ages-reversed", "age_to")
            return None
        return None if low is None and high is None else [low, high]

    def _parsed(self, key: str, cell: Cell) -> Parsed | None:
        found = number(cell, decimal=self.table.decimal(key))
        if found is None:
            self.mistake("formula-error" if isinstance(cell, CellError) else "unreadable-cell", key)
        elif found.ambiguous:
            self.mistake("unreadable-cell", key, text="ambiguous-number")
            return None
        return found

    def amount(self, key: str, *, days: bool = False, share: bool = False, most: float = 1e12) -> Raw | None:
        """Read a number with what is said about its exactness: value, low, high, approx."""
        cell = self.cells.get(key)
        if cell is None or (is_blank(cell) and not isinstance(cell, CellError)):
            return None
        match = _RANGE.fullmatch(cell) if isinstance(cell, str) and len(cell) <= _LONGEST else None
        main = self._parsed(key, match[1] if match else cell)
        if main is None:
            return None
        bounds = self._parsed(key, match[2]) if match else None
        if match and (bounds is None or bounds.low is None or bounds.high is None or main.value is None):
            self.mistake("unreadable-cell", key)
            return None
        factor = self._factor(key, main, days=days, share=share)
        if factor is None:
            return None
        raw = _figure(main, bounds)
        raw = {k: v if k == "approx" else _scaled(v, factor) for k, v in raw.items()}
        return raw if self._inside(key, raw, 1 if share else most) else None

    def _factor(self, key: str, main: Parsed, *, days: bool, share: bool) -> float | None:
        unit = main.unit_hint
        if share:
            factor = {"percent": 0.01, None: 1.0}.get(unit)
        elif days:
            factor = _DAYS.get(unit)
        else:
            factor = None if unit in _NO_COUNT else 1
        if factor is None:
            self.mistake("unreadable-cell", key)
        return factor

    def _inside(self, key: str, raw: Raw, most: float) -> bool:
        values = [raw[name] for name in ("low", "value", "high") if name in raw]
        if values != sorted(values):
            self.mistake("bounds-reversed", key)
        elif not all(0 <= value <= most for value in values):
            self.mistake("bad-number", key, text="bad-share" if most == 1 else None)
        else:
            return True
        return False

    def figure(self, key: str, basis: str, why: str, raw: Raw | None) -> Raw | None:
        """Add to a number how it is known, and the source or the assumption that it rests on."""
        known, reason = self.choice(basis), self.text(why)
        if raw is None:
            if key in self.wrong and known in _GUESSED and reason is None and why not in self.wrong:
                self.mistake("assumption-without-reason", why, column=self.heading(why))
            for column in (basis, why):
                if self.cells.get(column) is not None and key not in self.wrong:
                    self.context.mistakes.add("figure-missing", self.place(column), severity="warning")
            return None
        if known is not None:
            raw["basis"] = known
        if reason is not None:
            raw["source"] = self._source(why, reason, known)
        elif known in _GUESSED and why not in self.wrong:
            self.mistake("assumption-without-reason", why, column=self.heading(why))
        return {name: value for name, value in raw.items() if value is not None}

    def _source(self, key: str, reason: str, basis: str | None) -> str | None:
        names = self.context.names["sources"]
        found = names.find(reason)
        if len(found) == 1:
            return next(iter(found))
        if basis not in _GUESSED:
            near = self.context.near(reason, names.shown)
            self.mistake("unknown-source", key, other=self.context.title("sources"), near=near)
            return None
        words = fold(reason)
        digest = hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()[:6]
        id_ = f"{slug(reason)[:40].rstrip('-')}-{digest}"
        self.context.assumptions.setdefault(
            id_, {"id": id_, "kind": "assumption", "title": reason, "note": reason, "origins": [self.origin()]}
        )
        self.context.assumption_places.setdefault(id_, self.place(key))
        return id_

    def origin(self) -> Raw:
        """Give where the row stands."""
        return {"file": self.context.mistakes.file, "sheet": self.table.title, "row": self.number}

    # posts ------------------------------------------------------------------------------------------------------

    def posts(self) -> list[Raw]:
        """Read the staff: a role with its full-time posts, several divided by semicolons."""
        until = self.date("posts_until")
        found = []
        for text in self.texts("posts", contact=True):  # names of persons are looked for as well
            match = _POST.fullmatch(text) if len(text) <= _LONGEST else None
            parsed = number(match["fte"].split("(")[0]) if match and match["fte"] else None
            if match is None or (match["fte"] and (parsed is None or parsed.value is None)):
                self.mistake("unreadable-posts", "posts", value=text)
                continue
            post: Raw = {"role": match["role"].strip()}
            if match["fte"]:
                fte = self._fte(match["fte"])
                if fte is None:
                    continue
                post["fte"] = self.figure("posts", "posts_basis", "posts_why", fte)
            end = str(day(match["end"]) or "") if match["end"] else until
            if match["end"] and not end:
                self.mistake("unreadable-posts", "posts", value=text)
            found.append(post | ({"funded_until": end} if end else {}))
        if not any("fte" in post for post in found):
            self.figure("posts", "posts_basis", "posts_why", None)
        return found

    def _fte(self, text: str) -> Raw | None:
        match = _RANGE.fullmatch(text)
        main = number(match[1] if match else text)
        bounds = number(match[2]) if match else None
        if main is None or main.value is None or (match and (bounds is None or bounds.low is None)):
            self.mistake("unreadable-posts", "posts", value=text)
            return None
        raw = _figure(main, bounds)
        return raw if self._inside("posts", raw, 1e6) else None


def divided(text: str) -> list[str]:
    """Divide a cell at semicolons and line breaks.

    Parameters
    ----------
    text
        Text of the cell.

    Returns
    -------
    list of str
        Its parts, without blanks around them and without empty ones.
    """
    return [part.strip() for part in re.split(r"[;\n\r]", text) if part.strip()]


def _figure(main: Parsed, bounds: Parsed | None) -> Raw:
    raw: Raw = {}
    if main.value is not None:
        raw["value"] = main.value
        if bounds is not None:
            raw |= {"low": bounds.low, "high": bounds.high}
    elif main.low is not None and main.high is not None:
        raw = {"value": _plain((main.low + main.high) / 2), "low": main.low, "high": main.high}
    else:
        raw["value"] = main.low if main.low is not None else main.high
        raw["approx"] = "above" if main.low is not None else "below"
    if main.approx:
        raw.setdefault("approx", "about")
    return raw


def _plain(value: float) -> float:
    return int(value) if value == int(value) else value


def _scaled(value: float, factor: float) -> float:
    return value if factor == 1 else _plain(round(value * factor, 12))
