"""The records behind the answers as pages: every fact, number and source by its address."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from urllib.parse import urljoin, urlsplit

from fastapi import APIRouter, Request
from fastapi.responses import Response
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from corrin.interfaces.web import working
from corrin.interfaces.web.drawing import Shown, draw
from corrin.interfaces.web.sending import language_of, send
from corrin.interfaces.web.worker import knowledge_here
from corrin.knowledge.facts import Knowledge
from corrin.report.evidence.claim_pages import anchor
from corrin.report.evidence.entrance import entrance, words_page
from corrin.report.evidence.furniture import TITLES
from corrin.report.evidence.lists import list_page
from corrin.report.evidence.pages import page, pictures, single_pages
from corrin.report.evidence.sureness import sureness_page

router = APIRouter(include_in_schema=False)

NOT_FOUND = 404  # not clinical: HTTP
HOME = "/evidence/"
_PAGE, _INDEX, _PICTURE = ".md", "index", ".svg"


@router.get("/evidence")
@router.get(HOME)
async def evidence_home(request: Request) -> Response:
    """Return the first of the evidence pages."""
    return await send(request, evidence, _INDEX, language_of(request))


@router.get("/evidence/bars/{name}.svg")
async def picture(request: Request, name: str) -> Response:
    """Return one of the pictures the pages show."""
    svg = await working.run(request.app, picture_of, f"bars/{name}{_PICTURE}")
    if svg is None:
        return Response(status_code=NOT_FOUND, media_type="image/svg+xml")
    return Response(svg, media_type="image/svg+xml")


@router.get("/evidence/{path:path}")
async def evidence_record(request: Request, path: str) -> Response:
    """Return the page of one record, or of a list of them."""
    return await send(request, evidence, path.strip("/"), language_of(request))


def evidence(path: str, language: str) -> Shown:
    """Return a page of the knowledge, or one that says that there is none of this name."""
    text = evidence_page(path, knowledge_here())
    if text is None:
        return Shown(html=draw("not_found.html", language=language), status=NOT_FOUND)
    title = text.removeprefix("# ").partition("\n")[0]
    html = draw(
        "record.html",
        language=language,
        title=title,
        text=as_html(text, path),
        is_home=path == _INDEX,
    )
    return Shown(html=html)


@functools.lru_cache(maxsize=64)
def evidence_page(path: str, knowledge: Knowledge) -> str | None:
    """Return the Markdown of a page (``findings/tremor``, ``findings``, ``units``), or None."""
    kind, _, id_ = path.partition("/")
    if kind in TITLES and kind != "units":
        if id_ in {"", _INDEX}:
            return list_page(kind, knowledge)
        record = knowledge.kinds()[kind].get(id_)
        return None if record is None else page(record, knowledge)
    made = _MADE.get(path)
    return made(knowledge) if made else dict(single_pages(knowledge)).get(path + _PAGE)


_MADE: dict[str, Callable[[Knowledge], str]] = {
    _INDEX: entrance,
    "words": words_page,
    "how_sure": sureness_page,
}


def picture_of(path: str) -> str | None:
    """Return the SVG of a picture, or None."""
    return _pictures(knowledge_here()).get(path)


@functools.lru_cache(maxsize=2)
def _pictures(knowledge: Knowledge) -> dict[str, str]:
    return dict(pictures(knowledge))


def as_html(text: str, path: str) -> Markup:
    """Return Markdown as HTML: raw HTML in it stays text, links go to these pages."""
    reader = _markdown()
    tokens = reader.parse(text)
    base = HOME + (path if path in TITLES or "/" in path else "")
    base += "/" if path in TITLES else ""
    _lead(tokens, base)
    html = reader.renderer.render(tokens, reader.options, {})
    return Markup(html)  # noqa: S704 - made by the Markdown engine with raw HTML switched off


def _lead(tokens: Sequence[Token], base: str) -> None:
    """Send every link of a page to where the server has what it names; name the headings."""
    for place, token in enumerate(tokens):
        if token.type == "heading_open":
            token.attrSet("id", anchor(tokens[place + 1].content))
        for attribute in ("href", "src"):
            target = token.attrGet(attribute)
            if isinstance(target, str) and not urlsplit(target).scheme:
                token.attrSet(attribute, _served(urljoin(base, target)))
        if token.children:
            _lead(token.children, base)


def _served(target: str) -> str:
    path, mark, where = target.partition("#")
    path = path.removesuffix(_PAGE).removesuffix(_INDEX)
    return f"{path}{mark}{where}"


@functools.cache
def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable("table")
