"""Puts what the resources gave into one person file, and says which of two was taken."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from corrin.interfaces.fhir.context import Part
from corrin.interfaces.fhir.elements import NotUsedError
from corrin.interfaces.fhir.records import Ignored, Refused, Used
from corrin.person.reading import MAX_ENTRIES

#: Keys of the person file that hold one value.
_PLAIN = ("age", "sex", "setting", "country", "twitching", "as_of")
_LISTS = ("intake", "drugs")
#: Said of a list: it was asked, and there is nothing in it.
NONE = "none"


@dataclass(slots=True)
class Gathered:
    """The account while resources are read; :meth:`person_table` closes it."""

    ignored: list[Ignored] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    used: list[Used] = field(default_factory=list)
    _parts: dict[str, list[tuple[str, Part]]] = field(default_factory=lambda: defaultdict(list))

    def take(self, label: str, part: Part) -> None:
        """Remember what a resource gave."""
        self._parts[part.key].append((label, part))

    def not_used(self, label: str, reason: NotUsedError) -> None:
        """Say why a resource, or a part of it, was not used."""
        if reason.code is None:
            self.ignored.append(Ignored(resource=label, why=reason.why))
        else:
            self.refused.append(Refused(resource=label, why=reason.why, code=reason.code))

    def person_table(self, *, as_of: dt.date | None) -> dict[str, Any]:
        """Return the person file; what lost against something newer is ignored."""
        table: dict[str, Any] = {}
        for key in _PLAIN:
            if self._parts[key]:
                table[key] = self._plain(key)
        if findings := self._findings():
            table["findings"] = findings
        if labs := self._labs():
            table["labs"] = labs
        for key in _LISTS:
            found = self._list(key)
            if found is not None:
                table[key] = found
        if as_of is not None:
            table["as_of"] = as_of
        return table

    def _use(self, label: str, part: Part) -> None:
        self.used.append(Used(resource=label, as_=part.as_))

    def _ignore(self, label: str, part: Part, why: str) -> None:
        self.ignored.append(Ignored(resource=label, why=f"{why} ({part.as_})"))

    def _plain(self, key: str) -> Any:
        """Return the first value; of visits the latest, of the complaint the present one."""
        found = self._parts[key]
        best = found[0]
        if key == "setting":
            best = max(found, key=lambda one: one[1].order)
        elif key == "twitching":
            best = next((one for one in found if one[1].value), best)
        for label, part in found:
            if part.value == best[1].value:
                self._use(label, part)
            else:
                self._ignore(label, part, "Another resource says otherwise, and was taken.")
        return best[1].value

    def _findings(self) -> dict[str, bool]:
        found: dict[str, bool] = {}
        for _, part in self._parts["findings"]:
            found[part.name] = found.get(part.name, False) or part.value
        for label, part in self._parts["findings"]:
            if part.value == found[part.name]:
                self._use(label, part)
            else:
                self._ignore(label, part, "Another resource says that it is present.")
        return dict(sorted(found.items()))

    def _labs(self) -> list[dict[str, Any]]:
        """Return one result of a test and day: the latest; two at one time that differ, none."""
        by_day: dict[tuple[str, Any], list[tuple[str, Part]]] = defaultdict(list)
        for label, part in self._parts["labs"]:
            by_day[part.name, part.value.get("taken")].append((label, part))
        rows: list[tuple[str, Part]] = []
        for found in by_day.values():
            latest = max(part.order for _, part in found)
            newest = [one for one in found if one[1].order == latest]
            same = all(_measured(one[1]) == _measured(newest[0][1]) for one in newest)
            for label, part in found:
                if part.order != latest:
                    self._ignore(label, part, "A later result of the same day is there.")
                elif not same:
                    self.not_used(label, NotUsedError(
                        "Two results of this test at one time differ.", "contradictory-results"
                    ))  # fmt: skip
                elif part is not newest[0][1]:
                    self._ignore(label, part, "The same result is there already.")
            if same:
                rows.append(newest[0])
        rows.sort(key=lambda one: one[1].value.get("taken") or dt.date.max, reverse=True)
        for label, part in rows[MAX_ENTRIES:]:
            self._ignore(label, part, f"There are more than {MAX_ENTRIES:,} newer results.")
        for label, part in rows[:MAX_ENTRIES]:
            self._use(label, part)
        return [part.value for _, part in rows[:MAX_ENTRIES]]

    def _list(self, key: str) -> list[dict[str, Any]] | None:
        """Return the entries of a list, each once; None when it is not known."""
        found = sorted(
            (one for one in self._parts[key] if one[1].value != NONE), key=lambda one: one[1].order
        )
        for label, part in self._parts[key]:
            if part.value != NONE:
                continue
            if found:
                self._ignore(label, part, "Other resources name some.")
            else:
                self._use(label, part)
        if not self._parts[key]:
            return None
        entries: list[dict[str, Any]] = []
        for label, part in found:
            entry = dict(part.value)
            same = next((one for one in entries if _taken_alike(one, entry)), None)
            if same is not None:
                _merge(same, entry)
            else:
                if key == "intake":
                    _close(entries, entry)
                entries.append(entry)
            self._use(label, part)
        return entries[:MAX_ENTRIES]


_DATES = ("since", "until", "last_dose")


def _measured(part: Part) -> tuple[Any, ...]:
    return tuple(part.value.get(key) for key in ("value", "unit", "interpretation"))


def _taken_alike(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Return whether two entries are the same thing taken the same way, going on."""
    if "last_dose" in one or "last_dose" in other:
        return one == other
    if one.get("until") and other.get("since") and other["since"] > one["until"]:
        return False
    kept = [{key: each[key] for key in each if key not in _DATES} for each in (one, other)]
    return kept[0] == kept[1]


def _merge(one: dict[str, Any], other: dict[str, Any]) -> None:
    """Let one entry stand for both: from the earlier beginning to the later end."""
    if "since" in one and "since" in other:
        one["since"] = min(one["since"], other["since"])
    else:
        one.pop("since", None)
    if "until" in one and "until" in other:
        one["until"] = max(one["until"], other["until"])
    else:
        one.pop("until", None)


def _close(entries: list[dict[str, Any]], entry: dict[str, Any]) -> None:
    """Let an order that a newer one of the same substance and route replaces end with it."""
    since = entry.get("since")
    if since is None or "last_dose" in entry:
        return
    for one in entries:
        same = all(one.get(key) == entry.get(key) for key in ("substance", "route", "product"))
        begun = one.get("since")
        if same and "until" not in one and "last_dose" not in one and begun and begun < since:
            one["until"] = since
