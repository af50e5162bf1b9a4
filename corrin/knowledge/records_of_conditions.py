"""The shape of what coded conditions mean: which codes and names of a record say a finding."""

from __future__ import annotations

from corrin.knowledge.records import Record


class CodedCondition(Record, frozen=True, kw_only=True):
    """The codes and names of a condition that mean a finding.

    A code covers every code that begins with it.  A ``lasting`` one goes on counting when
    it is over.
    """

    finding: str
    icd10cm: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    lasting: bool = False


class CodedTwitching(Record, frozen=True, kw_only=True):
    """The codes and names of a condition that mean the complaint itself."""

    icd10cm: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


class CodedConditions(Record, frozen=True, kw_only=True):
    """Every condition that means something here."""

    condition: tuple[CodedCondition, ...] = ()
    twitching: CodedTwitching = CodedTwitching()
