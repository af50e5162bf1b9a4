"""Which findings the medicine list settles: class by class, by name, never by likeness."""

from __future__ import annotations

import datetime as dt
import functools
import re
from collections.abc import Iterator, Sequence

from rapidfuzz import fuzz, process

from corrin.errors import Refusal
from corrin.knowledge.loading import Knowledge
from corrin.person.records import Drug
from corrin.picture.records import FindingState, Origin

_WORD = re.compile(r"[a-z0-9][a-z0-9'-]*")
_LIKE = 85  # not clinical: similarity (of 100) from which a misspelling is worth a question


def current(drugs: Sequence[Drug], day: dt.date) -> tuple[Drug, ...]:
    """Return the medicines not stopped before ``day``."""
    return tuple(drug for drug in drugs if drug.until is None or drug.until >= day)


def findings_from_drugs(
    drugs: Sequence[Drug] | None, knowledge: Knowledge
) -> Iterator[tuple[str, FindingState]]:
    """Yield (finding, state) for every finding the list settles.

    An empty list was asked and is "none": every drug finding is absent.  A list with
    entries may not be complete, so what it lacks stays unknown.
    """
    if drugs is None:
        return
    by_class = {each: drug for drug in drugs for each in classes_of(drug.name, knowledge)}
    for finding in knowledge.findings.values():
        if not finding.from_drugs:
            continue
        taken = [by_class[each].name for each in finding.from_drugs if each in by_class]
        if taken:
            yield finding.id, FindingState(True, Origin.DRUG, ", ".join(dict.fromkeys(taken)))
        elif not drugs:
            yield finding.id, FindingState(False, Origin.DRUG, "no medicines are taken")


def classes_of(name: str, knowledge: Knowledge) -> tuple[str, ...]:
    """Return the drug classes named in a text such as ``Omeprazole 20 mg``."""
    names = _class_names(knowledge)
    found = (names.get(phrase, ()) for phrase in _phrases(name))
    return tuple(dict.fromkeys(each for group in found for each in group))


def unused(drugs: Sequence[Drug], knowledge: Knowledge) -> Iterator[Refusal]:
    """Yield a refusal for each medicine on no list, with the name it may be meant for."""
    for drug in drugs:
        if classes_of(drug.name, knowledge):
            continue
        like = process.extractOne(
            drug.name.lower(),
            list(_class_names(knowledge)),
            scorer=fuzz.ratio,
            score_cutoff=_LIKE,
        )
        yield Refusal(
            "drugs",
            "drug-not-used",
            f"'{drug.name}' is on none of the lists of medicines used here.",
            f"Did you mean '{like[0]}'?" if like else "",
        )


def _phrases(text: str) -> Iterator[str]:
    words = _WORD.findall(text.lower())
    for first in range(len(words)):
        for last in range(first, len(words)):
            yield " ".join(words[first : last + 1])


@functools.lru_cache(maxsize=2)
def _class_names(knowledge: Knowledge) -> dict[str, tuple[str, ...]]:
    """Return the classes each listed name stands for."""
    names: dict[str, tuple[str, ...]] = {}
    for drug_class in knowledge.drug_classes.values():
        for name in drug_class.names:
            phrase = " ".join(_WORD.findall(name.lower()))
            names[phrase] = (*names.get(phrase, ()), drug_class.id)
    return names
