"""Who may call: signed tokens on every call, used once; any doubt is a bare 401.  And CORS."""

from __future__ import annotations

import json
import time
import uuid
import warnings
from collections.abc import Iterator
from pathlib import Path

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from starlette.testclient import TestClient

from corrin.errors import InputError
from corrin.interfaces.cds_hooks.settings import read_settings
from tests.interfaces.cds_calls import REVIEW, outcome, service, view

BASE = "https://cds.example.org/hooks"
ISS = "https://ehr.example.org/"
PAGE = "https://ehr.example.org"
EC = ec.generate_private_key(ec.SECP384R1())
RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
SHORT = rsa.generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505  to be refused
OTHER = ec.generate_private_key(ec.SECP384R1())
P256 = ec.generate_private_key(ec.SECP256R1())


def jwk(kid: str, key: object) -> dict:
    kind = (
        jwt.algorithms.ECAlgorithm
        if isinstance(key, ec.EllipticCurvePrivateKey)
        else jwt.algorithms.RSAAlgorithm
    )
    return json.loads(kind.to_jwk(key.public_key())) | {"kid": kid, "use": "sig"}  # type: ignore[attr-defined]


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder = Path(tmp_path_factory.mktemp("cds"))
    keys = [jwk("ec", EC), jwk("rsa", RSA), jwk("short", SHORT), jwk("p256", P256)]
    (folder / "ehr.json").write_text(json.dumps({"keys": keys}))
    (folder / "site.toml").write_text(
        f'base_url = "{BASE}"\norigins = ["{PAGE}"]\n'
        f'[[issuer]]\niss = "{ISS}"\njwks = "ehr.json"\ntenants = ["north"]\n'
    )
    cds = read_settings(folder / "site.toml", feedback_db=f"sqlite:///{folder}/f.sqlite3")
    with service(folder, cds) as found:
        yield found


def token(
    path: str = "/cds-services", *, key: object = EC, kid: str | None = "ec", alg: str = "ES384",
    without: str = "", header: dict | None = None, **claims: object,
) -> str:  # fmt: skip
    now = int(time.time())
    said = {
        "iss": ISS, "aud": BASE + path, "exp": now + 300, "iat": now, "jti": str(uuid.uuid4()),
        "tenant": "north",
    } | claims  # fmt: skip
    said.pop(without, None)
    named = {"kid": kid} if kid else {}
    return jwt.encode(said, key, algorithm=alg, headers={"typ": "JWT", **named, **(header or {})})


def get(client: TestClient, given: str | None, **headers: str) -> int:
    if given is not None:
        headers["Authorization"] = f"Bearer {given}"
    return client.get("/cds-services", headers=headers).status_code


@pytest.mark.parametrize("aud", [f"{BASE}/cds-services", [f"{BASE}/cds-services"]])
def test_a_good_token_is_let_in_with_aud_as_a_string_or_a_list(
    client: TestClient, aud: object
) -> None:
    assert get(client, token(aud=aud)) == 200


def test_rs384_is_taken_too(client: TestClient) -> None:
    assert get(client, token(key=RSA, kid="rsa", alg="RS384")) == 200


def test_services_and_feedback_ask_for_a_token_of_their_own(client: TestClient) -> None:
    for path, body, wanted in (
        (REVIEW, view(), 200),
        (f"{REVIEW}/feedback", outcome(str(uuid.uuid4())), 200),
    ):
        good = {"Authorization": f"Bearer {token(path)}"}
        other = {"Authorization": f"Bearer {token('/cds-services')}"}
        assert client.post(path, json=body).status_code == 401
        assert client.post(path, json=body, headers=other).status_code == 401
        assert client.post(path, json=body, headers=good).status_code == wanted


def none_signed() -> str:
    return token(key=None, alg="none")


def hmac_signed() -> str:
    return token(key="a" * 64, alg="HS384")


def short_key() -> str:
    # The library warns about such a key when it signs; ours must refuse it.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", jwt.warnings.InsecureKeyLengthWarning)
        return token(key=SHORT, kid="short", alg="RS384")


BAD = {
    "no token": lambda: None,
    "not a token": lambda: "x.y.z",
    "none": none_signed,
    "HMAC": hmac_signed,
    "weaker algorithm": lambda: token(key=RSA, kid="rsa", alg="RS256"),
    "another key": lambda: token(key=OTHER),
    "unknown key": lambda: token(kid="nobody"),
    "no kid": lambda: token(kid=None),
    "wrong curve": lambda: token(key=P256, kid="p256", alg="ES256"),
    "key of another kind": lambda: token(kid="rsa"),
    "short RSA key": short_key,
    "unknown issuer": lambda: token(iss="https://other.example/"),
    "other endpoint": lambda: token("/cds-services/corrin-b12-review"),
    "other server": lambda: token(aud="https://other.example/cds-services"),
    "aud below": lambda: token(aud=f"{BASE}/cds-services/"),
    "expired": lambda: token(exp=int(time.time()) - 120),
    "lives too long": lambda: token(exp=int(time.time()) + 7200),
    "issued later": lambda: token(iat=int(time.time()) + 600, exp=int(time.time()) + 900),
    "other tenant": lambda: token(tenant="south"),
    "empty jti": lambda: token(jti=""),
    "number as jti": lambda: token(jti=7),
    "jku not agreed on": lambda: token(header={"jku": "https://evil.example/keys"}),
    "key in the header": lambda: token(key=OTHER, header={"jwk": jwk("ec", OTHER)}),
    "unknown crit": lambda: token(header={"crit": ["exp"], "exp": 1}),
    "other typ": lambda: token(header={"typ": "at+jwt"}),
    **{f"without {claim}": (lambda claim=claim: token(without=claim))
       for claim in ("iss", "aud", "exp", "iat", "jti")},
    "altered": lambda: token()[:-6] + "AAAAAA",
    "huge": lambda: "a" * 20_000,
}  # fmt: skip


@pytest.mark.parametrize("kind", sorted(BAD))
def test_a_token_in_doubt_is_a_bare_401(client: TestClient, kind: str) -> None:
    given = BAD[kind]()
    headers = {} if given is None else {"Authorization": f"Bearer {given}"}
    reply = client.get("/cds-services", headers=headers)
    assert reply.status_code == 401
    assert reply.content == b"", "why is told to nobody"


def test_a_token_is_good_once(client: TestClient) -> None:
    given = token()
    assert [get(client, given), get(client, given)] == [200, 401]


def test_a_jti_is_used_once_even_in_another_token(client: TestClient) -> None:
    assert get(client, token(jti="same")) == 200
    assert get(client, token(jti="same")) == 401


def test_two_tokens_at_once_are_refused(client: TestClient) -> None:
    both = [("Authorization", f"Bearer {token()}"), ("Authorization", f"Bearer {token()}")]
    assert client.get("/cds-services", headers=both).status_code == 401


@pytest.mark.parametrize("path", ["/", "/cds-services/nothing", "/openapi.json"])
def test_nothing_is_told_of_other_addresses_either(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 401


def test_a_page_on_the_list_may_call_with_get_post_and_options(client: TestClient) -> None:
    for reply in (
        client.get("/cds-services", headers={"Origin": PAGE}),
        client.post(REVIEW, json={}, headers={"Origin": PAGE}),
        client.options(REVIEW, headers={"Origin": PAGE, "Access-Control-Request-Method": "POST"}),
    ):
        assert reply.headers["Access-Control-Allow-Origin"] == PAGE
        assert "Origin" in reply.headers["Vary"]
    assert reply.status_code == 204
    assert {"GET", "POST"} <= set(reply.headers["Access-Control-Allow-Methods"].split(", "))
    assert {"Authorization", "Content-Type"} <= set(
        reply.headers["Access-Control-Allow-Headers"].split(", ")
    )


def test_another_page_may_not(client: TestClient) -> None:
    reply = client.options(REVIEW, headers={"Origin": "https://evil.example"})
    assert "Access-Control-Allow-Origin" not in reply.headers


@pytest.mark.parametrize(
    "site",
    [
        "",
        'base_url = "https://a.example"\nissuer = []\n',
        'base_url = "http://a.example"\n[[issuer]]\niss = "x"\njku = "https://a.example/k"\n',
        'base_url = "https://a.example"\n[[issuer]]\niss = "x"\njku = "http://a.example/k"\n',
        'base_url = "https://a.example"\n[[issuer]]\niss = "x"\n',
        'base_url = "https://a.example"\n[[issuer]]\niss = "x"\njwks = "missing.json"\n',
        'base_url = "https://a.example"\nbase_ulr = 1\n[[issuer]]\niss = "x"\njku = "https://a/k"\n',
        "not toml",
    ],
)
def test_a_sites_file_with_a_fault_is_refused(tmp_path: Path, site: str) -> None:
    (tmp_path / "site.toml").write_text(site)
    with pytest.raises(InputError):
        read_settings(tmp_path / "site.toml", feedback_db="sqlite://")
