"""What became of each part of the record an answer was made from: used, refused or not used."""

from __future__ import annotations

from dataclasses import dataclass

from corrin.report.lines import Lines

#: Resources named for one reason on a terminal; more of them are counted.
_SHOWN = 6  # not clinical: a list length
TITLE = "What was read from the record"
NOTHING = "Nothing in it is something that Corrin uses."


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordLine:
    """What resources became, or why they were not used; ``resources`` are their names."""

    words: str
    resources: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordAccount:
    """Every resource of a record, by what it became."""

    used: tuple[RecordLine, ...] = ()
    refused: tuple[RecordLine, ...] = ()
    not_used: tuple[RecordLine, ...] = ()

    @property
    def parts(self) -> tuple[tuple[str, tuple[RecordLine, ...]], ...]:
        """The parts that hold something, with their titles."""
        named = (("Used", self.used), ("Refused", self.refused), ("Not used", self.not_used))
        return tuple((title, lines) for title, lines in named if lines)

    @property
    def count(self) -> int:
        """How many resources it speaks of; one that gave several things counts once."""
        return len({name for _, lines in self.parts for line in lines for name in line.resources})


def record_as_text(account: RecordAccount, *, width: int) -> str:
    """Return the account as text wrapped to ``width`` columns."""
    lines = Lines(width)
    lines.title(TITLE)
    if not account.used:
        lines.say(NOTHING)
    for title, part in account.parts:
        lines.say(f"{title}:")
        for one in part:
            shown = ", ".join(one.resources[:_SHOWN])
            more = len(one.resources) - _SHOWN
            rest = f" and {more} more (all are listed with --format json)" if more > 0 else ""
            lines.item(f"{one.words}: {shown}{rest}")
    return lines.text()
