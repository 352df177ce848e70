"""From plain values to a framework: each record is validated alone, then the records are checked together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from pydantic import ValidationError

from integrated_services.errors import DocumentError, Problem, mask
from integrated_services.model._base import Model, Record, Records
from integrated_services.model._broken import broken_problems
from integrated_services.model._checks import cross_record_errors
from integrated_services.model._framework import Framework, collection_models
from integrated_services.model._known import Known
from integrated_services.model._paths import locate, parse_path, place_of, record_key
from integrated_services.model._personal import kept_as_warnings
from integrated_services.model._places import Parsed, Place
from integrated_services.model._structure import structure_problems
from integrated_services.model._upgrade import upgraded

Personal = Literal["refuse", "drop", "keep"]
"""What happens to contact data of persons: the document is refused, the data is taken out, or it is kept."""

_PLACEHOLDER = {"framework": "unreadable", "title": "unreadable", "reference_date": "2000-01-01"}
"""Head of a document whose own head cannot be read, so that its records can still be checked together."""


@dataclass(slots=True)
class Built:
    """A document on its way in."""

    parsed: Parsed
    """What was read, in the present format."""
    head: dict[str, Any] | None = None
    """Fields of the document itself; None where they are broken."""
    records: dict[str, list[Record]] = field(default_factory=dict)
    """Records that are sound in themselves, by collection."""
    errors: list[Problem] = field(default_factory=list)
    """What is wrong."""
    broken: list[tuple[str, str]] = field(default_factory=list)
    """Paths of the records that are not sound in themselves, each with the reason."""
    framework: Framework | None = None
    """The document, where the head could be read."""
    personal: Personal = "refuse"
    """What happens to contact data of persons."""
    dropped: tuple[Problem, ...] = ()
    """What was taken out."""

    def problems(self) -> tuple[Problem, ...]:
        """Give the errors, and advice where every record could be read (else it would lament what is only broken).

        Returns
        -------
        tuple[Problem, ...]
            In any order.
        """
        if self.framework is None or self.broken:
            return (*self.errors, *self.dropped)
        advice = [problem for problem in self.framework.problems() if problem.severity != "error"]
        return (*self.errors, *_with_rows(advice, self.parsed))


def assembled(parsed: Parsed, *, personal: Personal = "refuse") -> Built:
    """Build a framework and find everything that is wrong.

    Parameters
    ----------
    parsed
        The document as it was read.
    personal
        What happens to contact data of persons: ``refuse`` makes errors, ``drop`` takes it out, ``keep`` keeps it; both
        of these make warnings.

    Returns
    -------
    Built
        The framework, its sound records and the errors.

    Raises
    ------
    DocumentError
        Where this is no document at all, or one of a format that is not known.
    """
    if not isinstance(parsed.raw, dict):
        begin = "Begin with `framework: my-id`."
        raise DocumentError([Problem("wrong-type", "error", "", "the document is not a mapping of fields", begin)])
    try:
        raw = upgraded(parsed.raw)
    except DocumentError as error:
        raise DocumentError([replace(one, row=parsed.line((one.path,))) for one in error.problems]) from None
    # the lines of an older format stand under other names
    parsed = parsed if raw is parsed.raw else Parsed(raw, parsed.doubles, lambda _: None)
    built = Built(parsed, personal=personal)
    if personal == "drop":
        raw = _without_persons(built)
    twice = _doubles(built)
    models = collection_models()
    _read_head(built, {key: value for key, value in raw.items() if key not in models}, twice)
    known = Known()
    for name, cls in models.items():
        built.records[name] = _read_records(name, cls, built, known, twice)
    draft = unchecked(built.head or _PLACEHOLDER, built.records, personal=personal)
    known.seen(draft)
    errors = cross_record_errors(draft, known)
    if built.broken:
        errors = kept_as_warnings(draft, list(dict.fromkeys([*errors, *_of_broken_records(built, known)])))
    built.errors += _with_rows(errors, built.parsed)
    if built.head is not None:
        built.framework = draft
        if built.dropped:
            draft.remember("personal data", lambda: built.dropped)
        if not built.errors:
            draft.remember("errors", tuple)
    return built


def _without_persons(built: Built) -> dict[str, Any]:
    """Take contact data of persons out of what was read."""
    from integrated_services.model._personal_clean import without_persons

    before = built.parsed
    raw, dropped = without_persons(before.raw)
    placed = _with_rows(list(dropped), before)
    built.dropped = tuple(new if old.row is None else old for old, new in zip(dropped, placed, strict=True))
    built.parsed = Parsed(raw, before.doubles, before.line)
    return raw


def unchecked(head: dict[str, Any], records: dict[str, list[Record]], *, personal: Personal = "refuse") -> Framework:
    """Make a framework without checking the records together.

    Parameters
    ----------
    head
        Fields of the document itself.
    records
        Records by collection.
    personal
        ``keep``: contact data of persons is no error in it.

    Returns
    -------
    Framework
        Perhaps with dangling references.
    """
    framework = Framework.model_validate(
        {**head, **{name: Records(kept) for name, kept in records.items()}}, context={"unchecked": True}
    )
    if personal == "keep":
        framework.remember("personal", lambda: personal)
    return framework


def _doubles(built: Built) -> dict[Place, str]:
    """Report keys that are written twice; gives the records (or fields of the head) that are in doubt for it."""
    found: dict[Place, str] = {}
    for double in built.parsed.doubles:
        path, _, _ = locate(Framework, built.parsed.raw, "", double.place)
        message = f"the key {mask(str(double.place[-1]))[:80]!r} is written twice"
        problem = Problem("duplicate-key", "error", path, message, "Keep one of the two.", row=double.line)
        built.errors.append(problem)
        found.setdefault(double.place[:2] if len(double.place) > 2 else double.place[:1], problem.message)
    return found


def _read_head(built: Built, head: dict[str, Any], twice: dict[Place, str]) -> None:
    try:
        Framework.model_validate(head, context={"unchecked": True})
    except ValidationError as error:
        built.errors += structure_problems(error, Framework, head, "", built.parsed.line, ())
    else:
        built.head = head if not any(len(place) == 1 for place in twice) else None


def _read_records(name: str, cls: type[Record], built: Built, known: Known, twice: dict[Place, str]) -> list[Record]:
    raw, line = built.parsed.raw.get(name), built.parsed.line
    if raw is None:
        return []
    if not isinstance(raw, list):
        problem = Problem("wrong-type", "error", name, f"{name} is not a list", "Write a list of records.")
        built.errors.append(replace(problem, row=line((name,))))
        built.head = None
        known.add_unreadable(name)
        return []
    cls.model_rebuild()
    validate = cls.__pydantic_validator__.validate_python
    kept: list[Record] = []
    for number, item in enumerate(raw):
        try:
            record: Record = validate(item)
        except ValidationError as error:
            path = f"{name}[{record_key(cls, item, number)}]"
            found = structure_problems(error, cls, item, path, line, (name, number))
            built.errors += found
            reason = found[0].message
        else:
            if (name, number) not in twice:
                kept.append(record)
                continue
            path, reason = f"{name}[{record.key}]", twice[name, number]
        built.broken.append((path, reason))
        known.add_broken(name, item)
    return kept


def _of_broken_records(built: Built, known: Known) -> list[Problem]:
    """Check what can be checked of the records that could not be read, so that all is said at once."""
    told = {problem.path for problem in built.errors}
    models = collection_models()
    broken = {path for path, _ in built.broken}
    found: list[Problem] = []
    for name, cls in models.items():
        items = built.parsed.raw.get(name)
        for number, item in enumerate(items if isinstance(items, list) else ()):
            path = f"{name}[{record_key(cls, item, number)}]"
            if path in broken:
                found += [problem for problem in broken_problems(cls, item, path, known) if problem.path not in told]
    return found


def _with_rows(problems: list[Problem], parsed: Parsed) -> list[Problem]:
    """Add the line to each problem that has none."""
    if not problems:
        return problems
    numbers: dict[str, list[int]] = defaultdict(list)
    models: dict[str, type[Model]] = dict(collection_models())
    for name in {problem.path.partition("[")[0] for problem in problems} & set(models):
        items = parsed.raw.get(name)
        for number, item in enumerate(items if isinstance(items, list) else ()):
            numbers[f"{name}[{record_key(models[name], item, number)}]"].append(number)
    return [replace(problem, row=_row(problem, parsed, models, numbers)) for problem in problems]


def _row(problem: Problem, parsed: Parsed, models: dict[str, type[Model]], numbers: dict[str, list[int]]) -> int | None:
    record, bracket, rest = problem.path.partition("]")
    places = numbers.get(record + bracket)
    if places is None:
        return parsed.line((problem.path.partition(".")[0],)) if problem.path else None
    name = record.partition("[")[0]
    # of two records of one name the second is the one to mend
    number = places[1] if problem.code == "duplicate-id" and not rest and len(places) > 1 else places[0]
    steps = parse_path(f"{name}{rest}")[1:]
    return parsed.line((name, number, *place_of(models[name], parsed.raw[name][number], steps)))


# the sound part ----------------------------------------------------------------------------------------------------


def sound_part(built: Built) -> tuple[Framework | None, tuple[tuple[str, str], ...]]:
    """Leave out what is wrong, and whatever refers to it.

    Parameters
    ----------
    built
        A document with errors.

    Returns
    -------
    tuple[Framework | None, tuple[tuple[str, str], ...]]
        What could be kept (None where the head is broken), and the paths of the records that were left out, each with
        the reason, sorted.
    """
    if built.head is None:
        return None, ()
    records, left_out = built.records, [(mask(path), mask(reason)) for path, reason in built.broken]
    gone = {_key_of(path) for path, _ in left_out}
    while True:
        framework = unchecked(built.head, records, personal=built.personal)
        if built.dropped:
            framework.remember("personal data", lambda: built.dropped)
        errors = cross_record_errors(framework, Known.of(framework))
        if not errors:
            framework.remember("errors", tuple)
            return framework, tuple(sorted(left_out))
        bad = _records_of(errors, records, gone)
        if bad is None:
            return None, ()
        kept: dict[str, list[Record]] = {}
        for name, items in records.items():
            paths = [mask(f"{name}[{record.key}]") for record in items]  # as problems name them
            kept[name] = [record for record, path in zip(items, paths, strict=True) if path not in bad]
            left_out += [(path, bad[path]) for path in paths if path in bad]
        if sum(map(len, kept.values())) == sum(map(len, records.values())):
            return None, ()  # no record can be named for what is wrong, so there is no sound part to be had
        records = kept
        gone |= {_key_of(path) for path in bad}


def _key_of(path: str) -> str:
    return path.partition("[")[2].rpartition("]")[0]


def _records_of(errors: Iterable[Problem], records: dict[str, list[Record]], gone: set[str]) -> dict[str, str] | None:
    """Name the record that each error lies in, and why it goes; None where an error lies in the head."""
    found: dict[str, str] = {}
    for problem in errors:
        collection, bracket, rest = problem.path.partition("[")
        if not bracket or collection not in records:
            return None
        echo = problem.code == "unknown-reference" and problem.value in gone
        reason = f"it refers to {problem.value!r}, which was left out" if echo else problem.message
        found.setdefault(f"{collection}[{rest.partition(']')[0]}]", reason)
    return found
