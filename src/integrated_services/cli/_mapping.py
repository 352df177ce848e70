"""Foreign spreadsheets on the command line: a mapping is proposed, and applied again and again."""

from __future__ import annotations

import json
import shlex
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from integrated_services.cli._common import Target, guarded, tell
from integrated_services.errors import FormatError, mask
from integrated_services.model import dump

if TYPE_CHECKING:
    from integrated_services.io import Mapping, Personal, Reading

_SHOWN = 10


@click.command("map")
@click.argument("source", type=click.Path(exists=True, dir_okay=False))
@click.option("-o", "--output", type=Target(), help="Write the mapping to this file (.yaml).")
@click.option("--encoding", help="Encoding of a text file, such as cp1257; else it is found out.")
@click.option("--separator", help="What separates the cells of a text file; else it is found out.")
@click.option("--force", is_flag=True, help="Overwrite an existing file.")
@guarded
def propose(source: str, output: str | None, encoding: str | None, separator: str | None, force: bool) -> None:
    r"""Propose what the sheets, columns and values of a foreign spreadsheet mean, for a person to confirm.

    \b
    Examples:
      integrated-services map old.xlsx -o mapping.yaml
      integrated-services convert old.xlsx new.yaml --mapping mapping.yaml --reference-date 2022-06-01
    """
    from integrated_services import io

    if output is not None and output != "-" and Path(output).exists() and not force:
        raise click.UsageError(f"{output!r} exists already, perhaps with what a person has confirmed; add --force.")
    mapping = io.propose_mapping(source, encoding=encoding, separator=separator)
    if not mapping.tables:
        raise FormatError("No table was found: there must be a row of headings and a filled row below it.", file=source)
    text = io.dumps_mapping(mapping)
    if output in (None, "-"):
        click.echo(text, nl=False)
    else:
        Path(str(output)).write_text(text, encoding="utf-8", newline="\n")
    for line in summary(mapping, source, output):
        tell(line)


def summary(mapping: Mapping, source: str, output: str | None) -> list[str]:
    """Say what was understood, what needs a look, and what to do next.

    Parameters
    ----------
    mapping
        Proposal.
    source
        File that it is about.
    output
        File that it was written to.

    Returns
    -------
    list[str]
        Lines.
    """
    lines = [f"{mask(mapping.file)}: {_number(len(mapping.tables), 'table')} understood like this:"]
    for table in mapping.tables:
        named = ", ".join(map(repr, table.sheets[:3])) + (" ..." if len(table.sheets) > 3 else "")
        known = [column for column in table.columns if column.field is not None and mapping.applies(column)]
        rest = len(table.columns) - len(known)
        said = f"each row is {with_article(table.noun)} ({table.score:.2f})"
        missing = f", {rest} not" if rest else ""
        lines.append(f"  {mask(named)}: {said}; {_number(len(known), 'column')} known{missing}")
    unsure = [entry for entry in mapping.unsure() if entry[0] < mapping.threshold]
    if unsure:
        lines.append(
            f"{_number(len(unsure), 'entry', 'entries')} below {mapping.threshold:g}, not applied as they are:"
        )
        lines += [f"  {score:.2f}  {mask(where)}: {mask(what)}" for score, where, what in unsure[:_SHOWN]]
        lines += [f"  and {len(unsure) - _SHOWN} more"] if len(unsure) > _SHOWN else []
    lines += [f"Holds for every row: {path} = {mask(value)}" for path, value in mapping.constants]
    if not _says_where(mapping):
        lines.append("Nothing says where the services are; write it in the mapping: constants: {territory.name: ...}.")
    day = "" if mapping.reference_date else " --reference-date 2022-06-01"
    if mapping.reference_date:
        lines.append(f"Reference date found in the file: {mapping.reference_date}.")
    else:
        lines.append(
            "The file does not state the day that it speaks of; give it in the mapping or on the command line."
        )
    name = output if output not in (None, "-") else "mapping.yaml"
    step = "Next: look at the mapping" + ("" if output else ", after writing it with -o")
    lines.append(f"{step}; then")
    target = f"{Path(source).stem}-read.yaml"
    words = (shlex.quote(word) for word in ("convert", source, target, "--mapping", str(name)))
    lines.append(f"  integrated-services {' '.join(words)}{day}")
    return lines


def with_article(noun: str) -> str:
    """Name a noun as people say it.

    Parameters
    ----------
    noun
        Such as ``target_group``.

    Returns
    -------
    str
        ``a target group``, ``an agency``.
    """
    said = noun.replace("_", " ")
    return said if noun == "ignore" else f"{'an' if said[0] in 'aeiou' else 'a'} {said}"


def _says_where(mapping: Mapping) -> bool:
    """Whether the services (if the file has any) have an area, or a place with an address."""
    if not any(table.noun == "service" for table in mapping.tables):
        return True
    tables = [table for table in mapping.tables if table.noun in ("service", "site", "agency")]
    columns = [column for table in tables for column in table.columns if mapping.applies(column)]
    return bool(mapping.constants) or any(column.field == "territory.name" for column in columns)


def _number(count: int, one: str, many: str | None = None) -> str:
    return f"{count} {one if count == 1 else many or one + 's'}"


def convert_mapped(
    source: str,
    target: str,
    mapping: str,
    *,
    personal: Personal,
    strict: bool,
    day: date | None,
    report: str | None,
) -> None:
    """Read a foreign spreadsheet through a mapping and write the document.

    Parameters
    ----------
    source
        Spreadsheet.
    target
        Document to write.
    mapping
        File of the mapping.
    personal
        What happens to contact data of persons.
    strict
        Refuse a file with defects.
    day
        The day that the data speak of.
    report
        File for the list of all defects, as JSON.
    """
    from integrated_services import io

    reading: Reading = io.read_mapped(
        source, mapping, personal=personal, strict=strict, reference_date=None if day is None else day.isoformat()
    )
    dump(reading.framework, target)
    tell(reading.summary())
    if report is not None:
        text = json.dumps(reading.as_dict(), ensure_ascii=False, indent=2) + "\n"
        Path(report).write_text(text, encoding="utf-8", newline="")
        tell(f"Written: {report}")
    tell(f"Written: {target}")
    tell(f"Next: integrated-services check {shlex.quote(target)}")
