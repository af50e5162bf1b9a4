"""The reliability picture: what was said against what came true, one dot a bin of a cause."""

from __future__ import annotations

import math
from typing import Any

from corrin.population.calibrating.causes import Seen

_SIDE, _GAP, _LEFT, _TOP = 250, 60, 56, 64
_LEAST = 0.001
_MARKS = (0.001, 0.01, 0.1, 1.0)
_PANELS = (
    (Seen.MODEL.value, "The model itself"),
    (Seen.RECORDED.value, "Read from the record"),
    (Seen.PRESENT_LESS.value, "A fifth of what is there not recorded"),
)


def draw(figures: dict[str, Any]) -> str:
    """Return the picture as SVG; both axes are logarithmic, from 0.1% to 100%."""
    width = _LEFT + len(_PANELS) * (_SIDE + _GAP)
    height = _TOP + _SIDE + 60
    panels = [
        _panel(figures["causes"][seen], title, _LEFT + place * (_SIDE + _GAP))
        for place, (seen, title) in enumerate(_PANELS)
        if seen in figures["causes"]
    ]
    words = (
        "For every cause of twitching that is more frequent than 0.5%, ten groups of people "
        "with like probabilities: across, the probability said; upwards, the share in whom the "
        "cause was at work. On the line the two agree."
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
        f'font-family="sans-serif" font-size="12" aria-labelledby="title what">'
        f'<title id="title">Calibration on made-up people</title><desc id="what">{words}</desc>'
        f'<rect width="{width}" height="{height}" fill="#fff"/>'
        f'<text x="{_LEFT}" y="22" font-size="15">Probability said, and share in whom it was '
        f"true (made-up people, knowledge as the truth)</text>" + "".join(panels) + "</svg>\n"
    )


def _panel(study: dict[str, Any], title: str, left: float) -> str:
    bottom = _TOP + _SIDE
    parts = [
        f'<text x="{left}" y="{_TOP - 22}" font-weight="bold">{title}</text>',
        f'<text x="{left}" y="{_TOP - 8}" fill="#444">{study["people"]:,} people, worst error '
        f"{study['worst']:.3f}</text>",
        f'<rect x="{left}" y="{_TOP}" width="{_SIDE}" height="{_SIDE}" fill="none" stroke="#888"/>',
        f'<line x1="{left}" y1="{bottom}" x2="{left + _SIDE}" y2="{_TOP}" stroke="#888" '
        f'stroke-dasharray="4 3"/>',
    ]
    for mark in _MARKS:
        place = _place(mark) * _SIDE
        label = f"{mark * 100:g}%"
        parts.append(
            f'<text x="{left + place:.1f}" y="{bottom + 16}" text-anchor="middle">{label}</text>'
            f'<text x="{left - 5}" y="{bottom - place + 4:.1f}" text-anchor="end">{label}</text>'
        )
    parts.append('<g fill="#1a5fa8" fill-opacity="0.45">')
    for one in study["states"].values():
        for _, predicted, observed in one["bins"]:
            if predicted >= _LEAST:
                x = left + _place(predicted) * _SIDE
                y = bottom - _place(observed) * _SIDE
                parts.append(f'<circle cx="{x:.0f}" cy="{y:.0f}" r="3"/>')
    parts.append("</g>")
    parts.append(
        f'<text x="{left + _SIDE / 2}" y="{bottom + 36}" text-anchor="middle">probability said'
        f"</text>"
    )
    return "".join(parts)


def _place(share: float) -> float:
    """Return where a share lies on the axis, from 0 to 1."""
    return 1 + math.log10(max(share, _LEAST)) / -math.log10(_LEAST)
