"""People with a high or low B12, for the tests of why."""

from __future__ import annotations

from collections.abc import Sequence

from corrin.errors import Refusal
from corrin.high_b12.low_side import why_low
from corrin.high_b12.sources import answer
from corrin.high_b12.sources_records import HighB12, IntakeLevel, LowSide
from corrin.knowledge.loading import load
from corrin.knowledge.records import Setting
from corrin.person.records import Intake
from tests.people import person_of, read

#: One 1000 microgram tablet a day, chosen by the person.
TABLET = (Intake(substance="cyanocobalamin", route="oral", dose="1000 ug", every="1 day"),)
#: Two high results far apart in time.
TWICE = ("serum_b12 900 pmol/L 2026-01-10", "serum_b12 870 pmol/L 2026-06-10")


def why_high(
    findings: str = "",
    *,
    labs: Sequence[str] = ("serum_b12 900 pmol/L",),
    tail: float | None = None,
    setting: str = "primary-care",
    draws: int = 0,
    **about: object,
) -> HighB12:
    """Return why the level is high; ``tail`` is P(at least this high) on the regimen."""
    result = asked(findings, labs=labs, tail=tail, setting=setting, draws=draws, **about)
    assert isinstance(result, HighB12), result
    return result


def asked(
    findings: str = "",
    *,
    labs: Sequence[str] = (),
    tail: float | None = None,
    setting: str = "primary-care",
    draws: int = 0,
    **about: object,
) -> HighB12 | Refusal:
    """Ask why the level is high; the answer may be a refusal."""
    picture, status = read(person_of(findings, labs=labs, **about))  # type: ignore[arg-type]

    def given(_level_pg_ml: float) -> IntakeLevel:
        return IntakeLevel(tail or 0.0, 300.0, 1500.0)

    return answer(
        picture,
        status,
        load(),
        level_given_intake=None if tail is None else given,
        draws=draws,
        setting=Setting(setting),
    )


def low_side(findings: str = "", **about: object) -> LowSide | Refusal:
    """Ask why the level is low."""
    picture, status = read(person_of(findings, **about))  # type: ignore[arg-type]
    return why_low(picture, status, load())


def shares(high: HighB12) -> dict[str, float]:
    """Return the probability of each source."""
    return {source.id: source.probability for source in high.sources}
