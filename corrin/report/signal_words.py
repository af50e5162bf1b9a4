"""The sentences about adverse-event reports, for each reader."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from corrin.knowledge.records_of_signals import SignalRules
from corrin.signals.answering import PairAnswer, RowKind
from corrin.signals.grouping import inside
from corrin.signals.records_of_reading import Layout, Reading

#: What each kind of row is called above its rows.
KIND: Mapping[RowKind, str] = MappingProxyType(
    {
        RowKind.ASKED: "The question",
        RowKind.NARROWER: "Narrower groups of products",
        RowKind.UNMASKED: "Without the most reported event",
        RowKind.KINDRED: "Kindred events",
        RowKind.POSITIVE: "Must show",
        RowKind.NEGATIVE: "Must not show",
    }
)
#: What the outcome codes of FAERS stand for.
OUTCOME: Mapping[str, str] = MappingProxyType(
    {
        "DE": "death",
        "LT": "danger to life",
        "HO": "hospital stay",
        "DS": "lasting harm",
        "CA": "inborn harm",
        "RI": "treatment needed to prevent lasting harm",
        "OT": "other serious outcome",
    }
)
_LAYOUT: Mapping[Layout, str] = MappingProxyType(
    {
        Layout.CAERS: "CAERS (Human Foods Complaint System)",
        Layout.CAERS_OLDER: "CAERS, files up to 2017",
        Layout.FAERS: "FAERS quarterly files",
        Layout.OPENEBGM: "table with id, var1 and var2",
        Layout.TABLE: "table with named columns",
    }
)
#: Ratios from here on are shown without decimals.
_HUNDRED = 100  # not clinical: a ratio
#: From this share of a product's reports on, one event can hide the others.
_HIDES = 1 / 10  # not clinical: a share that makes a reader look


def ratio(value: float) -> str:
    """A ratio or a small number with two or three digits; a dash where there is none."""
    if math.isnan(value):
        return "–"
    if math.isinf(value):
        return "no limit"
    if value == 0:
        return "0"
    if abs(value) >= _HUNDRED:
        return f"{value:,.0f}"
    return f"{value:.2f}" if abs(value) >= 1 / 10 else f"{value:.2g}"


def span(three: tuple[float, float, float]) -> str:
    """A value with its limits in brackets."""
    middle, low, high = three
    if math.isnan(low) or math.isnan(high):
        return ratio(middle)
    return f"{ratio(middle)} ({ratio(low)} to {ratio(high)})"


def lead(answer: PairAnswer, *, clinician: bool) -> str:
    """The answer in two or three sentences."""
    row = answer.asked
    product, event = answer.product.name, inside(answer.event.name)
    if clinician:
        verdict = (
            "It stands out of the file (IC025 above zero): a question is raised, no more."
            if row.stands_out
            else "It does not stand out of the file (IC025 not above zero), which is not evidence "
            "of safety."
        )
        return (
            f"{row.a:,} of {answer.reading.reports:,} reports name both {inside(product)} and "
            f"{event}; {ratio(row.expected)} would be expected if the two were unrelated. {verdict}"
        )
    people = "report names" if row.a == 1 else "reports name"
    verdict = (
        "That is more than we would guess from chance. It does not show that B12 was the cause."
        if row.stands_out
        else "That is not more than chance could give. It does not show that B12 is safe."
    )
    return (
        f"We looked at {answer.reading.reports:,} reports that people sent in. {row.a:,} {people} "
        f"both {inside(product)} and {event}. By chance we would expect about "
        f"{ratio(row.expected)}. {verdict}"
    )


def power_words(answer: PairAnswer, *, clinician: bool) -> str:
    """What these data could have shown at all."""
    row = answer.asked
    if math.isinf(row.smallest_rate):
        return (
            "These reports could not have shown a link, however strong."
            if not clinician
            else "No relative rate, however high, could have stood out here: the margins are too "
            f"small ({row.a + row.b:,} reports of the product, {row.a + row.c:,} of the event)."
        )
    times = ratio(row.smallest_rate)
    if not clinician:
        return (
            f"A weak link would not show in so few reports. Only if it were reported about "
            f"{times} times as often as with other products could we count on seeing it."
        )
    return (
        f"The smallest relative reporting rate these data would have shown with a chance of "
        f"{answer.power:.0%} is {times} ({row.needed:,} reports naming both; {row.a + row.b:,} "
        f"name the product and {row.a + row.c:,} the event). Anything weaker stays unseen."
    )


def controls_words(answer: PairAnswer) -> str:
    """Whether the controls did as they must."""
    positive, negative = answer.of_kind(RowKind.POSITIVE), answer.of_kind(RowKind.NEGATIVE)
    shown = [row for row in positive if row.stands_out]
    false = [inside(row.event) for row in negative if row.stands_out]
    first = (
        f"{len(shown)} of {len(positive)} that must show did."
        if len(shown) == len(positive)
        else f"Only {len(shown)} of {len(positive)} that must show did: these data may be blind."
    )
    second = (
        f"{len(false)} of {len(negative)} that must not show did ({', '.join(false)}): false "
        "alarms are likely."
        if false
        else f"None of the {len(negative)} that must not show did."
    )
    return f"Controls: {first} {second}"


def masking_words(answer: PairAnswer) -> str:
    """Says so where one event fills the product's reports and so hides the others."""
    for row in answer.of_kind(RowKind.POSITIVE):
        with_product = row.a + row.b
        if with_product and row.a / with_product > _HIDES:
            return (
                f"{row.a / with_product:.0%} of the product's reports are of "
                f"{inside(row.event)}, which makes every other event look rare with it. The row "
                "without those reports shows how much."
            )
    return ""


def caution(rules: SignalRules, *, clinician: bool) -> str:
    """The fixed words of caution, from the records."""
    return rules.clinician if clinician else rules.person


def left_out(reading: Reading) -> Iterator[tuple[str, str]]:
    """What was read and what became of it."""
    yield "File", f"{reading.source}, {_LAYOUT[reading.layout]}"
    if reading.first_day:
        yield "Reports received", f"{reading.first_day} to {reading.last_day}"
    yield "Rows read", f"{reading.rows:,}"
    for what, number in (
        ("Left out: no report number", reading.no_report),
        ("Left out: no product", reading.no_product),
        ("Left out: no event", reading.no_event),
        ("Left out: product not suspected", reading.concomitant),
        ("Left out: said before", reading.repeated),
        ("Left out: replaced by a later version", reading.versions),
        ("Left out: withdrawn cases", reading.deleted),
        ("Left out: lines that do not fit", reading.unreadable),
        ("Reports in more than one stratum", reading.two_strata),
    ):
        if number:
            yield what, f"{number:,}"
    yield "Reports", f"{reading.reports:,}"
    yield "Products", f"{reading.products:,}"
    yield "Events", f"{reading.events:,}"
