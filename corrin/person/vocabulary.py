"""The words a person file may use; the knowledge supplies them, this layer only holds them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rapidfuzz import fuzz, process, utils

#: Below this similarity (0 to 100) a suggestion would mislead more than help.
SUGGEST_FROM = 60  # not clinical: string similarity


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """Accepted words: any name or alias mapped to its id, and the settings.

    ``oldest_age`` is the largest age taken as true, in years.
    """

    findings: Mapping[str, str]
    labs: Mapping[str, str]
    settings: tuple[str, ...]
    oldest_age: float


def nearest(word: str, words: Iterable[str], *, limit: int = 2) -> tuple[str, ...]:
    """Return the known words most like ``word``, best first; empty when none is like it."""
    found = process.extract(
        word,
        list(words),
        scorer=fuzz.WRatio,
        processor=utils.default_process,
        score_cutoff=SUGGEST_FROM,
        limit=limit,
    )
    return tuple(match for match, _score, _index in found)


def did_you_mean(word: str, words: Iterable[str]) -> str:
    """Return a sentence that offers the nearest known words, or says none is near."""
    near = nearest(word, words)
    if not near:
        return "No known term is like it; `corrin knowledge search WORD` lists the terms."
    return "Did you mean " + " or ".join(f"'{match}'" for match in near) + "?"
