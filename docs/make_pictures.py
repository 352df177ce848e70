"""Make the pictures of the documentation with the library: `python docs/make_pictures.py`."""

from pathlib import Path

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
        LayeredNode(s.id, fw.name(s.id), kind=kind(s.id))  # type: ignore[arg-type]
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


def unserved(fw: Framework) -> str:
    """Draw which municipalities have a gap, and how many person-needs are not served."""
    rows = coverage.gaps(fw).to_records()
    places = []
    for territory in fw.territories:
        if territory.level != "municipality" or territory.point is None:
            continue
        here = [row for row in rows if row["territory"] == territory.id]
        states = {row["status"] for row in here}
        missing = sum(row["unserved"] or 0 for row in here)
        status = "gap" if "gap" in states else "covered" if "covered" in states else "not_surveyed"
        name = str(territory.name)
        places.append(Place(territory.id, name, territory.point.lat, territory.point.lon, missing or None, status))
    return symbol_map(
        places,
        title="Gaps in Lääne-Viru",
        description="Municipalities by whether some need has a gap; the size shows person-needs that are not served.",
    ).svg


def pictures() -> dict[str, str]:
    """Give each picture by its file name.

    Returns
    -------
    dict of str to str
        SVG texts.
    """
    fw = samples.load("laane-viru")
    return {"laane-viru-referrals.svg": referrals(fw) + "\n", "laane-viru-gaps.svg": unserved(fw) + "\n"}


if __name__ == "__main__":
    for name, svg in pictures().items():
        (STATIC / name).write_text(svg, encoding="utf-8")
