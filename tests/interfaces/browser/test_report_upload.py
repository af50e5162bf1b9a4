"""A report dropped on the first page of a phone: looked through, confirmed, gone on with."""

from __future__ import annotations

import json

import pytest
import weasyprint
from playwright.sync_api import Browser

from tests.interfaces.browser.visiting import Visit, visiting
from tests.interfaces.server_process import Server
from tests.pages.browser import NEEDED, SCHEMES

pytestmark = [pytest.mark.browser, NEEDED]

REPORT = """<p>Collected: 2026-10-01</p><table>
<tr><td>Vitamin B12</td><td>1480</td><td>H</td><td>pg/mL</td><td>197 - 771</td></tr>
<tr><td>Folate</td><td>12</td><td></td><td></td><td></td></tr>
<tr><td>Vitamin B12 binding capacity</td><td>1200</td><td></td><td>pg/mL</td><td></td></tr>
</table>"""


def give(visit: Visit, data: bytes) -> None:
    page = visit.page
    visit.open()
    page.set_input_files(
        "#report", {"name": "report.pdf", "mimeType": "application/pdf", "buffer": data}
    )
    page.get_by_role("button", name="Read the report").click()
    page.wait_for_selector("#page[data-path='/report']")


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_report_is_read_corrected_and_used(server: Server, browser: Browser, scheme: str) -> None:
    with visiting(browser, server, name="report", scheme=scheme) as visit:
        page = visit.page
        give(visit, weasyprint.HTML(string=REPORT).write_pdf())
        visit.no_violations()
        assert visit.small_targets() == []
        visit.shot("01-read")
        assert page.is_checked("#use-0")
        assert not page.is_checked("#use-1")
        page.locator("label.pick").nth(1).click()
        visit.press("Use the values I ticked")
        assert page.locator("#mistakes").count() == 1
        visit.no_violations()
        visit.shot("02-to-put-right")
        page.select_option("#unit-1", "ng/mL")
        visit.press("Use the values I ticked")
        labs = json.loads(visit.state()["person"])["labs"]
        assert [(one["lab"], one["value"]) for one in labs] == [
            ("serum_b12", "1480"),
            ("serum_folate", "12"),
        ]


def test_without_scripts(server: Server, browser: Browser) -> None:
    with visiting(browser, server, name="report-plain", scripts=False) as visit:
        page = visit.page
        give(visit, weasyprint.HTML(string=REPORT).write_pdf())
        page.fill("#value-0", "1490")
        visit.press("Use the values I ticked")
        labs = json.loads(page.locator("#elsewhere [name=person]").input_value())["labs"]
        assert [one["value"] for one in labs] == ["1490"]


def test_a_picture_is_refused_kindly(server: Server, browser: Browser) -> None:
    with visiting(browser, server, name="report-picture") as visit:
        give(visit, b"\x89PNG\r\n\x1a\n")
        assert visit.heading == "We could not read a result"
        visit.no_violations()
        visit.shot("refused")
