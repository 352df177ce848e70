"""The commands `map` and `convert --mapping`."""

from __future__ import annotations

import inspect
import json

import pytest
from click.testing import CliRunner

from integrated_services.cli import _commands
from integrated_services.model import load

pytest.importorskip("yaml", reason="a mapping is a YAML document")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text = (
        "Teenuse nimi;Osutaja;Kohti;Abrakadabra;Kontaktisik\nPäevahoid;Väike-Maarja vald;ca 12;sinine;Mari Maasikas\n"
    )
    (tmp_path / "old.csv").write_bytes(text.encode("cp1257"))
    return tmp_path


def run(*words, code=0):
    apart = {"mix_stderr": False} if "mix_stderr" in inspect.signature(CliRunner).parameters else {}  # before click 8.2
    result = CliRunner(**apart).invoke(_commands, list(words))
    assert result.exit_code == code, result.output + result.stderr
    return result


def test_map_says_what_was_understood_what_needs_a_look_and_what_to_do_next(folder):
    said = run("map", "old.csv", "-o", "mapping.yaml").stderr
    assert "each row is a service" in said
    assert "0.00  'old', column 'Abrakadabra': not known" in said
    assert (
        "integrated-services convert old.csv old-read.yaml --mapping mapping.yaml --reference-date 2022-06-01" in said
    )
    assert (folder / "mapping.yaml").read_text(encoding="utf-8").startswith("# What the columns of old.csv mean.")


def test_the_next_command_that_map_names_works(folder):
    said = run("map", "old.csv", "-o", "mapping.yaml").stderr
    words = next(line for line in said.splitlines() if "integrated-services convert" in line).split()[1:]
    found = run(*words).stderr
    assert "1 row read" in found
    assert "unmapped-column" in found
    framework = load(folder / "old-read.yaml")
    assert framework.services["paevahoid"].deliveries[0].capacity.approx == "about"


def test_map_without_a_file_writes_the_mapping_to_the_output(folder):
    assert "heading: Teenuse nimi" in run("map", "old.csv").stdout


def test_map_does_not_overwrite_what_a_person_has_confirmed(folder):
    run("map", "old.csv", "-o", "mapping.yaml")
    assert "--force" in run("map", "old.csv", "-o", "mapping.yaml", code=2).stderr
    run("map", "old.csv", "-o", "mapping.yaml", "--force")


def test_convert_asks_for_the_reference_date(folder):
    run("map", "old.csv", "-o", "mapping.yaml")
    assert "--reference-date" in run("convert", "old.csv", "new.yaml", "--mapping", "mapping.yaml", code=1).stderr


def test_convert_writes_every_defect_to_a_file(folder):
    run("map", "old.csv", "-o", "mapping.yaml")
    options = ("--mapping", "mapping.yaml", "--reference-date", "2022-06-01", "--defects", "defects.json")
    run("convert", "old.csv", "new.yaml", *options)
    found = json.loads((folder / "defects.json").read_text(encoding="utf-8"))
    assert {defect["code"] for defect in found["defects"]} == {"unmapped-column", "personal-data-dropped"}
    for name in ("defects.json", "new.yaml", "mapping.yaml"):
        assert "Maasikas" not in (folder / name).read_text(encoding="utf-8")


def test_convert_refuses_persons_data_where_so_asked(folder):
    run("map", "old.csv", "-o", "mapping.yaml")
    options = ("--mapping", "mapping.yaml", "--reference-date", "2022-06-01", "--personal", "refuse")
    said = run("convert", "old.csv", "new.yaml", *options, code=1).stderr
    assert "personal-data" in said
    assert "Maasikas" not in said


def test_a_mistake_in_the_mapping_is_named_with_its_line(folder):
    (folder / "mapping.yaml").write_text("mapping: 1\nfile: a\ntabels: []\n", encoding="utf-8")
    said = run("convert", "old.csv", "new.yaml", "--mapping", "mapping.yaml", code=1).stderr
    assert "'tables'" in said
    assert "row 3" in said


def test_a_file_that_is_no_table_gives_a_sentence(folder):
    (folder / "bad.xlsx").write_bytes(b"%PDF-1.4")
    assert run("map", "bad.xlsx", code=1).stderr.startswith("Error:")


def test_map_refuses_a_file_without_any_table(folder):
    (folder / "headings.csv").write_text("Teenuse nimi;Osutaja\n", encoding="utf-8")
    result = run("map", "headings.csv", "-o", "none.yaml", code=1)
    assert "No table was found" in result.stderr
    assert not (folder / "none.yaml").exists()


def test_convert_reports_a_formula_without_a_stored_result(folder):
    openpyxl = pytest.importorskip("openpyxl", reason="the workbook is made with the extra `excel`")
    book = openpyxl.Workbook()
    for row in (["Service", "Places", "Provider"], ["Home help", "=1+1", "Office"], ["Day care", 4, "Centre"]):
        book.active.append(row)
    book.save("formula.xlsx")
    book.close()
    run("map", "formula.xlsx", "-o", "formula.yaml")
    words = ("convert", "formula.xlsx", "new.yaml", "--mapping", "formula.yaml", "--reference-date", "2022-06-01")
    said = run(*words).stderr
    assert "unreadable-cell: 1; first (formula.xlsx, sheet Sheet, row 2, column B)" in said
    assert "a formula without a stored result" in said


@pytest.mark.parametrize("name", ["map", "convert", "merge", "check", "template"])
def test_help_shows_each_example_on_a_line_of_its_own(name):
    said = run(name, "--help").stdout
    assert "\\b" not in said
    assert f"Examples:\n    integrated-services {name} " in said
