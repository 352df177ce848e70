"""Commands that answer questions: gaps, commitments, paths, cooperation, indicators, report."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import click

from integrated_services.cli._common import Day, Target, guarded, published, read, show, source_options, tell

_GAPS = (
    "territory_name", "group_name", "need_name", "status", "reason", "demand", "served", "unserved", "uncertain",
    "not_surveyed", "per", "basis",
)  # fmt: skip
_PROMISES = ("promise", "member_name", "state", "how", "due", "overdue")
_STEPS = ("rank", "step", "need", "from", "to", "days", "acceptance", "cumulative", "consent", "basis")
_AGENCIES = ("name", "sector", "degree", "cross_sector", "betweenness", "cut_agency", "component")
_VALUES = (
    "indicator_name", "territory_name", "period", "breakdown", "unit", "value", "low", "high", "baseline", "target",
    "progress", "target_met", "basis", "status",
)  # fmt: skip
_MONEY = ("project_name", "measure_name", "amount", "currency", "denominator", "counted", "basis", "missing")
_STATES = ("gap", "capacity_unknown", "not_comparable", "not_surveyed", "covered")


@click.command()
@source_options
@click.option("--explain", "key", metavar="ID", help="Explain a cell, territory, group or need.")
@guarded
def gaps(
    source: str, day: date | None, draft: bool, audience: str, form: str, output: str | None, key: str | None
) -> None:
    r"""Who is not served, and why.

    SOURCE is a document or the name of a sample.

    \b
    Examples:
      integrated-services gaps elektrenai
      integrated-services gaps elektrenai --explain vievis
      integrated-services gaps mine.yaml --format csv -o gaps.csv
    """
    from integrated_services import coverage

    result = published(coverage.gaps(read(source, draft=draft), at=day), audience)
    if key is not None:
        click.echo(result.explain(key))  # type: ignore[attr-defined]
        return
    show(
        result,
        form,
        output,
        only=_GAPS,
        order=lambda cell: (_STATES.index(cell["status"]), -(cell["unserved"] or 0), cell["territory_name"]),
    )


@click.command()
@source_options
@click.option("--explain", "key", metavar="ID", help="Explain one promise.")
@guarded
def commitments(
    source: str, day: date | None, draft: bool, audience: str, form: str, output: str | None, key: str | None
) -> None:
    r"""What was promised to everybody, and what is there.

    SOURCE is a document or the name of a sample.

    \b
    Examples:
      integrated-services commitments care-centres
    """
    from integrated_services import coverage

    result = coverage.commitments(read(source, draft=draft), at=day)
    if key is not None:
        click.echo(result.explain(key))  # promises count no persons
        return
    show(published(result, audience), form, output, only=_PROMISES)


@click.command()
@source_options
@click.option(
    "--start",
    required=True,
    metavar="ID",
    help="Service, site, agency or risk factor (also RISK@PLACE) from where to go.",
)
@click.option("--need", metavar="ID", help="The need to be met.")
@click.option("--goal", metavar="ID", help="The service to get to.")
@click.option("--age", type=click.IntRange(0, 150), help="Age of the person in completed years.")
@click.option("--group", "target_group", metavar="ID", help="Target group of the person.")
@click.option("--territory", metavar="ID", help="Where the person lives.")
@click.option("--consent", multiple=True, type=click.Choice(["person", "guardian"]), help="Consent that is given.")
@click.option("-k", "number", type=click.IntRange(1, 50), default=3, show_default=True, help="How many paths.")
@guarded
def paths(  # noqa: PLR0913, PLR0917 - one argument an option
    source: str,
    day: date | None,
    draft: bool,
    audience: str,
    form: str,
    output: str | None,
    start: str,
    need: str | None,
    goal: str | None,
    age: int | None,
    target_group: str | None,
    territory: str | None,
    consent: tuple[str, ...],
    number: int,
) -> None:
    r"""How a person gets from where a risk is noticed to the right service.

    SOURCE is a document or the name of a sample.

    \b
    Examples:
      integrated-services paths laane-viru --start unexcused-absence --consent guardian
    """
    from integrated_services import network

    framework = read(source, draft=draft)
    result = network.referral_paths(
        framework,
        start=network.parse_start(start),
        need=need,
        goal=goal,
        age=age,
        target_group=target_group,
        territory=territory,
        consent=consent,  # type: ignore[arg-type]  # click has checked the choices
        k=number,
        at=day,
    )
    services = {one.id: str(one.name or one.id) for one in framework.services}
    needs = {one.id: str(one.name or one.id) for one in framework.needs}
    names = {"from": services, "to": services, "need": needs}
    show(published(result, audience), form, output, only=_STEPS, names=names, notes=(result.explain(),))


@click.command()
@source_options
@click.option("--kind", "kinds", multiple=True, metavar="KIND", help="Only ties of this kind (may be repeated).")
@click.option("--explain", "key", metavar="AGENCY", help="Say what breaks if this agency falls out.")
@guarded
def cooperation(
    source: str,
    day: date | None,
    draft: bool,
    audience: str,
    form: str,
    output: str | None,
    kinds: tuple[str, ...],
    key: str | None,
) -> None:
    r"""Who works with whom, and on whom it all depends.

    SOURCE is a document or the name of a sample.

    \b
    Examples:
      integrated-services cooperation laane-viru
    """
    from integrated_services import network

    result = network.cooperation(read(source, draft=draft), kinds=kinds or None, at=day)
    if key is not None:
        click.echo(result.explain(key))
        return
    show(published(result, audience), form, output, only=_AGENCIES)


@click.command()
@source_options
@click.option("--cost", "money", is_flag=True, help="What it costs per municipality, participant and post, instead.")
@click.option("--indicator", "chosen", multiple=True, metavar="ID", help="Only this indicator (may be repeated).")
@guarded
def indicators(
    source: str,
    day: date | None,
    draft: bool,
    audience: str,
    form: str,
    output: str | None,
    money: bool,
    chosen: tuple[str, ...],
) -> None:
    r"""Outputs and results against their targets; with --cost what it costs.

    SOURCE is a document or the name of a sample.

    \b
    Examples:
      integrated-services indicators elektrenai
      integrated-services indicators laane-viru --cost
    """
    from integrated_services import indicators as family

    framework = read(source, draft=draft)
    result: Any = (
        family.cost(framework, at=day) if money else family.calculate(framework, indicators=chosen or None, at=day)
    )
    show(
        published(result, audience),
        form,
        output,
        only=(_MONEY if len(framework.projects) > 1 else _MONEY[1:]) if money else _VALUES,
    )


@click.command()
@click.argument("source")
@click.option("-o", "--output", required=True, type=Target(), help="The page to write (.html).")
@click.option(
    "--language", type=click.Choice(["en", "et", "lt"]), default="en", show_default=True, help="Language of the page."
)
@click.option(
    "--audience",
    type=click.Choice(["public", "internal"]),
    default="public",
    show_default=True,
    help="Public hides small counts of persons.",
)
@click.option("--draft", is_flag=True, help="Run on the sound part of a document that has errors.")
@click.option("--at", "day", type=Day(), help="The day to speak of; else the reference date of the document.")
@guarded
def report(source: str, output: str, language: str, audience: str, draft: bool, day: date | None) -> None:
    r"""Write one page that answers the questions; it opens in any browser, without the internet.

    SOURCE is a document or the name of a sample.

    \b
    Examples:
      integrated-services report laane-viru -o laane-viru.html
      integrated-services report mine.yaml -o mine.html --language et
    """
    from integrated_services import report as family

    framework = read(source, draft=draft)
    with _progress("report") as step:
        family.write_page(framework, output, language=language, audience=audience, at=day, progress=step)  # type: ignore[arg-type]
    tell(f"Written: {output}")


@contextmanager
def _progress(name: str) -> Iterator[Callable[[str, int, int], None]]:
    """Show a progress bar on a terminal; say nothing where nobody looks."""
    from tqdm import tqdm

    with tqdm(total=0, desc=name, disable=not sys.stderr.isatty(), leave=False, unit="part") as bar:

        def step(what: str, done: int, total: int) -> None:
            bar.total = total
            bar.set_postfix_str(what, refresh=False)
            bar.update(done - bar.n)

        yield step
