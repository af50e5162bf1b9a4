"""The report of a run as one page, and the list of people to look at."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from corrin._version import __version__
from corrin.interfaces.population_pages.pictures import (
    band_words,
    marks,
    panels,
    ribbons,
    sex_words,
)
from corrin.interfaces.population_pages.small_cells import alone, shown, words
from corrin.knowledge.loading import Knowledge
from corrin.knowledge.records import Tier
from corrin.labs.units import out_of_canonical
from corrin.population.parts import whole
from corrin.population.reconciling import QUESTIONS
from corrin.population.runs import Folder
from corrin.population.summing import Asked, Sums, sums_of, write_work_list
from corrin.report.html import render
from corrin.report.words import HOW_SOON_CLINICIAN

#: Tiers whose people are listed whatever else holds.
LISTED = (Tier.EMERGENCY, Tier.SAME_DAY, Tier.TWO_WEEKS)
_MOST = 15  # not clinical: lines of a list
QUESTION_HEADS = {
    "high_without_reason": "High, no known reason",
    "persistently_high": "High for long",
    "low_untreated": "Low, no treatment on record",
    "twitches_reversible": "Twitching, cause can be put right",
}


def write_pages(
    folder: Folder,
    counted: Mapping[str, Any],
    knowledge: Knowledge,
    *,
    memory_limit: str,
    threads: int,
    smallest_cell: int | None = None,
) -> None:
    """Write ``report.html`` and ``work_list.csv`` into the folder of a run.

    The report shows counts of people only, none smaller than ``smallest_cell`` (default:
    the knowledge's); the work list names people and is for those who treat them.
    """
    sums = sums_of(folder, memory_limit=memory_limit, threads=threads)
    smallest = smallest_cell or int(knowledge.population.setting["smallest_cell"].value)
    page = population_page(counted, sums, knowledge, smallest=smallest)
    with whole(folder.out / "report.html") as unfinished:
        unfinished.write_text(page, encoding="utf-8")
    with whole(folder.out / "work_list.csv") as unfinished:
        write_work_list(
            folder,
            unfinished,
            names={rule.id: rule.name for rule in knowledge.red_flags.values()},
            tiers=tuple(tier.value for tier in LISTED),
            memory_limit=memory_limit,
            threads=threads,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table of counts: heads, and rows of a name with its cells."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]


def population_page(
    counted: Mapping[str, Any], sums: Sums, knowledge: Knowledge, *, smallest: int
) -> str:
    """Return the report as a page that is complete in itself."""
    disclaimer = knowledge.wording["disclaimer"].clinician

    def count(number: int) -> str:
        return alone(number, smallest=smallest)

    return render(
        "population.html",
        clinician=True,
        sources=(),
        about={
            "software_version": __version__,
            "knowledge_version": knowledge.version,
            "disclaimer": disclaimer,
        },
        as_of=counted["table"]["as_of"],
        engine=counted["run"]["engine"],
        smallest=smallest,
        lead=[(head, count(counted["questions"][name])) for name, head in QUESTION_HEADS.items()],
        whole={
            "read": count(counted["read"]),
            **dict(_summed([(name, counted[name]) for name in _WHOLE], smallest)),
        },
        balances=counted["balances"],
        reasons=_summed(counted["reasons"].items(), smallest),
        ribbons=ribbons(sums.flows, rejected=counted["rejected"], smallest=smallest),
        panels=panels(sums.levels, smallest=smallest),
        marks=marks(),
        pg_ml=f"{out_of_canonical(1.0, 'pg/mL', knowledge.labs['serum_b12'], knowledge):.3f}",
        asked=_asked(sums.asked, smallest),
        tiers=_summed(_tiers(counted["counts"]["tier"]), smallest),
        rules=_named(sums.rules, lambda id_: knowledge.red_flags[id_].name, count),
        sources_of_high=_named(
            sums.sources, lambda id_: knowledge.sources_of_high_b12[id_].professional_name, count
        ),
        causes=_named(sums.causes, lambda id_: knowledge.causes[id_].professional_name, count),
        records=_records(counted["records"], count),
        problems=[(code, count(number)) for code, number in sums.problems[:_MOST]],
        repairs=[
            (
                knowledge.labs[one["lab"]].name,
                one["site"] or "not named",
                one["from"] or "none",
                one["to"],
                count(one["results"]),
                f"{one['lowest_certainty']:.3f}",
            )
            for one in counted["table"]["repairs"]
        ],
    )


_WHOLE = ("assessed", "not_classed", "rejected")


def _tiers(tiers: Mapping[str, int]) -> list[tuple[str, int]]:
    return [(HOW_SOON_CLINICIAN[tier], tiers[tier]) for tier in Tier if tier in tiers]


def _summed(rows: Iterable[tuple[str, int]], smallest: int) -> list[tuple[str, str]]:
    """Return counts whose sum is known."""
    given = list(rows)
    counts = shown([number for _, number in given], smallest=smallest)
    return [(name, words(count)) for (name, _), count in zip(given, counts, strict=True)]


def _named(
    rows: Sequence[tuple[str, int]], name: Callable[[str], str], count: Callable[[int], str]
) -> list[tuple[str, str]]:
    return [(name(id_), count(people)) for id_, people in rows[:_MOST]]


def _asked(rows: Sequence[Asked], smallest: int) -> Table:
    """Return the questions by age and sex; a small count is left out with another beside it."""
    columns = [shown([row.people for row in rows], smallest=smallest)]
    columns += [shown([row.yes[name] for row in rows], smallest=smallest) for name in QUESTIONS]
    lines = zip(*columns, strict=True)
    return Table(
        heads=("People", *(QUESTION_HEADS[name] for name in QUESTIONS)),
        rows=tuple(
            (
                f"{sex_words(row.sex)}, {band_words(row.band)}",
                tuple(words(cell) for cell in line),
            )
            for row, line in zip(rows, lines, strict=True)
        ),
    )


def _records(tally: Mapping[str, Any], count: Callable[[int], str]) -> list[tuple[str, str, str]]:
    rows = [("Records read", "", f"{tally['read']:,}"), ("Used", "", f"{tally['used']:,}")]
    for what, head in (("ignored", "Not for Corrin"), ("rejected", "Rejected")):
        reasons = sorted(tally[what].items(), key=lambda one: (-one[1], one[0]))
        rows += [(head, code, count(number)) for code, number in reasons]
    return rows
