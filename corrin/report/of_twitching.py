"""The causes of the twitching in words: how likely, and what speaks for and against each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from corrin.knowledge.records import Tier
from corrin.report.chances import Chance, Limits, chance, effect, limits
from corrin.report.telling import Telling
from corrin.report.view import CauseView, EvidenceView, Statement, TwitchingView
from corrin.report.words import SETTING, TIER_IN_A_SENTENCE
from corrin.twitching.records import Evidence, ExplainedBy, Twitching

#: How many causes are told in full; the rest are told by name and chance.
TOLD_IN_FULL = 10
#: The ids of causes that concern B12 say so.
_ABOUT_B12 = "b12"
#: The states of one cause that people with twitching fear most.
_MOTOR_NEURONE = "motor_neurone_disease"
_SOON = {Tier.EMERGENCY, Tier.SAME_DAY, Tier.TWO_WEEKS}


def twitching_view(twitching: Twitching, telling: Telling, *, tier: Tier) -> TwitchingView:
    """The differential for one reader, most likely first."""
    within = limits(telling.knowledge.model)
    drawn = twitching.draws > 0
    none = twitching.none_of_these
    records = telling.knowledge.causes

    def named(causes: Iterable[ExplainedBy]) -> tuple[tuple[str, Chance], ...]:
        return tuple(
            (telling.cause_name(one.id), _chance(one, within, drawn=drawn)) for one in causes
        )

    rest = twitching.causes[TOLD_IN_FULL:]
    motor_neurone = [c for c in twitching.causes if records[c.id].state_of == _MOTOR_NEURONE]
    serious = [c for c in rest if records[c.id].usual_urgency in _SOON and c not in motor_neurone]
    return TwitchingView(
        causes=tuple(
            _cause(cause, rank, twitching, telling)
            for rank, cause in enumerate(twitching.causes[:TOLD_IN_FULL], start=1)
        ),
        others=named(rest),
        about_b12=named(one for one in twitching.causes if _ABOUT_B12 in one.id),
        motor_neurone=named(motor_neurone),
        serious=named(serious[: TOLD_IN_FULL // 2]),
        explanation=telling.fixed("probability_explanation"),
        calm=_calm(telling, tier) if motor_neurone else None,
        none_of_these=chance(none, none, none, within=within, drawn=False),
        setting=telling.either(
            SETTING.get(twitching.setting, twitching.setting), twitching.setting
        ),
        draws=twitching.draws,
        counted_once=tuple(telling.name(one) for one in twitching.counted_once),
        left_out=tuple(telling.name(one) for one in twitching.left_out),
        would_move_most=tuple(
            (telling.question(one.finding), telling.cause_name(one.moves))
            for one in twitching.ask_next[:TOLD_IN_FULL]
        ),
    )


def _calm(telling: Telling, tier: Tier) -> Statement | None:
    """Words that calm without hiding; none while somebody should be seen today."""
    if tier in {Tier.EMERGENCY, Tier.SAME_DAY}:
        return None
    return telling.fixed("calm_words_after_answers" if telling.may_say_benign else "calm_words")


def _chance(cause: ExplainedBy, within: Limits, *, drawn: bool) -> Chance:
    return chance(cause.probability, cause.low, cause.high, within=within, drawn=drawn)


def _cause(cause: ExplainedBy, rank: int, twitching: Twitching, telling: Telling) -> CauseView:
    within = limits(telling.knowledge.model)
    record = telling.knowledge.causes[cause.id]
    prior = next((p for s, p in record.priors.items() if s == twitching.setting), None)
    shown = {item.finding for item in (*cause.evidence_for, *cause.evidence_against)}
    sources = (
        prior.reference if prior is not None else None,
        *(link.p.reference for link in record.links if link.finding in shown),
        *record.references,
    )
    return CauseView(
        rank=rank,
        name=telling.cause_name(cause.id),
        summary=telling.neutral(telling.either(record.summary, record.clinician_summary)),
        chance=_chance(cause, within, drawn=twitching.draws > 0),
        starting=chance(cause.prior, cause.prior, cause.prior, within=within, drawn=False),
        urgency=TIER_IN_A_SENTENCE[record.usual_urgency],
        speaks_for=_evidence(cause.evidence_for, telling),
        speaks_against=_evidence(cause.evidence_against, telling),
        remainder=effect(cause.joint_remainder),
        sources=telling.citing.cite(*sources),
    )


def _evidence(items: Sequence[Evidence], telling: Telling) -> tuple[EvidenceView, ...]:
    """Evidence, the most telling first."""
    ordered = sorted(items, key=lambda item: -abs(item.effect))
    return tuple(
        EvidenceView(
            finding=item.finding,
            words=telling.finding(item.finding, present=item.present),
            present=item.present,
            effect=effect(item.effect),
        )
        for item in ordered
    )
