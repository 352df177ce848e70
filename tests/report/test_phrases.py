"""The fixed texts: every language says everything, with the same places to fill in."""

import re
from pathlib import Path
from typing import get_args

import pytest

pytest.importorskip("babel", reason="the page needs the extra desk")
pytest.importorskip("jinja2", reason="the page needs the extra desk")

from babel import Locale

import integrated_services.report
from integrated_services import coverage, network
from integrated_services.coverage._matching import CONDITIONS
from integrated_services.errors import AnalysisError
from integrated_services.model import (
    Access,
    Agency,
    Cooperation,
    Figure,
    Framework,
    Label,
    Money,
    PartialDate,
    Period,
    Project,
    Source,
    Territory,
)
from integrated_services.report._language import LANGUAGES, Language, phrases, places

FOLDER = Path(integrated_services.report.__file__).parent
KEYS = sorted(phrases())


def choices(model, field):
    """Give the values that a field may have, whatever wraps them."""
    found, todo = [], [model.model_fields[field].annotation]
    while todo:
        for part in get_args(todo.pop()):
            (found if isinstance(part, str) else todo).append(part)
    return found


@pytest.mark.parametrize("key", KEYS)
def test_a_text_exists_in_all_languages_with_the_same_places(key):
    texts = phrases()[key]
    assert set(texts) == set(LANGUAGES)
    assert len({frozenset(places(text)) for text in texts.values()}) == 1


@pytest.mark.parametrize("key", [key for key in KEYS if any(isinstance(t, dict) for t in phrases()[key].values())])
@pytest.mark.parametrize("language", LANGUAGES)
def test_plural_forms_are_those_of_the_language(key, language):
    forms = phrases()[key][language]
    assert set(forms) == set(Locale(language).plural_form.tags) | {"other"}
    assert len({frozenset(places(text)) for text in forms.values()}) == 1


def test_only_texts_that_name_something_the_same_everywhere_are_equal_in_two_languages():
    same = {
        key
        for key, texts in phrases().items()
        if isinstance(texts["en"], str) and len(texts["en"]) > 12 and len({str(text) for text in texts.values()}) < 3
    }
    assert not {key for key in same if re.search(r"[a-z]{3}", re.sub(r"\{\w+\}", "", phrases()[key]["en"]))}


def test_every_text_that_a_template_asks_for_exists():
    asked = set()
    for path in (FOLDER / "templates").glob("*.j2"):
        asked |= set(re.findall(r"""\bt\(["']([a-z_.]+)["']""", path.read_text(encoding="utf-8")))
    assert asked
    assert asked <= set(KEYS)


def test_every_text_that_the_modules_ask_for_exists():
    asked = set()
    for path in FOLDER.glob("_*.py"):
        asked |= set(
            re.findall(r"""\b(?:text|html|template)\(\s*["']([a-z_.]+)["']""", path.read_text(encoding="utf-8"))
        )
    assert len(asked) > 40
    assert asked <= set(KEYS)


@pytest.mark.parametrize(
    ("family", "values"),
    [
        ("status", get_args(coverage.Gaps.__annotations__["status"]) or ("covered", "gap", "not_surveyed")),
        ("reason", CONDITIONS),
        ("mend", CONDITIONS),
        ("barrier", get_args(network._routes.Condition)),
        ("sector", choices(Agency, "sector")),
        ("level", choices(Territory, "level")),
        ("tie", choices(Cooperation, "kind")),
        ("source_kind", choices(Source, "kind")),
        ("project_kind", choices(Project, "kind")),
        ("access", choices(Access, "by")),
        ("consent", choices(Access, "consent")),
        ("basis", choices(Figure, "basis")),
        ("unit", choices(Figure, "unit")),
        ("per", choices(Figure, "per")),
        ("approx", choices(Money, "approx")),
        ("noun", Framework.COLLECTIONS),
    ],
)
def test_every_choice_of_the_document_has_a_word_in_every_language(family, values):
    assert values
    for language in LANGUAGES:
        assert set(values) <= set(Language(language).words(family))


def test_numbers_and_dates_are_written_as_in_the_language():
    said = {
        name: (
            lang.number(1234.5),
            lang.day(PartialDate("2022-06-01")),
            lang.money(Money.model_validate("1500.50 EUR")),
        )
        for name in LANGUAGES
        for lang in [Language(name)]
    }
    assert said == {
        "en": ("1,234.5", "1 June 2022", "€1,500.50"),
        "et": ("1\xa0234,5", "1. juuni 2022", "1\xa0500,50\xa0€"),
        "lt": ("1\xa0234,5", "2022 m. birželio 1 d.", "1\xa0500,50\xa0€"),
    }


def test_a_date_is_written_only_as_exactly_as_it_is_known():
    lang = Language("en")
    assert [lang.day(PartialDate(text)) for text in ("2022", "2022-06", "--09-15")] == [
        "2022",
        "June 2022",
        "15 September",
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2020/2022", "2020 – 2022"),
        ("2022", "2022"),
        ("2022/..", "from 2022"),
        ("../2022", "until 2022"),
    ],
)
def test_a_period_is_written_with_its_open_ends(text, said):
    assert Language("en").period(Period.model_validate(text)) == said


def test_lithuanian_nouns_follow_the_number():
    lang = Language("lt")
    said = [lang.text("cov.why_line_plain", count=n, reason="x").split()[-1] for n in (1, 3, 10, 21)]
    assert said == ["teritorija", "teritorijos", "teritorijų", "teritorija"]


def test_persons_that_are_not_whole_are_rounded_and_say_so():
    lang = Language("en")
    assert [lang.persons(n) for n in (40, 39.6, 0.4)] == ["40", "about 40", "<1"]
    assert lang.persons(39.6, assumed=True) == "40†"


def test_a_label_in_another_language_is_marked_with_it():
    lang = Language("et")
    assert lang.say(Label({"lt": "Mokiniai", "en": "Pupils"})) == '<span lang="lt">Mokiniai</span>'
    assert lang.say(Label({"en": "Pupils", "et": "Õpilased"})) == "Õpilased"
    assert lang.say(Label("Vievis")) == "Vievis"


def test_names_in_a_sentence_are_escaped_and_markup_is_kept():
    lang = Language("en")
    said = lang.html("coop.cut", names=lang.listed(["<b>", lang.say(Label({"lt": "<i>"}))]))
    assert '&lt;b&gt;, <span lang="lt">&lt;i&gt;</span>' in said


def test_an_unknown_language_is_refused():
    with pytest.raises(AnalysisError, match="en, et, lt"):
        Language("fi")
