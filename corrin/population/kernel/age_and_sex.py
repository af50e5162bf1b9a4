"""What age and sex change, worked out once for each kind of person that the rules tell apart."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corrin.high_b12.parameters import Floats, Integers
from corrin.knowledge.conditions import Condition
from corrin.knowledge.terms import Compare, leaves, term_of
from corrin.population.kernel.people import NOT_KNOWN, States

Lookup = Callable[[str], Any]
#: Words for the numbers of a sex; the last is that of "not known", -1.
_SEXES = ("female", "male", None)
_AGE = "age"


def kinds_of(
    conditions: Sequence[Condition], age: Floats, sex: States
) -> tuple[Integers, tuple[Lookup, ...]]:
    """Return the kind of each of N people, and for each kind how to look age and sex up.

    People of one kind are alike to every one of the conditions.  Kinds are numbered in the
    order of age and sex, whoever is there.
    """
    limits = _limits(conditions)
    place = np.searchsorted(limits, age) + np.searchsorted(limits, age, side="right")
    place[np.isnan(age)] = NOT_KNOWN
    key = place * len(_SEXES) + np.where(sex == NOT_KNOWN, len(_SEXES) - 1, sex)
    _, first, kind = np.unique(key, return_index=True, return_inverse=True)
    return kind, tuple(_lookup(float(age[one]), int(sex[one])) for one in first.tolist())


def _limits(conditions: Sequence[Condition]) -> NDArray[np.float64]:
    """Return every age that a condition compares with, ascending."""
    found = {
        float(leaf.constant)
        for condition in conditions
        for leaf in leaves(term_of(condition.text))
        if isinstance(leaf, Compare) and leaf.name == _AGE
    }
    return np.array(sorted(found))


def _lookup(age: float, sex: int) -> Lookup:
    known = {_AGE: None if np.isnan(age) else age, "sex": _SEXES[sex]}
    return known.get
