"""Importing is cheap, and what is public is there and described."""

import importlib
import inspect
import json
import pkgutil
import subprocess
import sys

import pytest

import integrated_services

HEAVY = {
    "altair",
    "click",
    "duckdb",
    "jinja2",
    "narwhals",
    "networkx",
    "numpy",
    "openpyxl",
    "pandas",
    "polars",
    "pyarrow",
    "rapidfuzz",
}
HEAVY |= {"pydantic", "scipy", "tqdm", "yaml"}
LIGHT = {"annotated_types", "attr", "attrs", "pydantic", "pydantic_core", "typing_extensions", "typing_inspection"}


def packages_loaded_by(statement: str) -> set[str]:
    """Run a statement in a fresh interpreter and name the top-level packages that it loaded."""
    program = (
        "import json, sys\n"
        "before = set(sys.modules)\n"
        f"{statement}\n"
        "print(json.dumps(sorted({name.partition('.')[0] for name in set(sys.modules) - before})))"
    )
    finished = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    loaded = set(json.loads(finished.stdout.splitlines()[-1]))
    # Debian's Python keeps what it was built with in a module that is named after the machine's type.
    return {name for name in loaded if not name.startswith("_sysconfigdata")}


def public_modules() -> list[str]:
    """Name the package and every module in it whose path has no underscore."""
    found = pkgutil.walk_packages(integrated_services.__path__, "integrated_services.")
    return ["integrated_services", *(module.name for module in found if "._" not in module.name)]


def test_importing_the_package_loads_nothing_but_the_standard_library() -> None:
    loaded = packages_loaded_by("import integrated_services")
    assert loaded & HEAVY == set()
    assert loaded - set(sys.stdlib_module_names) == {"integrated_services"}


def test_importing_the_model_loads_only_pydantic_and_attrs() -> None:
    loaded = packages_loaded_by("from integrated_services.model import Framework")
    assert loaded - set(sys.stdlib_module_names) - LIGHT == {"integrated_services"}


def test_importing_the_model_from_the_package_is_the_same_thing() -> None:
    from integrated_services.model import Framework

    assert integrated_services.Framework is Framework


@pytest.mark.parametrize("family", ["coverage", "network", "indicators", "io", "samples", "report", "cli"])
def test_importing_a_family_loads_no_data_frame_library(family: str) -> None:
    loaded = packages_loaded_by(f"import integrated_services.{family}")
    assert loaded & {"altair", "duckdb", "jinja2", "openpyxl", "pandas", "polars", "pyarrow", "yaml"} == set()


@pytest.mark.parametrize("name", public_modules())
def test_public_names_exist_once_and_are_described(name: str) -> None:
    module = importlib.import_module(name)
    assert inspect.getdoc(module), f"{name} has no docstring"
    public = getattr(module, "__all__", [])
    assert len(public) == len(set(public)), f"{name}.__all__ names something twice"
    for attribute in public:
        value = getattr(module, attribute)
        if inspect.ismodule(value) or inspect.isroutine(value) or inspect.isclass(value):
            # A class without a docstring of its own would show its parent's.
            assert vars(value).get("__doc__") if inspect.isclass(value) else value.__doc__, f"{name}.{attribute}"


@pytest.mark.parametrize("name", public_modules())
def test_a_star_import_gives_what_is_public(name: str) -> None:
    namespace: dict[str, object] = {}
    exec(f"from {name} import *", namespace)  # noqa: S102 - there is no other way to run a star import by name
    assert set(getattr(importlib.import_module(name), "__all__", [])) <= set(namespace)


def test_names_of_the_package_are_sorted_and_listed_by_dir() -> None:
    assert integrated_services.__all__ == sorted(integrated_services.__all__)
    assert dir(integrated_services) == integrated_services.__all__


def test_a_misspelt_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'covrage'"):
        _ = integrated_services.covrage  # type: ignore[attr-defined]


def test_every_subpackage_with_public_names_says_so() -> None:
    without = [name for name in public_modules() if not hasattr(importlib.import_module(name), "__all__")]
    assert without == []
