"""The small parts an assessment is written in."""

from __future__ import annotations

from typing import Any

from corrin.interfaces.fhir.coding import own_system

Table = dict[str, Any]

_PLACES = 4  # not clinical: decimal places


def plain(text: str) -> str:
    """Return a text that is FHIR's "string": no empty ends, spaces in place of line ends."""
    return " ".join(text.split())


def codeable(text: str, *codes: Table) -> Table:
    """Return a concept: its words and the codes it has."""
    return ({"coding": list(codes)} if codes else {}) | {"text": text}


def percent(probability: float) -> str:
    """Return a probability in words for people."""
    return f"Probability {probability:.1%}"


def prediction(name: str, id_: str, one: Table, codes: list[Table], draws: int) -> Table:
    """Return one cause with its probability in percent, its interval and its evidence in words."""
    words = []
    if draws:
        words.append(f"90% interval {one['low']:.1%} to {one['high']:.1%}.")
    for side in ("for", "against"):
        named = "; ".join(
            f"{plain(each['name'])}{'' if each.get('present', True) else ' (absent)'}"
            for each in one.get(side) or []
            if "name" in each
        )
        if named:
            words.append(f"Evidence {side}: {named}.")
    found: Table = {
        "outcome": codeable(plain(name), own_system(id_), *codes),
        "probabilityDecimal": round(one["probability"] * 100, _PLACES),
    }
    return found | ({"rationale": " ".join(words)} if words else {})


def outcome(severity: str, code: str, where: str, why: str) -> Table:
    """Return one issue of an OperationOutcome: of what, and why."""
    return {
        "severity": severity,
        "code": code,
        "details": {"text": plain(why)},
        "diagnostics": plain(where),
    }
