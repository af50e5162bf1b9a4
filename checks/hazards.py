"""The hazard log: every hazard has controls, and every control a test that is really there.

The records stand in ``docs/safety/``: a file a hazard, and requirements (the controls, each
with the tests that show it).  ``python -m checks.hazards --write`` makes the pages anew.
"""

from __future__ import annotations

import argparse
import ast
import functools
import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

from checks.hazard_records import SAFETY, Log, RecordError, read_log
from checks.safety_pages import PAGES

ROOT = Path(__file__).resolve().parent.parent
#: The hazards that were listed before anything was built; none may be dropped.
FIRST = tuple(f"H{number:02d}" for number in range(1, 29))
_TEST_ID = re.compile(r"\btests/[\w/]+\.py(?:::\w+)+")


@functools.cache
def listed_in(path: Path) -> Mapping[str, bool]:
    """Return the tests of one file by name, and whether each is left to ``make deep``."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    all_deep = any(
        isinstance(node, ast.Assign) and "pytestmark" in ast.unparse(node) and _is_deep(node.value)
        for node in tree.body
    )
    found: dict[str, bool] = {}
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and node.name.startswith("Test"):
            for inner in node.body:
                if isinstance(inner, ast.FunctionDef) and inner.name.startswith("test_"):
                    found[f"{node.name}::{inner.name}"] = all_deep or _marked(inner)
        elif isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            found[node.name] = all_deep or _marked(node)
    return found


def _marked(node: ast.FunctionDef) -> bool:
    return any(_is_deep(one) for one in node.decorator_list)


def _is_deep(node: ast.expr) -> bool:
    """Whether this is the mark itself; one case of several may be deep and the rest is not."""
    return ast.unparse(node) == "pytest.mark.deep"


def missing(root: Path, id_: str) -> str | None:
    """Return what is wrong with the id of a test, or None when it is there."""
    file, _, name = id_.partition("::")
    path = root / file
    if not path.is_file():
        return f"{file} does not exist"
    return None if name in listed_in(path) else f"{file} has no {name}"


def _in_every_run(root: Path, id_: str) -> bool:
    file, _, name = id_.partition("::")
    return missing(root, id_) is None and not listed_in(root / file)[name]


def faults(root: Path, log: Log) -> Iterator[str]:
    """Yield everything that is wrong with the records, one line each."""
    for one in log.requirements.values():
        for id_ in one.tests:
            if (what := missing(root, id_)) is not None:
                yield f"requirement {one.id}: {what}"
        if one.open is None and not any(_in_every_run(root, id_) for id_ in one.tests):
            yield f"requirement {one.id}: no test of every run shows it; write one, or say 'open'"
    used = Counter(id_ for hazard in log.hazards.values() for id_ in hazard.controls)
    for id_ in log.requirements.keys() - used.keys():
        yield f"requirement {id_}: no hazard needs it"
    for id_ in FIRST:
        if id_ not in log.hazards:
            yield f"hazard {id_}: it was listed at the start and is gone"
    severities = [one.id for one in log.risk.severity]
    likelihoods = [one.id for one in log.risk.likelihood]
    for hazard in log.hazards.values():
        where = f"hazard {hazard.id}"
        if not hazard.controls:
            yield f"{where}: it has no control"
        yield from (
            f"{where}: there is no requirement '{id_}'"
            for id_ in hazard.controls
            if id_ not in log.requirements
        )
        words = (hazard.likelihood_before, hazard.likelihood_after)
        if hazard.severity not in severities or not set(words) <= set(likelihoods):
            yield f"{where}: a word of its weight is not in risk.toml"
        elif likelihoods.index(words[1]) > likelihoods.index(words[0]):
            yield f"{where}: the controls make it likelier"


def mentioned(root: Path) -> Iterator[tuple[Path, str]]:
    """Yield every test that a page of the safety folder names, with the page."""
    for page in sorted((root / SAFETY).glob("*.md")):
        for id_ in sorted(set(_TEST_ID.findall(page.read_text(encoding="utf-8")))):
            yield page.relative_to(root), id_


def problems(root: Path = ROOT) -> list[str]:
    """Return one line for each fault, and print how many hazards are controlled."""
    try:
        log = read_log(root)
    except RecordError as error:
        return str(error).splitlines()
    found = list(faults(root, log))
    if found:
        return found
    for line in figures(root, log):
        print(f"    {line}")
    found += [f"{page}: {what}" for page, id_ in mentioned(root) if (what := missing(root, id_))]
    for path, page in PAGES.items():
        file = root / path
        if not file.is_file() or file.read_text(encoding="utf-8") != page(log):
            found.append(f"{path} is out of date: python -m checks.hazards --write")
    return found


def figures(root: Path, log: Log) -> Iterator[str]:
    """Yield the figures of the log in words."""
    open_ = [one.id for one in log.hazards.values() if log.why_open(one)]
    yield (
        f"hazards: {len(log.hazards)}; controlled: {len(log.hazards) - len(open_)}; "
        f"open: {len(open_)} ({', '.join(open_) or 'none'})"
    )
    tests = log.tests()
    yield (
        f"requirements: {len(log.requirements)}, shown by {len(tests)} tests, of which "
        f"{sum(_in_every_run(root, id_) for id_ in tests)} are in every run"
    )


def main() -> int:
    """Write the pages when asked to; print what is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="write the pages")
    if parser.parse_args().write:
        log = read_log(ROOT)
        if not list(faults(ROOT, log)):
            for path, page in PAGES.items():
                (ROOT / path).write_text(page(log), encoding="utf-8")
    found = problems(ROOT)
    print("\n".join(found) or "The hazard log holds.")
    return min(len(found), 1)


if __name__ == "__main__":
    sys.exit(main())
