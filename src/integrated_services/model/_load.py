"""Reading and writing documents: JSON (the canonical form) and strict YAML."""

from __future__ import annotations

import gc
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any, Literal

from pydantic import ValidationError
from pydantic.json_schema import GenerateJsonSchema

from integrated_services.errors import DocumentError, FormatError, Problem
from integrated_services.model import _yaml
from integrated_services.model._base import Model, Record, Records
from integrated_services.model._checks import Known, cross_record_errors
from integrated_services.model._fields import fields_of
from integrated_services.model._framework import Framework, collection_models
from integrated_services.model._structure import record_key, structure_problems
from integrated_services.model._upgrade import upgraded

Syntax = Literal["json", "yaml"]
Place = tuple[str | int, ...]
_MAX_BYTES = 512 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Draft:
    """The sound part of a document that has errors.

    Attributes
    ----------
    framework
        What could be kept.
    problems
        Every problem of the document, errors first.
    left_out
        Paths of the records that were left out, each with the reason.
    """

    framework: Framework
    problems: tuple[Problem, ...]
    left_out: tuple[tuple[str, str], ...]

    def summary(self) -> str:
        """Say how much was left out.

        Returns
        -------
        str
            One sentence.
        """
        if not self.left_out:
            return "Nothing was left out."
        counts = Counter(path.partition("[")[0] for path, _ in self.left_out)
        listed = ", ".join(f"{number} of {name.replace('_', ' ')}" for name, number in counts.items())
        total = len(self.left_out)
        return f"{total} {'record was' if total == 1 else 'records were'} left out because of errors: {listed}."


def load(path: str | PathLike[str]) -> Framework:
    """Read a document from a file (``.json``, ``.yaml`` or ``.yml``).

    Parameters
    ----------
    path
        File.

    Returns
    -------
    Framework
        The checked framework.

    Raises
    ------
    DocumentError
        With every error of the document, each with its place and how to mend it.
    FormatError
        Where the file is not JSON or YAML at all.
    OSError
        Where the file cannot be read.
    """
    return loads(_read(path), syntax=_syntax(path), file=str(path))


def loads(text: str | bytes, *, syntax: Syntax = "json", file: str | None = None) -> Framework:
    """Read a document from a text.

    Parameters
    ----------
    text
        JSON or YAML; bytes are UTF-8.
    syntax
        Which of the two.
    file
        Name to show in problems.

    Returns
    -------
    Framework
        The checked framework.

    Raises
    ------
    DocumentError
        With every error of the document.
    FormatError
        Where the text is not JSON or YAML at all.

    Examples
    --------
    >>> from integrated_services.model import loads
    >>> loads('{"framework": "mine", "title": "Mine", "reference_date": "2022-06-01"}').id
    'mine'
    """
    with _no_collection():
        raw, problems, line = _parse(text, syntax)
        built = _assemble(raw, problems, line)
    if built.errors or built.framework is None:
        raise DocumentError(_with_file(built.problems(), file), title=file)
    return built.framework


def load_draft(path: str | PathLike[str]) -> Draft:
    """Read the sound part of a document that has errors.

    Parameters
    ----------
    path
        File (``.json``, ``.yaml`` or ``.yml``).

    Returns
    -------
    Draft
        What could be kept, every problem, and what was left out and why.

    Raises
    ------
    DocumentError
        Where even the head of the document (its id, title, reference date) cannot be read.
    FormatError
        Where the file is not JSON or YAML at all.
    """
    return loads_draft(_read(path), syntax=_syntax(path), file=str(path))


def loads_draft(text: str | bytes, *, syntax: Syntax = "json", file: str | None = None) -> Draft:
    """Read the sound part of a document from a text.

    Parameters
    ----------
    text
        JSON or YAML; bytes are UTF-8.
    syntax
        Which of the two.
    file
        Name to show in problems.

    Returns
    -------
    Draft
        What could be kept, every problem, and what was left out and why.

    Raises
    ------
    DocumentError
        Where even the head of the document cannot be read.
    FormatError
        Where the text is not JSON or YAML at all.
    """
    raw, problems, line = _parse(text, syntax)
    built = _assemble(raw, problems, line)
    left_out: dict[str, str] = {path: reason for path, reason in built.broken.items()}
    if built.head is None:
        raise DocumentError(_with_file(built.problems(), file), title=file)
    records = built.records
    while True:
        framework = _framework(built.head, records)
        errors = cross_record_errors(framework, Known.of(framework))
        bad = _records_of(errors, records)
        if not bad:
            break
        left_out |= bad
        records = {name: [r for r in kept if f"{name}[{r.key}]" not in bad] for name, kept in records.items()}
    problems = sorted({*built.problems(), *framework.problems()}, key=lambda p: (_RANK[p.severity], p.path, p.code))
    return Draft(framework, tuple(_with_file(problems, file)), tuple(sorted(left_out.items())))


_RANK = {"error": 0, "warning": 1, "incomplete": 2}


def _records_of(errors: Iterable[Problem], records: dict[str, list[Any]]) -> dict[str, str]:
    """Name the record that each error lies in; the second of two records with one id goes too."""
    found: dict[str, str] = {}
    for problem in errors:
        collection, bracket, rest = problem.path.partition("[")
        if bracket and collection in records:
            found.setdefault(f"{collection}[{rest.partition(']')[0]}]", problem.message)
    return found


def dumps(framework: Framework, *, syntax: Syntax = "json") -> str:
    """Write a framework as a text.

    Parameters
    ----------
    framework
        The framework.
    syntax
        JSON is the canonical form: two spaces, stable order, defaults left out.

    Returns
    -------
    str
        The document, ending in a line break.
    """
    if syntax == "yaml":
        return _yaml.dump(framework.plain())
    return json.dumps(framework.plain(), ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def dump(framework: Framework, path: str | PathLike[str]) -> None:
    """Write a framework to a file; the ending of the name says whether as JSON or YAML.

    Parameters
    ----------
    framework
        The framework.
    path
        File (``.json``, ``.yaml`` or ``.yml``).

    Raises
    ------
    FormatError
        Where the ending is another one.
    OSError
        Where the file cannot be written.
    """
    Path(path).write_text(dumps(framework, syntax=_syntax(path)), encoding="utf-8", newline="\n")


# -------------------------------------------------------------------------------------------------------------------


@contextmanager
def _no_collection() -> Iterator[None]:
    """Pause the garbage collector: a document makes 10^6 objects and no rubbish, and looking for some takes a second."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _read(path: str | PathLike[str]) -> bytes:
    if Path(path).stat().st_size > _MAX_BYTES:
        raise FormatError(f"{Path(path).name} is larger than 512 MiB; read such data as tables.")
    return Path(path).read_bytes()


def _syntax(path: str | PathLike[str]) -> Syntax:
    ending = Path(path).suffix.lower()
    if ending in (".yaml", ".yml"):
        return "yaml"
    if ending == ".json":
        return "json"
    raise FormatError(f"{Path(path).name}: a document ends in .json, .yaml or .yml.")


def _parse(text: str | bytes, syntax: Syntax) -> tuple[Any, list[Problem], Callable[[Place], int | None]]:
    if isinstance(text, bytes):
        try:
            text = text.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise FormatError(f"The document is not UTF-8 (byte {error.start}).") from None
    if syntax == "yaml":
        return _yaml.parse(text)
    problems: list[Problem] = []
    try:
        raw = json.loads(text, object_pairs_hook=lambda pairs: _object(pairs, problems), parse_constant=_constant)
    except json.JSONDecodeError as error:
        raise FormatError(
            f"The text cannot be read as JSON in line {error.lineno}, column {error.colno}: {error.msg}."
        ) from None
    except RecursionError:
        raise FormatError("The JSON is nested too deeply.") from None
    except FormatError:
        raise
    except ValueError:  # a number of thousands of digits
        raise FormatError("A number in the JSON is too long.") from None
    return raw, problems, lambda place: None


def _object(pairs: list[tuple[str, Any]], problems: list[Problem]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        for key, number in Counter(key for key, _ in pairs).items():
            if number > 1:
                owner = found.get("id") or found.get("framework")
                problems.append(
                    Problem(
                        "duplicate-key",
                        "error",
                        f"{owner}.{key}" if isinstance(owner, str) else key,
                        f"the key {key!r} is written {number} times",
                        "Keep one of them.",
                    )
                )
    return found


def _constant(name: str) -> Any:
    raise FormatError(f"{name} is not a number in JSON; leave the field out where the value is unknown.")


def _with_file(problems: Iterable[Problem], file: str | None) -> tuple[Problem, ...]:
    from dataclasses import replace

    return tuple(replace(problem, file=file) for problem in problems) if file else tuple(problems)


@dataclass(slots=True)
class _Built:
    """A document on its way in."""

    head: dict[str, Any] | None
    records: dict[str, list[Record]]
    errors: list[Problem]
    broken: dict[str, str]
    framework: Framework | None = None

    def problems(self) -> tuple[Problem, ...]:
        """Errors, and the advice where the document could be built."""
        advice = [p for p in self.framework.problems() if p.severity != "error"] if self.framework else []
        return (*self.errors, *advice)


def _assemble(raw: Any, problems: list[Problem], line: Callable[[Place], int | None]) -> _Built:
    if not isinstance(raw, dict):
        raise DocumentError(
            (Problem("wrong-type", "error", "", "the document is not a mapping", "Begin with `framework: my-id`."),)
        )
    raw = upgraded(raw)
    models = collection_models()
    head, errors = _head({key: value for key, value in raw.items() if key not in models}, line)
    built = _Built(head, {}, [*problems, *errors], {})
    known = Known()
    for name, cls in models.items():
        built.records[name] = _records(name, cls, raw.get(name), built, known, line)
    draft = _framework(head or _PLACEHOLDER, built.records)
    built.errors += cross_record_errors(draft, known.seen(draft), line=_lines_by_path(raw, line))
    built.framework = draft if head is not None else None
    return built


_PLACEHOLDER = {"framework": "unreadable", "title": "unreadable", "reference_date": "2000-01-01"}


def _framework(head: dict[str, Any], records: dict[str, list[Record]]) -> Framework:
    return Framework.model_validate(
        {**head, **{name: Records(kept) for name, kept in records.items()}}, context={"unchecked": True}
    )


def _head(head: dict[str, Any], line: Callable[[Place], int | None]) -> tuple[dict[str, Any] | None, list[Problem]]:
    try:
        Framework.model_validate(head, context={"unchecked": True})
    except ValidationError as error:
        return None, structure_problems(error, Framework, head, "", line, ())
    return head, []


def _records(
    name: str, cls: type[Record], raw: Any, built: _Built, known: Known, line: Callable[[Place], int | None]
) -> list[Record]:
    if raw is None:
        return []
    if not isinstance(raw, list):
        built.errors.append(
            Problem("wrong-type", "error", name, f"{name} is not a list", "Write a list of records.", row=line((name,)))
        )
        return []
    cls.model_rebuild()
    validate = cls.__pydantic_validator__.validate_python
    kept: list[Record] = []
    for number, item in enumerate(raw):
        try:
            kept.append(validate(item))
        except ValidationError as error:
            key = record_key(cls, item, number)
            path = f"{name}[{key}]"
            found = structure_problems(error, cls, item, path, line, (name, number))
            built.errors += found
            built.broken[path] = found[0].message if found else "it cannot be read"
            known.add_broken(name, item)
    return kept


def _lines_by_path(raw: dict[str, Any], line: Callable[[Place], int | None]) -> Callable[[str], int | None]:
    places: dict[str, Place] = {}
    if line(()) is None:
        return lambda path: None
    for name, cls in collection_models().items():
        items = raw.get(name)
        for number, item in enumerate(items if isinstance(items, list) else ()):
            places[f"{name}[{record_key(cls, item, number)}]"] = (name, number)

    def find(path: str) -> int | None:
        top, bracket, _ = path.partition("]")
        place = places.get(top + bracket)
        return None if place is None else line((*place, *_field_after(path[len(top) + 1 :])))

    return find


def _field_after(rest: str) -> Place:
    name = rest.lstrip(".").partition("[")[0].partition(".")[0]
    return (name,) if name else ()


def json_schema() -> dict[str, Any]:
    """Give the JSON Schema (2020-12) of the document format.

    Returns
    -------
    dict[str, Any]
        The schema, as it is also kept in the file ``schemas/framework-1.schema.json``.
    """
    for cls in _all_models(Framework, set()):
        cls.model_rebuild()
    schema = Framework.model_json_schema(mode="validation", by_alias=True, schema_generator=_SchemaWriter)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "https://integrated-services.example/schemas/framework-1.schema.json",
        **schema,
    }


class _SchemaWriter(GenerateJsonSchema):
    """Leaves empty defaults out instead of warning that a tuple is not JSON."""

    ignored_warning_kinds = {"skipped-choice", "non-serializable-default"}  # noqa: RUF012 - as pydantic declares it


def _all_models(cls: type[Model], seen: set[type[Model]]) -> set[type[Model]]:
    if cls not in seen:
        seen.add(cls)
        for spec in fields_of(cls):
            if spec.model is not None:
                _all_models(spec.model, seen)
    return seen
