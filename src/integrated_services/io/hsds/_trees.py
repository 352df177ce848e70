"""Taxonomies that are published as a tree, such as Open Eligibility."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def open_eligibility(document: Mapping[str, Any]) -> list[dict[str, Any]] | None:
    """Give the terms of a tree whose nodes have ``@id`` and ``@title`` and lie in lists named ``top_level`` and so on.

    Parameters
    ----------
    document
        A JSON object.

    Returns
    -------
    list of dict or None
        Rows of ``taxonomy_term``; nothing where the document is no such tree.

    Examples
    --------
    >>> from integrated_services.io.hsds._trees import open_eligibility
    >>> food = {"@id": "102", "@title": "Food", "second_level": [{"@id": "102-01", "@title": "Gardens"}]}
    >>> [term["id"] for term in open_eligibility({"taxonomy": {"top_level": [food]}})]
    ['102', '102-01']
    """
    root = document.get("taxonomy") if len(document) == 1 else document
    if not isinstance(root, dict) or not isinstance(root.get("top_level"), list):
        return None
    terms: list[dict[str, Any]] = []
    waiting: list[tuple[Any, Any]] = [(node, None) for node in reversed(root["top_level"])]
    while waiting:
        node, parent = waiting.pop()
        if not isinstance(node, dict):
            continue
        term = {"id": node.get("@id"), "code": node.get("@id"), "name": node.get("@title"), "parent_id": parent}
        terms.append({name: value for name, value in term.items() if value is not None})
        for name, children in reversed(node.items()):
            if name.endswith("_level") and isinstance(children, list):
                waiting += [(child, node.get("@id")) for child in reversed(children)]
    return terms
