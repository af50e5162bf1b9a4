"""A record for tests: a FHIR server with its own sign-in (SMART App Launch 2), on loopback.

It holds the client to the specification: whatever is wrong in a request is answered with
an error and noted in ``wrong``, so that a test can show that nothing was.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

Json = dict[str, Any]
CLIENT = "corrin-client"
SECRET = "s3cret-of-the-client"  # noqa: S105  of a test
SCOPES = {
    "launch", "launch/patient", "patient/Patient.r", "patient/Observation.rs",
    "patient/Condition.rs", "patient/MedicationRequest.rs", "patient/MedicationStatement.rs",
    "patient/MedicationAdministration.rs", "patient/Medication.rs", "patient/Encounter.rs",
}  # fmt: skip


@dataclass
class Code:
    """What a code was given for; it can be used once."""

    challenge: str
    redirect: str
    launch: str


@dataclass
class Record:
    """The record and its sign-in; a test changes what it says."""

    resources: list[Json]
    patient: str = "p1"
    page_size: int = 2
    secret: str = ""
    consent: bool = False
    redirects: set[str] = field(default_factory=set)
    launches: set[str] = field(default_factory=set)
    configuration: Json = field(default_factory=dict)
    token_reply: Json = field(default_factory=dict)
    no: str = ""
    faults: dict[str, Callable[[int], tuple[int, Json | None]]] = field(default_factory=dict)
    extra_links: dict[str, str] = field(default_factory=dict)
    url: str = ""
    codes: dict[str, Code] = field(default_factory=dict)
    tokens: list[str] = field(default_factory=list)
    authorized: list[Json] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    @property
    def iss(self) -> str:
        return f"{self.url}/fhir"

    def launch(self) -> str:
        """A handle as the record's own software makes it."""
        handle = secrets.token_urlsafe(8)
        self.launches.add(handle)
        return handle

    def well_known(self) -> Json:
        told = {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/auth/authorize?tenant=a",
            "token_endpoint": f"{self.url}/auth/token",
            "code_challenge_methods_supported": ["S256"],
            "grant_types_supported": ["authorization_code"],
            "capabilities": ["launch-ehr", "launch-standalone", "client-public", "permission-v2"],
        }
        return {key: one for key, one in (told | self.configuration).items() if one is not None}

    def authorize(self, asked: dict[str, list[str]]) -> str:
        """Return where the browser goes next; raises ValueError for a wrong request."""
        if any(len(values) != 1 for values in asked.values()):
            raise ValueError("a parameter is there twice")
        one = {key: values[0] for key, values in asked.items()}
        self.authorized.append(one)
        scopes = set(one["scope"].split())
        challenge = one.get("code_challenge", "")
        for is_wrong, what in (
            (one.get("tenant") != "a", "the query of the endpoint was lost"),
            (one.get("response_type") != "code", "response_type"),
            (one.get("client_id") != CLIENT, "client_id"),
            (one.get("redirect_uri") not in self.redirects, "redirect_uri"),
            (one.get("aud") != self.iss, "aud"),
            (one.get("code_challenge_method") != "S256", "code_challenge_method"),
            (len(challenge) != 43 or "=" in challenge, "code_challenge"),
            (len(one.get("state", "")) < 32, "state"),
            (not scopes <= SCOPES, f"scope {scopes - SCOPES}"),
            ("patient/Patient.r" not in scopes, "no scope for the patient"),
            (("launch" in one) is not ("launch" in scopes), "launch without its scope"),
            (("launch" in one) is ("launch/patient" in scopes), "no context asked for"),
            ("launch" in one and one["launch"] not in self.launches, "launch"),
        ):
            if is_wrong:
                raise ValueError(what)
        back = {"state": one["state"], "iss": self.url}
        if self.no:
            back |= {"error": self.no, "error_description": "<b>words of another</b>"}
        else:
            code = secrets.token_urlsafe(16)
            self.codes[code] = Code(challenge, one["redirect_uri"], one.get("launch", ""))
            back["code"] = code
        return f"{one['redirect_uri']}?{urlencode(back)}"

    def exchange(self, form: dict[str, list[str]], authorization: str) -> tuple[int, Json]:
        """Exchange a code for a token, as RFC 6749 and RFC 7636 have it."""
        one = {key: values[0] for key, values in form.items()}
        code = self.codes.pop(one.get("code", ""), None)
        if self.secret:
            expected = base64.b64encode(f"{CLIENT}:{self.secret}".encode()).decode()
            if authorization != f"Basic {expected}" or "client_id" in one:
                return self._no("invalid_client")
        elif one.get("client_id") != CLIENT or authorization:
            return self._no("invalid_client")
        if one.get("grant_type") != "authorization_code" or code is None:
            return self._no("invalid_grant")
        digest = hashlib.sha256(one.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if not 43 <= len(one.get("code_verifier", "")) <= 128 or challenge != code.challenge:
            return self._no("invalid_grant")
        if one.get("redirect_uri") != code.redirect:
            return self._no("invalid_grant")
        token = f"tok-{secrets.token_urlsafe(24)}"
        self.tokens.append(token)
        told: Json = {
            "access_token": token, "token_type": "Bearer", "expires_in": 300,
            "scope": "patient/*.rs", "patient": self.patient, "need_patient_banner": True,
        }  # fmt: skip
        return 200, {key: each for key, each in (told | self.token_reply).items() if each != ""}

    def _no(self, error: str) -> tuple[int, Json]:
        self.wrong.append(error)
        return 400, {"error": error, "error_description": "words of another"}

    def fhir(self, path: str, query: dict[str, list[str]], authorization: str) -> tuple[int, Json]:
        """Answer a read or a search."""
        if authorization not in {f"Bearer {token}" for token in self.tokens}:
            self.wrong.append("no good token")
            return 401, {"resourceType": "OperationOutcome"}
        kind, _, id_ = path.partition("/")
        page = int(query.get("page", ["0"])[0])
        if kind in self.faults:
            status, said = self.faults[kind](page)
            if status != 200 or said is not None:
                return status, said or {"resourceType": "OperationOutcome"}
        if id_:
            found = [one for one in self.resources
                     if one["resourceType"] == kind and one.get("id") == id_]  # fmt: skip
            return (200, found[0]) if found else (404, {"resourceType": "OperationOutcome"})
        if query.get("patient") != [self.patient]:
            self.wrong.append("a search for another patient")
            return 403, {"resourceType": "OperationOutcome"}
        wanted = [one for one in self.resources if one["resourceType"] == kind]
        if "code" in query:
            codes = {each.rpartition("|")[2] for each in query["code"][0].split(",")}
            wanted = [one for one in wanted if one["code"]["coding"][0]["code"] in codes]
        start = page * self.page_size
        here = wanted[start : start + self.page_size]
        bundle: Json = {
            "resourceType": "Bundle", "type": "searchset", "total": len(wanted),
            "entry": [{"fullUrl": f"{self.iss}/{kind}/{one['id']}", "resource": one}
                      for one in here],
            "link": [{"relation": "self", "url": f"{self.iss}/{kind}"}],
        }  # fmt: skip
        more = self.extra_links.get(kind)
        if len(wanted) > start + self.page_size and more is None:
            again = {key: values[0] for key, values in query.items()} | {"page": str(page + 1)}
            more = f"{self.iss}/{kind}?{urlencode(again)}"
        if more:
            bundle["link"].append({"relation": "next", "url": more})
        return 200, bundle


class _Handler(BaseHTTPRequestHandler):
    record: Record
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        parts, record = urlsplit(self.path), self.record
        query = parse_qs(parts.query, keep_blank_values=True)
        record.asked.append(self.path)
        if parts.path == "/fhir/.well-known/smart-configuration":
            self._json(200, record.well_known())
        elif parts.path == "/auth/authorize":
            self._authorize(query)
        elif parts.path == "/open":
            launch = urlencode({"iss": record.iss, "launch": record.launch()})
            self._page(f'<a href="{query["app"][0]}?{launch}">Open Corrin</a>')
        elif parts.path.startswith("/fhir/"):
            path = parts.path.removeprefix("/fhir/")
            status, said = record.fhir(path, query, self.headers.get("Authorization", ""))
            if status in {301, 302, 307}:
                self.send_response(status)
                self.send_header("Location", said["to"])
                self.send_header("Content-Length", "0")
                self.end_headers()
            else:
                self._json(status, said)
        else:
            self._json(404, {})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0"))).decode()
        self.record.asked.append(self.path)
        assert self.path == "/auth/token", self.path
        given = parse_qs(body, keep_blank_values=True)
        self._json(*self.record.exchange(given, self.headers.get("Authorization", "")))

    def _authorize(self, query: dict[str, list[str]]) -> None:
        try:
            to = self.record.authorize(query)
        except (KeyError, ValueError) as error:
            self.record.wrong.append(f"authorize: {error}")
            self._json(400, {"error": "invalid_request"})
            return
        if self.record.consent:
            # As most records do: a page of its own, and the person says yes.
            self._page(f'<a id="allow" href="{to.replace("&", "&amp;")}">Allow</a>')
            return
        self.send_response(302)
        self.send_header("Location", to)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _page(self, words: str) -> None:
        self._send(200, f"<!doctype html><title>Record</title>{words}".encode(), "text/html")

    def _json(self, status: int, said: Json) -> None:
        self._send(status, json.dumps(said).encode(), "application/json")

    def _send(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing is printed."""


@contextmanager
def recording(record: Record) -> Iterator[Record]:
    """Serve a record on a free port of this machine."""
    handler = type("Handler", (_Handler,), {"record": record})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    record.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield record
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
