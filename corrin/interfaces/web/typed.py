"""Reads what was typed on a page: results and products, checked like a person file."""

from __future__ import annotations

from dataclasses import dataclass, replace

from corrin.errors import InputError, Problem
from corrin.interfaces.web.forms import Form
from corrin.interfaces.web.translating import said
from corrin.knowledge.loading import Knowledge
from corrin.person.reading import person_from_table
from corrin.person.records import Intake, LabResult, Person
from corrin.picture.person_file import check, vocabulary

#: From the end of a problem's place in a person file to the field of the page.
_FIELD_OF = {
    "value": "value",
    "unit": "unit",
    "taken": "taken",
    "low": "low",
    "high": "high",
    "reference_interval": "low",
}
MOST_PRODUCTS = 20  # not clinical: lines of a box


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """One thing to put right on a page: the field, and what to do in plain words."""

    field: str
    words: str


def with_result(person: Person, lab: str, form: Form, knowledge: Knowledge) -> Person:
    """Return the person with one more laboratory result, as typed in the fields of the page.

    Raises :class:`InputError` when it cannot be used; an earlier undated result of the
    same test is replaced.
    """
    row: dict[str, object] = {"lab": lab, "value": form.get("value", "").strip() or None}
    if row["value"] is None:
        raise InputError([Problem("value", "missing-value", "", said("Write the number."))])
    unit = form.get("unit", "").strip()
    if unit:
        row["unit"] = unit
    if taken := form.get("taken", "").strip():
        row["taken"] = taken
    limits = {
        side: _number(form.get(side, ""), side)
        for side in ("low", "high")
        if form.get(side, "").strip()
    }
    if limits:
        row["reference_interval"] = limits
    read, _ = person_from_table({"labs": [row]}, vocabulary(knowledge))
    result = read.labs[0]
    kept = tuple(one for one in person.labs if (one.lab, one.taken) != (result.lab, result.taken))
    check(Person(age=person.age, sex=person.sex, labs=(result,)), knowledge)
    return replace(person, labs=(*kept, result))


def _number(text: str, field: str) -> float:
    try:
        return float(text.strip().replace(",", "."))
    except ValueError:
        raise InputError(
            [Problem(field, "wrong-type", "", said("Write a number, as printed by the lab."))]
        ) from None


#: How B12 gets into the body: as the person file says it, and as the page asks it.
ROUTES = {
    "by mouth": said("Swallowed"),
    "under the tongue": said("Under the tongue"),
    "into the nose": said("Into the nose"),
    "injection": said("An injection"),
}
#: How often: as the person file says it, and as the page asks it.
OFTEN = {
    "twice a day": said("Twice a day"),
    "1 day": said("Once a day"),
    "2 days": said("Every other day"),
    "3 times a week": said("Three times a week"),
    "1 week": said("Once a week"),
    "2 weeks": said("Every two weeks"),
    "1 month": said("Once a month"),
    "2 months": said("Every two months"),
    "3 months": said("Every three months"),
    "once": said("Just once"),
}
#: What the label may call it, when no name was written.
_UNNAMED = "vitamin B12"


def with_products(person: Person, form: Form, knowledge: Knowledge) -> Person:
    """Return the person with the product described, and any more, one a line.

    Raises :class:`InputError` when nothing was written or a field cannot be read.
    """
    keys = ("product", "dose", "route", "every", "since", "last_dose")
    first = {key: form[key].strip() for key in keys if form.get(key, "").strip()}
    lines = [line.strip() for line in form.get("products", "").splitlines() if line.strip()]
    if not first and not lines:
        raise InputError(
            [Problem("product", "missing", "", said("Write what you take, or press No."))]
        )
    if len(lines) > MOST_PRODUCTS:
        raise InputError([Problem("products", "too-many", "", said("Write fewer lines."))])
    rows: list[dict[str, str]] = [{"product": _UNNAMED, **first}] if first else []
    rows += [{"product": line} for line in lines]
    read, _ = person_from_table({"intake": rows}, vocabulary(knowledge))
    return replace(person, intake=read.intake)


def mistakes(error: InputError) -> tuple[Mistake, ...]:
    """Return what went wrong by field of the page, each field once."""
    found: dict[str, Mistake] = {}
    for problem in error.problems:
        end = problem.where.rpartition(".")[2].partition("[")[0]
        field = _FIELD_OF.get(end, end)
        words = f"{problem.what[:1].upper()}{problem.what[1:]} {problem.do}".strip()
        if problem.code in _PLAIN:
            words = _PLAIN[problem.code]
        found.setdefault(field, Mistake(field=field, words=words))
    return tuple(found.values())


#: Problems of a person file, said for a page.
_PLAIN = {
    "not-a-number": said("Write a number as on the paper, such as 1450 or >2000."),
    "ambiguous-number": said("Write it without commas: 1450 for one thousand four hundred fifty."),
    "impossible-value": said("This number is not possible in this unit. Check both."),
    "unknown-unit": said("We do not know this unit. Copy it from the paper."),
    "missing-unit": said("Choose the unit. It stands beside the number on the paper."),
    "future-date": said("This date lies ahead of us. Check the year."),
    "wrong-date": said("Write the date as year, month, day."),
    "reversed-interval": said("The lower end is above the upper end. Swap the two numbers."),
    "reversed-dates": said("The last dose comes before the first. Check the dates."),
}


def result_fields(result: LabResult | None) -> dict[str, str]:
    """Return a result as the fields of a page, to be shown again."""
    if result is None:
        return {}
    interval = result.reference_interval
    value = result.value
    shown = {
        "value": f"{value:g}" if isinstance(value, float) else value,
        "unit": result.unit,
        "taken": result.taken.isoformat() if result.taken else None,
        "low": f"{interval.low:g}" if interval and interval.low is not None else None,
        "high": f"{interval.high:g}" if interval and interval.high is not None else None,
    }
    return {key: text for key, text in shown.items() if text}


def product_fields(intake: tuple[Intake, ...] | None) -> dict[str, str]:
    """Return the products as the fields of a page, to be shown again."""
    if not intake:
        return {}
    first, *others = intake
    shown = {
        "product": first.product or first.substance,
        "dose": first.dose,
        "route": first.route,
        "every": first.every,
        "since": first.since.isoformat() if first.since else None,
        "last_dose": first.last_dose.isoformat() if first.last_dose else None,
        "products": "\n".join(one.product or one.substance or "" for one in others),
    }
    return {key: text for key, text in shown.items() if text}
