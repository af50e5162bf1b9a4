"""A run over a population: it balances, goes on after anything, and loses nobody."""

from __future__ import annotations

import random
import signal
import subprocess
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from corrin.assessment import assess
from corrin.errors import CorrinError, InputError
from corrin.population.looking_up import row_of
from corrin.population.parts import parts_of
from corrin.population.rows import person_of_row
from corrin.population.runs import Folder, alone
from tests.interfaces.population_runs import (
    PART,
    ROOT,
    answers,
    command,
    corrin,
    digests,
    made_up,
    reconciled,
    run,
    without,
)

PEOPLE = 300


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_up(tmp_path_factory.mktemp("people") / "table", PEOPLE, form="table")


@pytest.fixture(scope="module")
def finished(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("run") / "out"
    run(source, out)
    return out


def test_everybody_is_assessed_not_classed_or_rejected(finished: Path) -> None:
    counted = reconciled(finished)
    assert counted["read"] == PEOPLE
    assert counted["assessed"] + counted["not_classed"] + counted["rejected"] == PEOPLE
    assert sum(counted["reasons"].values()) == counted["not_classed"] + counted["rejected"]
    assert counted["balances"] is True
    rows = answers(finished)
    ids = [row["person_id"] for row in rows]
    assert ids == sorted(set(ids))
    assert len(ids) == PEOPLE
    classed = [row for row in rows if row["b12_class"] not in {None, "not-classed"}]
    assert len(classed) == counted["assessed"]
    assert all((row["b12_not_classed"] is None) == (row in classed) for row in rows)
    assert counted["records"]["read"] == counted["records"]["used"] + sum(
        sum(counted["records"][what].values()) for what in ("ignored", "rejected")
    )


@pytest.mark.parametrize("form", ["fhir", "omop"])
def test_the_same_people_in_another_form_have_the_same_answers(form: str, tmp_path: Path) -> None:
    people = 120
    own = made_up(tmp_path / "own", people, form="table", mess=False)
    other = made_up(tmp_path / form, people, form=form, mess=False)
    run(own, tmp_path / "of-own")
    run(other, tmp_path / "of-other")
    # A data model without room for a site, an assay or a status says less, never otherwise.
    left = ("person_id", "problems", "age") if form == "omop" else ("problems",)
    wanted = [without(row, left) for row in answers(tmp_path / "of-own")]
    got = [without(row, left) for row in answers(tmp_path / "of-other")]
    assert len(got) == people
    for one, another in zip(wanted, got, strict=True):
        assert one == another


def test_a_finished_run_is_taken_up_without_a_change(source: Path, finished: Path) -> None:
    before = digests(finished)
    times = {file: file.stat().st_mtime_ns for file in finished.glob("answers/*")}
    run(source, finished, resume=True)
    assert digests(finished) == before
    assert {file: file.stat().st_mtime_ns for file in finished.glob("answers/*")} == times


@pytest.mark.parametrize("there", [False, True], ids=["missing", "empty"])
def test_taking_up_what_is_not_there_begins(
    there: bool, source: Path, finished: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    if there:
        out.mkdir()
    run(source, out, resume=True)
    assert digests(out) == digests(finished)


def test_parts_that_were_lost_or_broken_are_made_again(
    source: Path, finished: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    run(source, out)
    parts = sorted(out.glob("answers/*"))
    parts[0].unlink()
    parts[1].write_bytes(parts[1].read_bytes()[:-100])
    (out / "answers" / "part-000009.parquet.77.unfinished").write_bytes(b"half")
    run(source, out, resume=True)
    assert digests(out) == digests(finished)


def test_a_run_is_not_begun_over_another(source: Path, finished: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="--resume"):
        run(source, finished)
    with pytest.raises(InputError, match="the source's files or its mapping differ"):
        run(source, finished, resume=True, part=PART + 1)
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "home.txt").write_text("dear all", encoding="utf-8")
    with pytest.raises(InputError, match="not empty"):
        run(source, tmp_path / "letters")
    assert [each.name for each in (tmp_path / "letters").iterdir()] == ["home.txt"]


def test_a_run_that_ended_while_it_read_may_be_begun_anew(
    source: Path, finished: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    run(source, out)
    for each in (*out.glob("answers/*"), *out.glob("canonical/*"), out / "work" / "read.json"):
        each.unlink()
    (out / "reconciliation.json").unlink()
    (out / "work" / "facts" / "people").mkdir(parents=True)
    (out / "work" / "facts" / "people" / "part-00000.parquet").write_bytes(b"half")
    run(source, out)
    assert digests(out) == digests(finished)


def test_a_mapping_that_is_not_confirmed_leaves_nothing_behind(
    source: Path, tmp_path: Path
) -> None:
    results, mapping = source / "results.csv", tmp_path / "mapping.toml"
    done = corrin("map", str(results), "-o", str(mapping))
    assert done.returncode == 0, done.stderr
    words = (str(results), "--mapping", str(mapping), "-o", str(tmp_path / "out"))
    refused = corrin(*words)
    assert refused.returncode == 2
    assert "confirmed = true" in refused.stderr
    assert not (tmp_path / "out").exists()
    text = mapping.read_text(encoding="utf-8")
    mapping.write_text(text.replace("confirmed = false", "confirmed = true"), encoding="utf-8")
    told = corrin(*words)
    assert told.returncode == 0, told.stderr


def test_two_runs_do_not_share_a_folder(source: Path, finished: Path) -> None:
    with alone(Folder(out=finished)), pytest.raises(InputError, match="in use"):
        run(source, finished, resume=True)


def test_a_run_does_not_clear_what_another_is_reading(source: Path, tmp_path: Path) -> None:
    folder = Folder(out=tmp_path / "out")
    with alone(folder):
        folder.facts.mkdir()
        (folder.facts / "part.parquet").write_bytes(b"being written")
        with pytest.raises(InputError, match="in use"):
            run(source, folder.out)
        assert (folder.facts / "part.parquet").exists()


def test_a_count_that_does_not_balance_fails_the_run(source: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(source, out)
    part = sorted(out.glob("answers/*"))[1]
    table = pq.read_table(part)
    # As many rows, but one person twice and another not at all.
    doubled = pa.concat_tables([table.slice(0, 1), table.slice(0, len(table) - 1)])
    pq.write_table(doubled, part)
    with pytest.raises(CorrinError, match="do not balance"):
        run(source, out, resume=True)
    assert reconciled(out)["balances"] is False


def test_a_person_who_is_lost_between_the_facts_and_the_table_is_missed(
    source: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    run(source, out)
    last = parts_of(out / "canonical")[-1]
    table = pq.read_table(last.file)
    pq.write_table(table.slice(0, len(table) - 1), last.file, row_group_size=PART)
    with pytest.raises(CorrinError, match="do not balance"):
        run(source, out, resume=True)


def _killed(source: Path, out: Path, moments: list[float]) -> None:
    """Start the command, kill it at each moment, and take it up to the end."""
    words = command(
        str(source), "-o", str(out), "--resume", "--processes", "2", "--people-a-part", str(PART)
    )
    for moment in moments:
        begun = subprocess.Popen(words, cwd=ROOT, stdout=subprocess.DEVNULL,
                                 stderr=subprocess.DEVNULL, start_new_session=True)  # fmt: skip
        deadline = time.monotonic() + moment
        while time.monotonic() < deadline and begun.poll() is None:
            time.sleep(0.02)
        if begun.poll() is None:
            begun.send_signal(signal.SIGKILL)
        begun.wait(30)
    ended = corrin(*words[4:])
    assert ended.returncode == 0, ended.stderr


@pytest.mark.parametrize("seed", [1, 2])
def test_a_killed_run_ends_with_the_same_bytes(
    seed: int, source: Path, finished: Path, tmp_path: Path
) -> None:
    chance = random.Random(seed)
    _killed(source, tmp_path / "out", [chance.uniform(1.0, 7.0) for _ in range(2)])
    assert digests(tmp_path / "out") == digests(finished)


@pytest.mark.deep
def test_a_run_killed_at_ten_random_moments_ends_with_the_same_bytes(
    source: Path, finished: Path, tmp_path: Path
) -> None:
    chance = random.Random(10)
    _killed(source, tmp_path / "out", [chance.uniform(0.3, 9.0) for _ in range(10)])
    assert digests(tmp_path / "out") == digests(finished)


def test_a_killed_worker_is_said_and_loses_nobody(
    source: Path, finished: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    words = command(str(source), "-o", str(out), "--processes", "2", "--people-a-part", str(PART))
    begun = subprocess.Popen(words, cwd=ROOT, stdout=subprocess.DEVNULL,
                             stderr=subprocess.PIPE, text=True)  # fmt: skip
    killed = False
    while begun.poll() is None and not killed:
        for child in _children(begun.pid):
            told = Path(f"/proc/{child}/cmdline").read_bytes()
            if (out / "work" / "canonical.json").exists() and b"spawn_main" in told:
                subprocess.run(["kill", "-9", str(child)], check=True)
                killed = True
                break
        time.sleep(0.02)
    _, said = begun.communicate(timeout=60)
    assert killed
    assert begun.returncode == 1, said
    assert "a working process was lost" in said
    run(source, out, resume=True)
    assert digests(out) == digests(finished)


def _children(pid: int) -> list[int]:
    try:
        told = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    except OSError:
        return []
    return [int(each) for each in told.split()]


def test_a_full_disk_is_said_and_what_was_finished_is_kept(
    source: Path, finished: Path, tmp_path: Path
) -> None:
    small = tmp_path / "small"
    small.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=160k", "tmpfs", str(small)],
        capture_output=True, check=False,
    )  # fmt: skip
    if mounted.returncode:
        pytest.skip("a small disk cannot be mounted here")
    try:
        out = small / "out"
        with pytest.raises(CorrinError, match="disk of"):
            run(source, out)
        subprocess.run(["mount", "-o", "remount,size=64m", str(small)], check=True)
        run(source, out, resume=True)
        assert digests(out) == digests(finished)
    finally:
        subprocess.run(["umount", str(small)], check=True)


def test_one_person_is_explained_from_the_same_row(finished: Path) -> None:
    folder = Folder(out=finished)
    chosen = [row for row in answers(finished) if row["causes"] and row["sources"]][:3]
    assert chosen
    for row in chosen:
        person = person_of_row(row_of(folder, row["person_id"]))
        answer = assess(person, reader="clinician", draws=0)
        assert answer.urgency.tier == row["tier"]
        assert answer.b12_status is not None
        assert answer.b12_status.b12_class == row["b12_class"]
        assert answer.twitching is not None
        first = answer.twitching.causes[0]
        assert (first.id, first.probability) == (
            row["causes"][0]["id"],
            pytest.approx(row["causes"][0]["probability"], abs=1e-9),
        )
        assert answer.high_b12 is not None
        source = answer.high_b12.sources.sources[0]
        assert source.id == row["sources"][0]["id"]
        assert source.probability == pytest.approx(row["sources"][0]["probability"], abs=1e-9)


def test_the_command_shows_the_way(source: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = corrin("--output", str(out), "--people-a-part", "150", str(source))
    assert done.returncode == 0, done.stderr
    assert "assessed" in done.stderr
    assert "It is not a diagnosis" in done.stderr
    assert {"report.html", "work_list.csv", "reconciliation.json"} <= {
        each.name for each in out.iterdir()
    }
    assert not (out / "work" / "facts").exists()
    ident = answers(out)[5]["person_id"]
    told = corrin("explain", str(out), ident)
    assert told.returncode == 0
    assert "The professional remains responsible" in told.stdout
    nobody = corrin("explain", str(out), "nobody")
    assert nobody.returncode == 2
    assert "is nobody in this run" in nobody.stderr
    assert corrin("explain", str(tmp_path), ident).returncode == 2


def test_a_source_called_like_a_command_is_reached_by_its_folder(
    source: Path, tmp_path: Path
) -> None:
    named = tmp_path / "map"
    named.symlink_to(source)
    done = subprocess.run(
        [*command("./map", "-o", "out")], cwd=tmp_path, capture_output=True, text=True,
        check=False, env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out" / "report.html").exists()


def test_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    missing = corrin(str(tmp_path / "nothing"), "-o", str(tmp_path / "out"))
    assert missing.returncode == 2
    assert "is not there" in missing.stderr
    assert not (tmp_path / "out").exists()
    empty = tmp_path / "empty"
    empty.mkdir()
    none = corrin(str(empty), "-o", str(tmp_path / "out"))
    assert none.returncode == 2
    dated = corrin(str(empty), "-o", str(tmp_path / "out"), "--as-of", "yesterday")
    assert dated.returncode == 2
    assert "is not a date" in dated.stderr
