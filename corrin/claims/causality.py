"""Did B12 cause this person's twitching?  Naranjo's score and the WHO-UMC category.

Both are worked out from the same answers: timing, what happened off B12 and on it again,
the other causes (from the differential), and what is on record of such reactions.  They
are shown side by side, because they can disagree.  Nothing here is a reason to stop B12.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from corrin.b12_status.records import B12Class, B12Status
from corrin.claims import causality_words as words
from corrin.claims.course import AFTER, Timing, days_off, said, timing
from corrin.claims.naranjo import band, points
from corrin.claims.records_of_causality import (
    Alternative,
    Answer,
    Because,
    Causality,
    Course,
    Missing,
    ScoredItem,
)
from corrin.claims.who_umc import UmcAnswers, category
from corrin.errors import Refusal
from corrin.knowledge.loading import Knowledge
from corrin.knowledge.records_of_causality import CausalityRules, NaranjoItem
from corrin.person.records import Person
from corrin.picture.from_intake import b12_products
from corrin.picture.records import Picture

QUESTION = "causality"
STOPPED = "better_after_b12_stopped"
AGAIN = "back_when_b12_restarted"
#: In the order in which they tell most.
ASKED = (
    AFTER, STOPPED, AGAIN, "twitching_seen_by_examiner", "earlier_reaction_to_b12",
    "worse_with_more_b12",
)  # fmt: skip


def causality(
    *,
    person: Person,
    picture: Picture,
    b12_status: B12Status | None,
    alternatives: Sequence[Alternative] | None,
    knowledge: Knowledge,
    courses: Sequence[Course] | None = None,
    b6_along: bool = False,
) -> Causality | Refusal:
    """Judge how far B12 explains the twitching of one person, or say why not.

    ``alternatives`` are all causes of the differential (B12 itself is left out here), None
    when it was refused.  ``courses`` holds one entry for each product with B12 that was
    read, None when intake was not asked.  ``b6_along``: vitamin B6 above a limit is taken
    with it.  Refused for children, without twitching, and when no B12 is taken or known.
    """
    rules = knowledge.causality
    refused = _refusal(person, picture, alternatives, knowledge, courses)
    if refused is not None or alternatives is None:
        return refused or Refusal(QUESTION, "no-differential", "Other causes were not weighed.")
    ceiling = knowledge.model["display_ceiling"].value
    held = [replace(one, probability=min(one.probability, ceiling)) for one in alternatives]
    facts = _facts(picture, held, courses or (), rules, b6_along=b6_along)
    items = tuple(_item(item, facts, picture, knowledge) for item in rules.item)
    total = sum(item.score for item in items)
    judged = category(
        UmcAnswers(
            time_fits=facts.timing.fits,
            better_off_it=facts.off,
            back_on_it=facts.on,
            other_causes=facts.others,
            # Twitching is no sign that only B12 can cause.
            definitive=Answer.NO,
            contradictory=facts.contradictory,
        )
    )
    reasons = tuple(_reasons(facts, b12_status, rules))
    return Causality(
        category=judged,
        naranjo_score=total,
        naranjo_band=band(total, rules).id,
        items=items,
        reasons=reasons,
        missing=tuple(_missing(facts, picture, rules)),
        references=_references(items, reasons, rules),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Facts:
    """What both methods rest on; ``likely`` are the other causes worth naming."""

    timing: Timing
    off: Answer
    on: Answer
    others: Answer
    likely: tuple[Alternative, ...]
    b6_along: bool
    too_soon: bool
    disagree: bool

    @property
    def contradictory(self) -> bool:
        return self.disagree or self.timing.contradictory


def _refusal(
    person: Person,
    picture: Picture,
    alternatives: Sequence[Alternative] | None,
    knowledge: Knowledge,
    courses: Sequence[Course] | None,
) -> Refusal | None:
    if not knowledge.causality.item:
        return Refusal(QUESTION, "no-rules", "This knowledge holds no rules to judge it by.")
    if person.age is not None and person.age < knowledge.model["adult_age"].value:
        return Refusal(
            QUESTION,
            "children",
            "This needs a list of other causes, and the evidence for it is from adults.",
        )
    if alternatives is None:
        return Refusal(
            QUESTION, "no-twitching-reported", "No twitching was reported, so B12 cannot be why."
        )
    exposed = any(picture.present(finding) for finding in knowledge.causality.exposure)
    if exposed or courses or b12_products(person.intake, person.drugs):
        return None
    if courses is None:
        return Refusal(
            QUESTION,
            "b12-intake-not-known",
            "It is not known if B12 is taken, or was taken.",
            "Do you take B12, or did you? What, how much and since when?",
        )
    return Refusal(
        QUESTION, "b12-not-taken", "No B12 is taken that we know of, so there is nothing to judge."
    )


def _facts(
    picture: Picture,
    alternatives: Sequence[Alternative],
    courses: Sequence[Course],
    rules: CausalityRules,
    *,
    b6_along: bool,
) -> _Facts:
    others = [one for one in alternatives if one.id not in rules.by_b12]
    likely = [one for one in others if one.probability >= rules.setting["likely_alternative"].value]
    ruled_out = all(one.probability < rules.setting["unlikely_alternative"].value for one in others)
    with_b6 = b6_along or any(picture.present(finding) for finding in rules.with_b6)
    answer = Answer.YES if likely or with_b6 else Answer.UNKNOWN
    if answer is Answer.UNKNOWN and ruled_out:
        answer = Answer.NO
    off = said(picture, STOPPED)
    since = days_off(courses)
    too_soon = (
        off is Answer.NO and since is not None and since < rules.setting["long_enough_off"].value
    )
    about_course = {f"findings.{finding}" for finding in ASKED}
    return _Facts(
        timing=timing(picture, courses, rules),
        off=Answer.UNKNOWN if too_soon else off,
        on=said(picture, AGAIN),
        others=answer,
        likely=tuple(sorted(likely, key=lambda one: (-one.probability, one.id))),
        b6_along=with_b6,
        too_soon=too_soon,
        disagree=any(
            one.code == "contradiction" and one.question in about_course for one in picture.not_used
        ),
    )


def _item(item: NaranjoItem, facts: _Facts, picture: Picture, knowledge: Knowledge) -> ScoredItem:
    shown = next((name for name in item.also_yes if picture.present(name)), None)
    special = _special(facts, knowledge.causality, reported=shown is not None)
    if item.id in special:
        answer, why = special[item.id]
    elif shown is not None:
        answer, why = Answer.YES, words.on_record(knowledge.findings[shown].professional_name)
    else:
        answer = said(picture, item.asks)
        why = words.as_said(answer)
    return ScoredItem(id=item.id, answer=answer, score=points(item, answer), why=why)


def _special(
    facts: _Facts, rules: CausalityRules, *, reported: bool
) -> dict[str, tuple[Answer, Because]]:
    """Return the items whose answer is more than one finding."""
    others = words.others_words(facts.others, facts.likely, rules, b6_along=facts.b6_along)
    known = words.fixed("reported" if reported else "not_reported", rules)
    return {
        "reported": (Answer.YES if reported else Answer.NO, known),
        "after": (facts.timing.after, words.time_words(facts.timing)),
        "stopped": (facts.off, words.as_said(facts.off)),
        "others": (facts.others, others),
        "dummy": (Answer.UNKNOWN, words.no_dummy()),
        "toxic": (Answer.NO, words.fixed("no_toxic_level", rules)),
    }


def _reasons(
    facts: _Facts, b12_status: B12Status | None, rules: CausalityRules
) -> Iterator[Because]:
    if facts.disagree:
        yield words.answers_disagree()
    yield from words.course_words(
        facts.timing, facts.off, facts.on, too_soon=facts.too_soon, rules=rules
    )
    yield words.others_words(facts.others, facts.likely, rules, b6_along=facts.b6_along)
    if facts.b6_along and facts.likely:
        yield words.fixed("b6_along", rules)
    if b12_status is not None and b12_status.b12_class is B12Class.DEFICIENT:
        yield words.fixed("deficient", rules)
    if (facts.off, facts.on) == (Answer.YES, Answer.YES):
        yield words.fixed("not_specific", rules)


def _missing(facts: _Facts, picture: Picture, rules: CausalityRules) -> Iterator[Missing]:
    answers = {item.asks: item.id for item in rules.item if item.asks}
    for finding in ASKED:
        if finding in picture.findings or finding not in answers:
            continue
        if finding == AFTER and facts.timing.by_dates:
            continue
        # Whether it came back can only be told once it had gone.
        if finding == AGAIN and facts.off is not Answer.YES:
            continue
        yield Missing(finding=finding, items=(answers[finding],))


def _references(
    items: Sequence[ScoredItem], reasons: Sequence[Because], rules: CausalityRules
) -> tuple[str, ...]:
    methods = [*(one.reference for one in rules.category), *(one.reference for one in rules.item)]
    told = [id_ for why in (*(item.why for item in items), *reasons) for id_ in why.references]
    return tuple(dict.fromkeys((*methods, *told)))
