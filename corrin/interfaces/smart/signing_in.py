"""To the record's sign-in with a question, and back with a code that becomes a token.

OpenID Connect is not asked for: who signed in is the record's business, and nothing
here would use it.  Neither is a token that outlives the reading.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit, urlunsplit

import httpx2

from corrin.interfaces.smart.asking import Asking
from corrin.interfaces.smart.errors import AskError, SmartError, Why
from corrin.interfaces.smart.launches import Begun, Launch
from corrin.interfaces.smart.settings import SmartSettings

#: The kinds of resource that are read, and no other is asked for.
READ = ("Observation", "Condition", "MedicationRequest", "MedicationStatement",
        "MedicationAdministration", "Medication", "Encounter")  # fmt: skip
_SCOPES = ("patient/Patient.r", *(f"patient/{kind}.rs" for kind in READ))
_TOKEN = re.compile(r"[\x21-\x7e]{1,16384}")
_FHIR_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")
_LONGEST = 4_096  # not clinical: characters of a parameter


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """What may be read, and with which token; the token is in no repr."""

    issuer: str
    patient: str
    token: str = field(repr=False)


def authorize_url(
    settings: SmartSettings, *, issuer: str, endpoint: str, redirect: str, begun: Begun, launch: str
) -> str:
    """Return where the browser signs in; ``launch`` is the record's handle, empty without one."""
    asked = {
        "response_type": "code",
        "client_id": settings.client_id,
        "redirect_uri": redirect,
        "scope": " ".join(("launch" if launch else "launch/patient", *_SCOPES)),
        "state": begun.state,
        "aud": issuer,
        "code_challenge": begun.challenge,
        "code_challenge_method": "S256",
    }
    if launch:
        asked["launch"] = launch
    parts = urlsplit(endpoint)
    query = "&".join(filter(None, (parts.query, urlencode(asked))))
    return urlunsplit(parts._replace(query=query))


def one_of(given: Mapping[str, Sequence[str]], key: str) -> str:
    """Return a parameter that is there exactly once; else an empty text."""
    values = given.get(key, ())
    return values[0] if len(values) == 1 and len(values[0]) <= _LONGEST else ""


def code_of(given: Mapping[str, Sequence[str]], launch: Launch) -> str:
    """Return the code the record sent back.  Raises :class:`SmartError` when it said no."""
    named = one_of(given, "iss")
    if named and launch.endpoints.names_itself and named != launch.endpoints.names_itself:
        raise SmartError(Why.NOT_OURS)
    if "error" in given:
        denied = one_of(given, "error") == "access_denied"
        raise SmartError(Why.DENIED if denied else Why.REFUSED)
    code = one_of(given, "code")
    if not code:
        raise SmartError(Why.REFUSED)
    return code


async def exchange(
    code: str, launch: Launch, settings: SmartSettings, conversation: Asking
) -> Access:
    """Exchange a code for a token of one patient.  Raises :class:`SmartError`."""
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": launch.redirect,
        "code_verifier": launch.verifier,
    }
    auth = None
    if settings.secret:
        auth = httpx2.BasicAuth(settings.client_id, settings.secret)
    else:
        form["client_id"] = settings.client_id
    try:
        told = await conversation.answer(launch.endpoints.token, form=form, auth=auth)
    except AskError:
        raise SmartError(Why.REFUSED) from None
    token, kind, patient = (told.get(key) for key in ("access_token", "token_type", "patient"))
    if not isinstance(token, str) or not _TOKEN.fullmatch(token):
        raise SmartError(Why.REFUSED)
    if not isinstance(kind, str) or kind.lower() != "bearer":
        raise SmartError(Why.REFUSED)
    if not isinstance(patient, str) or not _FHIR_ID.fullmatch(patient) or set(patient) == {"."}:
        raise SmartError(Why.NO_PATIENT)
    return Access(issuer=launch.issuer, patient=patient, token=token)
