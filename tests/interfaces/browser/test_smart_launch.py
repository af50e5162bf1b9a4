"""From the record's own page to the questions: a launch in a real browser and real processes."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.interfaces.browser.visiting import Visit, visiting
from tests.interfaces.server_process import Server, serving
from tests.interfaces.smart_server import CLIENT, Record, recording
from tests.interfaces.smart_walk import resources
from tests.pages.browser import NEEDED

pytestmark = [pytest.mark.browser, NEEDED]


@pytest.fixture(scope="module")
def record() -> Iterator[Record]:
    with recording(Record(resources(), consent=True)) as record:
        yield record


@pytest.fixture(scope="module")
def opened(record: Record) -> Iterator[Server]:
    named = ("--smart-issuer", record.iss, "--smart-client-id", CLIENT)
    with serving("--workers", "1", "--log-requests", *named) as server:
        record.redirects.add(f"{server.url}/smart/callback")
        yield server


def _from_record(visit: Visit, record: Record) -> None:
    page = visit.page
    page.goto(f"{record.url}/open?app={visit.url}/smart/launch")
    page.get_by_role("link", name="Open Corrin").click()
    page.get_by_role("link", name="Allow").click()
    page.wait_for_selector("#page[data-path='/smart/record']")


@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_from_the_record_to_the_questions(
    record: Record, opened: Server, browser: Browser, size: str
) -> None:
    with visiting(browser, opened, name="smart", size=size, also=(record.url,)) as visit:
        page = visit.page
        _from_record(visit, record)
        assert visit.heading == "What we read in the record"
        assert page.input_value("#value-0") == "1480"
        assert page.is_checked("#use-0")
        assert "Anna Muster" in page.inner_text("#whose")
        # The code that made the page is no longer in the address, nor in the history.
        page.wait_for_url(f"{opened.url}/smart/record")
        visit.no_violations()
        assert visit.small_targets() == []
        visit.shot("01-read")
        page.locator("label.pick", has_text="Omeprazole").click()
        visit.moving(page.reload)
        assert page.input_value("#value-0") == "1480"
        assert not page.is_checked("[name='keep.drug.0']")
        visit.press("Use the values I ticked")
        told = json.loads(visit.state()["person"])
        assert [one["value"] for one in told["labs"] if one["lab"] == "serum_b12"] == ["1480"]
        assert "drugs" not in told
        asked = visit.heading
        visit.moving(page.go_back)
        assert visit.heading == "What we read in the record"
        visit.moving(page.go_forward)
        assert visit.heading == asked
        assert page.context.cookies() == []
        (*_, token) = record.tokens
        for request in visit.requests:
            assert token not in request.url
            assert token not in (request.post_data or "")
            if not request.url.startswith(opened.url):
                assert opened.url not in request.headers.get("referer", "")
    assert record.wrong == []


def test_without_scripts_and_a_return_that_was_used(
    record: Record, opened: Server, browser: Browser
) -> None:
    plain = {"scripts": False, "also": (record.url,)}
    with visiting(browser, opened, name="smart-plain", **plain) as visit:  # type: ignore[arg-type]
        _from_record(visit, record)
        used = visit.page.url
        visit.press("Use the values I ticked")
        assert "1480" in visit.page.locator("#elsewhere [name=person]").input_value()
        visit.page.goto(used)
        assert visit.heading == "This sign-in is over"


def test_a_page_that_says_why_it_ended(record: Record, opened: Server, browser: Browser) -> None:
    with visiting(browser, opened, name="smart-over", also=(record.url,)) as visit:
        visit.open("/smart/launch?iss=https%3A%2F%2Fevil.example&launch=a")
        assert visit.heading == "Corrin does not know this record"
        visit.no_violations()
        assert visit.small_targets() == []
        visit.shot("01-over")


def test_from_the_first_page(record: Record, opened: Server, browser: Browser) -> None:
    with visiting(browser, opened, name="smart-start", also=(record.url,)) as visit:
        visit.open()
        visit.no_violations()
        visit.page.get_by_role("link", name="Choose the record").click()
        visit.no_violations()
        assert visit.small_targets() == []
        visit.shot("01-choose")
        visit.page.get_by_role("link", name="Sign in:").click()
        visit.page.get_by_role("link", name="Allow").click()
        visit.page.wait_for_selector("#page[data-path='/smart/record']")
        assert visit.page.input_value("#value-0") == "1480"


def test_nothing_of_it_is_written(record: Record, opened: Server, browser: Browser) -> None:
    with visiting(browser, opened, name="smart-log", also=(record.url,)) as visit:
        _from_record(visit, record)
    opened.until_written("/smart/callback")
    written = "".join(opened.errors)
    for secret in (*record.tokens, "code=", "state=", "1480", "Anna", "Patient/p1", "Traceback"):
        assert secret not in written
    authorized = record.authorized[-1]
    assert authorized["state"] not in written
    assert authorized["launch"] not in written
