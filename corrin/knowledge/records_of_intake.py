"""The shape of the facts on B12 taken in: substances, products, routes, studies, the dose model.

As in :mod:`corrin.knowledge.records`, a number stands with its ``reference`` or with
``assumed``.
"""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

import msgspec

from corrin.knowledge.records import Quantity, Record


class Nutrient(StrEnum):
    """Which vitamin a substance is."""

    B12 = "vitamin_b12"
    B6 = "vitamin_b6"


class Entry(StrEnum):
    """How a dose enters the body, which decides how much of it is kept."""

    SWALLOWED = "swallowed"
    NOSE = "nose"
    INJECTED = "injected"


class Kept(StrEnum):
    """Whose figures say how much of an injected dose the body keeps."""

    CYANOCOBALAMIN = "cyanocobalamin"
    HYDROXOCOBALAMIN = "hydroxocobalamin"


class Scale(StrEnum):
    """The scale on which a parameter of the dose model is spread as a normal distribution."""

    LOG = "log"
    LOGIT = "logit"


class Use(StrEnum):
    """What a row of dose and level is for; a ``test`` row is never fitted to."""

    FIT = "fit"
    TEST = "test"
    PLAUSIBILITY = "plausibility"


class Kind(StrEnum):
    """What was observed in a row of dose and level, and so what has to be predicted."""

    LEVEL = "level"
    RISE = "rise"
    RATIO = "ratio"
    TROUGH_RATIO = "trough-ratio"
    FORM_RATIO = "form-ratio"
    UPTAKE = "uptake"
    KEPT_PERCENT = "kept-percent"
    LOST_PERCENT = "lost-percent"
    HALF_TIME = "half-time"
    LOSS_PERCENT = "loss-percent-a-day"
    DOUBLING = "doubling"
    DIET_FALL = "diet-fall"
    SHARE_ABOVE = "share-above"
    NONE = "none"


class DailyLimit(Record, frozen=True, kw_only=True):
    """The most of a substance that an authority holds to be safe each day."""

    value: float
    unit: str
    who: str
    reference: str | None = None
    assumed: str | None = None


class Substance(Record, frozen=True, kw_only=True):
    """A form of a vitamin, and every way a label spells it.

    ``kept_like`` says whose figures tell how much of an injection stays.
    """

    id: str
    name: str
    professional_name: str
    nutrient: Nutrient
    spellings: tuple[str, ...]
    review_by: dt.date
    form_stated: bool = True
    kept_like: Kept = Kept.CYANOCOBALAMIN
    limits: tuple[DailyLimit, ...] = ()
    reference: str | None = None
    references: tuple[str, ...] = ()
    assumed: str | None = None


class Content(Record, frozen=True, kw_only=True):
    """How much of a substance one portion holds: the usual amount and a 90% interval."""

    substance: str
    unit: str
    low: float
    mode: float
    high: float
    reference: str | None = None
    assumed: str | None = None


class IntakeProduct(Record, frozen=True, kw_only=True):
    """A kind of product whose label is not at hand: what one portion usually holds."""

    id: str
    name: str
    spellings: tuple[str, ...]
    portion: str
    review_by: dt.date
    contents: tuple[Content, ...]
    route: str = "oral"


class Route(Record, frozen=True, kw_only=True):
    """A way in, how labels spell it, and how the dose enters by it.

    ``forms`` are forms of medicine that hint at the way when no label word says it.
    """

    id: str
    name: str
    entry: Entry
    spellings: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()
    reference: str | None = None
    assumed: str | None = None


class Fitted(Record, frozen=True, kw_only=True):
    """Where the fit put a parameter: mean and standard deviation on the parameter's scale."""

    mean: float
    sd: float
    reference: str | None = None
    assumed: str | None = None


class DoseParameter(Record, frozen=True, kw_only=True):
    """One parameter of the dose model: what was known before the fit, and what the fit says.

    Before the fit it is spread around ``median`` with the standard deviation ``spread``,
    both on ``scale``.  A nuisance parameter describes the people of one row, nothing else.
    """

    id: str
    name: str
    unit: str
    median: float
    spread: float
    scale: Scale = Scale.LOG
    nuisance: bool = False
    fitted: Fitted | None = None
    reference: str | None = None
    assumed: str | None = None


class Fit(Record, frozen=True, kw_only=True):
    """What the fit was made from, and how the parameters hang together after it.

    ``correlation`` is in the order of ``order``, on the parameters' scales.
    """

    rows: tuple[str, ...] = ()
    order: tuple[str, ...] = ()
    correlation: tuple[tuple[float, ...], ...] = ()


class Pharmacokinetics(Record, frozen=True, kw_only=True):
    """The dose model in numbers: routes, parameters with their fit, settings."""

    route: tuple[Route, ...] = ()
    parameter: tuple[DoseParameter, ...] = ()
    setting: dict[str, Quantity] = msgspec.field(default_factory=dict)
    fit: Fit = Fit()


class DoseLevel(Record, frozen=True, kw_only=True):
    """One published row of dose and level, and whether the model can be held against it.

    ``regimen`` is label text.  ``day`` counts from the first dose.  ``low`` and ``high``
    are the study's own range, where it printed one in place of ``observed``.
    ``prior_injections`` marks a baseline that earlier injections had raised, ``unpaired``
    one that is of other people.
    """

    id: str
    name: str
    regimen: str
    kind: Kind
    use: Use
    usable: bool
    why: str
    reference: str
    use_as_recorded: str
    unit: str | None = None
    day: float | None = None
    observed: float | None = None
    observed_sd: float | None = None
    low: float | None = None
    high: float | None = None
    at_least: bool = False
    baseline: float | None = None
    baseline_sd: float | None = None
    n: int | None = None
    intake_share: float | None = None
    study: str | None = None
    median: bool = False
    intrinsic_factor: bool = True
    prior_injections: bool = False
    unpaired: bool = False
    assumed: str | None = None
    note: str | None = None
