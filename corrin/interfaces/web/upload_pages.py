"""A laboratory report dropped on the first page: each value is shown, and used once confirmed.

The file is held in memory for this one request, read in a worker, and forgotten.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from fastapi import APIRouter, Request
from fastapi.responses import Response

from corrin.assessment import Reader
from corrin.errors import CorrinError, InputError, Problem
from corrin.interfaces.lab_reports.reading import read_report
from corrin.interfaces.lab_reports.records import FoundValue, ReportReading, Sureness
from corrin.interfaces.lab_reports.texts import MOST_VALUES
from corrin.interfaces.web.drawing import Shown, draw
from corrin.interfaces.web.forms import Form, read_sitting, sitting_fields
from corrin.interfaces.web.interview_pages import interview_of
from corrin.interfaces.web.resting_pages import resting
from corrin.interfaces.web.sending import language_of, made, send, send_from_form
from corrin.interfaces.web.translating import said
from corrin.interfaces.web.typed import Mistake, mistakes, result_fields, with_result
from corrin.interfaces.web.worker import knowledge_here
from corrin.interview.sitting import Sitting
from corrin.knowledge.loading import Knowledge
from corrin.person.reading import MAX_BYTES
from corrin.person.records import LabResult, Person
from corrin.report.words import name_of, unit_words, upper_first

router = APIRouter(include_in_schema=False)

REPORT_PATH = "/report"
_MOST_FIELDS = 10
_PARTS = ("value", "unit", "low", "high", "taken", "answer")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One value on the page: its number, the test, what was printed, and its fields."""

    number: str
    lab: str
    name: str
    printed: str
    place: str
    used: bool
    units: tuple[tuple[str, str], ...]
    doubts: tuple[str, ...] = ()
    mark: str = ""
    given: dict[str, str] = field(default_factory=dict)


@router.get(REPORT_PATH)
async def no_report_page(request: Request) -> Response:
    """Say that nothing is kept here; with scripts the page comes back from the browser."""
    return await send(request, resting, language_of(request))


@router.post(REPORT_PATH)
async def report_page(request: Request) -> Response:
    """Read the file that was given and show what was found in it."""
    sent = await request.form(max_files=1, max_fields=_MOST_FIELDS, max_part_size=MAX_BYTES)
    form = {name: value for name, value in sent.items() if isinstance(value, str)}
    file = next((one for one in sent.values() if not isinstance(one, str)), None)
    data = b"" if file is None else await file.read()
    await sent.close()
    maker = functools.partial(report, data)
    return await send(request, made, maker, form, language_of(request, form))


@router.post(f"{REPORT_PATH}/use")
async def use_page(request: Request) -> Response:
    """Take the values that were confirmed and go on to the next question."""
    return await send_from_form(request, use)


def report(data: bytes, form: Form, language: str) -> Shown:
    """Return the page with what was found in a file."""
    knowledge = knowledge_here()
    sitting = read_sitting(form, knowledge)
    if not data:
        words = said("Choose a file first.")
        reading = ReportReading(problems=(Problem("", "no-file", "", words),))
    else:
        try:
            reading = read_report(data, knowledge)
        except CorrinError as error:
            reading = ReportReading(problems=(Problem("", "not-installed", "", str(error)),))
    if reading.person is not None:
        sitting = Sitting(person=reading.person, steps=sitting.steps, reader=sitting.reader)
    rows = tuple(
        row_of(number, one, knowledge, sitting.reader) for number, one in enumerate(reading.values)
    )
    return _drawn(sitting, rows, language, reading=reading)


def use(form: dict[str, str], language: str) -> Shown:
    """Return the next question with the confirmed values, or the page again with mistakes."""
    knowledge = knowledge_here()
    sitting = read_sitting(form, knowledge)
    rows = rows_of(form, knowledge, sitting.reader)
    if form.get("go") == "none":
        return interview_of(sitting, language)
    person, wrong = with_confirmed(sitting.person, rows, knowledge)
    if wrong:
        return _drawn(sitting, rows, language, wrong=wrong)
    steps = sitting.steps
    if any(row.used and row.lab == "serum_b12" for row in rows):
        steps = (*steps, ("serum_b12",))
    return interview_of(replace(sitting, person=person, steps=steps), language)


def with_confirmed(
    person: Person, rows: Iterable[Row], knowledge: Knowledge
) -> tuple[Person, tuple[Mistake, ...]]:
    """Return the person with the confirmed values, and what is to be put right on the page."""
    wrong: list[Mistake] = []
    seen: set[tuple[str, str]] = set()
    used = [row for row in rows if row.used]
    if not used:
        return person, (Mistake(field="values", words=said("Tick the values that are right.")),)
    for row in used:
        key = (row.lab, row.given.get("taken", ""))
        if key in seen:
            words = said("This test is ticked twice for one day. Keep one of them.")
            wrong.append(Mistake(field=f"use-{row.number}", words=words))
            continue
        seen.add(key)
        try:
            person = _with_row(person, row, knowledge)
        except InputError as error:
            wrong += [
                Mistake(field=f"{one.field}-{row.number}", words=one.words)
                for one in mistakes(error)
            ]
    return person, tuple(wrong)


def _with_row(person: Person, row: Row, knowledge: Knowledge) -> Person:
    answer = row.given.get("answer", "")
    if not row.given.get("value", "").strip() and answer in {"positive", "negative"}:
        result = LabResult(lab=row.lab, interpretation=answer)
        kept = tuple(one for one in person.labs if one.lab != row.lab)
        return replace(person, labs=(*kept, result))
    person = with_result(person, row.lab, row.given, knowledge)
    result = person.labs[-1]
    if row.mark in {"low", "high"} and result.reference_interval is None:
        # Without a range the laboratory's own mark says where the value lies.
        result = replace(result, interpretation=row.mark)
    return replace(person, labs=(*person.labs[:-1], result))


def row_of(number: int, found: FoundValue, knowledge: Knowledge, reader: Reader) -> Row:
    """Return a value that was read as a line of the page."""
    result = found.result
    lab = knowledge.labs[result.lab]
    answer = result.interpretation if result.value is None else None
    given = {**result_fields(result), "answer": answer or ""}
    return Row(
        number=str(number),
        lab=lab.id,
        name=upper_first(name_of(lab, reader=reader)),
        printed=found.as_printed,
        place=found.place,
        used=found.sureness is Sureness.SURE,
        units=_units(lab.shown_units, result.unit),
        doubts=found.doubts,
        mark=result.interpretation or "",
        given={key: text for key, text in given.items() if text},
    )


def _units(shown: tuple[str, ...], printed: str | None) -> tuple[tuple[str, str], ...]:
    """Return the units to choose from: the one printed first, then those we know of."""
    every = dict.fromkeys((printed, *shown) if printed else shown)
    return tuple((unit, unit_words(unit) or unit) for unit in every)


def rows_of(form: Form, knowledge: Knowledge, reader: Reader) -> tuple[Row, ...]:
    """Return the values as the fields of the page hold them."""
    rows = []
    for number in map(str, range(MOST_VALUES)):
        lab = knowledge.labs.get(form.get(f"lab.{number}", ""))
        if lab is None:
            continue
        given = {part: form.get(f"{part}.{number}", "").strip() for part in _PARTS}
        rows.append(
            Row(
                number=number,
                lab=lab.id,
                name=upper_first(name_of(lab, reader=reader)),
                printed=form.get(f"printed.{number}", ""),
                place=form.get(f"place.{number}", ""),
                used=form.get(f"use.{number}") == "yes",
                units=_units(lab.shown_units, given["unit"] or None),
                doubts=tuple(form.get(f"doubts.{number}", "").splitlines()),
                mark=form.get(f"mark.{number}", ""),
                given={key: text for key, text in given.items() if text},
            )
        )
    return tuple(rows)


def _drawn(
    sitting: Sitting,
    rows: tuple[Row, ...],
    language: str,
    *,
    reading: ReportReading | None = None,
    wrong: tuple[Mistake, ...] = (),
) -> Shown:
    html = draw(
        "report.html",
        language=language,
        fields=sitting_fields(sitting),
        rows=rows,
        reading=reading or ReportReading(),
        problems=[
            upper_first(" ".join(filter(None, (one.where, one.what, one.do))))
            for one in (reading.problems if reading else ())
        ],
        mistakes=wrong,
        wrong={one.field: one.words for one in wrong},
        report_path=REPORT_PATH,
    )
    return Shown(html=html)
