"""Older document formats: each function turns the plain document of one format into that of the next."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from integrated_services.errors import DocumentError, Problem
from integrated_services.model._framework import FORMAT


def _from_0(document: dict[str, Any]) -> dict[str, Any]:
    """Format 0 (drafts before the first release) said ``id`` for ``framework`` and ``areas`` for ``territories``."""
    renamed = {"id": "framework", "areas": "territories", "date": "reference_date"}
    return {renamed.get(key, key): value for key, value in document.items()} | {"format": 1}


UPGRADES: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {0: _from_0}
"""By the format that a function reads; it gives the next one."""


def upgraded(document: dict[str, Any]) -> dict[str, Any]:
    """Bring a plain document to the present format.

    Parameters
    ----------
    document
        As read; ``format`` says its version, and a document without one is of the present format.

    Returns
    -------
    dict[str, Any]
        The document in the present format.

    Raises
    ------
    DocumentError
        Where the format is newer than this package, or no number.
    """
    version = document.get("format", FORMAT)
    if not isinstance(version, int) or isinstance(version, bool) or version > FORMAT or version < min(UPGRADES):
        raise DocumentError(
            (
                Problem(
                    "format-version",
                    "error",
                    "format",
                    f"this package reads the formats {min(UPGRADES)} to {FORMAT}",
                    "Write `format: 1`, or install a newer version of the package.",
                    value=str(version),
                ),
            ),
        )
    while version < FORMAT:
        document = UPGRADES[version](document)
        version += 1
    return document
