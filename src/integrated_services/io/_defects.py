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
    "missing-column": DefectCode(
        "A column that the mapping names is not in the table.",
        "Look whether its heading has changed, and correct the mapping.",
        "warning",
    ),
    "conflicting-rows": DefectCode(
        "Two rows say different things of one record; the first is kept.", "Correct the wrong row."
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
    "personal-data": DefectCode(
        "A value holds contact data of a person, and the reading was asked to refuse it.",
        "Take it out, or give a contact of the organisation (a reception, a common mailbox).",
    ),
    "personal-data-kept": DefectCode(
        "A value holds contact data of a person and is kept, as the reading was asked to.",
        "Take it out before the document is passed on.",
        "warning",
    ),
    "maybe-personal": DefectCode(
        "A field for contacts may hold the name of a person; it stays.",
        "Look at it; take the name out if it is one.",
        "warning",
    ),
    "personal-data-dropped": DefectCode(
        "A value held contact data of a person and was dropped.",
        "Give a contact of the organisation (a reception, a common mailbox).",
        "warning",
    ),
    "not-in-model": DefectCode(
        "The model has no field for what a column or a table says; its values are left out.",
        "Keep the original file; nothing is to be mended in it.",
        "warning",
    ),
    "value-approximated": DefectCode(
        "A value is read as the nearest one that the model has.",
        "Look at it, and correct the record where the difference matters.",
        "warning",
    ),
    "value-outside-range": DefectCode(
        "A number cannot be true (a place not on the earth, an age of 200 years); it is left out.",
        "Correct the number.",
    ),
    "ages-reversed": DefectCode(
        "The least age is above the greatest; both are left out.", "Exchange the two, or correct the wrong one."
    ),
    "unreadable-text": DefectCode(
        "A text is too long or holds characters that cannot be seen; it is cut or cleaned.",
        "Write the text anew.",
        "warning",
    ),
    # --- files and tables of HSDS
    "unread-table": DefectCode(
        "A table, list or file is nothing that the format knows.",
        "Name it as the format does, or leave it out.",
        "warning",
    ),
    "broken-file": DefectCode("One of several files cannot be read.", "Save the file again, or leave it out."),
    "missing-file": DefectCode(
        "A file that the data package names is not there.", "Add the file, or take it out of the data package."
    ),
    "linked-file": DefectCode(
        "A link to another file is not followed, because it may lead anywhere.",
        "Put the file itself into the folder.",
    ),
    "unlisted-file": DefectCode(
        "A file is there that the data package does not name; it is read.",
        "Name it in the data package, or remove it.",
        "warning",
    ),
    "remote-file": DefectCode(
        "A data package names an address in the network; nothing is fetched from there.",
        "Download the file and put it into the folder.",
    ),
    "missing-pages": DefectCode(
        "A page of an interface says that there are more items than are here.",
        "Fetch all the pages and put them into one folder.",
        "warning",
    ),
    "wrong-encoding": DefectCode(
        "A file is not in UTF-8; its letters were guessed.", "Look at the letters; save the file as UTF-8.", "warning"
    ),
    "row-too-long": DefectCode(
        "A row has more cells than there are headings; the surplus is left out.",
        "Look for a separator inside a text that is not in quotation marks.",
    ),
    "row-too-short": DefectCode(
        "A row has fewer cells than there are headings.", "Fill the row up with separators.", "warning"
    ),
    "blank-row": DefectCode("A row is blank.", "Delete the row.", "warning"),
    "empty-column": DefectCode("A column never holds anything.", "Fill it, or leave it out.", "warning"),
    # --- cells
    "text-marker": DefectCode(
        "A word such as NULL or N/A stands for 'no value'; it is read as blank.", "Leave the cell blank.", "warning"
    ),
    "garbled-text": DefectCode(
        "Letters were lost by a wrong encoding; they are mended where that is certain.",
        "Correct the text; export as UTF-8.",
        "warning",
    ),
    "markup-in-text": DefectCode("A text holds left-over markup.", "Write plain text.", "warning"),
    "unreadable-date": DefectCode("A day cannot be read; it is left out.", "Write it like 2022-01-31."),
    "unreadable-time": DefectCode("A time of day cannot be read; it is left out.", "Write it like 09:30."),
    "unreadable-weekday": DefectCode("A weekday cannot be read; it is left out.", "Write MO, TU, WE, TH, FR, SA, SU."),
    "unknown-word": DefectCode(
        "A word is not in the list that its column allows; it is left out.", "Use a word of the list."
    ),
    "bad-url": DefectCode("A web address cannot be one; it is left out.", "Write it like https://example.org."),
    "bad-email": DefectCode("An e-mail address cannot be one; it is left out.", "Write it like info@example.org."),
    "number-out-of-range": DefectCode("A number cannot be right; it is left out.", "Correct the number."),
    # --- rows and their ids
    "missing-id": DefectCode("A row has no id; one is made from its content.", "Give every row an id.", "warning"),
    "duplicate-id": DefectCode(
        "Two different rows have one id; the second gets a new one, or the first value stays.",
        "Give every row an id of its own.",
    ),
    "repeated-row": DefectCode("A row is there more than once; it is read once.", "Delete the others.", "warning"),
    "repeated-taxonomy-id": DefectCode(
        "A taxonomy term is there more than once; it is read once.", "Delete the others.", "warning"
    ),
    "repeated-attribute": DefectCode(
        "The same is said of the same thing more than once; it is read once.", "Delete the others.", "warning"
    ),
    "shared-id": DefectCode(
        "One id is used for things of different kinds.", "Give things of different kinds different ids.", "warning"
    ),
    "ambiguous-reference": DefectCode(
        "A reference may mean things of several kinds; the row is left out.", "Say in link_entity what it refers to."
    ),
    "conflicting-reference": DefectCode(
        "A thing is said to belong to several others where it can belong to one; the first stays.",
        "Keep one of them.",
    ),
    "dangling-reference": DefectCode(
        "A reference leads to nothing; it is left out, the row stays.", "Add the missing row, or correct the reference."
    ),
    "mended-reference": DefectCode(
        "A reference is written in another way than the id that it means; it is followed all the same.",
        "Write ids in one way.",
        "warning",
    ),
    "cyclic-parents": DefectCode(
        "Parents lead back to where they began; one of them is left out.", "Correct the parents."
    ),
    "missing-name": DefectCode("Something has no name.", "Give it a name."),
    "missing-value": DefectCode("A row says nothing, since its main column is blank; it is left out.", "Fill it."),
    "missing-column-value": DefectCode("A column that the format asks for is blank.", "Fill it in.", "warning"),
    # --- content
    "closing-before-opening": DefectCode(
        "A place closes before it opens; both times are kept.",
        "Correct the times; a night is written as two schedules.",
        "warning",
    ),
    "period-reversed": DefectCode("A period ends before it begins; both days are left out.", "Correct the days."),
    "expired": DefectCode("What is said was valid until a day in the past.", "Bring it up to date.", "warning"),
    "more-than-maximum": DefectCode("More is available than there is at most.", "Correct the numbers.", "warning"),
    "half-point": DefectCode("One of two coordinates is missing; the other is left out.", "Give both."),
    "point-zero": DefectCode("A point is 0, 0, which stands for 'unknown'; it is left out.", "Leave both blank."),
    "point-outside-world": DefectCode("A point is nowhere on earth; it is left out.", "Correct the coordinates."),
    "point-swapped": DefectCode(
        "Latitude and longitude are swapped; they are swapped back.", "Correct the coordinates.", "warning"
    ),
    "point-far-away": DefectCode("A point is far from all the others.", "Look at it on a map.", "warning"),
    # --- mapping workbook
    "missing-cell": DefectCode("A cell that has to be filled is empty.", "Fill it in, or clear the whole row."),
    "missing-sheet": DefectCode("A sheet that is needed is not there.", "Take it over from a new template."),
    "missing-headings": DefectCode("A sheet has no row of headings.", "Put the headings of the template back."),
    "double-column": DefectCode("Two columns have the same heading.", "Keep one of the two."),
    "column-guessed": DefectCode(
        "A heading is spelt differently and read all the same.", "Write it as in the template.", "warning"
    ),
    "unknown-sheet": DefectCode(
        "A sheet is not one of the template and not read.", "Copy its rows to the sheet where they belong.", "warning"
    ),
    "stray-cell": DefectCode("A cell below no heading is not read.", "Move it below a heading.", "warning"),
    "unknown-mark": DefectCode("A row is marked as something unknown.", "Clear the mark."),
    "example-row-changed": DefectCode("The row of the example holds something else.", "Clear the mark of the row."),
    "unknown-name": DefectCode("A name is not on the sheet that it refers to.", "Write it as there, or add it there."),
    "ambiguous-name": DefectCode("A name stands for several rows.", "Give them different names, or write the id."),
    "duplicate-name": DefectCode("Two rows have the same name.", "Give one of them another name."),
    "duplicate-row": DefectCode("Two rows say the same, or contradict each other.", "Keep one of the two."),
    "conflicting-cells": DefectCode("Two rows of one service contradict each other.", "Write it once."),
    "bad-id": DefectCode("This is no id.", "Clear the cell; the id is made from the name."),
    "unknown-choice": DefectCode("A word is not one of the list.", "Choose from the list."),
    "unknown-source": DefectCode(
        "A figure names a source that is not listed, and is not marked as assumed.", "List it, or mark the figure."
    ),
    "assumption-without-reason": DefectCode("An assumed figure has no reason.", "Say why it is assumed so."),
    "figure-missing": DefectCode("A basis or source has no figure.", "Fill in the figure.", "warning"),
    "bad-number": DefectCode("A number is out of its limits.", "Correct the number."),
    "bounds-reversed": DefectCode("A number is not inside its own range.", "Write it like 42 (30-55)."),
    "whole-number": DefectCode("An age is no whole number of years.", "Write it like 7."),
    "bad-date": DefectCode("This is no date.", "Write it like 2022-01-31."),
    "demand-ambiguous": DefectCode("Persons and share are both given, or neither.", "Give one of the two."),
    "each-without-share": DefectCode("One rate for many places needs a share.", "Give the share."),
    "same-twice": DefectCode("A tie leads from one to itself.", "Name two different ones."),
    "per-person-unit": DefectCode("Sessions or hours a person need such a capacity.", "Choose sessions or hours."),
    "unreadable-posts": DefectCode("This is no role with full-time posts.", "Write it like: psychologist 0.5."),
    "code-lists": DefectCode("Codes and code lists are not equally many.", "Name for each code its list."),
    "point-half": DefectCode("One of two coordinates is missing.", "Give both, or neither."),
    "formula-error": DefectCode("A formula has an error or no result.", "Write the value itself."),
}
"""Each kind of defect by its code."""
