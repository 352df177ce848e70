"""The reform of institutional care in Lithuania: who can live in the community, and how people get there."""

from integrated_services import coverage, network, samples


def main() -> None:
    """Answer three questions of those who carry out the reform."""
    fw = samples.load("institutional-care-reform")
    gaps = coverage.gaps(fw)

    print("For how many is there a place in the community?")
    for need in ("living-in-community", "growing-up-in-family"):
        rows = [row for row in gaps.to_records() if row["need"] == need and row["demand"]]
        served, asked = sum(row["served"] for row in rows), sum(row["demand"] for row in rows)
        unknown = sum(row["not_surveyed"] for row in rows)
        print(f"  {fw.name(need)}: about {served:.0f} of {asked:.0f}; nobody has mapped the places of {unknown:.0f}")

    print("\nHow does somebody move from an institution into the community?")
    way = network.referral_paths(
        fw,
        start="residential-care",
        goal="community-care-homes",
        target_group="disabled-people",
        consent={"person", "guardian"},
        k=1,
    )
    print(" ", way.explain())

    print("\nWho ties the cluster of the reform together?")
    print(" ", network.cooperation(fw).summary())


if __name__ == "__main__":
    main()
