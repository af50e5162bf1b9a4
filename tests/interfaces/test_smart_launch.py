"""The page opened from a record: both launches end with the patient's B12 filled in."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
import textstat
from starlette.testclient import TestClient

from corrin.interfaces.smart.errors import Why
from corrin.interfaces.smart.launches import challenge_of
from corrin.interfaces.web.app import create_app
from corrin.interfaces.web.settings import ServerSettings
from corrin.interfaces.web.smart_pages import ended
from corrin.knowledge.loading import load
from tests.interfaces.cds_calls import b12, patient, result
from tests.interfaces.smart_server import SCOPES, SECRET, Record
from tests.interfaces.smart_walk import (
    CALLBACK,
    HOME,
    Walk,
    fields,
    heading,
    person,
    query_of,
    resources,
    walking,
)
from tests.pages.page_parts import parse, sentences
from tests.pages.test_reading_level import GRADE, LONGEST


@pytest.fixture
def walk() -> Iterator[Walk]:
    with walking() as walk:
        yield walk
        assert walk.record.wrong == []


def test_the_challenge_is_the_one_of_the_rfc() -> None:
    verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    assert challenge_of(verifier) == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


@pytest.mark.parametrize("how", ["standalone", "from_record"])
def test_each_launch_ends_with_the_results_filled_in(walk: Walk, how: str) -> None:
    page = getattr(walk, how)()
    assert (page.status_code, heading(page.text)) == (200, "What we read in the record")
    sent = fields(page.text)
    assert [sent["lab.0"], sent["value.0"], sent["unit.0"]] == ["serum_b12", "1480", "pg/mL"]
    assert sent["place.0"] == "Observation/b1"
    assert sent["use.0"] == "yes"
    assert "Anna Muster, 1965-01-01" in page.text
    following = walk.client.post("/smart/use", data=sent | {"go": "use"})
    told = person(following.text)
    assert told["labs"][0] == {
        "lab": "serum_b12", "value": "1480", "unit": "pg/mL", "taken": "2026-10-01",
    }  # fmt: skip
    assert (told["age"], told["sex"]) == (61, "female")
    assert told["findings"] == {"pregnant": True}
    assert told["drugs"] == [{"name": "Omeprazole 20 MG Oral Capsule"}]
    assert 'name="steps" value="[[&#34;serum_b12&#34;]]"' in following.text


def test_what_is_asked_of_the_record_is_what_the_specification_asks(walk: Walk) -> None:
    walk.from_record()
    asked = walk.record.authorized[-1]
    assert asked["aud"] == walk.record.iss
    assert asked["launch"] in walk.record.launches
    assert "launch" in asked["scope"].split()
    walk.standalone()
    asked = walk.record.authorized[-1]
    assert "launch" not in asked
    assert "launch/patient" in asked["scope"].split()
    # No identity, nothing that lasts, and only what is read.
    assert set(asked["scope"].split()) <= SCOPES


def test_every_page_of_a_search_is_read_and_nothing_is_asked_for_that_is_not_used(
    walk: Walk,
) -> None:
    sent = fields(walk.standalone().text)
    values = [sent[f"value.{n}"] for n in range(6) if sent[f"lab.{n}"] == "potassium"]
    assert values == ["4.4", "4.3", "4.2", "4.1", "4"]
    # The newest of a test is ticked; the older ones wait for somebody to look at them.
    assert [sent.get(f"use.{number}") for number in range(6)] == ["yes", "yes", *[None] * 4]
    kinds = {
        urlsplit(path).path.split("/")[2] for path in walk.record.asked if path.startswith("/fhir/")
    }
    assert kinds == {
        ".well-known", "Patient", "Observation", "Condition", "MedicationRequest",
        "MedicationStatement", "MedicationAdministration", "Encounter",
    }  # fmt: skip


def test_the_first_b12_is_shown_however_many_other_results_there_are() -> None:
    many = [
        result("2823-3", 4.0, "mmol/L", id_=f"k{number}", taken=f"2026-{number // 28 + 1:02}-"
               f"{number % 28 + 1:02}")
        for number in range(200)
    ]  # fmt: skip
    record = Record([patient(), *many, b12(1480)], page_size=200)
    with walking(record) as walk:
        page = walk.standalone().text
    sent = fields(page)
    assert sent["lab.0"] == "serum_b12"
    assert "lab.60" not in sent
    assert "The rest was left out." in page


def test_a_confidential_client_signs_in_with_its_secret() -> None:
    with walking(Record(resources(), secret=SECRET), secret=SECRET) as walk:
        page = walk.standalone().text
        assert fields(page)["value.0"] == "1480"
        assert walk.record.wrong == []
        assert SECRET not in page
        assert SECRET not in repr(walk.client.app.state.smart.settings)  # type: ignore[attr-defined]


def test_nothing_that_was_not_confirmed_goes_on(walk: Walk) -> None:
    sent = fields(walk.standalone().text)
    for field in ("use.0", "keep.pregnant", "keep.drug.0", "keep.sex"):
        assert sent.pop(field) == "yes"
    told = person(walk.client.post("/smart/use", data=sent | {"go": "use"}).text)
    assert "serum_b12" not in {one["lab"] for one in told["labs"]}
    assert {"sex", "drugs", "findings"} & set(told) == set()
    assert told["age"] == 61
    assert person(walk.client.post("/smart/use", data=sent | {"go": "none"}).text) == {}


def test_nothing_ticked_and_a_value_made_wrong_bring_the_page_back(walk: Walk) -> None:
    sent = fields(walk.standalone().text)
    none = {key: one for key, one in sent.items() if not key.startswith(("use.", "keep."))}
    page = walk.client.post("/smart/use", data=none | {"go": "use"}).text
    assert "Tick what is right." in page
    assert fields(page)["value.0"] == "1480"
    page = walk.client.post("/smart/use", data=sent | {"unit.0": "", "go": "use"}).text
    assert 'id="unit-0-wrong"' in page
    assert "Anna Muster" in page


def test_the_page_comes_back_from_its_own_fields(walk: Walk) -> None:
    page = walk.standalone().text
    sent = fields(page)
    del sent["keep.drug.0"]
    again = walk.client.post("/smart/record", data=sent).text
    assert fields(again) == sent
    assert heading(again) == heading(page)
    broken = walk.client.post("/smart/record", data=sent | {"account": "{"})
    assert broken.status_code == 400
    for path in ("/smart/record", "/smart/use"):
        assert heading(walk.client.get(path).text) == "Your answers are not here"


def test_a_clinician_says_so_on_the_page(walk: Walk) -> None:
    sent = fields(walk.standalone().text)
    assert "reader" not in sent
    page = walk.client.post("/smart/use", data=sent | {"go": "use", "reader": "clinician"}).text
    assert 'name="reader" value="clinician"' in page


def test_the_language_of_the_beginning_is_that_of_the_end(walk: Walk) -> None:
    begun = walk.begin(lang="de")
    page = walk.come_back(walk.sign_in(begun))
    assert '<html lang="de">' in page.text
    assert fields(page.text)["lang"] == "de"


def test_the_first_page_leads_to_the_records(walk: Walk) -> None:
    assert 'href="/smart/start"' in walk.client.get("/").text
    wrong = walk.client.post("/start", data={"age": "x"}).text
    assert 'href="/smart/start"' in wrong
    page = walk.client.get("/smart/start").text
    assert walk.record.iss in page
    assert "/smart/start?iss=http" in page


def test_without_an_issuer_there_is_nothing_of_it() -> None:
    client = TestClient(create_app(settings=ServerSettings(workers=0)), base_url=HOME)
    assert "/smart" not in client.get("/").text
    for path in ("/smart/start", "/smart/launch?iss=a&launch=b", "/smart/callback?state=a"):
        assert client.get(path).status_code == 404


def test_the_token_is_in_no_log_no_address_and_no_page(
    walk: Walk, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    begun = walk.begin()
    page = walk.come_back(walk.sign_in(begun))
    used = walk.client.post("/smart/use", data=fields(page.text) | {"go": "use"})
    (token,) = walk.record.tokens
    told = (begun, page, used)
    for text in (*(one.text for one in told), *(str(one.headers.raw) for one in told), caplog.text,
                 *walk.record.asked, str(vars(walk.client.app.state.smart.launches))):  # type: ignore[attr-defined]  # fmt: skip
        assert token not in text
    # The log of the server itself says which page, and nothing of whom.
    own = [one.getMessage() for one in caplog.records if one.name.startswith("corrin")]
    assert any("/smart/callback" in one for one in own)
    state = query_of(begun.headers["location"])["state"]
    assert not [one for one in own if state in one or "1480" in one or "p1" in one]


def test_the_cookie_and_the_rules_of_every_reply(walk: Walk) -> None:
    begun = walk.begin()
    cookie = begun.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Max-Age=600" in cookie
    assert "Secure" not in cookie
    page = walk.come_back(walk.sign_in(begun))
    assert "Max-Age=0" in page.headers["set-cookie"]
    assert len(walk.client.app.state.smart.launches) == 0  # type: ignore[attr-defined]
    choose = walk.client.get("/smart/start")
    for reply in (begun, page, choose, walk.come_back("/smart/callback")):
        policy = reply.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "form-action 'self'" in policy
        assert reply.headers["referrer-policy"] == "same-origin"
        assert reply.headers["x-frame-options"] == "DENY"
        assert reply.headers["cache-control"] in {"no-store", "private, no-cache"}
    assert "set-cookie" not in choose.headers


def test_over_tls_the_cookie_is_of_this_host_alone() -> None:
    redirect = "https://corrin.example/smart/callback"
    with walking(redirect=redirect) as walk:
        walk.record.redirects.add(redirect)
        begun = walk.begin()
        assert begun.headers["set-cookie"].startswith("__Host-corrin-smart-")
        assert "Secure" in begun.headers["set-cookie"]
        assert query_of(begun.headers["location"])["redirect_uri"] == redirect


def test_two_windows_may_sign_in_at_once(walk: Walk) -> None:
    first, second = walk.begin(), walk.begin()
    back = walk.sign_in(first), walk.sign_in(second)
    assert walk.come_back(back[1]).status_code == 200
    assert walk.come_back(back[0]).status_code == 200
    assert CALLBACK.endswith(urlsplit(back[0]).path)


def test_the_words_read_at_age_eleven_or_below(walk: Walk) -> None:
    walk.record.faults["Condition"] = lambda _: (500, None)
    pages = [
        walk.client.get("/smart/start").text,
        walk.standalone().text,
        *(ended(why, (("b12", 0, "failed"),), "en").html for why in Why),
    ]
    said: dict[str, None] = {}
    for page in pages:
        said |= dict.fromkeys(sentences(parse(page)))
    assert [one for one in said if len(one.split()) > LONGEST] == []
    assert textstat.flesch_kincaid_grade(" ".join(said)) <= GRADE


def test_the_knowledge_has_codes_of_b12_to_ask_for() -> None:
    assert load().labs["serum_b12"].codes
