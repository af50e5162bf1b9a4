"""Facts as a FHIR bulk export: a file for each kind of resource, one resource a line.

What is written reads back to the same facts; faults of the facts (no unit, a wrong one, an
interval from 0 to 0, the same result twice, one entered in error) are written as they are.
"""

from __future__ import annotations

import datetime as dt
import gzip
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import IO, Any, cast

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from corrin.errors import CorrinError
from corrin.interfaces.fhir_bulk.resources import Resources, number
from corrin.interfaces.fhir_bulk.working import bulk_context
from corrin.knowledge.loading import Knowledge
from corrin.person.records import Drug, Intake, Person
from corrin.population.facts import FactBatch, FactKind, parts

#: For a batch of results the code each has at its site alone, null where it has LOINC's.
LocalCodes = Callable[[pa.RecordBatch], pa.Array]

#: What FHIR allows as an id.
_ID = r"^[A-Za-z0-9.-]{1,64}$"
_NOT_IN_IDS = "[^A-Za-z0-9.-]"
_LONGEST_ID = 64  # not clinical: characters
_AUTHORED = dt.date(2026, 1, 1)  # not clinical: a form needs a day; no answer depends on it
_REPEATED = (
    "lab", "comparator", "unit_seen", "word", "reference_low", "reference_high", "status",
    "assay", "site", "problem",
)  # fmt: skip


def write_fhir(
    facts: Iterable[FactBatch] | Path,
    out: Path,
    *,
    knowledge: Knowledge,
    zipped: bool = False,
    local_codes: LocalCodes | None = None,
) -> Mapping[str, int]:
    """Write facts, or a folder of them, into the folder ``out``; return lines by file.

    People have one row; a person's rows may come in any order.  ``local_codes`` gives a
    result a code that only its site knows, instead of LOINC's.  The same facts give the
    same bytes.
    """
    batches = _of_folder(facts) if isinstance(facts, Path) else facts
    with Writing(out, knowledge=knowledge, zipped=zipped, local_codes=local_codes) as writing:
        for batch in batches:
            writing.write(batch)
    return dict(writing.lines)


def _of_folder(folder: Path) -> Iterator[FactBatch]:
    for kind in FactKind:
        for part in parts(folder, kind):
            for batch in pq.ParquetFile(part).iter_batches(use_threads=False):
                yield FactBatch(kind, batch)


class Writing:
    """An export being written; use as a context manager, and see :func:`write_fhir`."""

    def __init__(
        self,
        out: Path,
        *,
        knowledge: Knowledge,
        zipped: bool = False,
        local_codes: LocalCodes | None = None,
    ) -> None:
        self.lines: Counter[str] = Counter()
        self._out, self._zipped, self._local_codes = out, zipped, local_codes
        out.mkdir(parents=True, exist_ok=True)
        self._make = Resources(bulk_context(knowledge))
        self._files: dict[str, IO[bytes]] = {}
        self._under: list[IO[bytes]] = []
        self._with_rows: dict[str, set[str]] = {"intake": set(), "drugs": set()}
        self._asked: list[tuple[str, str]] = []
        self._writers: Mapping[FactKind, Callable[[pa.RecordBatch], None]] = {
            FactKind.PEOPLE: self._people,
            FactKind.RESULTS: self._results,
            FactKind.FINDINGS: self._findings,
            FactKind.PRODUCTS: self._products,
            FactKind.DRUGS: self._drugs,
            FactKind.ASKED: self._note_asked,
        }

    def __enter__(self) -> Writing:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self._lists_that_are_empty()
        for file in (*self._files.values(), *self._under):
            file.close()

    def write(self, batch: FactBatch) -> None:
        """Write a batch; rejected records are no resources."""
        if batch.kind in self._writers:
            self._writers[batch.kind](batch.table)

    def _put(self, kind: str, lines: list[str]) -> None:
        if not lines:
            return
        if kind not in self._files:
            self._files[kind] = self._open(kind)
        self._files[kind].write(("\n".join(lines) + "\n").encode())
        self.lines[kind] += len(lines)

    def _open(self, kind: str) -> IO[bytes]:
        if not self._zipped:
            return (self._out / f"{kind}.ndjson").open("wb")
        # No name and no time inside: the same facts give the same bytes.
        path = self._out / f"{kind}.ndjson.gz"
        self._under.append(path.open("wb"))
        return cast(
            "IO[bytes]",
            gzip.GzipFile(
                filename="", mode="wb", compresslevel=1, mtime=0, fileobj=self._under[-1]
            ),
        )

    def _people(self, table: pa.RecordBatch) -> None:
        ids = _people_ids(table["person_id"])
        born = pc.cast(table["birth_date"], pa.string()).to_pylist()
        patients, conditions, visits, answers = [], [], [], []
        columns = [table[name].to_pylist()
                   for name in ("age", "sex", "setting", "country", "twitching")]  # fmt: skip
        for id_, day, age, sex, setting, country, twitching in zip(
            ids, born, *columns, strict=True
        ):
            gender = f',"gender":"{sex}"' if sex else ""
            date = f',"birthDate":"{day}"' if day else ""
            patients.append(f'{{"resourceType":"Patient","id":{id_}{gender}{date}}}')
            if twitching is not None:
                conditions.append(_of(self._make.twitching(twitching), id_))
            visit = None if setting is None else self._make.visit(setting)
            if visit is not None:
                visits.append(_of(visit, id_))
            asked = Person(
                age=age if day is None else None,
                country=country,
                setting=setting if visit is None else None,
            )
            if asked != Person():
                answers.append(_of(self._make.answers(asked, authored=_AUTHORED), id_))
        self._put("Patient", patients)
        self._put("Condition", conditions)
        self._put("Encounter", visits)
        self._put("QuestionnaireResponse", answers)

    def _results(self, table: pa.RecordBatch) -> None:
        local: list[str | None] = [None] * table.num_rows
        if self._local_codes is not None:
            local = self._local_codes(table).to_pylist()
        values = table["value"].to_pylist()
        printed = zip(
            *(table[name].to_pylist() for name in _REPEATED),
            [value is not None for value in values],
            local,
            strict=True,
        )
        lines = []
        for person, id_, value, taken, issued, key in zip(
            _people_ids(table["person_id"]),
            _result_ids(table["result_id"]),
            values,
            pc.cast(table["taken"], pa.string()).to_pylist(),
            pc.strftime(table["issued"], format="%Y-%m-%dT%H:%M:%SZ").to_pylist(),
            printed,
            strict=True,
        ):
            before, between, after = self._make.observation(key)
            said = f',"valueQuantity":{{"value":{number(value)}{between}}}' if key[10] else ""
            lines.append(
                before
                + (f',"id":{id_}' if id_ else "")
                + f',"subject":{{"reference":"Patient/{person[1:]}}}'
                + (f',"effectiveDateTime":"{taken}"' if taken else "")
                + (f',"issued":"{issued}"' if issued else "")
                + said
                + after
                + "}"
            )
        self._put("Observation", lines)

    def _findings(self, table: pa.RecordBatch) -> None:
        lines: dict[str, list[str]] = {"Condition": [], "Observation": []}
        for person, noted, finding, present in zip(
            _people_ids(table["person_id"]),
            pc.cast(table["noted"], pa.string()).to_pylist(),
            table["finding"].to_pylist(),
            table["present"].to_pylist(),
            strict=True,
        ):
            kind, before = self._make.finding(finding, present)
            day = "recordedDate" if kind == "Condition" else "effectiveDateTime"
            lines[kind].append(_of(before, person, f',"{day}":"{noted}"' if noted else ""))
        for kind, of_kind in lines.items():
            self._put(kind, of_kind)

    def _products(self, table: pa.RecordBatch) -> None:
        columns = [table[name].to_pylist() for name in table.schema.names[1:]]
        names = table.schema.names[1:]
        entries = [Intake(**dict(zip(names, row, strict=True)))
                   for row in zip(*columns, strict=True)]  # fmt: skip
        self._listed(table, "intake", entries, self._make.product)

    def _drugs(self, table: pa.RecordBatch) -> None:
        columns = [table[name].to_pylist() for name in ("name", "since", "until")]
        entries = [Drug(name=name, since=since, until=until)
                   for name, since, until in zip(*columns, strict=True)]  # fmt: skip
        self._listed(table, "drugs", entries, self._make.drug)

    def _listed(
        self, table: pa.RecordBatch, key: str, entries: list[Any], make: Callable[[Any], str | None]
    ) -> None:
        """Write entries as MedicationStatements, or as answers where those say less."""
        lines: dict[str, list[str]] = {"MedicationStatement": [], "QuestionnaireResponse": []}
        for person, entry in zip(_people_ids(table["person_id"]), entries, strict=True):
            kind, before = self._make.once((key, entry), partial(self._entry, key, entry, make))
            lines[kind].append(_of(before, person))
        self._with_rows[key].update(table["person_id"].to_pylist())
        for kind, of_kind in lines.items():
            self._put(kind, of_kind)

    def _entry(self, key: str, entry: Any, make: Callable[[Any], str | None]) -> tuple[str, str]:
        statement = make(entry)
        if statement is not None:
            return "MedicationStatement", statement
        said = Person(intake=(entry,)) if key == "intake" else Person(drugs=(entry,))
        return "QuestionnaireResponse", self._make.answers(said, authored=_AUTHORED)

    def _note_asked(self, table: pa.RecordBatch) -> None:
        """Keep who was asked until everything that stands in a list is known."""
        people = [id_[1:-1] for id_ in _people_ids(table["person_id"])]
        self._asked += zip(table["what"].to_pylist(), people, strict=True)

    def _lists_that_are_empty(self) -> None:
        none = {"intake": Person(intake=()), "drugs": Person(drugs=())}
        texts = {what: self._make.answers(one, authored=_AUTHORED) for what, one in none.items()}
        self._put("QuestionnaireResponse", [
            _of(texts[what], f'"{person}"')
            for what, person in self._asked if person not in self._with_rows[what]
        ])  # fmt: skip


def _of(before: str, person: str, more: str = "") -> str:
    """Return a resource of a person, whose id is in quotes."""
    return f'{before},"subject":{{"reference":"Patient/{person[1:]}}}{more}}}'


def _people_ids(column: pa.Array) -> list[str]:
    """Return ids of people in quotes.

    Raises :class:`CorrinError` for one that FHIR does not allow: changed, it might be the
    id of somebody else.
    """
    if pc.all(pc.match_substring_regex(column, _ID)).as_py() is False:
        raise CorrinError(
            "an id of a person is not one that FHIR allows (letters, digits, - and .)."
        )
    found: list[str] = pc.binary_join_element_wise('"', column, '"', "").to_pylist()
    return found


def _result_ids(column: pa.Array) -> list[str | None]:
    """Return ids of results in quotes; what an id of FHIR may not hold becomes a hyphen."""
    if pc.all(pc.match_substring_regex(column, _ID)).as_py() is False:
        allowed = pc.replace_substring_regex(column, _NOT_IN_IDS, "-")
        column = pc.utf8_slice_codeunits(allowed, -_LONGEST_ID)
    found: list[str | None] = pc.binary_join_element_wise('"', column, '"', "").to_pylist()
    return found
