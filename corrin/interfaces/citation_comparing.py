"""Compares a reference record with what a register holds under the same number."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass

from rapidfuzz import fuzz

from corrin.knowledge.citing import citation
from corrin.knowledge.issues import Issue, error, warning
from corrin.knowledge.records import Reference

#: From here on two titles are one, apart from spelling and word order.
_ALIKE = 85  # not clinical: per cent of likeness
#: What the records write behind a title that was not seen whole.
_NOT_SEEN = re.compile(r"\((?:thesis; )?title (?:not seen|seen in part)\)|\.\.\.")
_REMARK = re.compile(r"\s*\([^()]*\)\s*$")
_TAG = re.compile(r"<[^<>]+>")
_WORD = re.compile(r"[^\W_]+")
_SMALL_WORDS = frozenset({"the", "of", "and", "in", "for", "a", "an", "et", "on"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """What a register says of one work; ``notices`` are (type, where it was published)."""

    register: str
    titles: tuple[str, ...]
    years: frozenset[int]
    journals: tuple[str, ...]
    notices: tuple[tuple[str, str], ...]


def differences(reference: Reference, registered: Registered) -> Iterator[Issue]:
    """Yield where the record and the register part, and which notices there are."""
    where, register = f"references/{reference.id}", registered.register
    yield from _notices(where, registered)
    if registered.titles:
        yield from _title(where, reference, registered)
    if reference.year and registered.years and reference.year not in registered.years:
        years = " or ".join(map(str, sorted(registered.years)))
        yield warning(where, f"{register} has the year {years}, the record {reference.year}.",
                      "Find out which is right.")  # fmt: skip
    journal = citation(reference).container if reference.journal else None
    if journal and registered.journals:
        full = registered.journals
        if not any(same_journal(journal, name) or same_journal(name, journal) for name in full):
            yield warning(where, f"{register} has the journal '{full[0]}', the record '{journal}'.",
                          "Find out which is right.")  # fmt: skip


def _notices(where: str, registered: Registered) -> Iterator[Issue]:
    """Yield each kind of notice once: Crossref may name one from two sources."""
    told: set[str] = set()
    retitled = any(re.match(r"\W*(?:retracted|withdrawn)\b", t, re.I) for t in registered.titles)
    notices = (*registered.notices, *((("retracted", ""),) if retitled else ()))
    for kind, place in notices:
        word = re.sub(r"[\W_]+", " ", kind).casefold()
        shown = f" ({place})" if place else ""
        if re.search(r"retract|withdraw|removal", word) and "partial" not in word:
            what, make = "was retracted", error
        elif "concern" in word or "partial" in word:
            what, make = f"has a notice of {word.removesuffix(' in')}", error
        elif re.search(r"correct|errat|corrig|addend|republi|clarif", word):
            what, make = f"has a notice: {word.removesuffix(' in')}", warning
        else:
            continue  # a comment or a letter about it
        if what not in told:
            told.add(what)
            yield make(where, f"{registered.register}: it {what}{shown}.",
                       "Read the notice, then decide what still rests on it.")  # fmt: skip


def _title(where: str, reference: Reference, registered: Registered) -> Iterator[Issue]:
    register, theirs = registered.register, readable(registered.titles[0])
    if _NOT_SEEN.search(reference.title):
        yield warning(
            where, f"{register} has the title '{theirs}', which the record says was not seen.",
            "Enter it.",
        )  # fmt: skip
        return
    ours = {_plain(reference.title), _plain(_REMARK.sub("", reference.title))}
    likeness = max(
        max(fuzz.ratio(one, _plain(title)), fuzz.token_sort_ratio(one, _plain(title)))
        for one in ours
        for title in registered.titles
    )
    if likeness < _ALIKE:
        yield error(
            where, f"{register} has another title under this number: '{theirs}'.",
            "Find out whether the number or the title is wrong.",
        )  # fmt: skip


def readable(title: str) -> str:
    """Return a registered title without mark-up and without what marks a retraction."""
    plain = " ".join(html.unescape(_TAG.sub("", title)).split()).rstrip(".")
    return re.sub(r"^\W*(?:retracted(?: article)?|withdrawn)\W+", "", plain, flags=re.IGNORECASE)


def _plain(title: str) -> str:
    return " ".join(_WORD.findall(readable(title).casefold()))


def same_journal(short: str, full: str) -> bool:
    """Return whether ``short`` can stand for ``full``: each word begins a later one, in order.

    So do the first letters of all words in one (``JNNP``).
    """
    theirs = [word for word in _WORD.findall(full.casefold()) if word not in _SMALL_WORDS]
    ours = [word for word in _WORD.findall(short.casefold()) if word not in _SMALL_WORDS]
    if len(ours) == 1 and ours[0] == "".join(word[0] for word in theirs):
        return True
    if not ours or not theirs or ours[0][0] != theirs[0][0]:
        return False
    rest = iter(theirs)
    return all(any(_begins(word, other) for other in rest) for word in ours)


def _begins(short: str, full: str) -> bool:
    """Return whether ``short`` abbreviates ``full``: its letters in order, the first one first."""
    if short[0] != full[0]:
        return False
    letters = iter(full)
    return all(letter in letters for letter in short)
