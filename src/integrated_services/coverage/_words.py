"""Sentences about gaps: what limits, and what would mend it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from math import ceil
from typing import TYPE_CHECKING

import attrs
import numpy as np

from integrated_services._compiled import Bools, Compiled
from integrated_services.coverage._cells import Cells
from integrated_services.coverage._matching import CONDITIONS, Matching, areas
from integrated_services.errors import UnknownIdError, nearest

if TYPE_CHECKING:
    from integrated_services.coverage._gaps import Bottleneck, Gaps

Explanation = tuple[tuple[str, ...], str, tuple[int, ...]]
"""Parts of a key, a sentence, and the rows whose numbers it tells."""

_STATES = {
    "covered": "covered",
    "gap": "a gap",
    "capacity_unknown": "open, since a capacity is unknown",
    "not_comparable": "open, since a capacity cannot be compared with the demand",
    "not_surveyed": "not surveyed",
}


def amount(number: float) -> str:
    """Write a number of persons for readers.

    Parameters
    ----------
    number
        Number.

    Returns
    -------
    str
        A whole number; "about" says that it was rounded.
    """
    return f"{number:,.0f}" if number == int(number) else f"about {number:,.0f}" if number >= 1 else "less than 1"


def listed(names: list[str], most: int = 4) -> str:
    """Join names for readers.

    Parameters
    ----------
    names
        Names.
    most
        How many are written out.

    Returns
    -------
    str
        ``A, B and C``, or ``A, B and 5 more``.
    """
    names = list(dict.fromkeys(names))
    if len(names) > most:
        return f"{', '.join(names[: most - 1])} and {len(names) - most + 1} more"
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else "nobody"


@attrs.frozen(eq=False)
class Words:
    """Knows the names of a framework and says its gaps in sentences."""

    c: Compiled
    cells: Cells
    pairs: Matching
    mapped: Bools

    def summary(self, result: Gaps) -> str:
        """Say who is not served, in two or three sentences.

        Parameters
        ----------
        result
            Gaps.

        Returns
        -------
        str
            Sentences.
        """
        return " ".join(text for keys, text, _ in self._general(result))

    def explanations(self, result: Gaps) -> Iterator[Explanation]:
        """Give every sentence with the parts of its key and the rows whose numbers it tells.

        Parameters
        ----------
        result
            Gaps.

        Yields
        ------
        tuple of tuple, str and tuple
            Parts of the key, sentence, rows; the general sentences have no key.
        """
        yield from self._general(result)
        rows_of = {cell: row for row, cell in enumerate(result.cells)}
        blocks = [(block, tuple(rows_of[cell] for cell in block.cells)) for block in result.bottlenecks]
        together = {row: rows for _, rows in blocks for row in rows}
        for row, cell in enumerate(result.cells):
            yield tuple(cell.split(":")), self.cell(result, row), together.get(row, (row,))

    def _general(self, result: Gaps) -> Iterator[Explanation]:
        counts: Counter[str] = Counter(result.status)
        states = ", ".join(
            f"{counts[state]} {'gap' if words == 'gaps' and counts[state] == 1 else words}"
            for state, words in (
                ("covered", "covered"),
                ("gap", "gaps"),
                ("capacity_unknown", "with unknown capacity"),
                ("not_comparable", "not comparable"),
                ("not_surveyed", "not surveyed"),
            )
            if counts[state]
        )
        cells = "1 cell" if len(result.cells) == 1 else f"{len(result.cells)} cells"
        yield (), f"{cells} (territory, target group, need): {states or 'none'}.", ()
        units = result.to_columns()["per"]
        for per, unit in ((None, "person-needs"), ("year", "person-needs per year")):
            said = self._totals(result.totals(per), unit)  # type: ignore[arg-type]
            if said:
                yield (), said, tuple(row for row, one in enumerate(units) if one == per)
        if result.bottlenecks:
            block = max(result.bottlenecks, key=lambda b: b.shortage)
            rows_of = {cell: row for row, cell in enumerate(result.cells)}
            yield (), self.bottleneck(result, block), tuple(rows_of[cell] for cell in block.cells)

    def _totals(self, totals: dict[str, float], unit: str) -> str:
        if not totals["demand"]:
            return ""
        said = (
            f"Of {amount(totals['demand'])} {unit} {amount(totals['served'])} are served and "
            f"{amount(totals['unserved'])} are not"
        )
        open_ones = [
            f"{amount(totals[name])} {words}"
            for name, words in (
                ("uncertain", "depend on unknown capacities"),
                ("not_surveyed", "lie where nobody has mapped the services"),
            )
            if totals[name]
        ]
        return f"{said}; {' and '.join(open_ones)}." if open_ones else f"{said}."

    def explain(self, result: Gaps, key: str | None) -> str:
        """Say what limits and what would mend it.

        Parameters
        ----------
        result
            Gaps.
        key
            Cell, territory, group or need; None for all bottlenecks.

        Returns
        -------
        str
            Sentences.
        """
        if key is None:
            if result.bottlenecks:
                return "\n".join(self.bottleneck(result, block) for block in result.bottlenecks)
            return "No shortage of places is known."
        rows = [i for i, cell in enumerate(result.cells) if key == cell or key in cell.split(":")]
        if not rows:
            known = dict.fromkeys(part for cell in result.cells for part in (cell, *cell.split(":")))
            raise UnknownIdError("cell, territory, group or need", key, nearest(key, tuple(known)))
        said = dict.fromkeys(self.cell(result, row) for row in rows)
        return "\n".join(said)

    def bottleneck(self, result: Gaps, block: Bottleneck) -> str:
        """Say a part of the cut: who has too few places, where, and how many more close the gap.

        Parameters
        ----------
        result
            Gaps.
        block
            Part of the cut.

        Returns
        -------
        str
            A sentence.
        """
        parts = [cell.split(":") for cell in block.cells]
        asked = dict(zip(result.cells, result.to_columns()["demand"], strict=True))
        parts.sort(key=lambda part: (-asked[":".join(part)], part))  # those who wait in the largest number come first
        where = listed([self._name("territories", part[0]) for part in parts])
        whom = listed([self._name("target_groups", part[1]).lower() for part in parts], 3)
        services = [self._name("services", path[len("services[") :].partition("]")[0]) for path in block.deliveries]
        what = listed(services) if services else "any service"
        per = f" per {block.per}" if block.per else ""
        missing = ceil(block.shortage)  # half a place is of no use to anybody
        more = "1 more place closes" if missing == 1 else f"{missing:,} more places close"
        return (
            f"{where}: {amount(block.demand)} {whom}{per}, {amount(block.capacity)} places of {what}; {more} the gap."
        )

    def cell(self, result: Gaps, row: int) -> str:
        """Say the state of one cell.

        Parameters
        ----------
        result
            Gaps.
        row
            Cell.

        Returns
        -------
        str
            Sentences.
        """
        block = next((b for b in result.bottlenecks if result.cells[row] in b.cells), None)
        territory, group, need = (
            self.c.label(table, int(rows[row]))
            for table, rows in (
                ("territories", self.cells.territory),
                ("target_groups", self.cells.group),
                ("needs", self.cells.need),
            )
        )
        head = f"{territory}, {group.lower()}, {need.lower()}: {_STATES[result.status[row]]}."
        if block is not None:
            return f"{head} {self.bottleneck(result, block)}"
        if result.status[row] == "gap":
            return f"{head} {self.blocked(row)}"
        if result.status[row] == "not_surveyed":
            return f"{head} No known service fits, but it has not been asked completely what there is."
        return head

    def blocked(self, row: int) -> str:
        """Say which condition blocks a cell, and the nearest change that would mend it.

        Parameters
        ----------
        row
            Cell.

        Returns
        -------
        str
            Sentences.
        """
        reason = CONDITIONS[int(self.pairs.furthest[row])]
        here = np.flatnonzero((self.pairs.cell == row) & (self.pairs.stage == self.pairs.furthest[row]))
        deliveries = self.pairs.delivery[here]
        services = sorted(
            {int(self.c.parents("services.deliveries")[d]) for d in deliveries.tolist()},
            key=lambda service: self.c.keys("services")[service],
        )
        names = listed([self.c.label("services", service) for service in services], 3)
        place = self.c.label("territories", int(self.cells.territory[row]))
        group = self.c.label("target_groups", int(self.cells.group[row])).lower()
        if reason == "need":
            return "No service meets the need; a new service would be needed."
        if reason == "group":
            return (
                f"There are services for the need, but none serves {group} with a known delivery; let one serve them."
            )
        if reason == "validity":
            return f"{names} would fit but is not offered at that time; prolong it."
        if reason == "residence":
            areas_of = listed(
                [self.c.label("territories", int(t)) for d in deliveries.tolist() for t in self._areas(d)], 3
            )
            return f"{names} serves the residents of {areas_of} only; extend the area to {place}."
        if reason == "eligibility":
            return f"{names} is there, but {group} are not eligible; widen the eligibility."
        if reason == "access":
            return f"{names} takes people only by referral, and nothing refers to it; name who refers."
        return f"{names} has no place left; add places."

    def _areas(self, delivery: int) -> list[int]:
        indptr, indices = areas(self.c)
        return [int(t) for t in indices[indptr[delivery] : indptr[delivery + 1]]]

    def _name(self, table: str, key: str) -> str:
        return self.c.label(table, self.c.row(table, key))
