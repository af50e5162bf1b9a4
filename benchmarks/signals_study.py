"""Three likelihoods of the two-gamma model on tables drawn from the model itself.

    python -m benchmarks.signals_study [--replicates 50] [--write]

Every table is drawn with known expected counts and known hyperparameters, fitted by each
likelihood from five starts, and judged: where the hyperparameters go, whether their 95%
intervals hold the truth, and whether the true relative rate lies above EB05 as often as
it should.  With ``--write`` the figures, pictures and page in ``docs/`` are made anew.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import multiprocessing
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import signals_study_page
from corrin.signals.fitting import fit
from corrin.signals.likelihoods import NegativeLogLikelihood, to_free
from corrin.signals.records import Cells, Fit, Floats, Likelihood, Theta
from corrin.signals.shrinkage import ebgm
from corrin.signals.simulating import DrawnTable, draw_table

PARAMETERS = ("alpha1", "beta1", "alpha2", "beta2", "p")
REPLICATES = 50
PROCESSES = 2
REPORTS = 3_400
#: The interval of a hyperparameter reaches this many standard errors to each side.
Z = 1.959963985


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One design: its truth, its size, and how many times the reports of the first it has.

    The margins are like those of supplement reports of one year: they fall off as the
    rank to the power of 0.7, from 300 and 520 of 3,400 reports.
    """

    id: str
    words: str
    theta: Theta
    products: int = 450
    events: int = 300
    times: float = 1.0


#: The first component is always the one with the smaller mean rate.
PLANS = (
    Plan(
        id="supplements",
        words="As fitted to supplement reports of one year, every cell counted",
        theta=Theta(alpha1=0.187, beta1=0.217, alpha2=2.34, beta2=1.67, p=0.458),
    ),
    Plan(
        id="textbook",
        words="The start of the 1999 paper as truth",
        theta=Theta(alpha1=2.0, beta1=4.0, alpha2=0.2, beta2=0.1, p=2 / 3),
    ),
    Plan(
        id="rare-strong",
        words="A small share of very high rates",
        theta=Theta(alpha1=2.02, beta1=1.91, alpha2=3.26, beta2=0.40, p=0.935),
    ),
    Plan(
        id="many-reports",
        words="As the first, with thirty times as many reports",
        theta=Theta(alpha1=0.187, beta1=0.217, alpha2=2.34, beta2=1.67, p=0.458),
        times=30,
    ),
)


def main() -> None:
    """Run the study and print it; with ``--write`` make the page anew."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replicates", type=int, default=REPLICATES)
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    figures = study(arguments.replicates)
    print(json.dumps(figures, indent=2))
    if arguments.write:
        root = Path(__file__).parent.parent
        signals_study_page.write(figures, root)


def study(replicates: int) -> dict[str, Any]:
    """All designs and replicates, over two processes."""
    begun = time.perf_counter()
    jobs = [(plan, seed) for plan in PLANS for seed in range(replicates)]
    # The work is many small sums, which threads of a matrix library only slow down.
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    with multiprocessing.get_context("spawn").Pool(PROCESSES) as pool:
        results = pool.starmap(one, jobs, chunksize=5)
    return {
        "date": dt.date.today().isoformat(),
        "replicates": replicates,
        "seconds": round(time.perf_counter() - begun),
        "designs": [
            {
                "id": plan.id,
                "words": plan.words,
                "cells": plan.products * plan.events,
                "reports": REPORTS * plan.times,
                "truth": {name: getattr(plan.theta, name) for name in PARAMETERS},
                "nonzero_cells": round(
                    float(np.mean([r["nonzero"] for (p, _), r in zip(jobs, results, strict=True)
                                   if p is plan]))
                ),
                "likelihoods": {
                    likelihood.value: _summary(
                        [r[likelihood.value] for (p, _), r in zip(jobs, results, strict=True)
                         if p is plan],
                        plan.theta,
                    )
                    for likelihood in Likelihood
                },
            }
            for plan in PLANS
        ],
    }  # fmt: skip


def margins(size: int, top: float) -> Floats:
    """Margins that fall off with the rank."""
    return np.asarray(top * np.arange(1, size + 1) ** -0.7)


def one(plan: Plan, seed: int) -> dict[str, Any]:
    """One table of one design, fitted by each likelihood."""
    table = draw_table(
        margins(plan.products, 300 * plan.times),
        margins(plan.events, 520 * plan.times),
        REPORTS * plan.times,
        plan.theta,
        seed=seed,
    )
    cells = Cells(n=table.n, expected=table.expected, weight=np.ones(table.n.size))
    return {"nonzero": int((table.n > 0).sum())} | {
        likelihood.value: _judge(table, cells, plan.theta, likelihood) for likelihood in Likelihood
    }


def _judge(table: DrawnTable, cells: Cells, truth: Theta, likelihood: Likelihood) -> dict[str, Any]:
    found = fit(cells, likelihood=likelihood)
    theta = _in_order(found.theta)
    free, true = to_free(theta), to_free(truth)
    error = _standard_errors(cells, theta, likelihood)
    inside = np.abs(free - true) <= Z * error
    seen = table.n > 0
    n, wanted, rates = table.n[seen], table.expected[seen], table.rates[seen]
    mine, ideal = ebgm(n, wanted, theta), ebgm(n, wanted, truth)
    flagged = mine.eb05 >= 2
    return {
        "boundary": bool(found.boundary),
        "starts_apart": _apart(found),
        "theta": [getattr(theta, name) for name in PARAMETERS],
        "inside": [bool(i and np.isfinite(e)) for i, e in zip(inside, error, strict=True)],
        "eb05_cover": float(np.mean(rates >= mine.eb05)),
        "eb95_cover": float(np.mean(rates <= mine.eb95)),
        "eb05_cover_flagged": float(np.mean(rates[flagged] >= mine.eb05[flagged]))
        if flagged.any()
        else None,
        "flagged": int(flagged.sum()),
        "flagged_at_truth": int((ideal.eb05 >= 2).sum()),
        "eb05_ratio": float(np.exp(np.mean(np.log(mine.eb05) - np.log(ideal.eb05)))),
        "ebgm_off": float(np.exp(np.mean(np.abs(np.log(mine.ebgm) - np.log(ideal.ebgm))))),
    }


def _apart(found: Fit) -> bool:
    """Whether some start came to another optimum."""
    return not all(start.reached for start in found.starts)


def _in_order(theta: Theta) -> Theta:
    """The component with the smaller mean first, as in the designs."""
    if theta.alpha1 / theta.beta1 <= theta.alpha2 / theta.beta2:
        return theta
    return Theta(
        alpha1=theta.alpha2,
        beta1=theta.beta2,
        alpha2=theta.alpha1,
        beta2=theta.beta1,
        p=1 - theta.p,
    )


def _standard_errors(cells: Cells, theta: Theta, likelihood: Likelihood) -> Floats:
    """From the curvature at the optimum, on the free scale; infinite where it is flat."""
    target = NegativeLogLikelihood(cells, likelihood)
    free = to_free(theta)
    step = 1e-4
    curvature = np.empty((5, 5))
    for place in range(5):
        moved = np.zeros(5)
        moved[place] = step
        curvature[place] = (target(free + moved)[1] - target(free - moved)[1]) / (2 * step)
    try:
        spread = np.diag(np.linalg.inv((curvature + curvature.T) / 2))
    except np.linalg.LinAlgError:
        return np.full(5, np.inf)
    return np.asarray(np.sqrt(np.where(spread > 0, spread, np.inf)))


def _summary(results: list[dict[str, Any]], truth: Theta) -> dict[str, Any]:
    theta = np.array([one["theta"] for one in results])
    true = np.array([getattr(truth, name) for name in PARAMETERS])
    with np.errstate(divide="ignore"):
        ratio = theta / true
    flagged = [
        one["eb05_cover_flagged"] for one in results if one["eb05_cover_flagged"] is not None
    ]
    return {
        "boundary_share": _mean(results, "boundary"),
        "starts_apart_share": _mean(results, "starts_apart"),
        "ratio_to_truth": {
            name: [round(float(q), 4) for q in np.quantile(ratio[:, place], (0.1, 0.5, 0.9))]
            for place, name in enumerate(PARAMETERS)
        },
        "interval_cover": {
            name: round(float(np.mean([one["inside"][place] for one in results])), 3)
            for place, name in enumerate(PARAMETERS)
        },
        "eb05_cover": _mean(results, "eb05_cover"),
        "eb95_cover": _mean(results, "eb95_cover"),
        "eb05_cover_flagged": round(float(np.mean(flagged)), 4) if flagged else None,
        "flagged": _mean(results, "flagged"),
        "flagged_at_truth": _mean(results, "flagged_at_truth"),
        "eb05_ratio": _mean(results, "eb05_ratio"),
        "ebgm_off": _mean(results, "ebgm_off"),
    }


def _mean(results: list[dict[str, Any]], name: str) -> float:
    return round(float(np.mean([one[name] for one in results])), 4)


if __name__ == "__main__":
    main()
