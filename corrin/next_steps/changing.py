"""What could a step change?  Composed from names; no sentence of medicine stands here."""

from __future__ import annotations

from collections.abc import Sequence

from corrin.knowledge.loading import Knowledge

#: How many names a sentence holds; more is hard to read.
NAMES = 3  # not clinical: the length of a list in a sentence


def changes_in_words(
    *,
    flags: Sequence[str],
    settled: Sequence[str],
    moved: Sequence[str],
    urgent: bool,
    knowledge: Knowledge,
) -> str:
    """Return what a step could change: how soon, which causes, or which questions.

    ``flags`` are the red-flag rules that ask for it, ``settled`` finding ids, ``moved``
    cause ids in the order in which they matter; ``urgent`` says that what it settles
    could make the answer more urgent.
    """
    sentences = []
    if flags:
        sentences.append(f"It follows from this: {knowledge.red_flags[flags[0]].name}.")
    if urgent:
        sentences.append("It could change how soon to be seen.")
    causes = [knowledge.causes[id_].name for id_ in dict.fromkeys(moved) if id_ in knowledge.causes]
    names = [knowledge.findings[id_].name for id_ in settled if id_ in knowledge.findings]
    if causes:
        sentences.append(f"It could change how likely this is: {_list(causes)}.")
    elif names:
        sentences.append(f"It would settle: {_list(names)}.")
    return " ".join(sentences or ["It can change what is done, whatever the cause."])


def _list(names: Sequence[str]) -> str:
    left = len(names) - NAMES
    shown = "; ".join(names[:NAMES])
    return f"{shown}; and {left} more" if left > 0 else shown
