"""Age, sex, setting, country and the complaint of each person, from their own records."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from corrin.knowledge.loading import Knowledge
from corrin.knowledge.records import Setting
from corrin.person.reading import COUNTRY_LETTERS, SEXES
from corrin.population.canonical.grouping import Index
from corrin.population.canonical.problems import Problems
from corrin.population.kernel.people import Booleans, Floats

#: Fields whose records may disagree: the column, and the column that says so.
_SAME = {
    "birth_date": "birth_dates",
    "age": "ages",
    "sex": "sexes",
    "setting": "settings",
    "country": "countries",
    "twitching": "twitchings",
}
DISAGREE = "records-disagree"


class Who:
    """What is known of N people apart from their records' lists.

    ``age`` is NaN where it is not known.
    """

    def __init__(
        self,
        people: int,
        owner: Index,
        table: pa.Table | None,
        *,
        as_of: dt.date,
        knowledge: Knowledge,
        problems: Problems,
    ) -> None:
        self._problems = problems
        self._owner = owner
        where = np.full(people, -1, np.int64)
        where[owner] = np.arange(owner.size)
        self._rows = pa.array(where, mask=where < 0)
        self._table = table
        oldest = knowledge.model["oldest_age"].value
        self.age = self._age(as_of, oldest)
        self.sex = self._choice("sex", SEXES)
        self.setting = self._choice("setting", tuple(each.value for each in Setting))
        self.country = self._country()
        self.twitching = self._column("twitching", pa.bool_())

    def child(self, adult: float) -> Booleans:
        """Return who is known to be younger than ``adult`` years (N,)."""
        return np.asarray(self.age < adult)

    def ages(self) -> pa.Array:
        """Return the ages as a column."""
        return pa.array(self.age, mask=np.isnan(self.age))

    def _column(self, name: str, kind: pa.DataType) -> pa.Array:
        """Return one field of each person; null where their records disagree, with a problem."""
        if self._table is None or not self._table.num_rows:
            return pa.nulls(len(self._rows), kind)
        values = self._table[name].combine_chunks()
        differ = pc.fill_null(self._table[_SAME[name]], False).to_numpy()
        self._problems.add(self._owner[differ], name, DISAGREE)
        values = pc.if_else(pa.array(~differ), values, pa.nulls(len(values), kind))
        return values.take(self._rows)

    def _choice(self, name: str, words: tuple[str, ...]) -> pa.Array:
        given = self._column(name, pa.string())
        even = pc.replace_substring(pc.utf8_lower(pc.utf8_trim_whitespace(given)), "_", "-")
        known = pc.is_in(even, value_set=pa.array(words))
        return self._checked(name, even, known)

    def _country(self) -> pa.Array:
        given = pc.utf8_upper(pc.utf8_trim_whitespace(self._column("country", pa.string())))
        two = pc.equal(pc.utf8_length(given), COUNTRY_LETTERS)
        return self._checked("country", given, pc.and_(two, pc.utf8_is_alpha(given)))

    def _checked(self, name: str, values: pa.Array, known: pa.Array) -> pa.Array:
        wrong = pc.and_(pc.is_valid(values), pc.invert(pc.fill_null(known, False)))
        rows = np.flatnonzero(wrong.to_numpy(zero_copy_only=False))
        self._problems.add(rows, name, "unknown-choice")
        return pc.if_else(wrong, pa.nulls(len(values), pa.string()), values)

    def _age(self, as_of: dt.date, oldest: float) -> Floats:
        """Return whole years since birth, else the age given; NaN where neither is possible."""
        born = self._column("birth_date", pa.date32())
        has_birth = born.is_valid().to_numpy(zero_copy_only=False)
        given = self._column("age", pa.float64()).to_numpy(zero_copy_only=False).astype(np.float64)
        days = born.fill_null(0).to_numpy(zero_copy_only=False).astype("datetime64[D]")
        years = whole_years(days, as_of)
        age = np.where(has_birth, years, given)
        late = has_birth & (days > np.datetime64(as_of))
        self._problems.add(np.flatnonzero(late), "birth_date", "future-date")
        impossible = ~late & ((age < 0) | (age > oldest))
        self._problems.add(np.flatnonzero(impossible), "age", "impossible-value")
        age[late | impossible] = np.nan
        return age


def whole_years(born: NDArray[np.datetime64], today: dt.date) -> Floats:
    """Return the age of each in whole years, as a calendar counts them (N,)."""
    months = born.astype("datetime64[M]")
    years = born.astype("datetime64[Y]").astype(np.int64) + 1970  # not clinical: numpy's epoch
    month = months.astype(np.int64) % 12 + 1  # not clinical: months
    day = (born - months).astype(np.int64) + 1
    later = (month > today.month) | ((month == today.month) & (day > today.day))
    return np.asarray(today.year - years - later, np.float64)
