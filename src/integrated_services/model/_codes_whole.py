"""Problem codes of whole documents: what records say of each other, what is doubtful and what is missing."""

from __future__ import annotations

from functools import partial

from integrated_services.model._code import ProblemCode, problem_code

_warning = partial(problem_code, severity="warning")
_incomplete = partial(problem_code, severity="incomplete")

ACROSS: tuple[ProblemCode, ...] = (
    problem_code(
        "duplicate-id",
        "Two records of one name",
        "Ids are unique in their list, or nobody could tell which record is meant. Records without an id are named by "
        "what they are about, and then it is that which occurs twice.",
        "Give each its own id.",
        "needs: [{id: speech-therapy}, {id: speech-therapy}]",
        "needs: [{id: speech-therapy}, {id: speech-therapy-in-groups}]",
    ),
    problem_code(
        "unknown-reference",
        "A reference that leads nowhere",
        "A record names another one that is not in the document, mostly because of a typing error.",
        "Correct the id (the nearest ones are suggested), or add the record.",
        """
        needs: [{id: speech-therapy}]
        services: [{id: mobile, meets: [speech-terapy]}]
        """,
        """
        needs: [{id: speech-therapy}]
        services: [{id: mobile, meets: [speech-therapy]}]
        """,
    ),
    problem_code(
        "cycle",
        "Something contains itself",
        "A hierarchy runs in a circle, so that it has no top: territories and agencies that are part of each other, "
        "needs that are broader than each other, activities that follow each other.",
        "Take the field out of one of the records that are listed.",
        """
        territories:
          - {id: elektrenai, part_of: vievis}
          - {id: vievis, part_of: elektrenai}
        """,
        """
        territories:
          - {id: elektrenai}
          - {id: vievis, part_of: elektrenai}
        """,
    ),
    problem_code(
        "money-mismatch",
        "Money that does not add up",
        "Grant and own contribution do not make the eligible (else total) cost, the parts do not make the sum, or the "
        "rate is not that of the amounts. Approximate amounts are not compared.",
        "Correct the amount (or the rate) that is wrong.",
        "projects: [{id: p, finance: {total: 100 EUR, grant: 85 EUR, own: 25 EUR}}]",
        "projects: [{id: p, finance: {total: 100 EUR, grant: 85 EUR, own: 15 EUR}}]",
    ),
    problem_code(
        "mixed-currencies",
        "Amounts in several currencies",
        "The amounts of one project are added and compared, which needs one currency.",
        "State them in one currency; put the original amount into the note.",
        "projects: [{id: p, finance: {total: 100 EUR, grant: 85 SEK}}]",
        "projects: [{id: p, finance: {total: 100 EUR, grant: {amount: '8.50', note: 85 SEK}}}]",
    ),
    problem_code(
        "nested-demand",
        "Persons counted twice",
        "The same demand is stated for a territory and for one inside it, so its persons would be counted twice.",
        "Keep one of the two: the total, or the parts.",
        """
        territories: [{id: elektrenai}, {id: vievis, part_of: elektrenai}]
        target_groups: [{id: pupils}]
        needs: [{id: speech-therapy}]
        demands:
          - {need: speech-therapy, target_group: pupils, territory: elektrenai, persons: 90}
          - {need: speech-therapy, target_group: pupils, territory: vievis, persons: 55}
        """,
        """
        territories: [{id: elektrenai}, {id: vievis, part_of: elektrenai}]
        target_groups: [{id: pupils}]
        needs: [{id: speech-therapy}]
        demands:
          - {need: speech-therapy, target_group: pupils, territory: elektrenai, persons: 90}
        """,
    ),
    problem_code(
        "successor-shares",
        "Successors that do not take over everybody",
        "When a territory ends, each of its persons comes to one of its successors; the shares must sum to 1.",
        "Let the shares sum to 1.",
        """
        territories:
          - {id: north}
          - {id: south}
          - id: old
            valid: ../2017-10-23
            succeeded_by: [{territory: north, share: 0.6}, {territory: south, share: 0.3}]
        """,
        """
        territories:
          - {id: north}
          - {id: south}
          - id: old
            valid: ../2017-10-23
            succeeded_by: [{territory: north, share: 0.6}, {territory: south, share: 0.4}]
        """,
    ),
    problem_code(
        "wrong-unit",
        "A figure in a unit that its field does not take",
        "Units cannot be mixed: waiting is counted in days, a probability in parts of one.",
        "Convert the figure, or leave the unit out.",
        "services: [{id: s, deliveries: [{channel: mobile, wait: {value: 48, unit: hours}}]}]",
        "services: [{id: s, deliveries: [{channel: mobile, wait: {value: 2, unit: days}}]}]",
    ),
    problem_code(
        "personal-data",
        "Contact data of a person",
        "A framework describes organisations. A person's mailbox, personal code or mobile telephone number does not "
        "belong into it, in whatever field, nor does a person's name in a contact. The problem shows it masked. It is "
        'a warning where the document was loaded with `personal="drop"` or `"keep"`.',
        "Take it out, or give a contact of the organisation: a reception, a common mailbox.",
        "needs: [{id: speech-therapy, description: Ask jaana.tamm@vald.example}]",
        "needs: [{id: speech-therapy, description: Ask info@vald.example}]",
    ),
    problem_code(
        "unknown-table",
        "There is no such table",
        "A data frame is given under a name that no table of the format has.",
        "Correct the name (the nearest one is suggested), or leave the frame out.",
        "servces: {id: [mobile]}",
        "services: {id: [mobile]}",
        door="tables",
    ),
)
"""Codes of what records say of each other, all of severity *error*."""

ADVICE: tuple[ProblemCode, ...] = (
    _warning(
        "agency-two-kinds",
        "One agency under two kinds",
        "Two agencies bear the same name but for the kind of municipality, such as Loksa parish and Loksa town: often "
        "one agency that two sources call differently.",
        "Join them, or give each its own territory if they are two.",
        "agencies: [{id: loksa-parish, name: Loksa vald}, {id: loksa-town, name: Loksa linn}]",
        "agencies: [{id: loksa-town, name: Loksa linn}]",
    ),
    _warning(
        "level-order",
        "A territory inside a smaller one",
        "A territory is part of one of the same or of a lower level.",
        "Correct the level or `part_of`.",
        """
        territories:
          - {id: elektrenai, level: municipality, part_of: vievis}
          - {id: vievis, level: eldership}
        """,
        """
        territories:
          - {id: elektrenai, level: municipality}
          - {id: vievis, level: eldership, part_of: elektrenai}
        """,
    ),
    _warning(
        "duplicate-code",
        "One code for two territories",
        "Two territories that exist at the same time bear the same official code.",
        "Correct the code, or join the two territories.",
        "territories: [{id: vievis, codes: {lau: '42'}}, {id: elektrenai, codes: {lau: '42'}}]",
        "territories: [{id: vievis}, {id: elektrenai, codes: {lau: '42'}}]",
    ),
    _warning(
        "assumed-without-source",
        "An assumed figure without its assumption",
        "Results list the assumptions that they rest on, and figures of one assumption vary together; this figure is "
        "assumed but names none.",
        "Add a source of kind `assumption` with its reason, and name it in `source`.",
        """
        services:
          - id: mobile
            deliveries: [{channel: mobile, capacity: {value: 40, basis: assumed}}]
        """,
        """
        sources: [{id: places, kind: assumption, title: Places, note: As many as in the neighbouring municipality}]
        services:
          - id: mobile
            deliveries: [{channel: mobile, capacity: {value: 40, basis: assumed, source: places}}]
        """,
    ),
    _warning(
        "basis-contradiction",
        "A stated figure that rests on an assumption",
        "The figure names an assumption as its source, but it is marked as stated.",
        "Write `basis: assumed`.",
        """
        sources: [{id: places, kind: assumption, title: Places, note: As in the neighbouring municipality}]
        services: [{id: mobile, deliveries: [{channel: mobile, capacity: {value: 40, source: places}}]}]
        """,
        """
        sources: [{id: places, kind: assumption, title: Places, note: As in the neighbouring municipality}]
        services:
          - id: mobile
            deliveries: [{channel: mobile, capacity: {value: 40, basis: assumed, source: places}}]
        """,
    ),
    _warning(
        "demand-above-population",
        "More persons in need than there are",
        "The demand counts more persons of the group than live in the territory.",
        "Correct the demand or the population.",
        """
        territories: [{id: vievis}]
        target_groups: [{id: pupils}]
        needs: [{id: speech-therapy}]
        populations: [{target_group: pupils, territory: vievis, persons: 400}]
        demands: [{need: speech-therapy, target_group: pupils, territory: vievis, persons: 550}]
        """,
        """
        territories: [{id: vievis}]
        target_groups: [{id: pupils}]
        needs: [{id: speech-therapy}]
        populations: [{target_group: pupils, territory: vievis, persons: 400}]
        demands: [{need: speech-therapy, target_group: pupils, territory: vievis, persons: 55}]
        """,
    ),
    _warning(
        "survey-contradiction",
        "Two surveys that contradict each other",
        "The same territory is said to be mapped completely and not, for the same need.",
        "Keep the statement that holds.",
        """
        territories: [{id: vievis}]
        surveys:
          - {id: spring, territories: [vievis], status: complete}
          - {id: autumn, territories: [vievis], status: not_asked}
        """,
        """
        territories: [{id: vievis}]
        surveys: [{id: spring, territories: [vievis], status: complete}]
        """,
    ),
    _incomplete(
        "population-missing",
        "A share of nobody knows how many",
        "The demand is a share of the population of a group, but that population is not stated.",
        "Add the population of the group there, or state the persons.",
        """
        territories: [{id: vievis}]
        target_groups: [{id: pupils}]
        needs: [{id: speech-therapy}]
        demands: [{need: speech-therapy, target_group: pupils, territory: vievis, share: 0.12}]
        """,
        """
        territories: [{id: vievis}]
        target_groups: [{id: pupils}]
        needs: [{id: speech-therapy}]
        populations: [{target_group: pupils, territory: vievis, persons: 400}]
        demands: [{need: speech-therapy, target_group: pupils, territory: vievis, share: 0.12}]
        """,
    ),
    _incomplete(
        "delivery-missing",
        "A service that is nowhere",
        "It is not said where the service is delivered, so it reaches nobody.",
        "Add a delivery with a site or an area.",
        "services: [{id: mobile}]",
        """
        territories: [{id: vievis}]
        services: [{id: mobile, deliveries: [{area: [vievis], channel: mobile}]}]
        """,
    ),
    _incomplete(
        "area-missing",
        "A delivery for nobody in particular",
        "It is not said whose residents may use the delivery: it has no area, and its site lies in no territory.",
        "Add an `area`, or the territory of its site.",
        "services: [{id: mobile, deliveries: [{channel: mobile}]}]",
        """
        territories: [{id: vievis}]
        services: [{id: mobile, deliveries: [{area: [vievis], channel: mobile}]}]
        """,
    ),
    _incomplete(
        "capacity-missing",
        "An unknown capacity",
        "Nobody says for how many the delivery is. It is taken neither as zero nor as endless.",
        "Add a capacity, or posts and a caseload.",
        "services: [{id: mobile, deliveries: [{channel: mobile}]}]",
        "services: [{id: mobile, deliveries: [{channel: mobile, capacity: 40}]}]",
    ),
    _incomplete(
        "capacity-not-comparable",
        "Capacity and demand in different units",
        "The demand counts persons at a time and the capacity persons or sessions per period (or the other way round). "
        "They are compared only after a stated conversion, never by a guess.",
        "Add `duration` (days), `sessions_per_person` or `hours_per_person` to the delivery.",
        """
        territories: [{id: vievis}]
        target_groups: [{id: pupils}]
        needs: [{id: speech-therapy}]
        demands: [{need: speech-therapy, target_group: pupils, territory: vievis, persons: 55}]
        services:
          - id: mobile
            meets: [speech-therapy]
            deliveries: [{area: [vievis], channel: mobile, capacity: {value: 40, per: year}}]
        """,
        """
        territories: [{id: vievis}]
        target_groups: [{id: pupils}]
        needs: [{id: speech-therapy}]
        demands: [{need: speech-therapy, target_group: pupils, territory: vievis, persons: 55}]
        services:
          - id: mobile
            meets: [speech-therapy]
            deliveries: [{area: [vievis], channel: mobile, capacity: {value: 40, per: year}, duration: 120}]
        """,
    ),
    _incomplete(
        "meets-missing",
        "A service for no need",
        "It is not said which need the service meets, so it covers none.",
        "Add `meets`.",
        "services: [{id: mobile}]",
        """
        needs: [{id: speech-therapy}]
        services: [{id: mobile, meets: [speech-therapy]}]
        """,
    ),
    _incomplete(
        "serves-missing",
        "A service for no group",
        "It is not said whom the service is for.",
        "Add `serves`.",
        "services: [{id: mobile}]",
        """
        target_groups: [{id: pupils}]
        services: [{id: mobile, serves: [pupils]}]
        """,
    ),
    _incomplete(
        "translation-missing",
        "Names that are not translated",
        "The document says that it is written in a language, but some names are not given in it.",
        "Add the names, or take the language out of `languages`.",
        """
        languages: [en, lt]
        needs: [{id: speech-therapy, name: {en: Speech therapy}}]
        """,
        """
        languages: [en, lt]
        needs: [{id: speech-therapy, name: {en: Speech therapy, lt: Logopedo pagalba}}]
        """,
    ),
)
"""Codes of what is doubtful (*warning*) or missing (*incomplete*)."""
