"""Writes the figures: JSON with stable names, or tables for the terminal."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from io import StringIO
from typing import Any

from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

from corrin.benchmark.records import (
    BenchmarkResult,
    CaseResult,
    Evidence,
    EvidenceScores,
    Figure,
    Scores,
)
from corrin.benchmark.scoring import source_rank
from corrin.errors import Problem

METHOD = {
    "headline": (
        "top1, top3 and ndcg count the true cause or an acceptable answer as right; the strict "
        "figures count the true cause alone. A diagnosis outside the vocabulary is a miss in both."
    ),
    "counted": (
        "Causes: every case that names a cause or one outside the vocabulary, but not children and "
        "adults without twitching (see refused). Urgency: every case with an expected urgency."
    ),
    "ndcg": "1 / log2(1 + rank) of the first right answer; 0 when it is not listed.",
    "brier": (
        "Mean squared gap between the probability of the top cause and whether it was right. One "
        "that never commits itself scores well here while it names the wrong cause: read with top1."
    ),
    "ece": (
        "Expected calibration error of the same probability over ten equal bins; "
        "biased upwards on few cases."
    ),
    "safe_urgency": "At most one tier less urgent than expected.",
    "intervals": (
        "95%: Wilson's score interval for proportions; percentile bootstrap over cases "
        "(2,000 samples, fixed seed) for ndcg, brier and ece."
    ),
    "rules_alone": (
        "Baseline: the urgency of the red-flag rules (which is Corrin's), causes by prior alone."
    ),
    "benign_for_all": "Baseline: harmless causes first, always certain, self-care for everybody.",
    "limits": (
        "Published cases favour the rare and the severe. The expected urgency is a judgement. "
        "No clinician has reviewed the cases."
    ),
}

NAMES = {
    "top1": "Cause: first",
    "top3": "Cause: in first three",
    "ndcg": "Cause: NDCG",
    "top1_strict": "  first, strict",
    "top3_strict": "  in first three, strict",
    "ndcg_strict": "  NDCG, strict",
    "brier": "Brier of the first",
    "ece": "Calibration error (ECE)",
    "exact_urgency": "Urgency: exact",
    "safe_urgency": "Urgency: safe",
    "under_triaged": "  too low",
    "over_triaged": "  too high",
    "emergencies_under_triaged": "  emergencies too low",
}
EVIDENCE_NAMES = {
    Evidence.BEDSIDE: "At the bedside (no tests)",
    Evidence.WITH_TESTS: "With tests",
}
WIDTH = 120  # not clinical: columns of a terminal


def as_json(result: BenchmarkResult) -> dict[str, Any]:
    """Return plain data: ``tiers``, ``refused``, ``cases``, and how each figure is made."""
    return {
        "tiers": {evidence.value: _tier(scores) for evidence, scores in result.tiers.items()},
        "refused": _refused(result.cases),
        "cases": [_case(case) for case in result.cases],
        "method": METHOD,
        "knowledge_version": result.knowledge_version,
    }


def as_text(result: BenchmarkResult) -> str:
    """Return the tables as plain text."""
    page = StringIO()
    console = Console(file=page, width=WIDTH, color_system=None, legacy_windows=False)
    console.print(tables(result))
    return page.getvalue()


def tables(result: BenchmarkResult) -> Group:
    """Return the figures beside both baselines, the cases, and what was left out."""
    parts: list[Table | Text] = []
    for evidence, scores in result.tiers.items():
        parts += [_figures_table(EVIDENCE_NAMES[evidence], scores), Text("")]
    parts.append(_cases_table(result.cases))
    refused = _refused(result.cases)
    if refused:
        parts += [Text(""), _refused_table(refused)]
    dropped = [entry for case in result.cases for entry in _dropped(case)]
    if dropped:
        parts += [Text(""), Text(f"{len(dropped)} lines could not be used (see --format json).")]
    parts += [Text(""), *(Text(f"{name}: {meaning}") for name, meaning in METHOD.items())]
    parts.append(Text(f"Knowledge {result.knowledge_version}."))
    return Group(*parts)


def _tier(scores: EvidenceScores) -> dict[str, Any]:
    return {
        **_scores(scores.corrin),
        "b12_status": _figure(scores.b12_status),
        "b12_not_classed": _figure(scores.b12_not_classed),
        "source_top1": _figure(scores.source_top1),
        "source_top3": _figure(scores.source_top3),
        "baselines": {
            "rules_alone": _scores(scores.rules_alone),
            "benign_for_all": _scores(scores.benign_for_all),
        },
    }


def _scores(scores: Scores) -> dict[str, Any]:
    return {name: _figure(getattr(scores, name)) for name in NAMES}


def _figure(figure: Figure) -> dict[str, Any]:
    return dataclasses.asdict(figure)


def _refused(cases: Iterable[CaseResult]) -> list[dict[str, Any]]:
    """Return children and adults without twitching, each once, with where it was refused."""
    refused = []
    for result in cases:
        left_out = {e: a for e, a in result.answers.items() if a.not_counted is not None}
        if left_out:
            first = next(iter(left_out.values()))
            refused.append(
                {
                    "id": result.case.id,
                    "question": "twitching",
                    "code": first.not_counted,
                    "reason": first.not_counted_reason,
                    "tiers": [evidence.value for evidence in left_out],
                }
            )
    return refused


def _case(result: CaseResult) -> dict[str, Any]:
    expected = result.case.expected
    answers = result.answers.items()
    return {
        "id": result.case.id,
        "expected": {
            "cause": expected.cause,
            "acceptable": list(expected.acceptable),
            "cause_outside_vocabulary": expected.cause_outside_vocabulary,
            "b12_status": _word(expected.b12_status),
            "source_of_high_b12": _word(expected.source_of_high_b12),
            "urgency": _word(expected.urgency),
        },
        "rank": {e.value: a.corrin.rank for e, a in answers},
        "rank_strict": {e.value: a.corrin.strict_rank for e, a in answers},
        "counted_for_causes": {
            e.value: expected.names_a_cause and a.not_counted is None for e, a in answers
        },
        "top": {e.value: list(a.corrin.top) for e, a in answers},
        "top_probability": {e.value: a.corrin.top_probability for e, a in answers},
        "urgency": {
            "expected": _word(expected.urgency),
            **{e.value: a.corrin.urgency.value for e, a in answers},
        },
        "b12_status": {
            "expected": _word(expected.b12_status),
            **{e.value: a.b12_class.value for e, a in answers},
        },
        "source_of_high_b12": {"expected": _word(expected.source_of_high_b12)}
        | {e.value: (a.sources or (None,))[0] for e, a in answers}
        | {"rank": {e.value: source_rank(expected, a) for e, a in answers}},
        "dropped": _dropped(result),
        "reference": {key: str(value) for key, value in result.case.reference.items()},
    }


def _word(value: str | None) -> str | None:
    return None if value is None else str(value)


def _dropped(result: CaseResult) -> list[dict[str, str]]:
    """Return each line that could not be used once, with its reason."""
    entries: dict[tuple[str, str], Problem] = {
        (p.where, p.code): p
        for p in (*result.case.dropped, *(p for a in result.answers.values() for p in a.dropped))
    }
    return [
        {"where": p.where, "code": p.code, "reason": f"{p.what} {p.do}".strip()}
        for p in entries.values()
    ]


def _figures_table(title: str, scores: EvidenceScores) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold")
    table.add_column("Figure", no_wrap=True)
    for heading in ("Corrin", "Rules alone", "Benign for all"):
        table.add_column(heading, justify="right", no_wrap=True)
    for name, words in NAMES.items():
        row = (getattr(s, name) for s in (scores.corrin, scores.rules_alone, scores.benign_for_all))
        table.add_row(words, *(_shown(figure) for figure in row))
    table.add_row("Class of B12: right", _shown(scores.b12_status))
    table.add_row("  not classed", _shown(scores.b12_not_classed))
    table.add_row("Source of high B12: first", _shown(scores.source_top1))
    table.add_row("  in first three", _shown(scores.source_top3))
    return table


def _shown(figure: Figure) -> str:
    if figure.value is None or figure.low is None or figure.high is None:
        return "no cases"
    return f"{figure.value:.2f} ({figure.low:.2f} to {figure.high:.2f}), n={figure.n}"


def _cases_table(cases: Iterable[CaseResult]) -> Table:
    table = Table(
        title="Cases (each pair: bedside / with tests)", title_justify="left", title_style="bold"
    )
    table.add_column("Case", no_wrap=True)
    table.add_column("Truth", overflow="fold")
    for heading in ("Rank", "Urgency expected", "Urgency given"):
        table.add_column(heading, no_wrap=True)
    for result in cases:
        expected = result.case.expected
        outside = expected.cause_outside_vocabulary
        table.add_row(
            result.case.id,
            expected.cause or (f"({outside})" if outside else "-"),
            " / ".join(_rank(result, evidence) for evidence in Evidence),
            str(expected.urgency or "-"),
            " / ".join(str(result.answers[evidence].corrin.urgency) for evidence in Evidence),
        )
    return table


def _rank(result: CaseResult, evidence: Evidence) -> str:
    answer = result.answers[evidence]
    if answer.not_counted is not None:
        return "refused"
    if not result.case.expected.names_a_cause:
        return "-"
    return "missed" if answer.corrin.rank is None else str(answer.corrin.rank)


def _refused_table(refused: Iterable[dict[str, Any]]) -> Table:
    table = Table(title="Not counted for causes", title_justify="left", title_style="bold")
    for heading in ("Case", "Why"):
        table.add_column(heading)
    for entry in refused:
        table.add_row(entry["id"], entry["reason"])
    return table
