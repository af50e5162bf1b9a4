"""The pictures of a page for paper: lengths in per cent become lengths in points of the picture.

On a page a picture takes its width from its column, and nested pictures theirs from it.
WeasyPrint reckons nested percentages wrongly, so each picture gets a fixed width here,
every percentage is worked out, and nested pictures become moved groups.
"""

from __future__ import annotations

import functools
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

_SVG = re.compile(r"<svg\b[^>]*>|</svg>")
_STYLE = Path(__file__).parent / "assets" / "pdf_pictures.css"
#: Width of a picture on A4 by its kind; an axis is as wide as the pictures of its column.
_WIDTHS = {"level": 580.0, "curve": 580.0, "chance": 150.0, "evidence": 210.0}  # not clinical: px
_COLUMNS = {"c-picture": "chance", "c-bar": "evidence"}
_COLUMN = re.compile(r'class="(c-picture|c-bar)"')
_ACROSS = ("x", "x1", "x2", "cx", "width")
_DOWN = ("y", "y1", "y2", "cy", "height")
#: PDF/UA wants words for every drawing, also for those that only repeat the words beside them.
_REPEATS = "A drawing. The words beside it say the same."


def for_paper(page: str) -> str:
    """Return a page with every picture made ready for paper."""
    parts: list[str] = []
    end = 0
    for start, stop in _pictures(page):
        parts += [page[end:start], _redrawn(page[start:stop], page[end:start])]
        end = stop
    return "".join((*parts, page[end:]))


def _pictures(page: str) -> Iterator[tuple[int, int]]:
    """Yield where each picture begins and ends; those inside another are part of it."""
    depth, start = 0, 0
    for tag in _SVG.finditer(page):
        if tag.group() == "</svg>":
            depth -= 1
            if depth == 0:
                yield start, tag.end()
        else:
            if depth == 0:
                start = tag.start()
            depth += 1


def _redrawn(text: str, before: str) -> str:
    drawing = ET.fromstring(text)  # noqa: S314  from our own templates
    kinds = (drawing.get("class") or "").split()
    width = _width(drawing, kinds, before)
    height = float(drawing.get("height", "0"))
    for child in list(drawing):
        _resolve(child, width, height)
    drawing.set("width", f"{width:g}")
    if drawing.get("viewBox") is None:
        drawing.set("viewBox", f"0 0 {width:g} {height:g}")
    if drawing.get("aria-hidden") is not None:
        words = ET.Element("title")
        words.text = _REPEATS
        drawing.insert(0, words)
    style = ET.Element("style")
    style.text = _style()
    drawing.append(style)
    drawing.set("xmlns", "http://www.w3.org/2000/svg")
    return ET.tostring(drawing, encoding="unicode", short_empty_elements=False)


def _width(drawing: ET.Element, kinds: list[str], before: str) -> float:
    width = drawing.get("width", "")
    if not width.endswith("%"):
        return float(width)
    columns = _COLUMN.findall(before)
    kind = _COLUMNS[columns[-1]] if "axis" in kinds and columns else kinds[-1]
    return _WIDTHS[kind]


def _resolve(one: ET.Element, width: float, height: float) -> None:
    """Work out the percentages of an element and all that it holds."""
    for names, whole in ((_ACROSS, width), (_DOWN, height)):
        for name in names:
            value = one.get(name, "")
            if value.endswith("%"):
                one.set(name, f"{float(value[:-1]) * whole / 100:.3f}")
    inner_width, inner_height = width, height
    if one.tag == "svg":
        inner_width = float(one.get("width", width))
        inner_height = float(one.get("height", height))
        move = f"translate({one.get('x', '0')} {one.get('y', '0')})"
        if box := one.get("viewBox"):
            _, _, across, down = (float(part) for part in box.split())
            move += f" scale({inner_width / across:g} {inner_height / down:g})"
        one.tag = "g"
        one.attrib = {"transform": move}
    for child in list(one):
        _resolve(child, inner_width, inner_height)


@functools.cache
def _style() -> str:
    return _STYLE.read_text(encoding="utf-8")
