"""The evidence pages: numbers with their sources, sentences from records, links that lead."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping

import markdown as python_markdown
import msgspec
import pytest
from markdown_it import MarkdownIt

from corrin.claims.appraising import appraise
from corrin.claims.grading import in_words
from corrin.knowledge.checks import reading_status
from corrin.knowledge.loading import load
from corrin.knowledge.records_of_claims import Domain, Rating
from corrin.knowledge.walking import parts
from corrin.report import claim_words, words
from corrin.report.evidence import furniture, numbers, sections
from corrin.report.evidence.markdown import plain
from corrin.report.evidence.pages import page, pages, pictures
from corrin.report.evidence.sureness import by_status
from tests.knowledge.tiny import copy_of_tiny, edit

MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")
LINK = re.compile(r"\]\(([^)\s]+)\)")


def in_plain_letters(markdown):
    """The text of a page, as a reader sees it."""
    return "".join(text for block in runs(markdown) for text in (*block, "\n"))


def runs(markdown):
    """The pieces of text of each block: a link, an emphasis and a code are pieces of their own."""
    for token in MARKDOWN.parse(markdown):
        if token.type == "inline":
            yield [child.content for child in token.children if child.content]


def one_line(text):
    return " ".join(text.split())


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    return load(copy_of_tiny(tmp_path_factory.mktemp("pages")))


@pytest.fixture(scope="module", params=["tiny", "own"])
def knowledge(request, tiny):
    return tiny if request.param == "tiny" else load()


@pytest.fixture(scope="module")
def written(knowledge):
    return dict(pages(knowledge))


def test_every_number_and_every_reason_stands_on_its_records_page(knowledge, written):
    shown = {}
    for part in parts(knowledge):
        kind, _, id_ = part.record.partition("/")
        name = f"{kind}/{id_}.md" if f"{kind}/{id_}.md" in written else f"{kind}.md"
        if name not in shown:
            shown[name] = one_line(in_plain_letters(written[name]))
        for number in part.numbers.values():
            # A result in words may print a figure of thousands with its comma.
            assert f"{number:g}" in shown[name] or f"{number:,g}" in shown[name], part.where
        if part.assumed:
            assert one_line(part.assumed) in shown[name], part.where
        for source in part.sources:
            assert source in written[name], part.where


def test_every_record_has_a_page_and_the_first_page_leads_to_it(knowledge, written):
    for kind, records in knowledge.kinds().items():
        for id_ in records if kind != "units" else ():
            assert f"{kind}/{id_}.md" in written
    reached, coming = set(), ["index.md"]
    while coming:
        name = coming.pop()
        if name not in reached:
            reached.add(name)
            coming += [target for target, _ in links(name, written[name])]
    assert reached >= set(written)


def links(name, text):
    for target in LINK.findall(text):
        path, _, place = target.partition("#")
        if path.endswith(".md"):
            yield posixpath.normpath(posixpath.join(posixpath.dirname(name), path)), place


def test_links_between_pages_lead_somewhere(knowledge, written):
    headings = {
        name: {title.casefold().replace(" ", "-") for title in re.findall(r"^#+ (.+)$", text, re.M)}
        for name, text in written.items()
    }
    broken = {
        (name, target, place)
        for name, text in written.items()
        for target, place in links(name, text)
        if target not in written or (place and place not in headings[target])
    }
    assert broken == set()
    drawn = {
        picture for text in written.values() for picture in re.findall(r"!\[\]\(([^)]+)\)", text)
    }
    assert drawn <= set(dict(pictures(knowledge)))


def strings(value):
    match value:
        case str():
            yield value
        case Mapping():
            for key, inner in value.items():
                yield str(key)
                yield from strings(inner)
        case list() | tuple() | set() | frozenset():
            for inner in value:
                yield from strings(inner)
        case furniture.Chapter():
            yield from strings((value.question, value.pages))


def spelt(text):
    """Letters only, since a page may begin a text with a capital and print an id in plain words."""
    return " ".join(re.findall(r"[^\W_]+", text.casefold()))


def everything_said(knowledge):
    """All that a page may say: the records, the furniture, and the trail of each grade."""
    records = [record for table in knowledge.kinds().values() for record in table.values()]
    records += [*knowledge.model.values(), *(getattr(knowledge, name) for name in furniture.SHARED)]
    said = [text for record in records for text in strings(msgspec.to_builtins(record))]
    said += [step for one in knowledge.claims.values() for step in in_words(appraise(one).grade)]
    for module in (furniture, claim_words, words, numbers, sections):
        for value in vars(module).values():
            said += strings(value)
    return f" {' | '.join(map(spelt, said))} "


#: Headings and joining words that stand in the code of a page and not in a table of words.
JOINING = {
    "above the limit below",
    "above the usual interval",
    "below the limit below",
    "below the usual interval",
    "by kind of record",
    "how far a source was read",
    "how the certainty was reached",
    "numbers that rest on it",
    "numbers whose source was not read",
    "outside the usual interval",
    "supplements were asked about",
    "times the usual interval",
    "to be reviewed by",
    "what can be said",
}
BETWEEN = re.compile(r"(?<=[.!?])\s+|[;:·()]\s*|,\s|(?<![^\W_])[\d.,-]*\d(?![^\W_])")


def unsaid(text, said):
    """Pieces of four words or more that nothing said; a key may begin with the names of fields."""
    for block in runs(text):
        for run in block:
            for piece in BETWEEN.split(run):
                found = spelt(piece).split()
                ways = {" ".join(found[start:]) for start in range(3)}
                if sum(word.isalpha() for word in found) > 3 and not any(
                    way in said or way in JOINING for way in ways
                ):
                    yield piece


def test_no_sentence_stands_on_a_page_without_a_record_behind_it(knowledge, written):
    said = everything_said(knowledge)
    strange = {(name, one) for name, text in written.items() for one in unsaid(text, said)}
    assert strange == set()


def test_a_sentence_of_our_own_would_be_noticed():
    said = everything_said(load())
    assert list(unsaid("B12 has never made anybody twitch.", said))


def test_furniture_says_nothing_of_health():
    health = re.compile(
        r"\b(you|your|disease|illness|harm\w*|safe|danger\w*|cure|treat\w*)\b", re.I
    )
    kept = [*furniture.ABOUT.values(), *furniture.MORE_WORDS.values(), furniture.SURE_LEAD]
    assert [text for text in kept if health.search(text)] == []


@pytest.mark.parametrize(
    "text",
    [
        "B12 <30 pmol/L & more",
        "<b>bold</b> and &lt; stay as they are",
        "a*b*c, _under_ and snake_case",
        "`code` and [not](a link)",
        "# no heading",
        "- no list",
        "1. no list either",
        "1) nor this",
        "+ nor this",
        "> no quotation",
        "a | b",
        "back\\slash and \\*",
        "100 ~ 200 == 3 :smile: {red}",
    ],
)
def test_a_text_is_shown_as_it_stands_by_both_readers_of_markdown(text):
    cell = plain(text)
    assert in_plain_letters(cell) == f"{text}\n"
    html = python_markdown.markdown(cell, extensions=["tables"])
    shown = re.sub(r"</?p>", "", html)
    for entity, letter in (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        shown = shown.replace(entity, letter)
    assert shown == text


def test_a_bar_in_a_text_does_not_break_a_table(tmp_path):
    folder = copy_of_tiny(tmp_path)
    edit(folder, "findings/coffee.toml", "tests only", "tests | only")
    knowledge = load(folder)
    assert "assumed: tests \\| only" in page(knowledge.findings["coffee"], knowledge)


def test_the_page_of_a_cause(tiny):
    text = page(tiny.causes["salt"], tiny)
    assert text.startswith(
        "# Low salt\n\n[Causes of twitching](../causes/index.md) · `salt` · to be"
    )
    assert "| Emergency | 0.02 (0.01 to 0.03) | assumed: tests only |" in text
    low = "[Low salt in the blood](../findings/salt_low.md)"
    assert low.split("]", maxsplit=1)[1] in text
    assert "| 0.9 (0.8 to 0.95) | assumed: tests only |" in text
    assert "odds times 2 when `age >= 60`" in text
    assert "(../findings/salt_low.md): yes | top-three |" in text
    assert tiny.version in text


def test_the_page_of_a_finding_says_who_rests_on_it(tiny):
    text = page(tiny.findings["salt_low"], tiny)
    assert "(../labs/sodium.md) below 0.9 times the usual interval" in text
    assert "**Causes of twitching**: [Low salt](../causes/salt.md)" in text
    assert "](../next_steps/measure_sodium.md)" in text


def test_a_study_that_printed_its_count_has_it_shown(tiny):
    text = page(tiny.causes["quiet"], tiny)
    assert re.search(
        r"0\.3 \(0\.2 to 0\.4\); 3 of 10 \| \[[^]]+\]\(\.\./references/made_up\.md\)", text
    )


def test_a_source_that_was_not_read_is_shown_as_such(tmp_path):
    folder = copy_of_tiny(tmp_path)
    edit(folder, "references/made_up.toml", '"abstract"', '"not read"')
    knowledge = load(folder)
    assert "**not read**" in page(knowledge.guidelines["made_up_cut_offs"], knowledge)
    sure = dict(pages(knowledge))["how_sure.md"]
    assert "## Numbers whose source was not read" in sure


def test_a_source_leads_to_where_it_can_be_found():
    knowledge = load()
    text = page(knowledge.references["arendt2013"], knowledge)
    assert "[10.1093/jnci/djt315](https://doi.org/10.1093/jnci/djt315)" in text
    assert "[24249744](https://pubmed.ncbi.nlm.nih.gov/24249744/)" in text
    assert "## Numbers that rest on it" in text


def test_every_claim_shows_its_verdict_its_computed_certainty_and_all_its_evidence():
    knowledge = load()
    assert knowledge.claims
    for claim in knowledge.claims.values():
        text = in_plain_letters(page(claim, knowledge))
        certainty = appraise(claim).grade.certainty.value.replace("-", " ")
        words_ = "not graded" if certainty == "not applicable" else f"{certainty} certainty"
        first = text.partition("What can be said")[0]
        assert claim_words.VERDICT[claim.verdict] in first, claim.id
        assert words_ in first.casefold(), claim.id
        for item in claim.evidence:
            assert one_line(item.result) in text, claim.id
            assert one_line(item.population) in text, claim.id
        assert claim.evidence or one_line(claim.no_evidence) in text, claim.id
        assert one_line(claim.person) in text, claim.id
        assert one_line(claim.clinician) in text, claim.id


def test_changing_one_judgement_changes_the_page():
    knowledge = load()
    claim = next(
        one
        for one in knowledge.claims.values()
        if appraise(one).grade.certainty == "moderate"
        and any(
            j.domain is Domain.RISK_OF_BIAS and j.rating is Rating.SERIOUS for j in one.judgements
        )
    )
    before = page(claim, knowledge)
    milder = tuple(
        msgspec.structs.replace(one, rating=Rating.VERY_SERIOUS)
        if one.domain is Domain.RISK_OF_BIAS
        else one
        for one in claim.judgements
    )
    after = page(msgspec.structs.replace(claim, judgements=milder), knowledge)
    assert "[Moderate certainty]" in before
    assert "[Low certainty]" in after


def test_the_page_on_how_sure_we_are_counts_as_the_check_does(knowledge, written):
    counted = by_status(knowledge)
    for status, count in reading_status(knowledge).items():
        assert sum(of_kind[status] for of_kind in counted.values()) == count
        row = rf"\| \[{status.capitalize()}\]\([^)]*\) \| {count} \|"
        if count:
            assert re.search(row, written["how_sure.md"])
