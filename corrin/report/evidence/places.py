"""What a record is called, where its page stands, and how another page leads there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from corrin.knowledge.facts import FOLDERS, Knowledge
from corrin.knowledge.records import Read, Record, Reference, Unit
from corrin.report.evidence.furniture import MODEL_TITLE, SINGLE, TITLES
from corrin.report.evidence.markdown import code, link, plain, sentence_case

_LONGEST = 48  # not clinical: letters of a title in a table
_INITIALS = re.compile(r"[,;(]| et al\b| [A-Z][A-Z-]{0,3}(?=$|,| et al)")


def kind_of(record: Record) -> str:
    """Return the kind of a record (``causes``)."""
    if isinstance(record, Unit):
        return "units"
    return next(name for name, shape in FOLDERS.values() if isinstance(record, shape))


def title_of(record: Any) -> str:
    """Return what a record is called: its name, its title, else its id in plain letters."""
    name = getattr(record, "name", None) or getattr(record, "title", None)
    return sentence_case(str(name or record.id.replace("_", " ")))


def short_citation(reference: Reference) -> str:
    """Return a source in two or three words: ``Arendt 2013``, or the start of its title."""
    if reference.authors:
        who = _INITIALS.split(reference.authors, maxsplit=1)[0].strip()
    else:
        who = reference.title
        if len(who) > _LONGEST:
            who = who[:_LONGEST].rsplit(" ", 1)[0].rstrip(",:;") + " ..."
    year = str(reference.year) if reference.year else ""
    return who if not year or year in who else f"{who} {year}"


@dataclass(frozen=True, slots=True)
class Place:
    """A page in the tree; ``up`` leads from it to the root of the pages."""

    knowledge: Knowledge
    up: str = "../"

    def path(self, path: str) -> str:
        """Return the way to a page given by its path from the root."""
        return f"{self.up}{path}"

    def to(self, kind: str, id_: str, words: str | None = None) -> str:
        """Return a link to a record's page, or its id where there is no such record."""
        record = self.knowledge.kinds()[kind].get(id_)
        if record is None:
            return code(id_)
        shown = words or plain(
            short_citation(record) if isinstance(record, Reference) else title_of(record)
        )
        where = "units.md" if kind == "units" else f"{kind}/{id_}.md"
        return link(shown, self.path(where))

    def to_user(self, user: str) -> str:
        """Return a link to the record that :mod:`corrin.knowledge.uses` names."""
        kind, _, id_ = user.partition("/")
        if kind == "model":
            return link(MODEL_TITLE, self.path("model.md"))
        if not id_:
            return link(SINGLE[f"{kind}.md"], self.path(f"{kind}.md"))
        return self.to(kind, id_)

    def to_kind(self, kind: str) -> str:
        """Return a link to the list of a kind."""
        path = "units.md" if kind == "units" else f"{kind}/index.md"
        return link(TITLES[kind], self.path(path))

    def source(self, id_: str) -> str:
        """Return a link to a source, with how far it was read."""
        reference = self.knowledge.references.get(id_)
        if reference is None:
            return code(id_)
        return f"{self.to('references', id_)} ({read_words(reference.read)})"


def read_words(read: Read) -> str:
    """Return how far a source was read; what was not read stands out."""
    return f"**{read.value}**" if read is Read.NOT_READ else read.value
