"""``corrin dose TEXT``: which level of B12 does this dose lead to?  Does it explain mine?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from corrin.interfaces.commands.choices import TableFormat
from corrin.interfaces.commands.printing import json_text

LONGEST = 36_525  # not clinical: a hundred years in days
MOST_DRAWS = 20_000  # not clinical: a number of repetitions
_WHOLE = 100  # not clinical: from here on without decimals
_PICTURE_DAYS = 365  # not clinical: a year is drawn when no length is given
_WORDS = 13  # not clinical: the width of a column

if TYPE_CHECKING:
    from corrin.high_b12.validating import RowJudged
    from corrin.knowledge.loading import Knowledge


def command(  # noqa: PLR0917  the options of a command
    regimens: Annotated[
        list[str] | None,
        typer.Argument(
            help='What is taken, as on a label: "cyanocobalamin 1000 ug oral daily". '
            "Give each product its own quotes.",
            metavar="REGIMEN...",
        ),
    ] = None,
    days: Annotated[
        float | None,
        typer.Option(min=0, max=LONGEST, help="Days from the first dose to the blood test."),
    ] = None,
    baseline: Annotated[
        str | None,
        typer.Option(help='The level before it was begun, as in "313 ng/L".', metavar="LEVEL"),
    ] = None,
    level: Annotated[
        str | None,
        typer.Option(help='The level to explain, as in "1450 pg/mL".', metavar="LEVEL"),
    ] = None,
    intrinsic_factor: Annotated[
        bool,
        typer.Option(help="Whether the gut has intrinsic factor (not in pernicious anaemia)."),
    ] = True,
    validate_: Annotated[
        bool,
        typer.Option("--validate", help="Hold the model against every published row instead."),
    ] = False,
    format_: Annotated[
        TableFormat, typer.Option("--format", "-f", help="How the answer is written.")
    ] = TableFormat.TEXT,
    picture: Annotated[
        Path | None,
        typer.Option(help="Also draw the level over time, as one HTML page.", metavar="FILE"),
    ] = None,
    draws: Annotated[
        int | None, typer.Option(min=100, max=MOST_DRAWS, help="Repetitions behind each interval.")
    ] = None,
) -> None:
    """Say which B12 level a dose leads to, and whether it explains a level.

    Without --days it is not known how long it was taken, and the answer is wider for it.
    It is not a diagnosis.  Never stop B12 that a doctor prescribed because of this.
    """
    from corrin.knowledge.loading import load

    knowledge = load()
    if validate_:
        _validate(knowledge, format_)
        return
    found = dose_answer(
        regimens or [], knowledge, days=days, baseline=baseline, level=level, draws=draws,
        intrinsic_factor=intrinsic_factor,
    )  # fmt: skip
    if picture is not None:
        from corrin.interfaces.commands.saving import save

        save(
            _picture(
                regimens or [], knowledge, days=days, baseline=baseline, level=level,
                draws=draws, intrinsic_factor=intrinsic_factor, answer=found,
            ),
            picture,
        )  # fmt: skip
        typer.echo(f"The picture is in {picture}", err=True)
    if format_ is TableFormat.JSON:
        _print_json(found)
    else:
        _print_text(found)


def _picture(
    texts: list[str],
    knowledge: Knowledge,
    *,
    days: float | None,
    baseline: str | None,
    level: str | None,
    draws: int | None,
    intrinsic_factor: bool,
    answer: dict[str, Any],
) -> str:
    """Return a page with the expected level from the first dose on, and the level asked about."""
    import datetime as dt
    from dataclasses import replace

    from corrin.high_b12.level_text import level_from_text
    from corrin.high_b12.predicting import level_curve
    from corrin.high_b12.regimens import regimen_from_text
    from corrin.report.html import dose_html

    length = days or _PICTURE_DAYS
    points = [] if level is None or days is None else [
        level_from_text(level, knowledge, where="--level", day=days)
    ]  # fmt: skip
    before = None if baseline is None else level_from_text(
        baseline, knowledge, where="--baseline"
    ).low  # fmt: skip
    curve = level_curve(
        regimen_from_text(texts, knowledge), knowledge,
        days=[float(day) for day in range(0, round(length) + 1, max(1, round(length) // 100))],
        baseline=before, draws=draws, intrinsic_factor=intrinsic_factor,
    )  # fmt: skip
    return dose_html(
        replace(curve, points=tuple(points)),
        begins=dt.date.today() - dt.timedelta(days=round(length)),
        regimen="; ".join(texts),
        assumptions=answer["assumptions"],
    )


def dose_answer(
    texts: list[str],
    knowledge: Knowledge,
    *,
    days: float | None,
    baseline: str | None,
    level: str | None,
    intrinsic_factor: bool,
    draws: int | None,
) -> dict[str, Any]:
    """Return which level the products lead to, and how likely it is to reach the one asked about.

    Raises :class:`InputError` with a question for each text that cannot be read.
    """
    from corrin.errors import InputError
    from corrin.high_b12.asking import ask
    from corrin.high_b12.level_text import in_pmol_l, level_from_text
    from corrin.high_b12.predicting import explains
    from corrin.high_b12.records import Level
    from corrin.high_b12.regimens import regimen_from_text, without_start

    if not texts:
        raise InputError([ask("empty-regimen", "the regimen")])
    regimen = regimen_from_text(texts, knowledge)
    day = days
    if day is None:
        regimen, day = without_start(regimen), 0.0
    start = None
    if baseline is not None:
        before = level_from_text(baseline, knowledge, where="--baseline")
        if before.low != before.high:
            raise InputError([ask("baseline-not-exact", "--baseline")])
        start = before.low
    asked = None if level is None else level_from_text(
        level, knowledge, where="--level", day=day
    )  # fmt: skip
    found = explains(
        asked or Level(day=day, low=0.0, high=0.0), regimen, knowledge,
        baseline=start, draws=draws, intrinsic_factor=intrinsic_factor,
    )  # fmt: skip
    expected = found.expected
    shown = {"median": expected.median, "low": expected.low, "high": expected.high}
    answer: dict[str, Any] = {
        "days": days,
        "expected_pg_ml": {name: round(value, 1) for name, value in shown.items()},
        "expected_pmol_l": {
            name: round(in_pmol_l(value, knowledge), 1) for name, value in shown.items()
        },
        "interval": knowledge.model["interval"].value,
        "soon_after_injection": found.soon_after_injection,
        "assumptions": list(found.assumptions),
    }
    if asked is not None:
        answer["probability_at_least"] = found.probability
    b6 = regimen.vitamin_b6
    if b6 is not None:
        answer["vitamin_b6"] = {
            "mg_a_day": round(b6.mg_a_day, 1),
            "guessed": b6.guessed,
            "above": [
                {"mg_a_day": one.value_mg, "who": one.who, "reference": one.reference,
                 "assumed": one.assumed}
                for one in b6.above
            ],
        }  # fmt: skip
    answer |= {"knowledge_version": knowledge.version, "disclaimer": "It is not a diagnosis."}
    return answer


def _print_json(answer: object) -> None:
    typer.echo(json_text(answer), nl=False)


def _print_text(answer: dict[str, Any]) -> None:
    expected, molar = answer["expected_pg_ml"], answer["expected_pmol_l"]
    typer.echo(
        f"Expected B12: {expected['median']:.0f} pg/mL (9 in 10 people: {expected['low']:.0f} to "
        f"{expected['high']:.0f}).\nThat is {molar['median']:.0f} pmol/L ({molar['low']:.0f} to "
        f"{molar['high']:.0f})."
    )
    if "probability_at_least" in answer:
        chance = 100 * answer["probability_at_least"]
        shown = f"{chance:.0f}"
        if chance < 1 or chance > 100 - 1:
            shown = "less than 1" if chance < 1 else "more than 99"
        typer.echo(f"Of 100 people on this dose, {shown} have a level this high or higher.")
    if answer["soon_after_injection"]:
        typer.echo(
            "The blood is taken soon after an injection: the level shows the injection, not how "
            "much B12 the body holds."
        )
    b6 = answer.get("vitamin_b6")
    if b6 is not None:
        typer.echo(f"Vitamin B6: about {b6['mg_a_day']:g} mg a day.")
        for limit in b6["above"]:
            doubt = " (a figure from memory, not read)" if limit["assumed"] else ""
            typer.echo(
                f"  More than the most held to be safe: {limit['mg_a_day']:g} mg a day "
                f"({limit['who']}){doubt}."
            )
    typer.echo("\nTaken for granted:")
    for words in answer["assumptions"]:
        typer.echo(f"  - {words}")
    typer.echo("\nIt is not a diagnosis. Do not stop B12 that a doctor prescribed.")


def _validate(knowledge: Knowledge, format_: TableFormat) -> None:
    from dataclasses import asdict

    from corrin.high_b12.validating import validate

    found = validate(knowledge)
    if format_ is TableFormat.JSON:
        _print_json(
            {
                "rows": [asdict(row) for row in found.rows],
                "usable_inside": {
                    use: {"inside": inside, "of": of} for use, (inside, of) in found.inside.items()
                },
                "gain_ng_l_per_ug_a_day": [asdict(one) for one in found.gain],
                "knowledge_version": knowledge.version,
            }
        )
        return
    for use in ("fit", "test", "plausibility"):
        rows = [row for row in found.rows if row.use == use]
        typer.echo(f"\nRows marked {use} ({len(rows)})\n{_HEAD}")
        for row in rows:
            typer.echo(_line(row))
        inside, of = found.inside.get(use, (0, 0))
        if of:
            typer.echo(f"usable rows inside: {inside} of {of}")
    typer.echo("\nNot usable, and why:")
    for row in found.rows:
        if not row.usable:
            typer.echo(f"  {row.id}: {row.why}")
    typer.echo("\nWhat was assumed for a usable row:")
    for row in found.rows:
        if row.usable and row.assumed:
            typer.echo(f"  {row.id}: {row.assumed}")
    typer.echo(
        "\nRise for each microgram taken up a day, 1 mg a day by mouth (derived: 43, 30 to 60):"
    )
    for one in found.gain:
        typer.echo(f"  day {one.day:g}: {one.median:.0f} ({one.low:.0f} to {one.high:.0f}) ng/L")


_HEAD = (
    f"{'row':<20} {'what':<13} {'unit':<6} {'n':>4} {'observed':>9} {'median':>9} "
    f"{'low':>9} {'high':>9} {'inside':<8} {'SD ratio':>8} {'log error':>9} {'constant':>9}"
)


def _line(row: RowJudged) -> str:
    judged = "-" if row.inside is None else "yes" if row.inside else "no"
    judged = "too wide" if row.too_wide else judged
    judged = judged if row.usable else "(not)"
    observed = _shown(row.observed)
    observed = f">{observed}" if row.at_least else observed
    return (
        f"{row.id:<20} {row.kind[:_WORDS]:<13} {row.unit or '':<6} {row.n or '':>4} {observed:>9} "
        f"{_shown(row.median):>9} {_shown(row.low):>9} {_shown(row.high):>9} {judged:<8} "
        f"{_shown(row.sd_ratio):>8} {_shown(row.log_error):>9} {_shown(row.constant_log_error):>9}"
    )


def _shown(value: float | None) -> str:
    return "-" if value is None else f"{value:.3g}" if abs(value) < _WHOLE else f"{value:.0f}"
