"""Our questions as a Questionnaire, and the answers read back: nothing is lost."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from corrin.interfaces.fhir.form import ADDRESS
from corrin.interfaces.fhir.questionnaire import questionnaire
from corrin.interfaces.fhir.reading import read_fhir
from corrin.interfaces.fhir.responding import response
from corrin.knowledge.loading import load
from corrin.knowledge.records import Setting
from corrin.person.reading import person_from_table
from corrin.person.records import Drug, Intake, LabResult, Person, PrintedInterval
from corrin.picture.person_file import vocabulary
from tests.interfaces.fhir_checks import faults
from tests.interfaces.running import corrin

KNOWN = load()
AUTHORED = dt.date(2026, 11, 1)
_days = st.none() | st.dates(dt.date(2024, 11, 2), AUTHORED)
_words = st.none() | st.text("abcdefgh 0123456789%/.,-µ", min_size=1, max_size=20).map(
    str.strip
).filter(bool)
_limits = st.tuples(st.floats(0, 500), st.floats(501, 5000))
_intervals = st.none() | st.builds(
    lambda ends, kind: PrintedInterval(
        low=None if kind == "high" else ends[0], high=None if kind == "low" else ends[1]
    ),
    _limits,
    st.sampled_from(["both", "low", "high"]),
)
#: Units with numbers that are possible in them, and words of laboratories.
_values = st.sampled_from(
    [
        ("serum_b12", 1480.0, "pg/mL"),
        ("serum_b12", ">2000", "pg/mL"),
        ("serum_b12", 410.5, "pmol/L"),
        ("serum_b12", None, None),
        ("potassium", 4.1, "mmol/L"),
        ("methylmalonic_acid", "<0.1", "umol/L"),
        ("magnesium", 1.6, "meq/L"),
        ("tsh", 2.0, "mU/L"),
        ("calcium", "2.31", "mmol/L"),
    ]
)


@st.composite
def _labs(draw: st.DrawFn) -> tuple[LabResult, ...]:
    found: dict[tuple[str, dt.date | None], LabResult] = {}
    for _ in range(draw(st.integers(0, 4))):
        lab, value, unit = draw(_values)
        word = draw(st.sampled_from(["low", "normal", "high"])) if value is None else None
        one = LabResult(
            lab=lab,
            value=value,
            unit=unit,
            taken=draw(_days),
            interpretation=word,
            reference_interval=draw(_intervals) if value is not None else None,
            assay=draw(_words),
        )
        found[one.lab, one.taken] = one
    return tuple(found.values())


@st.composite
def _intakes(draw: st.DrawFn) -> Intake:
    first, second = sorted(draw(st.tuples(*[st.dates(dt.date(2024, 11, 2), AUTHORED)] * 2)))
    return Intake(
        substance=draw(st.sampled_from(["cyanocobalamin", "hydroxocobalamin"])),
        product=draw(_words),
        dose=draw(_words),
        route=draw(_words),
        every=draw(_words),
        duration=draw(_words),
        since=draw(st.sampled_from([None, first])),
        until=draw(st.sampled_from([None, second])),
        last_dose=draw(st.sampled_from([None, second])),
    )


_people = st.builds(
    Person,
    age=st.none() | st.floats(0, 110),
    sex=st.sampled_from([None, "female", "male"]),
    setting=st.sampled_from([None, *(one.value for one in Setting)]),
    country=st.sampled_from([None, "GB", "DE"]),
    twitching=st.sampled_from([None, True, False]),
    findings=st.dictionaries(
        st.sampled_from(sorted(set(KNOWN.findings) - {"pregnant"})), st.booleans(), max_size=12
    ),
    labs=_labs(),
    intake=st.none() | st.lists(_intakes(), max_size=1).map(tuple),
    drugs=st.none()
    | st.lists(st.builds(Drug, name=st.sampled_from(["omeprazole", "B12 depot"])), max_size=1).map(
        tuple
    ),
    as_of=st.sampled_from([None, AUTHORED]),
)


@given(_people)
def test_what_is_answered_is_read_back(person: Person) -> None:
    said = response(person, KNOWN, patient="Patient/p1", authored=AUTHORED)
    assert faults(said) == []
    reading = read_fhir(json.loads(json.dumps(said)), knowledge=KNOWN)
    assert reading.refused == ()
    assert reading.patient_id == "p1"
    again, _ = person_from_table(reading.person_table, vocabulary(KNOWN))
    assert sorted(again.labs, key=repr) == sorted(person.labs, key=repr)
    for part in (
        "age",
        "sex",
        "setting",
        "country",
        "twitching",
        "findings",
        "intake",
        "drugs",
        "as_of",
    ):
        assert getattr(again, part) == getattr(person, part)


def _items(item: dict[str, Any]) -> list[dict[str, Any]]:
    return [one for each in item.get("item", []) for one in (each, *_items(each))]


def test_the_questionnaire_is_valid_and_asks_for_every_finding() -> None:
    form = questionnaire(KNOWN)
    assert faults(form) == []
    links = [one["linkId"] for one in _items(form)]
    assert len(set(links)) == len(links)
    assert set(KNOWN.findings) <= set(links)
    for one in _items(form):
        for when in one.get("enableWhen", []):
            assert when["question"] in links
            assert (when["operator"] == "exists") == ("answerBoolean" in when)
        assert (one["type"] == "group") <= ("item" in one)
        assert (one["type"] == "display") <= ("code" not in one)


def test_every_answer_of_the_form_fits_the_form() -> None:
    form = questionnaire(KNOWN)
    types = {one["linkId"]: one["type"] for one in _items(form)}
    person = Person(
        age=41.0,
        sex="male",
        twitching=True,
        findings={"cramps": True, "tremor": False},
        labs=(LabResult(lab="serum_b12", value=">2000", unit="pg/mL"),),
        intake=(Intake(substance="cyanocobalamin", since=AUTHORED),),
        drugs=(),
    )
    kinds = {
        "choice": "valueCoding",
        "decimal": "valueDecimal",
        "string": "valueString",
        "date": "valueDate",
        "quantity": "valueQuantity",
    }
    for one in _items(response(person, KNOWN, authored=AUTHORED)):
        for answer in one.get("answer", []):
            assert set(answer) == {kinds[types[one["linkId"]]]}


def test_not_sure_is_not_known_and_another_form_is_not_ours() -> None:
    unsure = {
        "system": "http://terminology.hl7.org/CodeSystem/data-absent-reason",
        "code": "asked-unknown",
    }
    said = {
        "resourceType": "QuestionnaireResponse",
        "id": "r",
        "status": "completed",
        "questionnaire": ADDRESS,
        "item": [
            {"linkId": "cramps", "answer": [{"valueCoding": unsure}]},
            {"linkId": "nobody_asked", "answer": [{"valueString": "x"}]},
        ],
    }
    reading = read_fhir(said, knowledge=KNOWN)
    assert reading.person_table == {}
    assert [(one.resource, one.code) for one in reading.refused] == [
        ("QuestionnaireResponse/r (item nobody_asked)", "unknown-question")
    ]
    other = read_fhir(said | {"questionnaire": "http://x.example/Q"}, knowledge=KNOWN)
    assert "another questionnaire" in other.ignored[0].why


def test_the_command_writes_the_questionnaire() -> None:
    done = corrin("questionnaire", "--format", "fhir")
    assert done.code == 0
    assert json.loads(done.output) == questionnaire(KNOWN)
