"""The command line as its user meets it: what it prints, what it exits with, and that it never shows a traceback."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from integrated_services import samples
from integrated_services.cli import main
from integrated_services.model import dumps, load, loads

pytest.importorskip("yaml", reason="the command line reads YAML with the extra `desk`")


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """Exit status, output and error output of one command."""
    with pytest.raises(SystemExit) as ended:
        main(list(words))
    shown = capsys.readouterr()
    code = ended.value.code
    return (code if isinstance(code, int) else 0), shown.out, shown.err


@pytest.fixture
def document(tmp_path: Path) -> Path:
    """A small document made by `new`."""
    path = tmp_path / "mine.yaml"
    with pytest.raises(SystemExit):
        main(["new", str(path)])
    return path


COMMANDS = (
    "new",
    "check",
    "template",
    "report",
    "convert",
    "merge",
    "gaps",
    "commitments",
    "paths",
    "cooperation",
    "indicators",
    "sample",
    "schema",
)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(capsys: pytest.CaptureFixture[str], command: str) -> None:
    code, out, _ = run(capsys, command, "--help")
    assert code == 0
    assert f"integrated-services {command}" in out
    assert "Examples:" in out


def test_the_list_of_commands_is_complete(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "--help")
    assert code == 0
    assert all(f"\n  {command} " in out for command in COMMANDS)


def test_new_writes_a_valid_document_of_fifteen_lines(document: Path) -> None:
    assert len(document.read_text(encoding="utf-8").splitlines()) == 15
    assert load(document).problems() == ()


def test_new_does_not_overwrite(capsys: pytest.CaptureFixture[str], document: Path) -> None:
    code, _, err = run(capsys, "new", str(document))
    assert code == 2
    assert "exists already" in err
    assert run(capsys, "new", str(document), "--force")[0] == 0


def test_new_writes_json_too(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert run(capsys, "new", str(tmp_path / "mine.json"))[0] == 0
    text = (tmp_path / "mine.json").read_text(encoding="utf-8")
    assert dumps(loads(text)) == text


def test_check_of_a_sound_document_exits_with_0(capsys: pytest.CaptureFixture[str], document: Path) -> None:
    code, out, err = run(capsys, "check", str(document))
    assert (code, out) == (0, "")
    assert "0 errors, 0 warnings, 0 incomplete places" in err


def test_check_names_place_line_and_mend_of_a_typo(capsys: pytest.CaptureFixture[str], document: Path) -> None:
    text = document.read_text(encoding="utf-8").replace("meets: [counselling]", "meets: [counseling]")
    document.write_text(text, encoding="utf-8")
    code, out, err = run(capsys, "check", str(document))
    assert code == 1
    assert "services[school-counsellor].meets" in out
    assert "row 14" in out
    assert "Did you mean 'counselling'?" in out
    assert "1 error" in err


def test_check_writes_json_and_csv_for_programs(capsys: pytest.CaptureFixture[str], document: Path) -> None:
    document.write_text(document.read_text(encoding="utf-8").replace("persons: 25", "persons: -1"), encoding="utf-8")
    code, out, _ = run(capsys, "check", str(document), "--format", "json")
    assert code == 1
    assert [problem["code"] for problem in json.loads(out)] == ["negative-count"]
    _, out, _ = run(capsys, "check", str(document), "--format", "csv")
    assert [row["code"] for row in csv.DictReader(io.StringIO(out))] == ["negative-count"]


def test_a_broken_document_stops_an_analysis_and_points_to_draft(
    capsys: pytest.CaptureFixture[str], document: Path
) -> None:
    document.write_text(document.read_text(encoding="utf-8").replace("persons: 25", "persons: many"), encoding="utf-8")
    code, out, err = run(capsys, "gaps", str(document))
    assert (code, out) == (1, "")
    assert "wrong-type" in err
    assert "--draft" in err
    code, out, err = run(capsys, "gaps", str(document), "--draft")
    assert code == 0
    assert "left out" in err
    assert "demands[" in err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("gaps", "elektrena"), "neither a file nor a sample"),
        (("gaps", "nowhere.yaml"), "no file"),
        (("gap", "elektrenai"), "Did you mean 'gaps'?"),
        (("gaps", "elektrenai", "--format", "xml"), "xml"),
        (("gaps", "elektrenai", "--at", "yesterday"), "not a date"),
        (("gaps", "elektrenai", "--at", "2022"), "not a full date"),
        (("gaps", "elektrenai", "-o", "no/such/folder/x.csv"), "no folder"),
        (("paths", "elektrenai"), "--start"),
    ],
)
def test_wrong_usage_exits_with_2_and_says_what_is_wrong(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], message: str
) -> None:
    code, out, err = run(capsys, *words)
    assert (code, out) == (2, "")
    assert message in err


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("broken.json", "{"),
        ("list.json", "[]"),
        ("empty.yaml", ""),
        ("binary.json", "\x00\x01"),
        ("tabs.yaml", "a:\n\t- b"),
        ("deep.json", "[" * 100_000),
        ("huge.json", '{"a": ' + "9" * 5000 + "}"),
        ("wrong.txt", "hello"),
        ("bomb.yaml", "a: &a [x]\nb: [*a, *a]"),
    ],
)
def test_files_that_are_no_document_exit_with_1_and_no_traceback(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, name: str, text: str
) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    code, out, err = run(capsys, "check", str(path))
    assert code == 1
    assert "Traceback" not in out + err
    assert "fault of the program" not in err
    assert (out + err).strip()


@pytest.mark.parametrize("command", ["gaps", "commitments", "cooperation", "indicators"])
@pytest.mark.parametrize("name", samples.names())
def test_every_analysis_runs_on_every_sample_in_three_formats(
    capsys: pytest.CaptureFixture[str], command: str, name: str
) -> None:
    code, out, err = run(capsys, command, name)
    assert (code, err) == (0, "")
    assert out.strip()
    code, out, _ = run(capsys, command, name, "--format", "json")
    assert code == 0
    assert {"records", "provenance"} <= set(json.loads(out))
    code, out, _ = run(capsys, command, name, "--format", "csv")
    assert code == 0
    rows = list(csv.reader(io.StringIO(out)))
    assert len({len(row) for row in rows}) == 1


def test_gaps_come_first_in_the_table(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "gaps", "elektrenai", "--audience", "internal")
    states = [word for line in out.splitlines() for word in line.split() if word in ("gap", "covered", "not_surveyed")]
    assert states == sorted(states, key=("gap", "not_surveyed", "covered").index)


def test_explain_answers_for_one_place(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "gaps", "elektrenai", "--explain", "vievis")
    assert code == 0
    assert "30 more places close the gap" in out
    code, _, err = run(capsys, "gaps", "elektrenai", "--explain", "vievi")
    assert code == 1
    assert "vievis" in err


def test_a_path_is_told_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    fw = samples.load("laane-viru")
    factor = next(factor for factor in fw.risk_factors if factor.noticed_at and factor.points_to)
    code, out, _ = run(
        capsys, "paths", "laane-viru", "--start", factor.id, "--consent", "guardian", "--consent", "person"
    )
    assert code == 0
    assert "days" in out


def test_an_unknown_start_names_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    fw = samples.load("laane-viru")
    code, _, err = run(capsys, "paths", "laane-viru", "--start", fw.services[0].id + "x", "--need", fw.needs[0].id)
    assert code == 1
    assert fw.services[0].id in err


def test_the_cost_says_what_is_missing(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "indicators", "laane-viru", "--cost")
    assert code == 0
    assert "281,160" in out or "281160" in out


def test_small_stated_counts_are_hidden_from_the_public(capsys: pytest.CaptureFixture[str], document: Path) -> None:
    document.write_text(
        document.read_text(encoding="utf-8")
        .replace("persons: 25", "persons: 23")
        .replace("capacity: 20", "capacity: 20"),
        encoding="utf-8",
    )
    _, public, _ = run(capsys, "gaps", str(document), "--format", "json")
    _, internal, _ = run(capsys, "gaps", str(document), "--format", "json", "--audience", "internal")
    assert json.loads(internal)["records"][0]["unserved"] == 3
    record = json.loads(public)["records"][0]
    assert record["unserved"] is None
    assert record["demand"] is None or record["served"] is None  # or the difference would give it away


def test_convert_goes_both_ways_without_loss(
    capsys: pytest.CaptureFixture[str], document: Path, tmp_path: Path
) -> None:
    as_json, back = tmp_path / "mine.json", tmp_path / "back.yaml"
    assert run(capsys, "convert", str(document), str(as_json))[0] == 0
    assert run(capsys, "convert", str(as_json), str(back))[0] == 0
    assert load(back) == load(document)
    code, _, err = run(capsys, "convert", str(document), str(tmp_path / "mine.docx"))
    assert code == 1
    assert ".json" in err


def test_convert_writes_and_reads_tables(capsys: pytest.CaptureFixture[str], document: Path, tmp_path: Path) -> None:
    for name in ("tables.xlsx", "tables"):
        assert run(capsys, "convert", str(document), str(tmp_path / name))[0] == 0
        assert run(capsys, "convert", str(tmp_path / name), str(tmp_path / f"{name}.yaml"))[0] == 0
        assert load(tmp_path / f"{name}.yaml") == load(document)
        assert run(capsys, "check", str(tmp_path / name))[0] == 0


def test_convert_writes_hsds_and_says_what_is_lost(
    capsys: pytest.CaptureFixture[str], document: Path, tmp_path: Path
) -> None:
    target, defects = tmp_path / "services.json", tmp_path / "defects.json"
    code, _, err = run(capsys, "convert", str(document), str(target), "--to", "hsds-3.1")
    assert code == 0
    assert "cannot say" in err
    assert "demands" in err
    code, _, err = run(capsys, "convert", str(target), str(tmp_path / "back.yaml"), "--defects", str(defects))
    assert code == 0
    assert "rows read" in err
    assert json.loads(defects.read_text(encoding="utf-8"))["records_out"]["services"] == len(load(document).services)
    code, _, err = run(capsys, "gaps", str(tmp_path / "nothing.zip"))
    assert code == 2


def test_a_foreign_spreadsheet_is_refused_with_the_next_command(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "old.csv").write_text("name;places\nDay care;12\n", encoding="utf-8")
    for command in ("gaps", "check"):
        code, _, err = run(capsys, command, str(tmp_path / "old.csv"))
        assert code == 1
        assert "integrated-services map old.csv" in err


def test_sample_lists_and_writes(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, out, _ = run(capsys, "sample")
    assert code == 0
    assert all(name in out for name in samples.names())
    code, out, _ = run(capsys, "sample", "elektrenai")
    assert loads(out) == samples.load("elektrenai")
    assert run(capsys, "sample", "elektrenai", "-o", str(tmp_path / "e.yaml"))[0] == 0
    assert load(tmp_path / "e.yaml") == samples.load("elektrenai")
    code, _, err = run(capsys, "sample", "elektrena")
    assert code == 1
    assert "elektrenai" in err


def test_schema_is_the_published_one(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "schema")
    assert code == 0
    published = Path(__file__).parents[2] / "schemas" / "framework-1.schema.json"
    assert json.loads(out) == json.loads(published.read_text(encoding="utf-8"))


@pytest.mark.parametrize("language", ["en", "et", "lt"])
def test_report_writes_one_page(capsys: pytest.CaptureFixture[str], tmp_path: Path, language: str) -> None:
    pytest.importorskip("jinja2", reason="the page needs the extra `desk`")
    page = tmp_path / "page.html"
    code, _, err = run(capsys, "report", "elektrenai", "-o", str(page), "--language", language)
    assert code == 0
    assert "Written" in err
    assert f'<html lang="{language}"' in page.read_text(encoding="utf-8")


def test_a_fault_of_ours_is_one_sentence_and_not_a_traceback(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(name: str) -> None:
        raise RuntimeError("oops")

    monkeypatch.setattr(samples, "load", broken)
    code, _, err = run(capsys, "gaps", "elektrenai")
    assert code == 1
    assert "fault of the program" in err
    assert "Traceback" not in err


def test_a_reader_that_closes_the_pipe_is_no_error() -> None:
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    words = [sys.executable, "-c", "from integrated_services.cli import main; main()", "sample", "laane-viru"]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment)
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.readline()
    process.stdout.close()
    error = process.stderr.read()
    process.stderr.close()
    process.wait()
    assert b"Traceback" not in error


def test_output_survives_a_console_without_baltic_letters() -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "cp1252"}
    words = [sys.executable, "-c", "from integrated_services.cli import main; main()", "gaps", "elektrenai"]
    done = subprocess.run(words, capture_output=True, env=environment, check=False)
    assert done.returncode == 0
    assert "Elektrėnai".encode() in done.stdout
