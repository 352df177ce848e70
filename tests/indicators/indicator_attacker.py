"""Results to protect, and an attacker who knows only what is shown."""

from __future__ import annotations

import random
from collections.abc import Iterable
from itertools import product
from typing import Any, ClassVar

import attrs
import numpy as np
from indicator_documents import PARTS, RATE, document, seen
from scipy.optimize import Bounds, LinearConstraint, milp

from integrated_services._results import Column, Result, provenance
from integrated_services.model import Framework

# results to protect --------------------------------------------------------------------------------------------------


@attrs.frozen(eq=False)
class Table(Result):
    """Persons by area, status and sex, with sums by each of the latter."""

    columns: ClassVar[tuple[Column, ...]] = (
        Column("area", "Area", role="key"),
        Column("status", "Status", role="key"),
        Column("sex", "Sex", role="key"),
        Column("persons", "Persons", persons=True, basis="basis"),
        Column("share", "Share", reveals=("persons",)),
        Column("basis", "Basis"),
    )
    margins: ClassVar[tuple[tuple[str, ...], ...]] = (("area", "status"), ("area", "sex"), ("area",))

    cells: dict[str, list[Any]]

    def to_columns(self):
        return {name: list(values) for name, values in self.cells.items()}

    def summary(self):
        return f"{sum(self.cells['persons'])} persons."


def table(numbers: Iterable[Iterable[int]], areas: Iterable[str] = ("all",), basis: str = "stated") -> Table:
    """Make a table: rows are statuses, columns are sexes; several areas stand below each other."""
    numbers = [list(line) for line in numbers]
    areas = list(areas)
    each = len(numbers) // len(areas)
    keys = [
        (areas[i // each], f"status{i % each}", f"sex{j}") for i, line in enumerate(numbers) for j in range(len(line))
    ]
    flat = [number for line in numbers for number in line]
    cells = dict(zip(("area", "status", "sex"), map(list, zip(*keys, strict=True)), strict=True))
    cells |= {"persons": flat, "share": [number / (sum(flat) or 1) for number in flat], "basis": [basis] * len(flat)}
    return Table(cells=cells, provenance=provenance("tests.table", "0" * 64))


@attrs.frozen(eq=False)
class Chain(Result):
    """A measure that tells of a measure that tells of persons; the former stands first."""

    columns: ClassVar[tuple[Column, ...]] = (
        Column("area", "Area", role="key"),
        Column("rank", "Rank", reveals=("half",)),
        Column("half", "Half", reveals=("persons",)),
        Column("persons", "Persons", persons=True),
    )

    def to_columns(self):
        return {"area": ["a", "b"], "rank": [1, 2], "half": [1.5, 40.0], "persons": [3, 80]}

    def summary(self):
        return "Two areas."


# an attacker who knows only what is shown ----------------------------------------------------------------------------


class Attacker:
    """Solves for hidden numbers with integer programs over all that is released."""

    def __init__(self) -> None:
        self.numbers: dict[Any, float | None] = {}
        self.equations: list[tuple[Any, tuple[Any, ...]]] = []

    def know(self, place: Any, value: float | None) -> None:
        """Take a number as shown, or None for one that is hidden."""
        self.numbers[place] = value

    def add(self, total: Any, members: Iterable[Any]) -> None:
        """Take a sum as known."""
        self.equations.append((total, tuple(members)))

    def ranges(self, least: int = 1, *, whole: bool = True) -> dict[Any, tuple[float, float]]:
        """Lowest and highest (whole) value of each hidden number."""
        unknown = [place for place, value in self.numbers.items() if value is None]
        at = {place: number for number, place in enumerate(unknown)}
        left, right = np.zeros((len(self.equations), len(unknown))), np.zeros(len(self.equations))
        for line, (total, members) in enumerate(self.equations):
            for place, sign in ((total, 1.0), *((member, -1.0) for member in members)):
                if place in at:
                    left[line, at[place]] += sign
                else:
                    right[line] -= sign * self.numbers[place]
        found = {}
        for place in unknown:
            ends = []
            for sign in (1, -1):
                goal = np.zeros(len(unknown))
                goal[at[place]] = sign
                answer = milp(goal, integrality=np.full(len(unknown), whole), bounds=Bounds(least, 10**4),
                              constraints=LinearConstraint(left, right, right))  # fmt: skip
                assert answer.success, answer.message
                ends.append(sign * answer.fun)
            found[place] = (ends[0], ends[1])
        return found


def attack(release: Any, columns: Iterable[str], parents: dict[str, str] | None = None, key: str = "", least: int = 1):
    """Attack a release by its margins, its identities and a hierarchy."""
    shown, attacker = release.to_columns(), Attacker()
    columns = list(columns)
    size = len(shown[columns[0]])
    hidden = {(one.column, one.row) for one in release.reasons}
    for column in columns:
        for line in range(size):
            value = shown[column][line]
            if value is not None or (column, line) in hidden:
                assert (value is None) == ((column, line) in hidden)
                attacker.know((column, line), value)
    for keys, sums in release.margin_tables().items():
        for group in range(len(sums["suppressed"])):
            lines = [i for i in range(size) if all(shown[k][i] == sums[k][group] for k in keys)]
            for column in columns:
                members = [(column, i) for i in lines if (column, i) in attacker.numbers]
                if members:
                    attacker.know((column, keys, group), sums[column][group])
                    attacker.add((column, keys, group), members)
    if parents:
        others = [column.name for column in release.columns if column.role == "key" and column.name != key]
        for i, j in product(range(size), repeat=2):
            if parents.get(shown[key][j]) == shown[key][i] and all(shown[o][i] == shown[o][j] for o in others):
                attacker.know(("rest", i, j), None)
                attacker.add(("persons", i), [("persons", j), ("rest", i, j)])
    return attacker.ranges(least)


def small(result: Result, columns: Iterable[str], threshold: int = 5) -> list[tuple[str, int]]:
    """The places of the small counts of a result."""
    raw = result.to_columns()
    return [(c, i) for c in columns for i, value in enumerate(raw[c]) if value is not None and 0 < value < threshold]


def assert_safe(
    result: Result, release: Any, ranges: dict[Any, tuple[float, float]], columns: Iterable[str], threshold: int = 5
):
    """Every small count is hidden, and a reader cannot pin it down to less than the threshold."""
    raw = result.to_columns()
    for column, line in small(result, columns, threshold):
        assert release.to_columns()[column][line] is None
        low, high = ranges[column, line]
        assert low <= raw[column][line] <= high
        assert high - low >= threshold


# documents and tables ------------------------------------------------------------------------------------------------

MARITAL = [[38, 17], [7, 4], [3, 1]]  # HandbookSDC, chapter 5

IDENTITY = (("demand", ("served", "unserved", "uncertain", "not_surveyed")),)
PERSONS = ("demand", "served", "unserved", "uncertain", "not_surveyed")


def crowded(seed: int = 1, groups: int = 1) -> Framework:
    """A county with stated demands, many of them small, and few places."""
    draw = random.Random(seed)
    names = [f"group{number}" for number in range(groups)]
    demands = [
        {"need": need, "target_group": group, "territory": place, "persons": draw.choice([0, 1, 2, 3, 4, 6, 9, 15, 30])}
        for need in ("care", "advice")
        for group in names
        for place in ("a", "b", "c")
    ]
    services = [
        {"id": need, "name": need, "meets": [need], "serves": names,
         "deliveries": [{"area": area, "capacity": places} for area, places in ((["a", "b"], 11), (["c"], 7))]}
        for need in ("care", "advice")
    ]  # fmt: skip
    return document(
        target_groups=[{"id": one, "name": one, "kind": "final"} for one in names],
        needs=[{"id": one, "name": one} for one in ("care", "advice")],
        services=services,
        demands=demands,
        surveys=[{"id": "s", "territories": ["county"], "status": "complete"}],
    )


def counted(draw: random.Random, most: int = 14) -> Framework:
    """Pupils and those with support, by sex, in three municipalities of a county."""
    said = []
    for place in ("a", "b", "c"):
        both = {"pupils": [0, 0], "supported": [0, 0]}
        for sex in (0, 1):
            both["pupils"][sex] = draw.randint(1, most)
            both["supported"][sex] = draw.randint(0, both["pupils"][sex])
        for name, numbers in both.items():
            said += [seen(name, place, part, breakdown={"sex": sex}) for sex, part in zip("wm", numbers, strict=True)]
            said.append(seen(name, place, sum(numbers)))
    return document(indicators=[*PARTS, RATE], observations=said)
