"""Every page of ``corrin serve`` as one router."""

from __future__ import annotations

from fastapi import APIRouter

from corrin.interfaces.web import (
    about_page,
    answer_pages,
    asset_files,
    claims_pages,
    downloads,
    evidence_pages,
    interview_pages,
    letter_pages,
    resting_pages,
    start_pages,
    upload_pages,
    what_if_pages,
)
from corrin.interfaces.web.translating import ENGLISH

router = APIRouter(include_in_schema=False)
for _part in (
    start_pages,
    upload_pages,
    interview_pages,
    answer_pages,
    what_if_pages,
    letter_pages,
    downloads,
    about_page,
    claims_pages,
    evidence_pages,
    resting_pages,
    asset_files,
):
    router.include_router(_part.router)


def warm() -> None:
    """Draw each kind of page once, so that the first reader does not wait for its templates."""
    sitting = {"person": '{"age": 41, "twitching": true}'}
    start_pages.start(ENGLISH)
    interview_pages.interview(sitting, ENGLISH)
    answer_pages.answer(sitting, ENGLISH)
    letter_pages.letter(sitting, ENGLISH)
    about_page.about(ENGLISH)
