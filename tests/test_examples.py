"""Every example runs and prints what the documentation shows (UPDATE_EXAMPLES=1 renews what is kept)."""

import os
import runpy
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parent.parent / "examples"
SCRIPTS = sorted(EXAMPLES.glob("*.py"))


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
def test_the_example_prints_what_the_documentation_shows(script, capsys, tmp_path, monkeypatch):
    for module in ("yaml", "pandas"):
        if f"import {module}" in script.read_text(encoding="utf-8"):
            pytest.importorskip(module, reason=f"the example needs {module}")
    monkeypatch.chdir(tmp_path)
    runpy.run_path(str(script), run_name="__main__")
    printed = capsys.readouterr().out
    kept = EXAMPLES / "output" / f"{script.stem}.txt"
    if os.environ.get("UPDATE_EXAMPLES"):
        kept.write_text(printed, encoding="utf-8")
    assert printed == kept.read_text(encoding="utf-8")
    assert list(tmp_path.iterdir()) == [], "an example writes no file"


def test_each_sample_framework_and_each_kind_of_user_has_an_example():
    from integrated_services import samples

    names = {script.stem for script in SCRIPTS}
    assert names == {name.replace("-", "_") for name in samples.names()} | {"municipal_developer", "researcher"}


def test_no_output_is_kept_of_an_example_that_is_gone():
    assert {path.stem for path in (EXAMPLES / "output").iterdir()} == {script.stem for script in SCRIPTS}
