"""Reading and writing documents: JSON (the canonical form) and strict YAML."""

from __future__ import annotations

import gc
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from os import PathLike
from pathlib import Path
from typing import Any, Literal

from integrated_services.errors import DocumentError, FormatError, Problem
from integrated_services.model import _yaml
from integrated_services.model._assemble import Built, Personal, assembled, sound_part
from integrated_services.model._framework import Framework
from integrated_services.model._places import JsonPlaces, Parsed

Syntax = Literal["json", "yaml"]
_MAX_BYTES = 512 * 1024 * 1024
_MAX_DEPTH = 400


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

    Examples
    --------
    >>> from integrated_services.model import loads_draft
    >>> text = '{"framework": "f", "title": "F", "reference_date": "2022-06-01", "needs": [{"id": "a b"}]}'
    >>> draft = loads_draft(text)
    >>> draft.framework.id, draft.left_out
    ('f', (('needs[a b]', 'this is not an id'),))
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

        Examples
        --------
        >>> from integrated_services.model import loads_draft
        >>> text = '{"framework": "f", "title": "F", "reference_date": "2022-06-01", "needs": [{"id": "a b"}]}'
        >>> loads_draft(text).summary()
        '1 record was left out because of errors: 1 of needs.'
        """
        if not self.left_out:
            return "Nothing was left out."
        counts = Counter(path.partition("[")[0] for path, _ in self.left_out)
        listed = ", ".join(f"{number:,} of {name.replace('_', ' ')}" for name, number in counts.items())
        total = len(self.left_out)
        return f"{total:,} {'record was' if total == 1 else 'records were'} left out because of errors: {listed}."


def load(path: str | PathLike[str], *, personal: Personal = "refuse") -> Framework:
    """Read a document from a file (``.json``, ``.yaml`` or ``.yml``).

    Parameters
    ----------
    path
        File.
    personal
        What happens to contact data of persons (mailboxes, personal codes, mobile numbers, names in contacts):
        ``refuse`` raises, ``drop`` takes it out, ``keep`` keeps it.  The last two report it as warnings, masked.

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

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from integrated_services.model import load
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "mine.json")
    ...     _ = path.write_text('{"framework": "mine", "title": "Mine", "reference_date": "2022-06-01"}')
    ...     load(path).id
    'mine'
    """
    return loads(_read(path), syntax=_syntax(path), file=str(path), personal=personal)


def loads(
    text: str | bytes, *, syntax: Syntax = "json", file: str | None = None, personal: Personal = "refuse"
) -> Framework:
    """Read a document from a text.

    Parameters
    ----------
    text
        JSON or YAML; bytes are UTF-8.
    syntax
        Which of the two.
    file
        Name to show in problems.
    personal
        What happens to contact data of persons (mailboxes, personal codes, mobile numbers, names in contacts):
        ``refuse`` raises, ``drop`` takes it out, ``keep`` keeps it.  The last two report it as warnings, masked.

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
    built = _built(text, syntax, file, personal)
    if built.errors or built.framework is None:
        raise DocumentError(_with_file(built.problems(), file), title=file)
    return built.framework


def load_draft(path: str | PathLike[str], *, personal: Personal = "refuse") -> Draft:
    """Read the sound part of a document that has errors.

    Parameters
    ----------
    path
        File (``.json``, ``.yaml`` or ``.yml``).
    personal
        What happens to contact data of persons (mailboxes, personal codes, mobile numbers, names in contacts):
        ``refuse`` raises, ``drop`` takes it out, ``keep`` keeps it.  The last two report it as warnings, masked.

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

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from integrated_services.model import load_draft
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "mine.json")
    ...     _ = path.write_text('{"framework": "mine", "title": "Mine", "reference_date": "2022-06-01", "needs": [{}]}')
    ...     load_draft(path).left_out
    (('needs[0]', "the field 'id' is missing"),)
    """
    return loads_draft(_read(path), syntax=_syntax(path), file=str(path), personal=personal)


def loads_draft(
    text: str | bytes, *, syntax: Syntax = "json", file: str | None = None, personal: Personal = "refuse"
) -> Draft:
    """Read the sound part of a document from a text.

    Parameters
    ----------
    text
        JSON or YAML; bytes are UTF-8.
    syntax
        Which of the two.
    file
        Name to show in problems.
    personal
        What happens to contact data of persons (mailboxes, personal codes, mobile numbers, names in contacts):
        ``refuse`` raises, ``drop`` takes it out, ``keep`` keeps it.  The last two report it as warnings, masked.

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

    Examples
    --------
    >>> from integrated_services.model import loads_draft
    >>> text = '{"framework": "f", "title": "F", "reference_date": "2022-06-01", "needs": [{"id": "n"}, {}]}'
    >>> loads_draft(text).framework.needs.keys()
    ('n',)
    """
    built = _built(text, syntax, file, personal)
    framework, left_out = sound_part(built)
    if framework is None:
        raise DocumentError(_with_file(built.problems(), file), title=file)
    problems = built.problems()
    told = {replace(problem, row=None) for problem in problems}  # the rest is of the sound part, without rows
    more = [problem for problem in framework.problems() if replace(problem, row=None) not in told]
    ordered = DocumentError([*problems, *more]).problems
    return Draft(framework, _with_file(ordered, file), left_out)


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

    Examples
    --------
    >>> from integrated_services.model import dumps, loads
    >>> print(dumps(loads('{"framework": "mine", "title": "Mine", "reference_date": "2022-06-01"}')), end="")
    {
      "format": 1,
      "framework": "mine",
      "title": "Mine",
      "reference_date": "2022-06-01",
      "basis": "stated"
    }
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

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from integrated_services.model import dump, load, loads
    >>> fw = loads('{"framework": "mine", "title": "Mine", "reference_date": "2022-06-01"}')
    >>> with TemporaryDirectory() as folder:
    ...     dump(fw, Path(folder, "mine.json"))
    ...     load(Path(folder, "mine.json")) == fw
    True
    """
    Path(path).write_text(dumps(framework, syntax=_syntax(path)), encoding="utf-8", newline="\n")


# -------------------------------------------------------------------------------------------------------------------


@contextmanager
def _no_collection() -> Iterator[None]:
    """Pause the garbage collector: a document makes 10^6 objects and no rubbish, and to look for some takes long."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            if gc.get_freeze_count() == 0:
                gc.freeze()  # counts the new objects among the old ones, which are seldom looked through
                gc.unfreeze()
            gc.enable()


def _read(path: str | PathLike[str]) -> bytes:
    if Path(path).stat().st_size > _MAX_BYTES:
        raise FormatError("The file is larger than 512 MiB; read such data as tables.", file=str(path))
    return Path(path).read_bytes()


def _syntax(path: str | PathLike[str]) -> Syntax:
    ending = Path(path).suffix.lower()
    if ending in (".yaml", ".yml"):
        return "yaml"
    if ending == ".json":
        return "json"
    raise FormatError("The name of a document ends in .json, .yaml or .yml.", file=str(path))


def _built(text: str | bytes, syntax: Syntax, file: str | None, personal: Personal) -> Built:
    try:
        with _no_collection():
            return assembled(_parse(text, syntax), personal=personal)
    except RecursionError:
        raise FormatError("The document is nested too deeply.", file=file) from None
    except FormatError as error:
        raise FormatError(error.message, file=file, row=error.row, column=error.column) from None
    except DocumentError as error:
        raise DocumentError(_with_file(error.problems, file), title=file) from None


def _parse(text: str | bytes, syntax: Syntax) -> Parsed:
    if isinstance(text, bytes):
        try:
            text = text.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise FormatError(
                f"The document is not UTF-8 (byte {error.start}); save it with the encoding UTF-8."
            ) from None
    text = text.removeprefix("\ufeff")
    return _yaml.parse(text) if syntax == "yaml" else _parse_json(text)


def _parse_json(text: str) -> Parsed:
    doubled = False

    def mapping(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        nonlocal doubled
        found = dict(pairs)
        doubled = doubled or len(found) < len(pairs)
        return found

    try:
        raw = json.loads(text, object_pairs_hook=mapping, parse_constant=_constant)
    except json.JSONDecodeError as error:
        raise FormatError(
            f"The text cannot be read as JSON: {error.msg}.", row=error.lineno, column=error.colno
        ) from None
    except RecursionError:
        raise FormatError("The JSON is nested too deeply.") from None
    except FormatError:
        raise
    except ValueError:  # Python reads whole numbers of some thousand digits only
        raise FormatError("A number in the JSON is too long.") from None
    if _is_too_deep(raw):
        raise FormatError("The JSON is nested too deeply.")
    places = JsonPlaces(text)
    return Parsed(raw, places.doubles() if doubled else (), places.line)


def _is_too_deep(raw: object) -> bool:
    """Look level by level: how deep Python's own reader goes differs between its versions."""
    level = [raw]
    for _ in range(_MAX_DEPTH):
        level = [
            child
            for node in level
            for child in (node.values() if isinstance(node, dict) else node if isinstance(node, list) else ())
            if isinstance(child, dict | list)
        ]
        if not level:
            return False
    return True


def _constant(name: str) -> Any:
    raise FormatError(f"{name} is not a number in JSON; leave the field out where the value is unknown.")


def _with_file(problems: Iterable[Problem], file: str | None) -> tuple[Problem, ...]:
    return tuple(replace(problem, file=file) for problem in problems) if file else tuple(problems)
