"""The shape of the facts a made-up population is drawn from: who, what is asked, what goes wrong.

None of it is used to answer a question about a person.
"""

from __future__ import annotations

import datetime as dt

import msgspec

from corrin.knowledge.records import Quantity, Record, Setting


class AgeBand(Record, frozen=True, kw_only=True):
    """The share of people from ``age_from`` to ``age_to`` years (uniform inside)."""

    age_from: float
    age_to: float
    share: float
    assumed: str


class LevelPoint(Record, frozen=True, kw_only=True):
    """The share of tested people whose total B12 lies below ``below``."""

    share: float
    below: Quantity
    assumed: str


class Panel(Record, frozen=True, kw_only=True):
    """Labs that are ordered together, and in what share of people."""

    id: str
    labs: tuple[str, ...]
    share: float
    assumed: str


class LabShape(Record, frozen=True, kw_only=True):
    """How far results of one lab reach.

    ``below`` and ``above`` are the outermost results as multiples of the limit they lie
    beyond; ``open_low`` and ``open_high`` are the ends of the usual results as multiples of
    the other end, where the interval has one end only.
    """

    lab: str
    below: float | None = None
    above: float | None = None
    open_low: float | None = None
    open_high: float | None = None
    assumed: str


class Site(Record, frozen=True, kw_only=True):
    """One laboratory and its habits.

    ``b12_unit`` as it prints it, with its own interval (``low`` to ``high``) and the ends of
    what its analyser measures (``least``, ``most``), in that unit.  ``conventional``: its
    other results are in mass units.  ``prints``: it prints intervals.
    """

    id: str
    share: float
    b12_unit: str
    low: float
    high: float
    least: float
    most: float
    conventional: bool = False
    prints: bool = True
    assumed: str


class Regimen(Record, frozen=True, kw_only=True):
    """One way of taking B12, in the words of a person's list.

    ``share`` is among the regimens with the same ``needle`` and ``low_dose``.
    """

    id: str
    substance: str
    dose: str
    every: str
    share: float
    route: str
    product: str | None = None
    needle: bool = False
    low_dose: bool = False
    assumed: str


class SimulationNumbers(Record, frozen=True, kw_only=True):
    """Everything a made-up population is drawn from beside the knowledge itself.

    ``rate`` holds shares by name, ``asked`` the share asked by kind of finding, ``setting``
    the share seen in each setting, ``mess`` the share of results (or people, see the
    record) with each fault.
    """

    as_of: dt.date = dt.date.min
    rate: dict[str, Quantity] = msgspec.field(default_factory=dict)
    asked: dict[str, Quantity] = msgspec.field(default_factory=dict)
    setting: dict[Setting, Quantity] = msgspec.field(default_factory=dict)
    mess: dict[str, Quantity] = msgspec.field(default_factory=dict)
    age: tuple[AgeBand, ...] = ()
    level: tuple[LevelPoint, ...] = ()
    panel: tuple[Panel, ...] = ()
    lab: tuple[LabShape, ...] = ()
    site: tuple[Site, ...] = ()
    regimen: tuple[Regimen, ...] = ()
    other_medicines: tuple[str, ...] = ()
