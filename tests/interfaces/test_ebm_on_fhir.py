"""The claims as FHIR: HL7's own names and codes, everything present, nothing left dangling.

Element names are those of the StructureDefinitions of Evidence, ArtifactAssessment and
Citation on the way to R6 (github.com/HL7/fhir, commit 01645c2); codes those of its code
systems certainty-type and certainty-rating; the worked rating is the guide's own example
(github.com/HL7/ebm, ArtifactAssessment 179693, commit 0bd490a).
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from corrin.claims.appraising import appraise, appraise_all
from corrin.interfaces.ebm_on_fhir import claims_bundle
from corrin.knowledge.loading import load
from corrin.knowledge.records_of_claims import (
    Asked,
    Certainty,
    Claim,
    Design,
    Domain,
    Judgement,
    Rating,
    Verdict,
)
from tests.interfaces.running import corrin

Table = dict[str, Any]

KNOWLEDGE = load()
APPRAISALS = appraise_all(KNOWLEDGE)
BUNDLE = claims_bundle(APPRAISALS, KNOWLEDGE)
RESOURCES: list[Table] = [entry["resource"] for entry in BUNDLE["entry"]]

CONCEPT = {"coding": {"system": None, "code": None, "display": None}, "text": None}
REFERENCE = {"reference": None, "type": None, "display": None}
QUANTITY = {"value": None, "unit": None, "system": None, "code": None}
ANNOTATION = {"text": None}
IDENTIFIER = {"system": None, "value": None}
META = {"profile": None, "tag": {"display": None}}
RELATES_TO = {
    "extension": {"url": None, "valueCodeableConcept": CONCEPT},
    "type": CONCEPT,
    "targetReference": REFERENCE,
}
CONTENT: Table = {
    "summary": None,
    "type": CONCEPT,
    "classifier": CONCEPT,
    "freeToShare": None,
}
NAMES: dict[str, Table] = {
    "Evidence": {
        "resourceType": None,
        "id": None,
        "identifier": IDENTIFIER,
        "version": None,
        "title": None,
        "status": None,
        "relatesTo": RELATES_TO,
        "description": None,
        "assertion": None,
        "note": ANNOTATION,
        "variableDefinition": {"description": None, "variableRole": None},
        "studyDesign": CONCEPT,
        "statistic": {
            "quantity": QUANTITY,
            "sampleSize": {"numberOfParticipants": None},
            "attributeEstimate": {
                "description": None,
                "type": CONCEPT,
                "range": {"low": QUANTITY, "high": QUANTITY},
            },
        },
    },
    "ArtifactAssessment": {
        "resourceType": None,
        "id": None,
        "meta": META,
        "title": None,
        "artifactReference": REFERENCE,
        "content": {**CONTENT, "component": CONTENT},
    },
    "Citation": {
        "resourceType": None,
        "id": None,
        "meta": META,
        "identifier": IDENTIFIER,
        "title": None,
        "status": None,
        "citedArtifact": {
            "identifier": IDENTIFIER,
            "title": {"type": CONCEPT, "text": None},
            "publicationForm": {
                "publishedIn": {"title": None},
                "volume": None,
                "issue": None,
                "articleDate": None,
                "pageString": None,
            },
            "webLocation": {"url": None},
            "classification": {"type": CONCEPT, "classifier": CONCEPT},
            "contributorship": {"summary": {"value": None}},
            "note": ANNOTATION,
        },
    },
}
#: What the definitions demand (minimum 1).
NEEDED = {
    "Evidence": {"status"},
    "ArtifactAssessment": {"artifactReference"},
    "Citation": {"status"},
}
TERMS = "http://terminology.hl7.org/CodeSystem"
CERTAINTY_TYPES = {
    "Overall",
    "RiskOfBias",
    "Inconsistency",
    "Indirectness",
    "Imprecision",
    "PublicationBias",
    "DoseResponseGradient",
    "PlausibleConfounding",
    "LargeEffect",
}
CERTAINTY_RATINGS = {
    "high": "High quality",
    "moderate": "Moderate quality",
    "low": "Low quality",
    "very-low": "Very low quality",
    "no-concern": "no serious concern",
    "serious-concern": "serious concern",
    "very-serious-concern": "very serious concern",
    "extremely-serious-concern": "extremely serious concern",
    "present": "present",
    "absent": "absent",
    "no-change": "no change to rating",
    "downcode1": "reduce rating: -1",
    "downcode2": "reduce rating: -2",
    "downcode3": "reduce rating: -3",
    "upcode1": "increase rating: +1",
    "upcode2": "increase rating: +2",
}
STEPS = {"downcode2": -2, "downcode1": -1, "no-change": 0, "upcode1": 1, "upcode2": 2}


def _unknown_names(value: Any, names: Table | None, where: str) -> Iterator[str]:
    if isinstance(value, list):
        for member in value:
            yield from _unknown_names(member, names, where)
    elif isinstance(value, dict):
        for name, part in value.items():
            if names is None or name not in names:
                yield f"{where}.{name}"
            else:
                yield from _unknown_names(part, names[name], f"{where}.{name}")
    elif names is not None:
        yield f"{where} holds no parts"


def _walk(value: Any) -> Iterator[Any]:
    yield value
    parts = value.values() if isinstance(value, dict) else value
    if isinstance(value, (dict, list)):
        for part in parts:
            yield from _walk(part)


def _codings(value: Any) -> Iterator[Table]:
    for part in _walk(value):
        if isinstance(part, dict) and "system" in part and "display" in part:
            yield part


def _of_kind(kind: str) -> list[Table]:
    return [resource for resource in RESOURCES if resource["resourceType"] == kind]


def _assessment(bundle: Table, claim: str) -> Table:
    (found,) = (
        entry["resource"]
        for entry in bundle["entry"]
        if entry["resource"]["id"] == f"certainty-{claim}"
    )
    return found


def _code(concepts: list[Table], place: int = 0) -> str:
    return str(concepts[place]["coding"][0]["code"])


def test_only_names_of_the_definitions_are_used_and_those_they_demand_are_there() -> None:
    for resource in RESOURCES:
        kind = resource["resourceType"]
        assert list(_unknown_names(resource, NAMES[kind], kind)) == []
        assert NEEDED[kind] <= resource.keys(), resource["id"]


def test_nothing_is_empty_since_fhir_forbids_it() -> None:
    empty = [part for part in _walk(BUNDLE) if part in ("", [], {}) or part is None]
    assert empty == []


def test_ids_are_fhir_ids_and_unique() -> None:
    ids = [(resource["resourceType"], resource["id"]) for resource in RESOURCES]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[A-Za-z0-9\-.]{1,64}", id_) for _, id_ in ids)
    addresses = [entry["fullUrl"] for entry in BUNDLE["entry"]]
    assert len(set(addresses)) == len(addresses)


def test_every_reference_resolves_inside_the_bundle_to_the_kind_it_names() -> None:
    kinds = {entry["fullUrl"]: entry["resource"]["resourceType"] for entry in BUNDLE["entry"]}
    references = [part for part in _walk(BUNDLE) if isinstance(part, dict) and "reference" in part]
    assert references
    for reference in references:
        assert kinds[reference["reference"]] == reference["type"]


def test_every_code_is_one_of_its_system_with_its_display() -> None:
    seen = {f"{TERMS}/certainty-type": set(), f"{TERMS}/certainty-rating": set()}
    for coding in _codings(RESOURCES):
        if coding["system"] in seen:
            seen[coding["system"]].add(coding["code"])
        if coding["system"] == f"{TERMS}/certainty-rating":
            assert coding["display"] == CERTAINTY_RATINGS[coding["code"]]
    assert seen[f"{TERMS}/certainty-type"] <= CERTAINTY_TYPES
    assert {"Overall", "RiskOfBias"} <= seen[f"{TERMS}/certainty-type"]
    assert seen[f"{TERMS}/certainty-rating"] <= CERTAINTY_RATINGS.keys()


def test_every_claim_is_there_with_its_assessment_its_results_and_their_sources() -> None:
    evidence = {resource["id"]: resource for resource in _of_kind("Evidence")}
    for appraisal in APPRAISALS:
        claim = appraisal.claim
        assert evidence[claim.id]["title"] == claim.name
        assert evidence[claim.id]["assertion"] == claim.clinician
        assert len(evidence[claim.id].get("relatesTo", [])) == len(claim.evidence)
        for place, item in enumerate(claim.evidence, start=1):
            assert evidence[f"{claim.id}-{place}"]["description"] == item.result
        assert _assessment(BUNDLE, claim.id)
    assert len(_of_kind("ArtifactAssessment")) == len(APPRAISALS) == len(KNOWLEDGE.claims)
    used = {item.reference for appraisal in APPRAISALS for item in appraisal.claim.evidence}
    cited = {resource["identifier"][0]["value"]: resource for resource in _of_kind("Citation")}
    assert cited.keys() == used
    for id_, resource in cited.items():
        source = KNOWLEDGE.references[id_]
        found_by = {i["value"] for i in resource["citedArtifact"].get("identifier", [])}
        assert {value for value in (source.doi, source.pmid) if value} <= found_by
        assert source.read in resource["citedArtifact"]["note"][0]["text"]


def test_the_certainty_and_each_judgement_are_those_of_the_grade() -> None:
    for appraisal in APPRAISALS:
        content = _assessment(BUNDLE, appraisal.claim.id)["content"]
        grade = appraisal.grade
        if grade.certainty is Certainty.NOT_APPLICABLE:
            assert content[0]["classifier"] == [{"text": "not applicable"}]
            continue
        system, overall = content[:2]
        assert _code(system["classifier"]) == "GRADE"
        assert _code([overall["type"]]) == "Overall"
        assert _code(overall["classifier"]) == grade.certainty
        steps = [STEPS[_code(part["classifier"], 1)] for part in overall.get("component", [])]
        assert steps == [step.change for step in grade.steps]
        words = [part["summary"] for part in overall.get("component", [])]
        assert words == [step.judgement.why for step in grade.steps]


def _as_a_claim(design: Design, ratings: dict[Domain, Rating]) -> Claim:
    judgements = tuple(
        Judgement(domain=domain, rating=rating, why="As in the example.")
        for domain, rating in ratings.items()
    )
    return Claim(
        id="EX55",
        order=55,
        name="Remdesivir lowers death within 14 days.",
        verdict=Verdict.NOT_KNOWN,
        why="An example.",
        asked=Asked.EFFECT,
        design=design,
        judgements=judgements,
        no_evidence="An example.",
        person="An example.",
        clinician="An example.",
        review_by=dt.date(2027, 11, 22),
    )


def test_the_example_of_the_guide_comes_out_as_the_guide_has_it() -> None:
    ratings = {
        Domain.PUBLICATION_BIAS: Rating.UNDETECTED,
        Domain.INCONSISTENCY: Rating.SERIOUS,
        Domain.IMPRECISION: Rating.NOT_SERIOUS,
        Domain.INDIRECTNESS: Rating.NOT_SERIOUS,
        Domain.RISK_OF_BIAS: Rating.SERIOUS,
    }
    example = appraise(_as_a_claim(Design.RANDOMISED, ratings))
    content = _assessment(claims_bundle([example], KNOWLEDGE), "EX55")["content"]
    rating_system, overall = content[:2]
    assert rating_system["type"]["coding"][0] == {
        "system": "https://fevir.net/resources/CodeSystem/179423",
        "code": "rating-system",
        "display": "Rating System",
    }
    assert rating_system["classifier"][0]["coding"][0] == {
        "system": "http://hl7.org/fhir/uv/ebm/CodeSystem/"
        "evidence-rating-system-classifier-codesystem",
        "code": "GRADE",
        "display": "GRADE",
    }
    assert overall["classifier"][0]["coding"][0]["display"] == "Low quality"
    rated = {_code([part["type"]]): _code(part["classifier"]) for part in overall["component"]}
    assert rated == {
        "PublicationBias": "no-concern",
        "Inconsistency": "serious-concern",
        "Imprecision": "no-concern",
        "Indirectness": "no-concern",
        "RiskOfBias": "serious-concern",
    }


@pytest.mark.parametrize(
    ("domain", "rating", "codes"),
    [
        (Domain.IMPRECISION, Rating.VERY_SERIOUS, ("very-serious-concern", "downcode2")),
        (Domain.PUBLICATION_BIAS, Rating.STRONGLY_SUSPECTED, ("serious-concern", "downcode1")),
        (Domain.LARGE_EFFECT, Rating.VERY_LARGE, ("present", "upcode2")),
        (Domain.LARGE_EFFECT, Rating.LARGE, ("present", "upcode1")),
        (Domain.DOSE_RESPONSE, Rating.PRESENT, ("present", "upcode1")),
        (Domain.CONFOUNDING, Rating.ABSENT, ("absent", "no-change")),
    ],
)
def test_a_judgement_has_its_code_and_the_code_of_its_step(
    domain: Domain, rating: Rating, codes: tuple[str, str]
) -> None:
    example = appraise(_as_a_claim(Design.COHORT, {domain: rating}))
    content = _assessment(claims_bundle([example], KNOWLEDGE), "EX55")["content"]
    (component,) = content[1]["component"]
    assert (_code(component["classifier"]), _code(component["classifier"], 1)) == codes


def test_the_bundle_states_its_versions() -> None:
    tags = [tag["display"] for tag in BUNDLE["meta"]["tag"]]
    assert tags == [
        "HL7 EBM-on-FHIR 1.0.0-ballot3 on FHIR 6.0.0-ballot5",
        f"Corrin knowledge {KNOWLEDGE.version}",
    ]
    for resource in _of_kind("ArtifactAssessment"):
        assert all(profile.endswith("|1.0.0-ballot3") for profile in resource["meta"]["profile"])


def test_the_same_appraisals_give_the_same_bundle_and_the_command_prints_it() -> None:
    assert json.dumps(claims_bundle(appraise_all(KNOWLEDGE), KNOWLEDGE)) == json.dumps(BUNDLE)
    first = APPRAISALS[0]
    done = corrin("claims", first.claim.id, "--format", "ebm-on-fhir")
    assert done.code == 0, done.error
    assert json.loads(done.output) == claims_bundle([first], KNOWLEDGE)
