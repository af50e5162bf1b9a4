"""The cards shown inside a hospital's software: when one is shown, its words and its options."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

import msgspec

from corrin.knowledge.records import Quantity, Record


class Indicator(StrEnum):
    """How important a card is, in the words of CDS Hooks."""

    INFO = "info"
    WARNING = "warning"
    CRITICAL = "critical"


class OrderCard(Record, frozen=True, kw_only=True):
    """What is worth knowing before a test is ordered: an option, never an order.

    ``orders`` are the labs whose order brings the card, ``when`` is a condition that must
    hold; with ``injected_within`` B12 was also injected as recently as that (either of the
    two is enough).  ``instead`` are the labs worth ordering in place of it.  ``{name}`` in
    ``detail`` stands for the figure of that name.  ``summary`` is below 140 characters.
    """

    id: str
    order: int
    name: str
    orders: tuple[str, ...]
    indicator: Indicator
    summary: str
    detail: str
    review_by: dt.date
    when: str | None = None
    injected_within: Quantity | None = None
    figures: dict[str, Quantity] = msgspec.field(default_factory=dict)
    instead: tuple[str, ...] = ()
    may_remove: bool = True
    reference: str | None = None
    references: tuple[str, ...] = ()
    assumed: str | None = None


class ReviewCard(Record, frozen=True, kw_only=True):
    """The words of the card shown when a record is opened, by what there is to say.

    ``order`` decides which is said first; ``when`` is a condition.  ``summary`` leaves
    room for a value after it.
    """

    id: str
    order: int
    name: str
    when: str
    indicator: Indicator
    summary: str
    review_by: dt.date
    reference: str | None = None
    references: tuple[str, ...] = ()
    assumed: str | None = None
