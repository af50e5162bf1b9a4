"""Observations at speed: what repeats is settled once, and only the rest is done for each.

Of two results of a laboratory only person, id, number and times differ; code, unit, range,
status and method are mostly the same, byte for byte.  So they are the key to what was
worked out before, by the functions for one person.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from corrin.interfaces.fhir.context import Context
from corrin.interfaces.fhir.elements import NotUsedError
from corrin.interfaces.fhir_bulk import reasons, shapes
from corrin.interfaces.fhir_bulk.collected import Collected
from corrin.interfaces.fhir_bulk.days import DAY, Days, moment
from corrin.interfaces.fhir_bulk.observed import Finding, Result, lab_or_finding, observed, site_of
from corrin.interfaces.fhir_bulk.shapes import NOTHING
from corrin.interfaces.fhir_bulk.slowly import NOT_JSON, not_used, read_slowly
from corrin.interfaces.fhir_bulk.subjects import person_referred
from corrin.population.facts import SCHEMAS, FactBatch, FactKind

_KIND = "Observation"
_MOST = 50_000  # not clinical: contents remembered
_AT_ONCE = 50_000  # not clinical: rows of one batch
#: The columns of a result that repeat, and the names of their parts.
_REPEATED = {
    "lab": "lab", "comparator": "comparator", "unit_seen": "unit", "word": "word",
    "reference_low": "low", "reference_high": "high", "status": "status", "assay": "assay",
    "problem": "problem",
}  # fmt: skip

#: What differs from result to result: person, id, number, day, moment, site, index of the rest.
_Row = tuple[str, str | None, float | None, dt.date | None, str | None, str | None, int]


@dataclass(slots=True)
class Observations:
    """Reads lines of Observations; what is of no usual shape goes the slow way."""

    context: Context
    into: Collected
    _decode: Callable[[bytes], shapes.Observation] = field(
        default_factory=lambda: msgspec.json.Decoder(shapes.Observation).decode
    )
    _decode_code: Callable[[bytes], shapes.ObservationCode] = field(
        default_factory=lambda: msgspec.json.Decoder(shapes.ObservationCode).decode
    )
    #: Whether a code is of ours, by its bytes.
    _ours: dict[bytes, bool] = field(default_factory=dict)
    #: What everything but person, id, number and times means: an index of a result, or else.
    _known: dict[tuple[Any, ...], int | Finding | NotUsedError] = field(default_factory=dict)
    _results: list[Result] = field(default_factory=list)
    _rows: list[_Row] = field(default_factory=list)
    _found: list[tuple[str, str, bool, dt.date | None]] = field(default_factory=list)
    _sites: dict[bytes, str | None] = field(default_factory=dict)
    _days: Days = field(init=False)
    _last: tuple[str, str] = ("", "")

    def __post_init__(self) -> None:
        self._days = Days(self.context.today)

    def read(self, lines: Sequence[bytes], first: int) -> None:
        """Read lines, the first of which has the number ``first``."""
        decode, ours, rows, not_ours = self._decode, self._ours, self._rows, 0
        for number, line in enumerate(lines, start=first):
            try:
                one = decode(line)
            except NOT_JSON:
                self._unusual(line, number)
                continue
            if one.resource_type != _KIND:
                read_slowly(line, number, self.context, self.into)
                continue
            code = bytes(one.code)
            mine = ours.get(code)
            if mine is None:
                mine = self._is_ours(code)
            if one.component is not None:
                self._unusual(line, number)
            elif not mine:
                not_ours += 1
            else:
                try:
                    row = self._row(one, code, line, number)
                except NotUsedError as reason:
                    not_used(reason, number, _KIND, self._person(one), self.into)
                else:
                    if row is not None:
                        rows.append(row)
        if not_ours:
            self.into.ignore(reasons.CODE_NOT_USED, not_ours)
        if len(rows) >= _AT_ONCE or len(self._found) >= _AT_ONCE:
            self.flush()

    def _row(self, one: shapes.Observation, code: bytes, line: bytes, number: int) -> _Row | None:
        subject = one.subject
        if subject is None or (reference := subject.reference) is None:
            read_slowly(line, number, self.context, self.into)
            return None
        if reference == self._last[0]:
            person = self._last[1]
        else:
            person = person_referred(reference)
            self._last = (reference, person)
        key = _key(one, code)
        meant = self._known.get(key)
        if meant is None:
            meant = self._meaning(key, line)
        if isinstance(meant, int):
            taken = self._days.of(one.effective_date_time)
            quantity = one.value_quantity
            value = None if quantity is None else quantity.value
            moment_ = one.issued or one.effective_date_time
            return person, one.id, value, taken, moment_, self._site(one), meant
        if isinstance(meant, NotUsedError):
            raise meant
        try:
            noted = self._days.of(one.effective_date_time)
        except NotUsedError:
            noted = None
        self._found.append((person, meant.finding, meant.present, noted))
        return None

    def _person(self, one: shapes.Observation) -> str | None:
        try:
            return person_referred((one.subject and one.subject.reference) or "")
        except NotUsedError:
            return None

    def _site(self, one: shapes.Observation) -> str | None:
        if one.performer is NOTHING:
            return None
        performer = bytes(one.performer)
        if performer not in self._sites:
            if len(self._sites) >= _MOST:
                self._sites.clear()
            try:
                self._sites[performer] = site_of(msgspec.json.decode(performer))
            except NOT_JSON:
                raise NotUsedError("It is not valid JSON.", "not-json") from None
        return self._sites[performer]

    def _is_ours(self, code: bytes) -> bool:
        """Return whether a code is of a test or finding of ours, or of nothing at all."""
        if len(self._ours) >= _MOST:
            self._ours.clear()
        try:
            found = lab_or_finding(msgspec.json.decode(code) if code else {}, self.context)
        except (NotUsedError, AttributeError, *NOT_JSON):
            found = True
        self._ours[code] = found
        return found

    def _meaning(self, key: tuple[Any, ...], line: bytes) -> int | Finding | NotUsedError:
        if len(self._known) >= _MOST:
            self.flush()
            self._known.clear()
            self._results.clear()
        meant: int | Finding | NotUsedError
        try:
            one = msgspec.json.decode(line)
            seen, _ = observed(one, one, self.context)
            if isinstance(seen, Result):
                meant = len(self._results)
                self._results.append(seen)
            else:
                meant = seen
        except NotUsedError as reason:
            meant = reason
        except NOT_JSON:
            meant = NotUsedError("It is not valid JSON.", "not-json")
        self._known[key] = meant
        return meant

    def _unusual(self, line: bytes, number: int) -> None:
        """Read a line that does not have the usual shape, when its code is of ours."""
        try:
            one = self._decode_code(line)
            codes = [bytes(part.code) for part in (one, *(one.component or ()))]
            any_ours = any(self._is_ours_known(code) for code in codes)
        except NOT_JSON:
            any_ours = True
        if any_ours or one.resource_type != _KIND:
            read_slowly(line, number, self.context, self.into)
        else:
            self.into.ignore(reasons.CODE_NOT_USED)

    def _is_ours_known(self, code: bytes) -> bool:
        found = self._ours.get(code)
        return self._is_ours(code) if found is None else found

    def flush(self) -> None:
        """Hand on what was read so far."""
        for kind, rows, make in (
            (FactKind.RESULTS, self._rows, self._table_of_results),
            (FactKind.FINDINGS, self._found, self._table_of_findings),
        ):
            if rows:
                self.into.emit(FactBatch(kind, make()))
                self.into.tally.read += len(rows)
                self.into.tally.used += len(rows)
                rows.clear()

    def _table_of_results(self) -> pa.RecordBatch:
        persons, ids, values, taken, issued, sites, meant = zip(*self._rows, strict=True)
        index = pa.array(meant, pa.int32())
        columns = {
            "person_id": pa.array(persons, pa.string()),
            "result_id": pa.array(ids, pa.string()),
            "value": pa.array(values, pa.float64()),
            "taken": pa.array(taken, pa.date32()),
            "issued": moments(issued),
            "site": pa.array(sites, pa.string()),
        }
        schema = SCHEMAS[FactKind.RESULTS]
        for column, part in _REPEATED.items():
            of = schema.field(column).type
            distinct = pa.array([getattr(one, part) for one in self._results], of)
            columns[column] = distinct.take(index)
        return pa.RecordBatch.from_arrays([columns[name] for name in schema.names], schema=schema)

    def _table_of_findings(self) -> pa.RecordBatch:
        schema = SCHEMAS[FactKind.FINDINGS]
        columns = zip(*self._found, strict=True)
        arrays = [pa.array(column, of.type) for column, of in zip(columns, schema, strict=True)]
        return pa.RecordBatch.from_arrays(arrays, schema=schema)


def _key(one: shapes.Observation, code: bytes) -> tuple[Any, ...]:
    """Return everything that says what an Observation means, but for its number."""
    ranges, marks, method = one.reference_range, one.interpretation, one.method
    answer, quantity = one.value_codeable_concept, one.value_quantity
    # Most are not there: to see that is quicker than to copy no bytes.
    rest = (
        code,
        one.status,
        one.value_boolean,
        None if ranges is NOTHING else bytes(ranges),
        None if marks is NOTHING else bytes(marks),
        None if method is NOTHING else bytes(method),
        None if answer is NOTHING else bytes(answer),
    )
    if quantity is None:
        return rest
    return (
        rest, quantity.unit, quantity.code, quantity.system, quantity.comparator,
        quantity.value is None,
    )  # fmt: skip


def moments(said: Sequence[str | None]) -> pa.Array:
    """Return moments in UTC; a text that is none, or a day alone, is null."""
    texts = pa.array(said, pa.string())
    whole = pc.if_else(pc.greater(pc.utf8_length(texts), DAY), texts, None)
    try:
        return whole.cast(pa.timestamp("us", tz="UTC")).cast(pa.timestamp("us"))
    except pa.ArrowInvalid:
        return pa.array([moment(one) for one in said], pa.timestamp("us"))
