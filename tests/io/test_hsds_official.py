"""What is written passes the official schemas of HSDS 3.1, HSDS 3.0 and Open Referral UK 3.0, made strict."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hsds_official import FOLDERS, LISTS, compiled, faults, validators
from hypothesis import given
from strategies import frameworks

from integrated_services import samples
from integrated_services.io import read_hsds, write_hsds
from integrated_services.model import Framework

VERSIONS = tuple(FOLDERS)


def written(framework: Framework, path: Path, version: Any) -> dict[str, Any]:
    write_hsds(framework, path, version=version)
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("name", samples.names())
def test_every_sample_passes_the_strict_official_schemas(
    data_folder: Path, tmp_path: Path, version: str, name: str
) -> None:
    document = written(samples.load(name), tmp_path / "out.json", version)
    assert list(faults(data_folder, version, document)) == []
    for service in document["services"]:
        assert list(compiled(data_folder, version, "service").iter_errors(service)) == []
    for organization in document["organizations"]:
        assert list(compiled(data_folder, version, "organization").iter_errors(organization)) == []


@pytest.mark.parametrize("version", VERSIONS)
def test_any_framework_passes_the_strict_official_schemas(
    data_folder: Path, tmp_path_factory: pytest.TempPathFactory, version: str
) -> None:
    folder = tmp_path_factory.mktemp("hsds")

    @given(frameworks(hostile_text=True))
    def holds(framework: Framework) -> None:
        assert list(faults(data_folder, version, written(framework, folder / "out.json", version))) == []

    holds()


@pytest.mark.parametrize("version", VERSIONS)
def test_the_official_examples_pass_and_their_unknown_fields_fail(data_folder: Path, version: str) -> None:
    example = json.loads((data_folder / FOLDERS[version] / "examples" / "service_full.json").read_text("utf-8"))
    assert list(validators(data_folder, version)["service"].iter_errors(example)) == []
    for broken in (example | {"unheard_of": 1}, example | {"id": "no uuid"}, example | {"status": "open"}):
        assert list(validators(data_folder, version)["service"].iter_errors(broken))


@pytest.mark.parametrize(
    ("version", "example"),
    [
        (version, name)
        for version in VERSIONS
        for name in ("service_full", "organization_full", "service_list", "taxonomy_term_list", "csv")
    ],
)
def test_the_official_examples_are_read_and_what_is_written_of_them_is_valid(
    data_folder: Path, tmp_path: Path, version: str, example: str
) -> None:
    path = data_folder / FOLDERS[version] / "examples" / (example if example == "csv" else f"{example}.json")
    reading = read_hsds(path, reference_date="2024-10-10", framework="official", title="Official example")
    assert sum(reading.records_out.values()) > 0
    document = written(reading.framework, tmp_path / "out.json", version)
    assert list(faults(data_folder, version, document)) == []


@pytest.mark.parametrize("version", VERSIONS)
def test_a_folder_holds_the_same_objects_as_pages(data_folder: Path, tmp_path: Path, version: Any) -> None:
    framework = samples.load("elektrenai")
    document = written(framework, tmp_path / "out.json", version)
    report = write_hsds(framework, tmp_path / "pages", version=version, layout="folder")
    for name, items in document.items():
        page = json.loads((tmp_path / "pages" / f"{name}.json").read_text("utf-8"))
        assert page["contents"] == items
        assert page["total_items"] == page["size"] == report.written[name] == len(items)
    assert set(document) == {path.stem for path in (tmp_path / "pages").iterdir()}


def test_objects_refer_only_to_objects_that_are_there(tmp_path: Path) -> None:
    """The schemas say nothing of references, doubles and reversed ages."""
    for name in samples.names():
        document = written(samples.load(name), tmp_path / "out.json", "3.1")
        ids: dict[str, dict[str, Any]] = {}
        for kind, items in document.items():
            keys = [item["id"] for item in items]
            assert len(keys) == len(set(keys)), kind
            ids[LISTS[kind]] = dict(zip(keys, items, strict=True))
        for service in document["services"]:
            for inner, table in (("organization", "organization"), ("program", "program")):
                assert inner not in service or ids[table][service[inner]["id"]] == service[inner]
            for place in service.get("service_at_locations", ()):
                assert ids["location"][place["location"]["id"]] == place["location"]
            for attribute in service.get("attributes", ()):
                if "taxonomy_term" in attribute:
                    assert ids["taxonomy_term"][attribute["taxonomy_term"]["id"]] == attribute["taxonomy_term"]
            assert service.get("minimum_age", 0) <= service.get("maximum_age", 130)
        for organization in document["organizations"]:
            assert organization.get("parent_organization_id") in (None, *ids["organization"])
        for term in document["taxonomy_terms"]:
            assert term.get("parent_id") in (None, *ids["taxonomy_term"])


def test_the_schemas_find_a_broken_writer(data_folder: Path, tmp_path: Path) -> None:
    document = written(samples.load("elektrenai"), tmp_path / "out.json", "3.1")
    without_description = copy.deepcopy(document)
    del without_description["organizations"][0]["description"]
    carried_on_the_spot = copy.deepcopy(document)
    carried_on_the_spot["services"][0]["referrals"] = []
    own_ids = copy.deepcopy(document)
    own_ids["services"][0]["id"] = "school-welfare-commission"
    for broken in (without_description, carried_on_the_spot, own_ids):
        assert list(faults(data_folder, "3.1", broken))
