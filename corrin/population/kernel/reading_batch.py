"""A batch of the canonical table as :class:`People`: everything that follows from it."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from corrin.knowledge.loading import Knowledge
from corrin.knowledge.records import Setting
from corrin.population.kernel.columns import coded, days, numbers
from corrin.population.kernel.findings import find
from corrin.population.kernel.lab_results import About, read_results
from corrin.population.kernel.medicines import medicines, supplements
from corrin.population.kernel.people import NO_DAY, NOT_KNOWN, People, States

SEXES = ("female", "male")
SETTINGS = tuple(each.value for each in Setting)


def read_batch(batch: pa.RecordBatch, knowledge: Knowledge) -> People:
    """Return the people of a batch with the schema ``CANONICAL``."""
    count = len(batch)
    about = About(
        sex=_numbered(batch.column("sex"), SEXES),
        age=numbers(batch.column("age")),
        as_of=days(batch.column("as_of")),
    )
    labs = read_results(batch, about, knowledge)
    intake = supplements(batch, about.as_of, knowledge)
    drugs = medicines(batch, about.as_of, knowledge)
    states = find(
        batch, about=about, results=labs.results, intake=intake, drugs=drugs, knowledge=knowledge
    )
    b12_in_drugs = np.bincount(drugs.taken.person[drugs.taken.b12], minlength=count) > 0
    b12_in_intake = np.bincount(intake.person[intake.b12], minlength=count) > 0
    shots = intake.b12 & intake.by_needle & (intake.last_dose != NO_DAY)
    twitching = pc.fill_null(batch.column("twitching").cast(pa.int8()), NOT_KNOWN)
    return People(
        batch=batch,
        findings=states,
        finding_column={finding: place for place, finding in enumerate(knowledge.findings)},
        results=labs.results,
        as_printed=labs.as_printed,
        age=about.age,
        sex=about.sex,
        setting=_numbered(batch.column("setting"), SETTINGS),
        as_of=about.as_of,
        twitching=np.asarray(twitching.to_numpy(zero_copy_only=False)),
        not_used=labs.faulty,
        intake_known=intake.known,
        intake_none=intake.none,
        b12_product=b12_in_drugs | b12_in_intake,
        drugs_b12=b12_in_drugs,
        shot_person=intake.person[shots],
        shot_day=intake.last_dose[shots],
        b12_line=labs.b12_line,
    )


def _numbered(texts: pa.Array, words: tuple[str, ...]) -> States:
    """Return the place of each text among ``words``, -1 for any other."""
    codes, found = coded(texts)
    places = [words.index(text) if text in words else NOT_KNOWN for text in found]
    return np.array([*places, NOT_KNOWN], dtype=np.int8)[codes]
