"""A person written as TOML and read back is the same person."""

from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from corrin.interview.person_table import person_json
from corrin.interview.person_toml import person_toml
from corrin.knowledge.loading import load
from corrin.person.reading import parse, person_from_table
from corrin.person.records import Drug, Intake, LabResult, Person, PrintedInterval
from corrin.picture.person_file import vocabulary

KNOWN = load()
TODAY = dt.date(2026, 11, 22)
TEXT = st.text(
    st.characters(exclude_categories=("Cs",), exclude_characters="\x00"), min_size=1, max_size=40
).filter(lambda text: text == text.strip())
DAYS = st.none() | st.dates(dt.date(1950, 1, 1), TODAY)
NUMBERS = st.floats(0.001, 1e6)
LABS = st.builds(
    LabResult,
    lab=st.sampled_from(sorted(KNOWN.labs)),
    value=NUMBERS | TEXT,
    unit=st.none() | TEXT,
    taken=DAYS,
    reference_interval=st.none() | st.builds(PrintedInterval, low=NUMBERS, high=st.none()),
    interpretation=st.none(),
    assay=st.none() | TEXT,
)
PEOPLE = st.builds(
    Person,
    age=st.none() | st.floats(0, 110),
    sex=st.sampled_from([None, "female"]),
    country=st.sampled_from([None, "GB"]),
    twitching=st.none() | st.booleans(),
    findings=st.dictionaries(st.sampled_from(sorted(KNOWN.findings)), st.booleans(), max_size=5),
    labs=st.lists(LABS, max_size=3, unique_by=lambda one: (one.lab, one.taken)).map(tuple),
    intake=st.none()
    | st.lists(
        st.builds(Intake, product=TEXT, dose=st.none() | TEXT, duration=st.none() | TEXT),
        max_size=2,
    ).map(tuple),
    drugs=st.none() | st.lists(st.builds(Drug, name=TEXT), max_size=2).map(tuple),
)


@given(PEOPLE)
def test_written_and_read_back(person: Person) -> None:
    for text in (person_toml(person), person_json(person)):
        read, _ = person_from_table(parse(text.encode()), vocabulary(KNOWN), today=TODAY)
        assert read == person
