"""Made-up frameworks: valid, of the size asked for, the same everywhere, and with something of everything in them."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter

import pytest
from strategies import fields_reached

from integrated_services import coverage, samples
from integrated_services.errors import AnalysisError
from integrated_services.model import Framework, dumps, loads

COUNTY = samples.make_framework("county", seed=1)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, "tiny", 7, 20, "county", 61, 130, 400])
def test_a_made_up_framework_is_valid_and_nothing_in_it_contradicts_itself(size: str | int, seed: int) -> None:
    framework = samples.make_framework(size, seed)  # type: ignore[arg-type]
    assert [p for p in framework.problems() if p.severity != "incomplete"] == []
    assert loads(dumps(framework)) == framework


def test_the_national_framework_is_valid() -> None:
    framework = samples.make_framework("national", seed=3)
    assert (len(framework.services), len(framework.territories)) == (5_000, 80)
    assert [p for p in framework.problems() if p.severity != "incomplete"] == []


def test_a_county_has_the_sizes_that_it_is_described_with() -> None:
    sizes = {name: len(getattr(COUNTY, name)) for name in Framework.COLLECTIONS}
    assert sizes["territories"] == 8
    assert Counter(t.level for t in COUNTY.territories) == {"county": 1, "municipality": 7}
    assert (sizes["services"], sizes["agencies"], sizes["referrals"], sizes["cooperations"]) == (60, 25, 280, 60)
    assert sizes["target_groups"] == 10
    assert len({demand.need for demand in COUNTY.demands}) == 8


def test_a_number_gives_about_so_many_services_and_scales_the_rest() -> None:
    small, large = samples.make_framework(100, seed=1), samples.make_framework(900, seed=1)
    assert (len(small.services), len(large.services)) == (100, 900)
    for name in ("territories", "demands", "agencies", "sites", "referrals", "cooperations", "observations", "surveys"):
        assert len(getattr(small, name)) < len(getattr(large, name))


def test_the_same_size_and_seed_give_the_same_framework_and_another_seed_another() -> None:
    assert samples.make_framework("county", seed=1) == COUNTY
    assert samples.make_framework("county", seed=2).plain()["services"] != COUNTY.plain()["services"]
    assert samples.make_framework("county", seed=-1).plain()["services"] != COUNTY.plain()["services"]


def test_the_framework_does_not_depend_on_the_machine_or_the_hash_seed() -> None:
    said = "from integrated_services import samples; print(samples.make_framework('county', 1).digest)"
    for hash_seed in ("0", "1"):
        done = subprocess.run(
            [sys.executable, "-c", said],
            capture_output=True,
            text=True,
            check=True,
            env={"PYTHONHASHSEED": hash_seed, "PYTHONPATH": ":".join(sys.path)},
        )
        assert done.stdout.strip() == COUNTY.digest
    # Written down, so that a machine or a Python that draws other numbers is noticed.
    assert COUNTY.digest[:16] == "45dc155dfca003d6"


def test_every_figure_is_assumed_and_names_its_assumption() -> None:
    groups = COUNTY.assumptions()
    assert [group.source for group in groups] == ["made-up"]
    assert COUNTY.sources["made-up"].kind == "assumption"
    assert all(figure.basis == "assumed" for group in groups for figure in group.figures)
    assert any(figure.low is not None and figure.low < figure.value for group in groups for figure in group.figures)
    stated = [o.value for o in COUNTY.observations if o.value is not None]
    assert all(figure.basis == "assumed" and figure.source == "made-up" for figure in stated)


def test_names_are_plainly_made_up_and_in_three_languages() -> None:
    assert COUNTY.name("m3", "en") == "Municipality 3"
    assert COUNTY.name("s17", "lt") == "Paslauga 17"
    assert COUNTY.name("s17", "et") == "Teenus 17"
    assert not [p for p in COUNTY.problems() if p.code == "translation-missing"]


def test_a_county_has_something_of_every_state_and_reason() -> None:
    gaps = coverage.gaps(COUNTY)
    assert set(gaps.status) == {"covered", "gap", "capacity_unknown", "not_comparable", "not_surveyed"}
    seen = {reason for seed in range(6) for reason in coverage.gaps(samples.make_framework("county", seed)).reason}
    assert seen >= {"group", "validity", "residence", "eligibility", "access", "capacity"}


def test_a_county_has_what_analyses_must_cope_with() -> None:
    reached = fields_reached(COUNTY)
    for field in (
        ("Eligibility", "any"),
        ("Eligibility", "not_"),
        ("Eligibility", "all"),
        ("Eligibility", "condition"),
        ("Delivery", "valid"),
        ("Delivery", "sessions_per_person"),
        ("Delivery", "caseload"),
        ("Post", "fte"),
        ("Access", "referred_by"),
        ("Territory", "degurba"),
        ("Territory", "point"),
        ("Evidence", "status"),
        ("Finance", "parts"),
        ("Observation", "missing"),
        ("Observation", "breakdown"),
        ("Demand", "each"),
    ):
        assert reached[field] > 0, field
    deliveries = [delivery for service in COUNTY.services for delivery in service.deliveries]
    assert {delivery.channel for delivery in deliveries} == {"on_site", "mobile", "online"}
    assert any(len(delivery.area) > 1 for delivery in deliveries)
    assert {survey.status for survey in COUNTY.surveys} == {"complete", "partial"}
    by_referral = {s.id for s in COUNTY.services if s.access is not None and s.access.by == "referral"}
    referred = {referral.receiver for referral in COUNTY.referrals}
    assert by_referral & referred
    assert by_referral - referred


@pytest.mark.parametrize(
    ("size", "said"),
    [(200_001, "model.from_frames"), (0, "1 or more"), (-5, "1 or more"), ("huge", "'tiny', 'county', 'national'")],
)
def test_an_impossible_size_is_refused_with_what_to_do(size: str | int, said: str) -> None:
    with pytest.raises(AnalysisError, match=said):
        samples.make_framework(size, seed=1)  # type: ignore[arg-type]
