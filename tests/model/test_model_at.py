"""The framework on a day: what is valid, and territories that merged or split."""

import json
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from model_helpers import document, framework, land, loaded, the_land

from integrated_services import samples
from integrated_services.model import diff, dumps, loads

END = date(2017, 10, 23)
BEFORE, AFTER = END, END + timedelta(days=1)
GROUPS = {"target_groups": [{"id": "g"}, {"id": "h"}], "needs": [{"id": "n"}, {"id": "m"}]}


def merged(old=("a", "b"), new="c", shares=None, *, born=True, **parts):
    """Make a framework in which territories merge into a new one after the 23rd of October 2017."""
    successors = [{"territory": new}] if shares is None else shares
    territories = [{"id": one, "valid": f"../{END}", "succeeded_by": successors} for one in old]
    youngest = {"id": new, "valid": f"{AFTER}/.."} if born else {"id": new}
    others = [{"id": "elsewhere"}, *(p for p in parts.pop("territories", []))]
    return framework(territories=[*territories, youngest, *others], **GROUPS, **parts)


def persons(fw, name="demands"):
    return {record.key: record.persons.plain() for record in getattr(fw, name)}


# validity ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("valid", "there"),
    [
        ("2020/2022", True),
        ("2022-06-01", True),
        ("2022-06-02/..", False),
        ("../2022-05-31", False),
        ("../2022-05", False),
        ("../2022", True),
        ("2023", False),
        ("--05-03/..", True),
        ({"duration": "P2Y"}, True),
    ],
)
def test_a_service_is_there_on_the_days_of_its_validity_both_ends_included(valid, there):
    fw = framework(services=[{"id": "s", "valid": valid}])
    assert ("s" in fw.at(date(2022, 6, 1)).services) == there


def test_what_is_over_is_left_out_with_what_cannot_be_without_it():
    over = {"valid": "../2021"}
    fw = framework(
        agencies=[{"id": "a"}, {"id": "b", **over}, {"id": "unit", "part_of": "b"}],
        sites=[{"id": "closed", **over}, {"id": "open", "agency": "b"}],
        services=[
            {"id": "s", "providers": ["a", "b"], "deliveries": [{"site": "closed"}, {"site": "open"}]},
            {"id": "t", "deliveries": [{"id": "d", "channel": "mobile", **over}, {"id": "e", "channel": "online"}]},
            {"id": "u", **over},
        ],
        cooperations=[{"agencies": ["a", "b"]}, {"agencies": ["a", "unit"]}, {"agencies": ["unit", "a"], **over}],
        referrals=[
            {"sender": "s", "receiver": "u"},
            {"sender": "s", "receiver": "t"},
            {"sender": "t", "receiver": "s", **over},
        ],
        projects=[{"id": "p", "partners": [{"agency": "a", "role": "partner"}]}],
    )
    now = fw.at(date(2022, 6, 1))
    assert now.agencies.keys() == ("a", "unit")
    assert now.agencies["unit"].part_of is None
    assert now.projects == fw.projects
    assert now.sites.keys() == ("open",)
    assert now.services.keys() == ("s", "t")
    assert now.services["s"].providers == ("a",)
    assert [d.key for d in now.services["s"].deliveries] == ["open"]
    assert [d.key for d in now.services["t"].deliveries] == ["e"]
    assert now.cooperations.keys() == ("cooperates:a+unit",)
    assert now.referrals.keys() == ("s:t",)
    assert fw.at(date(2021, 12, 31)).services.keys() == ("s", "t", "u")


def test_a_promised_service_that_is_not_there_stays_without_deliveries():
    promise = {"id": "c", "name": "C", "every": {"level": "county"}, "has": {"service": "s"}}
    fw = framework(
        services=[{"id": "s", "valid": "2020/2021", "deliveries": [{"channel": "online"}]}],
        projects=[{"id": "p", "commitments": [promise]}],
    )
    for day, status in ((date(2019, 1, 1), "planned"), (date(2022, 1, 1), "closed"), (date(2020, 5, 1), "active")):
        now = fw.at(day)
        assert now.services["s"].status == status
        assert bool(now.services["s"].deliveries) == (status == "active")
        assert now.projects["p"].commitments[0].has.service == "s"


def test_what_projects_did_and_what_was_observed_stays_as_it_was():
    over = {"valid": "2019/2020"}
    fw = framework(
        agencies=[{"id": "a"}, {"id": "b", **over}, {"id": "c", **over}],
        services=[{"id": "s", **over, "providers": ["a", "b"]}, {"id": "t", "providers": ["a", "b"]}],
        cooperations=[{"agencies": ["a", "b"]}],
        referrals=[{"sender": "t", "receiver": "s"}],
        projects=[
            {
                "id": "p",
                "partners": [{"agency": "b", "role": "partner"}],
                "finance": {"parts": [{"funder": "b"}, {"funder": "a"}]},
                "activities": [{"id": "x", "name": "X", "services": ["s"]}],
            }
        ],
        indicators=[{"id": "i"}],
        observations=[{"indicator": "i", "agency": "b", "value": 1}, {"indicator": "i", "value": 2}],
    )
    now = fw.at(date(2022, 1, 1))
    assert (now.projects, now.observations) == (fw.projects, fw.observations)
    assert now.agencies.keys() == ("a", "b")
    assert {service.id: service.status for service in now.services} == {"s": "closed", "t": "active"}
    assert (now.services["t"].providers, now.cooperations, now.referrals) == (("a",), (), ())
    assert now.at(date(2022, 1, 1)) == now


def test_a_promise_to_nobody_who_is_left_is_left_out():
    promise = {
        "id": "c",
        "name": "C",
        "every": {"ids": ["a"]},
        "has": {"post": "nurse"},
        "evidence": [{"member": "a", "status": "met"}],
    }
    fw = framework(agencies=[{"id": "a", "valid": "../2020"}], projects=[{"id": "p", "commitments": [promise]}])
    assert fw.at(date(2022, 1, 1)).projects["p"].commitments == ()


def test_the_day_becomes_the_reference_date_and_nothing_else_changes_without_validity():
    fw = the_land()
    day = date(2030, 1, 1)
    assert fw.at(day) == fw.evolve({"reference_date": day})
    assert fw.at(fw.reference_date) == fw


@pytest.mark.parametrize("name", samples.names())
def test_samples_can_be_looked_at_on_any_day(name):
    fw = samples.load(name)
    for year in (1990, 2016, 2018, 2022, 2040):
        now = fw.at(date(year, 7, 1))
        assert loads(dumps(now)) == now


# merged and split territories --------------------------------------------------------------------------------------


def demand(territory, number, need="n", group="g", **more):
    return {"need": need, "target_group": group, "territory": territory, "persons": number, **more}


def test_the_persons_of_merged_territories_are_added_up():
    fw = merged(demands=[demand("a", 10), demand("b", 20), demand("elsewhere", 5), demand("a", 1, need="m")])
    assert persons(fw.at(BEFORE)) == {"n:g:a": 10, "n:g:b": 20, "n:g:elsewhere": 5, "m:g:a": 1}
    now = fw.at(AFTER)
    assert {key: figure["value"] if isinstance(figure, dict) else figure for key, figure in persons(now).items()} == {
        "n:g:c": 30, "n:g:elsewhere": 5, "m:g:c": 1,
    }  # fmt: skip
    assert now.demands["n:g:c"].persons.basis == "derived"
    assert now.territories.keys() == ("c", "elsewhere")


def test_the_persons_of_a_divided_territory_are_shared_out():
    shares = [{"territory": "c", "share": 0.3}, {"territory": "elsewhere", "share": 0.7}]
    fw = merged(
        old=("a",), shares=shares, demands=[demand("a", {"value": 10, "low": 5, "high": 20}), demand("elsewhere", 1)]
    )
    now = fw.at(AFTER)
    assert now.demands["n:g:c"].persons.plain() == {
        "value": 3, "basis": "derived", "low": 1.5, "high": 6, "note": "share of a territory that was divided",
    }  # fmt: skip
    assert (now.demands["n:g:elsewhere"].persons.value, now.demands["n:g:elsewhere"].persons.high) == (8, 15)


def test_a_sum_is_as_well_founded_as_its_weakest_part():
    sources = [
        {"id": "x", "kind": "assumption", "title": "X", "note": "why"},
        {"id": "y", "kind": "document", "title": "Y"},
    ]

    def basis_of(one, other, **more):
        fw = merged(demands=[demand("a", one), demand("b", other)], sources=sources, **more)
        figure = fw.at(AFTER).demands["n:g:c"].persons
        return figure.basis, figure.source

    assumed, stated = {"value": 1, "basis": "assumed", "source": "x"}, {"value": 1, "source": "y"}
    assert basis_of(stated, stated) == ("derived", "y")
    assert basis_of(assumed, stated) == ("assumed", "x")
    assert basis_of({"value": 1, "basis": "estimated"}, stated) == ("estimated", None)
    assert basis_of({"value": 1, "basis": "estimated"}, assumed) == ("assumed", "x")
    assert basis_of(1, 1, basis="assumed") == ("assumed", None)
    assert basis_of(stated, 1) == ("derived", None)


def test_bounds_are_added_and_an_exact_part_is_its_own_bound():
    fw = merged(
        demands=[demand("a", {"value": 10, "low": 5, "high": 20}), demand("b", {"value": 4, "approx": "below"})]
    )
    figure = fw.at(AFTER).demands["n:g:c"].persons
    assert (figure.low, figure.value, figure.high, figure.approx) == (9, 14, 24, "about")


def test_flows_and_stocks_are_not_added():
    fw = merged(demands=[demand("a", 10), demand("b", {"value": 20, "per": "year"})])
    found = {(d.persons.value, d.persons.per) for d in fw.at(AFTER).demands}
    assert found == {(10, None), (20, "year")}


def test_a_chain_of_successions_is_followed_to_the_end():
    territories = [
        {
            "id": "a",
            "valid": "../2009",
            "succeeded_by": [{"territory": "b", "share": 0.5}, {"territory": "d", "share": 0.5}],
        },
        {"id": "b", "valid": "2010/2017", "succeeded_by": [{"territory": "c"}]},
        {"id": "c", "valid": "2018/.."},
        {"id": "d"},
    ]
    fw = framework(territories=territories, **GROUPS, demands=[demand("a", 8)])
    assert {d.territory: d.persons.value for d in fw.at(date(2009, 6, 1)).demands} == {"a": 8}
    assert {d.territory: d.persons.value for d in fw.at(date(2012, 6, 1)).demands} == {"b": 4, "d": 4}
    assert {d.territory: d.persons.value for d in fw.at(date(2020, 6, 1)).demands} == {"c": 4, "d": 4}


def test_what_was_counted_for_the_new_territory_is_not_counted_again():
    fw = merged(demands=[demand("a", 10), demand("b", 20), demand("c", 33)])
    assert persons(fw.at(AFTER)) == {"n:g:c": 33}


def test_a_territory_that_takes_in_another_adds_its_persons():
    fw = merged(old=("a",), born=False, demands=[demand("a", 10), demand("c", 33)])
    assert fw.at(AFTER).demands["n:g:c"].persons.value == 43


def population(territory, number, date=None, **more):
    return {"target_group": "g", "territory": territory, "persons": number, **({"date": date} if date else {}), **more}


@pytest.mark.parametrize(
    ("counted", "expected"),
    [("2016", 130), (None, 130), ("2018", 100), ("2017-10-24", 100), ("2017-10-01", 130)],
)
def test_a_population_that_was_counted_after_the_merger_holds_everybody(counted, expected):
    fw = merged(old=("a",), born=False, populations=[population("a", 30, "2016"), population("c", 100, counted)])
    assert fw.at(AFTER).populations["g:c"].persons.value == expected


def test_populations_of_different_years_are_joined_to_one():
    fw = merged(populations=[population("a", 30, "2015"), population("b", 20, "2016")])
    [joined] = fw.at(AFTER).populations
    assert (joined.key, joined.persons.value, joined.date) == ("g:c", 50, None)


def test_of_several_counts_the_last_one_before_the_day_is_taken():
    counts = [population("a", 30, "2015", id="old"), population("a", 40, "2016", id="new"), population("b", 1)]
    assert [p.persons.value for p in merged(populations=counts).at(AFTER).populations] == [41]
    assert len(merged(populations=counts).at(BEFORE).populations) == 3


def rate(territory, share, **more):
    return {"need": "n", "target_group": "g", "territory": territory, "share": share, **more}


def test_rates_are_averaged_by_the_persons_they_are_of():
    fw = merged(
        demands=[rate("a", 0.1), rate("b", 0.4)],
        populations=[population("a", 300), population("b", 100)],
    )
    now = fw.at(AFTER)
    assert now.demands["n:g:c"].share.value == pytest.approx((0.1 * 300 + 0.4 * 100) / 400)
    assert now.populations["g:c"].persons.value == 400


def test_equal_rates_stay_as_they_are():
    fw = merged(demands=[rate("a", 0.1), rate("b", 0.1)])
    assert fw.at(AFTER).demands["n:g:c"].share.plain() == 0.1


def test_rates_without_populations_give_a_mean_that_says_how_sure_it_is():
    figure = merged(demands=[rate("a", 0.1), rate("b", 0.4)]).at(AFTER).demands["n:g:c"].share
    assert (figure.value, figure.basis, figure.low, figure.high) == (0.25, "estimated", 0.1, 0.4)


def test_a_rate_for_each_territory_stays_with_the_larger_one():
    county = {"id": "county", "level": "county"}
    fw = framework(
        territories=[
            county,
            {
                "id": "a",
                "level": "municipality",
                "part_of": "county",
                "valid": "../2017",
                "succeeded_by": [{"territory": "c"}],
            },
            {"id": "c", "level": "municipality", "part_of": "county"},
        ],
        **GROUPS,
        demands=[rate("county", 0.1, each="municipality")],
    )
    assert fw.at(date(2020, 1, 1)).demands == fw.demands


def test_a_total_of_a_larger_territory_takes_in_what_moves_there():
    fw = framework(
        territories=[
            {"id": "west"},
            {"id": "east"},
            {"id": "a", "part_of": "west", "valid": f"../{END}", "succeeded_by": [{"territory": "c"}]},
            {"id": "c", "part_of": "east"},
        ],
        **GROUPS,
        demands=[demand("a", 10), demand("east", 100)],
    )
    assert {d.territory: d.persons.value for d in fw.at(AFTER).demands} == {"east": 110}


@pytest.mark.parametrize(("born", "expected"), [(False, {"c": 110}), (True, {"c": 100})])
def test_a_total_takes_in_the_parts_of_a_territory_that_moves_there(born, expected):
    fw = merged(
        old=("a",),
        born=born,
        territories=[{"id": "inside", "part_of": "a"}],
        demands=[demand("inside", 10), demand("c", 100)],
    )
    assert {d.territory: d.persons.value for d in fw.at(BEFORE).demands} == {"inside": 10, "c": 100}
    assert {d.territory: d.persons.value for d in fw.at(AFTER).demands} == expected


def test_where_a_whole_and_its_parts_are_stated_the_parts_stand():
    fw = merged(
        territories=[{"id": "inside", "part_of": "c"}],
        demands=[demand("a", 10), demand("inside", 7)],
    )
    assert {d.territory: d.persons.value for d in fw.at(AFTER).demands} == {"inside": 7}


# references --------------------------------------------------------------------------------------------------------


def test_places_agencies_areas_rules_and_lists_follow_the_territory():
    fw = merged(
        territories=[{"id": "village", "part_of": "a"}],
        agencies=[{"id": "hall", "territory": "a"}],
        sites=[{"id": "house", "territory": "b"}],
        services=[
            {
                "id": "s",
                "eligibility": {"any": [{"residence": ["a"]}, {"not": {"residence": ["b", "elsewhere"]}}]},
                "deliveries": [{"area": ["a", "b", "elsewhere"], "channel": "mobile"}],
            }
        ],
        projects=[
            {
                "id": "p",
                "territories": ["a", "b"],
                "activities": [{"id": "x", "name": "X", "territories": ["b"]}],
                "commitments": [
                    {"id": "k", "name": "K", "every": {"ids": ["a", "b", "elsewhere"]}, "has": {"post": "nurse"}},
                    {"id": "l", "name": "L", "every": {"level": "eldership", "within": "a"}, "has": {"post": "nurse"}},
                ],
            }
        ],
    )
    now = fw.at(AFTER)
    assert now.territories["village"].part_of == "c"
    assert (now.agencies["hall"].territory, now.sites["house"].territory) == ("c", "c")
    assert now.services["s"].deliveries[0].area == ("c", "elsewhere")
    assert now.services["s"].eligibility.plain() == {
        "any": [{"residence": ["c"]}, {"not": {"residence": ["c", "elsewhere"]}}]
    }
    project = now.projects["p"]
    assert (project.territories, project.activities[0].territories) == (("c",), ("c",))
    assert (project.commitments[0].every.ids, project.commitments[1].every.within) == (("c", "elsewhere"), "c")
    assert now.territories.keys() == ("c", "elsewhere", "village")


def test_a_place_in_a_divided_territory_goes_with_the_largest_share():
    shares = [{"territory": "c", "share": 0.3}, {"territory": "elsewhere", "share": 0.7}]
    fw = merged(
        old=("a",),
        shares=shares,
        sites=[{"id": "house", "territory": "a"}],
        surveys=[{"territories": ["a"], "status": "partial"}],
    )
    now = fw.at(AFTER)
    assert now.sites["house"].territory == "elsewhere"
    assert now.surveys[0].territories == ("c", "elsewhere")


def test_deliveries_that_come_to_share_an_area_keep_names_of_their_own():
    areas = [{"area": ["a"], "capacity": 1}, {"area": ["b"], "capacity": 2}, {"area": ["elsewhere"], "capacity": 3}]
    now = merged(services=[{"id": "s", "deliveries": areas}]).at(AFTER)
    deliveries = now.services["s"].deliveries
    assert [(d.key, d.area, d.capacity.value) for d in deliveries] == [
        ("c", ("c",), 1), ("c.2", ("c",), 2), ("elsewhere", ("elsewhere",), 3),
    ]  # fmt: skip


def evidence_of(fw):
    return [(e.member, e.status, e.claimed) for e in fw.at(AFTER).projects["p"].commitments[0].evidence]


@pytest.mark.parametrize(
    ("one", "other", "status", "claimed"),
    [
        (("met", "verified"), ("met", "verified"), "met", "verified"),
        (("met", "verified"), ("met", "claimed"), "met", "claimed"),
        (("met", "verified"), ("not_met", "verified"), "not_met", "verified"),
    ],
)
def test_a_merged_member_has_what_all_its_parts_had(one, other, status, claimed):
    evidence = [{"member": m, "status": s, "claimed": c} for m, (s, c) in (("a", one), ("b", other))]
    promise = {"id": "k", "name": "K", "every": {"ids": ["a", "b"]}, "has": {"post": "nurse"}, "evidence": evidence}
    assert evidence_of(merged(projects=[{"id": "p", "commitments": [promise]}])) == [("c", status, claimed)]


def surveys_of(*surveys, **parts):
    return [(s.territories, s.status) for s in merged(surveys=list(surveys), **parts).at(AFTER).surveys]


def test_a_merged_territory_is_surveyed_completely_only_where_all_its_parts_were():
    assert surveys_of({"territories": ["a", "b"], "status": "complete"}) == [(("c",), "complete")]
    assert surveys_of({"territories": ["a"], "status": "complete"}) == [(("c",), "partial")]
    assert surveys_of({"territories": ["a", "elsewhere"], "status": "complete"}) == [
        (("elsewhere",), "complete"), (("c",), "partial"),
    ]  # fmt: skip
    assert surveys_of({"territories": ["a"], "status": "not_asked"}) == [(("c",), "not_asked")]
    assert surveys_of({"territories": ["a"], "status": "complete"}, old=("a",), born=False) == [(("c",), "partial")]
    assert surveys_of({"territories": ["a", "c"], "status": "complete"}, old=("a",), born=False) == [
        (("c",), "complete")
    ]


def test_observations_stay_what_they_were_and_keep_the_old_territory():
    fw = merged(indicators=[{"id": "i"}], observations=[{"indicator": "i", "territory": "a", "value": 7}])
    now = fw.at(AFTER)
    assert now.observations == fw.observations
    assert now.territories.keys() == ("a", "c", "elsewhere")
    assert now.at(AFTER) == now


def test_a_territory_that_ends_without_successor_goes_unless_somebody_names_it():
    fw = framework(
        territories=[{"id": "gone", "valid": "../2017"}, {"id": "old", "valid": "../2017"}],
        sites=[{"id": "s", "territory": "old"}],
    )
    assert fw.at(date(2020, 1, 1)).territories.keys() == ("old",)


def test_before_its_time_a_territory_is_not_there():
    fw = merged()
    assert fw.at(BEFORE).territories.keys() == ("a", "b", "elsewhere")
    assert fw.at(AFTER).territories.keys() == ("c", "elsewhere")


def test_the_original_stays_as_it_was():
    fw = merged(demands=[demand("a", 10), demand("b", 20)])
    before = dumps(fw)
    fw.at(AFTER)
    assert dumps(fw) == before


# properties --------------------------------------------------------------------------------------------------------


@given(st.data())
def test_no_person_is_lost_or_made_in_any_chain_of_mergers_and_divisions(data):
    number = data.draw(st.integers(2, 8))
    territories = []
    for n in range(number):
        territory = {"id": f"t{n}"}
        if n < number - 1 and data.draw(st.booleans()):
            heirs = data.draw(st.lists(st.integers(n + 1, number - 1), min_size=1, max_size=3, unique=True))
            shares = {1: [1], 2: [0.3, 0.7], 3: [0.2, 0.3, 0.5]}[len(heirs)]
            territory["valid"] = f"../{data.draw(st.integers(2001, 2019))}"
            territory["succeeded_by"] = [{"territory": f"t{h}", "share": s} for h, s in zip(heirs, shares, strict=True)]
        territories.append(territory)
    counts = data.draw(st.lists(st.integers(0, 1000), min_size=number, max_size=number))
    fw = framework(
        territories=territories,
        **GROUPS,
        demands=[demand(f"t{n}", count) for n, count in enumerate(counts)],
        populations=[population(f"t{n}", count) for n, count in enumerate(counts)],
    )
    day = date(data.draw(st.integers(2000, 2021)), 6, 1)
    now = fw.at(day)
    for name in ("demands", "populations"):
        assert sum(record.persons.value for record in getattr(now, name)) == pytest.approx(sum(counts))
        assert all(now.territories[record.territory] for record in getattr(now, name))
    assert now.at(day) == now
    assert loads(dumps(now)) == now


def test_any_framework_can_be_looked_at_on_any_day():
    strategies = pytest.importorskip("strategies")

    @given(strategies.frameworks(), st.dates(date(2015, 1, 1), date(2027, 1, 1)))
    def check(fw, day):
        now = fw.at(day)
        assert now.reference_date == day
        assert loads(dumps(now)) == now
        assert now.at(day) == now
        assert [problem for problem in now.problems() if problem.severity == "error"] == []

    check()


def test_any_framework_without_validity_is_the_same_on_every_day_but_for_the_date():
    strategies = pytest.importorskip("strategies")

    def timeless(plain):
        if isinstance(plain, dict):
            return {k: timeless(v) for k, v in plain.items() if k not in ("valid", "succeeded_by")}
        return [timeless(item) for item in plain] if isinstance(plain, list) else plain

    @given(strategies.frameworks(), st.dates(date(2015, 1, 1), date(2027, 1, 1)))
    def check(fw, day):
        fw = loaded(timeless(fw.plain()))
        assert {change.path for change in diff(fw, fw.at(day))} <= {"reference_date"}
        assert fw.at(day) == fw.evolve({"reference_date": day})

    check()


def test_at_keeps_the_rest_of_a_whole_document():
    fw = loaded(land(agencies=[{"id": "school", "valid": "2000/.."}, {"id": "clinic", "territory": "north"}]))
    assert fw.at(date(2022, 6, 1)) == fw
    assert document()["framework"] == fw.at(date(2022, 6, 1)).id


@pytest.mark.parametrize(
    "chain",
    [
        [
            {"id": "a", "part_of": "c", "valid": "../2020", "succeeded_by": [{"territory": "b"}]},
            {"id": "b", "part_of": "a"},
        ],
        [
            {"id": "a", "part_of": "c", "valid": "../2020", "succeeded_by": [{"territory": "d"}]},
            {"id": "b", "part_of": "a"},
            {"id": "d", "part_of": "b"},
        ],
    ],
)
def test_a_part_that_takes_over_from_its_whole_moves_one_level_up(chain):
    fw = loads(
        json.dumps(
            {"framework": "x", "title": "x", "reference_date": "2022-01-01", "territories": [{"id": "c"}, *chain]}
        )
    )
    parents = {t.id: t.part_of for t in fw.at(date(2022, 1, 1)).territories}
    assert parents["b"] == "c"
    assert "a" not in parents
