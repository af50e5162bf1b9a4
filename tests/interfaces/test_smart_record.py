"""A record that is read in part, lies elsewhere, or holds what is of somebody else."""

from __future__ import annotations

import html
import re
import threading
from typing import Any

import pytest

from tests.interfaces.cds_calls import b12, result
from tests.interfaces.smart_server import Json, Record, recording
from tests.interfaces.smart_walk import fields, heading, resources, walking

BROKEN = "The record stopped or gave an error."
ELSEWHERE = "The rest lies on another server, which was not asked."


def _page(record: Record, **settings: Any) -> str:
    with walking(record, **settings) as walk:
        reply = walk.standalone()
        assert reply.status_code == 200, heading(reply.text)
        return reply.text


def _parts(page: str) -> dict[str, str]:
    rows = re.findall(r"<li>([^<:]+): (\d+)(?:\. <strong>([^<]+)</strong>)?</li>", page)
    return {html.unescape(name): f"{count} {fault}".strip() for name, count, fault in rows}


def _down(page: int) -> tuple[int, Json | None]:
    return 500, {"resourceType": "OperationOutcome", "issue": [{"diagnostics": "words of another"}]}


def test_a_server_that_fails_half_way_shows_what_was_got() -> None:
    record = Record(resources())
    record.faults["Observation"] = lambda page: _down(page) if page else (200, None)
    record.faults["Condition"] = _down
    page = _page(record)
    assert fields(page)["value.0"] == "1480"
    parts = _parts(page)
    assert parts["The person"] == "1"
    assert parts["B12 results"] == "1"
    assert parts["Other blood tests"] == f"2 {BROKEN}"
    assert parts["Health problems"] == f"0 {BROKEN}"
    assert parts["Medicines ordered"] == "1"
    assert 'id="not-whole"' in page
    assert "A newer result may be missing." in page
    assert "words of another" not in page
    again = fields(page)
    with walking() as walk:
        assert _parts(walk.client.post("/smart/record", data=again).text) == parts


def test_a_whole_record_is_not_called_in_part() -> None:
    page = _page(Record(resources()))
    assert 'id="not-whole"' not in page
    assert _parts(page)["Other blood tests"] == "6"


def test_nothing_at_all_is_a_page_that_says_so() -> None:
    record = Record(resources())
    for kind in ("Patient", "Observation", "Condition", "MedicationRequest",
                 "MedicationStatement", "MedicationAdministration", "Encounter"):  # fmt: skip
        record.faults[kind] = _down
    with walking(record) as walk:
        reply = walk.standalone()
    assert (reply.status_code, heading(reply.text)) == (
        502, "Nothing could be read from the record",
    )  # fmt: skip
    assert _parts(reply.text)["B12 results"] == f"0 {BROKEN}"


def test_a_page_on_another_host_is_not_asked_for() -> None:
    with recording(Record(resources())) as stranger:
        for link in (
            f"{stranger.iss}/Observation?page=1",
            f"//127.0.0.1:{stranger.url.rpartition(':')[2]}/fhir/Observation",
        ):
            record = Record(resources(), extra_links={"Observation": link})
            page = _page(record)
            assert _parts(page)["Other blood tests"] == f"2 {ELSEWHERE}"
            assert fields(page)["value.0"] == "1480"
        assert stranger.asked == []


@pytest.mark.parametrize(
    "link",
    ["/admin/Observation", "../auth/token", "/fhir/../admin", "/fhir/%2e%2e/admin", "/fhirs/x",
     "http://[", "http:\\\\127.0.0.1/fhir", "file:///etc/passwd"],
)  # fmt: skip
def test_a_page_beside_the_record_is_not_asked_for(link: str) -> None:
    record = Record(resources(), extra_links={"Observation": link})
    with walking(record) as walk:
        page = walk.standalone().text
        assert _parts(page)["Other blood tests"] == f"2 {ELSEWHERE}"
        own = ("/fhir/", "/auth/authorize", "/auth/token")
        assert [path for path in walk.record.asked if not path.startswith(own)] == []
        assert walk.record.asked.count("/auth/token") == 1


def test_a_redirect_is_not_followed_with_the_token() -> None:
    with recording(Record(resources())) as stranger:
        record = Record(resources())
        record.faults["Condition"] = lambda _: (302, {"to": f"{stranger.iss}/Condition"})
        assert _parts(_page(record))["Health problems"] == f"0 {BROKEN}"
        assert stranger.asked == []


def test_pages_that_go_round_come_to_an_end() -> None:
    link = "Condition?patient=p1&page=0"
    record = Record(resources(), page_size=200, extra_links={"Condition": link})
    parts = _parts(_page(record))
    assert parts["Health problems"].endswith("The rest is left out.")


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"largest_page": 600}, "There was more than can be read."),
        ({"largest_record": 2_000}, "There was more than can be read."),
        ({"most_pages": 2}, "There was more than can be read."),
        ({"most_resources": 3}, "There was more than can be read."),
    ],
)
def test_more_than_can_be_read(settings: dict[str, int], words: str) -> None:
    with walking(Record(resources()), **settings) as walk:
        assert words in walk.standalone().text


def test_a_record_that_is_slow_is_not_waited_for_for_ever() -> None:
    go_on = threading.Event()

    def slow(page: int) -> tuple[int, Json | None]:
        go_on.wait(20)
        return 200, None

    record = Record(resources())
    record.faults["Condition"] = slow
    with walking(record, reading_seconds=1.5) as walk:
        page = walk.standalone().text
        go_on.set()
    assert _parts(page)["Health problems"] == "0 The record took too long."
    assert fields(page)["value.0"] == "1480"


@pytest.mark.parametrize(
    ("status", "words"),
    [(403, "The record did not allow this part to be read."),
     (401, "The record did not allow this part to be read."),
     (404, "The record does not offer this part.")],
)  # fmt: skip
def test_a_part_that_is_not_to_be_had(status: int, words: str) -> None:
    record = Record(resources())
    record.faults["MedicationStatement"] = lambda _: (status, None)
    assert _parts(_page(record))["Medicines taken"] == f"0 {words}"


def test_a_search_that_is_not_offered_is_asked_more_simply() -> None:
    record = Record(resources())
    asked: list[int] = []

    def first_no(page: int) -> tuple[int, Json | None]:
        asked.append(page)
        return (400, None) if len(asked) == 1 else (200, None)

    record.faults["MedicationRequest"] = first_no
    assert _parts(_page(record))["Medicines ordered"] == "1"


def test_what_is_of_somebody_else_is_refused_and_listed() -> None:
    other = result("2823-3", 1.9, "mmol/L", id_="k-other", of="p2")
    preliminary = b12(90, id_="b-early") | {"status": "preliminary"}
    page = _page(Record([*resources(), other, preliminary]))
    assert "1.9" not in page
    assert "It is of another patient. (1: Observation/k-other)" in html.unescape(page)
    assert "Observation/b-early" in page
    assert 'value="90"' not in page


def test_what_stands_in_a_record_is_never_run() -> None:
    name = [{"text": "<script>alert(1)</script>\u202e"}]
    mine = resources()
    mine[0]["name"] = name
    mine[-1]["medicationCodeableConcept"] = {"text": "<img src=x onerror=alert(2)>"}
    page = _page(Record(mine))
    assert "<script>alert" not in page
    assert "<img" not in page
    assert "\u202e" not in page


def test_resources_that_are_none() -> None:
    record = Record(resources())
    record.faults["Condition"] = lambda _: (200, {
        "resourceType": "Bundle", "entry": [5, {"resource": None}, {"resource": []}, "x"],
    })  # fmt: skip
    record.faults["Encounter"] = lambda _: (200, {"resourceType": "Bundle", "entry": "x"})
    record.faults["MedicationStatement"] = lambda _: (200, {"resourceType": 5})
    page = _page(record)
    assert fields(page)["value.0"] == "1480"
    assert _parts(page)["Visits now"] == f"0 {BROKEN}"
    assert _parts(page)["Medicines taken"] == f"0 {BROKEN}"


def test_a_record_without_results_goes_on_to_the_questions() -> None:
    with walking(Record(resources()[:1])) as walk:
        page = walk.standalone().text
        assert 'name="keep.age"' in page
        following = walk.client.post("/smart/use", data=fields(page) | {"go": "use"})
        assert "twitch" in heading(following.text)
    empty = {"resourceType": "Patient", "id": "p1"}
    page = _page(Record([empty]))
    assert heading(page) == "We found nothing to use in the record"
    assert "The record gave no name." in page
