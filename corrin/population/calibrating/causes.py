"""The causes of twitching, held against those that were drawn.

The truth is the model itself, so that the exact posterior must be calibrated; every step
from there to the answer that is shown is measured as a step of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from corrin.knowledge.loading import Knowledge
from corrin.population.calibrating.measuring import Calibration, calibrate
from corrin.population.kernel.reading_batch import read_batch
from corrin.population.kernel.twitch_evidence import count_evidence_of_many, weighing
from corrin.population.kernel.twitching import weigh_causes
from corrin.population.simulating.causes import dense, priors
from corrin.population.simulating.drawing import Block, draw_blocks
from corrin.population.simulating.people import SETTINGS
from corrin.population.simulating.recording import record
from corrin.population.simulating.rows_of import rows_of
from corrin.population.simulating.streams import Booleans, Floats, Integers, Stream, Thing
from corrin.twitching import noisy_or_fast
from corrin.twitching.network import compile_network

Evidence = npt.NDArray[np.int8]
Answered = Callable[[Block, Integers, Knowledge], Floats]


class Seen(StrEnum):
    """What of the truth the answer is given, one step further from the model each."""

    MODEL = "as the model has it"
    COUNTED_ONCE = "correlated findings counted once"
    RECORDED = "read from the record, correlated findings counted once"
    WITH_A_PLACE = "as the model has it, only people with a place of twitching, or a cramp"
    AT_RANDOM = "a fifth of the findings missing at random"
    PRESENT_LESS = "a fifth of the present findings not recorded"
    PRESENT_MORE = "a fifth of the absent findings not recorded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """How each cause fared, seen in one way; ``refused`` people got no answer."""

    seen: Seen
    people: int
    refused: int
    causes: tuple[Calibration, ...]

    @property
    def worst(self) -> float:
        """Return the largest error of any cause, in bins of equal count or of equal width."""
        return max(max(each.ece_count, each.ece_width) for each in self.causes)


def study_causes(
    knowledge: Knowledge, people: int, *, seed: int, seen: tuple[Seen, ...] = tuple(Seen)
) -> dict[Seen, Study]:
    """Draw ``people`` adults who twitch and answer each, in every way asked for."""
    explains = compile_network(knowledge, SETTINGS[0]).explains
    found: dict[Seen, list[tuple[Floats, Booleans]]] = {each: [] for each in seen}
    for block, count in draw_blocks(knowledge, seed, people, twitching=1.0):
        who = np.flatnonzero(block.people.twitches[:count])
        for each in seen:
            posterior = ANSWERED[each](block, who, knowledge)
            found[each].append((posterior[:, explains], block.active[who][:, explains]))
    return {each: _study(each, parts, knowledge) for each, parts in found.items()}


def _study(seen: Seen, parts: list[tuple[Floats, Booleans]], knowledge: Knowledge) -> Study:
    posterior = np.concatenate([part[0] for part in parts])
    active = np.concatenate([part[1] for part in parts])
    answered = ~np.isnan(posterior[:, 0])
    network = compile_network(knowledge, SETTINGS[0])
    ids = [state for state, explains in zip(network.states, network.explains, strict=True)
           if explains]  # fmt: skip
    return Study(
        seen=seen,
        people=len(posterior),
        refused=int((~answered).sum()),
        causes=calibrate(posterior[answered], active[answered], ids),
    )


def as_drawn(block: Block, who: Integers, knowledge: Knowledge) -> Evidence:
    """Return what was drawn, where it was asked (M, F), of findings that some cause brings."""
    linked = dense(knowledge).link.any(axis=0)
    evidence = np.where(block.asked[who] & linked, block.drawn[who], -1)
    return evidence.astype(np.int8)


def counted_once(block: Block, who: Integers, knowledge: Knowledge) -> Evidence:
    """Return what of the drawn evidence counts (M, F), as the answer chooses it."""
    evidence = as_drawn(block, who, knowledge)
    counted = np.full_like(evidence, -1)
    for number, setting in enumerate(SETTINGS):
        rows = np.flatnonzero(block.people.setting[who] == number)
        if len(rows):
            weighed = weighing(compile_network(knowledge, setting), knowledge)
            chosen = count_evidence_of_many(evidence[rows].T, weighed, maximum=_most(knowledge))
            counted[np.ix_(rows, weighed.columns)] = chosen.evidence
    return counted


def _with_missing(
    block: Block, who: Integers, knowledge: Knowledge, *, present: bool, absent: bool
) -> Evidence:
    """Return the drawn evidence with a share of the present or absent findings lost."""
    evidence = as_drawn(block, who, knowledge)
    share = knowledge.population.simulation.rate["not_recorded"].value
    uniform = Stream(block.seed, block.number, Thing.STUDY).uniform(*block.asked.shape)
    lost = (uniform[who] < share) & (((evidence == 1) & present) | ((evidence == 0) & absent))
    return np.where(lost, -1, evidence).astype(np.int8)


def _exact(block: Block, who: Integers, evidence: Evidence, knowledge: Knowledge) -> Floats:
    """Return the exact posterior of every state (M, S); NaN where it was refused."""
    compiled = compile_network(knowledge, SETTINGS[0])
    net = compiled.arrays(np.ones(len(compiled.states)), range(len(compiled.findings)))
    of_person, sets = priors(block.people, knowledge)
    found = np.full((len(who), len(compiled.states)), np.nan)
    for number, prior in enumerate(sets):
        rows = np.flatnonzero(of_person[who] == number)
        if len(rows):
            answer = noisy_or_fast.posterior_batch(
                net.with_prior(prior), evidence[rows], maximum_positives=_most(knowledge)
            )
            found[rows] = answer.posterior
    return found


def _from_record(block: Block, who: Integers, knowledge: Knowledge) -> Floats:
    """Return what the answers of a population say (M, S), from clean records."""
    rows = rows_of(record(block, len(block.people.age), knowledge), knowledge)
    causes = weigh_causes(read_batch(rows.take(pa.array(who)), knowledge), knowledge)
    states = dense(knowledge).states
    found = np.full((len(who), len(states)), np.nan)
    columns = np.array([states.index(each) for each in causes.ids])
    found[np.ix_(causes.rows, columns)] = causes.probability
    return found


def _with_a_place(block: Block, who: Integers, knowledge: Knowledge) -> Floats:
    """Return the exact posterior of those with a finding that is the complaint itself.

    The priors do not condition on it, so this shows what it would be to count it twice.
    """
    found = _exact(block, who, as_drawn(block, who, knowledge), knowledge)
    findings = dense(knowledge).findings
    complaint = np.array([knowledge.findings[each].defines_twitching for each in findings])
    found[~(block.drawn[who] & complaint).any(axis=1)] = np.nan
    return found


def _most(knowledge: Knowledge) -> int:
    return int(knowledge.model["maximum_positives"].value)


def _losing(*, present: bool, absent: bool) -> Answered:
    def answered(block: Block, who: Integers, knowledge: Knowledge) -> Floats:
        evidence = _with_missing(block, who, knowledge, present=present, absent=absent)
        return _exact(block, who, evidence, knowledge)

    return answered


#: How the posterior of every state (M, S) comes about, for each way of seeing.
ANSWERED: Mapping[Seen, Answered] = {
    Seen.MODEL: lambda b, who, k: _exact(b, who, as_drawn(b, who, k), k),
    Seen.COUNTED_ONCE: lambda b, who, k: _exact(b, who, counted_once(b, who, k), k),
    Seen.RECORDED: _from_record,
    Seen.WITH_A_PLACE: _with_a_place,
    Seen.AT_RANDOM: _losing(present=True, absent=True),
    Seen.PRESENT_LESS: _losing(present=True, absent=False),
    Seen.PRESENT_MORE: _losing(present=False, absent=True),
}


def in_order(studies: Mapping[Seen, Study]) -> Iterator[Study]:
    """Yield the studies in the order of ``Seen``."""
    yield from (studies[each] for each in Seen if each in studies)
