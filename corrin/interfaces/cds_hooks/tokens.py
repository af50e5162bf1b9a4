"""Is this call from a client we trust?  A signed token on every call, used once.

Checked as CDS Hooks 2.0 ("Trusting CDS Clients") asks: algorithm, key, issuer, audience,
expiry, tenant, and that the token was not seen before.  Nothing of a token is ever kept
but the fingerprint of its ``jti``, in the database that the servers share, or logged.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any, Protocol

import jwt
import msgspec

from corrin.errors import CorrinError
from corrin.interfaces.cds_hooks.fetching import Fetch, FetchError
from corrin.interfaces.cds_hooks.settings import ALGORITHMS, CdsSettings, Issuer

_REQUIRED = ["iss", "aud", "exp", "iat", "jti"]
_LEEWAY = 30  # not clinical: seconds between two clocks
_LONGEST_TOKEN = 8 * 1024  # not clinical: bytes
_LONGEST_JTI = 255  # not clinical: characters
_KEYS_SECONDS = 600  # not clinical: seconds
_AGAIN_SECONDS = 60  # not clinical: seconds
_FAILED_SECONDS = 10
_FEWEST_BITS = 2_048  # not clinical: bits of an RSA key


class NotTrustedError(CorrinError):
    """The call carries no token that can be trusted; why is told to nobody."""


#: What a token, a key or a key set that is not as it should be gives rise to.
_DOUBTS = (
    jwt.PyJWTError,
    FetchError,
    msgspec.MsgspecError,
    ValueError,
    TypeError,
    KeyError,
    RecursionError,
)


class Seen(Protocol):
    """What remembers tokens, for every process that serves the same clients."""

    def once(self, mark: str, *, until: float, now: float) -> bool:
        """Return whether ``mark`` is new, and remember it until then (seconds since 1970)."""


class Tokens:
    """Checks tokens against the issuers of the settings; safe to use from several threads."""

    def __init__(
        self,
        settings: CdsSettings,
        fetch: Fetch,
        seen: Seen,
        *,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._issuers = {one.iss: one for one in settings.issuers}
        self._longest = settings.replay_seconds
        self._keys = _Keys(fetch, now)
        self._now = now
        self._seen = seen

    def check(self, authorization: str | None, *, endpoint: str) -> None:
        """Return when the header holds a good token for ``endpoint`` (its exact URL).

        Raises :class:`NotTrustedError` otherwise, without saying why, and what ``seen`` raises
        when it cannot tell whether the token was used.
        """
        try:
            issuer, claims = self._check(authorization or "", endpoint)
        except _DOUBTS:
            raise NotTrustedError from None
        self._once(issuer, claims)

    def _check(self, authorization: str, endpoint: str) -> tuple[Issuer, dict[str, Any]]:
        scheme, _, token = authorization.partition(" ")
        token = token.strip()
        if scheme.lower() != "bearer" or not 0 < len(token) <= _LONGEST_TOKEN:
            raise NotTrustedError
        header = jwt.get_unverified_header(token)
        algorithm, kid, jku = header.get("alg"), header.get("kid"), header.get("jku")
        if algorithm not in ALGORITHMS or header.get("typ") != "JWT" or "crit" in header:
            raise NotTrustedError
        if not isinstance(kid, str) or not kid:
            raise NotTrustedError
        said = jwt.decode(token, options={"verify_signature": False})
        issuer = self._issuers.get(said.get("iss", ""))
        # An address for keys that was not agreed on is not followed, whoever names it.
        if issuer is None or (jku is not None and jku != issuer.jku):
            raise NotTrustedError
        key = self._keys.find(issuer, kid, algorithm)
        claims = jwt.decode(
            token,
            key,
            algorithms=[algorithm],
            audience=endpoint,
            issuer=issuer.iss,
            leeway=_LEEWAY,
            options={"require": _REQUIRED},
        )
        self._of_now(claims, issuer)
        jti = claims["jti"]
        if not isinstance(jti, str) or not 0 < len(jti) <= _LONGEST_JTI:
            raise NotTrustedError
        return issuer, claims

    def _of_now(self, claims: Mapping[str, Any], issuer: Issuer) -> None:
        tenant = claims.get("tenant")
        if issuer.tenants and tenant not in issuer.tenants:
            raise NotTrustedError
        # A token that lives longer than we remember tokens could be used twice.
        if claims["exp"] - self._now() > self._longest or claims["exp"] <= claims["iat"]:
            raise NotTrustedError

    def _once(self, issuer: Issuer, claims: Mapping[str, Any]) -> None:
        mark = hashlib.sha256(f"{issuer.iss}\0{claims['jti']}".encode()).hexdigest()
        if not self._seen.once(mark, until=claims["exp"] + _LEEWAY, now=self._now()):
            raise NotTrustedError


class _Keys:
    """The public keys of each issuer; fetched ones are kept for ten minutes."""

    def __init__(self, fetch: Fetch, now: Callable[[], float]) -> None:
        self._fetch = fetch
        self._now = now
        self._kept: dict[str, tuple[float, dict[str, Any]]] = {}
        self._failed: dict[str, float] = {}
        # One for each address: an issuer that does not answer holds up its own calls alone.
        self._locks: dict[str, threading.Lock] = defaultdict(threading.Lock)

    def find(self, issuer: Issuer, kid: str, algorithm: str) -> Any:
        """Return the key of this id; raises when there is not exactly one that fits."""
        found = _named(self._set(issuer, again=False), kid)
        if not found and issuer.jku:
            found = _named(self._set(issuer, again=True), kid)
        if len(found) != 1:
            raise NotTrustedError
        return _usable(found[0], algorithm)

    def _set(self, issuer: Issuer, *, again: bool) -> dict[str, Any]:
        if issuer.jwks is not None or issuer.jku is None:
            return issuer.jwks or {}
        with self._locks[issuer.jku]:
            since, keys = self._kept.get(issuer.jku, (float("-inf"), {}))
            age = self._now() - since
            if age > _KEYS_SECONDS or (again and age > _AGAIN_SECONDS):
                keys = self._fetched(issuer.jku)
                self._kept[issuer.jku] = (self._now(), keys)
            return keys

    def _fetched(self, jku: str) -> dict[str, Any]:
        if self._now() - self._failed.get(jku, float("-inf")) < _FAILED_SECONDS:
            raise FetchError
        try:
            return msgspec.json.decode(self._fetch.keys(jku), type=dict[str, Any])
        except (FetchError, msgspec.MsgspecError):
            self._failed[jku] = self._now()
            raise


def _named(keys: Mapping[str, Any], kid: str) -> list[dict[str, Any]]:
    listed = keys.get("keys", ())
    return [one for one in listed if isinstance(one, dict) and one.get("kid") == kid]


def _usable(key: Mapping[str, Any], algorithm: str) -> Any:
    kind = {"ES384": ("EC", "P-384"), "RS384": ("RSA", None)}[algorithm]
    if (key.get("kty"), key.get("crv")) != kind or key.get("use", "sig") != "sig":
        raise NotTrustedError
    if key.get("alg", algorithm) != algorithm:
        raise NotTrustedError
    public = {
        name: value for name, value in key.items() if name in {"kty", "crv", "x", "y", "n", "e"}
    }
    found = jwt.PyJWK(public, algorithm).key
    if algorithm == "RS384" and found.key_size < _FEWEST_BITS:
        raise NotTrustedError
    return found
