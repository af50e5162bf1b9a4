"""No address of the page leads to a file outside what it serves."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

from corrin.interfaces.web.app import create_app
from corrin.interfaces.web.settings import ServerSettings

UP = "../" * 12
CLIMBING = [
    f"{UP}etc/passwd",
    quote(f"{UP}etc/passwd", safe=""),
    quote(quote(f"{UP}etc/passwd", safe=""), safe=""),
    "..%5c..%5cetc%5cpasswd",
    "....//....//etc/passwd",
    "%2e%2e/%2e%2e/corrin/interfaces/web/app.py",
    "findings/../../pyproject.toml",
    "findings/tremor.toml",
    "findings/..%2f..%2fversion.toml",
    "/etc/passwd",
    "%00",
    "findings/tremor%00.md",
    "file:%2f%2f%2fetc%2fpasswd",
]
BELOW = ["/assets/", "/evidence/", "/evidence/bars/", "/api/claims/", "/"]
#: What such a file would hold.
SECRETS = ("root:x:0:", "[project]", "def create_app", "review_by =", "[build-system]")


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    app = create_app(settings=ServerSettings(workers=0))
    with TestClient(app, base_url="http://127.0.0.1:8765") as found:
        yield found


@pytest.mark.parametrize("climbing", CLIMBING)
@pytest.mark.parametrize("below", BELOW)
def test_no_address_leads_out_of_the_package(client: TestClient, below: str, climbing: str) -> None:
    reply = client.get(below + climbing)
    assert reply.status_code in {400, 404}, reply.status_code
    assert not any(secret in reply.text for secret in SECRETS)


@pytest.mark.parametrize("climbing", CLIMBING)
def test_no_name_of_a_download_or_an_upload_is_a_path(
    client: TestClient, climbing: str, tmp_path: Path
) -> None:
    assert client.post(f"/download/{climbing}", data={}).status_code in {400, 404, 405}
    reply = client.post("/report", files={"file": (climbing, b"Vitamin B12 1480 pg/mL")})
    assert reply.status_code in {200, 400}
    assert not any(secret in reply.text for secret in SECRETS)


def test_the_secrets_would_be_seen() -> None:
    """The words looked for do stand in the files that are climbed for."""
    root = Path(__file__).parents[2]
    assert "[project]" in (root / "pyproject.toml").read_text(encoding="utf-8")
    assert "def create_app" in (root / "corrin/interfaces/web/app.py").read_text(encoding="utf-8")
    tremor = root / "corrin/knowledge/findings/tremor.toml"
    assert "review_by =" in tremor.read_text(encoding="utf-8")
