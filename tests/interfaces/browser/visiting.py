"""A visit to the pages: what is seen, pressed and typed, and that nothing leaves the machine."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Request, Route

from tests.interfaces.server_process import Server

SCREENSHOTS = Path(__file__).parents[3] / "out" / "screenshots"
SIZES = {"phone": (390, 844), "desktop": (1280, 900)}
#: What a browser complains of that is no fault of a page.
_NOISE = re.compile(r"Permissions-Policy|Applying inline style|status of 4\d\d")


@dataclass
class Visit:
    """One window of the browser, with all that it asked for and complained of."""

    page: Page
    url: str
    name: str
    scripts: bool = True
    requests: list[Request] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str = "/") -> None:
        self.page.goto(self.url + path)

    @property
    def heading(self) -> str:
        return self.page.locator("h1").first.inner_text()

    def press(self, words: str) -> None:
        """Press the button with these words and wait for the page that follows."""
        self.moving(self.page.get_by_role("button", name=words, exact=True).first.click)

    def moving(self, act: Callable[[], object]) -> None:
        """Do what changes the page, and wait until the new one is there and at rest."""
        self.page.evaluate("document.getElementById('page').dataset.old = 'yes'")
        with self.page.expect_response(lambda reply: reply.request.method == "POST"):
            act()
        self.page.wait_for_selector("#page:not([data-old]):not([data-path=resting]) h1")
        if self.scripts:
            self.page.wait_for_function("() => document.activeElement.matches('h1, #mistakes')")
        self.page.wait_for_load_state()

    def answer(self, value: str) -> None:
        self.moving(self.page.locator(f"button[name=answer][value={value}]").first.click)

    def begin(self, **given: str) -> None:
        """Fill in the first page and start."""
        self.open()
        for field_, value in given.items():
            place = self.page.locator(f"[name={field_}]")
            kind = place.first.evaluate("e => e.type || e.tagName")
            if kind == "radio":
                self.page.check(f"[name={field_}][value={value}]")
            elif kind == "checkbox":
                self.page.locator("details.clinicians summary").click()
                place.check()
            elif kind == "select-one":
                place.select_option(value)
            else:
                place.fill(value)
        self.press("Start")

    def past_the_lists(self) -> None:
        """Say yes to twitching and none to every list of danger signs."""
        self.answer("yes")
        while self.page.locator("button[value=none]").count():
            self.answer("none")

    def show(self, path: str, person: dict[str, object], **fields: str) -> None:
        """Open a page as its form would, for a person given as a person file."""
        self.open()
        self.page.evaluate(
            """([path, fields]) => { const form = document.createElement('form');
               form.method = 'post'; form.action = path;
               for (const [name, value] of Object.entries(fields)) {
                 const field = document.createElement('input');
                 field.name = name; field.value = value; form.append(field); }
               document.body.append(form); form.submit(); }""",
            [path, {"person": json.dumps(person), "steps": "[]", **fields}],
        )
        self.page.wait_for_url(f"**{path}")
        self.page.wait_for_load_state()

    def state(self) -> dict[str, str]:
        """The hidden fields of the page."""
        return self.page.evaluate(
            """() => Object.fromEntries([...document.querySelectorAll('#elsewhere input')]
               .map(e => [e.name, e.value]))"""
        )

    def shot(self, name: str) -> None:
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=SCREENSHOTS / f"{self.name}-{name}.png", full_page=True)

    def no_violations(self) -> None:
        """Nothing that axe finds, with everything unfolded, and nothing wider than the screen."""
        self.page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        results = Axe().run(self.page)
        assert results.violations_count == 0, results.generate_report()
        width = self.page.evaluate("document.documentElement.scrollWidth")
        assert width <= self.page.viewport_size["width"], (self.page.url, width)  # type: ignore[index]

    def small_targets(self) -> list[str]:
        """Everything that can be pressed and is smaller than 44 px, links in running text aside."""
        return self.page.evaluate(
            """() => [...document.querySelectorAll(
                 'button, select, textarea, summary, input:not([type=hidden]), nav a, a.button,'
                 + 'a.quiet, a.brand, .c-name a, .mistakes a, label.pick')]
               .filter(e => e.checkVisibility())
               .map(e => [e.closest('label.pick') || e, e])
               .filter(([box]) => { const r = box.getBoundingClientRect();
                 return r.height < 43.9 || r.width < 43.9; })
               .map(([box, e]) => e.outerHTML.slice(0, 90))"""
        )


@contextmanager
def visiting(
    browser: Browser,
    server: Server,
    *,
    name: str,
    size: str = "phone",
    scheme: str = "light",
    scripts: bool = True,
    also: tuple[str, ...] = (),
) -> Iterator[Visit]:
    """A fresh window; fails when a request leaves the machine or the browser complains.

    ``also`` are the addresses of further servers that a test has started.
    """
    width, height = SIZES[size]
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme=scheme,  # type: ignore[arg-type]
        reduced_motion="reduce",
        java_script_enabled=scripts,
        locale="en-GB",
    )
    outside: list[str] = []

    def let_through(route: Route) -> None:
        if route.request.url.startswith(tuple(f"{url}/" for url in (server.url, *also))):
            route.continue_()
        else:
            outside.append(route.request.url)
            route.abort()

    context.route("**/*", let_through)
    page = context.new_page()
    visit = Visit(page=page, url=server.url, name=f"{name}-{size}-{scheme}", scripts=scripts)
    page.on("request", lambda request: visit.requests.append(request))  # noqa: PLW0108
    page.on("pageerror", lambda error: visit.complaints.append(str(error)))
    page.on("console", lambda message: visit.complaints.append(message.text))
    try:
        yield visit
        assert outside == []
        assert [one for one in visit.complaints if not _NOISE.search(one)] == []
    finally:
        context.close()
