"""What HSDS cannot say at all: collections that it has no records for, and references to them."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

import attrs

from integrated_services.io._reading import Loss
from integrated_services.io.hsds._nested import Written
from integrated_services.model._assemble import unchecked
from integrated_services.model._base import Model, Record
from integrated_services.model._fields import FieldSpec, fields_of, plain_name
from integrated_services.model._framework import Framework

_EXAMPLES: Final = 5
_NO_OBJECT: Final = "HSDS has no object that could say it"
_ANALYSIS: Final = ("populations", "risk_factors", "demands", "indicators", "observations", "surveys")
LOST: Final[dict[Written, tuple[str, ...]]] = {
    "3.1": _ANALYSIS,
    "3.0": _ANALYSIS,
    "oruk-3.0": (*_ANALYSIS, "sources", "cooperations", "referrals", "projects"),
}
"""Collections that a version cannot say."""


@attrs.define
class Losses:
    """Collects losses by field."""

    _found: dict[tuple[str, str], list[Any]] = attrs.Factory(dict)

    def add(self, path: str, reason: str) -> None:
        """Note that the value at a path is lost.

        Parameters
        ----------
        path
            Path by ids.
        reason
            Why.
        """
        entry = self._found.setdefault((re.sub(r"\[[^\]]*\]", "", path), reason), [0, []])
        entry[0] += 1
        if len(entry[1]) < _EXAMPLES:
            entry[1].append(path)

    def all(self) -> tuple[Loss, ...]:
        """Give the losses, sorted by field.

        Returns
        -------
        tuple[Loss, ...]
            One for each field and reason.
        """
        return tuple(
            Loss(field, reason, count, tuple(examples))
            for (field, reason), (count, examples) in sorted(self._found.items())
        )


def without_unsayable(framework: Framework, version: Written, losses: Losses) -> Framework:
    """Leave out collections that HSDS has nothing for, references to them, and where records were read from.

    Parameters
    ----------
    framework
        The framework.
    version
        Version to write.
    losses
        Takes what is left out.

    Returns
    -------
    Framework
        The rest.
    """
    lost = LOST[version]
    pruning = _Pruning(frozenset(lost), losses)
    records: dict[str, list[Record]] = {}
    for name in framework.COLLECTIONS:
        items: Sequence[Record] = getattr(framework, name)
        if name in lost:
            for record in items:
                losses.add(f"{name}[{record.key}]", _NO_OBJECT)
        else:
            records[name] = [pruning.pruned(record, f"{name}[{record.key}]") for record in items]
    head = {name: value for name, value in framework.__dict__.items() if name not in framework.COLLECTIONS}
    return unchecked(head, records, personal="keep")


class _Pruning:
    def __init__(self, lost: frozenset[str], losses: Losses) -> None:
        self._lost = lost
        self._losses = losses
        self._plans: dict[type[Model], tuple[FieldSpec, ...]] = {}

    def pruned(self, value: Any, path: str) -> Any:
        """Copy a record without what refers to lost records; the same one where there is nothing of the kind."""
        changed: dict[str, Any] = {}
        for spec in self._plan(type(value)):
            held = value.__dict__[spec.name]
            if held is None or held == ():
                continue
            here = f"{path}.{plain_name(spec)}"
            if self._goes(spec):
                reason = "records say anew where they were read from" if spec.name == "origins" else _refers(spec)
                self._losses.add(here, reason)
                changed[spec.name] = () if spec.kind in ("scalars", "models") else None
            elif spec.kind == "model":
                changed[spec.name] = self.pruned(held, here)
            else:
                items = tuple(self.pruned(one, f"{here}[{key}]") for key, one in _keyed(held))
                changed[spec.name] = items
        if all(value.__dict__[name] is new for name, new in changed.items()):
            return value
        pruned = copy.copy(value)
        pruned.__dict__.update(changed)
        return pruned

    def _goes(self, spec: FieldSpec) -> bool:
        return spec.name == "origins" or (bool(spec.refs) and self._lost.issuperset(spec.refs))

    def _plan(self, cls: type[Model]) -> tuple[FieldSpec, ...]:
        found = self._plans.get(cls)
        if found is None:
            self._plans[cls] = ()  # a rule in a rule holds nothing that is lost
            found = self._plans[cls] = tuple(
                spec for spec in fields_of(cls) if self._goes(spec) or (spec.model and self._plan(spec.model))
            )
        return found


def _refers(spec: FieldSpec) -> str:
    return f"it refers to {' or '.join(spec.refs)}, which HSDS has no object for"


def _keyed(items: tuple[Any, ...]) -> Iterator[tuple[str, Any]]:
    for number, item in enumerate(items):
        yield item.item_key(number), item
