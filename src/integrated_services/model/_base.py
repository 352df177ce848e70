"""What every noun and value of a framework has in common: frozen, strict, canonical."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cache
from typing import Annotated, Any, ClassVar, Generic, Self, TypeVar, overload

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    StrictInt,
    StringConstraints,
    model_serializer,
)
from pydantic_core import PydanticCustomError, core_schema

from integrated_services.errors import UnknownIdError, mask, nearest

ID_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$"

Id = Annotated[str, StringConstraints(strict=True, pattern=ID_PATTERN)]
"""An id: letters, digits, dot, underscore and hyphen; begins with a letter or digit."""

MAX_TEXT = 20_000
"""Longest text, in characters."""

# Tabs and line breaks are text; the other control characters and lone surrogates can be written to no page or file.
_NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


class Ref:
    """Marks a field as a reference to records of the named collections."""

    __slots__ = ("collections",)

    def __init__(self, *collections: str) -> None:
        self.collections = collections

    def __repr__(self) -> str:
        return f"Ref({', '.join(map(repr, self.collections))})"


def fault(code: str, message: str, mend: str, field: str | None = None) -> PydanticCustomError:
    """Make the validation error that loading turns into a `Problem` with this code and mend.

    Parameters
    ----------
    code
        Problem code in kebab case.
    message
        What is wrong, as a sentence.
    mend
        How to put it right, as a sentence.
    field
        The field of the validated value that is at fault, where one is.

    Returns
    -------
    PydanticCustomError
        To be raised inside a validator.
    """
    context = {"problem": message, "mend": mend} | ({"field": field} if field else {})
    return PydanticCustomError(code, "{problem}. {mend}", context)


def _check_text(text: object) -> str:
    if not isinstance(text, str):
        raise fault("wrong-type", "a text was expected", "Put the text in quotation marks.")
    if not text.strip():
        raise fault("empty-text", "the text is empty", "Write the text, or leave the field out.")
    if len(text) > MAX_TEXT:
        raise fault("wrong-length", f"the text has {len(text):,} characters", f"Use {MAX_TEXT:,} at most.")
    if _NO_TEXT.search(text):
        raise fault("bad-text", "the text holds a control character", "Take out what cannot be seen.")
    return text


Text = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=MAX_TEXT), AfterValidator(_check_text)]
"""Plain text that is not empty."""


class Label:
    """Text by language; a plain string is allowed and stays a plain string.

    Parameters
    ----------
    texts
        A string, or a mapping of language code (``en``, ``et``, ``lt``) to text.

    Examples
    --------
    >>> from integrated_services.model import Label
    >>> name = Label({"en": "Pupils", "lt": "Mokiniai"})
    >>> str(name), name.text("lt"), name.text("et")
    ('Pupils', 'Mokiniai', 'Pupils')
    """

    __slots__ = ("_texts",)
    _texts: tuple[tuple[str | None, str], ...]

    def __init__(self, texts: str | Mapping[str, str]) -> None:
        if isinstance(texts, str):
            _check_text(texts)
            pairs: tuple[tuple[str | None, str], ...] = ((None, texts),)
        else:
            pairs = tuple(texts.items())
            _check_languages(pairs)
        object.__setattr__(self, "_texts", pairs)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("a Label cannot be changed")

    def text(self, language: str | None = None) -> str:
        """Give the text in a language, or the first text where that language is missing.

        Parameters
        ----------
        language
            Language code, or None for the first text.

        Returns
        -------
        str
            The text.
        """
        for code, text in self._texts:
            if code == language:
                return text
        return self._texts[0][1]

    @property
    def languages(self) -> tuple[str, ...]:
        """The language codes, in the order of the document; empty for a plain string."""
        return tuple(code for code, _ in self._texts if code is not None)

    def plain(self) -> str | dict[str, str]:
        """Give what the document holds: a string or a mapping.

        Returns
        -------
        str | dict[str, str]
            The canonical form.
        """
        if self._texts[0][0] is None:
            return self._texts[0][1]
        return {code: text for code, text in self._texts if code is not None}

    def __str__(self) -> str:
        return self._texts[0][1]

    def __repr__(self) -> str:
        return f"Label({_masked(self.plain())!r})"

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Label):
            return self._texts == other._texts
        return isinstance(other, str) and self._texts == ((None, other),)

    def __hash__(self) -> int:
        if self._texts[0][0] is None:
            return hash(self._texts[0][1])  # equal to the string it equals
        return hash(self._texts)

    def __reduce__(self) -> tuple[type[Label], tuple[str | dict[str, str]]]:
        return Label, (self.plain(),)

    @classmethod
    def _parse(cls, value: object) -> Label:
        if isinstance(value, Label):
            return value
        if isinstance(value, (str, Mapping)):
            return cls(value)
        raise fault("wrong-type", "a text was expected", "Write a text, or a text by language: {en: ..., et: ...}.")

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(
            cls._parse, serialization=core_schema.plain_serializer_function_ser_schema(lambda label: label.plain())
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: Any, handler: Any) -> dict[str, Any]:
        text = {"type": "string", "minLength": 1, "maxLength": MAX_TEXT, "pattern": r"\S"}
        by_language = {
            "type": "object",
            "minProperties": 1,
            "propertyNames": {"pattern": "^[a-z]{2,3}$"},
            "additionalProperties": text,
        }
        return {"title": "Label", "description": "Text, or text by language", "anyOf": [text, by_language]}


def _check_languages(pairs: tuple[tuple[object, object], ...]) -> None:
    if not pairs:
        raise fault("empty-text", "a text by language names no language", "Write at least one language.")
    for code, text in pairs:
        if not (isinstance(code, str) and 2 <= len(code) <= 3 and code.isascii() and code.isalpha() and code.islower()):
            raise fault("bad-language", f"{str(code)[:20]!r} is not a language code", "Use codes such as en, et, lt.")
        _check_text(text)


class Model(BaseModel):
    """Base of all nouns and values: frozen, unknown fields refused, numbers never made from texts.

    Examples
    --------
    >>> from integrated_services.model import Figure, Model
    >>> issubclass(Figure, Model), Figure(value=40).plain()
    (True, 40)
    """

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        defer_build=True,
        allow_inf_nan=False,
        use_attribute_docstrings=True,
        hide_input_in_errors=True,  # what is refused may be a person's data
    )

    def plain(self) -> Any:
        """Give the canonical plain form (JSON types only): defaults left out, short forms kept short.

        Returns
        -------
        Any
            A mapping, or the short form of a value that has one.
        """
        return {name: canonical(value) for name, value in self._said()}

    def item_key(self, number: int) -> str:
        """Give what names this value in a list of its kind.

        Parameters
        ----------
        number
            Its position in the list.

        Returns
        -------
        str
            The position; records give their key, identifiers their scheme.
        """
        return str(number)

    def _said(self) -> Iterator[tuple[str, Any]]:
        values = self.__dict__
        for name, default in _defaults(type(self)):
            value = values[name]
            if value is not None and value is not default and (default is None or value != default):
                yield name, value

    def __repr_args__(self) -> Iterator[tuple[str | None, Any]]:
        return ((name, _masked(value)) for name, value in super().__repr_args__())

    @model_serializer(mode="plain", return_type=Any)  # older versions of pydantic look for the name where it is not
    def _serialise(self) -> Any:
        return self.plain()

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:  # noqa: ARG002
        """Copy with changes that are validated (pydantic's own does not validate them).

        Parameters
        ----------
        update
            New values by field name.
        deep
            Has no effect: the records are frozen, so nothing can be shared by mistake.

        Returns
        -------
        Self
            The changed copy.
        """
        if not update:
            return self
        values = {**self.__dict__, **update}
        for name, alias in _aliases(type(self)):
            values.setdefault(alias, values.pop(name, None))
        return type(self).model_validate(values)


def _masked(value: Any) -> Any:
    """Hide contact data of persons in what is shown of a value."""
    if type(value) is str:
        return mask(value)
    if type(value) is tuple:
        return tuple(map(_masked, value))
    return {name: _masked(item) for name, item in value.items()} if type(value) is dict else value


@cache
def _aliases(cls: type[Model]) -> tuple[tuple[str, str], ...]:
    return tuple((name, field.alias) for name, field in cls.model_fields.items() if field.alias)


@cache
def _defaults(cls: type[Model]) -> tuple[tuple[str, Any], ...]:
    pairs = [(name, None if field.is_required() else field.default) for name, field in cls.model_fields.items()]
    # the id first, the rest as declared, where it was read from last
    return tuple(sorted(pairs, key=lambda pair: (pair[0] != "id", pair[0] == "origins")))


def canonical(value: Any) -> Any:
    """Give the canonical plain form of a value.

    Parameters
    ----------
    value
        What a field holds.

    Returns
    -------
    Any
        JSON types only.
    """
    kind = type(value)
    if kind is str or kind is int or kind is float or kind is bool or value is None:
        return value
    if isinstance(value, (tuple, list)):
        shorter = getattr(type(value[0]), "plain_list", None) if value else None
        return shorter(value) if shorter is not None else [canonical(item) for item in value]
    if isinstance(value, (Model, Label)):
        return value.plain()
    if isinstance(value, dict):
        return {key: canonical(item) for key, item in value.items()}
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def with_short_forms(schema: Any, handler: Any, *short: dict[str, Any]) -> dict[str, Any]:
    """Describe a value that also has short forms.

    Parameters
    ----------
    schema
        Core schema of the value, as pydantic hands it over.
    handler
        Makes the JSON Schema of its long form.
    short
        JSON Schema of each short form.

    Returns
    -------
    dict[str, Any]
        JSON Schema of all forms.
    """
    found: dict[str, Any] = handler(schema)
    definition = handler.resolve_ref_schema(found)  # older versions of pydantic give a reference to it
    long = dict(definition)
    definition.clear()
    definition["anyOf"] = [*short, long]
    return found


class Record(Model):
    """A record of a framework: it has a key by which problems, differences and changes name it.

    Examples
    --------
    >>> from integrated_services.model import Record, Referral
    >>> issubclass(Referral, Record), Referral(sender="advice", receiver="therapy").key
    (True, 'advice:therapy')
    """

    NOUN: ClassVar[str] = "record"

    @property
    def key(self) -> str:
        """The id, or the stable key made from the fields that identify the record."""
        own = getattr(self, "id", None)
        return own if isinstance(own, str) else self._derived_key()

    def item_key(self, number: int) -> str:  # noqa: ARG002 - a record has a key wherever it stands
        """Give the key.

        Parameters
        ----------
        number
            Its position in the list; does not matter.

        Returns
        -------
        str
            The key.
        """
        return self.key

    def _derived_key(self) -> str:
        raise NotImplementedError


class Origin(Model):
    """The place in a file that a record was read from.

    Examples
    --------
    >>> from integrated_services.model import Origin
    >>> str(Origin(file="rakvere.xlsx", sheet="Services", row=12))
    'rakvere.xlsx, sheet Services, row 12'
    """

    file: Text
    """Name of the file, without its folder."""
    sheet: Text | None = None
    """Sheet, table or list in the file."""
    row: Annotated[StrictInt, Field(ge=1)] | None = None
    """Row, or line, or number of the entry; counted from 1 as people see it."""

    def __str__(self) -> str:
        parts = (self.file, self.sheet and f"sheet {self.sheet}", self.row and f"row {self.row}")
        return ", ".join(part for part in parts if part)


class Noun(Record):
    """A record that stands in a collection of the framework.

    Examples
    --------
    >>> from integrated_services.model import Need
    >>> Need(id="advice", origins=({"file": "rakvere.xlsx", "sheet": "Needs", "row": 3},)).origins[0].row
    3
    """

    origins: tuple[Origin, ...] = ()
    """Where it was read from: several places where records of several files were merged."""


def join_key(*parts: str | Iterable[str] | None) -> str:
    """Make a key from the parts that identify a record without an id.

    Parameters
    ----------
    parts
        Ids; several ids of one part are joined by ``+``; missing parts are left out.

    Returns
    -------
    str
        The parts joined by ``:``.

    Examples
    --------
    >>> from integrated_services.model._base import join_key
    >>> join_key("partners", ("school", "police"), None)
    'partners:school+police'
    """
    texts = [part if isinstance(part, str) else "+".join(part) for part in parts if part]
    key = ":".join(text for text in texts if text)
    return key.replace("[", "(").replace("]", ")") if "[" in key or "]" in key else key  # a path has its own brackets


R = TypeVar("R", bound=Record)


class Records(tuple[R, ...], Generic[R]):  # noqa: SLOT001 - the index by key is kept in its dictionary
    """The records of one kind: a tuple that also finds a record by its key.

    Examples
    --------
    >>> from integrated_services import samples
    >>> fw = samples.load("elektrenai")
    >>> fw.territories["vievis"].part_of
    'elektrenai'
    >>> "vievis" in fw.territories, fw.territories.get("nowhere")
    (True, None)
    """

    @property
    def _index(self) -> dict[str, R]:
        found: dict[str, R] | None = self.__dict__.get("_by_key")
        if found is None:
            found = {}
            for record in self:
                found.setdefault(record.key, record)
            self.__dict__["_by_key"] = found  # building it twice in two threads gives the same
        return found

    @overload  # type: ignore[override]
    def __getitem__(self, key: str | int) -> R: ...
    @overload
    def __getitem__(self, key: slice) -> tuple[R, ...]: ...
    def __getitem__(self, key: str | int | slice) -> R | tuple[R, ...]:
        if isinstance(key, str):
            try:
                return self._index[key]
            except KeyError:
                noun = self[0].NOUN if len(self) else "record"
                raise UnknownIdError(noun, key, nearest(key, tuple(self._index))) from None
        return tuple.__getitem__(self, key)

    def __contains__(self, item: object) -> bool:
        return item in self._index if isinstance(item, str) else tuple.__contains__(self, item)

    def get(self, key: str) -> R | None:
        """Give the record with this key, or None.

        Parameters
        ----------
        key
            Id or derived key.

        Returns
        -------
        Record | None
            The record, where there is one.
        """
        return self._index.get(key)

    def keys(self) -> tuple[str, ...]:
        """Give the keys in the order of the document.

        Returns
        -------
        tuple[str, ...]
            One key a record.
        """
        return tuple(record.key for record in self)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (tuple(self),)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        (item,) = getattr(source, "__args__", (Record,))
        items = handler.generate_schema(tuple[item, ...])  # type: ignore[valid-type]
        return core_schema.no_info_after_validator_function(cls._wrap, items)

    @classmethod
    def _wrap(cls, value: tuple[R, ...]) -> Records[R]:
        return value if isinstance(value, Records) else cls(value)
