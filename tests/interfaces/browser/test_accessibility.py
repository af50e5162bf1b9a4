"""axe finds nothing on any page or state, in light and dark, on a phone and at a desk."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.interfaces.browser.visiting import visiting
from tests.interfaces.server_process import Server
from tests.pages.browser import NEEDED, SCHEMES

pytestmark = [pytest.mark.browser, NEEDED]

PAGES = (
    "/about", "/claims", "/claims/CL02", "/questions", "/compare", "/evidence",
    "/evidence/findings", "/evidence/findings/tremor", "/evidence/how_sure",
    "/evidence/causes/als", "/evidence/no-such-record", "/no-such-page",
)  # fmt: skip


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_every_state_of_the_way(server: Server, browser: Browser, size: str, scheme: str) -> None:
    with visiting(browser, server, name="axe", size=size, scheme=scheme) as visit:
        page = visit.page
        visit.open()
        visit.no_violations()
        visit.shot("start")
        visit.press("I have no result")
        visit.no_violations()
        visit.answer("unsure")
        visit.answer("unsure")
        visit.answer("yes")
        visit.no_violations()
        visit.shot("danger-signs")
        while page.locator("button[value=none]").count():
            visit.answer("none")
        visit.no_violations()
        visit.shot("question")
        while not page.locator("#product").count():
            visit.answer("no")
        visit.no_violations()
        visit.shot("what-you-take")
        page.fill("#since", "2999-01-01")
        page.fill("#product", "x")
        visit.answer("given")
        visit.no_violations()
        visit.answer("no")
        visit.press("Show the answer now")
        page.select_option("#finding", "tremor")
        page.locator("#state label", has_text="Yes").click()
        page.wait_for_selector(".before-after")
        visit.no_violations()
        visit.shot("answer")
        visit.press("For clinicians")
        visit.no_violations()
        visit.press("Show the summary")
        visit.no_violations()


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("path", PAGES)
def test_every_other_page(server: Server, browser: Browser, path: str, scheme: str) -> None:
    with visiting(browser, server, name="axe", scheme=scheme) as visit:
        visit.open(path)
        assert visit.small_targets() == []
        visit.no_violations()
        if path in {"/about", "/claims/CL02", "/evidence"}:
            visit.shot(path.strip("/").replace("/", "-"))


def test_letters_and_space_can_be_enlarged(server: Server, browser: Browser) -> None:
    with visiting(browser, server, name="enlarged", size="desktop") as visit:
        page = visit.page
        visit.begin(age="41", sex="female", value="1450", unit="pg/mL")
        visit.past_the_lists()
        visit.press("Show the answer now")
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        # Reflow at 320 px (WCAG 1.4.10), then the text spacing of 1.4.12 on a phone.
        page.set_viewport_size({"width": 320, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        page.evaluate(
            """() => { const sheet = new CSSStyleSheet(); sheet.replaceSync(
               '* { line-height: 1.5 !important; letter-spacing: .12em !important;'
               + ' word-spacing: .16em !important; } p { margin-bottom: 2em !important; }');
               document.adoptedStyleSheets.push(sheet); }"""
        )
        page.set_viewport_size({"width": 390, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
