"""Appraised claims as FHIR: what the article says, how sure we are, and by which sources.

One Bundle of three kinds of resource, in the forms of the HL7 guide *Evidence Based
Medicine on FHIR* 1.0.0-ballot3 on FHIR 6.0.0-ballot5 (ArtifactAssessment does not exist in
FHIR R4, so this export stands apart from everything that speaks R4):

* **Evidence**: one for each claim (its corrected sentence, the design its verdict rests on)
  and one for each result that bears on it (population, statistic, interval);
* **ArtifactAssessment**, profile *certainty of evidence*: the GRADE certainty with one
  component for each judgement, and the verdict;
* **Citation**: every source used, with how far it was read.

The same appraisals and knowledge give the same bundle, letter by letter: it holds no time
of writing, and its addresses are made from the ids of the records.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from corrin.claims.grading import in_words
from corrin.claims.records import Appraisal, Step
from corrin.knowledge.citing import Citation, Kind, citation
from corrin.knowledge.facts import Knowledge
from corrin.knowledge.records_of_claims import Certainty, Claim, Design, Domain, Evidence, Rating

Table = dict[str, Any]

#: The versions this export follows, as every bundle states them.
GUIDE = "1.0.0-ballot3"
FHIR = "6.0.0-ballot5"

_IG = "http://hl7.org/fhir/uv/ebm"
_TERMS = "http://terminology.hl7.org/CodeSystem"
_CERTAINTY_TYPE = f"{_TERMS}/certainty-type"
_CERTAINTY_RATING = f"{_TERMS}/certainty-rating"
#: Codes that the guide itself takes from the platform its examples live on.
_GUIDE_CODES = "https://fevir.net/resources/CodeSystem/179423"
_UCUM = "http://unitsofmeasure.org"

#: Ids and addresses are derived from the record's name in this namespace, never drawn.
_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "urn:corrin:claims")

#: Code and display in the certainty-type code system.
_TYPES: Mapping[Domain, tuple[str, str]] = MappingProxyType(
    {
        Domain.RISK_OF_BIAS: ("RiskOfBias", "Risk of bias"),
        Domain.INCONSISTENCY: ("Inconsistency", "Inconsistency"),
        Domain.INDIRECTNESS: ("Indirectness", "Indirectness"),
        Domain.IMPRECISION: ("Imprecision", "Imprecision"),
        Domain.PUBLICATION_BIAS: ("PublicationBias", "Publication bias"),
        Domain.LARGE_EFFECT: ("LargeEffect", "Large effect"),
        Domain.DOSE_RESPONSE: ("DoseResponseGradient", "Dose response gradient"),
        Domain.CONFOUNDING: ("PlausibleConfounding", "Plausible confounding"),
    }
)
#: Code and display in the certainty-rating code system.
_LEVELS: Mapping[Certainty, tuple[str, str]] = MappingProxyType(
    {
        Certainty.HIGH: ("high", "High quality"),
        Certainty.MODERATE: ("moderate", "Moderate quality"),
        Certainty.LOW: ("low", "Low quality"),
        Certainty.VERY_LOW: ("very-low", "Very low quality"),
    }
)
_NO_CONCERN = ("no-concern", "no serious concern")
_SERIOUS = ("serious-concern", "serious concern")
_PRESENT = ("present", "present")
_RATINGS: Mapping[Rating, tuple[str, str]] = MappingProxyType(
    {
        Rating.NOT_SERIOUS: _NO_CONCERN,
        Rating.UNDETECTED: _NO_CONCERN,
        Rating.SERIOUS: _SERIOUS,
        Rating.STRONGLY_SUSPECTED: _SERIOUS,
        Rating.VERY_SERIOUS: ("very-serious-concern", "very serious concern"),
        Rating.ABSENT: ("absent", "absent"),
        Rating.PRESENT: _PRESENT,
        Rating.LARGE: _PRESENT,
        Rating.VERY_LARGE: _PRESENT,
    }
)
_CHANGES: Mapping[int, tuple[str, str]] = MappingProxyType(
    {
        -2: ("downcode2", "reduce rating: -2"),
        -1: ("downcode1", "reduce rating: -1"),
        0: ("no-change", "no change to rating"),
        1: ("upcode1", "increase rating: +1"),
        2: ("upcode2", "increase rating: +2"),
    }
)


def claims_bundle(appraisals: Sequence[Appraisal], knowledge: Knowledge) -> Table:
    """Return the appraisals as one FHIR Bundle of type ``collection``.

    In the order of the appraisals, each with its assessment and results; the sources
    follow, each once, by id.  Every reference points at an entry of the bundle.
    """
    resources = [
        resource for appraisal in appraisals for resource in _of_claim(appraisal, knowledge)
    ]
    used = {item.reference for appraisal in appraisals for item in appraisal.claim.evidence}
    resources.extend(_cited(citation(knowledge.references[id_])) for id_ in sorted(used))
    return {
        "resourceType": "Bundle",
        "meta": {
            "tag": [
                {"display": f"HL7 EBM-on-FHIR {GUIDE} on FHIR {FHIR}"},
                {"display": f"Corrin knowledge {knowledge.version}"},
            ]
        },
        "type": "collection",
        "entry": [
            {"fullUrl": _address(resource["resourceType"], resource["id"]), "resource": resource}
            for resource in resources
        ],
    }


def _of_claim(appraisal: Appraisal, knowledge: Knowledge) -> Iterator[Table]:
    claim = appraisal.claim
    yield _claim_as_evidence(claim, knowledge)
    yield _assessment(appraisal)
    for place, item in enumerate(claim.evidence, start=1):
        yield _result(claim, place, item, knowledge)


def _claim_as_evidence(claim: Claim, knowledge: Knowledge) -> Table:
    notes = [claim.why, f"In plain words: {claim.person}"]
    if claim.no_evidence is not None:
        notes.append(f"No source: {claim.no_evidence}")
    notes.append(f"To be reviewed by {claim.review_by.isoformat()}.")
    table = {
        "resourceType": "Evidence",
        "id": claim.id,
        "identifier": [{"value": claim.id}],
        "version": knowledge.version,
        "title": claim.name,
        "status": "draft",
        "relatesTo": [
            {
                "extension": [
                    {
                        "url": f"{_IG}/StructureDefinition/relatesto-classifier",
                        "valueCodeableConcept": {"text": f"{item.direction} the claim"},
                    }
                ],
                **_relation("derived-from", "Derived from"),
                "targetReference": _reference(
                    "Evidence", _result_id(claim, place), _result_title(claim, place)
                ),
            }
            for place, item in enumerate(claim.evidence, start=1)
        ],
        "description": "What the article left out." if claim.left_out else "What the article says.",
        "assertion": claim.clinician,
        "note": [{"text": note} for note in notes],
        "studyDesign": [] if claim.design is Design.NONE else [_design(claim.design)],
    }
    return _filled(table)


def _result(claim: Claim, place: int, item: Evidence, knowledge: Knowledge) -> Table:
    """One result of one source, as evidence of its own."""
    source = knowledge.references[item.reference]
    table = {
        "resourceType": "Evidence",
        "id": _result_id(claim, place),
        "version": knowledge.version,
        "title": _result_title(claim, place),
        "status": "draft",
        "relatesTo": [
            {
                **_relation("cites", "Cites"),
                "targetReference": _reference("Citation", _id(source.id), source.title),
            }
        ],
        "description": item.result,
        "variableDefinition": [{"description": item.population, "variableRole": "population"}],
        "studyDesign": [_design(item.design)],
        "statistic": [statistic] if (statistic := _statistic(item)) else [],
    }
    return _filled(table)


def _statistic(item: Evidence) -> Table:
    bounds = {
        side: _quantity(bound, item.unit)
        for side, bound in (("low", item.low), ("high", item.high))
        if bound is not None
    }
    interval = {
        "description": "The 95% interval, unless the description of the evidence says otherwise.",
        "type": {"text": "Confidence interval"},
        "range": bounds,
    }
    return _filled(
        {
            "quantity": {} if item.value is None else _quantity(item.value, item.unit),
            "sampleSize": {} if item.people is None else {"numberOfParticipants": item.people},
            "attributeEstimate": [interval] if bounds else [],
        }
    )


def _assessment(appraisal: Appraisal) -> Table:
    claim = appraisal.claim
    return {
        "resourceType": "ArtifactAssessment",
        "id": f"certainty-{claim.id}",
        "meta": {"profile": [_profile("certainty-of-evidence"), _profile("evidence-assessment")]},
        "title": f"Certainty of the evidence on {claim.id}: {claim.name}",
        "artifactReference": _reference("Evidence", claim.id, claim.name),
        "content": [
            *_certainty(appraisal),
            {
                "summary": claim.why,
                "type": {"text": "Verdict on the claim"},
                "classifier": [{"text": claim.verdict.replace("-", " ")}],
                "freeToShare": True,
            },
        ],
    }


def _certainty(appraisal: Appraisal) -> Iterator[Table]:
    overall: Table = {
        "summary": " ".join(in_words(appraisal.grade)),
        "type": _coded(_CERTAINTY_TYPE, ("Overall", "Overall certainty")),
        "freeToShare": True,
    }
    if appraisal.grade.certainty is Certainty.NOT_APPLICABLE:
        yield {**overall, "classifier": [{"text": "not applicable"}]}
        return
    system = f"{_IG}/CodeSystem/evidence-rating-system-classifier-codesystem"
    yield {
        "type": _coded(_GUIDE_CODES, ("rating-system", "Rating System")),
        "classifier": [_coded(system, ("GRADE", "GRADE"))],
        "freeToShare": True,
    }
    rated = {
        **overall,
        "classifier": [_coded(_CERTAINTY_RATING, _LEVELS[appraisal.grade.certainty])],
        "component": [_judgement(step) for step in appraisal.grade.steps],
    }
    yield _filled(rated)


def _judgement(step: Step) -> Table:
    judged = step.judgement
    return {
        "summary": judged.why,
        "type": _coded(_CERTAINTY_TYPE, _TYPES[judged.domain]),
        "classifier": [
            _coded(_CERTAINTY_RATING, _RATINGS[judged.rating]),
            _coded(_CERTAINTY_RATING, _CHANGES[step.change]),
        ],
        "freeToShare": True,
    }


def _cited(cited: Citation) -> Table:
    """One source; the profile of journal articles is claimed for those alone."""
    article = cited.kind is Kind.ARTICLE
    found_by = (
        ("https://doi.org", cited.doi),
        ("https://pubmed.ncbi.nlm.nih.gov", cited.pmid),
        ("https://www.ncbi.nlm.nih.gov/pmc/", cited.pmcid),
    )
    published = {
        "publishedIn": {"title": cited.container} if cited.container else {},
        "volume": cited.volume or "",
        "issue": cited.issue or "",
        "articleDate": "" if cited.year is None else str(cited.year),
        "pageString": cited.pages or "",
    }
    names = ", ".join(
        f"{name.family} {name.given}" if name.given else name.family for name in cited.names
    )
    authors = f"{names} et al." if cited.others else names
    notes = [f"How far it was read for this appraisal: {cited.read}.", cited.note]
    about = {
        "identifier": [
            {"system": system, "value": value} for system, value in found_by if value is not None
        ],
        "title": [
            {"type": [_coded(f"{_TERMS}/title-type", ("primary", "Primary title"))],
             "text": cited.title}
        ],
        "publicationForm": [form] if (form := _filled(published)) else [],
        "webLocation": [{"url": cited.url}] if cited.url else [],
        "classification": [_article()] if article else [],
        "contributorship": {"summary": [{"value": authors}]} if authors else {},
        "note": [{"text": note} for note in notes if note],
    }  # fmt: skip
    return _filled(
        {
            "resourceType": "Citation",
            "id": _id(cited.id),
            "meta": {"profile": [_profile("journal-article-citation")]} if article else {},
            "identifier": [{"value": cited.id}],
            "title": cited.title,
            "status": "draft",
            "citedArtifact": _filled(about),
        }
    )


def _article() -> Table:
    kind = ("knowledge-artifact-type", "Knowledge Artifact Type")
    return {
        "type": _coded(f"{_TERMS}/cited-artifact-classification-type", kind),
        "classifier": [
            _coded(f"{_TERMS}/citation-artifact-classifier", ("D016428", "Journal Article"))
        ],
    }


def _coded(system: str, code: tuple[str, str]) -> Table:
    return {"coding": [{"system": system, "code": code[0], "display": code[1]}]}


def _relation(code: str, display: str) -> Table:
    return {"type": _coded(f"{_TERMS}/artifact-relationship-type", (code, display))}


def _design(design: Design) -> Table:
    return {"text": design.replace("-", " ")}


def _quantity(value: float, unit: str | None) -> Table:
    quantity: Table = {"value": value}
    if unit is not None:
        quantity |= {"unit": unit, "system": _UCUM, "code": unit}
    return quantity


def _reference(kind: str, id_: str, display: str) -> Table:
    return {"reference": _address(kind, id_), "type": kind, "display": display}


def _address(kind: str, id_: str) -> str:
    return uuid.uuid5(_NAMESPACE, f"{kind}/{id_}").urn


def _profile(name: str) -> str:
    return f"{_IG}/StructureDefinition/{name}|{GUIDE}"


def _result_id(claim: Claim, place: int) -> str:
    return f"{claim.id}-{place}"


def _result_title(claim: Claim, place: int) -> str:
    return f"Result {place} on {claim.id}"


def _id(record: str) -> str:
    """A record's id in the letters that FHIR allows."""
    return record.replace("_", "-")


def _filled(table: Table) -> Table:
    """The table without its empty parts, which FHIR forbids."""
    return {name: value for name, value in table.items() if value not in ("", [], {})}
