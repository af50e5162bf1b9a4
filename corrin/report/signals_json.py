"""What adverse-event reports say, as JSON with stable names."""

from __future__ import annotations

import math
from dataclasses import fields
from typing import Any

from corrin._version import __version__
from corrin.claims.of_reports import CLAIMS, evidence_of_reports
from corrin.knowledge.facts import Knowledge
from corrin.report.of_signals import signals_view
from corrin.report.telling import Telling
from corrin.signals.answering import PairAnswer, Row
from corrin.signals.records import Fit
from corrin.signals.records_of_reading import Reading


def signals_json(answer: PairAnswer, telling: Telling) -> dict[str, Any]:
    """The pair with every number; what does not exist is null."""
    view = signals_view(answer, telling)
    knowledge = telling.knowledge
    evidence = evidence_of_reports(answer, knowledge)
    disclaimer = telling.fixed("disclaimer")
    return {
        "pair": {"product": answer.product.id, "event": answer.event.id},
        "says": view.lead.words,
        "power": {"chance": answer.power, "words": view.power.words},
        "caution": view.caution.words,
        "controls": view.controls,
        "rows": [row_json(row) for row in answer.rows],
        "fit": fit_json(answer.fit),
        "data": reading_json(answer.reading),
        "trend": _trend(answer),
        "surroundings": {
            "outcomes": dict(answer.surroundings.outcomes),
            "indications": dict(answer.surroundings.indications),
            "onset_days": answer.surroundings.onset_days,
        },
        "evidence": {
            "claims": list(CLAIMS),
            "reference": evidence.item.reference,
            "direction": evidence.item.direction,
            "design": evidence.item.design,
            "result": evidence.item.result,
            "certainty": evidence.grade.certainty,
        },
        **about(knowledge),
        "disclaimer": "" if disclaimer is None else disclaimer.words,
    }


def about(knowledge: Knowledge) -> dict[str, str]:
    """The versions, as every answer has them."""
    return {"knowledge_version": knowledge.version, "software_version": __version__}


def row_json(row: Row) -> dict[str, Any]:
    """One row; limits are lists of value, low, high."""
    return {field.name: _known(getattr(row, field.name)) for field in fields(row)}


def reading_json(reading: Reading) -> dict[str, Any]:
    """What was read and what became of it."""
    return {field.name: getattr(reading, field.name) for field in fields(reading)}


def fit_json(fit: Fit) -> dict[str, Any]:
    """The fitted mixture with its diagnostics, as ``OUT.fit.json`` has it."""
    return {
        "likelihood": fit.likelihood,
        **{field.name: getattr(fit.theta, field.name) for field in fields(fit.theta)},
        "negative_log_likelihood": fit.negative_log_likelihood,
        "boundary": fit.boundary or None,
        "starts": [
            {
                "begun": {one.name: getattr(start.begun, one.name) for one in fields(start.begun)},
                "ended": {one.name: getattr(start.ended, one.name) for one in fields(start.ended)},
                "negative_log_likelihood": _known(start.negative_log_likelihood),
                "steepest": _known(start.steepest),
                "evaluations": start.evaluations,
                "reached": start.reached,
                "why_not": start.why_not or None,
            }
            for start in fit.starts
        ],
        "given": fit.given,
        "remark": fit.remark or None,
        "cells": fit.cells,
        "collapsed": fit.collapsed,
    }


def _trend(answer: PairAnswer) -> dict[str, Any] | None:
    if answer.trend is None:
        return None
    return {
        "quarters": list(answer.trend.quarters),
        "n": answer.trend.n.tolist(),
        "expected": answer.trend.expected.tolist(),
        "ic": answer.trend.ic.ic.tolist(),
        "score": _known(answer.trend.z),
        "p": _known(answer.trend.p),
    }


def _known(value: Any) -> Any:
    match value:
        case float():
            return value if math.isfinite(value) else None
        case tuple():
            return [_known(one) for one in value]
        case _:
            return value
