"""Made-up reports with a known truth: for tests, for the demonstration, and for the study.

Relative rates are drawn from the two-gamma model itself.  Products and events have
invented names.  Real report files are messy, so the mess can be made too.
"""

from __future__ import annotations

import csv
import gzip
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from corrin.signals.records import Floats, Ints, Theta

_SYLLABLES = (
    "ba", "ce", "di", "fo", "gu", "ha", "je", "ki", "lo", "mu",
    "na", "pe", "ri", "so", "tu", "va", "we", "xi", "yo", "zu",
)  # fmt: skip
_MIDDLE = Theta(alpha1=0.2, beta1=0.2, alpha2=2.5, beta2=2.0, p=0.4)  # not clinical: made up


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """How many reports, products and events, and from which model the rates are drawn.

    A report names one product that drives its events, and on average ``beside`` others;
    it has one event, and on average ``more_events`` more.  Popularity falls off as one over
    the rank.  ``named`` are products and events that take the first places, with the
    relative rate of each of their pairs; the rest is invented.
    """

    reports: int
    products: int
    events: int
    theta: Theta = _MIDDLE
    beside: float = 0.5  # not clinical: made up
    more_events: float = 1.5  # not clinical: made up
    first_year: int = 2020  # not clinical: made up
    years: int = 3  # not clinical: made up
    named: tuple[tuple[str, str, float], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Mess:
    """What goes wrong with the rows, as shares of all rows."""

    repeated: float = 0.0
    no_report: float = 0.0
    no_product: float = 0.0
    no_event: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulated:
    """Rows (report, product, event) by number, the day and sex of each report, the truth.

    ``rates`` is (products, events): the relative rate from which the events of a product
    were drawn.
    """

    product_names: tuple[str, ...]
    event_names: tuple[str, ...]
    report: Ints
    product: Ints
    event: Ints
    day: npt.NDArray[np.datetime64]
    sex: npt.NDArray[np.bool_]
    rates: Floats


#: Pairs of the demonstration and their relative rates: choking is often reported with
#: large tablets, twitching as often with B12 as with anything else.
_SHOWN = (
    ("Vitamin B12 (made up)", "Muscle twitching (made up)", 1.0),
    ("Multivitamin (made up)", "Choking (made up)", 6.0),  # not clinical: made up
    ("B complex (made up)", "Back pain (made up)", 1.0),
    ("Vitamin B12 (made up)", "Tremor (made up)", 1.0),
)


def demonstration(reports: int, *, seed: int) -> Simulated:
    """Made-up reports in which the groups of products and events find something."""
    size = 300  # not clinical: made up
    return simulate(Design(reports=reports, products=size, events=size, named=_SHOWN), seed=seed)


def invented(number: int, ending: str) -> str:
    """A word for a number, the same each time and another for each."""
    word = ""
    while True:
        number, rest = divmod(number, len(_SYLLABLES))
        word = _SYLLABLES[rest] + word
        if number == 0:
            return word.capitalize() + ending


def draw_rates(shape: tuple[int, ...], theta: Theta, source: np.random.Generator) -> Floats:
    """Relative rates drawn from the two-gamma mixture."""
    first = source.random(shape) < theta.p
    one = source.gamma(theta.alpha1, 1 / theta.beta1, shape)
    two = source.gamma(theta.alpha2, 1 / theta.beta2, shape)
    return np.where(first, one, two)


def simulate(design: Design, *, seed: int) -> Simulated:
    """Return reports drawn from the design; the same for the same seed."""
    source = np.random.default_rng(seed)
    products, events = _names(design)
    rates = draw_rates((design.products, design.events), design.theta, source)
    for one, other, rate in design.named:
        rates[products.index(one), events.index(other)] = rate
    popular, common = _falling(design.products), _falling(design.events)
    driver = source.choice(design.products, design.reports, p=popular)
    more = source.poisson(design.more_events, design.reports) + 1
    # Each report's events come from the row of its driving product.
    owner = np.repeat(np.arange(design.reports), more)
    event = _draw_rows(rates * common, driver[owner], source)
    beside = source.poisson(design.beside, design.reports)
    taker = np.concatenate(
        [np.arange(design.reports), np.repeat(np.arange(design.reports), beside)]
    )
    taken = np.concatenate([driver, source.choice(design.products, int(beside.sum()), p=popular)])
    report, product, happened = _crossed(design.reports, taker, taken, owner, event)
    days = source.integers(0, 365 * design.years, design.reports)  # not clinical: days
    return Simulated(
        product_names=products,
        event_names=events,
        report=report,
        product=product,
        event=happened,
        day=np.datetime64(f"{design.first_year}-01-01") + days,
        sex=source.random(design.reports) < 1 / 2,
        rates=rates,
    )


def _names(design: Design) -> tuple[tuple[str, ...], tuple[str, ...]]:
    first = tuple(dict.fromkeys(one[0] for one in design.named))
    second = tuple(dict.fromkeys(one[1] for one in design.named))
    return (
        (*first, *(invented(n, "ol") for n in range(design.products - len(first)))),
        (*second, *(invented(n, "itis") for n in range(design.events - len(second)))),
    )


def _falling(size: int) -> Floats:
    weight = 1.0 / np.arange(1, size + 1)
    return np.asarray(weight / weight.sum())


def _draw_rows(weights: Floats, rows: Ints, source: np.random.Generator) -> Ints:
    """For each row number, one column of that row with a chance as its weight."""
    up = np.cumsum(weights, axis=1)
    up /= up[:, -1:]
    # One sorted search for all rows: each row's steps are moved to an interval of its own.
    steps = (up + np.arange(len(up))[:, np.newaxis]).ravel()
    found = np.searchsorted(steps, rows + source.random(rows.size), side="right")
    return np.asarray(np.minimum(found - rows * up.shape[1], up.shape[1] - 1))


def _crossed(
    reports: int, taker: Ints, taken: Ints, owner: Ints, event: Ints
) -> tuple[Ints, Ints, Ints]:
    """Every product of a report beside every event of it."""
    order = np.argsort(taker, kind="stable")
    taker, taken = taker[order], taken[order]
    first = np.searchsorted(owner, np.arange(reports))
    many = np.bincount(owner, minlength=reports)
    times = many[taker]
    row = np.repeat(np.arange(taker.size), times)
    inside = np.arange(row.size) - np.repeat(np.cumsum(times) - times, times)
    return taker[row], taken[row], event[first[taker[row]] + inside]


def write(simulated: Simulated, path: Path, *, mess: Mess | None = None, seed: int = 0) -> int:
    """Write the rows as CSV (gzipped when named so); return how many.

    Columns ``report,product,event,sex,received``.
    """
    mess = mess or Mess()
    source = np.random.default_rng(seed)
    rows = np.arange(simulated.report.size)
    again = source.choice(rows, int(mess.repeated * rows.size))
    rows = source.permutation(np.concatenate([rows, again]))
    lack = {
        part: source.random(rows.size) < getattr(mess, f"no_{part}")
        for part in ("report", "product", "event")
    }
    opened = gzip.open if path.name.endswith(".gz") else open
    with opened(path, "wt", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("report", "product", "event", "sex", "received"))
        for place, row in enumerate(rows.tolist()):
            report = int(simulated.report[row])
            product = simulated.product_names[simulated.product[row]]
            event = simulated.event_names[simulated.event[row]]
            values = (
                "" if lack["report"][place] else f"S{report:08d}",
                "" if lack["product"][place] else product,
                "" if lack["event"][place] else event,
                "female" if simulated.sex[report] else "male",
                str(simulated.day[report]),
            )
            writer.writerow(values)
    return int(rows.size)


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnTable:
    """A whole table drawn from the model: counts, expected counts and true rates, a cell each."""

    n: Ints
    expected: Floats
    rates: Floats


def draw_table(
    product_reports: Floats,
    event_reports: Floats,
    reports: float,
    theta: Theta,
    *,
    seed: int,
) -> DrawnTable:
    """Every cell of a table with these expected margins, counts Poisson(rate x expected)."""
    source = np.random.default_rng(seed)
    wanted = np.outer(product_reports, event_reports).ravel() / reports
    rates = draw_rates(wanted.shape, theta, source)
    return DrawnTable(n=source.poisson(rates * wanted), expected=wanted, rates=rates)
