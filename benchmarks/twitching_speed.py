"""How fast is the exact posterior, beside pyAgrum and pgmpy in the same run?

Run ``python -m benchmarks.twitching_speed``; one thread is measured.  The nets
are made up (``synthetic_network``).  Three sizes, because the peers hold a
finding's table over all its causes, which doubles with each cause: pgmpy answers
the small net, pyAgrum also the middle one, and the net at full size, with
inhibition and several states, is beyond what either can hold.
"""

from __future__ import annotations

import logging
import statistics
import time
import warnings
from collections.abc import Callable
from functools import partial
from importlib import import_module
from typing import Any

import numpy as np

from benchmarks.synthetic_network import Evidence, Plain, drawn, evidence_of, full_size, random_net
from corrin.twitching.noisy_or import (
    Network,
    if_learned,
    leave_one_out,
    posterior,
    posterior_batch,
)

GOALS = {
    "compiled, 1 present, persons/s": 300_000.0,
    "compiled, 8 present, persons/s": 20_000.0,
    "one person, 4 present: everything, ms": 200.0,
    "one person, 4 present: posterior, ms": 5.0,
}
AGREE_WITHIN = 1e-9
CANDIDATES = 100
DRAWS = 1000


def seconds(task: Callable[[], object], *, times: int) -> float:
    """Median time of a task after one call to warm up."""
    task()
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        task()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def middle(*, causes: int, findings: int, most_parents: int) -> Plain:
    """A binary net without inhibition whose tables the peers can hold."""
    for seed in range(1000):
        net = random_net(
            np.random.default_rng(seed),
            states=causes,
            findings=findings,
            links=int(causes * findings * 0.22),
        )
        if net.popularity().max() <= most_parents:
            return net
    raise AssertionError("no such net")


def for_pyagrum(net: Plain) -> Callable[[Evidence], list[float]]:
    gum: Any = import_module("pyagrum")
    model = gum.BayesNet()
    causes, findings = net.link.shape
    for cause in range(causes):
        model.add(gum.LabelizedVariable(f"c{cause}", "", 2))
        model.cpt(f"c{cause}").fillWith([1 - float(net.prior[cause]), float(net.prior[cause])])
    for finding in range(findings):
        model.addNoisyORNet(gum.LabelizedVariable(f"f{finding}", "", 2), float(net.leak[finding]))
    for cause, finding in np.argwhere(net.link > 0).tolist():
        model.addWeightedArc(f"c{cause}", f"f{finding}", float(net.link[cause, finding]))

    def answer(evidence: Evidence) -> list[float]:
        inference = gum.LazyPropagation(model)
        observed = np.flatnonzero(evidence >= 0).tolist()
        inference.setEvidence({f"f{finding}": int(evidence[finding]) for finding in observed})
        inference.makeInference()
        return [float(inference.posterior(f"c{cause}")[1]) for cause in range(causes)]

    return answer


def for_pgmpy(net: Plain) -> Callable[[Evidence], list[float]]:
    logging.getLogger("pgmpy").setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pgmpy.factors.discrete import TabularCPD
        from pgmpy.inference import VariableElimination
        from pgmpy.models import DiscreteBayesianNetwork
    causes, findings = net.link.shape
    pairs = np.argwhere(net.link > 0).tolist()
    model = DiscreteBayesianNetwork([(f"c{cause}", f"f{finding}") for cause, finding in pairs])
    names = [f"c{cause}" for cause in range(causes)]
    model.add_nodes_from([*names, *[f"f{finding}" for finding in range(findings)]])
    for cause, name in enumerate(names):
        prior = float(net.prior[cause])
        model.add_cpds(TabularCPD(name, 2, [[1 - prior], [prior]]))
    for finding in range(findings):
        parents = np.flatnonzero(net.link[:, finding]).tolist()
        away = np.array([1 - net.leak[finding]])
        for cause in parents:
            away = np.outer(away, [1, 1 - net.link[cause, finding]]).ravel()
        owners = [names[cause] for cause in parents]
        table = TabularCPD(f"f{finding}", 2, [away, 1 - away], owners, [2] * len(owners))
        model.add_cpds(table)
    inference = VariableElimination(model)

    def answer(evidence: Evidence) -> list[float]:
        observed = {f"f{f}": int(evidence[f]) for f in np.flatnonzero(evidence >= 0).tolist()}
        found = inference.query(names, observed, joint=False, show_progress=False)
        return [float(found[name].values[1]) for name in names]

    return answer


def beside_peers(
    net: Plain, peers: dict[str, Callable[[Evidence], list[float]]], *, persons: int, absent: int
) -> dict[str, Any]:
    """Median ms for one person's posteriors, ours and theirs, at 1 and 8 present findings.

    ``ours, compiled`` is a person's share of a batch; no peer has batches.
    """
    from corrin.twitching import noisy_or_fast

    network, rows = net.network(), {}

    def ours(evidence: Evidence) -> list[float]:
        there, not_there = np.flatnonzero(evidence == 1), np.flatnonzero(evidence == 0)
        return [float(p) for p in posterior(network, present=there, absent=not_there).posterior]

    for present in (1, 8):
        rng = np.random.default_rng(present)
        evidence = evidence_of(net, rng, persons=persons, present=present, absent=absent)
        medians, answers = {}, {}
        for name, task in {"ours": ours, **peers}.items():
            each = [seconds(partial(task, row), times=1) for row in evidence]
            medians[name] = 1000 * statistics.median(each)
            answers[name] = np.array([task(row) for row in evidence])
        many = np.tile(evidence, (5000 // persons, 1))
        batch = seconds(partial(noisy_or_fast.posterior_batch, network, many), times=5)
        medians["ours, compiled"] = 1000 * batch / len(many)
        rows[f"{present} present"] = {
            "ms": medians,
            "times slower than ours": {name: medians[name] / medians["ours"] for name in peers},
            "times slower than ours, compiled": {
                name: medians[name] / medians["ours, compiled"] for name in peers
            },
            "largest difference": max(
                float(np.abs(answers[name] - answers["ours"]).max()) for name in peers
            ),
        }
    return {
        "causes": net.link.shape[0],
        "findings": net.link.shape[1],
        "links": int((net.link > 0).sum()),
        "most causes of one finding": int(net.popularity().max()),
        "persons": persons,
        "rows": rows,
    }


def one_person(net: Plain, network: Network, draws: Network, *, present: int) -> dict[str, float]:
    """Ms for each question about one person, with two inhibiting variables at work."""
    rng = np.random.default_rng(present)
    while True:
        row = evidence_of(net, rng, persons=1, present=present, absent=8, inhibited=2)[0]
        inhibiting = (net.inhibition[:, row >= 0] > 0).any(axis=1)
        if np.unique(net.variable[inhibiting]).size == 2:
            break
    asked: dict[str, Any] = {
        "present": np.flatnonzero(row == 1),
        "absent": np.flatnonzero(row == 0),
    }
    candidates = np.flatnonzero(row < 0)[:CANDIDATES]
    few = 3 if present > 4 else 9
    taken = {
        "posterior": seconds(lambda: posterior(network, **asked), times=20),
        "leave_one_out": seconds(lambda: leave_one_out(network, **asked), times=few),
        f"if_learned, {CANDIDATES}": seconds(
            lambda: if_learned(network, **asked, candidates=candidates), times=few
        ),
        f"posterior, {DRAWS} draws": seconds(lambda: posterior(draws, **asked), times=few),
    }
    taken["everything"] = sum(taken.values())
    return {name: 1000 * value for name, value in taken.items()}


def batches(net: Plain, network: Network) -> dict[str, dict[str, float]]:
    """Persons a second, one of five absent findings inhibited."""
    from corrin.twitching import noisy_or_fast

    rows: dict[str, dict[str, float]] = {}
    for present, persons in ((1, 10_000), (4, 5_000), (8, 5_000)):
        rng = np.random.default_rng(present)
        evidence = evidence_of(net, rng, persons=persons, present=present, absent=5)
        few = evidence[: 2_000 if present == 1 else 400]
        fast = seconds(partial(noisy_or_fast.posterior_batch, network, evidence), times=9)
        plain = seconds(partial(posterior_batch, network, few), times=3)
        difference = np.abs(
            noisy_or_fast.posterior_batch(network, few).posterior
            - posterior_batch(network, few).posterior
        ).max()
        rows[f"{present} present"] = {
            "compiled, persons/s": persons / fast,
            "NumPy, persons/s": len(few) / plain,
            "largest difference": float(difference),
        }
    return rows


def run() -> dict[str, Any]:
    """Measure everything; a plain dict that JSON can hold."""
    net = full_size(seed=1)
    network, draws = net.network(), drawn(net, draws=DRAWS, seed=2)
    small = middle(causes=10, findings=10, most_parents=6)
    large = middle(causes=28, findings=16, most_parents=14)
    result: dict[str, Any] = {
        "full size": {
            "states": network.states,
            "findings": network.findings,
            "links": int((net.link > 0).sum()),
            "most causes of one finding": int(net.popularity().max()),
            "batch": batches(net, network),
            "one person, ms": {
                f"{present} present": one_person(net, network, draws, present=present)
                for present in (1, 4, 8, 10)
            },
        },
        "small, all three": beside_peers(
            small,
            {"pyAgrum": for_pyagrum(small), "pgmpy": for_pgmpy(small)},
            persons=15,
            absent=2,
        ),
        "middle, pyAgrum": beside_peers(
            large, {"pyAgrum": for_pyagrum(large)}, persons=25, absent=5
        ),
    }
    batch, person = result["full size"]["batch"], result["full size"]["one person, ms"]
    reached = {
        "compiled, 1 present, persons/s": batch["1 present"]["compiled, persons/s"],
        "compiled, 8 present, persons/s": batch["8 present"]["compiled, persons/s"],
        "one person, 4 present: everything, ms": person["4 present"]["everything"],
        "one person, 4 present: posterior, ms": person["4 present"]["posterior"],
    }
    result["goals not met"] = [
        f"{name}: {reached[name]:.0f} for {goal:.0f}"
        for name, goal in GOALS.items()
        if (reached[name] < goal) == name.endswith("persons/s")
    ]
    for name in ("small, all three", "middle, pyAgrum"):
        for count, row in result[name]["rows"].items():
            if row["largest difference"] > AGREE_WITHIN:
                result["goals not met"].append(f"{name}, {count}: answers differ")
    return result


def table(result: dict[str, Any]) -> str:
    """The same numbers for a reader."""
    full = result["full size"]
    lines = [
        f"Full size: {full['states']} states, {full['findings']} findings, {full['links']} links",
        "",
    ]
    lines += [
        f"  batch, {count:<10} compiled {row['compiled, persons/s']:>9,.0f}/s   "
        f"NumPy {row['NumPy, persons/s']:>7,.0f}/s   differ {row['largest difference']:.0e}"
        for count, row in full["batch"].items()
    ]
    lines += [
        f"  one person, {count:<10} "
        + "   ".join(f"{name} {value:,.1f} ms" for name, value in row.items())
        for count, row in full["one person, ms"].items()
    ]
    for name in ("small, all three", "middle, pyAgrum"):
        part = result[name]
        lines += ["", f"{name}: {part['causes']} causes, {part['findings']} findings"]
        for count, row in part["rows"].items():
            times = ", ".join(f"{who} {value:,.2f} ms" for who, value in row["ms"].items())
            lines.append(f"  {count:<10} {times}; differ {row['largest difference']:.0e}")
            for whose in ("ours", "ours, compiled"):
                slower = row[f"times slower than {whose}"].items()
                lines.append(
                    f"             times slower than {whose}: "
                    + ", ".join(f"{who} {value:,.1f}" for who, value in slower)
                )
    lines += ["", "Goals not met: " + ("; ".join(result["goals not met"]) or "none")]
    return "\n".join(lines)


if __name__ == "__main__":
    print(table(run()))
