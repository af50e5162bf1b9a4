"""Each fault that records can have is found, in the right record, and nothing else is."""

from __future__ import annotations

import datetime as dt
import inspect
from types import UnionType
from typing import Union, get_args, get_origin, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corrin.knowledge import parsing, records, records_of_intake
from corrin.knowledge.checking_codes import loinc_digit_holds
from corrin.knowledge.checks import Level, check, reading_status
from corrin.knowledge.loading import load
from corrin.knowledge.records import Record
from corrin.knowledge.walking import NOT_FACTS
from tests.knowledge.faults import (
    CODES,
    COFFEE,
    CUTS,
    ERRORS,
    FLAG,
    QUIET,
    SALT,
    SALT_LOW,
    SODIUM,
    SOURCE,
)
from tests.knowledge.tiny import copy_of_tiny, edit

TODAY = dt.date(2026, 11, 22)


@pytest.fixture
def folder(tmp_path):
    return copy_of_tiny(tmp_path)


def errors(folder, **options):
    issues = check(load(folder), today=TODAY, **options)
    return [issue for issue in issues if issue.level is Level.ERROR]


def test_sound_records_pass(folder):
    assert check(load(folder), today=TODAY) == ()


@pytest.mark.parametrize("fault", ERRORS, ids=[row[0] for row in ERRORS])
def test_a_fault_is_found_where_it_is(folder, fault):
    _, path, old, new, record, words = fault
    edit(folder, path, old, new)
    found = errors(folder)
    assert any(issue.record.startswith(record) and words in issue.message for issue in found), found
    assert all(issue.do for issue in found)
    # One fault is not told of in a record that has nothing to do with it.
    if not path.startswith(("units", "references")):
        kind = record.partition("/")[0]
        assert {issue.record.partition("/")[0] for issue in found} <= {kind, "references"}


def test_a_near_word_is_offered(folder):
    edit(folder, SALT, 'finding = "salt_low"', 'finding = "sal_low"')
    assert any("'salt_low'" in issue.do for issue in errors(folder))


def test_a_reference_that_no_record_uses(folder):
    text = (folder / SOURCE).read_text().replace("made_up", "lonely").replace("made-up", "lonely")
    (folder / "references/lonely.toml").write_text(text)
    (found,) = errors(folder)
    assert (found.record, found.message) == ("references/lonely", "no record uses it.")


@pytest.mark.parametrize("line", ['doi = "10.1000/X.1"', 'pmid = "12"'])
def test_one_source_in_two_records(folder, line):
    original = (folder / SOURCE).read_text()
    (folder / SOURCE).write_text(original + line.lower() + "\n")
    (folder / "references/made_up_too.toml").write_text(
        original.replace('"made_up"', '"made_up_too"') + line + "\n"
    )
    edit(folder, CUTS, 'reference = "made_up"', 'reference = "made_up_too"')
    (found,) = errors(folder)
    assert found.record == "references/made_up_too"
    assert "'made_up'" in found.message


def test_states_of_one_variable_must_leave_room_for_none(folder):
    for path in (SALT, QUIET):
        text = (folder / path).read_text()
        (folder / path).write_text('state_of = "salts"\n' + text)
    # 0.6 and 0.02: room is left.
    assert errors(folder) == []
    edit(folder, QUIET, "general = { low = 0.5, mode = 0.6, high = 0.7",
         "general = { low = 0.5, mode = 0.98, high = 0.985")  # fmt: skip
    (found,) = errors(folder)
    assert "salts" in found.record
    assert "general" in found.message


def test_states_whose_upper_priors_fill_the_room_are_a_warning(folder):
    for path in (SALT, QUIET):
        text = (folder / path).read_text()
        (folder / path).write_text('state_of = "salts"\n' + text)
    edit(folder, QUIET, "general = { low = 0.5, mode = 0.6, high = 0.7",
         "general = { low = 0.5, mode = 0.6, high = 0.98")  # fmt: skip
    (found,) = check(load(folder), today=TODAY)
    assert found.level is Level.WARNING
    assert "upper" in found.message


def test_one_code_for_two_passes_when_both_say_that_it_is_shared(folder):
    shared = 'code = "HP:0002902"\nnote = "shared: two sides of one sign"'
    edit(folder, SALT_LOW, 'code = "HP:0002902"', shared)
    coffee = (folder / COFFEE).read_text()
    (folder / COFFEE).write_text(coffee + CODES.format("HPO", "HP:0002902"))
    assert len(errors(folder)) == 1
    (folder / COFFEE).write_text(coffee + f'\n[[codes]]\nsystem = "HPO"\n{shared}\n')
    assert errors(folder) == []


def test_a_review_that_is_due_is_a_warning(folder):
    edit(folder, COFFEE, "2999-01-01", "2026-11-22")
    assert check(load(folder), today=TODAY) == ()
    (found,) = check(load(folder), today=TODAY + dt.timedelta(days=1))
    assert (found.level, found.record) == (Level.WARNING, "findings/coffee")


def test_a_number_on_a_source_nobody_read_is_a_warning(folder):
    edit(folder, SOURCE, '"abstract"', '"not read"')
    found = check(load(folder), today=TODAY)
    assert {issue.level for issue in found} == {Level.WARNING}
    assert {issue.record for issue in found} == {
        "causes/quiet: links[coffee].p",
        "guidelines/made_up_cut_offs",
    }


def test_a_source_nobody_read_may_lack_its_address(folder):
    edit(folder, SOURCE, '"abstract"', '"not read"')
    edit(folder, SOURCE, 'url = "https://example.org/made-up"', "")
    found = check(load(folder), today=TODAY)
    assert {issue.level for issue in found} == {Level.WARNING}
    assert "references/made_up" in {issue.record for issue in found}


def test_an_example_must_bring_its_cause_into_the_top_three(folder):
    knowledge = load(folder)
    ranked = {"salt_low": ["a", "b", "salt"], "coffee": ["a", "b", "c", "quiet"]}

    def rank(example):
        return ranked[next(iter(example.given))]

    (found,) = check(knowledge, today=TODAY, rank=rank)
    assert (found.level, found.record) == (Level.ERROR, "causes/quiet: example[0]")


def test_a_cause_may_argue_that_it_must_not_be_found(folder):
    edit(folder, SALT, '"top-three"', '"not-top-three"')
    assert [issue.message for issue in errors(folder)] == ["no example finds it."]
    edit(folder, SALT, '"not-top-three"', '"not-top-three"\nnote = "salt explains nothing"')
    assert errors(folder) == []

    def rank(example):
        return ["salt", "quiet"]

    (found,) = errors(folder, rank=rank)
    assert found.record == "causes/salt: example[0]"


@pytest.mark.parametrize(
    "name",
    ["b12.functionally_deficient", "lab.sodium_known", "as_printed.sodium_low", "twitching"],
)
def test_a_rule_may_ask_more_than_findings(folder, name):
    edit(folder, FLAG, "and shaking", f"and {name}")
    assert errors(folder) == []


def test_a_background_state_needs_no_example(folder):
    text = (folder / SALT).read_text()
    (folder / SALT).write_text("explains = false\n" + text[: text.index("[[example]]")])
    assert errors(folder) == []


def test_errors_come_before_warnings(folder):
    edit(folder, SALT, "mode = 0.9,", "mode = 0.7,")
    edit(folder, COFFEE, "2999-01-01", "2020-01-01")
    levels = [issue.level for issue in check(load(folder), today=TODAY)]
    assert levels == [Level.ERROR, Level.WARNING]


def test_numbers_are_counted_by_how_they_are_founded(folder):
    before = reading_status(load(folder))
    # By hand: the link of 'quiet' and the guideline rest on the one source.
    assert before["abstract"] == 2
    # 8 priors, 1 link, 1 modifier, 4 leaks, 1 times_limit, 1 group, molar mass, plausible,
    # 1 usual interval, 1 critical value, 1 setting of the model.
    assert before["assumed"] == 21
    assert before["no source"] == before["not read"] == 0
    edit(folder, SOURCE, '"abstract"', '"not read"')
    edit(folder, SODIUM, ', assumed = "standard atomic weight"', "")
    after = reading_status(load(folder))
    assert (after["abstract"], after["not read"], after["no source"]) == (0, 2, 1)


# LOINC's own codes, as printed by the laboratories that use them: sodium, potassium,
# magnesium, cobalamin (mass, moles), holotranscobalamin, methylmalonate, homocysteine,
# folate, creatinine, thyrotropin, lithium.
REAL_LOINC = [
    "2951-2", "2823-3", "19123-9", "2132-9", "14685-2", "72160-5", "13964-2", "13965-9",
    "2284-8", "2160-0", "3016-3", "14334-7",
]  # fmt: skip


@pytest.mark.parametrize("code", REAL_LOINC)
def test_the_check_digit_of_real_codes_holds(code):
    assert loinc_digit_holds(code)


@given(st.sampled_from(REAL_LOINC), st.data())
def test_any_one_wrong_digit_is_noticed(code, data):
    position = data.draw(st.sampled_from([i for i, c in enumerate(code) if c != "-"]))
    digit = data.draw(st.sampled_from([d for d in "0123456789" if d != code[position]]))
    assert not loinc_digit_holds(code[:position] + digit + code[position + 1 :])


def _is_number(hint):
    if get_origin(hint) in (Union, UnionType):
        return any(_is_number(member) for member in get_args(hint))
    return hint in (int, float)


@pytest.mark.parametrize(
    "shape",
    [
        shape
        for module in (records, records_of_intake, parsing)
        for _, shape in inspect.getmembers(module, inspect.isclass)
        if issubclass(shape, Record) and shape.__module__ == module.__name__
    ],
    ids=lambda shape: shape.__name__,
)
def test_every_type_that_holds_a_number_can_say_where_it_comes_from(shape):
    hints = get_type_hints(shape)
    numbers = {name for name, hint in hints.items() if _is_number(hint)}
    if numbers - NOT_FACTS.get(shape, frozenset()):
        assert "assumed" in hints
        assert {"reference", "references"} & set(hints)
