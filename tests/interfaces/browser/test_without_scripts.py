"""The whole way in a browser that runs no scripts; back and reload lose nothing."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.interfaces.browser.visiting import visiting
from tests.interfaces.server_process import Server
from tests.pages.browser import NEEDED

pytestmark = [pytest.mark.browser, NEEDED]


def test_the_whole_way(server: Server, browser: Browser) -> None:
    with visiting(browser, server, name="no-scripts", scripts=False) as visit:
        page = visit.page
        visit.begin(value="1450", unit="pg/mL", age="41", sex="female")
        visit.past_the_lists()
        asked = visit.heading
        page.reload()
        assert visit.heading == asked
        visit.answer("no")
        following = visit.heading
        page.go_back()
        assert visit.heading == asked
        page.go_forward()
        assert visit.heading == following
        visit.press("Back")
        assert visit.heading == asked
        visit.press("Show the answer now")
        assert page.locator("#how-soon").count() == 1
        page.select_option("#finding", "tremor")
        page.check("#state [value=yes]")
        visit.press("See what moves")
        assert page.locator(".before-after").count() == 1
        visit.shot("01-what-moves")
        visit.press("Keep this and see the whole answer")
        page.locator("details.given summary").click()
        assert "Do your hands or other parts shake?" in page.inner_text("details.given")
        visit.press("Show the letter")
        assert "Shaking" in page.inner_text(".letter")
        assert page.locator("[data-print]").is_hidden()
