"""What codes of other systems mean here: conditions, kinds of visit, medicines, a site's own."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NoReturn

import msgspec

from corrin.errors import InputError, Problem
from corrin.interfaces.lab_reports import fhir_values
from corrin.knowledge.coded_conditions import findings_by_hpo
from corrin.knowledge.lab_names import words_of
from corrin.knowledge.loading import Knowledge

LOINC, UCUM = fhir_values.LOINC, fhir_values.UCUM
ICD10CM = "http://hl7.org/fhir/sid/icd-10-cm"
HPO = "http://human-phenotype-ontology.org"
ATC = "http://www.whocc.no/atc"
#: Codes of this system are ids of Corrin's own findings and laboratory tests.
OWN = "urn:uuid:2f0f5e8b-8b2b-5d19-9c0f-6f5d3c1f4a57"

#: A code with its system.
Coding = tuple[str, str]
#: A site's codes and the codes they stand for.
CodeMap = Mapping[Coding, tuple[Coding, ...]]

_PREFIXES = {
    "LOINC": LOINC,
    "ICD10CM": ICD10CM,
    "HP": HPO,
    "ATC": ATC,
    "corrin": OWN,
    "SNOMED": "http://snomed.info/sct",
    "SCTID": "http://snomed.info/sct",
    "RXNORM": "http://www.nlm.nih.gov/research/umls/rxnorm",
}
_EXACT = {"skos:exactMatch", "owl:equivalentClass", "owl:sameAs"}
_COLUMNS = ("subject_id", "predicate_id", "object_id")


def own_system(id_: str) -> dict[str, str]:
    """Return an id of Corrin's as a code."""
    return {"system": OWN, "code": id_}


class Codes(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The content of ``coding.toml``."""

    encounters: dict[str, str]
    medicines: dict[str, dict[str, str]]


@functools.cache
def codes() -> Codes:
    """Return how codes of other systems are read."""
    text = Path(__file__).with_name("coding.toml").read_bytes()
    return msgspec.toml.decode(text, type=Codes)


def icd10cm_of(found: Iterable[Coding]) -> list[str]:
    """Return the ICD-10-CM codes among others."""
    return [code for system, code in found if system == ICD10CM]


def finding_of(found: Iterable[Coding], names: Iterable[str], knowledge: Knowledge) -> str | None:
    """Return the finding of our own or an HPO code, else of a whole name; None when not certain."""
    found = list(found)
    own = {code for system, code in found if system == OWN and code in knowledge.findings}
    hpo = {
        finding
        for system, code in found
        if system == HPO and (finding := findings_by_hpo(knowledge).get(code))
    }
    if own or hpo:
        meant = own or hpo
        return meant.pop() if len(meant) == 1 else None
    if found and all(system in {LOINC, ICD10CM, HPO} for system, _ in found):
        return None
    meant = {one for name in names if (one := _by_name(knowledge).get(words_of(name)))}
    return meant.pop() if len(meant) == 1 else None


def cause_of(found: Iterable[Coding], names: Iterable[str], knowledge: Knowledge) -> str | None:
    """Return the first cause of twitching that a condition names, or None."""
    known = _causes(knowledge)
    icd = (known.get(code) for system, code in found if system == ICD10CM)
    return next(
        (cause for cause in (*icd, *(known.get(words_of(n)) for n in names)) if cause), None
    )


@functools.lru_cache(maxsize=2)
def _causes(knowledge: Knowledge) -> Mapping[str | tuple[str, ...], str]:
    """Return causes by ICD-10-CM code and by the words of their names."""
    known: dict[str | tuple[str, ...], str] = {}
    for cause in knowledge.causes.values():
        for code in cause.codes:
            if code.system == "ICD-10-CM":
                known.setdefault(code.code, cause.id)
        for name in (cause.name, cause.professional_name, *cause.aliases):
            known.setdefault(words_of(name), cause.id)
    return known


@functools.lru_cache(maxsize=2)
def _by_name(knowledge: Knowledge) -> Mapping[tuple[str, ...], str]:
    return {
        words_of(name): finding.id
        for finding in knowledge.findings.values()
        if not finding.from_lab
        for name in (finding.id, finding.name, finding.professional_name, *finding.aliases)
    }


def read_code_map(text: str, *, name: str = "the code map") -> CodeMap:
    """Read a map of a site's codes (SSSOM, tab-separated); only exact matches count.

    Raises :class:`InputError` naming the line that cannot be read.
    """
    prefixes = dict(_PREFIXES)
    rows: list[tuple[int, list[str]]] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if line.startswith("#"):
            if match := re.match(r"#\s{2,}([\w.-]+):\s*\"?([^\s\"]+)", line):
                prefixes[match[1]] = match[2]
        elif line.strip():
            rows.append((number, line.split("\t")))
    if not rows:
        _refuse(name, "empty", "holds no mapping.", "Give a table in the SSSOM form.")
    heading = rows[0][1]
    if missing := [column for column in _COLUMNS if column not in heading]:
        _refuse(f"{name}, line {rows[0][0]}", "missing-column",
                f"lacks the column {missing[0]}.", "Give a table in the SSSOM form.")  # fmt: skip
    meant: dict[Coding, tuple[Coding, ...]] = {}
    for number, row in rows[1:]:
        where = f"{name}, line {number}"
        if len(row) != len(heading):
            _refuse(where, "wrong-columns", "has another number of columns than the heading.",
                    "Part the columns by tabs.")  # fmt: skip
        fields = dict(zip(heading, row, strict=True))
        if fields["predicate_id"] not in _EXACT:
            continue
        subject = _coding(fields["subject_id"], prefixes, where)
        target = _coding(fields["object_id"], prefixes, where)
        meant[subject] = (*meant.get(subject, ()), target)
    return meant


def _coding(curie: str, prefixes: Mapping[str, str], where: str) -> Coding:
    prefix, colon, code = curie.strip().partition(":")
    if not colon or not code or prefix not in prefixes:
        _refuse(where, "unknown-prefix", "holds a code whose prefix is not declared.",
                "Declare it in the curie_map of the heading.")  # fmt: skip
    return prefixes[prefix], f"HP:{code}" if prefix == "HP" else code


def _refuse(where: str, code: str, what: str, do: str) -> NoReturn:
    raise InputError([Problem(where, code, what, do)])
