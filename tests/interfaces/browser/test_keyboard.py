"""The keyboard alone: everything is reached in order, the focus is seen, nothing holds it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.interfaces.browser.visiting import Visit, visiting
from tests.interfaces.server_process import Server
from tests.pages.browser import NEEDED

pytestmark = [pytest.mark.browser, NEEDED]

FOCUSED = """() => { const e = document.activeElement; const s = getComputedStyle(
  e.closest('.pick') || e); return [e.tagName,
  /INPUT|SELECT/.test(e.tagName) ? e.name : e.innerText, s.outlineStyle,
  parseFloat(s.outlineWidth)]; }"""


def _tab_to(visit: Visit, words: str, most: int = 60) -> None:
    """Press Tab until something with these words has the focus; the focus is always seen."""
    for _ in range(most):
        visit.page.keyboard.press("Tab")
        tag, text, style, width = visit.page.evaluate(FOCUSED)
        if tag not in {"BODY"}:
            assert style != "none", (tag, text)
            assert width >= 2, (tag, text)
        if words in text:
            return
    raise AssertionError(f"never reached: {words}")


def test_from_the_first_page_to_the_letter(server: Server, browser: Browser) -> None:
    with visiting(browser, server, name="keyboard", size="desktop") as visit:
        page, keyboard = visit.page, visit.page.keyboard
        visit.open()
        keyboard.press("Tab")
        assert page.evaluate("document.activeElement.getAttribute('href')") == "#page"
        keyboard.press("Enter")
        _tab_to(visit, "value")
        keyboard.type("1450")
        _tab_to(visit, "unit")
        keyboard.type("pg")
        _tab_to(visit, "age")
        keyboard.type("41")
        _tab_to(visit, "sex")
        keyboard.press("ArrowDown")
        visit.moving(lambda: keyboard.press("Enter"))
        assert "twitch" in visit.heading, visit.heading
        assert page.evaluate("document.activeElement.tagName") == "H1"
        _tab_to(visit, "Yes")
        visit.moving(lambda: keyboard.press("Enter"))
        assert page.evaluate("document.activeElement.tagName") == "H1"
        page.keyboard.press("Tab")
        keyboard.press("Space")
        assert page.locator(".ticks input").first.is_checked()
        keyboard.press("Space")
        while page.locator("button[value=none]").count():
            _tab_to(visit, "None of these")
            visit.moving(lambda: keyboard.press("Enter"))
        _tab_to(visit, "Show the answer now")
        visit.moving(lambda: keyboard.press("Enter"))
        assert page.evaluate("document.activeElement.tagName") == "H1"
        _tab_to(visit, "Show the letter", most=200)
        visit.moving(lambda: keyboard.press("Enter"))
        assert visit.heading == "For the doctor or nurse"


def test_enter_in_a_field_goes_on_and_never_says_no(server: Server, browser: Browser) -> None:
    with visiting(browser, server, name="enter") as visit:
        page = visit.page
        visit.begin(age="41", sex="female", value="900", unit="pg/mL")
        visit.past_the_lists()
        while not page.locator("#product").count():
            visit.answer("no")
        page.fill("#product", "multivitamin")
        visit.moving(lambda: page.press("#product", "Enter"))
        assert "multivitamin" in visit.state()["person"]
