"""The page of a record shows every number with its source, and its links lead somewhere."""

from __future__ import annotations

import posixpath
import re

import pytest

from corrin.knowledge.loading import load
from corrin.knowledge.pages import page, pages
from corrin.knowledge.walking import parts
from tests.knowledge.tiny import copy_of_tiny, edit


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    return load(copy_of_tiny(tmp_path_factory.mktemp("pages")))


@pytest.fixture(scope="module", params=["tiny", "own"])
def knowledge(request, tiny):
    return tiny if request.param == "tiny" else load()


def test_every_number_and_every_reason_stands_on_its_records_page(knowledge):
    written = dict(pages(knowledge))
    for part in parts(knowledge):
        kind, _, id_ = part.record.partition("/")
        text = written.get(f"{kind}/{id_}.md") or written[f"{kind}.md"]
        for number in part.numbers.values():
            assert f"{number:g}" in text, part.where
        if part.assumed:
            assert " ".join(part.assumed.split()).replace("|", "\\|") in " ".join(text.split())
        for source in part.sources:
            assert source in text, part.where


def test_every_record_has_a_page_and_the_index_leads_to_it(knowledge):
    written = dict(pages(knowledge))
    linked = set(re.findall(r"\]\(([^)]+)\)", written["index.md"]))
    assert linked == set(written) - {"index.md"}


def test_links_between_pages_lead_somewhere(knowledge):
    written = dict(pages(knowledge))
    broken = {
        (name, target)
        for name, text in written.items()
        for target in re.findall(r"\]\(([^)#]+\.md)\)", text)
        if posixpath.normpath(posixpath.join(posixpath.dirname(name), target)) not in written
    }
    assert broken == set()


def test_the_page_of_a_cause(tiny):
    text = page(tiny.causes["salt"], tiny)
    assert text.startswith("# Low salt\n\n`salt`\n")
    assert "| priors.emergency | 0.02 (0.01 to 0.03) | assumed: tests only |" in text
    assert "| `salt_low` | 0.9 (0.8 to 0.95) | assumed: tests only |" in text
    assert "odds times 2 when `age >= 60`" in text
    assert "salt_low: yes\n-> top-three" in text
    assert tiny.version in text


def test_the_page_of_a_finding_says_who_rests_on_it(tiny):
    text = page(tiny.findings["salt_low"], tiny)
    assert "`sodium` below 0.9 times the usual interval" in text
    for user in ("causes/salt", "next_steps/measure_sodium"):
        assert f"[{user}](../{user}.md)" in text


def test_a_study_that_printed_its_count_has_it_shown(tiny):
    assert "0.3 (0.2 to 0.4); 3 of 10 | [made_up](" in page(tiny.causes["quiet"], tiny)


def test_a_source_that_was_not_read_is_shown_as_such(tmp_path):
    folder = copy_of_tiny(tmp_path)
    edit(folder, "references/made_up.toml", '"abstract"', '"not read"')
    knowledge = load(folder)
    assert "**not read**" in page(knowledge.guidelines["made_up_cut_offs"], knowledge)


def test_a_bar_in_a_text_does_not_break_a_table(tmp_path):
    folder = copy_of_tiny(tmp_path)
    edit(folder, "findings/coffee.toml", "tests only", "tests | only")
    knowledge = load(folder)
    assert "assumed: tests \\| only" in page(knowledge.findings["coffee"], knowledge)
