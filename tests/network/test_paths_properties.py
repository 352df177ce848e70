"""What holds for every framework: the search is compared with all ways that there are, decided on the records."""

from __future__ import annotations

import random

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from network_cases import Opinion, arc, framework, service
from strategies import frameworks, ids_of, relabelled, reordered

from integrated_services import network, samples
from integrated_services.model import columns_of

CONSENTS = st.sets(st.sampled_from(["person", "guardian"]))


SERVICE_RULES = [
    *[{}] * 9,
    {"eligibility": {"ages": [0, 9]}},
    {"access": {"consent": "guardian"}},
    {"status": "closed"},
    {"access": {"by": "referral", "referred_by": ["s0", "s1"]}},
]
ARC_RULES = [
    *[{}] * 8,
    {"criteria": {"ages": [5, 20]}},
    {"valid": "2023"},
    {"consent": "guardian"},
    {"consent": "person"},
]
DAYS = [None, 0, 1, 1, 2, 3]
ACCEPTANCES = [None, None, 0, 0.1, 0.5, 0.5, 1, 1, 1]


def small_case(seed):
    """Many arcs between few services: many ways, ties among them, and help at the last services only.

    Drawn evenly, as Hypothesis would draw the plainest arcs again and again.
    """
    rng = random.Random(seed)
    keys = [f"s{number}" for number in range(rng.randint(3, 7))]
    helping = set(keys[-rng.randint(1, 2) :])
    services = [service(key, *(["help"] if key in helping else []), **rng.choice(SERVICE_RULES)) for key in keys]
    arcs = [
        arc(*rng.sample(keys, 2), rng.choice(DAYS), rng.choice(ACCEPTANCES), id=f"r{number}", **rng.choice(ARC_RULES))
        for number in range(rng.randint(3, 22))
    ]
    asked = {
        "start": rng.choice(["s0", "s0", "s1"]),
        "need": "help",
        "age": rng.choice([None, None, 4, 7, 15]),
        "target_group": None,
        "territory": None,
        "consent": rng.choice([[], ["guardian"], ["person", "guardian"]]),
    }
    return framework(services, arcs, needs=[{"id": "help"}]), asked


@st.composite
def questions(draw, fw):
    """A start, a need and a person of a framework; None where it has no service or need."""
    if not fw.services or not fw.needs:
        return None

    def some(records):
        return draw(st.sampled_from([None, *(record.key for record in records)]))

    group = some(fw.target_groups)
    limits = Opinion(fw).group_ages(group) if group else None
    low, high = limits or (0, 100)
    age = draw(st.none() | st.integers(low, high)) if low <= high else None
    return {
        "start": draw(st.sampled_from([one.key for one in fw.services])),
        "need": draw(st.sampled_from([one.key for one in fw.needs])),
        "age": age,
        "target_group": group,
        "territory": some(fw.territories),
        "consent": draw(CONSENTS),
    }


@st.composite
def whole_cases(draw):
    fw = draw(frameworks(with_successions=False, max_referrals=12, max_projects=0, max_indicators=0))
    return fw, draw(questions(fw))


def place(unknown, days, hand_offs):
    return unknown, round(days, 9), hand_offs


def place_of(path):
    known = [step.expected_days for step in path.steps if step.expected_days is not None]
    return place(len(path.steps) - len(known), sum(known), len(path.steps))


def expected_ways(fw, asked):
    person = Opinion(fw, asked["age"], asked["target_group"], asked["territory"], asked["consent"])
    return person.all_paths(asked["start"], asked["need"])


def other_ids(fw):
    ids = ids_of(fw)
    return {key: f"x{len(ids) - number}" for number, key in enumerate(ids)}


# what holds ---------------------------------------------------------------------------------------------------------


def the_ways_are_all_that_there_are_in_the_right_order(fw, asked, rng):
    found, expected = network.referral_paths(fw, **asked, k=1000), expected_ways(fw, asked)
    told = [
        (path.services, tuple(step.referral or f"{step.sender}:{step.receiver}" for step in path.steps))
        for path in found.paths
    ]
    assert sorted(told) == sorted((services, keys) for _, _, _, services, keys in expected)
    assert [place_of(path) for path in found.paths] == [place(*way[:3]) for way in expected]
    assert bool(found.paths) != bool(found.blocked)


def the_k_best_are_the_first_of_all(fw, asked, rng):
    k = rng.randint(1, 4)
    found = network.referral_paths(fw, **asked, k=k)
    assert [place_of(path) for path in found.paths] == [place(*way[:3]) for way in expected_ways(fw, asked)[:k]]


def the_order_of_the_records_decides_nothing(fw, asked, rng):
    found = network.referral_paths(fw, **asked)
    again = network.referral_paths(reordered(fw, rng.randint(0, 99)), **asked)
    assert found.to_records() == again.to_records()
    assert found.blocked == again.blocked
    assert found.explain() == again.explain()


def other_ids_change_no_number(fw, asked, rng):
    ids = other_ids(fw)
    renamed = {name: ids.get(value, value) if isinstance(value, str) else value for name, value in asked.items()}
    found, again = network.referral_paths(fw, **asked), network.referral_paths(relabelled(fw, ids), **renamed)
    assert [place_of(path) for path in found.paths] == [place_of(path) for path in again.paths]
    assert len(found.blocked) == len(again.blocked)


def both_doors_give_equal_results(fw, asked, rng):
    document, columns = network.referral_paths(fw, **asked), network.referral_paths(columns_of(fw), **asked)
    assert (document.paths, document.blocked) == (columns.paths, columns.blocked)
    assert document.summary() == columns.summary()


def more_consent_never_makes_the_best_way_longer(fw, asked, rng):
    some = network.referral_paths(fw, **asked, k=1).paths
    all_given = network.referral_paths(fw, **{**asked, "consent": ["person", "guardian"]}, k=1).paths
    if some:
        assert place_of(all_given[0]) <= place_of(some[0])


def a_referral_less_never_makes_the_best_way_shorter(fw, asked, rng):
    # where an access rule names the sender, taking the record out leaves a way without days
    plain = [one.key for one in fw.referrals if Opinion(fw).senders(fw.services[one.receiver]) is None]
    if plain:
        less = fw.evolve(remove=[f"referrals[{rng.choice(plain)}]"])
        best, left = network.referral_paths(fw, **asked, k=1).paths, network.referral_paths(less, **asked, k=1).paths
        if left:
            assert place_of(best[0]) <= place_of(left[0])


def every_barrier_is_at_the_edge_of_what_is_reached(fw, asked, rng):
    person = Opinion(fw, asked["age"], asked["target_group"], asked["territory"], asked["consent"])
    graph = nx.DiGraph([(sender, receiver) for sender, receiver, *_ in person.arcs()])
    graph.add_nodes_from(one.id for one in fw.services)
    reached = {asked["start"], *nx.descendants(graph, asked["start"])}
    for barrier in network.referral_paths(fw, **asked).blocked:
        assert barrier.sender is None or barrier.sender in reached
        assert barrier.receiver is None or barrier.receiver not in reached or barrier.sender == asked["start"]


PROPERTIES = [
    the_ways_are_all_that_there_are_in_the_right_order,
    the_k_best_are_the_first_of_all,
    the_order_of_the_records_decides_nothing,
    other_ids_change_no_number,
    both_doors_give_equal_results,
    more_consent_never_makes_the_best_way_longer,
    a_referral_less_never_makes_the_best_way_shorter,
    every_barrier_is_at_the_edge_of_what_is_reached,
]


@pytest.fixture(scope="module")
def small_cases():
    return [small_case(seed) for seed in range(200)]


def test_the_small_nets_have_many_ways_and_many_barriers(small_cases):
    found = [network.referral_paths(fw, **asked, k=1000) for fw, asked in small_cases]
    assert sum(len(one.paths) > 3 for one in found) >= 20
    assert sum(any(len(path.steps) > 2 for path in one.paths) for one in found) >= 20
    assert sum(not one.paths for one in found) > 50
    assert len({barrier.condition for one in found for barrier in one.blocked}) >= 5


@pytest.mark.parametrize("holds", PROPERTIES)
def test_in_small_nets(holds, small_cases):
    for number, (fw, asked) in enumerate(small_cases):
        holds(fw, asked, random.Random(number))


@pytest.mark.parametrize("holds", PROPERTIES)
@given(case=whole_cases(), seed=st.integers(0, 99))
def test_in_whole_frameworks(holds, case, seed):
    fw, asked = case
    if asked is not None:
        holds(fw, asked, random.Random(seed))


@given(frameworks(max_referrals=12, with_successions=False))
def test_every_start_of_every_framework_is_answered(fw):
    for record in (*fw.services, *fw.sites, *fw.agencies, *fw.risk_factors):
        for need in fw.needs:
            found = network.referral_paths(fw, start=record.key, need=need.key)
            assert bool(found.paths) != bool(found.blocked)
            assert found.summary()
            assert found.explain()
            assert len(found.to_records()) >= len(found.paths)


@pytest.mark.parametrize("seed", [1, 2])
def test_a_county_has_the_best_ways_that_networkx_finds(seed):
    fw = samples.make_framework("county", seed)
    consent = ["person", "guardian"]
    person = Opinion(fw, consent=consent)
    graph = nx.DiGraph()
    graph.add_nodes_from(one.id for one in fw.services)
    for sender, receiver, _, days, sure in person.arcs():
        if days is not None and (
            not graph.has_edge(sender, receiver) or graph.edges[sender, receiver]["days"] > days / sure
        ):
            graph.add_edge(sender, receiver, days=days / sure)
    ways = 0
    for start in [one.id for one in fw.services if person.offered(one)][:20]:
        lengths = nx.single_source_dijkstra_path_length(graph, start, weight="days")
        for need in [one.id for one in fw.needs][:6]:
            ends = [
                one.id
                for one in fw.services
                if person.helps(one, need) and (person.enters(one) or (one.id == start and person.fits(one)))
            ]
            best = min((lengths[end] for end in ends if end in lengths), default=None)
            found = network.referral_paths(fw, start=start, need=need, consent=consent, k=1).paths
            known = found[0].expected_days if found else None
            assert known == (None if best is None else pytest.approx(best))
            ways += bool(found and found[0].steps)
    assert ways > 30
