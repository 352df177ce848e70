"""The fixed texts of the page in English, Estonian and Lithuanian, and how each language writes numbers and dates.

The texts stand in ``texts/*.json``, the three languages side by side under one key. A text is a template with named
places; where a language needs plural forms, a mapping of the CLDR plural categories (one, few, many, other) stands
instead and ``count`` chooses. Most templates are written so that no word has to agree with a number.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache
from importlib.resources import files
from string import Formatter
from typing import Any, Final, Literal, get_args

from integrated_services import _optional
from integrated_services.errors import AnalysisError
from integrated_services.model import Label
from integrated_services.model._dates import PartialDate, Period
from integrated_services.model._values import Money

LanguageName = Literal["en", "et", "lt"]
LANGUAGES: Final[tuple[LanguageName, ...]] = get_args(LanguageName)
DAGGER: Final = "†"
"""Stands behind every figure that is assumed or estimated, or that rests on one."""
_LOCALES: Final = {"en": "en_GB", "et": "et", "lt": "lt"}
_FILES: Final = ("page.json", "words.json")

Phrase = str | Mapping[str, str]


@lru_cache(maxsize=1)
def phrases() -> Mapping[str, Mapping[str, Phrase]]:
    """Read all texts.

    Returns
    -------
    Mapping
        By key, then by language: a template, or templates by plural category.
    """
    found: dict[str, Mapping[str, Phrase]] = {}
    folder = files("integrated_services.report") / "texts"
    for name in _FILES:
        found |= json.loads((folder / name).read_text(encoding="utf-8"))
    return found


def places(phrase: Phrase) -> set[str]:
    """Name the places of a template that are filled in.

    Parameters
    ----------
    phrase
        A template, or templates by plural category.

    Returns
    -------
    set of str
        Names; those of all plural forms together.
    """
    texts = [phrase] if isinstance(phrase, str) else list(phrase.values())
    return {name for text in texts for _, name, _, _ in Formatter().parse(text) if name}


class Language:
    r"""Says fixed texts, labels, numbers, money and dates in one language.

    Parameters
    ----------
    name
        The language.
    main
        Main language of the document, in which its notes and titles without a language of their own are written.

    Examples
    --------
    >>> lt = Language("lt")
    >>> lt.text("status.gap"), lt.number(1234.5)
    ('Spraga', '1\xa0234,5')
    """

    def __init__(self, name: LanguageName, main: str | None = None) -> None:
        if name not in LANGUAGES:
            raise AnalysisError(f"The page is written in {', '.join(LANGUAGES)}, not in {name!r}.")
        self.name = name
        self._main = main
        self._numbers = _optional.require("babel.numbers", extra="desk", purpose="writing numbers in a language")
        self._dates = _optional.require("babel.dates", extra="desk", purpose="writing dates in a language")
        self._locale = _optional.babel().Locale.parse(_LOCALES[name])
        self._markup = _optional.require("markupsafe", extra="desk", purpose="writing the page")

    # texts ------------------------------------------------------------------------------------------------------

    def template(self, key: str, count: float | None = None) -> str:
        """Give the template of a key, in the plural form for ``count`` where there are several."""
        phrase = phrases()[key][self.name]
        if isinstance(phrase, str):
            return phrase
        form = self._locale.plural_form(Decimal(str(count or 0)))
        return phrase.get(form, phrase["other"])

    def text(self, key: str, /, *, count: float | None = None, **values: object) -> str:
        """Say a fixed text as plain text.

        Parameters
        ----------
        key
            Key of the text.
        count
            Number that chooses the plural form; also fills ``{count}``.
        values
            What stands in the places of the template.

        Returns
        -------
        str
            The text, not escaped.
        """
        if count is not None:
            values.setdefault("count", self.number(count))
        return self.template(key, count).format(**values)

    def html(self, key: str, /, *, count: float | None = None, **values: object) -> Any:
        """Say a fixed text as HTML: plain values are escaped, markup is kept."""
        if count is not None:
            values.setdefault("count", self.number(count))
        return self._markup.Markup(self._markup.escape(self.template(key, count))).format(**values)

    def word(self, family: str, value: object) -> str:
        """Say a choice of the document, such as a sector; nothing for none."""
        return "" if value is None else self.text(f"{family}.{value}")

    def words(self, family: str) -> dict[str, str]:
        """Give all texts of a family by the last part of their key."""
        head = f"{family}."
        return {key[len(head) :]: self.template(key) for key in phrases() if key.startswith(head)}

    # labels -----------------------------------------------------------------------------------------------------

    def plain(self, label: Label | str | None, missing: str = "") -> str:
        """Give a label as plain text in this language, else in the document's first."""
        if label is None:
            return missing
        return label.text(self.name) if isinstance(label, Label) else label

    def say(self, label: Label | str | None, missing: str = "") -> Any:
        """Give a label as HTML; one in another language is marked with that language."""
        escaped = self._markup.escape(self.plain(label, missing))
        if isinstance(label, Label) and label.languages and self.name not in label.languages:
            return self._markup.Markup('<span lang="{}">{}</span>').format(label.languages[0], escaped)
        return escaped

    def prose(self, text: Label | str | None) -> Any:
        """Give a text of the document, such as a reason, as HTML; one without a language is in the main one."""
        plain = text is not None and (isinstance(text, str) or not text.languages)
        if plain and self._main not in (None, self.name):
            return self._markup.Markup('<span lang="{}">{}</span>').format(self._main, self.plain(text))
        return self.say(text)

    def listed(self, items: Iterable[Any], most: int = 0) -> Any:
        """Join escaped items with commas; behind ``most`` of them say how many more there are."""
        escaped = [self._markup.escape(item) for item in items]
        more = len(escaped) - most if most and len(escaped) > most + 1 else 0
        shown = escaped[:most] if more else escaped
        joined = self._markup.Markup(", ").join(shown)
        return joined + self.html("list.more", more=self.number(more)) if more else joined

    def all_of(self, items: Iterable[Any]) -> Any:
        """Join items with commas and "and" before the last."""
        escaped = [self._markup.escape(item) for item in items]
        if len(escaped) < 2:
            return escaped[0] if escaped else ""
        return self._markup.Markup(", ").join(escaped[:-1]) + self.html("list.and") + escaped[-1]

    def within(self, label: Label | str) -> Any:
        """Give a label as it stands within a sentence: without the capital that only begins it."""
        text = self.plain(label)
        if len(text) > 1 and text[1].islower() and text[0].isupper():
            text = text[0].lower() + text[1:]
        languages = label.languages if isinstance(label, Label) else ()
        if languages and self.name not in languages:
            return self._markup.Markup('<span lang="{}">{}</span>').format(languages[0], text)
        return self._markup.escape(text)

    # numbers ----------------------------------------------------------------------------------------------------

    def number(self, value: float | Decimal, digits: int = 1) -> str:
        """Write a number, rounded to at most ``digits`` decimals."""
        pattern = "#,##0" + ("." + "#" * digits if digits else "")
        return str(self._numbers.format_decimal(value, format=pattern, locale=self._locale))

    def persons(self, value: float, *, assumed: bool = False) -> str:
        """Write a number of persons; a broken one is rounded, and says so unless a dagger does."""
        if 0 < value < 1:
            return self.text("number.below_one") + DAGGER * assumed
        rounded = self.number(value, 0)
        if assumed:
            return rounded + DAGGER
        return rounded if value == int(value) else self.text("number.about", number=rounded)

    def percent(self, share: float, digits: int = 0) -> str:
        """Write a share of one as a percentage."""
        pattern = "#,##0" + ("." + "#" * digits if digits else "") + ("%" if self.name == "en" else "\u00a0%")
        return str(self._numbers.format_percent(share, format=pattern, locale=self._locale))

    def amount(self, value: float | Decimal, currency: str = "EUR") -> str:
        """Write an amount of money; whole amounts without decimals."""
        exact = Decimal(str(value))
        whole = exact == exact.to_integral_value()
        return str(
            self._numbers.format_currency(
                exact,
                currency,
                locale=self._locale,
                currency_digits=not whole,
                format="¤#,##0" if whole and self.name == "en" else "#,##0\u00a0¤" if whole else None,
            )
        )

    def money(self, money: Money | None) -> str:
        """Write a stated amount, with what makes it approximate; nothing where none is stated."""
        if money is None:
            return ""
        said = self.amount(money.amount, money.currency)
        said = self.text(f"approx.{money.approx}", number=said) if money.approx else said
        return f"{said} {self.text(f'per.{money.per}')}" if money.per else said

    # dates ------------------------------------------------------------------------------------------------------

    def day(self, value: PartialDate | date | str | None) -> str:
        """Write a date as exactly as it is known."""
        if value is None:
            return ""
        if isinstance(value, date):
            return str(self._dates.format_date(value, "long", locale=self._locale))
        known = value if isinstance(value, PartialDate) else PartialDate(value)
        first = known.first()
        if first is None:
            month, day = known.month, known.day
            if month is None:
                return str(known)
            skeleton = "MMMMd" if day else "MMMM"
            return str(self._dates.format_skeleton(skeleton, date(2000, month, day or 1), locale=self._locale))
        if known.precision == "day":
            return str(self._dates.format_date(first, "long", locale=self._locale))
        if known.precision == "month":
            return str(self._dates.format_skeleton("yMMMM", first, locale=self._locale))
        return str(known)

    def period(self, period: Period | None) -> str:
        """Write a span of time; nothing where none is stated."""
        if period is None:
            return ""
        start, end = self.day(period.start), self.day(period.end)
        if start == end:
            said = start
        elif start and end:
            said = f"{start} – {end}"
        else:
            said = self.text("period.from", day=start) if start else self.text("period.until", day=end)
        if not said and period.months:
            return self.text("period.months", months=self.number(period.months, 0))
        return said
