"""One telling of an answer: its reader, its sources so far and its assumptions so far."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING

from corrin.report.citing import Citing
from corrin.report.view import Statement
from corrin.report.words import (
    CLINICIAN,
    finding_words,
    name_of,
    neutral_text,
    sentence,
)

if TYPE_CHECKING:
    from corrin.knowledge.loading import Knowledge


class Telling:
    """Puts ids into words for one reader and keeps count of what was cited and assumed."""

    def __init__(self, knowledge: Knowledge, *, reader: str, may_say_benign: bool) -> None:
        self.knowledge = knowledge
        self.reader = str(reader)
        self.may_say_benign = may_say_benign
        self.citing = Citing(knowledge.references)
        self._assumptions: dict[str, None] = {}

    @property
    def for_clinician(self) -> bool:
        """True when the reader is a clinician."""
        return self.reader == CLINICIAN

    def either(self, person: str, clinician: str) -> str:
        """The words for this reader."""
        return clinician if self.for_clinician else person

    def statement(
        self, words: str, *, references: Iterable[str | None] = (), assumed: str | None = None
    ) -> Statement:
        """A sentence with its sources; an assumption is remembered for the list of them."""
        if assumed:
            self.assume(assumed)
        return Statement(
            words=sentence(self.neutral(words)),
            sources=self.citing.cite(*references),
            assumed=assumed,
        )

    def assume(self, why: str) -> None:
        """Remember an assumption on which something said rests."""
        self._assumptions.setdefault(sentence(self.neutral(why)))

    def assumptions(self) -> tuple[str, ...]:
        """Every assumption met so far, each once."""
        return tuple(self._assumptions)

    def name(self, one: str) -> str:
        """The name of a finding, lab or cause, or the id in words when it has no record."""
        known = self.knowledge
        if one in known.causes:
            return self.cause_name(one)
        record = known.findings.get(one) or known.labs.get(one)
        if record is not None:
            return name_of(record, reader=self.reader)
        kind, _, rest = one.rpartition(".")
        if kind == "critical" and rest in known.critical_values:
            return known.critical_values[rest].name
        words = rest.replace("_", " ")
        return f"{kind.upper()}: {words}" if kind else words

    def cause_name(self, cause: str) -> str:
        """The name of a cause, without a reassuring word while that may not be said."""
        record = self.knowledge.causes.get(cause)
        if record is None:
            return cause.replace("_", " ")
        return self.neutral(name_of(record, reader=self.reader))

    def fixed(self, wording: str) -> Statement | None:
        """A fixed text of the knowledge, or None when it holds none by that id."""
        record = self.knowledge.wording.get(wording)
        if record is None:
            return None
        words = self.either(record.person, record.clinician)
        return Statement(words=words, sources=self.citing.cite(record.reference))

    def neutral(self, text: str) -> str:
        """The text without a reassuring word, while that may not be said."""
        return neutral_text(text, reader=self.reader, may_say_benign=self.may_say_benign)

    def finding(self, finding: str, *, present: bool) -> str:
        """A finding with its state."""
        record = self.knowledge.findings.get(finding)
        if record is None:
            return f"{'Yes' if present else 'No'}: {finding.replace('_', ' ')}"
        return finding_words(record, present=present, reader=self.reader)

    def question(self, finding: str) -> str:
        """The question that asks for a finding; for a clinician its name."""
        record = self.knowledge.findings.get(finding)
        if record is None or self.for_clinician:
            return self.name(finding)
        return record.question


def date_words(day: dt.date) -> str:
    """A date that no country can misread: ``22 November 2026``."""
    return f"{day.day} {day:%B %Y}"
