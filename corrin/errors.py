"""What can go wrong, and what to do about it.

CorrinError
├── InputError        what was given cannot be used: a list of problems (exit code 2)
├── KnowledgeError    a record of the knowledge base is wrong (exit code 1)
└── RefusedError      a computation that would not be exact or safe (exit code 1)

A question that cannot be answered for a person is *not* an error: it is a
``Refusal`` value inside the answer.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass


class CorrinError(Exception):
    """Base of every error Corrin raises on purpose."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with what was given: where, what, and what to do.

    ``where`` is a path a person can find in their file (``labs[2].unit``);
    ``code`` is stable and machine-readable (``unknown-finding``).  Neither
    ``what`` nor ``do`` repeats a health value.
    """

    where: str
    code: str
    what: str
    do: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what} {self.do}".strip()


class InputError(CorrinError):
    """What was given cannot be used; ``problems`` lists every reason found."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class KnowledgeError(CorrinError):
    """A knowledge record is missing, malformed or contradicts another."""


class RefusedError(CorrinError):
    """A computation was refused because its result would not be exact or safe."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A question that was not answered: which, why, and what to give to have it answered.

    ``question`` is a key of the answer (``b12_status``, ``twitching`` ...) or
    ``labs.<id>``; ``code`` is stable; ``ask`` may be empty when nothing the
    person can say would change the refusal.
    """

    question: str
    code: str
    reason: str
    ask: str = ""


@contextlib.contextmanager
def needing(extra: str, what: str) -> Iterator[None]:
    """Say which extra to install when a library that is imported inside is not there.

    ``what`` is the subject of the sentence, such as "the page".  A part of Corrin that is
    missing is a fault of its own and stays one.
    """
    try:
        yield
    except ModuleNotFoundError as missing:
        if (missing.name or "").partition(".")[0] == "corrin":
            raise
        raise CorrinError(
            f"{what} needs '{missing.name}', which is not installed. "
            f"Run: pip install 'corrin[{extra}]'"
        ) from None
