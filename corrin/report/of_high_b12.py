"""Why B12 is high, or low, in words for one reader."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Sequence

from corrin.b12_status.records import B12Class, B12Status
from corrin.errors import Refusal
from corrin.high_b12.answering import WhyHigh
from corrin.high_b12.as_table import REMARKS, WHY_NO_FIGURE
from corrin.high_b12.of_person import DoseAnswer
from corrin.high_b12.records import Level, LevelCurve
from corrin.high_b12.sources_records import (
    EvidenceKind,
    HighB12,
    Lasting,
    LowCause,
    LowSide,
    Persistence,
    SourceEvidence,
    Standing,
    WeighedSource,
)
from corrin.picture.records import Picture
from corrin.report.chances import Chance, chance, effect, limits
from corrin.report.telling import Telling
from corrin.report.view import (
    CurveView,
    HighB12View,
    LevelSourceView,
    LowB12View,
    LowCauseView,
    MeasuredView,
    Statement,
    Unanswered,
)
from corrin.report.words import (
    QUESTION,
    SETTING,
    lower_first,
    quantity_words,
    sentence,
    upper_first,
)

#: How many sources are told in full.
TOLD_IN_FULL = 5  # not clinical: a list length
#: B12 given as a treatment: nothing may sound like advice to stop it.
_PRESCRIBED = "b12_treatment_prescribed"
#: The advice on testing again that is given when people chose the B12 themselves.
_OWN_CHOICE = "own-intake"
_SAID_LOW = "lab_b12_low"
_NOT_ASKED = "intake-not-asked"
_UNIT = "pg/mL"
_TENTH = 1 / 10
_HUNDREDTH = 1 / 100


def high_b12_view(why: WhyHigh, picture: Picture, telling: Telling) -> HighB12View:
    """Why the level is high, for one reader."""
    found, dose = why.sources, why.dose
    own_choice = found.retest.id == _OWN_CHOICE and not picture.present(_PRESCRIBED)
    decline = tuple(_decline(dose, telling)) if own_choice else ()
    intake = tuple(map(telling.neutral, _intake(dose, telling)))
    if dose.explained is not None:
        for assumed in dose.explained.assumptions:
            telling.assume(assumed)
    # At the least probability that is shown, a name says more than is known.
    least = _HUNDREDTH
    if telling.for_clinician:
        least = 2 * limits(telling.knowledge.model).floor
    told = found.sources[TOLD_IN_FULL:]
    named = tuple(one for one in told if one.probability >= least)
    records = telling.knowledge.sources_of_high_b12
    return HighB12View(
        title=telling.either(QUESTION["high_b12"], "Sources of the raised level"),
        intake=intake,
        intake_open=_open(dose.refusal, telling),
        not_classed=_not_classed(found, telling),
        ask_first=tuple(telling.question(one) for one in found.ask_first),
        sources=tuple(
            _source(one, rank, found, telling)
            for rank, one in enumerate(found.sources[:TOLD_IN_FULL], start=1)
        ),
        others=tuple(
            (
                telling.neutral(
                    telling.either(records[one.id].name, records[one.id].professional_name)
                ),
                _chance(one, found, telling),
            )
            for one in named
        ),
        rest=_rest(len(told) - len(named), least, telling),
        basis=telling.either(
            f"We started from {SETTING.get(found.base_rates_of, found.base_rates_of)}.",
            f"Base rates: {found.base_rates_of}; draws: {found.draws}. "
            "Sources exclude one another and add to one.",
        ),
        lasting=tuple(_lasting(found.persistence, telling)),
        retest=telling.statement(
            telling.either(found.retest.person, found.retest.clinician),
            references=found.retest.references,
            assumed=found.retest.assumed,
        ),
        rests_on=telling.either(_plain_basis(found), found.retest.rests_on),
        decline=decline,
        keep=telling.fixed("keep_prescribed_b12") if decline else None,
        cancer=_cancer(found, telling),
        why_no_cancer=_why_no_cancer(found, telling),
        remarks=tuple(telling.either(*REMARKS[one]) for one in found.remarks),
        curve=_curve(dose, telling),
    )


def low_b12_view(
    low: LowSide, status: B12Status | None, picture: Picture, telling: Telling
) -> LowB12View:
    """Why the level is low, or was before treatment, for one reader."""
    is_low = picture.present(_SAID_LOW) or (
        status is not None and status.b12_class in {B12Class.DEFICIENT, B12Class.INDETERMINATE}
    )
    now = telling.either("Why is it low?", "Causes of the low level")
    before = telling.either("Why was B12 started?", "Causes of low B12 before treatment")
    return LowB12View(
        title=now if is_low else before,
        causes=tuple(
            _low_cause(one, telling) for one in low.causes if one.standing is Standing.SUPPORTED
        ),
        ask=tuple(telling.question(one) for one in low.ask),
        events=tuple(
            (
                telling.neutral(one.name),
                telling.statement(
                    telling.either(one.person, one.clinician), references=one.references
                ),
            )
            for one in low.events
        ),
        just_started=any(one.now for one in low.events),
    )


def _low_cause(cause: LowCause, telling: Telling) -> LowCauseView:
    record = telling.knowledge.causes_of_low_b12[cause.id]
    return LowCauseView(
        name=telling.either(record.name, record.professional_name),
        because=tuple(lower_first(telling.name(one)) for one in cause.because),
        words=telling.statement(
            telling.either(cause.person, cause.clinician),
            references=cause.references,
            assumed=cause.assumed,
        ),
    )


def _intake(dose: DoseAnswer, telling: Telling) -> Iterator[str]:
    """Does what is taken explain the level?"""
    explained = dose.explained
    if explained is None:
        return
    if not dose.regimen.products:
        yield telling.either(
            "You take no B12 that we know of. So nothing that you take explains the level.",
            "No B12 intake is stated, so none explains the level.",
        )
        return
    p = explained.probability
    how_many = chance(p, p, p, within=limits(telling.knowledge.model), drawn=False)
    median, low, high = (
        quantity_words(float(value))
        for value in (explained.expected.median, explained.expected.low, explained.expected.high)
    )
    yield telling.either(
        _verdict(p),
        f"Probability of a level at least this high on the stated regimen: {how_many.percent}.",
    )
    yield telling.either(
        f"{upper_first(how_many.per_hundred)} people on this dose would show a level at least "
        f"this high. Nine of ten lie between {low} and {high} {_UNIT}.",
        f"Expected on it: median {median} {_UNIT}, 90% interval {low} to {high}.",
    )
    if explained.soon_after_injection:
        yield telling.either(
            "The blood was taken soon after a shot. It shows the shot more than your stores.",
            "Sampled soon after an injection: the level says more of the dose than of the stores.",
        )
    if not explained.results_fit:
        yield telling.either(
            "Your other results do not fit this dose. Please check what was taken, and when.",
            "The other results do not fit the stated regimen: check doses and dates.",
        )
    elif explained.results_used:
        yield telling.either(
            "Your other results were used for this.",
            f"Other results taken into account: {explained.results_used}.",
        )


def _verdict(probability: float) -> str:
    if probability >= _TENTH:
        return "What you take can lead to a level like this."
    if probability >= _HUNDREDTH:
        return "What you take could lead to a level like this, but it seldom does."
    return "What you take is unlikely to lead to a level like this on its own."


def _open(refusal: Refusal | None, telling: Telling) -> Unanswered | None:
    if refusal is None:
        return None
    title = telling.either("Does what you take explain it?", "Does the intake explain it?")
    ask = refusal.ask or ""
    if refusal.code == _NOT_ASKED:
        ask = telling.either("Do you take B12? What, how much, how often and since when?", ask)
    return Unanswered(
        question=refusal.question, title=title, reason=sentence(refusal.reason), ask=ask
    )


def _not_classed(found: HighB12, telling: Telling) -> str:
    if found.classed:
        return ""
    share = found.hangs_on_the_answer
    hangs = chance(share, share, share, within=limits(telling.knowledge.model), drawn=False)
    return telling.either(
        "We cannot say yet. It hangs on whether you take B12, so please find that out first.",
        "Not classed: supplements decide and were not asked about; "
        f"{hangs.percent} of the answer is expected to move with that. Ask first.",
    )


def _rest(count: int, below: float, telling: Telling) -> str:
    if count == 0:
        return ""
    return telling.either(
        f"We weighed {count} more. Each is less likely than 1 in 100.",
        f"Weighed as well: {count} more, each below {below * 100:g}%.",
    )


def _chance(source: WeighedSource, found: HighB12, telling: Telling) -> Chance:
    return chance(
        source.probability, source.low, source.high,
        within=limits(telling.knowledge.model), drawn=found.draws > 0,
    )  # fmt: skip


def _source(source: WeighedSource, rank: int, found: HighB12, telling: Telling) -> LevelSourceView:
    record = telling.knowledge.sources_of_high_b12[source.id]
    cited = [one.reference for one in (*source.evidence_for, *source.evidence_against)]
    return LevelSourceView(
        rank=rank,
        name=telling.neutral(telling.either(record.name, record.professional_name)),
        summary=telling.neutral(telling.either(record.summary, record.clinician_summary)),
        chance=_chance(source, found, telling),
        speaks_for=_evidence(source.evidence_for, telling),
        speaks_against=_evidence(source.evidence_against, telling),
        sources=telling.citing.cite(*record.references, *cited),
    )


def _evidence(items: Sequence[SourceEvidence], telling: Telling) -> tuple[str, ...]:
    return tuple(_one_evidence(one, telling) for one in sorted(items, key=lambda e: -abs(e.effect)))


def _one_evidence(one: SourceEvidence, telling: Telling) -> str:
    name = lower_first(telling.either(one.name, one.professional_name))
    if one.kind is EvidenceKind.SIGN and not one.present:
        name = telling.either(f"no: {name}", f"absent: {name}")
    return f"{telling.neutral(name)} ({effect(one.effect).times})"


def _lasting(persistence: Persistence, telling: Telling) -> Iterator[str]:
    match persistence.lasting:
        case Lasting.PERSISTENT:
            yield telling.either(
                f"Your level was high in {persistence.high_results} tests, "
                f"{persistence.days_apart} days apart.",
                f"Persistent: high in {persistence.high_results} of {persistence.results} dated "
                f"results, {persistence.days_apart} days apart.",
            )
        case Lasting.SETTLED:
            yield telling.either(
                "Your last test was back in the usual range.", "The last result was not raised."
            )
        case Lasting.SINGLE:
            yield telling.either(
                "We do not know yet if your level stays high.",
                "Persistence is not known: no two high results that are dated "
                f"{quantity_words(persistence.needs_days)} days or more apart.",
            )
    if persistence.undated and persistence.results > 1:
        yield telling.either(
            "A result without a date could not be used for this.",
            f"Results without a date, not used for this: {persistence.undated}.",
        )


def _plain_basis(found: HighB12) -> str:
    """How little the time to wait rests on; advice without one needs no such words."""
    if found.retest.weeks_low is None:
        return ""
    return "How long to wait rests on little research."


def _decline(dose: DoseAnswer, telling: Telling) -> Iterator[str]:
    """What happens after stopping B12 that nobody prescribed; no advice to stop."""
    decline = dose.decline
    if decline is None:
        return
    half = decline.days_to_halve
    middle, low, high = (f"{round(float(value)):,}" for value in (half.median, half.low, half.high))
    yield telling.either(
        f"After the last dose, half of the rise may take about {middle} days to go, likely "
        f"{low} to {high}. This has hardly been studied, and it may take longer.",
        f"After the last dose, half of what the doses added is expected to be gone at {middle} "
        f"days (90% interval {low} to {high}). {decline.words}",
    )


def _cancer(found: HighB12, telling: Telling) -> Statement | None:
    """The absolute risk; it is there only when the elevation lasted and no B12 is taken."""
    risk = found.cancer
    if risk is None:
        return None
    first = telling.either(
        "A single high test would have to be repeated first. Yours was. ",
        "Only after repeating the test first, as was done here. ",
    )
    return telling.statement(
        first + telling.either(risk.person, risk.clinician),
        references=risk.references,
        assumed=risk.assumed,
    )


def _why_no_cancer(found: HighB12, telling: Telling) -> str:
    code = found.why_no_cancer_figure
    if code is None or not telling.for_clinician:
        return ""
    return f"No figure on cancer is given. {WHY_NO_FIGURE[code]}"


def _curve(dose: DoseAnswer, telling: Telling) -> CurveView | None:
    curve, origin = dose.curve, dose.regimen.origin
    if curve is None or origin is None or not dose.regimen.products:
        return None
    return course_view(curve, origin=origin, for_clinician=telling.for_clinician)


def course_view(curve: LevelCurve, *, origin: dt.date, for_clinician: bool) -> CurveView:
    """An expected course with its measured levels; day 0 of the curve is ``origin``."""

    def on(day: float) -> dt.date:
        return origin + dt.timedelta(days=round(float(day)))

    def measured(level: Level) -> MeasuredView:
        high = level.high if math.isfinite(level.high) else None
        low = quantity_words(level.low)
        words = low if high == level.low else f"{low} to {quantity_words(high or 0)}"
        if high is None:
            words = f">{low}" if for_clinician else f"more than {low}"
        return MeasuredView(day=on(level.day), low=level.low, high=high, words=f"{words} {_UNIT}")

    return CurveView(
        days=tuple(map(on, curve.days)),
        median=tuple(map(float, curve.median)),
        low=tuple(map(float, curve.low)),
        high=tuple(map(float, curve.high)),
        measured=tuple(measured(one) for one in sorted(curve.points, key=lambda one: one.day)),
    )
