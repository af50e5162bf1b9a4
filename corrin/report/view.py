"""The answer put into words for one reader, in the order in which it is read.

``building.build`` makes a ``View`` from an assessment; the text, the HTML page and
their charts only lay it out.  So every format says the same.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from corrin.knowledge.records import Tier
from corrin.report.chances import Chance, Effect

if TYPE_CHECKING:
    from corrin.report.of_claims import ClaimView


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One thing said: its words, the numbers of its sources, and whether it was assumed."""

    words: str
    sources: tuple[int, ...] = ()
    assumed: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FlagView:
    """One red flag that holds: how soon, why, and on what it rests."""

    name: str
    tier: Tier
    how_soon: str
    why: Statement
    action: str
    rests_on: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class UrgencyView:
    """How soon to be seen, in fixed words, and what could still change it.

    ``not_asked`` pairs each kind of visit with the open questions that could lead to it.
    """

    tier: Tier
    how_soon: str
    action: str
    flags: tuple[FlagView, ...]
    not_used: tuple[str, ...]
    not_asked: tuple[tuple[str, tuple[str, ...]], ...]
    self_care_not_yet: Statement | None
    self_care_needs: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unanswered:
    """A question that was not answered: why not, and what would help."""

    question: str
    title: str
    reason: str
    ask: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelView:
    """What the picture of the B12 level needs, all in ``unit``; a missing limit is open.

    ``high`` is None when the laboratory only said "more than".
    """

    lab: str
    unit: str
    shown: str
    comparator: str | None
    low: float | None
    high: float | None
    interval_name: str | None
    interval_low: float | None
    interval_high: float | None
    deficient_below: float | None
    indeterminate_below: float | None
    high_above: float | None
    guideline: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class B12View:
    """What the B12 result says and how far it can be trusted."""

    headline: str
    is_high: bool
    values: str
    trust: str
    functional: str
    reasons: tuple[Statement, ...]
    guideline: Statement | None
    ask_for: tuple[str, ...]
    warning: Statement | None
    level: LevelView | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelSourceView:
    """One source of a high level: how likely, what it is, and what speaks for and against it."""

    rank: int
    name: str
    summary: str
    chance: Chance
    speaks_for: tuple[str, ...]
    speaks_against: tuple[str, ...]
    sources: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredView:
    """One measured level in pg/mL; ``high`` is None when the result only said "more than"."""

    day: dt.date
    low: float
    high: float | None
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CurveView:
    """The expected level over time in pg/mL, all of one length, and what was measured."""

    days: tuple[dt.date, ...]
    median: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    measured: tuple[MeasuredView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HighB12View:
    """Why the level is high: what the doses say, then the sources, then what to test.

    ``others`` come after ``sources`` by name and chance; ``rest`` counts those that
    are so unlikely that they are not named.  ``decline`` and ``keep`` are None unless B12
    of the person's own choice is taken; ``cancer`` is None unless the elevation lasted.
    """

    title: str
    intake: tuple[str, ...]
    intake_open: Unanswered | None
    not_classed: str
    ask_first: tuple[str, ...]
    sources: tuple[LevelSourceView, ...]
    others: tuple[tuple[str, Chance], ...]
    rest: str
    basis: str
    lasting: tuple[str, ...]
    retest: Statement
    rests_on: str
    decline: tuple[str, ...]
    keep: Statement | None
    cancer: Statement | None
    why_no_cancer: str
    remarks: tuple[str, ...]
    curve: CurveView | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LowCauseView:
    """A cause of low B12 that something known points to."""

    name: str
    because: tuple[str, ...]
    words: Statement


@dataclass(frozen=True, slots=True, kw_only=True)
class LowB12View:
    """What may have lowered B12, what to ask, and what can happen when treatment begins."""

    title: str
    causes: tuple[LowCauseView, ...]
    ask: tuple[str, ...]
    events: tuple[tuple[str, Statement], ...]
    just_started: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceView:
    """What one finding does to one cause, in words and as a number."""

    finding: str
    words: str
    present: bool
    effect: Effect


@dataclass(frozen=True, slots=True, kw_only=True)
class CauseView:
    """One cause: how likely, and what speaks for and against it."""

    rank: int
    name: str
    summary: str
    chance: Chance
    starting: Chance
    urgency: str
    speaks_for: tuple[EvidenceView, ...]
    speaks_against: tuple[EvidenceView, ...]
    remainder: Effect
    sources: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TwitchingView:
    """The causes, most likely first: ``causes`` in full, ``others`` by name and chance.

    ``about_b12`` and ``motor_neurone`` hold the causes that people come to ask about,
    wherever they rank; ``serious`` holds the likeliest of the others that should be
    seen soon.  ``calm`` is the fixed text for the fear of motor neurone disease.
    """

    causes: tuple[CauseView, ...]
    others: tuple[tuple[str, Chance], ...]
    about_b12: tuple[tuple[str, Chance], ...]
    motor_neurone: tuple[tuple[str, Chance], ...]
    serious: tuple[tuple[str, Chance], ...]
    explanation: Statement | None
    calm: Statement | None
    none_of_these: Chance
    setting: str
    draws: int
    counted_once: tuple[str, ...]
    left_out: tuple[str, ...]
    would_move_most: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NaranjoRow:
    """One Naranjo item: the question, its answer, its points with a sign.

    ``why`` is None when there is nothing to say beyond the answer.
    """

    question: str
    answer: str
    points: str
    why: Statement | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CausalityView:
    """Whether B12 caused the twitching, by two methods side by side.

    ``missing`` are questions whose answers would tell more; ``keep`` says not to try it out.
    """

    title: str
    category: Statement
    score: Statement
    two_methods: Statement
    reasons: tuple[Statement, ...]
    missing: tuple[str, ...]
    keep: Statement
    rows: tuple[NaranjoRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StepView:
    """One next step."""

    name: str
    effort: str
    why: Statement
    changes: str
    expected_change: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InputView:
    """One thing that was given: what, its value as given, and how it was read."""

    kind: str
    name: str
    given: str
    read_as: str
    sources: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BasisView:
    """What the answer rests on."""

    about: tuple[tuple[str, str], ...]
    inputs: tuple[InputView, ...]
    not_used: tuple[Unanswered, ...]
    assumptions: tuple[str, ...]
    measured: int
    judged: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceView:
    """One source as it is cited, where to find it, and how far it was read."""

    number: int
    citation: str
    link: str | None
    link_words: str
    read: str
    was_read: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """The whole answer for one reader.

    ``b12``, ``high_b12``, ``twitching``, ``causality`` and ``steps`` are None when refused;
    ``unanswered`` then says why, under the same key.  ``low_b12`` is None when the level is
    not low.
    """

    reader: str
    may_say_benign: bool
    urgency: UrgencyView
    b12: B12View | None
    high_b12: HighB12View | None
    low_b12: LowB12View | None
    twitching: TwitchingView | None
    causality: CausalityView | None
    claims: tuple[ClaimView, ...]
    steps: tuple[StepView, ...] | None
    unanswered: tuple[Unanswered, ...]
    basis: BasisView
    sources: tuple[SourceView, ...]
    assessed_on: str
    knowledge_version: str
    software_version: str
    disclaimer: str

    def unanswered_for(self, question: str) -> Unanswered | None:
        """Why a question was not answered, or None when it was."""
        return next((one for one in self.unanswered if one.question == question), None)
