"""The pictures of the page: nothing covers anything, nothing is told by colour alone, and hostile text stays text."""

from __future__ import annotations

import math
import os
import re
import shutil
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from integrated_services.errors import AnalysisError
from integrated_services.report import _sugiyama
from integrated_services.report._labels import (
    BarRow,
    Segment,
    Space,
    bars,
    crosses,
    text_block,
    text_width,
    wrap,
)
from integrated_services.report._layered import LayeredEdge, LayeredNode, layered_network
from integrated_services.report._map import KM_PER_DEGREE, Place, scale_bar, symbol_map, western_edge
from integrated_services.report._ring import Actor, Tie, cooperation_network
from integrated_services.report._svg import LINE_STYLES, Box, Picture, clean, element, line_styles

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = """</title></svg><script>alert("1")</script><img src=x onerror='a()'> & "quoted" """
STATUSES = ("covered", "gap", "not_surveyed", "none")

# --- inputs -------------------------------------------------------------------------------------

words = st.text(st.sampled_from("aeiklmnorstuvõäöüšžąčęėįųūWM<>&\"'-/ шж漢\u0301\u202e\n\t."), max_size=24)
labels = st.one_of(
    words,
    st.lists(words, max_size=8).map(" ".join),
    st.sampled_from([HOSTILE, "Lääne-Virumaa Omavalitsuste Liit", "Elektrėnų savivaldybė", "W" * 90, "Mobile team"]),
)
widths = st.sampled_from([340, 720])


@st.composite
def referrals(draw: st.DrawFn) -> tuple[list[LayeredNode], list[LayeredEdge]]:
    """Draw a referral network of up to 60 nodes with anything in it: cycles, loops, parallel arcs, no entry point."""
    count = draw(st.integers(0, 60))
    nodes = [
        LayeredNode(
            f"n{i}",
            draw(labels),
            draw(st.sampled_from(["entry", "service", "service", "goal"])),
            draw(st.booleans()),
            draw(st.booleans()),
            draw(st.sampled_from(["", "Agency", HOSTILE])),
        )
        for i in range(count)
    ]
    if not nodes:
        return [], []
    ends = st.integers(0, count - 1)
    arcs = draw(st.lists(st.tuples(ends, ends), max_size=2 * count))
    said = st.sampled_from(["", "14 d, 80 %", "a longer remark about an agreement", "x" * 60])
    kinds = st.sampled_from(["", "referral", "self-referral"])
    return nodes, [LayeredEdge(f"n{a}", f"n{b}", draw(said), draw(st.booleans()), draw(kinds)) for a, b in arcs]


@st.composite
def networks(draw: st.DrawFn) -> tuple[list[Actor], list[Tie]]:
    """Draw agencies in sectors and ties between them."""
    count = draw(st.integers(0, 60))
    sectors = draw(st.lists(labels, min_size=1, max_size=9))
    actors = [
        Actor(
            f"a{i}", draw(labels), draw(st.sampled_from(sectors)), draw(st.floats(allow_nan=True)), draw(st.booleans())
        )
        for i in range(count)
    ]
    if not actors:
        return [], []
    ends = st.integers(0, count - 1)
    pairs = draw(st.lists(st.tuples(ends, ends), max_size=2 * count))
    kinds, levels = st.sampled_from(list("abcdefghijk")), st.sampled_from([None, 0, 1, 2.5, 5])
    return actors, [
        Tie(f"a{a}", f"a{b}", draw(kinds), draw(levels), draw(st.booleans()), draw(st.booleans())) for a, b in pairs
    ]


@st.composite
def places(draw: st.DrawFn) -> list[Place]:
    """Draw places: near each other, at one point, across the antimeridian, without a point."""
    count = draw(st.integers(0, 60))
    lat = draw(st.floats(-89, 89))
    lon = draw(st.sampled_from([25.0, 179.9, -180.0, 0.0]))
    reach = draw(st.sampled_from([0.0, 0.001, 0.5, 30.0]))
    offset = st.floats(-reach, reach)
    missing = st.sampled_from([False] * 9 + [True])
    return [
        Place(
            f"p{i}",
            draw(labels),
            None if draw(missing) else min(90.0, max(-90.0, lat + draw(offset))),
            lon + draw(offset),
            draw(st.one_of(st.none(), st.floats(allow_nan=True))),
            draw(st.sampled_from(STATUSES)),
            draw(st.sampled_from(["", HOSTILE])),
        )
        for i in range(count)
    ]


@st.composite
def bar_rows(draw: st.DrawFn) -> list[BarRow]:
    """Draw bars with any values."""
    parts = st.lists(st.builds(Segment, st.floats(), st.sampled_from("abcdefgh")), max_size=5)
    return [BarRow(f"r{i}", draw(labels), tuple(draw(parts)), draw(labels)) for i in range(draw(st.integers(0, 20)))]


def county_referrals() -> tuple[list[LayeredNode], list[LayeredEdge]]:
    """Return a network like that of a county: three ways in, two goals, one dead end, one way back."""
    nodes = [
        LayeredNode("school", "School notices a difficulty", "entry"),
        LayeredNode("doctor", "Family doctor", "entry", sublabel="Tapa health centre"),
        LayeredNode("pathfinder", "Rajaleidja counselling centre"),
        LayeredNode("psychologist", "Child psychologist", assumed=True),
        LayeredNode("psychiatry", "Child psychiatry", dead_end=True),
        LayeredNode("plan", "Individual curriculum in place", "goal"),
    ]
    edges = [
        LayeredEdge("school", "pathfinder", "14 d, 80 %"),
        LayeredEdge("doctor", "psychologist", "30 d, 60 %", assumed=True),
        LayeredEdge("doctor", "psychiatry", "90 d, 40 %"),
        LayeredEdge("pathfinder", "psychologist", "20 d, 70 %"),
        LayeredEdge("psychologist", "pathfinder", "7 d, 100 %"),
        LayeredEdge("pathfinder", "plan", "30 d, 90 %"),
        LayeredEdge("psychologist", "psychiatry", "60 d, 50 %"),
    ]
    return nodes, edges


def county_network() -> tuple[list[Actor], list[Tie]]:
    """Return agencies of a county with ties of three kinds."""
    actors = [Actor(f"a{i}", f"Agency number {i}", f"Sector {i % 4}", i, cut=i == 3) for i in range(12)]
    ties = [
        Tie(f"a{i}", f"a{(i * 5 + 3) % 12}", ("cooperates", "refers", "funds")[i % 3], i % 4, i % 2 == 0)
        for i in range(12)
    ]
    return actors, ties


def county_places() -> list[Place]:
    """Return eight municipalities with every status."""
    rows = [
        ("Haljala", 59.42, 26.26),
        ("Kadrina", 59.33, 26.14),
        ("Rakvere linn", 59.35, 26.36),
        ("Tapa", 59.26, 25.96),
    ]
    rows += [
        ("Rakvere vald", 59.36, 26.40),
        ("Vinni", 59.29, 26.43),
        ("Viru-Nigula", 59.45, 26.69),
        ("Väike-Maarja", 59.13, 26.25),
    ]
    return [Place(name, name, lat, lon, 4000.0 + 900 * i, STATUSES[i % 4]) for i, (name, lat, lon) in enumerate(rows)]


def every_picture(width: int = 720, label: str = "Mobile team") -> list[Picture]:
    """Return one of each kind, with a text in every place for one."""
    nodes, edges = county_referrals()
    actors, ties = county_network()
    said = {"title": label, "description": label, "width": width}
    rows = [BarRow("r", label, (Segment(40, "served"), Segment(30, label)), label)]
    return [
        layered_network(
            [*nodes, LayeredNode("x", label, sublabel=label, dead_end=True)],
            [*edges, LayeredEdge("doctor", "x", label, kind=label)],
            layer_titles=[label, "First services"],
            id_prefix=label,
            words={"dead_end": label},
            **said,
        ),
        cooperation_network([*actors, Actor("x", label, label)], [*ties, Tie("x", "a1", label)], **said),
        symbol_map([*county_places(), Place("x", label, 59.3, 26.3, detail=label)], **said),
        bars(rows, kinds={"served": label}, **said),
    ]


# --- checks -------------------------------------------------------------------------------------


def assert_nothing_covered(picture: Picture) -> None:
    """Fail where two boxes overlap or one leaves the picture."""
    ordered = sorted(picture.boxes, key=lambda box: box.y0)
    for i, box in enumerate(ordered):
        assert box.inside(picture.width, picture.height), box
        assert box.x0 <= box.x1, box
        assert box.y0 <= box.y1, box
        for other in ordered[i + 1 :]:
            if other.y0 >= box.y1:
                break
            assert not box.overlaps(other), (box, other)


def root_of(picture: Picture) -> ET.Element:
    return ET.fromstring(picture.svg)  # noqa: S314  (our own text)


def texts(picture: Picture) -> str:
    """Return what is written in a picture, without blanks."""
    return "".join("".join(node.itertext()) for node in root_of(picture).iter(f"{SVG}text")).replace(" ", "")


def points_of(d: str) -> list[tuple[float, float]]:
    """Return points along a path of M, C, V, H and L steps."""
    tokens = re.findall(r"[MCVHL]|-?\d+(?:\.\d+)?", d)
    points: list[tuple[float, float]] = []
    command, i = "", 0
    while i < len(tokens):
        if tokens[i].isalpha():
            command, i = tokens[i], i + 1
        width = {"M": 2, "L": 2, "C": 6, "V": 1, "H": 1}[command]
        numbers = [float(token) for token in tokens[i : i + width]]
        i += width
        x, y = points[-1] if points else (0.0, 0.0)
        ends = {"V": [x, *numbers], "H": [*numbers, y]}.get(command, numbers)
        steps = 1 if command == "M" else 40
        corners = [(x, y), *zip(ends[::2], ends[1::2], strict=True)]
        for k in range(1, steps + 1):
            t = k / steps
            if command == "C":
                weights = ((1 - t) ** 3, 3 * (1 - t) ** 2 * t, 3 * (1 - t) * t**2, t**3)
                points.append(tuple(sum(w * c[a] for w, c in zip(weights, corners, strict=True)) for a in (0, 1)))  # type: ignore[arg-type]
            else:
                end = corners[-1]
                start = end if command == "M" else (x, y)
                points.append((start[0] + (end[0] - start[0]) * t, start[1] + (end[1] - start[1]) * t))
    return points


def lines_of(picture: Picture, class_: str) -> list[list[tuple[float, float]]]:
    return [
        points_of(node.attrib["d"])
        for node in root_of(picture).iter(f"{SVG}path")
        if node.get("class", "").split(" ")[0] == class_
    ]


def covered_by(points: list[tuple[float, float]], boxes: list[Box]) -> list[Box]:
    return [box for box in boxes if any(box.x0 + 1 < x < box.x1 - 1 and box.y0 + 1 < y < box.y1 - 1 for x, y in points)]


# --- nothing covers anything --------------------------------------------------------------------


@given(referrals(), widths, st.lists(labels, max_size=4))
def test_no_box_of_a_layered_network_covers_another_and_no_arc_runs_through_a_node(network, width, titles):
    nodes, edges = network
    picture = layered_network(nodes, edges, width=width, layer_titles=titles)
    assert_nothing_covered(picture)
    shown = [box for box in picture.boxes if box.kind == "node"]
    assert sorted(box.id for box in shown) == sorted(node.id for node in nodes)
    for points in lines_of(picture, "edge"):
        assert not covered_by(points, shown)


@given(networks(), widths)
def test_no_box_of_a_cooperation_network_covers_another_and_no_tie_runs_through_one(network, width):
    actors, ties = network
    picture = cooperation_network(actors, ties, width=width)
    assert_nothing_covered(picture)
    shown = [box for box in picture.boxes if not box.id.startswith("legend")]
    assert sorted(box.id for box in shown if box.kind == "node") == sorted(actor.id for actor in actors)
    for points in lines_of(picture, "tie"):
        assert not covered_by(points, shown)


@given(places(), widths)
def test_no_symbol_and_no_name_on_a_map_covers_another_and_every_place_is_told(shown, width):
    picture = symbol_map(shown, width=width)
    assert_nothing_covered(picture)
    drawn = {box.id for box in picture.boxes if box.kind == "node"}
    assert drawn == {place.id for place in shown if place.lat is not None}
    named = {box.id.removeprefix("label:") for box in picture.boxes if box.id.startswith("label:")}
    keyed = [note for note in picture.notes if re.match(r"\d+: ", note)]
    assert len(named) + len(keyed) == len(drawn)


@given(bar_rows(), widths, st.sampled_from(["absolute", "share"]))
def test_no_bar_and_no_text_covers_another(rows, width, scale):
    assert_nothing_covered(bars(rows, kinds={"a": "First", "b": HOSTILE}, width=width, scale=scale))


@pytest.mark.parametrize("width", [1, 240, 340, 479, 480, 1400])
def test_nothing_is_covered_at_any_width(width):
    for picture in every_picture(width, "A name with Unreasonablylongwordsinittobreak"):
        assert picture.width == max(240, width)
        assert_nothing_covered(picture)


def test_the_check_of_boxes_sees_an_overlap():
    covered = Picture("", 100, 100, (Box("a", "node", 0, 0, 10, 10), Box("b", "label", 9, 9, 20, 20)), "", "")
    with pytest.raises(AssertionError):
        assert_nothing_covered(covered)


@pytest.mark.parametrize("make", [layered_network, cooperation_network])
def test_an_empty_network_gives_an_empty_picture(make):
    assert make([], []).boxes == ()


def test_an_empty_map_and_no_bars_give_empty_pictures():
    assert symbol_map([]).boxes == bars([], kinds={}).boxes == ()


# --- the page's rules ---------------------------------------------------------------------------


@pytest.mark.parametrize("width", [340, 720])
@pytest.mark.parametrize(
    "label", ["Mobile team", HOSTILE, "\ud800\x00\x1b\u202eabc\ufffe"], ids=["plain", "html", "odd"]
)
def test_pictures_obey_a_strict_content_security_policy(width, label):
    for picture in every_picture(width, label):
        for node in root_of(picture).iter():
            assert node.tag.removeprefix(SVG) in {
                *("svg", "title", "desc", "defs", "pattern", "g", "path", "rect", "circle", "text", "tspan")
            }
            for name, value in node.attrib.items():
                assert name != "style"
                assert not name.startswith("on")
                assert "href" not in name
                assert "http" not in value
                assert "url(" not in value or value.startswith("url(#")


@pytest.mark.parametrize("width", [340, 720])
def test_hostile_labels_stay_text(width):
    for picture in every_picture(width, HOSTILE):
        assert "<script" not in picture.svg
        assert "<img" not in picture.svg
        said = "".join(root_of(picture).itertext())
        assert "<script>alert(" in said.replace("\n", "")


def test_ids_are_unique_begin_with_the_prefix_and_every_reference_has_its_target():
    nodes, edges = county_referrals()
    rows = [BarRow("r", "R", (Segment(1, "a"), Segment(1, "b"), Segment(1, "c")), "")]
    both = [layered_network(nodes, edges, id_prefix="one"), bars(rows, kinds={}, id_prefix='two"><b')]
    ids = [node.attrib["id"] for picture in both for node in root_of(picture).iter() if "id" in node.attrib]
    assert len(set(ids)) == len(ids)
    assert {identifier.split("-")[0] for identifier in ids} == {"one", "two"}
    asked = set(re.findall(r"url\(#([^)]+)\)", "".join(picture.svg for picture in both)))
    assert asked
    assert asked <= set(ids)


@pytest.mark.parametrize("width", [340, 720])
def test_pictures_speak_to_a_screen_reader(width):
    for picture in every_picture(width, "Who & what"):
        root = root_of(picture)
        head = {child.attrib["id"]: child.text for child in root if child.tag in {f"{SVG}title", f"{SVG}desc"}}
        assert root.attrib["role"] == "img"
        assert list(head) == root.attrib["aria-labelledby"].split()
        assert set(head.values()) == {"Who & what"} == {picture.title, picture.description}


@pytest.mark.parametrize("width", [340, 720])
def test_no_text_is_smaller_than_12_px(width):
    for picture in every_picture(width):
        sizes = [float(node.attrib["font-size"]) for node in root_of(picture).iter() if "font-size" in node.attrib]
        assert min(sizes) >= 12


def without_colour(picture: Picture) -> str:
    return re.sub(r'(fill|stroke)="#[0-9a-f]{6}"', "", picture.svg)


def drawn_as(svg: str, class_: str) -> str:
    """Return the first group with the class, whose groups do not nest."""
    return svg.split(f'class="{class_}"', 1)[1].split("</g>", 1)[0]


def test_each_status_of_a_place_has_its_own_shape():
    shapes = {
        without_colour(symbol_map([Place("p", "P", 59, 26, 1, status)], words=dict.fromkeys(STATUSES, "x")))
        for status in STATUSES
    }
    inner = {re.sub(r'class="[^"]*"', "", shape) for shape in shapes}
    assert len(inner) == 4


@pytest.mark.parametrize(
    "change",
    [{"dead_end": True}, {"assumed": True}, {"kind": "entry"}, {"kind": "goal"}],
    ids=["dead end", "assumed", "entry", "goal"],
)
def test_each_state_of_a_node_shows_without_colour_and_without_words(change):
    blank = dict.fromkeys(["dead_end", "assumed", "entry", "service", "goal"], "x")
    plain = layered_network([LayeredNode("a", "A")], [], words=blank)
    changed = layered_network([LayeredNode("a", "A", **change)], [], words=blank)
    shapes = [
        re.sub(r"<text.*?</text>", "", drawn_as(without_colour(picture), "node-group")) for picture in (plain, changed)
    ]
    assert re.sub(r'(class|[xy]|width|height)="[^"]*"', "", shapes[0]) != re.sub(
        r'(class|[xy]|width|height)="[^"]*"', "", shapes[1]
    )


def test_each_kind_of_line_shows_without_colour():
    looks = {(style.double, style.glyph) for style in LINE_STYLES}
    assert len(looks) == len(LINE_STYLES)


def test_what_is_assumed_is_dashed():
    for assumed in (False, True):
        ties = [Tie("a", "b", assumed=assumed)]
        drawn = root_of(cooperation_network([Actor("a", "A"), Actor("b", "B")], ties)).iter(f"{SVG}path")
        tie = next(node for node in drawn if node.get("class", "").startswith("tie"))
        assert ("stroke-dasharray" in tie.attrib) == assumed


def test_kinds_beyond_the_last_style_share_it_and_are_named_together():
    kinds = [f"kind {i}" for i in range(11)]
    assert set(line_styles(kinds).values()) == set(range(len(LINE_STYLES)))
    picture = cooperation_network([Actor("a", "A"), Actor("b", "B")], [Tie("a", "b", kind) for kind in kinds])
    assert "kind6,kind7,kind8,kind9" in texts(picture)


def test_the_same_input_gives_the_same_picture_whatever_the_order_of_hashes():
    code = "from test_pictures import every_picture; print(*[picture.svg for picture in every_picture()])"
    here = Path(__file__).parent
    seen = set()
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONUTF8": "1", "PYTHONPATH": os.pathsep.join(sys.path)}
        done = subprocess.run([sys.executable, "-c", code], cwd=here, env=environment, capture_output=True, check=True)
        seen.add(done.stdout)
    assert len(seen) == 1


# --- text ---------------------------------------------------------------------------------------


@given(labels, st.floats(20, 300))
def test_wrapping_loses_no_character_and_keeps_to_the_width(text, width):
    lines = wrap(text, width)
    assert "".join(lines).replace(" ", "") == clean(text).replace(" ", "")
    assert all(text_width(line) <= width or len(line) == 1 for line in lines)


def test_text_breaks_between_words_and_an_overlong_word_breaks_without_a_hyphen():
    assert wrap("Lääne-Virumaa Omavalitsuste Liit", 100) == ("Lääne-Virumaa", "Omavalitsuste", "Liit")
    assert "-" not in "".join(wrap("Sotsiaalkindlustusametis", 60))


def test_a_text_that_is_cut_short_is_told_in_full_beside_the_picture():
    name = " ".join(["Kindlustusamet"] * 60)
    assert text_block(name, 100, max_lines=2).lines[-1].endswith("…")
    assert name in layered_network([LayeredNode("a", name)], []).notes
    assert name in cooperation_network([Actor("a", name)], []).notes


def test_unknown_scripts_are_set_to_the_width_that_was_reckoned():
    assert 'textLength="' in symbol_map([Place("a", "漢字", 1, 1)]).svg
    assert "textLength" not in symbol_map([Place("a", "Šiaulių Jõhvi Нарва", 1, 1)]).svg


@given(st.lists(st.tuples(*[st.integers(0, 400)] * 2), min_size=2, max_size=40))
def test_the_grid_of_boxes_finds_what_a_full_search_finds(corners):
    boxes = [Box(str(i), "label", x, y, x + 30 + i, y + 14) for i, (x, y) in enumerate(corners)]
    space = Space(-100, -100, 600, 600)
    for box in boxes[:-1]:
        space.take(box)
    assert space.free(boxes[-1], gap=2) == (not any(boxes[-1].overlaps(box, gap=2) for box in boxes[:-1]))


@given(*[st.floats(-20, 20)] * 4)
def test_a_line_crosses_a_box_where_a_fine_walk_along_it_meets_the_box(x0, y0, x1, y1):
    box = Box("b", "label", -5, -4, 5, 4)
    walk = [(x0 + (x1 - x0) * t / 2000, y0 + (y1 - y0) * t / 2000) for t in range(2001)]
    if any(-4.9 < x < 4.9 and -3.9 < y < 3.9 for x, y in walk):
        assert crosses(((x0, y0), (x1, y1)), box)
    if not any(-5.1 < x < 5.1 and -4.1 < y < 4.1 for x, y in walk):
        assert not crosses(((x0, y0), (x1, y1)), box)


# --- layered network ----------------------------------------------------------------------------


@given(st.integers(1, 25).flatmap(lambda n: st.tuples(st.just(n), st.lists(st.tuples(*[st.integers(0, n - 1)] * 2)))))
def test_layers_of_an_acyclic_network_are_its_longest_paths_as_networkx_finds_them(drawn):
    nx = pytest.importorskip("networkx")
    count, pairs = drawn
    arcs = [(min(a, b), max(a, b)) for a, b in pairs if a != b]
    G = nx.DiGraph(arcs)
    G.add_nodes_from(range(count))
    expected = [max((len(nx.dag_longest_path(G.subgraph(nx.ancestors(G, i) | {i}))) - 1, 0)) for i in range(count)]
    assert _sugiyama.longest_paths(count, arcs, []) == expected


@given(referrals())
def test_without_cycles_every_arc_leads_downwards(network):
    nodes, edges = network
    forward = [edge for edge in edges if int(edge.tail[1:]) < int(edge.head[1:])]
    picture = layered_network([LayeredNode(node.id, "N") for node in nodes], forward)
    box = {box.id: box for box in picture.boxes if box.kind == "node"}
    assert all(box[edge.tail].y1 < box[edge.head].y0 for edge in forward)


@given(st.lists(st.lists(st.integers(0, 6), max_size=4), min_size=1, max_size=7), st.permutations(range(7)))
def test_crossings_are_counted_as_by_comparing_all_pairs(ends, lower):
    below = [[10 + end for end in own] for own in ends]
    rows = [list(range(len(ends))), [10 + i for i in lower]]
    place = {item: i for i, item in enumerate(rows[1])}
    arcs = [(i, place[end]) for i, own in enumerate(below) for end in own]
    expected = sum((a - c) * (b - d) < 0 for k, (a, b) in enumerate(arcs) for c, d in arcs[:k])
    assert _sugiyama._crossings(rows, below) == expected


@given(st.lists(st.tuples(st.floats(-500, 900), st.floats(1, 9)), min_size=1, max_size=12))
def test_places_along_a_row_are_the_least_squares_fit_that_scipy_finds(wanted):
    optimize = pytest.importorskip("scipy.optimize")
    places_, weights = zip(*wanted, strict=True)
    steps = [20.0] * (len(wanted) - 1)
    offsets = [20.0 * i for i in range(len(wanted))]
    fitted = optimize.isotonic_regression([x - o for x, o in zip(places_, offsets, strict=True)], weights=weights).x
    expected = [min(max(x, 10.0), 690.0 - offsets[-1]) + o for x, o in zip(fitted, offsets, strict=True)]
    assert _sugiyama._fit(places_, steps, weights, 10.0, 690.0) == pytest.approx(expected, abs=1e-6)


def test_arcs_that_need_not_cross_do_not_cross():
    count = 4
    nodes = [LayeredNode(f"e{i}", "E", "entry") for i in range(count)] + [
        LayeredNode(f"s{i}", "S") for i in range(count)
    ]
    edges = [LayeredEdge(f"e{i}", f"s{count - 1 - i}") for i in range(count)]
    box = {box.id: box for box in layered_network(nodes, edges).boxes}
    upper = sorted(range(count), key=lambda i: box[f"e{i}"].x0)
    lower = sorted(range(count), key=lambda i: box[f"s{count - 1 - i}"].x0)
    assert upper == lower


def test_an_arc_that_leads_back_has_a_hollow_head_and_a_line_in_the_legend():
    nodes, edges = county_referrals()
    for shown, hollow in ((edges, 2), (edges[:4], 0)):
        picture = layered_network(nodes, shown)
        heads = [node for node in root_of(picture).iter(f"{SVG}path") if node.get("class") == "arrowhead"]
        assert sum(head.attrib["fill"] == "#ffffff" for head in heads) == hollow  # on the arc and in the legend
        assert ("Leadsback" in texts(picture)) == bool(hollow)


@pytest.mark.parametrize("width", [340, 720])
def test_boxes_of_a_row_stand_apart(width):
    nodes = [LayeredNode(f"n{i}", "Mobile team") for i in range(9)]
    ordered = sorted(layered_network(nodes, [], width=width).boxes, key=lambda box: (box.y0, box.x0))
    apart = [b.x0 - a.x1 for a, b in pairwise(ordered) if a.y0 == b.y0 and b.kind == a.kind == "node"]
    assert min(apart) >= 15


def test_what_nobody_refers_to_does_not_stand_with_the_entry_points():
    nodes = [LayeredNode("in", "In", "entry"), LayeredNode("lost", "Never referred to")]
    box = {box.id: box for box in layered_network(nodes, []).boxes}
    assert box["lost"].y0 > box["in"].y1


def test_given_layers_are_kept_and_named():
    nodes = [LayeredNode(name, name) for name in "abc"]
    picture = layered_network(nodes, [], layers={"a": 3, "b": 1, "c": 3}, layer_titles=["First", "Last"])
    box = {box.id: box for box in picture.boxes}
    assert box["b"].y1 < box["layer-1"].y0 < box["a"].y0 == box["c"].y0
    assert "FirstLast" in texts(picture) or {"First", "Last"} <= set(re.findall(r">(First|Last)<", picture.svg))


def test_dead_ends_are_marked_with_the_words_of_the_caller():
    picture = layered_network([LayeredNode("a", "A", dead_end=True)], [], words={"dead_end": "Tupik"})
    assert picture.svg.count("Tupik") == 2  # in the box and in the legend
    assert picture.svg.count('class="node-end"') == 2


@given(referrals(), widths)
@settings(max_examples=20)
def test_what_is_said_about_an_arc_is_on_it_or_in_the_notes(network, width):
    nodes, edges = network
    picture = layered_network(nodes, edges, width=width)
    labelled = sum(bool(edge.label) for edge in edges)
    written = sum(box.id.startswith("arc-") for box in picture.boxes)
    said = [note for note in picture.notes if " → " in note]
    numbered = [note for note in said if re.match(r"\d+: ", note)]
    assert written - len(numbered) + len(set(said)) <= labelled
    assert written + len(said) - len(numbered) == labelled


def test_a_crowded_network_numbers_its_arcs_and_explains_the_numbers():
    nodes = [LayeredNode(f"n{i}", f"N{i}", "entry" if i < 6 else "service") for i in range(12)]
    edges = [LayeredEdge(f"n{i}", f"n{6 + j}", f"{10 + i} d, {50 + j} % accepted") for i in range(6) for j in range(6)]
    notes = [note for note in layered_network(nodes, edges, width=340).notes if re.match(r"\d+: N\d → N\d+: ", note)]
    assert [int(note.split(":")[0]) for note in notes] == list(range(1, len(notes) + 1))
    assert notes


@pytest.mark.parametrize(
    ("nodes", "edges", "layers", "match"),
    [
        ([LayeredNode("a", "A")] * 2, [], None, "Two nodes .* 'a'"),
        ([LayeredNode("a", "A")], [LayeredEdge("a", "b")], None, "names no node of it: 'b'"),
        ([LayeredNode("a", "A")], [], {"b": 1}, "No layer is given for 'a'"),
    ],
)
def test_a_layered_network_says_which_id_is_wrong(nodes, edges, layers, match):
    with pytest.raises(AnalysisError, match=match):
        layered_network(nodes, edges, layers=layers)


# --- cooperation network ------------------------------------------------------------------------


def test_agencies_of_a_sector_stand_together_below_its_name():
    actors, ties = county_network()
    picture = cooperation_network(actors, ties)
    for column in ("left", "right"):
        own = [box for box in picture.boxes if (box.x0 < 360) == (column == "left") and not box.id.startswith("legend")]
        run = [box.id for box in sorted(own, key=lambda box: box.y0) if box.kind == "node"]
        sectors = [next(actor.group for actor in actors if actor.id == name) for name in run]
        assert len(list(dict.fromkeys(sectors))) == sum(a != b for a, b in zip(["", *sectors], sectors, strict=False))


def test_both_columns_are_used_and_about_equally_high_even_for_one_sector():
    actors = [Actor(str(i), f"Agency {i}", "Education") for i in range(20)]
    picture = cooperation_network(actors, [])
    left = sum(box.kind == "node" and box.x0 < 360 for box in picture.boxes)
    assert 8 <= left <= 12
    assert "(continued)" in texts(picture)


def test_a_narrow_picture_has_one_column():
    actors, ties = county_network()
    narrow = {box.x1 for box in cooperation_network(actors, ties, width=340).boxes if box.id.startswith("label:")}
    assert max(narrow) - min(narrow) < 1


def test_more_agencies_make_a_higher_picture():
    heights = [cooperation_network([Actor(str(i), "A", "S") for i in range(n)], []).height for n in (10, 40, 70)]
    assert heights == sorted(set(heights))


def test_a_closer_tie_is_a_thicker_line():
    actors = [Actor(name, name) for name in "abc"]
    picture = cooperation_network(actors, [Tie("a", "b", level=1), Tie("a", "c", level=5)])
    drawn = [node for node in root_of(picture).iter(f"{SVG}path") if node.get("class", "").startswith("tie")]
    assert float(drawn[0].attrib["stroke-width"]) < float(drawn[1].attrib["stroke-width"])


@pytest.mark.parametrize(
    ("actors", "ties", "match"),
    [
        ([Actor("a", "A")] * 2, [], "Two agencies .* 'a'"),
        ([Actor("a", "A")], [Tie("a", "b")], "names no agency of it: 'b'"),
    ],
)
def test_a_cooperation_network_says_which_id_is_wrong(actors, ties, match):
    with pytest.raises(AnalysisError, match=match):
        cooperation_network(actors, ties)


# --- map ----------------------------------------------------------------------------------------


def middles(picture: Picture) -> dict[str, tuple[float, float]]:
    return {box.id: ((box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2) for box in picture.boxes if box.kind == "node"}


def great_circle_km(a: Place, b: Place) -> float:
    """Return the distance on a sphere by the haversine formula."""
    lat_a, lon_a, lat_b, lon_b = (math.radians(x or 0.0) for x in (a.lat, a.lon, b.lat, b.lon))
    h = math.sin((lat_b - lat_a) / 2) ** 2 + math.cos(lat_a) * math.cos(lat_b) * math.sin((lon_b - lon_a) / 2) ** 2
    return 2 * 6371.0 * math.asin(math.sqrt(h))


def test_distances_on_the_map_are_those_on_the_ground():
    shown = [place for place in county_places() if place.label in {"Haljala", "Tapa", "Vinni", "Väike-Maarja"}]
    at = middles(symbol_map(shown))
    scales = [math.dist(at[a.id], at[b.id]) / great_circle_km(a, b) for i, a in enumerate(shown) for b in shown[:i]]
    assert max(scales) / min(scales) < 1.01


def test_the_bar_of_the_map_is_as_long_as_it_says():
    a, b = Place("a", "A", 59.0, 26.0), Place("b", "B", 59.5, 26.0)
    picture = symbol_map([a, b])
    at = middles(picture)
    px_per_km = math.dist(at["a"], at["b"]) / (0.5 * KM_PER_DEGREE)
    km, px = scale_bar(px_per_km, 180)
    assert f">{km:g} km<" in picture.svg
    assert f"H {px:.1f}".removesuffix(".0") in picture.svg
    assert km * px_per_km == pytest.approx(px)


@given(st.floats(1e-4, 1e4), st.floats(40, 400))
def test_the_bar_fits_its_room_and_is_not_much_shorter(px_per_km, room):
    km, px = scale_bar(px_per_km, room)
    assert room / 2.5001 <= px <= room * 1.0001
    assert float(f"{km:.0e}") == pytest.approx(km)
    assert f"{km:e}"[0] in "125"


def test_north_is_up_and_east_is_right():
    at = middles(symbol_map([Place("sw", "SW", 59, 26), Place("ne", "NE", 59.5, 27)]))
    assert at["sw"][0] < at["ne"][0]
    assert at["sw"][1] > at["ne"][1]


def test_places_on_both_sides_of_the_antimeridian_stand_beside_each_other():
    at = middles(symbol_map([Place("w", "W", 65, 179.5), Place("m", "M", 65, 179.9), Place("e", "E", 65, -179.7)]))
    assert at["w"][0] < at["m"][0] < at["e"][0]
    assert (at["e"][0] - at["m"][0]) == pytest.approx(at["m"][0] - at["w"][0], abs=1)
    assert western_edge([-179.7, 179.5]) == 179.5
    assert western_edge([-1.0, 0.0, 1.0]) == 359.0


@pytest.mark.parametrize(("lat", "lon"), [(None, None), (59.0, None), (math.nan, 26.0), (91.0, 26.0), (59.0, math.inf)])
def test_a_place_without_a_possible_point_is_named_beside_the_map(lat, lon):
    picture = symbol_map([Place("a", "Rakvere", 59.3, 26.3), Place("b", "Elsewhere", lat, lon)])
    assert picture.notes == ("Not on the map: Elsewhere",)


def test_many_places_at_one_point_are_moved_aside_with_lines_to_it():
    picture = symbol_map([Place(str(i), f"Place {i}", 59, 26, i) for i in range(12)])
    leaders = lines_of(picture, "leader")
    assert picture.svg.count('class="true-place"') == 11 <= len(leaders)
    assert "Movedaside" in texts(picture)
    assert "Movedaside" not in texts(symbol_map(county_places()[:3]))


def test_a_number_in_a_symbol_has_its_key_in_the_notes():
    crowd = [
        Place(str(i), f"A place with a long name {i}", 59 + i % 8 * 0.01, 26 + i // 8 * 0.01, detail="d")
        for i in range(64)
    ]
    picture = symbol_map(crowd, width=340)
    keys = [note.split(":")[0] for note in picture.notes]
    assert keys == [str(i) for i in range(1, len(keys) + 1)]
    assert keys
    inside = re.findall(r">(\d+)<", "".join(part.split("</g>")[0] for part in picture.svg.split("place-group")[1:]))
    assert sorted(inside, key=int) == keys
    assert all(note.endswith("(d)") for note in picture.notes)


def test_a_larger_value_is_a_larger_symbol():
    boxes = {box.id: box for box in symbol_map([Place("s", "S", 59, 26, 10), Place("l", "L", 59.5, 27, 1000)]).boxes}
    assert boxes["s"].x1 - boxes["s"].x0 < boxes["l"].x1 - boxes["l"].x0


def test_outlines_are_drawn_beneath_with_their_holes_and_stretch_the_map():
    square = [[25.9, 59.1], [26.9, 59.1], [26.9, 59.5], [25.9, 59.5], [25.9, 59.1]]
    hole = [[26.3, 59.2], [26.4, 59.2], [26.4, 59.3], [26.3, 59.2]]
    polygon, several = [square, hole], [[square], [hole]]
    picture = symbol_map([Place("a", "A", 59.3, 26.1)], outlines=[polygon, several, []])
    drawn = [node for node in root_of(picture).iter(f"{SVG}path") if node.get("class") == "outline"]
    assert [node.attrib["d"].count("M") for node in drawn] == [2, 2]
    assert picture.svg.index("outline") < picture.svg.index("place-group")
    assert {node.attrib["fill-rule"] for node in drawn} == {"evenodd"}


def test_two_places_with_one_id_are_refused():
    with pytest.raises(AnalysisError, match="one id"):
        symbol_map([Place("a", "A", 1, 1), Place("a", "B", 2, 2)])


# --- bars ---------------------------------------------------------------------------------------


def test_bars_are_as_long_as_their_values():
    rows = [BarRow("a", "A", (Segment(10, "x"), Segment(30, "y")), ""), BarRow("b", "B", (Segment(20, "x"),), "")]
    long = {box.id: box.x1 - box.x0 for box in bars(rows, kinds={}).boxes}
    share = {box.id: box.x1 - box.x0 for box in bars(rows, kinds={}, scale="share").boxes}
    assert long["b"] == pytest.approx(long["a"] / 2)
    assert share["b"] == pytest.approx(share["a"])


def test_kinds_of_segments_differ_by_hatch():
    rows = [BarRow("a", "A", tuple(Segment(1, kind) for kind in "uvwxyz"), "")]
    fills = [
        node.attrib["fill"]
        for node in root_of(bars(rows, kinds={})).iter(f"{SVG}rect")
        if "bar" in node.get("class", "").split()
    ]
    assert len(set(fills)) == 6
    assert sum(fill.startswith("url(") for fill in fills) == 4


# --- in a browser -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is not installed")
    binary, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if not (binary and driver):
        pytest.skip("there is no chromium with its chromedriver")
    options = webdriver.ChromeOptions()
    options.binary_location = binary
    profile = tmp_path_factory.mktemp("profile")
    flags = ["headless", "no-sandbox", "disable-gpu", "disable-quic", "no-first-run", "disable-background-networking"]
    flags += ["disable-component-update", "disable-sync", f"user-data-dir={profile}"]
    for flag in flags:
        options.add_argument(f"--{flag}")
    opened = webdriver.Chrome(options=options, service=webdriver.ChromeService(executable_path=driver))
    yield opened
    opened.quit()


BOXES_OF_TEXTS = """
return Array.from(document.querySelectorAll('svg text')).map(node => {
  const [box, to] = [node.getBBox(), node.getCTM()];
  const [x, y] = [box.x + to.e, box.y + to.f];
  return [node.textContent, x, y, x + box.width, y + box.height];
});
"""


def assert_texts_stay_in_their_boxes(browser, folder: Path, picture: Picture) -> None:
    """Measure every text in the browser and look for a box that holds it."""
    policy = "default-src 'none'"
    page = folder / "picture.html"
    page.write_text(
        f'<!doctype html><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{policy}">'
        f"<title>Picture</title>{picture.svg}",
        encoding="utf-8",
    )
    browser.get(page.as_uri())
    measured = browser.execute_script(BOXES_OF_TEXTS)
    assert measured
    for text, x0, y0, x1, y1 in measured:
        slack = 1.25  # coordinates are written with one decimal, and browsers round outwards to whole px
        assert any(
            box.x0 - slack <= x0 and box.y0 - slack <= y0 and x1 <= box.x1 + slack and y1 <= box.y1 + slack
            for box in picture.boxes
        ), (text, x0, y0, x1, y1)


@pytest.mark.browser
@pytest.mark.parametrize("font", ["Helvetica", "DejaVu Sans"])
@pytest.mark.parametrize("width", [340, 720])
@pytest.mark.parametrize("label", ["Šiaulių rajono savivaldybė, WWW-MMM", HOSTILE, "Нарвский горсовет 漢字 %"])
def test_what_a_browser_draws_stays_in_the_boxes(browser, tmp_path, width, label, font):
    for picture in every_picture(width, label):
        there = Picture(
            re.sub('font-family="[^"]*"', f'font-family="{font}"', picture.svg), *astuple_without_svg(picture)
        )
        assert_texts_stay_in_their_boxes(browser, tmp_path, there)


def astuple_without_svg(picture: Picture) -> tuple:
    return (picture.width, picture.height, picture.boxes, picture.title, picture.description, picture.notes)


@pytest.mark.browser
def test_the_measurement_in_the_browser_sees_a_text_that_is_too_long(browser, tmp_path):
    drawn = element("text", "far too long for its box", x=5, y=20)
    svg = element("svg", drawn, xmlns=SVG[1:-1], width=300, height=40)
    picture = Picture(svg, 300, 40, (Box("a", "label", 5, 0, 30, 30),), "", "")
    with pytest.raises(AssertionError, match="far too long"):
        assert_texts_stay_in_their_boxes(browser, tmp_path, picture)
