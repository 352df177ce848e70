"""A municipal system hands over its tables and gets checked answers back as JSON."""

import json
from datetime import date

import pandas as pd

from integrated_services import coverage
from integrated_services.errors import DocumentError
from integrated_services.model import Columns, from_frames

DISTRICTS = pd.DataFrame(
    {"code": ["0101", "0102", "0103"], "name": ["Centre", "Harbour", "Hills"], "children": [410, 230, 95]}
)
TEAMS = pd.DataFrame({"team": ["t1", "t2"], "name": ["Team Centre", "Team Harbour"], "places": [36, 20]})
WHERE = pd.DataFrame({"team": ["t1", "t1", "t2"], "district": ["0101", "0103", "0102"]})
NEED = {"id": ["speech"], "name": ["Speech therapy"]}


def framework(districts: pd.DataFrame, teams: pd.DataFrame, where: pd.DataFrame) -> Columns:
    """Rename the columns of our tables to those of the model; one child in ten needs speech therapy."""
    ids = "d" + districts["code"]
    places = where.merge(teams, on="team")
    return from_frames(
        {
            "territories": pd.DataFrame({"id": ids, "name": districts["name"]}),
            "target_groups": {"id": ["children"], "name": ["Children"]},
            "needs": NEED,
            "demands": pd.DataFrame(
                {
                    "need": "speech",
                    "target_group": "children",
                    "territory": ids,
                    "persons": (districts["children"] / 10).round().astype(int),
                }
            ),
            "services": pd.DataFrame({"id": teams["team"], "name": teams["name"]}),
            "services.meets": pd.DataFrame({"service": teams["team"], "value": "speech"}),
            "services.serves": pd.DataFrame({"service": teams["team"], "value": "children"}),
            "services.deliveries": pd.DataFrame({"service": teams["team"], "id": "d", "capacity": teams["places"]}),
            "services.deliveries.area": pd.DataFrame(
                {"service": places["team"], "delivery": "d", "value": "d" + places["district"]}
            ),
        },
        framework="speech-therapy",
        title="Speech therapy by district",
        reference_date=date(2025, 1, 1),
    )


def main() -> None:
    """Check the tables, find the gaps, answer as JSON."""
    print("A table with a mistake is refused, by row and column:")
    wrong = pd.concat([WHERE, pd.DataFrame({"team": ["t2"], "district": ["0199"]})], ignore_index=True)
    try:
        framework(DISTRICTS, TEAMS, wrong)
    except DocumentError as error:
        for problem in error.problems:
            print(" ", json.dumps({name: problem.as_dict()[name] for name in ("code", "path", "message", "mend")}))

    print("\nThe right one is answered:")
    gaps = coverage.gaps(framework(DISTRICTS, TEAMS, WHERE))
    for record in gaps.to_records():
        answer = {name: record[name] for name in ("territory", "status", "demand", "served", "unserved")}
        print(" ", json.dumps(answer))
    print("\n" + gaps.explain())


if __name__ == "__main__":
    main()
