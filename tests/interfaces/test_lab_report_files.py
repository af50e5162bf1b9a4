"""Whole files: PDF in several layouts, tables, FHIR, person files, and files made to do harm."""

from __future__ import annotations

import datetime as dt
import json
import resource
import time
import zlib

import pytest
import weasyprint

from corrin.interfaces.lab_reports.pdf_text import pdf_lines
from corrin.interfaces.lab_reports.reading import read_report
from corrin.interfaces.lab_reports.records import ReportReading
from corrin.knowledge.loading import load

TODAY = dt.date(2026, 11, 22)
ENGLISH = (
    ("Vitamin B12", "1480", "H", "pg/mL", "197 - 771"),
    ("Folate", "12.3", "", "ng/mL", "4.6 - 34.8"),
    ("Active B12 (Holotranscobalamin)", "&gt;150", "", "pmol/L", "25 - 165"),
    ("White blood cells", "6.1", "", "10<sup>9</sup>/L", "4.0 - 11.0"),
    ("eGFR", "62", "", "mL/min/1.73 m<sup>2</sup>", "&gt; 60"),
    ("Potassium", "3.4", "L", "mmol/L", "3.5 - 5.1"),
    ("HbA1c", "5.6", "", "%", "4.0 - 6.0"),
)
GERMAN = (
    ("Vitamin B12", "412", "", "ng/l", "197 - 771"),
    ("Holotranscobalamin", "35,2", "-", "pmol/l", "&gt; 50"),
    ("Kalium", "3,4", "-", "mmol/l", "3,5 - 5,1"),
    ("Leukozyten", "6,1", "", "/nl", "4,0 - 10,0"),
    ("Hämoglobin", "13,8", "", "g/dl", "12,0 - 16,0"),
    ("Folsäure", "6,3", "", "µg/l", "3,9 - 26,8"),
)


def read(data: bytes) -> ReportReading:
    return read_report(data, load(), today=TODAY)


def pdf(html: str) -> bytes:
    return weasyprint.HTML(string=f"<html><body>{html}</body></html>").write_pdf()


def table(rows: tuple[tuple[str, ...], ...], style: str = "") -> str:
    cells = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    style = f"td {{ white-space: nowrap; padding: 2px 9px }} {style}"
    return f"<style>{style}</style><table>{cells}</table>"


def values(reading: ReportReading) -> list[tuple[str, str | None, str | None]]:
    return [(one.result.lab, one.result.value, one.result.unit) for one in reading.values]


ENGLISH_VALUES = [
    ("serum_b12", "1480", "pg/mL"),
    ("serum_folate", "12.3", "ng/mL"),
    ("active_b12", ">150", "pmol/L"),
    ("white_cells", "6.1", "10^9/L"),
    ("egfr", "62", "mL/min/1.73 m^2"),
    ("potassium", "3.4", "mmol/L"),
]


@pytest.mark.parametrize(
    "style",
    ["", "td { font: 8pt monospace }", "td { font: 13pt serif; border: 1px solid }",
     "td:nth-child(2) { text-align: right; font-weight: bold }"],
)  # fmt: skip
def test_a_table_in_a_pdf(style: str) -> None:
    reading = read(pdf("<p>Collected: 01 Oct 2026 08:15</p>" + table(ENGLISH, style)))
    assert reading.kind == "PDF"
    assert values(reading) == ENGLISH_VALUES
    assert {one.sureness.value for one in reading.values} == {"sure"}
    assert {one.result.taken for one in reading.values} == {dt.date(2026, 10, 1)}
    interval = reading.values[0].result.reference_interval
    assert interval is not None
    assert (interval.low, interval.high) == (197, 771)
    assert [one.line.split()[0] for one in reading.not_used] == ["HbA1c"]
    assert reading.values[0].place.startswith("page 1, line ")


def test_a_german_table_in_a_pdf() -> None:
    reading = read(pdf("<p>Abnahme: 01.10.2026</p>" + table(GERMAN)))
    assert values(reading) == [
        ("serum_b12", "412", "ng/l"),
        ("active_b12", "35,2", "pmol/l"),
        ("potassium", "3,4", "mmol/l"),
        ("white_cells", "6,1", "/nl"),
        ("haemoglobin", "13,8", "g/dl"),
        ("serum_folate", "6,3", "µg/l"),
    ]
    assert {one.sureness.value for one in reading.values} == {"sure"}


def test_two_columns_side_by_side_in_a_pdf() -> None:
    rows = [
        f"{name} {value} {unit} {span}" for name, value, _, unit, span in (*ENGLISH[:2], ENGLISH[5])
    ]
    half = "".join(f"<p style='margin:0'>{row}</p>" for row in rows[:2])
    other = f"<p style='margin:0'>{rows[2]}</p>"
    page = f"<div style='display:flex;gap:40px'><div>{half}</div><div>{other}</div></div>"
    reading = read(pdf(page))
    assert sorted(values(reading)) == sorted(
        [ENGLISH_VALUES[0], ENGLISH_VALUES[1], ENGLISH_VALUES[5]]
    )


def test_dotted_lines_and_headings_in_a_pdf() -> None:
    lines = "".join(
        f"<p>{name} .......... {value} {unit} ({span})</p>"
        for name, value, _, unit, span in ENGLISH[:2]
    )
    page = f"<h1>Pathology report</h1><h2>Serum</h2>{lines}<footer>Page 1 of 1</footer>"
    assert values(read(pdf(page))) == ENGLISH_VALUES[:2]


def test_a_csv_with_headings_in_two_languages() -> None:
    english = (
        "Test,Result,Unit,Reference range,Flag,Collected\n"
        "Vitamin B12,1480,pg/mL,197-771,H,2026-10-01\n"
        '"Folate, serum",12.3,ng/mL,4.6-34.8,,2026-10-01\n'
        "HbA1c,5.6,%,4-6,,2026-10-01\n"
    )
    german = (
        "Untersuchung;Ergebnis;Einheit;Untergrenze;Obergrenze;Datum\n"
        "Vitamin B12;412;ng/l;197;771;01.10.2026\n"
        "Kalium;3,4;mmol/l;3,5;5,1;01.10.2026\n"
    )
    first, second = read(english.encode()), read(german.encode("cp1252"))
    assert first.kind == second.kind == "CSV"
    assert values(first) == ENGLISH_VALUES[:2]
    assert values(second) == [("serum_b12", "412", "ng/l"), ("potassium", "3,4", "mmol/l")]
    for reading in (first, second):
        assert {one.sureness.value for one in reading.values} == {"sure"}
        assert {one.result.taken for one in reading.values} == {dt.date(2026, 10, 1)}
    interval = second.values[1].result.reference_interval
    assert interval is not None
    assert (interval.low, interval.high) == (3.5, 5.1)
    assert len(first.not_used) == 1


def observation(code: str, value: float, unit: str, **more: object) -> dict[str, object]:
    return {
        "resourceType": "Observation",
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": code, "display": "x"}]},
        "subject": {"reference": "Patient/1"},
        "effectiveDateTime": "2026-10-01T08:15:00Z",
        "valueQuantity": {"value": value, "unit": unit, "code": unit},
        **more,
    }


def test_a_fhir_bundle() -> None:
    bundle = {
        "resourceType": "Bundle",
        "entry": [
            {"resource": {"resourceType": "Patient", "id": "1"}},
            {
                "resource": observation(
                    "2132-9", 1480, "pg/mL",
                    referenceRange=[{"low": {"value": 197}, "high": {"value": 771}}],
                    interpretation=[{"coding": [{"code": "H"}]}],
                )
            },
            {"resource": observation("718-7", 13.801, "g/dL")},
            {"resource": observation("4548-4", 5.6, "%")},
            {"resource": observation("2284-8", 9, "ng/mL", status="entered-in-error")},
            {
                "resource": {
                    **observation("31444-3", 0, ""),
                    "valueQuantity": None,
                    "valueCodeableConcept": {"text": "Negative"},
                }
            },
        ],
    }  # fmt: skip
    reading = read(json.dumps(bundle).encode())
    assert reading.kind == "FHIR"
    assert values(reading) == [
        ("serum_b12", "1480", "pg/mL"),
        # 13.801 as text could be thirteen thousand; 13.8010 could not.
        ("haemoglobin", "13.8010", "g/dL"),
        ("intrinsic_factor_antibody", None, None),
    ]
    assert reading.values[0].result.interpretation == "high"
    assert reading.values[0].result.taken == dt.date(2026, 10, 1)
    assert reading.values[2].result.interpretation == "negative"
    assert {one.sureness.value for one in reading.values} == {"sure"}
    assert [one.why for one in reading.not_used] == [
        "It is not a test that Corrin uses.",
        "Its status is not that of a result.",
    ]


def test_a_diagnostic_report_with_its_results_inside() -> None:
    inside = observation("14685-2", 350, "pmol/L")
    report = {"resourceType": "DiagnosticReport", "contained": [inside]}
    assert values(read(json.dumps(report).encode())) == [("serum_b12", "350", "pmol/L")]


def test_a_code_does_not_make_up_for_a_missing_unit() -> None:
    one = {**observation("2132-9", 1480, ""), "valueQuantity": {"value": 1480}}
    (found,) = read(json.dumps(one).encode()).values
    assert (found.result.unit, found.sureness.value) == (None, "ask")


def test_results_of_two_people_are_refused() -> None:
    other = observation("2132-9", 300, "pg/mL", subject={"reference": "Patient/2"})
    bundle = [observation("2132-9", 1480, "pg/mL"), other]
    reading = read(json.dumps(bundle).encode())
    assert reading.values == ()
    assert "more than one person" in str(reading.problems[0])


def test_a_person_file_gives_its_findings_too() -> None:
    text = (
        'age = 41\n[findings]\ntremor = true\n[[labs]]\nlab = "b12"\nvalue = 1480\nunit = "pg/mL"\n'
    )
    for data in (
        text.encode(),
        json.dumps(
            {"age": 41, "findings": {"tremor": True},
             "labs": [{"lab": "serum_b12", "value": 1480, "unit": "pg/mL"}]}
        ).encode(),
    ):  # fmt: skip
        reading = read(data)
        assert reading.kind == "person file"
        assert values(reading) == [("serum_b12", "1480", "pg/mL")]
        assert reading.person is not None
        assert (reading.person.age, reading.person.findings) == (41, {"tremor": True})
        assert reading.person.labs == ()


# ---- files made to do harm -------------------------------------------------------------


def raw_pdf(
    stream: bytes, *, filters: str = "/FlateDecode", pages: int = 1, more: str = ""
) -> bytes:
    """A PDF written by hand around one content stream."""
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
    page = (
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 3 0 R "
        b"/Resources << /Font << /F1 " + font + b" >> >> >>"
    )
    kids = " ".join(f"{4 + number} 0 R" for number in range(pages))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {pages} >>".encode(),
        b"<< /Length %d /Filter %s >>\nstream\n" % (len(stream), filters.encode())
        + stream
        + b"\nendstream",
        *([page] * pages),
    ]
    out = bytearray(b"%PDF-1.4\n")
    places = []
    for number, one in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + one + b"\nendobj\n"
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += f"trailer << /Size {len(objects) + 1} /Root 1 0 R {more}>>\n".encode()
    return bytes(out + b"startxref\n%d\n%%%%EOF" % start)


LINE = zlib.compress(b"BT /F1 12 Tf 50 700 Td (Vitamin B12   1480 pg/mL) Tj ET")


def bounded(data: bytes) -> ReportReading:
    """Read a file and check that neither time nor memory ran away."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.monotonic()
    reading = read(data)
    assert time.monotonic() - start < 28
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 150_000
    return reading


def test_the_pdf_written_by_hand_is_a_pdf() -> None:
    assert values(read(raw_pdf(LINE))) == [("serum_b12", "1480", "pg/mL")]


def test_a_stream_that_unpacks_to_a_thousand_times_its_size() -> None:
    bomb = zlib.compress(b" " * 600_000_000, 9)
    assert len(bomb) < 1_000_000
    reading = bounded(raw_pdf(bomb))
    assert "unpacks to too much" in str(reading.problems[0])
    twice = zlib.compress(bomb, 9)
    assert bounded(raw_pdf(twice, filters="[/FlateDecode /FlateDecode]")).problems != ()


def test_a_stream_of_millions_of_letters_is_stopped_in_time() -> None:
    stream = b"BT /F1 12 Tf 50 700 Td " + b"(Vitamin B12) Tj " * 3_000_000 + b" ET"
    _, problems = pdf_lines(raw_pdf(zlib.compress(stream, 9)), seconds=2)
    assert [one.code for one in problems] == ["too-slow"]


def test_a_thousand_pages_are_read_up_to_a_limit() -> None:
    reading = bounded(raw_pdf(LINE, pages=1000))
    assert len(reading.values) == 30
    assert "up to page 30" in str(reading.problems[0])


def test_a_pdf_with_a_password_is_named_as_such() -> None:
    locked = (
        "/Encrypt << /Filter /Standard /V 1 /R 2 /P -44 "
        f"/O <{'41' * 32}> /U <{'42' * 32}> >> /ID [<{'00' * 16}> <{'00' * 16}>] "
    )
    assert "password" in str(bounded(raw_pdf(LINE, more=locked)).problems[0])


def test_a_pdf_of_pictures_says_so() -> None:
    picture = "<svg width='90' height='90'><rect width='50' height='50'/></svg>"
    reading = bounded(pdf(picture))
    assert str(reading.problems[0]) == (
        "the file: holds a picture and no text. Type the values in."
    )


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"%PDF-1.7 and nothing else", "damaged"),
        (b"PK\x03\x04 word/document.xml", "ZIP, Word or Excel"),
        (b"\x89PNG\r\n\x1a\n...", "picture"),
        (b"\xff\xd8\xff\xe0....", "picture"),
        (b"\x1f\x8b\x08.....", "compressed"),
        (b"\x00\x01\x02\x03" * 40, "binary"),
        (b"   \n  ", "empty"),
        (b"", "empty"),
        (b"a" * 1_000_001, "larger than"),
        (b'{"resourceType": ', "not valid JSON"),
        (b"[" * 200_000, "not valid JSON"),
        (b'{"resourceType": "Observation"}', "no result"),
        (b"Dear Sir, see you on Monday.", "no result"),
        (b"<html><body>Vitamin B12 1480 pg/mL</body></html>", "web page"),
    ],
)
def test_what_is_no_report_is_refused_in_words(data: bytes, words: str) -> None:
    reading = bounded(data)
    assert reading.values == ()
    told = " ".join(map(str, (*reading.problems, *(one.why for one in reading.not_used))))
    assert words in told


def test_a_wrong_name_does_not_matter_and_odd_text_is_survived() -> None:
    assert bounded(b"Vitamin B12 1480 pg/mL\x07\x1b[31m").values != ()
    assert bounded("\ufeffVitamin B12 412 ng/L".encode("utf-16")).values != ()
    assert bounded("Folsäure 6,3 µg/l".encode("cp1252")).values != ()


def test_lines_without_end_and_lists_without_end() -> None:
    long = bounded(b"Vitamin B12 " + b"1" * 900_000)
    assert "longer than a line" in long.not_used[0].why
    assert len(long.not_used[0].line) < 500
    many = bounded(b"Vitamin B12 1480 pg/mL\n" * 40_000)
    assert len(many.values) == 60
    assert "more than 3,000 lines" in " ".join(map(str, many.problems))
    numbers = bounded(b" ".join([b"Kalium 4 mmol/l"] * 25) + b"\n")
    assert len(numbers.values) <= 60
