"""What holds for every framework: the search is compared with all ways that there are, decided on the records."""

from __future__ import annotations

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
    *[{}] * 5,
    {"eligibility": {"ages": [0, 9]}},
    {"access": {"consent": "guardian"}},
    {"status": "closed"},
    {"access": {"by": "referral", "referred_by": ["s0", "s1"]}},
]
ARC_RULES = [
    *[{}] * 5,
    {"criteria": {"ages": [5, 20]}},
    {"valid": "2023"},
    {"consent": "guardian"},
    {"consent": "person"},
]
DAYS = [None, 0, 1, 1, 2, 3]
ACCEPTANCES = [None, 0, 0.1, 0.5, 1, 1]


@st.composite
def small_nets(draw):
    """Many arcs between few services, so that there are many ways, ties among them; help is at the last ones."""
    keys = [f"s{i}" for i in range(draw(st.integers(3, 6)))]
    helping = set(keys[-draw(st.integers(1, 2)) :])
    services = [
        service(key, *(["help"] if key in helping else []), **draw(st.sampled_from(SERVICE_RULES))) for key in keys
    ]
    pairs = st.tuples(st.sampled_from(keys), st.sampled_from(keys)).filter(lambda pair: pair[0] != pair[1])
    arcs = [
        arc(
            *pair,
            draw(st.sampled_from(DAYS)),
            draw(st.sampled_from(ACCEPTANCES)),
            id=f"r{number}",
            **draw(st.sampled_from(ARC_RULES)),
        )
        for number, pair in enumerate(draw(st.lists(pairs, min_size=5, max_size=14)))
    ]
    return framework(services, arcs, needs=[{"id": "help"}])


@st.composite
def small_cases(draw):
    """A question that a small net has some answer to more often than not."""
    asked = {
        "start": draw(st.sampled_from(["s0", "s0", "s1"])),
        "need": "help",
        "age": draw(st.sampled_from([None, None, 4, 7, 15])),
        "target_group": None,
        "territory": None,
        "consent": draw(CONSENTS),
    }
    return draw(small_nets()), asked


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


def cases():
    return small_cases() | whole_cases()


def found_and_expected(fw, asked, k=1000):
    person = Opinion(fw, asked["age"], asked["target_group"], asked["territory"], asked["consent"])
    found = network.referral_paths(fw, **asked, k=k)
    return found, person.all_paths(asked["start"], asked["need"])


def place(unknown, days, hand_offs):
    return unknown, round(days, 9), hand_offs


def place_of(path):
    known = [step.expected_days for step in path.steps if step.expected_days is not None]
    return place(len(path.steps) - len(known), sum(known), len(path.steps))


@given(cases())
def test_the_ways_are_all_that_there_are_in_the_right_order(case):
    fw, asked = case
    if asked is None:
        return
    found, expected = found_and_expected(fw, asked)
    told = [
        (path.services, tuple(step.referral or f"{step.sender}:{step.receiver}" for step in path.steps))
        for path in found.paths
    ]
    assert sorted(told) == sorted((services, keys) for _, _, _, services, keys in expected)
    assert [place_of(path) for path in found.paths] == [place(*way[:3]) for way in expected]
    assert bool(found.paths) != bool(found.blocked)


@given(cases(), st.integers(1, 4))
def test_the_k_best_are_the_first_of_all(case, k):
    fw, asked = case
    if asked is None:
        return
    found, expected = found_and_expected(fw, asked, k)
    assert [place_of(path) for path in found.paths] == [place(*way[:3]) for way in expected[:k]]


@given(cases(), st.integers(0, 9))
def test_the_order_of_the_records_decides_nothing(case, seed):
    fw, asked = case
    if asked is None:
        return
    found, again = network.referral_paths(fw, **asked), network.referral_paths(reordered(fw, seed), **asked)
    assert found.to_records() == again.to_records()
    assert found.blocked == again.blocked
    assert found.explain() == again.explain()


@given(cases())
def test_other_ids_change_no_number(case):
    fw, asked = case
    if asked is None:
        return
    mapping = {key: f"x{len(ids_of(fw)) - number}" for number, key in enumerate(ids_of(fw))}
    renamed = {name: mapping.get(value, value) if isinstance(value, str) else value for name, value in asked.items()}
    found, again = network.referral_paths(fw, **asked), network.referral_paths(relabelled(fw, mapping), **renamed)
    assert [place_of(path) for path in found.paths] == [place_of(path) for path in again.paths]
    assert len(found.blocked) == len(again.blocked)


@given(cases())
def test_both_doors_give_equal_results(case):
    fw, asked = case
    if asked is None:
        return
    document, columns = network.referral_paths(fw, **asked), network.referral_paths(columns_of(fw), **asked)
    assert (document.paths, document.blocked) == (columns.paths, columns.blocked)
    assert document.summary() == columns.summary()


@given(cases())
def test_more_consent_never_makes_the_best_way_longer(case):
    fw, asked = case
    if asked is None:
        return
    some = network.referral_paths(fw, **asked, k=1).paths
    all_given = network.referral_paths(fw, **{**asked, "consent": ["person", "guardian"]}, k=1).paths
    if some:
        assert place_of(all_given[0]) <= place_of(some[0])


@given(cases(), st.data())
def test_a_referral_less_never_makes_the_best_way_shorter(case, data):
    fw, asked = case
    # where an access rule names the sender, taking the record out leaves a way without days
    plain = [one.key for one in fw.referrals if Opinion(fw).senders(fw.services[one.receiver]) is None]
    if asked is None or not plain:
        return
    less = fw.evolve(remove=[f"referrals[{data.draw(st.sampled_from(plain))}]"])
    best, left = network.referral_paths(fw, **asked, k=1).paths, network.referral_paths(less, **asked, k=1).paths
    if left:
        assert place_of(best[0]) <= place_of(left[0])


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
