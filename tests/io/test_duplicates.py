"""Likely duplicates: perturbed names are found, places that only sound alike are not."""

from __future__ import annotations

import random
from time import perf_counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("rapidfuzz", reason="likely duplicates are found with the extra `desk`")

from integrated_services import samples
from integrated_services.io import Suggestion, likely_duplicates
from integrated_services.io._likeness import BOTH_DIFFER, likeness, words
from integrated_services.model import Framework, Match, merge
from tests.strategies import frameworks

HEAD: dict[str, Any] = {"title": "F", "reference_date": "2022-06-01"}


def document(name: str, **more: Any) -> Framework:
    return Framework.model_validate({"framework": name, **HEAD, **more})


def agencies(*names: str, **more: Any) -> Framework:
    return document("f", agencies=[{"id": f"a{n}", "name": name, **more} for n, name in enumerate(names)])


def best(*names: str) -> float:
    found = likely_duplicates(agencies(*names), threshold=0.0)
    return max((one.score for one in found), default=0.0)


SAME = [
    ("MTÜ Päikesekiir", "Paikesekiir"),
    ("OÜ Rakvere Perearstikeskus", "Perearstikeskus, Rakvere (OÜ)"),
    ("VšĮ „Elektrėnų ligoninė“", "Elektrenu ligonine"),
    ("Viešoji įstaiga Elektrėnų ligoninė", "VšĮ Elektrėnų ligoninė"),
    ("UAB Vilties namai", "Vilties namai, UAB"),
    ("SA Rakvere Haigla", "Rakvere haigla"),
    ("Virumaa Sotsiaalkeskus", "Virumaa Sotsiaalkesksu"),
    ("Vinni Vallavalitsus", "VINNI  VALLAVALITSUS"),
    ("Lääne-Viru Omavalitsuste Liit", "Laane Viru Omavalitsuste Liit"),
    ("Lääneviru Noortekeskus", "Lääne Viru Noortekeskus"),
    ("Kadrina Keskkool", "Kadrina Keskool"),
]
DISTINCT = [
    ("Tartu linn", "Tartu vald"),
    ("Rakvere linn", "Rakvere vald"),
    ("Kauno miesto savivaldybė", "Kauno rajono savivaldybė"),
    ("Vilniaus miesto savivaldybė", "Vilniaus rajono savivaldybė"),
    ("Lasteaed nr 1", "Lasteaed nr 2"),
    ("Põhja perekeskus", "Lõuna perekeskus"),
    ("Rakvere raamatukogu", "Tapa raamatukogu"),
    ("Vinni Vallavalitsus", "Viimsi Vallavalitsus"),
    ("OÜ Abi", "OÜ Tugi"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_another_way_to_write_a_name_is_found(one: str, other: str) -> None:
    assert best(one, other) >= 0.85


@pytest.mark.parametrize(("one", "other"), DISTINCT)
def test_another_place_of_nearly_the_same_name_scores_low(one: str, other: str) -> None:
    assert best(one, other) <= BOTH_DIFFER + 0.1
    assert likely_duplicates(agencies(one, other)) == ()


def test_two_distinct_places_stay_low_even_where_all_else_agrees() -> None:
    fw = agencies("Rakvere linn", "Rakvere vald", kind="municipality", sector="administration", level="municipal")
    assert likely_duplicates(fw) == ()
    assert all(one.score <= BOTH_DIFFER for one in likely_duplicates(fw, threshold=0.0))


# the worked example: perturbed copies of the names of the samples -------------------------------------------------


def perturbed(name: str, rng: random.Random) -> str:
    """A name as another office writes it: a slip of the pen, another order, a legal form, no diacritics."""
    parts = name.split()
    for change in rng.sample(("slip", "order", "form", "case"), 2):
        if change == "slip":
            long = [n for n, word in enumerate(parts) if len(word) >= 6 and word.isalpha()]
            if long:
                at = rng.choice(long)
                cut = rng.randrange(1, len(parts[at]) - 1)
                parts[at] = parts[at][:cut] + parts[at][cut + 1 :]
        elif change == "order":
            rng.shuffle(parts)
        elif change == "form":
            parts = [rng.choice(("OÜ", "MTÜ", "SA", "UAB", "VšĮ")), *parts]
        else:
            parts = [word.upper() for word in parts]
    return " ".join(parts)


def names_of_samples() -> list[str]:
    found: dict[str, None] = {}
    for sample in samples.names():
        fw = samples.load(sample)
        for collection in ("territories", "agencies", "sites", "services"):
            for record in getattr(fw, collection):
                name = record.name
                if name is not None:
                    found[name.text(name.languages[0] if name.languages else None)] = None
    return [name for name in found if len(name) < 120]


def test_perturbed_copies_of_the_sample_names_are_found_and_little_else_is() -> None:
    rng = random.Random(1)
    names = names_of_samples()
    assert len(names) > 100
    a = document("a", agencies=[{"id": f"x{n}", "name": name} for n, name in enumerate(names)])
    b = document("b", agencies=[{"id": f"y{n}", "name": perturbed(name, rng)} for n, name in enumerate(names)])
    found = {one.ids for one in likely_duplicates([a, b])}
    wanted = {(f"a:x{n}", f"b:y{n}") for n in range(len(names))}
    alone = {tuple(one.ids) for one in likely_duplicates(a)}
    across = {one for one in found if {key[0] for key in one} == {"a", "b"}}
    recall = len(across & wanted) / len(wanted)
    # what the names of the samples already have in common is no fault of the comparison
    twins = {frozenset(key[1:] for key in pair) for pair in alone}
    wrong = [one for one in across - wanted if frozenset(key[3:] for key in one) not in twins]
    precision = 1 - len(wrong) / len(across)
    assert recall >= 0.95
    assert precision >= 0.95


# what is suggested -------------------------------------------------------------------------------------------------


def test_a_suggestion_names_both_records_their_files_and_the_reasons() -> None:
    a = document(
        "a", agencies=[{"id": "p", "name": "Päike", "sector": "social", "origins": [{"file": "a.xlsx", "row": 3}]}]
    )
    b = document("b", agencies=[{"id": "q", "name": "MTÜ Paike", "sector": "social"}])
    assert likely_duplicates([a, b]) == (
        Suggestion(
            "agencies",
            ("a.xlsx:p", "b:q"),
            ("Päike", "MTÜ Paike"),
            ("a.xlsx, row 3", "b"),
            1.0,
            "the same name; the same sector",
        ),
    )


def test_a_suggestion_is_a_match_once_somebody_confirms_it() -> None:
    a = document("a", agencies=[{"id": "p", "name": "Päike"}])
    b = document("b", agencies=[{"id": "q", "name": "MTÜ Paike"}])
    (entry,) = [one.as_match() for one in likely_duplicates([a, b])]
    assert len(merge(a, b, match=[entry]).framework.agencies) == 2
    confirmed = entry | {"confirmed": True}
    assert len(merge(a, b, match=[confirmed]).framework.agencies) == 1
    assert likely_duplicates([a, b], match=[confirmed]) == ()
    assert likely_duplicates([a, b], match=[Match("agencies", different=("a:p", "b:q"))]) == ()


def test_records_with_different_official_codes_are_never_suggested() -> None:
    fw = document(
        "f",
        agencies=[
            {"id": "a", "name": "Kool", "identifiers": {"registry": "1"}},
            {"id": "b", "name": "Kool", "identifiers": {"registry": "2"}},
            {"id": "c", "name": "Kool"},
        ],
    )
    assert {one.ids for one in likely_duplicates(fw)} == {("a", "c"), ("b", "c")}


def test_a_unit_and_what_it_is_part_of_are_never_suggested() -> None:
    fw = document("f", agencies=[{"id": "a", "name": "Tugikeskus"}, {"id": "b", "name": "Tugikeskus", "part_of": "a"}])
    assert likely_duplicates(fw) == ()


def test_what_merging_joins_anyhow_is_not_suggested() -> None:
    a, b = (document(name, agencies=[{"id": "x", "name": "Tugikeskus"}]) for name in "ab")
    assert likely_duplicates([a, b]) == ()


def test_surroundings_raise_and_lower_the_score() -> None:
    def score(**more: Any) -> float:
        records = [{"id": "p", "name": "Tugikeskus Päike"}, {"id": "q", "name": "Tugikeskus Paikk"} | more]
        records[0] |= {"territory": "t"}
        fw = document("f", territories=[{"id": "t"}, {"id": "u"}], agencies=records)
        return likely_duplicates(fw, threshold=0.0)[0].score

    assert score(territory="u") < score() < score(territory="t") < 1


def test_places_that_are_far_apart_score_lower() -> None:
    def score(lat: float) -> float:
        points = [{"lat": 59.35, "lon": 26.36}, {"lat": lat, "lon": 26.36}]
        fw = document(
            "f", sites=[{"id": f"s{n}", "name": "Tugimaja", "point": point} for n, point in enumerate(points)]
        )
        return likely_duplicates(fw, threshold=0.0)[0].score

    assert score(59.35) == 1.0
    assert score(58.35) == pytest.approx(0.8)


def test_personal_texts_are_masked() -> None:
    one = Suggestion("agencies", ("a", "b"), ("mari.maasikas@example.org", "x"), ("a.csv",), 1.0, "the same name")
    assert "maasikas" not in str(one) + str(one.as_match())


# laws --------------------------------------------------------------------------------------------------------------

NAME = st.text(alphabet="abcdšžõü 1", min_size=1, max_size=20)


@given(NAME, NAME)
def test_likeness_is_symmetric_within_bounds_and_whole_for_the_same_words(one: str, other: str) -> None:
    left, right = words(one), words(other)
    found = likeness(left, right)
    assert 0 <= found <= 1
    assert found == pytest.approx(likeness(right, left))
    if left == right and left:
        assert found == 1


@given(frameworks(max_agencies=4, max_services=4, hostile_text=True))
def test_any_framework_can_be_searched_and_the_likeliest_come_first(fw: Framework) -> None:
    found = likely_duplicates(fw, threshold=0.0)
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    assert all(0 <= one.score <= 1 for one in found)
    assert len({(one.collection, one.ids) for one in found}) == len(found)


def test_twenty_thousand_records_take_seconds() -> None:
    rng = random.Random(2)
    towns = ["".join(rng.choice("aeiou") + rng.choice("klmnprstv") for _ in range(4)) for _ in range(3000)]
    kinds = ("Raamatukogu", "Kool", "Lasteaed", "Tugikeskus", "Noortekeskus", "Hooldekodu", "Päevakeskus")
    records = [{"id": f"a{n}", "name": f"{rng.choice(towns)} {rng.choice(kinds)} {n % 5}"} for n in range(20_000)]
    fw = document("f", agencies=records)
    start = perf_counter()
    likely_duplicates(fw)
    assert perf_counter() - start < 60  # some 6 s on one free core
