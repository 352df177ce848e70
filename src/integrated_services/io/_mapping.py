"""The mapping document: what the sheets, columns and values of a foreign spreadsheet mean, for a person to confirm."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from os import PathLike
from pathlib import Path
from typing import Any, Final, get_args

import attrs

from integrated_services.errors import DocumentError, FormatError, Problem, mask, nearest
from integrated_services.io._mapping_fields import NOUNS, targets
from integrated_services.io._mapping_match import fold
from integrated_services.model import _yaml
from integrated_services.model._base import ID_PATTERN
from integrated_services.model._values import Basis

FORMAT: Final = 1
THRESHOLD: Final = 0.6
SECTION: Final = "(section heading)"
"""Heading of the column that holds the section headings between the rows of a table."""
SHEET: Final = "(sheet name)"
"""Heading of the column that holds the name of the sheet."""
_MOST_PROBLEMS = 200
_MAX_BYTES = 8 * 1024 * 1024


@attrs.frozen
class MappedValue:
    """What one value of a column means.

    Attributes
    ----------
    value
        As it is written in the cells.
    means
        A choice of the field, or the name to use in its place; None: nothing is known.
    score
        0 to 1.
    confirmed
        True once a person has said so.
    alternatives
        What else it may mean.
    """

    value: str
    means: str | None = None
    score: float = 0.0
    confirmed: bool = False
    alternatives: tuple[str, ...] = ()


@attrs.frozen
class MappedColumn:
    """What one column means.

    Attributes
    ----------
    heading
        Heading, by which the column is found wherever it stands; of several rows, the parts joined by ``" / "``.
    nth
        Which one, where several columns have this heading.
    field
        Noun and field such as ``service.name``; ``ignore`` for a column that says nothing; None: not known.
    score
        0 to 1.
    confirmed
        True once a person has said so.
    alternatives
        Other fields with their scores.
    flag
        For a column of ticks: the value that a tick stands for (``et``, ``7-18``, ``Eakad``).
    refers_to
        Name of the sheet whose keys the cells hold.
    unit, per
        Unit and period of the figures, such as ``days`` and ``year``.
    split
        ``commas`` where commas and strokes part the values of a cell; else only line breaks, ``;`` and bullets do.
    values
        What the values mean.
    examples
        Some values for the person who confirms; written as a comment, and not read.
    """

    heading: str
    nth: int = 1
    field: str | None = None
    score: float = 0.0
    confirmed: bool = False
    alternatives: tuple[tuple[str, float], ...] = ()
    flag: str | None = None
    refers_to: str | None = None
    unit: str | None = None
    per: str | None = None
    split: str | None = None
    values: tuple[MappedValue, ...] = ()
    examples: tuple[str, ...] = attrs.field(default=(), eq=False)

    @property
    def key(self) -> tuple[str, int]:
        """Folded heading and number, by which the column is found."""
        return fold(self.heading), self.nth


@attrs.frozen
class MappedTable:
    """What the rows of one table are.

    Attributes
    ----------
    sheets
        Names of the sheets on which it stands; several where the sheets are alike.
    noun
        What a row is: ``service``, ``agency`` ...; ``lookup`` for texts to which other tables refer, ``ignore``.
    score
        0 to 1.
    confirmed
        True once a person has said so.
    alternatives
        Other nouns with their scores.
    columns
        Columns, in the order of the file.
    constants
        Values that hold for every row, by field.
    """

    sheets: tuple[str, ...]
    noun: str
    score: float = 0.0
    confirmed: bool = False
    alternatives: tuple[tuple[str, float], ...] = ()
    columns: tuple[MappedColumn, ...] = ()
    constants: tuple[tuple[str, str], ...] = ()


@attrs.frozen
class Mapping:
    """What a foreign spreadsheet means: proposed by the computer, confirmed by a person, applied again and again.

    Attributes
    ----------
    file
        Name of the file for which it was made.
    framework
        Id of the framework that is made.
    title
        Its title.
    reference_date
        The day that the data speak of, as ``2022-06-01``; never guessed from today.
    language
        Language of the texts.
    basis
        Basis of every figure that says nothing else: ``stated``, ``derived``, ``assumed`` or ``estimated``.
    threshold
        Entries with this score are applied even if nobody has confirmed them.
    constants
        Values that hold for the whole file, by field: ``{territory.name: Rakvere vald}``.
    tables
        The tables.

    Examples
    --------
    >>> from integrated_services.io._mapping import MappedColumn, MappedTable, Mapping, dumps_mapping, loads_mapping
    >>> column = MappedColumn("Teenus", field="service.name", score=0.95)
    >>> mapping = Mapping("rakvere.xlsx", tables=(MappedTable(("Leht1",), "service", 0.9, columns=(column,)),))
    >>> loads_mapping(dumps_mapping(mapping)) == mapping
    True
    """

    file: str
    framework: str = "framework"
    title: str | None = None
    reference_date: str | None = None
    language: str | None = None
    basis: Basis = "stated"
    threshold: float = THRESHOLD
    constants: tuple[tuple[str, str], ...] = ()
    tables: tuple[MappedTable, ...] = ()

    def applies(self, entry: MappedColumn | MappedTable | MappedValue) -> bool:
        """Tell whether an entry is applied.

        Parameters
        ----------
        entry
            Table, column or value.

        Returns
        -------
        bool
            True where it is confirmed, or sure enough.
        """
        return entry.confirmed or entry.score >= self.threshold

    def unsure(self) -> tuple[tuple[float, str, str], ...]:
        """List what a person should look at.

        Returns
        -------
        tuple[tuple[float, str, str], ...]
            Score, place and proposal of the entries that are not confirmed, the least sure first.
        """
        found: list[tuple[float, str, str]] = []
        for table in self.tables:
            here = table.sheets[0]
            if not table.confirmed:
                found.append((table.score, f"sheet {here!r}", f"each row is a {table.noun}"))
            if table.noun == "ignore":
                continue
            for column in table.columns:
                if not column.confirmed:
                    found.append((column.score, f"{here!r}, column {column.heading!r}", _said(column)))
                found += [
                    (value.score, f"{here!r}, column {column.heading!r}, value {value.value!r}", str(value.means))
                    for value in column.values
                    if not value.confirmed
                ]
        return tuple(sorted(found))


def _said(column: MappedColumn) -> str:
    if column.field is None:
        near = ", ".join(f"{path}?" for path, _ in column.alternatives[:2])
        return f"not known{': ' + near if near else ''}"
    return f"{column.field}{' = ' + column.flag if column.flag else ''}"


# writing ------------------------------------------------------------------------------------------------------------


_HEAD = """\
# What the columns of {file} mean. Look at what is not confirmed, begin with the lowest scores, correct `field`
# where it is wrong (null: not known; ignore: says nothing), and write `confirmed: true`. Entries with a score of
# {threshold} or more are applied as they are. Then:
#   integrated-services convert {file} out.yaml --mapping THIS-FILE
"""


def dumps_mapping(mapping: Mapping) -> str:
    """Write a mapping as YAML with comments.

    Parameters
    ----------
    mapping
        The mapping.

    Returns
    -------
    str
        The same text for the same mapping.

    Examples
    --------
    >>> from integrated_services.io._mapping import Mapping, dumps_mapping
    >>> print(dumps_mapping(Mapping("a.csv", reference_date="2022-06-01")).splitlines()[4])
    mapping: 1
    """
    name = re.sub(r"[^\w. -]", "_", mask(mapping.file))
    lines = _HEAD.format(file=name, threshold=mapping.threshold).splitlines()
    head = {"mapping": FORMAT, "file": mapping.file, "framework": mapping.framework, "title": mapping.title}
    lines += _yaml.dump(head).splitlines()
    day = _yaml.dump({"reference_date": mapping.reference_date}).strip()
    missing = "" if mapping.reference_date else "  # must be given: the day that the data speak of, such as 2022-06-01"
    lines += [f"{day}{missing}", *_yaml.dump({"language": mapping.language}).splitlines()]
    lines.append(f"basis: {mapping.basis}  # of every figure that says nothing else: {', '.join(get_args(Basis))}")
    lines += _yaml.dump({"threshold": mapping.threshold, "constants": dict(mapping.constants)}).splitlines()
    lines += ["tables:"] if mapping.tables else ["tables: []"]
    for table in mapping.tables:
        lines += _table_lines(table)
    return "\n".join(lines) + "\n"


def _table_lines(table: MappedTable) -> Iterator[str]:
    head: dict[str, Any] = {"sheets": list(table.sheets), "noun": table.noun, "score": table.score}
    head["confirmed"] = table.confirmed
    if table.alternatives:
        head["alternatives"] = dict(table.alternatives)
    if table.constants:
        head["constants"] = dict(table.constants)
    yield from _item(head, "  ", [])
    yield "    columns:" if table.columns else "    columns: []"
    for column in table.columns:
        yield from _item(_column_plain(column), "      ", _example_lines(column))


def _column_plain(column: MappedColumn) -> dict[str, Any]:
    plain: dict[str, Any] = {"heading": column.heading}
    if column.nth != 1:
        plain["nth"] = column.nth
    plain |= {"field": column.field, "score": column.score, "confirmed": column.confirmed}
    plain |= {name: value for name in ("flag", "refers_to", "unit", "per", "split") if (value := getattr(column, name))}
    if column.alternatives:
        plain["alternatives"] = dict(column.alternatives)
    if column.values:
        plain["values"] = [_value_plain(value) for value in column.values]
    return plain


def _value_plain(value: MappedValue) -> dict[str, Any]:
    plain = {"value": value.value, "means": value.means, "score": value.score, "confirmed": value.confirmed}
    return plain | ({"alternatives": list(value.alternatives)} if value.alternatives else {})


def _example_lines(column: MappedColumn) -> list[str]:
    if not column.examples:
        return []
    shown = "; ".join(" ".join(mask(example).split())[:50] for example in column.examples)
    return ["# for example: " + "".join(c if c.isprintable() else "?" for c in shown)]


def _item(plain: dict[str, Any], indent: str, comments: list[str]) -> Iterator[str]:
    lines = _yaml.dump(plain).splitlines()
    yield f"{indent}- {lines[0]}"
    yield from (f"{indent}  {line}" for line in comments)
    yield from (f"{indent}  {line}" if line else "" for line in lines[1:])


def dump_mapping(mapping: Mapping, path: str | PathLike[str]) -> None:
    """Write a mapping to a YAML file.

    Parameters
    ----------
    mapping
        The mapping.
    path
        File.
    """
    Path(path).write_text(dumps_mapping(mapping), encoding="utf-8", newline="\n")


# reading ------------------------------------------------------------------------------------------------------------


def load_mapping(path: str | PathLike[str]) -> Mapping:
    """Read a mapping from a YAML file.

    Parameters
    ----------
    path
        File.

    Returns
    -------
    Mapping
        The mapping.

    Raises
    ------
    DocumentError
        With everything that is wrong: unknown keys, fields and nouns, each with the nearest names.
    FormatError
        Where the file is not YAML, or too large.
    """
    name = Path(path).name
    if Path(path).stat().st_size > _MAX_BYTES:
        raise FormatError("The mapping is larger than 8 MiB.", file=name)
    try:
        text = Path(path).read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise FormatError("The mapping is not UTF-8; save it with the encoding UTF-8.", file=name) from None
    try:
        return loads_mapping(text, file=name)
    except FormatError as error:
        raise FormatError(error.message, file=name, row=error.row, column=error.column) from None


def loads_mapping(text: str, *, file: str | None = None) -> Mapping:
    """Read a mapping from a text.

    Parameters
    ----------
    text
        YAML.
    file
        Name to show in problems.

    Returns
    -------
    Mapping
        The mapping.

    Raises
    ------
    DocumentError
        With everything that is wrong.
    FormatError
        Where the text is not YAML.

    Examples
    --------
    >>> from integrated_services.io._mapping import loads_mapping
    >>> text = '''
    ... mapping: 1
    ... file: a.csv
    ... tables: [{sheets: [a], noun: service, columns: [{heading: Nimi, feld: service.name}]}]
    ... '''
    >>> loads_mapping(text)
    Traceback (most recent call last):
    integrated_services.errors.DocumentError: ...
    """
    parsed = _yaml.parse(text)
    reader = _Reader(parsed.line)
    for double in parsed.doubles:
        reader.say("duplicate-key", double.place, f"the key {mask(str(double.place[-1]))[:80]!r} is written twice", "")
    mapping = reader.mapping(parsed.raw)
    if reader.problems or mapping is None:
        raise DocumentError([replace(problem, file=file) for problem in reader.problems], title=file)
    return mapping


Place = tuple[str | int, ...]
_NUMBER = (int, float)
_TOP: Final[dict[str, tuple[type, ...]]] = {
    "mapping": (int,), "file": (str,), "framework": (str,), "title": (str,), "reference_date": (str,),
    "language": (str,), "basis": (str,), "threshold": _NUMBER, "constants": (dict,), "tables": (list,),
}  # fmt: skip
_TABLE: Final[dict[str, tuple[type, ...]]] = {
    "sheets": (list,), "noun": (str,), "score": _NUMBER, "confirmed": (bool,), "alternatives": (dict,),
    "constants": (dict,), "columns": (list,),
}  # fmt: skip
_COLUMN: Final[dict[str, tuple[type, ...]]] = {
    "heading": (str,), "nth": (int,), "field": (str,), "score": _NUMBER, "confirmed": (bool,), "flag": (str, int),
    "refers_to": (str,), "unit": (str,), "per": (str,), "split": (str,), "alternatives": (dict,), "values": (list,),
}  # fmt: skip
_VALUE: Final[dict[str, tuple[type, ...]]] = {
    "value": (str, int, float), "means": (str, int), "score": _NUMBER, "confirmed": (bool,), "alternatives": (list,),
}  # fmt: skip
UNITS: Final = (
    "persons",
    "places",
    "sessions",
    "hours",
    "days",
    "weeks",
    "months",
    "years",
    "fte",
    "percent",
    "EUR",
    "thousand EUR",
)
PERIODS: Final = ("day", "week", "month", "year")


class _Reader:
    """Reads plain values into a mapping and keeps every problem."""

    def __init__(self, line: Any) -> None:
        self.problems: list[Problem] = []
        self._line = line

    def say(self, code: str, place: Place, message: str, mend: str, value: object = None) -> None:
        path = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place).lstrip(".")
        shown = None if value is None else str(value)
        self.problems.append(Problem(code, "error", path, message, mend, value=shown, row=self._line(place)))

    def _record(self, raw: Any, place: Place, known: dict[str, tuple[type, ...]], needed: Iterable[str]) -> Any:
        if len(self.problems) >= _MOST_PROBLEMS:
            return None  # a file of nothing but mistakes takes no longer than one with some
        if not isinstance(raw, dict):
            self.say("wrong-type", place, "a mapping of fields was expected", f"Write {', '.join(known)}.")
            return None
        sound = {}
        for key, value in list(raw.items())[:_MOST_PROBLEMS]:
            kinds = known.get(key)
            if kinds is None:
                near = nearest(str(key), known)
                mend = f"Did you mean {' or '.join(map(repr, near))}?" if near else f"Known: {', '.join(known)}."
                self.say("unknown-field", (*place, key), f"there is no field {mask(str(key))[:80]!r}", mend)
            elif value is None:
                continue
            elif not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
                names = " or ".join(kind.__name__ for kind in kinds)
                self.say("wrong-type", (*place, key), f"{key} must be of type {names}", "Correct it.", value)
            else:
                sound[key] = value
        for key in needed:
            if key not in raw:
                self.say("missing-field", place, f"the field {key!r} is missing", f"Write `{key}: ...`.")
        return sound

    def mapping(self, raw: Any) -> Mapping | None:
        top = self._record(raw, (), _TOP, ("mapping", "file", "tables"))
        if top is None:
            return None
        if top.pop("mapping", FORMAT) != FORMAT:
            self.say("format-version", ("mapping",), "this format is not known", f"Write `mapping: {FORMAT}`.")
        framework = top.get("framework", "framework")
        if not re.fullmatch(ID_PATTERN, framework):
            self.say("bad-id", ("framework",), "this is not an id", "Use letters, digits and hyphens.", framework)
        day = top.get("reference_date")
        if day is not None and not _is_day(day):
            self.say("bad-date", ("reference_date",), "this is not a full date", "Write it as 2022-06-01.", day)
        if top.get("basis", "stated") not in get_args(Basis):
            self.say("bad-choice", ("basis",), "this is no basis", f"Use {', '.join(get_args(Basis))}.", top["basis"])
        top["threshold"] = self._score(top.get("threshold", THRESHOLD), ("threshold",))
        top["constants"] = self._constants(top.get("constants", {}), ("constants",))
        tables = [self._table(item, ("tables", number)) for number, item in enumerate(top.pop("tables", ()))]
        if self.problems:
            return None
        return Mapping(**top, tables=tuple(table for table in tables if table is not None))

    def _score(self, value: float, place: Place) -> float:
        if not 0 <= value <= 1:
            self.say("out-of-range", place, "a score lies between 0 and 1", "Correct it.", value)
        return float(value)

    def _constants(self, raw: dict[str, Any], place: Place) -> tuple[tuple[str, str], ...]:
        for path in raw:
            self._path(path, (*place, path))
        return tuple((path, str(value)) for path, value in raw.items() if value is not None)

    def _path(self, path: str, place: Place) -> None:
        if path not in targets() and len(self.problems) < _MOST_PROBLEMS:
            near = nearest(path, targets())
            mend = f"Did you mean {' or '.join(map(repr, near))}?" if near else "See the list of fields in the guide."
            self.say("unknown-target", place, "no column can mean this", mend, path)

    def _alternatives(self, raw: dict[str, Any], place: Place) -> tuple[tuple[str, float], ...]:
        for name, value in raw.items():
            if not isinstance(value, _NUMBER) or isinstance(value, bool):
                self.say("wrong-type", (*place, name), "a score is a number", "Correct it.", value)
        return tuple((str(name), value) for name, value in raw.items())

    def _table(self, raw: Any, place: Place) -> MappedTable | None:
        found = self._record(raw, place, _TABLE, ("sheets", "noun", "columns"))
        if found is None:
            return None
        sheets = found.get("sheets", ())
        if not sheets or not all(isinstance(name, str) for name in sheets):
            self.say("wrong-type", (*place, "sheets"), "sheets is not a list of names", "Write `sheets: [Sheet1]`.")
        noun = found.get("noun", "ignore")
        if noun not in NOUNS:
            mend = f"Use one of {', '.join(NOUNS)}."
            self.say("bad-choice", (*place, "noun"), "a row cannot be this", mend, noun)
        found["sheets"] = tuple(str(name) for name in sheets)
        found["score"] = self._score(found.get("score", 0.0), (*place, "score"))
        found["alternatives"] = self._alternatives(found.get("alternatives", {}), (*place, "alternatives"))
        found["constants"] = self._constants(found.get("constants", {}), (*place, "constants"))
        here = (*place, "columns")
        columns = [self._column(item, (*here, number)) for number, item in enumerate(found.get("columns", ()))]
        found["columns"] = tuple(column for column in columns if column is not None)
        keys = Counter(column.key for column in found["columns"])
        for key in (key for key, count in keys.items() if count > 1):
            self.say("duplicate-key", here, f"the heading {key[0]!r} occurs twice", "Give the second one `nth: 2`.")
        return MappedTable(**found) if not self.problems else None

    def _column(self, raw: Any, place: Place) -> MappedColumn | None:
        found = self._record(raw, place, _COLUMN, ("heading",))
        if found is None or "heading" not in found:
            return None
        if "field" in found:
            self._path(found["field"], (*place, "field"))
        for name, known in (("unit", UNITS), ("per", PERIODS), ("split", ("commas",))):
            if found.get(name, known[0]) not in known:
                self.say("bad-choice", (*place, name), "not known", f"Use one of {', '.join(known)}.", found[name])
        if "flag" in found:
            found["flag"] = str(found["flag"])
        found["score"] = self._score(found.get("score", 0.0), (*place, "score"))
        found["alternatives"] = self._alternatives(found.get("alternatives", {}), (*place, "alternatives"))
        here = (*place, "values")
        values = [self._value(item, (*here, number), found) for number, item in enumerate(found.get("values", ()))]
        found["values"] = tuple(value for value in values if value is not None)
        return MappedColumn(**found) if not self.problems else None

    def _value(self, raw: Any, place: Place, column: dict[str, Any]) -> MappedValue | None:
        found = self._record(raw, place, _VALUE, ("value",))
        if found is None or "value" not in found:
            return None
        target = targets().get(column.get("field", ""))
        if target is not None and target.choices and found.get("means", target.choices[0]) not in target.choices:
            mend = f"Use one of {', '.join(target.choices)}."
            self.say("bad-choice", (*place, "means"), f"{target.path} cannot be this", mend, found["means"])
        found["value"] = str(found["value"])
        if "means" in found:
            found["means"] = str(found["means"])
        found["score"] = self._score(found.get("score", 0.0), (*place, "score"))
        found["alternatives"] = tuple(map(str, found.get("alternatives", ())))
        return MappedValue(**found)


def _is_day(text: str) -> bool:
    try:
        return bool(re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text)) and date.fromisoformat(text) is not None
    except ValueError:
        return False
