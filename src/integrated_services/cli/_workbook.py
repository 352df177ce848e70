"""The mapping workbook on the command line: the template, reading it, checking it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from integrated_services.cli._common import Target, guarded, read, tell
from integrated_services.errors import DocumentError, Problem

if TYPE_CHECKING:
    from integrated_services.model import Framework

_SHOWN = 20


@click.command()
@click.argument("file", type=Target())
@click.option(
    "--language",
    type=click.Choice(["en", "et", "lt"]),
    default="en",
    show_default=True,
    help="Language of headings, explanations and lists.",
)
@click.option("--from", "source", help="Fill it from this document or sample, so that all begin with the same lists.")
@click.option("--lists-only", is_flag=True, help="Fill only territories, target groups, needs, agencies and sources.")
@click.option("--force", is_flag=True, help="Overwrite an existing file.")
@guarded
def template(file: str, language: str, source: str | None, lists_only: bool, force: bool) -> None:
    r"""Write the mapping workbook, in which a municipality says who offers what, where, and for how many.

    \b
    Examples:
      integrated-services template mapping.xlsx --language et
      integrated-services template vinni.xlsx --language et --from laane-viru --lists-only
      integrated-services check mapping.xlsx --annotate checked.xlsx
    """
    from integrated_services import io

    if Path(file).suffix.lower() != ".xlsx":
        raise click.UsageError(f"The name of a workbook ends in .xlsx, not as {file!r} does.")
    if Path(file).exists() and not force:
        raise click.UsageError(f"{file!r} exists already; choose another name, or add --force.")
    if lists_only and source is None:
        raise click.UsageError("--lists-only says what to take with --from; name a document or sample there.")
    framework = None if source is None else read(source)
    losses = io.write_template(file, language=language, framework=framework, lists_only=lists_only)
    tell(f"Written: {file}")
    if framework is not None:
        tell(losses.summary())


def is_workbook(file: str) -> bool:
    """Tell whether a file is a mapping workbook.

    Parameters
    ----------
    file
        File or folder.

    Returns
    -------
    bool
        False for tables and for anything else.
    """
    from integrated_services import io

    return io.kind_of(file) == "workbook"


def read_workbook(source: str, *, draft: bool) -> Framework:
    """Read a mapping workbook for an analysis.

    Parameters
    ----------
    source
        File.
    draft
        Take the sound part, and say what was left out.

    Returns
    -------
    Framework
        The framework.
    """
    from integrated_services import io

    reading = io.read_workbook(source, draft=draft)
    if draft:
        _tell_left_out(reading.details.get("left_out", ()), source)
    return reading.framework


def _tell_left_out(left_out: object, source: str) -> None:
    pairs = list(left_out) if isinstance(left_out, list | tuple) else []
    if not pairs:
        tell("Nothing was left out.")
        return
    tell(f"{len(pairs)} record{'s were' if len(pairs) > 1 else ' was'} left out because of errors:")
    for path, reason in pairs[:_SHOWN]:
        tell(f"  {path}: {reason}")
    if len(pairs) > _SHOWN:
        tell(f"  and {len(pairs) - _SHOWN} more; see: integrated-services check {source}")


def check_workbook(file: str, annotated: str | None, *, draft: bool) -> tuple[Problem, ...]:
    """Check a mapping workbook, and write the copy with the marks where one was asked for.

    Parameters
    ----------
    file
        The workbook.
    annotated
        The copy to write, or None.
    draft
        Say what the sound part holds.

    Returns
    -------
    tuple of Problem
        All problems, in the order of the workbook.
    """
    from integrated_services import io
    from integrated_services.io._workbook import check_workbook

    checked = check_workbook(file)
    if annotated is not None:
        spoken = check_workbook(file, language=None)
        marked = io.annotate(file, spoken.problems, annotated, language=spoken.language)
        tell(f"Written: {annotated} ({marked} cell{'s' * (marked != 1)} marked)")
    if draft:
        try:
            reading = io.read_workbook(file, draft=True)
        except DocumentError:
            tell("There is no sound part: the title or the reference date cannot be read.")
        else:
            tell(reading.summary().splitlines()[0])
            _tell_left_out(reading.details.get("left_out", ()), file)
    return checked.problems
