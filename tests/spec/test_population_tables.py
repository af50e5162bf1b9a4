"""CSV and Parquet tables: every row is used, ignored or rejected, and nothing is guessed."""

from __future__ import annotations

import datetime as dt
import gzip
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from corrin.population.facts import FactKind
from tests.population_sources import Got, read, refused, written

LONG = """
confirmed = true
[[table]]
files = ["*.csv", "*.csv.gz", "*.parquet"]
rows = "result"
person = "pid"
[table.columns]
code = "test"
value = "value"
unit = "unit"
low = "low"
high = "high"
taken = "day"
[table.codes]
B12 = { lab = "serum_b12" }
K = { lab = "potassium", unit = "mmol/L" }
"""
HEAD = "pid,test,value,unit,low,high,day\n"


def long(tmp_path: Path, text: str, **changes: str) -> Got:
    file = written(tmp_path / "r.csv", HEAD + text)
    known = LONG
    for old, new in changes.values() if changes else ():
        known = known.replace(old, new)
    return read(file, known)


def test_a_result_is_what_its_row_says(tmp_path: Path) -> None:
    got = long(tmp_path, "p1,B12,<150,pg/mL,197,771,2026-03-01\n")
    assert got.results == [
        {
            "person_id": "p1", "lab": "serum_b12", "value": 150.0, "comparator": "<",
            "unit_seen": "pg/mL", "reference_low": 197.0, "reference_high": 771.0,
            "taken": dt.date(2026, 3, 1), "status": "final",
        }
    ]  # fmt: skip
    assert got.tally.as_json() == {"read": 1, "used": 1, "ignored": {}, "rejected": {}}


def test_a_units_column_wins_over_the_unit_of_the_code_and_a_missing_unit_stays_missing(
    tmp_path: Path,
) -> None:
    got = long(tmp_path, "p1,K,4.1,,,,\np1,K,4.1,meq/L,,,\np1,B12,300,,,,\n")
    assert [row.get("unit_seen") for row in got.results] == ["mmol/L", "meq/L", None]


@pytest.mark.parametrize(
    ("decimal", "printed", "value"),
    [
        ("point", "1.234", 1.234), ("comma", "1.234", 1234.0), ("comma", "1,234", 1.234),
        ("point", '"1,234"', 1234.0), ("point", "1 234.5", 1234.5), ("comma", "1.234,5", 1234.5),
        ("comma", "< 5,2", 5.2), ("point", "1.2e3", 1200.0), ("comma", "1480", 1480.0),
    ],
)  # fmt: skip
def test_the_stated_mark_settles_what_a_number_means(
    tmp_path: Path, decimal: str, printed: str, value: float
) -> None:
    printed = printed if printed.startswith('"') else f'"{printed}"'
    got = long(
        tmp_path, f"p1,B12,{printed},pg/mL,,,\n",
        mark=('person = "pid"', f'person = "pid"\ndecimal = "{decimal}"'),
    )  # fmt: skip
    assert [row["value"] for row in got.results] == [value]


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("pending", "not-a-number"), ("-3", "negative-value"), ("12 3", "not-a-number"),
        ("1e999", "not-a-number"), ("<", "not-a-number"), ("nan", "not-a-number"),
        ("inf", "not-a-number"), ("1..2", "not-a-number"), ('"5,5"', "ambiguous-number"),
        ("1480 H", "not-a-number"),
    ],
)  # fmt: skip
def test_what_is_no_number_is_a_result_with_a_problem(tmp_path: Path, cell: str, code: str) -> None:
    got = long(tmp_path, f"p1,B12,{cell},pg/mL,,,2026-03-01\n")
    assert [(row.get("value"), row["problem"]) for row in got.results] == [(None, code)]
    assert got.tally.used == 1


def test_a_word_can_stand_in_place_of_a_number(tmp_path: Path) -> None:
    got = long(tmp_path, "p1,B12,High,,,,\np2,B12,niedrig,,,,\n")
    assert [row["word"] for row in got.results] == ["high", "low"]


@pytest.mark.parametrize(
    "day", ["2026-02-30", "17.3.2026", "yesterday", "0000-00-00", "2026-13-01"]
)
def test_a_result_of_no_readable_day_is_not_used_and_says_so(tmp_path: Path, day: str) -> None:
    got = long(tmp_path, f"p1,B12,300,pg/mL,,,{day}\n")
    assert [(row.get("value"), row.get("taken"), row["problem"]) for row in got.results] == [
        (None, None, "wrong-date")
    ]


def test_what_is_not_ours_is_ignored_and_what_is_broken_rejected(tmp_path: Path) -> None:
    got = long(
        tmp_path,
        "p1,ESR,12,mm/h,,,\n,B12,300,pg/mL,,,\np3,,300,pg/mL,,,\np4,B12,,pg/mL,,,\n"
        "p5,2132-9,300,pg/mL,,,\n",
    )
    assert [row["person_id"] for row in got.results] == ["p5"]
    assert got.tally.as_json() == {
        "read": 5, "used": 1, "ignored": {"no-value": 1, "not-our-test": 1},
        "rejected": {"no-code": 1, "no-person-id": 1},
    }  # fmt: skip
    assert set(got.rejected) == {("r.csv:row 2", "no-person-id"), ("r.csv:row 3", "no-code")}


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("p1,B12,30", "too-few-columns"),
        ("p1,B12,300,pg/mL,,,2026-03-01,more\n", "too-many-columns"),
        ('p1,"B12,300,pg/mL,,,2026-03-01\n', "quote-not-closed"),
    ],
)
def test_a_broken_line_is_rejected_with_its_line(tmp_path: Path, line: str, code: str) -> None:
    got = long(tmp_path, f"p0,B12,300,pg/mL,,,2026-03-01\n{line}")
    assert len(got.results) == 1
    assert got.rejected == [("r.csv:line 3", code)]


def test_a_quote_that_is_not_closed_counts_every_line_it_swallows(tmp_path: Path) -> None:
    good = "p0,B12,300,pg/mL,,,2026-03-01\n"
    got = long(tmp_path, f'{good}p1,"B12,300,pg/mL,,,\n{good}{good}'.rstrip("\n"))
    assert len(got.results) == 1
    assert got.tally.rejected == {"quote-not-closed": 3}
    assert got.tally.read == 4


def test_a_line_in_another_encoding_is_rejected_and_the_rest_read(tmp_path: Path) -> None:
    file = tmp_path / "r.csv"
    file.write_bytes(HEAD.encode() + b"p1,B12,300,pg/mL,,,\np2,B12,300,\xb5g/L,,,\n")
    got = read(file, LONG)
    assert len(got.results) == 1
    assert got.rejected == [("r.csv:line 3", "wrong-encoding")]
    stated = LONG.replace('person = "pid"', 'person = "pid"\nencoding = "latin-1"')
    assert [row["unit_seen"] for row in read(file, stated).results] == ["pg/mL", "µg/L"]


def test_a_compressed_file_that_was_cut_off_is_rejected_and_the_others_read(
    tmp_path: Path,
) -> None:
    rows = "".join(f"p{at},B12,{at % 977},pg/mL,,,2026-03-01\n" for at in range(20_000))
    whole = gzip.compress((HEAD + rows).encode(), mtime=0)
    (tmp_path / "a.csv.gz").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "b.csv.gz").write_bytes(whole[:5])
    written(tmp_path / "c.csv", HEAD + "p1,B12,300,pg/mL,,,\n")
    (tmp_path / "d.parquet").write_bytes(b"PAR1 this is none")
    got = read(tmp_path, LONG)
    assert ("b.csv.gz", "unreadable-file") in got.rejected
    assert ("d.parquet", "unreadable-file") in got.rejected
    assert ("a.csv.gz", "unreadable-from-here") in got.rejected
    assert [row["value"] for row in got.results][-1] == 300.0


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_may_end_in_any_of_the_usual_ways_but_not_in_several(
    tmp_path: Path, end: str
) -> None:
    rows = HEAD + "p1,B12,300,pg/mL,,,2026-03-01\n" * 2
    file = tmp_path / "r.csv"
    file.write_bytes(rows.replace("\n", end).encode())
    assert [row["value"] for row in read(file, LONG).results] == [300.0, 300.0]
    file.write_bytes(rows.encode() + rows.partition("\n")[2].replace("\n", "\r\n").encode())
    assert read(file, LONG).rejected == [("r.csv", "mixed-line-breaks")]


@pytest.mark.parametrize(
    ("header", "known", "expected"),
    [
        ("", LONG, ("r.csv", "no-header")),
        ("pid,pid,value,unit,low,high,day\n", LONG, ("r.csv", "column-twice")),
        ("pid,test,result,unit,low,high,day\n", LONG, ("r.csv", "missing-column")),
        (HEAD, LONG.replace("*.csv", "*.tsv"), ("table[0].files", "no-such-file")),
        (HEAD, LONG + LONG.replace("confirmed = true", ""), ("r.csv", "file-twice")),
    ],
)
def test_what_the_mapping_and_the_files_do_not_share_is_told_before_anything_is_read(
    tmp_path: Path, header: str, known: str, expected: tuple[str, str]
) -> None:
    written(tmp_path / "r.csv", header)
    if "tsv" in known:
        known = known.replace('"*.csv.gz", ', "").replace(', "*.parquet"', "")
    assert expected in refused(lambda: read(tmp_path, known))


def test_a_missing_column_is_told_with_the_nearest(tmp_path: Path) -> None:
    file = written(tmp_path / "r.csv", HEAD.replace("value", "values"))
    with pytest.raises(Exception, match="Did you mean 'values'"):
        read(file, LONG)


def test_a_file_that_no_table_names_is_not_passed_over(tmp_path: Path) -> None:
    written(tmp_path / "r.csv", HEAD)
    written(tmp_path / "more.txt", "a,b\n")
    assert ("more.txt", "file-not-mapped") in refused(lambda: read(tmp_path, LONG))
    left = LONG.replace("confirmed = true", 'confirmed = true\nleave = ["*.txt"]')
    assert read(tmp_path, left).tally.read == 0


WIDE = """
confirmed = true
[[table]]
files = ["*"]
rows = "person"
person = "id"
decimal = "comma"
dates = ["%d.%m.%Y"]
medicines_complete = true
[table.columns]
sex = "sex"
birth_year = "born"
setting = "where"
country = "land"
twitching = "zuckt"
taken = "day"
[table.words]
yes = ["si"]
no = ["no"]
setting = { hausarzt = "primary-care" }
[[table.labs]]
column = "b12"
lab = "serum_b12"
unit_column = "b12_unit"
range = "b12_range"
[[table.labs]]
column = "mg"
lab = "magnesium"
unit = "mmol/L"
[[table.findings]]
column = "cramps"
finding = "cramps"
[[table.medicines]]
column = "meds"
[[table.medicines]]
column = "ppi"
name = "omeprazole"
[[table.supplements]]
column = "needle"
substance = "hydroxocobalamin"
route = "intramuscular"
[[table.supplements]]
column = "pill_dose"
substance = "cyanocobalamin"
gives = "dose"
"""
WIDE_HEAD = (
    "id;sex;born;where;land;zuckt;day;b12;b12_unit;b12_range;mg;cramps;meds;ppi;needle;pill_dose\n"
)


def test_a_row_of_a_wide_table_gives_everything_its_columns_say(tmp_path: Path) -> None:
    row = "1;w;1980;Hausarzt;de;si;17.3.2026;312,5;ng/l;197 - 771;0,8;no;Metformin;no;si;1 mg\n"
    got = read(written(tmp_path / "w.csv", WIDE_HEAD + row), WIDE)
    assert got.rows(FactKind.PEOPLE) == [
        {
            "person_id": "1", "birth_date": dt.date(1980, 7, 1), "sex": "female",
            "setting": "primary-care", "country": "DE", "twitching": True,
        }
    ]  # fmt: skip
    b12, magnesium = got.results
    assert (b12["value"], b12["reference_low"], b12["unit_seen"]) == (312.5, 197.0, "ng/l")
    assert (magnesium["value"], magnesium["taken"]) == (0.8, dt.date(2026, 3, 17))
    assert [(r["finding"], r["present"]) for r in got.rows(FactKind.FINDINGS)] == [
        ("cramps", False)
    ]
    assert [r["name"] for r in got.rows(FactKind.DRUGS)] == ["Metformin"]
    assert [(r["substance"], r.get("dose")) for r in got.rows(FactKind.PRODUCTS)] == [
        ("hydroxocobalamin", None), ("cyanocobalamin", "1 mg"),
    ]  # fmt: skip
    assert {"what": "drugs", "person_id": "1"} in got.rows(FactKind.ASKED)


def test_cells_of_a_person_that_cannot_be_read_are_noted_and_the_rest_is_used(
    tmp_path: Path,
) -> None:
    row = "1;?;19x0;moon;Germany;maybe;;x;;bad;;perhaps;;;;\n"
    got = read(written(tmp_path / "w.csv", WIDE_HEAD + row), WIDE)
    assert got.rows(FactKind.PEOPLE) == [{"person_id": "1"}]
    assert [row["problem"] for row in got.results] == ["not-a-number"]
    assert got.tally.used == got.tally.read == 1
    assert {row["kind"] for row in got.rows(FactKind.REJECTED)} == {
        "person.sex", "person.born", "person.where", "person.land", "person.zuckt",
        "person.b12_range", "person.cramps",
    }  # fmt: skip


def test_an_empty_cell_is_not_asked(tmp_path: Path) -> None:
    row = "1;;;;;;;;;;;;;;;\n"
    got = read(written(tmp_path / "w.csv", WIDE_HEAD + row), WIDE)
    assert not got.results
    assert not got.rows(FactKind.FINDINGS)
    assert got.rows(FactKind.PEOPLE) == [{"person_id": "1"}]


def test_parquet_keeps_its_types(tmp_path: Path) -> None:
    table = pa.table(
        {
            "pid": pa.array([1.0, 2.0, None, 4.5]),
            "test": ["B12", "B12", "B12", "B12"],
            "value": pa.array([300.5, float("nan"), 1.0, 2.0]),
            "unit": ["pg/mL"] * 4,
            "low": pa.array([1, None, None, None], pa.int32()),
            "high": pa.nulls(4, pa.float32()),
            "day": pa.array([dt.datetime(2026, 3, 1, 23, 30)] * 4, pa.timestamp("ns")),
        }
    )
    pq.write_table(table, tmp_path / "r.parquet")
    got = read(tmp_path / "r.parquet", LONG)
    assert [(row["person_id"], row["value"], row["taken"]) for row in got.results] == [
        ("1", 300.5, dt.date(2026, 3, 1))
    ]
    assert got.tally.rejected == {"no-person-id": 2}
    assert got.tally.ignored == {"no-value": 1}


def test_states_of_results_are_read_and_an_unknown_one_rejected(tmp_path: Path) -> None:
    head = HEAD.replace("day", "day,state")
    file = written(
        tmp_path / "r.csv",
        head + "p1,B12,300,,,,,F\np2,B12,300,,,,,Corrected\np3,B12,300,,,,,moon\np4,B12,300,,,,,\n",
    )
    known = LONG.replace('taken = "day"', 'taken = "day"\nstatus = "state"').replace(
        "[table.codes]", '[table.words]\nstatus = { F = "final" }\n[table.codes]'
    )
    got = read(file, known)
    assert [row.get("status") for row in got.results] == ["final", "corrected", None]
    assert got.rejected == [("r.csv:row 3", "unknown-status")]


def test_no_message_repeats_a_value(tmp_path: Path) -> None:
    got = long(tmp_path, "secret1,B12,secret2,pg/mL,,,secret3\nsecret4,B12\n")
    said = str(got.rows(FactKind.REJECTED)) + str(got.tally.as_json())
    assert "secret2" not in said
    assert "secret3" not in said
    assert "secret4" not in said
