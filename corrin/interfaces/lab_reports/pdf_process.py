"""Takes the text out of one PDF, in a process of its own with bounds on time and memory.

A PDF can unpack to a million times its size.  So it is never opened in the process of
the server or the command: this one reads it from standard input, may use so much memory
and time, may write no file, and answers with JSON on standard output.
"""

from __future__ import annotations

import contextlib
import io
import logging
import sys
from itertools import pairwise
from typing import Any

MOST_MEMORY = 600 * 1024**2  # not clinical: bytes of address space
MOST_SECONDS = 20  # not clinical: seconds of the processor
MOST_PAGES = 30  # not clinical: pages
MOST_CHARACTERS = 200_000  # not clinical: characters
_WITHIN_WORD = 0.15  # not clinical: part of the size of a letter
_TOGETHER = 0.1  # not clinical: part of the height of a letter
_APART = 1.2  # not clinical: parts of the height of a letter; a wider gap parts columns
_SMALLER = 0.95  # not clinical: part of the height; smaller and higher is a superscript
_SAME_LINE = 0.5  # not clinical: part of the height
_UNREADABLE = "(cid:"
_MOST_UNREADABLE = 10


def main() -> None:
    """Read a PDF from standard input and write what was found to standard output."""
    import json

    data = sys.stdin.buffer.read()
    _bound()
    logging.disable(logging.CRITICAL)
    try:
        answer = text_of(data)
    except MemoryError:
        answer = {"error": "too-large"}
    except Exception as error:
        locked = "Password" in type(error).__name__ or "Password" in repr(error.args[:1])
        answer = {"error": "locked" if locked else "not-readable"}
    sys.stdout.write(json.dumps(answer))


def _bound() -> None:
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        for what, most in (
            (resource.RLIMIT_AS, MOST_MEMORY),
            (resource.RLIMIT_CPU, MOST_SECONDS),
            (resource.RLIMIT_FSIZE, 0),
            (resource.RLIMIT_CORE, 0),
        ):
            _, hard = resource.getrlimit(what)
            least = most if hard == resource.RLIM_INFINITY else min(hard, most)
            resource.setrlimit(what, (least, least))


def text_of(data: bytes) -> dict[str, Any]:
    """Return the lines of each page, and how much of the file was read."""
    import pdfplumber

    lines: list[tuple[int, int, str]] = []
    characters = 0
    cut = False
    with pdfplumber.open(io.BytesIO(data)) as pdf:
        read = 0
        for number, page in enumerate(pdf.pages, start=1):
            if number > MOST_PAGES or characters > MOST_CHARACTERS:
                cut = True
                break
            for at, text in enumerate(page_lines(page), start=1):
                lines.append((number, at, text))
                characters += len(text)
            page.close()
            read = number
    unreadable = sum(text.count(_UNREADABLE) for _, _, text in lines)
    if unreadable > _MOST_UNREADABLE or (unreadable and unreadable >= len(lines)):
        return {"error": "no-letters"}
    return {"lines": lines, "read": read, "cut": cut}


def page_lines(page: Any) -> list[str]:
    """Return the text of a page line by line, two spaces between columns."""
    words = page.extract_words(x_tolerance_ratio=_WITHIN_WORD, extra_attrs=["size"])
    rows: list[list[dict[str, Any]]] = []
    # The large before the small: a raised figure then finds the line it belongs to.
    for word in sorted(words, key=lambda one: (-round(one["size"]), one["top"], one["x0"])):
        row = next((row for row in rows if _shares_line(row[0], word)), None)
        if row is None:
            rows.append([word])
        else:
            row.append(word)
    rows.sort(key=lambda row: (row[0]["top"], row[0]["x0"]))
    return [_line(sorted(row, key=lambda one: one["x0"])) for row in rows]


def _shares_line(first: dict[str, Any], word: dict[str, Any]) -> bool:
    shared = min(first["bottom"], word["bottom"]) - max(first["top"], word["top"])
    return bool(shared > _SAME_LINE * min(_height(first), _height(word)))


def _height(word: dict[str, Any]) -> float:
    return float(word["bottom"] - word["top"])


def _line(words: list[dict[str, Any]]) -> str:
    height = max(map(_height, words)) or 1
    low = max(word["bottom"] for word in words)
    text = words[0]["text"]
    for before, word in pairwise(words):
        gap = (word["x0"] - before["x1"]) / height
        raised = _height(word) < _SMALLER * height and low - word["bottom"] > _TOGETHER * height
        if gap < _TOGETHER:
            text += ("^" if raised and word["text"][:1].isdigit() else "") + word["text"]
        else:
            text += ("  " if gap > _APART else " ") + word["text"]
    return str(text)


if __name__ == "__main__":
    main()
