"""YAML read strictly: no duplicate keys, no aliases, only true and false are booleans, codes and dates stay text.

The values are built from the events of the parser, one after the other, so that neither depth nor aliases can make a
small text large in memory.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from integrated_services import _optional
from integrated_services.errors import FormatError
from integrated_services.model._places import Double, Parsed, Place

_MAX_DEPTH = 60
_WORDS = {"true": True, "false": False, "null": None, "~": None, "": None}
_INT = r"[-+]?(?:0|[1-9][0-9]*)"
_FLOAT = rf"{_INT}(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?"
_NUMBER = re.compile(_FLOAT)
_WHOLE = re.compile(_INT)
_NUMBER_BEGINS = "-+0123456789"
_LONGEST_NUMBER = 300


def parse(text: str) -> Parsed:
    """Read YAML into plain values.

    Parameters
    ----------
    text
        One YAML document.

    Returns
    -------
    Parsed
        The values, the keys that are written twice, and the lines.

    Raises
    ------
    FormatError
        Where the text is not YAML, or uses anchors, tags or several documents.

    Examples
    --------
    >>> from integrated_services.model._yaml import parse
    >>> parse("{code: 0141, on: yes, open: true, at: 12:30, persons: 40}").raw
    {'code': '0141', 'on': 'yes', 'open': True, 'at': '12:30', 'persons': 40}
    """
    yaml = _optional.yaml()
    builder = _Builder()
    try:
        for event in yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
            builder.take(type(event).__name__, event)
    except UnicodeEncodeError:  # the parser works on bytes
        raise FormatError("The text holds half of a character (a lone surrogate); save it as UTF-8.") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        reason = getattr(error, "problem", None) or getattr(error, "reason", None) or "it is not YAML"
        raise FormatError(
            f"The text cannot be read as YAML: {reason}. Mend the syntax there or in the line before.",
            row=mark.line + 1 if mark else None,
            column=mark.column + 1 if mark else None,
        ) from None
    return Parsed(builder.root, tuple(builder.doubles), lambda place: _line(builder.lines, place))


def _line(lines: dict[Place, int], place: Place) -> int | None:
    while place and place not in lines:
        place = place[:-1]
    return lines.get(place)


class _Builder:
    """Builds plain values from the events of a YAML parser."""

    def __init__(self) -> None:
        self.root: Any = None
        self.doubles: list[Double] = []
        self.lines: dict[Place, int] = {}
        self.documents = 0
        self.places: list[Place] = []
        """Places of the mappings and lists that are open."""
        self.open: list[Any] = []
        """These mappings and lists themselves."""
        self.keys: list[str | None] = []
        """The key whose value comes next in each open mapping; None where a key comes next."""

    def take(self, kind: str, event: Any) -> None:
        """Take one event.

        Parameters
        ----------
        kind
            Name of its class.
        event
            Event of PyYAML.
        """
        if kind == "ScalarEvent":
            self._refuse_marks(event)
            self._scalar(event)
        elif kind in ("MappingStartEvent", "SequenceStartEvent"):
            self._refuse_marks(event)
            self._open({} if kind == "MappingStartEvent" else [], event.start_mark.line + 1)
        elif kind in ("MappingEndEvent", "SequenceEndEvent"):
            self.open.pop()
            self.places.pop()
            self.keys.pop()
        elif kind == "AliasEvent":
            line = event.start_mark.line + 1
            raise FormatError(f"The alias *{event.anchor} is not allowed: write the value out.", row=line)
        elif kind == "DocumentStartEvent":
            self.documents += 1
            if self.documents > 1:
                raise FormatError("The file holds several documents: keep one.", row=event.start_mark.line + 1)

    def _refuse_marks(self, event: Any) -> None:
        line = event.start_mark.line + 1
        if event.anchor is not None:
            raise FormatError(f"The anchor &{event.anchor} is not allowed: write each value out.", row=line)
        if event.tag is not None:
            raise FormatError(f"The tag {event.tag!r} is not allowed: write plain values.", row=line)

    def _scalar(self, event: Any) -> None:
        line = event.start_mark.line + 1
        if self.open and isinstance(self.open[-1], dict) and self.keys[-1] is None:
            self._key(event.value, line)
        else:
            self._add(_scalar(event.value, line) if event.implicit[0] else event.value, line)

    def _key(self, key: str, line: int) -> None:
        place = (*self.places[-1], key)
        if key in self.open[-1]:
            self.doubles.append(Double(place, line))
        self.keys[-1] = key
        self.lines[place] = line

    def _open(self, container: Any, line: int) -> None:
        if len(self.open) >= _MAX_DEPTH:
            raise FormatError("The YAML is nested too deeply.", row=line)
        if self.open and isinstance(self.open[-1], dict) and self.keys[-1] is None:
            raise FormatError("A key must be a text.", row=line)
        place = self._add(container, line)
        self.open.append(container)
        self.places.append(place)
        self.keys.append(None)

    def _add(self, value: Any, line: int) -> Place:
        """Put a value where it belongs and tell its place."""
        if not self.open:
            self.root = value
            self.lines[()] = line
            return ()
        owner = self.open[-1]
        if isinstance(owner, list):
            place: Place = (*self.places[-1], len(owner))
            owner.append(value)
            self.lines[place] = line
            return place
        key = self.keys[-1]
        owner[key] = value
        self.keys[-1] = None
        return (*self.places[-1], str(key))


def _scalar(text: str, line: int) -> Any:
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _NUMBER_BEGINS or not _NUMBER.fullmatch(text):
        return text
    if len(text) > _LONGEST_NUMBER:
        raise FormatError("The number is too long.", row=line)
    return int(text) if _WHOLE.fullmatch(text) else float(text)


@cache
def _dumper() -> Any:
    yaml = _optional.yaml("writing YAML")

    class StrictDumper(yaml.SafeDumper):  # type: ignore[misc, name-defined]
        """Writes what :func:`parse` reads back: texts that look like its numbers are quoted, nothing is an alias."""

        def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002
            return True

    # PyYAML takes 0792 for a text, YAML 1.2 for a number: codes of digits are quoted for every reader.
    StrictDumper.add_implicit_resolver("tag:yaml.org,2002:int", re.compile("^0[0-9]+$"), ["0"])
    StrictDumper.add_implicit_resolver("tag:yaml.org,2002:float", re.compile(f"^(?:{_FLOAT})$"), list(_NUMBER_BEGINS))
    return StrictDumper


def dump(plain: Any) -> str:
    """Write plain values as YAML that :func:`parse` reads back to the same values.

    Parameters
    ----------
    plain
        Plain JSON values.

    Returns
    -------
    str
        YAML, block style, keys in their order.

    Examples
    --------
    >>> from integrated_services.model._yaml import dump
    >>> print(dump({"code": "0792", "persons": 40}), end="")
    code: '0792'
    persons: 40
    """
    yaml = _optional.yaml("writing YAML")
    written: str = yaml.dump(plain, Dumper=_dumper(), allow_unicode=True, sort_keys=False, width=120)
    return written
