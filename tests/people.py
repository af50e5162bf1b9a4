"""People for the tests of urgency and next steps, said in a few words.

``seen("seizure -fever", labs=["potassium 2.9 mmol/L"])``: a name is present, a name
after a dash is absent, everything else was not asked.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from corrin.b12_status.classing import class_b12
from corrin.b12_status.records import B12Status
from corrin.knowledge.loading import load
from corrin.person.records import Intake, LabResult, Person
from corrin.picture.building import clinical_picture
from corrin.picture.records import Picture
from corrin.triage.records import Urgency
from corrin.triage.urgency import urgency


def line(text: str) -> LabResult:
    """Read ``lab value unit [YYYY-MM-DD]``; ``low``/``high`` as value is an interpretation."""
    lab, value, *rest = text.split()
    taken = dt.date.fromisoformat(rest.pop()) if rest and rest[-1].count("-") == 2 else None
    if value in {"low", "normal", "high"}:
        return LabResult(lab=lab, interpretation=value, taken=taken)
    number = value if value[0] in "<>" else float(value)
    return LabResult(lab=lab, value=number, unit=rest[0] if rest else None, taken=taken)


def person_of(
    findings: str = "",
    *,
    labs: Sequence[str] = (),
    age: float | None = 35,
    sex: str | None = None,
    twitching: bool | None = None,
    intake: tuple[Intake, ...] | None = None,
    country: str | None = None,
) -> Person:
    """Return the person that the words describe."""
    return Person(
        age=age,
        sex=sex,
        twitching=twitching,
        country=country,
        findings={name.lstrip("-"): not name.startswith("-") for name in findings.split()},
        labs=tuple(map(line, labs)),
        intake=intake,
    )


def read(person: Person) -> tuple[Picture, B12Status | None]:
    """Return the picture and the B12 status of a person, by the package's own pipeline."""
    knowledge = load()
    picture = clinical_picture(person, knowledge)
    status = class_b12(picture, knowledge)
    return picture, status if isinstance(status, B12Status) else None


def seen(findings: str = "", **about: object) -> Urgency:
    """Return the urgency of the person that the words describe."""
    picture, status = read(person_of(findings, **about))  # type: ignore[arg-type]
    return urgency(picture, status, load())


def rules(answer: Urgency) -> set[str]:
    """Return the ids of the flags that were raised."""
    return {flag.rule for flag in answer.because}
