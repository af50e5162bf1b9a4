"""Why one line of a laboratory report cannot be read, and the question that settles it."""

from __future__ import annotations

from dataclasses import dataclass

from corrin.errors import Problem, Refusal


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one ``part`` (``value``, ``unit`` ...) of a laboratory line.

    ``what`` follows the name of the part ("is missing."), ``do`` is the question or
    the advice.  Neither repeats the value.
    """

    part: str
    code: str
    what: str
    do: str

    def as_problem(self, where: str) -> Problem:
        """Return it as a problem at ``where`` (``labs[2]``) of a person file."""
        return Problem(f"{where}.{self.part}", self.code, self.what, self.do)

    def as_refusal(self, lab: str, name: str) -> Refusal:
        """Return it as the refusal of ``labs.<lab>``; ``name`` is the lab's plain name."""
        part = self.part.replace("_", " ")
        return Refusal(f"labs.{lab}", self.code, f"The {part} of {name} {self.what}", self.do)
