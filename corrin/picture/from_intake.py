"""What the list of supplements and injections says: is B12 taken, how, and how much?"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence

from corrin.knowledge.loading import Knowledge
from corrin.labs.numbers import Comparator, Reading, read_number
from corrin.labs.units import exact, units_spelt
from corrin.person.records import Drug, Intake
from corrin.picture.records import FindingState, Origin

FINDING = "b12_supplement"
_B12 = re.compile(r"cobalamin|cobamamide|\bb[ -]?12\b|\bcytamen\b", re.IGNORECASE)
_INJECTED = re.compile(
    r"\binject|\bi\.?m\b|\bs\.?c\b|\bi\.?v\b|intramusc|subcut|intraven|parenter|\bshots?\b|\bjabs?\b"
    r"|hydroxocobalamin",
    re.IGNORECASE,
)
_AMOUNT = re.compile(r"(?P<number>[0-9][0-9.,' ]*)\s*(?P<unit>[^\W\d_]+)")


def b12_products(
    intake: Sequence[Intake] | None, drugs: Sequence[Drug] | None
) -> tuple[Intake, ...]:
    """Return every entry that is vitamin B12, from the supplements and from the medicines."""
    from_drugs = (
        Intake(substance=drug.name, route=drug.name, dose=drug.name, until=drug.until)
        for drug in drugs or ()
        if _B12.search(drug.name)
    )
    named = (one for one in intake or () if _B12.search(f"{one.substance} {one.product}"))
    return (*named, *from_drugs)


def injected(product: Intake) -> bool:
    """Whether it is given by needle; hydroxocobalamin exists for injection only."""
    return _INJECTED.search(f"{product.route} {product.substance} {product.product}") is not None


def high_dose_state(
    intake: Sequence[Intake] | None,
    drugs: Sequence[Drug] | None,
    knowledge: Knowledge,
    *,
    day: dt.date,
) -> FindingState | None:
    """Return the state of "high-dose B12 or injections", None when not known.

    An empty list of supplements was asked and is "none".  A product that has ended or
    whose dose cannot be read settles nothing.
    """
    products = b12_products(intake, drugs)
    if not products:
        return (
            FindingState(False, Origin.INTAKE, "no supplements are taken") if intake == () else None
        )
    answers = [is_high(one, knowledge) for one in products if one.until is None or one.until >= day]
    if True in answers:
        return FindingState(True, Origin.INTAKE, "the dose or the route given")
    if len(answers) == len(products) and None not in answers:
        return FindingState(False, Origin.INTAKE, "every dose given is low")
    return None


def is_high(product: Intake, knowledge: Knowledge) -> bool | None:
    """Return whether a B12 product is high-dose or injected; None when it cannot be read."""
    if injected(product):
        return True
    dose = amount(product.dose, "mass", knowledge)
    if dose is None:
        return None
    high = knowledge.labs["serum_b12"].constants["high_dose"].value
    every = amount(product.every, "time", knowledge)
    day = knowledge.units["d"].factor
    return dose >= high or (every is not None and dose * day / every >= high)


def amount(text: str | None, dimension: str, knowledge: Knowledge) -> float | None:
    """Return the first amount of a dimension in a text, in its base unit (ug, h), or None.

    ``1 mg`` is 1000 (ug), ``12 weeks`` 2016 (h), ``day`` 24; ``1,000 ug`` is None, since
    it can be read in two ways.
    """
    for match in _AMOUNT.finditer(text or ""):
        number = read_number(match["number"].strip())
        units = units_spelt(match["unit"], knowledge)
        sizes = {unit.factor for unit in units if unit.dimension == dimension}
        if len(sizes) == 1 and isinstance(number, Reading) and number.number > 0:
            if number.comparator is not Comparator.NONE:
                return None
            return float(number.number * exact(sizes.pop()))
    bare = [
        unit.factor for unit in units_spelt(text or "", knowledge) if unit.dimension == dimension
    ]
    return bare[0] if len(bare) == 1 else None
