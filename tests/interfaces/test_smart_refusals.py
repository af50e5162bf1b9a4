"""What a launch does not do: follow strangers, accept a return that is not its own, guess."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from httpx2 import Response

from corrin.interfaces.smart.discovery import endpoints_of
from corrin.interfaces.smart.errors import SmartError, Why
from corrin.interfaces.smart.launches import Launches
from corrin.interfaces.smart.settings import SmartSettings
from tests.interfaces.running import corrin
from tests.interfaces.smart_server import CLIENT, SECRET, Record, recording
from tests.interfaces.smart_walk import Walk, fields, heading, resources, walking

OVER = "This sign-in is over"
NOT_IN = "The record did not let us in"


@pytest.fixture
def walk() -> Iterator[Walk]:
    with walking() as walk:
        yield walk


def _is(reply: Response, status: int, words: str) -> None:
    assert (reply.status_code, heading(reply.text)) == (status, words)
    assert "1480" not in reply.text
    assert "words of another" not in reply.text


def test_a_record_that_is_not_on_the_list_is_not_even_asked(walk: Walk) -> None:
    with recording(Record(resources())) as stranger:
        for iss in (stranger.iss, walk.record.iss + "/", walk.record.iss.upper(),
                    walk.record.iss + "/../fhir", "https://evil.example", "x"):  # fmt: skip
            for path in ("/smart/launch", "/smart/start"):
                reply = walk.begin(path, iss=iss, launch="a")
                _is(reply, 400, "Corrin does not know this record")
                assert "set-cookie" not in reply.headers
        twice = f"/smart/launch?launch=a&iss={walk.record.iss}&iss={stranger.iss}"
        _is(walk.come_back(twice), 400, "The record did not say what to open")
        assert stranger.asked == []
    assert walk.record.asked == []


@pytest.mark.parametrize("given", ["", "?launch=a", "?iss=a", "?iss=&launch="])
def test_a_launch_that_says_too_little(walk: Walk, given: str) -> None:
    _is(walk.come_back(f"/smart/launch{given}"), 400, "The record did not say what to open")


def test_a_return_is_taken_once(walk: Walk) -> None:
    back = walk.sign_in(walk.begin())
    assert walk.come_back(back).status_code == 200
    asked = len(walk.record.asked)
    _is(walk.come_back(back), 400, OVER)
    assert len(walk.record.asked) == asked


def test_a_return_with_another_state_or_none(walk: Walk) -> None:
    for _ in range(2):
        back = walk.sign_in(walk.begin())
        for wrong in (back.replace("state=", "state=x"), "/smart/callback?code=a",
                      f"{back}&state=b", "/smart/callback"):  # fmt: skip
            _is(walk.come_back(wrong), 400, OVER)
    assert walk.record.tokens == []


def test_a_return_in_another_browser_is_refused_and_ends_the_sign_in(walk: Walk) -> None:
    back = walk.sign_in(walk.begin())
    kept = dict(walk.client.cookies)
    walk.client.cookies.clear()
    _is(walk.come_back(back), 400, OVER)
    walk.client.cookies.update(kept)
    _is(walk.come_back(back), 400, OVER)
    assert walk.record.tokens == []


def test_the_cookie_of_another_sign_in_does_not_do(walk: Walk) -> None:
    back = walk.sign_in(walk.begin())
    (name,) = walk.client.cookies
    walk.client.cookies.clear()
    walk.client.cookies.set(name, "a" * 43)
    _is(walk.come_back(back), 400, OVER)


def test_a_sign_in_ends_after_ten_minutes_and_the_oldest_gives_way() -> None:
    clock = [0.0]
    settings = SmartSettings(client_id="a", issuers=("https://a.example",), most_signing_in=3)
    launches = Launches(settings, now=lambda: clock[0])
    endpoints = endpoints_of(_told(), "https://a.example")

    def begin() -> Any:
        return launches.begin(
            issuer="https://a.example", endpoints=endpoints, redirect="http://b", language="en"
        )

    late = begin()
    clock[0] = 601
    with pytest.raises(SmartError):
        launches.end(late.state, {late.cookie_name: late.cookie_value})
    begun = [begin() for _ in range(5)]
    assert len(launches) == 3
    with pytest.raises(SmartError):
        launches.end(begun[1].state, {begun[1].cookie_name: begun[1].cookie_value})
    one = begun[4]
    assert launches.end(one.state, {one.cookie_name: one.cookie_value}).language == "en"
    assert one.cookie_value not in repr(begun)
    assert one.state not in repr(begun)


def test_a_wrong_verifier_is_refused_by_the_record_and_said(walk: Walk) -> None:
    back = walk.sign_in(walk.begin())
    kept = walk.client.app.state.smart.launches._all  # type: ignore[attr-defined]
    ((state, launch),) = kept.items()
    kept[state] = replace(launch, verifier="a" * 43)
    _is(walk.come_back(back), 502, NOT_IN)
    assert walk.record.wrong == ["invalid_grant"]


def test_a_wrong_secret_is_refused_by_the_record_and_said() -> None:
    with walking(Record(resources(), secret=SECRET), secret="another") as walk:  # noqa: S106
        _is(walk.standalone(), 502, NOT_IN)
        assert walk.record.wrong == ["invalid_client"]


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        ("access_denied", 403, "You said no, or may not open this record"),
        ("invalid_scope", 502, NOT_IN),
        ("<script>alert(1)</script>", 502, NOT_IN),
    ],
)
def test_a_no_of_the_record_is_a_page(walk: Walk, error: str, status: int, words: str) -> None:
    walk.record.no = error
    reply = walk.standalone()
    _is(reply, status, words)
    assert "alert(" not in reply.text
    assert 'href="/smart/start"' in reply.text


def test_a_return_that_another_server_signs_is_refused(walk: Walk) -> None:
    back = walk.sign_in(walk.begin())
    _is(walk.come_back(back.replace("iss=http", "iss=https")), 400, OVER)
    assert walk.record.tokens == []


TOKENS: dict[str, tuple[dict[str, Any], str]] = {
    "no patient": ({"patient": ""}, "The record did not say whose it is"),
    "a patient that is a path": ({"patient": "../x"}, "The record did not say whose it is"),
    "a patient that climbs": ({"patient": ".."}, "The record did not say whose it is"),
    "a patient that is no text": ({"patient": 5}, "The record did not say whose it is"),
    "another kind of token": ({"token_type": "mac"}, NOT_IN),
    "no token": ({"access_token": ""}, NOT_IN),
    "a token with a line end": ({"access_token": "a\r\nX-Evil: 1"}, NOT_IN),
}


@pytest.mark.parametrize("name", TOKENS)
def test_an_answer_with_the_token_that_cannot_be_used(walk: Walk, name: str) -> None:
    walk.record.token_reply, words = TOKENS[name]
    _is(walk.standalone(), 502, words)
    assert not [path for path in walk.record.asked if path.startswith("/fhir/Patient")]


def _told(**more: Any) -> dict[str, Any]:
    told = {
        "authorization_endpoint": "https://a.example/authorize",
        "token_endpoint": "https://a.example/token",
        "code_challenge_methods_supported": ["S256"],
    }
    return {key: one for key, one in (told | more).items() if one is not None}


UNFIT: dict[str, dict[str, Any]] = {
    "no PKCE": {"code_challenge_methods_supported": None},
    "plain PKCE alone": {"code_challenge_methods_supported": ["plain"]},
    "a text for a list": {"code_challenge_methods_supported": "S256"},
    "no token endpoint": {"token_endpoint": None},
    "a sign-in in the clear": {"authorization_endpoint": "http://a.example/authorize"},
    "tokens in the clear": {"token_endpoint": "http://a.example/token"},
    "tokens to this machine": {"token_endpoint": "http://127.0.0.1/token"},
    "a name before the host": {"token_endpoint": "https://b@a.example/token"},
    "a script": {"authorization_endpoint": "javascript:alert(1)"},
    "no text": {"token_endpoint": 5},
    "no port": {"token_endpoint": "https://a.example:x/"},
}


@pytest.mark.parametrize("name", UNFIT)
def test_a_sign_in_that_is_not_safe_is_not_used(name: str) -> None:
    assert endpoints_of(_told(), "https://a.example").token == "https://a.example/token"  # noqa: S105
    with pytest.raises(SmartError) as error:
        endpoints_of(_told(**UNFIT[name]), "https://a.example")
    assert error.value.why is Why.NOT_FIT


def test_a_record_that_does_not_answer_or_not_safely(walk: Walk) -> None:
    walk.record.configuration = {"code_challenge_methods_supported": ["plain"]}
    _is(walk.begin(), 502, "The record cannot be signed in to safely")
    asked = len(walk.record.asked)
    # A moment later the answer is the same, and the record is left in peace.
    _is(walk.begin(), 502, "The record cannot be signed in to safely")
    assert len(walk.record.asked) == asked
    with walking(issuers=("http://127.0.0.1:1/fhir",)) as other:
        _is(other.begin(iss="http://127.0.0.1:1/fhir"), 502, "The record does not answer")


def test_too_many_records_at_once_wait(walk: Walk) -> None:
    back = walk.sign_in(walk.begin())
    walk.client.app.state.smart.reading = 8  # type: ignore[attr-defined]
    assert walk.come_back(back).status_code == 503
    walk.client.app.state.smart.reading = 0  # type: ignore[attr-defined]
    assert fields(walk.come_back(back).text)["value.0"] == "1480"


REDIRECT = "https://a.example/smart/callback"
ISSUER = ("--smart-issuer", "https://a.example/fhir")
NAMED = (*ISSUER, "--smart-client-id", CLIENT)
COMMANDS = {
    "an issuer in the clear": (
        ("--smart-issuer", "http://a.example/fhir", "--smart-client-id", "a"), "https",
    ),
    "an issuer with a password": (
        ("--smart-issuer", "https://a:b@a.example", "--smart-client-id", "a"), "https",
    ),
    "no client id": (ISSUER, "--smart-client-id"),
    "no issuer": (("--smart-client-id", "a"), "go with --smart-issuer"),
    "with --cds": ((*NAMED, "--cds", "--insecure-no-jwt"), "two servers"),
    "others can reach it": ((*NAMED, "--allow-host", "corrin.example"), "--smart-redirect"),
    "back in the clear": ((*NAMED, "--smart-redirect", "http://a.example/smart/callback"),
                          "--smart-redirect"),
    "back to another page": ((*NAMED, "--smart-redirect", "https://a.example/"),
                             "--smart-redirect"),
    "a secret for two": (
        (*NAMED, "--smart-issuer", "https://b.example", "--smart-secret-file", "no-such"),
        "one issuer",
    ),
    "no such secret": ((*NAMED, "--smart-secret-file", "no-such-file"), "cannot be read"),
}  # fmt: skip


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_that_cannot_be_meant(name: str) -> None:
    arguments, words = COMMANDS[name]
    done = corrin("serve", "--port", "0", *arguments)
    assert done.code == 2
    assert words in " ".join(done.error.split())
    assert "Traceback" not in done.error
