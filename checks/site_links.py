"""Checks the links of a built site: none dangles, and outside it only sources are led to."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from corrin.knowledge.facts import Knowledge
from corrin.report.evidence.reference_pages import addresses

#: Where a page names another file, by tag.
_NAMES_A_FILE = {
    "a": "href",
    "link": "href",
    "img": "src",
    "script": "src",
    "iframe": "src",
    "source": "src",
    "form": "action",
    "use": "href",
}


class _Page(HTMLParser):
    """The links of one page and the places in it that a link can lead to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[tuple[str, str]] = []
        self.places: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        self.places.update(value for key in ("id", "name") if (value := named.get(key)))
        target = named.get(_NAMES_A_FILE.get(tag, ""))
        if target is not None:
            self.links.append((tag, target))


def problems(site: Path, knowledge: Knowledge) -> list[str]:
    """Return one line for each link that leads nowhere, or to what is no source of ours."""
    allowed = {address for one in knowledge.references.values() for address in addresses(one)}
    pages = {
        path.resolve(): _Page(path.read_text(encoding="utf-8"))
        for path in sorted(site.rglob("*.html"))
    }
    if not pages:
        return [f"{site}: no page was built"]
    found = []
    for path, page in pages.items():
        for tag, target in page.links:
            parts = urlsplit(target)
            outside = bool(parts.scheme or parts.netloc)
            wrong = _outside(tag, target, allowed) if outside else _inside(path, parts, pages)
            if wrong:
                found.append(f"{path.relative_to(site.resolve())}: {target}: {wrong}")
    return found


def _outside(tag: str, target: str, allowed: set[str]) -> str | None:
    if tag != "a":
        return "is loaded from elsewhere"
    return None if target in allowed else "is no address of a source"


def _inside(path: Path, parts: SplitResult, pages: dict[Path, _Page]) -> str | None:
    there = (path.parent / unquote(parts.path)).resolve() if parts.path else path
    if not there.is_file():
        return "there is no such file"
    page = pages.get(there)
    if parts.fragment and page is not None and unquote(parts.fragment) not in page.places:
        return "there is no such place on the page"
    return None
