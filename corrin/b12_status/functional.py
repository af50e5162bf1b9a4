"""Do MMA and homocysteine show that cells lack B12?  Read with kidneys, age and folate."""

from __future__ import annotations

from dataclasses import dataclass

from corrin.b12_status.records import Reason
from corrin.b12_status.words_functional import FUNCTIONAL, with_range
from corrin.knowledge.loading import Knowledge
from corrin.labs.positions import our_spans, widest
from corrin.labs.records import Measurement, Position
from corrin.labs.units import in_canonical
from corrin.picture.records import Picture

MMA = "methylmalonic_acid"
HCY = "homocysteine"
_OPEN = "open"
_SPEAKS_AGAINST = (Position.NORMAL, Position.LOW)


@dataclass(frozen=True, slots=True)
class Functional:
    """The verdict of the functional markers (None: not measured or not readable), and why."""

    deficient: bool | None
    reasons: tuple[Reason, ...] = ()
    ask_for: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Marker:
    """One marker: True points to deficiency, False against, "open" is raised for another reason."""

    verdict: bool | str | None
    reasons: tuple[Reason, ...] = ()
    ask_for: tuple[str, ...] = ()


def read_markers(picture: Picture, knowledge: Knowledge, *, b12_taken: bool) -> Functional:
    """Return what MMA and homocysteine say together."""
    kidney = weak_kidneys(picture, knowledge)
    mma = _mma(picture, knowledge, kidney)
    hcy = _homocysteine(picture, knowledge, kidney)
    reasons = [*mma.reasons, *hcy.reasons]
    verdicts = (mma.verdict, hcy.verdict)
    deficient: bool | None
    if True in verdicts and False in verdicts:
        # MMA rises for fewer other reasons; nitrous oxide acts through homocysteine first.
        deficient = True if mma.verdict is True or picture.present("nitrous_use") else None
        reasons.append(FUNCTIONAL["markers-disagree"])
    elif True in verdicts:
        deficient = True
    elif _OPEN in verdicts:
        deficient = None
    else:
        deficient = False if False in verdicts else None
    if deficient is False and b12_taken:
        reasons.append(FUNCTIONAL["markers-on-treatment"])
    asked = (*mma.ask_for, *hcy.ask_for) if deficient is not False else ()
    return Functional(deficient, tuple(reasons), tuple(dict.fromkeys(asked)))


def weak_kidneys(picture: Picture, knowledge: Knowledge) -> bool | None:
    """Whether the kidneys are weak enough to raise the markers; None when not known."""
    egfr, creatinine = picture.latest("egfr"), picture.latest("creatinine")
    below = marker_constant(knowledge, "egfr", "raises_mma_below")
    above = marker_constant(knowledge, "creatinine", "raises_mma_from")
    answers = [True] if picture.present("ckd_known") or picture.present("lab_egfr_low") else []
    if egfr is not None and egfr.low is not None and egfr.high is not None:
        answers += [True] if egfr.high < below else [False] if egfr.low >= below else []
    if creatinine is not None and creatinine.low is not None and creatinine.high is not None:
        answers += [True] if creatinine.low >= above else [False] if creatinine.high < above else []
    return any(answers) if answers else None


def _mma(picture: Picture, knowledge: Knowledge, kidney: bool | None) -> _Marker:
    measured = picture.latest(MMA)
    if measured is None or measured.position is Position.UNKNOWN:
        return _Marker(None)
    reason = with_range(measured, knowledge)
    if measured.position in _SPEAKS_AGAINST:
        return _Marker(False, (reason("mma-not-raised"),))
    if kidney:
        return _Marker(_OPEN, (reason("mma-kidney"),))
    if _usual_at_this_age(measured, picture, knowledge):
        return _Marker(_OPEN, (reason("mma-age"),))
    if kidney is None:
        return _Marker(True, (reason("mma-raised"), FUNCTIONAL["kidney-not-known"]), ("egfr",))
    return _Marker(True, (reason("mma-raised"),))


def _homocysteine(picture: Picture, knowledge: Knowledge, kidney: bool | None) -> _Marker:
    measured = picture.latest(HCY)
    if measured is None or measured.position is Position.UNKNOWN:
        return _Marker(None)
    reason = with_range(measured, knowledge)
    if measured.position in _SPEAKS_AGAINST:
        return _Marker(False, (reason("homocysteine-not-raised"),))
    if picture.present("nitrous_use"):
        return _Marker(True, (reason("homocysteine-nitrous"),))
    other = _raised_by_other(measured, picture, knowledge, kidney)
    if other is None:
        return _Marker(True, (reason("homocysteine-raised"),))
    asked = ("serum_folate",) if other == "homocysteine-folate-not-known" else ()
    return _Marker(_OPEN, (reason(other),), asked)


def _raised_by_other(
    measured: Measurement, picture: Picture, knowledge: Knowledge, kidney: bool | None
) -> str | None:
    """Return the sentence on what else can have raised homocysteine, None when nothing known."""
    folate = picture.latest("serum_folate")
    if kidney:
        return "homocysteine-kidney"
    if folate is None or folate.position is Position.UNKNOWN:
        return "homocysteine-folate-not-known"
    if folate.position is Position.LOW:
        return "homocysteine-folate-low"
    return "homocysteine-age" if _mild_and_older(measured, picture, knowledge) else None


def _usual_at_this_age(measured: Measurement, picture: Picture, knowledge: Knowledge) -> bool:
    """Whether our interval for an older person still holds what the laboratory flagged."""
    age = picture.person.age
    if not _older(age, MMA, knowledge) or measured.low is None or measured.high is None:
        return False
    ours = widest(our_spans(knowledge.labs[MMA], knowledge, sex=picture.person.sex, age=age))
    return ours.position_of(measured.low, measured.high) is Position.NORMAL


def _mild_and_older(measured: Measurement, picture: Picture, knowledge: Knowledge) -> bool:
    if not _older(picture.person.age, HCY, knowledge) or measured.high is None:
        return False
    return measured.high <= marker_constant(knowledge, HCY, "highest_cut_off")


def _older(age: float | None, lab: str, knowledge: Knowledge) -> bool:
    return age is not None and age >= knowledge.labs[lab].constants["older_from"].value


def marker_constant(knowledge: Knowledge, lab: str, name: str) -> float:
    """Return a constant of a lab's record in the lab's canonical unit."""
    quantity = knowledge.labs[lab].constants[name]
    return in_canonical(quantity.value, quantity.unit, knowledge.labs[lab], knowledge)
