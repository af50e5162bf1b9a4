"""Small bars without words, as SVG: the table beside them says it in figures."""

from __future__ import annotations

from collections.abc import Sequence

WIDTH = 160  # not clinical: pixels
HEIGHT = 12  # not clinical: pixels
#: From well founded to not founded at all; each stands out on white and on near black.
SHADES = ("#2a7f78", "#5b9f8b", "#8a9a5b", "#b8792e", "#82828f", "#c0392b")


def bar(count: int, total: int, *, shade: int) -> str:
    """Return one bar: ``count`` of ``total``, on a track."""
    width = WIDTH * count / total if total else 0
    return _picture(_box(0, width, SHADES[shade]))


def stacked(counts: Sequence[int]) -> str:
    """Return one bar in parts, in the order of the shades."""
    total = sum(counts)
    boxes = []
    start = 0.0
    for count, shade in zip(counts, SHADES, strict=True):
        width = WIDTH * count / total if total else 0
        boxes.append(_box(start, width, shade))
        start += width
    return _picture("".join(boxes))


def _box(start: float, width: float, shade: str) -> str:
    if not width:
        return ""
    return f'<rect x="{start:.1f}" width="{width:.1f}" height="{HEIGHT}" fill="{shade}"/>'


def _picture(inside: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" '
        f'viewBox="0 0 {WIDTH} {HEIGHT}">'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#82828f" fill-opacity="0.2"/>'
        f"{inside}</svg>\n"
    )
