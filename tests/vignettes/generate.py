"""Makes the vignettes: every statement over ages, sexes, settings, distractors and wordings.

Seeded, so that the same tables give the same people.  The expected tier is that of the
source statement; nothing here knows the rules it is held against.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from corrin.knowledge.loading import Knowledge
from corrin.knowledge.records import Tier
from tests.vignettes.lines import WAYS, Writer, lab_of, lies_beyond
from tests.vignettes.records import (
    Background,
    Distractor,
    LabLimit,
    Limit,
    Statement,
    background,
    benign,
    limits,
    statements,
)

ORDER = tuple(tier.value for tier in Tier)
FOLDER = "a folder of results in range"
OLDER = dt.timedelta(days=60)
YESTERDAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Vignette:
    """One person, the tier the source demands, and what was varied."""

    id: str
    statement: str
    references: tuple[str, ...]
    tier: str
    person: dict[str, Any]
    danger_from: str
    distractors: tuple[str, ...] = ()
    way: str | None = None
    departs: str | None = None
    urgent: bool = True


@dataclass(slots=True)
class _Person:
    """One person in the making."""

    present: list[str]
    absent: list[str]
    labs: list[dict[str, Any]]
    lab_ids: set[str]
    drugs: list[dict[str, Any]]
    intake: list[dict[str, Any]] | None = None
    distractors: list[str] = field(default_factory=list)


class Maker:
    """Turns statements into people; one source of chance for each statement."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self.background: Background = background()
        self.in_range = {
            lab_of(line): line
            for some in self.background.distractor
            if some.name == FOLDER
            for line in some.labs
        }

    def people(self) -> Iterator[Vignette]:
        """Yield every vignette that asks for something urgent."""
        for statement in statements():
            dice = self._dice(statement.id)
            count = max(self.background.people_a_statement, len(statement.one_of))
            for index in range(count):
                yield self._vignette(statement, index, dice)
        for limit in limits():
            dice = self._dice(limit.id)
            for index, way in enumerate(WAYS[: self.background.people_a_limit]):
                statement = Statement(
                    id=limit.id,
                    reference=limit.references[0],
                    says="",
                    tier=self._demanded(limit, way),
                    lab_limit=limit.beyond,
                )
                made = self._vignette(statement, index, dice, way=way)
                yield replace(made, references=limit.references, departs=limit.departs)

    def _demanded(self, limit: Limit, way: str) -> str:
        """Return the most urgent tier that any printed limit gives to the very number.

        An open number (``<2.9``) is held to its own limit alone.
        """
        if way == "comparator" or limit.departs:
            return limit.tier
        writer = Writer(self.knowledge, self.background, self._dice(limit.id))
        value = writer.value(limit.beyond, way)
        demanded = [limit.tier]
        for other in limits():
            if other.lab != limit.lab or other.departs:
                continue
            there = writer.in_unit(limit.lab, value, limit.unit, other.unit)
            if there is not None and lies_beyond(there, other.beyond):
                demanded.append(other.tier)
        return min(demanded, key=ORDER.index)

    def benign_people(self) -> Iterator[Vignette]:
        """Yield the people who need nothing urgent: the five questions answered no."""
        record = benign()
        for kind in record.kind:
            dice = self._dice(kind.id)
            places: Sequence[tuple[str, ...]] = (
                [place.present for place in record.place] if kind.places else [()]
            )
            triggers = [one.present for one in record.trigger] if kind.triggers else [()]
            combined = [(place, trigger) for place in places for trigger in triggers]
            for index in range(len(combined) * record.people_a_kind):
                place, trigger = combined[index % len(combined)]
                writer = Writer(self.knowledge, self.background, dice)
                person = _Person(
                    present=[*kind.present, *place, *trigger],
                    absent=[*kind.absent, *record.answered_no],
                    labs=[writer.row(line) for line in kind.labs],
                    lab_ids={lab_of(line) for line in kind.labs},
                    drugs=[],
                    intake=self._b12() if kind.intake else None,
                )
                yield Vignette(
                    id=f"{kind.id}/{index}",
                    statement=kind.id,
                    references=(kind.reference,),
                    tier=kind.tier,
                    person=self._table(person, index, dice, twitching=True),
                    danger_from="nothing",
                    urgent=False,
                )

    def _vignette(
        self, statement: Statement, index: int, dice: random.Random, *, way: str | None = None
    ) -> Vignette:
        writer = Writer(self.knowledge, self.background, dice)
        variant = statement.one_of[index % len(statement.one_of)]
        by_name = bool(statement.drugs) and (statement.exposure is None or index % 2 == 1)
        present = [*statement.present, *variant]
        if statement.exposure and not by_name:
            present.append(statement.exposure)
        drugs = [
            {"name": dice.choice(names)} | ({"since": statement.since} if statement.since else {})
            for names in (statement.drugs if by_name else ())
        ]
        labs = [writer.row(line) for line in statement.labs]
        lab_ids = {lab_of(line) for line in statement.labs}
        if statement.lab_limit is not None:
            way = way or WAYS[index % len(WAYS)]
            labs += self._dated(writer, statement.lab_limit, way, index)
            lab_ids.add(statement.lab_limit.lab)
        person = _Person(
            present=present,
            absent=list(statement.absent),
            labs=labs,
            lab_ids=lab_ids,
            drugs=drugs,
            intake=[] if statement.no_intake else None,
        )
        said = [
            *(["findings"] if statement.present or variant else []),
            *(["labs"] if labs else []),
            *(["drugs"] if drugs else []),
            *(["findings"] if statement.exposure and not by_name else []),
        ]
        self._distract(person, statement, index, dice, writer)
        self._deny(person, dice)
        return Vignette(
            id=f"{statement.id}/{index}",
            statement=statement.id,
            references=(statement.reference,),
            tier=statement.tier,
            person=self._table(
                person, index, dice, twitching=statement.twitching, statement=statement
            ),
            danger_from=" and ".join(sorted(set(said))) or "the complaint",
            distractors=tuple(person.distractors),
            way=way,
        )

    def _dated(self, writer: Writer, limit: LabLimit, way: str, index: int) -> list[dict[str, Any]]:
        """Return the dangerous result; in a third of people an older one in range stands by."""
        row = writer.beyond(limit, way)
        day = self.background.day
        if index % 3 == 2 and limit.lab in self.in_range:
            older = writer.row(self.in_range[limit.lab])
            return [older | {"taken": day - OLDER}, row | {"taken": day - YESTERDAY}]
        return [row | {"taken": day}] if index % 2 else [row]

    def _distract(
        self,
        person: _Person,
        statement: Statement,
        index: int,
        dice: random.Random,
        writer: Writer,
    ) -> None:
        fitting = [some for some in self.background.distractor if _fits(some, person, statement)]
        for some in dice.sample(fitting, min(index % 4, len(fitting))):
            person.distractors.append(some.name)
            person.present += [word for word in some.present if word not in person.present]
            person.drugs += [{"name": name} for name in some.drugs]
            for line in some.labs:
                if lab_of(line) not in person.lab_ids:
                    person.lab_ids.add(lab_of(line))
                    person.labs.append(writer.row(line))
            if some.intake:
                person.intake = [dict(row) for row in some.intake]
        dice.shuffle(person.labs)

    def _deny(self, person: _Person, dice: random.Random) -> None:
        taken = {*self._implied(person.present), *person.absent}
        for word in person.present:
            taken |= set(self.background.negations.beside.get(word, ()))
        free = [word for word in self.background.negations.words if word not in taken]
        person.absent += dice.sample(free, min(len(free), dice.choice((0, 2, 5))))

    def _implied(self, words: Iterable[str]) -> set[str]:
        known: set[str] = set()
        waiting = list(words)
        while waiting:
            word = waiting.pop()
            if word not in known:
                known.add(word)
                waiting += self.knowledge.findings[word].implies
        return known

    def _table(
        self,
        person: _Person,
        index: int,
        dice: random.Random,
        *,
        twitching: bool | None,
        statement: Statement | None = None,
    ) -> dict[str, Any]:
        """Write the person as a person file: age, sex and setting go round in turn."""
        said = self.background
        table: dict[str, Any] = {"as_of": said.day, "findings": {}}
        ages = said.ages
        if statement is not None:
            ages = tuple(a for a in ages if statement.age_from <= a <= statement.age_to)
            if statement.all_ages and index % 3 == 1:
                ages = said.child_ages
        start = dice.randrange(len(ages))
        if index % 7 != 6:
            table["age"] = ages[(start + index) % len(ages)]
        sex = statement.sex if statement is not None and statement.sex else None
        if sex or index % 5 != 4:
            table["sex"] = sex or said.sexes[index % len(said.sexes)]
        if index % 3:
            table["setting"] = said.settings[(start + index) % len(said.settings)]
        placed = any(word.startswith("dist_") for word in person.present)
        complaint = twitching if twitching is not None else (None, True, False)[index % 3]
        if complaint is not None and not (complaint is False and placed):
            table["twitching"] = complaint
        for word in person.present:
            table["findings"][self._spelt(word, dice)] = True
        for word in person.absent:
            table["findings"].setdefault(self._spelt(word, dice), False)
        if person.labs:
            table["labs"] = person.labs
        if person.drugs:
            table["drugs"] = [
                row | {"name": dice.choice((str.lower, str.title, str))(row["name"])}
                for row in person.drugs
            ]
        if person.intake is not None:
            table["intake"] = person.intake
        return table

    def _spelt(self, word: str, dice: random.Random) -> str:
        return dice.choice((word, *self.knowledge.findings[word].aliases))

    def _b12(self) -> list[dict[str, Any]]:
        return [dict(row) for some in self.background.distractor for row in some.intake]

    def _dice(self, word: str) -> random.Random:
        return random.Random(f"{self.background.seed}/{word}")


def _fits(some: Distractor, person: _Person, statement: Statement) -> bool:
    """Return whether a distractor can be true beside the statement without changing it."""
    if set(some.not_with) & set(person.present) or set(some.present) & set(person.absent):
        return False
    if (some.labs or some.intake) and statement.no_results:
        return False
    if some.intake and (statement.no_intake or "serum_b12" in person.lab_ids):
        return False
    return not some.needs_no_place or not any(w.startswith("dist_") for w in person.present)


def vignettes(knowledge: Knowledge) -> tuple[Vignette, ...]:
    """Return every vignette, urgent ones first."""
    maker = Maker(knowledge)
    return (*maker.people(), *maker.benign_people())
