"""The command `merge`: one framework from the files of several municipalities."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from integrated_services.cli._common import Target, guarded, read, tell, write
from integrated_services.errors import FormatError
from integrated_services.model import Framework, Merged, Origin, Records, dump, merge
from integrated_services.model._load import _parse

if TYPE_CHECKING:
    from integrated_services.model._places import Parsed

_DOCUMENTS = {".yaml": "yaml", ".yml": "yaml", ".json": "json"}
_SHOWN = 40


@click.command("merge")
@click.argument("sources", nargs=-1, required=True)
@click.option("-o", "--output", type=Target(), help="Write the merged document to this file (.yaml or .json).")
@click.option("--match", "match_file", type=click.Path(exists=True, dir_okay=False), help="List of confirmed matches.")
@click.option("--suggest", type=Target(), help="Write likely duplicates to this file, for a person to confirm.")
@click.option(
    "--on-conflict",
    type=click.Choice(["report", "first", "error"]),
    default="report",
    show_default=True,
    help="Keep one value by a rule that does not depend on the order; keep that of the first file; or refuse.",
)
@click.option("--id", "framework", help="Id of the merged document.")
@click.option("--title", help="Title of the merged document.")
@click.option("--draft", is_flag=True, help="Take the sound part of files that have errors.")
@click.option(
    "--mapping",
    "mappings",
    multiple=True,
    metavar="FILE=MAPPING",
    help="How to read a spreadsheet with other headings (made by `map`); once a file.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json", "csv"]),
    default="table",
    show_default=True,
    help="What was joined, renamed and in conflict: for readers, or for programs.",
)
@guarded
def merge_command(
    sources: Sequence[str],
    output: str | None,
    match_file: str | None,
    suggest: str | None,
    on_conflict: Any,
    framework: str | None,
    title: str | None,
    draft: bool,
    mappings: Sequence[str],
    form: str,
) -> None:
    r"""Merge several files into one framework; the same thing in several of them becomes one record.

    Things are the same where they bear the same official code, where a confirmed list says so, or where id and name
    agree and nothing contradicts it. What is only alike is never joined: --suggest lists it, and --match takes the list
    back once a person has written `confirmed: true` where it is right. The exit status is 1 where there are conflicts
    and --on-conflict is error.

    \b
    Examples:
      integrated-services merge rakvere.xlsx vinni.yaml -o county.yaml --id county --title County
      integrated-services merge rakvere.xlsx vinni.yaml --suggest matches.yaml
      integrated-services merge rakvere.xlsx vinni.yaml --match matches.yaml -o county.yaml
    """
    for target in (output, suggest):
        if target is not None and Path(target).resolve() in {Path(source).resolve() for source in sources}:
            raise click.UsageError(f"{target!r} is one of the files to merge; write to another name.")
    by_file = _mappings(mappings, sources)
    frameworks = [_stamped(_read(source, by_file.get(source), draft=draft), source, draft=draft) for source in sources]
    confirmed = [] if match_file is None else _matches(match_file)
    if suggest is not None:
        _suggest(frameworks, confirmed, suggest)
    found = merge(*frameworks, match=confirmed, on_conflict=on_conflict, framework=framework, title=title)
    write(_text(found, form), None)
    if output is not None:
        dump(found.framework, output)
        tell(f"Written: {output}")


def _mappings(given: Sequence[str], sources: Sequence[str]) -> dict[str, str]:
    found = {}
    for one in given:
        source, mark, mapping = one.partition("=")
        if not mark or source not in sources or not Path(mapping).exists():
            raise click.UsageError(f"--mapping {one!r}: write FILE=MAPPING with one of the files and its mapping.")
        found[source] = mapping
    return found


def _read(source: str, mapping: str | None, *, draft: bool) -> Framework:
    if mapping is None and not (Path(source).exists() and Path(source).suffix.lower() not in _DOCUMENTS):
        return read(source, draft=draft)
    from integrated_services import io

    reading = io.read(source, mapping=mapping, draft=draft)
    if reading.defects:
        tell(reading.summary())
    return reading.framework


# where records come from -------------------------------------------------------------------------------------------


def _stamped(framework: Framework, source: str, *, draft: bool) -> Framework:
    """Write the file (and the line) on the records that do not say where they were read from."""
    file = Path(source).name
    parsed = None if draft else _lines(source)
    changed: dict[str, Any] = {}
    for name in framework.COLLECTIONS:
        records = getattr(framework, name)
        if records and not all(record.origins for record in records):
            changed[name] = Records(
                record
                if record.origins
                else record.model_copy(
                    update={"origins": (Origin(file=file, row=parsed.line((name, n)) if parsed else None),)}
                )
                for n, record in enumerate(records)
            )
    return framework.model_copy(update=changed) if changed else framework


def _lines(source: str) -> Parsed | None:
    syntax = _DOCUMENTS.get(Path(source).suffix.lower())
    if syntax is None or not Path(source).exists():
        return None
    return _parse(Path(source).read_bytes(), syntax)  # type: ignore[arg-type]


# lists of matches --------------------------------------------------------------------------------------------------


def _matches(file: str) -> list[Any]:
    syntax = _DOCUMENTS.get(Path(file).suffix.lower())
    if syntax is None:
        raise FormatError("The name of a list of matches ends in .yaml or .json.", file=file)
    try:
        raw = _parse(Path(file).read_bytes(), syntax).raw  # type: ignore[arg-type]
    except RecursionError:
        raise FormatError("The list of matches is nested too deeply.", file=file) from None
    listed = raw.get("matches") if isinstance(raw, dict) else raw
    if not isinstance(listed, list):
        raise FormatError("A list of matches was expected: matches: [{collection: agencies, same: [...]}].", file=file)
    return listed


_HOW = """\
# Likely duplicates. Nothing here is joined as long as it says `confirmed: false`. Write `confirmed: true` where the
# entries are one and the same thing; where they are two, also write `different:` in place of `same:`. Then:
#   integrated-services merge FILES --match {file} -o merged.yaml
"""


def _suggest(frameworks: Sequence[Framework], confirmed: Sequence[Any], file: str) -> None:
    from integrated_services import io
    from integrated_services.model import _yaml

    found = io.likely_duplicates(frameworks, match=confirmed)
    settled = [one for one in confirmed if not isinstance(one, Mapping) or one.get("confirmed", True) is True]
    listed = {"matches": [*settled, *(one.as_match() for one in found)]}
    if Path(file).suffix.lower() == ".json":
        text = json.dumps(listed, ensure_ascii=False, indent=2) + "\n"
    else:
        text = _HOW.format(file=Path(file).name) + _yaml.dump(listed)
    Path(file).write_text(text, encoding="utf-8", newline="\n")
    tell(f"Written: {file} ({len(found)} likely duplicate{'s' * (len(found) != 1)} to confirm)")


# what readers see --------------------------------------------------------------------------------------------------


def _text(found: Merged, form: str) -> str:
    if form == "json":
        return json.dumps(found.as_dict(), ensure_ascii=False, indent=2) + "\n"
    if form == "csv":
        return _csv(found)
    lines = [found.summary()]
    for title, listed in (
        ("Conflicts", found.conflicts),
        ("Joined", [one for one in found.joined if one.why != ("what it is about",)]),
        ("Renamed", found.renamed),
        ("Notes", found.notes),
    ):
        if listed:
            lines += ["", f"{title}:", *(f"  {one}" for one in listed[:_SHOWN])]
            if len(listed) > _SHOWN:
                lines.append(f"  and {len(listed) - _SHOWN} more (--format json lists all)")
    return "\n".join(lines) + "\n"


def _csv(found: Merged) -> str:
    """List the conflicts, one line a value, with file, sheet and row."""
    from integrated_services._results._cells import csv_cell, csv_line

    rows: list[list[Any]] = [["path", "kept", "value", "documents", "places"]]
    for conflict in found.conflicts:
        for stated in (conflict.kept, *conflict.others):
            kept = "yes" if stated is conflict.kept else "no"
            rows.append([conflict.path, kept, stated.shown(), ", ".join(stated.documents), stated.place()])
    return "".join(csv_line(csv_cell(cell) for cell in row) for row in rows)
