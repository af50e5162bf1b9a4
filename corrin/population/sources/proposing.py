"""Proposes a site's mapping from its tables' column names and values, for a person to confirm.

Every guess stands with its reason and how sure it is.  What is proposed is read by nothing
until somebody has written ``confirmed = true``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow.compute as pc

from corrin.knowledge.loading import Knowledge
from corrin.picture.from_drugs import classes_of
from corrin.population.sources import cells, known_words
from corrin.population.sources.mapping import Rows
from corrin.population.sources.proposing_columns import (
    Certainty,
    Guess,
    LabGuess,
    beside_of,
    finding_of,
    is_days,
    is_numbers,
    is_yes_no,
    lab_of,
    numbers_of,
    person_of,
    possible,
    role_of,
    unit_by_values,
)
from corrin.population.sources.raw_rows import is_table
from corrin.population.sources.records import refused
from corrin.population.sources.sampling import (
    MOST,
    Sample,
    dates_of,
    decimal_of,
    header_of,
    sample,
    share,
)

_HEAD = """\
# A proposal of what the columns of {name} mean, made from their names and from some values.
# Check every line; `sure`, `likely` and `DOUBTFUL` say how sure each guess is. Then write
# confirmed = true. Until then no run reads it. What may stand here: see the page 'Your tables'.
confirmed = false
"""
_OF_PERSON = ("birth_date", "birth_year", "age", "sex", "setting", "country", "twitching", "taken")
_OF_RESULT = ("code", "value", "unit", "low", "high", "range", "flag", "taken", "issued",
              "status", "result_id", "assay", "site")  # fmt: skip
_PARTS = {
    Rows.PERSON: _OF_PERSON,
    Rows.RESULT: _OF_RESULT,
    Rows.FINDING: ("finding", "present", "noted"),
    Rows.MEDICINE: ("name", "since", "until"),
}
_DAYS = {"birth_date", "taken", "issued", "noted", "since", "until"}
#: Codes that are listed at most, and words that one column may have to be one of codes.
_MOST_CODES = 300  # not clinical: lines of a proposal


def propose_mapping(path: Path, knowledge: Knowledge) -> str:
    """Return the text of a mapping for a file or a folder, not confirmed.

    Raises :class:`InputError` when there is no table.
    """
    if not path.exists():
        raise refused(str(path), "no-such-file", "is not there.", "Check the path.")
    files = sorted(one for one in path.rglob("*") if one.is_file() and is_table(one))
    files = files if path.is_dir() else [path]
    if not files or not is_table(files[0]):
        raise refused(str(path), "no-table", "holds no table.", "Give CSV or Parquet.")
    shapes: dict[tuple[str, ...], list[Path]] = {}
    left = []
    for file in files:
        header = header_of(file)
        if header:
            shapes.setdefault((*header, "".join(file.suffixes[-2:])), []).append(file)
        else:
            left.append(file)
    if not shapes:
        raise refused(str(path), "no-table", "holds no table that can be read.", "Check it.")
    names = {file: file.relative_to(path).as_posix() if path.is_dir() else file.name
             for file in files}  # fmt: skip
    lines = [_HEAD.format(name=path.name)]
    if left:
        lines.append(f"leave = {_list(names[file] for file in left)}  # DOUBTFUL: not readable\n")
    lines += [
        _Table(sample(held), [names[file] for file in held], knowledge).text()
        for held in shapes.values()
    ]
    return "\n".join(lines)


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)


def _list(values: Iterator[str] | list[str] | tuple[str, ...]) -> str:
    return "[" + ", ".join(_text(each) for each in values) + "]"


@dataclass(slots=True)
class _Columns:
    """What the columns of a table were taken for."""

    person: Guess
    parts: dict[str, Guess] = field(default_factory=dict)
    labs: dict[str, LabGuess] = field(default_factory=dict)
    beside: dict[str, dict[str, str]] = field(default_factory=dict)
    findings: dict[str, Guess] = field(default_factory=dict)
    medicines: dict[str, Guess] = field(default_factory=dict)
    left: list[str] = field(default_factory=list)


class _Table:
    """A proposal for files of one shape."""

    def __init__(self, held: Sample, files: list[str], knowledge: Knowledge) -> None:
        self._sample, self._files, self._knowledge = held, files, knowledge
        self._person = person_of(held)
        numbers = [text for column in held.columns for text in held.distinct(column)]
        self._decimal, self._decimal_why = decimal_of(numbers)
        self._rows = self._row()

    def text(self) -> str:
        """Return the table as a mapping writes it."""
        columns = self._guessed()
        return "\n".join(
            (
                "[[table]]",
                f"files = {_list(self._files)}",
                f"rows = {_text(self._rows.value)}  {self._rows.comment}",
                f"person = {_text(self._person.value)}  {self._person.comment}",
                *self._form(columns),
                "",
                *self._named(columns),
                *self._wide(columns),
                *self._codes(columns),
                *(f"# not used: {_text(column)}" for column in columns.left),
                "",
            )
        )

    def _row(self) -> Guess:
        """Return what a row is taken for."""
        held = self._sample
        roles = {role_of(column): column for column in held.columns}
        code = self._code_column()
        if code is not None and any(role in roles for role in ("value", "flag")):
            why = f"the values of {_text(code)} are names of tests, and there is one value"
            return Guess(Rows.RESULT, Certainty.SURE, why)
        wide = any(
            lab_of(column, self._knowledge) and is_numbers(held, column, self._decimal)
            for column in held.columns
        )
        for column in () if wide else held.columns:
            texts = held.distinct(column)
            if role_of(column) == "finding" and any(
                self._knowledge.finding_id(each) for each in texts
            ):
                return Guess(Rows.FINDING, Certainty.LIKELY, f"{_text(column)} names findings")
            if role_of(column) == "name" and any(
                classes_of(each, self._knowledge) for each in texts
            ):
                return Guess(Rows.MEDICINE, Certainty.LIKELY, f"{_text(column)} names medicines")
        ids = held.columns[self._person.value]
        if len(ids.unique()) == len(ids):
            return Guess(Rows.PERSON, Certainty.SURE, "no person stands in it twice")
        return Guess(Rows.PERSON, Certainty.LIKELY, "a person or a visit: results have columns")

    def _code_column(self) -> str | None:
        """Return the column whose values name the most tests."""
        best, most = None, 0
        for column in self._sample.columns:
            if column == self._person.value:
                continue
            texts = self._sample.distinct(column)[:_MOST_CODES]
            sure = sum(
                found is not None and found.lab.certainty is not Certainty.DOUBTFUL
                for found in (lab_of(each, self._knowledge) for each in texts)
            )
            if sure > most:
                best, most = column, sure
        return best

    def _guessed(self) -> _Columns:
        columns = _Columns(person=self._person)
        kind = Rows(self._rows.value)
        rest = [one for one in self._sample.columns if one != self._person.value]
        if kind is Rows.RESULT and (code := self._code_column()) is not None:
            columns.parts["code"] = Guess(code, Certainty.SURE, "its values are names of tests")
            rest.remove(code)
        for column in tuple(rest):
            role = role_of(column)
            if role in _PARTS[kind] and role not in columns.parts and self._fits(column, role):
                columns.parts[role] = Guess(column, Certainty.LIKELY, "its name and its values")
                rest.remove(column)
        if kind is Rows.PERSON:
            rest = self._wide_columns(columns, rest)
        columns.left = rest
        return columns

    def _fits(self, column: str, role: str) -> bool:
        """Return whether a column's values are of the kind that its name says."""
        held = self._sample.columns[column]
        if role in _DAYS:
            return is_days(self._sample, column)
        if role in {"low", "high", "age"}:
            return is_numbers(self._sample, column, self._decimal)
        if role in {"twitching", "present"}:
            return is_yes_no(self._sample, column)
        if role == "sex":
            return share(held, pc.is_valid(cells.words(held, known_words.SEXES).value)) > 0
        if role == "status":
            return share(held, pc.is_valid(cells.words(held, known_words.STATUSES).value)) > 0
        return True

    def _wide_columns(self, columns: _Columns, rest: list[str]) -> list[str]:
        for column in rest:
            found = lab_of(column, self._knowledge)
            if found is not None and is_numbers(self._sample, column, self._decimal):
                columns.labs[column] = found
        left = []
        for column in rest:
            if column in columns.labs:
                continue
            beside = beside_of(column, list(columns.labs))
            finding = finding_of(column, self._knowledge)
            texts = self._sample.distinct(column)
            if beside is not None:
                columns.beside.setdefault(beside[0], {})[beside[1]] = column
            elif finding is not None and is_yes_no(self._sample, column):
                columns.findings[column] = finding
            elif any(classes_of(each, self._knowledge) for each in texts):
                columns.medicines[column] = Guess(
                    column, Certainty.LIKELY, "it holds names of medicines"
                )
            else:
                left.append(column)
        return left

    def _form(self, columns: _Columns) -> Iterator[str]:
        form = self._sample.form
        if form.delimiter is not None:
            yield f"delimiter = {json.dumps(form.delimiter)}"
            yield f"encoding = {_text(form.encoding)}"
            yield f"decimal = {_text(self._decimal)}  # {self._decimal_why}"
        days = [guess.value for part, guess in columns.parts.items() if part in _DAYS]
        days += [held["taken"] for held in columns.beside.values() if "taken" in held]
        formats: dict[str, str] = {}
        for column in days:
            if (found := dates_of(self._sample.columns[column])) is not None:
                formats.setdefault(found[0][0], found[1])
        if formats:
            yield f"dates = {_list(list(formats))}  # {'; '.join(dict.fromkeys(formats.values()))}"

    def _named(self, columns: _Columns) -> Iterator[str]:
        if columns.parts:
            yield "[table.columns]"
            for part, guess in columns.parts.items():
                yield f"{part} = {_text(guess.value)}  {guess.comment}"
            yield ""

    def _wide(self, columns: _Columns) -> Iterator[str]:
        for column, guess in columns.labs.items():
            yield from self._lab(column, guess, columns.beside.get(column, {}))
        for column, finding in columns.findings.items():
            yield "[[table.findings]]"
            yield f"column = {_text(column)}"
            yield f"finding = {_text(finding.value)}  {finding.comment}"
            yield ""
        for column, medicine in columns.medicines.items():
            yield "[[table.medicines]]"
            yield f"column = {_text(column)}  {medicine.comment}"
            texts = self._sample.distinct(column)
            marks = [mark for mark in (";", "|", ",") if any(mark in each for each in texts)]
            yield f"separator = {_text(marks[0] if marks else ';')}"
            yield ""

    def _lab(self, column: str, guess: LabGuess, beside: dict[str, str]) -> Iterator[str]:
        yield "[[table.labs]]"
        yield f"column = {_text(column)}"
        yield f"lab = {_text(guess.lab.value)}  {guess.lab.comment}"
        numbers = numbers_of(self._sample, column, self._decimal)
        if guess.unit is not None:
            fits = possible(guess.lab.value, guess.unit, numbers, self._knowledge)
            sure = Certainty.SURE if fits >= MOST else Certainty.DOUBTFUL
            yield (
                f"unit = {_text(guess.unit)}  # {sure}: in the column's name; {fits}% of the "
                "numbers are possible in it"
            )
        elif "unit_column" not in beside:
            yield f"# unit = ?  {unit_by_values(guess.lab.value, numbers, self._knowledge)}"
        for part, other in beside.items():
            yield f"{part} = {_text(other)}  # likely: it is named after this column"
        yield ""

    def _codes(self, columns: _Columns) -> Iterator[str]:
        kind = Rows(self._rows.value)
        if kind is Rows.RESULT:
            yield "[table.codes]"
            column = columns.parts["code"].value
            counted = self._sample.columns[column].drop_null().value_counts().to_pylist()
            for each in sorted(counted, key=lambda one: (-one["counts"], one["values"]))[
                :_MOST_CODES
            ]:
                yield self._code(each["values"], each["counts"])
            yield ""
        if kind is Rows.FINDING and "finding" in columns.parts:
            yield "[table.finding_codes]"
            for code in self._sample.distinct(columns.parts["finding"].value)[:_MOST_CODES]:
                guess = finding_of(code, self._knowledge)
                if guess is None:
                    yield f"# {_text(code)} is not used: no finding is called like it"
                else:
                    yield f"{_text(code)} = {_text(guess.value)}  {guess.comment}"
            yield ""

    def _code(self, code: str, rows: int) -> str:
        found = lab_of(code, self._knowledge)
        if found is None:
            return f"# {_text(code)} is not used: no test is called like it ({rows:,} rows seen)"
        unit = f", unit = {_text(found.unit)}" if found.unit else ""
        return f"{_text(code)} = {{ lab = {_text(found.lab.value)}{unit} }}  {found.lab.comment}"
