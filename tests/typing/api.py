"""What the README and the guides show, for the type checker: `mypy --strict` reads this file, nobody runs it."""

from collections import Counter
from datetime import date
from decimal import Decimal

import networkx as nx
import pandas as pd

import integrated_services as isv
from integrated_services import Framework, coverage, diff, indicators, model, network, samples
from integrated_services.errors import DocumentError, IntegratedServicesError, Problem, UnknownIdError


def readme() -> float:
    fw = samples.load("elektrenai")
    gaps = coverage.gaps(fw)
    print(gaps.explain("vievis:pupils:special-education-support"))
    way = network.referral_paths(
        fw,
        start="school-welfare-commission",
        need="special-education-support",
        target_group="pupils",
        territory="vievis",
        consent={"guardian"},
        k=1,
    )
    print(way.explain())
    more = fw.evolve({"services[mobile-specialists].deliveries[east-and-south].capacity": 70})
    return gaps.totals()["unserved"] - coverage.gaps(more).totals()["unserved"]


def gaps_guide(fw: Framework) -> pd.DataFrame:
    gaps = coverage.gaps(fw, at=date(2023, 6, 1))
    states: Counter[str] = Counter(gaps.status)
    part: coverage.Bottleneck = gaps.bottlenecks[0]
    shortage: float = part.shortage
    per_year: dict[str, float] = gaps.totals("year")
    bare = fw.evolve(remove=[f"demands[{demand.key}]" for demand in fw.demands])
    print(states, shortage, per_year, bare.reference_date)
    return gaps.to_frame()


def commitments_guide(fw: Framework) -> dict[str, int]:
    promises = coverage.commitments(fw)
    print(promises.explain("contact-persons"), promises.to_json(indent=2), promises.to_csv())
    return {key: states["met"] for key, states in promises.counts().items()}


def paths_guide(fw: Framework) -> str:
    found = network.referral_paths(
        fw, start=("unexcused-absence", "schools-tapa"), need="psychological-support", age=12, k=2
    )
    days: float | None = found.paths[0].expected_days
    mends: list[str] = [barrier.mend for barrier in found.blocked]
    print(days, mends, nx.number_of_nodes(network.referral_graph(fw)))
    return str(fw.services[found.paths[0].first].name) + fw.name("tapa", "et")


def cooperation_guide(fw: Framework) -> str:
    ties = network.cooperation(fw)
    print(nx.density(network.cooperation_graph(fw)))
    return ties.explain("virol")


def indicators_guide(fw: Framework) -> str:
    values = indicators.calculate(fw, indicators=["specialists-trained-share"])
    return values.summary() + indicators.cost(fw).summary()


def publish_guide(fw: Framework) -> str:
    release = indicators.protect(coverage.gaps(fw), indicators.Policy(threshold=10))
    return release.to_csv()


def change_guide(fw: Framework) -> list[str]:
    later: Framework = fw.at(date(2023, 6, 1))
    return [f"{change.kind} {change.path}" for change in diff(fw, later)]


def check_guide(path: str) -> tuple[Problem, ...]:
    try:
        return isv.load(path).problems()
    except DocumentError as error:
        return error.problems
    except UnknownIdError as error:
        print(error.nearest)
    except IntegratedServicesError as error:
        print(error.as_dict())
    draft: model.Draft = model.load_draft(path)
    return draft.problems


def developers_guide(table: pd.DataFrame) -> str:
    columns: model.Columns = model.from_frames(
        {"territories": table, "needs": {"id": ["counselling"]}},
        framework="municipal-system",
        title="From our own tables",
        reference_date=date(2025, 1, 1),
    )
    return coverage.gaps(columns).to_json()


def nouns(fw: Framework) -> Decimal | None:
    service: model.Service = fw.services["mobile-specialists"]
    delivery: model.Delivery = service.deliveries[0]
    capacity: model.Figure | None = delivery.capacity
    project: model.Project = fw.projects["elektrenai-services"]
    print(capacity.value if capacity else "unknown", [group.title for group in fw.assumptions()])
    return project.finance.total.amount if project.finance and project.finance.total else None
