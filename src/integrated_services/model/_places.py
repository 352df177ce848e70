"""Where in a text the parts of a document stand."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Place = tuple[str | int, ...]
"""Keys and positions that lead to a part of a document."""


@dataclass(frozen=True, slots=True)
class Double:
    """A key that is written a second time in one mapping."""

    place: Place
    """Place of the value."""
    line: int
    """Line of the repetition."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """A document as it was read."""

    raw: Any
    """Plain values."""
    doubles: tuple[Double, ...]
    """Keys that are written twice."""
    line: Callable[[Place], int | None]
    """Line of a place, or of the nearest one around it."""


_MARK = re.compile(r'\n|"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+')


class JsonPlaces:
    r"""Lines of a JSON text; it is looked through only when somebody asks, which is when something is wrong.

    Parameters
    ----------
    text
        Valid JSON.

    Examples
    --------
    >>> from integrated_services.model._places import JsonPlaces
    >>> places = JsonPlaces('{"needs": [\n  {"id": "a"},\n  {"id": "b"}]}')
    >>> places.line(("needs", 1, "id")), places.line(("needs", 1, "name"))
    (3, 3)
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._lines: dict[Place, int] | None = None
        self._doubles: list[Double] = []

    def line(self, place: Place) -> int | None:
        """Give the line of a place, or of the nearest one around it.

        Parameters
        ----------
        place
            Keys and positions.

        Returns
        -------
        int | None
            Line, from 1.
        """
        lines = self._scanned()
        while place and place not in lines:
            place = place[:-1]
        return lines.get(place)

    def doubles(self) -> tuple[Double, ...]:
        """Give the keys that are written twice in one object.

        Returns
        -------
        tuple[Double, ...]
            One entry a repetition.
        """
        self._scanned()
        return tuple(self._doubles)

    def _scanned(self) -> dict[Place, int]:
        if self._lines is None:
            self._lines = self._scan()
        return self._lines

    def _scan(self) -> dict[Place, int]:
        lines: dict[Place, int] = {}
        line = 1
        places: list[Place] = []  # of each open object or array
        steps: list[str | int | None] = []  # what comes next in it: a position, a key once it was read, or None
        seen: list[set[str]] = []  # its keys
        for match in _MARK.finditer(self._text):
            mark = match[0]
            if mark == "\n":
                line += 1
            elif mark in "}]":
                places.pop()
                steps.pop()
                seen.pop()
            elif mark == ",":
                last = steps[-1]
                steps[-1] = last + 1 if isinstance(last, int) else None
            elif places and steps[-1] is None and mark != ":":
                key: str = json.loads(mark)
                place = (*places[-1], key)
                if key in seen[-1]:
                    self._doubles.append(Double(place, line))
                seen[-1].add(key)
                lines[place] = line
                steps[-1] = key
            elif mark != ":":
                last = steps[-1] if steps else None
                place = () if last is None else (*places[-1], last)
                if not isinstance(last, str):
                    lines[place] = line
                if mark in "{[":
                    places.append(place)
                    steps.append(None if mark == "{" else 0)
                    seen.append(set())
        return lines
