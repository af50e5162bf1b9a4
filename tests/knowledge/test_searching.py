"""Finding a record by what somebody happens to call it."""

from __future__ import annotations

import pytest

from corrin.knowledge.loading import load
from corrin.knowledge.searching import Match, nearest, search, show
from tests.knowledge.tiny import copy_of_tiny


@pytest.fixture(scope="module")
def knowledge(tmp_path_factory):
    return load(copy_of_tiny(tmp_path_factory.mktemp("search")))


@pytest.mark.parametrize(
    ("word", "first", "match"),
    [
        ("salt_low", ("findings", "salt_low"), Match.ID),
        ("Salt-Low", ("findings", "salt_low"), Match.ID),
        ("hyponatraemia", ("findings", "salt_low"), Match.ALIAS),
        ("salt loss", ("causes", "salt"), Match.ALIAS),
        ("furosemide", ("drug_classes", "rx_water"), Match.ALIAS),
        ("mg/100mL", ("units", "mg/dL"), Match.ALIAS),
        ("2951-2", ("labs", "sodium"), Match.CODE),
        ("HP:0002902", ("findings", "salt_low"), Match.CODE),
        ("much coffee", ("findings", "coffee"), Match.NAME),
        ("made up for tests", ("references", "made_up"), Match.PART),
        ("hyponatremia", ("findings", "salt_low"), Match.NEAR),
        ("sodum", ("labs", "sodium"), Match.NEAR),
    ],
)
def test_a_word_leads_to_its_record(knowledge, word, first, match):
    hit = search(knowledge, word)[0]
    assert ((hit.kind, hit.id), hit.match) == (first, match)


def test_each_record_is_found_once_and_the_best_match_comes_first(knowledge):
    hits = search(knowledge, "salt")
    assert (hits[0].kind, hits[0].id) == ("causes", "salt")
    assert len({(hit.kind, hit.id) for hit in hits}) == len(hits) > 2
    assert [hit.match for hit in hits] == sorted(hit.match for hit in hits)


@pytest.mark.parametrize("word", ["", "  ", "_", "xylophone"])
def test_nothing_is_found_for_nothing(knowledge, word):
    assert search(knowledge, word) == ()


def test_show_gives_every_record_of_that_id(knowledge):
    both = show(knowledge, "rx_water")
    assert [type(record).__name__ for record in both] == ["Finding", "DrugClass"]
    assert show(knowledge, "Salt-Loss") == (knowledge.causes["salt"],)
    assert show(knowledge, "pepper") == ()


def test_the_nearest_words_and_none_that_would_mislead():
    words = ["tremor", "action_tremor_posture", "caffeine_high", "a", "g", "mo"]
    assert nearest("tremour", words)[0] == "tremor"
    assert nearest("Caffeine high", words)[0] == "caffeine_high"
    assert nearest("xylophone", words) == ()
    assert not set(nearest("magnesium", words)) & {"a", "g", "mo"}
