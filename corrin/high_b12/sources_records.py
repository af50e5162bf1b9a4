"""The answer to: why is it high?  And, on the low side, why is it low?

Levels are in pmol/L and pg/mL (= ng/L); probabilities lie between 0 and 1, never on them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class IntakeLevel(NamedTuple):
    """What a person's regimen says of one level (pg/mL).

    ``probability_at_least`` is that of a level at least this high on this regimen;
    ``expected_low`` and ``expected_high`` hold nine of ten people on it; ``density`` is
    per pg/mL.  ``without`` is the same probability without the B12, when it is known.
    """

    probability_at_least: float
    expected_low: float
    expected_high: float
    density: float | None = None
    without: float | None = None


#: Asked with a level in pg/mL; made from a regimen by whoever knows the doses.
LevelGivenIntake = Callable[[float], IntakeLevel]


class Lasting(StrEnum):
    """Whether the elevation has lasted."""

    SINGLE = "single"
    PERSISTENT = "persistent"
    SETTLED = "settled"


class Supplements(StrEnum):
    """What is known of B12 taken, from the narrowest answer to the widest."""

    NOT_ASKED = "not-asked"
    NONE_TAKEN = "none-taken"
    NO_HIGH_DOSE = "no-high-dose"
    TAKEN_LOW = "low-dose-taken"
    TAKEN = "taken"
    REGIMEN_KNOWN = "regimen-known"


class EvidenceKind(StrEnum):
    """What a piece of evidence is."""

    LEVEL = "level"
    INTAKE = "supplements"
    SIGN = "sign"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceEvidence:
    """What one thing known does to one source.

    ``ids`` are the findings or labs it was read from.  ``effect`` is the change in log10
    odds of the source *with this versus without it, all else as given*; effects do not add
    up.  ``reference`` or ``assumed`` says what the strength rests on.
    """

    kind: EvidenceKind
    id: str
    name: str
    professional_name: str
    ids: tuple[str, ...]
    present: bool
    effect: float
    reference: str | None = None
    assumed: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WeighedSource:
    """One source with its probability as the main one, a 90% interval, and why.

    ``starting`` is its share among people with a high level in this setting.
    """

    id: str
    probability: float
    low: float
    high: float
    starting: float
    evidence_for: tuple[SourceEvidence, ...] = ()
    evidence_against: tuple[SourceEvidence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedByIntake:
    """How probable a level at least this high is on this regimen, and what it leads to."""

    probability: float
    expected_low: float
    expected_high: float
    unit: str = "pg/mL"


@dataclass(frozen=True, slots=True, kw_only=True)
class Elevation:
    """How high: the band of the studies, and the limit the result lies above.

    ``bands`` are every band the result can lie in (one for an exact number).
    """

    bands: tuple[str, ...]
    value_pmol_l: float | None
    value_pg_ml: float | None
    comparator: str | None
    limit_pmol_l: float | None
    limit_from: str | None
    person: str
    clinician: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Persistence:
    """Whether the level stayed high: from dated results of total B12 only.

    ``undated`` counts results that could not be used for want of a date.
    """

    lasting: Lasting
    high_results: int
    results: int
    undated: int
    first_high: dt.date | None
    last: dt.date | None
    days_apart: int | None
    needs_days: float


@dataclass(frozen=True, slots=True, kw_only=True)
class AbsoluteRisk:
    """New cancers in ``per`` people over ``horizon``: only for lasting, untreated elevation.

    ``low`` and ``high`` span what the studies printed, not a probability interval.
    ``comparison`` is the number in people of the same age and sex (``personal``) or, when
    the age is not known, in the cohort's people with a usual level.
    """

    per: int
    horizon: str
    low: float
    mode: float
    high: float
    comparison: float
    personal: bool
    person: str
    clinician: str
    references: tuple[str, ...]
    assumed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Retest:
    """Whether and when to test B12 again, and how little that rests on.

    ``informative`` is False when a new level would tell nothing.  Nothing here is advice
    to stop B12 that was prescribed.
    """

    id: str
    informative: bool
    person: str
    clinician: str
    rests_on: str
    weeks_low: float | None
    weeks_high: float | None
    references: tuple[str, ...]
    assumed: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HighB12:
    """Why the level is high: sources exclude one another and sum to 1, most likely first.

    ``classed`` is False when supplements were not asked about; ``hangs_on_the_answer`` is
    then the share of the answer that is expected to move with it, and ``not_classed``
    carries it.  ``ask_first`` are finding ids in the order in which to ask.
    ``next_tests`` are ids of next steps.  ``remarks`` are codes of what limits the answer.
    """

    explained_by_intake: ExplainedByIntake | None
    sources: tuple[WeighedSource, ...]
    elevation: Elevation
    persistence: Persistence
    supplements: Supplements
    classed: bool
    hangs_on_the_answer: float
    cancer: AbsoluteRisk | None
    why_no_cancer_figure: str | None
    retest: Retest
    next_tests: tuple[str, ...]
    ask_first: tuple[str, ...]
    remarks: tuple[str, ...]
    setting: str
    base_rates_of: str
    draws: int


class Standing(StrEnum):
    """How a cause of low B12 stands in a picture."""

    SUPPORTED = "supported"
    NOT_ASKED = "not-asked"
    DENIED = "denied"


@dataclass(frozen=True, slots=True, kw_only=True)
class LowCause:
    """One cause of low B12; ``because`` names the findings or medicines that support it."""

    id: str
    standing: Standing
    because: tuple[str, ...]
    person: str
    clinician: str
    next_steps: tuple[str, ...]
    references: tuple[str, ...]
    assumed: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TreatmentEvent:
    """Something that can happen when treatment begins; ``now`` when it has just begun."""

    id: str
    name: str
    now: bool
    person: str
    clinician: str
    next_steps: tuple[str, ...]
    references: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LowSide:
    """Why B12 may be low (supported causes first), what to ask, and what can happen early."""

    causes: tuple[LowCause, ...]
    ask: tuple[str, ...]
    events: tuple[TreatmentEvent, ...]
