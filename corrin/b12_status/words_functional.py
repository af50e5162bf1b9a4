"""The sentences about MMA and homocysteine, for both readers, with their sources."""

from __future__ import annotations

from collections.abc import Callable

from corrin.b12_status.records import Reason
from corrin.knowledge.loading import Knowledge
from corrin.labs.records import Measurement
from corrin.labs.units import in_canonical


def _reason(
    code: str,
    person: str,
    clinician: str,
    *,
    reference: str | None = None,
    assumed: str | None = None,
) -> tuple[str, Reason]:
    return code, Reason(
        code=code, person=person, clinician=clinician, reference=reference, assumed=assumed
    )


#: Every sentence by its code.
FUNCTIONAL: dict[str, Reason] = dict(
    (
        _reason(
            "mma-raised",
            "Your MMA is high. It builds up when cells lack B12.",
            "MMA above the interval used, without known kidney impairment: points to functional "
            "cobalamin deficiency.",
            reference="kuzminski1998",
        ),
        _reason(
            "mma-not-raised",
            "Your MMA is not high. That speaks against a lack of B12 in your cells.",
            "MMA not raised: speaks against functional cobalamin deficiency.",
            reference="kuzminski1998",
        ),
        _reason(
            "mma-kidney",
            "Your MMA is high, but weak kidneys also make it rise. So it cannot tell.",
            "MMA raised with impaired kidney function, which raises MMA by itself: not read as "
            "deficiency. The urinary MMA/creatinine ratio did not depend on renal function in one "
            "study.",
            reference="umma2020",
        ),
        _reason(
            "mma-age",
            "Your MMA is a bit high for young people, but usual at your age. So it cannot tell.",
            "MMA above the printed interval but within that of healthy older adults: not read as "
            "deficiency.",
            reference="danish_b12_mma",
        ),
        _reason(
            "kidney-not-known",
            "We do not know how well your kidneys work. Weak kidneys can make MMA rise.",
            "Kidney function not given; MMA and homocysteine are read as if it were unimpaired. "
            "Ignoring eGFR overestimates deficiency.",
            reference="mma_egfr_2018",
        ),
        _reason(
            "homocysteine-raised",
            "Your homocysteine is high, and folate is not low. That can mean cells lack B12.",
            "Homocysteine above the interval used with folate not low and no known kidney "
            "impairment: points to functional cobalamin deficiency.",
            reference="kuzminski1998",
        ),
        _reason(
            "homocysteine-not-raised",
            "Your homocysteine is not high. That speaks against a lack of B12 in your cells.",
            "Homocysteine not raised: speaks against functional cobalamin deficiency, less firmly "
            "than MMA.",
            reference="kuzminski1998",
        ),
        _reason(
            "homocysteine-nitrous",
            "Your homocysteine is high. With laughing gas, that means B12 is not working.",
            "Homocysteine raised with nitrous oxide use: functional cobalamin deficiency, whatever "
            "the serum level.",
            reference="swart2021",
        ),
        _reason(
            "homocysteine-kidney",
            "Your homocysteine is high, but weak kidneys also make it rise. So it cannot tell.",
            "Homocysteine raised with impaired kidney function, on which it depends: not read as "
            "deficiency.",
            reference="risch2015",
        ),
        _reason(
            "homocysteine-folate-low",
            "Your homocysteine is high, but so little folate can do that too. So it cannot tell.",
            "Homocysteine raised with low folate, which raises it by itself: not read as cobalamin "
            "deficiency. Folic acid is not to be given alone before deficiency of B12 is excluded.",
            reference="fedosov2015",
        ),
        _reason(
            "homocysteine-folate-not-known",
            "Your homocysteine is high. A lack of folate can do that too, so folate is needed.",
            "Homocysteine raised, folate not known: not read as cobalamin deficiency until folate "
            "is.",
            reference="fedosov2015",
        ),
        _reason(
            "homocysteine-age",
            "Your homocysteine is a bit high, but that is common at your age. So it cannot tell.",
            "Homocysteine mildly raised at an age at which the median of healthy people exceeds "
            "the usual limit: not read as deficiency.",
            reference="risch2015",
        ),
        _reason(
            "markers-disagree",
            "Your MMA and homocysteine do not agree. A doctor should look at both.",
            "MMA and homocysteine disagree. MMA is taken to be the more specific, except with "
            "nitrous oxide, where homocysteine is preferred.",
            reference="pooley2024",
        ),
        _reason(
            "markers-on-treatment",
            "These tests turn usual soon after you start B12. They show how you are now, not how "
            "you were.",
            "Taken while on B12: normal markers show the effect of treatment and do not exclude "
            "deficiency before it.",
            reference="kuzminski1998",
        ),
    )
)

_WHERE = {"methylmalonic_acid": "MMA", "homocysteine": "homocysteine"}


def with_range(measured: Measurement, knowledge: Knowledge) -> Callable[[str], Reason]:
    """Return a maker of reasons that add the limit used and the range of published cut-offs."""

    def reason(code: str) -> Reason:
        sentence = FUNCTIONAL[code]
        return Reason(
            code=code,
            person=sentence.person,
            clinician=f"{sentence.clinician} {_limits(measured, knowledge)}",
            reference=sentence.reference,
            assumed=sentence.assumed,
        )

    return reason


def _limits(measured: Measurement, knowledge: Knowledge) -> str:
    lab = knowledge.labs[measured.lab]
    lowest, highest = (
        in_canonical(quantity.value, quantity.unit, lab, knowledge)
        for quantity in (lab.constants["lowest_cut_off"], lab.constants["highest_cut_off"])
    )
    unit = lab.canonical_unit
    used = "the laboratory's word" if measured.reference_high is None else None
    if used is None:
        whose = "printed" if measured.interval_from == "laboratory" else "ours"
        used = f"{measured.reference_high:g} {unit} ({whose})"
    return (
        f"Upper limit used: {used}; published cut-offs for {_WHERE[measured.lab]} run from "
        f"{lowest:g} to {highest:g} {unit}."
    )
