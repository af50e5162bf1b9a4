"""Why an item was answered as it was, and why the category is what it is, in both voices."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from corrin.claims.course import Timing
from corrin.claims.records_of_causality import Alternative, Answer, Because
from corrin.knowledge.records_of_causality import CausalityRules

#: How many other causes are named.
_NAMED = 3  # not clinical: a list length

#: How the code of a reason begins that only repeats the answer.
SAID = "said-"
_SAID = {
    Answer.YES: ("You said so.", "Stated to be so."),
    Answer.NO: ("You said no.", "Stated not to be so."),
    Answer.UNKNOWN: ("We do not know.", "Not known."),
}
_TIME = {
    Answer.YES: ("The twitching began after the B12.", "Onset after B12 was begun"),
    Answer.NO: ("The twitching was there before the B12.", "Onset before the first dose of B12"),
    Answer.UNKNOWN: (
        "We do not know what came first, the B12 or the twitching.",
        "Onset relative to the first dose is not known",
    ),
}
_OFF = {
    Answer.YES: ("It got better after B12 was stopped.", "Improved on withdrawal."),
    Answer.NO: (
        "It did not get better after B12 was stopped.",
        "No improvement on withdrawal.",
    ),
    Answer.UNKNOWN: (
        "We do not know if it gets better without B12.",
        "Response to withdrawal is not known.",
    ),
}
_ON = {
    Answer.YES: ("It came back when B12 was taken again.", "Recurred on re-exposure."),
    Answer.NO: (
        "It did not come back when B12 was taken again.",
        "Did not recur on re-exposure.",
    ),
    Answer.UNKNOWN: ("", "No re-exposure known."),
}


def fixed(name: str, rules: CausalityRules) -> Because:
    """Return a statement that stands in the records."""
    record = rules.said[name]
    return Because(
        code=name,
        person=record.person,
        clinician=record.clinician,
        references=record.references,
        assumed=record.assumed,
    )


def as_said(answer: Answer) -> Because:
    """Return the reason for an answer that was simply given, or was not."""
    person, clinician = _SAID[answer]
    return Because(code=f"{SAID}{answer}", person=person, clinician=clinician)


def on_record(name: str) -> Because:
    """Return the reason for objective confirmation by a test; ``name`` is that of the finding."""
    return Because(
        code="on-record", person="A test of nerves and muscles shows it.", clinician=f"{name}."
    )


def no_dummy() -> Because:
    """Return the reason why the item on placebo is open."""
    return Because(
        code="no-dummy",
        person="Nobody tried a dummy pill, as far as we know.",
        clinician="No placebo exposure known.",
    )


def time_words(timing: Timing) -> Because:
    """Return what came first, and how that is known."""
    person, clinician = _TIME[timing.after]
    how = " (from the dates)" if timing.by_dates else ""
    return Because(code=f"time-{timing.after}", person=person, clinician=f"{clinician}{how}.")


def others_words(
    answer: Answer, likely: Sequence[Alternative], rules: CausalityRules, *, b6_along: bool
) -> Because:
    """Return whether something else could explain the twitching, with the likeliest by name."""
    limit = rules.setting["unlikely_alternative"]
    match answer:
        case Answer.YES if likely:
            first = likely[:_NAMED]
            return Because(
                code="others-yes",
                person=f"Other things may be why: {'; '.join(one.name for one in first)}.",
                clinician="Alternative causes by the differential: "
                + "; ".join(f"{one.professional_name} ({one.probability:.0%})" for one in first)
                + ".",
                assumed=rules.setting["likely_alternative"].assumed,
            )
        case Answer.YES if b6_along:
            return fixed("b6_along", rules)
        case Answer.NO:
            return Because(
                code="others-no",
                person="No other cause on our list is likely.",
                clinician=f"No other listed cause reaches {limit.value:.0%}.",
                assumed=limit.assumed,
            )
    return Because(
        code="others-unknown",
        person="Other causes are not ruled out.",
        clinician="No alternative is likely, but not all are ruled out.",
        assumed=rules.setting["likely_alternative"].assumed,
    )


def course_words(
    timing: Timing, off: Answer, on: Answer, *, too_soon: bool, rules: CausalityRules
) -> Iterator[Because]:
    """Yield what the course says: onset, withdrawal, re-exposure."""
    if timing.contradictory:
        yield Because(
            code="dates-disagree",
            person="You said that it began after the B12. The dates say that it began before. "
            "Please check them."
            if timing.said_after
            else "You said that it began before the B12. The dates say that it began after. "
            "Please check them.",
            clinician="The stated onset contradicts the stated dates.",
        )
    else:
        yield time_words(timing)
    if timing.late:
        yield fixed("late", rules)
    person, clinician = _OFF[off]
    yield Because(code=f"off-{off}", person=person, clinician=clinician)
    if too_soon:
        yield fixed("too_soon", rules)
    person, clinician = _ON[on]
    if person:
        yield Because(code=f"on-{on}", person=person, clinician=clinician)


def answers_disagree() -> Because:
    """Return the reason when answers exclude one another."""
    return Because(
        code="answers-disagree",
        person="Some of the answers do not fit together. Please check them.",
        clinician="Answers on the course contradict one another.",
    )
