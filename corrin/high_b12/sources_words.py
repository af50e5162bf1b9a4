"""Sentences that are put together from numbers: for the person and for the clinician."""

from __future__ import annotations

from corrin.knowledge.records_of_high_b12 import CancerRatio

Span = tuple[float, float, float]


def cancer_words(
    *, per: int, span: Span, usual: float, cohort: CancerRatio, lasting: CancerRatio, personal: bool
) -> tuple[str, str]:
    """Return what the figure means, (person, clinician); shares are between 0 and 1."""
    low, mode, high = (_count(part, per) for part in span)
    base = _count(usual, per)
    who = "people of your age and sex" if personal else "people with a usual level"
    without = per - round(per * span[1])
    person = (
        f"Your level was high twice, and you take no B12. Of {per} {who}, about {base} are "
        f"found to have cancer within a year. With a level that stays high it may be about "
        f"{mode}. It could be as few as {low} or as many as {high}. "
        f"So about {without} of {per} are not found to have it. "
        "If the next test is back to usual, this no longer counts."
    )
    clinician = (
        f"New cancer within 1 year, per {per}: about {mode} (range over the studies {low}-{high}), "
        f"against {base} in {'the same age and sex' if personal else 'usual levels'}. Ratio "
        f"{cohort.mode:g} ({cohort.low:g}-{cohort.high:g}) at this level on one measurement; "
        f"{lasting.mode:g} ({lasting.low:g}-{lasting.high:g}) for elevation at both of two. "
    )
    if cohort.seen is not None and cohort.usual is not None:
        clinician += (
            f"In the cohort itself {cohort.seen:g}% had a new cancer in the first year, and "
            f"{cohort.usual:g}% of those with a usual level. "
        )
    clinician += (
        "Tested people are not all people; over-the-counter B12 was not always seen. "
        "Not for a single, passing or supplemented elevation."
    )
    return person, clinician


def _count(share: float, per: int) -> str:
    number = share * per
    return f"{number:.0f}" if number >= 1 else "less than 1"
