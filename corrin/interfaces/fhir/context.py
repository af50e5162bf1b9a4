"""What every resource of one patient is read with."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from corrin.interfaces.fhir.coding import CodeMap
from corrin.interfaces.fhir.elements import Resource
from corrin.knowledge.loading import Knowledge
from corrin.person.vocabulary import Vocabulary
from corrin.picture.person_file import vocabulary


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """The knowledge, the day, the patient's own resource, and the others by their address."""

    knowledge: Knowledge
    today: dt.date
    code_map: CodeMap
    patient: Resource
    by_address: Mapping[str, Resource]
    vocabulary: Vocabulary

    def find(self, reference: str, within: Resource) -> Resource | None:
        """Return the resource a reference points at, contained or beside; None when not here."""
        if reference.startswith("#"):
            inside: Any = within.get("contained")
            return next(
                (one for one in (inside if isinstance(inside, list) else [])
                 if isinstance(one, Mapping) and one.get("id") == reference[1:]), None)  # fmt: skip
        return self.by_address.get(reference)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What one resource, or one part of it, gives: a key of the person file and its entry.

    For ``findings`` and plain keys ``name`` is the finding or the key itself; ``as_``
    says in the account what it became; ``order`` tells which of two repeated is newer.
    """

    key: str
    name: str
    value: Any
    as_: str
    order: str = ""


def context_of(
    *,
    knowledge: Knowledge,
    today: dt.date,
    code_map: CodeMap,
    patient: Resource,
    by_address: Mapping[str, Resource],
) -> Context:
    """Return the context with the words of the knowledge."""
    return Context(
        knowledge=knowledge,
        today=today,
        code_map=code_map,
        patient=patient,
        by_address=by_address,
        vocabulary=vocabulary(knowledge),
    )
