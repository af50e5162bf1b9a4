"""What came first, the B12 or the twitching, from what was said and from the dates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from corrin.claims.records_of_causality import Answer, Course
from corrin.knowledge.records_of_causality import CausalityRules
from corrin.picture.records import Picture

LONG = "duration_gt_3mo"
AFTER = "twitching_began_after_b12"
WITH_DOSE = "worse_with_more_b12"


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """``after``: it began after B12; ``late``: so long after that it hardly fits.

    ``by_dates``: the dates say so; ``contradictory``: the dates say otherwise than was said,
    which was "after" when ``said_after``.
    """

    after: Answer
    late: bool = False
    by_dates: bool = False
    contradictory: bool = False
    said_after: bool = False

    @property
    def fits(self) -> Answer:
        """Whether the time from B12 to the twitching is reasonable."""
        return Answer.NO if self.late else self.after


def said(picture: Picture, finding: str | None) -> Answer:
    """Return what is known of a finding."""
    state = picture.findings.get(finding or "")
    if state is None:
        return Answer.UNKNOWN
    return Answer.YES if state.present else Answer.NO


def timing(picture: Picture, courses: Sequence[Course], rules: CausalityRules) -> Timing:
    """Return what came first.

    The dates tell something when it is known whether the twitching has lasted longer than
    three months and every product has a first day.
    """
    told = said(picture, AFTER)
    by_dates, late = _by_dates(said(picture, LONG), courses, rules)
    if by_dates is Answer.UNKNOWN:
        return Timing(after=told)
    if told not in (Answer.UNKNOWN, by_dates):
        return Timing(
            after=Answer.UNKNOWN,
            by_dates=True,
            contradictory=True,
            said_after=told is Answer.YES,
        )
    # A dose that made it worse may have been the last change of B12.
    return Timing(after=by_dates, late=late and not picture.present(WITH_DOSE), by_dates=True)


def _by_dates(
    long: Answer, courses: Sequence[Course], rules: CausalityRules
) -> tuple[Answer, bool]:
    begun = [course.first for course in courses]
    known = [first for first in begun if first is not None]
    if long is Answer.UNKNOWN or not known or len(known) < len(begun):
        return Answer.UNKNOWN, False
    mark = rules.setting["three_months"].value
    if long is Answer.YES:
        # It lasts longer than any B12 was taken: it was there before.
        return (Answer.NO if min(known) > -mark else Answer.UNKNOWN), False
    delay = rules.setting["longest_delay"].value
    after = min(known) <= -mark
    return (Answer.YES if after else Answer.UNKNOWN), max(known) <= -(mark + delay)


def days_off(courses: Sequence[Course]) -> float | None:
    """Return the days since the last dose of any product; None while one is being taken."""
    ended = [course.last for course in courses]
    known = [last for last in ended if last is not None]
    if not known or len(known) < len(ended) or max(known) >= 0:
        return None
    return -max(known)
