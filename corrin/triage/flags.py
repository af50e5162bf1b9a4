"""Which red flags hold for this person, and in which fixed words?"""

from __future__ import annotations

from collections.abc import Iterator

from corrin.knowledge.conditions import Condition
from corrin.knowledge.loading import Knowledge
from corrin.knowledge.records import RedFlag, Tier, Wording
from corrin.triage.lookup import PictureLookup
from corrin.triage.records import RaisedFlag

#: How urgent a tier is: 0 for the most urgent.
RANK = {tier: place for place, tier in enumerate(Tier)}
_NUMBER = "{emergency_number}"


def raised_flags(lookup: PictureLookup, *, country: str | None) -> tuple[RaisedFlag, ...]:
    """Return every rule that holds, most urgent first, then in the rules' own order."""
    rules = lookup.knowledge.red_flags.values()
    raised = [_raised(rule, lookup, country) for rule in rules if holds(rule, lookup)]
    return tuple(sorted(raised, key=lambda flag: RANK[flag.tier]))


def holds(rule: RedFlag, lookup: PictureLookup) -> bool:
    """Return whether the rule is known to hold."""
    return Condition.parse(rule.when).evaluate(lookup) is True


def action(wording: str, knowledge: Knowledge, *, country: str | None) -> Wording:
    """Return fixed action text with the local emergency number in it."""
    words = knowledge.wording[wording]
    number = emergency_number(knowledge, country=country)
    return Wording(
        id=words.id,
        person=words.person.replace(_NUMBER, number.person),
        clinician=words.clinician.replace(_NUMBER, number.clinician),
        reference=words.reference,
        assumed=words.assumed,
    )


def emergency_number(knowledge: Knowledge, *, country: str | None) -> Wording:
    """Return the emergency number of a country (ISO 3166-1 alpha-2, or "UK").

    An unknown country gives the words "your local emergency number".
    """
    known = knowledge.wording.get(f"emergency_number_{(country or 'unknown').strip().lower()}")
    return known or knowledge.wording["emergency_number_unknown"]


def _raised(rule: RedFlag, lookup: PictureLookup, country: str | None) -> RaisedFlag:
    rests_on = Condition.parse(rule.when).rests_on(lookup)
    to_do = action(rule.action, lookup.knowledge, country=country)
    notes = tuple(_notes(rests_on, lookup))
    return RaisedFlag(
        rule=rule.id,
        tier=rule.tier,
        name=rule.name,
        because=" ".join((rule.because, *(person for person, _ in notes))),
        because_clinician=" ".join((rule.because_clinician, *(words for _, words in notes))),
        action=to_do.person,
        action_clinician=to_do.clinician,
        rests_on=rests_on,
        references=tuple(dict.fromkeys((*filter(None, (rule.reference,)), *rule.references))),
        assumed=rule.assumed,
    )


def _notes(rests_on: tuple[str, ...], lookup: PictureLookup) -> Iterator[tuple[str, str]]:
    """Yield what has to be said of the results behind a flag: open intervals, and days."""
    values = lookup.knowledge.critical_values
    critical = [name.partition(".")[2] for name in rests_on if name.startswith("critical.")]
    wording = lookup.knowledge.wording
    for lab in dict.fromkeys(values[id_].lab for id_ in critical):
        for result in lookup.results(lab):
            if result.exact is None and result.low is not None:
                words = wording["result_could_reach"]
                yield (
                    words.person.format(seen=result.seen),
                    words.clinician.format(seen=result.seen),
                )
            if result.taken is not None:
                words = wording["result_dated"]
                day = f"{result.taken.day} {result.taken:%B %Y}"
                yield words.person.format(taken=day), words.clinician.format(taken=day)
