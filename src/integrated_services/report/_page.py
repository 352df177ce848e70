"""`page`: one offline HTML file that answers the questions of an official from a framework."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

import integrated_services
from integrated_services import _optional, coverage, indicators, network
from integrated_services.errors import AnalysisError, MissingDataError
from integrated_services.model import Framework
from integrated_services.model._personal_clean import publishable
from integrated_services.report._facts import Audience, Facts, shown
from integrated_services.report._language import DAGGER, Language, LanguageName
from integrated_services.report._view_coverage import Coverage
from integrated_services.report._view_ground import about, assumptions, methods, sources
from integrated_services.report._view_network import cooperation, help_, referrals
from integrated_services.report._view_promises import STATES, costs, deliverables, promises, values
from integrated_services.report._view_short import answers

Progress = Callable[[str, int, int], object]
"""Takes the name of the step that begins, its number from 0, and the number of steps."""

_STEPS = ("coverage", "commitments", "cooperation", "referrals", "help", "indicators", "page")
_SECTIONS = (
    "short",
    "about",
    "map",
    "coverage",
    "help",
    "referrals",
    "cooperation",
    "commitments",
    "indicators",
    "assumptions",
    "sources",
    "methods",
)


def page(
    fw: Framework,
    /,
    *,
    language: LanguageName = "en",
    audience: Audience = "public",
    at: date | None = None,
    progress: Progress | None = None,
) -> str:
    """Write the page of a framework as HTML.

    Parameters
    ----------
    fw
        The framework.
    language
        Language of the page. Names are given in it where the document has them, else in the document's first language.
    audience
        ``public``: numbers of persons go through `indicators.protect`; what is withheld is said to be withheld.
        ``internal``: all numbers, with a warning on top.
    at
        The day; the reference date if None.
    progress
        Called as each step begins, with its name, its number from 0 and the number of steps; once more at the end.

    Returns
    -------
    str
        One HTML document: no script, no request, its style inside under a strict content-security policy. Equal
        arguments give equal pages.

    Raises
    ------
    AnalysisError
        Where this is no framework, or there is no such language or audience.
    MissingDependencyError
        Where Jinja2 or Babel is not installed.

    Examples
    --------
    >>> from integrated_services import report, samples
    >>> html = report.page(samples.load("elektrenai"), language="lt")
    >>> html.startswith('<!doctype html>'), "<script" in html
    (True, False)
    """
    if not isinstance(fw, Framework):
        raise AnalysisError(f"A page is made from a Framework, not {type(fw).__name__}.")
    if audience not in ("public", "internal"):
        raise AnalysisError(f"The audience is 'public' or 'internal', not {audience!r}.")
    words = Language(language, fw.languages[0] if fw.languages else None)
    step = _Steps(progress)
    facts = _gathered(_on_day(publishable(fw), at), words, audience == "public", step)
    step("page")
    html = _written(facts)
    step.end()
    return html


def write_page(
    fw: Framework,
    path: str | Path,
    /,
    *,
    language: LanguageName = "en",
    audience: Audience = "public",
    at: date | None = None,
    progress: Progress | None = None,
) -> Path:
    """Write the page of a framework into a file; folders that are missing are made.

    Parameters
    ----------
    fw
        The framework.
    path
        The file.
    language
        Language of the page.
    audience
        ``public`` or ``internal``; see `page`.
    at
        The day; the reference date if None.
    progress
        Called as each step begins; see `page`.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    AnalysisError
        As `page` does.
    MissingDependencyError
        Where Jinja2 or Babel is not installed.
    OSError
        Where the file cannot be written.
    """
    html = page(fw, language=language, audience=audience, at=at, progress=progress)
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(html, encoding="utf-8", newline="\n")
    return target


class _Steps:
    """Tells the caller which step begins."""

    def __init__(self, progress: Progress | None) -> None:
        self._progress = progress

    def __call__(self, name: str) -> None:
        if self._progress is not None:
            self._progress(name, _STEPS.index(name), len(_STEPS))

    def end(self) -> None:
        if self._progress is not None:
            self._progress("", len(_STEPS), len(_STEPS))


def _on_day(fw: Framework, at: date | None) -> Framework:
    """Give the framework whose records the analyses speak of: that of the day, with merged territories joined."""
    if at is None and not any(territory.succeeded_by for territory in fw.territories):
        return fw
    return fw.at(at or fw.reference_date)


def _gathered(fw: Framework, language: Language, public: bool, step: _Steps) -> Facts:
    """Run all analyses."""
    step("coverage")
    gaps = coverage.gaps(fw)
    cells, sums = shown(gaps, public)
    step("commitments")
    commitments = coverage.commitments(fw)
    step("cooperation")
    ties = network.cooperation(fw)
    step("referrals")
    layers, ends = network.layers(fw), network.dead_ends(fw)
    step("help")
    ways = {}
    for risk in fw.risk_factors:
        try:
            ways[risk.id] = network.referral_paths(fw, start=risk.id, consent=("person", "guardian"), k=1)
        except MissingDataError:  # it points to no need: the page says so
            continue
    step("indicators")
    calculated, money = indicators.calculate(fw), indicators.cost(fw)
    return Facts(
        fw=fw,
        language=language,
        public=public,
        gaps=gaps,
        cells=cells,
        sums=sums,
        commitments=commitments,
        cooperation=ties,
        layers=layers,
        dead_ends=ends,
        calculated=calculated,
        values=shown(calculated, public)[0],
        cost=money,
        costs=shown(money, public)[0],
        ways=ways,
    )


def _views(facts: Facts) -> dict[str, Any]:
    """Collect what the sections show."""
    cells = Coverage(facts)
    found: dict[str, Any] = {
        "about": about(facts),
        "map": cells.map(),
        "sites": cells.sites(),
        "heat": cells.heat(),
        "bars": cells.bars(),
        "bottlenecks": cells.bottlenecks(),
        "reasons": cells.reasons(),
        "surveys": cells.surveys(),
        "cooperation": cooperation(facts),
        "referrals": referrals(facts),
        "help": help_(facts),
        "promises": promises(facts),
        "deliverables": deliverables(facts),
        "indicators": values(facts),
        "costs": costs(facts),
        "assumptions": assumptions(facts),
        "sources": sources(facts),
        "methods": methods(facts),
    }
    return found | {"answers": answers(facts, cells, found)}


def _template() -> Any:
    jinja2 = _optional.jinja2()
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("integrated_services.report"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.get_template("page.html.j2")


def _written(facts: Facts) -> str:
    """Fill the template."""
    language = facts.language
    style = (files("integrated_services.report") / "templates" / "style.css").read_text(encoding="utf-8")
    html: str = _template().render(
        **_views(facts),
        facts=facts,
        fw=facts.fw,
        lang=language,
        t=language.html,
        say=language.say,
        style=style,
        style_hash=base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
        dagger=DAGGER,
        sections=[(name, language.text(f"nav.{name}")) for name in _SECTIONS],
        internal=not facts.public,
        version=integrated_services.__version__,
        states=[(name, language.word("state", name)) for name in STATES],
    )
    return html
