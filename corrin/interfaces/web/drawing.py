"""Draws a page from a template: ours, and those of the report, which it shares."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2

from corrin._version import __version__
from corrin.interfaces.web.asset_files import asset_path
from corrin.interfaces.web.other_language import shown_in
from corrin.interfaces.web.translating import ENGLISH, LANGUAGES, translations
from corrin.interfaces.web.worker import knowledge_here
from corrin.report.html import environment

_TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A page to send: its status and its text."""

    html: str
    status: int = 200  # not clinical: HTTP


def draw(template: str, *, language: str, **values: Any) -> str:
    """Return a page.  Whatever a person gave is escaped by the template engine."""
    knowledge = knowledge_here()
    return (
        _pages(language)
        .get_template(template)
        .render(
            knowledge_version=knowledge.version,
            fixed_disclaimer=knowledge.wording["disclaimer"],
            **values,
        )
    )


@functools.cache
def _pages(language: str) -> jinja2.Environment:
    pages = environment(_TEMPLATES)
    pages.add_extension("jinja2.ext.i18n")
    # Old style: what it returns is escaped like any other text.
    pages.install_gettext_translations(translations(language), newstyle=False)  # type: ignore[attr-defined]
    pages.globals.update(
        asset=asset_path,
        language=language,
        languages=LANGUAGES,
        in_language="" if language == ENGLISH else f"?lang={language}",
        software_version=__version__,
        **shown_in(language),
    )
    return pages
