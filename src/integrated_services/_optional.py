"""The only place that imports a package which not every installation has.

Everything else asks here, at the moment of use, so that ``import integrated_services`` stays light
and a missing package gives one clear sentence with the command that mends it.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from types import ModuleType
from typing import Final

from integrated_services.errors import MissingDependencyError

__all__ = [
    "altair",
    "available",
    "babel",
    "duckdb",
    "jinja2",
    "openpyxl",
    "pandas",
    "polars",
    "pyarrow",
    "rapidfuzz",
    "require",
    "vl_convert",
    "yaml",
]

# Import names that differ from the name under which the package is installed.
_INSTALLED_AS: Final = {
    "babel": "Babel",
    "jinja2": "Jinja2",
    "rapidfuzz": "RapidFuzz",
    "vl_convert": "vl-convert-python",
    "yaml": "PyYAML",
}


def require(module: str, *, extra: str | None, purpose: str) -> ModuleType:
    """Import an optional module, or say which package is missing and how to get it.

    Parameters
    ----------
    module
        Name to import, dots allowed.
    extra
        The extra of this package that brings it; ``None`` for packages that are the user's own
        choice (the data-frame libraries), which are then named themselves.
    purpose
        What it is needed for, as the beginning of a sentence: ``"reading YAML"``.

    Returns
    -------
    module
        The imported module.

    Raises
    ------
    MissingDependencyError
        If the package is not installed or cannot be loaded.

    Examples
    --------
    >>> require("json", extra="desk", purpose="reading JSON").__name__
    'json'
    >>> require("no_such_module", extra="desk", purpose="showing this message")
    Traceback (most recent call last):
    ...
    integrated_services.errors.MissingDependencyError: showing this message needs no_such_module; \
install it with: pip install 'integrated-services[desk]'
    """
    try:
        return importlib.import_module(module)
    except ImportError as error:
        root = module.partition(".")[0]
        package = _INSTALLED_AS.get(root, root)
        wanted = package if extra is None else f"'integrated-services[{extra}]'"
        broken = not _is_absent(error, module)
        state = f", which is installed but cannot be loaded ({error})" if broken else ""
        message = f"{purpose} needs {package}{state}; install it with: pip install {wanted}"
        raise MissingDependencyError(message, module, extra) from error


def _is_absent(error: ImportError, module: str) -> bool:
    """Tell "not there" from "there, but broken": only the former names a part of the module."""
    if not isinstance(error, ModuleNotFoundError) or error.name is None:
        return False
    return module == error.name or module.startswith(f"{error.name}.")


def available(module: str) -> bool:
    """Say whether an optional module can be imported, without importing it.

    Parameters
    ----------
    module
        Name of a top-level module.

    Returns
    -------
    bool
        ``False`` also for a module that is hidden by ``sys.modules[name] = None``.

    Examples
    --------
    >>> available("json"), available("no_such_module")
    (True, False)
    """
    if module in sys.modules:
        return sys.modules[module] is not None
    try:
        return importlib.util.find_spec(module) is not None
    except (ImportError, ValueError):
        return False


def yaml(purpose: str = "reading YAML") -> ModuleType:
    """Import PyYAML."""
    return require("yaml", extra="desk", purpose=purpose)


def openpyxl(purpose: str = "reading or writing a workbook") -> ModuleType:
    """Import openpyxl."""
    return require("openpyxl", extra="desk", purpose=purpose)


def rapidfuzz(purpose: str = "comparing names") -> ModuleType:
    """Import RapidFuzz with the parts that are used."""
    package = require("rapidfuzz", extra="desk", purpose=purpose)
    for part in ("fuzz", "process"):
        require(f"rapidfuzz.{part}", extra="desk", purpose=purpose)
    return package


def jinja2(purpose: str = "writing the page") -> ModuleType:
    """Import Jinja2."""
    return require("jinja2", extra="desk", purpose=purpose)


def altair(purpose: str = "drawing a picture") -> ModuleType:
    """Import Altair."""
    return require("altair", extra="desk", purpose=purpose)


def vl_convert(purpose: str = "saving a picture as SVG or PNG") -> ModuleType:
    """Import vl-convert, which draws without a browser and without the network."""
    return require("vl_convert", extra="desk", purpose=purpose)


def babel(purpose: str = "writing numbers and dates in a language") -> ModuleType:
    """Import Babel."""
    return require("babel", extra="desk", purpose=purpose)


def pyarrow(purpose: str = "working with Arrow or Parquet") -> ModuleType:
    """Import PyArrow."""
    return require("pyarrow", extra="tables", purpose=purpose)


def duckdb(purpose: str = "querying tables with DuckDB") -> ModuleType:
    """Import DuckDB."""
    return require("duckdb", extra="tables", purpose=purpose)


def pandas(purpose: str = "giving a pandas data frame") -> ModuleType:
    """Import pandas."""
    return require("pandas", extra=None, purpose=purpose)


def polars(purpose: str = "giving a Polars data frame") -> ModuleType:
    """Import Polars."""
    return require("polars", extra=None, purpose=purpose)
