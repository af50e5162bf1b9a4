"""A site's mapping: what is wrong with it is said, and proposals are right and not yet believed."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from corrin.errors import InputError
from corrin.knowledge.loading import load
from corrin.population.facts import FactKind
from corrin.population.sources.mapping_reading import parse_mapping, read_mapping
from corrin.population.sources.own_table import FILES
from corrin.population.sources.proposing import propose_mapping
from tests.population_sources import Got, mapping, read, refused, written

GOOD = """
confirmed = true
[[table]]
files = ["*.csv"]
rows = "result"
person = "pid"
[table.columns]
code = "test"
value = "value"
[table.codes]
B12 = { lab = "serum_b12", unit = "pg/mL" }
"""


@pytest.mark.parametrize(
    ("old", "new", "code", "near"),
    [
        ("confirmed = true", "", "wrong-mapping", ""),
        ("confirmed", "confirmd = true\nconfirmed", "unknown-key", "confirmed"),
        ('rows = "result"', 'row = "result"', "unknown-key", "rows"),
        ('rows = "result"', 'rows = "results"', "wrong-mapping", ""),
        ("value =", "valeu =", "unknown-key", "value"),
        ('value = "value"\n', "", "missing-column", "value"),
        ("serum_b12", "serum_b21", "unknown-lab", "serum_b12"),
        ('"pg/mL"', '"pg/mX"', "unknown-unit", ""),
        ('"pg/mL"', '"mmHg"', "unknown-unit", ""),
        ('"pg/mL"', '"fL"', "wrong-unit", ""),
        ('["*.csv"]', "[]", "no-files", ""),
        ('person = "pid"', 'person = "pid"\ndelimiter = ";;"', "unknown-choice", ""),
        ('person = "pid"', 'person = "pid"\nencoding = "cp437"', "unknown-choice", "latin-1"),
        ('person = "pid"', 'person = "pid"\ndecimal = "dot"', "wrong-mapping", ""),
        ("[table.codes]", '[table.words]\nsex = { F = "femal" }\n[table.codes]',
         "unknown-choice", "female"),
        ("[table.codes]", '[table.words]\nflag = { A = "abnormal" }\n[table.codes]',
         "unknown-choice", "normal"),
        ("[table.codes]", '[[table.findings]]\ncolumn = "c"\nfinding = "cramp5"\n[table.codes]',
         "unknown-finding", "cramps"),
        ("[table.codes]", '[[table.labs]]\ncolum = "c"\nlab = "tsh"\n[table.codes]',
         "unknown-key", "column"),
        ("[table.codes]", '[[table.supplements]]\ncolumn = "c"\ngives = "amount"\n[table.codes]',
         "unknown-choice", "dose"),
        ("[[table]]", "[[table]", "not-toml", ""),
        ("[[table]]", "[table]", "wrong-mapping", ""),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_the_nearest_that_is_right(
    old: str, new: str, code: str, near: str
) -> None:
    with pytest.raises(InputError) as raised:
        mapping(GOOD.replace(old, new, 1))
    assert code in {problem.code for problem in raised.value.problems}
    assert near in str(raised.value)


def test_everything_wrong_is_said_at_once() -> None:
    wrong = GOOD.replace("serum_b12", "b13x").replace('["*.csv"]', "[]")
    assert {code for _, code in refused(lambda: mapping(wrong))} == {"no-files", "unknown-lab"}


def test_bytes_that_are_no_mapping_are_refused(tmp_path: Path) -> None:
    for data, code in ((b"\xff\xfe", "not-text"), (b"x" * 3_000_000, "too-large")):
        assert refused(lambda data=data: parse_mapping(data, "m.toml", load()))[0][1] == code
    assert refused(lambda: read_mapping(tmp_path / "none.toml", load()))[0][1] == "unreadable-file"


def test_a_mapping_that_nobody_confirmed_is_not_read(tmp_path: Path) -> None:
    file = written(tmp_path / "m.toml", GOOD.replace("true", "false"))
    assert refused(lambda: read_mapping(file, load())) == [("m.toml", "not-confirmed")]
    with pytest.raises(InputError, match="confirmed = true"):
        read_mapping(file, load())
    assert read_mapping(written(file, GOOD), load()).confirmed


def test_the_mapping_in_the_manual_is_one_and_its_columns_are_ours() -> None:
    page = (Path(__file__).parents[2] / "docs/reference/your-tables.md").read_text("utf-8")
    whole, wide = (block.partition("```")[0] for block in page.split("```toml")[1:])
    known = mapping(whole + wide)
    assert known.table[0].labs[0].lab == "serum_b12"
    for name, columns in FILES.items():
        assert f"| `{name}.csv` | `{','.join(columns)}`" in page


# Proposals


def proposed(source: Path) -> tuple[str, Got]:
    """Return a proposal for a source, and what is read with it once it is confirmed."""
    text = propose_mapping(source, load())
    assert not parse_mapping(text.encode(), "m.toml", load()).confirmed
    return text, read(source, text.replace("confirmed = false", "confirmed = true"))


def test_a_german_table_with_decimal_commas(tmp_path: Path) -> None:
    head = (
        "PatNr;Geschlecht;Geburtsdatum;Abnahmedatum;Vitamin B12 (ng/l);Kalium (mmol/l);Folsäure\n"
    )
    rows = "".join(
        f"{at};{'w' if at % 2 else 'm'};0{at % 9 + 1}.11.19{50 + at % 40};17.0{at % 6 + 1}.2026;"
        f"{300 + at},5;4,{at % 9};{8 + at % 5},25\n"
        for at in range(60)
    )
    text, got = proposed(written(tmp_path / "labor.csv", head + rows, "latin-1"))
    assert 'decimal = "comma"  # sure' in text
    assert "# unit = ?  no unit in its name" in text
    first = {row["lab"]: row for row in got.results if row["person_id"] == "1"}
    assert (first["serum_b12"]["value"], first["serum_b12"]["unit_seen"]) == (301.5, "ng/l")
    assert (first["potassium"]["value"], first["potassium"]["unit_seen"]) == (4.1, "mmol/l")
    assert first["serum_folate"]["value"] == 9.25
    assert "unit_seen" not in first["serum_folate"]
    assert first["serum_b12"]["taken"] == dt.date(2026, 2, 17)
    assert got.rows(FactKind.PEOPLE)[1] == {
        "person_id": "1", "birth_date": dt.date(1951, 11, 2), "sex": "female",
    }  # fmt: skip


def test_a_long_table_of_names_codes_and_slips(tmp_path: Path) -> None:
    tests = ("Vitamin B12", "2823-3", "Haemoglobn", "ESR")
    values = (("<150", "pg/mL"), ("4.1", "mmol/L"), ("13.5", "g/dL"), ("12", "mm/h"))
    rows = "".join(
        f"p{at},{tests[at % 4]},{','.join(values[at % 4])},1,5,2026-06-{at % 28 + 1:02d},final,A\n"
        for at in range(80)
    )
    head = "person_id,test,result,units,ref_low,ref_high,collection_date,status,ward\n"
    text, got = proposed(written(tmp_path / "results.csv", head + rows))
    assert 'rows = "result"  # sure' in text
    assert '"Haemoglobn" = { lab = "haemoglobin" }  # likely: nearly' in text
    assert '# "ESR" is not used' in text
    assert '# not used: "ward"' in text
    assert got.tally.as_json()["ignored"] == {"not-our-test": 20}
    assert {row["lab"] for row in got.results} == {"serum_b12", "potassium", "haemoglobin"}
    assert got.results[0]["comparator"] == "<"


def test_a_compressed_table_with_a_byte_order_mark_tabs_and_units_in_its_header(
    tmp_path: Path,
) -> None:
    head = "\ufeffmrn\tb12_pmol_l\tb12_date\tb12_low\tb12_high\ttsh\tage\tsex\n"
    rows = "".join(
        f"{at}\t{200 + at}\t2026-01-{at % 28 + 1:02d}\t145\t569\t2.{at % 9}\t{30 + at % 40}\tF\n"
        for at in range(50)
    )
    text, got = proposed(written(tmp_path / "c.csv.gz", head + rows))
    assert 'person = "mrn"' in text
    assert 'unit = "pmol/l"  # sure' in text
    b12 = next(row for row in got.results if row["lab"] == "serum_b12")
    assert (b12["taken"], b12["reference_low"], b12["reference_high"]) == (
        dt.date(2026, 1, 1), 145.0, 569.0,
    )  # fmt: skip
    assert got.rows(FactKind.PEOPLE)[0] == {"person_id": "0", "age": 30.0, "sex": "female"}


def test_a_folder_of_people_results_and_medicines(tmp_path: Path) -> None:
    people = "".join(f"{at},{'F' if at % 2 else 'M'},19{40 + at}-05-05\n" for at in range(20))
    written(tmp_path / "demographics.csv", "patient_id,gender,dob\n" + people)
    labs = "".join(f"{at};Vitamin B12;{250 + at};pmol/L;02/13/2026\n" for at in range(20))
    for name in ("labs_2025.csv", "labs_2026.csv"):
        written(tmp_path / name, "patient_id;component;value;uom;drawdate\n" + labs)
    drugs = "".join(f"{at},{('omeprazole', 'water')[at % 2]},2025-01-01\n" for at in range(20))
    written(tmp_path / "meds.csv", "patient_id,drug_name,start\n" + drugs)
    text, got = proposed(tmp_path)
    assert 'files = ["labs_2025.csv", "labs_2026.csv"]' in text
    assert 'dates = ["%m/%d/%Y"]  # sure' in text
    assert len(got.results) == 40
    assert got.results[0]["taken"] == dt.date(2026, 2, 13)
    assert len(got.rows(FactKind.DRUGS)) == 20
    assert len(got.rows(FactKind.PEOPLE)) == 20


def test_a_wide_parquet_file_with_findings_and_medicines(tmp_path: Path) -> None:
    size = 30
    table = pa.table(
        {
            "subject": [f"s{at}" for at in range(size)],
            "Vit. B12 [pg/mL]": [float(150 + at) for at in range(size)],
            "methylmalonic acid in nmol/L": [200.0 + at for at in range(size)],
            "cramps": [at % 2 == 0 for at in range(size)],
            "tongue fasciculatoin": [at % 3 == 0 for at in range(size)],
            "medication": ["metformin; ramipril"] * size,
            "shoe size": list(range(size)),
        }
    )
    pq.write_table(table, tmp_path / "w.parquet")
    text, got = proposed(tmp_path / "w.parquet")
    assert 'finding = "tongue_fasciculation"  # DOUBTFUL' in text
    assert '# not used: "shoe size"' in text
    assert {(row["lab"], row["unit_seen"]) for row in got.results} == {
        ("serum_b12", "pg/mL"), ("methylmalonic_acid", "nmol/L"),
    }  # fmt: skip
    assert len(got.rows(FactKind.FINDINGS)) == 2 * size
    assert len(got.rows(FactKind.DRUGS)) == 2 * size


def test_doubts_are_said_in_capitals(tmp_path: Path) -> None:
    rows = "".join(f"{at},1.{at + 100},0{at % 9 + 1}/0{at % 7 + 1}/2026\n" for at in range(40))
    text, _ = proposed(written(tmp_path / "d.csv", "id,Vitamin B12 (mg/L),date\n" + rows))
    assert "# DOUBTFUL: 40 numbers such as 1.234 can be read in two ways" in text
    assert "# DOUBTFUL: no day is above 12" in text
    assert "# DOUBTFUL: in the column's name; 0% of the numbers are possible in it" in text


def test_a_proposal_tells_nothing_of_a_person(tmp_path: Path) -> None:
    rows = "".join(f"NHS{at:05d},Smith{at},{1234.5 + at}\n" for at in range(30))
    text, _ = proposed(written(tmp_path / "n.csv", "nhs_number,surname,b12\n" + rows))
    assert "Smith" not in text
    assert "NHS0" not in text
    assert "1234" not in text


def test_there_is_no_proposal_without_rows_or_tables(tmp_path: Path) -> None:
    assert refused(lambda: propose_mapping(tmp_path, load()))[0][1] == "no-table"
    assert refused(lambda: propose_mapping(tmp_path / "x", load()))[0][1] == "no-such-file"
    empty = written(tmp_path / "e.csv", "pid,b12\n")
    assert refused(lambda: propose_mapping(empty, load())) == [("e.csv", "no-rows")]
    broken = tmp_path / "b.parquet"
    broken.write_bytes(b"no")
    assert refused(lambda: propose_mapping(broken, load()))[0][1] == "no-table"
