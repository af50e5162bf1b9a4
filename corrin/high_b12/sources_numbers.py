"""Compiles the records of sources to the arrays the kernel works on, and draws them anew.

A number is a logit-normal distribution centred on its mode, with the 90% interval of the
record, widened by ``widening_of_judgement`` where it was assumed.  The draws are fixed, so
that the same person gets the same answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from corrin.errors import KnowledgeError
from corrin.high_b12.weighing import TINY, Floats, SourceNumbers
from corrin.knowledge.conditions import Condition
from corrin.knowledge.loading import Knowledge
from corrin.knowledge.records import Estimate, Setting
from corrin.knowledge.records_of_high_b12 import Sign, SourceOfHighB12
from corrin.labs.units import in_canonical

_LEVEL = "serum_b12"


@dataclass(frozen=True, slots=True, eq=False)
class _Block:
    """Estimates in the shape of an array, as means and standard deviations of logits."""

    mean: Floats
    sd: Floats

    def at(self, normals: Floats) -> Floats:
        """Return probabilities for standard normals that match in the last axes."""
        return np.asarray(1.0 / (1.0 + np.exp(-(self.mean + self.sd * normals))))


@dataclass(frozen=True, slots=True, eq=False)
class CompiledSources:
    """Everything the kernel needs for one setting, before drawing.

    ``sources`` and ``signs`` are ids in the order of the arrays; ``link`` maps (source,
    sign) positions to a position in ``links``; ``band_limits`` (pmol/L) start each band
    after the first.
    """

    sources: tuple[str, ...]
    signs: tuple[str, ...]
    band_ids: tuple[str, ...]
    band_limits: tuple[float, ...]
    base_rates_of: Setting
    base: _Block
    reaches: _Block
    taken: _Block
    low_dose: _Block
    background: _Block
    links: _Block
    link_source: NDArray[np.int64]
    link_sign: NDArray[np.int64]
    tail: _Block
    tail_levels: Floats
    more: _Block
    by_intake: NDArray[np.bool_]
    modifiers: tuple[tuple[int, Condition, float], ...]

    def numbers(self, draws: int) -> SourceNumbers:
        """Return the arrays for ``draws`` draws; 0 gives one row with the modes."""
        parts = iter(self._normals(draws))
        base = self.base.at(next(parts))
        reach = self.reaches.at(next(parts)[..., None])
        taken, low = self.taken.at(next(parts)), self.low_dose.at(next(parts))
        sign = np.repeat(self.background.at(next(parts))[:, None, :], len(self.sources), axis=1)
        sign[:, self.link_source, self.link_sign] = self.links.at(next(parts))
        tail = np.minimum.accumulate(self.tail.at(next(parts)), axis=-1)
        return SourceNumbers(
            base=base,
            band=_bands(reach),
            sign=np.clip(sign, TINY, 1 - TINY),
            answer=_answers(taken, low, self.by_intake),
            tail_log_level=np.log(self.tail_levels),
            tail_log_share=np.log(tail),
            more_than_said=self.more.at(next(parts))[:, 0],
            by_intake=self.by_intake,
        )

    def _normals(self, draws: int) -> Sequence[Floats]:
        sources = len(self.sources)
        sizes = (sources, sources, sources, sources, len(self.signs), len(self.link_source),
                 len(self.tail_levels), 1)  # fmt: skip
        normals = _normals(draws, sum(sizes))
        return np.split(normals, np.cumsum(sizes)[:-1], axis=1)


@lru_cache(maxsize=2)
def _normals(draws: int, numbers: int) -> Floats:
    if draws == 0:
        return np.zeros((1, numbers))
    normals = np.random.Generator(np.random.PCG64(0)).standard_normal((draws, numbers))
    normals.setflags(write=False)
    return normals


def _bands(reach: Floats) -> Floats:
    """Return P(band | source), (R, S, B), from the shares at or above each band's start."""
    reach = np.minimum.accumulate(reach, axis=-1)
    whole = np.ones((*reach.shape[:-1], 1))
    share = np.concatenate([whole, reach], axis=-1) - np.concatenate([reach, 0 * whole], axis=-1)
    return np.asarray(np.maximum(TINY, share))


def _answers(taken: Floats, low: Floats, by_intake: NDArray[np.bool_]) -> Floats:
    """Return P(answer on supplements | source), (R, S, 5), in the order of the kernel.

    Where B12 is not the reason for the level, a small dose says nothing about the source.
    """
    small = np.where(by_intake, low, 1.0)
    return np.stack(
        [
            np.ones_like(taken),
            1 - taken,
            np.where(by_intake, 1 - taken + taken * low, 1 - taken),
            taken * small,
            taken,
        ],
        axis=-1,
    )


@lru_cache(maxsize=10)
def compile_sources(knowledge: Knowledge, setting: Setting) -> CompiledSources:
    """Compile the sources for one setting.

    Raises :class:`KnowledgeError` when a source names an unknown sign, lacks a band or a
    base rate.
    """
    shared = knowledge.high_b12
    records = tuple(knowledge.sources_of_high_b12.values())
    rates_of = shared.base_rates_of.get(setting, setting)
    signs = {sign.id: place for place, sign in enumerate(shared.sign)}
    _check(records, signs, len(shared.band) - 1, rates_of)
    links = [(row, link) for row, record in enumerate(records) for link in record.signs]
    hospital = rates_of is Setting.HOSPITAL
    lab = knowledge.labs[_LEVEL]

    def block(estimates: Sequence[Estimate], *shape: int) -> _Block:
        return _block(estimates, knowledge.model["widening_of_judgement"].value, shape)

    return CompiledSources(
        sources=tuple(record.id for record in records),
        signs=tuple(signs),
        band_ids=tuple(band.id for band in shared.band),
        band_limits=tuple(
            in_canonical(band.above.value, band.above.unit, lab, knowledge)
            for band in shared.band
            if band.above is not None
        ),
        base_rates_of=rates_of,
        base=block([record.base_rates[rates_of] for record in records]),
        reaches=block(
            [each for record in records for each in record.reaches], len(records), -1
        ),
        taken=block([record.taken for record in records]),
        low_dose=block([record.at_low_dose or record.taken for record in records]),
        background=block([_background(sign, knowledge) for sign in shared.sign]),
        links=block([link.p for _, link in links]),
        link_source=np.array([row for row, _ in links]),
        link_sign=np.array([signs[link.sign] for _, link in links]),
        tail=block([each.hospital if hospital else each.primary_care
                    for each in shared.usual_tail]),
        tail_levels=np.array(
            [in_canonical(each.above.value, each.above.unit, lab, knowledge)
             for each in shared.usual_tail]
        ),
        more=block([shared.estimate["more_than_said"]]),
        by_intake=np.array([record.by_intake for record in records]),
        modifiers=tuple(
            (row, Condition.parse(modifier.when), modifier.multiply_by)
            for row, record in enumerate(records)
            for modifier in record.prior_modifiers
        ),
    )  # fmt: skip


def _check(
    records: Sequence[SourceOfHighB12], signs: dict[str, int], reaches: int, rates_of: Setting
) -> None:
    for record in records:
        unknown = sorted({link.sign for link in record.signs} - signs.keys())
        if unknown:
            raise KnowledgeError(f"sources_of_high_b12/{record.id}: no sign '{unknown[0]}'.")
        if len(record.reaches) != reaches:
            raise KnowledgeError(f"sources_of_high_b12/{record.id}: give {reaches} reaches.")
        if rates_of not in record.base_rates:
            raise KnowledgeError(f"sources_of_high_b12/{record.id}: no base rate: {rates_of}.")


def _background(sign: Sign, knowledge: Knowledge) -> Estimate:
    return sign.background or knowledge.findings[sign.findings[0]].leak


def _block(estimates: Sequence[Estimate], widening: float, shape: tuple[int, ...]) -> _Block:
    numbers = np.array([(each.low, each.mode, each.high) for each in estimates])
    logits = np.log(numbers / (1.0 - numbers))
    sd = (logits[:, 2] - logits[:, 0]) / (2 * NormalDist().inv_cdf(0.95))  # not clinical: 90%
    assumed = np.array([each.assumed is not None for each in estimates])
    sd = np.where(assumed, widening * sd, sd)
    mean = logits[:, 1]
    return _Block(mean.reshape(shape), sd.reshape(shape)) if shape else _Block(mean, sd)
