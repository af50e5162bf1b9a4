"""Made-up people are those that the knowledge describes, and the same every time."""

from __future__ import annotations

import itertools
from collections import Counter
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from corrin.b12_status.classing import class_b12
from corrin.errors import Refusal
from corrin.high_b12.regimens import regimen_from_intake
from corrin.knowledge.loading import load
from corrin.person.records import Intake
from corrin.picture.building import clinical_picture
from corrin.population.canonical.building import build_canonical
from corrin.population.facts import FactBatch, FactKind, FactWriter, parts
from corrin.population.records import CANONICAL
from corrin.population.rows import person_of_row
from corrin.population.simulating.causes import dense, priors
from corrin.population.simulating.drawing import Block, draw_block
from corrin.population.simulating.facts_of import facts_of
from corrin.population.simulating.lab_limits import labs
from corrin.population.simulating.messing import mess, untouched
from corrin.population.simulating.people import SETTINGS
from corrin.population.simulating.printing import LOCAL, local_codes
from corrin.population.simulating.recording import record
from corrin.population.simulating.rows_of import rows_of
from corrin.population.simulating.streams import BLOCK
from corrin.population.simulating.truth import truth_of
from corrin.population.simulating.writing import simulate, simulate_table
from corrin.twitching import noisy_or
from corrin.twitching.network import compile_network

KNOWLEDGE = load()
RULES = KNOWLEDGE.population.simulation
SEED = 11


@pytest.fixture(scope="module")
def block() -> Block:
    return draw_block(KNOWLEDGE, SEED, 0)


@pytest.fixture(scope="module")
def twitching() -> list[Block]:
    return [draw_block(KNOWLEDGE, SEED, number, twitching=1.0) for number in range(3)]


# Person i of a seed is the same, however many are made.


def _made(people: int, folder: Path, *, messy: bool) -> tuple[dict[FactKind, pa.Table], pa.Table]:
    with FactWriter(folder / "facts") as writer:
        simulate(people, KNOWLEDGE, seed=SEED, folder=folder, write=writer.write, messy=messy)
    facts = {
        kind: pa.concat_tables([pq.read_table(part) for part in parts(folder / "facts", kind)])
        for kind in FactKind
        if parts(folder / "facts", kind)
    }
    return facts, pq.read_table(folder / "truth.parquet")


@pytest.mark.parametrize("messy", [False, True])
def test_people_are_the_same_however_many_are_made(tmp_path: Path, messy: bool) -> None:
    few = 150
    small, truth_of_few = _made(few, tmp_path / "few", messy=messy)
    large, truth_of_many = _made(BLOCK + few, tmp_path / "many", messy=messy)
    assert truth_of_many.slice(0, few).equals(truth_of_few)
    ids = truth_of_few.column("person_id")
    assert ids.to_pylist() == sorted(ids.to_pylist())
    for kind, table in small.items():
        same = large[kind].filter(pc.is_in(large[kind].column("person_id"), ids))
        assert same.equals(table), kind
    # Those of the second block are others, not the first ones again.
    first, second = (large[FactKind.PEOPLE].slice(start, few) for start in (0, BLOCK))
    assert not first.column("birth_date").equals(second.column("birth_date"))


def test_the_table_of_people_does_not_depend_on_the_size_of_a_row_group(tmp_path: Path) -> None:
    tables = []
    for rows, name in ((60, "a"), (1000, "b")):
        simulate_table(200, KNOWLEDGE, seed=SEED, folder=tmp_path / name, rows=rows)
        tables.append(pq.read_table(tmp_path / name / "people.parquet"))
    assert tables[0].schema == CANONICAL
    assert tables[0].equals(tables[1])


def test_clean_facts_make_the_same_table(tmp_path: Path) -> None:
    """The people written straight as a table are those that their facts make."""
    many = 400
    _made(many, tmp_path, messy=False)
    (tmp_path / "built").mkdir()
    build_canonical(tmp_path / "facts", tmp_path / "built", KNOWLEDGE, work=tmp_path / "work")
    simulate_table(many, KNOWLEDGE, seed=SEED, folder=tmp_path / "direct")
    built = pq.read_table(tmp_path / "built")
    direct = pq.read_table(tmp_path / "direct" / "people.parquet")
    for name in CANONICAL.names:
        assert built.column(name).to_pylist() == direct.column(name).to_pylist(), name


def test_another_seed_gives_other_people() -> None:
    mine, other = (draw_block(KNOWLEDGE, seed, 0) for seed in (SEED, SEED + 1))
    assert not np.array_equal(mine.people.born, other.people.born)
    assert not np.array_equal(mine.drawn, other.drawn)


# They are those that the network describes.


def test_causes_are_as_frequent_as_their_priors(twitching: list[Block]) -> None:
    expected = np.zeros(len(dense(KNOWLEDGE).states))
    variance, seen, people = expected.copy(), expected.copy(), 0
    for block in twitching:
        who = block.people.twitches
        of_person, sets = priors(block.people, KNOWLEDGE)
        prior = np.stack(sets)[of_person[who]]
        expected += prior.sum(axis=0)
        variance += (prior * (1 - prior)).sum(axis=0)
        seen += block.active[who].sum(axis=0)
        people += int(who.sum())
    assert people > 10_000
    assert np.all(np.abs(seen - expected) <= 4 * np.sqrt(variance) + 1)


@pytest.fixture(scope="module")
def alike(twitching: list[Block]) -> tuple[noisy_or.Network, np.ndarray]:
    """The people who share the commonest set of priors: their network, and what they have."""
    _, sets = priors(twitching[0].people, KNOWLEDGE)
    chosen = [[_with_prior(each, prior) for each in twitching] for prior in sets]
    sizes = [sum(int(rows.sum()) for rows in each) for each in chosen]
    most = int(np.argmax(sizes))
    compiled = compile_network(KNOWLEDGE, SETTINGS[0])
    net = compiled.arrays(np.ones(len(compiled.states)), range(len(compiled.findings)))
    drawn = [each.drawn[rows] for each, rows in zip(twitching, chosen[most], strict=True)]
    return net.with_prior(sets[most]), np.concatenate(drawn)


def _with_prior(block: Block, prior: np.ndarray) -> np.ndarray:
    of_person, sets = priors(block.people, KNOWLEDGE)
    same = np.array([np.array_equal(each, prior) for each in sets])
    return same[of_person] & block.people.twitches


def _is_as_frequent(alike: tuple[noisy_or.Network, np.ndarray], findings: tuple[str, ...]) -> bool:
    net, drawn = alike
    columns = [dense(KNOWLEDGE).findings.index(each) for each in findings]
    chance = float(np.exp(noisy_or.posterior(net, present=columns, absent=[]).log_evidence))
    error = np.sqrt(chance * (1 - chance) / len(drawn))
    share = drawn[:, columns].all(axis=1).mean()
    return bool(abs(share - chance) <= 4 * error + 1 / len(drawn))


def test_findings_are_as_frequent_as_the_exact_network_says(
    alike: tuple[noisy_or.Network, np.ndarray],
) -> None:
    assert len(alike[1]) > 1_000
    for finding in dense(KNOWLEDGE).findings:
        assert _is_as_frequent(alike, (finding,)), finding


@pytest.mark.parametrize(
    "pair",
    [
        ("caffeine_high", "poor_sleep"),
        ("cramps", "dist_calf_foot"),
        ("objective_weakness", "atrophy"),
        ("lab_b12_low", "lab_mma_high"),
        ("duration_gt_3mo", "progressive"),
    ],
)
def test_findings_hang_together_as_the_exact_network_says(
    alike: tuple[noisy_or.Network, np.ndarray], pair: tuple[str, str]
) -> None:
    assert _is_as_frequent(alike, pair)


def test_what_is_asked_does_not_depend_on_what_is_there(twitching: list[Block]) -> None:
    for column, finding in enumerate(dense(KNOWLEDGE).findings):
        there, asked = (
            np.concatenate([each.drawn[each.people.twitches][:, column] for each in twitching]),
            np.concatenate([each.asked[each.people.twitches][:, column] for each in twitching]),
        )
        if finding == "pregnant" or min(there.sum(), (~there).sum()) < 50:
            continue
        with_it, without = asked[there], asked[~there]
        rate = asked.mean()
        error = np.sqrt(rate * (1 - rate) * (1 / len(with_it) + 1 / len(without)))
        assert abs(with_it.mean() - without.mean()) <= 4.5 * error + 1e-9, finding


# A clean record reads back to what was drawn.


@pytest.mark.parametrize("share", [None, 1.0])
def test_a_record_reads_back_to_the_findings(share: float | None) -> None:
    many = 250
    block = draw_block(KNOWLEDGE, SEED + 2, 1, twitching=share)
    findings = dense(KNOWLEDGE).findings
    by_lab = {each.id for each in KNOWLEDGE.findings.values() if each.from_lab}
    checked = Counter[str]()
    for number, row in enumerate(rows_of(record(block, many, KNOWLEDGE), KNOWLEDGE).to_pylist()):
        picture = clinical_picture(person_of_row(row), KNOWLEDGE)
        assert "labs" not in {
            refusal.question.partition(".")[0]
            for refusal in picture.not_used
            if not refusal.code.startswith("albumin")
        }
        for column, finding in enumerate(findings):
            if not block.asked[number, column]:
                assert finding not in by_lab or finding not in picture.findings
                continue
            state = picture.findings.get(finding)
            assert state is not None, (finding, number)
            if state.present is not bool(block.present[number, column]):
                # Only what follows from another finding may differ from what was drawn.
                assert state.origin.value == "follows from another", (finding, number)
                assert finding not in by_lab
            else:
                checked[finding] += 1
    assert all(checked[each] for each in by_lab - {"lab_lithium_high", "lab_b6_high"}), checked


def test_every_lab_is_found_on_both_sides_of_its_limits() -> None:
    block = draw_block(KNOWLEDGE, SEED, 0, twitching=1.0)
    names = labs(KNOWLEDGE)
    for lab, grade in (
        ("potassium", -1), ("tsh", 1), ("tsh", -1), ("haemoglobin", -1), ("ck", 1),
        ("calcium", -1), ("calcium", 1), ("white_cells", 1), ("platelets", -1), ("egfr", -2),
    ):  # fmt: skip
        assert (block.grade[:, names.index(lab)] == grade).any(), (lab, grade)


def test_the_true_class_is_the_one_that_one_person_gets(block: Block) -> None:
    many = 700
    recorded = record(block, many, KNOWLEDGE)
    truth = truth_of(recorded, untouched(recorded), KNOWLEDGE, count=many).to_pylist()
    seen = Counter[str]()
    for row, true in zip(rows_of(recorded, KNOWLEDGE).to_pylist(), truth, strict=True):
        picture = clinical_picture(person_of_row(row), KNOWLEDGE)
        if picture.present("pregnant"):
            continue
        status = class_b12(picture, KNOWLEDGE)
        if isinstance(status, Refusal) or status.value_pmol_l is None:
            assert true["b12_class"] is None
            continue
        assert status.b12_class.value == true["b12_class"]
        seen[true["b12_class"]] += 1
    assert set(seen) == {"deficient", "indeterminate", "normal", "high"}


def test_every_regimen_can_be_read() -> None:
    for each in RULES.regimen:
        entry = Intake(
            substance=each.substance,
            route=each.route,
            dose=each.dose,
            every=each.every,
            product=each.product,
        )
        regimen = regimen_from_intake([entry], KNOWLEDGE, as_of=RULES.as_of)
        assert len(regimen.products) == 1, each.id
        assert not regimen.problems, each.id


# The mess is what the records state, and the truth knows it.


@pytest.fixture(scope="module")
def messed() -> tuple[dict[FactKind, pa.RecordBatch], pa.RecordBatch, int]:
    block = draw_block(KNOWLEDGE, SEED, 0)
    recorded = record(block, BLOCK, KNOWLEDGE)
    done = mess(recorded, KNOWLEDGE)
    facts = {each.kind: each.table for each in facts_of(recorded, done, KNOWLEDGE, count=BLOCK)}
    return facts, truth_of(recorded, done, KNOWLEDGE, count=BLOCK), len(recorded.results.person)


def test_mess_is_as_frequent_as_stated(
    messed: tuple[dict[FactKind, pa.RecordBatch], pa.RecordBatch, int],
) -> None:
    facts, truth, results = messed
    told = [one for row in truth.column("mess").to_pylist() for one in row]
    counts = Counter(one["what"] for one in told)
    b12 = _first_versions(facts[FactKind.RESULTS], "serum_b12")
    said = facts[FactKind.FINDINGS].num_rows - counts["contradiction"]
    of = {"missing_unit": b12, "contradiction": said}
    shares = {name: each.value for name, each in RULES.mess.items()}
    for name in ("duplicate", "local_code", "missing_unit", "contradiction"):
        total = of.get(name, results)
        error = np.sqrt(shares[name] * (1 - shares[name]) / total)
        assert abs(counts[name] / total - shares[name]) <= 4 * error, name
    for name in ("resent", "corrected", "entered_in_error", "preliminary", "wrong_unit"):
        total = b12 if name == "wrong_unit" else results
        # A little less: not where a local code or a copy stands already, not without a unit.
        assert 0.8 * shares[name] < counts[name] / total < 1.2 * shares[name], name


def _first_versions(results: pa.RecordBatch, lab: str) -> int:
    labs_ = pc.replace_substring(results.column("lab"), LOCAL, "")
    ids = results.filter(pc.equal(labs_, lab)).column("result_id")
    return len({id_ for id_ in ids.to_pylist() if id_[-1].isdigit()})


def test_every_fault_shows_in_the_facts(  # noqa: PLR0912 - a case for each fault
    messed: tuple[dict[FactKind, pa.RecordBatch], pa.RecordBatch, int],
) -> None:
    facts, truth, _ = messed
    rows: dict[str, list[dict]] = {}
    for row in facts[FactKind.RESULTS].to_pylist():
        rows.setdefault(row["result_id"], []).append(row)
    seen = Counter[str]()
    for person in truth.to_pylist():
        for one in person["mess"]:
            seen[one["what"]] += 1
            if one["result_id"] is None:
                assert one["what"] == "contradiction"
                continue
            mine = rows[one["result_id"]]
            last = mine[-1]
            match one["what"]:
                case "missing_unit":
                    assert last["unit_seen"] is None
                    assert one["unit"] in {"pg/mL", "ng/L", "pmol/L"}
                case "wrong_unit":
                    assert last["unit_seen"] not in {None, one["unit"]}
                case "beyond_assay":
                    assert last["comparator"] in {"<", ">"}
                    assert (last["value"] < one["value"]) == (last["comparator"] == ">")
                case "zero_interval":
                    assert (last["reference_low"], last["reference_high"]) == (0, 0)
                case "local_code":
                    assert last["lab"].startswith(LOCAL)
                case "duplicate":
                    assert any(row == other for row, other in itertools.pairwise(mine))
                case "resent":
                    assert f"{one['result_id']}-again" in rows
                case "corrected":
                    assert [row["status"] for row in (mine[0], last)] == ["final", "corrected"]
                    assert mine[0]["value"] != last["value"]
                    assert mine[0]["issued"] < last["issued"]
                case "entered_in_error":
                    (wrong,) = rows[f"{one['result_id']}-error"]
                    assert wrong["status"] == "entered-in-error"
                case "preliminary":
                    (early,) = rows[f"{one['result_id']}-early"]
                    assert early["status"] == "preliminary"
    assert len(seen) == len(RULES.mess)


def test_clean_facts_hold_no_mess(block: Block) -> None:
    recorded = record(block, BLOCK, KNOWLEDGE)
    clean = {
        each.kind: each.table
        for each in facts_of(recorded, untouched(recorded), KNOWLEDGE, count=BLOCK)
    }
    results = clean[FactKind.RESULTS]
    assert set(results.column("status").to_pylist()) == {"final"}
    assert len(set(results.column("result_id").to_pylist())) == results.num_rows
    numbers = results.filter(pc.is_valid(results.column("value")))
    assert numbers.column("unit_seen").null_count == 0
    assert not any(map(str.startswith, results.column("lab").to_pylist(), [LOCAL] * len(results)))
    assert pc.max(results.column("taken")).as_py() == RULES.as_of
    findings = clean[FactKind.FINDINGS]
    keys = set(
        zip(
            findings.column("person_id").to_pylist(),
            findings.column("finding").to_pylist(),
            strict=True,
        )
    )
    assert len(keys) == findings.num_rows


def test_a_local_code_tells_nobody_what_it_means(
    messed: tuple[dict[FactKind, pa.RecordBatch], pa.RecordBatch, int],
) -> None:
    results = messed[0][FactKind.RESULTS]
    codes = local_codes(results)
    local = pc.starts_with(results.column("lab"), LOCAL)
    assert codes.is_valid().equals(local)
    for code in set(codes.drop_null().to_pylist()):
        assert KNOWLEDGE.lab_id(code.partition("-")[2]) is None


def test_facts_have_the_columns_of_facts(block: Block) -> None:
    recorded = record(block, BLOCK, KNOWLEDGE)
    for each in facts_of(recorded, mess(recorded, KNOWLEDGE), KNOWLEDGE, count=100):
        assert isinstance(each, FactBatch)
        each.table.validate(full=True)
