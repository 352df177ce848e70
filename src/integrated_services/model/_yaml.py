"""YAML read strictly: no duplicate keys, no aliases, only true and false are booleans, codes and dates stay text."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from integrated_services import _optional
from integrated_services.errors import FormatError, Problem

_MAX_DEPTH = 60


@lru_cache(maxsize=1)
def _loader() -> Any:
    yaml = _optional.yaml()
    base = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

    class StrictLoader(base):  # type: ignore[misc, valid-type]
        yaml_implicit_resolvers: dict[str, Any] = {}

    for tag, pattern, first in (
        ("bool", r"true|false", "tf"),
        ("null", r"null|~|", ["n", "~", ""]),
        ("int", r"[-+]?(?:0|[1-9][0-9]*)", "-+0123456789"),
        ("float", r"[-+]?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?", "-+0123456789"),
    ):
        StrictLoader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(f"^(?:{pattern})$"), list(first))
    return StrictLoader


def parse(text: str) -> tuple[Any, list[Problem], Callable[[tuple[str | int, ...]], int | None]]:
    """Read YAML into plain values.

    Parameters
    ----------
    text
        One YAML document.

    Returns
    -------
    tuple[Any, list[Problem], Callable]
        The values; a problem for each key that is written twice; and a function that gives the line of a place.

    Raises
    ------
    FormatError
        Where the text is not YAML, or uses anchors, tags or several documents.
    """
    yaml = _optional.yaml()
    try:
        loader = _loader()(text)
        try:
            node = loader.get_single_node()
        finally:
            loader.dispose()
        problems: list[Problem] = []
        lines: dict[tuple[str | int, ...], int] = {}
        value = _construct(node, (), lines, problems, set()) if node is not None else None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f" in line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        reason = getattr(error, "problem", None) or "it is not YAML"
        raise FormatError(f"The text cannot be read as YAML{place}: {reason}.") from None
    except RecursionError:
        raise FormatError("The YAML is nested too deeply.") from None
    return value, problems, lambda place: _line(lines, place)


def _line(lines: dict[tuple[str | int, ...], int], place: tuple[str | int, ...]) -> int | None:
    while place and place not in lines:
        place = place[:-1]
    return lines.get(place)


def _construct(
    node: Any,
    place: tuple[str | int, ...],
    lines: dict[tuple[str | int, ...], int],
    problems: list[Problem],
    open_nodes: set[int],
) -> Any:
    line = node.start_mark.line + 1
    lines[place] = line
    if len(place) > _MAX_DEPTH:
        raise FormatError(f"The YAML is nested too deeply in line {line}.")
    if id(node) in open_nodes:
        raise FormatError(f"Aliases are not allowed (line {line}): write the value out.")
    open_nodes.add(id(node))  # every node is built once, so a second visit is an alias
    if node.id == "sequence":
        return [
            _construct(item, (*place, number), lines, problems, open_nodes) for number, item in enumerate(node.value)
        ]
    if node.id == "mapping":
        return _mapping(node, place, lines, problems, open_nodes)
    return _scalar(node, line)


def _mapping(
    node: Any,
    place: tuple[str | int, ...],
    lines: dict[tuple[str | int, ...], int],
    problems: list[Problem],
    open_nodes: set[int],
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        if key_node.id != "scalar":
            raise FormatError(f"A key must be a text (line {line}).")
        key = key_node.value
        value = _construct(value_node, (*place, key), lines, problems, open_nodes)
        lines[(*place, key)] = line
        if key in found:
            problems.append(
                Problem(
                    "duplicate-key",
                    "error",
                    ".".join(map(str, (*place, key))),
                    f"the key {key!r} is written twice",
                    "Keep one of the two.",
                    row=line,
                )
            )
        found[key] = value
    return found


def _scalar(node: Any, line: int) -> Any:
    kind = node.tag.rpartition(":")[2]
    if kind == "null":
        return None
    if kind == "bool":
        return node.value == "true"
    if kind == "int":
        return _whole(node.value, line)
    if kind == "float":
        return float(node.value)
    if kind == "str":
        return node.value
    raise FormatError(f"The tag {node.tag!r} is not allowed (line {line}): write plain values.")


def _whole(text: str, line: int) -> int:
    if len(text) > 300:
        raise FormatError(f"The number in line {line} is too long.")
    return int(text)


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
    """
    yaml = _optional.yaml()

    class StrictDumper(yaml.SafeDumper):  # type: ignore[misc, name-defined]
        def ignore_aliases(self, data: Any) -> bool:
            return True

    written: str = yaml.dump(plain, Dumper=StrictDumper, allow_unicode=True, sort_keys=False, width=120)
    return written
