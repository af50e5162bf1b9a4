"""The doses of a person's file against their B12 results, all of them together."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from corrin.high_b12.excess import excess
from corrin.high_b12.many import steady_excess
from corrin.high_b12.of_person import dose_answer
from corrin.high_b12.parameters import draw_parameters
from corrin.high_b12.records import DoseTrain, Product, Regimen
from corrin.knowledge.loading import load
from corrin.knowledge.records_of_intake import Entry, Kept
from corrin.labs.reading import measure
from corrin.person.records import Intake, LabResult, Person
from corrin.picture.records import FindingState, Origin, Picture

KNOWLEDGE = load()
TODAY = dt.date(2026, 11, 22)
TABLETS = Intake(substance="cyanocobalamin", route="oral", dose="1000 ug", every="1 day",
                 since=TODAY - dt.timedelta(days=300))  # fmt: skip


def picture(*levels, intake=(TABLETS,), findings=()):
    results = tuple(
        LabResult(lab="serum_b12", value=value, unit="pg/mL",
                  taken=None if ago is None else TODAY - dt.timedelta(days=ago))
        for value, ago in levels
    )  # fmt: skip
    measured, problems, _ = measure(results, KNOWLEDGE)
    assert problems == ()
    present = {finding: FindingState(True, Origin.SAID) for finding in findings}
    return Picture(
        person=Person(intake=intake, labs=results),
        findings=present,
        measurements={"serum_b12": measured},
    )


def answer(*levels, **options):
    return dose_answer(picture(*levels, **options), KNOWLEDGE, today=TODAY)


def test_the_latest_result_is_explained_and_the_others_are_used():
    found = answer((320, 400), (980, 200), (1100, 3))
    assert found.refusal is None
    assert found.level.low == pytest.approx(1100)
    assert found.explained.results_used == 2
    assert found.explained.probability > 0.2
    assert [point.day for point in found.curve.points] == [-3, -200, -400]
    assert found.curve.days[0] == -400
    assert found.decline.curve.median[0] > found.decline.curve.median[-1]


def test_a_result_without_a_date_is_todays():
    assert answer((1100, None)).level.day == 0


def test_nobody_asked_about_supplements():
    found = answer((1100, 3), intake=None)
    assert found.refusal.code == "intake-not-asked"
    assert found.explained is None
    assert "how often" in found.refusal.ask


def test_no_supplements_at_all():
    found = answer((1500, 3), intake=())
    assert found.explained.probability < 0.01
    assert found.decline is None


def test_an_intake_that_cannot_be_read_is_asked_about():
    unclear = Intake(substance="cyanocobalamin", dose="1000", every="1 day", route="oral")
    found = answer((1100, 3), intake=(unclear,))
    assert found.refusal.code == "intake-not-read"
    assert "micrograms" in found.refusal.ask
    assert found.explained is None


def test_no_level_in_numbers():
    assert answer().refusal.code == "no-level"


def test_pernicious_anaemia_lowers_what_a_small_dose_explains():
    small = Intake(substance="cyanocobalamin", route="oral", dose="10 ug", every="1 day",
                   since=TODAY - dt.timedelta(days=300))  # fmt: skip
    usual = answer((450, 3), intake=(small,)).explained
    lacking = answer(
        (450, 3), intake=(small,), findings=("autoimmune_gastritis_pernicious",)
    ).explained
    assert lacking.probability < usual.probability
    assert any("No intrinsic factor" in words for words in lacking.assumptions)


def test_kidney_disease_is_said_to_change_what_is_kept():
    shots = Intake(substance="hydroxocobalamin", route="im", dose="1 mg", every="3 months",
                   last_dose=TODAY - dt.timedelta(days=60))  # fmt: skip
    words = answer((1500, 3), intake=(shots,), findings=("ckd_known",)).explained.assumptions
    assert any("Kidney disease keeps more" in one for one in words)
    assert not any(one.startswith("The kidneys work") for one in words)


def test_what_was_stopped_long_ago_has_no_decline_to_show():
    old = Intake(substance="cyanocobalamin", route="oral", dose="1000 ug", every="1 day",
                 since=TODAY - dt.timedelta(days=900),
                 until=TODAY - dt.timedelta(days=500))  # fmt: skip
    found = answer((900, 3), intake=(old,))
    assert found.decline is None
    assert found.explained.probability < 0.1


@pytest.mark.parametrize(
    ("route", "entry"),
    [("oral", Entry.SWALLOWED), ("nasal", Entry.NOSE), ("intramuscular", Entry.INJECTED)],
)
def test_many_people_at_steady_state_are_as_one_after_decades(route, entry):
    parameters = draw_parameters(KNOWLEDGE, 100)
    dose, every = np.array([20.0, 1000.0]), np.array([1.0, 30.4375])
    together = steady_excess(dose[:, None], every[:, None], parameters, entry=entry)
    paired = steady_excess(np.full(100, 20.0), np.ones(100), parameters, entry=entry,
                           like=Kept.CYANOCOBALAMIN)  # fmt: skip
    np.testing.assert_allclose(paired, together[0])
    for place in range(2):
        train = DoseTrain(dose_ug=dose[place], every=every[place])
        product = Product(name="", substance="cyanocobalamin", route=route, trains=(train,))
        late = every[place] * 20_000
        alone = excess(Regimen(products=(product,)), (late,), parameters, KNOWLEDGE).total[0]
        np.testing.assert_allclose(together[place], alone, rtol=1e-3)
