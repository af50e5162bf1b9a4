"""The check of the site's links finds what it is there to find."""

from __future__ import annotations

import pytest

from checks.site_links import problems
from corrin.knowledge.loading import load

WHOLE = '<h1 id="top">A</h1><a href="b/c.html#place">c</a><a href="#top">up</a>'
OTHER = '<h2 id="place">B</h2><a href="../a.html">a</a><img src="../bar.svg">'


def site(folder, first=WHOLE, second=OTHER):
    (folder / "b").mkdir()
    (folder / "a.html").write_text(first)
    (folder / "b" / "c.html").write_text(second)
    (folder / "bar.svg").write_text("<svg/>")
    return folder


def test_a_whole_site_passes(tmp_path):
    assert problems(site(tmp_path), load()) == []


def test_a_source_may_be_led_to(tmp_path):
    first = WHOLE + '<a href="https://doi.org/10.1093/jnci/djt315">a source</a>'
    assert problems(site(tmp_path, first), load()) == []


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ('<a href="missing.html">x</a>', "no such file"),
        ('<a href="b/c.html#nowhere">x</a>', "no such place"),
        ('<a href="#nowhere">x</a>', "no such place"),
        ('<img src="missing.svg">', "no such file"),
        ('<a href="https://example.org/">x</a>', "no address of a source"),
        ('<a href="//example.org/">x</a>', "no address of a source"),
        ('<script src="https://unpkg.com/iframe-worker/shim"></script>', "loaded from elsewhere"),
        (
            '<link rel="stylesheet" href="https://fonts.googleapis.com/css">',
            "loaded from elsewhere",
        ),
        ('<img src="https://doi.org/10.1093/jnci/djt315">', "loaded from elsewhere"),
    ],
)
def test_a_fault_is_found(tmp_path, fault, said):
    (found,) = problems(site(tmp_path, WHOLE + fault), load())
    assert found.startswith("a.html: ")
    assert said in found


def test_no_page_at_all_is_a_fault(tmp_path):
    assert problems(tmp_path, load()) != []
