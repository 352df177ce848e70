"""Ida-Harju: whether the pilots reach those who change school or begin to work, and what became of the promises."""

from integrated_services import coverage, indicators, samples


def main() -> None:
    """Answer three questions of the six local governments."""
    fw = samples.load("ida-harju")
    gaps = coverage.gaps(fw)

    print("Do the pilots reach those who change school or begin to work?")
    for row in gaps.to_records():
        if row["need"].endswith("-transition") and row["demand"]:
            print(f"  {row['territory_name']}, {row['need_name']}: {row['status']}" + _why(row["reason"]))

    print("\nDoes every local government have its contact person?")
    print(" ", coverage.commitments(fw).explain("contact-persons"))

    print("\nHow far is the training of specialists?")
    print(" ", indicators.calculate(fw, indicators=["specialists-trained"]).summary())


def _why(reason: str | None) -> str:
    return f", because of {reason}" if reason else ""


if __name__ == "__main__":
    main()
