"""The first rows of a table and how it is written, for whoever proposes what it means."""

from __future__ import annotations

import codecs
import gzip
import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from corrin.errors import InputError
from corrin.population.sources import cells
from corrin.population.sources.mapping import Words
from corrin.population.sources.raw_rows import Form, connect, is_csv, open_rows
from corrin.population.sources.records import Room, refused

_ROWS = 20_000  # not clinical: rows looked at
_BYTES = 1_000_000  # not clinical: bytes looked at
#: Ways of writing a day, those first that cannot be taken for another.
DATES = ("%Y-%m-%d", "%Y%m%d", "%d.%m.%Y", "%d.%m.%y", "%Y/%m/%d", "%d/%m/%Y", "%m/%d/%Y",
         "%d-%m-%Y", "%d-%b-%Y", "%d %b %Y")  # fmt: skip
_COMMA = re.compile(r"[<>]?=?\s*\d{1,3}(?:\.\d{3})*,\d+")
_POINT = re.compile(r"[<>]?=?\s*\d{1,3}(?:,\d{3})*\.\d+")
_EITHER = re.compile(r"[<>]?=?\s*[1-9]\d{0,2}[.,]\d{3}")
#: So many of a hundred cells have to fit before a column is taken for what they look like.
MOST = 90  # not clinical: per cent


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """Some rows of files of one shape: columns of text, nulls where nothing is written."""

    files: tuple[Path, ...]
    form: Form
    columns: dict[str, pa.Array]
    typed: dict[str, pa.DataType]

    def texts(self, column: str) -> list[str]:
        """Return what is written in a column, in order, without what is empty."""
        found: list[str] = self.columns[column].drop_null().to_pylist()
        return found

    def distinct(self, column: str) -> list[str]:
        """Return each text of a column once."""
        found: list[str] = self.columns[column].drop_null().unique().to_pylist()
        return found


def sample(files: Sequence[Path]) -> Sample:
    """Return the first rows of the first of ``files``, which have the same columns."""
    file = files[0]
    form = Form(encoding=encoding_of(file)) if is_csv(file) else Form()
    with connect(Room()) as connection:
        raw = open_rows(file, connection, form)
        if not raw.columns:
            raise refused(file.name, "unreadable-file", "cannot be read.", "Is it complete?")
        batches, rows = [], 0
        for batch in raw.batches():
            batches.append(batch.slice(0, _ROWS - rows))
            rows += batches[-1].num_rows
            if rows >= _ROWS:
                break
        if not rows:
            raise refused(file.name, "no-rows", "holds no row that can be read.",
                          "A proposal needs some rows to look at.")  # fmt: skip
        table = pa.Table.from_batches(batches).combine_chunks()
        nothing = Words().nothing
        columns = {
            name: cells.text(pa.concat_arrays(table[name].chunks), nothing)
            for name in table.column_names
        }
        typed = {name: table[name].type for name in table.column_names}
        return Sample(files=tuple(files), form=raw.form, columns=columns, typed=typed)


def encoding_of(file: Path) -> str:
    """Return the encoding that the beginning of a CSV file fits."""
    try:
        with file.open("rb") as stored:
            gz = file.name.lower().endswith(".gz")
            with gzip.GzipFile(fileobj=stored) if gz else stored as data:
                first = data.read(_BYTES)
    except (OSError, EOFError, zlib.error):
        return "utf-8"
    if first.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    try:
        # A letter of several bytes may be cut at the end of what was read.
        codecs.getincrementaldecoder("utf-8")().decode(first, final=False)
    except UnicodeDecodeError:
        return "latin-1"
    return "utf-8"


def header_of(file: Path) -> tuple[str, ...]:
    """Return the columns of a file; none when it cannot be read."""
    with connect(Room()) as connection:
        try:
            form = Form(encoding=encoding_of(file)) if is_csv(file) else Form()
            return open_rows(file, connection, form).columns
        except InputError:
            return ()


def decimal_of(texts: Sequence[str]) -> tuple[cells.Decimal, str]:
    """Return which mark is written before decimals, and why."""
    comma = sum(bool(_COMMA.fullmatch(one) and not _EITHER.fullmatch(one)) for one in texts)
    point = sum(bool(_POINT.fullmatch(one) and not _EITHER.fullmatch(one)) for one in texts)
    open_ = sum(bool(_EITHER.fullmatch(one)) for one in texts)
    if comma and comma >= point:
        return cells.Decimal.COMMA, f"sure: {comma} numbers can only be read so" if not point else (
            f"DOUBTFUL: {comma} numbers have a decimal comma, {point} a point")  # fmt: skip
    if point:
        return cells.Decimal.POINT, f"sure: {point} numbers can only be read so" if not comma else (
            f"DOUBTFUL: {point} numbers have a decimal point, {comma} a comma")  # fmt: skip
    if open_:
        return cells.Decimal.POINT, (
            f"DOUBTFUL: {open_} numbers such as 1.234 can be read in two ways"
        )
    return cells.Decimal.POINT, "likely: only whole numbers were seen"


def dates_of(column: pa.Array) -> tuple[tuple[str, ...], str] | None:
    """Return how the days of a column are written and how sure that is; None for no days."""
    texts = column.drop_null().unique().to_pylist()
    if not texts:
        return None
    found = [
        form for form in DATES
        if (pc.sum(cells.days(pa.array(texts, pa.string()), (form,)).wrong).as_py() or 0)
        <= len(texts) * (100 - MOST) / 100
    ]  # fmt: skip
    if not found:
        return None
    both = {"%d/%m/%Y", "%m/%d/%Y"}
    if both <= set(found) and found[0] in both:
        return ("%d/%m/%Y",), "DOUBTFUL: no day is above 12, so day and month may be exchanged"
    return (found[0],), "sure: the days fit"


def share(column: pa.Array, fits: pa.Array) -> int:
    """Return how many of a hundred cells that hold anything fit."""
    held = len(column) - column.null_count
    return 0 if not held else round(100 * (pc.sum(fits).as_py() or 0) / held)
