"""The page: well formed, self-contained, safe against what people type, right for each reader."""

from __future__ import annotations

import dataclasses
import itertools
import re
from typing import Any

import pytest

from corrin.errors import Refusal
from corrin.knowledge.records import Read, Reference, Tier
from corrin.person.records import Drug, Intake, LabResult
from corrin.picture.records import FindingState, Origin
from corrin.report.html import as_html
from tests.pages import sample
from tests.pages.page_parts import Element, parse

READERS = ["person", "clinician"]
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{ 7 * 7 }}"
FETCHES = {"src", "srcset", "data", "poster", "action", "formaction", "background"}
REASSURING = re.compile(r"\b(benign|harmless)\b", re.IGNORECASE)


def _bare(reader: str) -> Any:
    """An answer in which every question that can be refused was refused."""
    refusals = tuple(
        Refusal(one, "children", "Only for adults.") for one in ("b12_status", "twitching")
    )
    return sample.assessment(
        reader=reader,
        b12_status=None,
        twitching=None,
        next_steps=(),
        refusals=sample.REFUSALS + refusals,
        urgency=sample.urgent(Tier.SELF_CARE, because=(), not_asked=(), self_care_needs=()),
    )


def _variants() -> list[Any]:
    made = [sample.assessment(reader=reader) for reader in READERS]
    made += [_bare(reader) for reader in READERS]
    made += [sample.assessment(urgency=sample.urgent(tier)) for tier in Tier]
    return made


@pytest.mark.parametrize("assessment", _variants())
def test_the_page_is_well_formed_and_in_order(assessment: Any) -> None:
    page = parse(as_html(assessment))
    ids = [one.attributes["id"] for one in page.all() if "id" in one.attributes]
    assert len(ids) == len(set(ids))
    assert len(page.all("h1")) == 1
    levels = [int(one.tag[1]) for one in page.all("h1", "h2", "h3", "h4")]
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    assert [len(page.all(one)) for one in ("header", "main", "nav", "footer")] == [1, 1, 1, 1]
    assert page.all("html")[0].attributes["lang"] == "en"
    for link in page.all("a"):
        target = link.attributes["href"]
        if target.startswith("#"):
            assert target[1:] in ids, target
        else:
            assert target.startswith("https://")
            assert link.attributes["rel"] == "noreferrer"
    for one in page.all():
        for name in ("aria-labelledby", "aria-describedby"):
            assert all(ref in ids for ref in one.attributes.get(name, "").split())


@pytest.mark.parametrize("assessment", _variants())
def test_the_page_fetches_nothing_and_runs_nothing(assessment: Any) -> None:
    html = as_html(assessment)
    page = parse(html)
    assert not page.all("script", "link", "img", "iframe", "object", "embed", "form", "base")
    for one in page.all():
        assert not FETCHES & set(one.attributes), one.tag
        assert not [name for name in one.attributes if name.startswith("on")]
    style = page.all("style")[0].children[0].text
    assert "url(" not in re.sub(r"url\(#[a-z]+\)", "", style)
    assert "@import" not in style
    assert "@font-face" not in style


@pytest.mark.parametrize("reader", READERS)
def test_what_people_type_is_shown_and_never_run(reader: str) -> None:
    person = dataclasses.replace(
        sample.PERSON,
        sex=HOSTILE,
        country=HOSTILE,
        drugs=(Drug(name=HOSTILE),),
        intake=(Intake(product=HOSTILE, dose=HOSTILE, route=HOSTILE, substance=HOSTILE),),
        labs=(LabResult(lab=HOSTILE, value=HOSTILE, unit=HOSTILE),),
    )
    picture = sample.picture(person)
    result = dataclasses.replace(
        picture.measurements["serum_b12"][0], seen=HOSTILE, unit_seen=HOSTILE
    )
    picture = dataclasses.replace(
        picture,
        measurements={"serum_b12": (result,)},
        findings={**picture.findings, "rx_ppi": FindingState(True, Origin.DRUG, HOSTILE)},
        not_used=(Refusal(f"labs.{HOSTILE}", "unknown", HOSTILE, HOSTILE),),
    )
    page = parse(as_html(sample.assessment(reader=reader, person=person, picture=picture)))
    assert not page.all("script", "img")
    words = page.words()
    assert "<script>alert(1)</script>" in words
    assert "{{ 7 * 7 }}" in words
    assert "49" not in words.replace("1490", "")


@pytest.mark.parametrize("reader", READERS)
def test_every_picture_has_a_title_a_description_and_its_words_beside_it(reader: str) -> None:
    page = parse(as_html(sample.assessment(reader=reader)))
    pictures = [one for one in page.all("svg") if "aria-hidden" not in one.attributes]
    pictures = [one for one in pictures if not one.within("svg")]
    assert len(pictures) > 20
    for one in pictures:
        assert one.attributes["role"] == "img"
        title, description = one.all("title")[0], one.all("desc")[0]
        assert title.words()
        assert description.words()
        labels = one.attributes["aria-labelledby"].split()
        assert labels == [title.attributes["id"], description.attributes["id"]]
        assert one.within("tr") or one.within("figure")
    for row in page.all("tr"):
        if row.all("svg") and row.parent and row.parent.tag == "tbody":
            words = [cell.words() for cell in row.children if cell.tag in {"th", "td"}]
            assert len([one for one in words if one]) >= 3
    figure = page.all("figure")[0]
    table = page.all("table")[0].words()
    assert "1,092 pmol/L" in figure.words()
    assert all(one in table for one in ("1,092 pmol/L", "145 to 569 pmol/L", "below 130 pmol/L"))


def test_every_table_has_a_caption_and_headers_with_a_scope() -> None:
    page = parse(as_html(sample.assessment(reader="clinician")))
    for table in page.all("table"):
        assert table.all("caption")[0].words()
        assert all(one.attributes["scope"] in {"row", "col"} for one in table.all("th"))


@pytest.mark.parametrize("tier", list(Tier))
def test_the_tier_is_told_in_words_and_by_a_shape_of_its_own(tier: Tier) -> None:
    shapes = set()
    for one in Tier:
        page = parse(as_html(sample.assessment(urgency=sample.urgent(one))))
        banner = next(e for e in page.all("section") if e.attributes["class"] == "banner")
        shapes.add(banner.all("path")[0].attributes["d"])
        if one is tier:
            assert sample.URGENCY.action in banner.words()
            assert len(banner.all("h2")[0].words()) > 5
    assert len(shapes) == len(Tier)


@pytest.mark.parametrize("reader", READERS)
def test_nothing_reassures_until_the_gate_is_open(reader: str) -> None:
    assert not REASSURING.search(parse(as_html(sample.assessment(reader=reader))).words())
    urgency = sample.urgent(Tier.ROUTINE, may_say_benign=True)
    page = as_html(sample.assessment(reader=reader, urgency=urgency))
    assert REASSURING.search(parse(page).words())


@pytest.mark.parametrize("reader", READERS)
def test_versions_date_and_limits_are_printed(reader: str) -> None:
    words = parse(as_html(sample.assessment(reader=reader))).words()
    for one in ("0.0.0+0123456789ab", "Corrin 0.0.0", "22 November 2026", "not a diagnosis"):
        assert one in words
    assert "No clinician has reviewed this" in words


def test_the_clinician_sees_the_evidence_in_the_same_order_for_every_cause() -> None:
    page = parse(as_html(sample.assessment(reader="clinician")))
    strips = [one for one in page.all("svg") if "strip" in one.attributes.get("class", "")]
    assert len(strips) == 10
    assert len({one.attributes["width"] for one in strips}) == 1


def test_all_causes_are_on_the_page() -> None:
    words = parse(as_html(sample.assessment(reader="clinician"))).words()
    for cause in sample.CAUSES.values():
        assert cause.professional_name.removeprefix("Benign ") in words


def test_sources_that_were_not_read_say_so() -> None:
    page = parse(as_html(sample.assessment()))
    sources: list[Element] = [
        one for one in page.all("li") if one.attributes.get("id", "").startswith("source-")
    ]
    assert len(sources) == 3
    assert any("we have not read it" in one.words() for one in sources)


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "//example.com"])
def test_only_web_addresses_become_links(url: str) -> None:
    reference = Reference(
        id="example-c", title="Bad address", study_type="example", read=Read.NOT_READ, url=url
    )
    known = sample.knowledge(references=sample.REFERENCES | {"example-c": reference})
    page = parse(as_html(sample.assessment(knowledge=known)))
    assert "Bad address" in page.words()
    assert url not in [link.attributes["href"] for link in page.all("a")]
