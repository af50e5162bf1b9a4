"""When each product with B12 was taken, and whether vitamin B6 came along above a limit."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from corrin.high_b12.records import Product
from corrin.high_b12.regimens import regimen_from_intake
from corrin.knowledge.loading import Knowledge
from corrin.person.records import Drug, Person
from corrin.picture.from_intake import b12_products

#: First and last day of a product, counted from today; None is not known, or goes on.
Days = tuple[float | None, float | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """``days`` has one entry for each product; None when intake was not asked.

    ``b6_above_limit``: the vitamin B6 of a day lies above a limit of the records.
    """

    days: tuple[Days, ...] | None
    b6_above_limit: bool


def taken(person: Person, knowledge: Knowledge, *, today: dt.date) -> Taken:
    """Return what a person took and when, from supplements and medicines.

    An entry that cannot be read counts as taken at a time not known when it names B12; when
    it names something else, and nothing with B12 was read, it is not known what is taken.
    """
    medicines = tuple(
        _of_drug(drug, today) for drug in person.drugs or () if b12_products(None, (drug,))
    )
    if person.intake is None:
        return Taken(days=medicines or None, b6_above_limit=False)
    regimen = regimen_from_intake(person.intake, knowledge, as_of=today)
    read = (*map(_of_product, regimen.products), *medicines)
    days: tuple[Days, ...] | None = read
    if regimen.problems and b12_products(person.intake, None):
        days = (*read, (None, None))
    elif regimen.problems and not read:
        days = None
    b6 = regimen.vitamin_b6
    return Taken(days=days, b6_above_limit=b6 is not None and bool(b6.above))


def _of_product(product: Product) -> Days:
    firsts = [train.first for train in product.trains]
    lasts = [train.last for train in product.trains]
    known = [first for first in firsts if first is not None]
    ended = [last for last in lasts if last is not None]
    return (
        min(known) if known and len(known) == len(firsts) else None,
        max(ended) if ended and len(ended) == len(lasts) else None,
    )


def _of_drug(drug: Drug, today: dt.date) -> Days:
    first, last = (
        None if day is None else float((day - today).days) for day in (drug.since, drug.until)
    )
    return first, last
