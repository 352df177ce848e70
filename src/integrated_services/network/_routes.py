"""What a search for ways through the referrals gives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

import attrs

from integrated_services._results import Citation, Column, Result
from integrated_services.errors import AnalysisError
from integrated_services.network._services import listed

Condition = Literal[
    "start",
    "consent",
    "age",
    "residence",
    "group",
    "eligibility",
    "validity",
    "access",
    "acceptance",
    "no_referral",
    "no_service",
]
"""What stops a person."""

YEN = Citation(
    "yen1971",
    "Yen, Jin Y.",
    1971,
    "Finding the k shortest loopless paths in a network",
    "Management Science",
    "10.1287/mnsc.17.11.712",
)
_SHOWN_BARRIERS = 4


@attrs.frozen
class Step:
    """One hand-off.

    Attributes
    ----------
    sender, receiver
        Ids: a service (or, as the sender of a first step, an agency) and the service that it refers to.
    referral
        Key of the referral record; None where the receiver's access rule names the sender and no record exists.
    days
        Days to the first contact; None where they are not stated.
    acceptance
        Probability that the referral is accepted; None where it is not stated (taken as certain).
    expected_days
        ``days / acceptance``.
    consent
        Who has to agree, to the referral or at the receiving service.
    conditions
        What the document demands and what was asked cannot decide.
    basis
        Weakest basis of what the document says about the referral.
    """

    sender: str
    receiver: str
    referral: str | None
    days: float | None
    acceptance: float | None
    expected_days: float | None
    consent: tuple[str, ...]
    conditions: tuple[str, ...]
    basis: str


@attrs.frozen
class Path:
    """A way from the start to a service that helps.

    Attributes
    ----------
    need
        The need that the last service meets; None where a service was asked for.
    services
        Ids of the services, in order.
    already_there
        True where the person starts at the first service; False where the person has to get in, or is sent by an
        agency.
    steps
        The hand-offs between them; none where the first service already is the one that helps.
    first
        Id of the service to call first.
    expected_days
        Sum over the steps; None where the days of a step are not stated.
    probability
        Probability that no referral on the way is turned down; what is not stated counts as certain.
    wait_days
        Shortest stated wait at the last service, from the referral to the start of help; None where none is stated.
        It may overlap with the days of the last step and is neither added nor ranked by.
    conditions
        What the document demands and what was asked cannot decide, each once.
    not_stated
        Number of steps without a stated acceptance.
    """

    need: str | None
    services: tuple[str, ...]
    already_there: bool
    steps: tuple[Step, ...]
    first: str
    expected_days: float | None
    probability: float
    wait_days: float | None
    conditions: tuple[str, ...]
    not_stated: int


@attrs.frozen
class Barrier:
    """A condition that stops the person at the edge of what can be reached.

    Attributes
    ----------
    condition
        What kind of condition it is.
    need
        Need that was looked for; None where a service was asked for.
    sender, receiver
        Ids of the service (or place) where the person stands, and of the service that cannot be entered, where there
        are such.
    detail
        What stops the person, in a sentence.
    mend
        What would open the way, in a sentence.
    path
        Where the condition stands in the document.
    """

    condition: Condition
    need: str | None
    sender: str | None
    receiver: str | None
    detail: str
    mend: str
    path: str


@attrs.frozen(eq=False)
class ReferralPaths(Result):
    """The best ways from a start to a service that helps, or what stands in the way.

    Attributes
    ----------
    start
        Start as it was asked.
    needs
        Ids of the needs that were looked for; none where a service was asked for.
    goal
        Id of the service that was asked for.
    paths
        The ways, the best first.
    blocked
        For each need without any way: the conditions that stop the person. No way is a finding, not an error.
    direct
        By id of the need (or of the service asked for): services that help, that are open (or do not state how people
        get in), and so may be called without any referral.
    remark
        Remark on the start.

    Notes
    -----
    The table has one row for each step; a way without a hand-off has one row with step 0.
    """

    title: ClassVar[str] = "Referral paths"
    columns: ClassVar[tuple[Column, ...]] = (
        Column("rank", "Rank", role="key"),
        Column("step", "Step", role="key"),
        Column("need", "Need", role="label"),
        Column("from", "From", role="label"),
        Column("to", "To", role="label"),
        Column("days", "Days to first contact", "days", basis="basis"),
        Column("acceptance", "Accepted", "share", basis="basis"),
        Column("expected_days", "Expected days", "days", basis="basis"),
        Column("cumulative", "Expected days so far", "days"),
        Column("probability", "Accepted at each step so far", "share"),
        Column("wait_days", "Wait at the last service", "days"),
        Column("consent", "Consent of", role="label"),
        Column("conditions", "Conditions not decided", role="label"),
        Column("basis", "Basis", role="label"),
    )
    citations: ClassVar[tuple[Citation, ...]] = (YEN,)

    start: str
    needs: tuple[str, ...]
    goal: str | None
    paths: tuple[Path, ...]
    blocked: tuple[Barrier, ...]
    direct: Mapping[str, tuple[str, ...]]
    remark: str | None
    names: Mapping[str, str] = attrs.field(repr=False)
    """Names for readers of the ids in the paths."""
    start_label: str = attrs.field(repr=False)
    anywhere: bool = attrs.field(repr=False)
    """True where the start is a risk factor without a place."""

    def to_columns(self) -> dict[str, list[Any]]:
        """Give one row for each step of each path.

        Returns
        -------
        dict of str to list
            By column name; days None where they are not stated, and then the sum from there on, too.
        """
        rows = [row for rank, path in enumerate(self.paths, 1) for row in _rows(rank, path)]
        return {column.name: [row[column.name] for row in rows] for column in self.columns}

    def summary(self) -> str:
        """Say whom to call first, or what stands in the way.

        Returns
        -------
        str
            A few sentences.
        """
        said = [self.remark] if self.remark else []
        for need in self.needs or (None,):
            best = next((path for path in self.paths if path.need == need), None)
            said += [self._best(best) if best else self._stopped(need, shown=1), *self._directly(need)]
        not_stated = sum(path.not_stated for path in self.paths)
        if not_stated:
            said.append(f"Acceptance is not stated at {not_stated} of the steps and is taken as certain.")
        return " ".join(said)

    def explain(self, rank: int = 1) -> str:
        """Tell a path in a sentence with names; without any path, tell what stands in the way.

        Parameters
        ----------
        rank
            Which path, from 1.

        Returns
        -------
        str
            Whom to call, in which order, how long it is expected to take, and under which conditions.

        Raises
        ------
        AnalysisError
            Where there are paths, but not so many.
        """
        if not self.paths:
            said = [self.remark] if self.remark else []
            for need in self.needs or (None,):
                said += [self._stopped(need, _SHOWN_BARRIERS), *self._directly(need)]
            return " ".join(said)
        if not 1 <= rank <= len(self.paths):
            raise AnalysisError(f"There are {len(self.paths)} paths, ranked from 1; there is no rank {rank}.")
        return self._told(self.paths[rank - 1])

    # sentences --------------------------------------------------------------------------------------------------

    def _name(self, key: str) -> str:
        return self.names.get(key, key)

    def _aim(self, need: str | None) -> str:
        return self._name(self.goal or "") if need is None else f"a service for {self._name(need)}"

    def _directly(self, need: str | None) -> list[str]:
        names = [self._name(key) for key in self.direct.get(need or self.goal or "", ())]
        demand = "it demands" if len(names) == 1 else "they demand"
        return [f"{listed(names, 'and')} may be called directly: {demand} no referral."] if names else []

    def _best(self, path: Path) -> str:
        aim = "" if path.need is None else f"For {self._name(path.need)}: "
        stays = path.already_there and not path.steps
        call = f"{self._name(path.first)} helps itself" if stays else f"call {self._name(path.first)} first"
        days = (
            "how long it takes is not stated" if path.expected_days is None else f"{_days(path.expected_days)} expected"
        )
        hand_offs = f"{len(path.steps)} hand-off{'s' * (len(path.steps) != 1)}"
        sentence = f"{aim}{call} ({hand_offs}, {days if path.steps else 'no referral needed'})."
        return sentence[0].upper() + sentence[1:]

    def _told(self, path: Path) -> str:
        aim = f"For {self._name(path.need)}: " if path.need is not None and len(self.needs) > 1 else ""
        steps = [f"{self._name(step.receiver)} ({_step(step)})" for step in path.steps]
        first = self._name(path.first)
        if not steps:
            door = "nobody else has to be called" if path.already_there else "call it first, no referral is needed"
            said = [f"{first} helps itself: {door}."]
        elif path.first == path.steps[0].receiver:
            sender = self._name(path.steps[0].sender) if self.anywhere else self.start_label
            said = [f"From {sender} call {first} first ({_step(path.steps[0])}){_then(steps[1:])}."]
        else:
            said = [f"From {self.start_label} call {first} first{_then(steps)}."]
        if steps and path.expected_days is not None:
            said.append(
                f"Expected: {_days(path.expected_days)}, where a referral that is turned down is sent again; "
                f"{_percent(path.probability)} get through without that."
            )
        elif steps:
            said.append("How long it takes is not stated for every step.")
        if path.wait_days is not None:
            said.append(f"The stated wait there is {_days(path.wait_days)} (not part of the ranking).")
        if path.conditions:
            said.append(f"Under the condition: {'; '.join(path.conditions)}.")
        return aim + " ".join(said)

    def _stopped(self, need: str | None, shown: int) -> str:
        barriers = [barrier for barrier in self.blocked if barrier.need == need]
        said = [f"No way leads from {self.start_label} to {self._aim(need)}."]
        said += [f"{barrier.detail} {barrier.mend}" for barrier in barriers[:shown]]
        more = len(barriers) - shown
        if more > 0:
            said.append(f"{more} more condition{'s' * (more > 1)} stop{'s' * (more == 1)} other ways; see blocked.")
        return " ".join(said)


def _rows(rank: int, path: Path) -> list[dict[str, Any]]:
    total: float | None = 0.0
    probability = 1.0
    shared = {"rank": rank, "need": path.need}
    if not path.steps:
        at = path.services[0]
        return [
            shared
            | {
                "step": 0,
                "from": at,
                "to": at,
                "days": None,
                "acceptance": None,
                "expected_days": None,
                "cumulative": total,
                "probability": probability,
                "wait_days": path.wait_days,
                "consent": [],
                "conditions": list(path.conditions),
                "basis": None,
            }
        ]
    rows = []
    for number, step in enumerate(path.steps, 1):
        total = None if total is None or step.expected_days is None else total + step.expected_days
        probability *= 1.0 if step.acceptance is None else step.acceptance
        last = number == len(path.steps)
        rows.append(
            shared
            | {
                "step": number,
                "from": step.sender,
                "to": step.receiver,
                "days": step.days,
                "acceptance": step.acceptance,
                "expected_days": step.expected_days,
                "cumulative": path.expected_days if last else total,
                "probability": path.probability if last else probability,
                "wait_days": path.wait_days if last else None,
                "consent": list(step.consent),
                "conditions": list(step.conditions),
                "basis": step.basis,
            }
        )
    return rows


def _step(step: Step) -> str:
    days = "days not stated" if step.days is None else _days(step.days)
    accepted = "acceptance not stated" if step.acceptance is None else f"accepted {_percent(step.acceptance)}"
    consent = f"; consent of the {' and the '.join(step.consent)}" if step.consent else ""
    return f"{days}, {accepted}{consent}"


def _then(steps: list[str]) -> str:
    return "".join(f", then {step}" for step in steps)


def _days(days: float) -> str:
    text = f"{days:.1f}".removesuffix(".0")
    return f"{text} day" if text == "1" else f"{text} days"


def _percent(share: float) -> str:
    return f"{100 * share:.1f}".removesuffix(".0") + " %"
