"""Problem codes of what documents have only together with others: merging, and rates of demand."""

from __future__ import annotations

from integrated_services.model._code import ProblemCode, problem_code

TOGETHER: tuple[ProblemCode, ...] = (
    problem_code(
        "merge-conflict",
        "Two documents disagree",
        "Documents that are merged say different things of one record, and merging was asked to refuse that.",
        'Correct one of them, or merge with `on_conflict="report"`, which keeps one value and shows both.',
        """
        documents:
          - {framework: one, title: One, reference_date: 2022-06-01, target_groups: [{id: pupils, ages: [7, 18]}]}
          - {framework: two, title: Two, reference_date: 2022-06-01, target_groups: [{id: pupils, ages: [7, 19]}]}
        """,
        """
        documents:
          - {framework: one, title: One, reference_date: 2022-06-01, target_groups: [{id: pupils, ages: [7, 18]}]}
          - {framework: two, title: Two, reference_date: 2022-06-01, target_groups: [{id: pupils, ages: [7, 18]}]}
        """,
        door="merge",
    ),
    problem_code(
        "rate-without-territories",
        "A rate that holds nowhere",
        "A rate of demand does not say for which territories it holds.",
        "Give `level`, `degurba` or `territories`.",
        "rates: [{need: speech, target_group: pupils, rate: 0.1, reason: As in the county}]",
        "rates: [{need: speech, target_group: pupils, rate: 0.1, reason: As in the county, level: municipality}]",
        door="rates",
    ),
    problem_code(
        "two-rates",
        "Two rates for one cell",
        "Two rates hold for the same need, group and territory, and neither is more special than the other.",
        "Keep one of them; of rates of several years, say for which year to estimate.",
        """
        rates:
          - {need: speech, target_group: pupils, rate: 0.1, reason: As in the county, level: municipality}
          - {need: speech, target_group: pupils, rate: 0.2, reason: As in the state, level: municipality}
        """,
        """
        rates:
          - {need: speech, target_group: pupils, rate: 0.1, reason: As in the county, level: municipality}
          - {need: speech, target_group: pupils, rate: 0.2, reason: Counted in town, territories: [town]}
        """,
        door="rates",
    ),
)
"""Codes of what comes up when documents are merged or demand is estimated."""
