"""The closed form against differential equations: a blood pool that exchanges with three others.

The twin knows nothing of sums of exponentials.  From sizes and rates it works out the
pools and their exchange once (partial fractions), then integrates dose after dose with
scipy.  What is kept of a dose is found by root finding.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.optimize import brentq

from corrin.high_b12.excess import excess
from corrin.high_b12.parameters import draw_parameters, middle
from corrin.high_b12.regimens import regimen_from_text
from corrin.high_b12.response import response, unbound
from corrin.knowledge.loading import load
from corrin.knowledge.records_of_intake import Entry, Kept

KNOWLEDGE = load()
WITHIN = 1e-3

REGIMENS = [
    ("cyanocobalamin 1000 ug oral daily", (1, 5.5, 28, 120, 365)),
    ("cyanocobalamin 1000 ug oral daily for 84 days", (84, 112, 200, 365)),
    ("cyanocobalamin 3 ug oral twice a day", (28, 56)),
    ("cyanocobalamin 2.5 ug oral every other day", (61,)),
    ("methylcobalamin 5000 ug sublingual 3x/week", (10, 100)),
    ("cyanocobalamin 500 ug nasal weekly", (3, 90)),
    ("cyanocobalamin 1000 ug im on days 1,3,7,10,14,21,30,60,90", (0.2, 1, 30, 120)),
    ("hydroxocobalamin 1000 ug im every other day for 12 days", (0.1, 1, 3, 12, 193, 314)),
    ("hydroxocobalamin 1 mg im every other day for 2 weeks then every 3 months", (20, 110, 300)),
    ("cyanocobalamin 25 ug sc weekly", (1, 50)),
    ("mecobalamin 500 ug iv daily for 10 days", (1, 3, 11)),
    ("one multivitamin a day; cyanocobalamin 1000 ug im monthly", (100,)),
]


def pools(sizes, rates):
    """Loss and exchange of a blood pool whose impulse response is sum size exp(-rate t)."""
    total = sizes.sum()
    poles = np.poly(-rates)
    top = sum(size * np.poly(np.delete(-rates, j)) for j, size in enumerate(sizes)) / total
    back = -np.roots(top).real
    # poles / top = s + offset + sum rest_i / (s + back_i)
    quotient, _ = np.polydiv(poles, top)
    offset = quotient[1]
    rest = [np.polyval(poles, -b) / np.polyval(np.polyder(top), -b) for b in back]
    out = -np.array(rest) / back
    return total, offset - out.sum(), out, back


def kept(dose, entry, like, value, intrinsic_factor):
    if entry is Entry.NOSE:
        return value["nasal_fraction"] * dose
    if entry is Entry.SWALLOWED:
        carried = 0.0
        if intrinsic_factor:
            carried = value["if_capacity"] * dose / (dose + value["if_half_dose"])
        return carried + value["passive_fraction"] * (dose - carried)
    capacity, half = value["binding_capacity"], value["binding_half"]

    def balance(bound):
        return (capacity - bound) * (dose - bound) - half * bound

    bound = brentq(balance, 0, min(capacity, dose), xtol=1e-14, rtol=1e-14)
    suffix = "_hydroxocobalamin" if like is Kept.HYDROXOCOBALAMIN else ""
    return bound + value[f"kept_of_excess{suffix}"] * (dose - bound)


def doses_of(train, until):
    if train.every is None:
        return [train.first]
    last = until if train.last is None else min(train.last, until)
    count = int(np.floor((last - train.first) / train.every + 1e-9)) + 1
    return [train.first + k * train.every for k in range(max(count, 0))]


def twin(regimen, day, parameters, draw, intrinsic_factor):
    value = {name: values[draw] for name, values in parameters.values.items()}
    entries = {route.id: route.entry for route in KNOWLEDGE.pharmacokinetics.route}
    level = 0.0
    for product in regimen.products:
        entry, like = entries[product.route], KNOWLEDGE.substances[product.substance].kept_like
        part = response(parameters, like=like)
        total, loss, out, back = pools(part.sizes[:, draw], part.rates[:, draw])
        free = unbound(parameters, like=like)
        size, rate = free.sizes[0, draw], free.rates[0, draw]

        def flow(_, state, loss=loss, out=out, back=back, rate=rate):
            blood, others, lost = state[0], state[1:-1], state[-1]
            return [
                -(loss + out.sum()) * blood + back @ others,
                *(out * blood - back * others),
                -rate * lost,
            ]

        events = sorted(
            (time, train.dose_ug)
            for train in product.trains
            for time in doses_of(train, day)
            if time < day
        )
        state, now = np.zeros(len(out) + 2), 0.0
        for time, dose in [*events, (day, 0.0)]:
            if time > now:
                done = solve_ivp(flow, (now, time), state, method="LSODA", rtol=1e-9, atol=1e-9)
                state, now = done.y[:, -1], time
            stays = kept(dose, entry, like, value, intrinsic_factor) if dose else 0.0
            state[0] += total * stays
            if entry is Entry.INJECTED:
                state[-1] += size * (dose - stays)
        level += state[0] + state[-1]
    return level


@pytest.mark.parametrize(("text", "days"), REGIMENS, ids=[text for text, _ in REGIMENS])
def test_the_closed_form_equals_the_differential_equations(text, days):
    regimen = regimen_from_text((text,), KNOWLEDGE)
    parameters = middle(KNOWLEDGE)
    assert regimen.problems == ()
    # The twin takes a guessed content at its middle, as one draw without spread would be.
    plain = regimen_without_spread(regimen)
    added = excess(plain, days, parameters, KNOWLEDGE).total[:, 0]
    for day, found in zip(days, added, strict=True):
        assert found == pytest.approx(twin(plain, day, parameters, 0, True), rel=WITHIN)


@pytest.mark.parametrize("draw", range(6))
def test_they_agree_away_from_the_middle_and_without_intrinsic_factor(draw):
    regimen = regimen_from_text(("cyanocobalamin 50 ug oral daily for 60 days",), KNOWLEDGE)
    parameters = draw_parameters(KNOWLEDGE, 100)
    added = excess(regimen, (30, 90), parameters, KNOWLEDGE, intrinsic_factor=False).total
    for position, day in enumerate((30, 90)):
        expected = twin(regimen, day, parameters, draw, False)
        assert added[position, draw] == pytest.approx(expected, rel=WITHIN)


def regimen_without_spread(regimen):
    from dataclasses import replace

    products = tuple(
        replace(one, trains=tuple(replace(train, dose_spread=0.0) for train in one.trains))
        for one in regimen.products
    )
    return replace(regimen, products=products)
