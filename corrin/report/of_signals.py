"""The view of what adverse-event reports say of one product and one event."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from corrin.claims.grading import in_words
from corrin.claims.of_reports import EvidenceOfReports, evidence_of_reports
from corrin.report.charts import ChanceAxis, ChanceBar, Mark
from corrin.report.claim_words import CERTAINTY, CERTAINTY_CLINICIAN
from corrin.report.signal_words import (
    KIND,
    OUTCOME,
    caution,
    controls_words,
    lead,
    left_out,
    masking_words,
    power_words,
    ratio,
    span,
)
from corrin.report.telling import Telling
from corrin.report.view import Statement
from corrin.signals.answering import PairAnswer, Row, RowKind
from corrin.signals.grouping import inside

#: The axis of the forest plot spans at least this much on either side of one.
_LEAST = 8  # not clinical: a ratio
_MOST = 1024  # not clinical: a ratio
_NEAR_END = 0.1  # not clinical: a share of the width
_PRODUCTS = 40  # not clinical: names on a page


@dataclass(frozen=True, slots=True, kw_only=True)
class RowView:
    """One row of the forest and of the table, in words."""

    kind: RowKind
    name: str
    cells: tuple[str, ...]
    bar: ChanceBar
    shrunk: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalsView:
    """Everything the page says, in the order in which it says it."""

    title: str
    lead: Statement
    power: Statement
    controls: str
    masking: str
    certainty: str
    trail: tuple[str, ...]
    evidence: EvidenceOfReports
    caution: Statement
    groups: tuple[tuple[str, tuple[RowView, ...]], ...]
    axis: ChanceAxis
    facts: tuple[tuple[str, str], ...]
    products: tuple[str, ...]
    events: tuple[str, ...]
    fit: tuple[str, ...]
    trend: tuple[tuple[str, ...], ...]
    trend_words: str
    around: tuple[tuple[str, tuple[str, ...]], ...]
    methods: tuple[tuple[str, Statement], ...]
    checklist: tuple[tuple[str, str, str], ...]


#: The heads of the table, after the name of the row.
HEADS = (
    "Both",
    "Expected",
    "PRR (95%)",
    "ROR (95%)",
    "IC (95%)",
    "EBGM (90%)",
    "False-discovery p",
    "Smallest rate seen",
)


def signals_view(answer: PairAnswer, telling: Telling) -> SignalsView:
    """The view of a pair, for the telling's reader."""
    rules = telling.knowledge.signals
    evidence = evidence_of_reports(answer, telling.knowledge)
    certainty = CERTAINTY_CLINICIAN if telling.for_clinician else CERTAINTY
    reach = _reach(answer)
    methods = tuple(
        (one.name, telling.statement(one.clinician, references=[one.reference]))
        for one in rules.method
    )
    return SignalsView(
        title=f"{answer.product.name} and {inside(answer.event.name)} in reports",
        lead=telling.statement(
            lead(answer, clinician=telling.for_clinician), references=[evidence.item.reference]
        ),
        power=telling.statement(
            power_words(answer, clinician=telling.for_clinician), references=["noren2013"]
        ),
        controls=controls_words(answer),
        masking=masking_words(answer),
        certainty=certainty[evidence.grade.certainty],
        trail=in_words(evidence.grade),
        evidence=evidence,
        caution=telling.statement(
            caution(rules, clinician=telling.for_clinician), references=rules.references
        ),
        groups=tuple(
            (KIND[kind], tuple(_row(row, reach) for row in rows))
            for kind in RowKind
            if (rows := answer.of_kind(kind))
        ),
        axis=_axis(reach),
        facts=(
            *left_out(answer.reading),
            *([("Expected counts", "within strata, then summed")] if answer.stratified else []),
        ),
        products=tuple(
            f"{one.name} ({one.reports:,})" for one in answer.products_found[:_PRODUCTS]
        ),
        events=tuple(f"{one.name} ({one.reports:,})" for one in answer.events_found),
        fit=tuple(_fit(answer)),
        trend=tuple(_trend(answer)),
        trend_words=_trend_words(answer),
        around=tuple(_around(answer)),
        methods=methods,
        checklist=tuple((one.section, one.name, one.clinician) for one in rules.checklist),
    )


def _reach(answer: PairAnswer) -> float:
    """How far the axis reaches on either side of one: a power of two that holds nearly all."""
    ends = [end for row in answer.rows for end in (row.ebgm[2], 1 / max(row.ebgm[1], 1 / _MOST))]
    wide = max(_LEAST, *(min(end, _MOST) for end in ends))
    return float(2 ** math.ceil(math.log2(wide)))


def _place(value: float, reach: float) -> float:
    at = math.log(min(max(value, 1 / reach), reach)) / math.log(reach)
    return (1 + at) / 2


def _row(row: Row, reach: float) -> RowView:
    """A row in words; where only the product differs from the asked one, its name is shown."""
    middle, low, high = row.ebgm
    name = row.product if row.kind is RowKind.NARROWER else row.event
    return RowView(
        kind=row.kind,
        name=name,
        cells=(
            f"{row.a:,}",
            ratio(row.expected),
            span(row.prr),
            span(row.ror),
            span(row.ic),
            span(row.ebgm),
            ratio(row.q),
            "none" if math.isinf(row.smallest_rate) else ratio(row.smallest_rate),
        ),
        bar=ChanceBar(
            title=name,
            description=f"{row.a:,} reported, {ratio(row.expected)} expected; drawn-in ratio "
            f"{ratio(middle)}, nine of ten {ratio(low)} to {ratio(high)}.",
            dot=_place(middle, reach),
            start=_place(low, reach),
            end=_place(high, reach),
        ),
        shrunk=f"{ratio(middle)} ({ratio(low)} to {ratio(high)})",
    )


def _axis(reach: float) -> ChanceAxis:
    powers = round(math.log2(reach))
    step = max(1, powers // 3)  # not clinical: marks a side
    marks = [2.0**power for power in range(-powers, powers + 1) if power % step == 0]
    return ChanceAxis(
        marks=tuple(
            Mark(at=at, label=_tick(value), anchor=_anchor(at))
            for value in marks
            for at in [_place(value, reach)]
        ),
        words="Reported against expected, drawn towards the rest of the file; log axis.",
    )


def _tick(value: float) -> str:
    return f"{value:g}" if value >= 1 else f"1/{1 / value:g}"


def _anchor(at: float) -> str:
    return "start" if at < _NEAR_END else "end" if at > 1 - _NEAR_END else "middle"


def _fit(answer: PairAnswer) -> Iterator[str]:
    fit = answer.fit
    theta = fit.theta
    how = "handed in" if fit.given else f"fitted ({fit.likelihood}) to {fit.cells:,} cells"
    yield (
        f"Mixture of two gammas {how}: alpha1 {theta.alpha1:.4g}, beta1 {theta.beta1:.4g}, "
        f"alpha2 {theta.alpha2:.4g}, beta2 {theta.beta2:.4g}, weight {theta.p:.4g}; negative "
        f"log-likelihood {fit.negative_log_likelihood:.3f}."
    )
    if fit.starts:
        reached = sum(one.reached for one in fit.starts)
        yield f"{reached} of {len(fit.starts)} starts came to this optimum."
        yield from (f"One did not: {one.why_not}" for one in fit.starts if not one.reached)
    yield from filter(None, (fit.boundary, fit.remark))


def _trend(answer: PairAnswer) -> Iterator[tuple[str, ...]]:
    trend = answer.trend
    if trend is not None:
        for place, quarter in enumerate(trend.quarters):
            limits = (trend.ic.ic[place], trend.ic.ic025[place], trend.ic.ic975[place])
            yield (
                quarter,
                f"{int(trend.n[place]):,}",
                ratio(float(trend.expected[place])),
                span((float(limits[0]), float(limits[1]), float(limits[2]))),
            )


def _trend_words(answer: PairAnswer) -> str:
    trend = answer.trend
    if trend is None:
        return "The file gives no dates, so there is no course over time."
    if math.isnan(trend.z):
        return "There are too few reports to speak of a course over time."
    way = "rises" if trend.z > 0 else "falls"
    return f"The share {way} over time (score {trend.z:.2f}, two-sided p {ratio(trend.p)})."


def _around(answer: PairAnswer) -> Iterator[tuple[str, tuple[str, ...]]]:
    around = answer.surroundings
    if around.outcomes:
        yield (
            "What became of the people, as reported",
            tuple(f"{OUTCOME.get(name, name)}: {n:,}" for name, n in around.outcomes),
        )
    if around.indications:
        yield (
            "What the products were taken for",
            tuple(f"{name}: {n:,}" for name, n in around.indications),
        )
    if around.onset_days is not None:
        low, middle, high = around.onset_days
        words = (
            f"Half began within {middle:.0f} days of the first product (a quarter within "
            f"{low:.0f}, three quarters within {high:.0f}); {around.onset_reports:,} reports "
            "give both dates."
        )
        yield "How long it took", (words,)
