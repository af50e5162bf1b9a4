"""Asks the package how soon each vignette is to be seen, without the differential."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from corrin.b12_status.classing import class_b12
from corrin.b12_status.records import B12Status
from corrin.benchmark.figures import proportion
from corrin.benchmark.records import Figure
from corrin.knowledge.loading import Knowledge
from corrin.knowledge.records import Tier
from corrin.person.reading import person_from_table
from corrin.picture.building import clinical_picture
from corrin.picture.person_file import vocabulary
from corrin.triage.records import Urgency
from corrin.triage.urgency import urgency
from tests.vignettes.generate import Vignette

ORDER = tuple(Tier)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """A vignette and the package's answer."""

    vignette: Vignette
    urgency: Urgency

    @property
    def steps_too_low(self) -> int:
        """How many tiers less urgent than the source demands; negative is more urgent."""
        demanded = ORDER.index(Tier(self.vignette.tier))
        return ORDER.index(self.urgency.tier) - demanded


def answer(vignette: Vignette, knowledge: Knowledge) -> Answered:
    """Read the person as a person file is read, and return how soon to be seen.

    Raises :class:`corrin.errors.InputError` when the vignette is not a valid person file.
    """
    person, _ = person_from_table(
        vignette.person, vocabulary(knowledge), today=vignette.person["as_of"]
    )
    picture = clinical_picture(person, knowledge)
    status = class_b12(picture, knowledge)
    known = status if isinstance(status, B12Status) else None
    return Answered(vignette=vignette, urgency=urgency(picture, known, knowledge))


def answer_all(vignettes: Iterable[Vignette], knowledge: Knowledge) -> tuple[Answered, ...]:
    """Return the answer for every vignette, in order."""
    return tuple(answer(vignette, knowledge) for vignette in vignettes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """Figures of one group of vignettes."""

    count: int
    under: Figure
    over: Figure


def bar(answers: Iterable[Answered]) -> Bar:
    """Return how many, and the shares under- and over-triaged with Wilson's interval."""
    steps = [answered.steps_too_low for answered in answers]
    return Bar(
        count=len(steps),
        under=proportion([step > 0 for step in steps]),
        over=proportion([step < 0 for step in steps]),
    )


def over_triage_table(answers: Iterable[Answered]) -> Counter[tuple[str, str]]:
    """Return how often each demanded tier was answered by each tier."""
    return Counter((each.vignette.tier, each.urgency.tier.value) for each in answers)
