"""Whether and when to test again, and what to test next.

Repeating comes first for a single high result without B12 taken: this deviates from the
proposal of Arendt and Nexo (2013), who look for cancer first and have no repeat.  Nothing
here ever advises to stop B12 that was prescribed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from corrin.high_b12.sources_evidence import Known
from corrin.high_b12.sources_records import (
    Lasting,
    Persistence,
    Retest,
    Supplements,
    WeighedSource,
)
from corrin.knowledge.loading import Knowledge
from corrin.knowledge.records import Effort, NextStep
from corrin.knowledge.records_of_high_b12 import RetestAdvice
from corrin.picture.from_intake import b12_products, injected
from corrin.picture.records import Picture

_UNTREATED = (Supplements.NONE_TAKEN, Supplements.NO_HIGH_DOSE)


def advice_id(
    known: Known,
    persistence: Persistence,
    sources: Sequence[WeighedSource],
    picture: Picture,
    knowledge: Knowledge,
) -> str:
    """Return the id of the advice on retesting that fits."""
    if known.treated:
        return "on-treatment"
    if known.supplements is Supplements.NOT_ASKED:
        return "settled" if persistence.lasting is Lasting.SETTLED else "ask-first"
    if known.supplements not in _UNTREATED:
        products = b12_products(picture.person.intake, picture.person.drugs)
        if any(map(injected, products)):
            return "after-injections"
        records = knowledge.sources_of_high_b12
        explained = sum(each.probability for each in sources if records[each.id].by_intake)
        least = knowledge.high_b12.setting["explained_from"].value
        return "own-intake" if explained >= least else "dose-too-small"
    return {
        Lasting.SETTLED: "settled",
        Lasting.PERSISTENT: "look-now",
        Lasting.SINGLE: "repeat-when-well",
    }[persistence.lasting]


def retest(advice: RetestAdvice) -> Retest:
    """Return the advice as part of the answer."""
    return Retest(
        id=advice.id,
        informative=advice.informative,
        person=advice.person,
        clinician=advice.clinician,
        rests_on=advice.rests_on,
        weeks_low=None if advice.weeks_low is None else advice.weeks_low.value,
        weeks_high=None if advice.weeks_high is None else advice.weeks_high.value,
        references=advice.references,
        assumed=advice.assumed,
    )


def next_tests(
    advice: RetestAdvice,
    *,
    sources: Sequence[WeighedSource],
    persistence: Persistence,
    picture: Picture,
    known: Known,
    knowledge: Knowledge,
) -> tuple[str, ...]:
    """Return ids of next steps: what the advice asks for, then what likely sources do.

    What is known already, and for people on treatment what means nothing, is left out.
    """
    settled = persistence.lasting is Lasting.SETTLED
    steps = [knowledge.next_steps[id_] for id_ in advice.next_steps]
    steps += () if settled else _of_sources(sources, knowledge)
    wanted = {step.id: step for step in steps if _open(step, advice, picture, known)}
    return tuple(wanted)


def _of_sources(sources: Sequence[WeighedSource], knowledge: Knowledge) -> Iterator[NextStep]:
    """Yield the steps of every source that is likely enough for their effort."""
    settings = knowledge.high_b12.setting
    for source in sources:
        for id_ in knowledge.sources_of_high_b12[source.id].next_steps:
            step = knowledge.next_steps[id_]
            costly = step.effort is Effort.EXAMINATION
            least = settings["worth_examining" if costly else "worth_testing"].value
            if source.probability >= least:
                yield step


def _open(step: NextStep, advice: RetestAdvice, picture: Picture, known: Known) -> bool:
    only_if = {
        "repeat_b12": "repeat_b12" in advice.next_steps,
        "ask_supplements": known.supplements is Supplements.NOT_ASKED,
        "keep_prescribed_b12": known.treated is True,
        "vitamin_b6": known.supplements not in {*_UNTREATED, Supplements.NOT_ASKED},
    }
    if not only_if.get(step.id, True):
        return False
    done = [picture.latest(lab) is not None for lab in step.labs]
    done += [finding in picture.findings for finding in step.findings]
    return not (done and all(done))
