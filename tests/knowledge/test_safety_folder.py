"""The hazard log: whole, current, and its check can fail."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from checks.hazard_records import RecordError, read_log
from checks.hazards import FIRST, faults, figures, listed_in, missing, problems
from checks.safety_pages import hazard_log, requirements_to_tests

ROOT = Path(__file__).parents[2]
SAFETY = Path("docs/safety")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The records beside the real tests, to be spoilt."""
    shutil.copytree(ROOT / SAFETY, tmp_path / SAFETY)
    (tmp_path / "tests").symlink_to(ROOT / "tests")
    return tmp_path


def spoil(root: Path, file: str, old: str, new: str) -> None:
    path = root / SAFETY / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_every_hazard_has_controls_and_every_control_a_test() -> None:
    assert problems(ROOT) == []


def test_a_copy_holds_too(copy: Path) -> None:
    assert problems(copy) == []


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        (
            "requirements/reading-results.toml",
            "::test_both_units_are_shown",
            "::test_both_units_are_hidden",
            "has no test_both_units_are_hidden",
        ),
        (
            "requirements/reading-results.toml",
            'tests = ["tests/spec/test_b12_status_classes.py::test_both_units_are_shown"]',
            "tests = []",
            "no test of every run shows it",
        ),
        (
            "requirements/reading-results.toml",
            "tests/spec/test_b12_status_classes.py::test_both_units_are_shown",
            "tests/interfaces/test_serve_soak.py::test_ten_thousand_answers_leave_the_memory_level",
            "no test of every run shows it",
        ),
        ("hazards/H02.toml", '"one_cited_factor"', '"one_factor"', "no requirement 'one_factor'"),
        ("hazards/H02.toml", '"very-low"', '"never"', "not in risk.toml"),
        ("hazards/H02.toml", '"very-low"', '"very-high"', "make it likelier"),
        ("hazards/H02.toml", 'id = "H02"', 'id = "H99"', "the id is 'H99'"),
        ("hazards/H02.toml", "cause =", "because =", "H02.toml"),
        ("hazard-log.md", "# Hazard log", "# Hazards", "hazard-log.md is out of date"),
        ("threat-model.md", "::test_a_token_is_good_once", "::test_no", "has no test_no"),
    ],
)  # fmt: skip
def test_a_fault_is_found(copy: Path, file: str, old: str, new: str, told: str) -> None:
    spoil(copy, file, old, new)
    assert any(told in line for line in problems(copy))


def test_a_hazard_of_the_first_list_cannot_be_dropped(copy: Path) -> None:
    (copy / SAFETY / "hazards" / "H19.toml").unlink()
    assert any("H19: it was listed at the start" in line for line in problems(copy))


def test_an_open_requirement_leaves_its_hazards_open(copy: Path) -> None:
    before = read_log(copy)
    (one,) = [hazard for hazard in before.hazards.values() if "one_cited_factor" in hazard.controls]
    assert not before.why_open(one)
    spoil(
        copy, "requirements/reading-results.toml", 'id = "one_cited_factor"',
        'id = "one_cited_factor"\nopen = "Nobody weighed it."',
    )  # fmt: skip
    after = read_log(copy)
    assert after.why_open(after.hazards["H02"]) == ("Nobody weighed it.",)
    assert "**Open:** Nobody weighed it." in hazard_log(after)
    counted = [next(iter(figures(copy, log))) for log in (before, after)]
    open_ = [int(re.findall(r"open: (\d+)", line)[0]) for line in counted]
    assert open_[1] == open_[0] + 1
    assert "H02" in counted[1]


def test_a_record_that_cannot_be_read_is_named(copy: Path) -> None:
    (copy / SAFETY / "hazards" / "H01.toml").write_text("id = ", encoding="utf-8")
    with pytest.raises(RecordError, match=r"H01\.toml"):
        read_log(copy)


def test_tests_are_found_as_pytest_names_them() -> None:
    assert missing(ROOT, "tests/published/test_high_b12_sources.py::TestArendt2012::test_x")
    here = "tests/knowledge/test_safety_folder.py::test_tests_are_found_as_pytest_names_them"
    assert missing(ROOT, here) is None
    soak = listed_in(ROOT / "tests/interfaces/test_serve_soak.py")
    assert soak["test_ten_thousand_answers_leave_the_memory_level"], "left to make deep"
    assert not soak["test_a_hundred_answers_in_a_row_are_given"]


def test_the_pages_hold_every_hazard_and_every_requirement() -> None:
    log = read_log(ROOT)
    assert not list(faults(ROOT, log))
    assert set(FIRST) <= set(log.hazards)
    assert all(f"\n## {id_}\n" in hazard_log(log) for id_ in log.hazards)
    assert all(f"\n## {id_}\n" in requirements_to_tests(log) for id_ in log.requirements)
    assert all(test in requirements_to_tests(log) for test in log.tests())


def test_nothing_is_called_signed() -> None:
    """The post of the clinical safety officer is vacant, and every page that matters says so."""
    for page in ("intended-use.md", "safety-case.md", "hazard-log.md", "known-limits.md"):
        text = (ROOT / SAFETY / page).read_text(encoding="utf-8")
        assert "Clinical safety officer: vacant" in text, page
        assert "No clinical deployment until" in text, page


def test_the_asvs_page_sums_up_its_own_rows() -> None:
    text = (ROOT / SAFETY / "asvs-level-2.md").read_text(encoding="utf-8")
    assert re.findall(r"^## V(\d+) ", text, re.MULTILINE) == [str(n) for n in range(1, 18)]
    rows = [
        [cell.strip() for cell in line.strip("|").split(" | ")]
        for line in text.splitlines()
        if re.match(r"\| \d+\.\d", line)
    ]
    assert len(rows) > 50
    assert all(len(row) == 5 for row in rows)
    for place, service in ((2, "page"), (3, "CDS")):
        lacking = [row[0] for row in rows if "**" in row[place]]
        assert f"{service} {'; '.join(lacking)}." in text
