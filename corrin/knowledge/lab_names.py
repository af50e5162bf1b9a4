"""Which test a printed name means: the whole name must be known, never a part of it.

"Vitamin B12 binding capacity" is not vitamin B12, and "folate antibody" is not folate:
whatever of a name is left over makes it another test.  Names that are spelt a little
differently are taken from a stated likeness on, with the same words and the same digits,
and are marked for checking.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from rapidfuzz import fuzz

from corrin.errors import KnowledgeError
from corrin.knowledge.loading import Knowledge

#: From this likeness on (0 to 100) a name is taken for a known one that it is not.
CERTAIN_FROM = 92  # not clinical: string similarity
#: Shorter names differ by a letter from too many others.
_SHORTEST_LIKE = 8  # not clinical: letters
#: Words that say on what or how it was measured and leave the test the same.
_SAME_TEST = frozenset(
    [
        "serum",
        "plasma",
        "s",
        "p",
        "im",
        "in",
        "i.s.",
        "level",
        "levels",
        "spiegel",
        "wert",
        "test",
        "konzentration",
        "concentration",
        "eclia",
        "clia",
        "cmia",
        "hplc",
        "lcms",
        "lc",
        "ms",
        "ifcc",
        "ckd",
        "epi",
        "mdrd",
        "2009",
        "2021",
    ]
)
#: What a laboratory calls the code of a test.
LOINC = re.compile(r"(?<![\w.-])(\d{3,5}-\d)(?![\w-])")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "γ": "gamma", "β": "beta"})
_APART = re.compile(r"[^0-9a-z]+")
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Named:
    """The test a name means; ``known_as`` is the name it was taken for when not spelt so."""

    lab: str
    known_as: str | None = None


@dataclass(frozen=True, slots=True)
class _Name:
    words: tuple[str, ...]
    joined: str
    lab: str


def words_of(text: str) -> tuple[str, ...]:
    """Return the words of a name in the form they are compared in."""
    plain = unicodedata.normalize("NFKC", text).casefold().translate(_UMLAUTS)
    plain = "".join(
        letter
        for letter in unicodedata.normalize("NFKD", plain)
        if not unicodedata.combining(letter)
    )
    return tuple(word for word in _APART.split(plain) if word)


def exactly(text: str, knowledge: Knowledge) -> str | None:
    """Return the id of the test that has this name, or None."""
    words = words_of(text)
    index = _index(knowledge)
    for tried in (words, tuple(word for word in words if word not in _SAME_TEST)):
        found = index.get("".join(tried))
        if found is not None:
            return found
    return _by_parts(text, index)


def _by_parts(text: str, index: Mapping[str, str]) -> str | None:
    """Read "Cobalamin (Vitamin B12)" and "ALAT/GPT": every part must mean the same test."""
    parts = [part for part in re.split(r"[()\[\]/,;]", text) if words_of(part)]
    meant = {
        index.get("".join(words))
        for part in parts
        if (words := tuple(one for one in words_of(part) if one not in _SAME_TEST))
    }
    return meant.pop() if len(parts) > 1 and len(meant) == 1 else None


def named(text: str, knowledge: Knowledge) -> Named | None:
    """Return the test a name means, exactly or nearly, or None when it is not certain."""
    lab = exactly(text, knowledge)
    if lab is not None:
        return Named(lab)
    words = tuple(word for word in words_of(text) if word not in _SAME_TEST)
    joined = "".join(words)
    if len(joined) < _SHORTEST_LIKE:
        return None
    best = [
        (score, name)
        for name in _names(knowledge)
        if len(name.words) == len(words)
        and _fixed(name.words) == _fixed(words)
        and (score := fuzz.ratio(name.joined, joined)) >= CERTAIN_FROM
    ]
    labs = {name.lab for _, name in best}
    if len(labs) != 1:
        return None
    _, name = max(best, key=lambda one: one[0])
    return Named(name.lab, known_as=" ".join(name.words))


def _fixed(words: tuple[str, ...]) -> tuple[str, ...]:
    """Return what may not differ at all: digits, and words of one or two letters."""
    return tuple(
        part
        for word in words
        for part in ([word] if len(word) <= len("ab") else _DIGITS.findall(word))
    )


def by_code(code: str, knowledge: Knowledge) -> str | None:
    """Return the test that has this LOINC code, or None."""
    return _codes(knowledge).get(code.strip())


def mentions_b12(text: str) -> bool:
    """Return whether a line speaks of vitamin B12, whichever way."""
    return any(word in "".join(words_of(text)) for word in ("b12", "cobalamin"))


@functools.lru_cache(maxsize=2)
def _names(knowledge: Knowledge) -> tuple[_Name, ...]:
    found: dict[str, _Name] = {}
    for lab in knowledge.labs.values():
        every = (lab.id, lab.name, lab.professional_name, *lab.aliases, *lab.printed_names)
        for text in every:
            words = words_of(text)
            name = _Name(words, "".join(words), lab.id)
            other = found.setdefault(name.joined, name)
            if other.lab != lab.id:
                raise KnowledgeError(f"labs/{lab.id}: '{text}' is also a name of {other.lab}.")
    return tuple(found.values())


@functools.lru_cache(maxsize=2)
def _index(knowledge: Knowledge) -> Mapping[str, str]:
    return {name.joined: name.lab for name in _names(knowledge)}


@functools.lru_cache(maxsize=2)
def _codes(knowledge: Knowledge) -> Mapping[str, str]:
    return {
        code.code: lab.id
        for lab in knowledge.labs.values()
        for code in lab.codes
        if code.system == "LOINC"
    }
