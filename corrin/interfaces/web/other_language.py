"""Words that are not furniture, shown in another language: translated, or marked as English.

What is urgent is shown in both languages, because no one has reviewed the translation.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from markupsafe import Markup

from corrin.interfaces.web.translating import ENGLISH, translations
from corrin.interfaces.web.worker import knowledge_here
from corrin.knowledge import translations as records

_IN_ENGLISH = Markup('<span lang="en">{}</span>')
_BESIDE = Markup('{} <small lang="en" class="in-english">{}</small>')


def shown_in(language: str) -> dict[str, Callable[..., Any]]:
    """Return what the templates of a language need to show words of records.

    ``known``: the words, marked as English when there are no others.  ``known_plain``: the
    same without a mark, for a title.  ``both``: the words with the English beside them.
    ``lang_of``: an attribute for an element that holds words alone.
    """

    def translated(text: str) -> str | None:
        if language == ENGLISH or not text:
            return str(text)
        furniture = translations(language).gettext(str(text))
        if furniture != str(text):
            return furniture
        return records.words(language, knowledge_here()).of(str(text))

    def known(text: str) -> Markup | str:
        words = translated(text)
        return _IN_ENGLISH.format(text) if words is None else words

    def known_plain(text: str) -> str:
        return translated(text) or text

    def both(text: str) -> Markup | str:
        words = translated(text)
        if words is None:
            return _IN_ENGLISH.format(text)
        return words if language == ENGLISH else _BESIDE.format(words, text)

    def lang_of(text: str) -> Markup:
        return Markup("") if translated(text) is not None else Markup(' lang="en"')

    return {"known": known, "known_plain": known_plain, "both": both, "lang_of": lang_of}
