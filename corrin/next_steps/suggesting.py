"""What to ask, examine, test or do next.

First what a red flag asks for, then what this person's picture calls for, then what
would move the differential most: within each, the cheapest effort first.  Nothing that
is done already, and nothing that a record forbids here.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from corrin.b12_status.records import B12Status
from corrin.knowledge.conditions import Condition
from corrin.knowledge.loading import Knowledge
from corrin.knowledge.records import Effort, Finding, NextStep, Tier
from corrin.next_steps.changing import changes_in_words
from corrin.next_steps.records import SuggestedStep
from corrin.picture.records import Picture
from corrin.triage.flags import RANK
from corrin.triage.lookup import PictureLookup
from corrin.triage.records import Urgency
from corrin.twitching.records import AskNext, Twitching

_EFFORT = {effort: place for place, effort in enumerate(Effort)}
#: How many single questions follow the steps; more is hard to read.
QUESTIONS = 10


def suggest(
    picture: Picture,
    b12_status: B12Status | None,
    twitching: Twitching | None,
    urgency: Urgency,
    knowledge: Knowledge,
) -> tuple[SuggestedStep, ...]:
    """Return the next steps for one person, first things first.

    ``expected_change`` is that of the most telling open finding the step would settle;
    it is None when the differential was refused or the step settles none.
    """
    telling = {item.finding: item for item in twitching.ask_next} if twitching else {}
    urgent = {item.finding: RANK[item.would_raise_to] for item in urgency.not_asked}
    # A question that self-care needs comes after those that could raise the tier.
    urgent = {**dict.fromkeys(urgency.self_care_needs, len(RANK)), **urgent}
    worth = knowledge.model["worth_asking"].value
    choice = _Choice(
        lookup=PictureLookup(picture, b12_status, knowledge),
        asked_by=_asked_by(urgency, knowledge),
        telling={name: item for name, item in telling.items() if item.expected_change >= worth},
        urgent=urgent,
        tier=urgency.tier,
    )
    return (*choice.steps(), *itertools.islice(choice.questions(), QUESTIONS))


def _asked_by(urgency: Urgency, knowledge: Knowledge) -> dict[str, tuple[str, ...]]:
    """Return the steps that raised flags ask for, with the flags, in the flags' order."""
    asked: dict[str, list[str]] = {}
    for flag in urgency.because:
        for id_ in knowledge.red_flags[flag.rule].next_steps:
            asked.setdefault(id_, []).append(flag.rule)
    return {id_: tuple(rules) for id_, rules in asked.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Choice:
    """One person's steps to choose from.

    ``asked_by`` holds the flags by the step they ask for; ``telling`` the open findings
    by how far they would move the differential; ``urgent`` those that could make the
    answer more urgent, by the rank of the tier; ``tier`` the present one.
    """

    lookup: PictureLookup
    asked_by: Mapping[str, tuple[str, ...]]
    telling: Mapping[str, AskNext]
    urgent: Mapping[str, int]
    tier: Tier

    @property
    def knowledge(self) -> Knowledge:
        return self.lookup.knowledge

    def steps(self) -> Iterator[SuggestedStep]:
        """Yield the steps that have a record, each once, in order."""
        every = self.knowledge.next_steps
        possible = {id_: step for id_, step in every.items() if not self._ruled_out(step)}
        ordered = [possible[id_] for id_ in self.asked_by if id_ in possible]
        ordered += sorted(filter(self._called_for, possible.values()), key=self._by_urgency)
        chosen = {step.id: step for step in ordered}
        settled = {name for step in chosen.values() for name in self._settles(step)}
        for step in sorted(filter(self._may_inform, possible.values()), key=self._by_change):
            new = self.telling.keys() & set(self._settles(step)) - settled
            if new and step.id not in chosen:
                chosen[step.id] = step
                settled.update(self._settles(step))
        return map(self._suggested, chosen.values())

    def questions(self) -> Iterator[SuggestedStep]:
        """Yield the telling findings that no step of :meth:`steps` settles."""
        chosen = [self.knowledge.next_steps[step.id] for step in self.steps()]
        settled = {name for step in chosen for name in self._settles(step)}
        for name, item in self.telling.items():
            finding = self.knowledge.findings.get(name)
            if finding and name not in settled and self._can_be_asked(finding):
                yield self._question(finding, item)

    def _can_be_asked(self, finding: Finding) -> bool:
        """Whether it takes no test, and nothing that is present rules it out."""
        excluded_by = {one.id for one in self.knowledge.findings.values()
                       if finding.id in one.excludes}  # fmt: skip
        return finding.effort in {Effort.QUESTION, Effort.EXAMINATION} and not any(
            self.lookup.finding(name) for name in (*finding.excludes, *excluded_by)
        )

    def _holds(self, condition: str | None) -> bool | None:
        return None if condition is None else Condition.parse(condition).evaluate(self.lookup)

    def _called_for(self, step: NextStep) -> bool:
        return self._holds(step.when) is True

    def _may_inform(self, step: NextStep) -> bool:
        """A needle is not offered for information alone: its record must call for it."""
        return step.effort is not Effort.ELECTROPHYSIOLOGY and (
            step.when is None or self._holds(step.when) is not False
        )

    def _ruled_out(self, step: NextStep) -> bool:
        """Whether the step is done already, or its record forbids it for this person."""
        if self._holds(step.never_with):
            return True
        known = [self.lookup(f"lab.{lab}_known") is True for lab in step.labs]
        known += [self.lookup.finding(name) is not None for name in step.findings]
        return bool(known) and all(known)

    def _settles(self, step: NextStep) -> tuple[str, ...]:
        """Return the open findings a step would settle: its own, and those its labs decide."""
        named = (*step.findings, *_decided_by(step.labs, self.knowledge))
        return tuple(name for name in named if self.lookup.finding(name) is None)

    def _by_urgency(self, step: NextStep) -> tuple[int, int, str]:
        return _EFFORT[step.effort], min(self._could_raise(step), default=len(RANK) + 1), step.id

    def _could_raise(self, step: NextStep) -> list[int]:
        """Return the ranks of the tiers to which what the step settles could raise."""
        unknown = {lab for lab in step.labs if self.lookup(f"lab.{lab}_known") is not True}
        critical = [RANK[value.tier] for value in self.knowledge.critical_values.values()
                    if value.lab in unknown and RANK[value.tier] < RANK[self.tier]]  # fmt: skip
        return critical + [self.urgent[name] for name in self._settles(step) if name in self.urgent]

    def _by_change(self, step: NextStep) -> tuple[int, float, str]:
        return _EFFORT[step.effort], -(self._change(step) or 0.0), step.id

    def _change(self, step: NextStep) -> float | None:
        told = [self.telling[name] for name in self._settles(step) if name in self.telling]
        return max((item.expected_change for item in told), default=None)

    def _suggested(self, step: NextStep) -> SuggestedStep:
        settled = self._settles(step)
        rules = self.asked_by.get(step.id, ())
        return SuggestedStep(
            id=step.id,
            name=step.name,
            professional_name=step.professional_name,
            effort=step.effort,
            why=step.why,
            why_clinician=step.why_clinician,
            changes=changes_in_words(
                flags=rules,
                settled=settled,
                moved=[self.telling[name].moves for name in settled if name in self.telling],
                urgent=bool(self._could_raise(step)),
                knowledge=self.knowledge,
            ),
            expected_change=self._change(step),
            references=tuple(dict.fromkeys((*filter(None, (step.reference,)), *step.references))),
            assumed=step.assumed,
            asked_by=rules,
        )

    def _question(self, finding: Finding, item: AskNext) -> SuggestedStep:
        """Return the step of asking for one finding that no record covers."""
        return SuggestedStep(
            id=f"ask.{finding.id}",
            name=finding.question,
            professional_name=finding.professional_name,
            effort=finding.effort,
            why=finding.help or "The answer would tell more than most others.",
            why_clinician="Among the findings not yet known, this one moves the differential.",
            changes=changes_in_words(
                flags=(),
                settled=(),
                moved=(item.moves,),
                urgent=finding.id in self.urgent,
                knowledge=self.knowledge,
            ),
            expected_change=item.expected_change,
            references=finding.references,
        )


@lru_cache(maxsize=256)
def _decided_by(labs: tuple[str, ...], knowledge: Knowledge) -> tuple[str, ...]:
    """Return the findings that results of these laboratory tests decide."""
    return tuple(
        finding.id
        for finding in knowledge.findings.values()
        if any(rule.lab in labs for rule in finding.from_lab)
    )
