"""Who published a method."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import attrs

__all__ = ["Citation"]

_TEX = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\{",
        "}": r"\}",
        "&": r"\&",
        "%": r"\%",
        "$": r"\$",
        "#": r"\#",
        "_": r"\_",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
    }
)


def _authors(value: str | Iterable[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


@attrs.frozen
class Citation:
    """A published source of a method.

    Parameters
    ----------
    key
        Key for BibTeX, such as ``freeman1977``.
    authors
        Each as "Family, Given"; a single text is one author.
    year
        Year of publication.
    title
        Title of the work.
    venue
        Journal, publisher or series.
    doi
        Digital object identifier without the resolver's address.

    Examples
    --------
    >>> print(Citation("freeman1977", "Freeman, Linton C.", 1977,
    ...                "A set of measures of centrality based on betweenness", "Sociometry"))
    Freeman, Linton C. (1977). A set of measures of centrality based on betweenness. Sociometry.
    """

    key: str
    authors: tuple[str, ...] = attrs.field(converter=_authors)
    year: int
    title: str
    venue: str | None = None
    doi: str | None = None

    def bibtex(self) -> str:
        """Write the entry for a BibTeX file.

        Returns
        -------
        str
            An ``@article`` where a venue is known, else ``@misc``; special characters escaped,
            the title's capitals kept.
        """
        fields = [
            ("author", " and ".join(author.translate(_TEX) for author in self.authors)),
            ("title", f"{{{self.title.translate(_TEX)}}}"),
            ("year", str(self.year)),
        ]
        if self.venue:
            fields.append(("journal", self.venue.translate(_TEX)))
        if self.doi:
            fields.append(("doi", self.doi))
        kind = "article" if self.venue else "misc"
        lines = [f"  {name} = {{{value}}}" for name, value in fields]
        return "\n".join([f"@{kind}{{{self.key},", ",\n".join(lines), "}"])

    def as_dict(self) -> dict[str, Any]:
        """Give the citation as a dictionary for JSON."""
        return {
            "key": self.key,
            "authors": list(self.authors),
            "year": self.year,
            "title": self.title,
            "venue": self.venue,
            "doi": self.doi,
        }

    def __str__(self) -> str:
        if len(self.authors) > 1:
            names = f"{'; '.join(self.authors[:-1])} and {self.authors[-1]}"
        else:
            names = "".join(self.authors)
        venue = f" {self.venue}." if self.venue else ""
        doi = f" doi:{self.doi}" if self.doi else ""
        return f"{names} ({self.year}). {self.title}.{venue}{doi}"
