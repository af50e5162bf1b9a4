"""Lines as laboratories print them, in two languages: what is read, and what must not be.

Each expectation was written from the line, by hand.
"""

from __future__ import annotations

import datetime as dt

import pytest

from corrin.interfaces.lab_reports.reading import read_report
from corrin.interfaces.lab_reports.records import ReportReading
from corrin.knowledge.loading import load

TODAY = dt.date(2026, 11, 22)


def read(text: str) -> ReportReading:
    return read_report(text.encode(), load(), today=TODAY)


#: line -> lab, value, unit, low, high, sureness
READ: dict[str, tuple[str, str, str | None, float | None, float | None, str]] = {
    "Vitamin B12 1480 pg/mL 197-771": ("serum_b12", "1480", "pg/mL", 197, 771, "sure"),
    "Vitamin B12 (ECLIA) ..... >2000 pg/ml H (197 - 771)": (
        "serum_b12", ">2000", "pg/ml", 197, 771, "sure"),
    "Vitamin B12: 1480 ng/L [Ref: 197-771]": ("serum_b12", "1480", "ng/L", 197, 771, "sure"),
    "Vit. B12  <148  pmol/L  L  148 - 664": ("serum_b12", "<148", "pmol/L", 148, 664, "sure"),
    "Vit. B12  < 148  pmol/L  [148 - 664]": ("serum_b12", "<148", "pmol/L", 148, 664, "sure"),
    "Vitamin B12 ↑ 1480 pg/mL [197-771]": ("serum_b12", "1480", "pg/mL", 197, 771, "sure"),
    "Intrinsic factor antibody  3.2 [arb'U]/mL  < 1.5": (
        "intrinsic_factor_antibody", "3.2", "[arb'U]/mL", None, 1.5, "sure"),
    "Vitamin B 12    412 ng/l    197 - 771": ("serum_b12", "412", "ng/l", 197, 771, "sure"),
    "Cobalamin (Vitamin B12)  350,5 pmol/l  145 bis 569": (
        "serum_b12", "350,5", "pmol/l", 145, 569, "sure"),
    "S-Vitamin B12  612 pmol/L": ("serum_b12", "612", "pmol/L", None, None, "sure"),
    "Vitamin B12 1480 H 197-771 pg/mL": ("serum_b12", "1480", "pg/mL", 197, 771, "sure"),
    "Vitamin B12 pg/ml 1480 197-771": ("serum_b12", "1480", "pg/ml", 197, 771, "sure"),
    "Vitamin B12 [pg/ml]  1480  (197-771)": ("serum_b12", "1480", "pg/ml", 197, 771, "sure"),
    "Vitamin B12  197 - 771  1480 pg/mL": ("serum_b12", "1480", "pg/mL", 197, 771, "sure"),
    "Vitamin B12 1480 pg/mL (1092 pmol/L)": ("serum_b12", "1480", "pg/mL", None, None, "sure"),
    "VITAMIN B12 1480 PG/ML 197-771": ("serum_b12", "1480", "PG/ML", 197, 771, "sure"),
    "2132-9  Vitamin B12  1480  pg/mL": ("serum_b12", "1480", "pg/mL", None, None, "sure"),
    "Holotranscobalamin 35,2 pmol/l  > 50": ("active_b12", "35,2", "pmol/l", 50, None, "sure"),
    "Vitamin B12 (aktiv)  88 pmol/L": ("active_b12", "88", "pmol/L", None, None, "sure"),
    "Vitamin B12, active  88 pmol/L": ("active_b12", "88", "pmol/L", None, None, "sure"),
    "Active-B12 (Holotranscobalamin)  >150 pmol/L  25 - 165": (
        "active_b12", ">150", "pmol/L", 25, 165, "sure"),
    "Folsäure 6,3 µg/l 3,9 - 26,8": ("serum_folate", "6,3", "µg/l", 3.9, 26.8, "sure"),
    "Folate (serum)  12.3 ng/mL  4.6-34.8": ("serum_folate", "12.3", "ng/mL", 4.6, 34.8, "sure"),
    "Methylmalonsäure  450 nmol/l  <271": (
        "methylmalonic_acid", "450", "nmol/l", None, 271, "sure"),
    "Homocysteine 22.1* umol/L <15.0": ("homocysteine", "22.1", "umol/L", None, 15, "sure"),
    "Kalium 3,4 mmol/l - 3,5 - 5,1": ("potassium", "3,4", "mmol/l", 3.5, 5.1, "sure"),
    "K 4.1 mmol/L 3.5-5.1": ("potassium", "4.1", "mmol/L", 3.5, 5.1, "sure"),
    "Natrium 140mmol/l 135-145": ("sodium", "140", "mmol/l", 135, 145, "sure"),
    "Ca 2,31 mmol/l 2,2-2,6": ("calcium", "2,31", "mmol/l", 2.2, 2.6, "sure"),
    "Calcium ionised 1.18 mmol/L 1.15-1.30": (
        "ionised_calcium", "1.18", "mmol/L", 1.15, 1.3, "sure"),
    "Magnesium  0,85 mmol/l  0,66 - 1,07": ("magnesium", "0,85", "mmol/l", 0.66, 1.07, "sure"),
    "Hämoglobin  13,8 g/dl   12,0-16,0": ("haemoglobin", "13,8", "g/dl", 12, 16, "sure"),
    "HB 13.8 g/dL": ("haemoglobin", "13.8", "g/dL", None, None, "sure"),
    "Leukozyten 6,1 /nl 4,0 - 10,0": ("white_cells", "6,1", "/nl", 4, 10, "sure"),
    "Leukozyten 6,1 Tsd/µl 4,0 - 10,0": ("white_cells", "6,1", "Tsd/µl", 4, 10, "sure"),
    "WBC 6.1 x10^9/L 4.0-11.0": ("white_cells", "6.1", "x10^9/L", 4, 11, "sure"),
    "Thrombozyten 250 G/l 150 - 400": ("platelets", "250", "G/l", 150, 400, "sure"),
    "eGFR (CKD-EPI) 62 mL/min/1.73 m² >60": ("egfr", "62", "mL/min/1.73 m²", 60, None, "sure"),
    "GFR nach CKD-EPI  >90 ml/min/1,73m²": ("egfr", ">90", "ml/min/1,73m²", None, None, "sure"),
    "TSH basal 2,1 mU/l 0,3 - 4,0": ("tsh", "2,1", "mU/l", 0.3, 4, "sure"),
    "T4 frei 15,2 pmol/l": ("free_t4", "15,2", "pmol/l", None, None, "sure"),
    "25-OH Vitamin D 30 ng/mL 30-100": ("vitamin_d", "30", "ng/mL", 30, 100, "sure"),
    "ALT (GPT) 45 U/l +  <35": ("alt", "45", "U/l", None, 35, "sure"),
    "AST/GOT 31 U/L bis 35": ("ast", "31", "U/L", None, 35, "sure"),
    "γ-GT 60 U/l": ("ggt", "60", "U/l", None, None, "sure"),
    "CRP <5 mg/L <5": ("crp", "<5", "mg/L", None, 5, "sure"),
    "Vitamin B6 (PLP)  12 µg/l": ("vitamin_b6", "12", "µg/l", None, None, "sure"),
    # Read, and to be looked at first.
    "Methylmalonic acd 450 nmol/L <270": (
        "methylmalonic_acid", "450", "nmol/L", None, 270, "check"),
    "Methylmalonic acd  < 450 nmol/L": (
        "methylmalonic_acid", "<450", "nmol/L", None, None, "check"),
    "Vitamin B12 350 pg/mL H 197-771": ("serum_b12", "350", "pg/mL", 197, 771, "check"),
    "Vitamin B12  350  1480 pg/mL  197-771": ("serum_b12", "350", "pg/mL", 197, 771, "check"),
    "Vitamin B12 1480 pg/mL 771-197": ("serum_b12", "1480", "pg/mL", None, None, "check"),
    "Vitamin B12 1 480 ng/L": ("serum_b12", "1 480", "ng/L", None, None, "check"),
    # Not to be used before a question is answered.
    "Vitamin B12 1480": ("serum_b12", "1480", None, None, None, "ask"),
    "Vitamin B12  1.480 ng/l  197 - 771": ("serum_b12", "1.480", "ng/l", 197, 771, "ask"),
    "Vitamin B12  1,480 pg/mL": ("serum_b12", "1,480", "pg/mL", None, None, "ask"),
    "Vitamin B12 1480 mg/dL": ("serum_b12", "1480", "mg/dL", None, None, "ask"),
    "Vitamin B12 -5 pg/mL": ("serum_b12", "-5", "pg/mL", None, None, "ask"),
    "Neutrophils 60 %": ("neutrophils", "60", "%", None, None, "ask"),
    "Kalium 410 mmol/l": ("potassium", "410", "mmol/l", None, None, "ask"),
}  # fmt: skip


@pytest.mark.parametrize("line", READ)
def test_a_line_is_read_as_it_was_printed(line: str) -> None:
    lab, value, unit, low, high, sureness = READ[line]
    reading = read(line)
    assert len(reading.values) == 1, reading
    found = reading.values[0]
    assert (found.result.lab, found.result.value, found.result.unit) == (lab, value, unit)
    interval = found.result.reference_interval
    assert (interval.low if interval else None, interval.high if interval else None) == (low, high)
    assert found.sureness.value == sureness, found.doubts
    assert (found.sureness.value == "sure") is (found.doubts == ())
    assert found.as_printed == line
    assert found.place == "line 1"


@pytest.mark.parametrize(
    "line",
    [
        "Vitamin B12 binding capacity 1200 pg/mL",
        "Vitamin B12 antibody 12 U/mL",
        "Unsaturated vitamin B12 binding capacity 1200 pg/mL 650-1340",
        "Vitamin B1 450 nmol/L 70-180",
        "Vitamin B2 450 nmol/L 70-180",
        "Folate antibody 12 U/mL",
        "Folic acid receptor Ab 1.2 U/mL",
        "Red cell folate 600 ug/L",
        "Erythrozyten-Folat 600 µg/l",
        "Transcobalamin 900 pmol/L",
        "Parietal cell antibody 20 U/mL",
        "CA 19-9 35 U/mL <37",
        "CA 125 20 U/mL <35",
        "Vitamin D 1,25-Dihydroxy 45 pg/mL",
        "Albumin/Creatinine ratio 30 mg/g",
        "Creatinine (urine) 8 mmol/L",
        "Calcium i.U. 3 mmol/l",
        "CK-MB 12 U/L",
        "MMA (urine) 3 mmol/mol",
        "Alkaline phosphatase 80 U/L",
        "HbA1c 5,6 % 4,0-6,0",
        "Your vitamin B12 was 1480 pg/mL, which is high.",
        "Vitamin B12 see comment",
        "Vitamin B12 folgt",
    ],
)
def test_another_test_is_never_taken_for_one_of_ours_and_is_listed(line: str) -> None:
    reading = read(line)
    assert reading.values == ()
    assert [one.line for one in reading.not_used] == [line]
    assert reading.not_used[0].why


def test_a_name_and_a_code_that_disagree_are_listed() -> None:
    reading = read("2284-8  Vitamin B12  1480 pg/mL")
    assert reading.values == ()
    assert "different tests" in reading.not_used[0].why


def test_an_antibody_is_read_as_positive_or_negative() -> None:
    for line, answer in (
        ("Intrinsic factor antibody: positive", "positive"),
        ("Ak gegen Intrinsic-Faktor  negativ", "negative"),
    ):
        (found,) = read(line).values
        assert found.result.lab == "intrinsic_factor_antibody"
        assert (found.result.value, found.result.interpretation) == (None, answer)
        assert found.sureness.value == "sure"


def test_two_columns_on_one_line_are_two_results() -> None:
    reading = read("Folic acid 12.3 ng/mL 4.6-34.8   Kalium 4,1 mmol/l 3,5-5,1")
    assert [(one.result.lab, one.result.value) for one in reading.values] == [
        ("serum_folate", "12.3"),
        ("potassium", "4,1"),
    ]


def test_the_mark_of_the_laboratory_is_kept() -> None:
    for mark, meaning in (("H", "high"), ("↑", "high"), ("L", "low"), ("*", None), ("+", "high")):
        (found,) = read(f"Vitamin B12 700 ng/L {mark}").values
        assert (found.flag, found.result.interpretation) == (mark, meaning)


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("Abnahme: 01.10.2026 08:15 Uhr", dt.date(2026, 10, 1)),
        ("Collected: 2026-10-01T08:15", dt.date(2026, 10, 1)),
        ("Date of collection 1 Oct 2026", dt.date(2026, 10, 1)),
        ("Specimen taken October 1, 2026", dt.date(2026, 10, 1)),
        ("Probenentnahme am 1. Oktober 2026", dt.date(2026, 10, 1)),
        ("Collected: 10/31/2026", dt.date(2026, 10, 31)),
        ("Collected: 31/10/2026", dt.date(2026, 10, 31)),
        ("Collected: 01/10/2026", None),
        ("Collected: 01.10.2027", None),
        ("Date of birth: 01.10.1970", None),
    ],
)
def test_the_day_of_the_blood_test(line: str, day: dt.date | None) -> None:
    reading = read(f"{line}\nVitamin B12 412 ng/L 197-771\n")
    assert [one.result.taken for one in reading.values] == [day]
    assert bool(reading.problems) is (day is None and "birth" not in line)


def test_two_days_of_collection_are_not_chosen_between() -> None:
    reading = read("Collected: 2026-10-01\nCollected: 2026-10-02\nVitamin B12 412 ng/L")
    assert reading.values[0].result.taken is None
    assert "not certain" in str(reading.problems[0])


def test_a_day_in_the_line_goes_before_that_of_the_report() -> None:
    reading = read("Collected: 2026-10-01\n2026-09-01  Vitamin B12 412 ng/L")
    assert reading.values[0].result.taken == dt.date(2026, 9, 1)


def test_a_name_above_its_number_is_read_for_checking() -> None:
    reading = read("Vitamin B12\n1480 pg/mL  Range 197 - 771\n")
    (found,) = reading.values
    assert (found.result.value, found.sureness.value) == ("1480", "check")
    assert "two lines" in found.doubts[0]


def test_a_name_without_a_number_is_listed() -> None:
    reading = read("Vitamin B12\nKalium 4,1 mmol/l\n")
    assert [one.line for one in reading.not_used] == ["Vitamin B12"]


def test_results_below_the_heading_urine_are_to_be_checked() -> None:
    reading = read("Serum\nKreatinin 0,9 mg/dl\nUrin\nCalcium 3,1 mmol/l\nSerum\nKalium 4,1 mmol/l")
    assert [one.sureness.value for one in reading.values] == ["sure", "check", "sure"]


def test_the_same_test_twice_is_to_be_chosen() -> None:
    reading = read("Vitamin B12 412 ng/L\nVitamin B12 612 ng/L")
    assert [one.sureness.value for one in reading.values] == ["check", "check"]


def test_hidden_characters_change_nothing() -> None:
    (found,) = read("Vita\u200bmin B12\u00a0 \x07412\u202e ng/L").values
    assert (found.result.lab, found.result.value) == ("serum_b12", "412")
    assert found.as_printed == "Vitamin B12   412 ng/L"
