"""What a notebook shows of a framework: what is in it, and which analyses make sense for it."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from integrated_services.errors import mask

if TYPE_CHECKING:
    from integrated_services.model._framework import Framework


def sensible_analyses(framework: Framework) -> tuple[tuple[str, str], ...]:
    """Name the analyses that have something to run on.

    Parameters
    ----------
    framework
        The framework.

    Returns
    -------
    tuple[tuple[str, str], ...]
        Function call and the question that it answers.
    """
    found = []
    if framework.needs and framework.services:
        found.append(("coverage.gaps(fw)", "who is not served, and why"))
    if any(project.commitments for project in framework.projects):
        found.append(("coverage.commitments(fw)", "what was promised to everybody, and is it there"))
    if framework.referrals:
        found.append(("network.referral_paths(fw, start=..., need=...)", "how a person gets to the right service"))
    if framework.cooperations:
        found.append(("network.cooperation(fw)", "who works with whom, and on whom it all depends"))
    if framework.observations or framework.indicators:
        found.append(("indicators.calculate(fw)", "outputs and results against their targets"))
    if any(project.finance for project in framework.projects):
        found.append(("indicators.cost(fw)", "what it costs per municipality, participant and post"))
    return tuple(found)


def framework_html(framework: Framework) -> str:
    """Show a framework as HTML for notebooks.

    Parameters
    ----------
    framework
        The framework.

    Returns
    -------
    str
        Escaped HTML.
    """
    counts = "".join(
        f"<tr><th scope='row'>{escape(name.replace('_', ' '))}</th><td>{len(getattr(framework, name))}</td></tr>"
        for name in framework.COLLECTIONS
        if getattr(framework, name)
    )
    analyses = "".join(
        f"<li><code>{escape(call)}</code>: {escape(question)}</li>" for call, question in sensible_analyses(framework)
    )
    problems = framework.problems()
    assumed = sum(len(group.figures) for group in framework.assumptions())
    listed = analyses or "<li>none yet: add needs and services</li>"
    return (
        f"<section><h4>{escape(mask(str(framework.title)))}</h4>"
        f"<p><code>{escape(mask(framework.framework))}</code>, as of {framework.reference_date}; "
        f"{len(problems)} remarks (<code>fw.problems()</code>), "
        f"{assumed} assumed or estimated figures (<code>fw.assumptions()</code>)</p>"
        f"<table><tbody>{counts}</tbody></table>"
        f"<p>Analyses that make sense here:</p><ul>{listed}</ul></section>"
    )
