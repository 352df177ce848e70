"""Where a result comes from: what was called on what, and which figures it rests on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, Literal

import attrs

from integrated_services._results._cells import as_text
from integrated_services.errors import mask

__all__ = ["AssumptionGroup", "Provenance", "UsedFigure", "group_assumptions", "provenance"]

_PACKAGE = "integrated-services"


@attrs.frozen
class Provenance:
    """What was called, on what, with which versions; no clock times, so that it repeats.

    Parameters
    ----------
    input_digest
        Digest of the document.
    function
        Public name of the function: ``coverage.gaps``.
    arguments
        Name and value of each argument, as text.
    seed
        Seed of the random numbers, ``None`` where none are drawn.
    versions
        Name and version of this package and of each solver that ran.
    """

    input_digest: str
    function: str
    arguments: tuple[tuple[str, str], ...] = ()
    seed: int | None = None
    versions: tuple[tuple[str, str], ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Give the provenance as a dictionary for JSON."""
        return {
            "input_digest": self.input_digest,
            "function": self.function,
            "arguments": dict(self.arguments),
            "seed": self.seed,
            "versions": dict(self.versions),
        }


@lru_cache(maxsize=64)
def _version(package: str) -> str:
    if package == _PACKAGE:  # also when run from the source tree, never installed
        from integrated_services import __version__

        return __version__
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def provenance(
    function: str,
    digest: str,
    arguments: Mapping[str, object] | None = None,
    seed: int | None = None,
    packages: Iterable[str] = (),
) -> Provenance:
    """Describe a call.

    Parameters
    ----------
    function
        Public name of the function: ``coverage.gaps``.
    digest
        Digest of the document that it was called on.
    arguments
        The arguments by name, in the order of the signature.
    seed
        Seed of the random numbers.
    packages
        Names under which the packages that did the computing are installed (``scipy``).

    Returns
    -------
    Provenance
        With the versions looked up; the same call on the same machine gives an equal one.
    """
    names = [_PACKAGE, *sorted(set(packages) - {_PACKAGE})]
    return Provenance(
        input_digest=digest,
        function=function,
        arguments=tuple((name, mask(as_text(v))) for name, v in (arguments or {}).items()),
        seed=seed,
        versions=tuple((name, _version(name)) for name in names),
    )


@attrs.frozen
class UsedFigure:
    """A figure of the document that a result rests on.

    Parameters
    ----------
    path
        Where it stands: ``services[mobile].deliveries[vievis].capacity``.
    value, unit
        The number that was used, and its unit.
    basis
        Whether it is stated, derived, assumed or estimated.
    low, high
        Its range, where one is given.
    source, source_title
        Id and title of its source.
    note
        Why this value.
    """

    path: str
    value: float
    unit: str | None = None
    basis: Literal["stated", "derived", "assumed", "estimated"] = "stated"
    low: float | None = None
    high: float | None = None
    source: str | None = None
    source_title: str | None = None
    note: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """Give the figure as a dictionary for JSON."""
        return attrs.asdict(self)


@attrs.frozen
class AssumptionGroup:
    """The assumed and estimated figures that share one source, and so vary together.

    Parameters
    ----------
    source, title
        Id and title of the source; ``None`` where the figures name none.
    note
        The reason that is given.
    figures
        The figures, by path.
    """

    source: str | None
    title: str | None
    note: str | None
    figures: tuple[UsedFigure, ...]

    def as_dict(self) -> dict[str, Any]:
        """Give the group as a dictionary for JSON."""
        return {
            "source": self.source,
            "title": self.title,
            "note": self.note,
            "figures": [figure.as_dict() for figure in self.figures],
        }


def group_assumptions(figures: Iterable[UsedFigure]) -> tuple[AssumptionGroup, ...]:
    """Group the assumed and estimated figures by the source that they rest on.

    Parameters
    ----------
    figures
        Any figures; each path counts once.

    Returns
    -------
    tuple of AssumptionGroup
        By source id; the figures without a source come last.
    """
    groups: dict[str | None, dict[str, UsedFigure]] = {}
    for figure in figures:
        if figure.basis in ("assumed", "estimated"):
            groups.setdefault(figure.source, {}).setdefault(figure.path, figure)
    made = []
    for source in sorted(groups, key=lambda source: (source is None, source or "")):
        members = tuple(sorted(groups[source].values(), key=lambda figure: figure.path))
        title = next((f.source_title for f in members if f.source_title), None)
        note = next((f.note for f in members if f.note), None)
        made.append(AssumptionGroup(source, title, note, members))
    return tuple(made)
