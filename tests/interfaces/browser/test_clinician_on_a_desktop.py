"""A busy clinician at a desk: professional words, one test more, what moves, files to keep."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.interfaces.browser.visiting import Visit, visiting
from tests.interfaces.server_process import Server
from tests.pages.browser import NEEDED

pytestmark = [pytest.mark.browser, NEEDED]


def _assessed(visit: Visit) -> None:
    visit.begin(value="1480", unit="pg/mL", low="197", high="771", age="41", sex="female",
                reader="clinician", setting="primary-care")  # fmt: skip
    visit.past_the_lists()
    visit.press("Show the answer now")


def test_the_whole_way(server: Server, browser: Browser) -> None:
    with visiting(browser, server, name="clinician", size="desktop") as visit:
        page = visit.page
        _assessed(visit)
        assert visit.heading == "B12 and muscle twitching: assessment"
        assert "Priors: primary-care" in page.inner_text("#twitching")
        assert page.locator("svg.strip").count() > 3
        assert visit.small_targets() == []
        visit.no_violations()
        visit.shot("01-answer")
        visit.press("Plain words")
        assert visit.heading == "Your B12 and muscle twitching"
        visit.press("For clinicians")
        visit.press("Show the summary")
        assert "Findings present" in page.inner_text(".letter")
        visit.shot("02-summary")


def test_one_test_more_shows_at_once_what_moves(server: Server, browser: Browser) -> None:
    with visiting(browser, server, name="what-if", size="desktop") as visit:
        page = visit.page
        _assessed(visit)
        before = page.inner_text("#twitching")
        page.select_option("#lab", "potassium")
        page.fill("#value", "2.2")
        page.fill("#unit", "mmol/L")
        page.locator("#unit").blur()
        page.wait_for_selector(".before-after")
        rows = page.locator(".before-after tbody tr")
        moved = next(row for row in rows.all() if "ypokal" in row.inner_text())
        assert "▲ up" in moved.inner_text()
        percent = [float(one) for one in re.findall(r"([\d.]+)%", moved.inner_text())]
        assert percent[1] > percent[0]
        assert "Emergency" in page.inner_text("#moved")
        assert page.inner_text("#twitching") == before
        visit.no_violations()
        visit.shot("01-moved")
        visit.press("Keep this and see the whole answer")
        assert "Emergency" in page.inner_text("#how-soon")
        assert "otassium" in (page.text_content("#basis") or "")


def test_one_answer_more_moves_its_causes(server: Server, browser: Browser) -> None:
    with visiting(browser, server, name="what-if-answer", size="desktop") as visit:
        page = visit.page
        _assessed(visit)
        page.select_option("#finding", "caffeine_high")
        page.locator("#state label", has_text="Yes").click()
        page.wait_for_selector(".before-after")
        moved = page.locator(".before-after tr", has_text="affeine").inner_text()
        assert "▲ up" in moved
        page.locator("#state label", has_text="No").first.click()
        page.wait_for_function(
            "() => document.querySelector('.before-after').innerText.includes('▼ down')"
        )


def test_an_unfinished_try_says_nothing_until_it_is_asked_for(
    server: Server, browser: Browser
) -> None:
    with visiting(browser, server, name="unfinished", size="desktop") as visit:
        _assessed(visit)
        with visit.page.expect_response("**/what-if"):
            visit.page.select_option("#finding", "tremor")
        visit.page.wait_for_load_state("networkidle")
        assert visit.page.inner_text("#moved").strip() == ""
        visit.page.get_by_role("button", name="See what moves").click()
        visit.page.wait_for_selector("#moved .mistakes")
        assert "Choose yes, no or not sure" in visit.page.inner_text("#moved")


def test_files_to_take_away(server: Server, browser: Browser, tmp_path: Path) -> None:
    with visiting(browser, server, name="files", size="desktop") as visit:
        _assessed(visit)
        kept = {}
        for words in ("Save: My answers", "Save: The answer as data"):
            with visit.page.expect_download() as waiting:
                visit.page.get_by_role("button", name=words).click()
            path = tmp_path / waiting.value.suggested_filename
            waiting.value.save_as(path)
            kept[path.name] = path.read_text()
        person = tomllib.loads(kept["corrin-person.toml"])
        assert person["labs"][0]["value"] == "1480"
        assert json.loads(kept["corrin-answer.json"])["b12_status"]["class"] == "high"
