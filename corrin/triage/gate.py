"""May this person look after themselves, and may the word "benign" be used?

Only when weakness, wasting, speech, swallowing and breathing were each answered
absent.  Not asked is not absent.
"""

from __future__ import annotations

from dataclasses import dataclass

from corrin.triage.lookup import PictureLookup

#: Each question, and the findings that answer it: one absent answers it, any present fails it.
QUESTIONS = (
    ("objective_weakness",),
    ("atrophy",),
    ("dysarthria",),
    ("dysphagia",),
    ("orthopnoea", "breathless_rest"),
)


@dataclass(frozen=True, slots=True)
class Gate:
    """Whether every question was answered "no", and the findings still to be asked."""

    is_open: bool
    unanswered: tuple[str, ...]


def gate(lookup: PictureLookup) -> Gate:
    """Return whether self-care and the word "benign" are allowed."""
    failed = False
    unanswered = []
    for findings in QUESTIONS:
        answers = [lookup.finding(name) for name in findings]
        if True in answers:
            failed = True
        elif False not in answers:
            unanswered.append(findings[0])
    return Gate(is_open=not failed and not unanswered, unanswered=tuple(unanswered))
