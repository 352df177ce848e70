"""Indicators over territories: roll-up, ratios, intervals, progress, findings."""

from __future__ import annotations

import json
import random
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from indicator_documents import COUNTY, PARTS, RATE, codes, count, document, rates, row, rows, same, seen

from integrated_services import indicators, samples
from integrated_services.errors import AnalysisError, UnknownIdError
from integrated_services.indicators._observed import span
from integrated_services.model import dumps, from_frames, loads
from integrated_services.model._columns import columns_of

# roll-up -----------------------------------------------------------------------------------------------------------


@st.composite
def trees(draw):
    """A random tree of territories, and values that some of them state."""
    size = draw(st.integers(1, 12))
    parents = [draw(st.integers(-1, number - 1)) for number in range(size)]
    number = st.one_of(st.none(), st.integers(0, 50), st.decimals(0, 50, places=2).map(float))
    return parents, [draw(number) for _ in range(size)]


def tree_document(parents, values, over="sum"):
    territories = [
        {"id": f"t{one}", "name": f"T{one}"} | ({"part_of": f"t{parent}"} if parent >= 0 else {})
        for one, parent in enumerate(parents)
    ]
    said = [seen("n", f"t{one}", value) for one, value in enumerate(values) if value is not None]
    return document(territories=territories, indicators=[count(over)], observations=said)


def naive(parents, values, one):
    """Value and completeness of a territory by plain recursion."""
    if values[one] is not None:
        return Fraction(str(values[one])), True
    inside = [naive(parents, values, other) for other, parent in enumerate(parents) if parent == one]
    known = [value for value, _ in inside if value is not None]
    return (sum(known) if known else None), bool(inside) and all(whole for _, whole in inside)


@given(trees())
def test_sums_over_any_tree_equal_a_plain_recursion(tree):
    result = indicators.calculate(tree_document(*tree))
    found = {one["territory"]: (one["value"], one["status"]) for one in result.to_records()}
    for number in range(len(tree[0])):
        value, complete = naive(*tree, number)
        if value is None:
            assert f"t{number}" not in found
        else:
            assert found[f"t{number}"] == (float(value), "complete" if complete else "partial")


def finest(parents, values, one):
    """The stated values that are nearest to the leaves."""
    inside = [v for other, parent in enumerate(parents) if parent == one for v in finest(parents, values, other)]
    return [values[one]] if values[one] is not None else inside


@given(trees(), st.sampled_from(["mean", "max", "min"]))
def test_means_and_extremes_are_those_of_the_finest_stated_values(tree, over):
    found = {one["territory"]: one for one in indicators.calculate(tree_document(*tree, over)).to_records()}
    for number in range(len(tree[0])):
        values = [Fraction(str(value)) for value in finest(*tree, number)]
        if values:
            expected = {"mean": sum(values) / len(values), "max": max(values), "min": min(values)}[over]
            assert found[f"t{number}"]["value"] == pytest.approx(float(expected))


def test_a_mean_is_taken_over_the_finest_values_and_not_over_means():
    parents, values = [-1, 0, 0, 1, 1, 1], [None, None, 10, 1, 2, 3]
    result = indicators.calculate(tree_document(parents, values, "mean"))
    assert row(result, territory="t1")["value"] == 2
    assert row(result, territory="t0")["value"] == 4  # 16 / 4; the mean of 2 and 10 would be 6


def test_group_sums_equal_those_of_pandas():
    pandas = pytest.importorskip("pandas")
    draw = random.Random(7)
    frame = pandas.DataFrame([
        {"county": f"county{c}", "place": f"place{c}-{p}", "period": period, "n": draw.randint(0, 400)}
        for c in range(5) for p in range(8) for period in ("2020", "2021", "2022")
    ])  # fmt: skip
    territories = [{"id": one, "name": one} for one in frame.county.unique().tolist()]
    pairs = frame[["county", "place"]].drop_duplicates().itertuples(index=False)
    territories += [{"id": place, "name": place, "part_of": county} for county, place in pairs]
    said = [seen("n", one.place, int(one.n), one.period) for one in frame.itertuples()]
    result = indicators.calculate(document(territories=territories, indicators=[count()], observations=said))
    own = result.to_frame().set_index(["territory", "period"]).value
    for key, number in frame.groupby(["county", "period"]).n.sum().items():
        assert own[key] == number


def test_decimals_are_added_exactly():
    said = [seen("n", one, 0.1) for one in ("a", "b", "c")]
    result = indicators.calculate(document(indicators=[count(counts="other")], observations=said))
    assert row(result, territory="county")["value"] == 0.3  # and not 0.30000000000000004


def test_a_stated_total_wins_and_is_never_added_to_its_parts():
    said = [seen("n", "county", 100), *(seen("n", one, 30) for one in ("a", "b", "c"))]
    result = indicators.calculate(document(indicators=[count()], observations=said))
    assert row(result, territory="county")["value"] == 100
    assert row(result, territory="county")["how"] == "stated"
    finding = next(one for one in result.findings if one.code == "stated-differs")
    assert "100 is stated, but the territories inside add up to 90" in finding.message


def test_a_stated_total_above_an_incomplete_sum_is_no_contradiction():
    said = [seen("n", "county", 100), seen("n", "a", 30)]
    assert "stated-differs" not in codes(
        indicators.calculate(document(indicators=[count()], observations=said)).findings
    )


def test_a_stated_total_below_an_incomplete_sum_is_a_contradiction():
    said = [seen("n", "county", 10), seen("n", "a", 30)]
    assert "stated-differs" in codes(indicators.calculate(document(indicators=[count()], observations=said)).findings)


def test_without_roll_up_only_stated_values_are_given():
    result = indicators.calculate(document(indicators=[count("none")], observations=[seen("n", "a", 5)]))
    assert [one["territory"] for one in result.to_records()] == ["a"]


@pytest.mark.parametrize("kind", ["mean", "index", "qualitative"])
def test_means_indices_and_qualities_are_never_added(kind):
    said = [seen("n", "a", 5), seen("n", "b", 7)]
    result = indicators.calculate(document(indicators=[count(kind=kind)], observations=said))
    assert [one["territory"] for one in result.to_records()] == ["a", "b"]


def test_an_index_may_be_averaged_and_says_so():
    said = [seen("n", "a", 5), seen("n", "b", 8)]
    result = indicators.calculate(document(indicators=[count("mean", kind="index")], observations=said))
    assert row(result, territory="county")["value"] == 6.5
    assert "plain mean of the territories that reported" in result.explain("n:county")


def test_values_of_agencies_make_the_value_of_their_territory():
    agencies = [{"id": one, "name": one} for one in ("school", "clinic")]
    said = [seen("n", "a", 5, agency="school"), seen("n", "a", 7, agency="clinic")]
    result = indicators.calculate(document(agencies=agencies, indicators=[count()], observations=said))
    assert row(result, territory="a", agency=None)["value"] == 12
    assert row(result, territory="a", agency="school")["value"] == 5
    assert row(result, territory="county")["value"] == 12


def test_agencies_and_territories_inside_are_never_both_added():
    said = [seen("n", "county", 50, agency="office"), seen("n", "a", 20), seen("n", "b", 20), seen("n", "c", 20)]
    agencies = [{"id": "office", "name": "Office"}]
    result = indicators.calculate(document(agencies=agencies, indicators=[count()], observations=said))
    assert row(result, territory="county", agency=None)["value"] == 60
    assert "stated-differs" not in codes(result.findings)  # an office may know of fewer
    said[0] = seen("n", "county", 70, agency="office")
    result = indicators.calculate(document(agencies=agencies, indicators=[count()], observations=said))
    assert "the agencies inside add up to 70" in next(f for f in result.findings if f.code == "stated-differs").message


def test_an_observation_without_a_territory_is_one_of_the_whole_project():
    said = [seen("n", None, 100, "2022", kind="target"), *(seen("n", one, 10) for one in ("a", "b", "c"))]
    result = indicators.calculate(document(indicators=[count()], observations=said))
    whole = row(result, territory=None)
    assert (whole["value"], whole["target"], whole["territory_name"]) == (30, 100, "the whole project")


def test_the_only_part_of_a_territory_is_named_where_its_value_stands_for_the_territory():
    territories = [{"id": "country", "name": "Country"}, *({**one} for one in COUNTY)]
    territories[1]["part_of"] = "country"
    said = [seen("n", one, 10) for one in ("a", "b", "c")]
    result = indicators.calculate(document(territories=territories, indicators=[count()], observations=said))
    assert row(result, territory="country")["territory_name"] == "Country (only County)"
    assert row(result, territory="county")["territory_name"] == "County"


# what is missing ---------------------------------------------------------------------------------------------------


def test_zero_is_a_value_and_missing_is_none():
    said = [seen("n", "a", 0), seen("n", "b", None, missing="refused")]
    result = indicators.calculate(document(indicators=[count()], observations=said))
    assert (row(result, territory="a")["value"], row(result, territory="a")["status"]) == (0, "complete")
    assert (row(result, territory="b")["value"], row(result, territory="b")["missing"]) == (None, "refused: 1")
    county = row(result, territory="county")
    assert (county["value"], county["status"], county["missing"]) == (0, "partial", "missing: 1; refused: 1")


def test_a_territory_of_which_all_parts_refuse_has_no_value():
    said = [seen("n", one, None, missing="refused") for one in ("a", "b", "c")]
    county = row(indicators.calculate(document(indicators=[count()], observations=said)), territory="county")
    assert (county["value"], county["status"], county["missing"]) == (None, "missing", "refused: 3")


def test_where_an_indicator_does_not_apply_nothing_is_lacking():
    said = [seen("n", "a", 4), seen("n", "b", 6), seen("n", "c", None, missing="not_applicable")]
    county = row(indicators.calculate(document(indicators=[count()], observations=said)), territory="county")
    assert (county["value"], county["status"], county["missing"]) == (10, "complete", "not_applicable: 1")


def test_only_the_territories_of_the_project_have_to_report():
    project = {"id": "p", "name": "P", "territories": ["a", "b"]}
    said = [seen("n", "a", 4), seen("n", "b", 6)]
    fw = document(projects=[project], indicators=[count(project="p")], observations=said)
    assert row(indicators.calculate(fw), territory="county")["status"] == "complete"


def test_the_basis_is_the_weakest_of_the_inputs():
    said = [seen("n", "a", 4), seen("n", "b", {"value": 6, "basis": "assumed"}), seen("n", "c", 1)]
    result = indicators.calculate(document(indicators=[count()], observations=said))
    assert row(result, territory="a")["basis"] == "stated"
    assert row(result, territory="county")["basis"] == "assumed"
    said[1]["value"] = 6
    result = indicators.calculate(document(indicators=[count()], observations=said))
    assert row(result, territory="county")["basis"] == "derived"
    assert [figure.value for figure in result.figures] == [4, 6, 1]


# which observation counts -------------------------------------------------------------------------------------------


def test_values_of_different_periods_are_never_mixed():
    said = [seen("n", "a", 1, "2020"), seen("n", "b", 2, "2021"), seen("n", "c", 4, None)]
    result = indicators.calculate(document(indicators=[count()], observations=said))
    assert {one["period"]: one["value"] for one in rows(result, territory="county")} == {"2020": 1, "2021": 2, None: 4}


def test_one_period_may_be_written_in_several_ways():
    said = [seen("n", "a", 1, "2021"), seen("n", "b", 2, "2021-01-01/2021-12-31"), seen("n", "c", 4, "2021-01/2021-12")]
    result = indicators.calculate(document(indicators=[count()], observations=said))
    assert row(result, territory="county", period="2021")["value"] == 7


@pytest.mark.parametrize(("start", "end", "label"), [
    ("2021", "2021", "2021"), ("2021-02-01", "2021-02-28", "2021-02"), (None, "2021-12-31", "../2021"),
    ("2021-02-01", "2021-02-27", "2021-02-01/2021-02-27"), ("2020-01", "2021-12", "2020/2021"),
    ("--09", "--10", "--09/--10"), (None, None, None),
])  # fmt: skip
def test_periods_have_the_shortest_label_that_says_the_same(start, end, label):
    assert span(start, end).label == label


@pytest.mark.parametrize("status", ["verified", "corrected"])
def test_a_checked_value_wins_over_a_reported_one(status):
    said = [seen("n", "a", 5, id="one", status=status), seen("n", "a", 7, id="two", date="2022-05")]
    result = indicators.calculate(document(indicators=[count()], observations=said))
    assert row(result, territory="a")["value"] == 5
    assert "disputed" not in codes(result.findings)


def test_of_two_reported_values_the_later_wins_and_equal_ones_are_disputed():
    said = [seen("n", "a", 5, id="one", date="2022-01"), seen("n", "a", 7, id="two", date="2022-02")]
    result = indicators.calculate(document(indicators=[count()], observations=said))
    assert row(result, territory="a")["value"] == 7
    del said[0]["date"], said[1]["date"]
    assert "disputed" in codes(indicators.calculate(document(indicators=[count()], observations=said)).findings)


def test_breakdowns_are_kept_apart():
    said = [seen("n", one, 5, breakdown={"sex": "women", "age": "7-18"}) for one in ("a", "b", "c")]
    said += [seen("n", one, 9) for one in ("a", "b", "c")]
    result = indicators.calculate(document(indicators=[count()], observations=said))
    assert row(result, territory="county", breakdown="age=7-18, sex=women")["value"] == 15
    assert row(result, territory="county", breakdown=None)["value"] == 27


# choosing and explaining --------------------------------------------------------------------------------------------


def test_indicators_and_levels_can_be_chosen():
    fw = rates({"a": (1, 2), "b": (3, 4)})
    result = indicators.calculate(fw, indicators=["rate"], level="municipality")
    assert [(one["indicator"], one["territory"]) for one in result.to_records()] == [("rate", "a"), ("rate", "b")]
    assert same(indicators.calculate(fw, indicators="rate"), indicators.calculate(fw, indicators=["rate"]))


def test_an_unknown_indicator_names_the_nearest():
    with pytest.raises(UnknownIdError, match="Did you mean 'supported'"):
        indicators.calculate(rates({"a": (1, 2)}), indicators=["suported"])


def test_an_unknown_level_is_refused():
    with pytest.raises(AnalysisError, match="level is one of country, region"):
        indicators.calculate(rates({"a": (1, 2)}), level="village")


def test_a_ratio_is_explained_with_its_parts_interval_target_and_progress():
    said = [seen("supported", "a", 155), seen("pupils", "a", 250)]
    said += [seen("rate", "a", 50, "2020", kind="baseline"), seen("rate", "a", 70, "2021", kind="target")]
    result = indicators.calculate(document(indicators=[*PARTS, RATE], observations=said))
    assert result.explain("rate:a") == (
        "Pupils with support in A, 2021: 62 % (155 of 250; 95 % Wilson interval 55.8 to 67.8 %), target 70 %, "
        "baseline of 2020 50 %: 60 % of the way."
    )


def test_an_approximate_value_is_called_so():
    fw = document(indicators=[count()], observations=[seen("n", "a", {"value": 60, "approx": "below"})])
    assert indicators.calculate(fw).explain("a") == "Persons in A, 2021: nearly 60 persons."


def test_missing_values_are_explained_with_their_reasons():
    said = [seen("n", "a", 1), seen("n", "b", None, missing="refused")]
    result = indicators.calculate(document(indicators=[count()], observations=said))
    assert result.explain("n:b") == "Persons in B, 2021: no value (refused: 1)."
    assert "1 person (not from everywhere: missing: 1, refused: 1)" in result.explain("county")


def test_an_unknown_key_names_the_nearest():
    with pytest.raises(UnknownIdError, match="Did you mean 'county'"):
        indicators.calculate(rates({"a": (1, 2)})).explain("conty")


def test_findings_name_indicators_without_data_and_objectives_without_indicators():
    objectives = [{"id": "one", "name": "Fewer leave", "indicators": ["n"]}, {"id": "two", "name": "All are well"}]
    fw = document(projects=[{"id": "p", "name": "P", "objectives": objectives}], indicators=[count(), *PARTS, RATE],
                  observations=[seen("n", "a", 5, kind="baseline")])  # fmt: skip
    found = {(one.code, one.path) for one in indicators.calculate(fw).findings}
    assert {("no-observation", "indicators[n]"), ("no-target", "indicators[n]")} <= found
    assert ("objective-without-indicator", "projects[p].objectives[two]") in found
    assert ("no-baseline", "indicators[n]") not in found
    assert ("no-target", "indicators[pupils]") not in found  # a data element
    assert not any(code == "objective-without-indicator" and "one" in path for code, path in found)


def test_a_document_without_indicators_gives_no_rows():
    result = indicators.calculate(document())
    assert result.to_records() == []
    assert result.summary() == "0 indicators with 0 values."


# ESF-like data and whole documents ------------------------------------------------------------------------------------


def test_participants_of_an_operation_add_up_like_the_common_indicators():
    names = {"co01": "unemployed", "co03": "inactive", "co05": "employed", "all": "participants", "cr03": "qualified"}
    made = [{"id": key, "name": name, "unit": "persons", "counts": "persons", "codes": {"esf": key.upper()}}
            for key, name in names.items()]  # fmt: skip
    made.append(
        {"id": "share", "name": "Qualified", "kind": "ratio", "factor": 100, "numerator": "cr03", "denominator": "all"}
    )
    said, counts = [], {"co01": 40, "co03": 30, "co05": 30, "all": 100, "cr03": 25}
    for place, times in (("a", 1), ("b", 2), ("c", 3)):
        for key, number in counts.items():
            said.append(seen(key, place, number * times))
            said += [seen(key, place, part * times, breakdown={"sex": sex})
                     for sex, part in (("women", number - 5), ("men", 5))]  # fmt: skip
    result = indicators.calculate(document(indicators=made, observations=said))
    county = {(one["indicator"], one["breakdown"]): one for one in rows(result, territory="county")}
    assert county["all", None]["value"] == sum(county[key, None]["value"] for key in ("co01", "co03", "co05")) == 600
    for key in names:
        assert county[key, None]["value"] == county[key, "sex=women"]["value"] + county[key, "sex=men"]["value"]
    assert county["share", None]["value"] == 25
    assert county["share", "sex=women"]["value"] == pytest.approx(100 * 20 / 95)


@pytest.mark.parametrize("name", ["elektrenai", "laane-viru", "care-centres"])
def test_documents_and_columns_give_the_same_values(name):
    fw = samples.load(name)
    one, other = indicators.calculate(fw), indicators.calculate(columns_of(fw))
    assert same(one, other)
    assert one.findings == other.findings


def test_values_come_from_data_frames_without_a_document():
    frames = {
        "territories": {"id": ["county", "a", "b"], "part_of": [None, "county", "county"]},
        "indicators": {"id": ["n"], "unit": ["persons"]},
        "observations": {
            "indicator": ["n"] * 3, "territory": ["a", "b", "b"], "value": [3, 4.0, 1], "period.start": ["2021"] * 3,
            "period.end": ["2021"] * 3, "breakdown": [None, None, '[["sex", "women"]]'],
        },
    }  # fmt: skip
    columns = from_frames(frames, framework="x", title="X", reference_date=date(2022, 6, 1))
    result = indicators.calculate(columns)
    assert row(result, territory="county", breakdown=None)["value"] == 7
    assert row(result, territory="county", breakdown="sex=women")["value"] == 1
    assert row(indicators.protect(result), territory="a")["value"] is None


def test_the_order_of_records_does_not_matter():
    plain = json.loads(dumps(samples.load("laane-viru")))
    draw = random.Random(3)
    for records in plain.values():
        if isinstance(records, list):
            draw.shuffle(records)
    shuffled = indicators.calculate(loads(json.dumps(plain)))
    assert same(shuffled, indicators.calculate(samples.load("laane-viru")))


def test_a_county_of_the_sample_is_the_sum_of_its_municipalities():
    result = indicators.calculate(samples.load("laane-viru"))
    county = row(result, indicator="pupils-absent", territory="laane-viru")
    parts = [
        one for one in rows(result, indicator="pupils-absent") if one["territory"] not in ("laane-viru", "estonia")
    ]
    assert county["value"] == sum(one["value"] for one in parts)
    rate = row(result, indicator="absence-share", territory="laane-viru")
    whole = row(result, indicator="pupils-enrolled", territory="laane-viru")
    assert rate["value"] == pytest.approx(100 * county["value"] / whole["value"])


def test_results_are_remembered_and_say_where_they_come_from():
    pytest.importorskip("pandas", reason="a data frame needs pandas")
    fw = samples.load("elektrenai")
    result = indicators.calculate(fw, indicators=["sen-support-rate"])
    assert result is indicators.calculate(fw, indicators=["sen-support-rate"])
    assert dict(result.provenance.arguments)["indicators"] == "sen-support-rate"
    assert result.provenance.function == "indicators.calculate"
    assert result.assumptions()
    assert result.to_frame().shape[1] == len(result.columns)
    assert result.references()[0].key == "Wilson1927"
