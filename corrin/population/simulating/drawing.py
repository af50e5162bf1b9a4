"""One block of people, drawn: what is true of them, and what of it is recorded.

What is asked or measured is drawn without a look at what would be found, so that what is
missing is missing at random.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from corrin.high_b12.sources_evidence import HIGH_DOSE
from corrin.knowledge.loading import Knowledge
from corrin.population.simulating import levels
from corrin.population.simulating.asking import draw_asked
from corrin.population.simulating.causes import dense, draw_causes, draw_findings
from corrin.population.simulating.grading import draw_grades, draw_measured
from corrin.population.simulating.lab_limits import labs
from corrin.population.simulating.people import Demographics, draw_people
from corrin.population.simulating.standing import (
    b12_taken,
    draw_classes,
    draw_where,
    with_b12,
    with_signs,
)
from corrin.population.simulating.streams import (
    BLOCK,
    Booleans,
    Floats,
    Integers,
    Making,
    Thing,
)
from corrin.population.simulating.taking import NO_DAY, Taken, draw_taken


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Block:
    """People of one block, the first of them number ``first`` of the seed.

    ``active`` (N, S) states at work; ``drawn`` (N, F) what they brought, by the network's
    likelihood alone; ``present`` (N, F) the same as one set of results and one list of
    supplements can show it; ``asked`` (N, F) of which it is recorded whether it is there.
    ``grade`` (N, L) of every lab in the order of ``labs``, ``measured`` (N, L), and
    ``where`` (N,), which of LOW, USUAL and HIGH the B12 is.
    """

    seed: int
    number: int
    people: Demographics
    active: Booleans
    drawn: Booleans
    present: Booleans
    asked: Booleans
    sources: levels.Sources
    levels: levels.Levels
    where: Integers
    grade: Integers
    measured: Booleans
    lab_uniform: Floats
    taken: Taken

    @property
    def first(self) -> int:
        """Return the number of the first person."""
        return self.number * BLOCK


def draw_block(
    knowledge: Knowledge,
    seed: int,
    number: int,
    *,
    twitching: float | None = None,
    high: float | None = None,
) -> Block:
    """Draw a whole block; ``twitching`` and ``high`` stand in for the shares of the records
    who twitch, and who of the others have a high level."""
    making = Making(knowledge, seed, number)
    people = draw_people(making, twitching=twitching)
    low, high_now = draw_classes(people, making, high=high)
    active = draw_causes(people, making, low=low)
    drawn = draw_findings(active, people, making)
    where = draw_where(people, making, drawn=drawn, low=low, high=high_now)
    sourced = (where == levels.HIGH) & ~people.twitches & people.adult
    sources = levels.draw_sources(people, making, where=sourced)
    level = levels.draw_levels(people, making, where=where, band=sources.band)
    b12 = b12_taken(drawn, sources, knowledge)
    present = with_signs(drawn, sources, knowledge)
    present = with_b12(present, b12, sources, knowledge, where=where)
    stream = making.stream(Thing.LABS)
    measured = draw_measured(knowledge, stream)
    grade, present = draw_grades(present, sources, knowledge, stream, measured=measured)
    tested = ~np.isnan(level.level[:, 0])
    asked = draw_asked(people, making, measured=measured, tested=tested)
    taken = draw_taken(
        people,
        b12,
        making,
        known=present & asked,
        may_stop=~people.twitches & (where != levels.HIGH),
    )
    # Of what was stopped it is not known whether it counts.
    asked[:, dense(knowledge).findings.index(HIGH_DOSE)] &= taken.until == NO_DAY
    return Block(
        seed=seed,
        number=number,
        people=people,
        active=active,
        drawn=drawn,
        present=present,
        asked=asked,
        sources=sources,
        levels=level,
        where=where,
        grade=grade,
        measured=measured,
        lab_uniform=stream.uniform(BLOCK, len(labs(knowledge))),
        taken=taken,
    )


def draw_blocks(
    knowledge: Knowledge,
    seed: int,
    people: int,
    *,
    twitching: float | None = None,
    high: float | None = None,
) -> Iterator[tuple[Block, int]]:
    """Yield the blocks that hold the first ``people`` people, and how many of each count."""
    for number in range(-(-people // BLOCK)):
        yield (
            draw_block(knowledge, seed, number, twitching=twitching, high=high),
            min(BLOCK, people - number * BLOCK),
        )
