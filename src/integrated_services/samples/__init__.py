"""Real frameworks to start from.

Five public announcements of projects in Estonia and Lithuania as documents. Whatever an announcement does not say is
marked as assumed, with its range and reason, or left open.
"""

from typing import TYPE_CHECKING

from integrated_services.samples._load import describe, load, names

__all__ = ["describe", "load", "make_framework", "names"]

if TYPE_CHECKING:
    from integrated_services.samples._make import make_framework as make_framework
else:
    # Hidden from type checkers: with it in sight they would accept every misspelt name.
    def __getattr__(name: str) -> object:
        """Load the maker of made-up frameworks on its first use (PEP 562)."""
        if name != "make_framework":
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from integrated_services.samples._make import make_framework

        globals()[name] = make_framework
        return make_framework


def __dir__() -> list[str]:
    """Name what is public, loaded or not."""
    return sorted(__all__)
