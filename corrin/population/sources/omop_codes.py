"""What OMOP's concept ids mean here (``omop_codes.toml``), and a site's ``concept`` table."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from corrin.knowledge.loading import Knowledge
from corrin.population.sources import cells

#: Vocabularies whose codes are read; drugs are read by the names of the ids that are met.
LOINC, UCUM, ICD10CM = "LOINC", "UCUM", "ICD10CM"


@dataclass(frozen=True, slots=True)
class OmopCodes:
    """Concept ids by what they stand for; ``loinc`` is the concept of each LOINC code."""

    loinc: Mapping[str, int]
    operators: Mapping[int, str]
    sexes: Mapping[int, str]
    visits: Mapping[int, str]
    values: Mapping[int, str]


@functools.cache
def omop_codes() -> OmopCodes:
    """Return the concept ids that are known without a ``concept`` table."""
    table = tomllib.loads(Path(__file__).with_name("omop_codes.toml").read_text("utf-8"))

    def ids(name: str) -> dict[int, str]:
        return {int(id_): meant for id_, meant in table[name].items() if id_ != "met"}

    return OmopCodes(
        loinc={code: id_ for code, id_ in table["loinc"].items() if code != "met"},
        operators=ids("operators"),
        sexes=ids("sexes"),
        visits=ids("visits"),
        values=ids("values"),
    )


class Concept(NamedTuple):
    """One row of a ``concept`` table."""

    vocabulary: str
    code: str
    name: str


@dataclass(slots=True)
class Concepts:
    """The concepts that matter here, by id: our LOINC codes, units, conditions, met drugs."""

    by_id: dict[int, Concept] = field(default_factory=dict)

    def code(self, id_: int | None, vocabulary: str) -> str | None:
        """Return the code of a concept of a vocabulary."""
        found = self.by_id.get(id_) if id_ is not None else None
        return found.code if found is not None and found.vocabulary == vocabulary else None

    def name(self, id_: int | None) -> str | None:
        """Return the name of a concept."""
        found = self.by_id.get(id_) if id_ is not None else None
        return found.name if found is not None else None

    def take(self, batch: pa.RecordBatch, met: pa.Array, knowledge: Knowledge) -> None:
        """Keep the concepts of a batch that are of use; ``met`` are ids of drugs."""
        id_, name, vocabulary, code = (cells.text(column) for column in batch.columns)
        of_use = pc.or_(
            pc.or_(
                pc.equal(vocabulary, UCUM),
                pc.and_(
                    pc.equal(vocabulary, LOINC),
                    pc.is_in(code, value_set=pa.array(sorted(loinc_codes(knowledge)))),
                ),
            ),
            pc.or_(
                pc.and_(
                    pc.equal(vocabulary, ICD10CM),
                    pc.match_substring_regex(code, icd10cm_pattern(knowledge)),
                ),
                pc.is_in(id_, value_set=met),
            ),
        )
        held = [
            each.filter(pc.fill_null(of_use, fill_value=False)).to_pylist()
            for each in (id_, vocabulary, code, name)
        ]
        for number, *rest in zip(*held, strict=True):
            if number is not None and number.isascii() and number.isdigit():
                self.by_id[int(number)] = Concept(*(each or "" for each in rest))


def loinc_codes(knowledge: Knowledge) -> frozenset[str]:
    """Return the LOINC codes of every test."""
    return frozenset(
        code.code for lab in knowledge.labs.values() for code in lab.codes if code.system == LOINC
    )


@functools.lru_cache(maxsize=2)
def icd10cm_pattern(knowledge: Knowledge) -> str:
    """Return the pattern of the ICD-10-CM codes that mean something here."""
    known = knowledge.coded_conditions
    codes: Iterable[str] = (
        *known.twitching.icd10cm,
        *(code for one in known.condition for code in one.icd10cm),
    )
    return "^(" + "|".join(sorted({code.replace(".", r"\.?") for code in codes})) + ")"
