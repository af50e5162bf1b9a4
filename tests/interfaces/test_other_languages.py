"""German pages: every word translated, marked as unreviewed, English where it is English."""

from __future__ import annotations

import gettext
import html
import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from starlette.testclient import TestClient

from checks import translations
from corrin.interfaces.web.app import create_app
from corrin.interfaces.web.settings import ServerSettings
from corrin.interfaces.web.translating import DOMAIN, LANGUAGES, chosen
from corrin.interfaces.web.words_of_the_code import HOW_SOON, INTERVIEW, SETTINGS
from corrin.interview.questions import FIRST_FINDINGS, URGENT, checklist, question_about
from corrin.knowledge import translations as records
from corrin.knowledge.loading import load
from corrin.knowledge.records import Tier
from corrin.knowledge.translations import english, fingerprint, stale, translation
from corrin.report import words as report_words

UNREVIEWED = "Übersetzung ungeprüft"
EMERGENCY = {
    "person": json.dumps(
        {"age": 41, "twitching": True, "country": "DE", "findings": {"breathless_rest": True}}
    ),
    "lang": "de",
}


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    app = create_app(settings=ServerSettings(workers=0))
    yield TestClient(app, base_url="http://127.0.0.1:8765")


class Languages(HTMLParser):
    """The words of a page, each with the language it is marked as."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, str | None]] = []
        self.words: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in {"meta", "link", "input", "br", "img", "wbr", "hr"}:
            self.open.append((tag, dict(attrs).get("lang")))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element that ends where it begins holds no words."""

    def handle_endtag(self, tag: str) -> None:
        while self.open:
            if self.open.pop()[0] == tag:
                break

    def handle_data(self, data: str) -> None:
        if data.strip() and self.open and self.open[-1][0] not in {"script", "style"}:
            lang = next((one for _, one in reversed(self.open) if one), "")
            self.words.append((lang, " ".join(data.split())))


def in_language(page: str, language: str) -> str:
    reader = Languages()
    reader.feed(page)
    return " ".join(words for lang, words in reader.words if lang == language)


def test_the_catalogue_is_complete_current_and_has_lost_no_place() -> None:
    assert translations.problems() == []


def test_a_lost_place_would_be_seen() -> None:
    assert translations.lost_places("Part %(part)s of %(parts)s", "Teil %(part)s")
    assert not translations.lost_places("Part %(part)s of %(parts)s", "%(parts)s: %(part)s")


def test_the_compiled_catalogue_is_what_the_pages_read() -> None:
    folder = translations.ROOT / translations.PAGES / "locale"
    read = gettext.translation(DOMAIN, folder, languages=["de"])
    for one, words in translations.translated("de").items():
        assert read.gettext(one) == words


def test_the_words_written_in_the_code_are_those_that_are_marked() -> None:
    knowledge = load()
    asked = [question_about(one, knowledge) for one in
             ("age", "sex", "twitching", "serum_b12", "intake", FIRST_FINDINGS[0])]  # fmt: skip
    asked.append(checklist(("fever",)))
    for question in asked:
        assert question is not None
        if not question.id.startswith(FIRST_FINDINGS[0]):
            assert question.text in INTERVIEW
        assert question.why in INTERVIEW
    assert URGENT in INTERVIEW
    for tier in Tier:
        assert report_words.HOW_SOON[tier] in HOW_SOON
        assert report_words.HOW_SOON_CLINICIAN[tier] in HOW_SOON
    for words in report_words.SETTING.values():
        assert report_words.upper_first(words) in SETTINGS


def test_the_records_are_translated_from_the_english_that_stands() -> None:
    knowledge = load()
    record = translation("de")
    assert record is not None
    assert record.reviewed is False
    assert list(stale(record, knowledge)) == []
    for one in record.texts:
        text = english(one.id, knowledge)
        assert text is not None
        assert not translations.lost_places(text, one.text), one.id
        assert not re.search(r"\bSie haben (?:eine?n? )?(?:Mangel|Krankheit)", one.text)


def test_a_changed_english_text_is_no_longer_translated(monkeypatch: pytest.MonkeyPatch) -> None:
    text = load().findings["seizure"].question
    assert records.words("de", load()).of(text) == "Hatten Sie einen Krampfanfall?"
    monkeypatch.setattr(records, "fingerprint", lambda _: "00000000")
    records.words.cache_clear()
    try:
        assert records.words("de", load()).of(text) is None
    finally:
        records.words.cache_clear()
    assert len(fingerprint(text)) == 8


def test_every_action_and_the_signs_of_danger_are_translated() -> None:
    knowledge = load()
    words = records.words("de", knowledge)
    for id_, record in knowledge.wording.items():
        if id_.startswith("action_") or id_ in {"disclaimer", "before_you_start"}:
            shown = record.person.format_map({"emergency_number": "112"})
            assert words.of(shown), id_
            assert "{" not in (words.of(shown) or "")
            assert shown.count("112") == (words.of(shown) or "").count("112")
    for id_ in (*FIRST_FINDINGS, "seizure", "breathless_rest", "weakness_sudden", "cauda_equina"):
        assert words.of(knowledge.findings[id_].question), id_


@pytest.mark.parametrize(
    ("wanted", "accepted", "language"),
    [
        (None, "", "en"),
        (None, "de-AT,de;q=0.9,en;q=0.5", "de"),
        (None, "fr,de;q=0.5", "de"),
        ("en", "de", "en"),
        ("de", "en", "de"),
        ("xx", "", "en"),
        ("../../etc", "../de", "en"),
    ],
)
def test_which_language_is_shown(wanted: str | None, accepted: str, language: str) -> None:
    assert chosen(wanted, accepted) == language


def test_the_first_page_in_german(client: TestClient) -> None:
    page = client.get("/?lang=de").text
    assert '<html lang="de">' in page
    assert UNREVIEWED in in_language(page, "de")
    assert "Wie hoch ist Ihr B12-Wert?" in in_language(page, "de")
    assert "Rufen Sie jetzt" in in_language(page, "de")
    assert "Some signs cannot wait for this page." in in_language(page, "en")
    assert 'href="/about?lang=de"' in page
    assert set(LANGUAGES) == {"en", "de"}
    accepted = client.get("/", headers={"Accept-Language": "de"}).text
    assert '<html lang="de">' in accepted


def test_english_pages_carry_no_mark_and_no_german(client: TestClient) -> None:
    page = client.get("/", headers={"Accept-Language": "fr"}).text
    assert '<html lang="en">' in page
    assert UNREVIEWED not in page
    assert in_language(page, "de") == "Deutsch"


def test_what_is_urgent_stands_in_both_languages(client: TestClient) -> None:
    for path in ("/interview", "/answer", "/letter"):
        page = client.post(path, data=EMERGENCY).text
        german, english_ = in_language(page, "de"), in_language(page, "en")
        assert UNREVIEWED in german, path
        assert "Holen Sie jetzt Notfallhilfe" in german, path
        assert "Get emergency help now" in english_, path
        if path != "/letter":
            assert "Rufen Sie jetzt 112 an" in german, path
            assert "Call 112 now" in english_, path


def test_the_signs_of_danger_are_asked_in_both_languages(client: TestClient) -> None:
    told = {"person": '{"age": 41, "sex": "male", "twitching": true}', "lang": "de"}
    page = client.post("/interview", data=told).text
    assert "Trifft davon etwas" in in_language(page, "de")
    assert "Hatten Sie einen Krampfanfall?" in in_language(page, "de")
    assert "Have you had a fit?" in in_language(page, "en")


def test_no_english_record_is_passed_off_as_german(client: TestClient) -> None:
    knowledge = load()
    told = {
        "person": json.dumps(
            {"age": 41, "sex": "male", "twitching": True,
             "findings": {"rx_ppi": True, "dist_calf_foot": True}}
        ),
        "lang": "de",
    }  # fmt: skip
    for path in ("/answer", "/letter"):
        german = in_language(client.post(path, data=told).text, "de")
        for cause in knowledge.causes.values():
            assert cause.name not in german, path
        for finding in ("rx_ppi",):
            assert knowledge.findings[finding].question not in german


@pytest.mark.parametrize("path", ["/about", "/evidence", "/claims", "/no-such-page", "/answer"])
def test_every_other_page_says_that_it_is_unreviewed(client: TestClient, path: str) -> None:
    page = client.get(f"{path}?lang=de", headers={"Accept": "text/html"}).text
    german = in_language(page, "de")
    assert UNREVIEWED in german
    for claim in load().claims.values():
        assert claim.name not in german


def test_the_language_travels_with_the_form_and_can_be_changed(client: TestClient) -> None:
    page = client.post("/interview", data=EMERGENCY).text
    assert '<input type="hidden" name="lang" value="de">' in page
    switch = page[page.index('<nav class="languages"') :]
    assert '<form action="/interview" method="post">' in switch
    assert 'name="lang" value="en"' in switch
    body = "lang=de&lang=en&person=" + html.escape('{"age": 41}')
    again = client.post(
        "/interview", content=body, headers={"Content-Type": "application/x-www-form-urlencoded"}
    ).text
    assert '<html lang="en">' in again
