"""How far the number can be taken at its word, and which tests would settle what is open."""

from __future__ import annotations

from dataclasses import dataclass, field

from corrin.b12_status.records import B12Class, Reason, Trust
from corrin.b12_status.words_trust import TRUST
from corrin.knowledge.loading import Knowledge
from corrin.labs.records import Measurement, Position
from corrin.labs.units import in_canonical
from corrin.picture.from_intake import b12_products, injected
from corrin.picture.records import Picture

#: Findings that fit lack of B12 and are not too common to mean anything.
SIGNS = (
    "paraesthesia",
    "sensory_loss",
    "vibration_loss",
    "romberg_gait",
    "ataxia",
    "hyporeflexia",
    "babinski",
    "bladder_change",
    "glossitis",
    "confusion",
    "objective_weakness",
    "lab_mcv_high",
    "lab_hb_low",
)
#: Findings that say that B12 is or was taken.
TAKEN = ("b12_supplement", "b12_treatment_prescribed", "b12_injection_new")
_NOT_LOW = (B12Class.NORMAL, B12Class.HIGH)
_NOT_DEFICIENT = (*_NOT_LOW, B12Class.INDETERMINATE)
_MARKERS = ("methylmalonic_acid", "homocysteine")


@dataclass(slots=True)
class Verdict:
    """Trust so far (it only falls), the reasons, and the tests to ask for."""

    trust: Trust = Trust.USUAL
    reasons: list[Reason] = field(default_factory=list)
    ask_for: list[str] = field(default_factory=list)

    def say(self, code: str, trust: Trust = Trust.USUAL, ask_for: tuple[str, ...] = ()) -> None:
        """Add one reason; trust becomes the lower of the two."""
        self.lower(trust)
        self.reasons.append(TRUST[code])
        self.ask_for += [lab for lab in ask_for if lab not in self.ask_for]

    def lower(self, trust: Trust) -> None:
        """Lower trust to ``trust``, unless it is lower already."""
        self.trust = max(self.trust, trust, key=list(Trust).index)


def b12_taken(picture: Picture) -> bool:
    """Whether any B12 is or was taken, by finding, supplement or medicine."""
    person = picture.person
    return any(map(picture.present, TAKEN)) or bool(b12_products(person.intake, person.drugs))


def judge(
    picture: Picture, measured: Measurement, found: B12Class, knowledge: Knowledge
) -> Verdict:
    """Return how far ``found`` can be trusted in this picture."""
    verdict = Verdict()
    _the_number_itself(verdict, measured, knowledge)
    if picture.person.age is None:
        verdict.say("age-not-known")
    if found in _NOT_LOW:
        verdict.say("does-not-rule-out")
    if found is B12Class.HIGH:
        verdict.say("high-without-explanation")
        if picture.person.intake is None and not b12_taken(picture):
            verdict.ask_for.append("b12_supplement")
    _what_makes_it_look_high(verdict, picture, measured, found, knowledge)
    _what_makes_it_look_low(verdict, picture, found)
    if found is not B12Class.HIGH and picture.present("black_ethnicity_family_background"):
        verdict.say("black-family-background", Trust.LIMITED)
    if any(map(picture.present, SIGNS)):
        if found in _NOT_LOW:
            verdict.say("signs-with-usual-number", Trust.LIMITED, _MARKERS)
        elif found is B12Class.INDETERMINATE:
            verdict.say("signs-with-unclear-number", Trust.LIMITED, _MARKERS[:1])
    return verdict


def _the_number_itself(verdict: Verdict, measured: Measurement, knowledge: Knowledge) -> None:
    if measured.low is None or measured.high is None:
        verdict.say("flag-only", Trust.LIMITED)
        return
    limit = knowledge.labs[measured.lab].constants["check_unit_above"]
    lab = knowledge.labs[measured.lab]
    if measured.low > in_canonical(limit.value, limit.unit, lab, knowledge):
        verdict.say("check-unit", Trust.LIMITED)


def _what_makes_it_look_high(
    verdict: Verdict,
    picture: Picture,
    measured: Measurement,
    found: B12Class,
    knowledge: Knowledge,
) -> None:
    if found not in _NOT_DEFICIENT:
        return
    antibody = picture.latest("intrinsic_factor_antibody")
    if picture.present("if_antibody_positive") or (
        antibody is not None and antibody.position is Position.HIGH
    ):
        verdict.say("intrinsic-factor-antibody", Trust.NOT_RELIABLE, _MARKERS)
    if picture.present("macro_b12_known"):
        verdict.say("macro-b12", Trust.NOT_RELIABLE, _MARKERS)
    if picture.present("nitrous_use"):
        verdict.say("nitrous-oxide", Trust.NOT_RELIABLE, _MARKERS[::-1])
    if picture.present("biotin_high_dose"):
        verdict.say("biotin", Trust.LIMITED)
    if _soon_after_injection(picture, measured, knowledge):
        verdict.say("recent-injection", Trust.NOT_RELIABLE)
    elif b12_taken(picture):
        verdict.say("b12-taken", Trust.LIMITED)


def _what_makes_it_look_low(verdict: Verdict, picture: Picture, found: B12Class) -> None:
    if found in _NOT_LOW:
        return
    if picture.present("oral_contraceptive"):
        verdict.say("oral-contraceptive", Trust.LIMITED, _MARKERS)
    if picture.present("pregnant"):
        verdict.say("pregnancy", Trust.LIMITED, ("active_b12",))


def _soon_after_injection(picture: Picture, measured: Measurement, knowledge: Knowledge) -> bool:
    """Whether the blood was drawn within the days in which a shot still shows."""
    if measured.taken is None:
        return False
    span = knowledge.labs["serum_b12"].constants["injection_counts_for"].value
    shots = filter(injected, b12_products(picture.person.intake, picture.person.drugs))
    days = [(measured.taken - shot.last_dose).days for shot in shots if shot.last_dose]
    return any(0 <= day <= span for day in days)
