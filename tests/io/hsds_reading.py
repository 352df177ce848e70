"""What tests of reading HSDS share: reading with a collector, small folders of CSV files, and what sound tables are."""

import csv
from pathlib import Path
from typing import Any

from integrated_services.io import Collector
from integrated_services.io.hsds._files import read_tables_of
from integrated_services.io.hsds._normal import COLUMNS, TARGETS, Tables
from integrated_services.io.hsds._references import _OWNERS


def read(path: Path, **how: Any) -> tuple[Tables, Collector]:
    collector = Collector(path.name)
    return read_tables_of(path, collector=collector, **how), collector


def counts(collector: Collector) -> dict[str, int]:
    return {defect.code: defect.count for defect in collector.defects()}


def written(folder: Path, **tables: list[dict[str, Any]]) -> Path:
    """A folder of CSV files of a few rows."""
    for name, rows in tables.items():
        columns = list(dict.fromkeys(column for row in rows for column in row))
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, columns)
            writer.writeheader()
            writer.writerows(rows)
    return folder


def assert_sound(tables: Tables) -> None:
    """Ids are unique, references lead somewhere, no column is unknown, no cell is blank."""
    assert list(tables.rows) == list(COLUMNS)
    ids = {table: {row["id"] for row in rows} for table, rows in tables.rows.items()}
    for table, rows in tables.rows.items():
        assert len(ids[table]) == len(rows)
        for row in rows:
            public = {name: value for name, value in row.items() if name[0] != "_"}
            assert public.keys() <= COLUMNS[table].keys()
            assert all(value not in ("", None) for value in public.values())
            assert all(isinstance(value, str | int | float) for value in public.values())
            assert {"_file", "_sheet", "_row"} <= row.keys()
            for column, target in TARGETS.items():
                assert column not in row or row[column] in ids[target], (table, column)
            if table in _OWNERS:
                assert any(column in row for column in _OWNERS[table])
            if table == "attribute":
                assert row["link_id"] in ids[row["link_entity"]]


def assert_closed_books(collector: Collector) -> None:
    """What went in or was made was merged, left out or came out."""
    for table, sums in collector.details["tables"].items():
        gone = sums.get("merged", 0) + sums.get("left_out", 0) + sums.get("out", 0)
        assert sums.get("in", 0) + sums.get("made", 0) == gone, table
