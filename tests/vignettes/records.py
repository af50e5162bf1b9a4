"""The tables the vignettes are made from: source statements, limits, benign people, background.

Everything clinical stands in the TOML files beside this one, which were written from
the cited sources and not from the rules that they test.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec

HERE = Path(__file__).parent


class LabLimit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A result beyond this limit is dangerous: ``sign`` is one of < <= > >=."""

    lab: str
    sign: str
    value: float
    unit: str


class Limit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One printed limit, who prints it, and the tier the dossier gave it.

    ``departs`` names the decision by which the package deliberately sets another one.
    """

    lab: str
    sign: str
    value: float
    unit: str
    tier: str
    references: tuple[str, ...]
    departs: str | None = None

    @property
    def id(self) -> str:
        return f"limit:{self.lab} {self.sign} {self.value:g} {self.unit}"

    @property
    def beyond(self) -> LabLimit:
        return LabLimit(self.lab, self.sign, self.value, self.unit)


class Statement(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One situation in the source's sense, and how soon the source wants it seen.

    ``one_of`` lists alternatives, one of which is added to ``present``.  ``exposure`` is
    said as a finding or, in its place, by one name of each list in ``drugs``.  With
    ``no_results`` a result in range would take the danger away, so none is added.
    """

    id: str
    reference: str
    says: str
    tier: str
    present: tuple[str, ...] = ()
    one_of: tuple[tuple[str, ...], ...] = ((),)
    absent: tuple[str, ...] = ()
    labs: tuple[str, ...] = ()
    lab_limit: LabLimit | None = None
    exposure: str | None = None
    drugs: tuple[tuple[str, ...], ...] = ()
    since: dt.date | None = None
    twitching: bool | None = None
    sex: str | None = None
    age_from: float = 0
    age_to: float = 200
    all_ages: bool = False
    no_intake: bool = False
    no_results: bool = False


class Distractor(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Something true of the person that removes no danger."""

    name: str
    present: tuple[str, ...] = ()
    labs: tuple[str, ...] = ()
    drugs: tuple[str, ...] = ()
    intake: tuple[dict[str, Any], ...] = ()
    needs_no_place: bool = False
    not_with: tuple[str, ...] = ()


class OtherUnit(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"unit": "from"}):
    """The same amount in another unit."""

    labs: tuple[str, ...]
    unit: str
    to: str
    factor: float
    places: int


class Negations(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"beside": "except"}
):
    """Words that are said to be absent without taking a danger away."""

    words: tuple[str, ...]
    beside: dict[str, tuple[str, ...]]


class Background(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the generator varies."""

    seed: int
    day: dt.date
    people_a_statement: int
    people_a_limit: int
    ages: tuple[float, ...]
    child_ages: tuple[float, ...]
    sexes: tuple[str, ...]
    settings: tuple[str, ...]
    distractor: tuple[Distractor, ...]
    negations: Negations
    steps: dict[str, float]
    unit: tuple[OtherUnit, ...]
    spellings: dict[str, tuple[str, ...]]


class Kind(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One kind of person who needs nothing urgent."""

    id: str
    reference: str
    says: str
    tier: str
    present: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    labs: tuple[str, ...] = ()
    places: bool = False
    triggers: bool = False
    intake: bool = False


class Trigger(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A place of the twitching, or what brings it on."""

    present: tuple[str, ...]
    name: str = ""


class Benign(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The people who need nothing urgent."""

    answered_no: tuple[str, ...]
    people_a_kind: int
    place: tuple[Trigger, ...]
    trigger: tuple[Trigger, ...]
    kind: tuple[Kind, ...]


def _table(name: str) -> dict[str, Any]:
    return tomllib.loads((HERE / name).read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def statements() -> tuple[Statement, ...]:
    """Return every statement with findings, medicines or several results."""
    rows = [
        row
        for name in ("nerves", "medicines", "salts")
        for row in _table(f"statements/{name}.toml")["statement"]
    ]
    return msgspec.convert(rows, tuple[Statement, ...])


@lru_cache(maxsize=1)
def limits() -> tuple[Limit, ...]:
    """Return every printed limit."""
    return msgspec.convert(_table("statements/limits.toml")["limit"], tuple[Limit, ...])


@lru_cache(maxsize=1)
def background() -> Background:
    """Return what the generator varies."""
    return msgspec.convert(_table("background.toml"), Background)


@lru_cache(maxsize=1)
def benign() -> Benign:
    """Return the people who need nothing urgent."""
    return msgspec.convert(_table("benign.toml"), Benign)


@lru_cache(maxsize=1)
def sources() -> dict[str, dict[str, Any]]:
    """Return the sources that are not among the references of the knowledge, by id."""
    return _table("sources.toml")
