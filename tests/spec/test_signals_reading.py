"""Reading reports: layouts are recognised, nothing counts twice, and every row is accounted for."""

from __future__ import annotations

import gzip

import pytest

from corrin.errors import InputError
from corrin.signals.counting import count
from corrin.signals.reading import read_reports
from corrin.signals.records_of_reading import Layout, Roles
from tests.report_files import caers_current, caers_older, faers, table

NAMED = {"report": "id", "product": "product", "event": "event"}


def pairs(reports):
    counts = count(reports)
    return {
        (counts.products[product], counts.events[event]): int(n)
        for product, event, n in zip(counts.product, counts.event, counts.n, strict=True)
    }


@pytest.mark.parametrize(
    ("write", "layout", "b12"),
    [
        (caers_older, Layout.CAERS_OLDER, "VITAMIN B12, CAFÉ FLAVOUR"),
        (caers_current, Layout.CAERS, "VITAMIN B12"),
    ],
)
def test_caers_files_are_recognised(tmp_path, write, layout, b12):
    with read_reports(write(tmp_path)) as reports:
        assert reports.reading.layout is layout
        assert reports.reading.concomitant == 1
        assert (reports.reading.first_day, reports.reading.last_day) == ("2014-01-02", "2014-12-31")
        assert pairs(reports) == {
            (b12, "GRUMPING"): 1,
            (b12, "MUSCLE TWITCHING"): 1,
            ("TEA LEAF", "GRUMPING"): 1,
        }


def test_products_that_nobody_suspected_count_when_asked_for(tmp_path):
    with read_reports(caers_current(tmp_path), roles=Roles.ALL) as reports:
        assert pairs(reports)["OTHER", "GRUMPING"] == 1


def test_sex_is_a_stratum_only_when_asked_for(tmp_path):
    with read_reports(caers_current(tmp_path)) as reports:
        assert count(reports).reports.tolist() == [2]
    with read_reports(caers_current(tmp_path), by_sex=True) as reports:
        assert count(reports).reports.tolist() == [1, 1]


def test_of_a_faers_case_the_latest_version_counts_and_withdrawn_cases_do_not(tmp_path):
    with read_reports(faers(tmp_path)) as reports:
        reading = reports.reading
        assert reading.layout is Layout.FAERS
        # Versions 2 and 10 came on one day: the higher number wins, as a number.
        assert pairs(reports) == {
            ("CYANOCOBALAMIN", "MUSCLE TWITCHING"): 1,
            ("TENTH VERSION", "HUMMING"): 1,
            ("TEA", "HUMMING"): 1,
        }
        assert (reading.versions, reading.deleted, reading.concomitant) == (2, 1, 1)
        assert (reading.first_day, reading.last_day) == ("2022-01-05", "2022-11-06")


def test_a_folder_without_faers_files_is_refused_with_what_it_lacks(tmp_path):
    with pytest.raises(InputError, match="DEMO, DRUG, REAC"):
        read_reports(tmp_path)


def test_files_of_the_system_before_faers_are_refused(tmp_path):
    folder = faers(tmp_path)
    (folder / "ASCII" / "DEMO12Q3.txt").write_text("ISR$CASE$FDA_DT\n1$2$20120101\n")
    for name in ("DEMO22Q3.txt", "DEMO22Q4.txt"):
        (folder / "ASCII" / name).unlink()
    with pytest.raises(InputError, match="October 2012"):
        read_reports(folder)


def test_rows_are_counted_by_what_they_lack(tmp_path):
    path = table(
        tmp_path / "rows.csv",
        [
            ("1", "a", "x"), ("1", "a", "x"), ("1", " a ", "x"),
            (None, "a", "x"), ("2", None, "x"), ("3", "  ", "x"), ("4", "b", None),
            ("5", "b", "y"),
        ],
    )  # fmt: skip
    with read_reports(path, columns=NAMED) as reports:
        reading = reports.reading
        assert (reading.rows, reading.reports) == (8, 2)
        assert (reading.no_report, reading.no_product, reading.no_event) == (1, 2, 1)
        assert reading.repeated == 2
        assert pairs(reports) == {("a", "x"): 1, ("b", "y"): 1}


def test_names_of_a_plain_table_keep_their_case(tmp_path):
    path = table(tmp_path / "rows.csv", [("1", "Tea", "x"), ("2", "TEA", "x")])
    with read_reports(path, columns=NAMED) as reports:
        assert set(pairs(reports)) == {("Tea", "x"), ("TEA", "x")}


def test_a_gzipped_file_and_a_parquet_file_give_the_same(tmp_path):
    import duckdb

    plain = table(tmp_path / "rows.csv", [("1", "a", "x"), ("2", "a", "y"), ("2", "b", "y")])
    packed = tmp_path / "rows.csv.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    parquet = tmp_path / "rows.parquet"
    duckdb.connect().execute(f"copy (from '{plain}') to '{parquet}' (format parquet)")
    found = []
    for path in (plain, packed, parquet):
        with read_reports(path, columns=NAMED) as reports:
            found.append(pairs(reports))
    assert found[0] == found[1] == found[2]


def test_a_report_with_two_strata_forms_one_of_its_own(tmp_path):
    path = table(
        tmp_path / "rows.csv",
        [("1", "a", "x", "f"), ("1", "a", "y", "m"), ("2", "a", "x", "m"), ("3", "a", "x", "")],
        header="id,product,event,sex",
    )
    with read_reports(path, columns={**NAMED, "stratum": "sex"}) as reports:
        assert reports.reading.two_strata == 1
        assert count(reports).reports.tolist() == [1, 1, 1]


def test_an_unknown_layout_is_refused_with_what_to_do(tmp_path):
    path = table(tmp_path / "rows.csv", [("1", "a", "x")], header="one,two,three")
    with pytest.raises(InputError, match=r"one, two, three.*--report --product --event"):
        read_reports(path)


def test_a_table_in_which_nothing_is_whole_is_refused(tmp_path):
    path = table(tmp_path / "rows.csv", [("1", None, "x"), ("2", "a", None)])
    with pytest.raises(InputError, match="of its 2 rows none"):
        read_reports(path, columns=NAMED)


def test_an_amount_of_memory_must_be_one(tmp_path):
    path = table(tmp_path / "rows.csv", [("1", "a", "x")])
    with pytest.raises(InputError, match="not an amount"):
        read_reports(path, columns=NAMED, memory="much")


def test_names_put_together_count_a_report_once(tmp_path):
    path = table(tmp_path / "rows.csv", [("1", "a", "x"), ("1", "b", "x"), ("2", "c", "x")])
    with read_reports(path, columns=NAMED) as reports:
        counts = count(reports, products={"a": "[ab]", "b": "[ab]"})
    assert counts.products == ("[ab]", "c")
    assert counts.product_reports[:, 0].tolist() == [1, 1]
    assert counts.n.tolist() == [1, 1]
