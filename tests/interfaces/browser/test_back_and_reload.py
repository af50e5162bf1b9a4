"""Back, forward and reload with scripts: every step is found again, typed words included."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.interfaces.browser.visiting import visiting
from tests.interfaces.server_process import Server
from tests.pages.browser import NEEDED

pytestmark = [pytest.mark.browser, NEEDED]


def test_back_forward_and_reload(server: Server, browser: Browser) -> None:
    with visiting(browser, server, name="history") as visit:
        page = visit.page
        seen = []
        visit.begin(value="1450", unit="pg/mL", age="41")
        seen.append(visit.heading)
        for reply in ("female", "yes", "none"):
            visit.answer(reply)
            seen.append(visit.heading)
        visit.moving(page.reload)
        assert visit.heading == seen[-1]
        for earlier in reversed(seen[:-1]):
            visit.moving(page.go_back)
            assert visit.heading == earlier
        visit.moving(page.go_forward)
        assert visit.heading == seen[1]
        visit.moving(page.go_back)
        page.go_back()
        visit.page.wait_for_load_state("networkidle")
        assert visit.heading == "Your B12 and your twitching muscles"
        assert page.input_value("#value") == "1450"
        assert page.input_value("#age") == "41"


def test_what_was_typed_and_not_sent_survives_a_reload(server: Server, browser: Browser) -> None:
    with visiting(browser, server, name="draft") as visit:
        page = visit.page
        visit.open()
        page.fill("#value", ">2000")
        page.select_option("#unit", "ng/L")
        page.check("[name=sex][value=male]")
        page.reload()
        visit.page.wait_for_load_state("networkidle")
        assert page.input_value("#value") == ">2000"
        assert page.input_value("#unit") == "ng/L"
        assert page.is_checked("[name=sex][value=male]")
        visit.press("Start")
        visit.answer("unsure")
        visit.answer("yes")
        page.locator(".ticks .pick").nth(2).click()
        visit.moving(page.reload)
        assert page.locator(".ticks input").nth(2).is_checked()


def test_a_link_within_the_answer_does_not_lose_it(server: Server, browser: Browser) -> None:
    with visiting(browser, server, name="within", size="desktop") as visit:
        page = visit.page
        visit.begin(age="41", sex="female")
        visit.past_the_lists()
        visit.press("Show the answer now")
        page.locator(".contents a[href='#sources']").click()
        assert page.url.endswith("/answer#sources")
        visit.moving(page.reload)
        assert page.locator("#how-soon").count() == 1
        page.locator("nav.site a", has_text="About").click()
        visit.page.wait_for_load_state("networkidle")
        assert visit.heading == "About Corrin"
        visit.moving(page.go_back)
        assert page.locator("#how-soon").count() == 1


def test_an_address_without_answers_says_so(server: Server, browser: Browser) -> None:
    with visiting(browser, server, name="resting") as visit:
        visit.open("/answer")
        assert visit.heading == "Your answers are not here"
        visit.no_violations()


def test_a_server_that_is_gone_is_said_and_nothing_is_lost(
    server: Server, browser: Browser
) -> None:
    with visiting(browser, server, name="gone") as visit:
        page = visit.page
        visit.begin(age="41", sex="female")
        asked = visit.heading
        page.context.route("**/interview", lambda route: route.abort())
        page.locator("button[value=yes]").click()
        page.wait_for_selector("#trouble:not([hidden])")
        assert "does not answer" in page.inner_text("#trouble")
        assert visit.heading == asked
        page.context.unroute("**/interview")
        visit.answer("yes")
        assert visit.heading != asked
        assert page.locator("#trouble").is_hidden()
        visit.complaints.clear()
