"""On paper: the letter is one sheet, the answer is black on white with everything unfolded."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser

from tests.interfaces.browser.visiting import SCREENSHOTS, visiting
from tests.interfaces.server_process import Server
from tests.pages.browser import NEEDED

pytestmark = [pytest.mark.browser, NEEDED]

PRESENT = ("dist_calf_foot", "caffeine_high", "poor_sleep", "cramps", "anxiety", "fatigue")
ABSENT = ("objective_weakness", "atrophy", "dysarthria", "dysphagia", "orthopnoea")
#: As much as a letter has to hold.
MUCH_TOLD = {
    "age": 41,
    "sex": "female",
    "twitching": True,
    "findings": {**dict.fromkeys(PRESENT, True), **dict.fromkeys(ABSENT, False)},
    "labs": [
        {"lab": "serum_b12", "value": 1480, "unit": "pg/mL", "taken": "2026-10-01"},
        {"lab": "potassium", "value": 4.1, "unit": "mmol/L"},
        {"lab": "magnesium", "value": 0.8, "unit": "mmol/L"},
    ],
    "intake": [{"product": "B12 tablets", "dose": "1000 ug", "every": "1 day"}],
    "drugs": ["omeprazole", "sertraline"],
}


@pytest.mark.parametrize("reader", ["person", "clinician"])
def test_the_letter_is_one_sheet(server: Server, browser: Browser, reader: str) -> None:
    with visiting(browser, server, name=f"paper-{reader}", size="desktop", scheme="dark") as visit:
        page = visit.page
        visit.show("/letter", MUCH_TOLD, reader=reader)
        page.emulate_media(media="print")
        made = page.pdf(path=SCREENSHOTS / f"letter-{reader}.pdf", format="A4")
        assert len(re.findall(rb"/Type\s*/Page\b", made)) == 1
        assert not page.locator(".masthead").is_visible()
        colours = page.evaluate(
            "['backgroundColor', 'color'].map(one => getComputedStyle(document.body)[one])"
        )
        assert colours == ["rgb(255, 255, 255)", "rgb(0, 0, 0)"]


def test_the_answer_prints_what_is_folded_and_no_forms(server: Server, browser: Browser) -> None:
    with visiting(browser, server, name="paper", size="desktop", scheme="dark") as visit:
        page = visit.page
        visit.begin(value="1450", unit="pg/mL", age="41", sex="female")
        visit.past_the_lists()
        visit.press("Show the answer now")
        page.emulate_media(media="print")
        assert not page.locator("#what-if").is_visible()
        assert not page.locator(".switch").is_visible()
        hidden = page.evaluate(
            """[...document.querySelectorAll('details:not([open]) .inside')]
               .filter(e => !e.closest('.jump, .given') && e.getBoundingClientRect().height < 10)
               .length"""
        )
        assert hidden == 0
        page.pdf(path=SCREENSHOTS / "answer.pdf", format="A4")
