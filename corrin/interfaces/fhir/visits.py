"""An Encounter that goes on says where the person is seen."""

from __future__ import annotations

from collections.abc import Iterator

from corrin.interfaces.fhir.coding import codes
from corrin.interfaces.fhir.context import Context, Part
from corrin.interfaces.fhir.elements import NotUsedError, Resource, day, names, rows, table, text

_NOW = {"arrived", "triaged", "in-progress", "onleave"}
_STATUSES = _NOW | {"planned", "finished", "cancelled", "entered-in-error", "unknown"}


def read_encounter(one: Resource, context: Context) -> Iterator[Part]:
    """Yield the setting of a visit that goes on, or ended today."""
    status = text(one, "status")
    if status not in _STATUSES:
        raise NotUsedError("It has no status, or one that FHIR does not know.", "wrong-status")
    today = context.today
    ended_today = status == "finished" and day(table(one, "period"), "end", today=today) == today
    if status not in _NOW and not ended_today:
        raise NotUsedError("It is not a visit that goes on now.")
    setting = codes().encounters.get(text(table(one, "class"), "code"))
    if setting is None:
        raise NotUsedError("Its class is not one that says where the person is seen.")
    said = [*names(table(one, "serviceType")), *(name for kind in rows(one, "type")
            for name in names(kind))]  # fmt: skip
    if any("neurolog" in name.lower() for name in said) and setting != "emergency":
        setting = "neurology-clinic"
    yield Part(key="setting", name="setting", value=setting, as_=f"setting: {setting}",
               order=text(table(one, "period"), "start"))  # fmt: skip
