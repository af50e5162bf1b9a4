"""The pages in this process: forms in, pages out, by the same functions that the server runs."""

from __future__ import annotations

import html
import json
import re
from dataclasses import dataclass
from typing import Any

from corrin.interfaces.web.drawing import Shown
from corrin.interfaces.web.sending import Maker, made

_HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')


@dataclass(frozen=True)
class Given:
    """A page that was given back."""

    shown: Shown

    @property
    def html(self) -> str:
        return self.shown.html

    @property
    def fields(self) -> dict[str, str]:
        """The hidden fields of the last form on the page."""
        return {name: html.unescape(value) for name, value in _HIDDEN.findall(self.html)}

    @property
    def person(self) -> dict[str, Any]:
        return json.loads(self.fields["person"])

    @property
    def heading(self) -> str:
        found = re.search(r"<h1[^>]*>(.*?)</h1>", self.html, re.DOTALL)
        assert found is not None
        return html.unescape(found[1]).strip()


def post(maker: Maker, **form: str) -> Given:
    """Return the page a form leads to."""
    return Given(made(maker, form, form.get("lang", "en")))


def told(**person: Any) -> dict[str, str]:
    """The hidden fields of somebody."""
    return {"person": json.dumps(person), "steps": "[]"}
