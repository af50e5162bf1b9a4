"""An assessment as a FHIR R4 Bundle of type ``collection``.

ClinicalImpression (the summary), RiskAssessment (probabilities, in percent as R4 asks),
Observation (how B12 is read, how soon to be seen), DetectedIssue (one for each red flag),
ServiceRequest (proposals, status draft: options, not orders), DiagnosticReport (the page),
Device and Provenance (both versions), OperationOutcome (what was not used or answered).

The same assessment gives the same bundle, letter by letter: ids are derived from the
answer, and the only time in it is the day of the answer.
"""

from __future__ import annotations

import base64
import hashlib
import uuid
from typing import TYPE_CHECKING, Any

import msgspec

from corrin.interfaces.fhir.coding import ICD10CM, LOINC, UCUM, own_system
from corrin.interfaces.fhir.records import FhirReading
from corrin.interfaces.fhir.writing_parts import codeable, outcome, percent, plain, prediction
from corrin.interfaces.record_words import account_of
from corrin.knowledge.records import Effort, Tier
from corrin.report.as_json import as_json
from corrin.report.html import as_html

if TYPE_CHECKING:
    from corrin.assessment import Assessment

Table = dict[str, Any]

_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "urn:corrin:assessment")
_MARKS = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"
_MARK_OF = {
    "deficient": ("L", "Low"),
    "indeterminate": ("IND", "Indeterminate"),
    "normal": ("N", "Normal"),
    "high": ("H", "High"),
}
_SEVERITY = {Tier.EMERGENCY: "high", Tier.SAME_DAY: "high", Tier.TWO_WEEKS: "moderate"}
_ORDERED = {Effort.BLOOD_TEST, Effort.ELECTROPHYSIOLOGY, Effort.EXAMINATION}


def assessment_bundle(assessment: Assessment, *, reading: FhirReading | None = None) -> Table:
    """Return the assessment as a Bundle; ``reading`` ties it to the resources it was made from."""
    answer = as_json(assessment)
    return _Writing(assessment, answer, reading).bundle()


class _Writing:
    """One bundle being written: the ids of its resources and what they refer to."""

    def __init__(self, assessment: Assessment, answer: Table, reading: FhirReading | None) -> None:
        self.assessment = assessment
        self.knowledge = assessment.knowledge
        self.answer = answer
        self.reading = reading
        account = None if reading is None else (reading.patient_id, reading.as_table())
        self.seed = hashlib.sha256(msgspec.json.encode((answer, account))).hexdigest()
        self.day = assessment.assessed_on.isoformat()
        self.instant = f"{self.day}T00:00:00Z"
        self.resources: list[Table] = []
        known = None if reading is None else reading.patient_id
        self.patient = {"reference": f"Patient/{known}"} if known else self.ref("Patient", "it")

    def id(self, kind: str, key: str) -> str:
        return str(uuid.uuid5(_NAMESPACE, f"{self.seed}/{kind}/{key}"))

    def ref(self, kind: str, key: str) -> Table:
        return {"reference": f"urn:uuid:{self.id(kind, key)}"}

    def add(self, kind: str, key: str, **elements: Any) -> Table:
        """Add a resource; empty elements are left out, as FHIR asks."""
        one = {"resourceType": kind, "id": self.id(kind, key)}
        one |= {
            name.rstrip("_"): value
            for name, value in elements.items()
            if value not in (None, [], {}, "")
        }
        self.resources.append(one)
        return self.ref(kind, key)

    def bundle(self) -> Table:
        if self.reading is None or self.reading.patient_id is None:
            sex = self.assessment.person.sex
            self.add("Patient", "it", gender=sex)
        observations = [self.b12(), self.urgency()]
        risks = [one for one in (self.twitching(), self.high_b12()) if one is not None]
        issues = [self.issue(flag) for flag in self.answer["urgency"]["because"]]
        self.impression(observations, risks, issues)
        self.proposals()
        self.report(observations)
        self.outcomes()
        self.provenance()
        return {
            "resourceType": "Bundle",
            "id": self.id("Bundle", "it"),
            "type": "collection",
            "timestamp": self.instant,
            "entry": [
                {"fullUrl": f"urn:uuid:{one['id']}", "resource": one} for one in self.resources
            ],
        }

    def b12(self) -> Table:
        status = self.answer["b12_status"]
        code = codeable("Interpretation of vitamin B12", own_system("b12_status"))
        common = {
            "code": code, "status": "final", "subject": self.patient,
            "effectiveDateTime": self.day, "derivedFrom": self.inputs("labs: "),
        }  # fmt: skip
        if status is None:
            why = next(
                (one["reason"] for one in self.answer["refusals"]
                 if one["question"] == "b12_status"), "Not answered.")  # fmt: skip
            absent = codeable(plain(why), {
                "system": "http://terminology.hl7.org/CodeSystem/data-absent-reason",
                "code": "unknown", "display": "Unknown",
            })  # fmt: skip
            return self.add("Observation", "b12_status", dataAbsentReason=absent, **common)
        mark = _MARK_OF.get(status["class"])
        notes = [{"text": plain(one["words"])} for one in status["reasons"]]
        return self.add(
            "Observation",
            "b12_status",
            valueCodeableConcept=codeable(status["class"], own_system(status["class"])),
            interpretation=[] if mark is None else [
                codeable(mark[1], {"system": _MARKS, "code": mark[0], "display": mark[1]})
            ],
            note=notes,
            component=self.levels(status),
            **common,
        )  # fmt: skip

    def levels(self, status: Table) -> list[Table]:
        """Return the level in both units, with the comparator of an open end."""
        found = []
        for key, unit in (("value_pmol_l", "pmol/L"), ("value_pg_ml", "pg/mL")):
            if status[key] is None:
                continue
            quantity = {"value": status[key], "unit": unit, "system": UCUM, "code": unit}
            if status["comparator"] in {"<", "<=", ">=", ">"}:
                quantity["comparator"] = status["comparator"]
            # No LOINC code here: the level is quoted, and must not be read as a new result.
            code = codeable("The level that was read", own_system(f"b12_status.{key}"))
            found.append({"code": code, "valueQuantity": quantity})
        return found

    def inputs(self, beginning: str) -> list[Table]:
        """Return references to the resources that gave what begins so."""
        if self.reading is None:
            return []
        used = (one.resource for one in self.reading.used if one.as_.startswith(beginning))
        return [{"reference": one} for one in dict.fromkeys(used)
                if one.startswith("Observation/") and " " not in one]  # fmt: skip

    def urgency(self) -> Table:
        urgency = self.answer["urgency"]
        return self.add(
            "Observation",
            "urgency",
            status="final",
            code=codeable("How soon to be seen", own_system("urgency")),
            subject=self.patient,
            effectiveDateTime=self.day,
            valueCodeableConcept=codeable(urgency["words"], own_system(urgency["tier"])),
            note=[{"text": plain(urgency["action"])}],
        )

    def twitching(self) -> Table | None:
        found = self.answer["twitching"]
        if found is None:
            return None
        predictions = []
        for cause in found["causes"]:
            codes = [
                {"system": ICD10CM, "code": code.code}
                | ({} if code.display is None else {"display": code.display})
                for code in self.knowledge.causes[cause["id"]].codes
                if code.system == "ICD-10-CM"
            ]
            predictions.append(prediction(cause["name"], cause["id"], cause, codes, found["draws"]))
        note = "Causes can be there together: the figures need not add up to 100%."
        return self.risk("twitching", "What explains the muscle twitching", predictions, note)

    def high_b12(self) -> Table | None:
        found = self.answer["high_b12"]
        if found is None:
            return None
        predictions = [
            prediction(one.get("name") or one["id"], one["id"], one, [], 1)
            for one in found["sources"]
        ]
        return self.risk("high_b12", "What explains the high vitamin B12", predictions, "")

    def risk(self, key: str, title: str, predictions: list[Table], note: str) -> Table:
        return self.add(
            "RiskAssessment",
            key,
            status="final",
            method=codeable("Corrin, a model of causes and findings", own_system("method")),
            code=codeable(title, own_system(key)),
            subject=self.patient,
            occurrenceDateTime=self.day,
            basis=self.inputs("labs: "),
            prediction=predictions,
            note=[{"text": plain(one)} for one in (note, self.answer["disclaimer"]) if one],
        )

    def issue(self, flag: Table) -> Table:
        return self.add(
            "DetectedIssue",
            flag["rule"],
            status="final",
            code=codeable(plain(flag["name"]), own_system(flag["rule"])),
            severity=_SEVERITY.get(Tier(flag["tier"]), "low"),
            patient=self.patient,
            identifiedDateTime=self.day,
            detail=plain(flag["words"]),
            mitigation=[{"action": codeable(plain(flag["action"]))}] if flag["action"] else [],
        )

    def impression(
        self, observations: list[Table], risks: list[Table], issues: list[Table]
    ) -> None:
        urgency = self.answer["urgency"]
        asked = [f"Not asked: {one['question']}" for one in urgency["not_asked"]]
        self.add(
            "ClinicalImpression",
            "it",
            status="completed",
            subject=self.patient,
            date=self.day,
            summary=plain(f"{urgency['words']}. {urgency['action']}"),
            investigation=[{"code": codeable("What it rests on"), "item": observations}],
            finding=[
                {"itemCodeableConcept": codeable(plain(cause["name"]), own_system(cause["id"])),
                 "basis": percent(cause["probability"])}
                for cause in (self.answer["twitching"] or {"causes": []})["causes"]
            ],
            prognosisReference=risks,
            supportingInfo=issues,
            note=[{"text": plain(one)} for one in (self.answer["disclaimer"], *asked)],
        )  # fmt: skip

    def proposals(self) -> None:
        """Write each test that would help as a proposal; it is an option, never an order."""
        for step in self.answer["next_steps"] or []:
            if Effort(step["effort"]) not in _ORDERED:
                continue
            record = self.knowledge.next_steps.get(step["id"])
            codes = [
                {"system": LOINC, "code": code.code}
                | ({} if code.display is None else {"display": code.display})
                for lab in (() if record is None else record.labs)
                for code in self.knowledge.labs[lab].codes[:1]
                if code.system == "LOINC"
            ]
            self.add(
                "ServiceRequest",
                step["id"],
                status="draft",
                intent="proposal",
                code=codeable(plain(step["name"]), own_system(step["id"]), *codes),
                subject=self.patient,
                authoredOn=self.day,
                reasonCode=[codeable(plain(step["why"]))],
                note=[{"text": plain(step["changes"])}] if step["changes"] else [],
            )

    def report(self, observations: list[Table]) -> None:
        record = None if self.reading is None else account_of(self.reading, self.knowledge)
        page = as_html(self.assessment, record=record).encode()
        status = self.answer["b12_status"]
        self.add(
            "DiagnosticReport",
            "it",
            status="final",
            code=codeable("Vitamin B12 and muscle twitching", own_system("assessment")),
            subject=self.patient,
            effectiveDateTime=self.day,
            issued=self.instant,
            result=observations,
            conclusion=plain(
                f"{self.answer['urgency']['words']}. Vitamin B12: "
                f"{'not answered' if status is None else status['class']}. "
                f"{self.answer['disclaimer']}"
            ),
            presentedForm=[
                {
                    "contentType": "text/html",
                    "language": "en",
                    "data": base64.b64encode(page).decode(),
                    "size": len(page),
                    "title": "Vitamin B12 and muscle twitching",
                    "creation": self.day,
                }
            ],
        )

    def outcomes(self) -> None:
        issues = [
            outcome("information", "not-supported", one["question"], one["reason"])
            for one in self.answer["refusals"]
        ]
        if self.reading is not None:
            issues += [
                outcome("warning", "invalid", one.resource, one.why) for one in self.reading.refused
            ]
            issues += [
                outcome("information", "informational", one.resource, one.why)
                for one in self.reading.ignored
            ]
        if issues:
            self.add("OperationOutcome", "it", issue=issues)

    def provenance(self) -> None:
        targets = [{"reference": f"urn:uuid:{one['id']}"} for one in self.resources
                   if one["resourceType"] not in {"Patient", "OperationOutcome"}]  # fmt: skip
        software, facts = self.assessment.software_version, self.assessment.knowledge_version
        device = self.add(
            "Device",
            "it",
            status="active",
            deviceName=[{"name": "Corrin", "type": "model-name"}],
            version=[
                {"type": codeable("software"), "value": software},
                {"type": codeable("knowledge"), "value": facts},
            ],
        )
        sources = () if self.reading is None else dict.fromkeys(
            one.resource for one in self.reading.used
            if " " not in one.resource and "[" not in one.resource)  # fmt: skip
        self.add(
            "Provenance",
            "it",
            target=targets,
            occurredDateTime=self.day,
            recorded=self.instant,
            activity=codeable("Assessed by software; it is not a diagnosis."),
            agent=[
                {
                    "type": codeable("Assembler", {
                        "system": "http://terminology.hl7.org/CodeSystem/provenance-participant-type",
                        "code": "assembler", "display": "Assembler"}),
                    "who": device | {"display": f"Corrin {software}, knowledge {facts}"},
                }
            ],
            entity=[{"role": "source", "what": {"reference": one}} for one in sources],
        )  # fmt: skip
