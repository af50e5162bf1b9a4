"""Each case file is coded facts with a citation, and a person file that is read without a fault."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from corrin.benchmark.cases import read_cases
from corrin.benchmark.evidence import person_table
from corrin.benchmark.records import Evidence
from corrin.knowledge.loading import load
from corrin.person.reading import person_from_table
from corrin.picture.person_file import check, vocabulary

FOLDER = Path(__file__).parent
FILES = sorted(FOLDER.rglob("*.toml"))
CODE = 60  # a coded word is shorter than any sentence worth copying


def texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for inner in value.values():
            yield from texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner)
    elif isinstance(value, (dt.date, dt.datetime)):
        pytest.fail("a case holds no date")
    elif isinstance(value, str):
        yield value


def test_the_cases_are_those_of_the_published_development_set():
    groups = [file.stem[0] for file in FILES]
    assert {group: groups.count(group) for group in "ABC"} == {"A": 21, "B": 6, "C": 5}


def test_all_are_read_and_every_cause_is_known():
    cases = read_cases(FOLDER, load())
    assert len(cases) == len(FILES)
    assert [case.dropped for case in cases if case.dropped] == []


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_case_is_coded_facts_and_a_citation(file: Path):
    case = tomllib.loads(file.read_text(encoding="utf-8"))
    assert case["id"] == file.stem
    assert case["expected"].get("urgency"), "every case says how urgent it was"
    assert {"title"} <= case["reference"].keys()
    assert {"doi", "pmid", "url"} & case["reference"].keys(), "somebody must be able to look it up"
    assert all(len(text) <= CODE and "\n" not in text for text in texts(case["person"]))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_words_used_are_the_present_ones_not_aliases(file: Path):
    person = tomllib.loads(file.read_text(encoding="utf-8"))["person"]
    knowledge = load()
    findings = {**person.get("findings", {}), **person.get("later_findings", {})}
    labs = [*person.get("labs", []), *person.get("later_labs", [])]
    assert set(findings) <= set(knowledge.findings)
    assert {row["lab"] for row in labs} <= set(knowledge.labs)


@pytest.mark.parametrize("evidence", list(Evidence))
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_person_is_read_strictly_without_a_fault(file: Path, evidence: Evidence):
    knowledge = load()
    case = next(c for c in read_cases(FOLDER, knowledge) if c.file == file)
    table = person_table(case, evidence, finding_id=knowledge.finding_id)
    person, dropped = person_from_table(table, vocabulary(knowledge))
    check(person, knowledge)
    assert dropped == ()
