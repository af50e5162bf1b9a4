"""A worried person with a phone: from a number on a paper to what to do, and to the letter."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Browser

from tests.interfaces.browser.visiting import visiting
from tests.interfaces.server_process import Server
from tests.pages.browser import NEEDED

pytestmark = [pytest.mark.browser, NEEDED]


def test_the_whole_way(server: Server, browser: Browser) -> None:
    with visiting(browser, server, name="person") as visit:
        page = visit.page
        visit.open()
        visit.shot("01-start")
        assert visit.small_targets() == []
        visit.begin(value="1450", unit="pg/mL", low="197", high="771", age="41", sex="female",
                    country="gb")  # fmt: skip
        assert visit.heading == "Do your muscles twitch, jerk or cramp?"
        visit.answer("yes")
        assert "Signs of danger" in page.inner_text(".stage")
        visit.shot("02-danger-signs")
        assert visit.small_targets() == []
        while page.locator("button[value=none]").count():
            visit.answer("none")
        assert visit.heading == "Is there a thing your muscles can no longer do?"
        assert "Why we ask" in page.inner_text(".why")
        visit.shot("03-question")
        while not page.locator("#product").count():
            visit.answer("no")
        visit.shot("04-what-you-take")
        page.fill("#product", "B12 tablets")
        page.fill("#dose", "1000 µg")
        page.select_option("#every", "1 day")
        page.select_option("#route", "by mouth")
        page.fill("#since", "2026-01-02")
        visit.answer("given")
        for reply in ("yes", "no", "unsure"):
            visit.answer(reply)
        visit.shot("05-what-tells-most")
        visit.press("Show the answer now")
        order = page.evaluate("[...document.querySelectorAll('#page section[id]')].map(e => e.id)")
        wanted = ["how-soon", "b12", "high-b12", "twitching", "what-if", "next", "doctor",
                  "sources"]  # fmt: skip
        assert [one for one in order if one in wanted] == wanted
        assert page.locator("svg.curve").count() == 1
        assert visit.small_targets() == []
        visit.shot("06-answer")
        visit.press("Show the letter")
        assert visit.heading == "For the doctor or nurse"
        assert "1450 pg/mL" in page.inner_text(".letter")
        visit.shot("07-letter")
        visit.press("Back to the answer")
        assert page.locator("#how-soon").count() == 1


def test_a_danger_sign_is_an_emergency_at_once(server: Server, browser: Browser) -> None:
    with visiting(browser, server, name="emergency") as visit:
        page = visit.page
        visit.begin(age="41", sex="male", country="gb")
        visit.answer("yes")
        page.locator(".ticks .pick").first.click()
        visit.answer("ticked")
        banner = page.inner_text(".banner")
        assert "Get emergency help now" in banner
        assert "Call 999 now" in banner
        visit.no_violations()
        visit.shot("01-banner")
        visit.press("See what to do")
        assert page.inner_text("#how-soon-title") == "Get emergency help now"
        visit.shot("02-answer")


def test_a_list_wants_a_clear_answer(server: Server, browser: Browser) -> None:
    with visiting(browser, server, name="unclear") as visit:
        visit.begin(age="41", sex="male")
        visit.answer("yes")
        visit.answer("ticked")
        assert "None of these" in visit.page.inner_text("#mistakes")
        assert visit.page.evaluate("document.activeElement.id") == "mistakes"
        visit.page.locator(".ticks .pick").nth(1).click()
        visit.answer("none")
        assert "Which is right?" in visit.page.inner_text("#mistakes")
        assert visit.page.locator(".ticks input:checked").count() == 1
        visit.answer("rest-unsure")
        person = json.loads(visit.state()["person"])
        assert list(person["findings"].values()) == [True]


def test_a_mistake_on_the_first_page_keeps_what_was_typed(server: Server, browser: Browser) -> None:
    with visiting(browser, server, name="mistake") as visit:
        visit.begin(value="1450", age="41", sex="female")
        assert "Choose the unit" in visit.page.inner_text("#mistakes")
        assert visit.page.input_value("#value") == "1450"
        assert visit.page.get_attribute("#unit", "aria-invalid") == "true"
        visit.no_violations()
        visit.shot("01-unit")
        visit.page.get_by_role("link", name="Choose the unit").click()
        assert visit.page.evaluate("document.activeElement.id") == "unit"
        visit.page.select_option("#unit", "pmol/L")
        visit.press("Start")
        assert "twitch" in visit.heading


def test_answers_can_be_changed_and_taken_back(server: Server, browser: Browser) -> None:
    with visiting(browser, server, name="changing") as visit:
        page = visit.page
        visit.begin(age="41", sex="female")
        visit.past_the_lists()
        first = visit.heading
        visit.answer("no")
        second = visit.heading
        assert second != first
        visit.press("Back")
        assert visit.heading == first
        assert "your answer before" in page.inner_text("button[value=no]")
        visit.answer("no")
        assert visit.heading == second
        page.locator("details.given summary").click()
        visit.moving(lambda: page.locator("button[value='change:age']").click())
        assert visit.heading == "How old are you?"
        page.fill("#value", "67")
        visit.answer("given")
        assert json.loads(visit.state()["person"])["age"] == 67
        assert visit.heading == second


def test_nothing_is_left_in_the_browser_and_nothing_stands_in_an_address(
    server: Server, browser: Browser
) -> None:
    with visiting(browser, server, name="private") as visit:
        visit.begin(value="1451", unit="pg/mL", age="43", sex="female")
        visit.past_the_lists()
        visit.press("Show the answer now")
        page = visit.page
        assert page.evaluate("localStorage.length + sessionStorage.length") == 0
        assert page.evaluate("document.cookie") == ""
        assert page.context.cookies() == []
        addresses = {request.url for request in visit.requests}
        assert all("?" not in one and "1451" not in one for one in addresses)
