"""The JSON answer: every name of the contract, whatever was refused; never 0, never 1."""

from __future__ import annotations

import dataclasses
import json
import math
from typing import Any

import pytest

from corrin.b12_status.records import B12Class
from corrin.errors import Refusal
from corrin.knowledge.records import Tier
from corrin.report.as_json import as_json
from tests.pages import sample

KEYS = {
    "b12_status", "high_b12", "twitching", "urgency", "claims", "causality", "next_steps",
    "refusals", "knowledge_version", "software_version", "disclaimer",
}  # fmt: skip
REFUSABLE = ("b12_status", "twitching", "next_steps")


def _round_trip(answer: dict[str, Any]) -> dict[str, Any]:
    """Through text and back; NaN and infinity are not JSON and fail here, not turn to null."""
    return json.loads(json.dumps(answer, allow_nan=False))


@pytest.mark.parametrize("reader", ["person", "clinician"])
@pytest.mark.parametrize("refused", [(), *((one,) for one in REFUSABLE), REFUSABLE])
def test_every_key_exists_and_what_was_refused_is_null_with_a_reason(
    reader: str, refused: tuple[str, ...]
) -> None:
    refusals = tuple(Refusal(one, "children", "Only for adults.", "") for one in refused)
    changes: dict[str, Any] = dict.fromkeys(refused)
    answer = _round_trip(
        as_json(sample.assessment(reader=reader, refusals=sample.REFUSALS + refusals, **changes))
    )
    assert set(answer) >= KEYS
    told = {one["question"] for one in answer["refusals"]}
    assert all(set(one) == {"question", "code", "reason", "ask"} for one in answer["refusals"])
    for key in (*REFUSABLE, "high_b12", "causality"):
        assert (answer[key] is None) == (key in told), key
    assert answer["urgency"] is not None


def test_names_and_spellings_inside_the_parts() -> None:
    answer = _round_trip(as_json(sample.assessment()))
    assert set(answer["b12_status"]) >= {
        "class", "value_pmol_l", "value_pg_ml", "trust", "reasons",
    }  # fmt: skip
    assert answer["b12_status"]["class"] == "high"
    assert answer["b12_status"]["value_pmol_l"] == 1092
    assert set(answer["urgency"]) >= {"tier", "because", "not_asked"}
    assert {"id", "name", "probability", "low", "high", "for", "against"} <= set(
        answer["twitching"]["causes"][0]
    )
    evidence = answer["twitching"]["causes"][0]["for"][0]
    assert set(evidence) == {"finding", "name", "present", "effect", "words"}
    assert set(answer["next_steps"][0]) >= {"id", "why", "changes"}


@pytest.mark.parametrize("tier", list(Tier))
def test_tiers_are_written_with_hyphens(tier: Tier) -> None:
    answer = as_json(sample.assessment(urgency=sample.urgent(tier)))
    written = answer["urgency"]["tier"]
    assert written in {"emergency", "same-day", "two-weeks", "routine", "self-care"}
    assert answer["urgency"]["because"][0]["tier"] == "routine"


@pytest.mark.parametrize("b12_class", list(B12Class))
def test_classes_are_written_with_hyphens(b12_class: B12Class) -> None:
    status = dataclasses.replace(sample.B12, b12_class=b12_class)
    written = as_json(sample.assessment(b12_status=status))["b12_status"]["class"]
    assert written in {"deficient", "indeterminate", "normal", "high", "not-classed"}


@pytest.mark.parametrize("probability", [0.0, 1e-300, 0.0005, 0.5, 0.9999, 1.0])
def test_no_probability_is_ever_none_or_certain(probability: float) -> None:
    cause = dataclasses.replace(
        sample.TWITCHING.causes[0], probability=probability, low=0.0, high=1.0, prior=probability
    )
    twitching = dataclasses.replace(sample.TWITCHING, causes=(cause,), none_of_these=probability)
    answer = as_json(sample.assessment(twitching=twitching))["twitching"]
    one = answer["causes"][0]
    for value in (
        one["probability"], one["low"], one["high"], one["starting_probability"],
        answer["none_of_these"],
    ):  # fmt: skip
        assert 0.001 <= value <= 0.99
    assert one["low"] <= one["probability"] <= one["high"]


def test_an_open_result_is_null_on_its_open_side() -> None:
    picture = sample.picture()
    result = dataclasses.replace(
        picture.measurements["serum_b12"][0], low=1476.0, high=math.inf, seen=">2000"
    )
    picture = dataclasses.replace(picture, measurements={"serum_b12": (result,)})
    status = dataclasses.replace(sample.B12, value_pmol_l=math.inf)
    answer = _round_trip(as_json(sample.assessment(picture=picture, b12_status=status)))
    assert answer["inputs"]["labs"][0]["high"] is None
    assert answer["inputs"]["labs"][0]["low"] == 1476.0
    assert answer["b12_status"]["value_pmol_l"] is None


def test_what_was_used_and_what_was_not_is_said() -> None:
    answer = as_json(sample.assessment())
    assert answer["inputs"]["not_used"][0]["question"] == "labs.serum_folate"
    assert {one["finding"] for one in answer["inputs"]["findings"]} == set(
        sample.picture().findings
    )
    assert answer["setting_used"] == {"setting": "general", "draws": 1000}


def test_each_source_used_says_how_far_it_was_read() -> None:
    answer = as_json(sample.assessment())
    used = {one["id"]: one["read"] for one in answer["references"]}
    assert used == {"example-a": "abstract", "example-c": "full text"}
    assert answer["b12_status"]["reasons"][0]["references"] == ["example-c"]
