"""A row of the canonical table answered person by person: what the kernel has to equal.

Every answer comes from the pieces that ``corrin.assess`` asks; nothing of the kernel is
used here.
"""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from corrin.b12_status.classing import ACTIVE, class_b12
from corrin.b12_status.records import B12Class, B12Status
from corrin.errors import Refusal
from corrin.high_b12.answering import WhyHigh, why_high
from corrin.high_b12.sources_evidence import HIGH_DOSE, TREATED, supplements_known
from corrin.high_b12.sources_lasting import TOTAL, persistence
from corrin.high_b12.sources_records import Lasting, Supplements
from corrin.knowledge.loading import Knowledge
from corrin.knowledge.records import Setting
from corrin.picture.building import clinical_picture
from corrin.picture.from_intake import b12_products
from corrin.picture.records import Picture
from corrin.population.rows import person_of_row
from corrin.triage.lookup import PictureLookup
from corrin.triage.urgency import urgency
from corrin.twitching.evidence import count_evidence
from corrin.twitching.explaining import explain
from corrin.twitching.network import compile_network
from corrin.twitching.records import Twitching

Row = dict[str, Any]
#: How many of a ranked list are kept.
_SHOWN = 5
#: Columns that are handed on as they came.
_GIVEN = ("person_id", "as_of", "age", "sex", "setting", "problems")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A row of the table, and its picture and B12 status by the path of one person."""

    row: Mapping[str, Any]
    picture: Picture
    status: B12Status | Refusal

    @property
    def known(self) -> B12Status | None:
        """The status, None when it was refused."""
        return self.status if isinstance(self.status, B12Status) else None


def see(row: Mapping[str, Any], knowledge: Knowledge) -> Seen:
    """Return a row with its clinical picture and B12 status."""
    picture = clinical_picture(person_of_row(row), knowledge)
    return Seen(row=row, picture=picture, status=class_b12(picture, knowledge))


def plain_answers(seen: Seen, knowledge: Knowledge) -> Row:
    """Return the columns of ``ANSWERS`` that need neither sources nor causes."""
    known, picture = seen.known, seen.picture
    how_soon = urgency(picture, known, knowledge)
    latest = picture.latest(TOTAL)
    return {
        **{name: seen.row[name] for name in _GIVEN},
        "b12_class": known and known.b12_class.value,
        "b12_pmol_l": known and known.value_pmol_l,
        "b12_comparator": known and known.comparator,
        "b12_taken": latest.taken if known and latest else None,
        "b12_trust": known and known.trust.value,
        "functional_deficiency": known and known.functional_deficiency,
        "twitching": PictureLookup(picture, known, knowledge)("twitching"),
        "tier": how_soon.tier.value,
        "rules": [flag.rule for flag in how_soon.because],
        "b12_not_classed": _why_not_classed(seen),
    }


def _why_not_classed(seen: Seen) -> str | None:
    status, picture = seen.status, seen.picture
    if isinstance(status, Refusal):
        return status.code
    if status.b12_class is not B12Class.NOT_CLASSED:
        return None
    if any(reason.code == "pregnancy-limits" for reason in status.reasons):
        return "pregnancy"
    total, active = picture.latest(TOTAL), picture.latest(ACTIVE)
    used = active if active is not None and picture.present("pregnant") else total or active
    if used is not None:
        return "word-without-position" if used.low is None else "range-spans-classes"
    lines = [line for lab in (TOTAL, ACTIVE) for line in seen.row["labs"] if line["lab"] == lab]
    if not lines:
        return "not-measured"
    of_lab = [line for line in lines if line["lab"] == lines[0]["lab"]]
    latest = max(of_lab, key=lambda line: line["taken"] or dt.date.min)
    bare = latest["value"] is not None and latest["unit"] is None
    return "unit-not-known" if bare else "result-not-readable"


def answers_of(row: Mapping[str, Any], knowledge: Knowledge) -> Row:
    """Return a row of ``ANSWERS`` for a row of ``CANONICAL``."""
    seen = see(row, knowledge)
    picture, status, known = seen.picture, seen.status, seen.known
    setting = Setting(row["setting"] or Setting.PRIMARY_CARE)
    high = why_high(picture, known, knowledge, today=row["as_of"], draws=0, setting=setting,
                    curves=False)  # fmt: skip
    weighed = explain(picture, knowledge, setting=setting, draws=0, questions=False)
    treated = _treated(picture)
    refusals = [f"{each.question}:{each.code}" for each in (status, high, weighed)
                if isinstance(each, Refusal)]  # fmt: skip
    results = picture.measurements.get(TOTAL, ())
    lasting = persistence(results, knowledge).lasting if results else None
    return {
        **plain_answers(seen, knowledge),
        **_sources(high, picture, knowledge),
        "b12_treated": treated,
        "lasting": lasting and lasting.value,
        **_causes(weighed, picture, setting, knowledge),
        "high_without_reason": _without_reason(high, known, knowledge),
        "persistently_high": None if lasting is None else lasting is Lasting.PERSISTENT,
        "low_untreated": _low_untreated(known, treated=treated),
        "twitches_reversible": _reversible(weighed, knowledge),
        "refusals": refusals,
    }


def _treated(picture: Picture) -> bool:
    person = picture.person
    products = b12_products(person.intake, person.drugs)
    return bool(products) or any(map(picture.present, (*TREATED, HIGH_DOSE)))


def _ranked(entries: Iterable[Any]) -> list[Row]:
    shown = [{"id": each.id, "probability": each.probability} for each in entries]
    return shown[:_SHOWN]


def _sources(high: WhyHigh | Refusal, picture: Picture, knowledge: Knowledge) -> Row:
    if isinstance(high, Refusal):
        said = supplements_known(picture, regimen=False)
        return {"supplements": said.value, "sources": None, "source_not_classed": None}
    sources = high.sources.sources
    return {
        "supplements": high.sources.supplements.value,
        "sources": _ranked(sources),
        "source_not_classed": next(
            each.probability for each in sources if each.id == "not_classed"
        ),
    }


def _causes(
    weighed: Twitching | Refusal, picture: Picture, setting: Setting, knowledge: Knowledge
) -> Row:
    names = ("causes", "findings_counted", "findings_left_out")
    if isinstance(weighed, Refusal):
        return dict.fromkeys(names)
    counted = count_evidence(picture, _network(knowledge, setting), knowledge)
    findings = len(counted.present) + len(counted.absent)
    return dict(zip(names, (_ranked(weighed.causes), findings, len(counted.left_out)), strict=True))


@functools.cache
def _network(knowledge: Knowledge, setting: Setting) -> Any:
    return compile_network(knowledge, setting)


def _without_reason(
    high: WhyHigh | Refusal, status: B12Status | None, knowledge: Knowledge
) -> bool | None:
    if isinstance(high, Refusal):
        return None
    if status is None or status.b12_class is not B12Class.HIGH:
        return False
    least = knowledge.high_b12.setting["explained_from"].value
    sources = high.sources.sources
    if any(each.probability >= least for each in sources if each.id != "not_classed"):
        return False
    records = knowledge.sources_of_high_b12
    by_intake = sum(each.probability for each in sources if records[each.id].by_intake)
    taken = {Supplements.TAKEN_LOW, Supplements.TAKEN, Supplements.REGIMEN_KNOWN}
    return not (high.sources.supplements in taken and by_intake >= least)


def _low_untreated(status: B12Status | None, *, treated: bool) -> bool | None:
    if status is None:
        return None
    low = status.b12_class is B12Class.DEFICIENT or status.functional_deficiency is True
    if not low and status.b12_class is B12Class.NOT_CLASSED:
        return None
    return low and not treated


def _reversible(weighed: Twitching | Refusal, knowledge: Knowledge) -> bool | None:
    if isinstance(weighed, Refusal):
        return None
    rules = knowledge.population
    raised, least = (rules.setting[name].value for name in ("reversible_raised", "reversible_from"))
    together = 0.0
    for cause in weighed.causes:
        odds, before = (each / (1 - each) for each in (cause.probability, cause.prior))
        if cause.id in rules.reversible.causes and odds >= raised * before:
            together += cause.probability
    return together >= least
