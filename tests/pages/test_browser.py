"""The pages in a real browser: no accessibility violation, nothing out of reach, all on paper."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from corrin import read_person
from corrin.assessment import assess
from corrin.knowledge.records import Tier
from corrin.report.html import as_html
from tests.pages import sample
from tests.pages.browser import NEEDED, SCHEMES, SIZES, chromium, shown

pytestmark = [pytest.mark.browser, NEEDED]
SCREENS = Path(__file__).parents[2] / "out" / "screens"
EXAMPLE = Path(__file__).parents[2] / "examples" / "demo.toml"
TIERS = {tier.value: tier for tier in Tier}
NAMES = ("person", "clinician", "example", *TIERS)
#: Both readers on every screen; the tiers differ in colour only, so the phone will do.
SEEN = [
    (name, size)
    for name in NAMES
    for size in SIZES
    if size == "phone" or name in {"person", "clinician", "example"}
]


@functools.cache
def _html(name: str) -> str:
    if name == "example":
        return as_html(assess(read_person(EXAMPLE), draws=100))
    if name in TIERS:
        return as_html(sample.assessment(urgency=sample.urgent(TIERS[name])))
    return as_html(sample.assessment(reader=name))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    SCREENS.mkdir(parents=True, exist_ok=True)
    with chromium() as browser:
        yield browser


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(("name", "size"), SEEN)
def test_axe_finds_nothing(browser: Browser, name: str, size: str, scheme: str) -> None:
    with shown(browser, _html(name), size=size, scheme=scheme) as page:
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        results = Axe().run(page)
        page.screenshot(path=SCREENS / f"{name}-{size}-{scheme}.png", full_page=True)
    assert results.violations_count == 0, results.generate_report()


def test_axe_would_find_a_fault(browser: Browser) -> None:
    html = as_html(sample.assessment()).replace("--soft: #555d66", "--soft: #c9c9c9")
    with shown(browser, html, size="phone", scheme="light") as page:
        assert Axe().run(page).violations_count > 0


@pytest.mark.parametrize("width", [320, 390, 768, 1200])
@pytest.mark.parametrize("name", ["person", "clinician", "example"])
def test_nothing_is_wider_than_the_screen(browser: Browser, name: str, width: int) -> None:
    with shown(browser, _html(name), size="phone", scheme="light") as page:
        page.set_viewport_size({"width": width, "height": 800})
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("size", SIZES)
def test_what_can_be_pressed_is_large_enough_for_a_twitching_hand(
    browser: Browser, size: str
) -> None:
    with shown(browser, _html("clinician"), size=size, scheme="light") as page:
        heights = page.evaluate(
            """[...document.querySelectorAll('summary, .c-name a, .contents a')]
               .filter(e => e.checkVisibility()).map(e => e.getBoundingClientRect().height)"""
        )
    assert len(heights) > 10
    assert min(heights) >= 44


def test_the_keyboard_reaches_the_answer_first_and_then_every_part(browser: Browser) -> None:
    with shown(browser, _html("person"), size="desktop", scheme="light") as page:
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.getAttribute('href')") == "#answer"
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "answer"
        summary = page.locator("#cause-2 > summary")
        assert not summary.evaluate("e => e.parentElement.open")
        summary.focus()
        page.keyboard.press("Enter")
        assert summary.evaluate("e => e.parentElement.open")
        outline = summary.evaluate("e => getComputedStyle(e).outlineStyle")
        assert outline == "solid"


def test_paper_shows_what_is_folded_away_on_screen(browser: Browser) -> None:
    with shown(browser, _html("person"), size="desktop", scheme="dark") as page:
        page.emulate_media(media="print")
        hidden = page.evaluate(
            """[...document.querySelectorAll('details:not([open]) .inside')]
               .filter(e => e.getBoundingClientRect().height < 10).length"""
        )
        colours = page.evaluate(
            "['backgroundColor', 'color'].map(one => getComputedStyle(document.body)[one])"
        )
        folded = page.locator("details:not([open])").count()
        page.pdf(path=SCREENS / "person.pdf", format="A4")
    assert folded > 5
    assert hidden == 0
    assert colours == ["rgb(255, 255, 255)", "rgb(0, 0, 0)"]


def test_letters_stay_full_size_on_a_phone(browser: Browser) -> None:
    with shown(browser, _html("person"), size="phone", scheme="light") as page:
        sizes = page.evaluate(
            """[...document.querySelectorAll('svg text')].map(
               e => parseFloat(getComputedStyle(e).fontSize) * e.getScreenCTM().a)"""
        )
    assert len(sizes) > 10
    assert min(sizes) >= 12
