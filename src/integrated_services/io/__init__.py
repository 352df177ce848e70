"""Other people's formats: tables, workbooks, spreadsheets, HSDS; read leniently, with every defect counted."""

from __future__ import annotations

from integrated_services.io._defects import DEFECT_CODES, DefectCode
from integrated_services.io._reading import Collector, Defect, Loss, LossReport, Personal, Reading

__all__ = [
    "DEFECT_CODES",
    "Collector",
    "Defect",
    "DefectCode",
    "Loss",
    "LossReport",
    "Personal",
    "Reading",
]
