"""Guesses what the columns of a table are, from their names and values; each with its reason."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

import pyarrow.compute as pc
from rapidfuzz import fuzz, process

from corrin.knowledge.lab_names import by_code, exactly, named, words_of
from corrin.knowledge.loading import Knowledge
from corrin.labs.faults import Fault
from corrin.labs.units import exact, factor_of, in_canonical
from corrin.population.sources import cells, known_words
from corrin.population.sources.mapping import Words
from corrin.population.sources.sampling import MOST, Sample, dates_of, share

#: Names that columns go by, in the form of ``words_of``, joined.
ROLES: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        role: frozenset(words.split())
        for role, words in {
            "person": "personid person patientid patient patid patnr patientnr patientennummer "
            "patientenid pid mrn subjectid subject pseudonym id fallid nhsnumber pnr eid",
            "birth_date": "birthdate dateofbirth dob geburtsdatum gebdatum gebdat geboren birthday",
            "birth_year": "birthyear yearofbirth yob geburtsjahr gebjahr",
            "age": "age ageyears alter alterjahre ageinyears",
            "sex": "sex gender geschlecht sexe sexo",
            "setting": "setting caresetting",
            "country": "country land countrycode",
            "twitching": "twitching fasciculations fasciculation muscletwitching "
            "muskelzucken faszikulationen",
            "code": "test testname testcode code labcode analyte analyt parameter component loinc "
            "loinccode observation untersuchung analysis kurzbezeichnung bezeichnung lab "
            "itemname labtest",
            "value": "value result resultvalue ergebnis wert messwert numericresult resultat "
            "valuenum labresult ergebniswert",
            "unit": "unit units einheit uom valueuom resultunit masseinheit referenceunit",
            "low": "low lower refrangelower referencelow reflow normallow untergrenze "
            "referenzuntergrenze lln rangelow min normunten refunten",
            "high": "high upper refrangeupper referencehigh refhigh normalhigh obergrenze "
            "referenzobergrenze uln rangehigh max normoben refoben",
            "range": "range referencerange refrange normalrange referenzbereich normbereich "
            "normalbereich referenz referenceinterval",
            "flag": "flag abnormal abnormalflag interpretation markierung bewertung hl",
            "taken": "taken date datum collected collectiondate collectiontime drawdate "
            "sampledate specimendate abnahme abnahmedatum entnahmedatum probendatum testdate "
            "resultdate labdate charttime blooddrawdate visitdate visit untersuchungsdatum",
            "issued": "issued reported reporteddate resulttime validated befunddatum storetime "
            "reporttime",
            "status": "status resultstatus",
            "result_id": "resultid labresultid ergebnisid accession labeventid rowid specimenid",
            "assay": "assay method methode platform analyser analyzer",
            "site": "site lab laboratory labor hospital location standort einsender",
            "name": "medicine drug drugname medication medicationname medikament arzneimittel "
            "wirkstoff substance medicinename praeparat",
            "since": "since start startdate begin beginn von startdatum",
            "until": "until stop end enddate stopdate ende bis enddatum",
            "finding": "finding symptom sign befund symptome",
            "present": "present vorhanden ja yesno",
        }.items()
    }
)
#: Columns that say something of the column of a test which they are named after.
_BESIDE: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("unit", "units", "einheit", "uom"), "unit_column"),
        **dict.fromkeys(("date", "datum", "day", "taken", "abnahme"), "taken"),
        **dict.fromkeys(("low", "lower", "min", "lln"), "low"),
        **dict.fromkeys(("high", "upper", "max", "uln"), "high"),
        **dict.fromkeys(("range", "ref", "refrange", "referenz", "referenzbereich"), "range"),
        **dict.fromkeys(("flag", "abnormal"), "flag"),
        **dict.fromkeys(("assay", "method", "methode"), "assay"),
    }
)
_IN_BRACKETS = re.compile(
    r"(?P<name>.+?)\s*[(\[](?P<unit>[^()\[\]]*(?:\[[^\]]*\])?[^()\[\]]*)[)\]]\s*"
)
_IN_WORDS = re.compile(r"(?P<name>.+?)\s+in\s+(?P<unit>\S+)", re.IGNORECASE)
#: Likeness (of 100) from which a name is worth a doubtful guess.
_LIKE = 88  # not clinical: string similarity
_SHORTEST = 5  # not clinical: letters of a name that can be like another
_LONGEST_UNIT = 3  # not clinical: words of a unit in a column's name


class Certainty(StrEnum):
    """How sure a guess is; DOUBTFUL stands in capitals, to be seen."""

    SURE = "sure"
    LIKELY = "likely"
    DOUBTFUL = "DOUBTFUL"


@dataclass(frozen=True, slots=True)
class Guess:
    """What something is taken for, how surely, and why."""

    value: str
    certainty: Certainty
    why: str

    @property
    def comment(self) -> str:
        """Return how a mapping explains it."""
        return f"# {self.certainty}: {self.why}"


@dataclass(frozen=True, slots=True, kw_only=True)
class LabGuess:
    """A column or a code taken for a test; ``unit`` is as a mapping writes it."""

    lab: Guess
    unit: str | None = None
    note: str = ""


def role_of(column: str) -> str | None:
    """Return which part of a record a column's name means, or None."""
    joined = "".join(words_of(column))
    return next((role for role, names in ROLES.items() if joined in names), None)


def lab_of(column: str, knowledge: Knowledge) -> LabGuess | None:
    """Return the test that a column or code is named after, and the unit in its name."""
    code = by_code(column.removeprefix("LOINC:"), knowledge)
    if code is not None:
        return LabGuess(lab=Guess(code, Certainty.SURE, "its LOINC code"))
    for name, unit in ((column, None), *_with_unit(column)):
        guess = _named_lab(name, knowledge)
        if guess is None:
            continue
        if unit is None:
            return LabGuess(lab=guess)
        factor = factor_of(unit, knowledge.labs[guess.value], knowledge)
        if not isinstance(factor, Fault):
            return LabGuess(lab=guess, unit=unit)
    return None


def _named_lab(name: str, knowledge: Knowledge) -> Guess | None:
    id_ = exactly(name, knowledge) or knowledge.lab_id(name)
    if id_ is not None:
        return Guess(id_, Certainty.SURE, "a name of this test")
    like = named(name, knowledge)
    if like is not None:
        return Guess(like.lab, Certainty.LIKELY, f"nearly '{like.known_as}'")
    joined = " ".join(words_of(name))
    if len(joined) < _SHORTEST:
        return None
    names = {
        " ".join(words_of(each)): lab.id
        for lab in knowledge.labs.values()
        for each in (lab.id, lab.name, *lab.aliases, *lab.printed_names)
        if len(each) >= _SHORTEST
    }
    found = process.extractOne(joined, list(names), scorer=fuzz.ratio, score_cutoff=_LIKE)
    if found is None:
        return None
    return Guess(names[found[0]], Certainty.DOUBTFUL, f"its name is like '{found[0]}'")


def _with_unit(column: str) -> Iterator[tuple[str, str]]:
    """Yield a column's name parted into a test and a unit: ``B12 (pg/mL)``, ``b12_pg_ml``."""
    for pattern in (_IN_BRACKETS, _IN_WORDS):
        if match := pattern.fullmatch(column):
            yield match["name"], match["unit"].strip("[] ")
    words = [word for word in re.split(r"[\s_]+", column) if word]
    for size in range(1, min(_LONGEST_UNIT, len(words) - 1) + 1):
        name, unit = " ".join(words[:-size]), words[-size:]
        yield name, "/".join(unit)
        yield name, "".join(unit)


def unit_by_values(lab: str, numbers: Sequence[float], knowledge: Knowledge) -> str:
    """Return a sentence on the units in which a column's numbers are possible for a test."""
    record = knowledge.labs[lab]
    fitting = [
        unit for unit in record.shown_units or (record.canonical_unit,)
        if possible(lab, unit, numbers, knowledge) >= MOST
    ]  # fmt: skip
    if not fitting:
        return "its numbers are not possible in any usual unit of this test"
    return f"no unit in its name; its numbers are possible in {' and in '.join(fitting)}"


def possible(lab: str, unit: str, numbers: Sequence[float], knowledge: Knowledge) -> int:
    """Return how many of a hundred numbers are possible for a test in a unit."""
    record = knowledge.labs[lab]
    by = factor_of(unit, record, knowledge)
    if isinstance(by, Fault) or not numbers:
        return 0
    low, high = (
        None if end is None else in_canonical(end, record.plausible.unit, record, knowledge)
        for end in (record.plausible.low, record.plausible.high)
    )
    fits = sum(
        (low is None or value >= low) and (high is None or value <= high)
        for value in (float(exact(number) * by) for number in numbers)
    )
    return round(100 * fits / len(numbers))


def finding_of(column: str, knowledge: Knowledge) -> Guess | None:
    """Return the finding that a column or word is named after, or None."""
    id_ = knowledge.finding_id(column)
    if id_ is not None:
        return Guess(id_, Certainty.SURE, "a name of this finding")
    joined = " ".join(words_of(column))
    names = {
        " ".join(words_of(each)): finding.id
        for finding in knowledge.findings.values()
        for each in (finding.id, finding.name, finding.professional_name, *finding.aliases)
    }
    if joined in names:
        return Guess(names[joined], Certainty.SURE, "the words of this finding")
    if len(joined) < _SHORTEST:
        return None
    found = process.extractOne(joined, list(names), scorer=fuzz.ratio, score_cutoff=_LIKE)
    if found is None:
        return None
    return Guess(names[found[0]], Certainty.DOUBTFUL, f"its name is like '{found[0]}'")


def beside_of(column: str, labs: Sequence[str]) -> tuple[str, str] | None:
    """Return the column of a test that another is named after, and what it says of it."""
    words = words_of(column)
    for lab in labs:
        of_lab = words_of(lab)
        for known in (of_lab, of_lab[:1]):
            if words[: len(known)] == known and len(words) == len(known) + 1:
                part = _BESIDE.get(words[-1])
                if part is not None:
                    return lab, part
    return None


def is_yes_no(sample: Sample, column: str) -> bool:
    """Return whether a column holds yes and no."""
    read = cells.yes_no(sample.columns[column], known_words.yes_no(Words()))
    return share(sample.columns[column], pc.is_valid(read.value)) >= MOST


def is_numbers(sample: Sample, column: str, decimal: cells.Decimal) -> bool:
    """Return whether a column holds numbers."""
    read = cells.numbers(sample.columns[column], decimal)
    return share(sample.columns[column], pc.is_valid(read.value)) >= MOST


def numbers_of(sample: Sample, column: str, decimal: cells.Decimal) -> list[float]:
    """Return the numbers of a column."""
    found: list[float] = (
        cells.numbers(sample.columns[column], decimal).value.drop_null().to_pylist()
    )
    return found


def is_days(sample: Sample, column: str) -> bool:
    """Return whether a column holds days."""
    return dates_of(sample.columns[column]) is not None


def person_of(sample: Sample) -> Guess:
    """Return the column of the person's id."""
    for column in sample.columns:
        if role_of(column) == "person":
            return Guess(column, Certainty.LIKELY, "its name")
    for column, held in sample.columns.items():
        if not held.null_count and len(held.unique()) == len(held):
            return Guess(column, Certainty.DOUBTFUL, "no text stands in it twice")
    return Guess(next(iter(sample.columns)), Certainty.DOUBTFUL, "it is the first column")
