"""One door for every kind of input."""

import json

import pytest

from integrated_services import io, samples
from integrated_services.errors import DocumentError, FormatError
from integrated_services.model import dump

pytest.importorskip("openpyxl", reason="workbooks need openpyxl")
pytest.importorskip("yaml", reason="YAML needs PyYAML")


@pytest.fixture(scope="module")
def framework():
    return samples.load("elektrenai")


@pytest.mark.parametrize(
    ("name", "kind"),
    [("a.yaml", "document"), ("a.json", "document"), ("a.xlsx", "tables"), ("folder", "tables")],
)
def test_what_is_written_is_recognised_and_read_back(framework, tmp_path, name, kind):
    losses = io.write(framework, tmp_path / name)
    assert not len(losses)
    assert sum(losses.written.values()) > 0
    assert io.kind_of(tmp_path / name) == kind
    assert io.read(tmp_path / name).framework == framework


@pytest.mark.parametrize("form", ["hsds-3.1", "hsds-3.0", "oruk-3.0"])
def test_hsds_is_recognised(framework, tmp_path, form):
    losses = io.write(framework, tmp_path / "a.json", form=form)
    assert len(losses) > 0
    assert io.kind_of(tmp_path / "a.json") == "hsds"
    assert io.read(tmp_path / "a.json").records_out["services"] == len(framework.services)


@pytest.mark.parametrize("language", ["en", "et", "lt"])
def test_the_mapping_workbook_is_recognised_in_each_language(framework, tmp_path, language):
    io.write_template(tmp_path / "a.xlsx", language=language, framework=framework)
    assert io.kind_of(tmp_path / "a.xlsx") == "workbook"
    assert io.read(tmp_path / "a.xlsx").framework.services.keys() == framework.services.keys()


def test_a_foreign_spreadsheet_is_refused_with_the_command_that_helps(tmp_path):
    path = tmp_path / "old.csv"
    path.write_text("name;places\nDay care;12\n", encoding="utf-8")
    assert io.kind_of(path) == "spreadsheet"
    with pytest.raises(FormatError, match=r"integrated-services map old\.csv -o mapping\.yaml"):
        io.read(path)


def test_a_foreign_spreadsheet_is_read_through_its_mapping(tmp_path):
    path = tmp_path / "old.csv"
    path.write_text("service;places\nDay care;12\nCounselling;5\n", encoding="utf-8")
    mapping = io.propose_mapping(path)
    reading = io.read(path, mapping=mapping, reference_date="2022-06-01")
    assert {str(service.name) for service in reading.framework.services} == {"Day care", "Counselling"}


def test_an_unfinished_document_is_taken_for_one_of_ours(tmp_path):
    path = tmp_path / "mine.json"
    path.write_text(json.dumps({"title": "Mine", "services": [{"id": "a b"}]}), encoding="utf-8")
    assert io.kind_of(path) == "document"
    with pytest.raises(DocumentError, match="framework"):
        io.read(path)


def test_a_draft_keeps_the_sound_part_and_counts_the_rest(tmp_path):
    path = tmp_path / "mine.json"
    raw = {"framework": "f", "title": "F", "reference_date": "2022-06-01", "needs": [{"id": "n"}, {"id": "a b"}]}
    path.write_text(json.dumps(raw), encoding="utf-8")
    reading = io.read(path, draft=True)
    assert reading.framework.needs.keys() == ("n",)
    assert reading.count("invalid-record") == 1


def test_a_folder_of_something_else_is_refused(tmp_path):
    (tmp_path / "a.txt").write_text("x", encoding="utf-8")
    with pytest.raises(FormatError, match="neither tables of a framework nor HSDS"):
        io.kind_of(tmp_path)


def test_a_name_with_an_unknown_ending_is_not_written(framework, tmp_path):
    with pytest.raises(FormatError, match=r"\.json, \.yaml or \.xlsx"):
        io.write(framework, tmp_path / "a.docx")


def test_our_own_documents_refuse_contact_data_of_persons_unless_told_otherwise(framework, tmp_path):
    dump(framework, tmp_path / "a.json")
    text = (tmp_path / "a.json").read_text(encoding="utf-8")
    raw = json.loads(text)
    raw["agencies"][0]["description"] = "write to jaana.tamm@example.org"
    (tmp_path / "b.json").write_text(json.dumps(raw), encoding="utf-8")
    with pytest.raises(DocumentError, match="personal-data"):
        io.read(tmp_path / "b.json")
    kept = io.read(tmp_path / "b.json", personal="drop").framework
    assert "jaana" not in str(kept.plain())


def test_a_draft_of_tables_keeps_the_sound_part(framework, tmp_path):
    io.write(framework, tmp_path / "tables")
    path = tmp_path / "tables" / "needs.csv"
    lines = path.read_bytes().decode("utf-8-sig").splitlines()
    lines.append("a b" + "," * lines[0].count(","))
    path.write_text("\r\n".join(lines) + "\r\n", encoding="utf-8", newline="")
    with pytest.raises(DocumentError, match="a b"):
        io.read(tmp_path / "tables")
    reading = io.read(tmp_path / "tables", draft=True)
    assert reading.framework.needs.keys() == framework.needs.keys()
    assert reading.count("invalid-record") == 1


def test_the_data_package_of_our_tables_stands_for_its_folder(framework, tmp_path):
    io.write(framework, tmp_path / "tables")
    assert io.kind_of(tmp_path / "tables" / "datapackage.json") == "tables"
    assert io.read(tmp_path / "tables" / "datapackage.json").framework == framework
