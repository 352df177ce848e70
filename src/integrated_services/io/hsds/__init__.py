"""HSDS (Human Services Data Specification, Open Referral): read 3.1, 3.0, 2.x and Ohana, write 3.1, 3.0 and UK 3.0."""

from __future__ import annotations

from integrated_services.io.hsds._read import read_hsds
from integrated_services.io.hsds._write import hsds_projection, write_hsds

__all__ = ["hsds_projection", "read_hsds", "write_hsds"]
