"""Reading HSDS of any version into a framework."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from os import PathLike
from pathlib import Path

from integrated_services.io._reading import Collector, Personal, Reading
from integrated_services.io.hsds._files import read_tables_of
from integrated_services.io.hsds._to_framework import framework_of
from integrated_services.model._load import _no_collection


def read_hsds(
    path: str | PathLike[str],
    *,
    personal: Personal = "drop",
    strict: bool = False,
    framework: str | None = None,
    title: str | None = None,
    reference_date: date | str | None = None,
    languages: Iterable[str] = (),
) -> Reading:
    """Read HSDS 3.1, 3.0, 2.x, the Ohana variant or Open Referral UK 3.0.

    Parameters
    ----------
    path
        A JSON document (one object, a list, a page of an interface, a bundle of lists), a CSV file, a workbook, a data
        package, a folder of such files or a zip archive of it.
    personal
        What happens to names and contact data of persons: ``drop`` takes them out and counts them.
    strict
        Whether a defect of severity *error* is refused.
    framework
        Id of the framework; missing: what the file carries, else made from its name.
    title
        Title; missing: what the file carries, else its name.
    reference_date
        Day that the data speak of; missing: what the file carries, else the latest day on which a row was changed
        (``details["reference_date"]`` says which); never today.
    languages
        Languages of the document, the main one first.

    Returns
    -------
    Reading
        The framework, every defect with its count, the rows read and the records made.

    Raises
    ------
    FormatError
        Where nothing can be read, a file is refused as dangerous, or nothing says which day the data speak of.
    DocumentError
        When reading strictly, with the errors; with ``personal="refuse"``, where there are contact data of persons.

    Notes
    -----
    Organisations become agencies, programmes projects, locations sites, services at locations deliveries, service
    areas territories, terms needs or (where the taxonomy or the type of the link speaks of audience, population, ages
    and the like) target groups.  Places of a service that is delivered in one place become the capacity of that
    delivery; where there are several, nothing says which is meant.  What the model has no field for (schedules, fees,
    accessibility ...) is counted by column as ``not-in-model``.

    References
    ----------
    Open Referral, *Human Services Data Specification* 3.1 (2024), 3.0 (2023) and 2.0.1 (2020).

    Examples
    --------
    >>> import json
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from integrated_services.io import read_hsds
    >>> service = {"id": "d6f1", "name": "Advice", "status": "active", "minimum_age": 18, "fees": "none"}
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "services.json")
    ...     _ = path.write_text(json.dumps({"services": [service]}))
    ...     reading = read_hsds(path, reference_date="2024-05-01")
    >>> reading.framework.services["d6f1"].eligibility.ages, reading.count("not-in-model")
    ((18, None), 1)
    """
    collector = Collector(Path(path).name, strict=strict)
    as_of = None if reference_date is None else str(reference_date)[:10]
    with _no_collection():  # pages of services make 10^6 objects
        found = framework_of(
            read_tables_of(path, collector=collector, as_of=as_of),
            collector,
            file=Path(path).name,
            framework=framework,
            title=title,
            reference_date=reference_date,
            languages=tuple(languages),
            personal=personal,
        )
    return collector.reading(found)
