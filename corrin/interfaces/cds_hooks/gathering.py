"""The data behind one call: what was sent along, and what has to be fetched.

A key can be absent (not sent), null (there are none), an OperationOutcome (the client
failed), one resource, a Bundle, or the first page of one.  What cannot be done without
and cannot be had ends the call with 412; what else is missing is said on the card.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from msgspec import UNSET

from corrin.interfaces.cds_hooks.calls import Call, Resource
from corrin.interfaces.cds_hooks.fetching import Fetch, FetchError
from corrin.interfaces.cds_hooks.outcomes import bad, lacking
from corrin.interfaces.cds_hooks.services import PATIENT, Service

_MOST_RESOURCES = 5_000  # not clinical: resources of one patient
_SUBJECTS = ("subject", "patient")
_WORDS = {
    "b12": "B12 results",
    "labs": "other laboratory results",
    "conditions": "conditions",
    "medications": "prescriptions",
    "statements": "medicines taken",
    "answers": "questionnaire answers",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """The resources of one patient, and what could not be had, in words."""

    resources: list[Resource] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)


async def gather(
    call: Call, service: Service, queries: Mapping[str, str], fetch: Fetch
) -> Gathered:
    """Return what is known of the patient of this call.

    Raises :class:`HookError` (412) when what is needed cannot be had, or is of another
    patient.
    """
    asking = _Asking(call, queries, fetch)
    parts = await asyncio.gather(
        *(asking.one(key, required=True) for key in service.required),
        *(asking.one(key, required=False) for key in service.optional),
    )
    resources = [resource for part in parts for resource in part.resources]
    orders = call.context.draft_orders
    own = resources if orders is UNSET else [*resources, *entries(orders)]
    if not all(is_of(resource, call.context.patient_id) for resource in own):
        raise lacking("A resource is of another patient than context.patientId.")
    if len(resources) > _MOST_RESOURCES:
        raise bad(f"More than {_MOST_RESOURCES:,} resources.")
    return Gathered(
        resources=list(_once(resources)), missing=[word for part in parts for word in part.missing]
    )


class _Asking:
    """One call's questions to the client's FHIR server."""

    def __init__(self, call: Call, queries: Mapping[str, str], fetch: Fetch) -> None:
        self._sent = {} if call.prefetch is UNSET else call.prefetch
        self._queries = queries
        self._fetch = fetch
        self._patient = call.context.patient_id
        self._most_pages = fetch.most_pages
        self._server = None if call.fhir_server is UNSET else call.fhir_server
        given = call.fhir_authorization
        self._token = None if given is UNSET else given.access_token
        if given is not UNSET and given.patient not in {UNSET, self._patient}:
            raise lacking("fhirAuthorization.patient is another patient than context.patientId.")

    async def one(self, key: str, *, required: bool) -> Gathered:
        """Return what one key holds."""
        if key not in self._sent:
            return await self._absent(key, required=required)
        sent = self._sent[key]
        if sent is None:
            if key == PATIENT:
                raise lacking("prefetch.patient is null: without the patient nothing can be said.")
            return Gathered()
        if sent.get("resourceType") == "OperationOutcome":
            # Not asked again: the client has just failed to get it.
            return self._not_had(key, required=required)
        return await self._pages(key, sent)

    async def _absent(self, key: str, *, required: bool) -> Gathered:
        if self._server is None or not self._fetch.may_ask(self._server):
            return self._not_had(key, required=required)
        query = self._queries[key].replace("{{context.patientId}}", quote(self._patient, safe=""))
        try:
            found = await self._resource(query)
        except FetchError:
            return self._not_had(key, required=required)
        return await self._pages(key, found)

    async def _pages(self, key: str, first: Resource) -> Gathered:
        if not isinstance(first.get("resourceType"), str):
            raise bad(f"prefetch.{key} is not a FHIR resource.")
        if first["resourceType"] != "Bundle":
            return Gathered(resources=[first])
        found = Gathered()
        page: Resource | None = first
        for _ in range(self._most_pages):
            if page is None:
                return found
            _add(found, page, key)
            following = next_page(page)
            page = None
            if following is None:
                return found
            if self._server is None or not self._fetch.may_ask(self._server):
                break
            try:
                page = await self._resource(following)
            except FetchError:
                break
            if page.get("resourceType") != "Bundle":
                break
        found.missing.append(f"further pages of {_WORDS.get(key, key)}")
        return found

    async def _resource(self, query: str) -> Resource:
        assert self._server is not None  # noqa: S101  both callers have looked
        return await asyncio.to_thread(self._fetch.resource, self._server, query, token=self._token)

    def _not_had(self, key: str, *, required: bool) -> Gathered:
        if required:
            raise lacking(
                f"prefetch.{key} is needed, and could not be fetched from the FHIR server."
            )
        return Gathered(missing=[_WORDS[key]])


def _add(found: Gathered, page: Resource, key: str) -> None:
    for resource in entries(page):
        if resource.get("resourceType") == "OperationOutcome":
            found.missing.append(f"some of the {_WORDS.get(key, key)}")
        else:
            found.resources.append(resource)


def entries(bundle: Mapping[str, Any]) -> Iterator[Resource]:
    """Yield every resource of a Bundle; raises :class:`HookError` when it is not one."""
    listed = bundle.get("entry", [])
    if not isinstance(listed, list):
        raise bad("A Bundle's entry is not a list.")
    for entry in listed:
        resource = entry.get("resource") if isinstance(entry, dict) else None
        if resource is None and isinstance(entry, dict):
            continue
        if not isinstance(resource, dict) or not isinstance(resource.get("resourceType"), str):
            raise bad("An entry of a Bundle holds no FHIR resource.")
        yield resource


def next_page(bundle: Mapping[str, Any]) -> str | None:
    """Return the address of the page after this one, or None at the end."""
    links = bundle.get("link", ())
    for link in links if isinstance(links, list) else ():
        if isinstance(link, dict) and link.get("relation") == "next":
            url = link.get("url")
            return url if isinstance(url, str) else None
    return None


def is_of(resource: Mapping[str, Any], patient: str) -> bool:
    """Whether a resource is of this patient, or names none (who it is of is then unknown)."""
    if resource["resourceType"] == "Patient":
        return resource.get("id") == patient
    for key in _SUBJECTS:
        subject = resource.get(key)
        reference = subject.get("reference") if isinstance(subject, dict) else None
        if isinstance(reference, str) and not reference.startswith(("#", "urn:")):
            kind, _, id_ = reference.partition("/_history/")[0].rpartition("/")
            if kind.rpartition("/")[2] == "Patient" and id_ != patient:
                return False
    return True


def _once(resources: list[Resource]) -> Iterator[Resource]:
    """Yield each resource once: a B12 result is among the other results too."""
    seen = set()
    for resource in resources:
        id_ = resource.get("id")
        mark = (resource["resourceType"], id_)
        if isinstance(id_, str):
            if mark in seen:
                continue
            seen.add(mark)
        yield resource
