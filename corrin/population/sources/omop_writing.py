"""Facts as an OMOP CDM 5.4: the tables and columns that Corrin reads, as CSV or Parquet.

A CDM holds results as they are, not their history: of the versions of a result the latest
is written, and none that was entered in error or is not final.  The assay and the site of a
result have no column there, nor has the country of a person; concept ids that are not known
are 0.  A medicine without a first day has none here either, though the CDM wants one.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from corrin.knowledge.loading import Knowledge
from corrin.labs.units import units_spelt
from corrin.population.facts import FactBatch, FactKind
from corrin.population.sources.omop_codes import LOINC, omop_codes
from corrin.population.sources.omop_others import LIST, LISTS, OWN, SIG, TWITCHING
from corrin.population.sources.table_files import TableFiles

_TEXT, _WHOLE, _NUMBER, _DAY = pa.string(), pa.int64(), pa.float64(), pa.date32()
_MOMENT = pa.timestamp("us")
#: The columns of each table, in the order of the CDM; those that the CDM requires are all
#: there.
_TABLES: Mapping[str, pa.Schema] = MappingProxyType(
    {
        "person": pa.schema(
            {
                "person_id": _WHOLE, "gender_concept_id": _WHOLE, "year_of_birth": _WHOLE,
                "month_of_birth": _WHOLE, "day_of_birth": _WHOLE, "race_concept_id": _WHOLE,
                "ethnicity_concept_id": _WHOLE, "person_source_value": _TEXT,
                "gender_source_value": _TEXT,
            }
        ),
        "measurement": pa.schema(
            {
                "measurement_id": _WHOLE, "person_id": _WHOLE, "measurement_concept_id": _WHOLE,
                "measurement_date": _DAY, "measurement_datetime": _MOMENT,
                "measurement_type_concept_id": _WHOLE, "operator_concept_id": _WHOLE,
                "value_as_number": _NUMBER, "value_as_concept_id": _WHOLE,
                "unit_concept_id": _WHOLE, "range_low": _NUMBER, "range_high": _NUMBER,
                "measurement_source_value": _TEXT, "measurement_source_concept_id": _WHOLE,
                "unit_source_value": _TEXT, "value_source_value": _TEXT,
            }
        ),
        "condition_occurrence": pa.schema(
            {
                "condition_occurrence_id": _WHOLE, "person_id": _WHOLE,
                "condition_concept_id": _WHOLE, "condition_start_date": _DAY,
                "condition_end_date": _DAY, "condition_type_concept_id": _WHOLE,
                "condition_source_value": _TEXT, "condition_source_concept_id": _WHOLE,
            }
        ),
        "drug_exposure": pa.schema(
            {
                "drug_exposure_id": _WHOLE, "person_id": _WHOLE, "drug_concept_id": _WHOLE,
                "drug_exposure_start_date": _DAY, "drug_exposure_end_date": _DAY,
                "drug_type_concept_id": _WHOLE, "sig": _TEXT, "drug_source_value": _TEXT,
                "drug_source_concept_id": _WHOLE, "route_source_value": _TEXT,
            }
        ),
        "observation": pa.schema(
            {
                "observation_id": _WHOLE, "person_id": _WHOLE, "observation_concept_id": _WHOLE,
                "observation_date": _DAY, "observation_type_concept_id": _WHOLE,
                "value_as_string": _TEXT, "observation_source_value": _TEXT,
            }
        ),
        "visit_occurrence": pa.schema(
            {
                "visit_occurrence_id": _WHOLE, "person_id": _WHOLE, "visit_concept_id": _WHOLE,
                "visit_start_date": _DAY, "visit_end_date": _DAY,
                "visit_type_concept_id": _WHOLE, "visit_source_value": _TEXT,
            }
        ),
    }
)  # fmt: skip
_FINAL = ("final", "amended", "corrected")
_NUMBERED = re.compile(r"^s[0-9]+-[0-9]{9}$").pattern
_Columns = dict[str, pa.Array]


class OmopWriter:
    """Writes facts as tables of the CDM; close it, or use it with ``contextlib.closing``.

    ``ending`` is ``"csv"`` or ``"parquet"``.  The versions of one result have to come in one
    batch.  Visits are dated ``as_of``, which must not lie before the latest result.  A
    person's id becomes a number: its own when it is one, else a running number.
    """

    def __init__(
        self, folder: Path, knowledge: Knowledge, *, as_of: dt.date, ending: str = "parquet"
    ) -> None:
        self._knowledge, self._as_of = knowledge, as_of
        self._codes = _Codes(knowledge)
        self._numbers: dict[str, int] = {}
        self._rows = dict.fromkeys(_TABLES, 0)
        #: Results that a CDM does not hold, by reason.
        self.left_out: dict[str, int] = {"not-final": 0, "earlier-version": 0}
        self._files = TableFiles(folder, _TABLES, ending=ending)
        self._takes: dict[FactKind, Callable[[_Columns], None]] = {
            FactKind.PEOPLE: self._people,
            FactKind.RESULTS: self._results,
            FactKind.FINDINGS: self._findings,
            FactKind.PRODUCTS: self._products,
            FactKind.DRUGS: self._drugs,
            FactKind.ASKED: self._asked,
        }

    def write(self, facts: FactBatch) -> None:
        """Write facts; what was rejected has no place in a CDM."""
        if facts.kind in self._takes and facts.table.num_rows:
            columns = dict(zip(facts.table.schema.names, facts.table.columns, strict=True))
            columns["person_source_value"] = columns["person_id"]
            columns["person_id"] = self._ids(columns["person_id"])
            self._takes[facts.kind](columns)

    def close(self) -> None:
        """Finish every file."""
        self._files.close()

    def _ids(self, ids: pa.Array) -> pa.Array:
        if pc.all(pc.match_substring_regex(ids, rf"{_NUMBERED}|^[1-9][0-9]{{0,17}}$")).as_py():
            return pc.cast(pc.replace_substring_regex(ids, r"[^0-9]", ""), _WHOLE)
        numbers = self._numbers
        return pa.array(
            [numbers.setdefault(each, len(numbers) + 1) for each in ids.to_pylist()], _WHOLE
        )

    def _put(self, table: str, columns: _Columns) -> None:
        """Write rows; concept ids that are not given are 0, the rest is null."""
        schema = _TABLES[table]
        size = len(columns["person_id"])
        first = self._rows[table] + 1
        self._rows[table] += size
        columns[schema.names[0]] = (
            columns["person_id"] if table == "person" else pa.array(np.arange(first, first + size))
        )
        arrays = []
        for field in schema:
            if field.name in columns:
                arrays.append(pc.cast(columns[field.name], field.type))
            elif field.name.endswith("_concept_id"):
                arrays.append(pa.array(np.zeros(size, np.int64)))
            else:
                arrays.append(pa.nulls(size, field.type))
        self._files.write(table, pa.RecordBatch.from_arrays(arrays, schema=schema))

    def _people(self, columns: _Columns) -> None:
        sexes = {meant: id_ for id_, meant in omop_codes().sexes.items()}
        born = columns["birth_date"]
        self._put(
            "person",
            {
                "person_id": columns["person_id"],
                "gender_concept_id": _looked_up(columns["sex"], sexes),
                "year_of_birth": pc.year(born),
                "month_of_birth": pc.month(born),
                "day_of_birth": pc.day(born),
                "person_source_value": columns["person_source_value"],
                "gender_source_value": columns["sex"],
            },
        )
        self._twitching(columns)
        seen = pc.is_valid(columns["setting"])
        setting, people = columns["setting"].filter(seen), columns["person_id"].filter(seen)
        visits = {
            "hospital": 9201,  # not clinical: a concept
            "primary-care": 9202,  # not clinical: a concept
            "emergency": 9203,  # not clinical: a concept
        }
        day = pa.repeat(pa.scalar(self._as_of, _DAY), len(people))
        self._put(
            "visit_occurrence",
            {
                "person_id": people,
                "visit_concept_id": _looked_up(setting, visits),
                "visit_start_date": day,
                "visit_end_date": day,
                "visit_source_value": setting,
            },
        )

    def _twitching(self, columns: _Columns) -> None:
        twitching = columns["twitching"]
        (code, *_) = self._knowledge.coded_conditions.twitching.icd10cm
        there = columns["person_id"].filter(pc.fill_null(twitching, fill_value=False))
        self._put(
            "condition_occurrence",
            {
                "person_id": there,
                "condition_start_date": pa.repeat(pa.scalar(self._as_of, _DAY), len(there)),
                "condition_source_value": pa.repeat(code, len(there)),
            },
        )
        absent = columns["person_id"].filter(pc.fill_null(pc.invert(twitching), fill_value=False))
        self._observe(absent, TWITCHING, pa.repeat("absent", len(absent)), None)

    def _observe(
        self, people: pa.Array, what: str | pa.Array, value: pa.Array, day: pa.Array | None
    ) -> None:
        self._put(
            "observation",
            {
                "person_id": people,
                "observation_date": (
                    pa.repeat(pa.scalar(self._as_of, _DAY), len(people)) if day is None else day
                ),
                "value_as_string": value,
                "observation_source_value": (
                    pa.repeat(what, len(people)) if isinstance(what, str) else what
                ),
            },
        )

    def _findings(self, columns: _Columns) -> None:
        self._observe(
            columns["person_id"],
            pc.binary_join_element_wise(OWN, columns["finding"], ""),
            pc.if_else(columns["present"], "present", "absent"),
            columns["noted"],
        )

    def _asked(self, columns: _Columns) -> None:
        names = {kind: name for name, kind in LISTS.items()}
        value = _mapped(columns["what"], names)
        self._observe(columns["person_id"], LIST, value, None)

    def _drugs(self, columns: _Columns) -> None:
        self._put(
            "drug_exposure",
            {
                "person_id": columns["person_id"],
                "drug_exposure_start_date": columns["since"],
                "drug_exposure_end_date": columns["until"],
                "drug_source_value": columns["name"],
            },
        )

    def _products(self, columns: _Columns) -> None:
        parts = [
            pc.binary_join_element_wise(
                f"{part}=", pc.fill_null(pc.cast(columns[part], _TEXT), ""), ""
            )
            for part in SIG
        ]
        self._put(
            "drug_exposure",
            {
                "person_id": columns["person_id"],
                "drug_exposure_start_date": columns["since"],
                "drug_exposure_end_date": columns["until"],
                "sig": pc.binary_join_element_wise(*parts, "; "),
                "drug_source_value": columns["substance"],
                "route_source_value": columns["route"],
            },
        )

    def _results(self, columns: _Columns) -> None:
        columns = self._latest(columns)
        codes = self._codes
        both = pc.binary_join_element_wise(
            columns["lab"], pc.fill_null(columns["unit_seen"], ""), "\x1f"
        )
        loinc = _mapped(both, {each: codes.loinc(each) for each in pc.unique(both).to_pylist()})
        operators = {sign: id_ for id_, sign in omop_codes().operators.items() if sign}
        number = pc.cast(columns["value"], _TEXT)
        printed = pc.binary_join_element_wise(pc.fill_null(columns["comparator"], ""), number, "")
        unread = pc.and_(pc.is_valid(columns["problem"]), pc.is_null(printed))
        words = {"positive": 45884084, "negative": 45878583}  # not clinical: concepts
        self._put(
            "measurement",
            {
                "person_id": columns["person_id"],
                "measurement_concept_id": _looked_up(loinc, omop_codes().loinc),
                "measurement_date": columns["taken"],
                "measurement_datetime": columns["issued"],
                "operator_concept_id": _looked_up(columns["comparator"], operators),
                "value_as_number": columns["value"],
                "value_as_concept_id": _looked_up(columns["word"], words),
                "range_low": columns["reference_low"],
                "range_high": columns["reference_high"],
                "measurement_source_value": loinc,
                "unit_source_value": columns["unit_seen"],
                "value_source_value": pc.if_else(
                    unread, "?", pc.coalesce(printed, columns["word"])
                ),
            },
        )

    def _latest(self, columns: _Columns) -> _Columns:
        """Return the latest version of each final result, in the order given."""
        table = pa.table(columns).append_column("at", pa.array(np.arange(len(columns["lab"]))))
        status = table["status"]
        in_error = table.filter(pc.equal(status, "entered-in-error"))["result_id"].drop_null()
        # An error takes every version of its result with it.
        wrong = pc.is_in(table["result_id"], value_set=in_error.combine_chunks())
        final = pc.is_in(status, value_set=pa.array(_FINAL))
        final = pc.fill_null(pc.and_(final, pc.invert(wrong)), fill_value=False)
        self.left_out["not-final"] += table.num_rows - (pc.sum(final).as_py() or 0)
        table = table.filter(final)
        known = table.filter(pc.is_valid(table["result_id"]))
        order = known.sort_by(
            [("result_id", "ascending"), ("issued", "ascending"), ("at", "ascending")]
        )
        last = order.group_by("result_id", use_threads=False).aggregate([("at", "last")])["at_last"]
        kept = pc.or_(
            pc.is_null(table["result_id"]), pc.is_in(table["at"], value_set=last.combine_chunks())
        )
        self.left_out["earlier-version"] += table.num_rows - (pc.sum(kept).as_py() or 0)
        table = table.filter(kept).combine_chunks()
        return {
            name: pa.concat_arrays(table[name].chunks)
            if table.num_rows
            else pa.nulls(0, table[name].type)
            for name in columns
        }


class _Codes:
    """The LOINC code that fits a test and the unit it was printed in."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge

    def loinc(self, lab_and_unit: str) -> str:
        """Return the code of the test whose unit is of the same kind; else its first code."""
        lab, _, unit = lab_and_unit.partition("\x1f")
        record = self._knowledge.labs.get(lab)
        codes = [code for code in record.codes if code.system == LOINC] if record else []
        if not codes:
            return lab
        kinds = {each.dimension for each in units_spelt(unit, self._knowledge)} if unit else set()
        fitting = [
            code.code for code in codes
            if code.unit and self._knowledge.units[code.unit].dimension in kinds
        ]  # fmt: skip
        return fitting[0] if fitting else codes[0].code


def _mapped(column: pa.Array, meaning: Mapping[str, str]) -> pa.Array:
    coded = column.dictionary_encode()
    held = pa.array([meaning.get(each) for each in coded.dictionary.to_pylist()], _TEXT)
    return pc.take(held, coded.indices)


def _looked_up(column: pa.Array, ids: Mapping[str, int]) -> pa.Array:
    """Return the concept ids of words; 0 where there is none."""
    coded = column.dictionary_encode()
    held = pa.array([ids.get(each, 0) for each in coded.dictionary.to_pylist()], _WHOLE)
    return pc.fill_null(pc.take(held, coded.indices), 0)
