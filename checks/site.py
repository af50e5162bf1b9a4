"""Builds the evidence pages: Markdown from the records, and the site made of it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

from checks import site_links
from corrin.knowledge.loading import Knowledge, load
from corrin.report.evidence.furniture import CHAPTERS, HOME
from corrin.report.evidence.pages import pages, pictures

ROOT = Path(__file__).resolve().parent.parent
LOOKS = ROOT / "docs" / "site"
#: Below the folder that is built in: the Markdown, and the site.
MARKDOWN = Path("docs/knowledge")
SITE = Path("site")


def write(folder: Path, knowledge: Knowledge) -> int:
    """Write every page, picture and the configuration under ``folder``; return how many pages."""
    markdown = folder / MARKDOWN
    shutil.rmtree(markdown, ignore_errors=True)
    written = dict(pages(knowledge))
    for name, text in (*written.items(), *pictures(knowledge)):
        path = markdown / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    shutil.copytree(LOOKS / "assets", markdown / "assets")
    # JSON is YAML, and the menu follows the questions.
    menu: list[dict[str, object]] = [{HOME: "index.md"}]
    menu += [
        {chapter.question: [{title: path} for title, path in chapter.pages]} for chapter in CHAPTERS
    ]
    added = {"docs_dir": MARKDOWN.as_posix(), "site_dir": SITE.as_posix(), "nav": menu}
    lines = [f"{key}: {json.dumps(value)}" for key, value in added.items()]
    looks = (LOOKS / "mkdocs.yml").read_text(encoding="utf-8")
    (folder / "mkdocs.yml").write_text("\n".join((looks, *lines)) + "\n", encoding="utf-8")
    return len(written)


def build(folder: Path) -> list[str]:
    """Build the site from what was written under ``folder``; return what is wrong."""
    shutil.rmtree(folder / SITE, ignore_errors=True)
    done = subprocess.run(
        [sys.executable, "-m", "zensical", "build", "--clean", "--strict"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        return (done.stdout + done.stderr).strip().splitlines()
    # A page for a server that finds nothing; its links start at a root that a file has not.
    (folder / SITE / "404.html").unlink(missing_ok=True)
    return []


def main() -> int:
    """Write, build and check; return 0 when nothing is wrong."""
    start = time.perf_counter()
    knowledge = load()
    count = write(ROOT / "out", knowledge)
    wrong = build(ROOT / "out") or site_links.problems(ROOT / "out" / SITE, knowledge)
    print("\n".join((*wrong, "")), end="")
    seconds = time.perf_counter() - start
    print(f"{count} pages in out/{SITE} in {seconds:.0f} s; {len(wrong)} faults")
    return min(len(wrong), 1)


if __name__ == "__main__":
    sys.exit(main())
