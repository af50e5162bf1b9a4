"""What can wait until tonight, two weeks, or the next free visit: rule, person, and near miss."""

from __future__ import annotations

import pytest

from corrin.knowledge.loading import load
from corrin.knowledge.records import Tier
from corrin.person.records import Intake
from tests.people import rules, seen

S, W, R = Tier.SAME_DAY, Tier.TWO_WEEKS, Tier.ROUTINE
HIGH_B12 = ["serum_b12 1100 pmol/L"]
RAISED_B12 = ["serum_b12 800 pmol/L"]

# (rule, tier, person, labs, near miss, its labs)
ROWS = [
    ("r01_arrhythmia", S, "arrhythmia dist_generalised", [], "palpitations dist_generalised", []),
    ("r01_trousseau", S, "trousseau", [], "chvostek", []),
    ("r02_clonus_on_serotonergic", S, "rx_serotonergic clonus", [], "clonus", []),
    ("r03_pesticide_contact", S, "pesticide dist_generalised", [], "pesticide fatigue", []),
    ("r05_bladder_and_nerves", S, "bladder_change romberg_gait", [], "bladder_change", []),
    ("r06_withdrawal_signs", S, "sedative_withdrawal tremor", [], "sedative_withdrawal", []),
    # GPnotebook: twitches and jerks point to benzodiazepine withdrawal, not to anxiety.
    ("r06_withdrawal_signs", S, "sedative_withdrawal dist_generalised", [],
     "dist_generalised", []),
    # Health New Zealand: seek advice straight away.
    ("r02_serotonin_mild", S, "new_serotonergic_dose tremor diarrhoea", [],
     "new_serotonergic_dose tremor", []),
    # RNOH: cancer with such signs, within 24 hours at the latest.
    ("r05_cord_in_cancer", S, "cancer_known radicular_pain", [], "radicular_pain", []),
    ("r05_cord_in_cancer", S, "cancer_known local_pain_spasm paraesthesia", [],
     "cancer_known paraesthesia", []),
    # Australian regulator: stop it and see a health professional.
    ("r11_b6_nerves", W, "paraesthesia", ["vitamin_b6 620 nmol/L"], "paraesthesia",
     ["vitamin_b6 60 nmol/L"]),
    # Glasgow: a low threshold for suspecting toxicity, whatever the level.
    ("r06_lithium_signs", S, "rx_lithium tremor", [], "rx_lithium -tremor", []),
    ("r06_lithium_signs", S, "rx_lithium dist_generalised", ["lithium 0.9 mmol/L"], "rx_lithium",
     ["lithium 0.9 mmol/L"]),
    ("r07_after_neck_surgery", S, "neck_surgery cramps", [], "neck_surgery fatigue", []),
    # Phone limits.
    ("r08_potassium", S, "", ["potassium 2.9 mmol/L"], "", ["potassium 3.0 mmol/L"]),
    ("r08_potassium", S, "", ["potassium 6.0 mmol/L"], "", ["potassium 5.9 mmol/L"]),
    ("r08_sodium", S, "", ["sodium 124 mmol/L"], "", ["sodium 126 mmol/L"]),
    ("r08_sodium", S, "", ["sodium 151 mmol/L"], "", ["sodium 149 mmol/L"]),
    ("r08_calcium", S, "", ["calcium 2.05 mmol/L"], "", ["calcium 2.15 mmol/L"]),
    ("r08_calcium", S, "", ["calcium 3.1 mmol/L"], "", ["calcium 2.9 mmol/L"]),
    ("r08_calcium", S, "", ["ionised_calcium 1.5 mmol/L"], "", ["ionised_calcium 1.25 mmol/L"]),
    ("r08_magnesium_phosphate", S, "", ["magnesium 0.45 mmol/L"], "", ["magnesium 0.55 mmol/L"]),
    ("r08_magnesium_phosphate", S, "", ["magnesium 2.1 mmol/L"], "", ["magnesium 1.9 mmol/L"]),
    ("r08_magnesium_phosphate", S, "", ["phosphate 0.35 mmol/L"], "", ["phosphate 0.45 mmol/L"]),
    ("r08_magnesium_phosphate", S, "", ["phosphate 2.9 mmol/L"], "", ["phosphate 2.8 mmol/L"]),
    ("r08_glucose", S, "", ["glucose 21 mmol/L"], "", ["glucose 19 mmol/L"]),
    ("r08_blood_counts", S, "", ["haemoglobin 78 g/L"], "", ["haemoglobin 82 g/L"]),
    ("r08_blood_counts", S, "", ["haemoglobin 200 g/L"], "", ["haemoglobin 195 g/L"]),
    ("r08_blood_counts", S, "", ["platelets 65 10*9/L"], "", ["platelets 75 10*9/L"]),
    ("r08_blood_counts", S, "", ["platelets 1000 10*9/L"], "", ["platelets 950 10*9/L"]),
    ("r08_blood_counts", S, "", ["white_cells 1.9 10*9/L"], "", ["white_cells 2.1 10*9/L"]),
    ("r08_blood_counts", S, "", ["white_cells 41 10*9/L"], "", ["white_cells 39 10*9/L"]),
    ("r08_blood_counts", S, "", ["neutrophils 0.9 10*9/L"], "", ["neutrophils 1.1 10*9/L"]),
    ("r08_ck", S, "", ["ck 2100 U/L"], "", ["ck 1900 U/L"]),
    ("r08_thyroid_crp", S, "", ["free_t4 51 pmol/L"], "", ["free_t4 45 pmol/L"]),
    ("r08_thyroid_crp", S, "", ["crp 300 mg/L"], "", ["crp 290 mg/L"]),
    # A salt known only by a word may be far out.
    ("r08_number_missing", S, "cramps", ["potassium low"], "cramps", ["potassium normal"]),
    ("r08_number_missing", S, "cramps lab_mg_low", [], "cramps", ["magnesium 0.65 mmol/L"]),
    # A diuretic with a PPI and symptoms; or either with diarrhoea, palpitations, weakness or
    # confusion, and symptoms.
    ("r09_diuretic_and_ppi", S, "rx_diuretic rx_ppi cramps", [], "rx_diuretic rx_ppi fatigue", []),
    ("r09_diuretic_and_ppi", S, "rx_diuretic rx_ppi dist_generalised", [],
     "rx_ppi dist_generalised", []),
    ("r09_one_with_danger_signs", S, "rx_ppi diarrhoea cramps", [], "rx_ppi diarrhoea", []),
    ("r09_one_with_danger_signs", S, "rx_diuretic palpitations tremor", [],
     "rx_diuretic tremor", []),
    ("r09_one_with_danger_signs", S, "rx_ppi objective_weakness cramps", [],
     "objective_weakness cramps", []),
    ("r09_one_with_danger_signs", S, "rx_ppi confusion paraesthesia", [],
     "confusion paraesthesia", []),
    # Low B12, or laughing gas with any level, with weakness, gait or vibration loss, foot
    # drop or bladder change.
    ("r11_b12_nerve_signs", S, "romberg_gait", ["serum_b12 90 pmol/L"], "romberg_gait",
     ["serum_b12 400 pmol/L"]),
    ("r11_b12_nerve_signs", S, "nitrous_use vibration_loss", ["serum_b12 400 pmol/L"],
     "nitrous_use paraesthesia", ["serum_b12 400 pmol/L"]),
    ("r11_b12_nerve_signs", S, "lab_b12_low foot_drop_grip_loss", [], "foot_drop_grip_loss", []),
    ("r11_b12_nerve_signs", S, "lab_b12_low bladder_change", [], "bladder_change", []),
    ("r11_b12_nerve_signs", S, "lab_b12_low objective_weakness", [], "lab_b12_low", []),
    # Label: potassium can fall early in treatment of severe deficiency.
    ("r12_potassium_after_b12", S, "b12_injection_new cramps", [], "b12_supplement cramps", []),
    ("r18_confusion", S, "confusion", [], "-confusion", []),
    ("r18_dark_urine", S, "dark_urine objective_weakness", [], "dark_urine", []),
    ("r18_theophylline", S, "rx_theophylline palpitations", [], "palpitations", []),
    ("r08_calcium_as_printed", S, "", ["calcium 1.85 mmol/L", "albumin 25 g/L"], "",
     ["calcium 2.0 mmol/L", "albumin 25 g/L"]),
    # NG42: loss of dexterity, speech or swallowing trouble, tongue fasciculation, weakness,
    # wasting: refer without delay.
    ("r10_mnd_features", W, "objective_weakness dist_generalised", [], "subjective_weakness", []),
    ("r10_mnd_features", W, "atrophy", [], "-atrophy", []),
    ("r10_mnd_features", W, "tongue_fasciculation", [], "dist_generalised", []),
    ("r10_mnd_features", W, "dysarthria", [], "-dysarthria", []),
    ("r10_mnd_features", W, "dysphagia", [], "-dysphagia", []),
    ("r10_mnd_features", W, "babinski", [], "hyporeflexia", []),
    ("r10_mnd_features", W, "foot_drop_grip_loss", [], "stiffness", []),
    ("r10_mnd_features", W, "head_drop", [], "-head_drop", []),
    ("r10_mnd_features", W, "spasticity_rigidity", [], "stiffness", []),
    ("r10_clonus_or_clumsy_hands", W, "hand_clumsiness_gait", [], "fatigue", []),
    ("r10_clonus_or_clumsy_hands", W, "hyperreflexia dist_calf_foot", [], "hyperreflexia", []),
    # Tingling alone can wait two weeks.
    ("r11_b12_tingling", W, "paraesthesia", ["serum_b12 90 pmol/L"], "paraesthesia",
     ["serum_b12 400 pmol/L"]),
    ("r11_b12_tingling", W, "nitrous_use paraesthesia", ["serum_b12 600 pmol/L"], "nitrous_use",
     []),
    ("r11_myeloneuropathy", W, "paraesthesia vibration_loss", [], "paraesthesia", []),
    ("r11_myeloneuropathy", W, "paraesthesia vegan", [], "vegan", []),
    ("r11_unsteady", W, "romberg_gait", [], "-romberg_gait", []),
    ("r11_b12_low", W, "", ["serum_b12 90 pmol/L"], "", ["serum_b12 300 pmol/L"]),
    # Two features of an overactive thyroid, not one.
    ("r12_thyroid", W, "weight_loss tremor", [], "weight_loss", []),
    ("r12_thyroid", W, "heat_intolerance palpitations", [], "palpitations", []),
    ("r12_thyroid", W, "weight_loss heat_intolerance", [], "sweating heat_intolerance", []),
    ("r12_calcium_high", W, "", ["calcium 2.75 mmol/L"], "", ["calcium 2.5 mmol/L"]),
    ("r08_salts_below_range", W, "", ["potassium 3.3 mmol/L"], "", ["potassium 4.0 mmol/L"]),
    # One of the two medicines alone, with cramps, tremor or tingling.
    ("r09_one_medicine", W, "rx_ppi cramps", [], "rx_ppi dist_eyelid_only", []),
    ("r09_one_medicine", W, "rx_diuretic tremor", [], "tremor", []),
    ("r09_one_medicine", W, "rx_diuretic paraesthesia", [], "paraesthesia", []),
    # High B12 without a supplement: above 1000 pmol/L, persistent, or with abnormal tests.
    ("r13_high_b12_unexplained", W, "-b12_supplement", HIGH_B12, "b12_supplement", HIGH_B12),
    ("r13_high_b12_unexplained", W, "-b12_supplement", HIGH_B12, "-b12_supplement", RAISED_B12),
    ("r13_high_b12_unexplained", W, "-b12_supplement", HIGH_B12, "", HIGH_B12),
    ("r13_high_b12_unexplained", W, "-b12_supplement",
     ["serum_b12 800 pmol/L 2026-01-05", "serum_b12 820 pmol/L 2026-04-05"],
     "-b12_supplement",
     ["serum_b12 800 pmol/L 2026-01-05", "serum_b12 400 pmol/L 2026-04-05"]),
    # Two results of one illness are not persistence; nor are results without their dates.
    ("r13_high_b12_unexplained", W, "-b12_supplement",
     ["serum_b12 800 pmol/L 2026-01-05", "serum_b12 820 pmol/L 2026-02-02"],
     "-b12_supplement",
     ["serum_b12 800 pmol/L 2026-01-05", "serum_b12 820 pmol/L 2026-01-26"]),
    ("r13_high_b12_unexplained", W, "-b12_supplement",
     ["serum_b12 800 pmol/L 2026-01-05", "serum_b12 820 pmol/L 2026-04-05"],
     "-b12_supplement", ["serum_b12 800 pmol/L", "serum_b12 820 pmol/L"]),
    ("r13_high_b12_unexplained", W, "-b12_supplement lab_liver_abn", RAISED_B12,
     "-b12_supplement -lab_liver_abn", RAISED_B12),
    ("r13_high_b12_unexplained", W, "-b12_supplement lab_wbc_plt_abn", RAISED_B12,
     "b12_supplement lab_wbc_plt_abn", RAISED_B12),
    ("r13_high_b12_alarm", W, "weight_loss", RAISED_B12, "fatigue", RAISED_B12),
    ("r13_high_b12_alarm", W, "b12_supplement jaundice_ascites", RAISED_B12, "b12_supplement",
     RAISED_B12),
    ("r18_jaundice", W, "jaundice_ascites", [], "-jaundice_ascites", []),
    ("r18_dark_urine_alone", W, "dark_urine", [], "-dark_urine", []),
    ("r18_kidney", W, "ckd_known cramps", [], "ckd_known", []),
    ("r18_ck", W, "cramps", ["ck 600 U/L"], "cramps", ["ck 150 U/L"]),
    ("r18_metals", W, "heavy_metal_exposure tremor", [], "heavy_metal_exposure", []),
    ("r18_calcium_tingling_mouth", W, "perioral_paraesthesia cramps", [],
     "perioral_paraesthesia", []),
    # A single, milder rise: repeat with basic tests.
    ("r13_high_b12_mild", R, "-b12_supplement", RAISED_B12, "b12_supplement", RAISED_B12),
    # Supplements not asked: ask first.
    ("r13_ask_supplement", R, "", HIGH_B12, "b12_supplement", HIGH_B12),
    ("r13_high_b12_explained", R, "b12_supplement", HIGH_B12, "-b12_supplement", HIGH_B12),
    ("r11_b12_unclear", R, "", ["serum_b12 200 pmol/L"], "", ["serum_b12 400 pmol/L"]),
    # NG127: do not refer eyelid movements unless they last over 3 months or close both eyes.
    ("r14_eyelid_long", R, "dist_eyelid_only duration_gt_3mo", [],
     "dist_eyelid_only -duration_gt_3mo", []),
    ("r14_eyelid_long", R, "eyelid_over_3_months", [], "-eyelid_over_3_months", []),
    ("r14_eyelid_long", R, "forced_closure_both_eyes", [], "dist_eyelid_only", []),
    # Singh 2011: years of follow-up; Turner and Talbot 2013: caution in men over 50.
    ("r15_long_twitching", R, "dist_calf_foot duration_gt_3mo", [], "dist_calf_foot", []),
    # NHS: see a GP for twitching in more than one place, weak or stiff, or from a medicine.
    ("r15_spread_or_other_signs", R, "dist_generalised", [], "dist_calf_foot", []),
    ("r15_medicine", R, "dist_calf_foot rx_beta_agonist", [], "rx_beta_agonist", []),
    ("r19_pregnant", R, "pregnant", [], "-pregnant", []),
    ("r18_other_results", R, "lab_tsh_high", [], "-lab_tsh_high", []),
    ("r12_one_thyroid_feature", R, "palpitations", [], "-palpitations", []),
]  # fmt: skip


@pytest.mark.parametrize("row", ROWS, ids=[f"{row[0]}-{place}" for place, row in enumerate(ROWS)])
def test_each_rule_and_its_near_miss(row: tuple[str, Tier, str, list[str], str, list[str]]) -> None:
    rule, tier, findings, labs, misses, missed_labs = row
    answer = seen(findings, labs=labs)
    flag = next((flag for flag in answer.because if flag.rule == rule), None)
    assert flag is not None, rules(answer)
    assert flag.tier is tier
    assert rule not in rules(seen(misses, labs=missed_labs))


def test_these_rules_decide_the_tier_when_nothing_else_is_raised() -> None:
    assert seen("", labs=["potassium 2.9 mmol/L"]).tier is S
    assert seen("rx_ppi cramps").tier is W
    assert seen("nitrous_use paraesthesia", labs=["serum_b12 600 pmol/L"]).tier is W
    assert seen("", labs=HIGH_B12).tier is R
    assert seen("-b12_supplement", labs=RAISED_B12).tier is R
    assert seen("weight_loss").tier is R
    assert seen("dist_eyelid_only duration_gt_3mo").tier is R


def test_men_over_50_are_looked_at_twice() -> None:
    def asks(age: float, sex: str) -> bool:
        return "r15_men_over_50" in rules(seen("dist_calf_foot", age=age, sex=sex))

    assert asks(51, "male")
    assert not asks(50, "male")
    assert not asks(51, "female")


def test_children_and_infants_are_answered_never_refused() -> None:
    child = seen("dist_eyelid_only -duration_gt_3mo poor_sleep", age=9)
    assert child.tier is R and "r19_child" in rules(child)
    assert "r19_child" not in rules(seen("dist_eyelid_only", age=18))
    infant = seen("dist_generalised", age=1)
    assert infant.tier is S and "r19_infant" in rules(infant)
    assert seen("breathless_rest", age=9).tier is Tier.EMERGENCY


def test_a_low_dose_multivitamin_does_not_explain_a_very_high_level() -> None:
    low = (Intake(substance="cyanocobalamin", route="oral", dose="5 ug", every="1 day"),)
    assert "r13_high_b12_unexplained" in rules(seen("", labs=HIGH_B12, intake=low))
    high = (Intake(substance="cyanocobalamin", route="oral", dose="1000 ug", every="1 day"),)
    assert "r13_high_b12_unexplained" not in rules(seen("", labs=HIGH_B12, intake=high))
    assert "r13_high_b12_unexplained" in rules(seen("", labs=HIGH_B12, intake=()))


def test_every_rule_is_tried_here_or_among_the_emergencies() -> None:
    from tests.spec.test_triage_emergencies import BY_FINDINGS, BY_RESULT

    elsewhere = {"r15_men_over_50", "r19_child", "r19_infant", "r16_short_with_trigger"}
    tried = {row[0] for row in (*ROWS, *BY_FINDINGS, *BY_RESULT)} | elsewhere
    assert tried == set(load().red_flags)
