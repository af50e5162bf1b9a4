"""What is an emergency: a sentence of the guidance, who meets it, and who just does not.

The comments put the source in our words; the records name it.
"""

from __future__ import annotations

import pytest

from corrin.knowledge.records import Tier
from tests.people import rules, seen

# (rule, the person who meets it, the person who just does not)
BY_FINDINGS = [
    # Society for Endocrinology 2016, acute hypocalcaemia: signs are tetany and carpopedal
    # spasm, laryngospasm, prolonged QT and arrhythmia, seizure.
    ("r01_laryngospasm", "laryngospasm_stridor", "-laryngospasm_stridor dysphagia"),
    ("r01_tetany", "carpopedal_spasm", "cramps -carpopedal_spasm"),
    ("r01_seizure", "seizure dist_generalised", "-seizure dist_generalised"),
    # Epilepsy Society: a first fit, always an ambulance; whether it was the first is not asked.
    ("r01_seizure_alone", "seizure", "-seizure"),
    # Emergency review: new fit or altered mind in pregnancy is eclampsia until shown otherwise.
    ("r19_pregnant_brain", "pregnant confusion", "pregnant -confusion -seizure"),
    ("r01_seizure", "seizure cramps", "seizure -cramps"),
    ("r01_long_qt", "long_qt dist_generalised", "palpitations dist_generalised"),
    ("r01_long_qt", "long_qt cramps", "long_qt -cramps"),
    # A rhythm problem of unknown kind is read as the dangerous one.
    ("r01_long_qt", "arrhythmia_qt dist_calf_foot", "arrhythmia dist_calf_foot"),
    ("r01_arrhythmia_salts", "arrhythmia lab_k_low", "arrhythmia -lab_k_low"),
    # Hunter criteria (Dunkley 2003), with a serotonergic drug:
    # spontaneous clonus;
    ("r02_serotonin", "rx_serotonergic spontaneous_clonus", "-rx_serotonergic spontaneous_clonus"),
    # inducible clonus with agitation, or with sweating;
    ("r02_serotonin", "rx_serotonergic inducible_clonus agitation",
     "rx_serotonergic inducible_clonus tremor"),
    ("r02_serotonin", "rx_serotonergic inducible_clonus sweating",
     "rx_serotonergic -inducible_clonus sweating"),
    # ocular clonus with agitation, or with sweating;
    ("r02_serotonin", "rx_serotonergic ocular_clonus agitation",
     "rx_serotonergic ocular_clonus -agitation -sweating"),
    ("r02_serotonin", "rx_serotonergic ocular_clonus sweating",
     "rx_serotonergic -ocular_clonus sweating"),
    # tremor and hyperreflexia;
    ("r02_serotonin", "rx_serotonergic tremor hyperreflexia", "rx_serotonergic tremor agitation"),
    # hypertonia and a temperature above 38 degrees and ocular or inducible clonus.
    ("r02_serotonin", "rx_serotonergic spasticity_rigidity fever ocular_clonus",
     "rx_serotonergic spasticity_rigidity fever -ocular_clonus"),
    ("r02_serotonin", "new_serotonergic_dose spasticity_rigidity fever inducible_clonus",
     "rx_serotonergic spasticity_rigidity -fever inducible_clonus"),
    # Where the kind of clonus was not said, the more dangerous kind is assumed.
    ("r02_clonus_kind_unknown", "rx_serotonergic clonus sweating", "clonus sweating"),
    ("r02_clonus_kind_unknown", "new_serotonergic_dose clonus", "rx_serotonergic clonus"),
    # Health New Zealand: fever, confusion or an irregular heartbeat make it severe.
    ("r02_serotonin_severe", "new_serotonergic_dose tremor fever", "rx_serotonergic tremor fever"),
    ("r02_serotonin_severe", "new_serotonergic_dose diarrhoea confusion",
     "new_serotonergic_dose diarrhoea -confusion"),
    # First aid: extreme drowsiness on an opioid.
    ("r06_opioid_drowsy", "rx_gabapentinoid_opioid confusion", "confusion"),
    # UK alcohol guidelines: admit for signs of Wernicke's encephalopathy.
    ("r06_alcohol_brain", "alcohol_high confusion ataxia", "alcohol_high ataxia"),
    # NICE CG151: fever in anticancer treatment, to hospital immediately.
    ("r08_fever_chemotherapy", "fever rx_chemotherapy", "-fever rx_chemotherapy"),
    # Storm: suppressed TSH, fever, a changed state of mind.
    ("r07_thyroid_storm", "lab_tsh_low fever agitation", "lab_tsh_low fever"),
    # CDC: dark urine with cramps or weakness, immediate treatment.
    ("r18_dark_urine_muscles", "dark_urine cramps", "dark_urine rx_statin"),
    # Organophosphate cohort (376 people): a quarter needed a ventilator.
    ("r03_pesticide", "pesticide cholinergic_signs", "pesticide dist_generalised"),
    ("r03_pesticide", "pesticide objective_weakness", "-pesticide objective_weakness"),
    ("r03_cholinesterase_drug", "rx_cholinesterase cholinergic_signs objective_weakness",
     "rx_cholinesterase cholinergic_signs"),
    # NHS 111 Wales: every snake bite, immediately.
    ("r03_venom", "venom_exposure", "-venom_exposure dist_generalised"),
    # NG127: immediate referral for breathlessness at rest or lying flat (with weakness: not
    # required here, since weakness may not have been looked for).
    ("r04_breathless", "breathless_rest", "-breathless_rest fatigue"),
    ("r04_breathless", "orthopnoea -objective_weakness", "-orthopnoea fatigue"),
    ("r04_choking_new", "choking_new", "dysphagia -choking_new"),
    # NG127: sudden weakness, also of a small area, may be a stroke.
    ("r05_stroke", "weakness_sudden", "objective_weakness -weakness_sudden"),
    ("r05_stroke", "speech_change_sudden", "dysarthria -speech_change_sudden"),
    # NG127 (2019) calls one limb within hours to days urgent; it stays an emergency here.
    ("r05_weakness_hours_days", "weakness_hours_days", "objective_weakness -weakness_hours_days"),
    # NG127: symmetrical weakness within 4 weeks: refer immediately.
    ("r05_weakness_4_weeks", "weakness_within_4_weeks",
     "objective_weakness -weakness_within_4_weeks"),
    # NG127: back pain into the leg with new bladder, bowel or sexual trouble or perineal
    # numbness: refer immediately.
    ("r05_cauda_equina", "cauda_equina", "radicular_pain -cauda_equina"),
    ("r05_cauda_equina", "bladder_change radicular_pain", "bladder_change -radicular_pain"),
    # CG100: admit for withdrawal seizures or delirium tremens.
    ("r06_withdrawal", "sedative_withdrawal confusion", "sedative_withdrawal tremor"),
    ("r06_withdrawal", "sedative_withdrawal seizure", "-sedative_withdrawal seizure"),
    ("r06_withdrawal", "sedative_withdrawal fever", "sedative_withdrawal -fever"),
    ("r06_withdrawal", "sedative_withdrawal spasticity_rigidity", "spasticity_rigidity"),
    # Glasgow: coarse tremor, twitches, unsteady gait, slurred speech, confusion on lithium.
    ("r06_lithium_level_signs", "lab_lithium_high tremor", "lab_lithium_high -tremor"),
    ("r06_lithium_confusion", "rx_lithium confusion", "-rx_lithium confusion"),
    ("r06_lithium_confusion", "rx_lithium ataxia", "rx_lithium tremor"),
    # Symptomatic hypocalcaemia is severe at any level.
    ("r07_calcium_low_symptoms", "lab_ca_low perioral_paraesthesia", "lab_ca_low cramps"),
    ("r07_calcium_low_symptoms", "lab_ca_low trousseau", "-lab_ca_low trousseau"),
    # NSW: low sodium with seizure or altered consciousness is a medical emergency.
    ("r07_sodium_low_confusion", "lab_na_low confusion", "lab_na_low -confusion"),
    ("r07_insulin_confusion", "rx_insulin confusion", "rx_insulin sweating"),
    # NIOSH: dark urine, cramps, weakness: seek care at once; the CK blood test settles it.
    ("r07_ck_dark_urine", "dark_urine lab_ck_high", "-dark_urine lab_ck_high"),
    ("r11_b12_nerves_fast", "lab_b12_low weakness_hours_days", "lab_b12_low objective_weakness"),
    ("r11_b12_nerves_fast", "nitrous_use weakness_within_4_weeks", "nitrous_use paraesthesia"),
    ("r17_jaw_spasm", "jaw_spasm", "-jaw_spasm dist_facial"),
    ("r18_fever_rigidity", "fever confusion", "fever -confusion"),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "meets", "misses"), BY_FINDINGS)
def test_an_emergency_sign_is_answered_as_an_emergency(rule: str, meets: str, misses: str) -> None:
    answer = seen(meets)
    assert answer.tier is Tier.EMERGENCY
    assert rule in rules(answer)
    assert rule not in rules(seen(misses))


# (rule, findings, labs that meet it, labs that just do not)
BY_RESULT = [
    # Society for Endocrinology: adjusted calcium below 1.9 mmol/L is severe.
    ("r07_calcium_low", "", "calcium 1.89 mmol/L", "calcium 1.95 mmol/L"),
    # The same limit in the other unit: 1.9 mmol/L is 7.615 mg/dL.
    ("r07_calcium_low", "", "calcium 7.6 mg/dL", "calcium 7.7 mg/dL"),
    ("r07_calcium_low", "", "ionised_calcium 0.81 mmol/L", "ionised_calcium 0.9 mmol/L"),
    ("r07_calcium_low_symptoms", "paraesthesia", "calcium 2.1 mmol/L", "calcium 2.3 mmol/L"),
    # Houston Methodist phones at 13.0 mg/dL (3.24 mmol/L).
    ("r07_calcium_high", "", "calcium 13.0 mg/dL", "calcium 12.9 mg/dL"),
    ("r07_calcium_high", "", "calcium 3.6 mmol/L", "calcium 3.2 mmol/L"),
    ("r07_calcium_high", "", "ionised_calcium 1.7 mmol/L", "ionised_calcium 1.4 mmol/L"),
    ("r07_calcium_high_symptoms", "confusion", "calcium 3.05 mmol/L", "calcium 2.9 mmol/L"),
    # Specialist Pharmacy Service: below 2.5 mmol/L is severe; South West London phones at 2.5.
    ("r07_potassium_low", "", "potassium 2.5 mmol/L", "potassium 2.6 mmol/L"),
    ("r07_potassium_high", "", "potassium 6.5 mmol/L", "potassium 6.4 mmol/L"),
    ("r07_potassium_heart", "objective_weakness", "potassium 2.9 mmol/L", "potassium 3.1 mmol/L"),
    ("r07_sodium", "", "sodium 120 mmol/L", "sodium 121 mmol/L"),
    ("r07_sodium", "", "sodium 159 mmol/L", "sodium 157 mmol/L"),
    ("r07_sodium_low_confusion", "confusion", "sodium 128 mmol/L", "sodium 140 mmol/L"),
    # Study group and Melbourne: below 3.0 mmol/L (54 mg/dL).
    ("r07_glucose_low", "", "glucose 2.9 mmol/L", "glucose 3.1 mmol/L"),
    ("r07_glucose_low", "sweating", "glucose 53 mg/dL", "glucose 56 mg/dL"),
    ("r07_glucose_high", "", "glucose 25 mmol/L", "glucose 24 mmol/L"),
    ("r07_magnesium", "", "magnesium 0.29 mmol/L", "magnesium 0.31 mmol/L"),
    # 0.3 mmol/L is 0.6 meq/L: the charge counts.
    ("r07_magnesium", "", "magnesium 0.58 meq/L", "magnesium 0.62 meq/L"),
    ("r07_magnesium", "", "magnesium 2.6 mmol/L", "magnesium 2.4 mmol/L"),
    ("r07_magnesium_phosphate_severe", "seizure", "magnesium 0.4 mmol/L", "magnesium 0.6 mmol/L"),
    ("r07_magnesium_phosphate_severe", "arrhythmia", "phosphate 0.3 mmol/L",
     "phosphate 0.5 mmol/L"),
    ("r07_magnesium_phosphate_severe", "objective_weakness", "phosphate 0.3 mmol/L",
     "phosphate 0.5 mmol/L"),
    ("r07_ck_dark_urine", "dark_urine", "ck 900 U/L", "ck 150 U/L"),
    # Lithium above 1.5 mmol/L with twitching, tremor, ataxia or confusion.
    ("r06_lithium_level_signs", "dist_generalised", "lithium 1.6 mmol/L", "lithium 1.4 mmol/L"),
    ("r06_lithium_level_signs", "ataxia", "lithium 1.6 mmol/L", "lithium 1.4 mmol/L"),
    ("r06_lithium_level_signs", "confusion", "lithium 1.6 mmol/L", "lithium 1.4 mmol/L"),
    # Glasgow: any level of 1.5 mmol/L or more.
    ("r06_lithium_very_high", "", "lithium 1.5 mmol/L", "lithium 1.4 mmol/L"),
    ("r07_blood_counts", "", "haemoglobin 70 g/L", "haemoglobin 71 g/L"),
    ("r07_blood_counts", "", "haemoglobin 6.9 g/dL", "haemoglobin 7.2 g/dL"),
    ("r07_blood_counts", "", "platelets 40 10*9/L", "platelets 41 10*9/L"),
    ("r07_blood_counts", "", "white_cells 100 10*9/L", "white_cells 99 10*9/L"),
    ("r07_blood_counts", "", "neutrophils 0.5 10*9/L", "neutrophils 0.6 10*9/L"),
    ("r08_fever_neutrophils", "fever", "neutrophils 0.9 10*9/L", "neutrophils 1.1 10*9/L"),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "findings", "meets", "misses"), BY_RESULT)
def test_a_critical_result_is_answered_as_an_emergency(
    rule: str, findings: str, meets: str, misses: str
) -> None:
    answer = seen(findings, labs=[meets])
    assert answer.tier is Tier.EMERGENCY
    assert rule in rules(answer)
    assert rule not in rules(seen(findings, labs=[misses]))
