"""Many people at once: the level that steady daily, weekly or monthly doses lead to.

Arrays in, arrays out, so that one person and a population go the same way.
"""

from __future__ import annotations

import numpy as np

from corrin.high_b12.parameters import Floats, Parameters
from corrin.high_b12.response import Response, add_up, response, unbound
from corrin.high_b12.uptake import retained, taken_up, taken_up_by_nose
from corrin.knowledge.records_of_intake import Entry, Kept


def steady_excess(
    dose_ug: Floats,
    every: Floats,
    parameters: Parameters,
    *,
    entry: Entry,
    like: Kept = Kept.CYANOCOBALAMIN,
    intrinsic_factor: bool = True,
) -> Floats:
    """Return what steady doses add (ng/L) just before the next dose, on average over people.

    ``dose_ug`` and ``every`` (days) broadcast against the draws on the last axis: shape
    (people, 1) gives (people, draws), shape (draws,) gives each person one draw.
    """
    if entry is Entry.INJECTED:
        kept = retained(dose_ug, parameters, like=like)
    elif entry is Entry.NOSE:
        kept = taken_up_by_nose(dose_ug, parameters)
    else:
        kept = taken_up(dose_ug, parameters, intrinsic_factor=intrinsic_factor)
    added = _before_next(response(parameters, like=like), every)
    if entry is not Entry.INJECTED:
        return np.asarray(kept * added)
    lost = _before_next(unbound(parameters, like=like), every)
    return np.asarray(kept * added + (dose_ug - kept) * lost)


def _before_next(part: Response, every: Floats) -> Floats:
    """Return what one kept microgram each time adds just before the next."""
    always = np.full(1, np.inf)
    if every.shape[-1] != 1:
        return np.asarray(add_up(part, since_last=every, count=always, interval=every).sum(axis=0))
    # Many people share few intervals, and exponentials are what costs time.
    each, who = np.unique(every.ravel(), return_inverse=True)
    table = add_up(part, since_last=each[:, None], count=always, interval=each[:, None])
    return np.asarray(table.sum(axis=0)[who].reshape(*every.shape[:-1], -1))
