"""The kinds of defects that readers of foreign data find: what each means and how it is mended."""

from __future__ import annotations

from typing import Final

import attrs

from integrated_services.errors import Severity


@attrs.frozen
class DefectCode:
    """One kind of defect.

    Attributes
    ----------
    meaning
        What it means, as a sentence.
    mend
        How to put it right, as a sentence.
    severity
        ``error`` where something is left out or changed, ``warning`` where it is only doubtful.
    """

    meaning: str
    mend: str
    severity: Severity = "error"


DEFECT_CODES: Final[dict[str, DefectCode]] = {
    "invalid-record": DefectCode(
        "A record breaks a rule of the model and is left out.", "Correct the values that the message names."
    ),
    "orphan-row": DefectCode(
        "A row belongs to a record that is not there.", "Add the missing record, or correct the reference."
    ),
    "unmapped-column": DefectCode(
        "Nothing says what a column means, so it is not read.",
        "Say in the mapping what it means, or mark it as ignored.",
        "warning",
    ),
    "unreadable-cell": DefectCode(
        "A cell holds something else than its column asks for; the value is left out.",
        "Write the value as the other cells of the column have it.",
    ),
    "personal-data-dropped": DefectCode(
        "A value held contact data of a person and was dropped.",
        "Give a contact of the organisation (a reception, a common mailbox).",
        "warning",
    ),
}
"""Each kind of defect by its code."""
