"""The answer to: what explains the twitching, how likely is each cause, and why?"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What one finding does to one cause.

    ``effect`` is the change in log10 odds of the cause *with this finding versus
    without it, all else as given*: it does not add up over findings, because
    causes explain findings away for one another.
    """

    finding: str
    present: bool
    effect: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedBy:
    """One cause: its probability with a 90% interval and the evidence for and against it."""

    id: str
    probability: float
    low: float
    high: float
    prior: float
    evidence_for: tuple[Evidence, ...] = ()
    evidence_against: tuple[Evidence, ...] = ()
    joint_remainder: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class AskNext:
    """A finding not yet known: how far learning it would move the answer.

    ``expected_change`` is the expected total variation of the causes'
    probabilities (half the summed absolute change); ``chance_present`` is the
    model's probability that it would turn out present.
    """

    finding: str
    expected_change: float
    chance_present: float
    moves: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Twitching:
    """The differential, most likely first; probabilities need not sum to 1.

    ``none_of_these`` is the probability that no listed cause is at work;
    ``counted_once`` lists findings left out because a correlated one already
    counts; ``left_out`` those beyond what the exact computation can hold; ``setting`` is
    the setting whose priors were used.
    """

    causes: tuple[ExplainedBy, ...]
    none_of_these: float
    setting: str
    draws: int
    counted_once: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    ask_next: tuple[AskNext, ...] = ()
