"""`Framework`: one frozen, validated document."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from threading import RLock
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Self, TypeVar

from pydantic import Field, PrivateAttr, StrictInt, ValidationInfo, model_validator

from integrated_services.errors import Problem, UnknownIdError, mask, nearest
from integrated_services.model._base import Id, Label, Model, Record, Records, Text, fault
from integrated_services.model._dates import FullDate
from integrated_services.model._nouns import (
    Agency,
    Demand,
    LanguageCode,
    Need,
    Population,
    RiskFactor,
    Site,
    Source,
    Survey,
    TargetGroup,
    Territory,
)
from integrated_services.model._projects import Indicator, Observation, Project
from integrated_services.model._services import Cooperation, Referral, Service
from integrated_services.model._values import Basis

if TYPE_CHECKING:
    from integrated_services._results import AssumptionGroup

FORMAT = 1
"""The version of the document format that this package writes."""

T = TypeVar("T")


class Framework(Model):
    """One integrated service framework: a frozen, validated document.

    Examples
    --------
    >>> from integrated_services import samples
    >>> fw = samples.load("elektrenai")
    >>> fw.id, len(fw.services) > 0, fw.find("vievis").NOUN
    ('elektrenai', True, 'territory')
    """

    COLLECTIONS: ClassVar[tuple[str, ...]] = (
        "sources",
        "territories",
        "target_groups",
        "populations",
        "needs",
        "risk_factors",
        "demands",
        "agencies",
        "sites",
        "services",
        "cooperations",
        "referrals",
        "projects",
        "indicators",
        "observations",
        "surveys",
    )

    format: Annotated[StrictInt, Field(ge=1)] = FORMAT
    """Version of the document format."""
    framework: Id
    """Id of the document."""
    title: Label
    """Title."""
    description: Label | None = None
    """What the framework is for, in some sentences."""
    languages: tuple[LanguageCode, ...] = ()
    """Languages of the document, the main one first."""
    reference_date: FullDate
    """The day that analyses speak of unless told otherwise."""
    basis: Basis = "stated"
    """Basis of every figure that says nothing else."""
    licence: Text | None = None
    """Licence of the document."""
    sources: Records[Source] = Records()
    """Where statements come from, assumptions among them."""
    territories: Records[Territory] = Records()
    """Areas."""
    target_groups: Records[TargetGroup] = Records()
    """Whom the services are for."""
    populations: Records[Population] = Records()
    """Persons of a group who live in a territory."""
    needs: Records[Need] = Records()
    """What a person may need."""
    risk_factors: Records[RiskFactor] = Records()
    """What is noticed first."""
    demands: Records[Demand] = Records()
    """Persons with a need."""
    agencies: Records[Agency] = Records()
    """Organisations and their units."""
    sites: Records[Site] = Records()
    """Places of delivery."""
    services: Records[Service] = Records()
    """What is done for people."""
    cooperations: Records[Cooperation] = Records()
    """Ties between agencies."""
    referrals: Records[Referral] = Records()
    """Arcs between services."""
    projects: Records[Project] = Records()
    """Funded work."""
    indicators: Records[Indicator] = Records()
    """Definitions of indicators and data elements."""
    observations: Records[Observation] = Records()
    """Values of indicators."""
    surveys: Records[Survey] = Records()
    """What has been mapped."""

    _memo: dict[str, Any] = PrivateAttr(default_factory=dict)
    _lock: Any = PrivateAttr(default_factory=RLock)

    @model_validator(mode="after")
    def _check(self, info: ValidationInfo) -> Framework:
        if self.format != FORMAT:
            raise fault(
                "format-version",
                f"this is format {self.format}, and the package reads format {FORMAT}",
                "Load the document with integrated_services.load, which upgrades older formats.",
            )
        if not (info.context or {}).get("unchecked"):
            errors = [problem for problem in self.problems() if problem.severity == "error"]
            if errors:
                raise fault(errors[0].code, "; ".join(map(str, errors[:20])), "Mend each of them.")
        return self

    # identity ---------------------------------------------------------------------------------------------------

    @property
    def id(self) -> str:
        """Id of the document."""
        return self.framework

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Framework):
            return NotImplemented
        return self is other or self.__dict__ == other.__dict__

    def __hash__(self) -> int:
        return hash(self.digest)

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical document: equal for equal documents."""
        return self.remember("digest", self._digest)

    def _digest(self) -> str:
        text = json.dumps(self.plain(), ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    def remember(self, key: str, make: Callable[[], T]) -> T:
        """Compute something once for this document; a changed document starts afresh.

        Parameters
        ----------
        key
            Name of what is remembered.
        make
            Computes it.

        Returns
        -------
        T
            What ``make`` gave the first time.

        Examples
        --------
        >>> from integrated_services import samples
        >>> fw = samples.load("elektrenai")
        >>> fw.remember("number of services", lambda: len(fw.services)) == len(fw.services)
        True
        """
        memo = self._memo
        if key not in memo:
            with self._lock:
                if key not in memo:
                    memo[key] = make()
        found: T = memo[key]
        return found

    @property
    def keeps_personal(self) -> bool:
        """True where it was loaded with ``personal="keep"``, so that contact data of persons is no error in it."""
        return self._memo.get("personal") == "keep"

    def __getstate__(self) -> dict[Any, Any]:
        return {**super().__getstate__(), "__pydantic_private__": {"keep": self.keeps_personal}}

    def __setstate__(self, state: dict[Any, Any]) -> None:
        keep = (state.get("__pydantic_private__") or {}).get("keep")
        super().__setstate__(state)
        self.__pydantic_private__ = {"_memo": {"personal": "keep"} if keep else {}, "_lock": RLock()}

    def __copy__(self) -> Self:
        return self  # frozen: nothing to copy

    def __deepcopy__(self, memo: dict[int, Any] | None = None) -> Self:
        return self

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:  # noqa: ARG002
        """Copy with changes that are validated, and with nothing remembered from the original.

        Parameters
        ----------
        update
            New values by field name.
        deep
            Has no effect: the records are frozen.

        Returns
        -------
        Self
            The changed copy.
        """
        return super().model_copy(update=update)

    # canonical form ---------------------------------------------------------------------------------------------

    def plain(self) -> dict[str, Any]:
        """Give the canonical document: plain JSON types in a stable order, defaults left out.

        Returns
        -------
        dict[str, Any]
            ``format`` and ``framework`` first.

        Examples
        --------
        >>> from integrated_services import samples
        >>> list(samples.load("elektrenai").plain())[:3]
        ['format', 'framework', 'title']
        """
        said = {"format": self.format, **super().plain()}
        said.pop("basis", None)
        return {
            **{k: v for k, v in said.items() if k not in self.COLLECTIONS},
            "basis": self.basis,
            **{k: v for k, v in said.items() if k in self.COLLECTIONS},
        }

    # looking up -------------------------------------------------------------------------------------------------

    def records(self) -> Iterator[tuple[str, Record]]:
        """Give every record with the name of its collection, in the order of the document.

        Yields
        ------
        tuple[str, Record]
            Collection and record.

        Examples
        --------
        >>> from integrated_services import samples
        >>> collection, record = next(samples.load("elektrenai").records())
        >>> collection, record.NOUN
        ('sources', 'source')
        """
        for name in self.COLLECTIONS:
            for record in getattr(self, name):
                yield name, record

    def find(self, key: str) -> Record:
        """Find a record by its key in whatever collection it is.

        Parameters
        ----------
        key
            Id or derived key.

        Returns
        -------
        Record
            The first record with that key.

        Raises
        ------
        UnknownIdError
            Where there is none; names the nearest ids.

        Examples
        --------
        >>> from integrated_services import samples
        >>> samples.load("elektrenai").find("vievis").part_of
        'elektrenai'
        """
        for name in self.COLLECTIONS:
            found: Record | None = getattr(self, name).get(key)
            if found is not None:
                return found
        known = tuple(dict.fromkeys(record.key for _, record in self.records()))
        raise UnknownIdError("record", key, nearest(key, known))

    def name(self, key: str, language: str | None = None) -> str:
        """Give the name of a record for readers, or its key where it has no name.

        Parameters
        ----------
        key
            Id or derived key.
        language
            Language code; None for the first language of the name.

        Returns
        -------
        str
            The name.

        Examples
        --------
        >>> from integrated_services import samples
        >>> samples.load("elektrenai").name("elektrenai", "lt")
        'Elektrėnų savivaldybė'
        """
        record = self.find(key)
        label = getattr(record, "name", None) or getattr(record, "title", None)
        return label.text(language) if isinstance(label, Label) else key

    # checking and changing --------------------------------------------------------------------------------------

    def problems(self) -> tuple[Problem, ...]:
        """List what is wrong, doubtful or missing across the records.

        Returns
        -------
        tuple[Problem, ...]
            A loaded document has warnings and incomplete places at most, never errors.  What was read with
            ``personal="drop"`` has a warning for each text that something was taken out of; with ``"keep"``, for each
            text that holds contact data of persons.

        Examples
        --------
        >>> from integrated_services import samples
        >>> {problem.severity for problem in samples.load("elektrenai").problems()} <= {"warning", "incomplete"}
        True
        """
        from integrated_services.model._checks import cross_record_problems

        return self.remember("problems", lambda: cross_record_problems(self))

    def assumptions(self) -> tuple[AssumptionGroup, ...]:
        """List the assumed and estimated figures, grouped by the assumption that they rest on.

        Returns
        -------
        tuple[AssumptionGroup, ...]
            One group a source.

        Examples
        --------
        >>> from integrated_services import samples
        >>> all(group.figures for group in samples.load("elektrenai").assumptions())
        True
        """
        from integrated_services.model._figures import assumption_groups

        return self.remember("assumptions", lambda: assumption_groups(self))

    def evolve(
        self,
        changes: Mapping[str, Any] | None = None,
        *,
        add: Mapping[str, Iterable[Any]] | None = None,
        remove: Iterable[str] = (),
    ) -> Framework:
        """Give a changed framework, checked again; this one stays as it is.

        Parameters
        ----------
        changes
            New values by path: ``{"services[mobile].deliveries[vievis].capacity": 60}``; None clears a field.
        add
            Records to add by the path of their list: ``{"services": [{...}], "services[mobile].deliveries": [...]}``.
        remove
            Paths of records to take out: ``["services[mobile]"]``.

        Returns
        -------
        Framework
            The changed framework.

        Raises
        ------
        DocumentError
            With every problem of the changed document.
        UnknownIdError
            Where a path names a record or field that is not there.

        Examples
        --------
        >>> from integrated_services import samples
        >>> fw = samples.load("elektrenai")
        >>> new = fw.evolve({"title.en": "A new title"})
        >>> str(new.title), str(fw.title) == str(new.title)
        ('A new title', False)
        """
        from integrated_services.model._evolve import evolved

        return evolved(self, changes or {}, add or {}, tuple(remove))

    def at(self, day: date) -> Framework:
        """Give the framework as it is on a day: what is not valid is left out, merged territories are joined.

        Parameters
        ----------
        day
            The day; it becomes the reference date.

        Returns
        -------
        Framework
            The framework of that day.

        Examples
        --------
        >>> from datetime import date
        >>> from integrated_services import samples
        >>> samples.load("elektrenai").at(date(2023, 1, 1)).reference_date
        datetime.date(2023, 1, 1)
        """
        from integrated_services.model._at import at

        return at(self, day)

    def __repr__(self) -> str:
        counts = ", ".join(
            f"{len(getattr(self, n))} {n.replace('_', ' ')}" for n in self.COLLECTIONS if getattr(self, n)
        )
        return f"<Framework {mask(self.framework)!r}: {counts or 'empty'}>"

    __str__ = __repr__

    def _repr_html_(self) -> str:
        from integrated_services.model._repr import framework_html

        return framework_html(self)


def collection_models() -> dict[str, type[Record]]:
    """Give the model class of each collection.

    Returns
    -------
    dict[str, type[Record]]
        By name of the collection, in the order of the document.
    """
    from integrated_services.model._fields import fields_of

    found = {spec.name: spec.model for spec in fields_of(Framework) if spec.name in Framework.COLLECTIONS}
    return {name: model for name, model in found.items() if model is not None and issubclass(model, Record)}
