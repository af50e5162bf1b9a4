"""How often and for how long: the words of a label that tell time, in days."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from corrin.high_b12.label_words import NUMBER, Ambiguous, number, take

#: Days in each period; a month is the mean month of a Julian year.
DAYS = {
    "hour": Fraction(1, 24),  # not clinical: calendar
    "day": Fraction(1),
    "night": Fraction(1),
    "morning": Fraction(1),
    "evening": Fraction(1),
    "week": Fraction(7),  # not clinical: calendar
    "fortnight": Fraction(14),  # not clinical: calendar
    "month": Fraction(1461, 48),  # not clinical: calendar
    "quarter": Fraction(1461, 16),  # not clinical: calendar
    "year": Fraction(1461, 4),  # not clinical: calendar
}
_SHORT = {"h": "hour", "hr": "hour", "d": "day", "wk": "week", "w": "week", "mo": "month",
          "mth": "month", "yr": "year", "y": "year"}  # fmt: skip
_ADVERBS = {"hourly": "hour", "daily": "day", "nightly": "night", "nocte": "night",
            "mane": "morning", "weekly": "week", "fortnightly": "fortnight", "monthly": "month",
            "quarterly": "quarter", "yearly": "year", "annually": "year"}  # fmt: skip
_LATIN = {
    r"o\.?d\.?|q\.?d\.?": 1,
    r"b\.?d\.?|b\.?i\.?d\.?": 2,
    r"t\.?d\.?s\.?|t\.?i\.?d\.?": 3,  # not clinical: times a day
    r"q\.?d\.?s\.?|q\.?i\.?d\.?": 4,  # not clinical: times a day
}
_TIMES = {"once": 1, "twice": 2, "thrice": 3}  # not clinical: number words
_PERIOD = rf"(?:{'|'.join(sorted((*DAYS, *_SHORT), key=len, reverse=True))})s?"
_ADVERB = rf"(?:{'|'.join(_ADVERBS)})"
_N = rf"(?P<n>{NUMBER})"
_A = r"(?:(?:in a|an|a|per|each|every)\b|/)"
_DOSES = r"(?:doses?|injections?|shots?|jabs?|ampoules?|ampules?|times?)"
_VAGUE = (
    r"\b(?:as needed|when needed|if needed|prn|p\.r\.n\.?|sometimes|occasionally|now and then|"
    r"on and off|regularly|irregularly|when i remember|most days|some days)\b"
)
#: Turns a number and the days of a period into days between doses.
_Days = Callable[[Fraction, Fraction], Fraction]
_TWO_MEANINGS = r"\b(?:bi-?weekly|bi-?monthly|semi-?weekly|semi-?monthly)\b"


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """When doses are taken: days between them, how long, how many, on which days.

    ``every`` holds each interval that was said (more than one contradict); ``lasts`` is
    in days.  ``faults`` are codes of what has to be asked.
    """

    every: tuple[float, ...] = ()
    lasts: float | None = None
    doses: int | None = None
    on_days: tuple[float, ...] = ()
    once: bool = False
    faults: tuple[str, ...] = ()


def read_timing(text: str) -> tuple[Timing, str]:
    """Return what a text says of time, and the text without it."""
    faults: list[str] = []
    found, text = take(_VAGUE, text)
    faults += ["vague-frequency"] * bool(found)
    found, text = take(_TWO_MEANINGS, text)
    faults += ["ambiguous-frequency"] * bool(found)
    on_days, text = _days(text)
    doses, lasts, every, text = _spread_over(text)
    intervals = [every] if every else []
    more, text = _intervals(text)
    intervals += more
    length, text = _length(text)
    counted, text = _counted(text)
    found, text = take(r"\b(?:once only|once|one[- ]off|single|stat|one time)\b", text)
    values = [value for value in (*intervals, lasts, length) if value is not None]
    if any(isinstance(value, Ambiguous) for value in values) or isinstance(counted, Ambiguous):
        faults.append("ambiguous-number")
    part = isinstance(counted, Fraction) and (counted < 1 or counted.denominator > 1)
    if any(value == 0 for value in values) or part:
        faults.append("impossible-frequency")
    plain = [float(value) for value in intervals if isinstance(value, Fraction) and value]
    length = length if length is not None else lasts
    counted = counted if counted is not None else doses
    return (
        Timing(
            every=tuple(dict.fromkeys(plain)),
            lasts=float(length) if isinstance(length, Fraction) and length else None,
            doses=int(counted) if isinstance(counted, Fraction) and not part else None,
            on_days=on_days,
            once=bool(found),
            faults=tuple(faults),
        ),
        text,
    )


def _period(word: str) -> Fraction:
    word = word.rstrip(".")
    word = word if word in DAYS or word in _SHORT else word.removesuffix("s")
    return DAYS[_SHORT.get(word, word)]


def _times(word: str) -> Fraction | Ambiguous:
    return Fraction(_TIMES[word]) if word in _TIMES else number(word)


def _days(text: str) -> tuple[tuple[float, ...], str]:
    """Read "days 1, 3, 7 and 10": day 1 is the day of the first dose."""
    found, text = take(r"\b(?:on )?(?:days?|d) ?(\d+(?:(?: ?, ?| and | & | )\d+)+)\b", text)
    days = sorted({float(day) for match in found for day in re.findall(r"\d+", match[1])})
    return tuple(day - days[0] for day in days), text


def _spread_over(
    text: str,
) -> tuple[Fraction | None, Fraction | None, Fraction | Ambiguous | None, str]:
    """Read "6 injections over 2 weeks"."""
    pattern = rf"\b{_N} {_DOSES} (?:over|in|within|during) (?P<m>{NUMBER}|a) ?(?P<p>{_PERIOD})\b"
    found, text = take(pattern, text)
    if not found:
        return None, None, None, text
    count, length = number(found[0]["n"]), number(found[0]["m"])
    if isinstance(count, Ambiguous) or isinstance(length, Ambiguous) or not count:
        return None, None, Ambiguous(), text
    lasts = length * _period(found[0]["p"])
    return count, lasts, lasts / count, text


def _intervals(text: str) -> tuple[list[Fraction | Ambiguous], str]:
    """Read how often, as days between doses; each way of saying it in turn."""
    intervals: list[Fraction | Ambiguous] = []
    for pattern, days in _ways():
        found, text = take(pattern, text)
        for match in found:
            groups = match.groupdict()
            value = _times(groups["n"]) if groups.get("n") else Fraction(1)
            period = groups.get("p")
            size = Fraction(1)
            if period:
                size = DAYS[_ADVERBS[period]] if period in _ADVERBS else _period(period)
            intervals.append(value if isinstance(value, Ambiguous) else days(value, size))
    return intervals, text


def _ways() -> Iterator[tuple[str, _Days]]:
    """Yield pattern and meaning (number, days of the period -> days between doses)."""
    yield rf"\b(?:every|each) (?:other|second) (?P<p>{_PERIOD})\b", lambda _, p: 2 * p
    yield rf"\balternat(?:e|ing) (?P<p>{_PERIOD})\b", lambda _, p: 2 * p
    yield r"\b(?:e\.?o\.?d|q\.?o\.?d)\b\.?", lambda *_: Fraction(2)
    yield rf"\b(?:once )?(?:every|each) {_N}(?: ?-)? ?(?P<p>{_PERIOD})\b", lambda n, p: n * p
    yield rf"\bq ?{_N} ?(?P<p>{_PERIOD})\b", lambda n, p: n * p
    yield rf"\b{_N}[- ](?P<p>hourly|weekly|monthly)\b", lambda n, p: n * p
    yield rf"\b(?P<n>once|twice|thrice) ?{_A}? ?(?P<p>{_PERIOD}|{_ADVERB})\b", _often
    yield rf"\b{_N} ?(?:x|times) ?{_A}? ?(?P<p>{_PERIOD}|{_ADVERB})\b", _often
    yield rf"\b{_N} {_DOSES} ?{_A} ?(?P<p>{_PERIOD})\b", _often
    yield rf"\b{_N} ?{_A} ?(?P<p>{_PERIOD})\b", _often
    yield rf"\bx ?{_N} {_A} ?(?P<p>{_PERIOD})\b", _often
    yield rf"\bx ?{_N} (?P<p>{_ADVERB})\b", _often
    two = r"(?:morning|breakfast) and (?:at )?(?:evening|night|dinner|bedtime)"
    yield rf"\b(?:in the )?{two}\b", lambda *_: Fraction(1, 2)
    for latin, times in _LATIN.items():
        yield rf"(?<![a-z0-9.])(?:{latin})(?![a-z0-9])", _fixed(times)
    yield r"\bq\.?w(?:k)?\b", lambda *_: DAYS["week"]
    yield r"\bq\.?m\b", lambda *_: DAYS["month"]
    yield rf"(?:\b(?:a|per|each|every) |/ ?)(?P<p>{_PERIOD})\b", lambda _, p: p
    yield rf"\b(?:once[- ])?(?P<p>{_ADVERB})\b", lambda _, p: p


def _often(times: Fraction, period: Fraction) -> Fraction:
    return period / times if times else Fraction(0)


def _fixed(times: int) -> _Days:
    return lambda *_: Fraction(1, times)


def _length(text: str) -> tuple[Fraction | Ambiguous | None, str]:
    """Read "for 2 weeks", "x 12 weeks", "over 3 months"."""
    start = r"(?:\b(?:for|over|during)(?: the)?(?: first| last| past)?|\bx)"
    found, text = take(rf"{start} ?(?P<n>{NUMBER}|an?) ?-?(?P<p>{_PERIOD})\b", text)
    if not found:
        return None, text
    value = number(found[0]["n"])
    return value if isinstance(value, Ambiguous) else value * _period(found[0]["p"]), text


def _counted(text: str) -> tuple[Fraction | Ambiguous | None, str]:
    """Read "x6", "6 injections", "for 6 doses"."""
    pattern = rf"(?:\b(?:for )?{_N} {_DOSES}\b(?! ?{_A})|\bx ?(?P<m>{NUMBER})\b)"
    found, text = take(pattern, text)
    if not found:
        return None, text
    return number(found[0]["n"] or found[0]["m"]), text
