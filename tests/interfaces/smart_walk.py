"""A walk through a launch without a browser: the page in this process, the record on loopback."""

from __future__ import annotations

import html
import http.client
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from httpx2 import Response
from starlette.testclient import TestClient

from corrin.interfaces.smart.settings import SmartSettings
from corrin.interfaces.web.app import create_app
from corrin.interfaces.web.settings import ServerSettings
from tests.interfaces.cds_calls import Json, b12, patient, pregnancy, result
from tests.interfaces.smart_server import CLIENT, Record, recording

HOME = "http://127.0.0.1:8765"
CALLBACK = f"{HOME}/smart/callback"
_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')


def resources() -> list[Json]:
    """A woman with high B12, potassium over several pages, a medicine and a pregnancy."""
    name = [{"use": "official", "given": ["Anna"], "family": "Muster"}]
    return [
        patient(name=name),
        b12(1480),
        *(
            result("2823-3", 4.0 + number / 10, "mmol/L", id_=f"k{number}",
                   taken=f"2026-09-{number + 10}")
            for number in range(5)
        ),
        pregnancy(),
        {
            "resourceType": "MedicationRequest", "id": "m1", "status": "active",
            "intent": "order", "subject": {"reference": "Patient/p1"},
            "medicationCodeableConcept": {"text": "Omeprazole 20 MG Oral Capsule"},
        },
    ]  # fmt: skip


@dataclass
class Walk:
    """The page's client and the record it is opened from."""

    client: TestClient
    record: Record

    def begin(self, path: str = "/smart/start", **given: str) -> Response:
        """Ask the page to open; the reply sends the browser to the record."""
        query = urlencode({"iss": self.record.iss} | given)
        return self.client.get(f"{path}?{query}", follow_redirects=False)

    def sign_in(self, begun: Response) -> str:
        """Go where the page sends; return the path that the record sends back to."""
        assert begun.status_code == 303, begun.text
        to = urlsplit(begun.headers["location"])
        line = http.client.HTTPConnection(to.netloc, timeout=10)
        try:
            line.request("GET", f"{to.path}?{to.query}")
            reply = line.getresponse()
            assert reply.status == 302, (reply.status, self.record.wrong)
            back = urlsplit(reply.headers["location"])
        finally:
            line.close()
        return f"{back.path}?{back.query}"

    def come_back(self, path: str) -> Response:
        return self.client.get(path, follow_redirects=False)

    def standalone(self) -> Response:
        return self.come_back(self.sign_in(self.begin()))

    def from_record(self) -> Response:
        begun = self.begin("/smart/launch", launch=self.record.launch())
        return self.come_back(self.sign_in(begun))


@contextmanager
def walking(record: Record | None = None, **settings: Any) -> Iterator[Walk]:
    """A page that may be opened from one record."""
    with recording(record or Record(resources())) as running:
        running.redirects.add(CALLBACK)
        smart = SmartSettings(
            **({"client_id": CLIENT, "issuers": (running.iss,)} | settings)  # type: ignore[arg-type]
        )
        app = create_app(settings=ServerSettings(workers=0, smart=smart, log_requests=True))
        with TestClient(app, base_url=HOME, headers={"Accept": "text/html"}) as client:
            yield Walk(client, running)


def query_of(url: str) -> dict[str, str]:
    return {key: values[0] for key, values in parse_qs(urlsplit(url).query).items()}


def fields(page: str) -> dict[str, str]:
    """The fields of the page's form as a browser without scripts would send them."""
    form = page[page.index('id="values"') :]
    form = form[: form.index("</form>")]
    found = {name: html.unescape(value) for name, value in _HIDDEN.findall(form)}
    for tag in re.findall(r"<input type=\"(?!hidden)[^>]*>", form, re.DOTALL):
        parts = dict(re.findall(r'(\w+)="([^"]*)"', tag, re.DOTALL))
        if parts["type"] != "checkbox" or " checked" in tag:
            found[parts["name"]] = html.unescape(parts.get("value", ""))
    for name, options in re.findall(
        r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.DOTALL
    ):
        chosen = re.findall(r'<option value="([^"]*)" selected', options)
        found[name] = html.unescape((chosen or [""])[0])
    return found


def person(page: str) -> Json:
    found = re.findall(r'name="person" value="([^"]*)"', page)
    return dict(json.loads(html.unescape(found[0])))


def heading(page: str) -> str:
    found = re.search(r"<h1[^>]*>(.*?)</h1>", page, re.DOTALL)
    assert found is not None
    return html.unescape(found[1]).strip()
