"""Optional packages are asked for at one door, and a missing one gives a sentence with the command."""

from __future__ import annotations

import subprocess
import sys
import types

import pytest

from integrated_services import _optional
from integrated_services.errors import MissingDependencyError

DOORS = {
    "altair": "desk",
    "babel": "desk",
    "duckdb": "tables",
    "jinja2": "desk",
    "openpyxl": "desk",
    "pandas": None,
    "polars": None,
    "pyarrow": "tables",
    "rapidfuzz": "desk",
    "vl_convert": "desk",
    "yaml": "desk",
}
each_door = pytest.mark.parametrize("module", sorted(DOORS))


def hidden_in_a_fresh_process(module, code):
    """Run code in a new interpreter in which the module cannot be imported; give what it prints."""
    program = f"import sys; sys.modules[{module!r}] = None\n{code}"
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.strip()


def test_every_name_in_all_exists_and_is_documented():
    assert all(getattr(_optional, name).__doc__ for name in _optional.__all__)
    assert set(_optional.__all__) == {*DOORS, "available", "require"}


def test_a_module_that_is_there_is_given():
    assert _optional.require("json", extra="desk", purpose="testing").__name__ == "json"


@each_door
def test_each_door_gives_its_module(module):
    pytest.importorskip(module)
    given = getattr(_optional, module)()
    assert isinstance(given, types.ModuleType)
    assert given is sys.modules[module]


@each_door
def test_each_door_says_what_is_missing_when_its_module_is_hidden(module, monkeypatch):
    monkeypatch.setitem(sys.modules, module, None)
    extra = DOORS[module]
    wanted = module if extra is None else rf"'integrated-services\[{extra}\]'"
    with pytest.raises(
        MissingDependencyError, match=rf"^drawing needs [\w-]+; install it with: pip install {wanted}$"
    ) as caught:
        getattr(_optional, module)("drawing")
    assert (caught.value.name, caught.value.extra) == (module, extra)


def test_a_hidden_module_gives_our_error_in_a_fresh_process():
    code = (
        "from integrated_services import _optional\n"
        "from integrated_services.errors import MissingDependencyError\n"
        "try: _optional.yaml()\n"
        "except MissingDependencyError as error: print(error)\n"
        "print(_optional.available('yaml'))"
    )
    expected = "reading YAML needs PyYAML; install it with: pip install 'integrated-services[desk]'\nFalse"
    assert hidden_in_a_fresh_process("yaml", code) == expected


def test_the_error_is_an_import_error_and_keeps_the_cause():
    with pytest.raises(ImportError, match="showing this needs no_such_module") as caught:
        _optional.require("no_such_module", extra="desk", purpose="showing this")
    assert isinstance(caught.value.__cause__, ModuleNotFoundError)


def test_a_part_of_a_missing_package_is_missing_too():
    with pytest.raises(MissingDependencyError, match="needs no_such_module; install"):
        _optional.require("no_such_module.part", extra="desk", purpose="showing this")


def test_a_package_that_is_there_but_broken_is_told_apart(tmp_path, monkeypatch):
    (tmp_path / "broken_package.py").write_text("import no_such_module_below\n", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(MissingDependencyError, match=r"is installed but cannot be loaded \(No module named"):
        _optional.require("broken_package", extra="desk", purpose="showing this")


def test_a_package_whose_library_does_not_load_is_told_apart(tmp_path, monkeypatch):
    (tmp_path / "unloadable_package.py").write_text("raise ImportError('libx.so is missing')\n", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(MissingDependencyError, match=r"cannot be loaded \(libx\.so is missing\)"):
        _optional.require("unloadable_package", extra="desk", purpose="showing this")


def test_an_error_inside_a_package_is_not_taken_for_a_missing_one(tmp_path, monkeypatch):
    (tmp_path / "failing_package.py").write_text("raise RuntimeError('inside')\n", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(RuntimeError, match="inside"):
        _optional.require("failing_package", extra="desk", purpose="showing this")


@pytest.mark.parametrize(
    ("module", "there"), [("json", True), ("no_such_module", False), ("no_such.part", False), ("", False)]
)
def test_whether_a_module_is_available(module, there):
    assert _optional.available(module) is there


def test_a_hidden_module_is_not_available(monkeypatch):
    monkeypatch.setitem(sys.modules, "json", None)
    assert not _optional.available("json")


def test_asking_whether_a_module_is_available_does_not_import_it():
    code = (
        "import sys\n"
        "from integrated_services import _optional\n"
        "assert _optional.available('sqlite3')\n"
        "print('sqlite3' in sys.modules)"
    )
    assert hidden_in_a_fresh_process("no_such_module", code) == "False"


def test_importing_the_doors_imports_no_optional_package():
    code = f"import sys\nimport integrated_services._optional\nprint(sorted(set({sorted(DOORS)!r}) & set(sys.modules)))"
    assert hidden_in_a_fresh_process("no_such_module", code) == "[]"
