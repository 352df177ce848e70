"""Elektrėnai: the pupils whom the mobile specialists do not reach, and what would close the gap."""

from integrated_services import coverage, network, samples


def main() -> None:
    """Answer three questions of the municipality."""
    fw = samples.load("elektrenai")
    gaps = coverage.gaps(fw)

    print("Who waits for special education support?")
    for row in gaps.to_records():
        if row["need"] == "special-education-support" and row["demand"]:
            print(
                f"  {row['territory_name']}: {row['demand']} pupils, {row['unserved']:.0f} not served ({row['status']})"
            )

    print("\nWhat would close the gap?")
    print(" ", gaps.explain())
    bottleneck = gaps.bottlenecks[0]
    path = "services[mobile-specialists].deliveries[east-and-south].capacity"
    more = fw.evolve({f"{path}.value": bottleneck.capacity + bottleneck.shortage, f"{path}.high": None})
    left = coverage.gaps(more).totals()["unserved"]
    print(
        f"  With {bottleneck.shortage} more places {left} person-needs are left, of {gaps.totals()['unserved']} before."
    )

    print("\nWhom does a school in Vievis call first?")
    way = network.referral_paths(
        fw,
        start="school-welfare-commission",
        need="special-education-support",
        target_group="pupils",
        territory="vievis",
        consent={"guardian"},
        k=1,
    )
    print(" ", way.explain())

    print("\nOn which assumptions does this rest?")
    for group in gaps.assumptions():
        print(f"  {group.title} ({len(group.figures)} figures)")


if __name__ == "__main__":
    main()
