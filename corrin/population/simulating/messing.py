"""The mess of real data, at the rates of the records; the truth keeps what was done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from corrin.knowledge.loading import Knowledge
from corrin.population.simulating.lab_limits import TOTAL
from corrin.population.simulating.lab_values import printed
from corrin.population.simulating.people import day_of
from corrin.population.simulating.printing import (
    COMPARATORS,
    ENDINGS,
    STATUSES,
    Rows,
    clean_rows,
    unit_texts,
)
from corrin.population.simulating.recording import Recorded, names
from corrin.population.simulating.streams import Booleans, Floats, Integers, Stream, Thing

#: What can be done to a result, in the order in which it is done.
FAULTS = (
    "spelling",
    "beyond_assay",
    "missing_unit",
    "wrong_unit",
    "zero_interval",
    "local_code",
    "duplicate",
    "resent",
    "corrected",
    "entered_in_error",
    "preliminary",
)
CONTRADICTION = "contradiction"
#: Units a site's B12 can be taken for.
_TAKEN_FOR = {"pg/mL": "pmol/L", "ng/L": "pmol/L", "pmol/L": "pg/mL"}
#: How wrong rows are wrong, and how much later or earlier they were issued.
_SLIP, _ROUGH, _OLD = 10, 1.5, 1.25  # not clinical: factors made up
_EARLIER = 3  # not clinical: hours
_LATER = 2  # not clinical: days


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Messed:
    """Rows after the mess; ``fault`` (K,) and ``of`` (K,) list what was done to which result.

    ``contradicted`` (C, 2) lists person and finding recorded with the contrary as well.
    """

    rows: Rows
    fault: Integers
    of: Integers
    contradicted: Integers


def untouched(recorded: Recorded) -> Messed:
    """Return results and findings without any mess."""
    none = np.zeros(0, dtype=np.int64)
    return Messed(
        rows=clean_rows(recorded), fault=none, of=none, contradicted=np.zeros((0, 2), np.int64)
    )


def mess(recorded: Recorded, knowledge: Knowledge) -> Messed:
    """Make a mess of a whole block, so that it is the same however many people count."""
    block = recorded.block
    stream = Stream(block.seed, block.number, Thing.MESS)
    rate = {name: each.value for name, each in knowledge.population.simulation.mess.items()}
    rows = clean_rows(recorded)
    uniform = stream.uniform(len(rows.person), len(FAULTS))
    hit = {each: uniform[:, place] < rate[each] for place, each in enumerate(FAULTS)}
    b12 = rows.lab == names(knowledge)[0].index(TOTAL)
    number = ~np.isnan(rows.value)
    hit["spelling"] &= number & _has_other_spelling(rows, knowledge)
    hit["missing_unit"] &= b12
    hit["wrong_unit"] &= b12 & ~hit["missing_unit"]
    hit["zero_interval"] &= ~(np.isnan(rows.low) & np.isnan(rows.high))
    for each in ("corrected", "entered_in_error", "preliminary"):
        hit[each] &= number & ~hit["local_code"]
    hit["resent"] &= ~hit["duplicate"]
    comparator, limit = _beyond(rows, b12 & hit["beyond_assay"], knowledge)
    hit["beyond_assay"] = comparator > 0
    done = replace(
        rows,
        value=np.where(comparator > 0, limit, rows.value),
        comparator=comparator,
        unit=_units(rows, hit, knowledge),
        low=np.where(hit["zero_interval"], 0.0, rows.low),
        high=np.where(hit["zero_interval"], 0.0, rows.high),
        local=hit["local_code"],
        status=np.where(hit["corrected"], STATUSES.index("corrected"), 0),
    )
    # The first of a block keeps the day of the answers, so nothing befalls it.
    first = rows.person == 0
    done = _whole(rows, done, first)
    hit = {each: held & ~first for each, held in hit.items()}
    whole = _with_rows_beside(done, hit, day_of(knowledge.population.simulation))
    fault = np.concatenate([np.full(int(hit[each].sum()), place)
                            for place, each in enumerate(FAULTS)])  # fmt: skip
    of = np.concatenate([np.flatnonzero(hit[each]) for each in FAULTS])
    return Messed(
        rows=whole,
        fault=fault,
        of=of,
        contradicted=_contradicted(recorded, rate[CONTRADICTION], stream),
    )


def _whole(clean: Rows, done: Rows, keep: Booleans) -> Rows:
    """Return ``done``, but the rows in ``keep`` as they were."""
    return Rows(**{
        name: np.where(keep, getattr(clean, name), getattr(done, name)) for name in Rows.__slots__
    })  # fmt: skip


def _has_other_spelling(rows: Rows, knowledge: Knowledge) -> Booleans:
    _, other = unit_texts(knowledge)
    return np.asarray((rows.unit >= 0) & (other[rows.unit] != rows.unit))


def _beyond(rows: Rows, where: Booleans, knowledge: Knowledge) -> tuple[Integers, Floats]:
    """Return a comparator for each row, 0 where none, and the number behind it."""
    sites = knowledge.population.simulation.site
    least = np.array([float(each.least) for each in sites])[rows.site]
    most = np.array([float(each.most) for each in sites])[rows.site]
    below, above = where & (rows.value < least), where & (rows.value > most)
    comparator = np.where(below, COMPARATORS.index("<"), np.where(above, COMPARATORS.index(">"), 0))
    return comparator, np.where(below, least, most)


def _units(rows: Rows, hit: dict[str, Booleans], knowledge: Knowledge) -> Integers:
    _, units = names(knowledge)
    _, other = unit_texts(knowledge)
    taken_for = np.arange(len(units))
    for right, wrong in _TAKEN_FOR.items():
        if right in units and wrong in units:
            taken_for[units.index(right)] = units.index(wrong)
    unit = np.where(hit["spelling"], other[rows.unit], rows.unit)
    unit = np.where(hit["wrong_unit"], taken_for[rows.unit], unit)
    return np.where(hit["missing_unit"], -1, unit)


def _with_rows_beside(rows: Rows, hit: dict[str, Booleans], today: int) -> Rows:
    """Return the rows with copies, old versions and what was entered in error beside them."""

    def later(found: Rows) -> Integers:
        return np.minimum(today, found.day + _LATER)

    changes: dict[str, Callable[[Rows], Rows]] = {
        "duplicate": lambda found: found,
        "resent": lambda found: replace(found, ending=_ending(found, 1)),
        "corrected": lambda found: replace(
            found,
            value=printed(found.value * _OLD),
            status=_status(found, "final"),
            issued=found.issued - _EARLIER,
        ),
        "entered_in_error": lambda found: replace(
            found,
            value=printed(found.value * _SLIP),
            day=later(found),
            status=_status(found, "entered-in-error"),
            ending=_ending(found, 2),
        ),
        "preliminary": lambda found: replace(
            found,
            value=printed(found.value * _ROUGH),
            day=later(found),
            status=_status(found, "preliminary"),
            ending=_ending(found, -1),
        ),
    }
    whole = rows
    for each, change in changes.items():
        whole = whole.beside(change(rows.take(hit[each])))
    order = np.lexsort((whole.ending, whole.issued, whole.of))
    return whole.take(order)


def _ending(found: Rows, number: int) -> Integers:
    return np.full(len(found.person), number % len(ENDINGS))


def _status(found: Rows, word: str) -> Integers:
    return np.full(len(found.person), STATUSES.index(word))


def _contradicted(recorded: Recorded, share: float, stream: Stream) -> Integers:
    person, finding = np.nonzero(recorded.said >= 0)
    hit = stream.uniform(len(person)) < share
    return np.stack([person[hit], finding[hit]], axis=1).astype(np.int64)
