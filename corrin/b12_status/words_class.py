"""The sentences that say why a result is in its class; every number comes from a record."""

from __future__ import annotations

from collections.abc import Mapping

from corrin.b12_status.cut_offs import CutOffs, UpperLimit
from corrin.b12_status.records import B12Class, Reason
from corrin.knowledge.loading import Knowledge
from corrin.knowledge.records import Guideline
from corrin.labs.positions import LABORATORY, OURS
from corrin.labs.records import Measurement
from corrin.labs.units import out_of_canonical

_MASS = "pg/mL"
_PERSON_CLASS = {
    B12Class.DEFICIENT: "low",
    B12Class.INDETERMINATE: "unclear",
    B12Class.NORMAL: "usual",
    B12Class.HIGH: "high",
    B12Class.NOT_CLASSED: "open",
}


def shown(canonical: float, lab: str, knowledge: Knowledge) -> str:
    """Return a level in both units, rounded: ``180 pg/mL (133 pmol/L)``."""
    record = knowledge.labs[lab]
    molar = f"{canonical:.0f} {record.canonical_unit}"
    if record.molar_mass is None:
        return molar
    mass = out_of_canonical(canonical, _MASS, record, knowledge)
    return f"{mass:.0f} {_MASS} ({molar})"


def why_class(
    found: B12Class,
    measured: Measurement,
    limits: CutOffs,
    guideline: Guideline,
    knowledge: Knowledge,
) -> Reason:
    """Return the reason that names the cut-off which made the class (not for "high")."""
    subject = _subject(measured)
    low = shown(limits.deficient_below, measured.lab, knowledge)
    middle = shown(limits.indeterminate_to, measured.lab, knowledge)
    texts = {
        B12Class.DEFICIENT: (
            "below-deficiency-cut-off",
            f"Your {subject} is below {low}. That counts as low.",
            f"Below the deficiency cut-off of {low}.",
        ),
        B12Class.INDETERMINATE: (
            "between-cut-offs",
            f"Your {subject} is not above {middle}. Up to there it can be enough or too little.",
            f"Not above {middle}: deficiency is possible but not confirmed by this result alone.",
        ),
        B12Class.NORMAL: (
            "above-cut-offs",
            f"Your {subject} is above {middle}. A lack of B12 is then less likely.",
            f"Above {middle}: deficiency unlikely by this result alone.",
        ),
        B12Class.NOT_CLASSED: (
            "more-than-one-class",
            f"The lab gave only a limit for your {subject}. It leaves more than one answer open.",
            "The result is known only up to a limit and fits more than one class.",
        ),
    }
    code, person, clinician = texts[found]
    return Reason(
        code=code,
        person=person,
        clinician=f"{clinician} Limits: {guideline.name}.",
        reference=guideline.reference,
        assumed=guideline.assumed,
    )


def why_high(measured: Measurement, upper: UpperLimit, knowledge: Knowledge) -> Reason:
    """Return the reason that says whose upper limit was passed."""
    subject = _subject(measured)
    if upper.level is None or (measured.high is not None and measured.high <= upper.level):
        return Reason(
            code="flagged-high",
            person=f"Your lab calls your {subject} high.",
            clinician="Flagged high by the laboratory; no upper limit was printed.",
            assumed="the laboratory's flag comes before any interval of ours",
        )
    level = shown(upper.level, measured.lab, knowledge)
    if upper.whose == LABORATORY:
        return Reason(
            code="above-printed-limit",
            person=f"Your {subject} is above {level}, the top of the range your lab printed.",
            clinician=f"Above the laboratory's own upper limit of {level}.",
            assumed="the laboratory's printed interval comes before any other",
        )
    whose = (
        "Corrin's interval; the laboratory's was not given" if upper.whose == OURS else upper.whose
    )
    return Reason(
        code="above-our-limit",
        person=f"Your {subject} is above {level}, the top of a usual range. Your lab gave none.",
        clinician=f"Above {level} ({whose}). Upper limits are those of assays, not of a disease.",
        reference=upper.source,
    )


def _subject(measured: Measurement) -> str:
    return "active B12" if measured.lab == "active_b12" else "B12"


def below_printed(measured: Measurement, guideline: Guideline, knowledge: Knowledge) -> Reason:
    """Return the reason for a result the laboratory calls low and the guideline does not."""
    person, clinician = "Your lab calls it low. Other limits are lower.", "Flagged low"
    if measured.reference_low is not None:
        level = shown(measured.reference_low, measured.lab, knowledge)
        person = f"Your lab calls it low: its range starts at {level}. Other limits are lower."
        clinician = f"Below the lower limit of {level} printed"
    return Reason(
        code="below-printed-limit",
        person=person,
        clinician=f"{clinician} by the laboratory, but not below the deficiency cut-off of "
        f"{guideline.name}. NICE asks to use local ranges where they are given.",
        reference=guideline.reference,
    )


def within_printed(measured: Measurement, guideline: Guideline, knowledge: Knowledge) -> Reason:
    """Return the reason for a result the guideline calls deficient and the laboratory does not."""
    start = ""
    if measured.reference_low is not None:
        start = f" from {shown(measured.reference_low, measured.lab, knowledge)}"
    return Reason(
        code="within-printed-range",
        person=f"Your lab calls it usual{start} on. A guideline calls it low."
        if start
        else "Your lab calls it usual. A guideline calls it low.",
        clinician=f"Below the deficiency cut-off of {guideline.name} but within the laboratory's "
        f"own interval{start}. NICE asks to use local ranges where they are given.",
        reference=guideline.reference,
    )


def other_classes(found: B12Class, others: Mapping[str, B12Class]) -> Reason | None:
    """Return what other published limits would call it, where that differs."""
    differ = {name: other for name, other in others.items() if other is not found}
    if not differ:
        return None
    words = sorted({_PERSON_CLASS[other] for other in differ.values()})
    listed = "; ".join(f"{name}: {other.value}" for name, other in differ.items())
    return Reason(
        code="other-limits-differ",
        person=f"Not all labs use the same limits. Some would call this {' or '.join(words)}.",
        clinician=f"By other published limits the class differs ({listed}). Cut-offs depend on "
        "the assay; name it under `assay` to use its own.",
        reference="ruh_b12",
    )


def pregnancy_limits(found: B12Class, knowledge: Knowledge) -> Reason:
    """Return the reason that shows the lower limits printed for each trimester."""
    lab = knowledge.labs["serum_b12"]
    names = ("first", "second", "third")
    limits = [lab.constants[f"pregnancy_low_{name}_trimester"] for name in names]
    listed = ", ".join(
        f"{name} {limit.value:.0f} {limit.unit}" for name, limit in zip(names, limits, strict=True)
    )
    below = found is B12Class.INDETERMINATE
    return Reason(
        code="pregnancy-limits",
        person="Your number is low even for pregnancy. Ask your doctor or midwife soon."
        if below
        else "By the number alone we cannot say if it is low for pregnancy.",
        clinician=f"Lower limits by trimester: {listed}; the result is "
        f"{'below all of them' if below else 'not below all of them'}.",
        reference=limits[0].reference,
    )
