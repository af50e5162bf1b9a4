"""The card shown when a record is opened: one, and only when there is something to say.

The probabilities are those of one pass without repeated draws, and the card says so.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from corrin.assessment import DEFAULT_SETTING, Reader
from corrin.b12_status.records import B12Class
from corrin.errors import Refusal
from corrin.high_b12.answering import WhyHigh, why_high
from corrin.interfaces.cds_hooks import card_parts as parts
from corrin.interfaces.cds_hooks.calls import Resource
from corrin.interfaces.cds_hooks.card_parts import Cards, Json, Shown
from corrin.interfaces.cds_hooks.patient import Patient, patient_of
from corrin.interfaces.web.worker import knowledge_here
from corrin.knowledge.conditions import Condition
from corrin.knowledge.loading import Knowledge
from corrin.knowledge.records import Setting, Tier
from corrin.knowledge.records_of_cards import Indicator, ReviewCard
from corrin.next_steps.records import SuggestedStep
from corrin.next_steps.suggesting import suggest
from corrin.report.chances import limits
from corrin.report.telling import Telling
from corrin.report.words import HOW_SOON_CLINICIAN, quantity_words
from corrin.triage.records import Urgency
from corrin.triage.urgency import urgency
from corrin.twitching.explaining import explain
from corrin.twitching.records import Twitching

#: How urgent flags look on a card.
_INDICATORS = {
    Tier.EMERGENCY: Indicator.CRITICAL,
    Tier.SAME_DAY: Indicator.WARNING,
    Tier.TWO_WEEKS: Indicator.WARNING,
}
_RANK = {one: place for place, one in enumerate(Indicator)}
_MOST_CAUSES = 3  # not clinical: lines
_MOST_OPTIONS = 6  # not clinical: lines
_MOST_SUGGESTIONS = 3  # not clinical: buttons
_URGENT = "urgent"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Answer:
    patient: Patient
    urgency: Urgency
    twitching: Twitching | None
    high: WhyHigh | None
    steps: Sequence[SuggestedStep]
    telling: Telling
    missing: Sequence[str]

    @property
    def knowledge(self) -> Knowledge:
        return self.telling.knowledge


def review(resources: list[Resource], missing: list[str], patient_id: str) -> Cards:
    """Return the card for one patient, or no card.  Worked out in a worker."""
    knowledge = knowledge_here()
    patient = patient_of(resources, patient_id, knowledge)
    how_soon = urgency(patient.picture, patient.status, knowledge)
    said = _to_say(patient, knowledge)
    urgent = how_soon.tier in _INDICATORS and bool(how_soon.because)
    if said is None and not urgent:
        return Cards(answer={"cards": []})
    answer = _answer(patient, how_soon, missing, knowledge)
    card, shown = _card(answer, said, urgent=urgent)
    return Cards(answer={"cards": [card]}, shown=(shown,))


def warm() -> None:
    """Answer once for nobody, so that the first call does not wait."""
    review([{"resourceType": "Patient", "id": "nobody"}], [], "nobody")


def settle() -> None:
    """Spare what stays for good (the knowledge, the code) from every search for garbage."""
    gc.collect()
    gc.freeze()


def _to_say(patient: Patient, knowledge: Knowledge) -> ReviewCard | None:
    for record in knowledge.review_cards.values():
        if Condition.parse(record.when).evaluate(patient.lookup) is True:
            return record
    return None


def _answer(
    patient: Patient, how_soon: Urgency, missing: Sequence[str], knowledge: Knowledge
) -> _Answer:
    person = patient.picture.person
    setting = Setting(person.setting) if person.setting else DEFAULT_SETTING[Reader.CLINICIAN]
    weighed = explain(patient.picture, knowledge, setting=setting, draws=0, questions=False)
    twitching = None if isinstance(weighed, Refusal) else weighed
    reasons = why_high(
        patient.picture, patient.status, knowledge,
        today=patient.today, draws=0, setting=setting, curves=False,
    )  # fmt: skip
    return _Answer(
        patient=patient,
        urgency=how_soon,
        twitching=twitching,
        high=None if isinstance(reasons, Refusal) else reasons,
        steps=[
            step
            for step in suggest(patient.picture, patient.status, twitching, how_soon, knowledge)
            if step.id in knowledge.next_steps
        ],
        telling=Telling(knowledge, reader=Reader.CLINICIAN, may_say_benign=how_soon.may_say_benign),
        missing=missing,
    )


def _card(answer: _Answer, said: ReviewCard | None, *, urgent: bool) -> tuple[Json, Shown]:
    id_ = said.id if said else _URGENT
    indicator = said.indicator if said else Indicator.INFO
    summary = _summary(answer, said)
    if urgent:
        flag = answer.urgency.because[0]
        summary = f"{HOW_SOON_CLINICIAN[answer.urgency.tier]}: {flag.name}"
        indicator = max(indicator, _INDICATORS[answer.urgency.tier], key=_RANK.__getitem__)
    detail = "\n".join(_detail(answer))
    cited = list(answer.telling.citing.cited())
    own = [] if said is None else [*([said.reference] if said.reference else []), *said.references]
    references = list(dict.fromkeys([*own, *cited]))
    basis = parts.basis(answer.patient.reading, _missing(answer), references, answer.knowledge)
    card: Json = {
        "uuid": parts.new_id(),
        "summary": parts.short(summary),
        "indicator": indicator.value,
        "detail": detail + "\n\n" + "\n".join(basis),
        "source": parts.source(id_, own or cited, answer.knowledge),
        "overrideReasons": list(parts.OVERRIDE_REASONS),
    }
    suggestions = _suggestions(answer)
    if suggestions:
        card["suggestions"] = [one for one, _ in suggestions]
        card["selectionBehavior"] = "any"
    linked = parts.links(references, answer.knowledge)
    if linked:
        card["links"] = linked
    shown = Shown(
        uuid=card["uuid"],
        card=id_,
        suggestions={one["uuid"]: what for one, what in suggestions},
    )
    return card, shown


def _summary(answer: _Answer, said: ReviewCard | None) -> str:
    if said is None:
        return ""
    status = answer.patient.status
    value = ""
    if status is not None and status.value_pmol_l is not None and "b12" in said.when:
        value = f" ({status.comparator or ''}{quantity_words(status.value_pmol_l)} pmol/L)"
    return said.summary + value


def _detail(answer: _Answer) -> Iterator[str]:
    yield from _urgency(answer)
    yield from _b12(answer)
    yield from _high(answer)
    yield from _twitching(answer)
    yield from _options(answer)


def _urgency(answer: _Answer) -> Iterator[str]:
    how_soon, telling = answer.urgency, answer.telling
    yield f"### How soon: {HOW_SOON_CLINICIAN[how_soon.tier]}"
    yield how_soon.action_clinician or how_soon.action
    for flag in how_soon.because:
        told = telling.statement(
            flag.because_clinician or flag.because,
            references=flag.references,
            assumed=flag.assumed,
        )
        yield f"- {told.words}"
    for words in how_soon.not_used:
        yield f"- {parts.plain(words)}"
    yield ""


def _b12(answer: _Answer) -> Iterator[str]:
    status, telling = answer.patient.status, answer.telling
    if status is None or status.b12_class is B12Class.NOT_CLASSED:
        yield "### Vitamin B12: not classed"
        reasons = [] if status is None else status.reasons
    else:
        yield f"### Vitamin B12: {status.b12_class.value}, trust {status.trust.value}"
        reasons = list(status.reasons)
    for reason in reasons:
        told = telling.statement(
            reason.clinician, references=(reason.reference,), assumed=reason.assumed
        )
        yield f"- {told.words}"
    if status is not None and status.b12_class in {B12Class.DEFICIENT, B12Class.INDETERMINATE}:
        yield f"- {telling.knowledge.wording['folic_acid_warning'].clinician}"
    if status is not None and status.b12_class is B12Class.HIGH:
        yield f"- {telling.knowledge.wording['keep_prescribed_b12'].clinician}"
    yield ""


def _high(answer: _Answer) -> Iterator[str]:
    if answer.high is None:
        return
    held = limits(answer.knowledge.model)
    yield "### Why it may be high"
    for source in answer.high.sources.sources[:_MOST_CAUSES]:
        record = answer.knowledge.sources_of_high_b12[source.id]
        answer.telling.citing.cite(*record.references)
        yield f"- {record.professional_name}: {held.hold(source.probability):.0%}"
    yield f"\n{answer.knowledge.wording['card_no_draws'].clinician}\n"


def _twitching(answer: _Answer) -> Iterator[str]:
    if answer.twitching is None:
        return
    held = limits(answer.knowledge.model)
    yield "### What may explain the twitching"
    for cause in answer.twitching.causes[:_MOST_CAUSES]:
        answer.telling.citing.cite(*answer.knowledge.causes[cause.id].references)
        yield f"- {answer.telling.cause_name(cause.id)}: {held.hold(cause.probability):.0%}"
    yield f"- None of the causes known here: {held.hold(answer.twitching.none_of_these):.0%}"
    yield (
        f"\nCauses can coexist, so these need not add up to 100%. Setting: "
        f"{answer.twitching.setting}. {answer.knowledge.wording['card_no_draws'].clinician}\n"
    )


def _options(answer: _Answer) -> Iterator[str]:
    if not answer.steps:
        return
    yield "### Options"
    for step in answer.steps[:_MOST_OPTIONS]:
        told = answer.telling.statement(
            step.why_clinician, references=step.references, assumed=step.assumed
        )
        yield f"- **{step.professional_name or step.name}** {told.words}"
    yield ""


def _missing(answer: _Answer) -> list[str]:
    status = answer.patient.status
    asked = [] if status is None else [answer.telling.name(one) for one in status.ask_for]
    open_ = [answer.telling.name(one.finding) for one in answer.urgency.not_asked]
    return list(dict.fromkeys([*answer.missing, *asked, *open_]))


def _suggestions(answer: _Answer) -> list[tuple[Json, str]]:
    """Return a suggestion for each step whose tests can be drafted, with the step's id."""
    found: list[tuple[Json, str]] = []
    for step in answer.steps:
        record = answer.knowledge.next_steps[step.id]
        drafted = [
            parts.proposal(answer.knowledge.labs[lab], answer.patient.id) for lab in record.labs
        ]
        actions = [one for one in drafted if one is not None]
        if actions:
            name = step.professional_name or step.name
            one = {"label": f"Consider: {name}", "uuid": parts.new_id(), "actions": actions}
            found.append((one, step.id))
    return found[:_MOST_SUGGESTIONS]
