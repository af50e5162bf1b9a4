"""The evidence site in a real browser, opened from its files: nothing loaded from elsewhere."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from checks import site, site_links
from corrin.knowledge.loading import load
from tests.pages.browser import NEEDED, SCHEMES, SIZES, chromium

pytestmark = [pytest.mark.browser, NEEDED]
SCREENS = Path(__file__).parents[2] / "out" / "screens"
#: One page of each kind, always the same, and the pages that lead there.
KINDS = {kind: records for kind, records in load().kinds().items() if kind != "units"}
CHOSEN = random.Random(4)
SAMPLE = [f"{kind}/{CHOSEN.choice(list(records))}" for kind, records in KINDS.items()]
LEADING = ["index", "how_sure", "words", "units", "claims/index", "comparisons/index"]
#: Pages seen on every screen, pages seen by day and by night, and the others seen once.
EVERYWHERE = ["index", "how_sure", next(name for name in SAMPLE if name.startswith("claims/"))]
BOTH = ("claims/", "causes/", "findings/", "labs/", "sources_of_high_b12/", "red_flags/", "refere")
DAY, NIGHT = ("desktop", "light"), ("phone", "dark")


def screens(name: str, place: int) -> list[tuple[str, str]]:
    if name in EVERYWHERE:
        return [(size, scheme) for size in SIZES for scheme in SCHEMES]
    return [DAY, NIGHT] if name.startswith(BOTH) else [(DAY, NIGHT)[place % 2]]


SEEN = [
    (name, *screen)
    for place, name in enumerate((*LEADING, *SAMPLE))
    for screen in screens(name, place)
]


@pytest.fixture(scope="session")
def built(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("evidence")
    site.write(folder, load())
    assert site.build(folder) == []
    return folder / site.SITE


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    SCREENS.mkdir(parents=True, exist_ok=True)
    with chromium() as browser:
        yield browser


@contextmanager
def opened(browser: Browser, built: Path, name: str, size: str, scheme: str) -> Iterator[Page]:
    """A page of the site, opened as a file; a request that leaves the files fails the test."""
    width, height = SIZES[size]
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme=scheme,  # type: ignore[arg-type]
        reduced_motion="reduce",
    )
    asked: list[str] = []
    page = context.new_page()
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{(built / name).as_uri()}.html")
    try:
        yield page
        assert asked
        assert [url for url in asked if not url.startswith(built.as_uri())] == []
    finally:
        context.close()


def test_no_link_dangles_and_outside_only_sources_are_led_to(built):
    assert site_links.problems(built, load()) == []


def test_every_record_has_its_page(built):
    missing = [
        f"{kind}/{id_}"
        for kind, records in KINDS.items()
        for id_ in records
        if not (built / kind / f"{id_}.html").is_file()
    ]
    assert missing == []


def test_strict_building_refuses_a_link_to_nowhere(tmp_path):
    knowledge = load()
    site.write(tmp_path, knowledge)
    for page in (tmp_path / site.MARKDOWN).rglob("*.md"):
        if page.parent.name in KINDS and page.name != "index.md":
            page.unlink()
    assert site.build(tmp_path) != []


@pytest.mark.parametrize(("name", "size", "scheme"), SEEN)
def test_axe_finds_nothing(browser, built, name, size, scheme):
    with opened(browser, built, name, size, scheme) as page:
        results = Axe().run(page)
        shot = f"site-{name.replace('/', '-')}-{size}-{scheme}.png"
        page.screenshot(path=SCREENS / shot)
    assert results.violations_count == 0, results.generate_report()


@pytest.mark.parametrize("width", [320, 390, 768, 1200])
@pytest.mark.parametrize("name", EVERYWHERE)
def test_the_page_itself_never_scrolls_sideways(browser, built, name, width):
    with opened(browser, built, name, "phone", "light") as page:
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_search_works_from_a_file(browser, built):
    with opened(browser, built, "index", "desktop", "light") as page:
        page.locator(".md-search__button").click()
        page.keyboard.type("laryngospasm")
        page.get_by_text("Throat closing up or noisy breathing in").first.wait_for()
