"""Changes by path: what may be changed, what is refused, and that nothing stale is left."""

import pickle
import random
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal

import pytest
from model_helpers import framework, land, loaded, the_land

from integrated_services import samples
from integrated_services.errors import DocumentError, UnknownIdError
from integrated_services.model import Figure, Label, Need, dumps, loads

MOBILE = "services[mobile].deliveries[north+south]"


@pytest.fixture(scope="module")
def fw():
    return the_land()


# what can be changed -----------------------------------------------------------------------------------------------


SERVICE, NORTH, COUNTY = "services[mobile]", "territories[north]", "territories[county]"


@pytest.mark.parametrize(
    ("path", "value", "read", "expected"),
    [
        ("reference_date", date(2023, 1, 1), lambda d: d["reference_date"], "2023-01-01"),
        ("description", "New", lambda d: d["description"], "New"),
        (f"{SERVICE}.name", "Team", lambda d: d["services"][0]["name"], "Team"),
        (f"{SERVICE}.name", Label({"en": "Team"}), lambda d: d["services"][0]["name"], {"en": "Team"}),
        (f"{SERVICE}.status", "pilot", lambda d: d["services"][0]["status"], "pilot"),
        (f"{SERVICE}.meets", ("speech",), lambda d: d["services"][0]["meets"], ["speech"]),
        (f"{SERVICE}.meets", {"speech"}, lambda d: d["services"][0]["meets"], ["speech"]),
        (f"{SERVICE}.access", {"by": "referral"}, lambda d: d["services"][0]["access"], {"by": "referral"}),
        (f"{SERVICE}.access.consent", "guardian", lambda d: d["services"][0]["access"], {"consent": "guardian"}),
        (f"{SERVICE}.eligibility.not", {"ages": [1, 2]},
         lambda d: d["services"][0]["eligibility"]["not"], {"ages": [1, 2]}),
        (f"{SERVICE}.eligibility.any[0].residence", ["south"],
         lambda d: d["services"][0]["eligibility"]["any"][0], {"residence": ["south"]}),
        (f"{SERVICE}.eligibility.any[1].not.ages", [0, 4],
         lambda d: d["services"][0]["eligibility"]["any"][1], {"not": {"ages": [0, 4]}}),
        (f"{NORTH}.name.et", "Põhja", lambda d: d["territories"][1]["name"], {"et": "Põhja"}),
        (f"{NORTH}.codes", {"lau": "1"}, lambda d: d["territories"][1]["codes"], {"lau": "1"}),
        (f"{COUNTY}.name.et", "Uus", lambda d: d["territories"][0]["name"], {"en": "The county", "et": "Uus"}),
        (f"{COUNTY}.name.lt", "Nauja", lambda d: d["territories"][0]["name"],
         {"en": "The county", "et": "Maakond", "lt": "Nauja"}),
        ("projects[p].finance.parts[school:grant:2020/2021-06].period", "2020",
         lambda d: d["projects"][0]["finance"]["parts"][0]["period"], "2020"),
        ("projects[p].commitments[all].every.level", "county",
         lambda d: d["projects"][0]["commitments"][0]["every"], {"level": "county"}),
        ("observations[trained:north:sex=women:actual].breakdown.age", "7-12",
         lambda d: d["observations"][0]["breakdown"], {"age": "7-12", "sex": "women"}),
        ("demands[therapy:pupils:north].persons", Figure(value=31), lambda d: d["demands"][0]["persons"], 31),
    ],
)  # fmt: skip
def test_a_value_is_changed_by_its_path(fw, path, value, read, expected):
    new = fw.evolve({path: value})
    assert read(new.plain()) == expected
    assert new != fw
    assert loads(dumps(new)) == new


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({f"{MOBILE}.capacity": 60}, 60),
        ({f"{MOBILE}.capacity": 60.0}, 60),
        ({f"{MOBILE}.capacity": {"value": 60, "per": "year"}}, {"value": 60, "per": "year"}),
        ({f"{MOBILE}.capacity.value": 61}, 61),
        ({f"{MOBILE}.capacity.per": "year"}, {"value": 40, "per": "year"}),
        ({f"{MOBILE}.capacity.low": 30, f"{MOBILE}.capacity.high": 50}, {"value": 40, "low": 30, "high": 50}),
        ({f"{MOBILE}.capacity": None}, None),
        ({f"{MOBILE}.capacity.note": None}, 40),
        ({f"{MOBILE}.cost.amount": None}, 40),
    ],
)
def test_a_nested_figure_and_each_part_of_it_is_changed(fw, changes, expected):
    delivery = fw.evolve(changes).services["mobile"].deliveries[0]
    assert (delivery.capacity.plain() if delivery.capacity else None) == expected


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        ("projects[p].finance.total.approx", "about", {"amount": "100", "currency": "EUR", "approx": "about"}),
        ("projects[p].finance.own.amount", Decimal("15.00"), "15 EUR"),
        ("projects[p].finance.own.amount", "15", "15 EUR"),
    ],
)
def test_one_part_of_an_amount_is_changed(fw, path, value, expected):
    new = fw.evolve({path: value})
    assert getattr(new.projects["p"].finance, path.split(".")[2]).plain() == expected


def test_one_end_of_a_period_is_changed():
    fw = framework(projects=[{"id": "p", "period": "2020/2022"}])
    assert fw.evolve({"projects[p].period.end": "2023-05"}).projects["p"].plain()["period"] == "2020/2023-05"
    assert fw.evolve({"projects[p].period.end": None}).projects["p"].plain()["period"] == "2020/.."


def test_none_takes_out_a_field_a_language_an_item_and_a_record(fw):
    assert fw.evolve({"services[mobile].name": None}).services["mobile"].name is None
    assert fw.evolve({"territories[county].name.et": None}).territories["county"].name == Label({"en": "The county"})
    assert fw.evolve({"territories[south].name.et": None}) == fw
    assert fw.evolve({"services[mobile].meets[therapy]": None}).services["mobile"].meets == ()
    assert fw.evolve({"territories[north].codes[lau]": None}).territories["north"].plain()["codes"] == {"ehak": "0142"}
    assert fw.evolve({"referrals[advice:mobile]": None}).referrals == ()


def test_one_code_and_one_item_of_a_list_are_changed(fw):
    new = fw.evolve({"territories[north].codes[lau].value": "0999", "services[mobile].meets[therapy]": "speech"})
    assert new.territories["north"].plain()["codes"] == {"lau": "0999", "ehak": "0142"}
    assert new.services["mobile"].meets == ("speech",)


def test_a_text_without_language_keeps_its_words_when_another_language_is_added():
    fw = framework(languages=["en"], needs=[{"id": "n", "name": "Need"}])
    assert fw.evolve({"needs[n].name.et": "Vajadus"}).needs["n"].name == Label({"en": "Need", "et": "Vajadus"})
    assert fw.evolve({"needs[n].name.en": "Want"}).needs["n"].name == Label({"en": "Want"})


def test_a_text_of_unknown_language_is_not_thrown_away():
    fw = framework(needs=[{"id": "n", "name": "Need"}])
    with pytest.raises(DocumentError, match="does not say its language"):
        fw.evolve({"needs[n].name.et": "Vajadus"})


def test_records_and_children_are_added_and_removed(fw):
    new = fw.evolve(
        add={
            "needs": [{"id": "rest"}, Need(id="sleep")],
            "services[mobile].deliveries": [{"site": "house", "id": "second"}],
            f"{MOBILE}.posts": [{"role": "nurse"}],
            "services[mobile].meets": ["rest"],
            "projects[p].finance.parts": [{"kind": "own", "amount": "15 EUR"}],
            "territories[north].codes": [{"scheme": "iso", "value": "X"}],
            "territories[south].codes": [{"scheme": "iso", "value": "Y"}],
        },
        remove=["services[mobile].deliveries[house]", "demands[therapy:pupils:north]"],
    )
    assert new.needs.keys() == ("therapy", "speech", "rest", "sleep")
    assert [delivery.key for delivery in new.services["mobile"].deliveries] == ["north+south", "second"]
    assert [post.key for post in new.services["mobile"].deliveries[0].posts] == ["psychologist", "nurse"]
    assert new.services["mobile"].meets == ("therapy", "rest")
    assert len(new.projects["p"].finance.parts) == 2
    assert new.territories["north"].plain()["codes"] == {"lau": "0141", "ehak": "0142", "iso": "X"}
    assert new.demands == ()


def test_a_record_is_replaced_as_a_whole_and_may_change_its_id(fw):
    new = fw.evolve(
        {"indicators[trained]": {"id": "taught"}, "observations[trained:north:sex=women:actual].indicator": "taught"}
    )
    assert new.indicators.keys() == ("taught",)


def test_numbers_of_numpy_are_numbers(fw):
    numpy = pytest.importorskip("numpy")
    new = fw.evolve(
        {
            f"{MOBILE}.capacity": numpy.int64(60),
            f"{MOBILE}.wait": numpy.float64(2.5),
            "target_groups[pupils].ages": numpy.array([6, 19]),
        }
    )
    delivery = new.services["mobile"].deliveries[0]
    assert (delivery.capacity.plain(), delivery.wait.plain(), new.target_groups["pupils"].ages) == (60, 2.5, (6, 19))
    assert type(delivery.capacity.value) is int
    assert loads(dumps(new)) == new


def test_the_original_stays_as_it_was_and_nothing_is_shared_that_can_change(fw):
    before = dumps(fw)
    value = {"value": 1, "note": "mine"}
    new = fw.evolve({f"{MOBILE}.capacity": value, "title": {"en": "New"}}, remove=["referrals[advice:mobile]"])
    value["value"] = 2
    assert dumps(fw) == before
    assert new.services["mobile"].deliveries[0].capacity.value == 1


def test_a_change_of_nothing_gives_the_same_framework(fw):
    assert fw.evolve() is fw
    assert fw.evolve({"title": "F"}) == fw


def test_untouched_records_are_the_very_same_objects(fw):
    new = fw.evolve({"services[mobile].name": "Team"})
    assert new.services["advice"] is fw.services["advice"]
    assert new.territories["north"] is fw.territories["north"]


# what is refused ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "nearest"),
    [
        ("service[mobile].name", "services"),
        ("titel", "title"),
        ("services[mobil].name", "mobile"),
        ("services[mobile].nmae", "name"),
        ("services[mobile].deliveries[hause].wait", "house"),
        (f"{MOBILE}.capacty", "capacity"),
        (f"{MOBILE}.capacity.valu", "value"),
        ("territories[north].codes[lua].value", "lau"),
        ("services[mobile].meets[terapy]", "therapy"),
    ],
)
def test_an_unknown_path_names_the_nearest(fw, path, nearest):
    with pytest.raises(UnknownIdError, match="Did you mean") as caught:
        fw.evolve({path: "x"})
    assert nearest in caught.value.nearest


@pytest.mark.parametrize(
    "path",
    ["", ".", "title.", ".title", "title..en", "[x]", "services[mobile", "services]mobile[", "services[]", "title en",
     "services", "services.mobile", "services[mobile][x]", "services[mobile].deliveries.house", "reference_date.year",
     "reference_date[0]", "services[mobile].status.x", "title.en.x", "title[en]", "services[mobile].meets.x",
     "services[mobile].deliveries[0]", "services[mobile].eligibility.any[7].ages", "title[0][1]"],
)  # fmt: skip
def test_what_is_no_path_is_refused(fw, path):
    with pytest.raises(UnknownIdError):
        fw.evolve({path: "x"})


@pytest.mark.parametrize(
    "path", ["services", "services[nowhere]", "title", "services[mobile].deliveries", "needs[therapy].name"]
)
def test_only_records_and_items_that_are_there_can_be_removed(fw, path):
    with pytest.raises(UnknownIdError):
        fw.evolve(remove=[path])


@pytest.mark.parametrize(
    "path", ["title", "servces", "services[mobile]", "services[mobile].name", "services[x].deliveries"]
)
def test_records_are_added_to_lists_only(fw, path):
    with pytest.raises(UnknownIdError):
        fw.evolve(add={path: [{"id": "x"}]})


@pytest.mark.parametrize(
    ("changes", "code", "path"),
    [
        ({f"{MOBILE}.capacity": "sixty"}, "wrong-type", f"{MOBILE}.capacity"),
        ({f"{MOBILE}.capacity": float("nan")}, "not-a-number", f"{MOBILE}.capacity.value"),
        ({f"{MOBILE}.capacity": float("inf")}, "not-a-number", f"{MOBILE}.capacity.value"),
        ({f"{MOBILE}.capacity": -1}, "negative-count", f"{MOBILE}.capacity"),
        (
            {f"{MOBILE}.capacity.note": "x", f"{MOBILE}.capacity.value": None},
            "missing-field",
            f"{MOBILE}.capacity.value",
        ),
        ({f"{MOBILE}.cost.note": "x"}, "missing-field", f"{MOBILE}.cost.amount"),
        ({"services[mobile].meets": ["terapy"]}, "unknown-reference", "services[mobile].meets"),
        ({"services[mobile].id": "mob"}, "unknown-reference", "referrals[advice:mobile].receiver"),
        ({"services[mobile].id": "advice"}, "duplicate-id", "services[advice]"),
        ({"territories[county].part_of": "north"}, "cycle", "territories[county].part_of"),
        ({"title": None}, "missing-field", "title"),
        ({"title": ""}, "empty-text", "title"),
        ({"framework": "my doc"}, "bad-id", "framework"),
        ({"format": 2}, "format-version", ""),
        ({"reference_date": "soon"}, "bad-date", "reference_date"),
        ({"description": "jaana.tamm@vald.example"}, "personal-data", "description"),
        ({"projects[p].finance.own": "16 EUR"}, "money-mismatch", "projects[p].finance"),
    ],
)
def test_an_invalid_value_is_a_document_error_with_its_path(fw, changes, code, path):
    with pytest.raises(DocumentError) as caught:
        fw.evolve(changes)
    assert (code, path) in {(problem.code, problem.path) for problem in caught.value.problems}
    assert all(problem.mend for problem in caught.value.problems)


def test_all_mistakes_of_a_change_are_said_at_once(fw):
    with pytest.raises(DocumentError) as caught:
        fw.evolve(
            {
                f"{MOBILE}.capacity": "x",
                "services[mobile].meets": ["terapy"],
                "title": 5,
                "needs[speech].broader": "speech",
            },
            add={"needs": [{"id": "therapy"}, {"name": "x"}]},
            remove=["sites[house]"],
        )
    assert {problem.code for problem in caught.value.problems} == {
        "wrong-type", "unknown-reference", "cycle", "duplicate-id", "missing-field",
    }  # fmt: skip


def test_a_copy_with_changes_is_validated(fw):
    assert fw.model_copy() is fw
    new = fw.model_copy(update={"title": "G"})
    assert (str(new.title), new.digest != fw.digest) == ("G", True)
    with pytest.raises(ValueError, match="bad-date"):
        fw.model_copy(update={"reference_date": "soon"})
    with pytest.raises(ValueError, match="there is no"):
        fw.model_copy(update={"needs": ()})
    with pytest.raises(ValueError, match="was expected"):
        fw.services["mobile"].deliveries[0].model_copy(update={"capacity": "x"})


def test_a_copy_of_a_rule_keeps_what_must_not_hold(fw):
    rule = fw.services["mobile"].eligibility.any[1]
    assert rule.model_copy(update={"ages": (1, 2)}).plain() == {"ages": [1, 2], "not": {"ages": [0, 3]}}
    assert rule.model_copy(update={"not_": None, "ages": (1, 2)}).plain() == {"ages": [1, 2]}


# nothing stale -----------------------------------------------------------------------------------------------------


def remembered(fw):
    """What is remembered of a framework, computed in two ways that must agree."""
    return (
        fw.digest,
        hash(fw),
        fw.problems(),
        fw.assumptions(),
        fw.services.keys(),
        fw.remember("mine", lambda: dumps(fw)),
    )


def fresh(fw):
    return remembered(loads(dumps(fw)))


def random_change(fw, rng):
    """Draw one change that is mostly valid."""
    service = rng.choice(fw.services) if fw.services else None
    kind = rng.randrange(8)
    if kind == 0:
        return {"changes": {"title": f"Title {rng.random()}"}}
    if kind == 1 and service and service.deliveries:
        delivery = rng.choice(service.deliveries)
        return {"changes": {f"services[{service.id}].deliveries[{delivery.key}].capacity": rng.randrange(100)}}
    if kind == 2:
        return {"add": {"needs": [{"id": f"n{rng.randrange(10**9)}"}]}}
    if kind == 3 and service:
        return {"changes": {f"services[{service.id}].name": {"en": f"Name {rng.random()}"}}}
    if kind == 4 and fw.needs:
        return {"remove": [f"needs[{rng.choice(fw.needs).id}]"]}
    if kind == 5 and service:
        return {
            "add": {f"services[{service.id}].deliveries": [{"id": f"d{rng.randrange(10**9)}", "channel": "online"}]}
        }
    if kind == 6 and fw.demands:
        return {
            "changes": {
                f"demands[{rng.choice(fw.demands).key}].persons": {"value": rng.randrange(90), "basis": "assumed"}
            }
        }
    return {"changes": {"reference_date": date.fromordinal(738000 + rng.randrange(3000))}}


def test_a_thousand_random_changes_leave_nothing_stale():
    rng = random.Random(7)
    fw, done, refused = the_land(), 0, 0
    before = remembered(fw)
    while done < 1000:
        try:
            new = fw.evolve(**random_change(fw, rng))
        except DocumentError:
            refused += 1
            assert remembered(fw) == before
            continue
        done += 1
        assert remembered(fw) == before
        got = remembered(new)
        assert got[0] != before[0] or new == fw
        if done % 20 == 0:
            assert got == fresh(new)
        fw, before = new, got
    assert refused < 500
    assert before == fresh(fw)


def test_many_threads_see_the_same_and_nothing_of_each_other():
    base = the_land()

    def work(seed):
        rng = random.Random(seed)
        fw = base
        for _ in range(40):
            try:
                fw = fw.evolve(**random_change(fw, rng))
            except DocumentError:
                continue
            remembered(fw)
        return dumps(fw), remembered(fw), remembered(base)

    with ThreadPoolExecutor(8) as pool:
        parallel = list(pool.map(work, [*range(8), *range(8)]))
    assert parallel[:8] == parallel[8:] == [work(seed) for seed in range(8)]
    assert all(loads(text).digest == got[0] for text, got, _ in parallel)


def test_something_is_remembered_once_however_many_threads_ask():
    from threading import Barrier

    for _ in range(20):
        fw, made, barrier = the_land(), [], Barrier(8)

        def ask(_, fw=fw, made=made, barrier=barrier):
            barrier.wait()
            return fw.remember("x", lambda: made.append(1) or object())

        with ThreadPoolExecutor(8) as pool:
            assert len(set(pool.map(ask, range(8)))) == 1
        assert len(made) == 1


def test_what_fails_is_not_remembered(fw):
    fw = the_land()
    with pytest.raises(ZeroDivisionError):
        fw.remember("x", lambda: 1 // 0)
    assert fw.remember("x", lambda: 5) == 5


def test_remembering_may_remember_within():
    fw = the_land()
    assert fw.remember("outer", lambda: fw.remember("inner", lambda: 1) + 1) == 2


def test_what_is_remembered_is_not_pickled():
    fw = the_land()
    fw.remember("lock", object)
    again = pickle.loads(pickle.dumps(fw))  # noqa: S301
    assert again == fw
    assert again.remember("lock", lambda: "new") == "new"


def test_any_framework_can_be_evolved_at_each_of_its_figures():
    strategies = pytest.importorskip("strategies")
    from hypothesis import given

    from integrated_services.model._figures import figures

    @given(strategies.frameworks())
    def check(fw):
        for used in list(figures(fw))[:5]:
            if used.unit is not None and not used.unit.startswith(("EUR", "degrees")):
                assert fw.evolve({f"{used.path}.note": "changed"}) != fw

    check()


def test_a_sample_is_evolved_like_a_document_of_ones_own():
    fw = samples.load("elektrenai")
    assert loads(dumps(fw.evolve({"title.en": "T"}))).title.text("en") == "T"


def test_a_document_with_many_changes_is_the_document_written_so(fw):
    raw = land()
    raw["title"] = "G"
    raw["services"] = [{**raw["services"][0], "status": "pilot"}, *raw["services"][1:]]
    assert fw.evolve({"title": "G", "services[mobile].status": "pilot"}) == loaded(raw)
