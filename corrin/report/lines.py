"""Wrapped lines for a terminal, for every answer that is told as plain text."""

from __future__ import annotations

import textwrap

#: Lines are never shorter than this, however narrow the terminal, nor longer.
_NARROWEST, _WIDEST = 40, 100  # not clinical: columns


class Lines:
    """Collects wrapped lines."""

    def __init__(self, width: int) -> None:
        self._width = min(max(width, _NARROWEST), _WIDEST)
        self._lines: list[str] = []

    def title(self, words: str) -> None:
        """Add a heading, underlined."""
        self._lines += ["", words, "─" * len(words)]

    def say(self, words: str) -> None:
        """Add a paragraph, or nothing for no words."""
        if words:
            self._wrap(words, "", "")

    def item(self, words: str, mark: str = "- ") -> None:
        """Add an item of a list."""
        self._wrap(words, mark, " " * len(mark))

    def under(self, words: str) -> None:
        """Add a line that belongs to the item above it."""
        self._wrap(words, "    ", "      ")

    def _wrap(self, words: str, first: str, rest: str) -> None:
        self._lines += textwrap.wrap(
            printable(words), self._width, initial_indent=first, subsequent_indent=rest,
            break_on_hyphens=False, break_long_words=False,
        )  # fmt: skip

    def text(self) -> str:
        """Return all lines as one text."""
        return "\n".join(self._lines).lstrip("\n") + "\n"


def printable(words: str) -> str:
    """Without control characters: a name in a file must not steer the terminal."""
    return "".join(one if one.isprintable() else " " for one in words)


def cited(sources: tuple[int, ...]) -> str:
    """The numbers of sources as ``[1][4]``."""
    return "".join(f"[{number}]" for number in sources)
