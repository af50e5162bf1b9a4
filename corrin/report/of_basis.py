"""What an answer rests on: what was given, how it was read, what was not used, what was assumed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from corrin.errors import Refusal
from corrin.knowledge.records import Cause, Estimate
from corrin.labs.records import Measurement, Position
from corrin.person.records import Drug, Intake, Person
from corrin.picture.records import Picture
from corrin.report.telling import Telling, date_words
from corrin.report.view import BasisView, InputView, Unanswered
from corrin.report.words import ORIGIN, QUESTION, quantity_words, unit_words, upper_first
from corrin.twitching.records import Twitching

_POSITION = {
    Position.LOW: "below",
    Position.NORMAL: "inside",
    Position.HIGH: "above",
    Position.UNKNOWN: "cannot be placed against",
}


def basis_view(picture: Picture, twitching: Twitching | None, telling: Telling) -> BasisView:
    """The basis; assumptions are those met up to now, so this is told last."""
    measured, judged = (0, 0) if twitching is None else _weigh_sources(twitching.setting, telling)
    return BasisView(
        about=_about(picture.person),
        inputs=tuple(_inputs(picture, telling)),
        not_used=tuple(unanswered(one, telling) for one in picture.not_used),
        assumptions=telling.assumptions(),
        measured=measured,
        judged=judged,
    )


def unanswered(refusal: Refusal, telling: Telling) -> Unanswered:
    """A refusal in words."""
    question = refusal.question
    title = QUESTION.get(question)
    if title is None:
        title = upper_first(telling.name(question.removeprefix("labs.")))
    return Unanswered(question=question, title=title, reason=refusal.reason, ask=refusal.ask)


def _about(person: Person) -> tuple[tuple[str, str], ...]:
    age = f"{person.age:g} years" if person.age is not None else None
    rows = (
        ("Age", age),
        ("Sex", person.sex),
        ("Setting", person.setting),
        ("Country", person.country),
    )
    return tuple((name, value or "not given") for name, value in rows)


def _inputs(picture: Picture, telling: Telling) -> Iterator[InputView]:
    twitching = picture.person.twitching
    if twitching is not None:
        yield InputView(
            kind="Complaint",
            name="Twitching",
            given="yes" if twitching else "no",
            read_as="as told",
        )
    for results in picture.measurements.values():
        for result in results:
            yield _measurement(result, telling)
    for finding, state in picture.findings.items():
        yield InputView(
            kind=telling.either("Answer", "Finding"),
            name=upper_first(telling.name(finding)),
            given="yes" if state.present else "no",
            read_as=state.because or ORIGIN[state.origin],
        )
    yield from (_drug(drug) for drug in picture.person.drugs or ())
    yield from (_intake(intake) for intake in picture.person.intake or ())


def _measurement(result: Measurement, telling: Telling) -> InputView:
    given = " ".join(part for part in (result.seen, result.unit_seen) if part)
    if result.taken is not None:
        given += f", {date_words(result.taken)}"
    return InputView(
        kind="Test",
        name=upper_first(telling.name(result.lab)),
        given=given,
        read_as=_read_as(result),
        sources=telling.citing.cite(result.interval_reference),
    )


def _read_as(result: Measurement) -> str:
    unit = unit_words(result.unit)
    parts = []
    if result.exact is not None and result.unit != result.unit_seen:
        parts.append(f"{quantity_words(result.exact)} {unit}".strip())
    bounds = _bounds(result.reference_low, result.reference_high)
    if bounds:
        whose = "the laboratory’s" if result.interval_from == "laboratory" else "our"
        parts.append(f"{_POSITION[result.position]} {whose} range, {bounds} {unit}".rstrip())
    else:
        parts.append(result.position.value)
    return "; ".join(parts)


def _bounds(low: float | None, high: float | None) -> str:
    if low is not None and high is not None:
        return f"{quantity_words(low)} to {quantity_words(high)}"
    if low is not None:
        return f"{quantity_words(low)} or more"
    return f"up to {quantity_words(high)}" if high is not None else ""


def _drug(drug: Drug) -> InputView:
    since = f"since {date_words(drug.since)}" if drug.since else "taken"
    return InputView(kind="Medicine", name=drug.name, given=since, read_as="")


def _intake(intake: Intake) -> InputView:
    name = intake.product or intake.substance or "Supplement"
    parts = [intake.dose, intake.route, f"every {intake.every}" if intake.every else None]
    parts.append(f"since {date_words(intake.since)}" if intake.since else None)
    return InputView(
        kind="Supplement",
        name=upper_first(name),
        given=", ".join(part for part in parts if part) or "taken",
        read_as=(intake.substance or "") if intake.product else "",
    )


def _weigh_sources(setting: str, telling: Telling) -> tuple[int, int]:
    """How many numbers behind the list come from a source, and how many from judgement."""
    estimates = list(_estimates(telling.knowledge.causes.values(), setting))
    linked = {link.finding for cause in telling.knowledge.causes.values() for link in cause.links}
    findings = telling.knowledge.findings
    estimates += [findings[one].leak for one in linked if one in findings]
    measured = sum(1 for estimate in estimates if estimate.reference)
    return measured, len(estimates) - measured


def _estimates(causes: Iterable[Cause], setting: str) -> Iterator[Estimate]:
    for cause in causes:
        yield from (prior for where, prior in cause.priors.items() if where == setting)
        yield from (link.p for link in cause.links)
