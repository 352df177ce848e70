"""Reading what was written gives the framework again, up to what the report of losses names."""

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from strategies import frameworks

from integrated_services import samples
from integrated_services.io import LossReport, hsds_projection, read_hsds, write_hsds
from integrated_services.model import Framework, dumps
from integrated_services.model._base import Model

VERSIONS: tuple[Any, ...] = ("3.1", "3.0", "oruk-3.0")


def without_origins(framework: Framework) -> Framework:
    """The same framework without the places that its records were read from."""
    plain = framework.plain()
    for name in Framework.COLLECTIONS:
        for record in plain.get(name, ()):
            record.pop("origins", None)
    return Framework.model_validate(plain)


def differences(one: Any, other: Any, path: str = "") -> Iterator[str]:
    """Fields (without ids) in which two values of the model differ, outer ones and inner ones, once for each place."""
    for name, value in one.__dict__.items():
        against = getattr(other, name, None)
        here = f"{path}.{name.rstrip('_')}".lstrip(".")
        if (value or None) != (against or None) and not (path == "" and name in Framework.COLLECTIONS and against):
            yield from [here] * (len(value) if path == "" and name in Framework.COLLECTIONS else 1)
        parts = value if isinstance(value, tuple) else (value,)
        others = against if isinstance(against, tuple) else (against,)
        for part, opposite in zip_longest(parts, others):
            if isinstance(part, Model):
                yield from differences(part, opposite, here)


def check_report(framework: Framework, rest: Framework, report: LossReport) -> None:
    """Nothing is lost silently, and nothing is called lost that is there."""
    lost: Counter[str] = Counter()
    for loss in report:
        lost[loss.field] += loss.count
        assert 0 < len(loss.examples) <= loss.count
    found = Counter(differences(framework, rest))
    for field, count in lost.items():
        inner = any(one.startswith(f"{field}.") for one in lost)
        assert (found[field] >= count) if inner else (found[field] == count), field
    for field in found:
        # a field differs where something in it is lost, or where it is inside of what is lost
        assert any(f"{field}.".startswith(f"{one}.") or f"{one}.".startswith(f"{field}.") for one in lost), field


@pytest.mark.parametrize("version", VERSIONS)
def test_reading_what_was_written_gives_the_framework_up_to_the_report(
    tmp_path_factory: pytest.TempPathFactory, version: Any
) -> None:
    folder = tmp_path_factory.mktemp("hsds")

    @given(frameworks(hostile_text=True))
    def holds(framework: Framework) -> None:
        report = write_hsds(framework, folder / "one.json", version=version)
        reading = read_hsds(folder / "one.json")
        rest = hsds_projection(framework, version=version)
        assert dumps(without_origins(reading.framework)) == dumps(rest)
        assert without_origins(reading.framework) == rest
        check_report(framework, rest, report)
        write_hsds(reading.framework, folder / "two.json", version=version)
        assert (folder / "two.json").read_bytes() == (folder / "one.json").read_bytes()

    holds()


@pytest.mark.parametrize("layout", ["file", "folder"])
@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("name", samples.names())
def test_every_sample_comes_back_without_a_defect(tmp_path: Path, name: str, version: Any, layout: Any) -> None:
    framework = samples.load(name)
    report = write_hsds(framework, tmp_path / "out.json", version=version, layout=layout)
    reading = read_hsds(tmp_path / "out.json", strict=True)
    assert reading.defects == ()
    assert without_origins(reading.framework) == hsds_projection(framework, version=version)
    check_report(framework, hsds_projection(framework, version=version), report)


def test_what_hsds_has_objects_for_comes_back_whole() -> None:
    framework = samples.load("laane-viru")
    rest = hsds_projection(framework)
    for name in ("sources", "territories", "target_groups", "needs", "agencies", "sites", "services", "referrals"):
        assert getattr(rest, name) == getattr(framework, name)
    assert rest.cooperations == framework.cooperations
    assert (rest.demands, rest.observations, rest.surveys) == ((), (), ())


def test_every_record_says_where_it_was_read(tmp_path: Path) -> None:
    write_hsds(samples.load("elektrenai"), tmp_path / "county.json")
    framework = read_hsds(tmp_path / "county.json").framework
    for name in ("needs", "agencies", "sites", "services", "projects", "territories"):
        for record in getattr(framework, name):
            assert record.origins[0].file == "county.json"
            assert None not in (record.origins[0].sheet, record.origins[0].row)


def test_the_bytes_do_not_depend_on_the_order_of_hashes(tmp_path: Path) -> None:
    code = (
        "import sys; from integrated_services import samples; from integrated_services.io import write_hsds\n"
        "write_hsds(samples.load('care-centres'), sys.argv[1])"
    )
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        subprocess.run([sys.executable, "-c", code, str(tmp_path / seed)], check=True, env=environment)
    assert (tmp_path / "1").read_bytes() == (tmp_path / "2").read_bytes()
