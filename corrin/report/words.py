"""How things are said, in the voice of each reader; no number of medicine stands here.

Two voices: the *person* reads short sentences of common words and is never told
"you have"; the *clinician* reads the professional term.  Every page, whatever its
format, takes its phrases from here, so that a phrase is changed in one place.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from corrin.b12_status.records import B12Class, Trust
from corrin.knowledge.records import Cause, Effort, Finding, Lab, Read, Setting, Tier
from corrin.picture.records import Origin

PERSON = "person"
CLINICIAN = "clinician"

HOW_SOON: dict[Tier, str] = {
    Tier.EMERGENCY: "Get emergency help now",
    Tier.SAME_DAY: "Be seen today",
    Tier.TWO_WEEKS: "Be seen within two weeks",
    Tier.ROUTINE: "Book a routine visit",
    Tier.SELF_CARE: "You can look after this yourself for now",
}
HOW_SOON_CLINICIAN: dict[Tier, str] = {
    Tier.EMERGENCY: "Emergency: now",
    Tier.SAME_DAY: "Same day",
    Tier.TWO_WEEKS: "Within two weeks",
    Tier.ROUTINE: "Routine",
    Tier.SELF_CARE: "Self-care",
}
TIER_IN_A_SENTENCE: dict[Tier, str] = {
    Tier.EMERGENCY: "an emergency",
    Tier.SAME_DAY: "a visit the same day",
    Tier.TWO_WEEKS: "a visit within two weeks",
    Tier.ROUTINE: "a routine visit",
    Tier.SELF_CARE: "self-care",
}
B12_CLASS: dict[B12Class, dict[str, str]] = {
    B12Class.DEFICIENT: {
        PERSON: "Your B12 looks low",
        CLINICIAN: "Deficient",
    },
    B12Class.INDETERMINATE: {
        PERSON: "Your B12 is in the unclear zone",
        CLINICIAN: "Indeterminate",
    },
    B12Class.NORMAL: {
        PERSON: "Your B12 is in the usual range",
        CLINICIAN: "Within the reference interval",
    },
    B12Class.HIGH: {
        PERSON: "Your B12 is above the usual range",
        CLINICIAN: "High",
    },
    B12Class.NOT_CLASSED: {
        PERSON: "We cannot say if your B12 is low, usual or high",
        CLINICIAN: "Not classed",
    },
}
TRUST: dict[Trust, dict[str, str]] = {
    Trust.USUAL: {
        PERSON: "We see no special reason to doubt this number.",
        CLINICIAN: "Trust in the number: usual.",
    },
    Trust.LIMITED: {
        PERSON: "Take this number with care. It may not tell the whole story.",
        CLINICIAN: "Trust in the number: limited.",
    },
    Trust.NOT_RELIABLE: {
        PERSON: "This number may be wrong or hard to read. Do not lean on it alone.",
        CLINICIAN: "Trust in the number: not reliable.",
    },
    Trust.NONE: {
        PERSON: "There is no number to judge.",
        CLINICIAN: "Trust in the number: none (no usable number).",
    },
}
READ: dict[Read, str] = {
    Read.FULL_TEXT: "we read all of it",
    Read.ABSTRACT: "we read its summary only",
    Read.SECONDARY: "we read about it in another source",
    Read.NOT_READ: "we have not read it",
}
READ_CLINICIAN: dict[Read, str] = {
    Read.FULL_TEXT: "read: full text",
    Read.ABSTRACT: "read: abstract only",
    Read.SECONDARY: "read: secondary source only",
    Read.NOT_READ: "not read",
}
EFFORT: dict[Effort, str] = {
    Effort.QUESTION: "A question",
    Effort.EXAMINATION: "An examination",
    Effort.BLOOD_TEST: "A blood test",
    Effort.ELECTROPHYSIOLOGY: "A nerve and muscle test",
}
SETTING: dict[str, str] = {
    Setting.GENERAL: "people in general",
    Setting.PRIMARY_CARE: "people who see a family doctor",
    Setting.EMERGENCY: "people seen in emergency care",
    Setting.HOSPITAL: "people in hospital",
    Setting.NEUROLOGY_CLINIC: "people seen in a nerve clinic",
}
ORIGIN: dict[Origin, str] = {
    Origin.SAID: "as told",
    Origin.LAB: "from a test result",
    Origin.DRUG: "from the medicine list",
    Origin.INTAKE: "from the supplements",
    Origin.IMPLIED: "follows from another answer",
}
QUESTION: dict[str, str] = {
    "b12_status": "Is the B12 low or high?",
    "high_b12": "Why is the B12 high?",
    "twitching": "What could explain the twitching?",
    "claims": "What is said of it, and what is known",
    "causality": "Did B12 cause this, for this person?",
    "next_steps": "What to do next",
}

# Words that reassure; they are used only once weakness, wasting, speech, swallowing
# and breathing were each answered absent.
_REASSURING = re.compile(r"\b(benign|harmless)\b", re.IGNORECASE)
_NEUTRAL = {PERSON: "simple", CLINICIAN: "isolated"}
_IN_BRACKETS = re.compile(r"\s*\([^()]*\)")
_ACRONYM = re.compile(r"^[A-Z0-9]{2}|^[A-Z]\d|^[A-Z]-|^[A-Z][a-z]+ (disease|syndrome|sign|palsy)")


def reassures(text: str) -> bool:
    """True when the text holds a word that only a complete history allows."""
    return _REASSURING.search(text) is not None


def neutral_text(text: str, *, reader: str, may_say_benign: bool = False) -> str:
    """The text with a neutral word where it reassures, while that may not be said.

    An explanation in brackets that reassures is left out whole; a sentence stays, since
    many warn ("cases that looked so did progress").
    """
    if may_say_benign:
        return text
    word = _NEUTRAL[reader]
    return _REASSURING.sub(
        lambda found: upper_first(word) if found[0][0].isupper() else word,
        _IN_BRACKETS.sub(_unless_reassuring, text),
    )


def _unless_reassuring(found: re.Match[str]) -> str:
    return "" if reassures(found[0]) else found[0]


def upper_first(text: str) -> str:
    """The text with its first letter as a capital."""
    return text[:1].upper() + text[1:]


def lower_first(text: str) -> str:
    """The text fit for the middle of a sentence; names and acronyms keep their capital."""
    return text if _ACRONYM.match(text) else text[:1].lower() + text[1:]


def sentence(text: str) -> str:
    """The text as a sentence: capital first, full stop last."""
    tidy = upper_first(text.strip())
    return tidy if not tidy or tidy[-1] in ".!?" else tidy + "."


def joined(items: Sequence[str], last: str = "and") -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    if len(items) <= 1:
        return "".join(items)
    return f"{', '.join(items[:-1])} {last} {items[-1]}"


def name_of(record: Cause | Finding | Lab, *, reader: str) -> str:
    """The record's plain name for a person, its professional name for a clinician."""
    return record.professional_name if reader == CLINICIAN else record.name


def finding_words(finding: Finding, *, present: bool, reader: str) -> str:
    """A finding that is present or absent, said so that neither can be taken for the other."""
    name = lower_first(name_of(finding, reader=reader))
    if reader == CLINICIAN:
        return f"Present: {name}" if present else f"Absent: {name}"
    return f"Yes: {name}" if present else f"No: {name}"


def quantity_words(value: float) -> str:
    """A measured value with as many digits as a reader can use."""
    if abs(value) >= 100:  # noqa: PLR2004 - number format
        return f"{value:,.0f}"
    if abs(value) >= 10:  # noqa: PLR2004 - number format
        return f"{value:.1f}".removesuffix(".0")
    return f"{value:.2f}".rstrip("0").rstrip(".")


def unit_words(unit: str | None) -> str:
    """A UCUM unit as people write it (``ug`` as µg); empty when there is none."""
    if unit is None or unit in {"1", "{}"}:
        return ""
    plain = re.sub(r"\{[^}]*\}|\[|\]|_", "", unit)
    return re.sub(r"\bu(?=g|mol|L)", "µ", plain)
