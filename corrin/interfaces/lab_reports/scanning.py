"""Cuts what stands after the name of a test into numbers, ranges, units, marks and words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from corrin.knowledge.loading import Knowledge
from corrin.knowledge.records import Lab
from corrin.labs.units import to_canonical, units_spelt


class Sort(StrEnum):
    """What one piece of a line is."""

    NUMBER = "number"
    RANGE = "range"
    UNIT = "unit"
    FLAG = "flag"
    ANSWER = "answer"
    RANGE_WORD = "range word"
    WORD = "word"


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece: ``text`` as printed; ``ends`` of a range, ``sign`` before a number."""

    sort: Sort
    text: str
    sign: str = ""
    ends: tuple[str, str] = ("", "")
    meaning: str = ""


_NUMBER = r"\d+(?:[.,]\d+)*(?:[eE][+-]?\d{1,2})?|[.,]\d+"
_GROUPED = r"\d{1,3}(?:[ \u00a0\u2009\u202f'\u2019]\d{3})+(?:[.,]\d+)?"
_TO = r"\s*(?:-|–|—|−|\.\.\.?|bis|to)\s*"
_RANGE = re.compile(rf"(?P<low>{_NUMBER}){_TO}(?P<high>{_NUMBER})(?![\w%])")
_SIGN = r"<=|>=|=<|=>|≤|≥|<|>"
_MARK = r"HH|LL|H|L|\*{1,2}|\+{1,2}|↑{1,2}|↓{1,2}"
_END = r"(?=$|[\s)\];|]|,(?!\d))"
_SIGNED = re.compile(
    rf"(?P<sign>{_SIGN})?\s*(?P<minus>[-−])?(?P<number>{_GROUPED}|{_NUMBER})"
    rf"(?:(?P<flag>{_MARK}){_END}|{_END}|(?=[^\W\d_]|[%/]))"
)
_UP_TO = re.compile(
    r"(?P<word>bis|up to|unter|below|less than|über|above|more than)\s+(?=\d)", re.IGNORECASE
)
_UP_TO_SIGN = {"über": ">", "above": ">", "more than": ">"}
_FLAGS = {
    "H": "high", "HH": "high", "HIGH": "high", "↑": "high", "↑↑": "high", "+": "high", "++": "high",
    "(+)": "high", "HOCH": "high", "ERHÖHT": "high",
    "L": "low", "LL": "low", "LOW": "low", "↓": "low", "↓↓": "low", "NIEDRIG": "low",
    "ERNIEDRIGT": "low", "N": "", "A": "", "AA": "", "*": "", "**": "", "-": "", "--": "", "!": "",
}  # fmt: skip
_ANSWERS = {
    "positive": "positive", "positiv": "positive", "pos": "positive", "detected": "positive",
    "negative": "negative", "negativ": "negative", "neg": "negative",
    "not detected": "negative", "nicht nachweisbar": "negative",
    "normal": "normal", "unauffällig": "normal",
    "low": "low", "niedrig": "low", "erniedrigt": "low",
    "high": "high", "hoch": "high", "erhöht": "high",
}  # fmt: skip
_RANGE_WORDS = re.compile(
    r"(?:ref(?:erence|erenz)?(?:[ -]?(?:range|interval|bereich|werte?))?|range|norm(?:al)?"
    r"(?:[ -]?(?:range|bereich|werte?))?|expected|target|limits?)\s*[.:=]+\s*",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"[\s|;,]+|\.{2,}|[][()=:]")
_WORD = re.compile(r"[^\s()]+")
_MOST_UNIT_WORDS = 4  # not clinical: "x 10^9 / L"
_LONGEST_UNIT = 60  # not clinical: characters


def pieces(text: str, lab: Lab, knowledge: Knowledge) -> list[Piece]:
    """Return the pieces of the text in their order; punctuation between them is left out."""
    found: list[Piece] = []
    at = 0
    while at < len(text):
        piece, end = _piece(text, at, lab, knowledge)
        if piece is not None:
            found.append(piece)
        at = max(end, at + 1)
    return found


def _piece(text: str, at: int, lab: Lab, knowledge: Knowledge) -> tuple[Piece | None, int]:
    if text[at] == "[" and (unit := _unit(text, at, lab, knowledge)):
        return unit
    if between := _BETWEEN.match(text, at):
        return None, between.end()
    if words := _RANGE_WORDS.match(text, at):
        return Piece(Sort.RANGE_WORD, words.group().strip()), words.end()
    return (
        _flag(text, at)
        or _unit(text, at, lab, knowledge)
        or _range(text, at)
        or _number(text, at)
        or _word(text, at)
    )


def _range(text: str, at: int) -> tuple[Piece, int] | None:
    ends = _RANGE.match(text, at)
    if ends is None:
        return None
    return Piece(Sort.RANGE, ends.group(), ends=(ends["low"], ends["high"])), ends.end()


def _flag(text: str, at: int) -> tuple[Piece, int] | None:
    word = re.compile(r"\(\+\)|[^\s()\[\];,|\d]+").match(text, at)
    if word is None or not _ends(text, word.end()):
        return None
    meaning = _FLAGS.get(word.group() if word.group() in _FLAGS else word.group().upper())
    # A small l or h is a litre or an hour, not the laboratory's mark.
    if meaning is None or word.group() in {"h", "l", "n", "a"}:
        return None
    if meaning and word.group().lower() in _ANSWERS:
        return Piece(Sort.ANSWER, word.group(), meaning=meaning), word.end()
    return Piece(Sort.FLAG, word.group(), meaning=meaning), word.end()


def _ends(text: str, at: int) -> bool:
    return at >= len(text) or text[at] in " \t)];,|"


def _unit(text: str, at: int, lab: Lab, knowledge: Knowledge) -> tuple[Piece, int] | None:
    """Return the longest unit that begins here and where it ends."""
    starts = list(re.finditer(r"\S+", text[at : at + _LONGEST_UNIT]))
    for count in range(min(_MOST_UNIT_WORDS, len(starts)), 0, -1):
        end = at + starts[count - 1].end()
        spelt = text[at:end]
        for tried in dict.fromkeys(
            (spelt, spelt.rstrip(".,;:)]"), spelt.strip("[]()").rstrip(".,;:)"))
        ):
            if tried and is_unit(tried, lab, knowledge):
                return Piece(Sort.UNIT, tried), end
    return None


def is_unit(text: str, lab: Lab | None, knowledge: Knowledge) -> bool:
    """Return whether a text is a unit of a laboratory result; of ``lab``, when it is given."""
    return any(
        "/" in unit.id
        or unit.id == "%"
        or (lab is not None and to_canonical(unit, lab, knowledge) is not None)
        for unit in units_spelt(text, knowledge)
    )


def _number(text: str, at: int) -> tuple[Piece, int] | None:
    sign = ""
    start = at
    if words := _UP_TO.match(text, at):
        sign, start = _UP_TO_SIGN.get(words["word"].lower(), "<="), words.end()
    match = _SIGNED.match(text, start)
    if match is None:
        return None
    number = f"{match['minus'] or ''}{match['number']}"
    return (
        Piece(
            Sort.NUMBER,
            number,
            sign=match["sign"] or sign,
            meaning=match["flag"] or "",
        ),
        match.end(),
    )


def _word(text: str, at: int) -> tuple[Piece | None, int]:
    for count in (2, 1):
        match = re.compile(rf"[^\W\d_]+(?: [^\W\d_]+){{{count - 1}}}").match(text, at)
        if match and match.group().lower() in _ANSWERS:
            meaning = _ANSWERS[match.group().lower()]
            return Piece(Sort.ANSWER, match.group(), meaning=meaning), match.end()
    match = _WORD.match(text, at)
    return (Piece(Sort.WORD, match.group()), match.end()) if match else (None, at + 1)


def begins_result(text: str, lab: Lab, knowledge: Knowledge) -> bool:
    """Return whether what follows a name is a result, so that the name has ended there."""
    rest = text.lstrip(" \t:.=*·…|-–_")
    if not rest:
        return True
    piece, end = _piece(rest, 0, lab, knowledge)
    if rest[0] in "([":
        inside = rest[1:].partition(")" if rest[0] == "(" else "]")[0]
        found = pieces(inside, lab, knowledge)
        return bool(found) and all(one.sort is not Sort.WORD for one in found)
    if piece is None or piece.sort is Sort.WORD:
        return False
    if piece.sort is Sort.NUMBER and not _ends(rest, end):
        return _unit(rest, end, lab, knowledge) is not None
    return True


def flag_meaning(flag: str) -> str:
    """Return "high", "low", or nothing when the mark does not say which."""
    return _FLAGS.get(flag.strip().upper(), "")
