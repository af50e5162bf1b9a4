"""The B12 result in words, and what its picture needs."""

from __future__ import annotations

import math

from corrin.b12_status.records import B12Class, B12Status
from corrin.knowledge.records import Guideline
from corrin.labs.records import Measurement
from corrin.labs.units import in_canonical
from corrin.picture.records import Picture
from corrin.report.telling import Telling
from corrin.report.view import B12View, LevelView, Statement
from corrin.report.words import B12_CLASS, TRUST, quantity_words, unit_words, upper_first

_B12_LABS = ("serum_b12", "active_b12")
#: What is said whatever else is: not to hide a lack, not to stop what was prescribed.
_WARNINGS = {
    B12Class.DEFICIENT: "folic_acid_warning",
    B12Class.INDETERMINATE: "folic_acid_warning",
    B12Class.HIGH: "keep_prescribed_b12",
}
_SIGNS = {">": "more than ", ">=": "at least ", "<": "less than ", "<=": "at most "}
_FUNCTIONAL = {
    None: ("", "Functional deficiency: not assessable from what was given."),
    True: (
        "Other tests hint that your cells may lack B12.",
        "Functional markers point to deficiency.",
    ),
    False: (
        "Other tests do not hint at a lack of B12.",
        "Functional markers speak against deficiency.",
    ),
}


def b12_view(status: B12Status, picture: Picture, telling: Telling) -> B12View:
    """The B12 status for one reader."""
    guideline = telling.knowledge.guidelines.get(status.guideline or "")
    measurement = _classed(picture, guideline)
    return B12View(
        headline=B12_CLASS[status.b12_class][telling.reader],
        is_high=status.b12_class is B12Class.HIGH,
        values=_values(status, measurement),
        trust=TRUST[status.trust][telling.reader],
        functional=telling.either(*_FUNCTIONAL[status.functional_deficiency]),
        reasons=tuple(
            telling.statement(
                telling.either(reason.person, reason.clinician),
                references=(reason.reference,),
                assumed=reason.assumed,
            )
            for reason in status.reasons
        ),
        guideline=_guideline(guideline, telling),
        ask_for=tuple(telling.name(one) for one in status.ask_for),
        warning=telling.fixed(_WARNINGS.get(status.b12_class, "")),
        level=_level(measurement, guideline, status, telling),
    )


def _classed(picture: Picture, guideline: Guideline | None) -> Measurement | None:
    """The measurement that was classed: the guideline's own lab first."""
    labs = (guideline.lab, *_B12_LABS) if guideline is not None else _B12_LABS
    return next((found for lab in labs if (found := picture.latest(lab)) is not None), None)


def _values(status: B12Status, measurement: Measurement | None) -> str:
    sign = _sign(status.comparator)
    pairs = ((status.value_pmol_l, "pmol/L"), (status.value_pg_ml, "pg/mL"))
    if measurement is not None and measurement.unit_seen in {"pg/mL", "ng/L"}:
        pairs = pairs[::-1]
    shown = [f"{sign}{quantity_words(value)} {unit}" for value, unit in pairs if value is not None]
    return f"{shown[0]} (the same as {shown[1]})" if len(shown) > 1 else "".join(shown)


def _on_axis(measurement: Measurement, comparator: str | None) -> str:
    """The value in the unit of the axis, short enough to stand in the picture."""
    bound = measurement.high if (comparator or "").startswith("<") else measurement.low
    return f"{_sign(comparator)}{quantity_words(bound or 0)} {unit_words(measurement.unit)}"


def _sign(comparator: str | None) -> str:
    return _SIGNS.get(comparator or "", "")


def _guideline(guideline: Guideline | None, telling: Telling) -> Statement | None:
    if guideline is None:
        return None
    unit = unit_words(guideline.unit)
    low = f"{quantity_words(guideline.deficient_below)} {unit}"
    unclear = f"{quantity_words(guideline.indeterminate_below)} {unit}"
    person = f"We used the cut-offs of {guideline.name}. Below {low} is low."
    clinician = f"Cut-offs: {guideline.name}; deficient below {low}"
    if guideline.indeterminate_below > guideline.deficient_below:
        person += f" From there to {unclear} is unclear."
        clinician += f", indeterminate below {unclear}"
    return telling.statement(
        telling.either(person, clinician),
        references=(guideline.reference,),
        assumed=guideline.assumed,
    )


def _level(
    measurement: Measurement | None,
    guideline: Guideline | None,
    status: B12Status,
    telling: Telling,
) -> LevelView | None:
    """What the picture needs, or None when there is no number to draw."""
    if measurement is None or measurement.low is None or not measurement.unit:
        return None
    used = guideline if guideline is not None and guideline.lab == measurement.lab else None
    lab = telling.knowledge.labs[measurement.lab]

    def placed(limit: float | None) -> float | None:
        """A guideline's limit in the unit of the axis."""
        if used is None or limit is None or used.unit == measurement.unit:
            return limit
        return in_canonical(limit, used.unit, lab, telling.knowledge)

    return LevelView(
        lab=upper_first(telling.name(measurement.lab)),
        unit=unit_words(measurement.unit),
        shown=_on_axis(measurement, status.comparator),
        comparator=status.comparator,
        low=measurement.low if measurement.low > 0 else None,
        high=measurement.high if measurement.high and math.isfinite(measurement.high) else None,
        interval_name=_interval_name(measurement.interval_from, telling),
        interval_low=measurement.reference_low,
        interval_high=measurement.reference_high,
        deficient_below=placed(used.deficient_below) if used else None,
        indeterminate_below=placed(used.indeterminate_below) if used else None,
        high_above=placed(used.high_above) if used else None,
        guideline=used.name if used else None,
    )


def _interval_name(interval_from: str | None, telling: Telling) -> str | None:
    if interval_from == "laboratory":
        return telling.either("Your laboratory’s usual range", "Laboratory’s reference interval")
    if interval_from == "corrin":
        return telling.either("A usual range (ours)", "Corrin’s reference interval")
    return None
