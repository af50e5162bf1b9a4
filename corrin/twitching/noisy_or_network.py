"""The arrays of a two-layer leaky noisy-OR net with inhibition, checked once.

The equations and the algorithm stand in ``noisy_or``; this file only says what
a net *is*.  It knows arrays and nothing of medicine.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from corrin.errors import KnowledgeError

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Booleans = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Links:
    """Strengths of links (or of inhibition) as a list; pairs not listed are 0.

    ``state`` and ``finding`` have shape (P,) and name no pair twice;
    ``strength`` has shape (P,), or (R, P) with a row for each draw of the
    knowledge.  A thousand draws are far smaller this way than as (R, S, F).
    """

    state: Integers
    finding: Integers
    strength: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """Which states belong to which variable.

    ``start`` is each variable's first state.  ``ranks[r]`` holds the variables
    with more than ``r`` states and, beside them, each one's state number ``r``:
    a sum over the states of every variable is then a few whole-array additions
    in a fixed order, so that no column depends on the columns beside it.
    """

    variable: Integers
    start: Integers
    ranks: tuple[tuple[Integers, Integers], ...]

    @staticmethod
    def of(variable: Integers) -> Layout:
        """Lay out ``variable`` (S,), which is sorted (the numbers themselves are free)."""
        begins = np.diff(variable, prepend=variable[:1] - 1) != 0
        start = np.flatnonzero(begins)
        sizes = np.diff(start, append=variable.size)
        ranks = []
        for rank in range(int(sizes.max(initial=0))):
            variables = np.flatnonzero(sizes > rank)
            ranks.append((variables, start[variables] + rank))
        return Layout(np.cumsum(begins) - 1, start, tuple(ranks))


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """``Links`` in order of finding: those of finding f are ``first[f]:first[f + 1]``.

    ``strength`` has shape (P, R), with R = 1 when it is not drawn.
    """

    first: Integers
    state: Integers
    strength: Floats

    def of(self, finding: int) -> slice:
        """Where the pairs of one finding stand."""
        return slice(int(self.first[finding]), int(self.first[finding + 1]))

    def states_of(self, finding: int) -> Integers:
        """The states linked to one finding."""
        return self.state[self.of(finding)]


@dataclass(frozen=True, slots=True, eq=False)
class Compiled:
    """What is asked of a net again and again: sparse, the draws on the last axis.

    ``shared`` (F,): the place of each finding when those with most links come first.
    """

    layout: Layout
    link: Pairs
    inhibition: Pairs
    leak: Floats
    shared: Integers


@dataclass(frozen=True, eq=False)
class Network:
    """A noisy-OR net in the *net* convention: a link does not include the leak.

    ``prior`` (S,): prior of each state; states of one variable exclude each
    other, and what they leave of 1 is the prior of *absent*.  ``variable``
    (S,): the variable of each state: 0, 1, 2 ... in order, without holes.
    ``link`` (S, F) in [0, 1] and ``inhibition`` (S, F) in [0, 1): arrays or
    ``Links``; a pair may have one of the two, not both.  ``leak`` (F,) in
    [0, 1].  All but ``variable`` may carry a leading axis of R draws.

    Building a net checks and compiles its links and costs more than a question
    does: keep it, and give each person's priors with ``with_prior``.  Raises
    KnowledgeError when the numbers do not make a net.
    """

    prior: Floats
    variable: Integers
    link: Floats | Links
    inhibition: Floats | Links
    leak: Floats
    _known: Compiled | None = field(default=None, repr=False)
    compiled: Compiled = field(init=False, repr=False)
    draws: int | None = field(init=False)

    def __post_init__(self) -> None:
        for name, kind in (("prior", np.float64), ("variable", np.int64), ("leak", np.float64)):
            object.__setattr__(self, name, np.asarray(getattr(self, name), dtype=kind))
        object.__setattr__(self, "compiled", self._known or _compiled(self))
        object.__setattr__(self, "_known", self.compiled)
        object.__setattr__(self, "draws", _draws(self))
        _check_prior(self.prior, self.compiled.layout)

    @property
    def states(self) -> int:
        """Number of states S over all variables."""
        return int(self.variable.size)

    @property
    def findings(self) -> int:
        """Number of findings F."""
        return int(self.leak.shape[-1])

    def with_prior(self, prior: Floats) -> Network:
        """The same net with other priors; its links are not compiled again."""
        return replace(self, prior=prior)


def _draws(network: Network) -> int | None:
    """The number of draws all drawn arrays agree on, or None when none is drawn."""
    sizes = {array.shape[0] for array in (network.prior, network.leak) if array.ndim > 1}
    for numbers in (network.link, network.inhibition):
        sparse = isinstance(numbers, Links)
        shape = np.shape(numbers.strength if isinstance(numbers, Links) else numbers)
        if len(shape) > (1 if sparse else 2):
            sizes.add(shape[0])
    if len(sizes) > 1:
        raise KnowledgeError("The arrays of the net carry different numbers of draws.")
    return sizes.pop() if sizes else None


def _check_prior(prior: Floats, layout: Layout) -> None:
    if prior.ndim not in (1, 2) or prior.shape[-1] != layout.variable.size:
        raise KnowledgeError("The net needs one prior for each state.")
    total = np.zeros((*prior.shape[:-1], layout.start.size))
    for variables, states in layout.ranks:
        total[..., variables] += prior[..., states]
    # A sum of states that is 1 but for rounding is meant to be 1.
    slack = 1 + 2 * np.finfo(np.float64).eps
    if not (np.all(prior >= 0) and np.all(total <= slack)):
        raise KnowledgeError("Priors must not be negative, nor a variable's add up to more than 1.")


def _compiled(network: Network) -> Compiled:
    variable, leak = network.variable, network.leak
    steps = np.diff(variable, prepend=-1)
    counted = variable.ndim == 1 and variable.size > 0 and variable[0] == 0
    if not (counted and np.all((steps == 0) | (steps == 1))):
        raise KnowledgeError("Variables must be numbered 0, 1, 2 ... in the order of the states.")
    if leak.ndim not in (1, 2) or not np.all((leak >= 0) & (leak <= 1)):
        raise KnowledgeError("Every finding needs a leak from 0 to 1.")
    shape = (network.states, network.findings)
    link, inhibition = _pairs(network.link, shape), _pairs(network.inhibition, shape)
    if not np.all((link.strength >= 0) & (link.strength <= 1)):
        raise KnowledgeError("Links must lie from 0 to 1.")
    if not np.all((inhibition.strength >= 0) & (inhibition.strength < 1)):
        raise KnowledgeError("Inhibition must be 0 or more and less than 1.")
    if np.intersect1d(_names(link, shape), _names(inhibition, shape)).size:
        raise KnowledgeError("A state cannot both cause and inhibit the same finding.")
    columns = np.ascontiguousarray(np.atleast_2d(leak).T)
    shared = np.argsort(np.argsort(-np.diff(link.first), kind="stable"), kind="stable")
    return Compiled(Layout.of(variable), link, inhibition, columns, shared)


def _pairs(numbers: Floats | Links, shape: tuple[int, int]) -> Pairs:
    """Keep the pairs that are not 0 in every draw, in order of finding, then state."""
    if isinstance(numbers, Links):
        state, finding = np.asarray(numbers.state), np.asarray(numbers.finding)
        strength = np.atleast_2d(np.asarray(numbers.strength, dtype=np.float64)).T
        inside = (state >= 0) & (state < shape[0]) & (finding >= 0) & (finding < shape[1])
        if strength.shape[0] != state.size or state.shape != finding.shape or not inside.all():
            raise KnowledgeError("A list of links names a state or finding that does not exist.")
        if np.unique(finding * shape[0] + state).size != state.size:
            raise KnowledgeError("A list of links names a pair twice.")
        kept = (strength != 0).any(axis=1)
        state, finding, strength = state[kept], finding[kept], strength[kept]
        order = np.lexsort((state, finding))
        state, finding, strength = state[order], finding[order], strength[order]
    else:
        dense = np.asarray(numbers, dtype=np.float64)
        if not 0 <= dense.ndim - len(shape) <= 1 or dense.shape[-2:] != shape:
            raise KnowledgeError("Links need one number for each state and finding.")
        dense = dense.reshape(-1, *shape)
        finding, state = np.nonzero((dense != 0).any(axis=0).T)
        strength = dense[:, state, finding].T
    first = np.searchsorted(finding, np.arange(shape[1] + 1))
    return Pairs(first, state.astype(np.int64), np.ascontiguousarray(strength))


def _names(pairs: Pairs, shape: tuple[int, int]) -> Integers:
    """One number for each pair, to find pairs that two lists share."""
    finding = np.repeat(np.arange(shape[1]), np.diff(pairs.first))
    return finding * shape[0] + pairs.state
