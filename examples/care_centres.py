"""Care centres in all Lithuanian municipalities: what was promised everywhere, and where places are missing."""

from integrated_services import coverage, samples


def main() -> None:
    """Answer two questions of the State Child Rights Protection and Adoption Service."""
    fw = samples.load("care-centres")

    print("What was promised for every municipality, and what is known?")
    promises = coverage.commitments(fw)
    for key, states in promises.counts().items():
        print(
            f"  {key.partition('/')[2]}: {states['met']} met, {states['not_met']} not met, {states['unknown']} unknown"
        )
    print(f"  {promises.summary()}")

    print("\nWhere are most places for guardians missing?")
    gaps = coverage.gaps(fw)
    rows = [row for row in gaps.to_records() if row["need"] == "guardian-support" and row["unserved"]]
    for row in sorted(rows, key=lambda row: -row["unserved"])[:5]:
        print(f"  {row['territory_name']}: {row['unserved']:.0f} of {row['demand']:.0f} ({row['reason']})")

    print("\nWhere has nobody mapped the services?")
    unknown = {row["need_name"] for row in gaps.to_records() if row["status"] == "not_surveyed"}
    print("  " + "; ".join(sorted(unknown)))


if __name__ == "__main__":
    main()
