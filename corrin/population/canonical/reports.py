"""What became of the facts: people, records by reason, problems, repaired units."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from corrin.population.facts import Tally


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Repair:
    """Results of one lab and site whose unit was filled in, and how sure that was at least.

    ``site`` is "" when none is given; ``seen`` is the unit as printed, "" when missing.
    """

    lab: str
    site: str
    seen: str
    unit: str
    results: int
    lowest_certainty: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CanonicalReport:
    """What became of the facts that the canonical table was made from.

    ``persons`` is the rows of the table; ``rejected`` counts people who are not in it, by
    reason; ``records`` is by kind of fact: a fact is used when it is in the table.
    ``problems`` counts the entries of the table's ``problems`` by code.
    """

    as_of: dt.date
    persons: int
    rejected: Mapping[str, int]
    records: Mapping[str, Tally]
    problems: Mapping[str, int]
    repairs: tuple[Repair, ...]

    @property
    def people_in_facts(self) -> int:
        """Return how many people the facts speak of, rejected ones included."""
        return self.persons + sum(self.rejected.values())

    def as_json(self) -> dict[str, Any]:
        """Return the report as JSON values."""
        return {
            "as_of": self.as_of.isoformat(),
            "people_in_facts": self.people_in_facts,
            "persons": self.persons,
            "rejected": dict(sorted(self.rejected.items())),
            "records": {kind: tally.as_json() for kind, tally in sorted(self.records.items())},
            "problems": dict(sorted(self.problems.items())),
            "repairs": [
                {
                    "lab": one.lab,
                    "site": one.site,
                    "from": one.seen,
                    "to": one.unit,
                    "results": one.results,
                    "lowest_certainty": one.lowest_certainty,
                }
                for one in self.repairs
            ],
        }


class Repairs:
    """Adds up repairs while the table is made."""

    def __init__(self) -> None:
        self._results: Counter[tuple[str, str, str, str]] = Counter()
        self._lowest: dict[tuple[str, str, str, str], float] = {}

    def add(self, key: tuple[str, str, str, str], results: int, lowest: float) -> None:
        """Count ``results`` more for (lab, site, unit seen, unit)."""
        self._results[key] += results
        self._lowest[key] = min(lowest, self._lowest.get(key, lowest))

    def all(self) -> tuple[Repair, ...]:
        """Return them by lab, site and units."""
        return tuple(
            Repair(
                lab=lab,
                site=site,
                seen=seen,
                unit=unit,
                results=results,
                lowest_certainty=self._lowest[lab, site, seen, unit],
            )
            for (lab, site, seen, unit), results in sorted(self._results.items())
        )
