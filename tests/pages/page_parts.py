"""Takes a page apart, to look at what a reader, a browser or a screen reader gets."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta", "br", "img", "link", "input", "hr"}
#: In SVG these are closed in place (``<line/>``).
BLOCKS = {
    "p", "li", "dt", "dd", "h1", "h2", "h3", "td", "th", "caption", "figcaption", "summary",
    "title", "desc", "text",
}  # fmt: skip


@dataclass
class Element:
    tag: str
    attributes: dict[str, str]
    children: list[Element] = field(default_factory=list)
    parent: Element | None = None
    text: str = ""

    def all(self, *tags: str) -> list[Element]:
        """Every element below with one of the tags."""
        found = []
        for child in self.children:
            if not tags or child.tag in tags:
                found.append(child)
            found += child.all(*tags)
        return found

    def words(self) -> str:
        """The text in and below, with white space evened out."""
        return " ".join(self._words().split())

    def _words(self) -> str:
        if self.tag in {"style", "script"}:
            return ""
        return self.text + "".join(child._words() for child in self.children)

    def within(self, tag: str) -> bool:
        """True when an element above has the tag."""
        return self.parent is not None and (self.parent.tag == tag or self.parent.within(tag))


class _Builder(HTMLParser):
    """Builds the tree and raises on a tag that is not closed where it was opened."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("#page", {})
        self.here = self.root

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"<{tag}> repeats an attribute: {names}"
        element = Element(tag, {name: value or "" for name, value in attrs}, parent=self.here)
        self.here.children.append(element)
        if tag not in VOID:
            self.here = element

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs}, parent=self.here)
        self.here.children.append(element)

    def handle_endtag(self, tag: str) -> None:
        assert self.here.tag == tag, f"</{tag}> closes <{self.here.tag}>"
        assert self.here.parent is not None
        self.here = self.here.parent

    def handle_data(self, data: str) -> None:
        self.here.children.append(Element("#text", {}, parent=self.here, text=data))


def parse(page: str) -> Element:
    """The tree of a page; raises AssertionError when it is not well formed."""
    builder = _Builder()
    builder.feed(page)
    builder.close()
    assert builder.here is builder.root, f"<{builder.here.tag}> is never closed"
    return builder.root


def sentences(root: Element, *, without: tuple[str, ...] = ()) -> list[str]:
    """Every sentence of running text on the page; ``without`` names ids of sections left out.

    Labels and cells of tables are no sentences: counting them as such would flatter the
    reading level.
    """
    found = []
    for block in root.all(*BLOCKS):
        if any(child.tag in BLOCKS for child in block.all()) or block.within("head"):
            continue
        if any(_inside(block, one) for one in without):
            continue
        words = re.sub(r"(source )?\[\d+\]", "", block.words())
        parts = [part.strip() for part in re.split(r"(?<=[.!?])\s+", words)]
        found += [part for part in parts if part[-1:] in {".", "!", "?"} and len(part.split()) > 2]
    return found


def _inside(element: Element, wanted: str) -> bool:
    if element.attributes.get("id") == wanted:
        return True
    return element.parent is not None and _inside(element.parent, wanted)
