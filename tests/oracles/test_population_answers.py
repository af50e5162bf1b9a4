"""The table of answers is what each person of the batch is answered alone."""

from __future__ import annotations

import itertools
import random
from typing import Any

import pyarrow as pa
import pytest

from corrin.knowledge.loading import load
from corrin.population.kernel.answering import answer_batch
from corrin.population.records import ANSWERS
from tests.population_oracle import Row, answers_of
from tests.population_people import batch_of, rows

KNOWLEDGE = load()
COUNT = 500
#: As far as the two ways of computing a probability may differ.
NEAR = 1e-9
_PROBABLE = {"sources", "causes", "source_not_classed"}


@pytest.fixture(scope="module")
def batch() -> pa.RecordBatch:
    return batch_of(rows(COUNT, seed=21))


@pytest.fixture(scope="module")
def answers(batch: pa.RecordBatch) -> pa.RecordBatch:
    return answer_batch(batch, KNOWLEDGE)


@pytest.fixture(scope="module")
def expected(batch: pa.RecordBatch) -> list[Row]:
    return [answers_of(row, KNOWLEDGE) for row in batch.to_pylist()]


def _split(ranked: list[Row] | None) -> tuple[list[str] | None, list[float]]:
    if ranked is None:
        return None, []
    return [each["id"] for each in ranked], [each["probability"] for each in ranked]


def test_words_and_classes_are_those_of_one_person(
    answers: pa.RecordBatch, expected: list[Row]
) -> None:
    names = [name for name in ANSWERS.names if name not in _PROBABLE]
    for found, wanted in zip(answers.to_pylist(), expected, strict=True):
        assert {name: found[name] for name in names} == {name: wanted[name] for name in names}


@pytest.mark.parametrize("ranked", ["sources", "causes"])
def test_ranked_lists_are_those_of_one_person(
    answers: pa.RecordBatch, expected: list[Row], ranked: str
) -> None:
    answered = 0
    for found, wanted in zip(answers.column(ranked).to_pylist(), expected, strict=True):
        (ids, chances), (wanted_ids, wanted_chances) = _split(found), _split(wanted[ranked])
        assert ids == wanted_ids, wanted["person_id"]
        assert chances == pytest.approx(wanted_chances, abs=NEAR), wanted["person_id"]
        answered += found is not None
    assert answered > COUNT // 10


def test_the_share_not_classed_is_that_of_one_person(
    answers: pa.RecordBatch, expected: list[Row]
) -> None:
    found = answers.column("source_not_classed").to_pylist()
    for one, wanted in zip(found, expected, strict=True):
        if wanted["source_not_classed"] is None:
            assert one is None
        else:
            assert one == pytest.approx(wanted["source_not_classed"], abs=NEAR)


def test_the_people_bring_out_every_answer(answers: pa.RecordBatch) -> None:
    def seen(name: str) -> set[Any]:
        return set(answers.column(name).to_pylist())

    for name in ("high_without_reason", "persistently_high", "low_untreated",
                 "twitches_reversible", "functional_deficiency", "twitching"):  # fmt: skip
        assert seen(name) == {None, False, True}, name
    assert {code for codes in answers.column("refusals").to_pylist() for code in codes} == {
        "b12_status:children",
        "high_b12:children",
        "high_b12:not-measured",
        "high_b12:not-high",
        "high_b12:pregnancy",
        "twitching:children",
        "twitching:no-twitching-reported",
    }
    assert len(seen("supplements")) > 4
    assert seen("lasting") == {None, "single", "persistent", "settled"}


def test_the_table_has_its_schema(answers: pa.RecordBatch) -> None:
    answers.validate(full=True)
    assert answers.schema == ANSWERS
    for field in ANSWERS:
        assert field.nullable or not answers.column(field.name).null_count, field.name


def test_neither_the_batch_nor_the_order_changes_a_bit(
    batch: pa.RecordBatch, answers: pa.RecordBatch
) -> None:
    order = list(range(COUNT))
    random.Random(5).shuffle(order)
    assert answer_batch(batch.take(pa.array(order)), KNOWLEDGE).equals(
        answers.take(pa.array(order))
    )
    ends = (0, 1, 2, 60, 61, 400, COUNT)
    parts = [
        answer_batch(batch.slice(start, end - start), KNOWLEDGE)
        for start, end in itertools.pairwise(ends)
    ]
    assert (
        pa.Table.from_batches(parts)
        .combine_chunks()
        .equals(pa.Table.from_batches([answers]).combine_chunks())
    )


def test_no_people_have_no_answers(batch: pa.RecordBatch) -> None:
    nobody = answer_batch(batch.slice(0, 0), KNOWLEDGE)
    assert len(nobody) == 0
    assert nobody.schema == ANSWERS
