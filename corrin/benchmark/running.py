"""Runs every case twice, at the bedside and with tests, and scores the answers.

Nothing is fitted here: a case is only read, answered and counted.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from pathlib import Path

from corrin import assessment
from corrin.assessment import Assessment, Reader
from corrin.b12_status.records import B12Class
from corrin.benchmark.baselines import as_answered, benign_first, by_prior
from corrin.benchmark.cases import read_cases
from corrin.benchmark.evidence import person_table
from corrin.benchmark.records import (
    BenchmarkResult,
    Case,
    CaseAnswer,
    CaseResult,
    Evidence,
)
from corrin.benchmark.scoring import outcome, score
from corrin.errors import InputError, Problem
from corrin.knowledge.loading import Knowledge, load
from corrin.knowledge.records import Tier
from corrin.labs.reading import measure
from corrin.person.reading import person_from_table
from corrin.person.records import Person
from corrin.picture.person_file import vocabulary

Assess = Callable[[Person], Assessment]
Progress = Callable[[int, int], None]
Asked = dict[Evidence, tuple[Person, tuple[Problem, ...]]]

#: The only refusals that take a case out of the count of causes.
NOT_COUNTED = frozenset({"children", "no-twitching-reported"})


def run(
    folder: Path,
    *,
    assess: Assess | None = None,
    knowledge: Knowledge | None = None,
    progress: Progress | None = None,
) -> BenchmarkResult:
    """Answer every case in ``folder`` and below, and score the answers.

    ``assess`` answers for one person (by default Corrin's own, for a clinician and
    without intervals, which move no figure).  ``progress`` is told how many answers
    are done, and of how many.  Raises :class:`InputError` with every fault of every
    file; a laboratory line that cannot be read is dropped and recorded instead.
    """
    knowledge = knowledge or load()
    if assess is None:
        assess = functools.partial(
            assessment.assess, reader=Reader.CLINICIAN, draws=0, knowledge=knowledge
        )
    cases = read_cases(Path(folder), knowledge)
    people = _people(cases, knowledge)
    total = len(cases) * len(Evidence)
    results = []
    for number, (case, asked) in enumerate(zip(cases, people, strict=True)):
        answers = {}
        for place, evidence in enumerate(Evidence, start=1):
            person, dropped = asked[evidence]
            answers[evidence] = _answer(case, assess(person), dropped)
            if progress is not None:
                progress(number * len(Evidence) + place, total)
        results.append(CaseResult(case=case, answers=answers))
    return BenchmarkResult(
        tiers={evidence: score(results, evidence) for evidence in Evidence},
        cases=tuple(results),
        knowledge_version=knowledge.version,
    )


def _people(cases: tuple[Case, ...], knowledge: Knowledge) -> list[Asked]:
    """Turn every case into the two people that are asked about, or raise every fault."""
    words = vocabulary(knowledge)
    problems: list[Problem] = []
    people: list[Asked] = []
    for case in cases:
        asked: Asked = {}
        for evidence in Evidence:
            table = person_table(case, evidence, finding_id=knowledge.finding_id)
            try:
                person, dropped = person_from_table(table, words, lenient_labs=True)
                asked[evidence] = person, (*dropped, *_unread(person, knowledge))
            except InputError as error:
                problems.extend(
                    Problem(f"{case.file.name}: person.{p.where}", p.code, p.what, p.do)
                    for p in error.problems
                )
                break
        people.append(asked)
    if problems:
        raise InputError(problems)
    return people


def _unread(person: Person, knowledge: Knowledge) -> Iterator[Problem]:
    """Say which laboratory lines cannot be read, by the name of the test."""
    for result in person.labs:
        _, faults, _ = measure([result], knowledge, sex=person.sex, age=person.age)
        for fault in faults:
            where = fault.where.replace("labs[0]", f"labs.{result.lab}")
            yield Problem(where, fault.code, fault.what, fault.do)


def _answer(case: Case, answer: Assessment, dropped: tuple[Problem, ...]) -> CaseAnswer:
    causes = answer.twitching.causes if answer.twitching is not None else ()
    refused = next((r for r in answer.refusals if r.question == "twitching"), None)
    left_out = refused if refused is not None and refused.code in NOT_COUNTED else None
    status = answer.b12_status
    return CaseAnswer(
        corrin=outcome(as_answered(causes), answer.urgency.tier, case.expected),
        rules_alone=outcome(by_prior(causes), answer.urgency.tier, case.expected),
        benign_for_all=outcome(benign_first(causes), Tier.SELF_CARE, case.expected),
        b12_class=B12Class.NOT_CLASSED if status is None else status.b12_class,
        sources=tuple(source.id for source in answer.high_b12.sources.sources)
        if answer.high_b12 is not None
        else (),
        not_counted=None if left_out is None else left_out.code,
        not_counted_reason="" if left_out is None else left_out.reason,
        dropped=dropped,
    )
