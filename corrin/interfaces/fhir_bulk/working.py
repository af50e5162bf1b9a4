"""Reads one piece of an export into facts; nothing in it depends on any other piece."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pyarrow as pa

from corrin.interfaces.fhir.coding import CodeMap
from corrin.interfaces.fhir.context import Context, context_of
from corrin.interfaces.fhir.elements import Resource
from corrin.interfaces.fhir_bulk import shapes
from corrin.interfaces.fhir_bulk.collected import Collected
from corrin.interfaces.fhir_bulk.lines import Fault, Piece, lines_of
from corrin.interfaces.fhir_bulk.observations import Observations
from corrin.interfaces.fhir_bulk.others import (
    Conditions,
    Encounters,
    Lines,
    Medicines,
    Patients,
    Responses,
    Whatever,
)
from corrin.interfaces.fhir_bulk.slowly import NOT_JSON
from corrin.knowledge.loading import Knowledge
from corrin.population.facts import FactBatch, FactWriter, Tally

_KIND = msgspec.json.Decoder(shapes.Kind)
_MOST_MEDICINES = 200_000  # not clinical: medicines kept for what refers to them
_READERS: Mapping[str, Callable[[Context, Collected], Lines]] = {
    "Patient": Patients,
    "Observation": lambda context, into: Observations(context=context, into=into),
    "Condition": Conditions,
    "MedicationRequest": Medicines,
    "MedicationStatement": Medicines,
    "QuestionnaireResponse": Responses,
    "Encounter": Encounters,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What became of a piece: its lines, the count, and every rejection by line."""

    piece: Piece
    lines: int
    tally: Tally
    parts_not_used: Counter[str]
    rejections: tuple[pa.RecordBatch, ...]


def bulk_context(
    knowledge: Knowledge,
    *,
    as_of: dt.date | None = None,
    code_map: CodeMap | None = None,
    medicines: Mapping[str, Resource] | None = None,
) -> Context:
    """Return what lines are read with; without ``as_of`` no day lies in the future."""
    return context_of(
        knowledge=knowledge,
        today=as_of or dt.date.max,
        code_map=code_map or {},
        patient={},
        by_address=medicines or {},
    )


class Reader:
    """Reads one piece after the other; what contents mean is remembered from piece to piece."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._of_kind: dict[str, Lines] = {}

    def read(
        self,
        piece: Piece,
        emit: Callable[[FactBatch], None],
        told: Callable[[int], None] = lambda _: None,
    ) -> Done:
        """Read a piece; ``emit`` is given the facts, ``told`` the bytes as they are done."""
        into = Collected(emit=emit)
        kind = ""
        last = 0
        for found in lines_of(piece, told):
            if isinstance(found, Fault):
                last = max(last, found.line)
                into.reject(found.line, found.kind, found.code)
                continue
            first, lines = found
            last = first + len(lines) - 1
            kind = _kind_of(lines) or kind
            self._reader(kind, into).read(lines, first)
        for reader in self._of_kind.values():
            if reader.into is into:
                reader.flush()
        into.finish()
        return Done(
            piece=piece,
            lines=last,
            tally=into.tally,
            parts_not_used=into.parts_not_used,
            rejections=tuple(into.rejections),
        )

    def write(
        self, piece: Piece, folder: Path, told: Callable[[int], None] = lambda _: None
    ) -> Done:
        """Read a piece into parts of a folder of facts that bear its number."""
        with FactWriter(folder, label=f"fhir-{piece.number:06d}") as writer:
            return self.read(piece, writer.write, told)

    def _reader(self, kind: str, into: Collected) -> Lines:
        kind = kind if kind in _READERS else ""
        if kind not in self._of_kind:
            self._of_kind[kind] = _READERS.get(kind, Whatever)(self._context, into)
        reader = self._of_kind[kind]
        reader.into = into
        return reader


def _kind_of(lines: list[bytes]) -> str:
    """Return which resource the first line holds: what the others will mostly hold."""
    for line in lines[:2]:
        try:
            return _KIND.decode(line).resource_type or ""
        except NOT_JSON:
            continue
    return ""


def medicines_of(pieces: tuple[Piece, ...]) -> dict[str, Resource]:
    """Return the Medications of an export, for the resources that refer to them."""
    found: dict[str, Resource] = {}
    concepts: dict[bytes, Resource] = {}
    decode = msgspec.json.Decoder(shapes.Medication).decode
    for piece in pieces:
        if not _of_medications(piece):
            continue
        for lines in lines_of(piece, lambda _: None):
            if isinstance(lines, Fault):
                continue
            for line in lines[1]:
                try:
                    one = decode(line)
                    code = bytes(one.code)
                    if code not in concepts:
                        concept = {"code": msgspec.json.decode(code)} if code else {}
                        concepts[code] = {"resourceType": "Medication"} | concept
                except NOT_JSON:
                    continue
                if one.resource_type == "Medication" and one.id and len(found) < _MOST_MEDICINES:
                    found[f"Medication/{one.id}"] = concepts[code]
    return found


def _of_medications(piece: Piece) -> bool:
    """Return whether a file is one of Medications: by its name, for it is read twice."""
    words = piece.name.rpartition("/")[2].replace("-", ".").replace("_", ".").split(".")
    return "Medication" in words
