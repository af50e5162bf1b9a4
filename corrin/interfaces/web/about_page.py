"""What Corrin is for, which version this is, how well it did when tried, and its limits."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path

import msgspec
from fastapi import APIRouter, Request
from fastapi.responses import Response

from corrin.interfaces.web.drawing import Shown, draw
from corrin.interfaces.web.sending import language_of, send
from corrin.interfaces.web.worker import knowledge_here
from corrin.knowledge.checks import reading_status
from corrin.knowledge.facts import Knowledge

router = APIRouter(include_in_schema=False)

FIGURES = Path(__file__).parent / "validation_figures.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One measured figure with its interval and its count, as the validation page prints it."""

    name: str
    bedside: str
    with_tests: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidationFigures:
    """The figures of the validation page, when they were made, and with which knowledge."""

    date: str
    knowledge: str
    figures: tuple[Figure, ...]


@functools.cache
def validation_figures() -> ValidationFigures:
    """Return the figures that came with this version."""
    return msgspec.json.decode(FIGURES.read_bytes(), type=ValidationFigures)


@functools.lru_cache(maxsize=2)
def _reading(knowledge: Knowledge) -> dict[str, int]:
    return dict(reading_status(knowledge))


@router.get("/about")
async def about_page(request: Request) -> Response:
    """Return the page about Corrin."""
    return await send(request, about, language_of(request))


def about(language: str) -> Shown:
    """Return the page about Corrin."""
    knowledge = knowledge_here()
    html = draw(
        "about_page.html",
        language=language,
        validation=validation_figures(),
        reading=_reading(knowledge),
        counts={
            "causes": len(knowledge.causes),
            "findings": len(knowledge.findings),
            "red_flags": len(knowledge.red_flags),
            "references": len(knowledge.references),
        },
    )
    return Shown(html=html)
