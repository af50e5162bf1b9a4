"""How Corrin decides why B12 is high: supplements first, disease kept open, no alarm."""

from __future__ import annotations

import datetime as dt

import pytest

from corrin.errors import Refusal
from corrin.high_b12.as_table import REMARKS, WHY_NO_FIGURE, high_b12_table
from corrin.high_b12.sources import answer
from corrin.high_b12.sources_evidence import gather
from corrin.high_b12.sources_numbers import compile_sources
from corrin.high_b12.sources_records import HighB12, Lasting, Supplements
from corrin.knowledge.loading import load
from corrin.knowledge.records import Setting
from corrin.person.records import LabResult, Person, PrintedInterval
from tests.high_b12_people import TABLET, TWICE, asked, shares, why_high
from tests.people import person_of, read

KNOWLEDGE = load()
IDS = {
    "intake", "injection_treatment", "liver_disease", "alcohol", "kidney_disease",
    "myeloid_disease", "solid_cancer", "inflammation", "autoimmune_lymphoproliferative",
    "gaucher", "gray_platelet", "macro_b12", "assay_interference", "nitrous_oxide", "not_classed",
}  # fmt: skip
EXAMPLES = [
    (record.id, place)
    for record in KNOWLEDGE.sources_of_high_b12.values()
    for place in range(len(record.example))
]


def test_the_sources_are_the_agreed_ones():
    assert set(KNOWLEDGE.sources_of_high_b12) == IDS
    assert set(shares(why_high())) == IDS


@pytest.mark.parametrize(("source", "place"), EXAMPLES, ids=[f"{s}-{p}" for s, p in EXAMPLES])
def test_the_example_of_a_source_holds(source, place):
    example = KNOWLEDGE.sources_of_high_b12[source].example[place]
    findings = " ".join(name if on else f"-{name}" for name, on in example.given.items())
    taken = any(on and name.startswith("b12_") for name, on in example.given.items())
    high = why_high(
        findings,
        labs=example.labs,
        age=example.age,
        sex=example.sex,
        setting=example.setting,
        intake=() if example.intake_asked and not taken else None,
    )
    ranked = [each.id for each in high.sources]
    place_of = ranked.index(source)
    assert {"first": place_of == 0, "top-three": place_of < 3, "not-top-three": place_of >= 3}[
        example.expect
    ], ranked[:4]


class TestSupplementsFirst:
    def test_not_asked_is_not_classed_and_asks(self):
        high = why_high()
        assert high.sources[0].id == "not_classed"
        assert not high.classed
        assert high.ask_first[0] == "b12_supplement"
        assert high.next_tests[0] == "ask_supplements"
        assert 0.2 < high.hangs_on_the_answer < 0.6
        assert high.retest.id == "ask-first"
        assert high.retest.informative is False

    def test_a_strong_picture_is_heard_before_the_answer(self):
        high = why_high(
            "liver_disease_known jaundice_ascites",
            labs=["serum_b12 1500 pmol/L", "alt 400 U/L", "bilirubin 120 umol/L"],
        )
        assert high.sources[0].id == "liver_disease"
        assert not high.classed
        assert high.hangs_on_the_answer < why_high().hangs_on_the_answer

    @pytest.mark.parametrize(
        ("about", "known"),
        [
            ({}, Supplements.NOT_ASKED),
            ({"intake": ()}, Supplements.NONE_TAKEN),
            ({"findings": "-b12_supplement"}, Supplements.NO_HIGH_DOSE),
            ({"findings": "b12_supplement"}, Supplements.TAKEN),
            ({"findings": "b12_treatment_prescribed"}, Supplements.TAKEN),
            ({"intake": TABLET}, Supplements.TAKEN),
            ({"intake": TABLET, "tail": 0.5}, Supplements.REGIMEN_KNOWN),
        ],
    )
    def test_what_is_known_of_supplements(self, about, known):
        assert why_high(**about).supplements is known

    def test_none_taken_leaves_little_to_intake(self):
        by_intake = {"intake", "injection_treatment"}
        none = shares(why_high(intake=()))
        assert sum(none[id_] for id_ in by_intake) < 0.05
        denied = shares(why_high("-b12_supplement"))
        assert none["intake"] < denied["intake"] < shares(why_high("b12_supplement"))["intake"]

    def test_a_dose_that_explains_the_level(self):
        high = why_high(labs=["serum_b12 1450 pg/mL"], intake=TABLET, tail=0.4)
        assert high.sources[0].id == "intake"
        assert high.explained_by_intake is not None
        assert high.explained_by_intake.probability == 0.4
        assert high.explained_by_intake.unit == "pg/mL"
        assert high.retest.id == "own-intake"

    def test_a_tiny_dose_does_not_explain_a_very_high_level(self):
        high = why_high(labs=["serum_b12 2000 pmol/L"], intake=TABLET, tail=0.0005)
        assert shares(high)["intake"] < 0.15
        assert high.retest.id == "dose-too-small"
        assert "repeat_b12" in high.next_tests

    def test_treatment_is_expected_and_no_worry(self):
        high = why_high("b12_treatment_prescribed", labs=["serum_b12 1480 pg/mL"])
        assert high.sources[0].id == "injection_treatment"
        assert high.retest.id == "on-treatment"
        assert not high.retest.informative
        assert "Do not stop" in high.retest.person
        assert "repeat_b12" not in high.next_tests
        assert "keep_prescribed_b12" in high.next_tests


class TestPersistence:
    @pytest.mark.parametrize(
        ("labs", "lasting"),
        [
            (TWICE, Lasting.PERSISTENT),
            (TWICE[:1], Lasting.SINGLE),
            (("serum_b12 900 pmol/L 2026-01-10", "serum_b12 870 pmol/L 2026-01-20"),
             Lasting.SINGLE),
            (("serum_b12 900 pmol/L", "serum_b12 870 pmol/L"), Lasting.SINGLE),
            (("serum_b12 900 pmol/L 2026-01-10", "serum_b12 400 pmol/L 2026-06-10"),
             Lasting.SETTLED),
            ((*TWICE, "serum_b12 400 pmol/L 2026-03-10"), Lasting.SINGLE),
        ],
    )  # fmt: skip
    def test_from_dated_results_that_lie_far_enough_apart(self, labs, lasting):
        assert why_high(labs=labs, intake=()).persistence.lasting is lasting

    def test_the_retest_follows_from_it(self):
        assert why_high(labs=TWICE[:1], intake=()).retest.id == "repeat-when-well"
        assert why_high(labs=TWICE, intake=()).retest.id == "look-now"
        settled = ("serum_b12 900 pmol/L 2026-01-10", "serum_b12 400 pmol/L 2026-06-10")
        assert why_high(labs=settled, intake=()).retest.id == "settled"
        assert why_high(labs=settled, intake=()).next_tests == ()


class TestCancerFigure:
    def test_given_for_lasting_elevation_without_b12(self):
        high = why_high(labs=TWICE, intake=(), age=62, sex="male")
        risk = high.cancer
        assert risk is not None
        assert risk.horizon == "1 year"
        assert risk.comparison < risk.low < risk.mode < risk.high < risk.per / 2
        assert {"arendt2013", "lacombe2021", "uscs2016"} <= set(risk.references)
        assert f"Of {risk.per} people" in risk.person
        assert "not found to have it" in risk.person

    @pytest.mark.parametrize(
        ("about", "why"),
        [
            ({"labs": TWICE}, "supplements-not-asked"),
            ({"labs": TWICE, "intake": TABLET}, "b12-taken"),
            ({"labs": TWICE, "findings": "b12_injection_new"}, "b12-taken"),
            ({"labs": TWICE[:1], "intake": ()}, "repeat-first"),
            ({"labs": TWICE, "intake": (), "findings": "cancer_known"}, "illness-already-known"),
        ],
    )
    def test_never_otherwise(self, about, why):
        high = why_high(**about)
        assert high.cancer is None
        assert high.why_no_cancer_figure == why
        assert why in WHY_NO_FIGURE

    def test_no_figure_below_the_bands_of_the_studies(self):
        """Some laboratories print a lower limit than the studies begin at."""
        printed = PrintedInterval(low=150, high=500)
        results = tuple(
            LabResult(
                lab="serum_b12", value=560, unit="pmol/L", taken=taken, reference_interval=printed
            )
            for taken in (dt.date(2026, 1, 10), dt.date(2026, 6, 10))
        )
        picture, status = read(Person(age=60, intake=(), labs=results))
        high = answer(picture, status, KNOWLEDGE, draws=0)
        assert isinstance(high, HighB12)
        assert high.elevation.bands == ("up-to-600",)
        assert high.elevation.limit_from == "laboratory"
        assert high.persistence.lasting is Lasting.PERSISTENT
        assert high.why_no_cancer_figure == "no-figure-at-this-level"

    def test_the_young_are_told_in_a_thousand(self):
        risk = why_high(labs=TWICE, intake=(), age=30, sex="female").cancer
        assert risk is not None
        assert risk.per == 1000
        assert risk.mode < 20


class TestRefusals:
    @pytest.mark.parametrize(
        ("about", "code"),
        [
            ({"labs": ["serum_b12 900 pmol/L"], "age": 8}, "children"),
            ({"labs": ["serum_b12 900 pmol/L"], "findings": "pregnant"}, "pregnancy"),
            ({}, "not-measured"),
            ({"labs": ["serum_b12 300 pmol/L"]}, "not-high"),
            ({"labs": ["serum_b12 90 pmol/L"]}, "not-high"),
        ],
    )
    def test_in_words(self, about, code):
        refused = asked(**about)
        assert isinstance(refused, Refusal)
        assert (refused.question, refused.code) == ("high_b12", code)
        assert refused.reason.endswith(".")


def test_a_level_known_only_as_high_is_answered_and_says_so():
    high = why_high("lab_b12_high b12_supplement", labs=())
    assert high.sources[0].id == "intake"
    assert len(high.elevation.bands) == 5
    assert "level-not-known" in high.remarks


@pytest.mark.parametrize(
    ("lab", "bands"),
    [
        ("serum_b12 720 pmol/L", ("601-800",)),
        ("serum_b12 800 pmol/L", ("601-800",)),
        ("serum_b12 801 pmol/L", ("801-1000",)),
        ("serum_b12 1480 pg/mL", ("above-1000",)),
        ("serum_b12 >2000 pg/mL", ("above-1000", "above-2500")),
        ("serum_b12 3000 pmol/L", ("above-2500",)),
    ],
)
def test_the_bands_are_those_of_the_studies(lab, bands):
    assert why_high(labs=[lab]).elevation.bands == bands


def test_evidence_names_its_findings_and_its_source():
    high = why_high("alcohol_high -smoker", labs=["serum_b12 900 pmol/L", "crp 2 mg/L"], intake=())
    alcohol = next(each for each in high.sources if each.id == "alcohol")
    found = {each.id: each for each in alcohol.evidence_for}
    assert found["alcohol"].ids == ("alcohol_high",)
    assert found["alcohol"].assumed
    cancer = next(each for each in high.sources if each.id == "solid_cancer")
    assert {"smoker", "crp"} <= {each.id for each in cancer.evidence_against}
    assert all(each.reference or each.assumed for s in high.sources for each in s.evidence_for)


def test_many_signs_of_one_illness_weigh_no_more_than_their_group_may():
    picture, _ = read(
        person_of(
            "liver_disease_known jaundice_ascites",
            labs=["serum_b12 900 pmol/L", "alt 400 U/L", "bilirubin 120 umol/L", "albumin 24 g/L"],
            intake=(),
        )
    )
    compiled = compile_sources(KNOWLEDGE, Setting.HOSPITAL)
    known = gather(
        picture, picture.latest("serum_b12"), compiled, KNOWLEDGE, level_given_intake=None
    )
    group = next(each for each in KNOWLEDGE.high_b12.group if each.id == "liver")
    weights = {i.id: w for i, w in zip(known.items, known.weights, strict=True)}
    inside = [weights[id_] for id_ in group.members]
    assert len(inside) == 5
    assert sum(inside) == pytest.approx(group.counts)
    assert weights["level"] == weights["supplements"] == 1


def test_the_table_has_the_stable_names():
    table = high_b12_table(why_high(labs=TWICE, intake=(), age=50, sex="female"), KNOWLEDGE)
    assert {"explained_by_intake", "sources", "retest"} <= set(table)
    assert {"id", "probability", "low", "high"} <= set(table["sources"][0])
    assert table["persistence"]["lasting"] == "persistent"
    assert table["persistence"]["last"] == "2026-06-10"
    assert table["cancer"]["per"] in {100, 1000}
    with_dose = why_high(intake=TABLET, tail=0.7)
    explained = high_b12_table(with_dose, KNOWLEDGE)["explained_by_intake"]
    assert set(explained) == {"probability", "expected_low", "expected_high", "unit"}


def test_every_remark_has_words():
    high = why_high(
        "paraesthesia if_antibody_positive",
        labs=["serum_b12 900 pmol/L", "methylmalonic_acid 1900 nmol/L", "egfr 95 mL/min/{1.73_m2}"],
        age=17,
    )
    assert {"evidence-from-adults", "number-not-reliable"} <= set(high.remarks)
    assert set(high.remarks) <= set(REMARKS)
