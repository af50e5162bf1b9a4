"""The answer as a PDF to keep or to send: tagged for screen readers, made without a network.

The page of ``html.py`` is laid out on paper by WeasyPrint as PDF/UA-1.  The result is
tagged, titled and in a stated language; no validator has confirmed that it conforms.
The same assessment gives the same bytes: no clock and no random number enters the file.
"""

from __future__ import annotations

import functools
import hashlib
import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from corrin.errors import CorrinError
from corrin.report.html import as_html
from corrin.report.pdf_pictures import for_paper

if TYPE_CHECKING:
    from corrin.assessment import Assessment
    from corrin.report.record import RecordAccount

VARIANT = "pdf/ua-1"
_ASSETS = Path(__file__).parent / "assets"


def as_pdf(assessment: Assessment, *, record: RecordAccount | None = None) -> bytes:
    """Return the answer for the assessment's reader as PDF.

    ``record`` says what became of each resource when it was made from a record.
    Raises :class:`CorrinError` when WeasyPrint is not installed.
    """
    return pdf_of(as_html(assessment, record=record))


def pdf_of(page: str) -> bytes:
    """Return one of our pages as PDF; nothing that it names is fetched."""
    weasyprint = _weasyprint()
    styled = page.replace("</style>", f"{_css('pdf.css')}</style>", 1)
    prepared = for_paper(styled)
    document = weasyprint.HTML(string=prepared, url_fetcher=_fetcher())
    pdf: bytes = document.write_pdf(
        pdf_variant=VARIANT,
        pdf_identifier=hashlib.sha256(prepared.encode()).digest()[:16],  # not clinical: bytes
    )
    return pdf


@functools.cache
def _css(name: str) -> str:
    return (_ASSETS / name).read_text(encoding="utf-8")


def _weasyprint() -> Any:
    try:
        import weasyprint  # noqa: PLC0415  an extra, and slow to load
    except ImportError as missing:
        raise CorrinError(
            f"a PDF needs '{missing.name or 'weasyprint'}', which is not installed. "
            "Run: pip install 'corrin[pdf]'"
        ) from None
    except OSError:
        raise CorrinError(
            "a PDF needs the library Pango, which WeasyPrint did not find on this machine. "
            "Write HTML and print it instead."
        ) from None
    # It tells which style it left out; that is no news, and no log may hold a page.
    logging.getLogger("weasyprint").setLevel(logging.CRITICAL + 1)
    return weasyprint


def _fetcher() -> Any:
    from weasyprint.urls import URLFetcher  # noqa: PLC0415  an extra, and slow to load

    class NothingIsFetched(URLFetcher):  # type: ignore[misc]
        """Refuses every address: a page of ours holds all that it shows."""

        def fetch(self, url: str, headers: object = None) -> NoReturn:  # noqa: ARG002
            """Refuse."""
            raise ValueError("Nothing is fetched for a PDF.")

    return NothingIsFetched()
