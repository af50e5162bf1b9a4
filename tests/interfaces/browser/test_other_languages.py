"""The way in German: nothing for axe to find, what is urgent in both languages, and back."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.interfaces.browser.visiting import visiting
from tests.interfaces.server_process import Server
from tests.pages.browser import NEEDED

pytestmark = [pytest.mark.browser, NEEDED]


@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_the_way_in_german(server: Server, browser: Browser, size: str) -> None:
    with visiting(browser, server, name="german", size=size) as visit:
        page = visit.page
        visit.open("/?lang=de")
        assert page.locator("html").get_attribute("lang") == "de"
        visit.no_violations()
        visit.shot("01-start")
        page.fill("[name=age]", "41")
        page.check("[name=sex][value=female]")
        visit.press("Anfangen")
        visit.answer("yes")
        visit.no_violations()
        assert visit.small_targets() == []
        visit.shot("02-signs")
        page.locator(".ticks .pick").first.click()
        visit.answer("ticked")
        alarm = page.locator(".banner").inner_text()
        assert "Holen Sie jetzt Notfallhilfe" in alarm
        assert "Get emergency help now" in alarm
        visit.no_violations()
        visit.press("Die Antwort jetzt zeigen")
        assert "Übersetzung ungeprüft" in page.inner_text("body")
        visit.no_violations()
        visit.shot("03-answer")
        with page.expect_navigation():
            page.locator(".languages button[value=en]").click()
        assert page.locator("html").get_attribute("lang") == "en"
        assert "Übersetzung ungeprüft" not in page.inner_text("body")
        assert page.locator("#how-soon").count() == 1
        assert "Save: My answers" in page.inner_text("#take")


def test_the_language_of_the_browser_is_taken(server: Server, browser: Browser) -> None:
    context = browser.new_context(locale="de-DE")
    try:
        page = context.new_page()
        page.goto(server.url + "/")
        assert "Wie hoch ist Ihr B12-Wert?" in page.inner_text("main")
    finally:
        context.close()
