"""Describe, check and analyse integrated services in a region.

A framework document says who needs what, who provides it where, how people get there and what was promised.
The families of analyses are plain functions that take the framework first:

- `integrated_services.model`: the nouns, their checks, `load` and `dump`;
- `integrated_services.coverage`: who is not served, why, and what would mend it;
- `integrated_services.network`: who works with whom, and how people get through;
- `integrated_services.indicators`: numbers to steer by, and made safe to publish;
- `integrated_services.io`: other people's formats, in and out;
- `integrated_services.samples`: real frameworks to start from;
- `integrated_services.report`: one page for readers;
- `integrated_services.errors`: everything that this package raises.

Importing the package is cheap: each name is loaded when it is first used.
"""

from typing import TYPE_CHECKING

__version__ = "0.1.0"

__all__ = [
    "Framework",
    "__version__",
    "coverage",
    "diff",
    "dump",
    "dumps",
    "errors",
    "indicators",
    "io",
    "load",
    "loads",
    "merge",
    "model",
    "network",
    "report",
    "samples",
]

if TYPE_CHECKING:
    from integrated_services import coverage as coverage
    from integrated_services import errors as errors
    from integrated_services import indicators as indicators
    from integrated_services import io as io
    from integrated_services import model as model
    from integrated_services import network as network
    from integrated_services import report as report
    from integrated_services import samples as samples
    from integrated_services.model import Framework as Framework
    from integrated_services.model import diff as diff
    from integrated_services.model import dump as dump
    from integrated_services.model import dumps as dumps
    from integrated_services.model import load as load
    from integrated_services.model import loads as loads
    from integrated_services.model import merge as merge
else:
    # Hidden from type checkers: with it in sight they would accept every misspelt name.
    _FROM_MODEL = frozenset({"Framework", "diff", "dump", "dumps", "load", "loads", "merge"})

    def __getattr__(name: str) -> object:
        """Load a public name on its first use (PEP 562)."""
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from importlib import import_module

        if name in _FROM_MODEL:
            value = getattr(import_module("integrated_services.model"), name)
        else:
            value = import_module(f"integrated_services.{name}")
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    """Name what is public, loaded or not."""
    return sorted(__all__)
