"""The command `merge`: files in, one document out, and all that a person should look at on the way."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from integrated_services.cli import main
from integrated_services.model import load

pytest.importorskip("yaml", reason="the command line reads YAML with the extra `desk`")

RAKVERE = """\
framework: rakvere
title: Rakvere
reference_date: 2022-06-01
target_groups:
  - {id: pupils, name: Pupils, ages: [7, 18]}
agencies:
  - {id: police, name: Police station, identifiers: {registry: "70008747"}}
  - {id: sun, name: MTÜ Päike}
"""
VINNI = """\
framework: vinni
title: Vinni
reference_date: 2022-06-01
target_groups:
  - {id: pupils, name: Pupils, ages: [7, 19]}
agencies:
  - {id: constables, name: Police station, identifiers: {registry: "70008747"}}
  - {id: paike, name: Paike}
"""


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        main(["merge", *words])
    shown = capsys.readouterr()
    code = ended.value.code
    return (code if isinstance(code, int) else 0), shown.out, shown.err


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "rakvere.yaml").write_text(RAKVERE, encoding="utf-8")
    (tmp_path / "vinni.yaml").write_text(VINNI, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_files_become_one_document_whose_records_keep_file_and_line(
    capsys: pytest.CaptureFixture[str], files: Path
) -> None:
    code, out, err = run(
        capsys, "rakvere.yaml", "vinni.yaml", "-o", "county.yaml", "--id", "county", "--title", "County"
    )
    assert code == 0, err
    fw = load(files / "county.yaml")
    assert (fw.id, str(fw.title)) == ("county", "County")
    assert [str(one) for one in fw.agencies["constables"].origins] == ["rakvere.yaml, row 7", "vinni.yaml, row 7"]
    assert "2 documents merged: 2 things joined, 1 renamed, 1 conflict." in out
    assert "target_groups[pupils].ages: [7, 18] (rakvere.yaml, row 5), not [7, 19] (vinni.yaml, row 5)" in out
    assert "registry 70008747" in out


def test_the_order_of_the_files_does_not_change_the_document(capsys: pytest.CaptureFixture[str], files: Path) -> None:
    run(capsys, "rakvere.yaml", "vinni.yaml", "-o", "one.json")
    run(capsys, "vinni.yaml", "rakvere.yaml", "rakvere.yaml", "-o", "other.json")
    assert (files / "one.json").read_bytes() == (files / "other.json").read_bytes()


def test_a_merged_file_may_be_merged_again(capsys: pytest.CaptureFixture[str], files: Path) -> None:
    run(capsys, "rakvere.yaml", "vinni.yaml", "-o", "county.yaml")
    assert run(capsys, "county.yaml", "rakvere.yaml", "-o", "again.yaml")[0] == 0
    assert load(files / "again.yaml") == load(files / "county.yaml")


def test_conflicts_that_are_refused_end_with_status_1_and_write_nothing(
    capsys: pytest.CaptureFixture[str], files: Path
) -> None:
    code, _, err = run(capsys, "rakvere.yaml", "vinni.yaml", "-o", "county.yaml", "--on-conflict", "error")
    assert code == 1
    assert "[7, 18] (rakvere.yaml, row 5), [7, 19] (vinni.yaml, row 5)" in err
    assert not (files / "county.yaml").exists()


def test_the_first_file_may_be_right(capsys: pytest.CaptureFixture[str], files: Path) -> None:
    run(capsys, "vinni.yaml", "rakvere.yaml", "-o", "county.yaml", "--on-conflict", "first")
    assert load(files / "county.yaml").target_groups["pupils"].ages == (7, 19)


def test_suggestions_are_joined_only_after_a_person_has_confirmed_them(
    capsys: pytest.CaptureFixture[str], files: Path
) -> None:
    pytest.importorskip("rapidfuzz", reason="likely duplicates are found with the extra `desk`")
    code, _, err = run(capsys, "rakvere.yaml", "vinni.yaml", "--suggest", "matches.yaml")
    assert code == 0, err
    assert "1 likely duplicate" in err
    listed = (files / "matches.yaml").read_text(encoding="utf-8")
    assert "rakvere.yaml:sun" in listed
    assert "score: 1.0" in listed
    merge = ("rakvere.yaml", "vinni.yaml", "--match", "matches.yaml", "-o", "county.yaml")
    assert run(capsys, *merge)[0] == 0
    assert len(load(files / "county.yaml").agencies) == 3
    (files / "matches.yaml").write_text(listed.replace("confirmed: false", "confirmed: true"), encoding="utf-8")
    assert run(capsys, *merge)[0] == 0
    assert len(load(files / "county.yaml").agencies) == 2
    # a new list keeps what was confirmed and suggests it no more
    assert "0 likely duplicates" in run(capsys, *merge[:4], "--suggest", "next.json")[2]
    assert json.loads((files / "next.json").read_text(encoding="utf-8"))["matches"][0]["confirmed"] is True


def test_programs_get_json_and_csv(capsys: pytest.CaptureFixture[str], files: Path) -> None:
    del files
    found = json.loads(run(capsys, "rakvere.yaml", "vinni.yaml", "--format", "json")[1])
    assert found["conflicts"][0]["path"] == "target_groups[pupils].ages"
    assert found["joined"][0]["members"] == ["rakvere:police", "vinni:constables"]
    rows = list(csv.DictReader(io.StringIO(run(capsys, "rakvere.yaml", "vinni.yaml", "--format", "csv")[1])))
    assert [(row["kept"], row["value"], row["places"]) for row in rows] == [
        ("yes", "[7, 18]", "rakvere.yaml, row 5"),
        ("no", "[7, 19]", "vinni.yaml, row 5"),
    ]


def test_samples_and_other_formats_can_be_merged(capsys: pytest.CaptureFixture[str], files: Path) -> None:
    pytest.importorskip("openpyxl", reason="workbooks need the extra `desk`")
    from integrated_services import io as formats

    formats.write_template(files / "mapping.xlsx", framework=load(files / "vinni.yaml"))
    code, _, err = run(capsys, "mapping.xlsx", "rakvere.yaml", "-o", "county.yaml")
    assert code == 0, err
    fw = load(files / "county.yaml")
    assert {origin.file for origin in fw.agencies["constables"].origins} == {"mapping.xlsx", "rakvere.yaml"}


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("rakvere.yaml", "nowhere.yaml"), 2, "no file"),
        ((), 2, "Missing argument"),
        (("rakvere.yaml", "--mapping", "rakvere.yaml"), 2, "FILE=MAPPING"),
        (("rakvere.yaml", "--match", "bad.yaml"), 1, "list of matches"),
        (("rakvere.yaml", "--match", "rakvere.txt"), 1, "ends in .yaml or .json"),
        (("rakvere.yaml", "--match", "unknown.yaml"), 1, "no record 'polise'"),
        (("rakvere.yaml", "vinni.yaml", "--id", "a b"), 1, "framework"),
    ],
)
def test_wrong_use_and_wrong_lists_are_told_in_a_sentence(
    capsys: pytest.CaptureFixture[str], files: Path, words: tuple[str, ...], status: int, said: str
) -> None:
    (files / "bad.yaml").write_text("just: text\n", encoding="utf-8")
    (files / "rakvere.txt").write_text("", encoding="utf-8")
    (files / "unknown.yaml").write_text("- {collection: agencies, same: [polise, police]}\n", encoding="utf-8")
    code, _, err = run(capsys, *words)
    assert code == status
    assert said in err
    assert "Traceback" not in err


@pytest.mark.parametrize("option", ["-o", "--suggest"])
def test_merge_never_writes_over_one_of_its_inputs(tmp_path, monkeypatch, capsys, option):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.yaml").write_text(RAKVERE, encoding="utf-8")
    (tmp_path / "b.yaml").write_text(VINNI, encoding="utf-8")
    code, _, said = run(capsys, "merge", "a.yaml", "b.yaml", option, "./a.yaml")
    assert code == 2
    assert "is one of the files to merge" in said
    assert (tmp_path / "a.yaml").read_text(encoding="utf-8") == RAKVERE
