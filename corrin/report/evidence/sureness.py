"""The page that says how sure we are: the numbers by how far their sources were read."""

from __future__ import annotations

import functools
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping

from corrin.claims.appraising import appraise_all
from corrin.knowledge.checking_sources import status_of
from corrin.knowledge.facts import Knowledge
from corrin.knowledge.records import Read
from corrin.knowledge.records_of_claims import Certainty, Verdict
from corrin.knowledge.walking import parts
from corrin.report.evidence.claim_pages import certainty_link, verdict_link
from corrin.report.evidence.drawing import bar, stacked
from corrin.report.evidence.furniture import (
    NO_SOURCE,
    SINGLE,
    STATUS_MEANS,
    SURE_LEAD,
    SURE_TITLE,
    THE_RECORD,
    TITLES,
)
from corrin.report.evidence.markdown import link, plain_key, sections, sentence_case, table
from corrin.report.evidence.places import Place
from corrin.report.evidence.sections import version

_FOLDER = "bars"


def sureness_page(knowledge: Knowledge) -> str:
    """Return the page, with a bar beside each count."""
    place = Place(knowledge, up="")
    return sections(
        (
            f"# {SURE_TITLE}",
            SURE_LEAD,
            "## All numbers",
            _overall(knowledge, place),
            "## By kind of record",
            _by_kind(knowledge, place),
            "## Sources",
            _references(knowledge, place),
            *_claims(knowledge, place),
            *_not_read(knowledge, place),
            version(knowledge),
        )
    )


def sureness_bars(knowledge: Knowledge) -> Iterator[tuple[str, str]]:
    """Yield the pictures of the page: their path and their SVG."""
    numbers = by_status(knowledge)
    total = sum(sum(counts.values()) for counts in numbers.values())
    for position, status in enumerate(STATUS_MEANS):
        count = sum(counts[status] for counts in numbers.values())
        yield f"{_FOLDER}/{_slug(status)}.svg", bar(count, total, shade=position)
    for kind, counts in numbers.items():
        yield f"{_FOLDER}/of_{kind}.svg", stacked([counts[status] for status in STATUS_MEANS])


@functools.lru_cache(maxsize=2)
def by_status(knowledge: Knowledge) -> Mapping[str, Counter[str]]:
    """Count the numbers of each kind of record by how far their source was read."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for part in parts(knowledge):
        if part.numbers:
            counts[part.record.partition("/")[0]][status_of(part, knowledge)] += 1
    order = [*TITLES, "model", *(path.removesuffix(".md") for path in SINGLE)]
    return {kind: counts[kind] for kind in dict.fromkeys(order) if kind in counts}


def _overall(knowledge: Knowledge, place: Place) -> str:
    numbers = by_status(knowledge)
    total = sum(sum(counts.values()) for counts in numbers.values())
    rows = []
    for status in _statuses(knowledge):
        count = sum(counts[status] for counts in numbers.values())
        rows.append((_status(status, place), count, _share(count, total), _picture(_slug(status))))
    return table(("how well founded", "numbers", "share", "drawn"), rows)


def _by_kind(knowledge: Knowledge, place: Place) -> str:
    statuses = _statuses(knowledge)
    rows = (
        (
            f"{_kind(kind, place)} {_picture(f'of_{kind}')}",
            *(counts[status] for status in statuses),
            sum(counts.values()),
        )
        for kind, counts in by_status(knowledge).items()
    )
    return table(("kind of record", *statuses, "in all"), rows)


def _references(knowledge: Knowledge, place: Place) -> str:
    total = len(knowledge.references)
    counts = Counter(one.read for one in knowledge.references.values())
    rows = (
        (_status(read.value, place), counts[read], _share(counts[read], total)) for read in Read
    )
    return table(("how far read", "sources", "share"), rows)


def _claims(knowledge: Knowledge, place: Place) -> Iterator[str]:
    appraisals = appraise_all(knowledge)
    if not appraisals:
        return
    counts = Counter((one.claim.verdict, one.grade.certainty) for one in appraisals)
    yield f"## {TITLES['claims']}"
    yield table(
        (
            "verdict, by certainty",
            *(certainty_link(certainty, place, short=True) for certainty in Certainty),
        ),
        (
            (
                verdict_link(verdict, place),
                *(counts[verdict, certainty] or "" for certainty in Certainty),
            )
            for verdict in Verdict
        ),
    )


def _not_read(knowledge: Knowledge, place: Place) -> Iterator[str]:
    found = [
        part
        for part in parts(knowledge)
        if part.numbers and status_of(part, knowledge) == Read.NOT_READ.value
    ]
    if found:
        yield "## Numbers whose source was not read"
        yield table(
            ("where", "what", "source"),
            (
                (
                    place.to_user(part.record),
                    plain_key(part.key) or THE_RECORD,
                    "; ".join(place.to("references", id_) for id_ in part.sources),
                )
                for part in found
            ),
        )


def _statuses(knowledge: Knowledge) -> tuple[str, ...]:
    """Return the statuses that are shown: a number without any source is a fault, so rarely."""
    numbers = by_status(knowledge)
    faulty = any(counts[NO_SOURCE] for counts in numbers.values())
    return tuple(status for status in STATUS_MEANS if faulty or status != NO_SOURCE)


def _status(status: str, place: Place) -> str:
    return link(sentence_case(status), place.path(f"words.md#{_slug(status)}"))


def _kind(kind: str, place: Place) -> str:
    single = SINGLE.get(f"{kind}.md")
    return link(single, place.path(f"{kind}.md")) if single else place.to_kind(kind)


def _picture(name: str) -> str:
    return f"![]({_FOLDER}/{name}.svg)"


def _share(count: int, total: int) -> str:
    return f"{100 * count / total:.0f}%" if total else ""


def _slug(status: str) -> str:
    return status.replace(" ", "-")
