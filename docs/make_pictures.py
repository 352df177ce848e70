"""Make the pictures of the documentation with the library: `python docs/make_pictures.py`."""

from pathlib import Path
from typing import Literal

from integrated_services import coverage, samples
from integrated_services.model import Framework
from integrated_services.report._layered import LayeredEdge, LayeredNode, layered_network
from integrated_services.report._map import Place, symbol_map

STATIC = Path(__file__).parent / "_static"


def referrals(fw: Framework) -> str:
    """Draw how people are referred, from where they are noticed to the last service."""
    senders = {referral.sender for referral in fw.referrals}
    receivers = {referral.receiver for referral in fw.referrals}

    def kind(service: str) -> str:
        return "entry" if service not in receivers else "service" if service in senders else "goal"

    nodes = [
        LayeredNode(s.id, str(s.name), kind=kind(s.id))  # type: ignore[arg-type]
        for s in fw.services
        if s.id in senders | receivers
    ]
    edges = []
    for r in fw.referrals:
        days = f"{r.days.value:g} d" if r.days else ""
        chance = f"{r.acceptance.value * 100:g} %" if r.acceptance else ""
        assumed = bool(r.days and r.days.basis == "assumed")
        edges.append(LayeredEdge(r.sender, r.receiver, ", ".join(filter(None, (days, chance))), assumed=assumed))
    return layered_network(
        nodes,
        edges,
        title="Referral routes of Lääne-Viru",
        description="From early noticing through the support teams of schools to the services that help. "
        "Days and chances of acceptance are assumed.",
    ).svg


def unserved(fw: Framework, need: str) -> str:
    """Draw in which municipalities a need is not met for everybody, and for how many it is not."""
    rows = {row["territory"]: row for row in coverage.gaps(fw).to_records() if row["need"] == need and row["demand"]}
    states: dict[str, Literal["covered", "gap", "not_surveyed"]] = {
        "covered": "covered",
        "gap": "gap",
        "not_surveyed": "not_surveyed",
    }
    places = []
    for territory in fw.territories:
        row = rows.get(territory.id)
        if row is not None and territory.point is not None:
            status: Literal["covered", "gap", "not_surveyed", "none"] = states.get(row["status"], "none")
            demand = round(row["demand"])
            places.append(
                Place(territory.id, str(territory.name), territory.point.lat, territory.point.lon, demand, status)
            )
    return symbol_map(
        places,
        title=f"{fw.needs[need].name} in Lääne-Viru",
        description="Municipalities by whether all who need it are served; the size shows how many need it (assumed).",
    ).svg


def pictures() -> dict[str, str]:
    """Give each picture by its file name.

    Returns
    -------
    dict of str to str
        SVG texts.
    """
    fw = samples.load("laane-viru")
    return {
        "laane-viru-referrals.svg": referrals(fw) + "\n",
        "laane-viru-gaps.svg": unserved(fw, "psychological-support") + "\n",
    }


if __name__ == "__main__":
    for name, svg in pictures().items():
        (STATIC / name).write_text(svg, encoding="utf-8")
