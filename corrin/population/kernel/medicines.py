"""What many people take: medicines by name, supplements by what stands on the label.

Each distinct name or product is read once, by the functions that read it for one person.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from corrin.knowledge.loading import Knowledge
from corrin.person.records import Drug, Intake
from corrin.picture.from_drugs import classes_of
from corrin.picture.from_intake import b12_products, injected, is_high
from corrin.population.kernel.columns import Codes, Lists, coded, days, lists, together
from corrin.population.kernel.people import NO, NO_DAY, NOT_KNOWN, YES, Booleans, Days, States

Rows = NDArray[np.int64]
#: How many distinct texts are remembered from batch to batch.
KEPT = 16_384  # not clinical: the size of a cache
#: The words of a product; its dates stand apart.
_WORDS = ("substance", "route", "dose", "every", "product")


class Read(NamedTuple):
    """What one product says: is it B12, by needle, of a high dose (three-valued)?"""

    b12: bool
    by_needle: bool
    high: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Taken:
    """Entries of one list, M in all, of N people.

    ``person`` (M,) is the row of each, ``known`` (N,) who was asked, ``none`` (N,) who has
    an empty list, ``current`` (M,) which did not end before the day of the assessment.
    ``b12``, ``by_needle`` and ``high`` (M,) are those of ``Read``.
    """

    person: Rows
    known: Booleans
    none: Booleans
    current: Booleans
    last_dose: Days
    b12: Booleans
    by_needle: Booleans
    high: States


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Drugs:
    """The list of medicines; ``name`` (M,) indexes ``names``."""

    taken: Taken
    name: Codes
    names: tuple[str, ...]


def supplements(batch: pa.RecordBatch, as_of: Days, knowledge: Knowledge) -> Taken:
    """Return what stands on the lists of supplements."""
    column = lists(batch, "intake")
    words = {word: coded(column.fields[word]) for word in _WORDS}
    first, number = together(tuple(words.values()))
    entries = [
        Intake(**{word: _text(codes[row], texts) for word, (codes, texts) in words.items()})
        for row in first.tolist()
    ]
    return _taken(
        column,
        [read_product(entry, knowledge) for entry in entries],
        number,
        as_of=as_of,
        last_dose=days(column.fields["last_dose"]),
        none=column.known & (column.count == 0),
    )


def medicines(batch: pa.RecordBatch, as_of: Days, knowledge: Knowledge) -> Drugs:
    """Return what stands on the lists of medicines."""
    column = lists(batch, "drugs")
    code, names = coded(column.fields["name"])
    running = column.person[_current(column, as_of)]
    taken = _taken(
        column,
        [read_medicine(name, knowledge) for name in names],
        code,
        as_of=as_of,
        last_dose=np.full(len(code), NO_DAY),
        # A list on which everything has ended was asked, and nothing is taken.
        none=column.known & (np.bincount(running, minlength=len(batch)) == 0),
    )
    return Drugs(taken=taken, name=code, names=names)


def _taken(
    column: Lists,
    read: list[Read],
    number: Rows | Codes,
    *,
    as_of: Days,
    last_dose: Days,
    none: Booleans,
) -> Taken:
    """Put together entries, of which ``number`` (M,) says how each was ``read``."""
    return Taken(
        person=column.person,
        known=column.known,
        none=none,
        current=_current(column, as_of),
        last_dose=last_dose,
        b12=np.array([each.b12 for each in read], dtype=bool)[number],
        by_needle=np.array([each.by_needle for each in read], dtype=bool)[number],
        high=np.array([each.high for each in read], dtype=np.int8)[number],
    )


def _current(column: Lists, as_of: Days) -> Booleans:
    until = days(column.fields["until"])
    return np.asarray((until == NO_DAY) | (until >= as_of[column.person]))


def high_dose(intake: Taken, drugs: Taken) -> States:
    """Return the state of "high-dose B12 or injections", as ``high_dose_state`` does."""
    lists_ = (intake, drugs)
    count = len(intake.known)
    person = np.concatenate([each.person[each.b12] for each in lists_])
    current = np.concatenate([each.current[each.b12] for each in lists_])
    high = np.concatenate([each.high[each.b12] for each in lists_])
    products = np.bincount(person, minlength=count)
    low = np.bincount(person[current & (high == NO)], minlength=count)
    state = np.where(products == 0, intake.none, low == products)
    found = np.where(state, NO, NOT_KNOWN).astype(np.int8)
    found[person[current & (high == YES)]] = YES
    return found


@functools.lru_cache(maxsize=KEPT)
def read_product(product: Intake, knowledge: Knowledge) -> Read:
    """Return what one product on the list of supplements says."""
    if not b12_products((product,), None):
        return Read(False, False, NOT_KNOWN)
    return _read(product, knowledge)


@functools.lru_cache(maxsize=KEPT)
def read_medicine(name: str, knowledge: Knowledge) -> Read:
    """Return what one name on the list of medicines says of B12."""
    products = b12_products(None, (Drug(name=name),))
    return _read(products[0], knowledge) if products else Read(False, False, NOT_KNOWN)


@functools.lru_cache(maxsize=KEPT)
def classes(name: str, knowledge: Knowledge) -> tuple[str, ...]:
    """Return the drug classes of a name, worked out once."""
    return classes_of(name, knowledge)


def _read(product: Intake, knowledge: Knowledge) -> Read:
    high = is_high(product, knowledge)
    return Read(True, injected(product), NOT_KNOWN if high is None else int(high))


def _text(code: int, texts: tuple[str, ...]) -> Any:
    return None if code < 0 else texts[code]
