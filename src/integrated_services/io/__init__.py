"""Other people's formats: tables, workbooks, spreadsheets, HSDS; read leniently, with every defect counted."""

from __future__ import annotations

from integrated_services.io._annotate import annotate
from integrated_services.io._defects import DEFECT_CODES, DefectCode
from integrated_services.io._duplicates import Suggestion, likely_duplicates
from integrated_services.io._mapping import (
    MappedColumn,
    MappedTable,
    MappedValue,
    Mapping,
    dump_mapping,
    dumps_mapping,
    load_mapping,
    loads_mapping,
)
from integrated_services.io._mapping_apply import read_mapped
from integrated_services.io._mapping_propose import propose_mapping
from integrated_services.io._read import Form, Kind, kind_of, read, write
from integrated_services.io._reading import Collector, Defect, Loss, LossReport, Personal, Reading
from integrated_services.io._tables import read_tables, read_tables_draft, write_tables
from integrated_services.io._tables_frames import to_frames
from integrated_services.io._tables_schema import table_schema
from integrated_services.io._template import write_template
from integrated_services.io._workbook import read_workbook
from integrated_services.io.hsds import hsds_projection, read_hsds, write_hsds

__all__ = [
    "DEFECT_CODES",
    "Collector",
    "Defect",
    "DefectCode",
    "Form",
    "Kind",
    "Loss",
    "LossReport",
    "MappedColumn",
    "MappedTable",
    "MappedValue",
    "Mapping",
    "Personal",
    "Reading",
    "Suggestion",
    "annotate",
    "dump_mapping",
    "dumps_mapping",
    "hsds_projection",
    "kind_of",
    "likely_duplicates",
    "load_mapping",
    "loads_mapping",
    "propose_mapping",
    "read",
    "read_hsds",
    "read_mapped",
    "read_tables",
    "read_tables_draft",
    "read_workbook",
    "table_schema",
    "to_frames",
    "write",
    "write_hsds",
    "write_tables",
    "write_template",
]
