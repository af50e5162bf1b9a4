"""Reading the records: strict, and every fault names its file and key."""

from __future__ import annotations

import re

import pytest

from corrin.errors import KnowledgeError
from corrin.knowledge.loading import load
from corrin.knowledge.records import Setting, Tier
from tests.knowledge.tiny import copy_of_tiny, edit


@pytest.fixture
def folder(tmp_path):
    return copy_of_tiny(tmp_path)


def test_every_folder_becomes_a_table_sorted_by_id(folder):
    knowledge = load(folder)
    assert list(knowledge.causes) == ["quiet", "salt"]
    assert list(knowledge.findings) == ["coffee", "rx_water", "salt_low", "shaking"]
    assert knowledge.labs["sodium"].molar_mass.value == 22.99
    assert knowledge.critical_values["sodium_low"].relation == "below"
    assert knowledge.causes["salt"].priors[Setting.EMERGENCY].mode == 0.02
    assert knowledge.next_steps["measure_sodium"].labs == ("sodium",)
    assert knowledge.model["draws"].value == 10
    assert knowledge.units["mg/dL"].spellings == ("mg/100mL",)
    assert set(knowledge.ids()) >= {"quiet", "coffee", "mmol/L", "calm", "made_up"}


def test_red_flags_come_in_their_own_order(folder):
    flags = load(folder).red_flags
    assert list(flags) == ["very_old", "salt_and_shaking"]
    assert flags["very_old"].tier is Tier.SAME_DAY


def test_the_version_holds_the_release_and_the_content(folder):
    before = load(folder).version
    assert re.fullmatch(r"1\.2\.3\+[0-9a-f]{12}", before)
    edit(folder, "wording/calm.toml", "Made up.", "Made up too.")
    after = load(folder).version
    assert after != before
    edit(folder, "wording/calm.toml", "Made up too.", "Made up.")
    assert load(folder).version == before
    (folder / "wording/calm.toml").unlink()
    assert load(folder).version not in {before, after}


def test_an_alias_and_any_usual_spelling_of_it_lead_to_the_id(folder):
    knowledge = load(folder)
    assert knowledge.cause_id("salt loss") == "salt"
    assert knowledge.cause_id("SALT_LOSS") == "salt"
    assert knowledge.finding_id("hyponatraemia") == "salt_low"
    assert knowledge.lab_id("Sodium") == "sodium"
    assert knowledge.lab_id("potassium") is None
    # A name of one kind says nothing of another.
    assert knowledge.lab_id("hyponatraemia") is None


def test_an_alias_that_two_records_claim_leads_nowhere(folder):
    for record in ("quiet", "salt"):
        path = folder / f"causes_of_twitching/{record}.toml"
        aliases = [line for line in path.read_text().splitlines() if line.startswith("aliases")]
        text = path.read_text().replace(aliases[0] + "\n" if aliases else "", "")
        path.write_text('aliases = ["both"]\n' + text)
    knowledge = load(folder)
    assert knowledge.cause_id("both") is None
    assert knowledge.cause_id("quiet") == "quiet"


WRONG = [
    # (file, text in it, what replaces it, what the error must say)
    ("labs/sodium.toml", "molar_mass", "molar_mas", ("labs/sodium.toml", "molar_mas")),
    ("labs/sodium.toml", 'what_it_is = "A salt."', "", ("labs/sodium.toml", "what_it_is")),
    ("labs/sodium.toml", "value = 22.99", 'value = "22.99"', ("labs/sodium.toml", "molar_mass")),
    ("labs/sodium.toml", 'id = "sodium"', 'id = "natrium"', ("labs/sodium.toml", "natrium")),
    ("labs/sodium.toml", "review_by = 2999-01-01", "review_by = 2999", ("sodium", "review_by")),
    ("findings/coffee.toml", '"question"', '"guess"', ("findings/coffee.toml", "effort")),
    ("findings/coffee.toml", "id =", "id", ("findings/coffee.toml", "line 1")),
    ("causes_of_twitching/salt.toml", "emergency =", "ward =", ("salt.toml", "ward")),
    ("causes_of_twitching/salt.toml", "mode = 0.9", "moode = 0.9", ("salt.toml", "links[0].p")),
    ("units.toml", 'id = "g/L"', 'id = "U/L"', ("units.toml", "U/L")),
    ("units.toml", "factor = 1e-2", "", ("units.toml", "factor")),
    ("model.toml", "value = 10", 'value = "ten"', ("model.toml", "draws")),
    ("version.toml", "version", "release", ("version.toml", "release")),
]


@pytest.mark.parametrize(("path", "old", "new", "said"), WRONG)
def test_a_wrong_record_is_an_error_that_names_file_and_key(folder, path, old, new, said):
    edit(folder, path, old, new)
    with pytest.raises(KnowledgeError) as caught:
        load(folder)
    for words in said:
        assert words in str(caught.value)


@pytest.mark.parametrize(
    "path", ["spells/abracadabra.toml", "labs/notes.md", "extra.toml", "labs/deep/a.toml"]
)
def test_a_file_that_belongs_nowhere_is_an_error(folder, path):
    (folder / path).parent.mkdir(exist_ok=True)
    (folder / path).write_text("")
    with pytest.raises(KnowledgeError) as caught:
        load(folder)
    assert path.rpartition("/")[0] in str(caught.value) or path in str(caught.value)


@pytest.mark.parametrize("path", ["units.toml", "model.toml", "version.toml"])
def test_a_missing_single_file_is_an_error(folder, path):
    (folder / path).unlink()
    with pytest.raises(KnowledgeError, match=path):
        load(folder)


def test_a_file_that_is_not_text_is_an_error(folder):
    (folder / "labs/sodium.toml").write_bytes(b'id = "\xff"')
    with pytest.raises(KnowledgeError, match=r"labs/sodium\.toml"):
        load(folder)


def test_a_missing_folder_is_an_error(tmp_path):
    with pytest.raises(KnowledgeError):
        load(tmp_path / "nowhere")


def test_every_fault_is_said_at_once(folder):
    edit(folder, "labs/sodium.toml", "molar_mass", "molar_mas")
    edit(folder, "wording/calm.toml", "person", "persona")
    with pytest.raises(KnowledgeError) as caught:
        load(folder)
    assert len(str(caught.value).splitlines()) == 2
