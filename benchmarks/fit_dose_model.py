"""Fits the dose model to the rows marked ``fit`` and writes the result into the records.

    python -m benchmarks.fit_dose_model            # shows the fit (some minutes)
    python -m benchmarks.fit_dose_model --write    # also writes it into pharmacokinetics.toml

The most probable parameters given their priors and the fit rows (Gauss-Newton on the
scales of the parameters, each row's uncertainty set anew until it holds still), and the
curvature there as their covariance (Laplace).  The three spreads between studies are those
with the largest Laplace evidence.  Rows marked ``test`` are never looked at: the rows
handed to the fit are chosen by :func:`fit_rows` and nowhere else.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from corrin.high_b12.conditioning import normal_below
from corrin.high_b12.parameters import before_the_fit, from_scaled, setting
from corrin.high_b12.study_rows import (
    SHARES,
    individual_sd,
    row_sampling,
    row_spread,
    row_value,
)
from corrin.knowledge.facts import Knowledge
from corrin.knowledge.loading import RECORDS, load
from corrin.knowledge.records_of_intake import DoseLevel, Kind, Pharmacokinetics, Use

Floats = npt.NDArray[np.float64]

#: Spreads between studies: found by their evidence, not by the fit itself.
SPREADS = ("study_spread", "uptake_spread", "kept_spread")
STEP = 1e-4
OUTER, INNER = 12, 40
#: No row is held to be surer than this (on its scale): means are rounded.
FLOOR = 0.02
FACTORS = np.exp(np.linspace(-0.8, 0.8, 9))
FITTED = (
    "Fitted to the rows of dose and level marked fit, from the prior beside it (decision 0005)."
)
CHOSEN = "The spread with the largest evidence in the fit, with its prior (decision 0005)."


def fit_rows(knowledge: Knowledge) -> tuple[DoseLevel, ...]:
    """The rows marked ``fit`` that are usable, or a printed range (fitted to, not judged)."""
    return tuple(
        row
        for row in knowledge.dose_levels.values()
        if row.use is Use.FIT and (row.usable or (row.low is not None and row.high is not None))
    )


@dataclass(frozen=True)
class Fit:
    """Scaled parameters, their covariance, the evidence, and the residual of each row."""

    scaled: Floats
    covariance: Floats
    evidence: float
    residuals: dict[str, float]


class Problem:
    """The rows against the parameters, with some of the parameters held fast."""

    def __init__(self, knowledge: Knowledge, spreads: dict[str, float]) -> None:
        self.knowledge = knowledge
        self.model = knowledge.pharmacokinetics
        self.names = [parameter.id for parameter in self.model.parameter]
        self.mean, self.sd = before_the_fit(self.model)
        for name, factor in spreads.items():
            self.mean[self.names.index(name)] += np.log(factor)
        self.free = np.array([name not in SPREADS for name in self.names])
        self.rows = fit_rows(knowledge)
        series = Counter((row.study, row.regimen, row.kind) for row in self.rows)
        self.repeats = np.array(
            [series[row.study, row.regimen, row.kind] for row in self.rows], dtype=float
        )
        self.with_sd = [row for row in self.rows if row.observed_sd and row.kind is Kind.LEVEL]

    def scaled(self, free: Floats) -> Floats:
        """All parameters on their scales, for free ones of shape (draws, free)."""
        everything = np.tile(self.mean, (len(free), 1))
        everything[:, self.free] += free * self.sd[self.free]
        return everything

    def rows_at(self, free: Floats) -> tuple[Floats, Floats]:
        """Predicted and observed of every row, on the scale of the row, (rows, draws)."""
        parameters = from_scaled(self.model, self.scaled(free))
        predicted = np.array([on_row_scale(row, value_of(row, parameters, self.knowledge))
                              for row in self.rows])  # fmt: skip
        observed = np.array([on_row_scale(row, np.array(observed_of(row))) for row in self.rows])
        return predicted, np.asarray(observed[:, None])

    def uncertainty(self, free: Floats) -> Floats:
        """Standard deviation of each row on its scale, at one set of parameters."""
        parameters = from_scaled(self.model, self.scaled(free[None]))
        each = [row_sd(row, parameters, self.knowledge) for row in self.rows]
        return np.asarray(np.array(each) * np.sqrt(self.repeats))

    def residuals(self, free: Floats, uncertainty: Floats) -> Floats:
        """Prior, rows and individual SDs as residuals of shape (all, draws)."""
        predicted, observed = self.rows_at(free)
        z = (observed - predicted) / uncertainty[:, None]
        for position, row in enumerate(self.rows):
            if row.at_least:  # a lower bound: -2 log P(the level lies above it)
                z[position] = np.sqrt(-2 * np.log(normal_below(-z[position])))
        parameters = from_scaled(self.model, self.scaled(free))
        within = setting(self.knowledge, "within_person")
        spread = []
        for row in self.with_sd:
            value = value_of(row, parameters, self.knowledge)
            seen = individual_sd(row, value, parameters, within) / (row.observed_sd or np.nan)
            spread.append(np.log(seen) * np.sqrt(2 * ((row.n or 2) - 1)))
        return np.vstack([free.T, z, *(one[None] for one in spread)])


def value_of(row: DoseLevel, parameters: Any, knowledge: Knowledge) -> Floats:
    value = row_value(row, parameters, knowledge)
    if value is None:
        raise ValueError(f"{row.id} has no prediction")
    return value


def observed_of(row: DoseLevel) -> float:
    """The printed figure, or the middle of a printed range."""
    if row.observed is not None:
        return row.observed
    return float(np.sqrt((row.low or np.nan) * (row.high or np.nan)))


def on_row_scale(row: DoseLevel, value: Floats) -> Floats:
    if row.kind in SHARES:
        return np.asarray(np.log(value / (100 - value)))
    if row.kind is Kind.SHARE_ABOVE:
        return np.asarray(value)
    return np.asarray(np.log(value))


def row_sd(row: DoseLevel, parameters: Any, knowledge: Knowledge) -> float:
    """Standard deviation of a row on its scale: studies straying, and n people."""
    value = value_of(row, parameters, knowledge)
    spread = float(row_spread(row, parameters)[0])
    up, down = (
        on_row_scale(row, np.asarray(row_value(row, parameters, knowledge, study=np.array([f]))))
        for f in (np.exp(STEP), np.exp(-STEP))
    )
    stray = abs(float((up - down)[0])) / (2 * STEP) * spread
    error = float(row_sampling(row, value, parameters, knowledge)[0])
    if row.kind is not Kind.SHARE_ABOVE:
        error /= float(value[0])
    else:  # a count: its chance error at the share that was seen
        seen = observed_of(row)
        error = float(np.sqrt(seen * (1 - seen) / (row.n or 1)))
    if row.low and row.high:
        # The ends of a printed range are about as far from its middle as 90% of people.
        error = float(np.log(row.high / row.low)) / (2 * 1.645)
    return float(np.sqrt(stray**2 + error**2 + FLOOR**2))


def solve(knowledge: Knowledge, spreads: dict[str, float]) -> Fit:
    """Find the most probable parameters and the curvature there."""
    problem = Problem(knowledge, spreads)
    size = int(problem.free.sum())
    free = np.zeros(size)
    jacobian = np.eye(size)
    for _ in range(OUTER):
        before = free.copy()
        uncertainty = problem.uncertainty(free)
        damping = 1e-2
        for _ in range(INNER):
            around = free + np.vstack([np.zeros(size), np.eye(size) * STEP])
            all_residuals = problem.residuals(around, uncertainty)
            residual = all_residuals[:, 0]
            jacobian = (all_residuals[:, 1:] - residual[:, None]) / STEP
            normal = jacobian.T @ jacobian
            move = -np.linalg.solve(normal + damping * np.eye(size), jacobian.T @ residual)
            tried = problem.residuals((free + move)[None], uncertainty)[:, 0]
            if tried @ tried < residual @ residual:
                free, damping = free + move, damping / 5
                if np.abs(move).max() < 1e-7:
                    break
            else:
                damping *= 5
                if damping > 1e9:
                    break
        if np.abs(free - before).max() < 1e-6:
            break
    uncertainty = problem.uncertainty(free)
    residual = problem.residuals(free[None], uncertainty)[:, 0]
    covariance = np.linalg.inv(jacobian.T @ jacobian)
    chosen = sum((np.log(spreads[name]) / problem.sd[problem.names.index(name)]) ** 2
                 for name in SPREADS)  # fmt: skip
    evidence = (
        -float(residual @ residual) / 2
        - float(np.log(uncertainty).sum())
        + float(np.linalg.slogdet(covariance)[1]) / 2
        - chosen / 2
    )
    scale = problem.sd[problem.free]
    full = np.zeros((len(problem.names), len(problem.names)))
    full[np.ix_(problem.free, problem.free)] = covariance * np.outer(scale, scale)
    rows = residual[size : size + len(problem.rows)]
    return Fit(
        scaled=problem.scaled(free[None])[0],
        covariance=full,
        evidence=evidence,
        residuals={row.id: float(z) for row, z in zip(problem.rows, rows, strict=True)},
    )


def best_spreads(knowledge: Knowledge) -> dict[str, float]:
    """Return the factors on the spreads' medians with the largest evidence, one by one."""
    chosen = dict.fromkeys(SPREADS, 1.0)
    for _ in range(2):
        for name in SPREADS:
            tried = {f: solve(knowledge, chosen | {name: float(f)}).evidence for f in FACTORS}
            chosen[name] = float(max(tried, key=lambda f: tried[f]))
    return chosen


def show(fit: Fit, knowledge: Knowledge) -> None:
    model = knowledge.pharmacokinetics
    _, sd = before_the_fit(model)
    print(f"{'parameter':34}{'before':>10}{'after':>10}{'spread before':>15}{'after':>8}")
    values = from_scaled(model, fit.scaled[None])
    for position, parameter in enumerate(model.parameter):
        print(
            f"{parameter.id:34}{parameter.median:10.4g}{values[parameter.id][0]:10.4g}"
            f"{sd[position]:15.2f}{np.sqrt(fit.covariance[position, position]):8.2f}"
        )
    print("\nresiduals (standard deviations):")
    print("  ".join(f"{row} {z:+.2f}" for row, z in fit.residuals.items()))
    print(f"evidence {fit.evidence:.2f}")


def fitted_model(fit: Fit, knowledge: Knowledge) -> Pharmacokinetics:
    """The records with the fit in place of the old one; nothing else is touched."""
    model = msgspec.to_builtins(knowledge.pharmacokinetics)
    names = [parameter["id"] for parameter in model["parameter"]]
    sds = np.sqrt(np.diag(fit.covariance))
    for parameter, mean, sd in zip(model["parameter"], fit.scaled, sds, strict=True):
        why = CHOSEN if parameter["id"] in SPREADS else FITTED
        parameter["fitted"] = {
            "mean": round(float(mean), 5), "sd": round(float(sd), 5), "assumed": why,
        }  # fmt: skip
    order = [name for name in names if name not in SPREADS]
    places = [names.index(name) for name in order]
    covariance = fit.covariance[np.ix_(places, places)]
    correlation = covariance / np.outer(sds[places], sds[places])
    model["fit"] = {
        "rows": list(fit.residuals),
        "order": order,
        "correlation": [[round(float(r), 4) for r in line] for line in correlation],
    }
    return msgspec.convert(model, Pharmacokinetics)


HEADER = """\
# The dose-to-level model in numbers (docs/explanation/dose-model.md, docs/decisions/0005-dose-model.md).
# `python -m benchmarks.fit_dose_model --write` writes the `fitted` lines and [fit]; the rest is written by hand.
# median and spread: what was known before the fit. fitted: mean and sd after it, on the log or logit scale.
"""  # noqa: E501


def as_toml(model: Pharmacokinetics) -> str:
    """The records as TOML, in the order of their fields, without what is left at its default."""
    text = [HEADER]
    for kind in ("route", "parameter"):
        for record in getattr(model, kind):
            text += [f"[[{kind}]]", *_lines(record), ""]
    for name, quantity in model.setting.items():
        text += [f"[setting.{name}]", *_lines(quantity), ""]
    text += ["[fit]", *_lines(model.fit)]
    return "\n".join(text) + "\n"


def _lines(record: msgspec.Struct) -> list[str]:
    lines = []
    for field in msgspec.structs.fields(record):
        value = msgspec.to_builtins(getattr(record, field.name))
        if value == field.default:
            continue
        if isinstance(value, dict):
            inside = ", ".join(f"{k} = {json.dumps(v)}" for k, v in value.items() if v is not None)
            lines.append(f"{field.name} = {{ {inside} }}")
        elif field.name == "correlation":
            rows = ",\n".join(f"  {json.dumps(list(row))}" for row in value)
            lines.append(f"{field.name} = [\n{rows},\n]")
        else:
            lines.append(f"{field.name} = {json.dumps(value, ensure_ascii=False)}")
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--write", action="store_true", help="write the fit into the records")
    parser.add_argument("--quick", action="store_true", help="keep the spreads at their priors")
    given = parser.parse_args()
    knowledge = load()
    spreads = dict.fromkeys(SPREADS, 1.0) if given.quick else best_spreads(knowledge)
    fit = solve(knowledge, spreads)
    show(fit, knowledge)
    if given.write:
        path = Path(RECORDS) / "pharmacokinetics.toml"
        path.write_text(as_toml(fitted_model(fit, knowledge)), encoding="utf-8")
        print(f"written to {path.name}")


if __name__ == "__main__":
    main()
