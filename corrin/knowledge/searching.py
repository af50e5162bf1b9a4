"""Finds records by id, name, alias or code, and the nearest words to one that is not known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum, auto

from corrin.knowledge.facts import Knowledge, fold
from corrin.knowledge.records import Record

#: How alike (0 to 100) two words must be to be offered for one another.
ALIKE = 70  # not clinical: string similarity
#: How many near words are worth reading.
SUGGESTIONS = 3  # not clinical: a list length


class Match(IntEnum):
    """How a record was found, best first."""

    ID = auto()
    ALIAS = auto()
    CODE = auto()
    NAME = auto()
    PART = auto()
    NEAR = auto()


@dataclass(frozen=True, slots=True)
class Hit:
    """A record that was found: its kind (``findings``), id, name, and what matched."""

    kind: str
    id: str
    name: str
    match: Match
    matched: str


def show(knowledge: Knowledge, id_: str) -> tuple[Record, ...]:
    """Return every record with this id or alias (kinds may share one); empty when none has."""
    wanted = fold(id_)
    return tuple(
        record
        for table in knowledge.kinds().values()
        for record in table.values()
        if wanted in {fold(name) for name in (record.id, *getattr(record, "aliases", ()))}
    )


def search(knowledge: Knowledge, word: str) -> tuple[Hit, ...]:
    """Return the records that go by ``word``, or hold it in a name; else those that come near.

    Best matches first; near misses only when nothing else matches.
    """
    wanted = fold(word)
    if not wanted:
        return ()
    found: dict[tuple[str, str], Hit] = {}
    by_name: dict[str, list[Hit]] = {}
    for hit in _names(knowledge):
        name = fold(hit.matched)
        by_name.setdefault(name, []).append(hit)
        if wanted == name:
            _keep(found, hit)
        elif wanted in name and hit.match is not Match.CODE:
            _keep(found, Hit(hit.kind, hit.id, hit.name, Match.PART, hit.matched))
    if found:
        return tuple(sorted(found.values(), key=lambda hit: (hit.match, hit.kind, hit.id)))
    for name in nearest(wanted, by_name):
        for hit in by_name[name]:
            _keep(found, Hit(hit.kind, hit.id, hit.name, Match.NEAR, hit.matched))
    return tuple(found.values())


def nearest(word: str, vocabulary: Iterable[str]) -> tuple[str, ...]:
    """Return up to three words of ``vocabulary`` most like ``word``, best first, or none."""
    # Needed only when a word is wrong, and slow to import.
    from rapidfuzz import fuzz, process  # noqa: PLC0415

    wanted = fold(word)
    # A short word is part of nearly everything, so it says nothing of what was meant.
    near_in_length = sorted(name for name in vocabulary if 2 * len(name) >= len(wanted))
    found = process.extract(
        wanted,
        near_in_length,
        scorer=fuzz.WRatio,
        processor=fold,
        score_cutoff=ALIKE,
        limit=SUGGESTIONS,
    )
    return tuple(match for match, _, _ in found)


def _names(knowledge: Knowledge) -> Iterator[Hit]:
    for kind, table in knowledge.kinds().items():
        for id_, record in table.items():
            name = getattr(record, "name", None) or getattr(record, "title", None) or id_
            words = [
                (Match.ID, id_),
                *((Match.ALIAS, alias) for alias in getattr(record, "aliases", ())),
                *((Match.ALIAS, drug) for drug in getattr(record, "names", ())),
                *((Match.ALIAS, spelling) for spelling in getattr(record, "spellings", ())),
                *((Match.CODE, code.code) for code in getattr(record, "codes", ())),
                (Match.NAME, name),
                (Match.NAME, getattr(record, "professional_name", None)),
            ]
            yield from (Hit(kind, id_, name, match, word) for match, word in words if word)


def _keep(found: dict[tuple[str, str], Hit], hit: Hit) -> None:
    """Keep the best way in which each record was found."""
    held = found.get((hit.kind, hit.id))
    if held is None or hit.match < held.match:
        found[hit.kind, hit.id] = hit
