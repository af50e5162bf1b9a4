"""A folder of cases goes in; figures, refusals and every case come out."""

from __future__ import annotations

from pathlib import Path

import pytest

from corrin.benchmark.records import Evidence
from corrin.benchmark.running import run
from corrin.benchmark.writing import as_json, as_text
from corrin.errors import InputError
from corrin.knowledge.loading import load

ADULT = """
id = "adult"
[person]
age = 40
twitching = true
setting = "primary-care"
[person.findings]
dist_calf_foot = true
emg_fasc_only = true
[[person.labs]]
lab = "magnesium"
value = 0.3
unit = "mmol/L"
[person.later_findings]
lab_caspr2_lgi1 = true
[[person.later_labs]]
lab = "serum_b12"
value = 98
unit = "pmol/L"
[expected]
cause = "bfs"
urgency = "self-care"
b12_status = "deficient"
[reference]
title = "made up"
"""
CHILD = """
id = "child"
[person]
age = 9
twitching = true
[expected]
cause = "bfs"
urgency = "routine"
"""
SILENT = """
id = "silent"
[person]
age = 50
[expected]
cause_outside_vocabulary = "alps"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "below").mkdir()
    (tmp_path / "adult.toml").write_text(ADULT)
    (tmp_path / "below" / "child.toml").write_text(CHILD)
    (tmp_path / "silent.toml").write_text(SILENT)
    (tmp_path / "README.md").write_text("not a case")
    return tmp_path


def test_each_figure_has_its_own_n(folder: Path):
    figures = as_json(run(folder))["tiers"]
    for tier in figures.values():
        assert tier["top1"]["n"] == 1  # the adult who twitches
        assert tier["safe_urgency"]["n"] == 2  # the two with an expected urgency
        assert tier["b12_status"]["n"] == 1
        for name in ("top3", "ndcg", "under_triaged", "over_triaged", "brier", "ece"):
            assert set(tier[name]) == {"value", "low", "high", "n"}


def test_only_children_and_adults_without_twitching_are_refused(folder: Path):
    refused = as_json(run(folder))["refused"]
    assert {entry["id"]: entry["code"] for entry in refused} == {
        "child": "children",
        "silent": "no-twitching-reported",
    }
    assert all(entry["reason"] for entry in refused)


def test_the_bedside_sees_neither_tests_nor_what_came_later(folder: Path):
    seen = []

    def watch(person):
        seen.append(person)
        from corrin.assessment import assess

        return assess(person, draws=0)

    run(folder, assess=watch)
    bedside, with_tests = (p for p in seen if p.age == 40)
    assert bedside.findings == {"dist_calf_foot": True}
    assert bedside.labs == ()
    assert with_tests.findings == {
        "dist_calf_foot": True,
        "emg_fasc_only": True,
        "lab_caspr2_lgi1": True,
    }
    assert [result.lab for result in with_tests.labs] == ["magnesium", "serum_b12"]


def test_a_case_tells_the_rank_and_both_tiers_of_urgency(folder: Path):
    case = next(c for c in as_json(run(folder))["cases"] if c["id"] == "adult")
    assert set(case["rank"]) == {"bedside", "with_tests"}
    assert case["urgency"]["expected"] == "self-care"
    assert {"bedside", "with_tests"} <= case["urgency"].keys()
    assert case["b12_status"]["bedside"] == "not-classed"
    assert case["b12_status"]["with_tests"] == "deficient"


def test_a_line_that_cannot_be_read_is_dropped_and_said_never_the_case(tmp_path: Path):
    (tmp_path / "a.toml").write_text(
        ADULT.replace('unit = "mmol/L"', 'unit = "furlongs"')
        + "\n[[person.labs]]\nlab = 'nonesuch'"
    )
    result = as_json(run(tmp_path))
    assert result["tiers"]["with_tests"]["top1"]["n"] == 1
    dropped = result["cases"][0]["dropped"]
    assert len(dropped) == 2
    assert all(entry["code"] and entry["reason"] for entry in dropped)


def test_an_acceptable_answer_outside_the_vocabulary_is_dropped_and_said(tmp_path: Path):
    (tmp_path / "a.toml").write_text(
        ADULT.replace('cause = "bfs"', 'cause = "bfs"\nacceptable = ["lambert_eaton", "als"]')
    )
    case = as_json(run(tmp_path))["cases"][0]
    assert case["expected"]["acceptable"] == ["als"]
    assert [entry["code"] for entry in case["dropped"]] == ["unknown-cause"]


def test_intervals_over_draws_move_no_figure(folder: Path):
    from corrin.assessment import assess

    drawn = run(folder, assess=lambda person: assess(person, reader="clinician", draws=50))
    assert as_json(drawn)["tiers"] == as_json(run(folder))["tiers"]


def test_the_tables_name_both_baselines_and_what_was_refused(folder: Path):
    page = as_text(run(folder))
    for word in ("Rules alone", "Benign for all", "With tests", "refused", "child", "strict"):
        assert word in page


def test_progress_is_told_after_each_answer(folder: Path):
    told = []
    run(folder, progress=lambda done, total: told.append((done, total)))
    assert told == [(n, 6) for n in range(1, 7)]


BAD = {
    "unknown cause": (ADULT.replace('"bfs"', '"bsf"'), "expected.cause"),
    "unknown urgency": (ADULT.replace('"self-care"', '"self_care"'), "expected.urgency"),
    "unknown status": (ADULT.replace('"deficient"', '"unknown"'), "expected.b12_status"),
    "unknown finding": (ADULT.replace("dist_calf_foot", "dist_calf_fot"), "dist_calf_fot"),
    "unknown key": (ADULT.replace("urgency =", "urgentness ="), "expected.urgentness"),
    "unknown part": (ADULT + "\n[persons]\n", "persons"),
    "no id": (ADULT.replace('id = "adult"', ""), "id"),
    "no expected": (CHILD.partition("[expected]")[0], "expected"),
    "no person": ('id = "x"\n[expected]\n', "person"),
    "cause twice": (
        ADULT.replace('cause = "bfs"', 'cause = "bfs"\ncause_outside_vocabulary = "x"'),
        "expected.cause",
    ),
    "acceptable not a list": (
        ADULT.replace('cause = "bfs"', 'cause = "bfs"\nacceptable = "als"'),
        "expected.acceptable",
    ),
    "later labs not a list": (
        CHILD.replace("[expected]", "[person.later_labs]\nlab = 'tsh'\n[expected]"),
        "person.later_labs",
    ),
    "negative age": (ADULT.replace("age = 40", "age = -4"), "person.age"),
    "not TOML": ("id = ", "bad.toml"),
    "binary": ("\x00\x01", "bad.toml"),
    "empty": ("", "bad.toml"),
}


@pytest.mark.parametrize(("text", "key"), BAD.values(), ids=BAD.keys())
def test_a_bad_case_file_is_named_with_its_key(tmp_path: Path, text: str, key: str):
    (tmp_path / "bad.toml").write_text(text)
    with pytest.raises(InputError) as error:
        run(tmp_path)
    assert any("bad.toml" in p.where and key in p.where for p in error.value.problems)
    assert all(p.what and p.do for p in error.value.problems)


def test_every_fault_of_every_file_is_told_at_once(tmp_path: Path):
    (tmp_path / "one.toml").write_text(ADULT.replace('"bfs"', '"bsf"'))
    (tmp_path / "two.toml").write_text(CHILD.replace('"routine"', '"soon"'))
    with pytest.raises(InputError) as error:
        run(tmp_path)
    assert {p.where.partition(":")[0] for p in error.value.problems} == {"one.toml", "two.toml"}
    assert "bfs" in str(error.value), "the nearest known cause is offered"


def test_two_cases_with_one_id_are_refused(tmp_path: Path):
    (tmp_path / "one.toml").write_text(CHILD)
    (tmp_path / "two.toml").write_text(CHILD)
    with pytest.raises(InputError) as error:
        run(tmp_path)
    assert [p.code for p in error.value.problems] == ["duplicate-id"]


@pytest.mark.parametrize("name", ["", "nowhere"])
def test_a_folder_without_cases_is_refused(tmp_path: Path, name: str):
    with pytest.raises(InputError) as error:
        run(tmp_path / name)
    assert [p.code for p in error.value.problems] == ["no-cases"]


def test_the_published_cases_run_and_count_as_the_design_says():
    result = as_json(run(Path(__file__).parents[1] / "cases"))
    refused = {entry["id"] for entry in result["refused"]}
    names_a_cause = {
        case["id"]
        for case in result["cases"]
        if case["expected"]["cause"] or case["expected"]["cause_outside_vocabulary"]
    }
    for evidence in Evidence:
        figures = result["tiers"][evidence.value]
        assert figures["safe_urgency"]["n"] == len(result["cases"])
        assert figures["top1"]["n"] == len(names_a_cause - refused)
    assert result["knowledge_version"] == load().version
