"""The shape of every fact Corrin uses: one small TOML file per record.

A number stands in a record with ``reference`` (the id of a reference record) or
with ``assumed`` (why it was assumed), which the reader is shown.  Structs are
frozen and refuse unknown fields, so a misspelt key is an error, not a silence.
"""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

import msgspec


class Record(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Settings shared by all records; holds no field of its own.

    Each record repeats ``frozen`` and ``kw_only``, since type checkers do not inherit them.
    """


class Read(StrEnum):
    """How far a reference was read by whoever wrote the record."""

    FULL_TEXT = "full text"
    ABSTRACT = "abstract"
    SECONDARY = "secondary"
    NOT_READ = "not read"


class Setting(StrEnum):
    """Where the person is seen; decides the priors and nothing else."""

    GENERAL = "general"
    PRIMARY_CARE = "primary-care"
    EMERGENCY = "emergency"
    HOSPITAL = "hospital"
    NEUROLOGY_CLINIC = "neurology-clinic"


class Tier(StrEnum):
    """How soon to be seen, most urgent first."""

    EMERGENCY = "emergency"
    SAME_DAY = "same-day"
    TWO_WEEKS = "two-weeks"
    ROUTINE = "routine"
    SELF_CARE = "self-care"


class Effort(StrEnum):
    """What it costs to learn a finding or a lab, cheapest first."""

    QUESTION = "question"
    EXAMINATION = "examination"
    BLOOD_TEST = "blood-test"
    ELECTROPHYSIOLOGY = "electrophysiology"


class Reference(Record, frozen=True, kw_only=True):
    """A source somebody can look up, and how far it was read."""

    id: str
    title: str
    study_type: str
    read: Read
    authors: str | None = None
    year: int | None = None
    journal: str | None = None
    doi: str | None = None
    pmid: str | None = None
    isbn: str | None = None
    url: str | None = None
    licence: str | None = None
    note: str | None = None


class Estimate(Record, frozen=True, kw_only=True):
    """A probability with its 90% interval: ``low <= mode <= high``, all inside (0, 1).

    With ``assumed`` the interval is that of the pooled judgement as recorded; it
    is widened when drawn from (see ``model.toml``).  ``count`` and ``of`` give
    the study's own numbers where it printed them.
    """

    low: float
    mode: float
    high: float
    reference: str | None = None
    assumed: str | None = None
    count: int | None = None
    of: int | None = None


class Quantity(Record, frozen=True, kw_only=True):
    """One number with its UCUM unit and where it comes from."""

    value: float
    unit: str
    reference: str | None = None
    assumed: str | None = None


class Interval(Record, frozen=True, kw_only=True):
    """Two limits in one UCUM unit; a missing limit is open on that side."""

    unit: str
    low: float | None = None
    high: float | None = None
    reference: str | None = None
    assumed: str | None = None


class Code(Record, frozen=True, kw_only=True):
    """A code in a published system, its display text unaltered."""

    system: str
    code: str
    display: str | None = None
    unit: str | None = None
    note: str | None = None


class Example(Record, frozen=True, kw_only=True):
    """A worked example: it runs as a test and is printed on the record's page.

    ``given`` holds findings (true / false) and ``labs`` lines such as
    ``"magnesium 0.3 mmol/L"``; ``expect`` says what must come out.
    """

    given: dict[str, bool] = {}
    labs: tuple[str, ...] = ()
    age: float | None = None
    sex: str | None = None
    setting: Setting = Setting.PRIMARY_CARE
    expect: str
    note: str | None = None


class Link(Record, frozen=True, kw_only=True):
    """P(finding present | this cause explains the twitching and no other cause is at work).

    ``p`` includes the leak.  A ``p`` below the finding's leak makes the cause an
    *inhibitor* of that finding (decision 0002).
    """

    finding: str
    p: Estimate
    why: str | None = None


class PriorModifier(Record, frozen=True, kw_only=True):
    """Multiplies the prior *odds* when ``when`` holds (``age < 40``, ``sex == 'male'``)."""

    when: str
    multiply_by: float
    reference: str | None = None
    assumed: str | None = None


class Cause(Record, frozen=True, kw_only=True):
    """A cause of twitching, or (``explains = false``) a background state that is not one.

    Causes that share ``state_of`` are states of one variable and exclude each
    other (early and established motor neurone disease; the states of B12).
    """

    id: str
    name: str
    professional_name: str
    group: str
    summary: str
    clinician_summary: str
    priors: dict[Setting, Estimate]
    review_by: dt.date
    usual_urgency: Tier
    explains: bool = True
    state_of: str | None = None
    aliases: tuple[str, ...] = ()
    codes: tuple[Code, ...] = ()
    prior_reason: str | None = None
    prior_modifiers: tuple[PriorModifier, ...] = ()
    links: tuple[Link, ...] = ()
    references: tuple[str, ...] = ()
    example: tuple[Example, ...] = ()


class FromLab(Record, frozen=True, kw_only=True):
    """When a laboratory result makes a finding present: ``lab`` ``is`` ``limit``.

    ``is`` is one of ``below``, ``above``, ``outside``.  ``limit`` fixes the
    cut-off; without it the laboratory's printed interval, else ours, is used;
    ``times_limit`` multiplies that interval's limit (2 for "twice the upper limit")
    and carries its own ``reference`` or ``assumed``, as ``limit`` does.
    """

    lab: str
    relation: str = msgspec.field(name="is")
    limit: Quantity | None = None
    times_limit: float | None = None
    reference: str | None = None
    assumed: str | None = None


class Finding(Record, frozen=True, kw_only=True):
    """One thing that can be present, absent or not asked."""

    id: str
    name: str
    professional_name: str
    kind: str
    effort: Effort
    question: str
    leak: Estimate
    review_by: dt.date
    help: str | None = None
    aliases: tuple[str, ...] = ()
    codes: tuple[Code, ...] = ()
    from_lab: tuple[FromLab, ...] = ()
    from_drugs: tuple[str, ...] = ()
    implies: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()
    defines_twitching: bool = False
    references: tuple[str, ...] = ()


class FindingGroup(Record, frozen=True, kw_only=True):
    """Findings that come together, so that at most ``counts`` of them count as evidence."""

    id: str
    name: str
    members: tuple[str, ...]
    counts: int
    why: str
    reference: str | None = None
    assumed: str | None = None


class ReferenceInterval(Record, frozen=True, kw_only=True):
    """Corrin's own interval, used when the laboratory printed none."""

    unit: str
    low: float | None = None
    high: float | None = None
    sex: str | None = None
    age_from: float | None = None
    age_to: float | None = None
    reference: str | None = None
    assumed: str | None = None


class Lab(Record, frozen=True, kw_only=True):
    """A laboratory quantity: its units, its molar mass, what is plausible, what is usual.

    Of ``reference_intervals`` the first that fits the person is used; the others are
    shown.  ``constants`` holds, by name, the further numbers needed to read this lab.
    ``printed_names`` are names on laboratory reports, in any language, beside the aliases.
    """

    id: str
    name: str
    professional_name: str
    what_it_is: str
    canonical_unit: str
    review_by: dt.date
    plausible: Interval
    quantity: str = "concentration"
    aliases: tuple[str, ...] = ()
    printed_names: tuple[str, ...] = ()
    codes: tuple[Code, ...] = ()
    shown_units: tuple[str, ...] = ()
    molar_mass: Quantity | None = None
    charge: int | None = None
    reference_intervals: tuple[ReferenceInterval, ...] = ()
    constants: dict[str, Quantity] = {}
    references: tuple[str, ...] = ()
    note: str | None = None


class CriticalValue(Record, frozen=True, kw_only=True):
    """A result that somebody must be told of: ``lab`` ``is`` below/above ``limit``."""

    id: str
    lab: str
    relation: str = msgspec.field(name="is")
    limit: Quantity
    tier: Tier
    name: str
    also_printed: tuple[str, ...] = ()
    inclusive: bool = False


class RedFlag(Record, frozen=True, kw_only=True):
    """A rule that is looked at before any probability.

    ``when`` is an expression over finding ids, ``critical.<id>``,
    ``b12.deficient`` ..., ``age``; three-valued, so "not asked" stays unknown.
    """

    id: str
    order: int
    tier: Tier
    when: str
    name: str
    because: str
    because_clinician: str
    action: str
    review_by: dt.date
    reference: str | None = None
    references: tuple[str, ...] = ()
    assumed: str | None = None
    next_steps: tuple[str, ...] = ()
    example: tuple[Example, ...] = ()


class NextStep(Record, frozen=True, kw_only=True):
    """Something to ask, examine, test or do next, and for whom it is worth it."""

    id: str
    name: str
    professional_name: str
    effort: Effort
    why: str
    why_clinician: str
    review_by: dt.date
    labs: tuple[str, ...] = ()
    findings: tuple[str, ...] = ()
    when: str | None = None
    never_with: str | None = None
    reference: str | None = None
    references: tuple[str, ...] = ()
    assumed: str | None = None


class Guideline(Record, frozen=True, kw_only=True):
    """Published cut-offs that class a B12 result: deficient below, indeterminate below."""

    id: str
    name: str
    lab: str
    unit: str
    deficient_below: float
    indeterminate_below: float
    review_by: dt.date
    high_above: float | None = None
    age_from: float | None = None
    excludes: tuple[str, ...] = ()
    assays: tuple[str, ...] = ()
    default: bool = False
    reference: str | None = None
    assumed: str | None = None
    note: str | None = None


class Wording(Record, frozen=True, kw_only=True):
    """Fixed text that is never composed: emergency wording, disclaimers, calm words."""

    id: str
    person: str
    clinician: str
    reference: str | None = None
    assumed: str | None = None


class DrugClass(Record, frozen=True, kw_only=True):
    """The medicines that make a drug finding present; ``id`` is the finding's id (``rx_ppi``).

    ``names`` are generic and common names in lower case.
    """

    id: str
    name: str
    names: tuple[str, ...]
    reference: str | None = None
    assumed: str | None = None


class Unit(Record, frozen=True, kw_only=True):
    """A unit of measurement, how laboratories spell it, and its size.

    ``id`` is its UCUM code.  A value in this unit times ``factor`` is the value
    in ``base``, the unit all units of one ``dimension`` are turned into.
    ``factor`` holds by definition, so it needs no source.  ``spellings`` may be met in
    any of the usual cases, ``exact_spellings`` only as printed (``G/L`` is not ``g/L``).
    """

    id: str
    dimension: str
    factor: float
    base: str
    spellings: tuple[str, ...] = ()
    exact_spellings: tuple[str, ...] = ()
    note: str | None = None
