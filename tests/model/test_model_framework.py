"""The framework itself: identity, copies, looking up, HTML, and the values that it is made of."""

import copy
import pickle
import subprocess
import sys
from datetime import UTC, date, datetime
from decimal import Decimal
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from model_helpers import HEAD, framework, land, the_land

from integrated_services import model
from integrated_services.errors import UnknownIdError
from integrated_services.model import (
    Delivery,
    Eligibility,
    Figure,
    Framework,
    Identifier,
    Label,
    Money,
    Outline,
    PartialDate,
    Period,
    Records,
    dumps,
    loads,
)

# identity ----------------------------------------------------------------------------------------------------------


def test_equal_documents_are_equal_with_equal_hash_and_digest():
    a, b = the_land(), the_land()
    assert a is not b
    assert (a == b, hash(a) == hash(b), a.digest == b.digest) == (True, True, True)
    assert len({a, b}) == 1
    assert a != "a"
    assert a != a.evolve({"title": "G"})


def test_numbers_that_are_equal_make_frameworks_that_are_equal_in_every_way():
    def with_capacity(capacity, total):
        return framework(
            services=[{"id": "s", "deliveries": [{"channel": "online", "capacity": capacity}]}],
            projects=[{"id": "p", "finance": {"total": total}}],
        )

    a, b = with_capacity(40, "100 EUR"), with_capacity(40.0, "100.00 EUR")
    assert a == b
    assert (hash(a), a.digest, dumps(a)) == (hash(b), b.digest, dumps(b))


def test_any_two_equal_frameworks_have_one_digest():
    strategies = pytest.importorskip("strategies")

    @given(strategies.frameworks())
    def check(fw):
        again = loads(dumps(fw))
        assert again == fw
        assert (again.digest, hash(again)) == (fw.digest, hash(fw))
        assert pickle.loads(pickle.dumps(fw)) == fw  # noqa: S301

    check()


def test_the_digest_is_the_same_in_another_process():
    code = (
        "import sys; from integrated_services.model import loads;"
        "print(loads(sys.stdin.read()).digest)"
    )  # fmt: skip
    fw = the_land()
    for seed in ("0", "1"):
        ran = subprocess.run(
            [sys.executable, "-c", code], input=dumps(fw), env={**__import__("os").environ, "PYTHONHASHSEED": seed},
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        assert ran.stdout.strip() == fw.digest


def test_copies_and_pickles_are_equal():
    fw = the_land()
    assert copy.copy(fw) is fw
    assert copy.deepcopy(fw) is fw
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        again = pickle.loads(pickle.dumps(fw, protocol))  # noqa: S301
        assert again == fw
        assert (again.digest, again.problems(), again.find("mobile")) == (fw.digest, fw.problems(), fw.find("mobile"))
        assert type(again.services) is Records
        assert again.services["mobile"] == fw.services["mobile"]
        assert again.evolve({"title": "G"}) == fw.evolve({"title": "G"})


def test_each_record_can_be_copied_pickled_and_hashed():
    for _, record in the_land().records():
        assert pickle.loads(pickle.dumps(record)) == record  # noqa: S301
        assert copy.deepcopy(record) == record
        assert hash(record) == hash(copy.deepcopy(record))


@pytest.mark.parametrize("name", ["title", "services", "framework", "something"])
def test_nothing_can_be_set_on_a_framework(name):
    with pytest.raises(ValueError, match="frozen"):
        setattr(the_land(), name, "x")


@pytest.mark.parametrize("value", [Label("a"), PartialDate("2022")])
def test_nothing_can_be_set_on_a_text_or_a_date(value):
    with pytest.raises(AttributeError, match="cannot be changed"):
        value.year = 5


def test_nothing_inside_can_be_changed():
    square = [[[25, 54], [26, 54], [26, 55], [25, 54]]]
    outline = Outline(type="Polygon", coordinates=square)
    square[0][0][0] = 7
    assert outline.coordinates[0][0] == (25, 54)
    assert hash(outline) == hash(copy.deepcopy(outline))


# looking up --------------------------------------------------------------------------------------------------------


def test_records_are_found_by_key_position_and_slice():
    services = the_land().services
    assert services["mobile"] is services[0]
    assert services[:1] == (services[0],)
    assert services.get("mobile") is services[0]
    assert services.get("nothing") is None
    assert services.keys() == ("mobile", "advice")
    assert "mobile" in services
    assert services[0] in services
    assert "nothing" not in services
    assert 5 not in services


def test_a_record_that_is_not_there_names_the_nearest():
    with pytest.raises(UnknownIdError, match=r"no service with the id 'mobil'\. Did you mean 'mobile'"):
        the_land().services["mobil"]
    with pytest.raises(IndexError):
        the_land().services[99]


def test_find_looks_everywhere_and_names_the_nearest():
    fw = the_land()
    assert (fw.find("north").NOUN, fw.find("mobile").NOUN, fw.find("therapy:pupils:north").NOUN) == (
        "territory", "service", "demand",
    )  # fmt: skip
    with pytest.raises(UnknownIdError, match="Did you mean 'north'"):
        fw.find("nort")


def test_a_name_is_given_in_the_language_asked_for_else_in_the_first_else_the_key():
    fw = the_land()
    assert [fw.name("county", language) for language in ("et", "en", "lt", None)] == [
        "Maakond", "The county", "The county", "The county",
    ]  # fmt: skip
    assert fw.name("north") == "north"
    assert fw.name("plan") == "Plan"
    with pytest.raises(UnknownIdError):
        fw.name("nowhere")


def test_every_collection_of_the_format_is_walked():
    fw = the_land()
    assert [name for name, _ in fw.records()] == sorted(
        (name for name, _ in fw.records()), key=Framework.COLLECTIONS.index
    )
    assert len(list(fw.records())) == sum(len(getattr(fw, name)) for name in Framework.COLLECTIONS)
    assert all(record.key and record.NOUN != "record" for _, record in fw.records())


@pytest.mark.parametrize(
    ("record", "key"),
    [
        (Delivery(site="house", area=("a",)), "house"),
        (Delivery(area=("a", "b")), "a+b"),
        (Delivery(channel="online"), "online"),
        (Delivery(id="x", channel="online"), "x"),
        (model.Post(role="psychologist [half]"), "psychologist (half)"),
        (model.Funding(funder="f", period="2020/2021"), "f:grant:2020/2021"),
        (model.Partner(agency="a", role="partner"), "a:partner"),
        (model.Cooperation(agencies=("a", "b")), "cooperates:a+b"),
        (model.Survey(territories=("a",), needs=("n",), status="partial", date="2022"), "a:n:2022"),
        (model.Observation(indicator="i", value=1, period="2020/2021", breakdown={"sex": "women"}),
         "i:2020/2021:sex=women:actual".replace("/", "~")),
    ],
)  # fmt: skip
def test_a_record_without_an_id_has_a_stable_key_that_fits_into_a_path(record, key):
    assert record.key == key
    assert not {"[", "]"} & set(record.key)


# HTML --------------------------------------------------------------------------------------------------------------


class Tags(HTMLParser):
    """Collects tags and texts, and complains about tags that are not closed in order."""

    def __init__(self):
        super().__init__()
        self.tags, self.texts, self.attributes, self.open = [], [], [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs
        self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.texts.append(data)


HOSTILE = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror='alert(1)'>",
    "</h4></section><iframe>",
    "&lt;b&gt; & <b>",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_labels_stay_text_in_html(text):
    fw = the_land(title=text)
    page = Tags()
    page.feed(fw._repr_html_())
    assert page.open == []
    assert set(page.tags) <= {"section", "h4", "p", "code", "table", "tbody", "tr", "th", "td", "ul", "li"}
    assert {name for name, _ in page.attributes} <= {"scope"}
    assert text in page.texts


def test_html_names_the_analyses_that_make_sense_for_this_document():
    whole = the_land()._repr_html_()
    for call in ("coverage.gaps(fw)", "coverage.commitments(fw)", "network.referral_paths(fw",
                 "indicators.calculate(fw)", "indicators.cost(fw)"):  # fmt: skip
        assert call in whole
    assert "network.cooperation(fw)" not in whole
    assert "network.cooperation(fw)" in the_land(cooperations=[{"agencies": ["school", "clinic"]}])._repr_html_()
    empty = Framework(**HEAD)._repr_html_()
    assert "none yet: add needs and services" in empty
    assert "coverage" not in empty


def test_a_repr_is_short():
    assert repr(the_land()).startswith("<Framework 'f': 2 sources, 3 territories")
    assert str(Framework(**HEAD)) == "<Framework 'f': empty>"
    assert len(repr(the_land())) < 300


# values ------------------------------------------------------------------------------------------------------------


def test_a_label_equals_the_plain_text_it_is():
    assert Label("a") == "a"
    assert {Label("a"), "a"} == {"a"}
    assert Label({"en": "a"}) != "a"
    assert Label({"en": "a", "et": "b"}).languages == ("en", "et")
    assert Label("a").languages == ()
    assert Label({"en": "a", "et": "b"}).text("lt") == "a"
    assert repr(Label({"en": "a"})) == "Label({'en': 'a'})"


@pytest.mark.parametrize(
    "texts", ["", "  ", {}, {"en": ""}, {"english": "a"}, {"EN": "a"}, {"e1": "a"}, {"en": 5}, {None: "a"}, "a\x00",
              "\ud800",
              "x" * 20_001],
)  # fmt: skip
def test_what_is_no_label_is_refused(texts):
    with pytest.raises(ValueError, match=r"language|text"):
        Label(texts)


@pytest.mark.parametrize(
    ("text", "first", "last", "precision"),
    [
        ("2022", date(2022, 1, 1), date(2022, 12, 31), "year"),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29), "month"),
        ("2022-05-03", date(2022, 5, 3), date(2022, 5, 3), "day"),
        ("--05-03", None, None, "day"),
        ("--05", None, None, "month"),
    ],
)
def test_a_date_is_as_precise_as_it_is_written(text, first, last, precision):
    found = PartialDate(text)
    assert (found.first(), found.last(), found.precision, str(found)) == (first, last, precision, text)
    assert pickle.loads(pickle.dumps(found)) == found  # noqa: S301
    assert copy.deepcopy(found) == found


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (2022, "2022"),
        (date(2022, 5, 3), "2022-05-03"),
        (datetime(2022, 5, 3, 12, tzinfo=UTC), "2022-05-03"),
        ("--05-03", "--05-03"),
    ],
)
def test_dates_come_as_texts_years_and_days(value, plain):
    assert str(Period(start=value).start) == plain


@given(st.dates(), st.dates(), st.dates())
def test_a_period_contains_its_ends_and_what_is_between(a, b, day):
    first, last = sorted((a, b))
    period = Period.model_validate(f"{first}/{last}")
    assert period.contains(day) == (first <= day <= last)
    assert Period.model_validate(f"{first}/..").contains(day) == (first <= day)
    assert Period.model_validate(f"../{last}").contains(day) == (day <= last)


@pytest.mark.parametrize(
    ("period", "months"),
    [("2022", 12.0), ({"duration": "P24M"}, 24), ({"duration": "P2Y"}, 24), ({"duration": "P1Y6M"}, 18),
     ("2022/..", None),
     ({"duration": "P4W"}, 28 * 12 / 365), ("--05-03/--06-01", None), ({"start": "2020", "duration": "P6M"}, 6)],
)  # fmt: skip
def test_the_length_of_a_period_is_what_is_stated_else_what_follows(period, months):
    found = Period.model_validate(period).months
    assert found == (months if months is None else pytest.approx(months))


@pytest.mark.parametrize("duration", ["P", "2Y", "PT5H", "P1.5Y", "P99999Y", "P-1Y", ""])
def test_what_is_no_length_of_time_is_refused(duration):
    with pytest.raises(ValueError, match=r"length of time|at least 1"):
        Period(duration=duration)


@given(st.integers(-(10**15), 10**15) | st.floats(-(10**15), 10**15))
def test_a_number_is_one_and_the_same_in_every_writing(number):
    figure = Figure(value=number)
    assert figure.value == number
    assert type(figure.value) is (int if float(number).is_integer() else float)
    assert loads(dumps(framework(projects=[{"id": "p", "specialists": abs(number)}]))).projects[
        "p"
    ].specialists.value == abs(number)


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**14), max_value=10**14, places=4))
def test_an_amount_is_exact(amount):
    money = Money(amount=amount)
    assert money.amount == amount
    assert Money.model_validate(money.plain()) == money
    assert Decimal(format(money.amount, "f")) == amount


def test_money_says_more_than_its_short_form_in_the_long_form():
    assert Money(amount="10", per="year").plain() == {"amount": "10", "currency": "EUR", "per": "year"}
    assert Money.model_validate("10.5 SEK").plain() == "10.50 SEK"


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ({}, "anybody"),
        ({"ages": [7, 18]}, "aged 7 to 18"),
        ({"ages": [7, None]}, "aged 7 or more"),
        ({"ages": [None, 18]}, "aged at most 18"),
        ({"ages": [None, None]}, "of any age"),
        ({"residence": ["a", "b"]}, "living in A or b"),
        ({"groups": ["g"], "languages": ["et"]}, "of g and speaking et"),
        ({"not": {"ages": [0, 3]}}, "not (aged 0 to 3)"),
        ({"any": [{"ages": [0, 3]}, {"condition": "hardship"}]}, "(aged 0 to 3 or hardship)"),
        ({"all": [{"ages": [0, 3]}, {"condition": {"en": "hardship", "et": "raskus"}}]}, "aged 0 to 3 and hardship"),
    ],
)
def test_a_rule_is_said_in_words(rule, words):
    assert Eligibility.model_validate(rule).explain({"a": "A"}) == words


def test_a_code_is_named_by_its_scheme():
    assert Identifier(scheme="lau", value="42").item_key(3) == "lau"
    assert Identifier(scheme="a[b]", value="42").item_key(3) == "a(b)"


def test_models_refuse_what_they_do_not_know_and_do_not_show_it():
    with pytest.raises(ValueError, match="Extra inputs") as caught:
        Framework(**HEAD, remark="38001010000")
    assert "38001010000" not in str(caught.value)


def test_importing_the_model_loads_no_array_library():
    heavy = ("numpy", "scipy", "networkx", "yaml", "narwhals")
    code = f"import sys, integrated_services.model; print([m for m in {heavy} if m in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


def test_every_public_name_is_described():
    import inspect

    for name in model.__all__:
        thing = getattr(model, name)
        if (inspect.isclass(thing) or inspect.isfunction(thing)) and "_columns" not in thing.__module__:
            assert "Examples\n" in inspect.getdoc(thing), name
        if inspect.isclass(thing) and issubclass(thing, model.Model):
            assert all(field.description for field in thing.model_fields.values()), name


def test_the_assumptions_of_a_document_are_listed_by_source():
    [guess, unnamed] = framework(
        basis="assumed",
        sources=[{"id": "guess", "kind": "assumption", "title": "Guess", "note": "why"}],
        services=[
            {"id": "s", "deliveries": [{"channel": "online", "capacity": {"value": 4, "source": "guess"}, "wait": 3}]}
        ],
    ).assumptions()
    assert (guess.source, [figure.path for figure in guess.figures]) == (
        "guess",
        ["services[s].deliveries[online].capacity"],
    )
    assert (unnamed.source, [figure.unit for figure in unnamed.figures]) == (None, ["days"])
    assert the_land().assumptions() == ()


def test_a_framework_is_made_of_plain_values_too():
    assert Framework.model_validate(land()).plain() == the_land().plain()
