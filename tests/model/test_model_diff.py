"""What differs between two frameworks, by paths that `evolve` takes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from model_helpers import LAND, framework, loaded, the_land

from integrated_services.errors import DocumentError
from integrated_services.model import diff

MOBILE = "services[mobile].deliveries[north+south]"


@pytest.fixture(scope="module")
def fw():
    return the_land()


def applied(a, changes):
    """Apply a difference by evolve."""
    values, add, remove = {}, {}, []
    for change in changes:
        if change.path.endswith("]") and change.kind == "removed":
            remove.append(change.path)
        elif change.path.endswith("]") and change.kind == "added":
            depth, at = 0, len(change.path) - 1
            while depth or change.path[at] == "]":
                depth += {"]": 1, "[": -1}.get(change.path[at], 0)
                at -= 1
                if not depth:
                    break
            add.setdefault(change.path[: at + 1], []).append(change.after)
        else:
            values[change.path] = change.after
    return a.evolve(values, add=add, remove=remove)


def same(a, b):
    """Tell whether two frameworks are equal but for the order of their records."""
    return diff(a, b) == () == diff(b, a)


def test_nothing_differs_from_itself(fw):
    assert diff(fw, fw) == ()
    assert diff(fw, the_land()) == ()


@pytest.mark.parametrize(
    ("path", "value", "kind", "before"),
    [
        ("title", "G", "changed", "F"),
        ("description", "New", "added", None),
        ("services[mobile].name", None, "removed", "Mobile team"),
        (f"{MOBILE}.capacity", 60, "changed", 40),
        (f"{MOBILE}.capacity", {"value": 40, "per": "year"}, "changed", 40),
        ("services[mobile].deliveries[house].capacity.low", 11, "changed", 10),
        (f"{MOBILE}.wait", 3, "added", None),
        ("services[mobile].meets", ["therapy", "speech"], "changed", ["therapy"]),
        ("projects[p].finance.rate", 0.85, "added", None),
        ("territories[north].codes", {"lau": "1"}, "changed", {"lau": "0141", "ehak": "0142"}),
    ],
)
def test_a_change_is_named_by_its_path_with_both_values(fw, path, value, kind, before):
    [change] = diff(fw, fw.evolve({path: value}))
    assert (change.path, change.kind, change.before) == (path, kind, before)
    if path != "territories[north].codes":
        assert change.after == value


def test_records_and_children_are_added_and_removed_by_path(fw):
    new = fw.evolve(
        add={"needs": [{"id": "rest"}], f"{MOBILE}.posts": [{"role": "nurse"}]}, remove=["referrals[advice:mobile]"]
    )
    assert [str(change) for change in diff(fw, new)] == [
        "added needs[rest]",
        f"added {MOBILE}.posts[nurse]",
        "removed referrals[advice:mobile]",
    ]
    [added, *_] = diff(fw, new)
    assert (added.before, added.after) == (None, {"id": "rest"})


def test_a_change_says_itself_in_words(fw):
    assert [str(change) for change in diff(fw, fw.evolve({"title": "G"}))] == ["title: 'F' -> 'G'"]


def test_the_order_of_records_does_not_count(fw):
    backwards = the_land(**{name: list(reversed(LAND[name])) for name in ("needs", "services", "territories")})
    assert backwards != fw
    assert diff(fw, backwards) == ()


def test_the_difference_the_other_way_exchanges_before_and_after(fw):
    new = fw.evolve({"title": "G", f"{MOBILE}.wait": 3}, add={"needs": [{"id": "rest"}]})
    there, back = diff(fw, new), diff(new, fw)
    assert {(c.path, str(c.before), str(c.after)) for c in there} == {
        (c.path, str(c.after), str(c.before)) for c in back
    }


def test_a_rule_of_what_must_not_hold_has_a_path_that_evolve_takes(fw):
    new = fw.evolve({"services[mobile].eligibility.not": {"ages": [1, 2]}})
    [change] = diff(fw, new)
    assert change.path == "services[mobile].eligibility.not"
    assert applied(fw, [change]) == new


CHANGES = [
    {"changes": {"title": {"en": "G", "lt": "H"}}},
    {"changes": {f"{MOBILE}.capacity": {"value": 3, "basis": "assumed", "source": "guess"}}},
    {"changes": {"services[mobile].deliveries[house].capacity": None}},
    {"changes": {"services[mobile].deliveries[house].capacity": 7}},
    {"changes": {"services[mobile].eligibility": None}},
    {"changes": {"projects[p].finance.parts[school:grant:2020/2021-06].period": "2023"}},
    {"changes": {"projects[p].period": {"start": "2020", "duration": "P2Y"}}},
    {"changes": {"observations[trained:north:sex=women:actual].breakdown": None}},
    {"changes": {"territories[county].name": None, "territories[north].codes": None}},
    {"add": {"needs": [{"id": "rest", "broader": "therapy"}]}},
    {"add": {"services[advice].deliveries": [{"channel": "online", "posts": [{"role": "nurse"}]}]}},
    {"remove": ["referrals[advice:mobile]", "services[mobile].deliveries[house]"]},
    {"remove": ["surveys[county]", "observations[trained:north:sex=women:actual]"]},
]


@given(st.lists(st.sampled_from(CHANGES), min_size=1, max_size=5, unique_by=str))
def test_the_difference_applied_by_evolve_gives_the_other_framework(picked):
    a = b = the_land()
    for change in picked:
        try:
            b = b.evolve(**change)
        except (DocumentError, KeyError):
            continue
    assert same(applied(a, diff(a, b)), b)
    assert same(applied(b, diff(b, a)), a)


def test_the_difference_of_any_two_frameworks_applied_gives_the_other():
    strategies = pytest.importorskip("strategies")

    @given(strategies.frameworks(), strategies.frameworks())
    def check(a, b):
        assert same(applied(a, diff(a, b)), b)

    check()


def test_made_frameworks_of_two_seeds_differ_and_the_difference_leads_from_one_to_the_other():
    from integrated_services import samples

    if not hasattr(samples, "make_framework"):
        pytest.skip("no made frameworks yet")
    a, b = samples.make_framework(3, seed=1), samples.make_framework(3, seed=2)
    assert diff(a, b)
    assert same(applied(a, diff(a, b)), b)


def test_texts_and_their_languages_are_compared_as_one_value():
    a = framework(needs=[{"id": "n", "name": {"en": "Need", "et": "Vajadus"}}])
    [change] = diff(a, a.evolve({"needs[n].name.et": "Uus"}))
    assert (change.path, change.after) == ("needs[n].name", {"en": "Need", "et": "Uus"})


def test_frameworks_of_equal_plain_documents_do_not_differ():
    assert diff(loaded(the_land().plain()), the_land()) == ()
