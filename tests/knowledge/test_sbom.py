"""The bill of materials lists what the deployment pins, names licences, and repeats exactly."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from checks.sbom import ASSETS, REQUIREMENTS, pinned, sbom

ROOT = Path(__file__).parents[2]
PACKAGES = pinned((ROOT / REQUIREMENTS).read_text(encoding="utf-8"))
BILL = sbom(PACKAGES)


def test_every_pinned_package_is_a_component() -> None:
    named = {(one["name"], one["version"]) for one in BILL["components"]}
    assert len(PACKAGES) > 30
    assert {(one.name, one.version) for one in PACKAGES} <= named
    assert {"python", "htmx"} <= {name for name, _ in named}
    assert all(one.hashes for one in PACKAGES)


def test_it_has_the_form_of_cyclonedx() -> None:
    assert (BILL["bomFormat"], BILL["specVersion"]) == ("CycloneDX", "1.6")
    uuid = r"urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[1-5][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
    assert re.fullmatch(uuid, BILL["serialNumber"])
    refs = [one["bom-ref"] for one in (*BILL["components"], BILL["metadata"]["component"])]
    assert len(refs) == len(set(refs))
    for one in BILL["dependencies"]:
        assert one["ref"] in refs
        assert set(one["dependsOn"]) <= set(refs)
    assert all(re.fullmatch(r"pkg:\w+/[^@\s]+@\S+", ref) for ref in refs)


def test_every_licence_is_known() -> None:
    assert [one["name"] for one in BILL["components"] if not one.get("licenses")] == []


def test_a_package_needs_what_it_says_it_needs() -> None:
    needs = {one["ref"].split("@")[0]: one["dependsOn"] for one in BILL["dependencies"]}
    assert any(ref.startswith("pkg:pypi/starlette@") for ref in needs["pkg:pypi/fastapi"])
    assert any(ref.startswith("pkg:pypi/markupsafe@") for ref in needs["pkg:pypi/jinja2"])


def test_the_script_of_the_page_is_the_one_that_ships() -> None:
    (script,) = [one for one in BILL["components"] if one["name"] == "htmx"]
    (file,) = (ROOT / ASSETS).glob("htmx-*.js")
    assert script["version"] in file.name
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    assert script["hashes"] == [{"alg": "SHA-256", "content": digest}]
    assert f"htmx {script['version']}" in (ROOT / "NOTICE").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("numpy==2.4.6 ; python_version >= '3' \\\n    --hash=sha256:" + "a" * 64, ["numpy"]),
        ("colorama==0.4.6 ; sys_platform == 'nowhere' \\\n    --hash=sha256:" + "b" * 64, []),
        ("# a comment\n-r other.txt", []),
    ],
)
def test_only_what_this_system_would_install_is_listed(line: str, names: list[str]) -> None:
    assert [one.name for one in pinned(line)] == names


def test_the_command_writes_the_same_twice_and_no_registry(tmp_path: Path) -> None:
    told = []
    for name in ("one.json", "two.json"):
        subprocess.run(
            [sys.executable, "-m", "checks.sbom", "--output", str(tmp_path / name)],
            cwd=ROOT, check=True, capture_output=True,
        )  # fmt: skip
        told.append((tmp_path / name).read_text(encoding="utf-8"))
    assert told[0] == told[1]
    assert json.loads(told[0]) == BILL
    assert not re.search(r"https?://|pythonhosted|index.url|file:", told[0])
