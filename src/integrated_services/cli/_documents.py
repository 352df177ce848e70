"""Commands on documents: new, check, sample, schema."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from integrated_services.cli import _workbook
from integrated_services.cli._common import Target, guarded, problems_text, read, tell, write
from integrated_services.errors import DocumentError, Problem
from integrated_services.model import dump, dumps, json_schema, load

NEW = """\
format: 1
framework: my-framework
title: My framework
reference_date: 2025-01-01
territories:
  - {id: my-town, name: My town, level: municipality}
target_groups:
  - {id: pupils, name: Pupils, ages: [7, 18]}
needs:
  - {id: counselling, name: Counselling}
demands:
  - {need: counselling, target_group: pupils, territory: my-town, persons: 25}
services:
  - {id: school-counsellor, name: School counsellor, meets: [counselling], serves: [pupils],
     deliveries: [{area: [my-town], capacity: 20}]}
"""
"""A valid document of fifteen lines (the last record takes two) to start from."""


@click.command()
@click.argument("file", type=Target())
@click.option("--force", is_flag=True, help="Overwrite an existing file.")
@guarded
def new(file: str, force: bool) -> None:
    r"""Write a small valid document to start from.

    \b
    Examples:
      integrated-services new mine.yaml
      integrated-services report mine.yaml -o mine.html
    """
    if Path(file).exists() and not force:
        raise click.UsageError(f"{file!r} exists already; choose another name, or add --force.")
    if Path(file).suffix.lower() == ".json":
        from integrated_services.model import loads

        write(dumps(loads(NEW, syntax="yaml")), file)
    else:
        write(NEW, file)


@click.command()
@click.argument("file", type=click.Path(exists=True))
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json", "csv"]),
    default="table",
    show_default=True,
    help="For readers, or for programs.",
)
@click.option("-o", "--output", type=Target(), help="Write to this file.")
@click.option("--annotate", type=Target(), help="For a workbook: write a copy with every mistake marked in its cell.")
@click.option("--draft", is_flag=True, help="For a workbook: say what its sound part holds.")
@guarded
def check(file: str, form: str, output: str | None, annotate: str | None, draft: bool) -> None:
    r"""Check a document, a mapping workbook or tables and list everything that is wrong, doubtful or missing.

    The exit status is 1 where there are errors, else 0.

    \b
    Examples:
      integrated-services check mine.yaml
      integrated-services check mine.yaml --format json
      integrated-services check mapping.xlsx --annotate checked.xlsx
    """
    is_document = Path(file).suffix.lower() in (".json", ".yaml", ".yml")
    is_workbook = not is_document and _workbook.is_workbook(file)
    if (annotate or draft) and not is_workbook:
        raise click.UsageError("--annotate and --draft are for mapping workbooks (.xlsx).")
    problems: tuple[Problem, ...]
    try:
        if is_workbook:
            problems = _workbook.check_workbook(file, annotate, draft=draft)
        else:
            problems = (load(file) if is_document else read(file)).problems()
    except DocumentError as error:
        problems = error.problems
    write(problems_text(problems, form), output)
    counts = [
        sum(problem.severity == severity for problem in problems) for severity in ("error", "warning", "incomplete")
    ]
    if form == "table":
        names = (("error", "errors"), ("warning", "warnings"), ("incomplete place", "incomplete places"))
        tell(f"{file}: " + ", ".join(f"{n} {names[i][n != 1]}" for i, n in enumerate(counts)) + ".")
    sys.exit(1 if counts[0] else 0)


@click.command()
@click.argument("name", required=False)
@click.option("-o", "--output", type=Target(), help="Write to this file (.json or .yaml).")
@guarded
def sample(name: str | None, output: str | None) -> None:
    r"""List the sample frameworks, or write one of them.

    \b
    Examples:
      integrated-services sample
      integrated-services sample elektrenai -o elektrenai.yaml
    """
    from integrated_services import samples

    if name is None:
        for one in samples.names():
            click.echo(f"{one:28} {samples.load(one).title}")
        return
    framework = samples.load(name)
    if output is None:
        click.echo(dumps(framework), nl=False)
    else:
        dump(framework, output)
        tell(f"Written: {output}")


@click.command()
@click.option("-o", "--output", type=Target(), help="Write to this file.")
@guarded
def schema(output: str | None) -> None:
    r"""Write the JSON Schema of the document format.

    \b
    Examples:
      integrated-services schema -o framework-1.schema.json
    """
    write(json.dumps(json_schema(), ensure_ascii=False, indent=2) + "\n", output)
