"""The resources of one patient, searched page by page; what could not be had is said."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx2

from corrin.interfaces.smart.asking import Asking
from corrin.interfaces.smart.errors import AskError, Fault
from corrin.interfaces.smart.signing_in import Access
from corrin.knowledge.loading import Knowledge

Resource = dict[str, Any]
_MANY = "_count=200"


@dataclass(slots=True)
class Part:
    """One part of a record: what was read of it, and why it is not whole, if it is not."""

    name: str
    entries: list[Any] = field(default_factory=list)
    fault: Fault | None = Fault.TOO_SLOW


def queries(access: Access, knowledge: Knowledge, today: dt.date) -> dict[str, tuple[str, ...]]:
    """Return the questions for each part; a later one is asked when the first is not offered.

    B12 is asked for by its codes, so that it is there however many other results are.
    """
    codes = ",".join(
        f"http://loinc.org|{one.code}"
        for one in knowledge.labs["serum_b12"].codes
        if one.system == "LOINC"
    )
    of = f"patient={access.patient}"
    medicines = f"MedicationRequest?{of}&{_MANY}"
    return {
        "patient": (f"Patient/{access.patient}",),
        "b12": (f"Observation?{of}&code={codes}&_sort=-date&{_MANY}",),
        "labs": (f"Observation?{of}&category=laboratory&_sort=-date&{_MANY}",),
        "conditions": (f"Condition?{of}&{_MANY}",),
        "prescribed": (f"{medicines}&_include=MedicationRequest:medication", medicines),
        "taken": (f"MedicationStatement?{of}&{_MANY}",),
        "given": (f"MedicationAdministration?{of}&{_MANY}",),
        # Only a visit that goes on now is used.
        "visits": (f"Encounter?{of}&date=ge{today.isoformat()}&{_MANY}",),
    }


async def read_record(
    access: Access, conversation: Asking, knowledge: Knowledge, *, today: dt.date
) -> tuple[Part, ...]:
    """Return every part of the record, whole or not; never raises for what is missing."""
    asked = queries(access, knowledge, today)
    parts = {name: Part(name) for name in asked}
    reading = _Reading(access, conversation)
    try:
        async with asyncio.timeout(conversation.settings.reading_seconds):
            await asyncio.gather(*(reading.fill(parts[name], each) for name, each in asked.items()))
    except TimeoutError:
        pass  # A part that was not done says itself that it was too slow.
    return tuple(parts.values())


def as_bundles(parts: tuple[Part, ...]) -> list[Resource]:
    """Return the parts as Bundles, each resource once: B12 is among the other results too."""
    seen: set[tuple[str, str]] = set()
    return [
        {"resourceType": "Bundle", "type": "searchset", "entry": list(_once(part.entries, seen))}
        for part in parts
    ]


def _once(entries: list[Any], seen: set[tuple[str, str]]) -> Iterator[Any]:
    for entry in entries:
        one = entry.get("resource") if isinstance(entry, dict) else None
        if isinstance(one, dict) and isinstance(one.get("id"), str):
            mark = (str(one.get("resourceType")), one["id"])
            if mark in seen:
                continue
            seen.add(mark)
        yield entry


class _Reading:
    """Reads parts of one record from the address of its issuer, and from no other."""

    def __init__(self, access: Access, conversation: Asking) -> None:
        self._base = httpx2.URL(access.issuer.rstrip("/") + "/")
        self._headers = {
            "Accept": "application/fhir+json",
            "Authorization": f"Bearer {access.token}",
        }
        self._asking = conversation

    async def fill(self, part: Part, alternatives: tuple[str, ...]) -> None:
        """Ask for a part, and otherwise for its alternatives."""
        for query in alternatives:
            try:
                await self._pages(part, self._url(query))
            except AskError as error:
                part.fault = error.fault
                if error.fault is Fault.NOT_OFFERED and not part.entries:
                    continue
            else:
                part.fault = None
            return

    async def _pages(self, part: Part, url: httpx2.URL) -> None:
        settings = self._asking.settings
        asked = set()
        while True:
            asked.add(url)
            found = await self._asking.resource(url, self._headers)
            if found["resourceType"] != "Bundle":
                part.entries.append({"resource": found})
                return
            entries = found.get("entry", [])
            if not isinstance(entries, list):
                raise AskError(Fault.FAILED)
            part.entries += entries[: settings.most_resources - len(part.entries)]
            following = next_page(found)
            if following is None:
                return
            url = self._url(following)
            # The same page again would go round for ever.
            if (
                len(asked) >= settings.most_pages
                or len(part.entries) >= settings.most_resources
                or url in asked
            ):
                raise AskError(Fault.TOO_MUCH)

    def _url(self, where: str) -> httpx2.URL:
        """Return an address below the issuer's.  Raises :class:`AskError` for any other."""
        try:
            url = self._base.join(where)
        except (httpx2.InvalidURL, ValueError):
            raise AskError(Fault.ELSEWHERE) from None
        origin = (url.scheme, url.host, url.port)
        below = f"{url.path}/".startswith(self._base.path)
        climbs = any(step in {".", ".."} for step in url.path.split("/"))
        if origin != (self._base.scheme, self._base.host, self._base.port) or not below:
            raise AskError(Fault.ELSEWHERE)
        if url.userinfo or climbs or "\\" in where:
            raise AskError(Fault.ELSEWHERE)
        return url


def next_page(bundle: Mapping[str, Any]) -> str | None:
    """Return the address of the page after this one, or None at the end."""
    links = bundle.get("link")
    for link in links if isinstance(links, list) else ():
        if isinstance(link, dict) and link.get("relation") == "next":
            url = link.get("url")
            return url if isinstance(url, str) else None
    return None
