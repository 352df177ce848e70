"""Figures of a foreign row that its note calls an assumption or an estimate."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from integrated_services.io._mapping_match import fold

_WORDS: Final = {
    "assumed": "assumed assumption oletus oletuslik oletatud eeldus eelduslik prielaida numanoma spejimas",
    "estimated": "estimate estimated estimation hinnang hinnanguline hinnatud ivertis ivertinta apskaiciuota",
}
_BASIS: Final = {word: basis for basis, words in _WORDS.items() for word in words.split()}


def basis_of(notes: Iterable[str]) -> tuple[str, str] | None:
    """Find the note that says nothing but that the figures of its row are assumed or estimated.

    A longer note may call something else an assumption, so that only a note of this one word counts.

    Parameters
    ----------
    notes
        Notes of a row.

    Returns
    -------
    tuple[str, str] | None
        Basis, and the word as the file has it.

    Examples
    --------
    >>> from integrated_services.io._mapping_basis import basis_of
    >>> basis_of(["Oletus"]), basis_of(["Estimated."]), basis_of(["the rent is an assumption"])
    (('assumed', 'Oletus'), ('estimated', 'Estimated.'), None)
    """
    for note in notes:
        basis = _BASIS.get(fold(note))
        if basis is not None:
            return basis, note
    return None


def with_basis(figure: Any, basis: str, source: str | None) -> Any:
    """Write the basis on a figure that states none.

    Parameters
    ----------
    figure
        Number, or the fields of a figure or of an amount of money.
    basis
        Such as ``assumed``.
    source
        Id of the assumption.

    Returns
    -------
    Any
        The fields of the figure.

    Examples
    --------
    >>> from integrated_services.io._mapping_basis import with_basis
    >>> with_basis(60, "assumed", "oletus")
    {'value': 60, 'basis': 'assumed', 'source': 'oletus'}
    """
    fields = dict(figure) if isinstance(figure, dict) else {"value": figure}
    if fields.get("basis"):
        return figure
    return fields | {"basis": basis} | ({"source": source} if source else {})
