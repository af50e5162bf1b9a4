"""The pages without a browser: what a form becomes, what is refused, what is escaped."""

from __future__ import annotations

import gzip
import json
import re
import tomllib

import pytest

from corrin.assessment import Reader
from corrin.interfaces.web.about_page import about, validation_figures
from corrin.interfaces.web.answer_pages import answer
from corrin.interfaces.web.asset_files import assets
from corrin.interfaces.web.claims_pages import claims
from corrin.interfaces.web.downloads import DOWNLOADS, file_of
from corrin.interfaces.web.evidence_pages import evidence
from corrin.interfaces.web.interview_pages import interview
from corrin.interfaces.web.letter_pages import letter
from corrin.interfaces.web.start_pages import start, started
from corrin.interfaces.web.what_if_pages import what_if, what_if_part
from corrin.knowledge.loading import load
from corrin.knowledge.records import Tier
from corrin.report.words import HOW_SOON
from tests.interfaces.pages_client import Given, post, told
from tests.pages.page_parts import parse

MARKED = '"><script>alert(1)</script>&<b>'
SAFE = ("objective_weakness", "atrophy", "dysarthria", "dysphagia", "orthopnoea")


def _answering(page: Given, answer_: str, **more: str) -> Given:
    return post(interview, **page.fields, answer=answer_, **more)


def _denying(page: Given) -> Given:
    """The next page when nothing is admitted and there is no result."""
    asked = page.fields["question"]
    if asked in {"serum_b12", "objective_weakness"}:
        return _answering(page, "unsure")
    return _answering(page, "none" if asked.startswith("list:") else "no")


def test_the_first_page_asks_and_the_next_one_knows() -> None:
    page = post(started, value="1450", unit="pg/mL", low="197", high="771", taken="2026-10-01",
                age="41", sex="female", country="gb", go="start")  # fmt: skip
    assert page.person["labs"] == [
        {
            "lab": "serum_b12", "value": "1450", "unit": "pg/mL", "taken": "2026-10-01",
            "reference_interval": {"low": 197.0, "high": 771.0},
        }
    ]  # fmt: skip
    assert page.person["country"] == "GB"
    assert page.heading == "Do your muscles twitch, jerk or cramp?"


def test_without_a_result_it_is_not_asked_for_again() -> None:
    page = post(started, age="41", sex="female", go="no-result")
    page = _answering(page, "yes")
    headings = []
    while "question" in page.fields and len(headings) < 100:
        headings.append(page.heading)
        page = _denying(page)
    assert len(headings) > 10
    assert not [one for one in headings if "vitamin B12 result" in one]
    lists = "Does any of these fit you right now or in the last days?"
    single = [one for one in headings if one != lists]
    assert len(single) == len(set(single))
    assert "how-soon" in page.html


@pytest.mark.parametrize(
    ("form", "field", "words"),
    [
        ({"value": "1450"}, "unit", "Choose the unit"),
        ({"value": "many", "unit": "pg/mL"}, "value", "Write a number"),
        ({"value": "1,450", "unit": "pg/mL"}, "value", "without commas"),
        ({"value": "1450", "unit": "pg/mL", "taken": "2999-01-01"}, "taken", "ahead of us"),
        ({"value": "1450", "unit": "pg/mL", "low": "9", "high": "2"}, "low", "Swap the two"),
        ({"value": "99999999", "unit": "pg/mL"}, "value", "not possible"),
        ({"low": "3"}, "value", "Write the number"),
        ({"age": "old"}, "age", "years"),
    ],
)
def test_a_mistake_is_said_beside_its_field(form: dict[str, str], field: str, words: str) -> None:
    page = post(started, **{"age": "41", "go": "start", **form})
    said = re.search(rf'id="{field}-wrong">(.*?)</p>', page.html, re.DOTALL)
    assert said is not None
    assert words in said[1]
    for name, value in form.items():
        element = next(
            one for one in parse(page.html).all("input", "select")
            if one.attributes.get("name") == name
        )  # fmt: skip
        chosen = [one.attributes["value"] for one in element.all("option")
                  if "selected" in one.attributes]  # fmt: skip
        assert value in (element.attributes.get("value"), *chosen)


def test_not_sure_leaves_it_open_and_is_not_asked_twice() -> None:
    first = post(interview, **told(age=41, sex="female", twitching=True))
    second = _answering(first, "rest-unsure")
    assert "findings" not in second.person
    assert second.fields["question"] != first.fields["question"]
    assert "Not sure" in second.html


def test_back_asks_the_last_question_again_and_takes_its_answer_back() -> None:
    first = post(interview, **told(age=41, sex="female", twitching=True,
                                   findings=dict.fromkeys(SAFE, False)))  # fmt: skip
    second = _answering(first, "none")
    assert second.person["findings"] != first.person["findings"]
    again = post(interview, **{**second.fields, "go": "back"})
    assert again.fields["question"] == first.fields["question"]
    assert again.person == first.person


def test_changing_an_answer_from_the_answer_leads_back_to_it() -> None:
    given = told(age=41, sex="female", twitching=True)
    asked = post(interview, **given, go="change:age", then="answer")
    assert asked.heading == "How old are you?"
    assert asked.fields["then"] == "answer"
    page = _answering(asked, "given", value="67")
    assert page.person["age"] == 67
    assert "how-soon" in page.html


def test_emergency_words_are_the_fixed_ones_on_every_page() -> None:
    given = told(age=41, sex="female", country="GB", findings={"breathless_rest": True})
    fixed = load().wording["action_emergency"].person.format(emergency_number="999")
    for page in (post(interview, **given), post(answer, **given)):
        assert HOW_SOON[Tier.EMERGENCY] in page.html
        assert fixed in page.html


def test_words_that_reassure_wait_for_the_answers_they_need() -> None:
    page = post(interview, **told(age=41, sex="female", twitching=True), reader="person")
    asked = 0
    while "question" in page.fields and asked < 100:
        assert "benign" not in page.html.lower(), page.heading
        page = _denying(page)
        asked += 1
    assert asked > 20


@pytest.mark.parametrize("maker", [interview, answer, letter, what_if, what_if_part])
@pytest.mark.parametrize(
    "form",
    [
        {"person": "{"},
        {"person": "[1]"},
        {"person": '{"nobody": 1}'},
        {"person": '{"age": 4000}'},
        {"person": '{"findings": {"no_such": true}}'},
        {"person": "{}", "steps": "{"},
        {"person": "{}", "steps": "[[1]]"},
        {"person": "[" * 100_000},
    ],
)
def test_what_cannot_be_read_is_refused_in_words(maker, form: dict[str, str]) -> None:  # type: ignore[no-untyped-def]
    page = post(maker, **form)
    assert page.shown.status == 400
    assert "could not be read" in page.heading
    assert "nobody" not in page.html or "4000" not in page.html


def test_steps_that_are_no_questions_are_left_out() -> None:
    page = post(interview, person="{}", steps=json.dumps([["age", "zzz"], ["<b>"], ["list:x"]]))
    assert json.loads(page.fields["steps"]) == [["age"]]


def test_script_in_free_text_stays_text_everywhere() -> None:
    given = told(
        age=41, sex="female", twitching=True,
        labs=[{"lab": "serum_b12", "value": 1480, "unit": "pg/mL", "assay": MARKED}],
        intake=[{"product": MARKED, "dose": "1000 ug", "every": "1 day"}], drugs=[MARKED],
    )  # fmt: skip
    pages = [
        post(interview, **given),
        post(interview, **given, go="change:intake"),
        post(answer, **given),
        post(letter, **given),
        post(what_if, **given, lab="potassium", value=MARKED, unit=MARKED, go="try"),
        post(started, value=MARKED, unit=MARKED, age=MARKED, go="start"),
        post(interview, **given, question="intake", answer="given", product="x", since=MARKED),
    ]
    for page in pages:
        assert "<script>alert" not in page.html
        assert "<b>" not in page.html
        parse(page.html)


def test_a_result_supposed_moves_what_it_should() -> None:
    given = told(age=41, sex="female", twitching=True)
    page = post(what_if_part, **given, lab="potassium", value="2.2", unit="mmol/L", go="try")
    assert HOW_SOON[Tier.EMERGENCY] in page.html
    row = re.search(r"<tr[^>]*>\s*<th[^>]*>Low potassium.*?</tr>", page.html, re.DOTALL)
    assert row is not None
    assert "way up" in row[0]
    assert page.person["labs"][0]["lab"] == "potassium"
    nothing = post(what_if_part, **given, finding="tremor")
    assert nothing.html.strip() == ""


def test_supposing_what_is_known_already_moves_nothing() -> None:
    given = told(age=41, sex="female", twitching=True, findings={"tremor": True})
    page = post(what_if_part, **given, finding="tremor", state="yes", go="try")
    assert "way same" in page.html
    assert "way up" not in page.html
    assert "way down" not in page.html


def test_files_hold_what_was_told() -> None:
    given = told(age=41, sex="female", twitching=True, findings={"tremor": True}, intake=[])
    person = tomllib.loads(file_of("person.toml", given).decode())
    assert person == {"age": 41.0, "sex": "female", "twitching": True, "intake": [],
                      "findings": {"tremor": True}}  # fmt: skip
    assert json.loads(file_of("answer.json", given))["urgency"]["tier"]
    assert all(one.file_name.startswith("corrin-") for one in DOWNLOADS.values())


def test_nothing_of_a_page_is_fetched_from_elsewhere_or_stands_in_it_as_code() -> None:
    given = told(age=41, sex="female", twitching=True)
    for text in (start("en").html, post(answer, **given).html, about("en").html,
                 claims("", Reader.PERSON, "en").html, evidence("index", "en").html):  # fmt: skip
        root = parse(text)
        for element in root.all():
            assert "style" not in element.attributes, element.attributes
            assert not [name for name in element.attributes if name.startswith("on")]
        assert not root.all("style")
        for element in root.all("script", "link", "img"):
            target = element.attributes.get("src") or element.attributes.get("href")
            assert target is not None
            assert target.startswith("/")
        assert all(element.words() == "" for element in root.all("script"))


def test_every_link_on_an_evidence_page_leads_somewhere() -> None:
    targets = set()
    for path in ("index", "findings", "findings/tremor", "how_sure", "causes/als", "claims/CL02"):
        for element in parse(evidence(path, "en").html).all("a"):
            targets.add(element.attributes["href"].partition("#")[0])
    inside = sorted(one for one in targets if one.startswith("/evidence/"))
    assert len(inside) > 40
    for target in inside[:120]:
        assert evidence(target.removeprefix("/evidence/").strip("/") or "index", "en").status == 200


def test_a_page_weighs_less_than_150_kb() -> None:
    given = told(
        age=41, sex="female", twitching=True, findings=dict.fromkeys(("cramps", "tremor"), True),
        labs=[{"lab": "serum_b12", "value": 1480, "unit": "pg/mL"}],
        intake=[{"product": "B12", "route": "by mouth", "dose": "1 mg", "every": "1 day"}],
    )  # fmt: skip
    with_it = sum(len(one.compressed) for one in assets().values())
    for reader in Reader:
        page = post(answer, **given, words=reader.value)
        weight = len(gzip.compress(page.html.encode())) + with_it
        assert weight < 150_000, (reader, weight)


def test_the_figures_shown_are_those_of_the_validation_page() -> None:
    from checks import web_figures
    from checks.web_figures import ROOT

    assert web_figures.problems(ROOT) == []
    assert len(validation_figures().figures) == len(web_figures.SHOWN)
    page = about("en").html
    for figure in validation_figures().figures:
        assert figure.with_tests in page
