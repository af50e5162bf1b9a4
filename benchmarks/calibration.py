"""Does a probability mean what it says?  Answers about made-up people held against the truth.

The people are drawn from the knowledge itself, so that the exact posterior must be
calibrated: a cause given 30% must be at work in 30 of 100.  What the answer does beyond the
model (counting correlated findings once, reading a record) is measured as steps of their
own, and so are findings that are missing not at random.  Nothing was tuned to these figures.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Any

from benchmarks import calibration_picture
from corrin.knowledge.loading import load
from corrin.population.calibrating.causes import Seen, Study, in_order, study_causes
from corrin.population.calibrating.measuring import Calibration
from corrin.population.calibrating.sources import SourceStudy, study_sources

#: As many people who twitch as in a made-up million, and as many with a high level.
CAUSES_OF = 100_000
SOURCES_OF = 50_000
SEED = 6
GOAL = 0.02


def run(*, people: int = CAUSES_OF, sources: int = SOURCES_OF) -> dict[str, Any]:
    """Return the errors of every cause and source in every way of seeing them."""
    knowledge = load()
    start = time.process_time()
    causes = study_causes(knowledge, people, seed=SEED)
    of_sources = study_sources(knowledge, sources, seed=SEED)
    model = causes[Seen.MODEL]
    worst = max(model.worst, of_sources[0].worst)
    figures: dict[str, Any] = {
        "seed": SEED,
        "goal": GOAL,
        "causes": {study.seen.value: _figures(study) for study in in_order(causes)},
        "sources": {study.seen.value: _figures(study) for study in of_sources},
        "seconds_of_processor": round(time.process_time() - start, 1),
        "not_met": [],
    }
    if worst > GOAL:
        figures["not_met"].append(f"calibration error {worst:.3f} (goal {GOAL})")
    return figures


def _figures(study: Study | SourceStudy) -> dict[str, Any]:
    states = study.causes if isinstance(study, Study) else study.sources
    refused = {"refused": study.refused} if isinstance(study, Study) else {}
    return {
        "people": study.people,
        **refused,
        "worst": round(study.worst, 4),
        "states": {each.id: _of_one(each) for each in states},
    }


def _of_one(one: Calibration) -> dict[str, Any]:
    return {
        "prevalence": round(one.prevalence, 5),
        "mean_probability": round(one.mean, 5),
        "ece_equal_count": round(one.ece_count, 4),
        "ece_equal_width": round(one.ece_width, 4),
        "ece_of_chance": round(one.noise, 4),
        "brier": round(one.brier, 5),
        "bins": [[b.people, round(b.predicted, 5), round(b.observed, 5)] for b in one.bins],
    }


def table(figures: dict[str, Any]) -> str:
    """Return the errors as a table: a row a way of seeing, and the worst three states."""
    lines = ["seen | people | worst ECE | of which"]
    for kind in ("causes", "sources"):
        for seen, study in figures[kind].items():
            errors = {
                id_: max(one["ece_equal_count"], one["ece_equal_width"])
                for id_, one in study["states"].items()
            }
            named = sorted(errors, key=lambda id_: -errors[id_])[:3]
            words = ", ".join(f"{id_} {errors[id_]:.3f}" for id_ in named)
            lines.append(f"{kind}: {seen} | {study['people']:,} | {study['worst']:.3f} | {words}")
    return "\n".join(lines)


def main() -> None:
    """Run the study, print it, and write its figures and picture."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=CAUSES_OF)
    parser.add_argument("--sources", type=int, default=SOURCES_OF)
    parser.add_argument("--output", type=Path, help="the figures as JSON")
    parser.add_argument("--picture", type=Path, help="the reliability picture as SVG")
    given = parser.parse_args()
    figures = run(people=given.people, sources=given.sources)
    print(table(figures))
    if given.output:
        given.output.write_text(
            json.dumps(without_bins(figures), indent=1) + "\n", encoding="utf-8"
        )
    if given.picture:
        given.picture.write_text(calibration_picture.draw(figures), encoding="utf-8")


def without_bins(figures: Any) -> Any:
    """Return the figures without the single bins, which only the picture needs."""
    if not isinstance(figures, dict):
        return figures
    return {name: without_bins(held) for name, held in figures.items() if name != "bins"}


if __name__ == "__main__":
    main()
