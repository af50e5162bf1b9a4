"""The sentences about how far a B12 number can be trusted, for both readers, with sources."""

from __future__ import annotations

from corrin.b12_status.records import Reason


def _reason(
    code: str,
    person: str,
    clinician: str,
    *,
    reference: str | None = None,
    assumed: str | None = None,
) -> tuple[str, Reason]:
    return code, Reason(
        code=code, person=person, clinician=clinician, reference=reference, assumed=assumed
    )


#: Every sentence by its code.
TRUST: dict[str, Reason] = dict(
    (
        _reason(
            "does-not-rule-out",
            "A usual or high number does not rule out a lack of B12 in your cells.",
            "A normal or high total B12 does not exclude deficiency: most of it is bound to "
            "haptocorrin, and assays can read falsely normal.",
            reference="carmel2012",
        ),
        _reason(
            "signs-with-usual-number",
            "You have signs that fit a lack of B12. The tests MMA and homocysteine can show it.",
            "Findings that fit deficiency with a total that does not: discordant. MMA and "
            "homocysteine settle it; treatment need not wait when there are neurological signs.",
            reference="sands2024",
        ),
        _reason(
            "signs-with-unclear-number",
            "Your number is unclear and you have signs that fit a lack of B12. The test MMA can "
            "help.",
            "Indeterminate total or active B12 with symptoms or signs: consider serum MMA.",
            reference="sands2024",
        ),
        _reason(
            "intrinsic-factor-antibody",
            "You have intrinsic factor antibodies. They can make a B12 number look fine when it "
            "is not.",
            "Intrinsic-factor antibody positive: competitive-binding assays read falsely normal in "
            "a third to a half of antibody-positive sera of untreated pernicious anaemia.",
            reference="carmel2012",
        ),
        _reason(
            "macro-b12",
            "B12 stuck to an antibody (macro-B12) makes the number look high. It can hide a lack.",
            "Known macro-B12: the total is raised by IgG-bound B12 and can mask true deficiency.",
            reference="wolffenbuttel2022",
        ),
        _reason(
            "high-without-explanation",
            "A high number can come from proteins that carry B12, not from B12 your cells can use.",
            "A high total mostly reflects raised haptocorrin or transcobalamin, or IgG-bound B12; "
            "a positive PEG precipitation is no proof of an artefact.",
            reference="fedosov2024",
        ),
        _reason(
            "nitrous-oxide",
            "Laughing gas stops B12 from working. The number can look fine all the same.",
            "Nitrous oxide inactivates cobalamin: total and active B12 are often normal while "
            "homocysteine is raised. No serum B12 level clears a user; homocysteine is preferred.",
            reference="swart2021",
        ),
        _reason(
            "b12-taken",
            "You take B12, or did. The number shows what you take, not what you have in store. "
            "If a doctor gave it to you, keep taking it.",
            "On replacement or supplements the serum level says little about stores or need; "
            "laboratories ask not to send it on long-term replacement. Not a reason to stop it.",
            reference="severn_b12",
        ),
        _reason(
            "recent-injection",
            "The blood was taken soon after a B12 shot. The number shows the shot.",
            "Sample drawn within the period after an injection in which the level reflects the "
            "injection and says nothing about stores.",
            assumed="two weeks, as a careful lower bound; no source gives the day on which the "
            "level stops showing the injection",
        ),
        _reason(
            "oral-contraceptive",
            "The pill can make B12 look low when your cells have enough.",
            "Oral contraceptives lower the total (less transcobalamin I) with normal MMA and "
            "homocysteine: a low total may be falsely low.",
            reference="gardyn2000",
        ),
        _reason(
            "pregnancy",
            "In pregnancy the B12 number falls by itself. The test called active B12 fits better.",
            "Total B12 falls in pregnancy while holotranscobalamin and absorption do not: the "
            "total alone is not classed as deficient. Active B12 is preferred.",
            reference="greibe2011",
        ),
        _reason(
            "black-family-background",
            "Your family comes from Africa or the Caribbean. Your usual B12 may be higher then. "
            "So a number that looks fine may be too low for you.",
            "NG239: people of Black ethnicity may have a higher reference range and need treatment "
            "at values otherwise called normal.",
            reference="ng239",
        ),
        _reason(
            "biotin",
            "High-dose biotin can make some B12 tests read too high. Tell the lab.",
            "High-dose biotin raises results of streptavidin-biotin assays of B12; whether the "
            "assay used is one of them must be asked. Repeat without biotin.",
            reference="uiowa_b12",
        ),
        _reason(
            "flag-only",
            "We only know that the lab called it low, usual or high. The number would tell more.",
            "Rests on the laboratory's flag alone; no value was given.",
            assumed="a flag is taken as the laboratory's own reading of its own range",
        ),
        _reason(
            "comparator",
            "The lab only gave a limit, not a number. It leaves more than one answer open.",
            "The result is known only up to a limit and fits more than one class.",
            assumed="a result with a comparator is read as every value it allows",
        ),
        _reason(
            "check-unit",
            "This number is very high. Please check the unit.",
            "Above the level at which data-quality rules suspect a wrong unit; possible soon after "
            "an injection.",
            reference="finngen_kanta_qc",
        ),
        _reason(
            "age-not-known",
            "These limits are not for children. We do not know your age.",
            "Age not given; the cut-offs are not for children.",
            reference="ng239",
        ),
        _reason(
            "active-low",
            "Your active B12 is low. It shows better what your cells get.",
            "Active B12 below its deficiency cut-off although the total is not: deficiency by "
            "NG239, which accepts either test.",
            reference="nwl_active_b12",
        ),
        _reason(
            "active-not-low",
            "Your active B12 is not low, although the total is. More tests can settle it.",
            "Total below its deficiency cut-off with active B12 above its own: discordant; "
            "MMA or homocysteine settle it.",
            reference="nwl_active_b12",
        ),
        _reason(
            "markers-against-number",
            "Your B12 number looks fine, but other tests say your cells lack B12. Those tests "
            "count more.",
            "Functional markers point to deficiency although the total does not: MMA answers the "
            "question of deficiency, the total does not. Look for antibodies against intrinsic "
            "factor, nitrous oxide, macro-B12 and disease of the liver.",
            reference="fedosov2024",
        ),
        _reason(
            "combined-indicator-refused",
            "There is a formula that joins these tests. We could not check it, so we do not use "
            "it.",
            "The combined indicator of B12 status (cB12) is not computed: of its numbers only the "
            "limit below which status is low could be verified; its coefficients were not seen.",
            reference="fedosov2015",
        ),
        _reason(
            "not-measured",
            "There is no B12 result here, so we cannot say.",
            "No readable total or active B12.",
            assumed="without a measurement nothing is classed",
        ),
    )
)
