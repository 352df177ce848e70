"""Foreign files that were not made for this package: what went in, what came out, what was wrong."""

from __future__ import annotations

import os
from pathlib import Path

import attrs
import pytest

from integrated_services import io

DATA = os.environ.get("INTEGRATED_SERVICES_DATA")
pytestmark = pytest.mark.skipif(DATA is None, reason="INTEGRATED_SERVICES_DATA names no folder with the data sets")


def read(name):
    """Read with the proposals, all tables confirmed as they are proposed."""
    path = Path(DATA or "", name)
    mapping = io.propose_mapping(path)
    mapping = attrs.evolve(mapping, tables=tuple(attrs.evolve(table, confirmed=True) for table in mapping.tables))
    return io.read_mapped(path, mapping, reference_date="2022-06-01")


def all_rows_are_accounted_for(reading):
    sheets = reading.details["sheets"]
    return all(sheets[name]["rows"]["row"] == number for name, number in reading.rows_in.items())


def test_providers_with_nested_services():
    reading = read("sf_services/linksf.json")
    assert dict(reading.rows_in) == {"linksf": 89, "linksf.services": 130}
    # 89 entries name 76 providers; 130 nested entries are 96 services, since some entries stand there twice
    assert len(reading.framework.agencies) == 76
    assert len(reading.framework.services) == 96
    assert dict(reading.details["rows of one record"]) == {"linksf": 13, "linksf.services": 34}
    assert all(service.providers for service in reading.framework.services)
    assert all_rows_are_accounted_for(reading)


def test_organisations_with_nested_telephones():
    reading = read("sf_services/dv_consortium.json")
    assert reading.rows_in["dv_consortium"] == 18
    assert len(reading.framework.agencies) == 18 - reading.count("missing-name")
    assert sum(contact.kind == "phone" for agency in reading.framework.agencies for contact in agency.contacts) > 20
    assert all_rows_are_accounted_for(reading)


def test_the_catalogue_of_a_state():
    reading = read("ee_riigiteenused_2017/services.json")
    assert sum(reading.rows_in.values()) == 11_173
    framework = reading.framework
    assert (len(framework.services), len(framework.agencies)) == (1563, 114 + 11)
    assert len(framework.target_groups) == 3
    assert sum(service.status == "closed" for service in framework.services) == 6
    assert all(service.languages == ("et",) for service in framework.services)
    assert sum(bool(service.legal_basis) for service in framework.services) > 1000
    assert all_rows_are_accounted_for(reading)


def test_a_workbook_whose_sheets_refer_to_each_other():
    pytest.importorskip("openpyxl", reason="the file is a workbook")
    reading = read("cpsv_trento/dataTrento.xlsx")
    assert reading.rows_in["Public Service"] == 42
    framework = reading.framework
    # two keys stand there twice
    assert (len(framework.services), reading.details["rows of one record"]["Public Service"]) == (40, 2)
    assert [str(agency.name) for agency in framework.agencies] == ["Provincia autonoma di Trento - Agenzia del lavoro"]
    assert all(service.providers == (framework.agencies[0].id,) for service in framework.services)
    assert any(service.eligibility and service.eligibility.condition for service in framework.services)
    waits = [delivery.wait.value for service in framework.services for delivery in service.deliveries if delivery.wait]
    assert 60 in waits
    assert all_rows_are_accounted_for(reading)


def test_a_second_workbook_of_the_same_kind():
    pytest.importorskip("openpyxl", reason="the file is a workbook")
    reading = read("cpsv_trento/servizifamiglia.xlsx")
    assert (reading.rows_in["Public Service"], len(reading.framework.services)) == (2, 2)
    assert len(reading.framework.agencies) == 2
    assert all_rows_are_accounted_for(reading)


@pytest.mark.parametrize("name", ["sf_services/linksf.json", "cpsv_trento/dataTrento.xlsx"])
def test_reading_twice_gives_the_same_document(name):
    if name.endswith("xlsx"):
        pytest.importorskip("openpyxl", reason="the file is a workbook")
    assert read(name).framework.digest == read(name).framework.digest
