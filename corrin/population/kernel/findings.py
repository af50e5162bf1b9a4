"""The clinical picture of many people: what was said, and what follows, as ``picture.building``.

Present outweighs absent, whatever either came from; of the states -1, 0 and 1 that is
the largest.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa

from corrin.knowledge.loading import Knowledge
from corrin.knowledge.records import Finding
from corrin.picture.building import DISTRIBUTION
from corrin.picture.from_intake import FINDING as HIGH_DOSE
from corrin.population.kernel.columns import coded, lists
from corrin.population.kernel.lab_results import About, latest
from corrin.population.kernel.lab_rules import answers
from corrin.population.kernel.medicines import Drugs, Taken, classes, high_dose
from corrin.population.kernel.people import NO, NOT_KNOWN, YES, Booleans, Results, States


def find(
    batch: pa.RecordBatch,
    *,
    about: About,
    results: Mapping[str, Results],
    intake: Taken,
    drugs: Drugs,
    knowledge: Knowledge,
) -> States:
    """Return the state of every finding (N, F), in the order of the knowledge."""
    column = {finding: place for place, finding in enumerate(knowledge.findings)}
    # A finding's states lie side by side, since every question asks finding by finding.
    by_finding = np.full((len(column), len(batch)), NOT_KNOWN, dtype=np.int8)
    states = dict(zip(column, by_finding, strict=True))
    _said(states, batch, knowledge)
    _from_labs(states, about, results, knowledge)
    _from_drugs(states, drugs, knowledge)
    _add(states[HIGH_DOSE], high_dose(intake, drugs.taken))
    _imply(states, knowledge)
    _rule_out(states, knowledge)
    return by_finding.T


def _add(states: States, more: States) -> None:
    np.maximum(states, more, out=states)


def _said(states: Mapping[str, States], batch: pa.RecordBatch, knowledge: Knowledge) -> None:
    for name, state in (("absent", NO), ("present", YES)):
        said = lists(batch, name)
        codes, words = coded(said.values)
        order = np.argsort(codes.astype(np.int16), kind="stable")
        ends = np.searchsorted(codes[order], np.arange(len(words)), side="right")
        start = int(np.searchsorted(codes[order], 0))
        for word, end in zip(words, ends.tolist(), strict=True):
            finding = knowledge.finding_id(word)
            if finding is not None:
                states[finding][said.person[order[start:end]]] = state
            start = end


def _from_labs(
    states: Mapping[str, States],
    about: About,
    results: Mapping[str, Results],
    knowledge: Knowledge,
) -> None:
    gates = _gates(states, knowledge)
    latest_of = {lab: latest(each) for lab, each in results.items()}
    for finding in knowledge.findings.values():
        labs = dict.fromkeys(rule.lab for rule in finding.from_lab if rule.lab in latest_of)
        found: dict[str, States] = {
            lab: _answered(finding, lab, latest_of[lab], about, knowledge) for lab in labs
        }
        below = any(rule.relation == "below" for rule in finding.from_lab)
        shut = _shut(found, latest_of, gates) if below else None
        for lab, answer in found.items():
            person = latest_of[lab].person
            told = answer if shut is None else np.where(shut[person], NOT_KNOWN, answer)
            states[finding.id][person] = np.maximum(states[finding.id][person], told)


def _answered(
    finding: Finding, lab: str, results: Results, about: About, knowledge: Knowledge
) -> States:
    """Return what the latest result of one lab says; of several rules the last that can tell."""
    sex, age = about.sex[results.person], about.age[results.person]
    said = np.full(len(results.person), NOT_KNOWN, dtype=np.int8)
    for rule in finding.from_lab:
        if rule.lab == lab:
            more = answers(rule, results, sex, age, knowledge)
            said = np.where(more == NOT_KNOWN, said, more)
    return said


def _gates(states: Mapping[str, States], knowledge: Knowledge) -> dict[str, Booleans]:
    """Return by lab who said something that takes the meaning from its lower limits."""
    return {
        guideline.lab: np.logical_or.reduce([states[id_] == YES for id_ in guideline.excludes])
        for guideline in knowledge.guidelines.values()
        if guideline.default and guideline.excludes
    }


def _shut(
    found: Mapping[str, States], latest_of: Mapping[str, Results], gates: Mapping[str, Booleans]
) -> Booleans | None:
    """Return who must not be told of this finding by results; None when nobody."""
    shut: Booleans | None = None
    for lab in found.keys() & gates.keys():
        person = latest_of[lab].person[found[lab] == YES]
        gated = person[gates[lab][person]]
        if len(gated):
            shut = np.zeros(len(gates[lab]), dtype=bool) if shut is None else shut
            shut[gated] = True
    return shut


def _from_drugs(states: Mapping[str, States], drugs: Drugs, knowledge: Knowledge) -> None:
    taken = drugs.taken
    known = [classes(name, knowledge) for name in drugs.names]
    person, name = taken.person[taken.current], drugs.name[taken.current]
    used = np.array([bool(each) for each in known], dtype=bool)
    if len(used):
        person, name = person[used[name]], name[used[name]]
    nobody = not taken.none.any()
    for finding in knowledge.findings.values():
        if not finding.from_drugs:
            continue
        if not nobody:
            _add(states[finding.id], np.where(taken.none, NO, NOT_KNOWN).astype(np.int8))
        named = np.array([not set(finding.from_drugs).isdisjoint(each) for each in known])
        if named.any():
            states[finding.id][person[named[name]]] = YES


def _imply(states: Mapping[str, States], knowledge: Knowledge) -> None:
    """Add what follows from present findings, and from what follows, to the end."""
    for finding, record in knowledge.findings.items():
        if not record.implies:
            continue
        present = states[finding] == YES
        if present.any():
            for implied in _follows(finding, knowledge):
                states[implied][present] = YES


def _follows(finding: str, knowledge: Knowledge) -> set[str]:
    found: set[str] = set()
    open_ = [finding]
    while open_:
        new = set(knowledge.findings[open_.pop()].implies) - found
        found |= new
        open_ += new
    return found


def _rule_out(states: Mapping[str, States], knowledge: Knowledge) -> None:
    """A place of twitching that is present rules out the places it excludes."""
    for finding, record in knowledge.findings.items():
        if record.kind != DISTRIBUTION or not record.excludes:
            continue
        present = states[finding] == YES
        if present.any():
            for other in record.excludes:
                states[other][present & (states[other] == NOT_KNOWN)] = NO
