"""What a client sends: the call of a hook, and feedback on a card; read strictly."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from http import HTTPStatus
from typing import Annotated, Any, Literal, TypeVar

import msgspec
from msgspec import UNSET, UnsetType
from starlette.requests import Request

from corrin.interfaces.cds_hooks.outcomes import JSON, HookError, bad

Body = TypeVar("Body")
Resource = dict[str, Any]
_ID = "[A-Za-z0-9.-]{1,64}"
Id = Annotated[str, msgspec.Meta(pattern=f"^{_ID}$")]
Word = Annotated[str, msgspec.Meta(min_length=1, max_length=255)]  # not clinical: characters
_LONGEST_COMMENT = 4_000  # not clinical: characters
_MOST_FEEDBACK = 1_000  # not clinical: entries of one call
_MOST_SUGGESTIONS = 100
_LONGEST_URL = 2_000  # not clinical: characters
_DEEPEST = 40  # not clinical: levels of a FHIR resource
#: Section 5.6 of RFC 3339, in Coordinated Universal Time.
_UTC = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]00:00)", re.IGNORECASE)


class Authorization(msgspec.Struct, frozen=True, kw_only=True):
    """The token for the client's FHIR server; never logged, never kept."""

    access_token: Annotated[str, msgspec.Meta(min_length=1)]
    token_type: Literal["Bearer"]
    expires_in: int
    scope: str
    subject: Word
    patient: Id | UnsetType = UNSET


class Context(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What the user is doing, and with whose record."""

    user_id: Annotated[str, msgspec.Meta(pattern=f"^[A-Za-z]{{1,64}}/{_ID}$")]
    patient_id: Id
    encounter_id: Id | UnsetType = UNSET
    selections: list[str] | UnsetType = UNSET
    draft_orders: Resource | UnsetType = UNSET


class Call(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One call of a service."""

    hook: Word
    hook_instance: uuid.UUID
    context: Context
    fhir_server: Annotated[str, msgspec.Meta(min_length=1, max_length=_LONGEST_URL)] | UnsetType = (
        UNSET  # not clinical: characters
    )
    fhir_authorization: Authorization | UnsetType = UNSET
    prefetch: dict[str, Resource | None] | UnsetType = UNSET


class Accepted(msgspec.Struct, frozen=True, kw_only=True):
    """A suggestion that was taken up."""

    id: uuid.UUID


class Coding(msgspec.Struct, frozen=True, kw_only=True):
    """A code with its system."""

    code: Word
    system: Word


class OverrideReason(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Why a card was dismissed: a reason, a comment, or both."""

    reason: Coding | UnsetType = UNSET
    user_comment: (
        Annotated[str, msgspec.Meta(min_length=1, max_length=_LONGEST_COMMENT)] | UnsetType
    ) = UNSET


class Outcome(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What became of one card."""

    card: uuid.UUID
    outcome: Literal["accepted", "overridden"]
    outcome_timestamp: str
    accepted_suggestions: (
        Annotated[list[Accepted], msgspec.Meta(min_length=1, max_length=_MOST_SUGGESTIONS)]
        | UnsetType
    ) = UNSET
    override_reason: OverrideReason | UnsetType = UNSET

    @property
    def at(self) -> dt.datetime:
        """When it was done, in UTC."""
        return dt.datetime.fromisoformat(self.outcome_timestamp.upper())


class Feedback(msgspec.Struct, frozen=True, kw_only=True):
    """What became of some cards."""

    feedback: Annotated[list[Outcome], msgspec.Meta(min_length=1, max_length=_MOST_FEEDBACK)]


async def read(request: Request, shape: type[Body]) -> Body:
    """Return the body of a request.  Raises :class:`HookError` naming the place at fault."""
    kind, _, parameters = request.headers.get("content-type", "").lower().partition(";")
    charset = parameters.partition("charset=")[2].strip(' "')
    if kind.strip() != JSON or charset not in {"", "utf-8", "utf8"}:
        raise HookError(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "Send Content-Type: application/json, in UTF-8."
        )
    try:
        table = msgspec.json.decode(await request.body())
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        raise bad("The body is not valid JSON.") from None
    if not isinstance(table, dict):
        raise bad("The body is not a JSON object.")
    if _depth(table) > _DEEPEST:
        raise bad("The body is nested too deeply.")
    try:
        return msgspec.convert(table, shape)
    except msgspec.ValidationError as error:
        raise bad(_place(str(error))) from None


def check(call: Call, hooks: tuple[str, ...]) -> None:
    """Raise :class:`HookError` when a call is not one of these hooks as it is defined."""
    context = call.context
    if call.hook not in hooks:
        raise bad(f"This service answers the hooks {', '.join(hooks)}.")
    if call.fhir_authorization is not UNSET and call.fhir_server is UNSET:
        raise bad("fhirAuthorization without fhirServer.")
    if call.hook != "patient-view" and not _is_bundle(context.draft_orders):
        raise bad("context.draftOrders is needed: a Bundle of the orders.")
    if call.hook == "order-select" and context.selections is UNSET:
        raise bad("context.selections is needed: the ids of the orders just selected.")


def check_feedback(feedback: Feedback) -> None:
    """Raise :class:`HookError` when an outcome lacks what its kind asks for."""
    for place, one in enumerate(feedback.feedback):
        where = f"feedback[{place}]"
        if one.outcome == "accepted" and one.accepted_suggestions is UNSET:
            raise bad(f"{where}: accepted needs acceptedSuggestions.")
        reason = one.override_reason
        if reason is not UNSET and (reason.reason, reason.user_comment) == (UNSET, UNSET):
            raise bad(f"{where}: overrideReason needs a reason or a userComment.")
        try:
            known = _UTC.fullmatch(one.outcome_timestamp) and one.at
        except ValueError:
            known = None
        if not known:
            raise bad(f"{where}: outcomeTimestamp is not a time in UTC by RFC 3339.")


def _is_bundle(value: Resource | UnsetType) -> bool:
    return isinstance(value, dict) and value.get("resourceType") == "Bundle"


def _place(message: str) -> str:
    """Return where a body does not fit, from the message of the reader; never a value."""
    what, found, where = message.partition(" - at `$")
    place = where.rstrip("`").lstrip(".") if found else ""
    missing = re.search(r"missing required field `(\w+)`", what)
    if missing:
        full = ".".join(part for part in (place, missing[1]) if part)
        return f"'{full}' is required and missing."
    return f"'{place or 'the body'}' is not of the kind the specification asks for."


def _depth(table: Resource) -> int:
    """Return how many levels a body has; counting stops beyond the deepest allowed."""
    depth = 0
    level: list[Any] = [table]
    while level and depth <= _DEEPEST:
        depth += 1
        level = [
            inner
            for one in level
            for inner in (one.values() if isinstance(one, dict) else one)
            if isinstance(inner, (dict, list))
        ]
    return depth
