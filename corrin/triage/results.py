"""Could this laboratory result be one that somebody must be told of?

A result given as an interval (``"<3.0"``) counts as beyond a limit when it could be:
the answer must never reassure where the number is open.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence

from corrin.knowledge.loading import Knowledge
from corrin.knowledge.records import CriticalValue
from corrin.labs.reading import measure
from corrin.labs.records import Measurement, Position
from corrin.labs.units import in_canonical
from corrin.picture.records import Picture

#: Two numbers closer than this are one limit printed in two units.
SAME = 1e-9  # not clinical: rounding of a conversion


def current(results: Sequence[Measurement]) -> tuple[Measurement, ...]:
    """Return the results that stand now: those of the latest day, and all without a date.

    An undated result may be the newest, so it is never set aside.
    """
    days = [one.taken for one in results if one.taken is not None]
    latest = max(days, default=None)
    return tuple(one for one in results if one.taken is None or one.taken == latest)


@functools.cache
def critical_limit(value: CriticalValue, knowledge: Knowledge) -> float:
    """Return the limit in the lab's canonical unit."""
    lab = knowledge.labs[value.lab]
    return in_canonical(value.limit.value, value.limit.unit, lab, knowledge)


def reaches(value: CriticalValue, result: Measurement, knowledge: Knowledge) -> bool | None:
    """Return whether ``result`` is, or could be, beyond the critical limit.

    None when only a word is known ("low") and the word leaves it open.
    """
    below = value.relation == "below"
    if result.low is None or result.high is None:
        worded = Position.LOW if below else Position.HIGH
        return None if result.position in {worded, Position.UNKNOWN} else False
    limit = critical_limit(value, knowledge)
    end = result.low if below else result.high
    if math.isclose(end, limit, rel_tol=SAME):
        # An open interval (">6.0") reaches past its own end; an exact value does not.
        return value.inclusive or result.exact is None
    return end < limit if below else end > limit


def any_reaches(
    value: CriticalValue, results: Sequence[Measurement], knowledge: Knowledge
) -> bool | None:
    """Return whether any of these results reaches the limit; None when that is open."""
    answers = [reaches(value, one, knowledge) for one in results]
    if True in answers:
        return True
    return None if None in answers or not answers else False


def as_printed(picture: Picture, lab: str, knowledge: Knowledge) -> tuple[Measurement, ...]:
    """Return the current results of one lab read alone, so without albumin's adjustment."""
    person = picture.person
    alone = [line for line in person.labs if knowledge.lab_id(line.lab) == lab]
    found, _, _ = measure(alone, knowledge, sex=person.sex, age=person.age, as_of=person.as_of)
    return current(found)
