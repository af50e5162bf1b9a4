"""Every record on disk: it can be read, it agrees with the others, its page can be written."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

import pytest

from corrin.interfaces.commands.example_rank import rank_example
from corrin.knowledge.checks import Level, check
from corrin.knowledge.loading import load
from corrin.knowledge.searching import search
from corrin.report.evidence.pages import page

KNOWLEDGE = load()
RECORDS = [(kind, id_) for kind, table in KNOWLEDGE.kinds().items() for id_ in table]
EXAMPLES = [
    (cause.id, position)
    for cause in KNOWLEDGE.causes.values()
    for position in range(len(cause.example))
]


@pytest.fixture(scope="module")
def errors():
    found = defaultdict(list)
    for issue in check(KNOWLEDGE, today=dt.date.today()):
        if issue.level is Level.ERROR:
            record = issue.record.partition(":")[0]
            found[record].append(f"{issue.record}: {issue.message} {issue.do}")
    return found


@pytest.mark.parametrize(("kind", "id_"), RECORDS, ids=["/".join(record) for record in RECORDS])
def test_the_record_is_right(kind, id_, errors):
    assert errors[f"{kind}/{id_}"] == []
    record = KNOWLEDGE.kinds()[kind][id_]
    assert id_ in page(record, KNOWLEDGE)
    assert (kind, id_) in {(hit.kind, hit.id) for hit in search(KNOWLEDGE, id_)}


def test_nothing_else_is_wrong(errors):
    known = {"/".join(record) for record in RECORDS}
    assert {where: said for where, said in errors.items() if where not in known} == {}


@pytest.mark.parametrize(("cause", "position"), EXAMPLES, ids=[f"{c}-{p}" for c, p in EXAMPLES])
def test_the_example_of_a_cause_stands_where_it_says(cause, position):
    example = KNOWLEDGE.causes[cause].example[position]
    ranked = rank_example(KNOWLEDGE)(example)
    assert example.expect in {"top-three", "not-top-three"}
    assert (cause in ranked[:3]) == (example.expect == "top-three"), ranked[:3]


def test_there_is_something_of_every_kind():
    assert all(KNOWLEDGE.kinds().values())
    assert KNOWLEDGE.model
