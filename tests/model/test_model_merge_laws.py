"""Laws of merging that hold for all frameworks: order, repetition and grouping do not matter, and nothing is lost."""

from __future__ import annotations

from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from integrated_services.errors import DocumentError
from integrated_services.model import Framework, Merged, Records, loads, merge
from integrated_services.model._fields import holds_references, walk
from tests.strategies import frameworks, ids_of, relabelled, reordered

SMALL: dict[str, Any] = {
    "max_sources": 2,
    "max_territories": 2,
    "max_groups": 1,
    "max_needs": 2,
    "max_demands": 2,
    "max_agencies": 2,
    "max_sites": 1,
    "max_services": 2,
    "max_ties": 2,
    "max_referrals": 1,
    "max_projects": 1,
    "max_indicators": 1,
    "max_observations": 2,
    "max_surveys": 2,
    "with_successions": False,
}
"""Few ids, so that the documents of a merge nearly always share some."""

ACROSS = {"cycle", "nested-demand", "share-above-one", "tie-with-itself", "successor-shares", "wrong-unit"}
"""What sound documents may do to each other."""


def merged_or_none(*inputs: Framework | Merged) -> Merged | None:
    """The merge, or None where the documents contradict each other; anything else fails the test."""
    try:
        return merge(*inputs)
    except DocumentError as error:
        if not {problem.code for problem in error.problems} <= ACROSS:
            raise
        return None


def merged(*inputs: Framework | Merged) -> Merged:
    found = merged_or_none(*inputs)
    assume(found is not None)
    assert found is not None
    return found


@given(frameworks())
def test_one_framework_stays_as_it_is(fw: Framework) -> None:
    assert merge(fw).framework == fw
    assert merge(fw, fw).framework == fw
    assert merge(merge(fw), fw, merge(fw, fw)).framework == fw


@given(frameworks(**SMALL), frameworks(**SMALL))
def test_the_order_of_the_documents_does_not_matter(a: Framework, b: Framework) -> None:
    one, other = merged(a, b), merged(b, a)
    assert one.framework == other.framework
    assert one.framework.digest == other.framework.digest
    assert one.conflicts == other.conflicts
    assert one.joined == other.joined
    assert one.renamed == other.renamed
    assert one.notes == other.notes
    assert one.keys == other.keys[::-1]


@given(frameworks(**SMALL), frameworks(**SMALL), frameworks(**SMALL))
def test_the_grouping_of_merges_does_not_matter(a: Framework, b: Framework, c: Framework) -> None:
    whole = merged(a, b, c).framework
    assert merged(merged(a, b), c).framework == whole
    assert merged(a, merged(b, c)).framework == whole
    assert merged(merged(c, a), merged(b, a)).framework == whole


@given(frameworks(**SMALL), frameworks(**SMALL))
def test_the_merged_framework_is_sound(a: Framework, b: Framework) -> None:
    fw = merged(a, b).framework
    assert Framework.model_validate(fw.plain()) == fw
    assert not [problem for problem in fw.problems() if problem.severity == "error"]


@given(frameworks(**SMALL), frameworks(**SMALL))
def test_every_record_is_in_the_merged_framework_under_its_new_key(a: Framework, b: Framework) -> None:
    found = merged(a, b)
    reached = set()
    for document, keys in zip((a, b), found.keys, strict=False):
        for name, record in document.records():
            new = keys[name, record.key]
            assert new in getattr(found.framework, name)
            reached.add((name, new))
    assert {(name, record.key) for name, record in found.framework.records()} == reached


@given(frameworks(**SMALL), st.integers(0, 1000))
def test_records_in_another_order_are_the_same_records(fw: Framework, seed: int) -> None:
    found = merged(fw, reordered(fw, seed))
    assert found.conflicts == ()
    assert found.renamed == ()
    for name, record in fw.records():
        assert record.key in getattr(found.framework, name)


@given(frameworks(**SMALL), frameworks(**SMALL))
def test_frameworks_that_share_no_id_are_put_together_without_conflict(a: Framework, b: Framework) -> None:

    other = relabelled(b, {one: f"other-{one}" for one in ids_of(b)})
    found = merged(a, other)
    # what is known by an official code or by what it is about may still be one thing
    alone = len(list(a.records())) + len(list(b.records()))
    together = len(list(found.framework.records()))
    assert together == alone - sum(len(one.members) - 1 for one in found.joined)
    for one in found.joined:
        assert one.why not in (("id",), ("id and name",))


@given(frameworks(**SMALL), frameworks(**SMALL))
def test_references_lead_to_the_same_record_as_before(a: Framework, b: Framework) -> None:
    found = merged(a, b)
    for document, keys in zip((a, b), found.keys, strict=False):
        for name, record in document.records():
            if name in ("territories", "services", "sites"):
                new = getattr(found.framework, name)[keys[name, record.key]]
                reached = {one for _, _, value in walk(new, "", holds_references) for one in _listed(value)}
                conflict = {conflict.path for conflict in found.conflicts if f"[{new.key}]" in conflict.path}
                for _, spec, value in walk(record, "", holds_references):
                    wanted = {
                        keys[target, one] for one in _listed(value) for target in spec.refs if (target, one) in keys
                    }
                    assert wanted <= reached or conflict


def _listed(value: str | tuple[str, ...]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else value


@given(frameworks(**SMALL), frameworks(**SMALL))
def test_the_basis_of_a_figure_never_changes_unseen(a: Framework, b: Framework) -> None:
    found = merged(a, b)
    for document, keys in zip((a, b), found.keys, strict=False):
        for demand in document.demands:
            new = found.framework.demands[keys["demands", demand.key]]
            here, there = demand.persons or demand.share, new.persons or new.share
            assert here is not None
            assert there is not None
            conflict = any(one.path.startswith(f"demands[{new.key}]") for one in found.conflicts)
            assert conflict or (here.basis or document.basis) == (there.basis or found.framework.basis)


def part_of(fw: Framework, wanted: set[tuple[str, str]]) -> Framework:
    """The part of a framework that holds some records and all that they refer to."""
    reached: set[tuple[str, str]] = set()
    open_ones = list(wanted)
    while open_ones:
        name, key = open_ones.pop()
        if (name, key) in reached:
            continue
        reached.add((name, key))
        for _, spec, value in walk(getattr(fw, name)[key], "", holds_references):
            open_ones += [(target, one) for one in _listed(value) for target in spec.refs if one in getattr(fw, target)]
    kept = {
        name: Records(record for record in getattr(fw, name) if (name, record.key) in reached)
        for name in Framework.COLLECTIONS
    }
    return fw.model_copy(update=kept)


def without_doubles(fw: Framework) -> Framework:
    """The framework with one record at most about the same: in two documents they would be one."""
    kept = {
        name: Records({record._derived_key(): record for record in getattr(fw, name)}.values())
        for name in ("populations", "demands", "cooperations", "referrals", "observations", "surveys")
    }
    return fw.model_copy(update=kept)


@given(frameworks(max_projects=1), st.integers(0, 2**30))
def test_the_parts_of_a_framework_make_the_whole_again(whole: Framework, cut: int) -> None:
    fw = without_doubles(whole)
    every = [(name, record.key) for name, record in fw.records()]
    here = {one for number, one in enumerate(every) if cut >> number % 30 & 1}
    a, b = part_of(fw, here), part_of(fw, set(every) - here)
    found = merge(a, b)
    assert found.conflicts == ()
    assert found.renamed == ()
    assert {(name, record.key) for name, record in found.framework.records()} == set(every)
    assert found.framework == merge(fw, found.framework).framework
    if set(every) - here and a != b:
        assert found.framework == merge(fw, a, b).framework


# merging what was merged: documents that go through files ----------------------------------------------------------

IDS = ("x", "y")
NAMES = ("X", "Kool", "Tugikeskus")


@st.composite
def plain_documents(draw: st.DrawFn) -> Framework:
    """Documents in which all that tells things apart is stated in each: a few ids, names, places and values."""

    def pick(*items: Any) -> Any:
        return draw(st.sampled_from(items))

    def some(*items: Any) -> list[Any]:
        return draw(st.lists(st.sampled_from(items), unique=True, max_size=3))

    def record(key: str, **more: Any) -> dict[str, Any]:
        return {"id": key, "name": {"et": pick(*NAMES)}, **{k: v for k, v in more.items() if v not in (None, [])}}

    def origins() -> list[dict[str, Any]]:
        return [{"file": pick("a.xlsx", "b.xlsx"), "row": pick(1, 2)}] if pick(True, False) else []

    def figure(*values: Any) -> Any:
        return pick({"value": pick(*values), "basis": pick("assumed", "stated")}, pick(*values))

    t = [record(key, level="municipality", point=pick(None, {"lat": 1, "lon": pick(1, 2)})) for key in some("x", "y")]
    places = [one["id"] for one in t]
    n = [record(key, description=pick(None, "One", "Two")) for key in some("x", "y")]
    g = [record(key, ages=pick(None, [7, 18], [7, 19])) for key in some("x")]
    a = [
        record(key, territory=pick(*places), sector=pick(None, "health", "social"), origins=origins())
        for key in (some("x", "y", "z") if places else [])
    ]
    agencies = [one["id"] for one in a]
    s = [
        record(
            key,
            providers=[pick(*agencies)],
            meets=some(*(one["id"] for one in n)) if n else [],
            origins=origins(),
            deliveries=[
                {"area": [place], "capacity": figure(40, 9), "note": pick("Here", {"et": "Siin"})}
                for place in some(*places)
            ],
        )
        for key in (some("x", "y") if agencies else [])
    ]
    population = (
        [
            {
                "target_group": one["id"],
                "territory": place,
                "persons": figure(40, 400),
                **pick({}, {"date": "2021"}, {"date": "2022"}),
            }
            for one in g
            for place in some(*places)
        ]
        if places
        else []
    )
    document = {
        "framework": pick("a", "b", "c"),
        "title": pick("One", "Two"),
        "languages": pick(["et"], ["en", "et"], ["lt"]),
        "reference_date": pick("2022-06-01", "2023-06-01"),
        "basis": pick("stated", "assumed", "derived"),
        "licence": pick("CC0-1.0", "CC-BY-4.0"),
        "territories": t,
        "target_groups": g,
        "needs": n,
        "agencies": a,
        "services": s,
        "populations": population,
    }
    return Framework.model_validate({k: v for k, v in document.items() if v != []})


@given(plain_documents(), plain_documents(), plain_documents())
def test_merging_merged_documents_gives_the_same_as_merging_at_once(a: Framework, b: Framework, c: Framework) -> None:
    whole = merged(a, b, c).framework
    assert merged(merged(a, b).framework, c).framework == whole
    assert merged(a, merged(c, b).framework).framework == whole


@given(plain_documents(), plain_documents())
def test_merging_in_again_what_is_already_in_changes_nothing(a: Framework, b: Framework) -> None:
    both = merged(a, b).framework
    assert merged(both, a).framework == both
    assert merged(both, b, a).framework == both


@given(plain_documents(), plain_documents())
def test_a_merged_document_survives_its_file(a: Framework, b: Framework) -> None:
    from integrated_services.model import dumps

    both = merged(a, b).framework
    assert loads(dumps(both)) == both
