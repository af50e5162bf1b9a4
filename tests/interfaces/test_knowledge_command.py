"""``corrin knowledge check`` counts for machines too; ``references`` exports and asks."""

from __future__ import annotations

import json

import pytest
from pybtex.database import parse_file

from corrin.knowledge.counting import counts
from corrin.knowledge.loading import load
from corrin.knowledge.walking import parts
from tests.interfaces.register import Answer, recorded, register, summaries
from tests.interfaces.running import corrin

STATUSES = ["assumed", "full text", "abstract", "secondary", "not read", "no source"]


@pytest.fixture(scope="module")
def checked():
    return corrin("knowledge", "check", "--format", "json")


def test_the_check_as_json(checked):
    told = json.loads(checked.output)
    knowledge = load()
    assert told["knowledge_version"] == knowledge.version
    assert told["records"]["references"] == len(knowledge.references)
    assert list(told["numbers"]) == STATUSES
    assert checked.code == bool(told["errors"])
    assert told["claims"]["total"] == len(knowledge.claims)
    assert sum(told["claims"]["certainty"].values()) == len(knowledge.claims)
    assert sum(told["claims"]["verdicts"].values()) == len(knowledge.claims)


def test_every_number_is_counted_once(checked):
    told = json.loads(checked.output)
    numbers = [part for part in parts(load()) if part.numbers]
    assert sum(one["count"] for one in told["numbers"].values()) == len(numbers)
    assert told["numbers_total"] == len(numbers)
    assert told["numbers"]["assumed"]["count"] == sum(bool(part.assumed) for part in numbers)
    for table in (told["numbers"], told["references"]):
        assert sum(one["share"] for one in table.values()) == pytest.approx(1, abs=1e-3)
    read = [told["numbers"][status]["count"] for status in ("full text", "abstract")]
    assert told["numbers_read"]["count"] == sum(read)


def test_references_are_counted_by_how_far_they_were_read(checked):
    told = json.loads(checked.output)["references"]
    for status, part in told.items():
        read = [one for one in load().references.values() if one.read == status]
        assert part["count"] == len(read)


def test_the_check_in_words_has_the_shares(checked):
    shown = corrin("knowledge", "check", "--no-warnings").output
    assumed = json.loads(checked.output)["numbers"]["assumed"]
    assert f"assumed: {assumed['count']} {assumed['share']:.1%}" in " ".join(shown.split())
    assert "with a licence recorded:" in shown


def test_licences_are_counted():
    knowledge = load()
    licences = [one for one in knowledge.references.values() if one.licence]
    assert counts(knowledge).references_with_licence.count == len(licences) > 0


def test_all_references_or_some():
    every = json.loads(corrin("knowledge", "references", "--format", "csl-json").output)
    assert [item["id"] for item in every] == list(load().references)
    text = corrin("knowledge", "references", "arendt2013", "andres2013").output.splitlines()
    assert [line.partition("]")[0] for line in text] == ["[arendt2013", "[andres2013"]


def test_an_unknown_reference_is_refused_and_a_near_one_offered():
    done = corrin("knowledge", "references", "andres2031")
    assert done.code == 2
    assert "andres2013" in done.error


def test_a_file_is_written(tmp_path):
    path = tmp_path / "sources.bib"
    done = corrin("knowledge", "references", "-f", "bibtex", "-o", str(path))
    assert (done.code, done.output) == (0, "")
    assert len(parse_file(path, "bibtex").entries) == len(load().references)


def online(served, *more):
    return corrin(
        "knowledge", "references", "andres2013", "arup_b12", "--online",
        "--crossref", served.url, "--pubmed", served.url, *more,
    )  # fmt: skip


@pytest.fixture
def served(monkeypatch):
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with register() as register_:
        register_.works["10.1093/qjmed/hct051"] = [recorded("crossref_andres2013.json")]
        register_.summaries = [summaries("23447660")]
        yield register_


def test_online_and_all_is_well(served):
    done = online(served)
    assert done.code == 0
    assert done.output == (
        "1 of 2 references have a DOI or PMID to ask about; 0 errors, 0 warnings.\n"
    )
    assert "asked 2 of 2" in done.error


def test_online_and_not_all_is_well(served, tmp_path):
    served.works["10.1093/qjmed/hct051"] = [Answer(404)]
    path = tmp_path / "differs.txt"
    done = online(served, "--output", str(path))
    assert done.code == 1
    assert "1 references need a look" in done.error
    assert "Crossref does not know the DOI 10.1093/qjmed/hct051" in path.read_text()


def test_online_writes_text_only(served):
    done = online(served, "--format", "bibtex")
    assert done.code == 2
    assert served.asked == []


def test_no_address_is_asked_unless_told_to(served):
    corrin("knowledge", "references", "--crossref", served.url, "--pubmed", served.url)
    assert served.asked == []
