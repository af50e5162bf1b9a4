"""What is written as a bulk export is right FHIR and reads back to the same facts."""

from __future__ import annotations

import datetime as dt
import json
import random
from collections import Counter
from pathlib import Path

import pyarrow as pa
import pytest

from corrin.errors import CorrinError
from corrin.interfaces.fhir_bulk.writing import write_fhir
from corrin.knowledge.loading import load
from corrin.labs.lines import PRESENCE
from corrin.population.facts import SCHEMAS, FactBatch, FactKind, FactWriter, from_rows
from tests.interfaces.fhir_bulk_parts import Row, everything, read
from tests.interfaces.fhir_checks import faults

_STATUSES = ("final",) * 8 + ("corrected", "amended", "preliminary", "entered-in-error")
_UNITS = ("pg/mL", "pmol/L", "ng/L", "pg/ml", "PG/ML", "mmol/L", "furlong", None)
_DAY = dt.date(2026, 3, 1)


def made(people: int, seed: int = 1) -> dict[FactKind, list[Row]]:
    """Return facts with every fault a laboratory makes."""
    draw = random.Random(seed)
    knowledge = load()
    facts: dict[FactKind, list[Row]] = {kind: [] for kind in FactKind}
    labs = sorted(knowledge.labs)
    for number in range(people):
        person = {"person_id": f"s{seed}-{number:05d}"}
        facts[FactKind.PEOPLE].append(person | _about(draw))
        for place in range(draw.randint(0, 6)):
            row = person | {"result_id": f"r{number}-{place}"} | _result(draw, draw.choice(labs))
            facts[FactKind.RESULTS] += [row] * draw.choice([1, 1, 1, 1, 2])
        for finding in draw.sample(sorted(knowledge.findings), draw.randint(0, 12)):
            noted = draw.choice([None, _DAY])
            said = {"finding": finding, "present": draw.random() < 0.5, "noted": noted}
            facts[FactKind.FINDINGS].append(person | said)
        _lists(draw, person, facts)
    return facts


def _about(draw: random.Random) -> Row:
    born = dt.date(draw.randint(1930, 2010), draw.randint(1, 12), draw.randint(1, 28))
    age = float(draw.randint(18, 90))
    settings = (None, "general", "primary-care", "emergency", "hospital", "neurology-clinic")
    return draw.choice([{"birth_date": born}, {"age": age}, {}]) | {
        "sex": draw.choice(["female", "male", None]),
        "setting": draw.choice(settings),
        "country": draw.choice([None, "GB"]),
        "twitching": draw.choice([True, False, None]),
    }


def _result(draw: random.Random, lab: str) -> Row:
    record = load().labs[lab]
    ends = draw.choice([(None, None), (0.0, 0.0), (197.0, 771.0), (None, 5.5), (1.25, None)])
    row: Row = {
        "lab": lab,
        "taken": draw.choice([None, _DAY, _DAY - dt.timedelta(days=draw.randint(1, 700))]),
        "issued": draw.choice([None, dt.datetime(2026, 3, 2, 8, 30, 15)]),
        "status": draw.choice(_STATUSES),
        "assay": draw.choice([None, 'A "quoted" assay']),
        "site": draw.choice([None, "north", "south"]),
        "reference_low": ends[0],
        "reference_high": ends[1],
    }
    if draw.random() < 0.1:
        words = ("negative", "positive") if record.quantity == PRESENCE else ("low", "high")
        return row | {"word": draw.choice(words), "reference_low": None, "reference_high": None}
    if draw.random() < 0.05:
        return row | {"problem": "not-a-number", "reference_low": None, "reference_high": None}
    units = _UNITS if lab == "serum_b12" else (*record.shown_units, None)
    value = draw.choice([round(draw.uniform(0.01, 3000), draw.randint(0, 4)), 0.1 + 0.2, 2000.0])
    return row | {
        "value": value,
        "comparator": draw.choice([None, None, None, ">", "<", ">=", "<="]),
        "unit_seen": draw.choice(units),
        "word": draw.choice([None, None, "high", "normal"]),
    }


def _lists(draw: random.Random, person: Row, facts: dict[FactKind, list[Row]]) -> None:
    since = draw.choice([None, _DAY - dt.timedelta(days=100)])
    until = draw.choice([None, _DAY])
    for kind, what, entry in (
        (
            FactKind.PRODUCTS,
            "intake",
            draw.choice(
                [
                    {"substance": "cyanocobalamin", "dose": "1000 ug", "every": "1 day",
                     "route": "oral"},
                    {"substance": "hydroxocobalamin", "dose": "1 mg", "every": "12 weeks",
                     "route": "intramuscular", "last_dose": _DAY},
                    {"substance": "vitamin B12", "product": "multivitamin", "dose": "2.5 ug",
                     "every": "day", "duration": "3 months"},
                ]
            ),
        ),
        (FactKind.DRUGS, "drugs", {"name": draw.choice(["omeprazole", "Metformin 500 mg"])}),
    ):  # fmt: skip
        if draw.random() < 0.4:
            facts[kind].append(person | entry | {"since": since, "until": until})
        elif draw.random() < 0.5:
            facts[FactKind.ASKED].append(person | {"what": what})


def filled(facts: dict[FactKind, list[Row]]) -> dict[FactKind, list[Row]]:
    """Return facts with every column, in an order of their own."""
    return {
        kind: sorted(
            (dict.fromkeys(SCHEMAS[kind].names) | row for row in rows),
            key=repr,
        )
        for kind, rows in facts.items()
    }


def batches(facts: dict[FactKind, list[Row]]) -> list[FactBatch]:
    return [from_rows(kind, rows) for kind, rows in facts.items() if rows]


def about_people(rows: list[Row]) -> dict[str, Row]:
    """Return what is said of each person: it may come in several rows."""
    found: dict[str, Row] = {}
    for row in rows:
        said = {key: value for key, value in row.items() if value is not None}
        found.setdefault(row["person_id"], {}).update(said)
    return found


@pytest.mark.parametrize("zipped", [False, True])
def test_what_is_written_is_read_back(tmp_path: Path, zipped: bool) -> None:
    facts = made(400)
    counts = write_fhir(batches(facts), tmp_path / "out", knowledge=load(), zipped=zipped)
    reading = read(tmp_path / "out", tmp_path / "facts")
    assert reading.tally.used == reading.tally.read == sum(counts.values())
    got, wanted = everything(tmp_path / "facts"), filled(facts)
    assert about_people(got[FactKind.PEOPLE]) == about_people(wanted[FactKind.PEOPLE])
    for kind in (FactKind.RESULTS, FactKind.FINDINGS, FactKind.PRODUCTS, FactKind.DRUGS,
                 FactKind.ASKED):  # fmt: skip
        assert got[kind] == wanted[kind], kind
    assert got[FactKind.REJECTED] == []


def test_what_is_written_follows_the_schema_of_fhir(tmp_path: Path) -> None:
    write_fhir(batches(made(120, seed=2)), tmp_path / "out", knowledge=load())
    kinds = {path.stem for path in (tmp_path / "out").iterdir()}
    assert kinds == {"Patient", "Observation", "Condition", "Encounter", "MedicationStatement",
                     "QuestionnaireResponse"}  # fmt: skip
    for path in (tmp_path / "out").iterdir():
        resources = [json.loads(line) for line in path.read_bytes().splitlines()]
        assert {one["resourceType"] for one in resources} == {path.stem}
        entries = [{"resource": one} for one in resources[:150]]
        assert faults({"resourceType": "Bundle", "type": "collection", "entry": entries}) == []


def test_a_folder_of_facts_is_written_like_its_batches_and_always_the_same(tmp_path: Path) -> None:
    facts = made(60, seed=3)
    with FactWriter(tmp_path / "facts") as writer:
        writer.write_all(batches(facts))
    write_fhir(tmp_path / "facts", tmp_path / "a", knowledge=load(), zipped=True)
    write_fhir(batches(facts), tmp_path / "b", knowledge=load(), zipped=True)
    one, two = ({path.name: path.read_bytes() for path in (tmp_path / name).iterdir()}
                for name in "ab")  # fmt: skip
    assert one == two


def test_a_code_of_the_site_alone_is_written_and_read_as_nothing_of_ours(tmp_path: Path) -> None:
    facts = {FactKind.RESULTS: [row for row in made(60)[FactKind.RESULTS] if row.get("value")]}

    def codes(table: pa.RecordBatch) -> pa.Array:
        names = ["X17", None, "Vitamin B12"]
        return pa.array([names[place % 3] for place in range(table.num_rows)], pa.string())

    write_fhir(batches(facts), tmp_path / "out", knowledge=load(), local_codes=codes)
    reading = read(tmp_path / "out", tmp_path / "facts")
    rows = facts[FactKind.RESULTS]
    # Site's own code with a name that everybody knows is read by the name.
    assert reading.tally.ignored == {"code-not-used": len(rows[::3])}
    labs = Counter(row["lab"] for row in everything(tmp_path / "facts")[FactKind.RESULTS])
    wanted = Counter(row["lab"] for row in rows[1::3]) + Counter(serum_b12=len(rows[2::3]))
    assert labs == wanted


def test_ids_are_those_that_fhir_allows(tmp_path: Path) -> None:
    row = {"person_id": "p.1-2", "lab": "potassium", "value": 4.0, "status": "final"}
    rows = [row | {"result_id": id_} for id_ in ['a"b', "c_d", "é/1", "x" * 80 + "9", None]]
    write_fhir([from_rows(FactKind.RESULTS, rows)], tmp_path / "out", knowledge=load())
    read(tmp_path / "out", tmp_path / "facts")
    got = [one["result_id"] for one in everything(tmp_path / "facts")[FactKind.RESULTS]]
    assert sorted(map(str, got)) == ["--1", "None", "a-b", "c-d", "x" * 63 + "9"]


@pytest.mark.parametrize("id_", ['a"b', "a b", "a_b", "", "x" * 65])
def test_a_person_is_never_given_another_id(id_: str, tmp_path: Path) -> None:
    for kind, more in ((FactKind.PEOPLE, {}), (FactKind.ASKED, {"what": "intake"})):
        with pytest.raises(CorrinError, match="id of a person"):
            write_fhir([from_rows(kind, [{"person_id": id_} | more])], tmp_path, knowledge=load())
