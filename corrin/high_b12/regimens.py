"""What a person takes, as doses in time: from label texts or from a person's file."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from statistics import NormalDist
from typing import Protocol

import numpy as np

from corrin.errors import Problem
from corrin.high_b12.asking import ask
from corrin.high_b12.courses import Dates, doses_over_time
from corrin.high_b12.intake_dates import dates_of
from corrin.high_b12.intake_words import words_of
from corrin.high_b12.label_text import LabelText, Phase, read_label
from corrin.high_b12.parameters import setting
from corrin.high_b12.records import DoseTrain, Product, Regimen
from corrin.high_b12.vitamin_b6 import B6Said, total_b6
from corrin.knowledge.loading import Knowledge
from corrin.knowledge.records_of_intake import Content, Nutrient
from corrin.person.records import Intake

#: The substance of a label that names no form.
UNSTATED = "vitamin_b12"
ORAL = "oral"
START_NOT_KNOWN = (
    "It is not known when the B12 was begun: three months to five years before the blood was "
    "drawn are held to be possible."
)


class ReadsWords(Protocol):
    """Reads the words of one entry of a person's file."""

    def __call__(self, entry: Intake, knowledge: Knowledge, *, where: str) -> LabelText:
        """Return what the words say; ``where`` names the entry in a problem."""
        ...


@dataclass(slots=True)
class _Gathered:
    """What the entries of one regimen gave so far."""

    products: list[tuple[Product, str | None, str]] = field(default_factory=list)
    b6: list[B6Said] = field(default_factory=list)
    assumptions: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def regimen_from_text(texts: Sequence[str], knowledge: Knowledge) -> Regimen:
    """Read label texts, one or more products each; day 0 is the day of the first dose.

    What could not be read is in ``problems``; nothing is guessed in silence.
    """
    gathered = _Gathered()
    for position, text in enumerate(texts):
        where = "the regimen" if len(texts) == 1 else f"regimen {position + 1}"
        label = read_label(text, knowledge, where=where)
        _gather(gathered, label, Dates(), knowledge, where=where)
    return _regimen(gathered, knowledge, origin=None)


def regimen_from_intake(
    intake: Sequence[Intake],
    knowledge: Knowledge,
    *,
    as_of: dt.date,
    words: ReadsWords = words_of,
) -> Regimen:
    """Read the intake of a person's file; day 0 is ``as_of``, so the past is negative.

    ``words`` reads what is not a date in an entry: for many people one that remembers.
    """
    gathered = _Gathered()
    for position, entry in enumerate(intake):
        where = f"intake[{position}]"
        dates, problems = dates_of(entry, knowledge, as_of=as_of, where=where)
        gathered.problems += problems
        label = words(entry, knowledge, where=where)
        _gather(gathered, label, dates, knowledge, where=where, name=entry.product)
        if dates.first is None:
            gathered.assumptions.append(START_NOT_KNOWN)
    return _regimen(gathered, knowledge, origin=as_of)


def without_start(regimen: Regimen) -> Regimen:
    """Return a regimen of which only what goes on is known: day 0 is the day of the sample.

    Doses that end (a course, a single injection) then need a date: they are asked about.
    """
    products, problems = [], []
    for product in regimen.products:
        if len(product.trains) > 1 or any(train.last is not None for train in product.trains):
            problems.append(ask("missing-days", product.name))
        trains = tuple(replace(train, first=None) for train in product.trains)
        products.append(replace(product, trains=trains))
    return replace(
        regimen,
        products=tuple(products),
        problems=(*regimen.problems, *problems),
        assumptions=(*regimen.assumptions, START_NOT_KNOWN),
    )


def _gather(
    gathered: _Gathered,
    label: LabelText,
    dates: Dates,
    knowledge: Knowledge,
    *,
    where: str,
    name: str | None = None,
) -> None:
    gathered.problems += label.problems
    for position, phases in enumerate(label.products):
        b6_mg = label.b6_mg if position == 0 else None
        said = _b6_of(phases, b6_mg, label.b6_named and position == 0, knowledge)
        if said is not None:
            gathered.b6.append(said)
        if label.b6_named and not any(_names_b12(phase) for phase in phases):
            continue
        products = _products(gathered, phases, dates, where, knowledge)
        gathered.products += [(product, name, where) for product in products]


def _names_b12(phase: Phase) -> bool:
    return bool(phase.substance or phase.product or phase.dose_ug)


def _products(
    gathered: _Gathered, phases: Sequence[Phase], dates: Dates, where: str, knowledge: Knowledge
) -> list[Product]:
    """Return the doses of one entry; a later part in another form is a product of its own."""
    problems: list[Problem] = []
    amounts = [_amount(phase, where, problems, gathered.assumptions, knowledge) for phase in phases]
    routes = [_route(phase, where, problems, gathered.assumptions, knowledge) for phase in phases]
    trains, faults = doses_over_time(phases, amounts, dates, where=where)
    problems += faults
    gathered.problems += problems
    if any(_form_unknown(phase, knowledge) for phase in phases):
        gathered.assumptions.append(
            "The form of B12 is not stated: it is taken to act as cyanocobalamin."
        )
    if problems or any(dose <= 0 for dose, _ in amounts):
        return []
    products: dict[tuple[str, str, str], tuple[DoseTrain, ...]] = {}
    for phase, route, doses in zip(phases, routes, trains, strict=True):
        substance = phase.substance or UNSTATED
        kind = knowledge.intake_products.get(phase.product or "")
        name = kind.name if kind else knowledge.substances[substance].name
        key = (name, substance, route)
        products[key] = (*products.get(key, ()), *doses)
    return [
        Product(name=name, substance=substance, route=route, trains=doses)
        for (name, substance, route), doses in products.items()
        if doses
    ]


def _form_unknown(phase: Phase, knowledge: Knowledge) -> bool:
    stated = knowledge.substances[phase.substance or UNSTATED].form_stated
    return phase.product is None and not stated


def _amount(
    phase: Phase,
    where: str,
    problems: list[Problem],
    assumptions: list[str],
    knowledge: Knowledge,
) -> tuple[float, float]:
    """Return micrograms taken at once, and the spread of a guessed content."""
    count = phase.count if phase.count is not None else 1
    spread = 0.0
    dose = phase.dose_ug
    if dose is None and phase.product is not None:
        product = knowledge.intake_products[phase.product]
        content = next(
            (one for one in product.contents
             if knowledge.substances[one.substance].nutrient is Nutrient.B12), None)  # fmt: skip
        if content is not None:
            dose, spread = content.mode, spread_of(content, knowledge)
            assumptions.append(
                f"How much B12 is in it was not given: {product.portion} of {product.name} is "
                f"taken to hold about {content.mode:g} {content.unit} "
                f"({content.low:g} to {content.high:g}). {content.assumed or ''}".strip()
            )
    if dose is None:
        if not phase.dose_asked:
            problems.append(ask("missing-dose", where))
        return 0.0, 0.0
    together = dose * count
    if not setting(knowledge, "smallest_dose") <= together <= setting(knowledge, "largest_dose"):
        problems.append(ask("impossible-dose", where))
    return together, spread


def spread_of(content: Content, knowledge: Knowledge) -> float:
    """Return the standard deviation of the logarithm of a content with a 90% interval."""
    tail = (1 + knowledge.model["interval"].value) / 2
    return float(np.log(content.high / content.low) / (2 * NormalDist().inv_cdf(tail)))


def _route(
    phase: Phase,
    where: str,
    problems: list[Problem],
    assumptions: list[str],
    knowledge: Knowledge,
) -> str:
    if phase.route:
        return phase.route
    product = knowledge.intake_products.get(phase.product or "")
    if product is not None:
        return product.route
    if phase.timing.every and phase.timing.every[0] <= 1:
        assumptions.append("The way is not stated: a daily dose is taken to be swallowed.")
    elif not phase.timing.faults:
        problems.append(ask("missing-route", where))
    return ORAL


def _b6_of(
    phases: Sequence[Phase], b6_mg: float | None, named: bool, knowledge: Knowledge
) -> B6Said | None:
    phase = phases[-1]
    every = phase.timing.every[0] if phase.timing.every else None
    count = phase.count if phase.count is not None else 1
    if b6_mg is not None:
        return B6Said(mg=b6_mg * count, every=every, guessed=False)
    product = knowledge.intake_products.get(phase.product or "")
    contents = product.contents if product is not None else ()
    for content in contents:
        if knowledge.substances[content.substance].nutrient is Nutrient.B6:
            return B6Said(mg=content.mode * count, every=every, guessed=True)
    return B6Said(mg=None, every=every, guessed=False) if named else None


def _regimen(gathered: _Gathered, knowledge: Knowledge, *, origin: dt.date | None) -> Regimen:
    problems = [*gathered.problems, *_overlaps(gathered.products)]
    b6, words = total_b6(gathered.b6, knowledge)
    return Regimen(
        products=tuple(product for product, _, _ in gathered.products),
        vitamin_b6=b6,
        assumptions=tuple(dict.fromkeys((*gathered.assumptions, *words))),
        problems=tuple(dict.fromkeys(problems)),
        origin=origin,
    )


def _overlaps(products: Sequence[tuple[Product, str | None, str]]) -> list[Problem]:
    """Ask about the same thing taken twice at one time, unless both have their own name."""
    problems = []
    for (one, name, _), (other, other_name, where) in itertools.combinations(products, 2):
        same = (one.substance, one.route, one.name) == (other.substance, other.route, other.name)
        own_names = name is not None and other_name is not None and name != other_name
        if same and not own_names and _share_time(one, other):
            problems.append(ask("overlapping-regimens", where))
    return problems


def _share_time(one: Product, other: Product) -> bool:
    (first, last), (other_first, other_last) = _time(one), _time(other)
    return first <= other_last and other_first <= last


def _time(product: Product) -> tuple[float, float]:
    firsts = [-np.inf if train.first is None else train.first for train in product.trains]
    lasts = [np.inf if train.last is None else train.last for train in product.trains]
    return min(firsts), max(lasts)
