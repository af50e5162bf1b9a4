"""The style sheet and the scripts, read once; their names carry their content's hash."""

from __future__ import annotations

import functools
import gzip
import hashlib
from dataclasses import dataclass
from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import Response

router = APIRouter(include_in_schema=False)

_HERE = Path(__file__).parent / "assets"
_REPORT = Path(__file__).parents[2] / "report" / "assets"
#: What each asset is made of, in order.
_PARTS: dict[str, tuple[Path, ...]] = {
    "corrin.css": (_REPORT / "page.css", _HERE / "web.css"),
    "htmx.js": (_HERE / "htmx-4.0.1.min.js",),
    "corrin.js": (_HERE / "corrin.js",),
    "icon.svg": (_HERE / "icon.svg",),
}
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
_HASH_LETTERS = 12  # not clinical: enough of a hash for a name


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """One file as it is sent, plain and compressed."""

    path: str
    media_type: str
    plain: bytes
    compressed: bytes


@functools.cache
def assets() -> dict[str, Asset]:
    """Return every asset by the last part of its path."""
    found = {}
    for name, parts in _PARTS.items():
        content = b"\n".join(part.read_bytes() for part in parts)
        stem, suffix = name.rsplit(".", 1)
        marked = f"{stem}-{hashlib.sha256(content).hexdigest()[:_HASH_LETTERS]}.{suffix}"
        found[name] = Asset(
            path=f"/assets/{marked}",
            media_type=_TYPES[f".{suffix}"],
            plain=content,
            compressed=gzip.compress(content, mtime=0),
        )
    return found


def asset_path(name: str) -> str:
    """Return the path under which an asset is served."""
    return assets()[name].path


@functools.cache
def _by_path() -> dict[str, Asset]:
    return {asset.path: asset for asset in assets().values()}


@router.get("/assets/{name}")
async def asset(name: str, request: Request) -> Response:
    """Send one asset.  Its name changes with its content, so a browser may keep it."""
    found = _by_path().get(f"/assets/{name}")
    if found is None:
        return Response(status_code=404, media_type="text/plain")  # not clinical: HTTP
    packed = "gzip" in request.headers.get("accept-encoding", "")
    headers = {
        "Cache-Control": "public, max-age=31536000, immutable",
        "Vary": "Accept-Encoding",
        **({"Content-Encoding": "gzip"} if packed else {}),
    }
    content = found.compressed if packed else found.plain
    return Response(content, media_type=found.media_type, headers=headers)
