"""What a laboratory result in FHIR R4 says, for both who read it.

:mod:`corrin.interfaces.lab_reports.fhir` shows a person what was found, with its doubts, to be
confirmed; :mod:`corrin.interfaces.fhir.observations` takes a record as it is and refuses what
is in doubt.  How codes, marks, comparators and numbers are read is the same, and stands here.
"""

from __future__ import annotations

from collections.abc import Iterable
from types import MappingProxyType

from corrin.interfaces.lab_reports.building import number_text
from corrin.interfaces.lab_reports.scanning import Sort, pieces
from corrin.knowledge.lab_names import by_code
from corrin.knowledge.loading import Knowledge
from corrin.knowledge.records import Lab

LOINC = "http://loinc.org"
UCUM = "http://unitsofmeasure.org"

#: Statuses of a result that stands.
STANDING = frozenset({"final", "amended", "corrected"})
#: Statuses of anything else that FHIR knows.
OTHER_STATUSES = frozenset(
    {"registered", "preliminary", "cancelled", "entered-in-error", "unknown"}
)
#: Comparators of FHIR R4.
SIGNS = frozenset({"<", "<=", ">", ">="})
#: HL7's codes of interpretation, in the words of a person file.
MARKS = MappingProxyType(
    {
        "H": "high", "HH": "high", "HU": "high", "L": "low", "LL": "low", "LU": "low",
        "N": "normal", "POS": "positive", "NEG": "negative",
    }
)  # fmt: skip


def labs_of(codings: Iterable[tuple[str, str]], knowledge: Knowledge) -> set[str]:
    """Return the tests that the LOINC codes among (system, code) mean."""
    return {
        lab for system, code in codings if system == LOINC and (lab := by_code(code, knowledge))
    }


def only_mark(codes: Iterable[str], words: Iterable[str | None]) -> str | None:
    """Return what codes of interpretation and words mean when they all mean one thing."""
    meant = {MARKS.get(code.upper()) for code in codes} | set(words)
    meant.discard(None)
    return meant.pop() if len(meant) == 1 else None


def signed(number: float, sign: str | None) -> str:
    """Return a number with its comparator as the text of a result."""
    return f"{sign or ''}{number_text(number)}"


def in_text(said: str, lab: Lab, knowledge: Knowledge) -> tuple[str | None, str | None, bool]:
    """Return the only number of a text, its only unit, and whether there are words besides."""
    found = pieces(said, lab, knowledge)
    numbers = [piece for piece in found if piece.sort is Sort.NUMBER]
    units = [piece.text for piece in found if piece.sort is Sort.UNIT]
    worded = any(piece.sort is Sort.WORD for piece in found)
    if len(numbers) != 1:
        return None, None, worded
    return numbers[0].sign + numbers[0].text, units[0] if len(units) == 1 else None, worded
