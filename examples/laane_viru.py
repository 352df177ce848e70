"""Lääne-Viru: who is left out in the county, and on whom the network of agencies depends."""

from integrated_services import coverage, indicators, network, samples


def main() -> None:
    """Answer three questions of the Union of Lääne-Viru Municipalities."""
    fw = samples.load("laane-viru")

    print("In which municipalities is some need not met for everybody?")
    missing: dict[str, float] = {}
    for row in coverage.gaps(fw).to_records():
        if row["status"] == "gap":
            missing[row["territory_name"]] = missing.get(row["territory_name"], 0) + (row["unserved"] or 0)
    for name, persons in sorted(missing.items(), key=lambda item: -item[1]):
        print(f"  {name}: about {persons:.0f} person-needs")

    print("\nA school in Tapa notices that a pupil needs counselling. Whom does it call, if a guardian agrees?")
    way = network.referral_paths(
        fw,
        start="early-noticing",
        need="psychological-support",
        target_group="at-risk",
        territory="tapa",
        consent={"guardian"},
        k=1,
    )
    print(" ", way.explain())

    print("\nOn whom does the cooperation depend?")
    print(" ", network.cooperation(fw).explain("virol"))

    print("\nWhat does the project cost?")
    print(" ", indicators.cost(fw).summary())


if __name__ == "__main__":
    main()
