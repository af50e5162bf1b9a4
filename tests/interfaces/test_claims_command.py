"""``corrin claims`` and ``corrin faq``: verdicts with sources, and a clear word for a wrong id."""

from __future__ import annotations

import json
import re

import pytest

from corrin import appraise
from corrin.errors import InputError
from corrin.knowledge.loading import load
from corrin.knowledge.records import Read
from corrin.knowledge.records_of_claims import Certainty, Direction, Verdict
from tests.interfaces.running import corrin

CLAIMS, OMISSIONS = 33, 11
KNOWLEDGE = load()


@pytest.fixture(scope="module")
def table():
    done = corrin("claims", "--format", "json")
    assert done.code == 0, done.error
    return json.loads(done.output)


def test_every_claim_and_every_omission_is_appraised(table):
    assert [row["id"] for row in table["claims"]] == [f"CL{n:02}" for n in range(1, CLAIMS + 1)]
    assert [row["id"] for row in table["omissions"]] == [
        f"OM{n:02}" for n in range(1, OMISSIONS + 1)
    ]


def test_every_row_has_its_verdict_certainty_and_source(table):
    for row in (*table["claims"], *table["omissions"]):
        assert row["verdict"] in set(Verdict), row["id"]
        assert row["certainty"] in set(Certainty), row["id"]
        assert row["corrected"], row["id"]
        assert bool(row["evidence"]) != bool(row["no_evidence"]), row["id"]
        for item in row["evidence"]:
            assert item["direction"] in set(Direction)
            assert item["read"] in set(Read)
            assert item["read"] == KNOWLEDGE.references[item["reference"]].read.value
            assert item["doi"] or item["pmid"] or item["url"], (row["id"], item["reference"])


def test_the_certainty_follows_from_the_judgements_printed_beside_it(table):
    """Counted again here, from the printed steps alone."""
    levels = ["very-low", "low", "moderate", "high"]
    for row in (*table["claims"], *table["omissions"]):
        if row["certainty"] == "not-applicable":
            assert row["judgements"] == {}
            continue
        moved = sum(judgement["change"] for judgement in row["judgements"].values())
        reached = min(max(levels.index(row["starts_at"]) + moved, 0), len(levels) - 1)
        assert row["certainty"] == levels[reached], row["id"]


def test_one_claim_is_shown_with_its_evidence_and_every_step():
    done = corrin("claims", "cl22")
    assert done.code == 0
    assert "tongue" in done.output
    assert "Wrong" in done.output
    assert "How sure, step by step" in done.output
    assert re.search(r"\[1\] \w", done.output)


def test_an_unknown_claim_is_refused_with_the_nearest():
    done = corrin("claims", "CL99")
    assert done.code == 2
    assert "'CL99' is not a claim" in done.error


def test_a_claim_is_appraised_from_python_as_well(table):
    row = next(row for row in table["claims"] if row["id"] == "CL22")
    found = appraise("cl22")
    assert (found.claim.verdict.value, found.grade.certainty.value) == ("wrong", row["certainty"])
    assert found.bears_on_person is None
    with pytest.raises(InputError, match="CL2"):
        appraise("CL222")


def test_high_against_low_has_numbers_and_sources_on_each_row():
    rows = json.loads(corrin("claims", "--side-by-side", "--format", "json").output)["comparison"]
    assert len(rows) == len(KNOWLEDGE.comparisons)
    for row in rows:
        for side in ("low", "high"):
            assert row[side]["person"]
            assert row[side]["references"], (row["id"], side)
    assert sum(bool(row[side]["figures"]) for row in rows for side in ("low", "high")) >= 8


def test_side_by_side_refuses_what_it_would_ignore():
    assert corrin("claims", "CL02", "--side-by-side").code == 2


@pytest.mark.parametrize(
    "arguments", [("claims",), ("claims", "CL02"), ("faq",), ("faq", "cancer")]
)
@pytest.mark.parametrize("reader", ["person", "clinician"])
def test_text_and_page_say_that_it_is_no_diagnosis(arguments, reader):
    for format_ in ("text", "html"):
        done = corrin(*arguments, "--for", reader, "--format", format_)
        assert done.code == 0, done.error
        assert "diagnosis" in done.output


def test_every_question_is_answered_from_records_with_sources():
    questions = json.loads(corrin("faq", "--format", "json").output)["questions"]
    assert len(questions) == len(KNOWLEDGE.frequent_questions)
    for question in questions:
        assert question["answers"]
        sources = [item for answer in question["answers"] for item in answer["evidence"]]
        assert sources, question["id"]


def test_words_find_questions_and_an_unknown_one_gets_the_nearest():
    assert "Does a high B12 mean cancer?" in corrin("faq", "cancer").output
    done = corrin("faq", "should", "I", "quit", "my", "B12")
    assert done.code == 2
    assert "corrin faq should_i_stop" in done.error


def test_no_claim_tells_anyone_to_stop_what_was_prescribed(table):
    for row in (*table["claims"], *table["omissions"]):
        for words in (row["corrected"], row["corrected_clinician"]):
            for match in re.finditer(r"\b[Ss]top(ping)?\b[^.]*", words):
                around = words[max(0, match.start() - 60) : match.end() + 40].lower()
                assert re.search(r"not|never|without|before|ask|after|did|who|was", around), words
