"""The WHO-UMC category: timing, withdrawal, re-exposure and other causes, as one judgement.

Source: Uppsala Monitoring Centre (``who_umc``), paraphrased.  The centre's criteria are to be
"reasonably complied with"; where they leave room, this is how it was filled:

- nothing known of timing, withdrawal or re-exposure, or answers that contradict one
  another: unassessable; timing alone not known: conditional;
- timing that does not fit: unlikely, whatever else;
- better on withdrawal, with other causes ruled out or not known: probable (a published
  assessment, ``son2019``, was so with another cause left open), unless it did not return
  on re-exposure;
- "certain" needs all of it: no other cause, better on withdrawal, back on re-exposure,
  and an event that is specific and objective.
"""

from __future__ import annotations

from dataclasses import dataclass

from corrin.claims.records_of_causality import Answer, Category

YES, NO, UNKNOWN = Answer.YES, Answer.NO, Answer.UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class UmcAnswers:
    """What the category rests on.

    ``time_fits``: the time from intake to event is reasonable; ``better_off_it``: the
    response to withdrawal; ``back_on_it``: re-exposure; ``other_causes``: disease or other
    agents could explain the event; ``definitive``: the event is objective and specific to
    the agent; ``contradictory``: answers exclude one another.
    """

    time_fits: Answer = UNKNOWN
    better_off_it: Answer = UNKNOWN
    back_on_it: Answer = UNKNOWN
    other_causes: Answer = UNKNOWN
    definitive: Answer = UNKNOWN
    contradictory: bool = False


def category(given: UmcAnswers) -> Category:
    """Return the category of one suspected reaction."""
    course = (given.time_fits, given.better_off_it, given.back_on_it)
    if given.contradictory or all(answer is UNKNOWN for answer in course):
        return Category.UNASSESSABLE
    if given.time_fits is not YES:
        return Category.UNLIKELY if given.time_fits is NO else Category.CONDITIONAL
    improved = given.better_off_it is YES and given.back_on_it is not NO
    if not improved or given.other_causes is YES:
        return Category.POSSIBLE
    proven = (given.back_on_it, given.definitive) == (YES, YES) and given.other_causes is NO
    return Category.CERTAIN if proven else Category.PROBABLE
