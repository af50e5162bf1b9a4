"""Has the level stayed high?  Persistence decides more than any single number.

Of 344 people with a high first result 58% were below the limit at the second, and only
the others had more solid cancer (Lacombe 2021).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from corrin.high_b12.sources_records import Lasting, Persistence
from corrin.knowledge.loading import Knowledge
from corrin.labs.records import Measurement, Position

TOTAL = "serum_b12"


def persistence(results: Sequence[Measurement], knowledge: Knowledge) -> Persistence:
    """Return whether the elevation has lasted, from results of total B12, latest first.

    Only dated results count, since two results of one week are one illness.  Persistent:
    the latest results in a row are high and span ``persistent_after``.  Settled: the
    latest is not high but an earlier one is.
    """
    needs = knowledge.high_b12.setting["persistent_after"].value
    dated = _by_day(results)
    days = sorted(dated, reverse=True)
    run = _latest_run(days, dated)
    apart = (run[0] - run[-1]).days if len(run) > 1 else None
    if apart is not None and apart >= needs:
        lasting = Lasting.PERSISTENT
    elif days and not dated[days[0]] and any(dated.values()):
        lasting = Lasting.SETTLED
    else:
        lasting = Lasting.SINGLE
    high = [day for day in days if dated[day]]
    return Persistence(
        lasting=lasting,
        high_results=len(high) + sum(_high(one) and one.taken is None for one in results),
        results=len(results),
        undated=sum(one.taken is None for one in results),
        first_high=min(high) if high else None,
        last=days[0] if days else None,
        days_apart=apart,
        needs_days=needs,
    )


def _by_day(results: Sequence[Measurement]) -> dict[dt.date, bool]:
    """Return for each day whether its result was high; a day with both counts as not high."""
    found: dict[dt.date, bool] = {}
    for one in results:
        if one.taken is not None and one.position is not Position.UNKNOWN:
            found[one.taken] = found.get(one.taken, True) and _high(one)
    return found


def _latest_run(days: Sequence[dt.date], high: dict[dt.date, bool]) -> list[dt.date]:
    run = []
    for day in days:
        if not high[day]:
            break
        run.append(day)
    return run


def _high(measured: Measurement) -> bool:
    return measured.position is Position.HIGH
