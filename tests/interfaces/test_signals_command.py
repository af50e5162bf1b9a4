"""``corrin signals``: the table others read, the pair, and a clear word for bad input."""

from __future__ import annotations

import csv
import json
import math

import pytest

from corrin.interfaces.commands.signals_table import COLUMNS
from corrin.signals.simulating import Design, Mess, simulate, write
from tests.interfaces.running import corrin
from tests.report_files import caers_current, table

NAMED = ("--report", "report", "--product", "product", "--event", "event")
DESIGN = Design(
    reports=2_500,
    products=50,
    events=60,
    named=(("Vitamin B12 (made up)", "Muscle twitching", 1.0), ("Multivitamin", "Choking", 5.0)),
)


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    path = tmp_path_factory.mktemp("signals") / "reports.csv.gz"
    write(simulate(DESIGN, seed=4), path, mess=Mess(repeated=0.1, no_report=0.01))
    return str(path)


@pytest.fixture(scope="module")
def rows(data, tmp_path_factory):
    out = tmp_path_factory.mktemp("out") / "table.csv"
    done = corrin("signals", data, *NAMED, "--format", "csv", "-o", str(out))
    assert done.code == 0, done.error
    with out.open(encoding="utf-8") as file:
        found = list(csv.DictReader(file))
    return found, json.loads(out.with_name("table.csv.fit.json").read_text(encoding="utf-8"))


def test_the_table_has_exactly_the_columns_promised(rows):
    found, _ = rows
    assert tuple(found[0]) == COLUMNS
    assert COLUMNS == (
        "product", "event", "n", "expected", "rr", "prr", "prr_low", "prr_high", "ror", "ror_low",
        "ror_high", "ic", "ic025", "ic975", "ebgm", "eb05", "eb95",
    )  # fmt: skip


def test_there_is_one_row_a_pair_and_its_numbers_agree(rows):
    found, _ = rows
    assert len({(row["product"], row["event"]) for row in found}) == len(found)
    for row in found:
        assert int(row["n"]) > 0
        assert float(row["rr"]) == pytest.approx(int(row["n"]) / float(row["expected"]))
        assert float(row["eb05"]) < float(row["ebgm"]) < float(row["eb95"])
        assert float(row["ic025"]) < float(row["ic"]) < float(row["ic975"])
        assert bool(row["ror_low"]) == (math.isfinite(float(row["ror"])) and bool(row["ror_high"]))


def test_the_fit_stands_beside_the_table(rows):
    _, fit = rows
    names = {"likelihood", "alpha1", "beta1", "alpha2", "beta2", "p", "negative_log_likelihood",
             "boundary", "starts"}  # fmt: skip
    assert names <= set(fit)
    assert fit["likelihood"] == "full"
    assert len(fit["starts"]) == 5
    assert all({"reached", "negative_log_likelihood", "ended"} <= set(one) for one in fit["starts"])


@pytest.mark.parametrize("likelihood", ["full", "mixture", "openebgm"])
def test_each_likelihood_can_be_asked_for(data, tmp_path, likelihood):
    out = tmp_path / "t.csv"
    done = corrin(
        "signals", data, *NAMED, "--likelihood", likelihood, "--format", "csv", "-o", str(out)
    )
    assert done.code == 0, done.error
    fit = json.loads((tmp_path / "t.csv.fit.json").read_text(encoding="utf-8"))
    assert fit["likelihood"] == likelihood


def test_given_hyperparameters_are_used(data, tmp_path):
    out = tmp_path / "t.csv"
    theta = "0.2,0.1,2,4,0.3333"
    done = corrin("signals", data, *NAMED, "--theta", theta, "--format", "csv", "-o", str(out))
    assert done.code == 0, done.error
    fit = json.loads((tmp_path / "t.csv.fit.json").read_text(encoding="utf-8"))
    assert (fit["alpha1"], fit["beta2"], fit["starts"]) == (0.2, 4.0, [])
    assert fit["given"] is True


def test_strata_change_what_is_expected(data):
    plain = corrin("signals", data, *NAMED, "--format", "csv")
    by_sex = corrin("signals", data, *NAMED, "--strata", "sex", "--format", "csv")
    one, other = (list(csv.DictReader(done.output.splitlines())) for done in (plain, by_sex))
    assert [row["n"] for row in one] == [row["n"] for row in other]
    assert [row["expected"] for row in one] != [row["expected"] for row in other]


def test_the_table_as_json_and_as_text(data):
    done = corrin("signals", data, *NAMED, "--format", "json")
    told = json.loads(done.output)
    assert set(told["rows"][0]) == set(COLUMNS)
    assert told["data"]["rows"] > told["data"]["reports"]
    text = corrin("signals", data, *NAMED)
    assert "stand out most" in text.output
    assert "do not" in text.output or "not causation" in text.output


@pytest.mark.parametrize("reader", ["person", "clinician"])
def test_a_pair_is_told_with_power_controls_and_caution(data, reader):
    done = corrin("signals", data, *NAMED, "--pair", "b12:muscle-twitching", "--for", reader)
    assert done.code == 0, done.error
    for words in (
        "Controls:",
        "Must show",
        "Must not show",
        "How sure: very",
        "Made by: corrin signals",
    ):
        assert words in done.output, words


def test_a_pair_as_json_is_joined_to_the_claims(data):
    done = corrin("signals", data, *NAMED, "--pair", "b12:muscle-twitching", "--format", "json")
    told = json.loads(done.output)
    assert told["evidence"]["claims"] == ["CL02", "CL32"]
    assert told["evidence"]["certainty"] == "very-low"
    assert told["rows"][0]["kind"] == "asked"
    assert told["caution"]


def test_known_layouts_need_no_columns(tmp_path):
    path = caers_current(tmp_path)
    done = corrin("signals", str(path), "--pair", "b12:muscle-twitching", "--format", "json")
    assert done.code == 0, done.error
    assert json.loads(done.output)["rows"][0]["a"] == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--likelihood", "fulll"), "fulll"),
        (("--theta", "1,2,3"), "five numbers"),
        (("--theta", "1,2,3,4,1.5"), "five numbers"),
        (("--theta", "1,2,three,4,0.5"), "five numbers"),
        (("--report", "nope"), "nope"),
        (("--strata", "nope"), "nope"),
        (("--format", "html"), "Add --pair"),
        (("--pair", "b12:nothing"), "not a group of events"),
        (("--pair", "b12:muscle-twitching", "--format", "csv"), "Leave --pair out"),
        (("--memory", "much"), "not an amount"),
    ],
)
def test_bad_options_are_refused_with_a_reason(data, arguments, said):
    done = corrin("signals", data, *NAMED, *arguments)
    assert done.code == 2
    assert said in done.error
    assert "Traceback" not in done.error


def test_a_file_that_is_not_there_and_one_that_is_no_table(tmp_path):
    assert "no such file" in corrin("signals", str(tmp_path / "none.csv")).error
    odd = tmp_path / "odd.xlsx"
    odd.write_bytes(b"PK\x03\x04")
    done = corrin("signals", str(odd))
    assert (done.code, "not read" in done.error) == (2, True)


@pytest.mark.parametrize(
    "made",
    [
        pytest.param([("1", "a", "x")] * 5, id="one report, five times"),
        pytest.param([("1", "a", "x"), ("2", "b", "y")], id="nothing shared"),
        pytest.param([(n, "a", "x") for n in range(9)], id="one pair"),
        pytest.param([(n, f"p{n}", "x") for n in range(9)], id="an event of all reports"),
        pytest.param([("1", "a", "x"), (None, "a", "x"), ("2", None, "x")], id="holes"),
        pytest.param([("1", "=cmd", "<b>x</b>"), ("2", 'say ""hi""', "y")], id="odd names"),
    ],
)
@pytest.mark.parametrize("likelihood", ["full", "mixture", "openebgm"])
def test_scant_data_give_a_result(tmp_path, made, likelihood):
    rows = [tuple(f'"{one}"' if isinstance(one, str) else one for one in row) for row in made]
    path = table(tmp_path / "rows.csv", rows, header="report,product,event")
    done = corrin("signals", str(path), *NAMED, "--format", "csv", "--likelihood", likelihood)
    assert done.code == 0, done.error
    assert len(list(csv.DictReader(done.output.splitlines()))) >= 1


def test_a_table_of_holes_alone_is_refused(tmp_path):
    path = table(tmp_path / "rows.csv", [(None, "a", "x")], header="report,product,event")
    done = corrin("signals", str(path), *NAMED, "--format", "csv")
    assert (done.code, "none names" in done.error) == (2, True)


def test_an_output_that_cannot_be_written_is_refused(data, tmp_path):
    done = corrin("signals", data, *NAMED, "--format", "csv", "-o", str(tmp_path / "no" / "t.csv"))
    assert done.code == 2


def test_the_demonstration_needs_no_data(tmp_path):
    path = tmp_path / "made-up.csv.gz"
    asked = ("signals", str(path), "--simulate", "3000", "--pair", "b12:muscle-twitching")
    done = corrin(*asked, "--format", "json")
    assert done.code == 0, done.error
    told = json.loads(done.output)
    assert told["data"]["reports"] == 3000
    assert next(row for row in told["rows"] if row["kind"] == "positive-control")["stands_out"]
    again = corrin(*asked)
    assert (again.code, "not written over" in again.error) == (2, True)


@pytest.mark.deep
def test_a_million_products(tmp_path):
    path = tmp_path / "many.csv"
    with path.open("w", encoding="utf-8") as file:
        file.write("report,product,event\n")
        file.writelines(f"r{n},product {n},event {n % 500}\n" for n in range(1_000_000))
    out = tmp_path / "out.csv"
    done = corrin("signals", str(path), *NAMED, "--format", "csv", "-o", str(out))
    assert done.code == 0, done.error
    with out.open(encoding="utf-8") as file:
        assert sum(1 for _ in file) == 1_000_001
