"""Which states explain the present findings, for many columns of numbers at once.

A *column* is one complete set of numbers: one person of a batch, one draw of
the knowledge, one choice of the inhibiting states, one finding left out.  Every
array has the columns D on its last axis and every step is an elementwise
operation, so a column's result has the same bits whatever stands beside it.

Let T[A] be the probability that, of the n present findings, exactly those in A
have been brought about by the sources looked at so far.  A source that brings
about finding f with probability p takes T[A with f] to T[A with f] + p T[A
without f] and T[A without f] to (1 - p) T[A without f].  The leaks are always
at work.  A variable is a mixture of its states:

    T' = absent T + sum over states s of weight_s (T after all links of s),

and at the end T[all n] is the probability of the present findings.  The
posterior of every state comes from the reverse pass over the same steps: with
G[A] the probability that the sources still to come bring about what A lacks,
weight_s <G after the links of s, transposed; T before the variable> is the joint
probability of s and the findings.  All terms are products and sums of
non-negative numbers, so nothing cancels.

A variable that reaches just one of the present findings is independent of the
other findings once the rest of the net is fixed, so it is folded into that
finding's leak and leaves the table; its posterior comes back from the reverse
pass at the leak.  Only variables that reach two or more enter the table, and
each enters as soon as the last finding it reaches has joined: with the findings
that most causes share first, most variables meet a table far below 2^n.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from corrin.twitching.noisy_or_network import Booleans, Floats, Integers, Layout


@dataclass(frozen=True, slots=True, eq=False)
class Sources:
    """What can bring about the n present findings.

    ``weight`` (S, D) and ``absent`` (V, D) add up to 1 for each variable, or to
    0 in a column that is impossible; ``link`` (S, n, D); ``leak`` (n, D).
    """

    weight: Floats
    absent: Floats
    link: Floats
    leak: Floats
    layout: Layout


@dataclass(frozen=True, slots=True, eq=False)
class _Folded:
    """The leak of one present finding together with the variables folded into it.

    ``off`` and ``on`` (D,): all of them together leave the finding out, or bring
    it about.  ``others_off`` and ``others_on`` (m, D): the same without each of
    the m ``variables`` in turn.  ``mask`` (m, D): in which columns it is folded.
    """

    off: Floats
    on: Floats
    variables: Integers
    mask: Booleans
    others_off: Floats
    others_on: Floats


def explain(sources: Sources) -> tuple[Floats, Floats]:
    """Posterior of each state (S, D), and the probability (D,) of the present findings.

    A state that reaches none of them keeps its weight.  Where the probability
    is 0 the posterior means nothing.  Fastest with the findings that most
    states reach first.
    """
    posterior = sources.weight.copy()
    n, columns = sources.leak.shape
    if n == 0:
        return posterior, np.ones(columns)
    reaches = np.zeros((sources.layout.start.size, n, columns), dtype=bool)
    for variables, states in sources.layout.ranks:
        reaches[variables] |= sources.link[states] > 0
    count = reaches.sum(axis=1)
    folded = [_fold(sources, bit, reaches[:, bit] & (count == 1)) for bit in range(n)]
    # The last finding of a variable that reaches two or more; 0 for the others.
    last = np.where(count > 1, n - 1 - np.argmax(reaches[:, ::-1], axis=1), 0)
    room = _Room(np.empty((1 << n, columns)), np.empty((1 << n, columns)))
    table = np.stack((folded[0].off, folded[0].on))
    joined, steps = [], []
    for bit in range(1, n):
        joined.append(table)
        table = np.concatenate((table * folded[bit].off, table * folded[bit].on))
        enters = last == bit
        for variable in np.flatnonzero(enters.any(axis=1)):
            step = _Step(sources, int(variable), bit, enters[variable], room)
            steps.append((bit, step, table))
            table = step.forward(table)
    missing, other = np.zeros_like(table), np.empty_like(table)
    missing[-1] = 1
    for bit in range(n - 1, 0, -1):
        while steps and steps[-1][0] == bit:
            _, step, before = steps.pop()
            step.backward(missing, before, other, posterior)
            missing, other = other, missing
        half = 1 << bit
        without, with_it, before = missing[:half], missing[half:], joined[bit - 1]
        _unfold(
            sources, folded[bit], bit, (_sum(without * before), _sum(with_it * before)), posterior
        )
        missing = without * folded[bit].off + with_it * folded[bit].on
        other = np.empty_like(missing)
    _unfold(sources, folded[0], 0, (missing[0], missing[1]), posterior)
    return posterior, table[-1].copy()


def _fold(sources: Sources, bit: int, single: Booleans) -> _Folded:
    """Fold the variables that reach only finding ``bit`` into its leak."""
    variables = np.flatnonzero(single.any(axis=1))
    mask = single[variables]
    on, off = np.zeros_like(sources.absent), sources.absent.copy()
    for owners, states in sources.layout.ranks:
        on[owners] += sources.weight[states] * sources.link[states, bit]
        off[owners] += sources.weight[states] * (1 - sources.link[states, bit])
    leak = sources.leak[bit : bit + 1]
    on = np.concatenate((leak, np.where(mask, on[variables], 0)))
    off = np.concatenate((1 - leak, np.where(mask, off[variables], 1)))
    earlier_off, earlier_on = _together(on, off)
    later_off, later_on = _together(on[::-1], off[::-1])
    # The source's own row, the leak's being row 0: all before it, all after it.
    size = variables.size
    before_off, before_on = earlier_off[1 : size + 1], earlier_on[1 : size + 1]
    after_off, after_on = later_off[::-1][2:], later_on[::-1][2:]
    return _Folded(
        off=earlier_off[-1],
        on=earlier_on[-1],
        variables=variables,
        mask=mask,
        others_off=before_off * after_off,
        others_on=before_on + before_off * after_on,
    )


def _together(on: Floats, off: Floats) -> tuple[Floats, Floats]:
    """The chance that the first 0, 1, 2 ... sources leave a finding out, or bring it about."""
    none = np.ones_like(off[:1])
    all_off = np.concatenate((none, np.multiply.accumulate(off, axis=0)))
    any_on = np.concatenate((none - none, np.add.accumulate(on * all_off[:-1], axis=0)))
    return all_off, any_on


def _unfold(
    sources: Sources, leak: _Folded, bit: int, at_leak: tuple[Floats, Floats], posterior: Floats
) -> None:
    """Write the posteriors of the variables folded into one leak.

    ``at_leak``: the evidence if the leak left the finding out, or brought it about.
    """
    if leak.variables.size == 0:
        return
    if_off, if_on = at_leak
    rest = leak.others_on * if_on + leak.others_off * if_off
    total = sources.absent[leak.variables] * rest
    joints = []
    for owners, states in sources.layout.ranks:
        # Owners are in order, and so the place of each variable tells whether it is one.
        places = np.minimum(np.searchsorted(owners, leak.variables), owners.size - 1)
        rows = np.flatnonzero(owners[places] == leak.variables)
        own = states[places[rows]]
        link = sources.link[own, bit]
        on = leak.others_on[rows] + leak.others_off[rows] * link
        joint = sources.weight[own] * (on * if_on + leak.others_off[rows] * (1 - link) * if_off)
        total[rows] += joint
        joints.append((rows, own, joint))
    for rows, own, joint in joints:
        write = leak.mask[rows] & (total[rows] > 0)
        posterior[own] = np.divide(joint, total[rows], out=posterior[own], where=write)


@dataclass(frozen=True, slots=True, eq=False)
class _Room:
    """Arrays of the largest table's size, used again and again."""

    active: Floats
    spare: Floats


class _Step:
    """One variable of the table: forward over what came before, backward for its posterior.

    In a column where the variable does not enter the table here its weights are
    0 and its absence 1, which leaves that column's table bit for bit as it was.
    """

    def __init__(
        self, sources: Sources, variable: int, last: int, enters: Booleans, room: _Room
    ) -> None:
        start = int(sources.layout.start[variable])
        size = int(np.count_nonzero(sources.layout.variable == variable))
        self.states = range(start, start + size)
        self.enters = enters
        self.room = room
        self.absent = np.where(enters, sources.absent[variable], 1)
        self.weights = list(np.where(enters, sources.weight[start : start + size], 0))
        on = sources.link[start : start + size, : last + 1]
        off = 1 - on
        at_work: Booleans = np.logical_or.reduce((on > 0) & enters, axis=2)
        self.bits = [
            [(bit, on[place, bit], off[place, bit]) for bit in np.flatnonzero(row).tolist()]
            for place, row in enumerate(at_work)
        ]

    def forward(self, table: Floats) -> Floats:
        """The table after this variable."""
        active, after = self.room.active[: table.shape[0]], table * self.absent
        for weight, bits in zip(self.weights, self.bits, strict=True):
            np.multiply(table, weight, out=active)
            for bit, on, off in bits:
                without, with_it = _halves(active, bit)
                with_it += self._product(without, on)
                without *= off
            after += active
        return after

    def backward(self, missing: Floats, before: Floats, earlier: Floats, posterior: Floats) -> None:
        """Fill ``earlier``: ``missing`` before this variable; write its states' posteriors."""
        active = self.room.active[: missing.shape[0]]
        np.multiply(missing, self.absent, out=earlier)
        total = _sum(self._product(earlier, before))
        joints = []
        for weight, bits in zip(self.weights, self.bits, strict=True):
            np.multiply(missing, weight, out=active)
            for bit, on, off in bits:
                without, with_it = _halves(active, bit)
                without *= off
                without += self._product(with_it, on)
            joints.append(_sum(self._product(active, before)))
            total += joints[-1]
            earlier += active
        write = self.enters & (total > 0)
        for state, joint in zip(self.states, joints, strict=True):
            np.divide(joint, total, out=posterior[state], where=write)

    def _product(self, one: Floats, other: Floats) -> Floats:
        """Product of (part of) a table with something, in the spare room."""
        room = self.room.spare.reshape(-1)[: one.size].reshape(one.shape)
        return np.multiply(one, other, out=room)


def _halves(table: Floats, bit: int) -> tuple[Floats, Floats]:
    """Views of the sets without and with finding ``bit``."""
    parts = table.reshape(-1, 2, 1 << bit, table.shape[-1])
    return parts[:, 0], parts[:, 1]


def _sum(table: Floats) -> Floats:
    """Sum over the sets, in a fixed order (a NumPy sum's order depends on the shape).

    Works in place; the result is a copy.
    """
    size = table.shape[0]
    while size > 1:
        size //= 2
        table[:size] += table[size : 2 * size]
    total: Floats = table[0].copy()
    return total
