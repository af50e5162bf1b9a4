"""The answer on high and low B12 as plain dicts with stable names, ready for JSON."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict
from enum import Enum
from types import MappingProxyType
from typing import Any

from corrin.high_b12.sources_records import HighB12, LowSide, SourceEvidence, WeighedSource
from corrin.knowledge.loading import Knowledge

Table = dict[str, Any]

#: What limits an answer, in words: (person, clinician), by the codes of ``HighB12.remarks``.
REMARKS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "level-not-known": (
            "We do not know how high your level is. With the number we could say more.",
            "Only 'high' is known; the bands of the studies could not be used.",
        ),
        "evidence-from-adults": (
            "What we know is from adults. It may not fit you as well.",
            "Base rates and ratios are from adults.",
        ),
        "does-not-rule-out-deficiency": (
            "A high level does not prove that your cells get enough B12.",
            "A high total does not exclude functional deficiency; MMA and homocysteine do.",
        ),
        "number-not-reliable": (
            "Something may have changed the number itself. See what we say of the test.",
            "The number is not reliable here (see the B12 status).",
        ),
        "functional-deficiency": (
            "Other tests hint that your cells lack B12, though the level is high.",
            "MMA or homocysteine point to functional deficiency in spite of the level.",
        ),
        "lower-than-the-dose-leads-to": (
            "With your dose we would expect an even higher level. Perhaps doses were missed.",
            "Below the 90% interval expected on the stated regimen: adherence or uptake.",
        ),
    }
)
#: Why no figure on cancer is given, by ``HighB12.why_no_cancer_figure``.
WHY_NO_FIGURE: Mapping[str, str] = MappingProxyType(
    {
        "supplements-not-asked": "It is not known whether B12 is taken.",
        "b12-taken": "B12 is taken, and the studies of cancer left such people out.",
        "settled": "The level went back to usual, and then no more cancer was seen.",
        "repeat-first": "One high result is not enough: repeat the test first.",
        "illness-already-known": "An illness is known that the studies left out.",
        "no-figure-at-this-level": "No study read gives a figure at this level.",
    }
)


def high_b12_table(high: HighB12, knowledge: Knowledge) -> Table:
    """Return the answer with ``explained_by_intake``, ``sources``, ``retest`` and more.

    Both readers' words are there, as ``person`` and ``clinician``; references are ids.
    """
    return {
        "explained_by_intake": _plain(high.explained_by_intake),
        "sources": [_source(source, knowledge) for source in high.sources],
        "retest": _plain(high.retest),
        "classed": high.classed,
        "supplements": high.supplements.value,
        "hangs_on_the_answer": high.hangs_on_the_answer,
        "ask_first": list(high.ask_first),
        "elevation": _plain(high.elevation),
        "persistence": _plain(high.persistence),
        "cancer": _plain(high.cancer),
        "why_no_cancer_figure": _why(high.why_no_cancer_figure),
        "next_tests": list(high.next_tests),
        "remarks": [
            {"code": code, "person": REMARKS[code][0], "clinician": REMARKS[code][1]}
            for code in high.remarks
        ],
        "setting": high.setting,
        "base_rates_of": high.base_rates_of,
        "draws": high.draws,
    }


def low_side_table(low: LowSide, knowledge: Knowledge) -> Table:
    """Return the causes of a low level, what to ask, and the events early in treatment."""
    return {
        "causes": [
            _plain(cause) | {"name": knowledge.causes_of_low_b12[cause.id].name}
            for cause in low.causes
        ],
        "ask": list(low.ask),
        "events": [_plain(event) for event in low.events],
    }


def _source(source: WeighedSource, knowledge: Knowledge) -> Table:
    record = knowledge.sources_of_high_b12[source.id]
    return {
        "id": source.id,
        "name": record.name,
        "professional_name": record.professional_name,
        "probability": source.probability,
        "low": source.low,
        "high": source.high,
        "starting_probability": source.starting,
        "person": record.summary,
        "clinician": record.clinician_summary,
        "certainty": record.certainty,
        "references": list(record.references),
        "for": [_evidence(each) for each in source.evidence_for],
        "against": [_evidence(each) for each in source.evidence_against],
    }


def _evidence(evidence: SourceEvidence) -> Table:
    table: Table = _plain(evidence)
    return table


def _why(code: str | None) -> Table | None:
    return None if code is None else {"code": code, "words": WHY_NO_FIGURE[code]}


def _plain(value: Any) -> Any:
    """Return a dataclass or None as JSON can hold it: no enum, date or infinity."""
    return None if value is None else {key: _flat(each) for key, each in asdict(value).items()}


def _flat(value: Any) -> Any:
    match value:
        case Enum():
            return value.value
        case tuple() | list():
            return [_flat(each) for each in value]
        case float() if not math.isfinite(value):
            return None
        case _ if hasattr(value, "isoformat"):
            return value.isoformat()
        case _:
            return value
