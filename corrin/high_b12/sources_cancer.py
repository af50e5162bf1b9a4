"""How much cancer goes with a level that stays high, as an absolute number.

Only for people who take no B12 and whose level has stayed high; never otherwise.  The
yearly number in people of the same age and sex (cancer registry) is multiplied by how
many times the usual number a cohort counted at this level.  The range spans what the
studies printed, since no study gives the risk of lasting elevation by age.
"""

from __future__ import annotations

import math

from corrin.high_b12.sources_evidence import Known
from corrin.high_b12.sources_records import (
    AbsoluteRisk,
    Lasting,
    Persistence,
    Supplements,
)
from corrin.high_b12.sources_words import cancer_words
from corrin.knowledge.loading import Knowledge
from corrin.knowledge.records_of_high_b12 import CancerRate, CancerRatio
from corrin.picture.records import Picture

#: Known illness that the cohorts left out: a figure for new cancer says nothing then.
_KNOWN = ("cancer_known", "blood_disorder_known")
_UNTREATED = (Supplements.NONE_TAKEN, Supplements.NO_HIGH_DOSE)
_THOUSAND = 1000  # not clinical: people a rate is said in when it is small
_PER = 100_000  # not clinical: people a registry counts in
_ASSUMED = (
    "One ratio is used for every age, though it is likely to be smaller in older people. "
    "The yearly numbers are from the United States, the ratio from Denmark."
)


def cancer_risk(
    picture: Picture,
    known: Known,
    persistence: Persistence,
    bands: tuple[str, ...],
    knowledge: Knowledge,
) -> AbsoluteRisk | str:
    """Return the absolute risk, or the code of the reason why none is given."""
    ratios = {each.id: each for each in knowledge.high_b12.cancer_ratio}
    at_level = [each for each in ratios.values() if set(bands) & set(each.bands)]
    covered = {band for each in at_level for band in each.bands}
    against = {
        "supplements-not-asked": known.supplements is Supplements.NOT_ASKED,
        "b12-taken": known.supplements not in _UNTREATED,
        "settled": persistence.lasting is Lasting.SETTLED,
        "repeat-first": persistence.lasting is not Lasting.PERSISTENT,
        "illness-already-known": any(map(picture.present, _KNOWN)),
        "no-figure-at-this-level": not set(bands) <= covered,
    }
    why_not = next((code for code, holds in against.items() if holds), None)
    return why_not or _risk(picture, at_level, ratios["persistent"], knowledge)


def _risk(
    picture: Picture, at_level: list[CancerRatio], lasting: CancerRatio, knowledge: Knowledge
) -> AbsoluteRisk:
    cohort = max(at_level, key=lambda each: each.mode)
    low = min(lasting.low, *(each.low for each in at_level))
    high = max(lasting.high, *(each.high for each in at_level))
    rate = yearly_rate(picture.person.age, picture.person.sex, knowledge)
    if rate is None:
        usual = (cohort.usual or 0.0) / 100
        mode = (cohort.seen or 0.0) / 100
        span = (mode * cohort.low / cohort.mode, mode, mode * cohort.high / cohort.mode)
    else:
        usual = share(rate)
        span = (share(low * rate), share(cohort.mode * rate), share(high * rate))
    per = 100 if usual * 100 >= 1 else _THOUSAND
    person, clinician = cancer_words(
        per=per, span=span, usual=usual, cohort=cohort, lasting=lasting, personal=rate is not None
    )
    references = (cohort.reference, *cohort.references, lasting.reference)
    return AbsoluteRisk(
        per=per,
        horizon="1 year",
        low=per * span[0],
        mode=per * span[1],
        high=per * span[2],
        comparison=per * usual,
        personal=rate is not None,
        person=person,
        clinician=clinician,
        references=references if rate is None else (*references, _rates(knowledge)[0].reference),
        assumed=_ASSUMED,
    )


def share(rate: float) -> float:
    """Return the share of people in whom something that happens at ``rate`` a year happens."""
    return -math.expm1(-rate)


def yearly_rate(age: float | None, sex: str | None, knowledge: Knowledge) -> float | None:
    """Return new cancers a year in one person of this age and sex; None without an age.

    Without a sex the mean of both.  Below the first row of the registry: None.
    """
    rows = [row for row in _rates(knowledge) if age is not None and row.age_from <= age]
    if not rows:
        return None
    row = rows[-1]
    by_sex = {"female": row.female, "male": row.male}
    rate = by_sex.get(sex or "", (row.female + row.male) / 2)
    return rate / _PER


def _rates(knowledge: Knowledge) -> tuple[CancerRate, ...]:
    return tuple(sorted(knowledge.high_b12.cancer_rate, key=lambda row: row.age_from))
