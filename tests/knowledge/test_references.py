"""References are found to be malformed, doubled, or at odds with their own address."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corrin.knowledge.checking_references import duplicates, normalised
from corrin.knowledge.identifiers import (
    doi_in,
    isbn_holds,
    issn_holds,
    pmcid_in,
    pmid_in,
    wrong_digits,
)
from corrin.knowledge.loading import load
from corrin.knowledge.records import Read, Reference


@pytest.mark.parametrize("issn", ["0028-4793", "1533-4406", "0140-6736", "1365-2125", "2049-3630",
                                  "2434-561X"])  # fmt: skip
def test_printed_issns_hold(issn):
    assert issn_holds(issn)


@pytest.mark.parametrize("isbn", ["978-0-306-40615-7", "0-306-40615-2", "978-3-16-148410-0",
                                  "0-8044-2957-X"])  # fmt: skip
def test_printed_isbns_hold(isbn):
    assert isbn_holds(isbn)


@pytest.mark.parametrize(
    "odd", ["", "0028-479", "0028-47933", "A028-4793", "978030640615", "X" * 10]
)
def test_what_is_no_number_does_not_hold(odd):
    assert not issn_holds(odd)
    assert not isbn_holds(odd)


@given(position=st.integers(0, 7), step=st.integers(1, 9))
def test_one_wrong_digit_of_an_issn_is_found(position, step):
    digits = list("00284793")
    digits[position] = str((int(digits[position]) + step) % 10)
    assert not issn_holds("".join(digits))


@given(position=st.integers(0, 12), step=st.integers(1, 9))
def test_one_wrong_digit_of_an_isbn_is_found(position, step):
    digits = list("9780306406157")
    digits[position] = str((int(digits[position]) + step) % 10)
    assert not isbn_holds("".join(digits))


@pytest.mark.parametrize(
    ("doi", "wrong"),
    [
        ("10.1111/j.1365-2125.2003.01907.x", []),
        ("10.1111/j.1365-2152.2003.01907.x", [("ISSN", "1365-2152")]),
        ("10.1016/S0140-6736(22)01545-8", []),
        ("10.1016/S0140-6763(22)01545-8", [("ISSN", "0140-6763")]),
        ("10.1016/0168-5597(94)90036-1", []),
        ("10.1007/978-3-16-148410-0_5", []),
        ("10.1007/978-3-16-148410-1_5", [("ISBN", "978-3-16-148410-1")]),
        ("10.1371/journal.pone.0171597", []),
    ],
)
def test_check_digits_inside_a_doi(doi, wrong):
    assert list(wrong_digits(doi)) == wrong


def test_identifiers_are_read_from_addresses():
    assert pmid_in("https://pubmed.ncbi.nlm.nih.gov/23447660/") == "23447660"
    assert pmid_in("https://www.ncbi.nlm.nih.gov/pubmed/24249744") == "24249744"
    assert pmid_in("https://pubmed.ncbi.nlm.nih.gov/?term=b12") is None
    assert pmcid_in("https://pmc.ncbi.nlm.nih.gov/articles/PMC4049265/table/T1") == "PMC4049265"
    assert doi_in("https://doi.org/10.1000%2Fx?y") == "10.1000/x"
    assert doi_in("https://example.org/10.1000/x") is None
    assert pmid_in(None) is pmcid_in(None) is doi_in(None) is None


def reference(id_, **fields):
    return Reference(id=id_, study_type="cohort", read=Read.ABSTRACT, **fields)


def test_one_title_in_one_year_is_told_of():
    same = [
        reference("a", title="Vitamin B12: a review", year=2001, pmid="1"),
        reference("b", title="Vitamin B-12 - A Review (table 2)", year=2001, pmid="2"),
        reference("c", title="Vitamin B12: a review", year=2002, pmid="3"),
    ]
    (found,) = duplicates(same)
    assert (found.level, found.record) == ("warning", "references/b")
    assert "'a'" in found.message


def test_one_source_by_its_address_is_told_of():
    same = [
        reference("a", title="One", doi="10.1000/ABC"),
        reference("b", title="Two", url="https://doi.org/10.1000/abc"),
        reference("c", title="Three", url="https://pubmed.ncbi.nlm.nih.gov/5/"),
        reference("d", title="Four", pmid="5"),
    ]
    assert [(one.level, one.record) for one in duplicates(same)] == [
        ("error", "references/b"),
        ("error", "references/d"),
    ]


def test_titles_that_differ_in_more_than_signs_are_two():
    assert normalised("B12 in men") != normalised("B12 in women")


def test_the_references_have_no_duplicate():
    assert list(duplicates(load().references.values())) == []
