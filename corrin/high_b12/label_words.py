"""The words of a label: numbers, units, known names.  What is not known stays visible."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from corrin.knowledge.loading import Knowledge

_COUNTED = (
    ("one", "a", "an"), ("two",), ("three",), ("four",), ("five",), ("six",), ("seven",),
    ("eight",), ("nine",), ("ten",), ("eleven",), ("twelve",),
)  # fmt: skip
NUMBER_WORDS = {
    word: Fraction(value) for value, words in enumerate(_COUNTED, 1) for word in words
} | {"half": Fraction(1, 2)}
_WORDS = "|".join(words[0] for words in _COUNTED)
#: A number in digits or as a word; "a" and "an" only where a pattern says so.
NUMBER = rf"(?:\d+(?:[.,]\d+)*|half|{_WORDS})"
_GROUPED = re.compile(r"[1-9]\d{0,2}(?:[.,]\d{3})+")
_GONE = " | "


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """A number that two countries would read differently."""


def even_out(text: str) -> str:
    """Return a label's text in one case, one kind of micro sign, dash, quote and space."""
    text = unicodedata.normalize("NFKC", text).casefold()
    text = text.replace("\u03bc", "u").replace("\u00d7", "x").replace("1\u20442", "half")
    text = re.sub(r"[\u2010-\u2015]", "-", text)
    text = re.sub(r"[()\[\]\"']", " ", text)
    return " ".join(text.split())


def number(text: str) -> Fraction | Ambiguous:
    """Return the number meant by a match of :data:`NUMBER` (or "a", "an").

    "1,000" and "1.000" are one thousand: nobody writes three noughts behind a decimal
    point.  "1,250" is ambiguous.
    """
    if text in NUMBER_WORDS:
        return NUMBER_WORDS[text]
    if _GROUPED.fullmatch(text):
        if not text.endswith("00"):
            return Ambiguous()
        return Fraction(re.sub("[.,]", "", text))
    plain = text.replace(",", ".")
    return Fraction(plain) if plain.count(".") <= 1 else Ambiguous()


def take(pattern: str, text: str) -> tuple[list[re.Match[str]], str]:
    """Return every match of a pattern and the text without them."""
    compiled = re.compile(pattern)
    return list(compiled.finditer(text)), compiled.sub(_GONE, text)


def any_of(words: Iterable[str]) -> str:
    """Return a pattern for any of some words of the records, the longest first, as whole words."""
    return _any_of(tuple(words))


@functools.lru_cache(maxsize=256)
def _any_of(words: tuple[str, ...]) -> str:
    ordered = sorted({even_out(word) for word in words}, key=lambda word: (-len(word), word))
    return rf"(?<![a-z0-9])(?:{'|'.join(map(re.escape, ordered))})(?![a-z0-9])"


@functools.lru_cache(maxsize=2)
def mass_units(knowledge: Knowledge) -> Mapping[str, Fraction]:
    """Return what one of each spelling of a unit of mass is in micrograms."""
    return {
        even_out(spelling): Fraction(repr(unit.factor))
        for unit in knowledge.units.values()
        if unit.dimension == "mass"
        for spelling in (unit.id, *unit.spellings, *unit.exact_spellings)
    }
