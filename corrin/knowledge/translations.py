"""Words of records in another language: shown only while the English they were made from stands.

``translations/<language>.toml`` names a text by kind, id and field
(``findings.tremor.question``).  A translation nobody reviewed says so.
"""

from __future__ import annotations

import functools
import hashlib
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from corrin.errors import KnowledgeError
from corrin.knowledge.facts import Knowledge
from corrin.knowledge.records import Record

FOLDER = Path(__file__).parent / "translations"
#: Length of the fingerprint of an English text.
FINGERPRINT = 8  # not clinical: characters
_PLACE = re.compile(r"\{(\w+)\}")


class TranslatedText(Record, frozen=True, kw_only=True):
    """One text: ``id`` says which, ``of`` is the fingerprint of the English it was made from."""

    id: str
    of: str
    text: str


class Translation(Record, frozen=True, kw_only=True):
    """The texts of one language, who vouches for them, and until when."""

    language: str
    reviewed: bool
    assumed: str
    review_by: str
    texts: tuple[TranslatedText, ...]


@dataclass(frozen=True, slots=True)
class Words:
    """Finds the words of another language for an English text as it is shown."""

    whole: Mapping[str, str]
    with_places: tuple[tuple[re.Pattern[str], str], ...]

    def of(self, english: str) -> str | None:
        """Return the translation of a text, or None when there is none.

        A text with a place in it (a telephone number) is found whatever fills the place.
        """
        if english in self.whole:
            return self.whole[english]
        for pattern, text in self.with_places:
            match = pattern.fullmatch(english)
            if match:
                filled = {name: self.whole.get(one, one) for name, one in match.groupdict().items()}
                return text.format(**filled)
        return None


def fingerprint(text: str) -> str:
    """Return what tells one English text from another."""
    return hashlib.sha256(text.encode()).hexdigest()[:FINGERPRINT]


def english(id_: str, knowledge: Knowledge) -> str | None:
    """Return the English text that an id names, or None when there is no such text."""
    kind, _, rest = id_.partition(".")
    record_id, _, field = rest.rpartition(".")
    record = getattr(knowledge, kind, {}).get(record_id)
    text = getattr(record, field, None)
    return text if isinstance(text, str) else None


@functools.lru_cache(maxsize=8)
def translation(language: str) -> Translation | None:
    """Return the record of a language, or None when there is none."""
    path = FOLDER / f"{language}.toml"
    if not language.isalpha() or not path.is_file():
        return None
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    table["review_by"] = str(table.get("review_by", ""))
    try:
        return msgspec.convert(table, Translation)
    except msgspec.ValidationError as error:
        raise KnowledgeError(f"translations/{path.name}: {error}") from None


def stale(record: Translation, knowledge: Knowledge) -> Iterator[str]:
    """Yield the id of each text whose English is gone or has changed."""
    for one in record.texts:
        text = english(one.id, knowledge)
        if text is None or fingerprint(text) != one.of:
            yield one.id


@functools.lru_cache(maxsize=8)
def words(language: str, knowledge: Knowledge) -> Words:
    """Return the words of a language for the texts of the knowledge; none for English."""
    record = translation(language)
    whole: dict[str, str] = {}
    patterns: list[tuple[re.Pattern[str], str]] = []
    old = set() if record is None else set(stale(record, knowledge))
    for one in () if record is None else record.texts:
        text = english(one.id, knowledge)
        if text is None or one.id in old:
            continue
        if _PLACE.search(text):
            patterns.append((_pattern(text), one.text))
        else:
            whole[text] = one.text
    return Words(whole, tuple(patterns))


def _pattern(text: str) -> re.Pattern[str]:
    parts = _PLACE.split(text)
    seen: set[str] = set()
    out = []
    for index, part in enumerate(parts):
        if index % 2 == 0:
            out.append(re.escape(part))
        elif part in seen:
            out.append(f"(?P={part})")
        else:
            seen.add(part)
            out.append(f"(?P<{part}>.+?)")
    return re.compile("".join(out))
