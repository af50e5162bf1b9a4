"""Reads laboratory results: what was measured, where it lies, or the question that is open."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from corrin.errors import Problem, Refusal
from corrin.knowledge.loading import Knowledge
from corrin.labs.albumin import adjust_calcium
from corrin.labs.faults import Fault
from corrin.labs.lines import Line
from corrin.labs.records import Measurement
from corrin.person.records import LabResult
from corrin.person.vocabulary import did_you_mean


def measure(
    results: Iterable[LabResult],
    knowledge: Knowledge,
    *,
    sex: str | None = None,
    age: float | None = None,
    as_of: dt.date | None = None,
) -> tuple[tuple[Measurement, ...], tuple[Problem, ...], tuple[Refusal, ...]]:
    """Read results in the order given; ``sex`` and ``age`` (years) choose our interval.

    Returns the measurements; a :class:`Problem` (``labs[2].unit`` ...) for every line at
    fault, for a reader who wants the file corrected; and a :class:`Refusal`
    (``labs.<id>``) with the question for each such line, for an answer that goes on
    without it, and for what was read with a proviso (calcium without albumin).  A line
    with an unreadable value can still give a measurement in words.
    """
    measured: list[Measurement] = []
    problems: list[Problem] = []
    refusals: list[Refusal] = []
    for index, result in enumerate(results):
        id_ = knowledge.lab_id(result.lab)
        if id_ is None:
            fault = Fault(
                "lab",
                "unknown-lab",
                "is not a known laboratory test.",
                did_you_mean(result.lab, knowledge.labs),
            )
            problems.append(fault.as_problem(f"labs[{index}]"))
            refusals.append(fault.as_refusal(result.lab, f"'{result.lab}'"))
            continue
        line = Line(result, knowledge.labs[id_], knowledge, sex, age)
        found, faults = line.read(as_of)
        if found is not None:
            measured.append(found)
        problems += [fault.as_problem(f"labs[{index}]") for fault in faults]
        refusals += [fault.as_refusal(id_, line.lab.name) for fault in faults]
    adjusted, notes = adjust_calcium(measured, knowledge)
    return adjusted, tuple(problems), (*refusals, *notes)


def is_clear(result: LabResult, knowledge: Knowledge, *, as_of: dt.date | None = None) -> bool:
    """Return whether a result is a number that :func:`measure` reads without a word to say.

    Cheaper than measuring; False says only that it has to be measured to know.
    """
    record = knowledge.labs.get(result.lab)
    return record is not None and Line(result, record, knowledge, None, None).is_clear(as_of)
