"""What was read of a patient's record: each value is shown, and used once confirmed.

Works in a worker, from resources that came with the request and are forgotten after it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from corrin.assessment import Reader
from corrin.errors import InputError, Problem
from corrin.interfaces.fhir.reading import read_fhir
from corrin.interfaces.fhir.records import FhirReading
from corrin.interfaces.lab_reports.reading import of_person_table
from corrin.interfaces.lab_reports.records import FoundValue
from corrin.interfaces.lab_reports.texts import MOST_VALUES
from corrin.interfaces.web.answers_so_far import answers_so_far
from corrin.interfaces.web.drawing import Shown, draw
from corrin.interfaces.web.forms import Form, read_sitting, sitting_fields
from corrin.interfaces.web.interview_pages import interview_of
from corrin.interfaces.web.record_account import Account, account_of, of_whom
from corrin.interfaces.web.translating import said
from corrin.interfaces.web.typed import Mistake
from corrin.interfaces.web.upload_pages import Row, row_of, rows_of, with_confirmed
from corrin.interfaces.web.worker import knowledge_here
from corrin.interview.sitting import Sitting, taken_back
from corrin.knowledge.loading import Knowledge
from corrin.knowledge.records import Setting
from corrin.person.records import Person
from corrin.report.words import SETTING, upper_first

RECORD_PATH = "/smart/record"
USE_PATH = "/smart/use"
#: More would not be looked through; a form has room for them.
MOST_MEDICINES = 100  # not clinical: medicines of one person
_KEEP = "keep."
_FIRST = "serum_b12"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing beside the results: the field that keeps it, what it is, and what was read."""

    field: str
    id: str
    name: str
    words: str
    kept: bool = True


def record(
    bundles: list[Mapping[str, Any]],
    patient: str,
    server: str,
    parts: tuple[tuple[str, int, str], ...],
    language: str,
) -> Shown:
    """Return the page with what was read; ``parts`` are name, count and fault of each part.

    ``patient`` is the logical id of the patient the record was opened for.
    """
    knowledge = knowledge_here()
    today = dt.date.today()
    try:
        reading = read_fhir(bundles, knowledge=knowledge, patient_id=patient)
        table, places = _in_order(reading)
        found = of_person_table(table, knowledge, today)
    except InputError as error:
        return unusable(language, error.problems)
    person = found.person or Person()
    dropped = [f"{one.what[:1].upper()}{one.what[1:]} {one.do}" for one in found.problems]
    if person.drugs and len(person.drugs) > MOST_MEDICINES:
        person = replace(person, drugs=person.drugs[:MOST_MEDICINES])
        dropped.append(said("Not all medicines were taken over. There are too many."))
    rows = tuple(
        row_of(number, replace(one, place=place or one.place), knowledge, Reader.PERSON)
        for number, (one, place) in enumerate(_with_places(found.values, places))
    )
    older = _older(rows)
    rows = tuple(replace(row, used=row.used and row.number not in older) for row in rows)
    account = account_of(
        reading, parts, server=server, patient=of_whom(bundles, patient), left_out=dropped
    )
    return _drawn(Sitting(person=person), rows, _items(person, knowledge), account, language)


def record_again(form: dict[str, str], language: str) -> Shown:
    """Return the page again from its own fields, as the browser kept them."""
    knowledge = knowledge_here()
    sitting = read_sitting(form, knowledge)
    rows = rows_of(form, knowledge, sitting.reader)
    items = _ticked(_items(sitting.person, knowledge), form)
    return _drawn(sitting, rows, items, _account(form), language)


def use(form: dict[str, str], language: str) -> Shown:
    """Return the next question with what was confirmed, or the page again with mistakes."""
    knowledge = knowledge_here()
    sitting = read_sitting(form, knowledge)
    if form.get("go") == "none":
        return interview_of(replace(sitting, person=Person()), language)
    rows = rows_of(form, knowledge, sitting.reader)
    items = _ticked(_items(sitting.person, knowledge), form)
    person = _kept(sitting.person, items)
    wrong: tuple[Mistake, ...] = ()
    if any(row.used for row in rows):
        person, wrong = with_confirmed(person, rows, knowledge)
    elif not any(item.kept for item in items):
        wrong = (Mistake(field="values", words=said("Tick what is right.")),)
    if wrong:
        return _drawn(sitting, rows, items, _account(form), language, wrong=wrong)
    steps = sitting.steps
    if any(row.used and row.lab == _FIRST for row in rows):
        steps = (*steps, (_FIRST,))
    return interview_of(replace(sitting, person=person, steps=steps), language)


def unusable(language: str, problems: tuple[Problem, ...]) -> Shown:
    """Return the page for a record that makes no person."""
    html = draw(
        "trouble.html",
        language=language,
        title=said("This record could not be used"),
        do=said("You can type the values in."),
        urgent="",
        problems=[f"{one.where}: {one.what} {one.do}" for one in problems],
    )
    return Shown(html=html, status=502)  # not clinical: HTTP


def _in_order(reading: FhirReading) -> tuple[dict[str, Any], list[str]]:
    """Return the person file with the newest of each test first, B12 before all, and places.

    Only so many can be looked through: the fifth potassium must not push out the first B12.
    """
    rows = reading.person_table.get("labs", [])
    sources = [one.resource for one in reading.used if one.as_.startswith("labs: ")]
    places = sources if len(sources) == len(rows) else [""] * len(rows)
    seen: dict[str, int] = {}
    order = []
    for index, row in enumerate(rows):
        rank = seen[row["lab"]] = seen.get(row["lab"], -1) + 1
        order.append((rank, row["lab"] != _FIRST, index))
    ordered = [index for _, _, index in sorted(order)]
    table = reading.person_table | {"labs": [rows[index] for index in ordered]}
    return table, [places[index] for index in ordered]


def _with_places(
    values: tuple[FoundValue, ...], places: list[str]
) -> Iterable[tuple[FoundValue, str]]:
    whole = len(values) == len(places) or len(values) == MOST_VALUES < len(places)
    return zip(values, places if whole else [""] * len(values), strict=False)


def _older(rows: tuple[Row, ...]) -> frozenset[str]:
    """Return the numbers of results that a newer one of the same test stands before.

    They are shown apart and not ticked: nobody looks through sixty.  Of B12 each one counts.
    """
    seen = {_FIRST}
    older = set()
    for row in rows:
        if row.lab in seen and row.lab != _FIRST:
            older.add(row.number)
        seen.add(row.lab)
    return frozenset(older)


def _items(person: Person, knowledge: Knowledge) -> tuple[Item, ...]:
    sitting = Sitting(person=person)
    found = [
        Item(field=f"{_KEEP}{one.id}", id=one.id, name=one.question, words=one.answer)
        for one in answers_so_far(sitting, knowledge)
        if one.id != _FIRST
    ]
    if person.setting in set(Setting):
        words = upper_first(SETTING[Setting(person.setting)])
        found.append(
            Item(
                field=f"{_KEEP}setting", id="setting", name=said("Where you are seen"), words=words
            )
        )
    found += [
        Item(
            field=f"{_KEEP}drug.{number}",
            id=f"drug.{number}",
            name=said("A medicine"),
            words=one.name,
        )
        for number, one in enumerate(person.drugs or ())
    ]
    return tuple(found)


def _ticked(items: tuple[Item, ...], form: Form) -> tuple[Item, ...]:
    return tuple(replace(one, kept=form.get(one.field) == "yes") for one in items)


def _kept(person: Person, items: tuple[Item, ...]) -> Person:
    """Return the person without what was not confirmed."""
    gone = tuple(one.id for one in items if not one.kept)
    if "setting" in gone:
        person = replace(person, setting=None)
    if person.drugs:
        drugs = tuple(
            one for number, one in enumerate(person.drugs) if f"drug.{number}" not in gone
        )
        # None left is not "takes none": the others were only not confirmed.
        person = replace(person, drugs=drugs or None)
    return taken_back(person, gone)


def _account(form: Form) -> Account:
    try:
        return msgspec.json.decode(form.get("account", "").encode() or b"{}", type=Account)
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
        raise InputError(
            [Problem("account", "not-understood", "were not understood.", "Start again.")]
        ) from None


def _drawn(
    sitting: Sitting,
    rows: tuple[Row, ...],
    items: tuple[Item, ...],
    account: Account,
    language: str,
    *,
    wrong: tuple[Mistake, ...] = (),
) -> Shown:
    fields = sitting_fields(replace(sitting, person=replace(sitting.person, labs=())))
    older = _older(rows)
    html = draw(
        "from_record.html",
        language=language,
        fields={key: text for key, text in fields.items() if key != "reader"}
        | {"account": msgspec.json.encode(account).decode()},
        clinical=sitting.reader is Reader.CLINICIAN,
        rows=rows,
        older=older,
        older_used=any(row.used for row in rows if row.number in older),
        items=items,
        account=account,
        mistakes=wrong,
        wrong={one.field: one.words for one in wrong},
        record_path=RECORD_PATH,
        use_path=USE_PATH,
    )
    return Shown(html=html)
