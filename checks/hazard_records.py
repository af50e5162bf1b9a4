"""The records of the hazard log, and reading them: hazards, requirements, how they are weighed."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

SAFETY = Path("docs/safety")


class Scale(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One word of severity or likelihood."""

    id: str
    means: str


class Risk(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The words of the log, and the class (1 to 5) of each pair of them."""

    assumed: str
    severity: tuple[Scale, ...]
    likelihood: tuple[Scale, ...]
    classes: dict[str, tuple[int, ...]]
    meaning: dict[str, str]

    def of(self, *, severity: str, likelihood: str) -> int:
        """Return the class of a severity with a likelihood."""
        return self.classes[likelihood][[one.id for one in self.severity].index(severity)]


class Requirement(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What must hold, and the tests that fail when it does not.

    ``open`` says what is missing; a hazard that needs an open requirement is open.
    """

    id: str
    says: str
    tests: tuple[str, ...] = ()
    open: str | None = None


class Hazard(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One way to do harm; ``open`` says why it is not controlled, if it is not."""

    id: str
    name: str
    cause: str
    harm: str
    severity: str
    likelihood_before: str
    likelihood_after: str
    controls: tuple[str, ...]
    residual: str
    open: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """Everything in the safety folder that is data."""

    risk: Risk
    hazards: Mapping[str, Hazard]
    requirements: Mapping[str, Requirement]

    def why_open(self, hazard: Hazard) -> tuple[str, ...]:
        """Return what a hazard lacks; nothing when it is controlled."""
        needed = (self.requirements[id_].open for id_ in hazard.controls)
        return tuple(why for why in (hazard.open, *needed) if why)

    def tests(self) -> list[str]:
        """Return the tests that show a requirement, each once, sorted."""
        return sorted({id_ for one in self.requirements.values() for id_ in one.tests})

    def users(self, requirement: str) -> list[str]:
        """Return the hazards that need a requirement."""
        return [one.id for one in self.hazards.values() if requirement in one.controls]


class RecordError(Exception):
    """A record of the safety folder cannot be read; the message says which and why."""


def read_log(root: Path) -> Log:
    """Return the records.  Raises :class:`RecordError` naming every file that is wrong."""
    folder, wrong = root / SAFETY, []
    hazards: dict[str, Hazard] = {}
    requirements: dict[str, Requirement] = {}
    for path in sorted((folder / "hazards").glob("*.toml")):
        try:
            hazard = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), Hazard)
        except (ValueError, msgspec.ValidationError) as error:
            wrong.append(f"{path.relative_to(root)}: {error}")
            continue
        hazards[hazard.id] = hazard
        if hazard.id != path.stem:
            wrong.append(f"{path.relative_to(root)}: the id is '{hazard.id}'")
    for path in sorted((folder / "requirements").glob("*.toml")):
        try:
            table = tomllib.loads(path.read_text(encoding="utf-8"))
            listed = msgspec.convert(table["requirement"], tuple[Requirement, ...])
        except (KeyError, ValueError, msgspec.ValidationError) as error:
            wrong.append(f"{path.relative_to(root)}: {error}")
            continue
        for one in listed:
            if one.id in requirements:
                wrong.append(f"{path.relative_to(root)}: '{one.id}' is there twice")
            requirements[one.id] = one
    if wrong:
        raise RecordError("\n".join(wrong))
    risk = msgspec.convert(tomllib.loads((folder / "risk.toml").read_text(encoding="utf-8")), Risk)
    return Log(risk=risk, hazards=hazards, requirements=requirements)
