"""The words of one entry of a person's file, put together so that they read as a label."""

from __future__ import annotations

import re
from dataclasses import replace

from corrin.errors import Problem
from corrin.high_b12.asking import ask
from corrin.high_b12.label_text import LabelText, read_label
from corrin.high_b12.label_words import any_of, even_out
from corrin.high_b12.timing_words import read_timing
from corrin.knowledge.loading import Knowledge
from corrin.person.records import Intake


def words_of(entry: Intake, knowledge: Knowledge, *, where: str) -> LabelText:
    """Read one entry.  A product's name may hold words of its own when the rest says enough."""
    every = _every(entry.every)
    said = [entry.substance, entry.dose, entry.route, every]
    text = " ".join(part for part in said if part)
    problems = _route_known(entry.route, knowledge, where)
    if entry.product is None:
        label = read_label(text, knowledge, where=where)
    else:
        whole = read_label(f"{entry.product} {text}", knowledge, where=where)
        enough = entry.dose is not None
        label = read_label(text, knowledge, where=where) if enough and whole.problems else whole
    return replace(label, problems=tuple(dict.fromkeys((*problems, *label.problems))))


def _every(text: str | None) -> str | None:
    """Return how often in words that a label would use ("1 day" is "every 1 day")."""
    if text is None or read_timing(even_out(text))[0].every:
        return text
    with_every = f"every {text}"
    return with_every if read_timing(even_out(with_every))[0].every else text


def _route_known(route: str | None, knowledge: Knowledge, where: str) -> list[Problem]:
    if route is None:
        return []
    known = [
        word for one in knowledge.pharmacokinetics.route for word in (*one.spellings, *one.forms)
    ]
    return [] if re.search(any_of(known), even_out(route)) else [ask("unknown-route", where)]
