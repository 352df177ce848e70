"""Other people's formats on the command line: convert anything that is read into anything that is written."""

from __future__ import annotations

import json
import shlex
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from integrated_services.cli._common import Day, Target, guarded, tell

if TYPE_CHECKING:
    from integrated_services.io import Form, Personal

_DOCUMENTS = (".json", ".yaml", ".yml")


class _Place(Target):
    """A file or a folder to write."""

    def __init__(self) -> None:
        super().__init__()
        self.dir_okay = True


@click.command()
@click.argument("source", type=click.Path(exists=True))
@click.argument("target", type=_Place())
@click.option("--mapping", type=click.Path(exists=True, dir_okay=False), help="Read a foreign spreadsheet through it.")
@click.option("--reference-date", "day", type=Day(), help="The day that the data speak of, where they do not say so.")
@click.option(
    "--personal",
    type=click.Choice(["refuse", "drop", "keep"]),
    help="Contact data of persons: refused in our own formats, dropped and counted in others.",
)
@click.option("--strict", is_flag=True, help="Refuse data of others that have defects.")
@click.option("--draft", is_flag=True, help="Take the sound part of a document or workbook.")
@click.option("--defects", type=Target(), help="Write every kind of defect to this file (.json).")
@click.option(
    "--to",
    "form",
    type=click.Choice(["hsds-3.1", "hsds-3.0", "oruk-3.0", "parquet"]),
    help="HSDS into a file (.json), or Parquet in place of CSV into a folder.",
)
@click.option("--force", is_flag=True, help="Write into a folder that holds other files.")
@guarded
def convert(
    source: str,
    target: str,
    mapping: str | None,
    day: date | None,
    personal: Personal | None,
    strict: bool,
    draft: bool,
    defects: str | None,
    form: Form | None,
    force: bool,
) -> None:
    r"""Convert between documents, tables, workbooks, HSDS and (through a mapping) foreign spreadsheets.

    What SOURCE is, is seen from its content. TARGET says by its name what is written: a document (.yaml, .json), a
    workbook of tables (.xlsx), or a folder of CSV tables.

    \b
    Examples:
      integrated-services convert mine.yaml mine.json
      integrated-services convert mine.yaml tables
      integrated-services convert mapping.xlsx mine.yaml
      integrated-services convert old.xlsx mine.yaml --mapping mapping.yaml --reference-date 2022-06-01
      integrated-services convert helpline.zip helpline.yaml --defects defects.json
      integrated-services convert mine.yaml services.json --to hsds-3.1
    """
    from integrated_services import io

    reading = io.read(
        source,
        mapping=mapping,
        personal=personal,
        strict=strict,
        draft=draft,
        reference_date=None if day is None else day.isoformat(),
    )
    if reading.defects or mapping is not None or io.kind_of(source) == "hsds":
        tell(reading.summary())
    losses = io.write(reading.framework, target, form=form, force=force)
    if len(losses):
        tell(losses.summary())
    if defects is not None:
        text = json.dumps(reading.as_dict(), ensure_ascii=False, indent=2) + "\n"
        Path(defects).write_text(text, encoding="utf-8", newline="")
        tell(f"Written: {defects}")
    tell(f"Written: {target}")
    if Path(target).suffix.lower() in _DOCUMENTS and form is None and not _is_document(source):
        tell(f"Next: integrated-services check {shlex.quote(target)}")


def _is_document(source: str) -> bool:
    return Path(source).suffix.lower() in _DOCUMENTS
