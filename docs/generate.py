"""What the reference takes from the code when the documentation is built: so it cannot differ from it."""

import re
from collections.abc import Callable, Iterator
from datetime import date
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import click

from integrated_services import coverage, indicators, io, model, network, samples
from integrated_services._results import Result
from integrated_services.cli import _commands
from integrated_services.model import _values
from integrated_services.model._base import Label, Model
from integrated_services.model._dates import PartialDate, Period
from integrated_services.model._fields import FieldSpec, fields_of
from integrated_services.model._figures import figures
from integrated_services.model._framework import collection_models

MARKER = re.compile(r"<!-- generated: ([a-z-]+) -->")
VALUES = (
    model.Figure, model.Money, model.Point, model.Identifier, model.Eligibility, model.Access, model.Contact,
    model.Delivery, model.Post, model.Partner, model.Objective, model.Activity, model.Deliverable, model.Commitment,
    model.Every, model.Has, model.Evidence, model.Finance, model.Funding, model.Outline, model.Succession, model.Origin,
)  # fmt: skip
PRINTED = {
    "date": date, "text": str, "whole number": int, "number": float, "true or false": bool, "text by language": Label,
    "date (year, month or day)": PartialDate, "period": Period,
}  # fmt: skip
ALIASES: list[tuple[str, Any]] = [
    ("ages", _values.Ages), ("amount", _values.Amount), ("codes", _values.Identifiers), ("number", _values.Number),
]  # fmt: skip


def filled(text: str) -> str:
    """Replace each marker of a page by what it stands for.

    Parameters
    ----------
    text
        Source of a page.

    Returns
    -------
    str
        The page.
    """
    return MARKER.sub(lambda match: PARTS[match[1]](), text)


# the format


def document_format() -> str:
    """Write a table of fields for the document, each noun and each value that a noun holds."""
    parts = ["## The document\n\n" + _fields_table(model.Framework, skip=frozenset(model.Framework.COLLECTIONS))]
    for name, cls in collection_models().items():
        parts.append(f"## `{name}`\n\n" + _about(cls) + _fields_table(cls))
    parts += [f"## Value `{cls.__name__}`\n\n" + _about(cls) + _fields_table(cls) for cls in VALUES]
    return "\n\n".join(parts)


def _about(cls: type[Model]) -> str:
    first = (cls.__doc__ or "").strip().split("\n\n")[0]
    return (
        _marked(" ".join(first.split())) + f"\nIn Python: {{py:class}}`~integrated_services.model.{cls.__name__}`.\n\n"
    )


def _fields_table(cls: type[Model], skip: frozenset[str] = frozenset()) -> str:
    rows = ["| field | what may stand there | meaning |", "| --- | --- | --- |"]
    for spec in fields_of(cls):
        if spec.name in skip:
            continue
        field = cls.model_fields[spec.name]
        must = " **(must)**" if spec.required else ""
        default = field.default
        given = (
            ""
            if spec.required or default in (None, (), "") or isinstance(default, Model)
            else f" (missing: {default!r})"
        )
        given = (
            "" if "Undefined" in given or "Records" in given else given.replace("'", "`").replace("False", "`false`")
        )
        rows.append(f"| `{spec.name.rstrip('_')}`{must} | {_kind(spec)}{given} | {_marked(field.description or '')} |")
    return "\n".join(rows) + "\n"


def _marked(text: str) -> str:
    """Turn reST's literals into Markdown's, and keep bars out of tables."""
    text = re.sub(r"\s+", " ", text).replace("``", "`").replace("|", "\\|")
    text = re.sub(r"(?<![`-])(--[0-9a-z][\w-]*)", r"`\1`", text)  # an option, or a date without a year
    return re.sub(r":[a-z:]+:`~?\.?([^`]+)`", r"`\1`", text)


def _kind(spec: FieldSpec) -> str:
    if spec.refs:
        one = "id of " + " or ".join(f"[`{name}`](#{name})" for name in spec.refs)
        return f"list of: {one}" if spec.kind == "scalars" else one
    if spec.kind in ("models", "scalars"):
        aliased = _alias(spec.annotation)
        if aliased:
            return aliased
        inner = [arg for arg in get_args(_bare(spec.annotation)) if arg is not Ellipsis]
        return "list of: " + _printed(inner[0])
    return _printed(spec.annotation)


def _bare(annotation: Any) -> Any:
    while get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    if get_origin(annotation) in (Union, UnionType):
        kept = [arg for arg in get_args(annotation) if arg is not type(None)]
        return _bare(kept[0]) if len(kept) == 1 else annotation
    return annotation


def _alias(annotation: Any) -> str | None:
    found = [annotation, *[arg for arg in get_args(annotation) if arg is not type(None)]]
    for name, alias in ALIASES:
        if any(one == alias or _bare(one) == _bare(alias) for one in found):
            return name
    return None


def _printed(annotation: Any) -> str:
    aliased = _alias(annotation)
    if aliased:
        return aliased
    bare = _bare(annotation)
    if get_origin(bare) is Literal:
        return ", ".join(f"`{value}`" for value in get_args(bare))
    for words, kind in PRINTED.items():
        if bare is kind:
            return words
    if isinstance(bare, type) and issubclass(bare, Model):
        return f"[{bare.__name__}](#value-{bare.__name__.lower()})"
    if get_origin(bare) is tuple:
        return "pair of texts" if len(get_args(bare)) == 2 and Ellipsis not in get_args(bare) else "list of pairs"
    return "GeoJSON" if bare is Any else "text"


# problems


def problem_codes() -> str:
    """Write a section for each code, by severity, with a failing and a mended example."""
    parts = []
    for severity, title in (("error", "Errors"), ("warning", "Warnings"), ("incomplete", "Incomplete places")):
        parts.append(f"## {title}\n\n{_SEVERITY[severity]}")
        for code, entry in sorted(model.PROBLEM_CODES.items()):
            if entry.severity == severity:
                parts.append(_problem(code, entry))
    return "\n\n".join(parts)


_SEVERITY = {
    "error": "The document is not loaded until these are mended; `--draft` goes on without the records that have them.",
    "warning": "The document is loaded; somebody should look.",
    "incomplete": "The document is loaded; an analysis will ask for what is not stated here.",
}


def defect_codes() -> str:
    """Write a table of the kinds of defects that readers of foreign data count."""
    rows = ["| kind | severity | meaning | mend |", "| --- | --- | --- | --- |"]
    rows += [
        f"| `{code}` | {entry.severity} | {_marked(entry.meaning)} | {_marked(entry.mend)} |"
        for code, entry in sorted(io.DEFECT_CODES.items())
    ]
    return "\n".join(rows)


def _problem(code: str, entry: model.ProblemCode) -> str:
    door = {"tables": " (tables)", "merge": " (two documents)", "rates": " (rates of demand)"}.get(entry.door, "")
    return (
        f"### `{code}`\n\n*{_marked(entry.title)}.*\n{_marked(entry.meaning)}\n\n"
        f"**Mend:** {_marked(entry.mend)}\n\n"
        f"Wrong{door}:\n\n{_fenced(entry.failing)}\n\nMended:\n\n{_fenced(entry.mended)}\n"
    )


def _fenced(example: str) -> str:
    return f"```yaml\n{example.strip()}\n```"


# the command line


def command_line() -> str:
    """Write the help of each command as it is printed."""
    context = click.Context(_commands, info_name="integrated-services", terminal_width=100, max_content_width=100)
    parts = [f"## `integrated-services`\n\n```text\n{_commands.get_help(context)}\n```"]
    for name, command in _commands.commands.items():
        inner = click.Context(command, info_name=name, parent=context, terminal_width=100, max_content_width=100)
        parts.append(f"## `{name}`\n\n```text\n{command.get_help(inner)}\n```")
    return "\n\n".join(parts)


# results


def result_classes() -> list[type[Result]]:
    """List the result classes of all families, in the order of their names."""
    for family in (coverage, network, indicators):  # star names load what is loaded on first use
        for name in family.__all__:
            getattr(family, name)
    return sorted(set(_below(Result)), key=lambda cls: cls.__name__)  # type: ignore[type-abstract]


def _below(cls: type[Result]) -> Iterator[type[Result]]:
    for kind in cls.__subclasses__():
        if kind.__module__.startswith("integrated_services.") and not kind.__name__.startswith("_"):
            if kind.columns:
                yield kind
            yield from _below(kind)


def result_columns() -> str:
    """Write a table of columns for each result."""
    parts = []
    for kind in result_classes():
        family = kind.__module__.split(".")[1]
        about = " ".join((kind.__doc__ or "").strip().split("\n\n")[0].split())
        rows = ["| column | heading | unit | role |", "| --- | --- | --- | --- |"]
        for column in kind.columns:
            role = column.role + (", persons" if column.persons else "")
            rows.append(f"| `{column.name}` | {column.title} | {column.unit or ''} | {role} |")
        where = f"{{py:class}}`integrated_services.{family}.{kind.__name__}`"
        parts.append(f"## `{kind.__name__}`\n\n{_marked(about)}\n{where}\n\n" + "\n".join(rows) + "\n")
    return "\n\n".join(parts)


# the samples


def sample_counts() -> str:
    """Write a table with what each sample holds: records, and figures by basis."""
    rows = [
        "| framework | records | figures stated or derived | figures assumed or estimated | assumptions |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    for name in samples.names():
        fw = samples.load(name)
        records = sum(len(getattr(fw, collection)) for collection in fw.COLLECTIONS)
        bases = [figure.basis for figure in figures(fw)]
        guessed = sum(basis in ("assumed", "estimated") for basis in bases)
        rows.append(f"| `{name}` | {records} | {len(bases) - guessed} | {guessed} | {len(fw.assumptions())} |")
    return "\n".join(rows) + "\n"


PARTS: dict[str, Callable[[], str]] = {
    "command-line": command_line,
    "defect-codes": defect_codes,
    "document-format": document_format,
    "problem-codes": problem_codes,
    "result-columns": result_columns,
    "sample-counts": sample_counts,
}
"""What stands for each marker."""
