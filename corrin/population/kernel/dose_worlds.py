"""The drawn people of the dose model as one block of numbers.

The draws are those of ``high_b12.predicting``: a thousand for everybody, and twenty times
as many for people whose own results few drawn people fit.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np

from corrin.high_b12.conditioning import choose, even
from corrin.high_b12.excess import draw_unknowns
from corrin.high_b12.parameters import Floats, Integers, draw_parameters, setting
from corrin.high_b12.people import draw_people
from corrin.high_b12.predicting import MORE
from corrin.high_b12.response import PARTS, response, unbound
from corrin.knowledge.loading import Knowledge
from corrin.knowledge.records_of_intake import Kept

#: The forms of B12 by whose figures a dose acts, by number.
LIKES = tuple(Kept)
#: Rates: the parts of the response, then of what an injection does not keep, by form.
RATES = len(PARTS) + len(LIKES)
# Rows of a world.
BASELINE, LOG_BASELINE, RISE, DURATION, PHASE, CONTENT, SAME_DAY = range(7)  # not clinical: rows
IF_CAPACITY, IF_HALF_DOSE, PASSIVE, NASAL, CAPACITY, HALF = range(7, 13)  # not clinical: rows
# One row for each form; sizes of the parts for the first form, then for the second; rates.
KEPT = HALF + 1
UNBOUND = KEPT + len(LIKES)
SIZE = UNBOUND + len(LIKES)
RATE = SIZE + len(LIKES) * len(PARTS)
ROWS = RATE + RATES


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Worlds:
    """``draws`` (B, ROWS, D): B blocks of D drawn people each.

    ``within`` is the day-to-day variation, ``worst`` how far off results may be, ``least``
    how many drawn people must fit.  ``spread_out`` (D,) are the people who stand for all
    when none fits.
    """

    draws: Floats
    within: float
    worst: float
    least: float
    spread_out: Integers

    @property
    def size(self) -> int:
        """How many people are drawn in one block."""
        return int(self.draws.shape[2])


@functools.lru_cache(maxsize=4)
def worlds(knowledge: Knowledge, blocks: int) -> Worlds:
    """Return ``blocks`` times the draws of the knowledge: 1, or ``MORE``."""
    count = int(knowledge.model["draws"].value)
    draws = count * blocks
    parameters = draw_parameters(knowledge, draws)
    people = draw_people(parameters, knowledge)
    unknowns = draw_unknowns(draws, knowledge)
    parts = [response(parameters, like=like) for like in LIKES]
    lost = [unbound(parameters, like=like) for like in LIKES]
    rows = [
        people.baseline,
        np.log(people.baseline),
        people.rise,
        unknowns.duration,
        unknowns.phase,
        unknowns.content,
        unknowns.same_day,
        *(parameters[name] for name in ("if_capacity", "if_half_dose", "passive_fraction")),
        *(parameters[name] for name in ("nasal_fraction", "binding_capacity", "binding_half")),
        parameters["kept_of_excess"],
        parameters["kept_of_excess_hydroxocobalamin"],
        *(each.sizes[0] for each in lost),
        *(size for each in parts for size in each.sizes),
        *parts[0].rates,
        *(each.rates[0] for each in lost),
    ]
    table = np.array([np.broadcast_to(row, (draws,)) for row in rows])
    return Worlds(
        draws=np.ascontiguousarray(table.reshape(ROWS, blocks, count).swapaxes(0, 1)),
        within=setting(knowledge, "within_person"),
        worst=setting(knowledge, "worst_residual"),
        least=setting(knowledge, "least_effective_draws"),
        spread_out=choose(even(count * MORE), count),
    )
