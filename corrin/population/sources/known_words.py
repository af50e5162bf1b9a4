"""Words that tables write for sex, yes and no, marks and states; a mapping can add others."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from corrin.knowledge.records import Setting
from corrin.population.sources.mapping import Words

SEXES: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("f", "female", "woman", "w", "weiblich", "frau"), "female"),
        **dict.fromkeys(("m", "male", "man", "männlich", "maennlich", "mann"), "male"),
    }
)
YES = ("y", "yes", "true", "t", "1", "j", "ja", "present", "x")
NO = ("n", "no", "false", "f", "0", "nein", "absent", "none", "keine")
FLAGS: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("l", "ll", "low", "niedrig", "erniedrigt"), "low"),
        **dict.fromkeys(("h", "hh", "high", "hoch", "erhöht"), "high"),
        **dict.fromkeys(("n", "normal", "unauffällig"), "normal"),
        **dict.fromkeys(("neg", "neg.", "negative", "negativ", "not detected"), "negative"),
        **dict.fromkeys(("pos", "pos.", "positive", "positiv", "detected"), "positive"),
    }
)
#: Words that are whole results; marks of one letter stand beside a result, never for one.
RESULT_WORDS: Mapping[str, str] = MappingProxyType(
    {word: meant for word, meant in FLAGS.items() if len(word) >= len("neg")}
)
STATUSES: Mapping[str, str] = MappingProxyType(
    {
        **{
            word: word
            for word in ("registered", "preliminary", "final", "amended", "corrected",
                         "cancelled", "entered-in-error", "unknown")
        },
        "partial": "preliminary",
        "validated": "final",
        "canceled": "cancelled",
    }
)  # fmt: skip
SETTINGS: Mapping[str, str] = MappingProxyType({one.value: one.value for one in Setting})


def sexes(words: Words) -> dict[str, str]:
    """Return the words for sex of a table, in one case."""
    return _with(SEXES, words.sex)


def flags(words: Words) -> dict[str, str]:
    """Return the words beside a result of a table."""
    return _with(FLAGS, words.flag)


def result_words(words: Words) -> dict[str, str]:
    """Return the words that stand in place of a number."""
    return _with(RESULT_WORDS, words.flag)


def statuses(words: Words) -> dict[str, str]:
    """Return the words for the state of a result, as FHIR names it."""
    return _with(STATUSES, words.status)


def settings(words: Words) -> dict[str, str]:
    """Return the words for where a person is seen."""
    return _with(SETTINGS, words.setting)


def yes_no(words: Words) -> dict[str, bool]:
    """Return the words for yes and no."""
    given = {**dict.fromkeys(words.yes, True), **dict.fromkeys(words.no, False)}
    known = {**dict.fromkeys(YES, True), **dict.fromkeys(NO, False)}
    return known | {word.casefold(): meant for word, meant in given.items()}


def _with(known: Mapping[str, str], given: Mapping[str, str]) -> dict[str, str]:
    return dict(known) | {word.casefold(): meant for word, meant in given.items()}
