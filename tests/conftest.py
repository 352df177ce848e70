"""What all tests share: Hypothesis profiles, the folder of real data, and the rule that CI opens a browser."""

import os
from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# Machines differ in speed, so no example has a deadline; the seed is fixed, so a failure is the same everywhere.
# HYPOTHESIS_PROFILE=thorough looks further, with a new seed each time.
settings.register_profile(
    "default", deadline=None, derandomize=True, max_examples=50, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("thorough", settings.get_profile("default"), derandomize=False, max_examples=1000)
# The same tests on other versions: what they find is another API, not another example.
settings.register_profile("quick", settings.get_profile("default"), max_examples=15)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


@pytest.fixture(scope="session")
def data_folder() -> Path:
    """Give the folder of public data sets that INTEGRATED_SERVICES_DATA names, or skip."""
    named = os.environ.get("INTEGRATED_SERVICES_DATA")
    if not named:
        pytest.skip("INTEGRATED_SERVICES_DATA does not name the folder of public data sets")
    folder = Path(named)
    if not folder.is_dir():
        pytest.fail(f"INTEGRATED_SERVICES_DATA names {named!r}, which is no folder")
    return folder


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Fail a skipped browser test where INTEGRATED_SERVICES_BROWSER says that there must be a browser."""
    report = yield
    must_run = os.environ.get("INTEGRATED_SERVICES_BROWSER") == "required"
    if must_run and report.skipped and item.get_closest_marker("browser"):
        report.outcome = "failed"
        report.longrepr = f"A browser is required, but the test was skipped: {report.longrepr}"
    return report
