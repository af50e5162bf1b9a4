"""A label or a plain sentence, read: what, which way, how much, how often, how long.

Nothing is guessed: each word is understood, or known to say nothing, or asked about.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from corrin.errors import Problem
from corrin.high_b12.asking import ask
from corrin.high_b12.dose_words import read_amount, read_vitamin_b6
from corrin.high_b12.label_words import NUMBER, Ambiguous, any_of, even_out, number, take
from corrin.high_b12.timing_words import Timing, read_timing
from corrin.knowledge.loading import Knowledge
from corrin.knowledge.records_of_intake import Nutrient, Substance

#: Words that say nothing of dose, way or time.
_FILLING_WORDS = """
a an and at before after by with of on in the to for i my me take takes taken taking took have
having get getting got given give using use is are was it per each every as day food meal meals
water breakfast lunch dinner supper bed bedtime night morning evening empty stomach dose doses
dosage mouth one supplement supplements daily product strength high extra active natural pure form
forms tablet tablets vitamin dietary spray drops drop still now currently solution liquid release
sustained timed slow time standard vegan from contains containing adult course then x loading
maintenance treatment therapy
"""
_FILLING = frozenset(_FILLING_WORDS.split())
_PHASES = r"(?:\bthen\b|\bfollowed by\b|\bafter that\b|\bthereafter\b|->|\u2192)"
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}|\d{1,2}[./]\d{1,2}[./]\d{2,4}")
_PARTS = r"(?:\n|;| \+ |\bplus\b|&)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """A stretch of one product: what is taken, how much at once, and when.

    ``dose_asked`` when a dose was said but has to be asked about.
    """

    substance: str | None = None
    product: str | None = None
    route: str | None = None
    dose_ug: float | None = None
    count: float | None = None
    dose_asked: bool = False
    timing: Timing = field(default_factory=Timing)


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelText:
    """What a text says: for each product its phases, B6 in one dose, what has to be asked."""

    products: tuple[tuple[Phase, ...], ...]
    b6_mg: float | None = None
    b6_named: bool = False
    problems: tuple[Problem, ...] = ()


def read_label(text: str, knowledge: Knowledge, *, where: str) -> LabelText:
    """Read the text of a label or a sentence.  ``where`` names the place in a problem."""
    plain = even_out(text.replace("\n", " ; "))
    b6_mg, b6_named, plain = read_vitamin_b6(plain, knowledge)
    problems: list[Problem] = []
    products = []
    for part in _split_products(plain, knowledge):
        phases: list[Phase] = []
        for piece in re.split(_PHASES, part):
            if piece.strip(" ,.;|"):
                phase, found = _phase(piece, knowledge, where)
                phases.append(_carry_on(phases[-1], phase) if phases else phase)
                problems += found
        if phases:
            products.append(tuple(phases))
    if not products and not b6_named:
        problems.append(ask("empty-regimen", where))
    distinct = tuple(dict.fromkeys(problems))
    return LabelText(products=tuple(products), b6_mg=b6_mg, b6_named=b6_named, problems=distinct)


def _carry_on(before: Phase, phase: Phase) -> Phase:
    """A later phase keeps what it does not say anew."""
    same_thing = phase.substance is None and phase.product is None
    return replace(
        phase,
        substance=before.substance if same_thing else phase.substance,
        product=before.product if same_thing else phase.product,
        route=phase.route or (before.route if same_thing else None),
        dose_ug=before.dose_ug if phase.dose_ug is None and same_thing else phase.dose_ug,
        count=before.count if phase.count is None and phase.dose_ug is None else phase.count,
    )


def _split_products(text: str, knowledge: Knowledge) -> list[str]:
    """Split at signs that part products; "and" parts two that each name a thing."""
    named = _names(knowledge)
    parts: list[str] = []
    for piece in re.split(_PARTS, text):
        # A piece that names nothing goes on about what stood before it.
        if parts and not re.search(named, piece):
            parts[-1] += " then " + piece if _phase_like(piece) else " " + piece
        else:
            parts.append(piece)
    return [half for part in parts for half in _at_and(part, named)]


def _phase_like(piece: str) -> bool:
    return bool(re.search(r"\d|daily|weekly|monthly|every", piece))


def _at_and(part: str, named: str) -> list[str]:
    halves = re.split(r"\band\b", part)
    if len(halves) > 1 and all(
        re.search(named, half) and re.search(r"\d|\bone\b|\ba\b|daily", half) for half in halves
    ):
        return halves
    return [part]


@functools.lru_cache(maxsize=2)
def _names(knowledge: Knowledge) -> str:
    words = [s for one in knowledge.substances.values() for s in one.spellings]
    words += [s for one in knowledge.intake_products.values() for s in one.spellings]
    return any_of(words)


def _phase(text: str, knowledge: Knowledge, where: str) -> tuple[Phase, list[Problem]]:
    problems: list[Problem] = []
    product, count, text = _product(text, knowledge)
    substance, several, text = _substance(text, knowledge)
    if several:
        problems.append(ask("several-substances", where))
    strong, weak = _routes(text, knowledge)
    if len(strong) > 1:
        problems.append(ask("several-routes", where))
    route = strong[0] if strong else (weak[0] if len(weak) == 1 else None)
    for one in knowledge.pharmacokinetics.route:
        if one.spellings:
            text = take(any_of(one.spellings), text)[1]
    amount, text = read_amount(text, knowledge)
    timing, text = read_timing(text)
    problems += [ask(code, where) for code in (*amount.faults, *timing.faults)]
    if len(amount.dose_ug) > 1:
        problems.append(ask("several-doses", where))
    if len(timing.every) > 1:
        problems.append(ask("contradictory-frequency", where))
    problems += _left_over(text, knowledge, where)
    return (
        Phase(
            substance=substance,
            product=product,
            route=route,
            dose_ug=amount.dose_ug[0] if amount.dose_ug else None,
            count=amount.count if amount.count is not None else count,
            dose_asked=bool(amount.faults) or any(one.code == "missing-unit" for one in problems),
            timing=timing,
        ),
        problems,
    )


def _product(text: str, knowledge: Knowledge) -> tuple[str | None, float | None, str]:
    """Find a product by kind, with how many of it are taken ("two multivitamins")."""
    for product in knowledge.intake_products.values():
        names = any_of(product.spellings)
        portions = r"(?:[a-z]+ of )?"
        found, rest = take(rf"(?:\b(?P<n>{NUMBER}|an?) {portions})?{names}", text)
        if found:
            count = number(found[0]["n"]) if found[0]["n"] else None
            amount = None if count is None or isinstance(count, Ambiguous) else float(count)
            return product.id, amount, rest
    return None, None, text


def _substance(text: str, knowledge: Knowledge) -> tuple[str | None, bool, str]:
    """Find the form of B12; a named form wins over the vitamin's own name."""
    found: dict[str, bool] = {}
    by_spelling = _forms(knowledge)
    matches, text = take(any_of(by_spelling), text)
    for match in matches:
        one = by_spelling[match.group()]
        found[one.id] = one.form_stated
    stated = [id_ for id_, form in found.items() if form]
    if stated:
        return stated[0], len(stated) > 1, text
    return next(iter(found), None), False, text


@functools.lru_cache(maxsize=2)
def _forms(knowledge: Knowledge) -> Mapping[str, Substance]:
    """Return the forms of B12 by spelling."""
    return {
        even_out(spelling): one
        for one in knowledge.substances.values()
        if one.nutrient is Nutrient.B12
        for spelling in one.spellings
    }


def _routes(text: str, knowledge: Knowledge) -> tuple[list[str], list[str]]:
    """Return the ways that are said, and those that a form of medicine hints at."""
    routes = knowledge.pharmacokinetics.route
    by_spelling = {even_out(word): one.id for one in routes for word in one.spellings}
    found, rest = take(any_of(by_spelling), text)
    strong = list(dict.fromkeys(by_spelling[match.group()] for match in found))
    by_form = {even_out(word): one.id for one in routes for word in one.forms}
    hints = [by_form[match.group()] for match in take(any_of(by_form), rest)[0]]
    return strong, list(dict.fromkeys(hints))


def _left_over(text: str, knowledge: Knowledge, where: str) -> list[Problem]:
    forms = {word for one in knowledge.pharmacokinetics.route for word in one.forms}
    words = [word.strip(".,:;|/-") for word in text.split()]
    unknown = [word for word in words if word and word not in _FILLING and word not in forms]
    numbers = [word for word in unknown if re.search(r"\d", word)]
    if any(_DATE.fullmatch(word) for word in numbers):
        return [ask("date-in-text", where)]
    if len(numbers) == len(unknown):
        return [ask("missing-unit", where)] if numbers else []
    return [ask("not-understood", where, words=" ".join(w for w in unknown if w not in numbers))]
