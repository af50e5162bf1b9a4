"""Whether B12 caused the twitching, in words for one reader."""

from __future__ import annotations

from corrin.claims.causality_words import SAID
from corrin.claims.records_of_causality import Answer, Because, Causality, ScoredItem
from corrin.knowledge.records_of_causality import NaranjoBand, UmcCategory
from corrin.report.telling import Telling
from corrin.report.view import CausalityView, NaranjoRow, Statement
from corrin.report.words import lower_first

ANSWER = {Answer.YES: "yes", Answer.NO: "no", Answer.UNKNOWN: "not known"}


def causality_view(found: Causality, telling: Telling) -> CausalityView:
    """The two judgements for one reader, with their reasons and what is missing."""
    rules = telling.knowledge.causality
    category, band = category_of(found, telling), band_of(found, telling)
    return CausalityView(
        title=telling.either("Did the B12 cause it?", "Causality: B12 for the twitching"),
        category=telling.statement(
            telling.either(
                f"One way (WHO-UMC) says “{lower_first(category.term)}”. {category.person}",
                f"WHO-UMC: {category.term}. {category.clinician}",
            ),
            references=(category.reference, *category.references),
        ),
        score=telling.statement(
            telling.either(
                f"The other way (Naranjo) gives {points_words(found.naranjo_score)}: "
                f"“{band.id}”. {band.person}",
                f"Naranjo: {signed(found.naranjo_score)}. {band.clinician}",
            ),
            references=(band.reference,),
        ),
        two_methods=_fixed("two_methods", telling),
        reasons=tuple(because(one, telling) for one in found.reasons),
        missing=tuple(telling.question(one.finding) for one in found.missing),
        keep=_fixed("no_experiment", telling),
        rows=tuple(
            NaranjoRow(
                question=telling.either(item.name, item.professional_name),
                answer=ANSWER[scored.answer],
                points=signed(scored.score),
                why=None if scored.why.code.startswith(SAID) else because(scored.why, telling),
            )
            for item, scored in zip(rules.item, _in_order(found, telling), strict=True)
        ),
    )


def category_of(found: Causality, telling: Telling) -> UmcCategory:
    """The record of the category."""
    return next(one for one in telling.knowledge.causality.category if one.id == found.category)


def band_of(found: Causality, telling: Telling) -> NaranjoBand:
    """The record of the band."""
    return next(one for one in telling.knowledge.causality.band if one.id == found.naranjo_band)


def because(one: Because, telling: Telling) -> Statement:
    """A reason with its sources."""
    words = telling.either(one.person, one.clinician)
    return telling.statement(words, references=one.references, assumed=one.assumed)


def signed(number: int) -> str:
    """Points with their sign; the minus is a real one."""
    return f"{number:+d}".replace("-", "−") if number else "0"


def points_words(number: int) -> str:
    """Points as they are said."""
    return f"{number} point{'' if abs(number) == 1 else 's'}".replace("-", "−")


def _fixed(name: str, telling: Telling) -> Statement:
    record = telling.knowledge.causality.said[name]
    return telling.statement(
        telling.either(record.person, record.clinician),
        references=record.references,
        assumed=record.assumed,
    )


def _in_order(found: Causality, telling: Telling) -> tuple[ScoredItem, ...]:
    scored = {item.id: item for item in found.items}
    return tuple(scored[item.id] for item in telling.knowledge.causality.item)
