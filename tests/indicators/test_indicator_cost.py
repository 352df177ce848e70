"""What projects cost, exactly, and what is missing."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from indicator_documents import document, row, same

from integrated_services import indicators, samples
from integrated_services.errors import UnknownIdError
from integrated_services.indicators._cost import _cents
from integrated_services.indicators._inputs import between
from integrated_services.model._columns import columns_of

AGENCIES = [
    {"id": "town", "name": "Town", "kind": "municipality"},
    {"id": "parish", "name": "Parish", "kind": "municipality"},
    {"id": "ngo", "name": "NGO", "kind": "ngo"},
    {"id": "others", "name": "The others", "kind": "municipality", "collective": True},
]
FULL = {
    "finance": {"total": "100000 EUR", "grant": "85000 EUR"},
    "territories": ["county"],
    "period": "2021-01/2022-12",
    "activities": [
        {"id": "training", "name": "Training", "kind": "training", "participants": 40},
        {"id": "seminar", "name": "Seminar", "kind": "seminar", "participants": 20},
        {"id": "guide", "name": "Guide", "kind": "methodology"},
    ],
}
POSTS = [{"role": "psychologist", "fte": 1.5, "funded_by": "p"}, {"role": "coordinator", "fte": 1, "funded_by": "p"}]


def project(posts=(), **more):
    """Load a document with one project, and the posts of a delivery."""
    service = {"id": "s", "name": "S", "deliveries": [{"area": ["county"], "posts": list(posts)}]}
    return document(agencies=AGENCIES, services=[service], projects=[{"id": "p", "name": "Project", **more}])


def measure(fw, name, **more):
    """Take one row of the cost."""
    return row(indicators.cost(fw, **more), measure=name)


@pytest.mark.parametrize(("name", "amount", "divisor", "counted"), [
    ("total", "100000.00", None, "stated"), ("grant", "85000.00", None, "stated"),
    ("per_municipality", "33333.33", 3, "municipalities in the project's territories"),
    ("per_participant", "1666.67", 60, "participations in 2 activities"),
    ("per_post", "40000.00", 2.5, "full-time posts"),
    ("per_month", "4166.67", 24, "months from the first to the last day"),
])  # fmt: skip
def test_everything_is_known_where_everything_is_stated(name, amount, divisor, counted):
    one = measure(project(POSTS, **FULL), name)
    assert (one["amount"], one["denominator"], one["counted"]) == (Decimal(amount), divisor, counted)
    assert (one["currency"], one["missing"]) == ("EUR", None)
    assert str(one["amount"]) == amount  # always two decimals


@pytest.mark.parametrize(("name", "missing"), [
    ("total", "the total cost"), ("grant", "the grant"), ("per_month", "the total cost; the period of the project"),
    ("per_municipality", "the total cost; the project's territories"),
    ("per_participant", "the total cost; participants"),
    ("per_post", "the total cost; posts that the project funds"),
])  # fmt: skip
def test_what_is_missing_is_named_and_not_guessed(name, missing):
    one = measure(project(), name)
    assert (one["amount"], one["missing"], one["basis"]) == (None, missing, None)


def test_a_total_is_the_sum_of_its_parts_where_all_are_stated():
    parts = [{"id": "eu", "amount": "70.10 EUR"}, {"id": "own", "kind": "own", "amount": "29.95 EUR"}]
    fw = project(finance={"parts": parts})
    assert (measure(fw, "total")["amount"], measure(fw, "total")["basis"]) == (Decimal("100.05"), "derived")
    assert measure(fw, "grant")["amount"] == Decimal("70.10")


def test_parts_that_are_not_all_stated_make_no_total():
    fw = project(finance={"parts": [{"id": "eu", "amount": "70 EUR"}, {"id": "own", "kind": "own"}]})
    assert measure(fw, "total")["missing"] == "the total cost"


def test_amounts_in_several_currencies_are_not_added():
    parts = [{"id": "eu", "amount": "70 EUR"}, {"id": "own", "kind": "own", "amount": "10 EUR"}]
    columns = columns_of(project(finance={"parts": parts}))
    assert measure(columns, "total")["amount"] == 80
    columns = columns_of(project(finance={"parts": parts}))
    columns.tables["projects.finance.parts"]["amount.currency"][1] = "SEK"
    assert measure(columns, "total")["missing"] == "the total cost"


def test_a_total_is_grant_and_own_contribution_together():
    assert measure(project(finance={"grant": "85 EUR", "own": "15.50 EUR"}), "total")["amount"] == Decimal("100.50")


def test_a_grant_follows_from_the_rate_of_the_eligible_cost():
    fw = project(finance={"total": "200 EUR", "eligible": "100.01 EUR", "rate": 0.85})
    assert (measure(fw, "grant")["amount"], measure(fw, "grant")["counted"]) == (Decimal("85.01"), "rate of the cost")


def test_where_only_the_grant_is_known_it_is_divided_and_called_so():
    one = measure(project(finance={"grant": "90 EUR"}, territories=["county"]), "per_municipality")
    assert (one["amount"], one["of"], one["measure_name"]) == (Decimal("30.00"), "grant", "Grant per municipality")


def test_an_amount_per_year_is_no_total():
    fw = project(finance={"total": {"amount": "100", "currency": "EUR", "per": "year"}})
    assert measure(fw, "total")["missing"] == "the total cost (an amount per period is stated)"


@pytest.mark.parametrize(("territories", "count"), [(["a"], 1), (["a", "b"], 2), (["county"], 3), (["county", "a"], 3)])
def test_municipalities_are_those_of_the_projects_territories(territories, count):
    fw = project(finance={"total": "60 EUR"}, territories=territories)
    assert measure(fw, "per_municipality")["denominator"] == count


def test_a_project_in_an_eldership_covers_its_municipality():
    territories = [
        {"id": "m", "name": "M", "level": "municipality"},
        {"id": "e", "name": "E", "level": "eldership", "part_of": "m"},
    ]
    fw = document(
        territories=territories,
        projects=[{"id": "p", "name": "P", "finance": {"total": "60 EUR"}, "territories": ["e"]}],
    )
    assert measure(fw, "per_municipality")["denominator"] == 1


def test_without_territories_the_municipalities_among_the_partners_count():
    partners = [{"agency": "town", "role": "promoter"}, {"agency": "town", "role": "partner"}]
    partners += [{"agency": one, "role": "partner"} for one in ("parish", "ngo", "others")]
    one = measure(project(finance={"total": "60 EUR"}, partners=partners), "per_municipality")
    assert (one["amount"], one["counted"]) == (Decimal("30.00"), "municipalities among the partners")


def test_participants_of_an_activity_that_states_none_are_missing_by_name():
    activities = [*FULL["activities"], {"id": "visit", "name": "Visit to Tartu", "kind": "study_visit"}]
    one = measure(project(finance=FULL["finance"], activities=activities), "per_participant")
    assert (one["amount"], one["missing"]) == (None, "participants of Visit to Tartu")


def test_a_number_of_participants_stands_for_the_parts_of_the_activity():
    activities = [
        {"id": "all", "name": "All", "kind": "training", "participants": 50},
        {"id": "one", "name": "One", "kind": "training", "part_of": "all", "participants": 30},
        {"id": "two", "name": "Two", "kind": "training", "part_of": "all"},
    ]
    assert measure(project(finance=FULL["finance"], activities=activities), "per_participant")["denominator"] == 50
    del activities[0]["participants"]
    activities[2]["participants"] = 10
    assert measure(project(finance=FULL["finance"], activities=activities), "per_participant")["denominator"] == 40


def test_posts_count_where_the_project_pays_for_them_or_for_their_delivery():
    posts = [*POSTS, {"role": "driver", "fte": 3}, {"role": "cook", "fte": 5, "funded_by": "other"}]
    delivery = {"area": ["county"], "posts": posts}
    both = [{"id": "p", "name": "P", "finance": {"total": "55 EUR"}}, {"id": "other", "name": "O"}]
    fw = document(services=[{"id": "s", "name": "S", "deliveries": [delivery]}], projects=both)
    assert measure(fw, "per_post", project="p")["denominator"] == 2.5
    delivery["funded_by"] = "p"
    fw = document(services=[{"id": "s", "name": "S", "deliveries": [delivery]}], projects=both)
    assert measure(fw, "per_post", project="p")["amount"] == Decimal("10.00")


def test_posts_without_full_time_equivalents_are_missing():
    fw = project([*POSTS, {"role": "driver", "funded_by": "p"}], finance=FULL["finance"])
    assert measure(fw, "per_post")["missing"] == "full-time equivalents of 1 post"


def test_nothing_is_divided_by_zero():
    activities = [{"id": "training", "name": "Training", "kind": "training", "participants": 0}]
    one = measure(project(finance=FULL["finance"], activities=activities), "per_participant")
    assert (one["amount"], one["missing"]) == (None, "a number of participants above zero")


@pytest.mark.parametrize(("first", "last", "months"), [
    (date(2021, 1, 1), date(2022, 12, 31), 24), (date(2021, 9, 15), date(2021, 10, 14), 1),
    (date(2020, 12, 30), date(2022, 12, 29), 24), (date(2021, 1, 1), date(2021, 1, 10), Fraction(120, 365)),
])  # fmt: skip
def test_months_are_whole_where_the_days_are(first, last, months):
    assert between(first, last) == months


def test_a_stated_duration_decides_over_the_dates():
    period = {"start": "2020-12-30", "end": "2022-12-30", "duration": "P24M"}
    assert measure(project(finance=FULL["finance"], period=period), "per_month")["denominator"] == 24


@given(st.integers(-(10**15), 10**15), st.integers(1, 10**6))
def test_cents_are_rounded_half_away_from_zero(top, bottom):
    value = Fraction(top, bottom)
    rounded = Fraction(_cents(value))
    assert abs(rounded - value) <= Fraction(1, 200)
    if abs(rounded - value) == Fraction(1, 200):
        assert abs(rounded) > abs(value)


def test_amounts_are_exact_where_binary_numbers_are_not():
    parts = [{"id": f"part{number}", "amount": "0.10 EUR"} for number in range(3)]
    assert measure(project(finance={"parts": parts}), "total")["amount"] == Decimal("0.30")


def test_the_basis_is_the_weakest_input():
    fw = project(finance={"total": {"amount": "90", "basis": "estimated"}}, territories=["county"])
    assert measure(fw, "per_municipality")["basis"] == "estimated"
    activities = [{"id": "t", "name": "T", "kind": "training", "participants": {"value": 9, "basis": "assumed"}}]
    one = measure(project(finance=FULL["finance"], activities=activities), "per_participant")
    assert (one["basis"], one["denominator_basis"]) == ("assumed", "assumed")


def test_measures_without_money_of_their_own_are_left_out_unless_asked_for():
    both = [{"id": "call", "name": "Call", "kind": "call"}, {"id": "p", "name": "P", "part_of": "call"}]
    fw = document(projects=both)
    assert {one["project"] for one in indicators.cost(fw).to_records()} == {"p"}
    assert {one["project"] for one in indicators.cost(fw, project="call").to_records()} == {"call"}


def test_an_unknown_project_is_refused():
    with pytest.raises(UnknownIdError, match="There is no project"):
        indicators.cost(project(), project="q")


def test_costs_are_explained_in_sentences():
    result = indicators.cost(project(POSTS, **FULL))
    assert result.explain("per_month") == (
        "Project: cost per month 4,166.67 EUR (100,000.00 EUR divided by 24 months from the first to the last day)."
    )
    assert indicators.cost(project()).explain("p:grant") == "Project: grant not known; missing: the grant."
    assert result.summary() == "1 project; total cost known of 1 (100,000.00 EUR)."
    assert "Missing: the total cost; the grant;" in indicators.cost(project()).summary()
    with pytest.raises(UnknownIdError, match="Did you mean 'per_month'"):
        result.explain("per_mont")


@pytest.mark.parametrize("name", ["elektrenai", "laane-viru", "care-centres"])
def test_documents_and_columns_give_the_same_costs(name):
    fw = samples.load(name)
    assert same(indicators.cost(fw), indicators.cost(columns_of(fw)))


def test_the_sample_costs_what_its_source_says():
    fw = samples.load("laane-viru")
    assert measure(fw, "total", project="laane-viru-model")["amount"] == Decimal("281160.00")
    assert measure(fw, "per_municipality", project="laane-viru-model")["amount"] == Decimal("35145.00")


def test_costs_go_into_frames_json_and_csv():
    pytest.importorskip("pandas", reason="a data frame needs pandas")
    result = indicators.cost(project(POSTS, **FULL))
    assert result.to_frame().shape == (6, len(result.columns))
    assert '"amount": 33333.33' in result.to_json()
    assert "33333.33" in result.to_csv()
