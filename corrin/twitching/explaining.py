"""What explains the twitching: every cause with its probability, its interval and its reasons.

The posterior is exact (:mod:`corrin.twitching.noisy_or`); the interval repeats it over
draws of the knowledge; the evidence for and against a cause is what leaving out one
finding does to it.  Bars like these do not add up, because causes explain findings away
for one another: the joint remainder is what is left.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corrin.errors import Refusal
from corrin.knowledge.loading import Knowledge
from corrin.knowledge.records import Setting
from corrin.picture.records import Picture
from corrin.twitching import noisy_or
from corrin.twitching.evidence import CountedEvidence, count_evidence
from corrin.twitching.network import CompiledNetwork, compile_network
from corrin.twitching.records import AskNext, Evidence, ExplainedBy, Twitching

Floats = NDArray[np.float64]

#: Two causes whose probabilities agree to so many decimals are equally likely.
TIED = 12  # not clinical: far above the rounding of a double
#: A change of odds smaller than this (log10) is not listed as evidence.
WORTH_LISTING = 0.01  # not clinical: a drawing threshold
#: Draws times work beyond which fewer draws are taken (they are counted in the answer).
WORK_LIMIT = 10_000_000  # not clinical: a computing budget
FEWEST_DRAWS = 200  # not clinical: enough for a 90% interval
#: How many findings are looked at exactly, and how many are handed on.
CANDIDATES = 16  # not clinical: a computing budget
QUESTIONS = 12  # not clinical: a list length


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """One person's evidence against one network, ready for the kernel."""

    network: CompiledNetwork
    evidence: CountedEvidence
    odds: Floats
    maximum: int

    def columns(self, *extra: str) -> list[int]:
        names = (*self.evidence.present, *self.evidence.absent, *extra)
        return [column for name in names if (column := self.network.index(name)) is not None]

    @property
    def present(self) -> list[int]:
        return list(range(len(self.evidence.present)))

    @property
    def absent(self) -> list[int]:
        first = len(self.evidence.present)
        return list(range(first, first + len(self.evidence.absent)))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Weighed:
    """The numbers of every state (S,); ``effects`` (E, S) in log10 odds, one row per finding."""

    prior: Floats
    posterior: Floats
    low: Floats
    high: Floats
    effects: Floats


def refusal(picture: Picture, knowledge: Knowledge) -> Refusal | None:
    """Return why the twitching question cannot be answered for this person, or None."""
    age = picture.person.age
    if age is not None and age < knowledge.model["adult_age"].value:
        return Refusal(
            "twitching",
            "children",
            "The evidence on causes of twitching is from adults; it is not used for children.",
        )
    defining = [f.id for f in knowledge.findings.values() if f.defines_twitching]
    if picture.person.twitching is True or any(picture.present(finding) for finding in defining):
        return None
    return Refusal(
        "twitching",
        "no-twitching-reported",
        "No twitching was reported, so its causes were not weighed.",
        "Do your muscles twitch, jerk or cramp? If so, say twitching = true.",
    )


def explain(
    picture: Picture,
    knowledge: Knowledge,
    *,
    setting: Setting,
    draws: int,
    questions: bool = True,
) -> Twitching | Refusal:
    """Weigh every cause for one person.

    ``draws`` repetitions give the 90% intervals (0 gives none: low and high equal the
    probability).  With many positive findings fewer draws are taken; ``Twitching.draws``
    says how many.  Without ``questions`` what to ask next is not weighed, which is half
    of the work when no draws are taken.
    """
    refused = refusal(picture, knowledge)
    if refused is not None:
        return refused
    network = compile_network(knowledge, setting)
    case = _Case(
        network=network,
        evidence=count_evidence(picture, network, knowledge),
        odds=network.prior_odds_factor(_about(picture)),
        maximum=int(knowledge.model["maximum_positives"].value),
    )
    point = network.arrays(case.odds, case.columns())
    posterior, none_of_these = _posterior(case, point)
    without = noisy_or.leave_one_out(point, present=case.present, absent=case.absent)
    low, high, drawn = _interval(case, point, posterior, draws)
    weighed = _Weighed(
        prior=point.prior,
        posterior=posterior,
        low=low,
        high=high,
        effects=_log_odds(posterior) - _log_odds(without),
    )
    causes = [
        _explained(case, weighed, state) for state in np.flatnonzero(network.explains).tolist()
    ]
    causes.sort(key=lambda cause: (-round(cause.probability, TIED), cause.id))
    return Twitching(
        causes=tuple(causes),
        none_of_these=none_of_these,
        setting=setting.value,
        draws=drawn,
        counted_once=case.evidence.counted_once,
        left_out=case.evidence.left_out,
        ask_next=_ask_next(case, picture, knowledge, posterior) if questions else (),
    )


def _about(picture: Picture) -> Any:
    return {"age": picture.person.age, "sex": picture.person.sex}.get


def _interval(
    case: _Case, point: noisy_or.Network, posterior: Floats, draws: int
) -> tuple[Floats, Floats, int]:
    if draws == 0:
        return posterior, posterior, 0
    one = noisy_or.work(point, present=case.present, absent=case.absent)
    drawn = min(draws, max(FEWEST_DRAWS, WORK_LIMIT // max(1, one)))
    normals = case.network.normals(draws)[:drawn]
    drawn_network = case.network.arrays(case.odds, case.columns(), normals=normals)
    repeated, _ = noisy_or.posterior(
        drawn_network,
        present=case.present,
        absent=case.absent,
        maximum_positives=case.maximum,
    )
    low, high = np.quantile(repeated, (0.05, 0.95), axis=0)  # not clinical: 90% interval
    return np.minimum(low, posterior), np.maximum(high, posterior), drawn


def _log_odds(probability: Floats) -> Floats:
    return np.asarray(np.log10(probability) - np.log10(1.0 - probability))


def _explained(case: _Case, weighed: _Weighed, state: int) -> ExplainedBy:
    effects = weighed.effects[:, state]
    names = (*case.evidence.present, *case.evidence.absent)
    evidence = [
        Evidence(finding=name, present=place < len(case.evidence.present), effect=float(effect))
        for place, (name, effect) in enumerate(zip(names, effects.tolist(), strict=True))
        if abs(effect) >= WORTH_LISTING
    ]
    evidence.sort(key=lambda item: (-abs(item.effect), item.finding))
    moved = _log_odds(weighed.posterior[state]) - _log_odds(weighed.prior[state])
    return ExplainedBy(
        id=case.network.states[state],
        probability=float(weighed.posterior[state]),
        low=float(weighed.low[state]),
        high=float(weighed.high[state]),
        prior=float(weighed.prior[state]),
        evidence_for=tuple(item for item in evidence if item.effect > 0),
        evidence_against=tuple(item for item in evidence if item.effect < 0),
        joint_remainder=float(moved - effects.sum()),
    )


def _posterior(case: _Case, point: noisy_or.Network) -> tuple[Floats, float]:
    """Return the posterior of every state, and P(no listed cause is at work | evidence).

    For the second the explaining causes are taken out and the background states alone
    must explain the rest; both are columns of one computation.
    """
    variable, explains = case.network.variable, case.network.explains
    active = np.bincount(variable, weights=np.where(explains, point.prior, 0.0))
    left = 1.0 - active
    background = np.where(explains, 0.0, point.prior / left[variable])
    posterior, log_evidence = noisy_or.posterior(
        point.with_prior(np.stack([point.prior, background])),
        present=case.present,
        absent=case.absent,
        maximum_positives=case.maximum,
    )
    share = np.log(left).sum() + log_evidence[1] - log_evidence[0]
    return posterior[0], float(np.exp(share))


def _ask_next(
    case: _Case, picture: Picture, knowledge: Knowledge, posterior: Floats
) -> tuple[AskNext, ...]:
    if len(case.evidence.present) >= case.maximum:
        return ()
    names = _promising(case, picture, knowledge, posterior)
    if not names:
        return ()
    first = len(case.evidence.present) + len(case.evidence.absent)
    network = case.network.arrays(case.odds, case.columns(*names))
    chance, if_present, if_absent = noisy_or.if_learned(
        network,
        present=case.present,
        absent=case.absent,
        candidates=list(range(first, first + len(names))),
    )
    shown = np.flatnonzero(case.network.explains)
    up = np.abs(if_present - posterior)[:, shown]
    down = np.abs(if_absent - posterior)[:, shown]
    change = (chance[:, None] * up + (1.0 - chance[:, None]) * down) / 2
    total = change.sum(axis=1)
    order: Sequence[int] = np.argsort(-total, kind="stable")[:QUESTIONS].tolist()
    return tuple(
        AskNext(
            finding=names[place],
            expected_change=float(total[place]),
            chance_present=float(chance[place]),
            moves=case.network.states[shown[int(change[place].argmax())]],
        )
        for place in order
    )


def _promising(case: _Case, picture: Picture, knowledge: Knowledge, posterior: Floats) -> list[str]:
    """Return the findings worth an exact look: those that vary most with the causes.

    Were the causes independent, a finding's covariance with a cause would be the cause's
    variance times the link; their sum orders the candidates.
    """
    network = case.network
    grouped = {
        finding
        for group in knowledge.groups.values()
        for finding in group.members
        if any(member in case.evidence.present for member in group.members)
    }
    together = np.zeros(len(network.findings))
    variance = (posterior * (1.0 - posterior))[network.link_state]
    np.add.at(together, network.link_finding, variance * network.link.at(None))
    open_ = [
        finding
        for column, finding in enumerate(network.findings)
        if together[column] > 0 and finding not in picture.findings and finding not in grouped
    ]
    score = dict(zip(network.findings, together.tolist(), strict=True))
    return sorted(open_, key=lambda finding: (-score[finding], finding))[:CANDIDATES]
