"""Contact data of persons comes out nowhere: planted at every place of every input, looked for at every exit.

The person is invented.  What is looked for are parts that no masking may leave: most of the name, of the number, of the
code.
"""

from __future__ import annotations

import csv
import io
import json
import logging
import pickle
import traceback
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from integrated_services import report, samples
from integrated_services.cli import main
from integrated_services.errors import DocumentError, FormatError, IntegratedServicesError, Problem, UnknownIdError
from integrated_services.io import (
    Collector,
    Loss,
    LossReport,
    Reading,
    annotate,
    dumps_mapping,
    loads_mapping,
    propose_mapping,
    read_hsds,
    read_mapped,
    read_tables,
    read_workbook,
    write_hsds,
    write_tables,
    write_template,
)
from integrated_services.io._sheets import open_book
from integrated_services.model import Framework, dumps, from_frames, loads, loads_draft, merge

PLANTS = {
    "mailbox": "jaana.tammsoo@vald.example",
    "code": "37605030299",
    "phone": "+372 5123 4567",
    "name": "Jaana Tammsoo",
}
NEEDLES = ("tammsoo", "76050", "5123 4", "51234567", "5123")
MODES = ("refuse", "drop", "keep")


def looked_through(*shown: object) -> None:
    """Fail where anything planted can be read."""
    text = "\n".join(map(str, shown)).casefold()
    found = [needle for needle in NEEDLES if needle in text]
    assert found == [], f"{found} in …{text[max(0, text.find(found[0]) - 200) :][:300]}…" if found else ""


def exits_of_error(error: BaseException) -> Iterator[object]:
    """Give every text in which an error can be met, and those of whatever it was raised from."""
    yield from (str(error), repr(error), repr(error.args), "".join(traceback.format_exception(error)))
    if isinstance(error, IntegratedServicesError):
        again = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own
        yield from (json.dumps(error.as_dict(), ensure_ascii=False), str(again), repr(vars(again)))
    if hasattr(error, "errors"):  # pydantic's own
        yield repr(error.errors())
    for other in (error.__cause__, error.__context__):
        if other is not None:
            yield from exits_of_error(other)


def exits_of_problems(problems: tuple[Problem, ...]) -> Iterator[object]:
    """Give every text in which problems can be met."""
    for problem in problems:
        yield from (str(problem), repr(problem), json.dumps(problem.as_dict(), ensure_ascii=False), problem.place)


def exits_of_framework(framework: Framework) -> Iterator[object]:
    """Give what is shown of a framework, its content aside."""
    yield from (repr(framework), str(framework), framework._repr_html_())
    yield from exits_of_problems(framework.problems())


def exits_of_reading(reading: Reading) -> Iterator[object]:
    """Give every text in which a reading can be met, the content of its framework aside."""
    yield from (str(reading), repr(reading), reading.summary(), json.dumps(reading.as_dict(), ensure_ascii=False))
    for defect in reading.defects:
        yield from (str(defect), repr(defect), json.dumps(defect.as_dict(), ensure_ascii=False))
        yield from exits_of_problems(defect.examples)
    yield from exits_of_framework(reading.framework)


def leaves(value: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Give the place of every leaf in plain values."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from leaves(item, (*place, key))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from leaves(item, (*place, number))
    else:
        yield place


def planted(raw: Any, place: tuple[Any, ...], plant: str, *, as_key: bool = False) -> Any:
    """Copy plain values with something else at one place."""
    copy = json.loads(json.dumps(raw))
    holder = copy
    for step in place[:-1]:
        holder = holder[step]
    if as_key and isinstance(holder, dict):
        holder[plant] = holder.pop(place[-1])
    else:
        holder[place[-1]] = plant
    return copy


def rich_document() -> dict[str, Any]:
    """Give a document with every collection, contacts and free texts."""
    raw = samples.load("elektrenai").plain()
    raw["description"] = "What there is"
    raw["licence"] = "CC0"
    raw["agencies"][0] |= {
        "contacts": [{"kind": "phone", "value": "435 0190", "label": "reception"}],
        "identifiers": {"register": "70000740"},
        "members": {"value": 3, "note": "as told"},
        "origins": [{"file": "rakvere.xlsx", "sheet": "Agencies", "row": 4}],
    }
    raw["services"][0] |= {"legal_basis": ["RT I"], "contacts": [{"kind": "email", "value": "info@vald.example"}]}
    return raw


def places(raw: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Give one place for each field of each kind of record."""
    found: dict[tuple[Any, ...], tuple[Any, ...]] = {}
    for place in leaves(raw):
        found.setdefault(tuple(step for step in place if not isinstance(step, int)), place)
    return list(found.values())


RICH = rich_document()
PLACES = places(RICH)
ALL = f"{PLANTS['name']}, {PLANTS['mailbox']}; tel. {PLANTS['phone']}, isikukood {PLANTS['code']}"


def ids(places: list[tuple[Any, ...]]) -> list[str]:
    return [".".join(map(str, place)) for place in places]


@pytest.fixture(autouse=True)
def nothing_is_logged(caplog: pytest.LogCaptureFixture, recwarn: pytest.WarningsRecorder) -> Iterator[None]:
    """Whatever a test does, no log and no warning shows what was planted."""
    with caplog.at_level(logging.DEBUG):
        yield
    looked_through(*(record.getMessage() for record in caplog.records if record.name.startswith("integrated")))
    looked_through(*(warning.message for warning in recwarn.list))


WAYS = ((loads, "refuse"), (loads_draft, "drop"), (loads, "drop"), (loads, "keep"))


def all_loadings(text: str, syntax: Any = "json", ways: Any = WAYS) -> Iterator[object]:
    """Load a text in every way and give what can be seen."""
    for read, mode in ways:
        try:
            found = read(text, syntax=syntax, personal=mode)
        except IntegratedServicesError as error:
            yield from exits_of_error(error)
        else:
            framework = found if isinstance(found, Framework) else found.framework
            yield from exits_of_framework(framework)
            if not isinstance(found, Framework):
                yield from (repr(found), found.summary(), found.left_out)
                yield from exits_of_problems(found.problems)


# documents ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("place", PLACES, ids=ids(PLACES))
def test_no_way_to_load_a_document_shows_what_stands_in_one_of_its_fields(place):
    number = PLACES.index(place)
    one = list(PLANTS.values())[number // 4 % len(PLANTS)]
    looked_through(*all_loadings(json.dumps(planted(RICH, place, ALL)), ways=WAYS if number % 4 == 0 else WAYS[:2]))
    looked_through(*all_loadings(json.dumps(planted(RICH, place, one)), ways=WAYS if number % 4 == 0 else WAYS[:1]))


@pytest.mark.parametrize("place", PLACES[::6], ids=ids(PLACES[::6]))
def test_no_way_to_load_a_document_shows_what_stands_for_the_name_of_a_field(place):
    one = list(PLANTS.values())[PLACES.index(place) // 6 % len(PLANTS)]
    looked_through(*all_loadings(json.dumps(planted(RICH, place, one, as_key=True))))


@pytest.mark.parametrize("plant", PLANTS.values(), ids=PLANTS)
def test_a_text_that_is_no_document_is_not_shown(plant):
    pytest.importorskip("yaml", reason="YAML comes with the extra `desk`")
    for text in (plant, f"[{plant}", f'{{"{plant}": {plant}}}', f'{{"{plant}": 1, "{plant}": 2}}', f'["{plant}"]'):
        looked_through(*all_loadings(text))
        looked_through(*all_loadings(text, "yaml"))
    looked_through(*all_loadings(f"framework: &{plant} x", "yaml"), *all_loadings(f"a: !{plant} x", "yaml"))
    looked_through(
        *all_loadings(json.dumps({**RICH, "needs": plant})), *all_loadings(json.dumps({**RICH, "format": plant}))
    )


@pytest.mark.parametrize("plant", PLANTS.values(), ids=PLANTS)
def test_what_is_dropped_is_in_no_document_table_or_page(plant):
    raw = json.loads(json.dumps(RICH))
    raw["agencies"][0]["contacts"] = [
        {"kind": "phone", "value": plant},
        {"kind": "email", "value": "a@b.example", "label": plant},
    ]
    raw["agencies"][0]["identifiers"] = {"register": plant if plant == PLANTS["code"] else "70000740"}
    if plant != PLANTS["name"]:
        raw["services"][0] |= {"description": plant, "legal_basis": [plant]}
        raw["title"] = f"Framework {plant}"
    framework = loads(json.dumps(raw), personal="drop")
    looked_through(dumps(framework), *exits_of_framework(framework))
    looked_through(*(repr(record) for _, record in framework.records()))


def test_what_is_kept_stays_in_the_document_and_is_masked_wherever_it_is_shown():
    pytest.importorskip("jinja2", reason="the page comes with the extra `desk`")
    raw = json.loads(json.dumps(RICH))
    raw["title"] = f"Services of {ALL}"
    raw["agencies"][0] |= {"description": ALL, "contacts": [{"kind": "phone", "value": PLANTS["phone"], "label": ALL}]}
    raw["services"][0] |= {"legal_basis": [ALL], "name": {"en": ALL}}
    framework = loads(json.dumps(raw), personal="keep")
    assert dumps(framework).count(PLANTS["mailbox"]) == 5
    looked_through(*exits_of_framework(framework), *(repr(record) for _, record in framework.records()))
    for found in (framework.evolve({"description": "New"}), framework.at(date(2023, 6, 1))):
        looked_through(*exits_of_framework(found))
    page = report.page(framework, audience="internal")
    assert not any(PLANTS[kind].casefold() in page.casefold() for kind in ("mailbox", "code", "phone"))


def test_changes_by_path_do_not_show_what_they_refuse():
    framework = samples.load("elektrenai")
    service = framework.services[0].id
    for plant in PLANTS.values():
        for changes in (
            {"description": plant},
            {"reference_date": plant},
            {f"services[{service}].access": plant},
            {f"services[{service}].providers": [plant]},
            {plant: 1},
            {f"services[{plant}].name": "x"},
            {f"services[{service}].{plant}": "x"},
        ):
            try:
                framework.evolve(changes)
            except IntegratedServicesError as error:
                looked_through(*exits_of_error(error))
        for add in ({"services": [{"id": plant}]}, {"services": [plant]}, {plant: [{}]}):
            with pytest.raises(IntegratedServicesError) as refused:
                framework.evolve(add=add)
            looked_through(*exits_of_error(refused.value))
        with pytest.raises(UnknownIdError) as unknown:
            framework.find(plant)
        looked_through(*exits_of_error(unknown.value))


def test_errors_and_problems_mask_whatever_they_are_made_of():
    problem = Problem("x", "error", ALL, ALL, ALL, value=ALL, file=ALL, sheet=ALL, column=ALL)
    looked_through(*exits_of_problems((problem,)))
    for error in (DocumentError([problem], ALL), FormatError(ALL, ALL), UnknownIdError("service", ALL, [ALL])):
        looked_through(*exits_of_error(error))


# other people's formats --------------------------------------------------------------------------------------------


def test_readings_and_losses_mask_whatever_they_are_made_of():
    collector = Collector(ALL)
    collector.add("unreadable-cell", ALL, mend=ALL, path=ALL, sheet=ALL, row=1, column=ALL, value=ALL)
    collector.add_problems([Problem("x", "error", ALL, ALL, value=ALL)])
    collector.count_in(ALL, 3)
    collector.details["notes"] = {ALL: [ALL]}
    looked_through(*exits_of_reading(collector.reading(samples.load("elektrenai"))))
    losses = LossReport("HSDS 3.1", (Loss(ALL, ALL, 1, (ALL,)),), {ALL: 1})
    looked_through(str(losses), repr(losses), losses.summary(), json.dumps(losses.as_dict(), ensure_ascii=False))
    looked_through(*losses)


def test_a_book_does_not_show_its_cells(tmp_path):
    path = tmp_path / "old.csv"
    path.write_text(f"name;phone\n{ALL};{PLANTS['phone']}\n", encoding="utf-8")
    book = open_book(path)
    looked_through(repr(book), str(book), *book.notes, *map(repr, book.sheets))
    with pytest.raises(FormatError) as unknown:
        book.sheet(ALL)
    looked_through(*exits_of_error(unknown.value))


BROKEN = {
    "old.xlsx": b"PK\x03\x04" + ALL.encode(),
    "old.json": ('{"a": ' + ALL).encode(),
    "old.csv": b"\x00\x01" + ALL.encode(),
    "old.xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + ALL.encode(),
    "old.ods": b"PK\x03\x04mimetype" + ALL.encode(),
    "old.txt": ALL.encode(),
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_files_are_refused_without_showing_what_is_in_them(tmp_path, name):
    path = tmp_path / name
    path.write_bytes(BROKEN[name])
    for read in (open_book, propose_mapping, read_hsds, read_tables):
        try:
            found = read(path)
        except IntegratedServicesError as error:
            looked_through(*exits_of_error(error))
        else:
            looked_through(repr(found))


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder of CSV tables."""
    folder = tmp_path_factory.mktemp("tables") / "tables"
    write_tables(loads(json.dumps(RICH)), folder)
    return folder


def test_no_cell_or_heading_of_a_table_is_shown(tables):
    done = 0
    for path in sorted(tables.glob("*.csv")):
        before = path.read_text(encoding="utf-8")
        rows = list(csv.reader(io.StringIO(before)))
        for column in range(0, len(rows[0]), 3):
            for row in (0, 1):
                if row < len(rows):
                    changed = [list(line) for line in rows]
                    changed[row][column] = ALL
                    out = io.StringIO()
                    csv.writer(out, lineterminator="\n").writerows(changed)
                    path.write_text(out.getvalue(), encoding="utf-8")
                    try:
                        looked_through(*exits_of_framework(read_tables(tables)))
                    except IntegratedServicesError as error:
                        looked_through(*exits_of_error(error))
                        done += 1
        path.write_text(before, encoding="utf-8")
    assert done > 50


def test_frames_that_are_refused_are_not_shown():
    said = {"framework": "f", "title": "F", "reference_date": date(2022, 6, 1)}
    for plant in PLANTS.values():
        services = (
            {"id": [plant]},
            {plant: ["a"]},
            {"id": ["a"], "meets": [plant]},
            {"id": ["a"], "description": [plant]},
        )
        for frames in ({plant: {"id": ["a"]}}, *({"services": one} for one in services)):
            try:
                columns = from_frames(frames, **said)
                looked_through(repr(columns), *exits_of_problems(columns.problems()))
            except IntegratedServicesError as error:
                looked_through(*exits_of_error(error))


SPREADSHEET = f"""Teenuse nimi;Osutaja;Kontakt;Telefon;Kohti;Sihtgrupp;Märkused
Päevahoid;Päevakeskus;{PLANTS["name"]}, juhataja;{PLANTS["phone"]};12;eakad;{ALL}
Koduteenus;Vallavalitsus;{PLANTS["mailbox"]};435 0190;{PLANTS["phone"]};{PLANTS["mailbox"]};isikukood {PLANTS["code"]}
{PLANTS["mailbox"]};{PLANTS["phone"]};;;ca 3;;
"""


@pytest.mark.parametrize("mode", MODES)
def test_a_foreign_spreadsheet_shows_no_persons_in_its_mapping_or_reading(tmp_path, mode):
    pytest.importorskip("yaml", reason="a mapping is a YAML document")
    path = tmp_path / "teenused.csv"
    path.write_text(SPREADSHEET, encoding="utf-8")
    mapping = propose_mapping(path)
    text = dumps_mapping(mapping)
    looked_through(text, repr(mapping))
    mapping = loads_mapping(text.replace("confirmed: false", "confirmed: true"))
    try:
        reading = read_mapped(path, mapping, personal=mode)
    except IntegratedServicesError as error:
        looked_through(*exits_of_error(error))
    else:
        looked_through(*exits_of_reading(reading))
        assert (PLANTS["mailbox"] in dumps(reading.framework)) == (mode == "keep")


def test_a_mapping_that_is_refused_is_not_shown():
    for plant in PLANTS.values():
        for text in (
            plant,
            f"tables: {plant}",
            f"mapping: 1\n{plant}: 1",
            f"tables: [{{noun: '{plant}', sheets: ['{plant}']}}]",
        ):
            with pytest.raises(IntegratedServicesError) as refused:
                loads_mapping(text)
            looked_through(*exits_of_error(refused.value))


@pytest.fixture(scope="module")
def workbook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a mapping workbook that is filled in."""
    pytest.importorskip("openpyxl", reason="workbooks come with the extra `desk`")
    path = tmp_path_factory.mktemp("workbook") / "mapping.xlsx"
    write_template(path, framework=samples.load("elektrenai"))
    return path


@pytest.mark.parametrize("mode", MODES)
def test_no_cell_of_a_workbook_is_shown_in_problems_readings_or_comments(tmp_path, workbook, mode):
    openpyxl = pytest.importorskip("openpyxl", reason="workbooks come with the extra `desk`")
    book = openpyxl.load_workbook(workbook)
    for sheet in book.worksheets[1:]:  # one row of each sheet, from its second column on
        for column in range(2, sheet.max_column + 1):
            sheet.cell(sheet.max_row, column).value = ALL
    path, copy = tmp_path / "dirty.xlsx", tmp_path / "checked.xlsx"
    book.save(path)
    with pytest.raises(DocumentError) as refused:
        read_workbook(path, personal=mode)
    looked_through(*exits_of_error(refused.value))
    annotate(path, refused.value.problems, copy)
    made = openpyxl.load_workbook(copy)
    cells = [cell for one in made for row in one.iter_rows() for cell in row]
    looked_through(*(cell.comment.text for cell in cells if cell.comment))
    assert made.sheetnames[0] not in book.sheetnames  # the list of mistakes stands in front
    looked_through(*(cell.value for row in made.worksheets[0].iter_rows() for cell in row))
    try:
        looked_through(*exits_of_reading(read_workbook(path, personal=mode, draft=True)))
    except IntegratedServicesError as error:
        looked_through(*exits_of_error(error))


@pytest.fixture(scope="module")
def hsds(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Give a small document as HSDS."""
    path = tmp_path_factory.mktemp("hsds") / "hsds.json"
    write_hsds(loads(json.dumps(RICH)), path)
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("mode", MODES)
def test_no_field_of_hsds_is_shown(tmp_path, hsds, mode):
    path = tmp_path / "hsds.json"
    for place in places(hsds)[::4]:
        path.write_text(json.dumps(planted(hsds, place, ALL)), encoding="utf-8")
        try:
            reading = read_hsds(path, personal=mode)
        except IntegratedServicesError as error:
            looked_through(*exits_of_error(error))
        else:
            looked_through(*exits_of_reading(reading))


def test_merging_shows_no_persons_in_its_conflicts():
    raw = json.loads(json.dumps(RICH))
    raw["framework"] = "other"
    raw["agencies"][0]["description"] = ALL
    raw["agencies"][0]["contacts"] = [{"kind": "phone", "value": PLANTS["phone"], "label": PLANTS["name"]}]
    raw["services"][0]["name"] = ALL
    first, second = loads(json.dumps(RICH)), loads(json.dumps(raw), personal="keep")
    for conflict in ("report", "raise"):
        try:
            merged = merge(first, second, on_conflict=conflict)
        except IntegratedServicesError as error:
            looked_through(*exits_of_error(error))
        else:
            looked_through(repr(merged), merged.summary(), json.dumps(merged.as_dict(), ensure_ascii=False))
            looked_through(*map(repr, merged.conflicts), *map(str, merged.conflicts), *map(repr, merged.joined))
            looked_through(*exits_of_framework(merged.framework))


# the command line --------------------------------------------------------------------------------------------------


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    """Exit status and everything printed by one command."""
    with pytest.raises(SystemExit) as ended:
        main(list(words))
    shown = capsys.readouterr()
    return ended.value.code if isinstance(ended.value.code, int) else 0, shown.out + shown.err


def dirty_files(folder: Path) -> Iterator[tuple[str, Path]]:
    """Write one dirty file of each kind."""
    raw = json.loads(json.dumps(RICH))
    raw["agencies"][0] |= {"description": ALL, "contacts": [{"kind": ALL, "value": PLANTS["name"]}]}
    raw["services"][0]["meets"] = [ALL]
    raw["needs"].append({"id": PLANTS["mailbox"]})
    for name, text in {"dirty.json": json.dumps(raw), "broken.json": ALL, "dirty.csv": SPREADSHEET}.items():
        (folder / name).write_text(text, encoding="utf-8")
        yield name, folder / name


def test_no_command_shows_persons(tmp_path, capsys):
    pytest.importorskip("yaml", reason="the command line reads YAML with the extra `desk`")
    target = str(tmp_path / "out.yaml")
    for _, path in dirty_files(tmp_path):
        file = str(path)
        commands = [
            *(("check", file, "--format", form) for form in ("table", "json", "csv")),
            ("convert", file, target),
            ("map", file),
            ("report", file, "-o", str(tmp_path / "page.html")),
            ("report", file, "--draft", "-o", str(tmp_path / "page.html")),
            *(("gaps", file, "--draft", "--audience", audience, "--format", form)
              for audience in ("public", "internal") for form in ("table", "json", "csv")),
            ("cooperation", file, "--draft"),
            ("commitments", file, "--draft"),
            ("indicators", file, "--draft"),
        ]  # fmt: skip
        for words in commands:
            code, shown = run(capsys, *words)
            looked_through(shown)
            assert "fault of the program" not in shown, words
            assert code in (0, 1, 2)
        for made in (tmp_path / "out.yaml", tmp_path / "page.html"):
            if made.exists():
                looked_through(made.read_text(encoding="utf-8"))
                made.unlink()


def test_merging_on_the_command_line_shows_no_persons(tmp_path, capsys):
    pytest.importorskip("yaml", reason="the command line reads YAML with the extra `desk`")
    for name, path in dirty_files(tmp_path):
        suggest = ("--suggest", str(tmp_path / "matches.yaml"))
        for more in ((), ("--draft",), ("--draft", "--format", "json"), ("--draft", "--format", "csv"), suggest):
            words = ("merge", str(path), "elektrenai", "-o", str(tmp_path / "merged.json"), *more)
            code, shown = run(capsys, *words)
            looked_through(shown)
            assert "fault of the program" not in shown, (name, shown)
            assert code in (0, 1, 2)
        for made in (tmp_path / "merged.json", tmp_path / "matches.yaml"):
            if made.exists():
                looked_through(made.read_text(encoding="utf-8"))


def test_converting_a_spreadsheet_drops_persons_and_says_how_many(tmp_path, capsys):
    pytest.importorskip("yaml", reason="the command line reads YAML with the extra `desk`")
    path, mapping, target = tmp_path / "teenused.csv", tmp_path / "mapping.yaml", tmp_path / "out.json"
    path.write_text(SPREADSHEET, encoding="utf-8")
    looked_through(*run(capsys, "map", str(path), "-o", str(mapping)))
    looked_through(mapping.read_text(encoding="utf-8"))
    day = ("--reference-date", "2022-06-01")
    _, shown = run(capsys, "convert", str(path), str(target), "--mapping", str(mapping), *day)
    looked_through(shown, target.read_text(encoding="utf-8"))
    assert "personal-data-dropped" in shown
