"""Words that pages show and that are written elsewhere in the code, marked for translation.

The layers below know nothing of languages; a test holds this list against them.
"""

from __future__ import annotations

from corrin.interfaces.web.translating import said

INTERVIEW = (
    said("How old are you?"),
    said("Causes differ with age, and the evidence is from adults."),
    said("Were you born female or male?"),
    said("Some causes and some blood test ranges differ."),
    said("Do your muscles twitch, jerk or cramp?"),
    said("It is the first thing this is about."),
    said("What is your vitamin B12 result, with its unit?"),
    said("The same number means different things in different units."),
    said("Do you take vitamin B12: tablets, drops, spray, injections, a multivitamin?"),
    said("Most high results come from a supplement; nothing tells more."),
    said("Does any of these fit you right now or in the last days?"),
    said("These are looked at first: each could mean that help is needed today."),
    said("It decides how soon you should be seen."),
    said("It is one of the answers you gave."),
    said("It tells whether B12 could be why."),
)
HOW_SOON = (
    said("Get emergency help now"),
    said("Be seen today"),
    said("Be seen within two weeks"),
    said("Book a routine visit"),
    said("You can look after this yourself for now"),
    said("Emergency: now"),
    said("Same day"),
    said("Within two weeks"),
    said("Routine"),
    said("Self-care"),
)
SETTINGS = (
    said("People in general"),
    said("People who see a family doctor"),
    said("People seen in emergency care"),
    said("People in hospital"),
    said("People seen in a nerve clinic"),
)
