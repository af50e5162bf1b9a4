"""Whatever is written as a regimen gives products or questions, never a crash or a silence."""

from __future__ import annotations

import math

from hypothesis import given, settings
from hypothesis import strategies as st

from corrin.high_b12.regimens import regimen_from_text
from corrin.knowledge.loading import load

KNOWLEDGE = load()
PIECES = st.sampled_from(
    [
        "B12",
        "cyanocobalamin",
        "hydroxocobalamin",
        "methylcobalamin",
        "multivitamin",
        "B-complex",
        "B6",
        "1000",
        "1,000",
        "1.5",
        "0",
        "-5",
        "500",
        "ug",
        "mcg",
        "µg",
        "mg",
        "g",
        "ml",
        "/mL",
        "IU",
        "%",
        "oral",
        "im",
        "sc",
        "iv",
        "sublingual",
        "nasal",
        "injection",
        "tablet",
        "tablets",
        "two",
        "half",
        "a",
        "x",
        "x6",
        "2x",
        "daily",
        "weekly",
        "monthly",
        "every",
        "other",
        "day",
        "week",
        "weeks",
        "months",
        "3",
        "for",
        "over",
        "then",
        ";",
        "+",
        "and",
        "days",
        "1,3,7",
        "on",
        "once",
        "twice",
        "per",
        "/",
        "as",
        "needed",
        "biweekly",
        "not",
        "until",
        "since",
        "2026-01-01",
        "of",
        "with",
        "(",
        ")",
        "...",
        "12",
        "hours",
        "q",
        "od",
        "bd",
        "tds",
    ]
)
texts = st.lists(PIECES, max_size=12).map(" ".join) | st.text(max_size=40)


@settings(max_examples=400)
@given(st.lists(texts, min_size=1, max_size=2))
def test_products_or_questions(given_texts):
    regimen = regimen_from_text(given_texts, KNOWLEDGE)
    assert regimen.products or regimen.problems or regimen.vitamin_b6 or regimen.assumptions
    for product in regimen.products:
        for train in product.trains:
            assert 0 < train.dose_ug < math.inf
            assert train.every is None or 0 < train.every < math.inf
            assert train.first is not None
            assert train.last is None or train.last >= train.first
    for problem in regimen.problems:
        assert problem.code
        assert problem.do
