"""Whatever a file of an export holds: each line is used, ignored or rejected, and told where."""

from __future__ import annotations

import gzip
import json
import multiprocessing
import random
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corrin.errors import CorrinError, InputError
from corrin.interfaces.fhir_bulk.lines import MOST_LINE, Fault, Piece, lines_of
from corrin.interfaces.fhir_bulk.pieces import pieces_of
from corrin.interfaces.fhir_bulk.reading import read_fhir_bulk
from corrin.population.facts import FactKind
from tests.interfaces.fhir_bulk_parts import (
    everything,
    lines,
    of_bytes,
    read,
    rejections,
    rows,
    write_export,
)
from tests.interfaces.fhir_malformed import BAD
from tests.interfaces.fhir_parts import PATIENT, bundle, condition, medicine, observation
from tests.interfaces.fhir_patients import TODAY, make

GOOD = lines([observation()])
#: What is refused of one person and is settled over the population here: handed on as it is.
_HANDED_ON = {
    "a value below zero", "a value nobody has", "a unit of length", "a unit in code", "no unit",
}  # fmt: skip
#: What is of somebody else there is somebody here.
_SOMEBODY = {"another patient"}


@pytest.mark.parametrize(("name", "one", "expected"), BAD, ids=[name for name, _, _ in BAD])
def test_a_malformed_resource_is_rejected_with_the_code_of_one_person(
    name: str, one: Any, expected: str, tmp_path: Path
) -> None:
    try:
        line = json.dumps(one).encode()
    except RecursionError:
        line = _too_deep()
    done, facts = of_bytes(GOOD + line + b"\n" + GOOD, tmp_path)
    assert done.tally.balances()
    assert (done.tally.read, len([r for r in facts[FactKind.RESULTS] if r["value"] == 1480])) >= (
        3, 2
    )  # fmt: skip
    if name in _HANDED_ON | _SOMEBODY:
        assert done.tally.used == 3
        return
    told = [*done.tally.rejected, *done.tally.ignored]
    assert done.tally.used == 2
    assert len(told) == 1
    if expected and "-" in expected:
        # A number that no JSON reader takes spoils the line, not only the value; and what is
        # no test of ours is ignored whatever else is wrong with it.
        assert told[0] in {expected, "not-json", "code-not-used"}


def _too_deep() -> bytes:
    return b'{"resourceType":"Observation","extension":' + b"[" * 9000 + b"]" * 9000 + b"}"


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b'{"resourceType":"Observation","id":', "not-json"),
        (b"nonsense", "not-json"),
        (b'{"resourceType":"Observation","id":"a\x00b"}', "not-json"),
        (b"\x00" * 50, "not-json"),
        (b'{"resourceType":"Observation","id":"\xff"}', "not-json"),
        (_too_deep(), "not-json"),
        (b'{"resourceType":"Observation"} {"resourceType":"Observation"}', "not-json"),
        (b"[]", "wrong-type"),
        (b"7", "wrong-type"),
        (b"{}", "missing-type"),
        (b'{"resourceType":"<b>"}', "missing-type"),
        (
            json.dumps(observation(performer=["?"])).encode().replace(b'"?"', b"7" * 5000),
            "not-json",
        ),
        (json.dumps(bundle(observation())).encode(), "bundle"),
        (json.dumps(PATIENT | {"id": None}).encode(), "missing-id"),
        (json.dumps(PATIENT | {"gender": "Female"}).encode(), "wrong-gender"),
        (json.dumps(PATIENT | {"birthDate": "1985-02-31"}).encode(), "wrong-date"),
        (json.dumps(observation(modifierExtension=[{"url": "x"}])).encode(), "modifier-extension"),
        (json.dumps(condition(implicitRules="x")).encode(), "modifier-extension"),
    ],
)
@pytest.mark.parametrize("name", ["Observation.ndjson", "Patient.ndjson"])
def test_a_line_that_is_wrong_is_told_with_its_number(
    line: bytes, code: str, name: str, tmp_path: Path
) -> None:
    around = GOOD if name.startswith("O") else lines([PATIENT])
    done, _ = of_bytes(around + around + line + b"\n" + around, tmp_path, name=name)
    assert [(number, found) for number, _, found in rejections(done)] == [(3, code)]
    assert (done.tally.read, done.tally.used) == (4, 3)


def test_a_kind_that_is_not_known_or_used_is_counted(tmp_path: Path) -> None:
    kinds = ["Observatoin", "Practitioner", "Claim", "AllergyIntolerance"]
    for name in ("Observation.ndjson", "Claim.ndjson"):
        found = [{"resourceType": kind, "id": "1"} for kind in kinds]
        done, facts = of_bytes(lines([*found, observation()]), tmp_path, name=name)
        assert done.tally.ignored == {"kind-not-used": 4}
        assert len(facts[FactKind.RESULTS]) == 1


def test_kinds_may_stand_mixed_in_any_file(tmp_path: Path) -> None:
    resources = [entry["resource"] for seed in range(30) for entry in make(seed)[0]["entry"]]
    write_export(tmp_path / "apart", resources)
    (tmp_path / "mixed").mkdir()
    (tmp_path / "mixed" / "export.ndjson").write_bytes(lines(resources))
    for name in ("apart", "mixed"):
        read(tmp_path / name, tmp_path / f"facts-{name}", as_of=TODAY)
    assert everything(tmp_path / "facts-apart") == everything(tmp_path / "facts-mixed")


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbf" + GOOD,
        GOOD.replace(b"\n", b"\r\n"),
        b"\n\n" + GOOD + b"  \n\n",
        GOOD.rstrip(b"\n"),
        b"  " + GOOD,
    ],
)
def test_marks_and_blank_lines_are_no_records(data: bytes, tmp_path: Path) -> None:
    done, facts = of_bytes(data, tmp_path)
    assert (done.tally.read, len(facts[FactKind.RESULTS])) == (1, 1)


def test_an_empty_file_is_no_record(tmp_path: Path) -> None:
    done, _ = of_bytes(b"", tmp_path)
    assert done.tally.read == 0


def test_a_half_written_last_line_is_told_and_the_rest_is_kept(tmp_path: Path) -> None:
    done, facts = of_bytes(GOOD * 3 + GOOD[:-40], tmp_path)
    assert rejections(done) == [(4, "line", "not-json")]
    assert len(facts[FactKind.RESULTS]) == 3


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_line_without_end_is_left_out_whole(place: int, tmp_path: Path) -> None:
    long = b'{"resourceType":"Observation","note":"' + b"x" * (MOST_LINE + 5) + b'"}\n'
    parts = [GOOD, GOOD]
    parts.insert(place, long if place < 2 else long.rstrip(b"\n"))
    done, facts = of_bytes(b"".join(parts), tmp_path)
    assert rejections(done) == [(place + 1, "line", "too-long")]
    assert len(facts[FactKind.RESULTS]) == 2


_ODD = (None, True, -1, 0, 10**400, 1e308, "", "x", "\u0000", "9" * 5000, [], {}, [[]], [{}],
        {"value": 10**5000, "comparator": ">"}, {"coding": [None]}, {"reference": 7})  # fmt: skip


def _changed(draw: random.Random, one: Any) -> Any:
    """Return a resource with something in it, anywhere, put in the place of something else."""
    if not isinstance(one, (dict, list)) or not one or draw.random() < 0.15:
        return draw.choice(_ODD)
    keys = list(one) if isinstance(one, dict) else range(len(one))
    key = draw.choice(list(keys))
    changed = dict(one) if isinstance(one, dict) else list(one)
    changed[key] = _changed(draw, one[key])  # type: ignore[index]
    return changed


def test_whatever_stands_in_a_resource_nothing_is_lost_and_nothing_stops(tmp_path: Path) -> None:
    draw = random.Random(4)
    pool = [entry["resource"] for seed in range(60) for entry in make(seed)[0]["entry"]]
    one = medicine("Cyanocobalamin 1 mg", "MedicationAdministration", status="completed")
    whole = observation(
        referenceRange=[{"low": {"value": 1, "unit": "pg/mL"}, "high": {"value": 5}}],
        interpretation=[{"coding": [{"code": "H"}]}], method={"text": "x"},
        issued="2026-10-10T00:00:00Z", performer=[{"reference": "Organization/a"}],
    )  # fmt: skip
    texted = observation(valueQuantity=None, valueString="> 2000 pg/mL")
    pool += [PATIENT, one, whole, texted] * 30
    many = [_changed(draw, draw.choice(pool)) for _ in range(6_000)]
    sys.set_int_max_str_digits(0)
    try:
        data = b"".join(json.dumps(one).encode() + b"\n" for one in many)
    finally:
        sys.set_int_max_str_digits(4_300)
    done, _ = of_bytes(data, tmp_path)
    assert done.tally.balances()
    assert done.tally.read == len(many)
    assert done.tally.used > 500
    assert len(done.tally.rejected) > 10


# Files


def test_an_archive_is_read_like_a_file(tmp_path: Path) -> None:
    resources = [entry["resource"] for seed in range(40) for entry in make(seed)[0]["entry"]]
    plain = write_export(tmp_path / "plain", resources)
    packed = tmp_path / "packed"
    packed.mkdir()
    for path in plain.iterdir():
        half = path.read_bytes()[: path.stat().st_size // 2]
        rest = path.read_bytes()[len(half) :]
        # Two archives one after the other are one archive.
        archive = gzip.compress(half) + gzip.compress(rest)
        (packed / f"{path.name}.gz").write_bytes(archive)
    read(plain, tmp_path / "facts", as_of=TODAY)
    read(packed, tmp_path / "facts-packed", as_of=TODAY)
    assert everything(tmp_path / "facts") == everything(tmp_path / "facts-packed")


def test_an_archive_that_breaks_off_gives_what_came_before(tmp_path: Path) -> None:
    many = lines([observation(id=f"o{number}") for number in range(4000)])
    export = tmp_path / "export"
    export.mkdir()
    (export / "Observation.ndjson.gz").write_bytes(gzip.compress(many)[:-2000])
    (export / "Patient.ndjson").write_bytes(lines([PATIENT]))
    reading = read(export, tmp_path / "facts")
    facts = everything(tmp_path / "facts")
    codes = {row["code"] for row in facts[FactKind.REJECTED]}
    assert codes == {"not-whole", "broken-archive"}
    assert {row["where"].partition(":")[0] for row in facts[FactKind.REJECTED]} == {
        "Observation.ndjson.gz"
    }
    assert 100 < len(facts[FactKind.RESULTS]) < 4000
    assert len(facts[FactKind.PEOPLE]) == 1
    assert reading.tally.balances()


@pytest.mark.parametrize("data", [b"no archive at all\n" * 10, gzip.compress(GOOD) + b"rest"])
def test_what_is_no_archive_is_told(data: bytes, tmp_path: Path) -> None:
    done, facts = of_bytes(data, tmp_path, name="Observation.ndjson.gz")
    assert [code for _, _, code in rejections(done)] == ["broken-archive"]
    assert len(facts[FactKind.RESULTS]) == data.startswith(b"\x1f")


def test_a_file_that_cannot_be_read_is_told_and_the_others_are_read(tmp_path: Path) -> None:
    export = write_export(tmp_path / "export", [PATIENT])
    (export / "Observation.ndjson").symlink_to(tmp_path / "gone")
    (export / "Condition.ndjson").mkdir()
    reading = read(export, tmp_path / "facts")
    facts = everything(tmp_path / "facts")
    assert [(row["where"], row["code"]) for row in facts[FactKind.REJECTED]] == [
        ("Condition.ndjson:1", "unreadable-file"), ("Observation.ndjson:1", "unreadable-file")
    ]  # fmt: skip
    assert len(facts[FactKind.PEOPLE]) == 1
    assert reading.tally.rejected == {"unreadable-file": 2}


def test_a_folder_without_an_export_is_told(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("none")
    for source in (tmp_path, tmp_path / "missing.ndjson"):
        with pytest.raises(InputError) as caught:
            read(source, tmp_path / "facts")
        assert caught.value.problems[0].code == "no-fhir"


def test_one_file_alone_is_an_export(tmp_path: Path) -> None:
    path = tmp_path / "b12.ndjson"
    path.write_bytes(GOOD)
    assert read(path, tmp_path / "facts").tally.used == 1


# Pieces and processes


@settings(max_examples=60, deadline=None)
@given(
    texts=st.lists(st.binary(max_size=12).filter(lambda one: b"\n" not in one), max_size=12),
    cuts=st.lists(st.integers(1, 80), max_size=5),
    ends=st.booleans(),
)
def test_every_line_is_in_one_piece_wherever_it_is_cut(
    texts: list[bytes], cuts: list[int], ends: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("cut") / "x.ndjson"
    data = b"\n".join(texts) + (b"\n" if ends and texts else b"")
    path.write_bytes(data)
    bounds = sorted({0, len(data), *(cut for cut in cuts if cut < len(data))})
    if len(bounds) == 1:
        bounds = [0, 0]
    found: list[bytes] = []
    counted = 0
    for number, (start, end) in enumerate(pairwise(bounds)):
        piece = Piece(number=number, path=path, name="x.ndjson", start=start, end=end)
        done: list[int] = []
        for part in lines_of(piece, done.append):
            assert not isinstance(part, Fault)
            found += part[1]
        counted += sum(done)
    assert found == data.removeprefix(b"\xef\xbb\xbf").split(b"\n")[: len(found)]
    assert b"\n".join(found) + (b"\n" if data.endswith(b"\n") else b"") == data.removeprefix(
        b"\xef\xbb\xbf"
    )
    assert counted == len(data)


def test_two_processes_read_what_one_reads_and_say_how_far_they_are(tmp_path: Path) -> None:
    # Long enough to be cut; a wrong line now and then, so that lines have to be counted.
    many = [observation(id=f"o{number}", note=[{"text": "x" * 400}]) for number in range(11_000)]
    wrong = [many[place] | {"status": "?"} for place in range(0, 11_000, 1_100)]
    export = write_export(tmp_path / "export", [PATIENT, *many, *wrong])
    assert len(pieces_of(export)) > 2
    told: list[tuple[int, int]] = []
    one = read(export, tmp_path / "one")
    two = read(export, tmp_path / "two", processes=2, told=lambda *now: told.append(now))
    assert everything(tmp_path / "one") == everything(tmp_path / "two")
    assert one == two
    where = [row["where"] for row in everything(tmp_path / "two")[FactKind.REJECTED]]
    assert sorted(where) == sorted(f"Observation.ndjson:{11_000 + n}" for n in range(1, 11))
    size = sum(path.stat().st_size for path in export.iterdir())
    assert told[-1] == (size, size)
    assert [done for done, _ in told] == sorted(done for done, _ in told)


def test_a_process_that_is_lost_is_told_and_the_next_reading_is_whole(tmp_path: Path) -> None:
    many = [observation(id=f"o{number}", note=[{"text": "x" * 400}]) for number in range(11_000)]
    export = write_export(tmp_path / "export", many)

    def kill(_done: int, _of: int) -> None:
        for child in multiprocessing.active_children():
            child.kill()

    with pytest.raises(CorrinError, match="process was lost"):
        read(export, tmp_path / "facts", processes=2, told=kill)
    assert read(export, tmp_path / "facts").tally.used == len(many)
    assert len(rows(tmp_path / "facts", FactKind.RESULTS)) == len(many)


def test_a_full_disk_is_told_in_words() -> None:
    full = Path("/dev/full")
    with pytest.raises((CorrinError, NotADirectoryError)):
        read_fhir_bulk(Path(__file__).parent, full / "facts", processes=1)
