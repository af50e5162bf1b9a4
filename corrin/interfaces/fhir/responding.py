"""What is known of a person as a QuestionnaireResponse to Corrin's Questionnaire."""

from __future__ import annotations

import datetime as dt
from typing import Any

from corrin.interfaces.fhir.form import (
    ADDRESS,
    DRUGS,
    GENDER,
    INTAKE,
    NO,
    PLAIN,
    YES,
    any_of,
    own,
)
from corrin.knowledge.loading import Knowledge
from corrin.person.records import Drug, Intake, LabResult, Person

Table = dict[str, Any]


def response(
    person: Person, knowledge: Knowledge, *, patient: str | None = None, authored: dt.date
) -> Table:
    """Return the answers; read back they give the same person.

    ``patient`` is a reference ("Patient/1"); it is left out when not known.
    """
    about = [
        _item(key, _plain(key, getattr(person, key), PLAIN[key]))
        for key in PLAIN
        if getattr(person, key) is not None
    ]
    items = [{"linkId": "about", "item": about}] if about else []
    items += _list("intake", person.intake, INTAKE)
    items += _list("drugs", person.drugs, DRUGS)
    by_effort: dict[str, list[Table]] = {}
    for finding, present in person.findings.items():
        group = f"findings-{knowledge.findings[finding].effort.value}"
        answer = {"valueCoding": YES if present else NO}
        by_effort.setdefault(group, []).append(_item(finding, answer))
    items += [{"linkId": group, "item": rows} for group, rows in by_effort.items()]
    if person.labs:
        items.append({"linkId": "labs", "item": [_lab(one) for one in person.labs]})
    found: Table = {
        "resourceType": "QuestionnaireResponse",
        "questionnaire": f"{ADDRESS}|{knowledge.version}",
        "status": "completed",
        "authored": authored.isoformat(),
    }
    if patient is not None:
        found["subject"] = {"reference": patient}
    if items:
        found["item"] = items
    return found


def _item(link: str, answer: Table) -> Table:
    return {"linkId": link, "answer": [answer]}


def _plain(key: str, value: Any, kind: str) -> Table:
    if key == "twitching":
        return {"valueCoding": YES if value else NO}
    if key == "sex":
        return {"valueCoding": {"system": GENDER, "code": value, "display": value.capitalize()}}
    if kind == "choice":
        return {"valueCoding": own(value, value.replace("-", " "))}
    return _answer(value)


def _answer(value: Any) -> Table:
    if isinstance(value, dt.date):
        return {"valueDate": value.isoformat()}
    if isinstance(value, str):
        return {"valueString": value}
    return {"valueDecimal": value}


def _list(
    key: str, entries: tuple[Intake, ...] | tuple[Drug, ...] | None, parts: Any
) -> list[Table]:
    if entries is None:
        return []
    rows: list[Table] = [_item(any_of(key), {"valueCoding": YES if entries else NO})]
    for entry in entries:
        said = {part: getattr(entry, "duration" if part == "for" else part) for part in parts}
        rows.append(
            {
                "linkId": key,
                "item": [
                    _item(f"{key}.{part}", _answer(value))
                    for part, value in said.items()
                    if value is not None
                ],
            }
        )
    return [{"linkId": f"{key}-list", "item": rows}]


def _lab(result: LabResult) -> Table:
    said: dict[str, Table] = {}
    if isinstance(result.value, str):
        said["value_text"] = _answer(result.value)
    elif result.value is not None:
        quantity: Table = {"value": result.value}
        if result.unit is not None:
            quantity |= {"unit": result.unit}
        said["value"] = {"valueQuantity": quantity}
    if result.unit is not None and "value" not in said:
        said["unit"] = _answer(result.unit)
    if result.taken is not None:
        said["taken"] = _answer(result.taken)
    if result.reference_interval is not None:
        for side in ("low", "high"):
            limit = getattr(result.reference_interval, side)
            if limit is not None:
                said[side] = _answer(limit)
    if result.interpretation is not None:
        said["interpretation"] = {"valueCoding": own(result.interpretation, result.interpretation)}
    if result.assay is not None:
        said["assay"] = _answer(result.assay)
    rows = [_item(f"labs.{result.lab}.{part}", answer) for part, answer in said.items()]
    return {"linkId": f"labs.{result.lab}", "item": rows}
