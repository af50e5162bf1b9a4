"""What to ask when a regimen cannot be read: a clear question for each fault, by its code."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from corrin.errors import Problem

#: How much of somebody's words is repeated in a question.
_LONGEST = 60  # not clinical: characters
_HOW_OFTEN = 'Write "once a day", "every 3 months", "3 times a week" or "once".'

_QUESTIONS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "empty-regimen": (
            "says nothing that can be read.",
            'Write what is on the label, as in "cyanocobalamin 1000 ug by mouth once a day".',
        ),
        "not-understood": (
            "holds words that are not understood{words}.",
            "Leave them out if they say nothing of what, how much, how often or which way; "
            "else write them in other words.",
        ),
        "date-in-text": (
            "holds a date.",
            "Give dates as since, until or last_dose in the person's file, or say with --days how "
            "long it was taken.",
        ),
        "missing-unit": (
            "holds a number without a unit.",
            "Is it micrograms (ug, mcg) or milligrams (mg)? Write it as on the label.",
        ),
        "wrong-unit": (
            "holds an amount in a unit that B12 is not measured in.",
            "Look for micrograms (ug, mcg) or milligrams (mg) on the label.",
        ),
        "missing-dose": ("does not say how much.", "Copy the amount from the label."),
        "impossible-dose": (
            "is a dose that nobody is given.",
            "Is the unit right? B12 comes in micrograms (ug, mcg), or a few milligrams (mg).",
        ),
        "several-doses": (
            "names more than one amount.",
            "Which one is the B12 in one dose? Write each product on a line of its own.",
        ),
        "several-counts": ("says twice how many are taken at once.", "How many is it?"),
        "range-of-doses": ("gives a range.", "Which amount is really taken?"),
        "dose-of-volume": (
            "gives a strength without the volume that is taken.",
            'How many mL are taken? Write it as in "1000 ug/mL, 1 mL".',
        ),
        "ambiguous-number": (
            "holds a number that can be read as thousands or as a decimal fraction.",
            "Write it without commas, and with a point for decimals.",
        ),
        "missing-frequency": ("does not say how often.", _HOW_OFTEN),
        "vague-frequency": ("does not say how often in numbers.", _HOW_OFTEN),
        "ambiguous-frequency": (
            "says how often in a word with two meanings.",
            'Is it twice a week, or every 2 weeks? Write it as in "every 2 weeks".',
        ),
        "contradictory-frequency": ("says two different things on how often.", _HOW_OFTEN),
        "impossible-frequency": (
            "says how often, or how long, with an impossible number.",
            _HOW_OFTEN,
        ),
        "missing-length": (
            "has a later part, but does not say how long the first part goes on.",
            'Write it as in "every other day for 2 weeks, then every 3 months".',
        ),
        "missing-route": (
            "does not say which way it is taken.",
            'Is it by mouth, under the tongue, into the nose, or by injection ("im", "sc", "iv")?',
        ),
        "several-routes": ("names more than one way.", "Which one is it?"),
        "several-substances": (
            "names more than one form of B12.",
            "How much of each? Write each on a line of its own, or just \"vitamin B12\" with the "
            "whole amount.",
        ),
        "missing-date": (
            "was taken once, but does not say when.",
            "Add the date as last_dose.",
        ),
        "missing-days": (
            "ends, or has several parts in time, but it is not said when it began.",
            "Say how many days lie between the first dose and the blood test, with --days.",
        ),
        "baseline-not-exact": (
            "is no single number.",
            "Give the level before the B12 was begun as one number, or leave it out.",
        ),
        "missing-start": (
            "has several parts in time, but does not say when it began.",
            "Add the date of the first dose as since.",
        ),
        "unknown-route": (
            "is not a known way of taking it.",
            'Write "oral", "sublingual", "nasal", "intramuscular", "subcutaneous" '
            'or "intravenous".',
        ),
        "reversed-dates": ("ends before it starts.", "Check the dates."),
        "contradictory-dates": (
            "gives dates and a length of time that do not fit.",
            "Which one is right?",
        ),
        "overlapping-regimens": (
            "is the same substance, taken the same way at the same time as another entry.",
            "Are both taken, or did one take the place of the other? Give each its dates, or, when "
            "both are taken, name each `product`.",
        ),
    }
)  # fmt: skip


def ask(code: str, where: str, *, words: str = "") -> Problem:
    """Return the question for a fault.  ``words`` are those that were not understood."""
    what, do = _QUESTIONS[code]
    shown = f': "{words[:_LONGEST]}"' if words else ""
    return Problem(where, code, what.replace("{words}", shown), do)
