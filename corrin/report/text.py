"""The answer as plain text for a terminal: what to do first, then why, then on what it rests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from corrin.report.building import build
from corrin.report.causality_text import tell_causality
from corrin.report.chances import Chance
from corrin.report.curve_chart import curve_rows
from corrin.report.lines import Lines, cited
from corrin.report.view import (
    B12View,
    CauseView,
    EvidenceView,
    HighB12View,
    LevelSourceView,
    LowB12View,
    Statement,
    TwitchingView,
    Unanswered,
    UrgencyView,
    View,
)
from corrin.report.words import CLINICIAN, QUESTION

if TYPE_CHECKING:
    from corrin.assessment import Assessment

#: How many causes are told in full, and how many questions of each kind are listed.
_TOLD = 5  # not clinical: a list length


def as_text(assessment: Assessment, *, width: int = 100) -> str:
    """The assessment as text wrapped to ``width`` columns, for the assessment's reader."""
    view = build(assessment)
    lines = Lines(width)
    clinician = view.reader == CLINICIAN
    _urgency(lines, view.urgency, clinician=clinician)
    lines.title("B12 status" if clinician else "Your B12")
    if view.b12 is None:
        _why_not(lines, view.unanswered_for("b12_status"))
    else:
        _b12(lines, view.b12)
    _why_high(lines, view, clinician=clinician)
    if view.low_b12 is not None:
        _why_low(lines, view.low_b12, clinician=clinician)
    lines.title(QUESTION["twitching"])
    if view.twitching is None:
        _why_not(lines, view.unanswered_for("twitching"))
    else:
        _twitching(lines, view.twitching, clinician=clinician)
    if view.causality is not None:
        tell_causality(lines, view.causality, said=_said, clinician=clinician)
    _claims(lines, view)
    _not_asked(lines, view)
    _steps(lines, view)
    _basis(lines, view)
    _sources(lines, view)
    _about(lines, view)
    return lines.text()


def _said(statement: Statement) -> str:
    words = statement.words
    if statement.sources:
        words += " " + cited(statement.sources)
    return words + (" (our judgement)" if statement.assumed else "")


def _chance(chance: Chance, *, clinician: bool) -> str:
    if clinician:
        return _with(chance.percent, chance.percent_interval)
    return _with(chance.per_hundred, chance.per_hundred_interval)


def _with(words: str, interval: str) -> str:
    return f"{words}, {interval}" if interval else words


def _why_not(lines: Lines, one: Unanswered | None) -> None:
    if one is None:
        return
    lines.say(f"We have not answered this. {one.reason}")
    if one.ask:
        lines.say(f"What would help: {one.ask}")


def _urgency(lines: Lines, urgency: UrgencyView, *, clinician: bool) -> None:
    lines.title(("Urgency: " if clinician else "How soon: ") + urgency.how_soon)
    lines.say(urgency.action)
    for words in urgency.not_used:
        lines.item(words, mark="! ")
    if urgency.flags:
        lines.title("Why this urgency" if clinician else "Why this soon")
    for flag in urgency.flags:
        lines.item(
            f"{flag.name} ({flag.how_soon.lower()}). {_said(flag.why)} {flag.action}".rstrip()
        )
        if flag.rests_on:
            lines.under(f"Rests on: {'; '.join(flag.rests_on)}")


def _b12(lines: Lines, b12: B12View) -> None:
    values = f" Result: {b12.values}." if b12.values else ""
    lines.say(f"{b12.headline}.{values} {b12.trust} {b12.functional}".strip())
    for reason in b12.reasons:
        lines.item(_said(reason))
    if b12.guideline is not None:
        lines.item(_said(b12.guideline))
    if b12.warning is not None:
        lines.say(_said(b12.warning))
    if b12.ask_for:
        lines.say(f"These would help to clear it up: {', '.join(b12.ask_for)}.")


def _why_high(lines: Lines, view: View, *, clinician: bool) -> None:
    one = view.unanswered_for("high_b12")
    if view.high_b12 is not None:
        _high(lines, view.high_b12, clinician=clinician)
    elif one is not None and view.b12 is not None and view.b12.is_high:
        lines.title(one.title)
        _why_not(lines, one)


def _high(lines: Lines, high: HighB12View, *, clinician: bool) -> None:
    lines.title(high.title)
    for words in high.intake:
        lines.say(words)
    if high.intake_open is not None:
        lines.say(f"{high.intake_open.title} {high.intake_open.reason}")
        lines.say(f"What would help: {high.intake_open.ask}" if high.intake_open.ask else "")
    lines.say(high.not_classed)
    for question in high.ask_first:
        lines.item(question)
    for source in high.sources:
        _level_source(lines, source, clinician=clinician)
    if high.others:
        less = (f"{name}, {_chance(chance, clinician=clinician)}" for name, chance in high.others)
        lines.say(f"Less likely: {'; '.join(less)}.")
    lines.say(high.rest)
    lines.say(high.basis)
    _testing_again(lines, high)


def _level_source(lines: Lines, source: LevelSourceView, *, clinician: bool) -> None:
    lines.item(
        f"{source.name}: {_chance(source.chance, clinician=clinician)}. {source.summary} "
        f"{cited(source.sources)}".rstrip(),
        mark=f"{source.rank:>2}. ",
    )
    for words, evidence in (
        ("Speaks for it", source.speaks_for),
        ("Speaks against it", source.speaks_against),
    ):
        if evidence:
            lines.under(f"{words}: {'; '.join(evidence)}")


def _testing_again(lines: Lines, high: HighB12View) -> None:
    for words in high.lasting:
        lines.say(words)
    lines.say(f"{_said(high.retest)} {high.rests_on}".rstrip())
    for words in high.decline:
        lines.say(words)
    if high.keep is not None:
        lines.say(_said(high.keep))
    if high.cancer is not None:
        lines.say(_said(high.cancer))
    lines.say(high.why_no_cancer)
    for remark in high.remarks:
        lines.item(remark, mark="! ")
    if high.curve is not None:
        lines.say("Expected level over time in pg/mL, with what was measured:")
        for when, middle, band, seen in curve_rows(high.curve):
            lines.item(f"{when}: " + (f"measured {seen}" if seen else f"{middle} ({band})"))


def _why_low(lines: Lines, low: LowB12View, *, clinician: bool) -> None:
    lines.title(low.title)
    if not low.causes:
        lines.say("Nothing that we were told points to a reason yet.")
    for cause in low.causes:
        because = f" What points to it: {', '.join(cause.because)}." if cause.because else ""
        lines.item(f"{cause.name}.{because} {_said(cause.words)}")
    if low.ask:
        lines.say("To ask next:" if clinician else "Answers to these would help:")
        for question in _some(low.ask):
            lines.item(question)
    if low.events:
        lines.say("Treatment has just begun:" if low.just_started else "When treatment starts:")
        for name, words in low.events:
            lines.item(f"{name}. {_said(words)}")


def _twitching(lines: Lines, twitching: TwitchingView, *, clinician: bool) -> None:
    if clinician:
        lines.say(f"Priors: {twitching.setting}; draws: {twitching.draws}.")
    if twitching.explanation is not None:
        lines.say(_said(twitching.explanation))
    for cause in twitching.causes[:_TOLD]:
        _cause(lines, cause, clinician=clinician)
    if twitching.causes[_TOLD:]:
        lines.say("Less likely:")
    for cause in twitching.causes[_TOLD:]:
        words = _chance(cause.chance, clinician=clinician)
        lines.item(f"{cause.name}: {words} {cited(cause.sources)}".rstrip())
    for words, causes in (
        ("Could it be the B12?", twitching.about_b12),
        ("Could it be motor neurone disease (MND, ALS)?", twitching.motor_neurone),
        ("Other serious causes that were weighed:", twitching.serious),
    ):
        if causes:
            lines.say(words)
        for name, chance in causes:
            lines.item(f"{name}: {_chance(chance, clinician=clinician)}")
    if twitching.calm is not None:
        lines.say(_said(twitching.calm))
    lines.say(f"Causes weighed in all: {len(twitching.causes) + len(twitching.others)}.")
    none = _chance(twitching.none_of_these, clinician=clinician)
    lines.say(f"None of the causes we know: {none}.")
    lines.say(
        "With this finding versus without it, all else as given: “odds × 3” means three times "
        "the odds of the cause, “odds ÷ 3” a third. These do not add up."
        if clinician
        else "“Odds × 3” means that an answer makes a cause three times stronger. “Odds ÷ 3” means "
        "three times weaker, when all else stays the same. These do not add up."
    )
    for words, names in (
        ("Left out because a related finding already counts", twitching.counted_once),
        ("Left out because there were too many to weigh exactly", twitching.left_out),
    ):
        if names:
            lines.say(f"{words}: {'; '.join(names)}.")


def _cause(lines: Lines, cause: CauseView, *, clinician: bool) -> None:
    lines.item(
        f"{cause.name}: {_chance(cause.chance, clinician=clinician)}"
        f" ({cause.chance.band}). {cited(cause.sources)}".rstrip(),
        mark=f"{cause.rank:>2}. ",
    )
    for sign, evidence in (("+", cause.speaks_for), ("−", cause.speaks_against)):
        for one in evidence:
            lines.under(_evidence(sign, one, clinician=clinician))
    lines.under(f"  All findings together, beyond each alone: {cause.remainder.times}")


def _evidence(sign: str, one: EvidenceView, *, clinician: bool) -> str:
    mark = " " if one.effect.side == "neither" else sign
    number = f"{one.effect.times}, {one.effect.signed}" if clinician else one.effect.times
    return f"{mark} {one.words}: {one.effect.words} ({number})"


def _claims(lines: Lines, view: View) -> None:
    if view.claims:
        lines.title(QUESTION["claims"])
    for claim in view.claims:
        lines.item(f"{claim.claim} {claim.verdict_words} ({claim.certainty_words}; {claim.id}).")
        lines.under(_said(claim.corrected))


def _not_asked(lines: Lines, view: View) -> None:
    lines.title("What was not asked")
    if not view.urgency.not_asked:
        lines.say("No open question could make this more urgent.")
    for visit, questions in view.urgency.not_asked:
        lines.say(f"Could make it {visit}:")
        for question in _some(questions):
            lines.item(question)
    if view.urgency.self_care_not_yet is not None:
        lines.say(_said(view.urgency.self_care_not_yet))
        for question in view.urgency.self_care_needs:
            lines.item(question)
    if view.twitching is not None and view.twitching.would_move_most:
        lines.say("Answers that would tell us most about the twitching:")
        for question, cause in view.twitching.would_move_most[:_TOLD]:
            lines.item(f"{question} ({cause})")


def _some(questions: tuple[str, ...]) -> Iterator[str]:
    yield from questions[:10]
    if len(questions) > 10:  # noqa: PLR2004 - a list length
        yield f"and {len(questions) - 10} more"


def _steps(lines: Lines, view: View) -> None:
    lines.title(QUESTION["next_steps"])
    if view.steps is None:
        _why_not(lines, view.unanswered_for("next_steps"))
        return
    for rank, step in enumerate(view.steps[:10], start=1):
        lines.item(f"{step.name} ({step.effort.lower()}). {_said(step.why)}", mark=f"{rank:>2}. ")
        expected = f" Expected change: {step.expected_change}." if step.expected_change else ""
        lines.under(f"What it could change: {step.changes}{expected}")
    more = [step.name for step in view.steps[10:]]
    if more:
        lines.say(f"More that could help: {'; '.join(more)}.")


def _basis(lines: Lines, view: View) -> None:
    lines.title("What this rests on")
    lines.say("; ".join(f"{name}: {value}" for name, value in view.basis.about) + ".")
    for given in view.basis.inputs:
        read_as = f" ({given.read_as})" if given.read_as else ""
        lines.item(f"{given.name}: {given.given}{read_as} {cited(given.sources)}".rstrip())
    for one in view.basis.not_used:
        lines.item(f"Not used: {one.title}. {one.reason} {one.ask}".rstrip())
    for one in view.unanswered:
        if one.question in _left_open(view):
            lines.item(f"Not answered: {one.title} {one.reason}")
    if view.twitching is not None:
        lines.say(
            f"Of the numbers behind the list of causes, {view.basis.measured} come from a source. "
            f"The other {view.basis.judged} are our judgement."
        )
    for why in view.basis.assumptions:
        lines.item(f"Assumed: {why}")


def _left_open(view: View) -> set[str]:
    shown = view.b12 is not None and view.b12.is_high
    return {"causality"} if shown else {"high_b12", "causality"}


def _sources(lines: Lines, view: View) -> None:
    lines.title("Sources")
    for source in view.sources:
        link = f" {source.link}" if source.link else ""
        lines.item(f"{source.citation}{link} ({source.read})", mark=f"[{source.number}] ")


def _about(lines: Lines, view: View) -> None:
    lines.title("About")
    lines.say(view.disclaimer)
    lines.say(
        f"Corrin {view.software_version}, knowledge {view.knowledge_version}, {view.assessed_on}."
    )
