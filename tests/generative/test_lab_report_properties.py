"""What must hold for every report: values are read back, other tests never become ours."""

from __future__ import annotations

import datetime as dt
import tomllib

from hypothesis import given, settings
from hypothesis import strategies as st

from corrin.interfaces.lab_reports.as_person_lines import as_toml
from corrin.interfaces.lab_reports.reading import read_report
from corrin.interfaces.lab_reports.records import Sureness
from corrin.knowledge.lab_names import CERTAIN_FROM, named, words_of
from corrin.knowledge.loading import load
from corrin.person.reading import person_from_table
from corrin.picture.person_file import check, vocabulary

TODAY = dt.date(2026, 11, 22)
#: name, lab, unit, smallest and largest usual value
PLAIN = (
    ("Vitamin B12", "serum_b12", "pg/mL", 50, 9000),
    ("Holotranscobalamin", "active_b12", "pmol/L", 5, 300),
    ("Ferritin", "ferritin", "ug/L", 5, 900),
    ("Kreatinin", "creatinine", "µmol/l", 30, 900),
    ("Thrombozyten", "platelets", "/nl", 20, 900),
)
GAPS = ("  ", " ", "\t", " .... ", ": ")


@given(
    test=st.sampled_from(PLAIN),
    share=st.floats(0, 1),
    sign=st.sampled_from(["", "<", ">", "< ", "≥"]),
    around=st.tuples(
        st.sampled_from(GAPS), st.sampled_from(["", " H", " *"]), st.sampled_from(["", "()", "[]"])
    ),
)
def test_a_plain_line_is_read_exactly(
    test: tuple[str, str, str, int, int],
    share: float,
    sign: str,
    around: tuple[str, str, str],
) -> None:
    gap, mark, brackets = around
    name, lab, unit, low, high = test
    value = round(low + share * (high - low))
    span = f"{brackets[:1]}{low} - {high}{brackets[1:]}"
    reading = read_report(
        f"{name}{gap}{sign}{value} {unit}{mark} {span}".encode(), load(), today=TODAY
    )
    (found,) = reading.values
    assert (found.result.lab, found.result.unit) == (lab, unit)
    assert found.result.value == f"{sign.strip()}{value}"
    assert found.result.reference_interval is not None
    assert found.result.reference_interval.low == low
    assert found.result.reference_interval.high == high


@given(
    word=st.sampled_from(
        ["antibody", "Antikörper", "binding capacity", "urine", "ratio", "receptor", "CSF",
         "in red cells", "1", "receptor Ab", "induced", "Bindungskapazität", "x"]
    ),
    before=st.booleans(),
    test=st.sampled_from(PLAIN),
)  # fmt: skip
def test_a_longer_name_is_never_the_shorter_one(
    word: str, before: bool, test: tuple[str, str, str, int, int]
) -> None:
    name, _, unit, low, _ = test
    longer = f"{word} {name}" if before else f"{name} {word}"
    reading = read_report(f"{longer}  {low} {unit}".encode(), load(), today=TODAY)
    assert not [one for one in reading.values if one.sureness is Sureness.SURE]


@given(st.text(max_size=400))
@settings(max_examples=200)
def test_any_text_is_survived_and_nothing_unconfirmable_is_sure(text: str) -> None:
    reading = read_report(text.encode(errors="replace"), load(), today=TODAY)
    for one in reading.values:
        if one.sureness is Sureness.SURE:
            assert one.doubts == ()
            person, _ = person_from_table(
                tomllib.loads(as_toml(reading)), vocabulary(load()), lenient_labs=True
            )
            check(person, load())


@given(
    st.binary(max_size=300),
    st.sampled_from([b"", b"{", b"[", b"\xff\xfe", b"a;b\n", b"labs=", b"<"]),
)
@settings(max_examples=150)
def test_any_bytes_are_survived(data: bytes, head: bytes) -> None:
    read_report(head + data, load(), today=TODAY)


@given(
    st.recursive(
        st.text(max_size=8) | st.booleans() | st.integers() | st.floats(allow_nan=False),
        lambda inner: st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["resourceType", "entry", "resource", "code", "coding", "system", "valueQuantity",
                 "value", "unit", "status", "subject", "contained", "referenceRange", "low",
                 "interpretation", "effectiveDateTime", "labs", "lab"]
            ),
            inner | st.sampled_from(["Observation", "Bundle", "final", "http://loinc.org"]),
            max_size=6,
        ),
        max_leaves=20,
    )
)  # fmt: skip
@settings(max_examples=200)
def test_any_json_is_survived(value: object) -> None:
    import json

    read_report(json.dumps(value).encode(), load(), today=TODAY)
    read_report(json.dumps({"resourceType": "Bundle", "entry": value}).encode(), load())
    read_report(
        json.dumps([{"resourceType": "Observation", "status": "final", "code": value}]).encode(),
        load(),
    )


@given(st.data())
def test_a_likeness_never_changes_a_digit_or_the_number_of_words(data: st.DataObject) -> None:
    knowledge = load()
    lab = knowledge.labs[data.draw(st.sampled_from(sorted(knowledge.labs)))]
    name = data.draw(st.sampled_from([lab.name, *lab.aliases, *lab.printed_names]))
    at = data.draw(st.integers(0, max(0, len(name) - 1)))
    changed = name[:at] + data.draw(st.sampled_from("abx129 ")) + name[at + 1 :]
    found = named(changed, knowledge)
    if found is not None and found.known_as is not None:
        digits = [letter for letter in "".join(words_of(changed)) if letter.isdigit()]
        assert digits == [letter for letter in found.known_as if letter.isdigit()]
        assert len(found.known_as.split()) <= len(words_of(changed))
        assert CERTAIN_FROM >= 90


def test_no_printed_name_means_two_tests() -> None:
    knowledge = load()
    for lab in knowledge.labs.values():
        for name in (lab.name, *lab.aliases, *lab.printed_names):
            found = named(name, knowledge)
            assert found is not None, name
            assert found.lab == lab.id, name
