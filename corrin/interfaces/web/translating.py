"""Languages of the page furniture: gettext catalogues beside this file, English without one.

A catalogue is ``locale/<language>/LC_MESSAGES/pages.mo``.  The words of the knowledge
(questions, findings, fixed emergency texts) are not furniture and are not changed here.
"""

from __future__ import annotations

import functools
import gettext
from pathlib import Path

DOMAIN = "pages"
ENGLISH = "en"
#: Language to its own name; a catalogue that is added is entered here.
LANGUAGES: dict[str, str] = {ENGLISH: "English", "de": "Deutsch"}

_LOCALE = Path(__file__).parent / "locale"


@functools.cache
def translations(language: str) -> gettext.NullTranslations:
    """Return the catalogue of a language; English, and what is missing, stays as written."""
    return gettext.translation(DOMAIN, _LOCALE, languages=[language], fallback=True)


def chosen(wanted: str | None, accepted: str = "") -> str:
    """Return the language to show: the one asked for, else the browser's first that we have.

    ``accepted`` is an Accept-Language header; weights are read as the order of the list.
    """
    for one in (wanted or "", *(part.partition(";")[0] for part in accepted.split(","))):
        language = one.strip().lower().partition("-")[0]
        if language in LANGUAGES:
            return language
    return ENGLISH


def said(text: str) -> str:
    """Mark a text for translation where it is written; it is translated where it is shown."""
    return text
