"""Resources as text: what is the same in many is made once, with gaps for what differs.

Codes are those the reader knows: LOINC by the unit of a result, ICD-10-CM where one means
a finding, Corrin's own ids for everything else.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from corrin.interfaces.fhir.coding import ICD10CM, LOINC, UCUM
from corrin.interfaces.fhir.context import Context, Part
from corrin.interfaces.fhir.elements import NotUsedError
from corrin.interfaces.fhir.form import ADDRESS, own
from corrin.interfaces.fhir.medications import read_medication
from corrin.interfaces.fhir.responding import response
from corrin.interfaces.lab_reports.fhir_values import MARKS
from corrin.knowledge.coded_conditions import is_twitching, of_condition
from corrin.knowledge.lab_names import exactly
from corrin.knowledge.loading import Knowledge
from corrin.person.records import Drug, Intake, Person

Table = dict[str, Any]
#: The columns of a result that repeat: lab, comparator, unit, word, reference low and high,
#: status, assay, site, problem; then whether there is a value, and a local code.
Printed = tuple[Any, ...]

#: The system of codes that only one site knows.
LOCAL = "http://site.example/tests"
_TERMS = "http://terminology.hl7.org/CodeSystem"
_WHOLE = 1e15  # not clinical: below it a float that is whole is written as one
_MOST = 100_000  # not clinical: contents remembered
_PRESENCE = {"positive", "negative"}
_MARK_OF = {word: code for code, word in reversed(list(MARKS.items()))}
_CLASSES = {"emergency": "EMER", "hospital": "IMP", "primary-care": "AMB"}
_NEUROLOGY = "neurology-clinic"
_WHOLE_CODE = len("C80")


def text(value: Any) -> str:
    """Return a value as JSON."""
    return msgspec.json.encode(value).decode()


def number(value: float) -> str:
    """Return a number as a laboratory prints it: without a point when it is whole."""
    return str(int(value)) if value.is_integer() and abs(value) < _WHOLE else repr(value)


@dataclass(slots=True)
class Resources:
    """Makes the text of resources, apart from ids, persons, numbers and times."""

    context: Context
    _known: dict[tuple[Any, ...], Any] = field(default_factory=dict)

    @property
    def knowledge(self) -> Knowledge:
        """Return the knowledge whose codes are written."""
        return self.context.knowledge

    def once(self, key: tuple[Any, ...], make: Callable[[], Any]) -> Any:
        """Return what was made for a key before, or make it."""
        found = self._known.get(key)
        if found is None:
            if len(self._known) >= _MOST:
                self._known.clear()
            found = self._known[key] = make()
        return found

    def observation(self, printed: Printed) -> tuple[str, str, str]:
        """Return the text before a result's number, after it, and at the end."""
        found: tuple[str, str, str] = self.once(("result", *printed), lambda: self._result(printed))
        return found

    def _result(self, printed: Printed) -> tuple[str, str, str]:
        (lab, sign, unit, word, low, high, status, assay, site, problem, has_value, local) = printed
        before: Table = {"resourceType": "Observation"}
        if status is not None:
            before["status"] = status
        before["category"] = [_coded(f"{_TERMS}/observation-category", "laboratory")]
        before["code"] = (
            {"coding": [{"system": LOCAL, "code": local, "display": local}]}
            if local is not None
            else self.once(("code", lab, unit), lambda: self._code(lab, unit))
        )
        after: Table = {}
        if site is not None:
            after["performer"] = [{"reference": f"Organization/{site}"}]
        if word is not None:
            after["interpretation"] = [_coded(f"{_TERMS}/v3-ObservationInterpretation",
                                              _MARK_OF[word])]  # fmt: skip
        if word in _PRESENCE and not has_value:
            after["valueCodeableConcept"] = {"text": word.capitalize()}
        elif problem is not None and not has_value:
            after["valueString"] = "see comment"
        if assay is not None:
            after["method"] = {"text": assay}
        ends = {"low": low, "high": high}
        if low is not None or high is not None:
            after["referenceRange"] = [
                {side: {"value": end} | self._unit(unit) for side, end in ends.items()
                 if end is not None}
            ]  # fmt: skip
        quantity = ({"comparator": sign} if sign else {}) | self._unit(unit)
        return text(before)[:-1], _rest(quantity), _rest(after)

    def _unit(self, unit: str | None) -> Table:
        if unit is None:
            return {}
        coded = {"system": UCUM, "code": unit} if unit in self.knowledge.units else {}
        return {"unit": unit} | coded

    def _code(self, lab: str, unit: str | None) -> Table:
        """Return the LOINC code of a lab whose unit is of the same kind, else the first."""
        record, units = self.knowledge.labs[lab], self.knowledge.units
        loinc = [code for code in record.codes if code.system == "LOINC"]
        if not loinc:
            return {"coding": [own(lab, record.name)]}
        alike = [
            code for code in loinc
            if code.unit in units and unit in units
            and units[code.unit].dimension == units[unit].dimension
        ]  # fmt: skip
        best = (alike or loinc)[0]
        shown = {"display": best.display} if best.display else {}
        return {"coding": [{"system": LOINC, "code": best.code} | shown]}

    def finding(self, finding: str, present: bool) -> tuple[str, str]:
        """Return the kind of resource a finding is written as, and its text."""
        found: tuple[str, str] = self.once(
            ("finding", finding, present), lambda: self._finding(finding, present=present)
        )
        return found

    def _finding(self, finding: str, *, present: bool) -> tuple[str, str]:
        for one in self.knowledge.coded_conditions.condition:
            if one.finding == finding:
                for code in one.icd10cm:
                    meant = of_condition([code], (), self.knowledge)
                    if len(code) >= _WHOLE_CODE and meant is one:
                        return "Condition", _condition(code, one.names[0], present=present)
        coding = own(finding, self.knowledge.findings[finding].name)
        if exactly(coding["display"], self.knowledge) is not None:
            # A medicine has the name of a test: its name would be read, not its code.
            del coding["display"]
        return "Observation", text(
            {
                "resourceType": "Observation",
                "status": "final",
                "code": {"coding": [coding]},
                "valueBoolean": present,
            }
        )[:-1]

    def twitching(self, present: bool) -> str:
        """Return the text of the complaint as a Condition."""
        found: str = self.once(("twitching", present), lambda: self._twitching(present=present))
        return found

    def _twitching(self, *, present: bool) -> str:
        known = self.knowledge.coded_conditions.twitching
        code = next(code for code in known.icd10cm if is_twitching([code], (), self.knowledge))
        return _condition(code, known.names[0], present=present)

    def visit(self, setting: str) -> str | None:
        """Return the text of a visit that goes on there; None when no class says so."""
        found: tuple[str | None] = self.once(("visit", setting), lambda: (_visit(setting),))
        return found[0]

    def answers(self, person: Person, *, authored: dt.date) -> str:
        """Return the text of answers to Corrin's own form."""
        found = response(person, self.knowledge, authored=authored)
        return text(found | {"questionnaire": ADDRESS})[:-1]

    def drug(self, drug: Drug) -> str | None:
        """Return the text of a medicine; None when it would not be read back the same."""
        one = _statement(drug.name, drug.since, drug.until)
        row = {"name": drug.name, "since": drug.since, "until": drug.until}
        return self._if_read_as(one, "drugs", row)

    def product(self, intake: Intake) -> str | None:
        """Return the text of a product; None when it would not be read back the same."""
        one = _statement(intake.substance or intake.product or "", intake.since, intake.until)
        row = {name: getattr(intake, "duration" if name == "for" else name)
               for name in ("substance", "product", "route", "dose", "every", "since", "until",
                            "last_dose", "for")}  # fmt: skip
        return self._if_read_as(one | _dosage(intake), "intake", row)

    def _if_read_as(self, one: Table, key: str, row: Mapping[str, Any]) -> str | None:
        try:
            parts: list[Part] = list(read_medication(one, self.context))
        except NotUsedError:
            return None
        wanted = {name: value for name, value in row.items() if value is not None}
        same = [part.key for part in parts] == [key] and parts[0].value == wanted
        return text(one)[:-1] if same else None


def _rest(table: Table) -> str:
    """Return the elements of an object as they stand after another element."""
    return f",{text(table)[1:-1]}" if table else ""


def _coded(system: str, code: str) -> Table:
    return {"coding": [{"system": system, "code": code}]}


def _condition(code: str, name: str, *, present: bool) -> str:
    verified = "confirmed" if present else "refuted"
    return text(
        {
            "resourceType": "Condition",
            "clinicalStatus": _coded(f"{_TERMS}/condition-clinical", "active"),
            "verificationStatus": _coded(f"{_TERMS}/condition-ver-status", verified),
            "code": {"coding": [{"system": ICD10CM, "code": code}], "text": name},
        }
    )[:-1]


def _visit(setting: str) -> str | None:
    class_ = _CLASSES.get("primary-care" if setting == _NEUROLOGY else setting)
    if class_ is None:
        return None
    one: Table = {
        "resourceType": "Encounter",
        "status": "in-progress",
        "class": {"system": f"{_TERMS}/v3-ActCode", "code": class_},
    }
    if setting == _NEUROLOGY:
        one["serviceType"] = {"text": "Neurology"}
    return text(one)[:-1]


def _statement(name: str, since: dt.date | None, until: dt.date | None) -> Table:
    one: Table = {
        "resourceType": "MedicationStatement",
        "status": "active" if until is None else "completed",
        "medicationCodeableConcept": {"text": name},
    }
    period = {"start": since, "end": until}
    if said := {key: day.isoformat() for key, day in period.items() if day is not None}:
        one["effectivePeriod"] = said
    return one


def _dosage(intake: Intake) -> Table:
    dosage: Table = {}
    amount, _, unit = (intake.dose or "").partition(" ")
    if unit and amount.replace(".", "", 1).isdigit():
        dosage["doseAndRate"] = [{"doseQuantity": {"value": float(amount), "unit": unit}}]
    often, _, unit = (intake.every or "").partition(" ")
    if unit.rstrip("s") in _PERIODS and often.isdigit():
        dosage["timing"] = {
            "repeat": {
                "frequency": 1,
                "period": int(often),
                "periodUnit": _PERIODS[unit.rstrip("s")],
            }
        }
    if intake.route:
        dosage["route"] = {"text": intake.route}
    return {"dosage": [dosage]} if dosage else {}


_PERIODS = {"hour": "h", "day": "d", "week": "wk", "month": "mo", "year": "a"}
