"""Properties of the answer over generated people and numbers."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from corrin.high_b12.as_table import high_b12_table
from corrin.high_b12.sources_numbers import compile_sources
from corrin.high_b12.sources_records import HighB12, Lasting, Supplements
from corrin.high_b12.weighing import TAKEN, PeopleKnown, SourceNumbers, usual_tail, weigh
from corrin.knowledge.loading import load
from corrin.knowledge.records import Setting
from tests.high_b12_people import TABLET, asked, shares

KNOWLEDGE = load()
FINDINGS = sorted({name for sign in KNOWLEDGE.high_b12.sign for name in sign.findings})
SUPPLEMENTS = ("b12_supplement", "b12_treatment_prescribed", "b12_injection_new")
LABS = ("alt 200 U/L", "alt 20 U/L", "crp 80 mg/L", "crp 2 mg/L", "platelets 90 10*9/L",
        "white_cells 30 10*9/L", "creatinine 250 umol/L", "bilirubin 70 umol/L")  # fmt: skip

said = st.dictionaries(st.sampled_from([*FINDINGS, *SUPPLEMENTS]), st.booleans(), max_size=8).map(
    lambda d: " ".join(name if on else f"-{name}" for name, on in d.items())
)
levels = st.lists(
    st.tuples(st.integers(680, 4000), st.dates(dt.date(2025, 1, 1), dt.date(2026, 10, 1))),
    min_size=1, max_size=3,
).map(lambda rows: [f"serum_b12 {value} pmol/L {day}" for value, day in rows])  # fmt: skip
people = st.fixed_dictionaries(
    {
        "findings": said,
        "labs": st.tuples(levels, st.sets(st.sampled_from(LABS), max_size=3)).map(
            lambda both: [*both[0], *sorted(both[1])]
        ),
        "intake": st.sampled_from([None, (), TABLET]),
        "age": st.one_of(st.none(), st.integers(18, 95)),
        "sex": st.sampled_from([None, "female", "male"]),
        "setting": st.sampled_from([setting.value for setting in Setting]),
    }
)


def _taken(about: dict[str, object]) -> bool:
    words = str(about["findings"]).split()
    return about["intake"] == TABLET or any(name in words for name in SUPPLEMENTS)


@settings(max_examples=60)
@given(people)
def test_sources_sum_to_one_and_none_is_impossible_or_certain(about):
    high = asked(**about, draws=50)
    assert isinstance(high, HighB12)
    assert sum(shares(high).values()) == pytest.approx(1)
    for source in high.sources:
        assert 0 < source.low <= source.probability <= source.high < 1
    floor = KNOWLEDGE.model["display_floor"].value
    assert min(shares(high).values()) >= floor * (1 - 1e-9)
    assert max(shares(high).values()) <= KNOWLEDGE.model["display_ceiling"].value
    assert high_b12_table(high, KNOWLEDGE)["sources"][0]["id"] == high.sources[0].id


@settings(max_examples=120)
@given(people)
def test_no_cancer_figure_without_both_no_b12_and_lasting_elevation(about):
    high = asked(**about)
    assert isinstance(high, HighB12)
    if high.cancer is not None:
        assert not _taken(about)
        assert high.supplements in {Supplements.NONE_TAKEN, Supplements.NO_HIGH_DOSE}
        assert high.persistence.lasting is Lasting.PERSISTENT
        days = {line.split()[3] for line in about["labs"] if line.startswith("serum_b12")}
        assert len(days) > 1
    else:
        assert high.why_no_cancer_figure


@settings(max_examples=60)
@given(people)
def test_not_classed_carries_the_answer_that_nobody_asked_for(about):
    about = {**about, "intake": None}
    words = [word for word in str(about["findings"]).split() if word.lstrip("-") not in SUPPLEMENTS]
    high = asked(**{**about, "findings": " ".join(words)})
    assert isinstance(high, HighB12)
    assert high.supplements is Supplements.NOT_ASKED
    assert not high.classed
    assert high.ask_first[0] == "b12_supplement"
    assert "ask_supplements" in high.next_tests
    assert shares(high)["not_classed"] >= high.hangs_on_the_answer * 0.98
    assert high.cancer is None


@settings(max_examples=60)
@given(people, st.floats(1e-4, 0.999), st.floats(1e-4, 0.999))
def test_a_larger_dose_never_lowers_intake(about, one, other):
    """More B12 makes a level at least this high more probable; the answer must follow."""
    assume("-b12_supplement" not in str(about["findings"]))
    about = {**about, "intake": TABLET}
    less, more = (asked(**about, tail=tail) for tail in sorted((one, other)))
    assert isinstance(less, HighB12)
    assert isinstance(more, HighB12)
    for id_ in ("intake", "injection_treatment"):
        assert shares(more)[id_] >= shares(less)[id_] - 1e-12


@settings(max_examples=40)
@given(people)
def test_the_same_person_gets_the_same_answer(about):
    assert asked(**about, draws=20) == asked(**about, draws=20)


@settings(max_examples=40)
@given(people)
def test_prescribed_treatment_is_never_sent_for_a_repeat(about):
    high = asked(**{**about, "findings": f"{about['findings']} b12_treatment_prescribed"})
    assert isinstance(high, HighB12)
    assert high.retest.id == "on-treatment"
    assert not high.retest.informative
    assert "repeat_b12" not in high.next_tests


def _random_people(count: int, seed: int) -> tuple[SourceNumbers, PeopleKnown]:
    compiled = compile_sources(KNOWLEDGE, Setting.HOSPITAL)
    random = np.random.Generator(np.random.PCG64(seed))
    bands = random.random((count, len(compiled.band_ids))) < 0.4
    bands[:, 0] |= ~bands.any(axis=1)
    state = random.integers(0, 3, (count, len(compiled.signs)))
    tail = random.random(count)
    tail[random.random(count) < 0.5] = np.nan
    known = PeopleKnown(
        bands=bands.astype(float),
        odds=random.choice([0.4, 1.0, 3.0], (count, len(compiled.sources))),
        present=(state == 1) * random.choice([0.5, 1.0], state.shape),
        absent=(state == 2) * random.choice([0.5, 1.0], state.shape),
        answer=random.integers(0, TAKEN + 1, count),
        level=random.uniform(500, 6000, count),
        tail=tail,
        tail_without=np.where(random.random(count) < 0.5, np.nan, random.random(count) * 0.1),
    )
    return compiled.numbers(3), known


@pytest.mark.parametrize("seed", range(3))
def test_one_person_is_a_batch_of_one(seed):
    numbers, known = _random_people(40, seed)
    together = weigh(numbers, known)
    for row in range(40):
        assert np.allclose(
            weigh(numbers, known.take(np.array([row])))[0], together[row], atol=1e-13
        )


@pytest.mark.parametrize("seed", range(3))
def test_the_kernel_equals_a_plain_slow_twin(seed):
    numbers, known = _random_people(25, seed)
    fast = weigh(numbers, known)
    for n in range(25):
        for r in range(3):
            assert np.allclose(fast[n, r], _slowly(numbers, known, n, r), atol=1e-12)


def _slowly(numbers: SourceNumbers, known: PeopleKnown, n: int, r: int) -> np.ndarray:
    """Bayes' rule written out, one source at a time."""
    sources = range(numbers.base.shape[1])
    base = [numbers.base[r, s] * known.odds[n, s] for s in sources]
    band = [max(1e-12, sum(known.bands[n] * numbers.band[r, s])) for s in sources]
    signs = [
        np.prod(numbers.sign[r, s] ** known.present[n])
        * np.prod((1 - numbers.sign[r, s]) ** known.absent[n])
        for s in sources
    ]
    if np.isnan(known.tail[n]):
        weight = [base[s] * band[s] * numbers.answer[r, s, known.answer[n]] for s in sources]
    else:
        usual = usual_tail(numbers, known.level[n : n + 1])[0, r]
        without = 0 if np.isnan(known.tail_without[n]) else known.tail_without[n]
        added = max(0, known.tail[n] - max(usual, without)) + numbers.more_than_said[r] * usual
        inside = sum(base[s] for s in sources if numbers.by_intake[s])
        outside = sum(base[s] * band[s] for s in sources if not numbers.by_intake[s])
        weight = [
            added * base[s] / inside
            if numbers.by_intake[s]
            else usual * base[s] * band[s] / outside
            for s in sources
        ]
    total = np.array([weight[s] * signs[s] for s in sources])
    return total / total.sum()


@given(st.lists(st.floats(100, 20_000), min_size=2, max_size=2))
def test_the_usual_tail_falls_with_the_level(two):
    numbers = compile_sources(KNOWLEDGE, Setting.PRIMARY_CARE).numbers(20)
    tails = usual_tail(numbers, np.array(sorted(two)))
    assert (tails[0] >= tails[1] - 1e-15).all()
    assert (tails <= 0.5).all()
    assert (tails > 0).all()
