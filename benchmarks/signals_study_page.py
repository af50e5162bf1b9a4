"""Writes the study of the likelihoods: its figures, its two pictures, and its page."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PAGE = Path("docs/explanation/three-likelihoods.md")
FIGURES = Path("docs/signals-study.json")
PICTURES = {
    "hyperparameters": Path("docs/images/likelihoods-hyperparameters.svg"),
    "coverage": Path("docs/images/likelihoods-coverage.svg"),
}
LIKELIHOODS = ("full", "mixture", "openebgm")
MARKS = {"full": "circle", "mixture": "square", "openebgm": "triangle"}
PARAMETERS = ("alpha1", "beta1", "alpha2", "beta2", "p")
WIDTH, LEFT = 760, 190
#: The axis of ratios reaches this far on either side of one.
REACH = 16


def write(figures: dict[str, Any], root: Path) -> None:
    """Write everything below ``root``."""
    for path in (PAGE, FIGURES, *PICTURES.values()):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / FIGURES).write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    (root / PICTURES["hyperparameters"]).write_text(_hyperparameters(figures), encoding="utf-8")
    (root / PICTURES["coverage"]).write_text(_coverage(figures), encoding="utf-8")
    (root / PAGE).write_text(_page(figures), encoding="utf-8")


def _page(figures: dict[str, Any]) -> str:
    words = (Path(__file__).parent / "signals_study_words.md").read_text(encoding="utf-8")
    return (
        words.replace("{{date}}", figures["date"])
        .replace("{{replicates}}", str(figures["replicates"]))
        .replace("{{designs}}", "\n".join(_designs(figures)))
        .replace("{{edges}}", "\n".join(_edges(figures)))
        .replace("{{hyperparameters}}", "\n".join(_ratios(figures)))
        .replace("{{eb05}}", "\n".join(_eb05(figures)))
    )


def _designs(figures: dict[str, Any]) -> Iterator[str]:
    heads = ("design", "what it is like", "cells", "with a report", *PARAMETERS)
    yield f"| {' | '.join(heads)} |"
    yield "| --- | --- | --: | --: | --: | --: | --: | --: | --: |"
    for one in figures["designs"]:
        truth = " | ".join(f"{one['truth'][name]:.3g}" for name in PARAMETERS)
        yield (
            f"| {one['id']} | {one['words']} | {one['cells']:,} | {one['nonzero_cells']:,} "
            f"| {truth} |"
        )


def _rows(figures: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for one in figures["designs"]:
        for name in LIKELIHOODS:
            yield one["id"], name, one["likelihoods"][name]


def _edges(figures: dict[str, Any]) -> Iterator[str]:
    yield "| design | likelihood | optimum on the boundary | starts that disagree |"
    yield "| --- | --- | --: | --: |"
    for design, name, one in _rows(figures):
        yield (
            f"| {design} | `{name}` | {one['boundary_share']:.0%} "
            f"| {one['starts_apart_share']:.0%} |"
        )


def _ratios(figures: dict[str, Any]) -> Iterator[str]:
    yield "| design | likelihood | " + " | ".join(PARAMETERS) + " |"
    yield "| --- | --- |" + " --: |" * len(PARAMETERS)
    for design, name, one in _rows(figures):
        cells = " | ".join(
            f"{_short(one['ratio_to_truth'][p][1])} ({one['interval_cover'][p]:.0%})"
            for p in PARAMETERS
        )
        yield f"| {design} | `{name}` | {cells} |"


def _eb05(figures: dict[str, Any]) -> Iterator[str]:
    yield (
        "| design | likelihood | true rate above EB05 | below EB95 | above EB05 where EB05 >= 2 "
        "| pairs with EB05 >= 2 | same at the truth | EBGM off by |"
    )
    yield "| --- | --- | --: | --: | --: | --: | --: | --: |"
    for design, name, one in _rows(figures):
        flagged = one["eb05_cover_flagged"]
        yield (
            f"| {design} | `{name}` | {one['eb05_cover']:.1%} | {one['eb95_cover']:.1%} "
            f"| {'-' if flagged is None else f'{flagged:.1%}'} | {one['flagged']:,.0f} "
            f"| {one['flagged_at_truth']:,.0f} | x {one['ebgm_off']:.3f} |"
        )


def _short(value: float) -> str:
    if value > 100:
        return "over 100"
    return "under 0.01" if value < 0.01 else f"{value:.2f}"


def _hyperparameters(figures: dict[str, Any]) -> str:
    """Median and 10% to 90% of estimate over truth, a panel a design."""
    row, gap, top = 15, 40, 64
    lines: list[str] = []
    y = top
    for design in figures["designs"]:
        lines.append(_text(12, y, f"{design['id']}: {design['words']}", bold=True))
        y += 20
        for parameter in PARAMETERS:
            lines.append(_text(LEFT - 12, y + row + 4, parameter, end=True))
            for place, name in enumerate(LIKELIHOODS):
                low, middle, high = design["likelihoods"][name]["ratio_to_truth"][parameter]
                at = y + place * row + 4
                lines.append(
                    f'<line x1="{_x(low)}" x2="{_x(high)}" y1="{at}" y2="{at}" class="l {name}"/>'
                )
                lines.append(_mark(MARKS[name], _x(middle), at, name))
            y += 3 * row + 8
        y += gap - 10
    bottom = y - gap + 20
    grid = [
        f'<line x1="{_x(value)}" x2="{_x(value)}" y1="{top}" y2="{bottom}" '
        f'class="{"one" if value == 1 else "grid"}"/>'
        + _text(_x(value), bottom + 16, _tick(value), middle=True)
        for value in (1 / 16, 1 / 4, 1, 4, 16)
    ]
    return _svg(
        bottom + 44,
        "Estimated hyperparameters over the true ones",
        "Each mark is the median over the tables, each line 10% to 90%; beyond a factor of 16 "
        "they stop at the edge. The same figures stand in the table of the page.",
        [*grid, *lines, _text(LEFT, bottom + 34, "estimate over truth, log axis")],
    )


def _coverage(figures: dict[str, Any]) -> str:
    """How often the true rate lies above EB05 and below EB95, against the 95% it should be."""
    row, top = 22, 76
    start, wide = LEFT + 90, WIDTH - LEFT - 210
    lines: list[str] = []
    y = top
    for design in figures["designs"]:
        lines.append(_text(12, y + 4, design["id"], bold=True))
        for name in LIKELIHOODS:
            one = design["likelihoods"][name]
            lines.append(_text(start - 12, y + 4, name, end=True))
            for key, dy in (("eb05_cover", -4), ("eb95_cover", 5)):
                share = max(one[key], 0.4)
                end = start + wide * (share - 0.4) / 0.6
                lines.append(
                    f'<rect x="{start}" y="{y + dy - 4}" width="{end - start:.1f}" height="7" '
                    f'class="{"low" if key == "eb05_cover" else "high"}"/>'
                )
            lines.append(
                _text(WIDTH - 6, y + 4, f"{one['eb05_cover']:.0%} / {one['eb95_cover']:.0%}",
                      end=True)
            )  # fmt: skip
            y += row
        y += 12
    at = start + wide * (0.95 - 0.4) / 0.6
    lines.append(f'<line x1="{at}" x2="{at}" y1="{top - 12}" y2="{y - 14}" class="one"/>')
    lines.append(_text(at, y, "95%, as it should be", middle=True))
    lines.append(_text(start, y, "40%", middle=True))
    return _svg(
        y + 24,
        "How often the true relative rate lies above EB05 (upper bar) and below EB95 (lower bar)",
        "Over all pairs with a report. The same figures stand in the table of the page.",
        lines,
        legend=False,
    )


def _x(value: float) -> float:
    inside = min(max(value, 1 / REACH), REACH)
    share = (1 + math.log(inside) / math.log(REACH)) / 2
    return round(LEFT + share * (WIDTH - LEFT - 40), 1)


def _tick(value: float) -> str:
    return f"{value:g}" if value >= 1 else f"1/{1 / value:g}"


def _mark(kind: str, x: float, y: float, name: str) -> str:
    match kind:
        case "circle":
            return f'<circle cx="{x}" cy="{y}" r="4" class="{name}"/>'
        case "square":
            return f'<rect x="{x - 4}" y="{y - 4}" width="8" height="8" class="{name}"/>'
        case _:
            points = f"{x},{y - 5} {x + 5},{y + 4} {x - 5},{y + 4}"
            return f'<polygon points="{points}" class="{name}"/>'


def _text(
    x: float, y: float, words: str, *, bold: bool = False, end: bool = False, middle: bool = False
) -> str:
    anchor = "end" if end else "middle" if middle else "start"
    weight = ' font-weight="600"' if bold else ""
    safe = words.replace("&", "&amp;").replace("<", "&lt;")
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}"{weight}>{safe}</text>'


def _svg(
    height: float, title: str, description: str, lines: list[str], *, legend: bool = True
) -> str:
    named = [
        _mark(MARKS[name], LEFT + place * 150, 36, name) + _text(LEFT + place * 150 + 12, 40, name)
        for place, name in enumerate(LIKELIHOODS)
        if legend
    ]
    style = (
        "text{font:13px system-ui,sans-serif;fill:#1c2530}.grid{stroke:#d4dae2}"
        ".one{stroke:#1c2530;stroke-dasharray:3 3}.l{stroke-width:2}"
        ".full{fill:#0b6e6e;stroke:#0b6e6e}.mixture{fill:#8a5a00;stroke:#8a5a00}"
        ".openebgm{fill:#8c1d40;stroke:#8c1d40}.low{fill:#0b6e6e}.high{fill:#9fb8c8}"
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height:.0f}" '
        f'viewBox="0 0 {WIDTH} {height:.0f}" role="img" aria-labelledby="t d">\n'
        f'<title id="t">{title}</title>\n<desc id="d">{description}</desc>\n'
        f'<style>{style}</style>\n<rect width="100%" height="100%" fill="#fff"/>\n'
        + _text(12, 20, title, bold=True)
        + "\n"
        + "\n".join((*named, *lines))
        + "\n</svg>\n"
    )
