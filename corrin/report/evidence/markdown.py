"""Plain Markdown: text that means what it says, tables, links."""

from __future__ import annotations

import re
from collections.abc import Iterable

#: What Markdown would read as something else: marks inside a line, marks that start one,
#: and what looks like HTML, which no dialect lets a backslash undo.
_INSIDE = re.compile(r"[\\`*\[\]]|(?<![^\W_])_|_(?![^\W_])")
_START = re.compile(r"^(?=[#>+-](?:\s|$))|^(\d+)(?=[.)]\s)")
_HTML = re.compile(r"<(?=[A-Za-z/!?])|&(?=#?\w+;)")
_ENTITIES = {"<": "&lt;", "&": "&amp;"}


def plain(text: str) -> str:
    """Return text on one line, with nothing in it that Markdown would read as a mark."""
    line = _HTML.sub(lambda found: _ENTITIES[found.group()], " ".join(text.split()))
    line = _INSIDE.sub(lambda found: "\\" + found.group(), line)
    return _START.sub(lambda found: f"{found.group(1) or ''}\\", line, count=1)


def code(text: str) -> str:
    """Return an id or a condition as code; a text that holds a backtick stays whole."""
    return f"`` {text} ``" if "`" in text else f"`{text}`"


def link(words: str, path: str) -> str:
    """Return a link; ``words`` are Markdown."""
    return f"[{words}](<{path}>)" if re.search(r"[\s()]", path) else f"[{words}]({path})"


def table(heads: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """Return a Markdown table; the cells are Markdown."""
    heads = tuple(heads)
    lines = [heads, ("---",) * len(heads), *rows]
    return "\n".join(f"| {' | '.join(map(_cell, line))} |" for line in lines)


def bullets(lines: Iterable[str]) -> str:
    """Return a list, one line each; the lines are Markdown."""
    return "\n".join(f"- {line}" for line in lines)


def sections(parts: Iterable[str | None]) -> str:
    """Return the parts that say something, with an empty line between them."""
    return "\n\n".join(part.strip() for part in parts if part and part.strip()) + "\n"


def sentence_case(text: str) -> str:
    """Return the text with a capital at its start, the rest as it stands."""
    return text[:1].upper() + text[1:]


def plain_key(key: str) -> str:
    """Return a key of a record in plain letters: ``links[0].p_low`` is ``Links 1, p low``."""
    counted = re.sub(r"\[(\d+)\]", lambda found: f" {int(found.group(1)) + 1}", key)
    words = re.sub(r"\[([^\]]+)\]", r" \1", counted).replace(".", ", ")
    return plain(sentence_case(re.sub(r"[_-]", " ", words)))


def _cell(value: object) -> str:
    return " ".join(str(value).split()).replace("|", "\\|")
