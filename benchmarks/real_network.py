"""The compiled batch on the real knowledge: persons a second and core, beside NumPy.

The people are drawn from the network's own findings: so many present, five absent, one
of them a finding that a cause inhibits.
"""

from __future__ import annotations

import statistics
import time
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corrin.knowledge.loading import load
from corrin.knowledge.records import Setting
from corrin.twitching import noisy_or, noisy_or_fast
from corrin.twitching.network import CompiledNetwork, compile_network

ABSENT = 5
REPEATS = 3
SIZES = {1: (60_000, 3_000), 8: (6_000, 300)}
GOALS = {1: 300_000.0, 8: 20_000.0}
MAXIMUM = 16


def _people(network: CompiledNetwork, present: int, count: int) -> NDArray[np.int8]:
    rng = np.random.default_rng(present)
    linked = np.unique(network.link_finding)
    inhibited = np.unique(network.link_finding[network.inhibits])
    evidence = np.full((count, len(network.findings)), -1, dtype=np.int8)
    for row in evidence:
        chosen = rng.choice(linked, size=present + ABSENT, replace=False)
        row[chosen[:present]] = 1
        row[chosen[present:]] = 0
        row[rng.choice(inhibited)] = 0
    return evidence


def run() -> dict[str, Any]:
    """Return rates of both engines, their largest difference, and the goals not met."""
    network = compile_network(load(), Setting.PRIMARY_CARE)
    net = network.arrays(np.ones(len(network.states)), range(len(network.findings)))
    figures: dict[str, Any] = {
        "states": len(network.states),
        "findings": len(network.findings),
        "links": len(network.link_state),
        "not_met": [],
    }
    for present, (many, few) in SIZES.items():
        evidence = _people(network, present, many)
        fast = noisy_or_fast.posterior_batch(net, evidence[:few], maximum_positives=MAXIMUM)
        plain = noisy_or.posterior_batch(net, evidence[:few], maximum_positives=MAXIMUM)
        rates = {}
        for name, engine, size in (
            ("compiled", noisy_or_fast.posterior_batch, many),
            ("numpy", noisy_or.posterior_batch, few),
        ):
            times = []
            for _ in range(REPEATS):
                start = time.perf_counter()
                engine(net, evidence[:size], maximum_positives=MAXIMUM)
                times.append(time.perf_counter() - start)
            rates[name] = round(size / statistics.median(times))
        figures[f"{present} present"] = {
            "persons_per_second": rates,
            "largest_difference": float(np.nanmax(np.abs(fast.posterior - plain.posterior))),
        }
        if rates["compiled"] < GOALS[present]:
            figures["not_met"].append(
                f"{present} present: {rates['compiled']:,} persons/s (goal {GOALS[present]:,.0f})"
            )
    return figures


if __name__ == "__main__":
    print(run())
