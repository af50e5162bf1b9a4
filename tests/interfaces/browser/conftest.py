"""One real server and one real browser for the tests of the pages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.interfaces.server_process import Server, serving
from tests.pages.browser import chromium


@pytest.fixture(scope="package")
def server() -> Iterator[Server]:
    with serving("--workers", "2") as server:
        yield server


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser
