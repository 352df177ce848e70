"""Problem codes of single records: fields, texts, numbers, dates and what one record says of itself."""

from __future__ import annotations

from integrated_services.model._code import ProblemCode, problem_code

FORM: tuple[ProblemCode, ...] = (
    problem_code(
        "missing-field",
        "A field is missing",
        "A record lacks a field without which nobody can use it, such as its id.",
        "Write the field that is named.",
        "needs: [{name: Speech therapy}]",
        "needs: [{id: speech-therapy, name: Speech therapy}]",
    ),
    problem_code(
        "unknown-field",
        "There is no such field",
        "The field is misspelt, or it belongs to another record. It is not passed over in silence, because what is "
        "written there would be lost.",
        "Correct the name (the nearest one is suggested), or move the text into a note.",
        "needs: [{id: speech-therapy, nmae: Speech therapy}]",
        "needs: [{id: speech-therapy, name: Speech therapy}]",
    ),
    problem_code(
        "wrong-type",
        "Something else was expected here",
        "A text stands where a number belongs, a single value where a list belongs, and so on. Numbers are never made "
        "from texts, since `0141` as a number is another code.",
        "Write what is expected: a number without quotation marks and unit, codes in quotation marks, lists in "
        "brackets, amounts as '281160.50 EUR'.",
        "services: [{id: mobile, deliveries: [{channel: mobile, capacity: 40 places}]}]",
        "services: [{id: mobile, deliveries: [{channel: mobile, capacity: {value: 40, unit: places}}]}]",
    ),
    problem_code(
        "wrong-length",
        "Too few or too many entries",
        "A list has another number of entries than the field takes, or a text is too long.",
        "Give as many entries as the field takes: ages and cooperations take two.",
        "target_groups: [{id: pupils, ages: [7]}]",
        "target_groups: [{id: pupils, ages: [7, 18]}]",
    ),
    problem_code(
        "out-of-range",
        "A number that cannot be",
        "The number lies outside of what the field can mean: an age above 150, a latitude above 90.",
        "Correct the number; latitude comes before longitude.",
        "target_groups: [{id: pupils, ages: [7, 180]}]",
        "target_groups: [{id: pupils, ages: [7, 18]}]",
    ),
    problem_code(
        "bad-choice",
        "Not among the choices",
        "The field takes one of a few words, so that records can be compared. One's own words go into a description.",
        "Take the nearest of the choices that are listed with the problem.",
        "territories: [{id: vievis, level: ward}]",
        "territories: [{id: vievis, level: eldership}]",
    ),
    problem_code(
        "bad-id",
        "This is not an id",
        "Ids name records in references, paths and file names, so they are plain: letters a-z, digits, dot, hyphen and "
        "underscore.",
        "Write a plain id and put the full name into `name`.",
        "needs: [{id: Kõneravi ja tugi}]",
        "needs: [{id: koneravi-ja-tugi, name: Kõneravi ja tugi}]",
    ),
    problem_code(
        "bad-text",
        "The text has not the form it must have",
        "A currency is no code of three capital letters, or a text holds a control character that can be written to "
        "no page or file.",
        "Write the code, or take the character out.",
        "projects: [{id: p, finance: {total: {amount: '100', currency: euro}}}]",
        "projects: [{id: p, finance: {total: {amount: '100', currency: EUR}}}]",
    ),
    problem_code(
        "bad-language",
        "This is not a language code",
        "Texts by language name the language with its code of two or three small letters (ISO 639).",
        "Write en, et, lt, ru ...",
        "needs: [{id: speech-therapy, name: {Estonian: Kõneravi}}]",
        "needs: [{id: speech-therapy, name: {et: Kõneravi}}]",
    ),
    problem_code(
        "bad-date",
        "This is not a date",
        "Dates are written as 2022-05-03, or as far as they are known: 2022-05, 2022, or --05-03 where the year is "
        "unknown. Lengths of time are written as P24M.",
        "Write year, month and day in this order.",
        "sources: [{id: plan, kind: document, title: Plan, date: 3.05.2022}]",
        "sources: [{id: plan, kind: document, title: Plan, date: 2022-05-03}]",
    ),
    problem_code(
        "bad-outline",
        "The outline is no polygon",
        "An outline is a GeoJSON polygon: rings of at least four [longitude, latitude] pairs, the last equal to the "
        "first.",
        "Close each ring; longitude comes first.",
        """
        territories:
          - id: vievis
            outline: {type: Polygon, coordinates: [[[24.8, 54.7], [24.9, 54.7], [24.9, 54.8], [24.8, 54.8]]]}
        """,
        """
        territories:
          - id: vievis
            outline:
              type: Polygon
              coordinates: [[[24.8, 54.7], [24.9, 54.7], [24.9, 54.8], [24.8, 54.8], [24.8, 54.7]]]
        """,
    ),
    problem_code(
        "empty-text",
        "The text is empty",
        "A field is there but says nothing.",
        "Write the text, or leave the field out.",
        "needs: [{id: speech-therapy, name: ' '}]",
        "needs: [{id: speech-therapy}]",
    ),
    problem_code(
        "not-a-number",
        "This is not a finite number",
        "The number is endless or undefined. An unknown value is not a number either.",
        "Write the number, or leave the figure out where it is unknown.",
        "services: [{id: mobile, deliveries: [{channel: mobile, capacity: 1e999}]}]",
        "services: [{id: mobile, deliveries: [{channel: mobile}]}]",
    ),
    problem_code(
        "too-deep",
        "A rule with too many levels",
        "A rule of eligibility is nested in more than twenty levels; nobody can check it any more.",
        "Write it with fewer levels, or put a part of it into a condition in words.",
        "services: [{id: s, eligibility: " + "{not: " * 21 + "{ages: [7, 18]}" + "}" * 21 + "}]",
        "services: [{id: s, eligibility: {ages: [7, 18]}}]",
    ),
    problem_code(
        "duplicate-key",
        "A field is written twice",
        "One mapping holds the same field twice, and nobody can tell which of the two is meant.",
        "Keep one of the two.",
        """
        needs:
          - id: speech-therapy
            name: Speech therapy
            name: Speech and language therapy
        """,
        """
        needs:
          - id: speech-therapy
            name: Speech and language therapy
        """,
    ),
    problem_code(
        "format-version",
        "Another version of the format",
        "The document says that it is of a format which this version of the package does not know.",
        "Write `format: 1`, or install a newer version of the package.",
        "format: 2",
        "format: 1",
    ),
    problem_code(
        "period-reversed",
        "The period ends before it begins",
        "Start and end of a period are the wrong way round.",
        "Exchange them, or correct the wrong one.",
        "projects: [{id: p, period: 2022-12-30/2020-12-30}]",
        "projects: [{id: p, period: 2020-12-30/2022-12-30}]",
    ),
    problem_code(
        "ages-reversed",
        "The ages are the wrong way round",
        "The lower age comes first. Both ends are included, and null is an open end.",
        "Exchange the two ages.",
        "target_groups: [{id: pupils, ages: [18, 7]}]",
        "target_groups: [{id: pupils, ages: [7, 18]}]",
    ),
    problem_code(
        "bounds-reversed",
        "The value lies outside its bounds",
        "A figure or an amount is lower than its lower bound or higher than its higher one.",
        "Let low <= value <= high.",
        "services: [{id: s, deliveries: [{channel: mobile, capacity: {value: 40, low: 50, high: 60}}]}]",
        "services: [{id: s, deliveries: [{channel: mobile, capacity: {value: 40, low: 30, high: 60}}]}]",
    ),
    problem_code(
        "share-above-one",
        "A share that is not between 0 and 1",
        "Shares, rates and probabilities are written as parts of one. The shares of all referrals that leave one "
        "service cannot sum to more than one either.",
        "Write 0.12 for 12 %.",
        """
        services: [{id: school}, {id: clinic}]
        referrals: [{sender: school, receiver: clinic, acceptance: 80}]
        """,
        """
        services: [{id: school}, {id: clinic}]
        referrals: [{sender: school, receiver: clinic, acceptance: 0.8}]
        """,
    ),
    problem_code(
        "negative-count",
        "Fewer than none",
        "A number of persons, places, days or events is below zero.",
        "Write 0 or more.",
        "services: [{id: s, deliveries: [{channel: mobile, wait: -5}]}]",
        "services: [{id: s, deliveries: [{channel: mobile, wait: 5}]}]",
    ),
    problem_code(
        "unit-of-capacity",
        "A capacity in a unit that holds nobody",
        "A capacity is counted in places at a time, or in persons, sessions or hours per period.",
        "Choose one of these units; costs and staff have fields of their own.",
        "services: [{id: s, deliveries: [{channel: mobile, capacity: {value: 2, unit: fte}}]}]",
        "services: [{id: s, deliveries: [{channel: mobile, posts: [{role: psychologist, fte: 2}]}]}]",
    ),
    problem_code(
        "demand-ambiguous",
        "A demand that is neither number nor share",
        "A demand is either a number of persons or a share of the population of a group; `each` needs a share.",
        "Give one of `persons` and `share`.",
        """
        territories: [{id: vievis}]
        target_groups: [{id: pupils}]
        needs: [{id: speech-therapy}]
        demands: [{need: speech-therapy, target_group: pupils, territory: vievis}]
        """,
        """
        territories: [{id: vievis}]
        target_groups: [{id: pupils}]
        needs: [{id: speech-therapy}]
        demands: [{need: speech-therapy, target_group: pupils, territory: vievis, persons: 55}]
        """,
    ),
    problem_code(
        "observation-ambiguous",
        "An observation without value and reason",
        "Zero, missing, refused, not applicable and suppressed are different things, so an observation has a value or "
        "says why there is none.",
        "Give one of `value` and `missing`.",
        """
        indicators: [{id: participants}]
        observations: [{indicator: participants}]
        """,
        """
        indicators: [{id: participants}]
        observations: [{indicator: participants, missing: refused}]
        """,
    ),
    problem_code(
        "assumption-without-reason",
        "An assumption without a reason",
        "Who reads a result must be able to judge what it rests on.",
        "Say in `note` why the values are chosen as they are.",
        "sources: [{id: sen-share, kind: assumption, title: Share of pupils with special needs}]",
        """
        sources:
          - {id: sen-share, kind: assumption, title: Share of pupils with special needs, note: As in the county}
        """,
    ),
    problem_code(
        "commitment-without-list",
        "A promise to nobody in particular",
        "A commitment runs over a list: every territory of a level, or every record that is named.",
        "Give one of `level` and `ids`.",
        """
        projects:
          - id: p
            commitments: [{id: c, name: Training for all, every: {}, has: {post: trainer}}]
        """,
        """
        projects:
          - id: p
            commitments: [{id: c, name: Training for all, every: {level: municipality}, has: {post: trainer}}]
        """,
    ),
    problem_code(
        "commitment-without-object",
        "A promise of nothing",
        "The commitment does not say what each of the list has.",
        "Name a service, need, activity, deliverable or post.",
        """
        projects:
          - id: p
            commitments: [{id: c, name: Training for all, every: {level: municipality}, has: {}}]
        """,
        """
        projects:
          - id: p
            commitments: [{id: c, name: Training for all, every: {level: municipality}, has: {post: trainer}}]
        """,
    ),
    problem_code(
        "level-without-scale",
        "A level of cooperation without its scale",
        "A level means something on its scale only; levels of two scales are never compared.",
        "Name the scale, for example `scale: frey-2006`.",
        """
        agencies: [{id: school}, {id: police}]
        cooperations: [{agencies: [school, police], level: 3}]
        """,
        """
        agencies: [{id: school}, {id: police}]
        cooperations: [{agencies: [school, police], level: 3, scale: frey-2006}]
        """,
    ),
    problem_code(
        "ratio-without-parts",
        "A ratio without numerator and denominator",
        "A ratio is made from two counts, so that it can be made again for larger territories; only a ratio has them.",
        "Name both data elements, or choose another kind.",
        "indicators: [{id: completion, kind: ratio}]",
        """
        indicators:
          - {id: completed}
          - {id: enrolled}
          - {id: completion, kind: ratio, numerator: completed, denominator: enrolled}
        """,
    ),
    problem_code(
        "tie-with-itself",
        "A tie of something with itself",
        "A cooperation names two agencies, a referral two services.",
        "Name the other one, or take the tie out.",
        """
        agencies: [{id: school}, {id: police}]
        cooperations: [{agencies: [school, school]}]
        """,
        """
        agencies: [{id: school}, {id: police}]
        cooperations: [{agencies: [school, police]}]
        """,
    ),
)
"""Codes of single records, all of severity *error*."""
