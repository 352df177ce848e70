"""A parameter study: what is not served, over places of counselling and the share of pupils who need it."""

import pandas as pd

from integrated_services import coverage, samples

COUNSELLING = "services[psychological-counselling].deliveries[rakvere].capacity"
SHARE = "demands[psychological-support-at-risk].share"


def study() -> pd.DataFrame:
    """Run over a grid; each run is a checked framework of its own."""
    fw = samples.load("laane-viru")
    rows = []
    for counselling in range(20, 71, 10):
        for share in (0.25, 0.35, 0.5):
            variant = fw.evolve(
                {
                    COUNSELLING: {"value": counselling, "basis": "assumed", "source": "capacity-guess"},
                    SHARE: {"value": share, "basis": "assumed", "source": "need-shares"},
                }
            )
            gaps = coverage.gaps(variant)
            rows.append(
                {
                    "counselling": counselling,
                    "share": share,
                    "unserved": gaps.totals()["unserved"],
                    "uncertain": gaps.totals()["uncertain"],
                    "input": gaps.provenance.input_digest[:15],
                }
            )
    return pd.DataFrame(rows)


def main() -> None:
    """Print the table of the study, and where its numbers come from."""
    frame = study()
    print("Person-needs not served, by places of counselling in Rakvere and share of pupils at risk who need it:")
    print(frame.pivot(index="counselling", columns="share", values="unserved").round(1).to_string())
    least, most = frame["uncertain"].min(), frame["uncertain"].max()
    print(f"\n{len(frame)} runs on {frame['input'].nunique()} different inputs.")
    print(f"Beyond that {least:.0f} to {most:.0f} person-needs depend on capacities that are not stated.")
    gaps = coverage.gaps(samples.load("laane-viru"))
    print("\nAll of them rest on:")
    for group in gaps.assumptions():
        print(f"  {group.title} ({len(group.figures)} figures)")
    print("\nMethods:")
    for citation in gaps.references():
        print(f"  {citation}")


if __name__ == "__main__":
    main()
