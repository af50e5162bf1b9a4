"""The answers mean what they say, when the truth is the model; and what is not, shows."""

from __future__ import annotations

import numpy as np
import pytest

from corrin.knowledge.loading import load
from corrin.population.calibrating.causes import Seen, study_causes
from corrin.population.calibrating.measuring import calibrate
from corrin.population.calibrating.sources import SeenOfSource, study_sources

KNOWLEDGE = load()
SEED = 11


def test_causes_are_calibrated_when_the_truth_is_the_model() -> None:
    studies = study_causes(KNOWLEDGE, 20_000, seed=SEED, seen=(Seen.MODEL, Seen.PRESENT_LESS))
    model = studies[Seen.MODEL]
    assert len(model.causes) > 30
    assert model.worst <= 0.02
    for each in model.causes:
        # No further from the truth than so many people can be by chance.
        assert each.ece_count <= 3 * each.noise + 0.001, each.id
        spread = np.sqrt(each.prevalence / each.people)
        assert abs(each.mean - each.prevalence) <= 4.5 * spread, each.id
    # A study that could not fail would not see findings that go missing for a reason.
    lost = studies[Seen.PRESENT_LESS].causes
    assert sum(each.ece_count > 3 * each.noise + 0.001 for each in lost) >= 5


def test_sources_are_calibrated_when_the_truth_is_the_model() -> None:
    by_seen = {study.seen: study for study in study_sources(KNOWLEDGE, 8_000, seed=SEED)}
    model = by_seen[SeenOfSource.MODEL]
    assert model.worst <= 0.02
    assert all(each.ece_count <= 3 * each.noise + 0.001 for each in model.sources)
    assert by_seen[SeenOfSource.SHARED].worst > model.worst


def test_the_error_of_known_numbers() -> None:
    """Twenty people, said 0.2 and 0.8; of the first 4 of 10 came true, of the others 8."""
    said = np.array([0.2] * 10 + [0.8] * 10)[:, None]
    came = np.array([1, 1, 1, 1, *[0] * 6, *[1] * 8, 0, 0], dtype=bool)[:, None]
    (found,) = calibrate(said, came, ["one"])
    assert found.ece_width == pytest.approx((10 * 0.2 + 10 * 0.0) / 20)
    assert found.prevalence == pytest.approx(0.6)
    assert found.mean == pytest.approx(0.5)
    assert calibrate(said, came, ["one"], rarer_than=0.7) == ()
