"""How a probability and a piece of evidence are put into words and digits.

No probability is ever shown as none or as certain: it is held between the display
floor and ceiling of the knowledge (``model.toml``), in digits as in words.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from corrin.knowledge.records import Quantity

_HALF = 1 / 2
_TENTH = 1 / 10
_HUNDREDTH = 1 / 100
_UNDER_ONE = "less than 1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The least and the greatest probability that is shown."""

    floor: float
    ceiling: float

    def hold(self, probability: float) -> float:
        """The probability, held between floor and ceiling."""
        return min(max(probability, self.floor), self.ceiling)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chance:
    """A probability with its 90% interval, held within the limits, and its words.

    ``per_hundred`` is for the person ("about 12 in 100"), ``percent`` for the
    clinician ("12%"), each followed by the interval; ``band`` is one plain word.
    """

    probability: float
    low: float
    high: float
    band: str
    per_hundred: str
    per_hundred_interval: str
    percent: str
    percent_interval: str


def limits(model: dict[str, Quantity]) -> Limits:
    """The display limits as recorded in the knowledge."""
    return Limits(floor=model["display_floor"].value, ceiling=model["display_ceiling"].value)


def chance(
    probability: float, low: float, high: float, *, within: Limits, drawn: bool = True
) -> Chance:
    """Words and digits for a probability and its interval.

    ``drawn`` is False when no interval was worked out; its words are then empty.
    """
    held, held_low, held_high = (within.hold(p) for p in (probability, low, high))
    base = _base(held, held_high)
    return Chance(
        probability=held,
        low=held_low,
        high=held_high,
        band=_band(held),
        per_hundred=_about(_out_of(held, base, within)),
        per_hundred_interval=_likely(held_low, held_high, base, within) if drawn else "",
        percent=_percent(held, within),
        percent_interval=_interval(held_low, held_high, within) if drawn else "",
    )


def _likely(low: float, high: float, base: int, within: Limits) -> str:
    """The interval for a person; an end that cannot be counted is left open in words."""
    least, most = _count(low, base, within), _count(high, base, within)
    if high <= within.floor:
        return "likely no more than that"
    if low >= within.ceiling:
        return "likely no less than that"
    if least == most:
        return "likely close to that"
    if least == _UNDER_ONE:
        return f"likely up to {most} in {base:,}"
    if high >= within.ceiling:
        return f"likely {least} in {base:,} or more"
    return f"likely between {least} and {most} in {base:,}"


def _interval(low: float, high: float, within: Limits) -> str:
    """The interval for a clinician."""
    least, most = _percent(low, within), _percent(high, within)
    return f"90% interval {least}" if least == most else f"90% interval {least} to {most}"


def _base(probability: float, high: float) -> int:
    """Chances are counted in 100; those that are surely rare in 1,000, lest they vanish."""
    return 100 if probability >= _HUNDREDTH or high >= _TENTH else 100 * 10


def _count(probability: float, base: int, within: Limits) -> str:
    if probability <= within.floor and round(probability * base) <= 1:
        return _UNDER_ONE
    if probability >= within.ceiling:
        return f"more than {_below(base, probability):,}"
    count = round(probability * base)
    if count < 1:
        return _UNDER_ONE
    return f"{min(count, base - 1):,}"


def _below(base: int, probability: float) -> int:
    return min(math.floor(probability * base + _HUNDREDTH), base - 1)


def _out_of(probability: float, base: int, within: Limits) -> str:
    return f"{_count(probability, base, within)} in {base:,}"


def _about(words: str) -> str:
    return words if words.startswith(("less", "more")) else f"about {words}"


def _percent(probability: float, within: Limits) -> str:
    percent = probability * 100
    if probability <= within.floor:
        return f"<{within.floor * 100:g}%"
    if probability >= within.ceiling:
        return f">{within.ceiling * 100:g}%"
    if percent >= 10:  # noqa: PLR2004 - number format
        return f"{min(round(percent), 100 - 1)}%"
    return f"{percent:.1f}%"


def _band(probability: float) -> str:
    if probability >= _HALF:
        return "more likely than not"
    if probability >= _TENTH:
        return "possible"
    if probability >= _HUNDREDTH:
        return "unlikely"
    return "very unlikely"


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """A change in log10 odds in words: which way, how much, and the number itself.

    ``side`` is ``for``, ``against`` or ``neither``; ``times`` gives the change as a
    factor on the odds, ``signed`` as log10 odds with its sign.
    """

    log10_odds: float
    side: str
    words: str
    times: str
    signed: str


def effect(log10_odds: float) -> Effect:
    """Words for the change in the odds that one finding makes."""
    factor = 10.0 ** abs(log10_odds)
    size = f"{factor:.1f}" if factor < 10 else f"{factor:,.0f}"  # noqa: PLR2004 - number format
    if size == "1.0":
        return Effect(
            log10_odds=log10_odds,
            side="neither",
            words="almost no difference",
            times="odds about the same",
            signed=_signed(log10_odds),
        )
    side, sign = ("for", "×") if log10_odds > 0 else ("against", "÷")
    if factor < 2:  # noqa: PLR2004 - doubling the odds
        strength = "slightly"
    elif factor < 10:  # noqa: PLR2004 - ten times the odds
        strength = "clearly"
    else:
        strength = "strongly"
    return Effect(
        log10_odds=log10_odds,
        side=side,
        words=f"{strength} {side}",
        times=f"odds {sign} {size.removesuffix('.0')}",
        signed=_signed(log10_odds),
    )


def _signed(value: float) -> str:
    text = f"{abs(value):.2f}"
    if float(text) == 0:
        return "0.00"
    return ("+" if value > 0 else "−") + text
