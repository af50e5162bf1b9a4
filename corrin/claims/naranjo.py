"""The Naranjo score: points for ten answers, and the band in which their sum lies.

Source: Naranjo 1981 (``naranjo1981``); items, points and bands stand in ``causality.toml``.
"""

from __future__ import annotations

from collections.abc import Mapping

from corrin.claims.records_of_causality import Answer
from corrin.knowledge.records_of_causality import CausalityRules, NaranjoBand, NaranjoItem


def points(item: NaranjoItem, answer: Answer) -> int:
    """Return the points of one answer."""
    return {Answer.YES: item.yes, Answer.NO: item.no, Answer.UNKNOWN: item.unknown}[answer]


def score(answers: Mapping[str, Answer], rules: CausalityRules) -> int:
    """Return the sum over all items; an item without an answer is not known.

    Raises :class:`KeyError` for an answer to an item that is not there.
    """
    items = {item.id: item for item in rules.item}
    left = [item.unknown for id_, item in items.items() if id_ not in answers]
    return sum(points(items[id_], answer) for id_, answer in answers.items()) + sum(left)


def band(total: int, rules: CausalityRules) -> NaranjoBand:
    """Return the band of a total: the one with the highest lower limit that it reaches."""
    reached = [one for one in rules.band if one.at_least is None or total >= one.at_least]
    return max(reached, key=lambda one: (one.at_least is not None, one.at_least or 0))
