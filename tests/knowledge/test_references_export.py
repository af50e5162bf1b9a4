"""The references leave as CSL-JSON and BibTeX that programs we did not write can read."""

from __future__ import annotations

import json
import re
import warnings

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pybtex.database import parse_string

from corrin.knowledge.citing import Kind, citation, in_text
from corrin.knowledge.citing_bibtex import as_bibtex
from corrin.knowledge.citing_csl import as_csl_json, csl_item
from corrin.knowledge.loading import load
from corrin.knowledge.records import Read, Reference

#: What CSL 1.0.2 input allows of what we write, stated anew from its specification: the
#: types of a thing, the form of a name and a date, and no other variable than these.
TEXT = {"type": "string", "minLength": 1}
NAME = {
    "type": "object",
    "properties": {"family": TEXT, "given": TEXT, "literal": TEXT},
    "additionalProperties": False,
    "anyOf": [{"required": ["family"]}, {"required": ["literal"]}],
}
DATE = {
    "type": "object",
    "properties": {
        "date-parts": {
            "type": "array",
            "minItems": 1,
            "maxItems": 2,
            "items": {"type": "array", "items": {"type": "integer"}, "minItems": 1, "maxItems": 3},
        }
    },
    "required": ["date-parts"],
    "additionalProperties": False,
}
TYPES = [
    "article",
    "article-journal",
    "article-magazine",
    "article-newspaper",
    "bill",
    "book",
    "broadcast",
    "chapter",
    "classic",
    "collection",
    "dataset",
    "document",
    "entry",
    "entry-dictionary",
    "entry-encyclopedia",
    "figure",
    "graphic",
    "hearing",
    "interview",
    "legal_case",
    "legislation",
    "manuscript",
    "map",
    "motion_picture",
    "musical_score",
    "pamphlet",
    "paper-conference",
    "patent",
    "performance",
    "periodical",
    "personal_communication",
    "post",
    "post-weblog",
    "regulation",
    "report",
    "review",
    "review-book",
    "software",
    "song",
    "speech",
    "standard",
    "thesis",
    "treaty",
    "webpage",
]
TEXTS = [
    "id",
    "title",
    "container-title",
    "volume",
    "issue",
    "page",
    "DOI",
    "PMID",
    "PMCID",
    "ISBN",
    "URL",
    "note",
]
CSL = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {
            "type": {"enum": TYPES},
            "author": {"type": "array", "items": NAME, "minItems": 1},
            "issued": DATE,
            "custom": {"type": "object"},
            **dict.fromkeys(TEXTS, TEXT),
        },
        "required": ["type", "id"],
        "additionalProperties": False,
    },
}


@pytest.fixture(scope="module")
def cited():
    return [citation(one) for one in load().references.values()]


def reference(**fields):
    return Reference(
        **{"id": "x", "title": "T", "study_type": "cohort", "read": Read.ABSTRACT} | fields
    )


def test_the_csl_export_has_the_documented_form(cited):
    items = json.loads(as_csl_json(cited))
    jsonschema.validate(items, CSL)
    assert [item["id"] for item in items] == list(load().references)


def test_the_form_can_be_missed():
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate([{"id": "x", "type": "paper"}], CSL)


def test_another_program_cites_every_reference(cited):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        from citeproc import (
            Citation,
            CitationItem,
            CitationStylesBibliography,
            CitationStylesStyle,
            formatter,
        )
        from citeproc.source.json import CiteProcJSON
    # That program writes what it cannot use to a warning: ours must give it no cause, save
    # for the two variables newer than the version of CSL that it knows.
    items = [
        {k: v for k, v in item.items() if k not in {"custom"}}
        for item in json.loads(as_csl_json(cited))
    ]
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        source = CiteProcJSON(items)
        style = CitationStylesStyle("harvard-cite-them-right", validate=False)
    assert [str(w.message) for w in said if "not supported" in str(w.message)] == []
    bibliography = CitationStylesBibliography(style, source, formatter.plain)
    for item in items:
        bibliography.register(Citation([CitationItem(item["id"])]))
    lines = [str(line) for line in bibliography.bibliography()]
    assert len(lines) == len(items)
    text = " ".join(lines)
    assert "Andrès, E." in text
    assert "505–515" in text or "505-515" in text


def test_the_bibtex_export_can_be_read_back(cited):
    read = parse_string(as_bibtex(cited), "bibtex").entries  # strict: a fault is an error
    assert list(read) == [one.id for one in cited]
    for one in cited:
        fields, people = read[one.id].fields, read[one.id].persons.get("author", [])
        assert fields.get("doi") == one.doi
        assert fields.get("url") == one.url
        assert fields.get("year") == (str(one.year) if one.year else None)
        assert plain(fields["title"]) == plain(one.title)
        assert len(people) == len(one.names) + one.others
        for name, person in zip(one.names, people, strict=False):
            family = " ".join((*person.prelast_names, *person.last_names))
            assert plain(family) == plain(name.family)
            assert len((*person.first_names, *person.middle_names)) == len(name.given or "")


def plain(text):
    """Return the letters and digits alone, TeX's names of signs left out."""
    return re.sub(r"[\W_]+", "", re.sub(r"\\text[a-z]+\{\}", "", text))


# Signs that open and close fields, and those that TeX acts on.
AWKWARD = st.text(alphabet="ab {}\\%&$#_~^\"@,=é—'", min_size=1, max_size=30).filter(
    lambda text: text.strip()
)


@given(title=AWKWARD, authors=AWKWARD, journal=AWKWARD)
def test_no_title_breaks_the_bibtex(title, authors, journal):
    odd = reference(title=title, authors=authors, journal=journal, year=2001, pmid="1")
    whole = reference(id="after", title="The one after")
    read = parse_string(as_bibtex([citation(odd), citation(whole)]), "bibtex").entries
    assert list(read) == ["x", "after"]
    assert plain(read["x"].fields["title"]) == plain(title)
    assert read["after"].fields["title"] == "{The one after}"


@pytest.mark.parametrize(
    ("authors", "names", "others"),
    [
        ("Arendt JFB, Nexo E", [("Arendt", "JFB"), ("Nexo", "E")], False),
        ("Abbassi-Ghanavati M et al.", [("Abbassi-Ghanavati", "M")], True),
        ("van der Heijden A", [("van der Heijden", "A")], False),
        ("O'Brien K", [("O'Brien", "K")], False),
        ("Cazzola et al.", [("Cazzola", None)], True),
    ],
)
def test_a_name_is_split_where_it_is_certain(authors, names, others):
    found = citation(reference(authors=authors))
    assert [(name.family, name.given) for name in found.names] == names
    assert all(name.certain for name in found.names)
    assert found.others is others


@pytest.mark.parametrize(
    "authors",
    [
        "NHS",
        "Fleming",  # a company
        "CDC, National Institute for Occupational Safety and Health",
        "Fadul Abdalla, Abdalla Elmustafa, et al.",
        "Oz Tuncer et al.",
        "Hall CA (author and year remembered, not seen)",
        "Marchi G, Busti F, Lira Zidanes A",  # one doubtful name leaves all as they stand
    ],
)
def test_a_name_in_doubt_stays_as_it_was_written(authors):
    item = csl_item(citation(reference(authors=authors)))
    assert item["author"] == [{"literal": authors}]


@pytest.mark.parametrize(
    ("journal", "parts"),
    [
        ("Br J Haematol 166(4):496-513", ("Br J Haematol", "166", "4", "496-513")),
        ("Neurology 88(16 suppl)", ("Neurology", "88", "16 suppl", None)),
        ("BMJ 379:e073857", ("BMJ", "379", None, "e073857")),
        ("Nutr Metab (Lond) 9:2", ("Nutr Metab (Lond)", "9", None, "2")),
        ("Acta Haematol 22-24", ("Acta Haematol 22-24", None, None, None)),
        ("Endocrine Abstracts 19 OC37", ("Endocrine Abstracts 19 OC37", None, None, None)),
        ("Clin Neurophysiol (abstract)", ("Clin Neurophysiol (abstract)", *[None] * 3)),
    ],
)  # fmt: skip
def test_a_journal_is_split_where_it_is_certain(journal, parts):
    found = citation(reference(journal=journal))
    assert (found.container, found.volume, found.issue, found.pages) == parts


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"pmid": "1"}, Kind.ARTICLE),
        ({"journal": "Blood 92(4):1191", "url": "https://example.org/x"}, Kind.ARTICLE),
        ({"study_type": "doctoral thesis"}, Kind.THESIS),
        ({"study_type": "case series (conference abstract)", "pmid": "1"}, Kind.MEETING),
        ({"study_type": "news report"}, Kind.NEWS),
        ({"url": "https://example.org/x", "journal": "NICE guideline"}, Kind.PAGE),
        ({"doi": "10.1000/x"}, Kind.DOCUMENT),
    ],
)
def test_what_kind_of_thing_it_is(fields, kind):
    assert citation(reference(**fields)).kind is kind


def test_how_far_it_was_read_goes_with_it():
    one = citation(reference(read=Read.SECONDARY, licence="CC BY 4.0", pmid="12"))
    assert csl_item(one)["custom"] == {
        "read": "secondary", "study_type": "cohort", "licence": "CC BY 4.0",
    }  # fmt: skip
    assert "note = {Read: secondary}" in as_bibtex([one])
    assert in_text(one) == "[x] T. no year. PMID 12. read: secondary."
