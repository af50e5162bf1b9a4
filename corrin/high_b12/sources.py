"""Why is B12 high?  Every source with its probability, its interval and its reasons.

The sources exclude one another: the question is which one is the main reason for this
level.  Bayes' rule (:mod:`corrin.high_b12.weighing`), repeated over draws of the
knowledge for the intervals.  When supplements were not asked about, the share of the
answer that hangs on that question is carried by ``not_classed``.
"""

from __future__ import annotations

import numpy as np

from corrin.b12_status.records import B12Class, B12Status, Trust
from corrin.errors import Refusal
from corrin.high_b12.sources_cancer import cancer_risk
from corrin.high_b12.sources_evidence import Known, as_arrays, bands_of, gather
from corrin.high_b12.sources_lasting import TOTAL, persistence
from corrin.high_b12.sources_numbers import CompiledSources, compile_sources
from corrin.high_b12.sources_reasons import effects, reasons
from corrin.high_b12.sources_records import (
    Elevation,
    ExplainedByIntake,
    HighB12,
    Lasting,
    LevelGivenIntake,
    Persistence,
    Supplements,
    WeighedSource,
)
from corrin.high_b12.sources_retest import advice_id, next_tests, retest
from corrin.high_b12.weighing import (
    Floats,
    SourceNumbers,
    hangs_on,
    never_certain,
    weigh,
)
from corrin.knowledge.loading import Knowledge
from corrin.knowledge.records import Setting
from corrin.labs.records import Measurement, Position
from corrin.labs.units import out_of_canonical
from corrin.picture.records import Picture

NOT_CLASSED = "not_classed"
SAID_HIGH = "lab_b12_high"
#: Two sources whose probabilities agree to so many decimals are equally likely.
TIED = 12  # not clinical: far above the rounding of a double
#: The ends of a 90% interval.
_ENDS = (0.05, 0.95)  # not clinical: quantiles


def answer(
    picture: Picture,
    b12_status: B12Status | None,
    knowledge: Knowledge,
    *,
    level_given_intake: LevelGivenIntake | None = None,
    draws: int | None = None,
    setting: Setting | None = None,
) -> HighB12 | Refusal:
    """Weigh every source of a high level for one person, or say in words why not.

    ``level_given_intake`` is asked with the level (pg/mL) when the doses taken are known.
    ``draws`` repetitions give the 90% intervals (default: the knowledge's; 0 gives none).
    ``setting`` defaults to the person's own, else to the general one.
    """
    refused = refusal(picture, b12_status, knowledge)
    if refused is not None:
        return refused
    results = picture.measurements.get(TOTAL, ())
    lasting = persistence(results, knowledge)
    level = _level(picture, lasting)
    setting = setting or Setting(picture.person.setting or Setting.GENERAL)
    compiled = compile_sources(knowledge, setting)
    known = gather(picture, level, compiled, knowledge, level_given_intake=level_given_intake)
    count = int(knowledge.model["draws"].value) if draws is None else draws
    sources, hangs = _weigh(known, compiled, knowledge, count)
    elevation = _elevation(level, known, compiled, knowledge)
    risk = cancer_risk(picture, known, lasting, elevation.bands, knowledge)
    wanted = advice_id(known, lasting, sources, picture, knowledge)
    advice = next(each for each in knowledge.high_b12.retest if each.id == wanted)
    asked = known.supplements is not Supplements.NOT_ASKED
    return HighB12(
        explained_by_intake=_explained(known),
        sources=sources,
        elevation=elevation,
        persistence=lasting,
        supplements=known.supplements,
        classed=asked,
        hangs_on_the_answer=hangs,
        cancer=None if isinstance(risk, str) else risk,
        why_no_cancer_figure=risk if isinstance(risk, str) else None,
        retest=retest(advice),
        next_tests=next_tests(
            advice,
            sources=sources,
            persistence=lasting,
            picture=picture,
            known=known,
            knowledge=knowledge,
        ),
        ask_first=() if asked else knowledge.next_steps["ask_supplements"].findings,
        remarks=_remarks(picture, b12_status, known, knowledge),
        setting=setting.value,
        base_rates_of=compiled.base_rates_of.value,
        draws=count,
    )


def refusal(picture: Picture, status: B12Status | None, knowledge: Knowledge) -> Refusal | None:
    """Return why the question cannot be answered for this person, or None."""
    youngest = knowledge.high_b12.setting["youngest_age"].value
    age = picture.person.age
    if age is not None and age < youngest:
        return _refused(
            "children",
            "What is known of reasons for a high B12 level is from adults. For a child, a "
            "doctor should judge the result.",
        )
    results = picture.measurements.get(TOTAL, ())
    said = picture.present(SAID_HIGH)
    if not results and not said:
        return _refused(
            "not-measured",
            "Total B12 was not measured, so there is no high level to explain.",
            "What was your total vitamin B12, with its unit?",
        )
    high = status is not None and status.b12_class is B12Class.HIGH
    settled = any(one.position is Position.HIGH for one in results)
    if not high and not said and not settled:
        return _refused("not-high", "Your B12 level is not high, so this was not asked.")
    if picture.present("pregnant"):
        return _refused(
            "pregnancy",
            "Levels change in pregnancy, and nothing is known of reasons for a high level "
            "then. The one who looks after you should judge it.",
        )
    return None


def _refused(code: str, reason: str, ask: str = "") -> Refusal:
    return Refusal("high_b12", code, reason, ask)


def _level(picture: Picture, lasting: Persistence) -> Measurement | None:
    """Return the result to explain: the latest, or the last high one once it has settled."""
    results = picture.measurements.get(TOTAL, ())
    if lasting.lasting is Lasting.SETTLED or picture.present(SAID_HIGH):
        return next((one for one in results if one.position is Position.HIGH), None) or (
            results[0] if results else None
        )
    return results[0] if results else None


def _weigh(
    known: Known, compiled: CompiledSources, knowledge: Knowledge, draws: int
) -> tuple[tuple[WeighedSource, ...], float]:
    people = as_arrays(known, compiled)
    floor = knowledge.model["display_floor"].value
    asked = known.supplements is not Supplements.NOT_ASKED
    modes = compiled.numbers(0)
    posterior = weigh(modes, people)[:, 0]
    point, hangs = _shown(posterior[None, [0, -2, -1]], modes, compiled, asked, floor)
    ends = np.repeat(point, len(_ENDS), axis=0)
    if draws:
        numbers = compiled.numbers(draws)
        rows = np.array([0, len(known.items) + 1, len(known.items) + 2])
        drawn = np.moveaxis(weigh(numbers, people.take(rows)), 0, 1)
        shown, _ = _shown(drawn, numbers, compiled, asked, floor)
        ends = np.quantile(shown, _ENDS, axis=0)
    changes = effects(never_certain(posterior[: len(known.items) + 1], floor))
    starting = never_certain(modes.base / modes.base.sum(), floor)[0]
    sources = []
    for place, id_ in enumerate(compiled.sources):
        speaks_for, against = reasons(id_, changes[:, place], known, compiled, knowledge)
        probability = float(point[0, place])
        sources.append(
            WeighedSource(
                id=id_,
                probability=probability,
                low=min(probability, float(ends[0, place])),
                high=max(probability, float(ends[1, place])),
                starting=float(starting[place]),
                evidence_for=speaks_for,
                evidence_against=against,
            )
        )
    sources.sort(key=lambda source: (-round(source.probability, TIED), source.id))
    return tuple(sources), float(hangs[0])


def _shown(
    rows: Floats, numbers: SourceNumbers, compiled: CompiledSources, asked: bool, floor: float
) -> tuple[Floats, Floats]:
    """Return what is shown (R, S) and the share that hangs on the question (R,).

    ``rows`` (R, 3, S): as known, if B12 were taken, if none were.
    """
    now, if_taken, if_not = rows[:, 0], rows[:, 1], rows[:, 2]
    hangs = np.zeros(len(rows))
    if not asked:
        share_taken = (now * numbers.answer[..., -1]).sum(axis=-1)
        hangs = hangs_on(if_taken, if_not, share_taken)
        carried = np.array([id_ == NOT_CLASSED for id_ in compiled.sources], dtype=float)
        now = (1 - hangs[:, None]) * now + hangs[:, None] * carried
    return never_certain(now, floor), hangs


def _explained(known: Known) -> ExplainedByIntake | None:
    if known.intake is None:
        return None
    found = known.intake
    return ExplainedByIntake(
        probability=found.probability_at_least,
        expected_low=found.expected_low,
        expected_high=found.expected_high,
    )


def _elevation(
    level: Measurement | None, known: Known, compiled: CompiledSources, knowledge: Knowledge
) -> Elevation:
    places = bands_of(known.low, known.high, compiled.band_limits)
    band = knowledge.high_b12.band[places[0]]
    lab = knowledge.labs[TOTAL]
    number = known.low is not None
    mass = out_of_canonical(known.low, "pg/mL", lab, knowledge) if known.low is not None else None
    unknown = "How high your level is was not said."
    return Elevation(
        bands=tuple(compiled.band_ids[place] for place in places),
        value_pmol_l=known.low,
        value_pg_ml=mass,
        comparator=">" if number and known.low != known.high else None,
        limit_pmol_l=None if level is None else level.reference_high,
        limit_from=None if level is None else level.interval_from,
        person=band.person if number else unknown,
        clinician=band.clinician if number else "Reported as high, without a number.",
    )


def _remarks(
    picture: Picture, status: B12Status | None, known: Known, knowledge: Knowledge
) -> tuple[str, ...]:
    """Return codes of what limits the answer; their words stand in ``as_table``."""
    age = picture.person.age
    adult = knowledge.model["adult_age"].value
    found = {
        "level-not-known": known.low is None,
        "evidence-from-adults": age is not None and age < adult,
        "does-not-rule-out-deficiency": True,
        "number-not-reliable": status is not None and status.trust is Trust.NOT_RELIABLE,
        "functional-deficiency": status is not None and status.functional_deficiency is True,
        "lower-than-the-dose-leads-to": _lower(known, knowledge),
    }
    return tuple(code for code, holds in found.items() if holds)


def _lower(known: Known, knowledge: Knowledge) -> bool:
    if known.intake is None or known.high is None:
        return False
    lab = knowledge.labs[TOTAL]
    if not np.isfinite(known.high):
        return False
    return out_of_canonical(known.high, "pg/mL", lab, knowledge) < known.intake.expected_low
