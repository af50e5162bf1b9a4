"""Posteriors given the present findings, for LANES columns: the steps of ``noisy_or_fast_plan``.

The arrays are those of ``noisy_or_fast_table``; ``sums`` (7, LANES) is worked in.
"""

# ruff: noqa: PLR0917

from __future__ import annotations

from corrin.twitching.noisy_or_fast_plan import (
    ALONE,
    BEGINS,
    FROM,
    JOIN,
    KIND,
    PASS,
    PLACE,
    STOOD,
    WITH,
)
from corrin.twitching.noisy_or_fast_table import (
    ACTIVE,
    EARLIER,
    FOLD,
    LANES,
    LEAK,
    MISSING,
    NONE,
    OFF,
    ON,
    OTHERS_OFF,
    OTHERS_ON,
    OWN_OFF,
    OWN_ON,
    SPARE,
    add,
    ask_for,
    bring_about,
    bring_back,
    compiled,
    drop,
    inlined,
    join,
    leave,
    mixture,
    together,
)
from corrin.twitching.noisy_or_network import Floats, Integers

# Rows of ``sums``.
IF_OFF, IF_ON, TOTAL, KEPT, RUNNING_ON, RUNNING_OFF, ONES = range(7)  # not clinical: rows


@compiled
def explain(
    start: Integers,
    weight: Floats,
    of_variable: Floats,
    of_finding: Floats,
    link: Floats,
    order: Integers,
    tables: Floats,
    room: Floats,
    sums: Floats,
    explained: Floats,
    n: int,
    steps: int,
) -> None:
    """Turn the weights into posteriors; fill ``explained`` (LANES,).

    That is the probability of the present findings.  ``tables`` holds the table before
    each step and after the last.
    """
    explained[:] = 1.0
    sums[ONES] = 1.0
    needed = 0
    for step in range(steps):
        if order[KIND, step] == JOIN:
            needed |= 1 << order[WITH, step]
    for bit in range(n):
        order[PLACE, bit] = 0
        _fold(bit, start, order, weight, of_variable, of_finding, link, sums)
        if not needed >> bit & 1:
            # The rest of the evidence is the same for all states here, and cancels.
            sums[IF_OFF] = 0.0
            sums[IF_ON] = 1.0
            _unfold(bit, start, order, weight, of_variable, link, sums)
            for lane in range(LANES):
                explained[lane] *= of_finding[ON, bit, lane]
    if steps > 0:
        end = _pass_on(
            *(start, weight, of_variable, of_finding, link, order, tables, room, sums, n, steps),
        )
        for lane in range(LANES):
            explained[lane] *= tables[end, lane]
        _pass_back(
            *(start, weight, of_variable, of_finding, link, order, tables, room, sums, n, steps),
        )


@compiled
def _pass_on(
    start: Integers,
    weight: Floats,
    of_variable: Floats,
    of_finding: Floats,
    link: Floats,
    order: Integers,
    tables: Floats,
    room: Floats,
    sums: Floats,
    n: int,
    steps: int,
) -> int:
    """Take every step; where the last table begins, which has a single number."""
    size, begins = 1, 0
    tables[0] = 1.0
    for step in range(steps):
        order[BEGINS, step] = begins
        before, after = tables[begins:], tables[begins + size :]
        begins += size
        what = order[WITH, step]
        if order[KIND, step] == JOIN:
            order[PLACE, what] = size
            join(before, of_finding[OFF, what], of_finding[ON, what], size, after)
            size *= 2
        elif order[KIND, step] == PASS:
            none = of_variable[NONE, what]
            _forward(what, n, start, weight, none, link, order, size, before, after, room, sums)
        else:
            place = order[PLACE, what]
            drop(before, place, size, after)
            order[STOOD, step], order[PLACE, what] = place, 0
            for bit in range(n):
                if order[PLACE, bit] > place:
                    order[PLACE, bit] //= 2
            size //= 2
    return begins


@compiled
def _pass_back(
    start: Integers,
    weight: Floats,
    of_variable: Floats,
    of_finding: Floats,
    link: Floats,
    order: Integers,
    tables: Floats,
    room: Floats,
    sums: Floats,
    n: int,
    steps: int,
) -> None:
    """Take the steps in reverse, and write the posteriors on the way."""
    size = 1
    missing, earlier = room[MISSING], room[EARLIER]
    missing[0] = 1.0
    for step in range(steps - 1, -1, -1):
        before, what = tables[order[BEGINS, step] :], order[WITH, step]
        if order[KIND, step] == PASS:
            none = of_variable[NONE, what]
            _backward(
                *(what, n, start, weight, none, link, order, size, before, room, sums),
                *(missing, earlier),
            )
            missing, earlier = earlier, missing
        elif order[KIND, step] == JOIN:
            size //= 2
            order[PLACE, what] = 0
            together(missing, before, size, room[FOLD], sums[IF_OFF])
            together(missing[size:], before, size, room[FOLD], sums[IF_ON])
            _unfold(what, start, order, weight, of_variable, link, sums)
            leave(missing, of_finding[OFF, what], of_finding[ON, what], size)
        else:
            size *= 2
            place = order[STOOD, step]
            for bit in range(n):
                if order[PLACE, bit] >= place:
                    order[PLACE, bit] *= 2
            order[PLACE, what] = place
            bring_back(missing, place, size, earlier)
            missing, earlier = earlier, missing


@compiled
def _fold(
    bit: int,
    start: Integers,
    order: Integers,
    weight: Floats,
    of_variable: Floats,
    of_finding: Floats,
    link: Floats,
    sums: Floats,
) -> None:
    """Fold the variables that reach only finding ``bit`` into its leak."""
    first, last = order[FROM, bit], order[FROM, bit + 1]
    on, off = of_finding[ON, bit], of_finding[OFF, bit]
    for lane in range(LANES):
        on[lane] = of_finding[LEAK, bit, lane]
        off[lane] = 1 - of_finding[LEAK, bit, lane]
    for place in range(first, last):
        v = order[ALONE, place]
        own_on, own_off = of_variable[OWN_ON, v], of_variable[OWN_OFF, v]
        for lane in range(LANES):
            own_on[lane] = 0.0
            own_off[lane] = of_variable[NONE, v, lane]
        for state in range(start[v], start[v + 1]):
            for lane in range(LANES):
                own_on[lane] += weight[state, lane] * link[state, bit, lane]
                own_off[lane] += weight[state, lane] * (1 - link[state, bit, lane])
        for lane in range(LANES):
            of_variable[OTHERS_ON, v, lane] = on[lane]
            of_variable[OTHERS_OFF, v, lane] = off[lane]
            on[lane] += off[lane] * own_on[lane]
            off[lane] *= own_off[lane]
    running_on, running_off = sums[RUNNING_ON], sums[RUNNING_OFF]
    running_on[:] = 0.0
    running_off[:] = 1.0
    for place in range(last - 1, first - 1, -1):
        v = order[ALONE, place]
        for lane in range(LANES):
            of_variable[OTHERS_ON, v, lane] += of_variable[OTHERS_OFF, v, lane] * running_on[lane]
            of_variable[OTHERS_OFF, v, lane] *= running_off[lane]
            running_on[lane] += running_off[lane] * of_variable[OWN_ON, v, lane]
            running_off[lane] *= of_variable[OWN_OFF, v, lane]


@compiled
def _unfold(
    bit: int,
    start: Integers,
    order: Integers,
    weight: Floats,
    of_variable: Floats,
    link: Floats,
    sums: Floats,
) -> None:
    """Posteriors of the variables folded into the leak of finding ``bit``."""
    if_off, if_on, total = sums[IF_OFF], sums[IF_ON], sums[TOTAL]
    for place in range(order[FROM, bit], order[FROM, bit + 1]):
        v = order[ALONE, place]
        others_on, others_off = of_variable[OTHERS_ON, v], of_variable[OTHERS_OFF, v]
        for lane in range(LANES):
            rest = others_on[lane] * if_on[lane] + others_off[lane] * if_off[lane]
            total[lane] = of_variable[NONE, v, lane] * rest
        for state in range(start[v], start[v + 1]):
            for lane in range(LANES):
                on = others_on[lane] + others_off[lane] * link[state, bit, lane]
                off = others_off[lane] * (1 - link[state, bit, lane])
                weight[state, lane] *= on * if_on[lane] + off * if_off[lane]
                total[lane] += weight[state, lane]
        _bring_to_one(start[v], start[v + 1], weight, total)


@inlined
def _bring_to_one(first: int, last: int, weight: Floats, total: Floats) -> None:
    """Divide the weights of a variable by their sum, unless that is 0."""
    for state in range(first, last):
        for lane in range(LANES):
            weight[state, lane] /= total[lane] if total[lane] > 0 else 1.0


@compiled
def _forward(
    v: int,
    n: int,
    start: Integers,
    weight: Floats,
    none: Floats,
    link: Floats,
    order: Integers,
    size: int,
    before: Floats,
    after: Floats,
    room: Floats,
    sums: Floats,
) -> None:
    """One variable, from the table ``before`` to the next."""
    active, spare = room[ACTIVE], room[SPARE]
    for state in range(start[v], start[v + 1]):
        share, source = weight[state], before
        for bit in range(n):
            # A link is one in all lanes or in none.
            if link[state, bit, 0] > 0:
                bring_about(source, share, link[state, bit], order[PLACE, bit], size, active)
                share, source = sums[ONES], active
                active, spare = spare, active
        if state == start[v]:
            mixture(before, none, source, share, size, after)
        else:
            add(source, share, size, after)


@compiled
def _backward(
    v: int,
    n: int,
    start: Integers,
    weight: Floats,
    none: Floats,
    link: Floats,
    order: Integers,
    size: int,
    before: Floats,
    room: Floats,
    sums: Floats,
    missing: Floats,
    earlier: Floats,
) -> None:
    """The same variable in reverse: fills ``earlier``, writes the posteriors."""
    active, spare = room[ACTIVE], room[SPARE]
    total, own = sums[TOTAL], sums[IF_ON]
    together(missing, before, size, room[FOLD], total)
    for lane in range(LANES):
        total[lane] *= none[lane]
    for state in range(start[v], start[v + 1]):
        share, source = weight[state], missing
        for bit in range(n):
            if link[state, bit, 0] > 0:
                ask_for(source, share, link[state, bit], order[PLACE, bit], size, active)
                share, source = sums[ONES], active
                active, spare = spare, active
        if state == start[v]:
            mixture(missing, none, source, share, size, earlier)
        else:
            add(source, share, size, earlier)
        together(source, before, size, room[FOLD], own)
        for lane in range(LANES):
            weight[state, lane] = share[lane] * own[lane]
            total[lane] += weight[state, lane]
    _bring_to_one(start[v], start[v + 1], weight, total)
