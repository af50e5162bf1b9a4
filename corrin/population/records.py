"""The tables of a population, column by column: what goes in and what comes out.

Every run reads one canonical table, a row a person, and writes one table of answers, a
row a person, both as Parquet.  Columns are added at the end of a group, never renamed.
"""

from __future__ import annotations

from enum import StrEnum

import pyarrow as pa

#: One result.  ``value`` and both references are in ``unit``, the lab's canonical unit;
#: ``unit`` is null when the unit is not known, and then the numbers are as printed.
#: A line with neither value nor word was there and could not be read.
LAB = pa.struct(
    [
        pa.field("lab", pa.string(), nullable=False),
        pa.field("value", pa.float64()),
        pa.field("comparator", pa.string()),
        pa.field("unit", pa.string()),
        pa.field("word", pa.string()),
        pa.field("reference_low", pa.float64()),
        pa.field("reference_high", pa.float64()),
        pa.field("taken", pa.date32()),
        pa.field("assay", pa.string()),
    ]
)
#: One B12 (or B-complex) product, in the words of ``corrin.person.records.Intake``.
PRODUCT = pa.struct(
    [
        *(pa.field(name, pa.string()) for name in ("substance", "route", "dose", "every")),
        *(pa.field(name, pa.date32()) for name in ("since", "until", "last_dose")),
        *(pa.field(name, pa.string()) for name in ("duration", "product")),
    ]
)
#: One medicine, by name.
DRUG = pa.struct(
    [
        pa.field("name", pa.string(), nullable=False),
        pa.field("since", pa.date32()),
        pa.field("until", pa.date32()),
    ]
)
#: Something that was given and not used as it stood: where, and a code for why.
PROBLEM = pa.struct([pa.field("where", pa.string()), pa.field("code", pa.string())])

#: One person.  ``age`` in years on ``as_of``; ``present`` and ``absent`` hold ids of
#: findings that were recorded (what is in neither was not asked), sorted, none in both;
#: ``labs`` by lab, latest first, undated last; ``intake`` and ``drugs`` are null when not
#: asked and empty when none is taken.
CANONICAL = pa.schema(
    [
        pa.field("person_id", pa.string(), nullable=False),
        pa.field("as_of", pa.date32(), nullable=False),
        pa.field("age", pa.float64()),
        pa.field("sex", pa.string()),
        pa.field("setting", pa.string()),
        pa.field("country", pa.string()),
        pa.field("twitching", pa.bool_()),
        pa.field("present", pa.list_(pa.string()), nullable=False),
        pa.field("absent", pa.list_(pa.string()), nullable=False),
        pa.field("labs", pa.list_(LAB), nullable=False),
        pa.field("intake", pa.list_(PRODUCT)),
        pa.field("drugs", pa.list_(DRUG)),
        pa.field("problems", pa.list_(PROBLEM), nullable=False),
    ]
)

#: One entry of a ranked list: an id and its probability.
RANKED = pa.struct(
    [
        pa.field("id", pa.string(), nullable=False),
        pa.field("probability", pa.float64(), nullable=False),
    ]
)

#: What is answered for one person.  A question that was refused has null and its code in
#: ``refusals`` (``"high_b12:not-high"``).  ``sources`` and ``causes`` hold the five most
#: probable, likeliest first.  ``rules`` are the red flags that hold, most urgent first.
#: ``b12_not_classed`` is why there is no class (:class:`WhyNotClassed`), null where there is.
ANSWERS = pa.schema(
    [
        pa.field("person_id", pa.string(), nullable=False),
        pa.field("as_of", pa.date32(), nullable=False),
        pa.field("age", pa.float64()),
        pa.field("sex", pa.string()),
        pa.field("setting", pa.string()),
        pa.field("b12_class", pa.string()),
        pa.field("b12_pmol_l", pa.float64()),
        pa.field("b12_comparator", pa.string()),
        pa.field("b12_taken", pa.date32()),
        pa.field("b12_trust", pa.string()),
        pa.field("functional_deficiency", pa.bool_()),
        pa.field("supplements", pa.string()),
        pa.field("b12_treated", pa.bool_()),
        pa.field("lasting", pa.string()),
        pa.field("sources", pa.list_(RANKED)),
        pa.field("source_not_classed", pa.float64()),
        pa.field("twitching", pa.bool_()),
        pa.field("causes", pa.list_(RANKED)),
        pa.field("findings_counted", pa.int16()),
        pa.field("findings_left_out", pa.int16()),
        pa.field("tier", pa.string(), nullable=False),
        pa.field("rules", pa.list_(pa.string()), nullable=False),
        pa.field("high_without_reason", pa.bool_()),
        pa.field("persistently_high", pa.bool_()),
        pa.field("low_untreated", pa.bool_()),
        pa.field("twitches_reversible", pa.bool_()),
        pa.field("refusals", pa.list_(pa.string()), nullable=False),
        pa.field("problems", pa.list_(PROBLEM), nullable=False),
        pa.field("b12_not_classed", pa.string()),
    ]
)


class WhyNotClassed(StrEnum):
    """Why a person's B12 has no class; the first that fits."""

    CHILD = "children"
    NOT_MEASURED = "not-measured"
    UNIT_NOT_KNOWN = "unit-not-known"
    NOT_READABLE = "result-not-readable"
    WORD_ONLY = "word-without-position"
    PREGNANCY = "pregnancy"
    OPEN_RANGE = "range-spans-classes"
