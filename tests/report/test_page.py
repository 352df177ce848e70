"""The page: complete, escaped, offline, protected, and honest about what is not stated."""

import base64
import hashlib
import re
from collections import Counter
from datetime import date
from html.parser import HTMLParser

import pytest

pytest.importorskip("babel", reason="the page needs the extra desk")
pytest.importorskip("jinja2", reason="the page needs the extra desk")

from integrated_services import coverage, loads, report, samples
from integrated_services.errors import AnalysisError
from integrated_services.model import from_frames
from integrated_services.report._language import LANGUAGES, Language

NAMES = ("elektrenai", "laane-viru", "care-centres", "ida-harju", "institutional-care-reform")
VOID = {"meta", "link", "br", "img", "input", "hr"}
SVG_VOID = {"rect", "path", "circle", "line", "ellipse", "polygon", "polyline", "use"}
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>'\"&{{7*7}}"


class Reader(HTMLParser):
    """Reads a page as a tree of open elements, and complains where they are not closed in order."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.open, self.elements, self.headings, self.faults, self.texts = [], [], [], [], []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.faults.append((tag, self.getpos()))

    def handle_data(self, data):
        if "style" not in self.open:
            self.texts.append((data, tuple(self.open)))

    @property
    def said(self):
        return " ".join(" ".join(text for text, _ in self.texts).split())

    def of(self, tag):
        return [attrs for name, attrs in self.elements if name == tag]


@pytest.fixture(scope="module")
def pages():
    made = {}

    def page(name, language="en", audience="public"):
        key = name, language, audience
        if key not in made:
            made[key] = report.page(samples.load(name), language=language, audience=audience)
        return made[key]

    return page


def empty(**more):
    import json

    return loads(
        json.dumps(
            {"format": 1, "framework": "nothing", "title": "Nothing yet", "reference_date": "2024-01-01", **more}
        )
    )


def counted(capacity=11, **demands):
    """Give a framework with stated numbers of pupils by territory, and a service for all of them."""
    import json

    return loads(
        json.dumps(
            {
                "format": 1,
                "framework": "counts",
                "title": "Counts",
                "reference_date": "2024-01-01",
                "sources": [{"id": "census", "kind": "register", "title": "Census"}],
                "territories": [{"id": "county", "name": "County", "level": "county"}]
                + [
                    {
                        "id": key,
                        "name": key.title(),
                        "part_of": "county",
                        "level": "municipality",
                        "point": {"lat": 55 + i, "lon": 25},
                    }
                    for i, key in enumerate(demands)
                ],
                "target_groups": [{"id": "pupils", "name": "Pupils"}],
                "needs": [{"id": "help", "name": "Help"}],
                "demands": [
                    {
                        "need": "help",
                        "target_group": "pupils",
                        "territory": key,
                        "persons": {"value": n, "source": "census"},
                    }
                    for key, n in demands.items()
                ],
                "agencies": [{"id": "centre", "name": "Centre"}],
                "services": [
                    {
                        "id": "team",
                        "name": "Team",
                        "providers": ["centre"],
                        "meets": ["help"],
                        "serves": ["pupils"],
                        "deliveries": [{"area": ["county"], "capacity": capacity}],
                    }
                ],
                "surveys": [{"territories": ["county"], "status": "complete"}],
            }
        )
    )


# what every page has -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_every_sample_makes_a_sound_page_in_every_language(pages, name, language):
    html = pages(name, language)
    read = Reader(html)
    assert read.faults == []
    assert read.open == []
    assert read.of("html") == [{"lang": language}]
    ids = Counter(attrs["id"] for _, attrs in read.elements if "id" in attrs)
    assert [key for key, count in ids.items() if count > 1] == []
    assert read.headings[0] == 1
    assert read.headings.count(1) == 1
    assert all(after <= before + 1 for before, after in zip(read.headings, read.headings[1:], strict=False))
    assert len(read.of("main")) == len(read.of("header")) == len(read.of("nav")) == len(read.of("footer")) == 1
    targets = {attrs["href"][1:] for attrs in read.of("a") if attrs.get("href", "").startswith("#")}
    assert targets <= set(ids)
    labelled = {one for _, attrs in read.elements for one in (attrs.get("aria-labelledby") or "").split()}
    assert labelled <= set(ids)
    assert not re.search(r"\bNone\b|Undefined|\{[a-z_]+\}", read.said)


@pytest.mark.parametrize("name", NAMES)
def test_every_fixed_sentence_is_in_the_language_of_the_page(pages, name):
    english = {
        text
        for key in ("short.who", "page.how_to_read", "nav.coverage", "short.assumed")
        for text in [Language("en").template(key)]
    }
    for language in ("et", "lt"):
        assert not [text for text in english if text in Reader(pages(name, language)).said]


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_fetched_and_nothing_runs(pages, name):
    read = Reader(pages(name))
    assert {tag for tag, _ in read.elements} & {
        "script",
        "iframe",
        "object",
        "embed",
        "form",
        "img",
        "video",
        "base",
    } == set()
    for tag, attrs in read.elements:
        assert not [
            key for key in attrs if key.startswith("on") or key in ("src", "srcset", "style", "xlink:href", "action")
        ]
        href = attrs.get("href", "#")
        if tag == "a":
            assert href.startswith("#") or (re.match("https?://", href) and attrs["rel"] == "noreferrer")
        else:
            assert href in ("#", "data:,")
    style = re.search(r"<style>(.*?)</style>", pages(name), re.DOTALL)[1]
    assert "url(" not in style
    assert "@import" not in style


def test_addresses_stand_only_where_sources_are_named(pages):
    for name in NAMES:
        for text, inside in Reader(pages(name)).texts:
            if re.search("https?://", text):
                assert "li" in inside, text
        assert "http://" not in pages(name).replace('xmlns="http://www.w3.org/2000/svg"', "")


def test_the_policy_allows_only_the_style_that_is_there(pages):
    html = pages("elektrenai")
    policy = next(
        attrs["content"] for attrs in Reader(html).of("meta") if attrs.get("http-equiv") == "Content-Security-Policy"
    )
    style = re.search(r"<style>(.*?)</style>", html, re.DOTALL)[1]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy
    assert html.index("Content-Security-Policy") < html.index("<style>")


def test_every_picture_has_a_name_and_a_text_and_stands_in_two_widths(pages):
    read = Reader(pages("laane-viru"))
    pictures = read.of("svg")
    assert len(pictures) == 8
    assert all(one["role"] == "img" and one["aria-labelledby"] for one in pictures)
    widths = sorted(int(one["width"]) for one in pictures)
    assert widths[:4] == [316] * 4
    assert widths[4:] == [860] * 4


def test_every_table_has_a_caption_column_heads_and_a_region_that_the_keyboard_reaches(pages):
    html = pages("laane-viru")
    read = Reader(html)
    assert html.count("<table") == html.count("<caption>") == html.count('class="scroll" role="region"')
    assert all(one.get("scope") in ("col", "row") for one in read.of("th"))
    assert all(one["tabindex"] == "0" and one["aria-label"] for one in read.of("div") if one.get("role") == "region")


def test_every_picture_and_table_has_one_sentence_on_how_to_read_it(pages):
    html = pages("elektrenai")
    figures = html.split('<figure class="drawn">')[1:]
    assert all(one.count('class="read"') == 1 for one in (figure.split("</figure>")[0] for figure in figures))
    for caption in re.findall(r"<caption>(.*?)</caption>", html, re.DOTALL):
        assert Language("en").text("page.how_to_read") in caption


def test_equal_calls_give_equal_pages(pages):
    assert report.page(samples.load("elektrenai")) == pages("elektrenai")


# what it says --------------------------------------------------------------------------------------------------------


def test_the_five_questions_are_answered_first(pages):
    said = Reader(pages("elektrenai")).said
    places = [
        said.index(Language("en").text(f"short.{name}")) for name in ("who", "why", "call", "promised", "assumed")
    ]
    assert places == sorted(places)
    assert places[-1] < said.index("Who takes part") if "Who takes part" in said else True
    assert "70† pupils, 40† places of Mobile education-support specialists; 30† more places close the gap." in said


def test_totals_are_those_of_the_analysis(pages):
    totals = coverage.gaps(samples.load("elektrenai")).totals()
    said = Reader(pages("elektrenai")).said
    assert (
        f"Persons with a need: {totals['demand']}†. Served: {totals['served']}†. Not served: {totals['unserved']}†."
        in said
    )


def test_the_first_to_call_is_the_one_of_the_best_path(pages):
    assert "Unexcused absence: Support teams at education institutions" in Reader(pages("laane-viru")).said


def test_promises_are_counted_by_state(pages):
    rows = coverage.commitments(samples.load("ida-harju")).to_records()
    met = sum(row["state"] == "met" for row in rows)
    assert f"Of {len(rows)} single promises: met {met}, not met 0" in Reader(pages("ida-harju")).said


@pytest.mark.parametrize("name", NAMES)
def test_every_assumed_figure_stands_in_the_section_on_assumptions(pages, name):
    section = pages(name).split('<section id="assumptions"')[1].split("</section>")[0]
    shown = [attrs["data-path"] for _, attrs in Reader(section).elements if "data-path" in attrs]
    wanted = [figure.path for group in samples.load(name).assumptions() for figure in group.figures]
    assert sorted(shown) == sorted(wanted)
    assert len(re.findall("†", section)) >= len(wanted)


def test_every_assumption_gives_its_reason(pages):
    section = Reader(pages("elektrenai").split('<section id="assumptions"')[1].split("</section>")[0]).said
    fw = samples.load("elektrenai")
    for group in fw.assumptions():
        assert " ".join(fw.sources[group.source].note.split()) in section


def test_an_empty_document_says_that_nothing_is_stated():
    for language in LANGUAGES:
        html = report.page(empty(), language=language)
        read = Reader(html)
        assert read.faults == []
        assert read.said.count(Language(language).text("page.not_stated")) >= 8
        assert "<svg" not in html


def test_a_document_without_demand_shows_places_without_a_state():
    fw = empty(territories=[{"id": "a", "name": "Alpha", "point": {"lat": 55, "lon": 25}}])
    said = Reader(report.page(fw)).said
    assert "Each sign is a place that the document names." in said
    assert "Place, nothing said about needs" in said


def test_names_in_another_language_are_marked_with_it(pages):
    assert 'lang="en"' in pages("elektrenai", "et")
    fw = empty(
        languages=["lt"],
        needs=[{"id": "n", "name": {"lt": "Pagalba"}}],
        services=[{"id": "s", "name": {"lt": "Tarnyba"}, "meets": ["n"]}],
    )
    assert '<span lang="lt">Tarnyba</span>' in report.page(fw, language="et")


def test_a_day_chooses_what_is_there():
    service = {"id": "s", "name": "Old service", "valid": "2020/2021"}
    fw = empty(services=[service])
    assert "Old service" in report.page(fw, at=date(2020, 6, 1))
    assert "Old service" not in report.page(fw, at=date(2023, 6, 1))


# hostile texts -------------------------------------------------------------------------------------------------------


def test_hostile_names_stay_text():
    fw = samples.load("elektrenai")
    changes = {"title.en": HOSTILE, "description.en": HOSTILE}
    for collection in (
        "territories",
        "needs",
        "services",
        "agencies",
        "target_groups",
        "risk_factors",
        "projects",
        "sources",
    ):
        for record in getattr(fw, collection):
            field = "title" if collection == "sources" else "name"
            label = getattr(record, field)
            changes[f"{collection}[{record.id}].{field}" + (".en" if label and label.languages else "")] = HOSTILE
    html = report.page(fw.evolve(changes))
    read = Reader(html)
    assert read.faults == []
    assert not read.of("script")
    assert not read.of("img")
    assert all(not key.startswith("on") for _, attrs in read.elements for key in attrs)
    assert "49" not in read.said.split("alert(2)")[1][:20]
    assert read.said.count("<script>alert(1)</script>") > 50


def test_a_source_with_a_script_for_an_address_is_no_link():
    fw = empty(sources=[{"id": "s", "kind": "document", "title": "S", "url": "javascript:alert(1)"}])
    assert "javascript:" not in report.page(fw)


def test_ids_with_strange_signs_make_no_strange_markup():
    fw = empty(
        territories=[{"id": "a", "name": "A", "point": {"lat": 55, "lon": 25}}],
        agencies=[{"id": "x", "name": HOSTILE}, {"id": "y", "name": "Y"}],
        cooperations=[{"agencies": ["x", "y"], "scale": HOSTILE, "level": 2}],
    )
    read = Reader(report.page(fw))
    assert read.faults == []
    assert not read.of("script")


# protection ----------------------------------------------------------------------------------------------------------


def test_no_small_number_of_observed_persons_is_on_a_public_page():
    fw = counted(alpha=3, beta=12, gamma=40)
    public, internal = Reader(report.page(fw)), Reader(report.page(fw, audience="internal"))
    cells = coverage.gaps(fw).to_records()
    assert any(0 < row["served"] < 5 for row in cells)
    heat = [text.strip() for text, inside in public.texts if "td" in inside]
    assert "3" not in heat
    assert "1 of 3" not in heat
    assert not any(re.search(r"\b[1-4] of ", text) for text, _ in public.texts)
    assert public.said.count("withheld") > 3
    assert "of 3" in internal.said or "3 " in internal.said
    assert "withheld" not in internal.said


def test_a_bottleneck_whose_numbers_are_withheld_tells_none():
    fw = counted(alpha=3, beta=12, gamma=40)
    said = Reader(report.page(fw)).said
    assert "places of Team are too few; the numbers are withheld." in said
    assert not re.search("[0-9]+ more places? close", said)
    assert "44 more places close the gap" in Reader(report.page(fw, audience="internal")).said


def test_large_numbers_are_shown_to_the_public():
    fw = counted(capacity=100, alpha=500, beta=800)
    assert "1,200 more places close the gap" in Reader(report.page(fw)).said


def test_small_estimated_persons_are_withheld_among_the_assumptions():
    fw = empty(
        target_groups=[{"id": "g", "name": "G"}],
        territories=[{"id": "t", "name": "T"}],
        populations=[{"target_group": "g", "territory": "t", "persons": {"value": 3, "basis": "estimated"}}],
    )
    public, internal = (
        report.page(fw, audience=who).split('<section id="assumptions"')[1].split("</section>")[0]
        for who in ("public", "internal")
    )
    assert "3†" not in public
    assert "withheld" in public
    assert "3†" in internal


def test_an_internal_page_says_that_it_is_internal(pages):
    banner = Language("en").text("page.internal")
    assert banner in Reader(pages("elektrenai", audience="internal")).said
    assert banner not in Reader(pages("elektrenai")).said


# calling it ----------------------------------------------------------------------------------------------------------


def test_the_page_is_written_where_it_is_asked_for(tmp_path, pages):
    target = report.write_page(samples.load("elektrenai"), tmp_path / "new" / "page.html")
    assert target.read_text(encoding="utf-8") == pages("elektrenai")


def test_progress_tells_each_step_and_the_end():
    steps = []
    report.page(empty(), progress=lambda name, number, of: steps.append((name, number, of)))
    assert [number for _, number, _ in steps] == list(range(steps[0][2] + 1))


@pytest.mark.parametrize(
    ("arguments", "match"),
    [
        ({"language": "fi"}, "en, et, lt"),
        ({"audience": "everybody"}, "'public' or 'internal'"),
    ],
)
def test_what_there_is_not_is_refused(arguments, match):
    with pytest.raises(AnalysisError, match=match):
        report.page(empty(), **arguments)


def test_only_a_framework_makes_a_page():
    with pytest.raises(AnalysisError, match="made from a Framework"):
        report.page(from_frames)


def test_the_colours_of_texts_are_readable():
    from importlib.resources import files

    def light(colour):
        parts = (
            [int(c * 2, 16) for c in colour] if len(colour) == 3 else [int(colour[i : i + 2], 16) for i in (0, 2, 4)]
        )
        linear = [p / 255 / 12.92 if p / 255 <= 0.03928 else ((p / 255 + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    style = (files("integrated_services.report") / "templates" / "style.css").read_text(encoding="utf-8")
    named = dict(re.findall(r"--(\w+): #([0-9a-f]{3,6})", style))
    for text in ("ink", "quiet", "blue"):
        for ground in ("paper", "soft", "gap", "open", "none", "good"):
            high, low = sorted((light(named[text]), light(named[ground])), reverse=True)
            assert (high + 0.05) / (low + 0.05) >= 4.5, (text, ground)
