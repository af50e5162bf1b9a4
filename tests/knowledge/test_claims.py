"""The claims on disk: read at age eleven, linked, and checked by rules that can fail."""

from __future__ import annotations

import msgspec
import pytest
import textstat

from corrin.claims.grading import faults
from corrin.knowledge.checking_claims import check_claims
from corrin.knowledge.loading import load
from corrin.knowledge.records_of_claims import Direction, Verdict

KNOWLEDGE = load()
#: A Flesch-Kincaid grade of 6 is the sixth school year: age 11.
GRADE, LONGEST = 6.0, 20


def _words(record):
    if hasattr(record, "person"):
        return [record.person]
    if hasattr(record, "low"):
        return [record.low.person, record.high.person]
    return [record.name]


SAID = [
    (f"{kind}/{id_}", words)
    for kind in ("claims", "frequent_questions", "comparisons")
    for id_, record in KNOWLEDGE.kinds()[kind].items()
    for words in _words(record)
]


@pytest.mark.parametrize(("where", "words"), SAID, ids=[where for where, _ in SAID])
def test_no_sentence_for_a_person_is_long(where, words):
    sentences = [one for one in words.replace("?", ".").split(". ") if one]
    assert max(len(one.split()) for one in sentences) <= LONGEST, where


def test_the_words_for_a_person_read_at_age_eleven():
    together = " ".join(words for _, words in SAID)
    assert textstat.flesch_kincaid_grade(together) <= GRADE


def _changed(claim, **changes):
    claims = {
        **KNOWLEDGE.claims,
        claim: msgspec.structs.replace(KNOWLEDGE.claims[claim], **changes),
    }
    return _issues(claims)


def _issues(claims):
    class Changed:
        def __init__(self):
            self.claims = claims

        def __getattr__(self, name):
            return getattr(KNOWLEDGE, name)

        def kinds(self):
            return {**KNOWLEDGE.kinds(), "claims": claims}

    return [issue.message for issue in check_claims(Changed(), faults=faults)]


def test_the_claims_are_right():
    assert _issues(KNOWLEDGE.claims) == []


def test_a_claim_without_evidence_or_reason_is_an_error():
    assert any("neither evidence" in said for said in _changed("CL02", evidence=()))


def test_a_verdict_that_nothing_speaks_for_is_an_error():
    items = tuple(
        msgspec.structs.replace(item, direction=Direction.FOR)
        for item in KNOWLEDGE.claims["CL22"].evidence
    )
    assert any("no item of evidence" in said for said in _changed("CL22", evidence=items))
    assert KNOWLEDGE.claims["CL22"].verdict is Verdict.WRONG


def test_a_judgement_left_out_is_an_error():
    kept = KNOWLEDGE.claims["CL02"].judgements[1:]
    assert any("is not judged" in said for said in _changed("CL02", judgements=kept))


def test_an_order_taken_twice_is_an_error():
    order = KNOWLEDGE.claims["CL03"].order
    assert any("taken twice" in said for said in _changed("CL02", order=order))


def test_figures_out_of_order_are_an_error():
    item = KNOWLEDGE.claims["CL02"].evidence[0]
    wrong = msgspec.structs.replace(item, low=3.0, value=2.0, high=4.0, unit=None)
    said = _changed("CL02", evidence=(wrong,))
    assert any("not in order" in one for one in said)
    assert any("no unit" in one for one in said)
