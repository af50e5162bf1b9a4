"""Builds the clinical picture: what was said, and what follows from everything else given."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence

from corrin.errors import Refusal
from corrin.knowledge.loading import Knowledge
from corrin.labs.reading import measure
from corrin.labs.records import Measurement
from corrin.person.records import Person
from corrin.person.vocabulary import did_you_mean
from corrin.picture.contradictions import unresolved
from corrin.picture.from_drugs import current, findings_from_drugs, unused
from corrin.picture.from_intake import FINDING as HIGH_DOSE
from corrin.picture.from_intake import b12_products, high_dose_state
from corrin.picture.from_labs import findings_from_labs
from corrin.picture.records import FindingState, Origin, Picture

#: The kind of finding that says where the twitching is.
DISTRIBUTION = "distribution"


def clinical_picture(person: Person, knowledge: Knowledge) -> Picture:
    """Return everything known of a person in one vocabulary.

    What was said comes first, then laboratory, medicines, supplements, and last what
    follows from a finding that is present.  Where two of them disagree the finding
    counts as present, which is the safer reading for urgency, and ``not_used`` says
    so.  Never refuses and never raises for a :class:`Person`.
    """
    day = person.as_of or dt.date.today()
    measured, _, refusals = measure(
        person.labs, knowledge, sex=person.sex, age=person.age, as_of=person.as_of
    )
    measurements = _by_lab(measured)
    states = _Known(knowledge, list(refusals))
    for word, present in person.findings.items():
        states.said(word, present)
    _from_labs(states, measurements, person)
    drugs = None if person.drugs is None else current(person.drugs, day)
    for finding, state in findings_from_drugs(drugs, knowledge):
        states.derive(finding, state)
    high_dose = high_dose_state(person.intake, person.drugs, knowledge, day=day)
    if high_dose is not None:
        states.derive(HIGH_DOSE, high_dose)
    states.imply()
    states.rule_out()
    b12 = {product.substance for product in b12_products(None, drugs)}
    other = [drug for drug in drugs or () if drug.name not in b12]
    return Picture(
        person=person,
        findings=dict(sorted(states.known.items())),
        measurements=measurements,
        not_used=(
            *states.not_used,
            *unresolved(states.known, knowledge),
            *unused(other, knowledge),
        ),
    )


def _by_lab(measured: Sequence[Measurement]) -> dict[str, tuple[Measurement, ...]]:
    """Return results by lab, latest first; a result without a date comes after dated ones."""
    groups: dict[str, list[Measurement]] = defaultdict(list)
    for one in measured:
        groups[one.lab].append(one)
    for group in groups.values():
        group.sort(key=lambda one: one.taken or dt.date.min, reverse=True)
    return {lab: tuple(group) for lab, group in sorted(groups.items())}


def _from_labs(
    states: _Known, measurements: dict[str, tuple[Measurement, ...]], person: Person
) -> None:
    knowledge = states.knowledge
    gates = {
        guideline.lab: [id_ for id_ in guideline.excludes if states.present(id_)]
        for guideline in knowledge.guidelines.values()
        if guideline.default
    }
    for finding, state, labs in findings_from_labs(measurements, person, knowledge):
        gate = next((gates[lab][0] for lab in labs if gates.get(lab)), None)
        low = any(rule.relation == "below" for rule in knowledge.findings[finding].from_lab)
        if gate is not None and low and state.present:
            states.not_used.append(_gated(finding, gate, knowledge))
            continue
        states.derive(finding, state)


def _gated(finding: str, gate: str, knowledge: Knowledge) -> Refusal:
    names = [knowledge.findings[id_].name for id_ in (finding, gate)]
    return Refusal(
        f"findings.{finding}",
        "limits-do-not-hold",
        f"'{names[0]}' was not taken from the number alone, because of '{names[1]}'.",
        "",
    )


class _Known:
    """Findings as they become known; only :func:`clinical_picture` writes to it."""

    def __init__(self, knowledge: Knowledge, not_used: list[Refusal]) -> None:
        self.knowledge = knowledge
        self.known: dict[str, FindingState] = {}
        self.not_used = not_used

    def present(self, finding: str) -> bool:
        state = self.known.get(finding)
        return state is not None and state.present

    def said(self, word: str, present: bool) -> None:
        finding = self.knowledge.finding_id(word)
        if finding is None:
            self.not_used.append(
                Refusal(
                    f"findings.{word}",
                    "unknown-finding",
                    f"'{word}' is not a known finding.",
                    did_you_mean(word, self.knowledge.findings),
                )
            )
            return
        self.derive(finding, FindingState(present, Origin.SAID))

    def derive(self, finding: str, state: FindingState) -> None:
        """Add what is not known yet; where it disagrees, present wins and that is said."""
        before = self.known.get(finding)
        if before is None:
            self.known[finding] = state
            return
        if before.present is state.present:
            return
        self.known[finding] = before if before.present else state
        name = self.knowledge.findings[finding].name
        sources = f"{before.origin.value} and {state.origin.value}"
        self.not_used.append(
            Refusal(
                f"findings.{finding}",
                "contradiction",
                f"'{name}' is answered in two ways ({sources}). It is counted as present, "
                "to be safe.",
                "Which is right?",
            )
        )

    def imply(self) -> None:
        """Add what follows from present findings, and from what follows, to the end."""
        open_ = [finding for finding, state in self.known.items() if state.present]
        while open_:
            finding = open_.pop()
            for implied in self.knowledge.findings[finding].implies:
                if not self.present(implied):
                    because = self.knowledge.findings[finding].name
                    self.derive(implied, FindingState(True, Origin.IMPLIED, because))
                    open_.append(implied)

    def rule_out(self) -> None:
        """A place of twitching that is present rules out the places it excludes.

        Twitching all over the body is not "only an eyelid", though nobody asked.
        """
        findings = self.knowledge.findings
        for id_ in [id_ for id_, state in self.known.items() if state.present]:
            if findings[id_].kind != DISTRIBUTION:
                continue
            for other in findings[id_].excludes:
                if other not in self.known:
                    because = f"'{findings[id_].name}' rules it out"
                    self.known[other] = FindingState(False, Origin.IMPLIED, because)
