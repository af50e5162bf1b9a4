"""A report given to the page: shown, corrected, confirmed, and carried into the interview."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator

import pytest
import weasyprint
from starlette.testclient import TestClient

from corrin.interfaces.web.app import create_app
from corrin.interfaces.web.settings import ServerSettings

REPORT = (
    "Abnahme: 01.10.2026\nVitamin B12 1480 pg/mL 197-771\nFolate 12\n"
    "Vitamin B12 binding capacity 1200 pg/mL\nAnti-Intrinsic-Faktor negativ\n"
)


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    app = create_app(settings=ServerSettings(workers=0))
    yield TestClient(app, base_url="http://127.0.0.1:8765")


def give(client: TestClient, data: bytes, name: str = "report.txt", **more: str) -> str:
    reply = client.post("/report", files={"report": (name, data)}, data=more)
    assert reply.status_code == 200, reply.text
    return reply.text


def fields(page: str) -> dict[str, str]:
    """The fields of the form as a browser without scripts would send them."""
    form = page[page.index('id="values"') :]
    form = form[: form.index("</form>")]
    found = {}
    for tag in re.findall(r"<input[^>]*>", form, re.DOTALL):
        parts = dict(re.findall(r'(\w+)="([^"]*)"', tag, re.DOTALL))
        if parts.get("type") == "checkbox" and " checked" not in tag:
            continue
        found[parts["name"]] = html.unescape(parts.get("value", ""))
    for name, options in re.findall(
        r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.DOTALL
    ):
        chosen = re.findall(r'<option value="([^"]*)" selected', options)
        first = re.findall(r'<option value="([^"]*)"', options)
        found[name] = html.unescape((chosen or first)[0])
    return found


def person(page: str) -> dict[str, object]:
    return json.loads(html.unescape(re.findall(r'name="person" value="([^"]*)"', page)[0]))


def test_the_first_page_has_a_place_for_a_report(client: TestClient) -> None:
    page = client.get("/").text
    assert 'action="/report"' in page
    assert 'enctype="multipart/form-data"' in page


def test_what_is_certain_is_ticked_and_what_is_not_is_not(client: TestClient) -> None:
    page = give(client, REPORT.encode())
    sent = fields(page)
    assert [sent[f"lab.{number}"] for number in range(3)] == [
        "serum_b12", "serum_folate", "intrinsic_factor_antibody",
    ]  # fmt: skip
    assert (sent.get("use.0"), sent.get("use.1"), sent.get("use.2")) == ("yes", None, "yes")
    assert sent["unit.1"] == ""
    assert "The unit is missing." in page
    assert "Vitamin B12 binding capacity 1200 pg/mL" in page


def test_confirmed_values_are_in_the_interview(client: TestClient) -> None:
    sent = fields(give(client, REPORT.encode()))
    page = client.post("/report/use", data={**sent, "go": "use"}).text
    assert person(page)["labs"] == [
        {
            "lab": "serum_b12", "value": "1480", "unit": "pg/mL", "taken": "2026-10-01",
            "reference_interval": {"low": 197.0, "high": 771.0},
        },
        {"lab": "intrinsic_factor_antibody", "interpretation": "negative"},
    ]  # fmt: skip
    assert 'name="steps" value="[[&#34;serum_b12&#34;]]"' in page


def test_nothing_is_used_when_nothing_is_confirmed(client: TestClient) -> None:
    sent = fields(give(client, REPORT.encode()))
    page = client.post("/report/use", data={**sent, "go": "none"}).text
    assert person(page).get("labs", []) == []


def test_an_edited_value_is_the_one_used(client: TestClient) -> None:
    sent = {**fields(give(client, REPORT.encode())), "value.0": ">2000", "unit.0": "pmol/L"}
    labs = person(client.post("/report/use", data=sent).text)["labs"]
    assert labs[0]["value"] == ">2000"  # type: ignore[index]
    assert labs[0]["unit"] == "pmol/L"  # type: ignore[index]


def test_a_ticked_value_without_a_unit_is_asked_about_and_nothing_typed_is_lost(
    client: TestClient,
) -> None:
    sent = {**fields(give(client, REPORT.encode())), "use.1": "yes", "value.0": "1481"}
    page = client.post("/report/use", data=sent).text
    assert 'href="#unit-1"' in page
    assert 'id="unit-1"' in page
    assert 'id="unit-1-wrong"' in page
    again = fields(page)
    assert again["value.0"] == "1481"
    assert again["use.1"] == "yes"
    labs = person(client.post("/report/use", data={**again, "unit.1": "ug/L"}).text)["labs"]
    assert len(labs) == 3  # type: ignore[arg-type]


def test_one_test_ticked_twice_for_a_day_is_asked_about(client: TestClient) -> None:
    sent = fields(give(client, b"Vitamin B12 412 ng/L\nVitamin B12 612 ng/L"))
    page = client.post("/report/use", data={**sent, "use.0": "yes", "use.1": "yes"}).text
    assert "ticked twice" in page


def test_answers_given_before_are_carried_along(client: TestClient) -> None:
    page = give(client, REPORT.encode(), person='{"age": 41, "twitching": true}', steps='[["age"]]')
    known = person(client.post("/report/use", data=fields(page)).text)
    assert (known["age"], known["twitching"]) == (41, True)


def test_a_person_file_brings_its_answers(client: TestClient) -> None:
    text = 'age = 52\nsex = "female"\n[[labs]]\nlab = "b12"\nvalue = 90\nunit = "pmol/L"\n'
    page = client.post("/report/use", data=fields(give(client, text.encode()))).text
    known = person(page)
    assert (known["age"], known["sex"]) == (52, "female")
    assert known["labs"][0]["value"] == "90"  # type: ignore[index]


def test_a_pdf_and_what_is_none(client: TestClient) -> None:
    data = weasyprint.HTML(string="<p>Vitamin B12 1480 pg/mL</p>").write_pdf()
    assert fields(give(client, data))["value.0"] == "1480"
    page = give(client, b"PK\x03\x04", name="report.pdf")
    assert "is a ZIP, Word or Excel file" in page
    assert "Type the values in" in page
    assert "Choose a file first" in give(client, b"")


def test_what_stands_in_a_report_is_never_run(client: TestClient) -> None:
    page = give(client, b"Vitamin B12 <script>alert(1)</script> 1480 pg/mL\n")
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def test_hidden_fields_that_are_broken_are_refused_in_words(client: TestClient) -> None:
    reply = client.post("/report", files={"report": ("x", b"x")}, data={"person": "{"})
    assert reply.status_code == 400
    assert "could not be read" in reply.text
    reply = client.post("/report/use", data={"person": "{"})
    assert reply.status_code == 400


def test_more_than_one_file_and_a_body_that_is_no_form(client: TestClient) -> None:
    two = [("report", ("a", b"x")), ("report", ("b", b"y"))]
    assert client.post("/report", files=two).status_code == 400
    reply = client.post("/report", content=b"x", headers={"Content-Type": "multipart/form-data"})
    assert reply.status_code == 400
    assert client.post("/report", content=b"{}").status_code in {200, 415}
    large = client.post("/report", files={"report": ("a", b"x" * 1_100_000)})
    assert large.status_code == 413
