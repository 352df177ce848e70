"""What all commands share: reading a framework, writing a result, speaking of errors."""

from __future__ import annotations

import functools
import json
import shlex
import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, ParamSpec, TypeVar

import click

from integrated_services.errors import DocumentError, IntegratedServicesError, Problem, UnknownIdError, mask
from integrated_services.model import Framework, PartialDate, load, load_draft

if TYPE_CHECKING:
    from integrated_services._results import Result

P = ParamSpec("P")
R = TypeVar("R")
Format = Literal["table", "json", "csv"]


class Day(click.ParamType):  # type: ignore[type-arg, unused-ignore]  # generic from click 8.5 on
    """A full date such as 2022-05-03."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Read the date, or say how to write one."""
        if isinstance(value, date):
            return value
        try:
            day = PartialDate(value)
        except ValueError:
            self.fail(f"{value!r} is not a date; write 2022-05-03.", param, ctx)
        first = day.first()
        if day.precision != "day" or first is None:
            self.fail(f"{value!r} is not a full date; write 2022-05-03.", param, ctx)
        return first


class Target(click.Path):
    """A file to write; its folder must be there, which is said before anything is reckoned."""

    def __init__(self) -> None:
        super().__init__(dir_okay=False, writable=True)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Check the folder of the file."""
        if value != "-" and not Path(str(value)).parent.is_dir():
            self.fail(f"There is no folder {str(Path(str(value)).parent)!r}.", param, ctx)
        return super().convert(value, param, ctx)


def read(source: str, *, draft: bool = False) -> Framework:
    """Read a document from a file, or a sample by its name.

    Parameters
    ----------
    source
        Path of a document, or name of a sample.
    draft
        Take the sound part of a document that has errors, and say what was left out.

    Returns
    -------
    Framework
        The framework.
    """
    from integrated_services import samples

    if not Path(source).suffix and not Path(source).exists():
        try:
            return samples.load(source)
        except UnknownIdError:
            raise click.UsageError(
                f"{source!r} is neither a file nor a sample. Samples: {', '.join(samples.names())}."
            ) from None
    if not Path(source).exists():
        raise click.UsageError(f"There is no file {source!r}.")
    if Path(source).is_dir() or Path(source).suffix.lower() not in (".json", ".yaml", ".yml"):
        return _read_other(source, draft=draft)
    if not draft:
        return load(source)
    part = load_draft(source)
    tell(part.summary())
    for path, reason in part.left_out[:20]:
        tell(f"  {path}: {reason}")
    if len(part.left_out) > 20:
        tell(f"  and {len(part.left_out) - 20} more; see: integrated-services check {source}")
    return part.framework


def _read_other(source: str, *, draft: bool) -> Framework:
    """Read tables or a mapping workbook; the data of others are converted first, so that their defects are seen."""
    from integrated_services import io

    kind = io.kind_of(source)
    if kind == "workbook":
        from integrated_services.cli import _workbook

        return _workbook.read_workbook(source, draft=draft)
    if kind == "hsds":
        raise click.UsageError(
            f"{source!r} is HSDS. Convert it first: integrated-services convert {shlex.quote(source)} mine.yaml"
        )
    return io.read(source).framework


def tell(text: str) -> None:
    """Write a remark to the error stream, so that it never mixes with results.

    Parameters
    ----------
    text
        Remark.
    """
    click.echo(mask(text), err=True)


def published(result: Result, audience: str) -> Result:
    """Make a result safe for the public, or leave it as it is for internal use.

    Parameters
    ----------
    result
        Result of an analysis.
    audience
        ``public`` or ``internal``.

    Returns
    -------
    Result
        A release, or the result itself.
    """
    if audience == "internal":
        return result
    from integrated_services import indicators

    return indicators.protect(result)


def show(
    result: Result,
    form: str,
    output: str | None,
    *,
    only: Sequence[str],
    names: Mapping[str, Mapping[str, str]] | None = None,
    notes: Sequence[str] = (),
    order: Callable[[dict[str, Any]], Any] | None = None,
) -> None:
    """Write a result as a table, JSON or CSV.

    Parameters
    ----------
    result
        Result or release.
    form
        ``table``, ``json`` or ``csv``.
    output
        File, or None for the standard output.
    only
        Columns of the table for readers, in this order (JSON and CSV have all).
    names
        By column: what readers see in place of ids.
    notes
        Sentences below the table.
    order
        Sorts the rows of the table for readers, so that what matters comes first.
    """
    if form == "json":
        write(result.to_json(indent=2) + "\n", output)
    elif form == "csv":
        write(result.to_csv(), output)
    else:
        records = sorted(result.to_records(), key=order) if order is not None else result.to_records()
        write(as_table(result, records, only, names or {}, notes), output)


def as_table(
    result: Result,
    records: Sequence[Mapping[str, Any]],
    only: Sequence[str],
    names: Mapping[str, Mapping[str, str]],
    notes: Sequence[str],
) -> str:
    """Lay a result out for readers.

    Parameters
    ----------
    result
        Result or release.
    records
        Its rows.
    only
        Columns, in this order; those in which no row says anything are left out.
    names
        By column: what readers see in place of ids.
    notes
        Sentences below the table.

    Returns
    -------
    str
        Text.
    """
    import attrs

    from integrated_services._results import format_table

    known = {column.name: column for column in result.columns}
    said = [name for name in only if name in known and any(record[name] is not None for record in records)]
    # the unit of nearly all numbers goes without saying in a heading
    columns = [attrs.evolve(known[name], unit=None) if known[name].unit == "persons" else known[name] for name in said]

    def cell(record: Mapping[str, Any], name: str) -> Any:
        value = record[name]
        return names[name].get(value, value) if name in names and isinstance(value, str) else value

    rows = [[cell(record, name) for name in said] for record in records]
    width = max(shutil.get_terminal_size((100, 24)).columns, 80)
    parts = [result.summary(), format_table(columns, rows, max_width=width) if rows else "Nothing to list."]
    parts += [note for note in notes if note != result.summary()]
    groups = result.assumptions()
    if groups:
        count = sum(len(group.figures) for group in groups)
        titles = sorted({str(group.title or group.source or "no source named") for group in groups})
        parts.append(f"Rests on {count} assumed or estimated figure{'s' * (count != 1)}: {'; '.join(titles)}.")
    return "\n\n".join(parts) + "\n"


def write(text: str, output: str | None) -> None:
    """Write a text to a file or to the standard output.

    Parameters
    ----------
    text
        Text.
    output
        File, or None (or ``-``).
    """
    if output in (None, "-"):
        click.echo(text, nl=False)
        return
    Path(str(output)).write_text(text, encoding="utf-8", newline="")
    tell(f"Written: {output}")


def problems_text(problems: Sequence[Problem], form: str) -> str:
    """Lay problems out for readers or for programs.

    Parameters
    ----------
    problems
        Problems.
    form
        ``table``, ``json`` or ``csv``.

    Returns
    -------
    str
        Text.
    """
    if form == "json":
        return json.dumps([problem.as_dict() for problem in problems], ensure_ascii=False, indent=2) + "\n"
    if form == "csv":
        from integrated_services._results._cells import csv_cell, csv_line

        names = ("severity", "code", "path", "message", "mend", "value", "file", "row")
        rows: list[list[Any]] = [[problem.as_dict().get(name) for name in names] for problem in problems]
        return "".join(csv_line(csv_cell(cell) for cell in row) for row in ([*names], *rows))
    return "".join(f"{problem}\n" for problem in problems)


def guarded(command: Callable[P, R]) -> Callable[P, R]:
    """Turn every error into a sentence and an exit status: 1 for the input, 2 for wrong usage; never a traceback.

    Parameters
    ----------
    command
        Command.

    Returns
    -------
    Callable
        The command, guarded.
    """

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except DocumentError as error:
            tell(str(error))
            tell("With --draft the command runs on the sound part of the document.")
            sys.exit(1)
        except IntegratedServicesError as error:
            tell(f"Error: {error}")
            sys.exit(1)
        except OSError as error:
            if isinstance(error, BrokenPipeError):
                raise
            tell(f"Error: {error.strerror or error}: {error.filename or ''}".rstrip(": "))
            sys.exit(1)

    return run


def source_options(command: Callable[P, R]) -> Callable[P, R]:
    """Add the argument SOURCE and the options that every analysis takes.

    Parameters
    ----------
    command
        Command.

    Returns
    -------
    Callable
        The command with its options.
    """
    for option in (
        click.option("-o", "--output", type=Target(), help="Write to this file."),
        click.option(
            "--format",
            "form",
            type=click.Choice(["table", "json", "csv"]),
            default="table",
            show_default=True,
            help="For readers, or for programs.",
        ),
        click.option(
            "--audience",
            type=click.Choice(["public", "internal"]),
            default="public",
            show_default=True,
            help="Public hides small counts of persons.",
        ),
        click.option("--draft", is_flag=True, help="Run on the sound part of a document that has errors."),
        click.option("--at", "day", type=Day(), help="The day to speak of; else the reference date of the document."),
        click.argument("source"),
    ):
        command = option(command)
    return command
