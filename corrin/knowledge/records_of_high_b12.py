"""The shape of the facts on why B12 is high, and on why it is low.

As in :mod:`corrin.knowledge.records`, a number stands with its ``reference`` or with
``assumed``.  ``high_b12.toml`` holds what all sources share (:class:`HighB12Numbers`).
"""

from __future__ import annotations

import datetime as dt

import msgspec

from corrin.knowledge.records import (
    Estimate,
    FromLab,
    PriorModifier,
    Quantity,
    Record,
    Setting,
)


class SourceSign(Record, frozen=True, kw_only=True):
    """P(sign present | this source is why the level is high and the sign was looked for)."""

    sign: str
    p: Estimate
    why: str | None = None


class SourceExample(Record, frozen=True, kw_only=True):
    """A person with a high level; runs as a test.

    ``intake_asked`` false: supplements were not asked; true with no finding that says
    otherwise: none is taken.  ``expect`` is ``first``, ``top-three`` or ``not-top-three``.
    """

    given: dict[str, bool] = msgspec.field(default_factory=dict)
    labs: tuple[str, ...] = ()
    age: float | None = None
    sex: str | None = None
    setting: Setting = Setting.PRIMARY_CARE
    intake_asked: bool = False
    expect: str
    note: str | None = None


class SourceOfHighB12(Record, frozen=True, kw_only=True):
    """A reason for a high B12 level: how common, how high, with which signs.

    ``base_rates`` are shares among people with a high level whose supplements were not
    asked about; they are brought to a sum of one.  ``reaches`` holds, for each band of
    ``high_b12.toml`` after the first, the share of levels from this source that lie in
    that band or above.  ``taken`` is the share who take B12 (for ``intake`` and
    ``injection_treatment`` nearly all); of those, ``at_low_dose`` got there on small doses.
    ``by_intake`` marks the sources that a known regimen speaks for.
    """

    id: str
    name: str
    professional_name: str
    summary: str
    clinician_summary: str
    review_by: dt.date
    base_rates: dict[Setting, Estimate]
    reaches: tuple[Estimate, ...]
    taken: Estimate
    at_low_dose: Estimate | None = None
    signs: tuple[SourceSign, ...] = ()
    prior_modifiers: tuple[PriorModifier, ...] = ()
    by_intake: bool = False
    next_steps: tuple[str, ...] = ()
    base_reason: str | None = None
    certainty: str | None = None
    references: tuple[str, ...] = ()
    example: tuple[SourceExample, ...] = ()


class LevelBand(Record, frozen=True, kw_only=True):
    """Levels above ``above`` (to the next band's limit); the first band starts at the lab's."""

    id: str
    name: str
    above: Quantity | None = None
    person: str
    clinician: str


class Sign(Record, frozen=True, kw_only=True):
    """Something that tells sources apart: any of the findings, or any of the results.

    ``background`` is the share of people with it when the source at work has no say in
    it; missing, the leak of the (first) finding is used.  ``only_when_taken``: it means
    something only in people who take B12.
    """

    id: str
    name: str
    professional_name: str
    findings: tuple[str, ...] = ()
    from_lab: tuple[FromLab, ...] = ()
    only_when_taken: bool = False
    by_needle: bool = False
    background: Estimate | None = None


class SignGroup(Record, frozen=True, kw_only=True):
    """Signs that come together: any number of them weighs as much as ``counts`` of them."""

    id: str
    members: tuple[str, ...]
    counts: float
    assumed: str


class UsualTail(Record, frozen=True, kw_only=True):
    """Share of people tested, who take no B12, with a level above ``above``."""

    above: Quantity
    primary_care: Estimate
    hospital: Estimate


class CancerRatio(Record, frozen=True, kw_only=True):
    """How many times the usual number of cancers a study counted, with its 95% interval.

    ``seen`` and ``usual`` are the study's own shares of people with a new cancer in the
    first year: at this level, and at a usual level.
    """

    id: str
    bands: tuple[str, ...] = ()
    low: float
    mode: float
    high: float
    seen: float | None = None
    usual: float | None = None
    reference: str
    references: tuple[str, ...] = ()
    words: str


class CancerRate(Record, frozen=True, kw_only=True):
    """New cancers a year in 100,000 people from ``age_from`` on (to the next row's)."""

    age_from: float
    female: float
    male: float
    reference: str


class RetestAdvice(Record, frozen=True, kw_only=True):
    """Whether and when to test B12 again, and how little the time rests on."""

    id: str
    informative: bool
    person: str
    clinician: str
    rests_on: str
    weeks_low: Quantity | None = None
    weeks_high: Quantity | None = None
    next_steps: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    assumed: str | None = None


class StartEvent(Record, frozen=True, kw_only=True):
    """Something that can happen when a lack of B12 is first treated."""

    id: str
    name: str
    person: str
    clinician: str
    when: str | None = None
    next_steps: tuple[str, ...] = ()
    references: tuple[str, ...] = ()


class HighB12Numbers(Record, frozen=True, kw_only=True):
    """What all sources of a high level share, and the events at the start of treatment."""

    band: tuple[LevelBand, ...] = ()
    sign: tuple[Sign, ...] = ()
    group: tuple[SignGroup, ...] = ()
    usual_tail: tuple[UsualTail, ...] = ()
    cancer_ratio: tuple[CancerRatio, ...] = ()
    cancer_rate: tuple[CancerRate, ...] = ()
    retest: tuple[RetestAdvice, ...] = ()
    start_event: tuple[StartEvent, ...] = ()
    base_rates_of: dict[Setting, Setting] = msgspec.field(default_factory=dict)
    estimate: dict[str, Estimate] = msgspec.field(default_factory=dict)
    setting: dict[str, Quantity] = msgspec.field(default_factory=dict)


class CauseOfLowB12(Record, frozen=True, kw_only=True):
    """A reason why B12 runs low, and what in a person's picture points to it.

    Any of ``findings``, a medicine in ``medicines`` (names in lower case) or ``when``
    supports it; it is denied when all its findings were denied.
    """

    id: str
    name: str
    professional_name: str
    summary: str
    clinician_summary: str
    review_by: dt.date
    findings: tuple[str, ...] = ()
    medicines: tuple[str, ...] = ()
    when: str | None = None
    next_steps: tuple[str, ...] = ()
    reference: str | None = None
    references: tuple[str, ...] = ()
    assumed: str | None = None
    example: tuple[SourceExample, ...] = ()
