"""The first page: a B12 result or none, age, sex, and what they are asked for."""

from __future__ import annotations

import datetime as dt
import functools
from dataclasses import replace

from fastapi import APIRouter, Request
from fastapi.responses import Response

from corrin.assessment import Reader
from corrin.errors import InputError
from corrin.interfaces.smart.settings import START_PATH
from corrin.interfaces.web.drawing import Shown, draw
from corrin.interfaces.web.forms import Form
from corrin.interfaces.web.interview_pages import interview_of
from corrin.interfaces.web.sending import language_of, send, send_from_form
from corrin.interfaces.web.translating import said
from corrin.interfaces.web.typed import Mistake, mistakes, with_result
from corrin.interfaces.web.worker import knowledge_here
from corrin.interview.answering import answer_text
from corrin.interview.questions import question_about
from corrin.interview.sitting import Sitting
from corrin.knowledge.loading import Knowledge
from corrin.knowledge.records import Setting
from corrin.person.records import Person
from corrin.report.words import SETTING, upper_first
from corrin.triage.flags import emergency_number

router = APIRouter(include_in_schema=False)

#: Where a dropped report is sent.
REPORT_PATH = "/report"
_NUMBER_OF = "emergency_number_"
_COUNTRIES = {
    "at": said("Austria"), "au": said("Australia"), "be": said("Belgium"), "bg": said("Bulgaria"),
    "ca": said("Canada"), "cy": said("Cyprus"), "cz": said("Czechia"), "de": said("Germany"),
    "dk": said("Denmark"), "ee": said("Estonia"), "es": said("Spain"), "fi": said("Finland"),
    "fr": said("France"), "gb": said("United Kingdom"), "gr": said("Greece"),
    "hr": said("Croatia"), "hu": said("Hungary"), "ie": said("Ireland"), "it": said("Italy"),
    "lt": said("Lithuania"), "lu": said("Luxembourg"), "lv": said("Latvia"), "mt": said("Malta"),
    "nl": said("Netherlands"), "nz": said("New Zealand"), "pl": said("Poland"),
    "pt": said("Portugal"), "ro": said("Romania"), "se": said("Sweden"), "si": said("Slovenia"),
    "sk": said("Slovakia"), "us": said("United States"),
}  # fmt: skip


@router.get("/")
async def start_page(request: Request) -> Response:
    """Return the first page, with nothing filled in."""
    return await send(request, start, language_of(request), _record_path(request))


@router.post("/start")
async def started_page(request: Request) -> Response:
    """Take the first page and ask the first question."""
    maker = functools.partial(started, record_path=_record_path(request))
    return await send_from_form(request, maker)


def start(language: str, record_path: str = "") -> Shown:
    """Return the first page; ``record_path`` is where a record is chosen, if there is any."""
    return _drawn({}, (), language, record_path)


def started(form: dict[str, str], language: str, *, record_path: str = "") -> Shown:
    """Return the first question, or the first page again with what to put right."""
    knowledge = knowledge_here()
    sitting, wrong = first_sitting(form, knowledge)
    if wrong:
        return _drawn(form, wrong, language, record_path)
    return interview_of(sitting, language)


def first_sitting(form: Form, knowledge: Knowledge) -> tuple[Sitting, tuple[Mistake, ...]]:
    """Return the sitting that the first page begins, and every mistake on the page.

    Whatever was left empty is asked for, or left open, later.
    """
    reader = Reader.CLINICIAN if form.get("reader") == Reader.CLINICIAN else Reader.PERSON
    person, wrong = Person(), list[Mistake]()
    steps: list[tuple[str, ...]] = []
    country, setting = form.get("country", ""), form.get("setting", "")
    if _NUMBER_OF + country in knowledge.wording and country in _COUNTRIES:
        person = replace(person, country=country.upper())
    if reader is Reader.CLINICIAN and setting in set(Setting):
        person = replace(person, setting=setting)
    for id_ in ("age", "sex"):
        question = question_about(id_, knowledge)
        if question is not None and form.get(id_, "").strip():
            try:
                person = answer_text(person, question, form[id_], knowledge)
                steps.append((id_,))
            except InputError as error:
                wrong += [Mistake(field=id_, words=one.do) for one in error.problems]
    if form.get("go") == "no-result":
        steps.append(("serum_b12",))
    elif any(form.get(key, "").strip() for key in ("value", "low", "high")):
        try:
            person = with_result(person, "serum_b12", form, knowledge)
            steps.append(("serum_b12",))
        except InputError as error:
            wrong += mistakes(error)
    return Sitting(person=person, steps=tuple(steps), reader=reader), tuple(wrong)


def _record_path(request: Request) -> str:
    return START_PATH if request.app.state.settings.smart is not None else ""


def _drawn(form: Form, wrong: tuple[Mistake, ...], language: str, record_path: str) -> Shown:
    knowledge = knowledge_here()
    html = draw(
        "start.html",
        language=language,
        mistakes=wrong,
        wrong={one.field: one.words for one in wrong},
        given=form,
        units=knowledge.labs["serum_b12"].shown_units,
        countries=[
            (code, name)
            for code, name in sorted(_COUNTRIES.items(), key=lambda one: one[1])
            if _NUMBER_OF + code in knowledge.wording
        ],
        settings=[(one.value, upper_first(SETTING[one])) for one in Setting],
        today=dt.date.today().isoformat(),
        do_not_wait=knowledge.wording["before_you_start"].person.format(
            emergency_number=emergency_number(knowledge, country=None).person
        ),
        report_path=REPORT_PATH,
        record_path=record_path,
    )
    return Shown(html=html)
