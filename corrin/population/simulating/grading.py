"""How far each result lies beyond its limits, so that it shows the findings that were drawn."""

from __future__ import annotations

import numpy as np

from corrin.knowledge.loading import Knowledge
from corrin.population.simulating import levels
from corrin.population.simulating.causes import dense
from corrin.population.simulating.lab_limits import Place, labs, places
from corrin.population.simulating.streams import (
    BLOCK,
    Booleans,
    Floats,
    Integers,
    Stream,
)


def draw_measured(knowledge: Knowledge, stream: Stream) -> Booleans:
    """Return which labs were measured (N, L): panels are ordered whatever they would show."""
    names = labs(knowledge)
    measured = np.zeros((BLOCK, len(names)), dtype=bool)
    for panel in knowledge.population.simulation.panel:
        ordered = stream.below(panel.share, BLOCK)
        for lab in panel.labs:
            measured[:, names.index(lab)] |= ordered
    return measured


def draw_grades(
    present: Booleans,
    sources: levels.Sources,
    knowledge: Knowledge,
    stream: Stream,
    *,
    measured: Booleans,
) -> tuple[Integers, Booleans]:
    """Return the grade of each lab (N, L), and the findings as these results show them.

    In people whose source was drawn, the labs that its signs rest on follow the signs.
    """
    names = labs(knowledge)
    findings = dense(knowledge).findings
    sourced = sources.source >= 0
    grade = np.zeros((BLOCK, len(names)), dtype=np.int64)
    options = {each: places(knowledge.findings[each].from_lab, knowledge) for each in findings}
    of_sign = [
        tuple(place for id_ in sign.findings for place in options[id_])
        + places(sign.from_lab, knowledge)
        for sign in knowledge.high_b12.sign
    ]
    signed = {place.lab for found in of_sign for place in found}
    for column, finding in enumerate(findings):
        if found := options[finding]:
            by_sign = sourced & ({place.lab for place in found} <= signed)
            chosen = _option(found, measured, names, stream.uniform(BLOCK))
            _grade(grade, present[:, column] & ~by_sign, found, chosen=chosen, names=names)
    for number, found in enumerate(of_sign):
        if found:
            chosen = _option(found, measured, names, stream.uniform(BLOCK))
            _grade(grade, sources.sign[:, number] & sourced, found, chosen=chosen, names=names)
    return grade, _shown(present, grade, measured, knowledge)


def _shown(
    present: Booleans, grade: Integers, measured: Booleans, knowledge: Knowledge
) -> Booleans:
    """Return the findings as the results show them, where any was measured."""
    names = labs(knowledge)
    present = present.copy()
    for column, finding in enumerate(dense(knowledge).findings):
        found = places(knowledge.findings[finding].from_lab, knowledge)
        if not found:
            continue
        columns = [names.index(place.lab) for place in found]
        held = [
            _beyond(grade[:, at], place) & measured[:, at]
            for at, place in zip(columns, found, strict=True)
        ]
        there = measured[:, columns].any(axis=1)
        present[:, column] = np.where(there, np.any(held, axis=0), present[:, column])
    return present


def _option(
    found: tuple[Place, ...], measured: Booleans, names: tuple[str, ...], uniform: Floats
) -> Integers:
    """Return which of several labs shows it: one that was measured, as far as any was."""
    there = measured[:, [names.index(place.lab) for place in found]].astype(np.float64)
    there[~there.any(axis=1)] = 1.0
    ends = np.cumsum(there, axis=1)
    return np.asarray((uniform[:, None] * ends[:, -1:] >= ends).sum(axis=1))


def _grade(
    grade: Integers,
    rows: Booleans,
    found: tuple[Place, ...],
    *,
    chosen: Integers,
    names: tuple[str, ...],
) -> None:
    """Put results beyond their limit, unless they lie further beyond it already."""
    for option, place in enumerate(found):
        column = grade[:, names.index(place.lab)]
        mine = rows & (chosen == option)
        further = np.sign(place.grade) * np.maximum(abs(place.grade), abs(column))
        column[mine] = np.where(column * place.grade > 0, further, place.grade)[mine]


def _beyond(grade: Integers, place: Place) -> Booleans:
    return np.asarray((np.sign(grade) == np.sign(place.grade)) & (abs(grade) >= abs(place.grade)))
