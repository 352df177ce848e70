"""Three local governments, three layouts, one county: from foreign spreadsheets to the page, as a person does it."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest

from integrated_services.cli import main
from integrated_services.model import Framework, load

pytest.importorskip("yaml", reason="the command line reads YAML with the extra `desk`")
pytest.importorskip("openpyxl", reason="one of the spreadsheets is .xlsx")

MAKER = Path(__file__).parents[1] / "workbooks" / "make_workbooks.py"
FILES = {"haljala.csv": "Haljala vald", "vinni.ods": "Vinni vald", "tapa.xlsx": None}
PERSONS = re.compile(r"maasikas|jaan tamm|5555 ?0101", re.IGNORECASE)


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    with pytest.raises(SystemExit) as ended:
        main(list(words))
    shown = capsys.readouterr()
    code = ended.value.code
    return (code if isinstance(code, int) else 0), shown.out + shown.err


def confirmed(text: str, territory: str | None) -> str:
    """What a person writes into the proposal: the day, the place, and that it is right (also where it was unsure)."""
    text = re.sub("reference_date: null.*", "reference_date: 2022-09-15", text)
    if territory:
        text = text.replace("constants: {}", f"constants: {{territory.name: {territory}}}")
    return text.replace("confirmed: false", "confirmed: true")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    spec = importlib.util.spec_from_file_location("make_workbooks", MAKER)
    assert spec is not None
    assert spec.loader is not None
    maker = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(maker)
    maker.make(tmp_path)
    monkeypatch.chdir(tmp_path)
    for file, territory in FILES.items():
        code, said = run(capsys, "map", file, "-o", f"{file}.yaml")
        assert code == 0, said
        mapping = tmp_path / f"{file}.yaml"
        mapping.write_text(confirmed(mapping.read_text(encoding="utf-8"), territory), encoding="utf-8")
    return tmp_path


def merge_mapped(capsys: pytest.CaptureFixture[str], target: str) -> str:
    words = [word for file in FILES for word in ("--mapping", f"{file}={file}.yaml")]
    code, said = run(capsys, "merge", *FILES, *words, "-o", target, "--id", "county", "--title", "County")
    assert code == 0, said
    return said


def files_of(framework: Framework, agency: str) -> set[str]:
    (found,) = [one for one in framework.agencies if agency in str(one.name)]
    return {origin.file for origin in found.origins}


def test_three_spreadsheets_become_one_county_and_a_page(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    said = merge_mapped(capsys, "county.yaml")
    county = load(folder / "county.yaml")
    for agency in ("politseijaoskond", "VIROL"):
        assert files_of(county, agency) == set(FILES)
    assert {one.id for one in county.territories} == {"haljala-vald", "tapa-vald", "vinni-vald"}
    assert "error unreadable-cell: 2" in said
    assert "warning personal-data-dropped: 11" in said
    code, gaps = run(capsys, "gaps", "county.yaml")
    assert code == 0
    assert "not surveyed" in gaps
    for words in (("check", "county.yaml"), ("report", "county.yaml", "-o", "county.html")):
        code, shown = run(capsys, *words)
        assert code == 0, shown
        said += shown
    said += (folder / "county.yaml").read_text(encoding="utf-8") + (folder / "county.html").read_text(encoding="utf-8")
    assert not PERSONS.search(said)


def test_a_note_that_says_assumption_marks_the_figures_of_its_row(
    capsys: pytest.CaptureFixture[str], folder: Path
) -> None:
    merge_mapped(capsys, "county.yaml")
    county = load(folder / "county.yaml")
    assert county.sources["oletus"].kind == "assumption"
    deliveries = [one for service in county.services for one in service.deliveries]
    marked = [one for one in deliveries if one.note == "oletus"]
    figures = [one for delivery in deliveries for one in (delivery.capacity, delivery.wait) if one is not None]
    assert marked
    assert {(one.basis, one.source) for one in figures} == {("assumed", "oletus")}
    assert all(post.fte.basis == "assumed" for one in marked for post in one.posts if post.fte)
    assert {origin.file for origin in county.sources["oletus"].origins} == set(FILES)
    assert run(capsys, "report", "county.yaml", "-o", "county.html")[0] == 0
    page = (folder / "county.html").read_text(encoding="utf-8")
    assert re.search(r"For \d+ of \d+ combinations of territory, group and need nobody can say", page)


def test_converted_documents_make_the_same_county_as_their_spreadsheets(
    capsys: pytest.CaptureFixture[str], folder: Path
) -> None:
    merge_mapped(capsys, "at-once.yaml")
    documents = []
    for file in FILES:
        documents.append(f"{file}-read.yaml")
        assert run(capsys, "convert", file, documents[-1], "--mapping", f"{file}.yaml")[0] == 0
    assert run(capsys, "merge", *documents, "-o", "two-steps.yaml", "--id", "county", "--title", "County")[0] == 0
    assert (folder / "two-steps.yaml").read_bytes() == (folder / "at-once.yaml").read_bytes()
