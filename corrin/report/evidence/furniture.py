"""The fixed words of the evidence pages: headings, labels and what our own words mean.

No sentence about health stands here; those come from the records alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from corrin.knowledge.records import Read
from corrin.knowledge.records_of_claims import Certainty, Verdict


@dataclass(frozen=True, slots=True)
class Chapter:
    """One question, and the pages that answer it, as ``(title, path)``."""

    question: str
    pages: tuple[tuple[str, str], ...]


#: What each kind of record is called on a page.
TITLES: Mapping[str, str] = MappingProxyType(
    {
        "claims": "Claims of the article",
        "frequent_questions": "Questions people ask",
        "comparisons": "High B12 against low B12",
        "sources_of_high_b12": "Sources of high B12",
        "causes_of_low_b12": "Causes of low B12",
        "labs": "Laboratory tests",
        "guidelines": "Guidelines for the class of a B12 result",
        "substances": "Forms of B12 and B6",
        "intake_products": "Products by kind",
        "dose_levels": "Published doses and levels",
        "causes": "Causes of twitching",
        "findings": "Findings",
        "groups": "Findings that come together",
        "drug_classes": "Classes of medicines",
        "red_flags": "Red flags",
        "critical_values": "Critical values",
        "next_steps": "Next steps",
        "product_groups": "Products in reports, by group",
        "event_groups": "Events in reports, by group",
        "review_cards": "Cards when a record is opened",
        "order_cards": "Cards when a test is ordered",
        "wording": "Fixed wording",
        "references": "References",
        "units": "Units",
    }
)

#: One line on each kind, shown above its list.
ABOUT: Mapping[str, str] = MappingProxyType(
    {
        "claims": "What the article says, sentence by sentence, and what it leaves out. "
        "Each with a verdict, how sure we are of it, and who says so.",
        "frequent_questions": "Each is answered by claims that were looked into, "
        "never by free text.",
        "comparisons": "Side by side, each figure with its source.",
        "sources_of_high_b12": "What can be behind a level above the usual range.",
        "causes_of_low_b12": "What can be behind a level below the usual range.",
        "labs": "What each test measures, its units, its usual range.",
        "guidelines": "Whose limits sort a result into low, unclear and usual.",
        "substances": "The forms on a label, how labels spell them, and their daily limits.",
        "intake_products": "What one portion usually holds when the label is not at hand.",
        "dose_levels": "Rows of published studies that the dose model is fitted to, "
        "or held against.",
        "causes": "What can be behind twitching: how likely before any answer, "
        "and what each brings with it.",
        "findings": "What is asked, examined or tested, and how common it is anyway.",
        "groups": "Findings of one origin, which do not count twice.",
        "drug_classes": "Which medicines count as which class.",
        "red_flags": "Rules that are looked at before any likelihood, most urgent first.",
        "critical_values": "Results that somebody has to be told of.",
        "next_steps": "What to ask, examine or test next, and for whom it is worth it.",
        "product_groups": "Which names in adverse-event reports count as which product.",
        "event_groups": "Which words in adverse-event reports count as which event.",
        "review_cards": "What a hospital's software shows when a record is opened.",
        "order_cards": "What it shows before a test is ordered: an option, never an order.",
        "wording": "Words that are never composed, only shown as they stand.",
        "references": "Every source, and how far it was read by whoever wrote the record.",
        "units": "How laboratories spell each unit, and its size.",
    }
)

#: What a number is of when it stands in the record itself, not in a part of it.
THE_RECORD = "The record itself"
HOME = "The evidence behind Corrin"
HOME_LEAD = (
    "Who says so, and how sure are they? Every sentence about health on these pages stands in "
    "a record, and every number stands with its source or with the word assumed."
)
WORDS_TITLE = "Words used on these pages"
SURE_TITLE = "How sure are we?"
SURE_LEAD = (
    "Each number is counted once, by how far its source was read. Where it has several, "
    "the one least read counts. An estimate with its interval is one number."
)
MODEL_TITLE = "Settings of the model"
#: Files that hold many small facts: the title of their page, by the name of the file.
SHARED: Mapping[str, str] = MappingProxyType(
    {
        "high_b12": "High B12: what all sources share",
        "pharmacokinetics": "The dose model in numbers",
        "causality": "Did B12 cause it? The rules",
        "signals": "Adverse-event reports: what every analysis shares",
        "population": "Many people at once: what the questions go by",
        "coded_conditions": "Conditions in a record, and what they mean here",
    }
)
#: Pages of one file each: the title, by path.
SINGLE: Mapping[str, str] = MappingProxyType(
    {
        "units.md": TITLES["units"],
        "model.md": MODEL_TITLE,
        **{f"{name}.md": title for name, title in SHARED.items()},
    }
)


def _single(*paths: str) -> tuple[tuple[str, str], ...]:
    return tuple((SINGLE[path], path) for path in paths)


def _lists(*kinds: str) -> tuple[tuple[str, str], ...]:
    return tuple((TITLES[kind], f"{kind}/index.md") for kind in kinds)


#: The order of the pages: that of the questions, not of the alphabet.
CHAPTERS: tuple[Chapter, ...] = (
    Chapter(
        "What does the evidence say?",
        (
            *_lists("claims", "frequent_questions", "comparisons"),
            *_single("causality.md"),
            *_lists("product_groups", "event_groups"),
            *_single("signals.md"),
        ),
    ),
    Chapter(
        "Is it urgent, and what next?",
        _lists(
            "red_flags", "critical_values", "next_steps", "review_cards", "order_cards", "wording"
        ),
    ),
    Chapter(
        "What explains the twitching?",
        (
            *_lists("causes", "findings"),
            *_single("coded_conditions.md"),
            *_lists("groups", "drug_classes"),
        ),
    ),
    Chapter(
        "Why is B12 high, or low?",
        (
            *_lists("sources_of_high_b12", "causes_of_low_b12"),
            *_single("high_b12.md", "population.md"),
            *_lists("dose_levels", "substances", "intake_products"),
            *_single("pharmacokinetics.md"),
        ),
    ),
    Chapter(
        "What was measured?",
        (*_lists("labs", "guidelines"), *_single("units.md")),
    ),
    Chapter(
        "How sure are we?",
        (
            (SURE_TITLE, "how_sure.md"),
            *_lists("references"),
            *_single("model.md"),
            (WORDS_TITLE, "words.md"),
        ),
    ),
)

VERDICT_MEANS: Mapping[Verdict, str] = MappingProxyType(
    {
        Verdict.SUPPORTED: "The evidence found says what the sentence says.",
        Verdict.WITH_NUANCE: "The sentence holds in part; the corrected one says for whom, "
        "or how much.",
        Verdict.UNSUPPORTED: "No evidence found says what the sentence says.",
        Verdict.WRONG: "The evidence found says otherwise.",
        Verdict.NOT_KNOWN: "What was found does not decide it either way.",
    }
)

CERTAINTY_MEANS: Mapping[Certainty, str] = MappingProxyType(
    {
        Certainty.HIGH: "Further studies are unlikely to change the answer.",
        Certainty.MODERATE: "The answer is likely to be near the truth, but it may move.",
        Certainty.LOW: "The answer may be well off; further studies are likely to move it.",
        Certainty.VERY_LOW: "The answer is a guess that has some evidence behind it, or none.",
        Certainty.NOT_APPLICABLE: "A definition or a point of logic: there is nothing to grade.",
    }
)
CERTAINTY_LEAD = (
    "The certainty is computed from judgements that stand in the record of each claim, by the "
    "rules of GRADE; the page of the claim shows each step."
)

ASSUMED = "assumed"
NO_SOURCE = "no source"
#: How a number can be founded, best first, and what that means.
STATUS_MEANS: Mapping[str, str] = MappingProxyType(
    {
        Read.FULL_TEXT.value: "The whole source was read.",
        Read.ABSTRACT.value: "Only the summary of the source was read.",
        Read.SECONDARY.value: "Another text that reports the source was read.",
        Read.NOT_READ.value: "The source is named, but it was not read.",
        ASSUMED: "There is no source; the reason for the assumption stands beside the number.",
        NO_SOURCE: "Neither a source nor a reason stands beside the number: a fault.",
    }
)
INTERVAL_MEANS = (
    "An estimate is written as its most likely value, with the interval that should hold it nine "
    "times out of ten. Figures of a study keep the interval that the study printed."
)
MORE_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "Interval": INTERVAL_MEANS,
        "Before any answer": "How likely a cause is before anything is known but the setting.",
        "Background": "How often a finding is there without any cause that explains twitching.",
        "Odds": "The likelihood that something is so, divided by the likelihood that it is not.",
        "Example": "A made-up or published person with the answer that must come out; "
        "each runs as a test.",
    }
)
