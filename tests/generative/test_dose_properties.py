"""What must hold of every regimen: more is never less, later after stopping never more."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corrin.high_b12.excess import excess
from corrin.high_b12.parameters import draw_parameters
from corrin.high_b12.predicting import explains, predict, stop
from corrin.high_b12.records import DoseTrain, Level, Product, Regimen
from corrin.high_b12.regimens import regimen_from_text
from corrin.high_b12.uptake import retained, taken_up
from corrin.knowledge.loading import load
from corrin.knowledge.records_of_intake import Kept, Nutrient

KNOWLEDGE = load()
PARAMETERS = draw_parameters(KNOWLEDGE, 200)
FORMS = [one.id for one in KNOWLEDGE.substances.values() if one.nutrient is Nutrient.B12]
ROUTES = [route.id for route in KNOWLEDGE.pharmacokinetics.route]
FEW = settings(max_examples=40)

doses = st.floats(0.2, 40_000)
trains = st.builds(
    DoseTrain,
    dose_ug=doses,
    every=st.sampled_from([0.5, 1, 2, 7 / 3, 7, 30.4375, 91.3125]),
    first=st.floats(0, 60),
    last=st.none() | st.floats(61, 300),
)
products = st.builds(
    Product,
    name=st.just(""),
    substance=st.sampled_from(FORMS),
    route=st.sampled_from(ROUTES),
    trains=st.lists(trains, min_size=1, max_size=2).map(tuple),
)
regimens = st.lists(products, min_size=1, max_size=3).map(lambda p: Regimen(products=tuple(p)))
days = st.floats(0.1, 500)


def added(regimen, *at, **options):
    return excess(regimen, at, PARAMETERS, KNOWLEDGE, **options).total


@FEW
@given(regimens, days, st.floats(1, 1.25))
def test_more_of_everything_is_never_less(regimen, day, factor):
    more = replace(
        regimen,
        products=tuple(
            replace(p, trains=tuple(replace(t, dose_ug=t.dose_ug * factor) for t in p.trains))
            for p in regimen.products
        ),
    )
    assert np.all(added(more, day) >= added(regimen, day) * (1 - 1e-9))


@FEW
@given(regimens, products, days)
def test_one_more_product_is_never_less(regimen, product, day):
    more = replace(regimen, products=(*regimen.products, product))
    assert np.all(added(more, day) >= added(regimen, day))


@FEW
@given(st.lists(doses, min_size=2, max_size=2).map(sorted), st.booleans())
def test_a_larger_dose_leaves_more_in_the_body(pair, intrinsic_factor):
    small, large = (np.array([dose]) for dose in pair)
    for like in Kept:
        assert np.all(
            retained(large, PARAMETERS, like=like) >= retained(small, PARAMETERS, like=like)
        )
        assert np.all(retained(large, PARAMETERS, like=like) <= large)
    options = {"intrinsic_factor": intrinsic_factor}
    assert np.all(taken_up(large, PARAMETERS, **options) >= taken_up(small, PARAMETERS, **options))
    assert np.all(taken_up(large, PARAMETERS, **options) <= large)


@FEW
@given(regimens, days, st.lists(st.floats(0, 1000), min_size=2, max_size=5).map(sorted))
def test_after_stopping_a_level_only_falls(regimen, day, later):
    stopped = stop(regimen, day)
    after = [max(day, 301.0) + time for time in later]
    levels = added(stopped, *after)
    for before, then in itertools.pairwise(levels):
        assert np.all(then <= before * (1 + 1e-9))


@FEW
@given(regimens, days)
def test_without_intrinsic_factor_there_is_never_more(regimen, day):
    assert np.all(added(regimen, day, intrinsic_factor=False) <= added(regimen, day) * (1 + 1e-9))


@FEW
@given(st.permutations(range(3)), st.lists(products, min_size=3, max_size=3), days)
def test_the_order_of_products_does_not_matter(order, given_products, day):
    regimen = Regimen(products=tuple(given_products))
    other = Regimen(products=tuple(given_products[place] for place in order))
    np.testing.assert_allclose(added(other, day), added(regimen, day), rtol=1e-9)


@FEW
@given(st.integers(1, 4_000), st.sampled_from(ROUTES))
def test_the_unit_does_not_matter(tens, route):
    micrograms = 10 * tens  # 1.001 mg would be asked about: it can mean 1001
    spelling = next(r for r in KNOWLEDGE.pharmacokinetics.route if r.id == route)
    way = (spelling.spellings or spelling.forms)[0]
    texts = [
        f"B12 {micrograms} ug {way} daily",
        f"B12 {micrograms} mcg {way} once a day",
        f"B12 {micrograms / 1000!r} mg {way} every day",
        f"B12 {micrograms} µg {way} od",
    ]
    read = [regimen_from_text((text,), KNOWLEDGE) for text in texts]
    assert [one.problems for one in read] == [()] * len(read)
    found = [one.products[0].trains[0] for one in read]
    for other in found[1:]:
        assert other.dose_ug == pytest.approx(found[0].dose_ug)
        assert other.every == found[0].every


@FEW
@given(regimens, days, st.floats(1, 5000), st.floats(1.01, 3))
def test_a_higher_level_is_never_explained_better(regimen, day, level, factor):
    chances = [
        explains(Level(day=day, low=x, high=x), regimen, KNOWLEDGE, draws=200).probability
        for x in (level, level * factor)
    ]
    assert 0 < chances[1] <= chances[0] < 1


@FEW
@given(regimens, st.lists(days, min_size=1, max_size=4), st.none() | st.floats(50, 900))
def test_an_interval_holds_its_median(regimen, at_days, baseline):
    found = predict(regimen, KNOWLEDGE, at_days=at_days, baseline=baseline, draws=200)
    for one in found:
        assert 0 < one.low <= one.median <= one.high < np.inf


@FEW
@given(regimens, days, st.floats(50, 400), st.floats(1.05, 2))
def test_a_higher_start_gives_a_higher_level(regimen, day, baseline, factor):
    low, high = (
        predict(regimen, KNOWLEDGE, at_days=(day,), baseline=start, draws=200)[0].median
        for start in (baseline, baseline * factor)
    )
    assert high > low
