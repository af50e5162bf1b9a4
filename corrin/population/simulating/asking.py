"""What is asked and what is measured, drawn without a look at what would be found."""

from __future__ import annotations

import numpy as np

from corrin.high_b12.sources_evidence import HIGH_DOSE
from corrin.population.simulating.causes import dense
from corrin.population.simulating.lab_limits import labs, places
from corrin.population.simulating.people import SEXES, Demographics
from corrin.population.simulating.standing import HIGH_FINDING, LOW_FINDING
from corrin.population.simulating.streams import BLOCK, Booleans, Making, Thing
from corrin.population.simulating.taking import intake_asked, list_complete

_LAB = "lab"


def draw_asked(
    people: Demographics, making: Making, *, measured: Booleans, tested: Booleans
) -> Booleans:
    """Return of which findings it is recorded whether they are there (N, F)."""
    rules, knowledge = making.rules, making.knowledge
    findings = dense(knowledge).findings
    names = labs(knowledge)
    rates = np.array([
        0.0 if (kind := knowledge.findings[each].kind) == _LAB else rules.asked[kind].value
        for each in findings
    ])  # fmt: skip
    less = np.where(people.twitches, 1.0, making.rate("asked_without_twitching"))
    uniform = making.stream(Thing.ASKED).uniform(BLOCK, len(findings))
    asked = uniform < rates * less[:, None]
    complete = list_complete(making)
    for column, finding in enumerate(findings):
        record = knowledge.findings[finding]
        found = places(record.from_lab, knowledge)
        if found:
            asked[:, column] = measured[:, [names.index(place.lab) for place in found]].any(axis=1)
        if record.from_drugs:
            asked[:, column] |= complete
        if record.defines_twitching:
            asked[~people.twitches, column] = False
    for finding in (LOW_FINDING, HIGH_FINDING):
        asked[:, findings.index(finding)] = tested
    oldest = making.rate("oldest_asked_of_pregnancy")
    may_be = people.adult & (people.sex == SEXES.index("female")) & (people.age <= oldest)
    asked[~may_be, findings.index("pregnant")] = False
    asked[:, findings.index(HIGH_DOSE)] = intake_asked(making)
    return asked
