"""The words of the pages in other languages: complete, current, and nothing lost in them.

``python -m checks.translations`` takes the marked words out of the pages, brings each
catalogue up to date and compiles it; a new word is then empty, and the check says so.
"""

from __future__ import annotations

import argparse
import datetime as dt
import io
import re
import sys
from collections.abc import Iterable
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po, write_po

from corrin.interfaces.web.translating import DOMAIN, ENGLISH, LANGUAGES
from corrin.knowledge.loading import load
from corrin.knowledge.translations import stale, translation

ROOT = Path(__file__).resolve().parent.parent
PAGES = Path("corrin/interfaces/web")
_METHODS = [("**.py", "python"), ("templates/**.html", "jinja2")]
_OPTIONS = {"templates/**.html": {"encoding": "utf-8", "trimmed": "false"}}
_WORDS = {"_": None, "said": None, "gettext": None}
#: A catalogue that says when it was written would change without its words.
_NO_DAY = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
_PLACE = re.compile(r"%\(\w+\)s|%s|\{\w+\}|<\w+>")


def marked(root: Path = ROOT) -> list[str]:
    """Return every word of the pages that is marked for translation, sorted."""
    found = extract_from_dir(
        str(root / PAGES), method_map=_METHODS, options_map=_OPTIONS, keywords=_WORDS
    )
    return sorted({words for _, _, words, _, _ in found if isinstance(words, str) and words})


def catalogue_path(language: str, root: Path = ROOT) -> Path:
    """Return where the catalogue of a language stands."""
    return root / PAGES / "locale" / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def translated(language: str, root: Path = ROOT) -> dict[str, str]:
    """Return the catalogue of a language: English to translation."""
    path = catalogue_path(language, root)
    if not path.exists():
        return {}
    with path.open("rb") as file:
        catalogue = read_po(file)
    return {str(one.id): str(one.string) for one in catalogue if one.id}


def lost_places(english: str, words: str) -> bool:
    """Return whether a place to be filled is missing from a translation, or new in it."""
    return sorted(_PLACE.findall(english)) != sorted(_PLACE.findall(words))


def problems(root: Path = ROOT) -> list[str]:
    """Return one line for each word that is not translated, lost a place, or is out of date."""
    found: list[str] = []
    wanted = marked(root)
    for language in LANGUAGES:
        if language == ENGLISH:
            continue
        known = translated(language, root)
        found += [f"{language}: not translated: {one}" for one in wanted if not known.get(one)]
        found += [f"{language}: no longer on a page: {one}" for one in known.keys() - set(wanted)]
        found += [
            f"{language}: a place is lost: {one}"
            for one, words in known.items()
            if words and lost_places(one, words)
        ]
        if _compiled(language, root) != {one: words for one, words in known.items() if words}:
            found.append(f"{language}: the compiled catalogue is out of date")
        record = translation(language)
        if record is not None:
            found += [f"{language}: the English changed: {one}" for one in stale(record, load())]
    return [*found, *(["Run: python -m checks.translations"] if found else [])]


def _compiled(language: str, root: Path) -> dict[str, str]:
    path = catalogue_path(language, root).with_suffix(".mo")
    if not path.exists():
        return {}
    with path.open("rb") as file:
        return {str(one.id): str(one.string) for one in read_mo(file) if one.id}


def update(language: str, words: Iterable[tuple[str, str]] = (), root: Path = ROOT) -> None:
    """Write the catalogue of a language anew, with what is known of it and ``words``."""
    known = {**translated(language, root), **dict(words)}
    catalogue = Catalog(
        locale=language,
        domain=DOMAIN,
        project="Corrin",
        version="1",
        header_comment="# Words of the pages. Nobody has reviewed this translation.",
        last_translator="the Corrin contributors",
        language_team="none",
        msgid_bugs_address="none",
        creation_date=_NO_DAY,
        revision_date=_NO_DAY,
        fuzzy=False,
    )
    for one in marked(root):
        catalogue.add(one, known.get(one, ""))
    path = catalogue_path(language, root)
    path.parent.mkdir(parents=True, exist_ok=True)
    text, compiled = io.BytesIO(), io.BytesIO()
    write_po(text, catalogue, width=100, sort_output=True, no_location=True)
    write_mo(compiled, catalogue)
    path.write_bytes(text.getvalue())
    path.with_suffix(".mo").write_bytes(compiled.getvalue())


def main() -> int:
    """Bring every catalogue up to date and print what is left to translate."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    for language in LANGUAGES:
        if language != ENGLISH:
            update(language)
    left = problems()
    print("\n".join(left) or "Every word is translated.")
    return min(len(left), 1)


if __name__ == "__main__":
    sys.exit(main())
