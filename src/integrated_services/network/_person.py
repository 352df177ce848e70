"""Who is being sent, and what the rules say about such a person, in three-valued logic.

A rule holds (1), fails (-1) or cannot be decided (0), because the document or the question does not say enough. What
fails blocks; what cannot be decided becomes a condition that the answer names.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, Literal, TypeAlias

import attrs

from integrated_services._compiled import Compiled
from integrated_services.model._values import Eligibility
from integrated_services.network._services import linked, listed, net

OLDEST = 150
"""Age that stands for an open end."""

Ages: TypeAlias = tuple[int, int]
Kind = Literal["age", "residence", "group", "eligibility", "access"]


@attrs.frozen(eq=False)
class Person:
    """What is known of the person who is sent."""

    ages: Ages | None = None
    """Least and greatest age in completed years."""
    group: int = -1
    territory: int = -1


@attrs.frozen(eq=False)
class Rule:
    """One condition on the person."""

    kind: Kind
    text: str
    """Words that say whom it lets through, such as "aged 7 to 18"."""
    path: str
    judge: Callable[[Person], int]

    def failing(self, person: Person) -> Kind:
        """Tell what about the person makes the rule fail, where the rule speaks of several things.

        Parameters
        ----------
        person
            A person for whom it fails.

        Returns
        -------
        str
            The kind of the condition.
        """
        if self.kind not in ("group", "eligibility"):
            return self.kind
        if self.judge(attrs.evolve(person, ages=None)) >= 0:
            return "age"
        if self.kind == "eligibility" and self.judge(attrs.evolve(person, territory=-1)) >= 0:
            return "residence"
        return self.kind


class Facts:
    """Hierarchies and ages of a framework, ready for the rules; use :func:`facts`."""

    def __init__(self, c: Compiled) -> None:
        self.c = c
        self._trees = {
            name: c.tree(name, column)
            for name, column in (("territories", "part_of"), ("target_groups", "broader"), ("needs", "broader"))
        }
        self._ends = {name: (tree.enter.tolist(), tree.leave.tolist()) for name, tree in self._trees.items()}
        self._overlaps = linked(c, "target_groups.overlaps")
        self.ages = [self._ages(row) for row in range(c.size("target_groups"))]

    def inside(self, table: str, row: int, other: int) -> bool:
        """Tell whether one row lies in another (each lies in itself)."""
        enter, leave = self._ends[table]
        found: bool = enter[other] <= enter[row] < leave[other]
        return found

    def _ages(self, row: int) -> Ages | None:
        """Ages of a group: within its own and those of every group that contains it."""
        low, high, stated = 0, OLDEST, False
        for one in self._trees["target_groups"].chain(row):
            first, last = (self.c.cells("target_groups", f"ages.{end}")[one] for end in ("first", "second"))
            stated |= first is not None or last is not None
            low, high = max(low, first or 0), min(high, OLDEST if last is None else last)
        return (low, high) if stated else None

    def lives_in(self, person: Person, rows: Iterable[int]) -> int:
        """Judge whether a person lives in one of these territories."""
        if person.territory < 0:
            return 0
        verdict = -1
        for row in rows:
            if self.inside("territories", person.territory, row):
                return 1
            if self.inside("territories", row, person.territory):
                verdict = 0
        return verdict

    def belongs(self, person: Person, rows: Iterable[int]) -> int:
        """Judge whether a person belongs to one of these target groups, by group and by age."""
        return max((self._belongs(person, row) for row in rows), default=-1)

    def _belongs(self, person: Person, row: int) -> int:
        own = self.ages[row]
        if own is not None and person.ages is not None and _within(person.ages, own) < 0:
            return -1
        group = person.group
        if group < 0:
            return 0
        if self.inside("target_groups", group, row):
            return 1
        partly = (
            self.inside("target_groups", row, group) or row in self._overlaps[group] or group in self._overlaps[row]
        )
        return 0 if partly else -1


def facts(c: Compiled) -> Facts:
    """Give the hierarchies and ages of a framework, made once."""
    return c.remember("network.facts", lambda: Facts(c))


def _within(ages: Ages, limits: Ages) -> int:
    """Judge an age, or all ages that are possible, against limits."""
    if ages[1] < limits[0] or ages[0] > limits[1]:
        return -1
    return 1 if limits[0] <= ages[0] and ages[1] <= limits[1] else 0


# eligibility in the document's words --------------------------------------------------------------------------------


@lru_cache(maxsize=4096)
def _parsed(text: str) -> Mapping[str, Any]:
    rule: Mapping[str, Any] = json.loads(text)
    return rule


def _leaves(node: Mapping[str, Any]) -> Iterator[tuple[Kind, Mapping[str, Any]]]:
    """Split a rule into the parts that must all hold."""
    kinds: dict[str, Kind] = {"ages": "age", "residence": "residence", "groups": "group"}
    for word, value in node.items():
        if word == "all":
            for inner in value:
                yield from _leaves(inner)
        else:
            yield kinds.get(word, "eligibility"), {word: value}


def _decide(known: Facts, node: Mapping[str, Any], person: Person) -> int:
    parts: list[int] = []
    for word, value in node.items():
        if word == "ages":
            limits = (value[0] or 0, OLDEST if value[1] is None else value[1])
            parts.append(_within(person.ages or (0, OLDEST), limits))
        elif word == "residence":
            parts.append(known.lives_in(person, _rows(known.c, "territories", value)))
        elif word == "groups":
            parts.append(known.belongs(person, _rows(known.c, "target_groups", value)))
        elif word == "all":
            parts += [_decide(known, inner, person) for inner in value]
        elif word == "any":
            parts.append(max((_decide(known, inner, person) for inner in value), default=1))
        elif word == "not":
            parts.append(-_decide(known, value, person))
        else:  # languages and conditions in words
            parts.append(0)
    return min(parts, default=1)


def _rows(c: Compiled, table: str, ids: Iterable[str]) -> list[int]:
    index = c.index(table)
    return [index[one] for one in ids if one in index]


def _named_in(node: Any, c: Compiled, names: dict[str, str]) -> dict[str, str]:
    """Names of the territories and groups that a rule speaks of."""
    if isinstance(node, Mapping):
        for word, value in node.items():
            table = {"residence": "territories", "groups": "target_groups"}.get(word)
            if table is None:
                _named_in(value, c, names)
            else:
                names |= {one: c.label(table, c.index(table)[one]) for one in value if one in c.index(table)}
    elif isinstance(node, list | tuple):
        for inner in node:
            _named_in(inner, c, names)
    return names


def _words(known: Facts, node: Mapping[str, Any]) -> str:
    """Say whom a part of a rule lets through, in the same words as the rules of services."""
    if "residence" in node:
        return _living_in(known.c, _rows(known.c, "territories", node["residence"]))
    if "groups" in node:
        return _belonging_to(known, _rows(known.c, "target_groups", node["groups"]))
    return Eligibility.model_validate(node).explain(_named_in(node, known.c, {}))


def _living_in(c: Compiled, rows: Iterable[int]) -> str:
    ordered = sorted(rows, key=c.keys("territories").__getitem__)
    return f"living in {listed(c.label('territories', row) for row in ordered)}"


def _belonging_to(known: Facts, rows: Iterable[int]) -> str:
    ordered = sorted(rows, key=known.c.keys("target_groups").__getitem__)
    return f"belonging to {listed(_with_ages(known, row) for row in ordered)}"


def _with_ages(known: Facts, row: int) -> str:
    name, ages = known.c.label("target_groups", row), known.ages[row]
    if ages is None:
        return name
    low, high = ages
    words = f"at most {high}" if low == 0 else f"{low} or more" if high == OLDEST else f"{low} to {high}"
    return f"{name} (aged {words})"


def eligibility(c: Compiled, text: str | None, path: str) -> tuple[Rule, ...]:
    """Turn an eligibility rule into the conditions that must all hold.

    Parameters
    ----------
    c
        Compiled framework.
    text
        The rule as the columns hold it (JSON), or None.
    path
        Where it stands in the document.

    Returns
    -------
    tuple of Rule
        None of them where there is no rule.
    """
    if text is None:
        return ()
    known = facts(c)

    def rule(kind: Kind, node: Mapping[str, Any]) -> Rule:
        words = _words(known, node)
        return Rule(kind, words, path, lambda person: _decide(known, node, person))

    return tuple(rule(kind, node) for kind, node in _leaves(_parsed(text)))


# the rules of services and ways -------------------------------------------------------------------------------------


def service_rules(c: Compiled) -> tuple[tuple[Rule, ...], ...]:
    """Give the conditions that each service sets: whom it serves, where they live, who is eligible, how they get in.

    Parameters
    ----------
    c
        Compiled framework.

    Returns
    -------
    tuple of tuple of Rule
        By position of the service.
    """
    return c.remember("network.service_rules", lambda: _service_rules(c))


def residence_rule(c: Compiled, position: int) -> Rule:
    """Give the condition on where a service's clients live.

    Parameters
    ----------
    c
        Compiled framework.
    position
        Position of the service.

    Returns
    -------
    Rule
        The condition that its valid deliveries set.
    """
    return service_rules(c)[position][1]  # after whom it serves, see _service_rules


def arc_rules(c: Compiled) -> tuple[tuple[Rule, ...], ...]:
    """Give the criteria of each way.

    Parameters
    ----------
    c
        Compiled framework.

    Returns
    -------
    tuple of tuple of Rule
        By index of the way.
    """

    def make() -> tuple[tuple[Rule, ...], ...]:
        criteria = c.cells("referrals", "criteria")
        return tuple(
            ()
            if arc.record < 0
            else eligibility(c, criteria[arc.record], f"{c.path('referrals', arc.record)}.criteria")
            for arc in net(c).arcs
        )

    return c.remember("network.arc_rules", make)


def _service_rules(c: Compiled) -> tuple[tuple[Rule, ...], ...]:
    services, known = net(c), facts(c)
    serves, texts = linked(c, "services.serves"), c.cells("services", "eligibility")
    areas = _areas(c)
    found = []
    for at, row in enumerate(services.rows):
        path = services.path(at)
        rules = [_serves(known, serves[row], path), _resident(known, *areas[row], path)]
        rules += eligibility(c, texts[row], f"{path}.eligibility")
        if services.by[at] == "decision":
            rules.append(Rule("access", "by decision of an authority", f"{path}.access", lambda _: 0))
        found.append(tuple(rules))
    return tuple(found)


def _serves(known: Facts, groups: list[int], path: str) -> Rule:
    if not groups:
        return Rule("group", "whom it serves is not stated", f"{path}.serves", lambda person: int(person.group < 0))
    return Rule("group", _belonging_to(known, groups), f"{path}.serves", lambda person: known.belongs(person, groups))


def _areas(c: Compiled) -> list[tuple[list[int], bool]]:
    """For each service the territories whose residents its valid deliveries serve, and whether that is left open."""
    areas, valid = linked(c, "services.deliveries.area"), c.valid("services.deliveries")
    sites, places = c.refs("services.deliveries", "site").tolist(), c.refs("sites", "territory").tolist()
    parents = c.parents("services.deliveries").tolist()
    found: list[set[int]] = [set() for _ in range(c.size("services"))]
    stated: list[list[bool]] = [[] for _ in found]
    for delivery, service in enumerate(parents):
        if valid[delivery]:
            place = [places[sites[delivery]]] if sites[delivery] >= 0 else []
            rows = areas[delivery] or [row for row in place if row >= 0]
            found[service].update(rows)
            stated[service].append(bool(rows))
    return [(sorted(rows), not all(said) or not said) for rows, said in zip(found, stated, strict=True)]


def _resident(known: Facts, rows: list[int], left_open: bool, path: str) -> Rule:
    path = f"{path}.deliveries"
    if not rows:
        return Rule(
            "residence", "whose residents it serves is not stated", path, lambda person: int(person.territory < 0)
        )
    least = 0 if left_open else -1

    def judge(person: Person) -> int:
        return max(known.lives_in(person, rows), least)

    return Rule("residence", _living_in(known.c, rows), path, judge)
