"""What Crossref and PubMed say of a reference is told, and no fault of theirs stops the rest.

The registers are a server on this machine that gives recorded answers; the questions go
over real HTTP.
"""

from __future__ import annotations

import datetime as dt
import email.utils
import socket
import time

import pytest

from corrin.interfaces.citation_check import check_citations
from corrin.interfaces.citation_comparing import readable, same_journal
from corrin.interfaces.citation_http import Manners
from corrin.knowledge.records import Read, Reference
from tests.interfaces.register import Answer, recorded, register, summaries

QUICK = Manners(pause=0, timeout=5, tries=2, backoff=0.01)
ANDRES = "The pathophysiology of elevated vitamin B12 in clinical practice"
WAKEFIELD = (
    "Ileal-lymphoid-nodular hyperplasia, non-specific colitis, and pervasive developmental "
    "disorder in children"
)


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch):
    monkeypatch.setenv("no_proxy", "127.0.0.1")


@pytest.fixture
def served():
    with register() as register_:
        yield register_


def reference(id_="one", **fields):
    told = {"title": ANDRES, "study_type": "review", "read": Read.ABSTRACT}
    return Reference(id=id_, **(told | fields))


def ask(served, *references, manners=QUICK):
    return check_citations(references, manners=manners, crossref=served.url, pubmed=served.url)


def said(issues):
    return [(issue.level.value, issue.record, issue.message) for issue in issues]


def work(served, doi, *answers):
    served.works[doi] = [recorded(one) if isinstance(one, str) else one for one in answers]


def test_a_reference_that_stands_and_agrees_is_passed_in_silence(served):
    work(served, "10.1093/qjmed/hct051", "crossref_andres2013.json")
    served.summaries = [summaries("23447660")]
    one = reference(
        doi="10.1093/qjmed/hct051", pmid="23447660", year=2013, journal="QJM 106(6):505-515"
    )
    assert ask(served, one) == ()
    assert [path for _, path, _ in served.asked] == [
        "/works/10.1093%2Fqjmed%2Fhct051",
        "/esummary.fcgi?db=pubmed&retmode=json&tool=corrin&id=23447660",
    ]


def test_a_retraction_is_an_error_in_both_registers(served):
    doi = "10.1016/s0140-6736(97)11096-0"
    work(served, doi, "crossref_wakefield1998.json")
    served.summaries = [summaries("9500320")]
    one = reference(
        title=WAKEFIELD, doi=doi, pmid="9500320", year=1998, journal="Lancet 351(9103):637-641"
    )
    assert said(ask(served, one)) == [
        ("error", "references/one",
         "Crossref: it was retracted (10.1016/s0140-6736(10)60175-4)."),
        ("error", "references/one", "PubMed: it was retracted."),
        ("warning", "references/one",
         "Crossref: it has a notice: correction (10.1016/s0140-6736(04)15715-2)."),
    ]  # fmt: skip


def test_a_withdrawal_in_place_is_found_and_a_notice_for_another_work_is_not(served):
    work(served, "10.5555/in-place", "crossref_in_place.json")
    work(served, "10.5555/other", "crossref_other_title.json")
    found = ask(
        served,
        reference("gone", title="A level that nobody measured", doi="10.5555/in-place"),
        reference("stands", title="Growth of spruce on wet ground", doi="10.5555/other"),
    )
    assert said(found) == [
        ("error", "references/gone", "Crossref: it was retracted (10.5555/IN-PLACE).")
    ]


def test_another_title_is_an_error(served):
    work(served, "10.5555/other", "crossref_other_title.json")
    (found,) = ask(served, reference(doi="10.5555/other", year=2013))
    assert found.level == "error"
    assert "'Growth of spruce on wet ground'" in found.message


def test_a_title_that_was_not_seen_is_offered(served):
    work(served, "10.1093/qjmed/hct051", "crossref_andres2013.json")
    one = reference(title="High B12 in wards (title not seen)", doi="10.1093/qjmed/hct051")
    (found,) = ask(served, one)
    assert found.level == "warning"
    assert f"'{ANDRES}'" in found.message


def test_year_journal_and_erratum_are_warnings(served):
    work(served, "10.5555/corrected", "crossref_corrected.json")
    served.summaries = [summaries("90000001")]
    one = reference(
        title="Muscle twitching in people who take nothing", doi="10.5555/corrected",
        pmid="90000001", year=2015, journal="Blood 1:2",
    )  # fmt: skip
    assert said(ask(served, one)) == [
        ("warning", "references/one", "Crossref: it has a notice: erratum (10.5555/erratum)."),
        ("warning", "references/one", "Crossref has the year 2013 or 2014, the record 2015."),
        ("warning", "references/one",
         "Crossref has the journal 'Annals of Made-up Medicine', the record 'Blood'."),
        ("warning", "references/one", "PubMed: it has a notice: erratum (Ann Made-up Med. 2015)."),
        ("warning", "references/one", "PubMed has the year 2014, the record 2015."),
        ("warning", "references/one",
         "PubMed has the journal 'Ann Made-up Med', the record 'Blood'."),
    ]  # fmt: skip


def test_numbers_that_nobody_knows_are_errors(served):
    served.summaries = [summaries("999999999")]
    assert said(ask(served, reference(doi="10.5555/nobody", pmid="999999999"))) == [
        ("error", "references/one", "Crossref does not know the DOI 10.5555/nobody."),
        ("error", "references/one", "PubMed does not know the PMID 999999999."),
    ]
    assert len(served.asked) == 2  # an answer of 404 is an answer


def test_it_waits_as_long_as_it_is_told_and_asks_again(served):
    busy = Answer(429, b"slow down", {"Retry-After": "1"})
    work(served, "10.1093/qjmed/hct051", busy, "crossref_andres2013.json")
    assert ask(served, reference(doi="10.1093/qjmed/hct051")) == ()
    (first, _, _), (second, _, _) = served.asked
    assert second - first >= 1


def test_it_waits_until_a_date(served):
    soon = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=2)
    busy = Answer(503, b"", {"Retry-After": email.utils.format_datetime(soon, usegmt=True)})
    work(served, "10.1093/qjmed/hct051", busy, "crossref_andres2013.json")
    assert ask(served, reference(doi="10.1093/qjmed/hct051")) == ()
    assert time.time() >= soon.replace(microsecond=0).timestamp()


def test_it_does_not_wait_for_hours(served):
    work(served, "10.5555/x", Answer(429, b"", {"Retry-After": "86400"}))
    assert said(ask(served, reference(doi="10.5555/x"))) == [
        ("warning", "references/one",
         "Crossref was not heard: it answered 429 and asked to wait 86400 seconds."),
    ]  # fmt: skip
    assert len(served.asked) == 1


@pytest.mark.parametrize(
    ("answer", "why", "times"),
    [
        (Answer(500), "it answered 500", 2),
        (Answer(429, b"", {"Retry-After": "soon"}), "it answered 429", 2),
        (Answer(400), "it answered 400", 1),
        (Answer(body=b'{"status": "ok", "mess'), "its answer could not be read", 1),
        (Answer(body=b"\xff\xfe<html>"), "its answer could not be read", 1),
        (Answer(body=b"[]"), "its answer has another shape than documented", 1),
        (Answer(body=b'{"message": {"title": 5}}'), "its answer has another shape", 1),
        (Answer(body=b"{}", seconds=0.6), "it did not answer in time", 2),
    ],
)
def test_a_fault_of_the_register_is_told_and_the_rest_is_asked(served, answer, why, times):
    work(served, "10.5555/x", answer)
    work(served, "10.5555/other", "crossref_other_title.json")
    manners = Manners(pause=0, timeout=0.2, tries=2, backoff=0.01)
    found = ask(
        served, reference(doi="10.5555/x"), reference("two", doi="10.5555/other"), manners=manners
    )
    assert [issue.record for issue in found] == ["references/two", "references/one"]
    assert found[1].level == "warning"
    assert why in found[1].message
    assert sum("5555%2Fx" in path for _, path, _ in served.asked) == times


def test_a_fault_of_pubmed_is_told_for_each_reference(served):
    served.summaries = [Answer(502)]
    found = ask(served, reference("a", pmid="1"), reference("b", pmid="2"))
    assert [issue.record for issue in found] == ["references/a", "references/b"]
    served.summaries = [summaries("23447660")]
    (found_one,) = ask(served, reference("a", pmid="23447660"), reference("b", pmid="2"))
    assert "another shape" in found_one.message  # the answer leaves one out


def test_a_register_that_is_not_there():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nowhere = f"http://127.0.0.1:{free.getsockname()[1]}"
    (found,) = check_citations([reference(doi="10.5555/x")], manners=QUICK, crossref=nowhere)
    assert "it could not be reached" in found.message


def test_no_other_address_than_of_the_web_is_opened(tmp_path):
    (tmp_path / "works").mkdir()
    (found,) = check_citations(
        [reference(doi="10.5555/x")], manners=QUICK, crossref=tmp_path.as_uri()
    )
    assert "not one of the web" in found.message


def test_it_says_who_asks_and_does_not_hurry(served):
    for doi in ("10.5555/a", "10.5555/b", "10.5555/c"):
        work(served, doi, "crossref_andres2013.json")
    served.summaries = [summaries("23447660")]
    manners = Manners(pause=0.2, contact="who@example.org")
    three = [reference(doi=f"10.5555/{letter}") for letter in "abc"]
    began = time.monotonic()
    assert ask(served, *three, reference(pmid="23447660"), manners=manners) == ()
    assert len(served.asked) == 4
    assert time.monotonic() - began >= 3 * manners.pause
    assert all(agent.startswith("corrin/") for _, _, agent in served.asked)
    assert all("mailto:who@example.org" in agent for _, _, agent in served.asked)
    assert served.asked[0][1].endswith("?mailto=who%40example.org")
    assert "email=who%40example.org" in served.asked[-1][1]


def test_nothing_is_asked_about_what_has_no_number(served):
    assert ask(served, reference(url="https://example.org/x")) == ()
    assert served.asked == []


def test_progress_is_told(served):
    told = []
    served.summaries = [summaries("23447660")]
    check_citations(
        [reference(doi="10.5555/x"), reference("b", pmid="23447660")],
        manners=QUICK, crossref=served.url, pubmed=served.url,
        progress=lambda done, questions: told.append((done, questions)),
    )  # fmt: skip
    assert told == [(1, 2), (2, 2)]


@pytest.mark.parametrize(
    ("short", "full"),
    [
        ("JNNP", "Journal of Neurology, Neurosurgery & Psychiatry"),
        ("Am J Clin Nutr", "The American Journal of Clinical Nutrition"),
        ("Br J Haematol", "British Journal of Haematology"),
        ("Clin Chem Lab Med", "Clinical Chemistry and Laboratory Medicine (CCLM)"),
        ("N Engl J Med", "New England Journal of Medicine"),
        ("PLoS One", "PLOS ONE"),
        ("Nutr Metab (Lond)", "Nutrition & metabolism (London)"),
    ],
)
def test_an_abbreviation_stands_for_its_journal(short, full):
    assert same_journal(short, full)


@pytest.mark.parametrize(
    ("short", "full"),
    [
        ("Blood", "Brain"),
        ("Am J Clin Nutr", "American Journal of Medicine"),
        ("J Nutr", "Journal of Neurology"),
        ("JNNP", "Journal of Neurology"),
    ],
)
def test_an_abbreviation_does_not_stand_for_another(short, full):
    assert not same_journal(short, full)


def test_a_title_is_read_without_mark_up():
    assert readable("RETRACTED ARTICLE: Vitamin <i>B</i><sub>12</sub> &amp; more.") == (
        "Vitamin B12 & more"
    )
